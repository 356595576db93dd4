/* known: is a delivery known already?  See known.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/appendfile.h"
#include "index/known.h"
#include "journal/identity.h"

static int
is_at(const char *journal, struct index_id *id, const char *key, size_t len,
    enum appendfile_mode mode, struct fault *f)
{
	struct journal_reader reader = {0};
	struct appendfile *file;
	struct fault why = {0};
	struct record record;
	char path[PATH_MAX];
	const char *its;
	int64_t offset;
	size_t its_len;
	int rc;

	if (id->segment == 0)
		return 1; /* that day was pruned */
	journal_path(path, journal, id->day, id->segment);
	if ((file = appendfile_open(path, mode, &why)) == NULL) {
		/* Days that were put away stay known. */
		if (why.err == ENOENT)
			return 1;
		return fault_take(f, &why);
	}
	journal_rewind(&reader, file, id->offset);
	rc = journal_next(&reader, &record, &offset, f);
	if (rc == 1) {
		its = identity_of(&record, &its_len);
		rc =
		    its != NULL && its_len == len && memcmp(its, key, len) == 0;
		/* The journal's word, not the index's. */
		if (rc == 1)
			(void)snprintf(id->sha256, sizeof(id->sha256), "%s",
			    identity_digest(&record));
	} else if (rc > 0) {
		rc = 0;
	}
	journal_reader_free(&reader);
	appendfile_close(file);
	return rc;
}

int
known_is_there(const char *journal, struct index_id *id, const char *key,
    size_t len, struct fault *f)
{
	return is_at(journal, id, key, len, APPENDFILE_READ, f);
}

int
known_is_seen(const char *journal, struct index_id *id, const char *key,
    size_t len, struct fault *f)
{
	return is_at(journal, id, key, len, APPENDFILE_VIEW, f);
}

/*
 * Does the index have this key, and can the record be read back that it
 * points to?  1 with its place and digest, 0, or -1 with the fault set.
 */
static int
find(struct index *index, const char *journal, const char *index_key,
    size_t index_len, const char *key, size_t len, struct index_id *id,
    struct fault *f)
{
	int rc = index_find(index, index_key, index_len, id, f);

	return rc == 1 ? known_is_there(journal, id, key, len, f) : rc;
}

static void
set_place(struct place *p, const struct index_id *id)
{
	(void)snprintf(p->day, sizeof(p->day), "%s", id->day);
	p->segment = id->segment;
	p->offset = id->offset;
}

int
known_look_up(struct index *index, const char *journal, struct record *r,
    struct known *known, struct fault *f)
{
	char copy[IDENTITY_COPY_SIZE];
	struct index_id id;
	const char *key;
	size_t len;
	int rc;

	if ((key = identity_of(r, &len)) == NULL)
		return 0;
	rc = find(index, journal, key, len, key, len, &id, f);
	if (rc == 1 && strcmp(id.sha256, r->sha256) != 0) {
		known->conflict = 1;
		r->kind = DELIVERY_OTHER;
		key = identity_of(r, &len);
		rc = find(index, journal, key, len, key, len, &id, f);
	}
	if (rc != 1)
		return rc;
	if ((rc = journal_is_retired(journal, id.day, id.segment, f)) == -1)
		return -1;
	if (rc == 1) {
		/* A sync of it failed: only a copy of it can be trusted. */
		known->again = 1;
		rc = find(index, journal, copy,
		    identity_of_copy(key, len, copy), key, len, &id, f);
		if (rc == 1)
			rc = journal_is_retired(journal, id.day, id.segment, f);
		else if (rc == 0)
			rc = 1; /* there is none */
		if (rc != 0)
			return rc == -1 ? -1 : 0;
	}
	set_place(&known->place, &id);
	return 1;
}

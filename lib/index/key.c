/* key: by what the index knows a record; see key.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/appendfile.h"
#include "index/key.h"

const char *
key_digest(const struct record *r)
{
	return r->was[0] != '\0' ? r->was : r->sha256;
}

const char *
key_of(const struct record *r, size_t *len)
{
	if (r->kind == DELIVERY_TEST)
		return NULL;
	/* Only what makes rows is known by the sender's id. */
	*len = r->kind == DELIVERY_LEADS ? r->id_len : SIGNATURE_SIZE - 1;
	return r->kind == DELIVERY_LEADS ? r->id : key_digest(r);
}

size_t
key_of_copy(const char *key, size_t len, char out[static KEY_COPY_SIZE])
{
	if (len > INDEX_KEY_MAX)
		len = INDEX_KEY_MAX;
	/* A byte that begins no text, so that no id of the sender's is it. */
	out[0] = '\1';
	memcpy(out + 1, key, len);
	return len + 1;
}

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
		its = key_of(&record, &its_len);
		rc =
		    its != NULL && its_len == len && memcmp(its, key, len) == 0;
		/* The journal's word, not the index's. */
		if (rc == 1)
			(void)snprintf(id->sha256, sizeof(id->sha256), "%s",
			    key_digest(&record));
	} else if (rc > 0) {
		rc = 0;
	}
	journal_reader_free(&reader);
	appendfile_close(file);
	return rc;
}

int
key_is_there(const char *journal, struct index_id *id, const char *key,
    size_t len, struct fault *f)
{
	return is_at(journal, id, key, len, APPENDFILE_READ, f);
}

int
key_is_seen(const char *journal, struct index_id *id, const char *key,
    size_t len, struct fault *f)
{
	return is_at(journal, id, key, len, APPENDFILE_VIEW, f);
}

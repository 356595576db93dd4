/* known: is a delivery known already?  See known.h. */
#include <stdio.h>
#include <string.h>

#include "index/key.h"
#include "index/known.h"

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

	return rc == 1 ? key_is_there(journal, id, key, len, f) : rc;
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
	char copy[KEY_COPY_SIZE];
	struct index_id id;
	const char *key;
	size_t len;
	int rc;

	if ((key = key_of(r, &len)) == NULL)
		return 0;
	rc = find(index, journal, key, len, key, len, &id, f);
	if (rc == 1 && strcmp(id.sha256, r->sha256) != 0) {
		known->conflict = 1;
		r->kind = DELIVERY_OTHER;
		key = key_of(r, &len);
		rc = find(index, journal, key, len, key, len, &id, f);
	}
	if (rc != 1)
		return rc;
	if ((rc = journal_is_retired(journal, id.day, id.segment, f)) == -1)
		return -1;
	if (rc == 1) {
		/* A sync of it failed: only a copy of it can be trusted. */
		known->again = 1;
		rc = find(index, journal, copy, key_of_copy(key, len, copy),
		    key, len, &id, f);
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

/* days: the records of some days, each once; see days.h. */
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "days.h"
#include "key.h"

/* A key that was seen: its bytes, counted. */
struct seen {
	size_t len;
	char key[];
};

int
days_open(struct days *d, const char *journal,
    int (*wanted)(void *, const char *), void *context, struct fault *f)
{
	struct fault why = {0};
	const struct place *p;
	size_t i, kept = 0;
	int retired;

	(void)snprintf(d->journal, sizeof(d->journal), "%s", journal);
	if (segments_list(journal, &d->segments, &why) == -1 &&
	    why.err != ENOENT)
		return fault_take(f, &why);
	for (i = 0; i < d->segments.n; i++) {
		p = &d->segments.list[i];
		if (!wanted(context, p->day))
			continue;
		retired = journal_is_retired(journal, p->day, p->segment, f);
		if (retired == -1)
			return -1;
		d->has_copies |= retired;
		d->segments.list[kept++] = *p;
	}
	d->segments.n = kept;
	return 0;
}

static int
compare_seen(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->key, y->key, x->len);
}

/* Did a record with this key come before?  1, 0, or -1 without memory. */
static int
is_copy(struct days *d, const struct record *r)
{
	struct seen *s;
	const char *key;
	size_t len;
	void *node;

	if (!d->has_copies || (key = key_of(r, &len)) == NULL)
		return 0;
	if ((s = malloc(sizeof(*s) + len)) == NULL)
		return -1;
	s->len = len;
	memcpy(s->key, key, len);
	node = tsearch(s, &d->seen, compare_seen);
	if (node != NULL && *(struct seen **)node == s)
		return 0;
	free(s);
	return node == NULL ? -1 : 1;
}

int
days_next(struct days *d, struct record *r, struct fault *f)
{
	const struct place *p;
	char path[PATH_MAX];
	int64_t offset;
	int rc, copy;

	for (;; d->at++) {
		if (d->file == NULL) {
			if (d->at == d->segments.n)
				return 0;
			p = &d->segments.list[d->at];
			journal_path(path, d->journal, p->day, p->segment);
			d->file = appendfile_open(path, APPENDFILE_VIEW, f);
			if (d->file == NULL)
				return -1;
			journal_rewind(&d->reader, d->file, 0);
		}
		rc = journal_next(&d->reader, r, &offset, f);
		if (rc != 0)
			break;
		appendfile_close(d->file);
		d->file = NULL;
	}
	if (rc == -1)
		return -1;
	d->passed += d->reader.offset - offset;
	if (rc == 1 && (copy = is_copy(d, r)) != 0)
		return copy == 1
		           ? 2
		           : fault_set(f, FAULT_MEMORY, 0, "out of memory");
	return rc;
}

void
days_rewind(struct days *d)
{
	appendfile_close(d->file);
	d->file = NULL;
	d->at = 0;
	d->passed = 0;
	tdestroy(d->seen, free);
	d->seen = NULL;
}

void
days_close(struct days *d)
{
	days_rewind(d);
	journal_reader_free(&d->reader);
	segments_free(&d->segments);
}

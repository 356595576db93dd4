/* recovery: bring index and sheets up to the journal; see recovery.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "journal.h"
#include "part.h"
#include "recovery.h"
#include "sheet.h"

/* What reading a segment found. */
struct scan {
	int64_t end;    /* of the last whole record */
	int has_rows;   /* records for the sheet of leads */
	int has_tests;  /* records for the sheet of tests */
	int bad_lines;  /* lines between records that don't count */
	int64_t offset; /* where it began */
};

const char *
recovery_key(const struct record *r, size_t *len)
{
	if (r->kind == DELIVERY_TEST)
		return NULL;
	/* Only what makes rows is known by the sender's id. */
	*len = r->kind == DELIVERY_LEADS ? r->id_len : strlen(r->sha256);
	return r->kind == DELIVERY_LEADS ? r->id : r->sha256;
}

static int
add_record(struct books *b, const char *day, int segment, int64_t offset,
    const struct record *r, struct fault *f)
{
	struct index_id id, known;
	const char *key;
	size_t len;
	int rc;

	if ((key = recovery_key(r, &len)) == NULL)
		return 0;
	/* The first record of an id is the one that counts. */
	if ((rc = index_find(b->index, key, len, &known, f)) != 0)
		return rc == -1 ? -1 : 0;
	(void)snprintf(id.day, sizeof(id.day), "%s", day);
	id.segment = segment;
	id.offset = offset;
	memcpy(id.sha256, r->sha256, sizeof(id.sha256));
	return index_add(b->index, key, len, &id, f);
}

/* Put the keys of all whole records from scan->offset on into the index. */
static int
read_segment(struct books *b, struct appendfile *file, const char *day,
    int segment, struct scan *scan, struct fault *f)
{
	struct journal_reader reader = {0};
	struct record record;
	int64_t offset;
	int rc, bad = 0;

	scan->end = scan->offset;
	scan->has_rows = scan->has_tests = scan->bad_lines = 0;
	journal_rewind(&reader, file, scan->offset);
	while ((rc = journal_next(&reader, &record, &offset, f)) > 0) {
		if (rc == 2) {
			bad++;
			continue;
		}
		if (add_record(b, day, segment, offset, &record, f) == -1) {
			rc = -1;
			break;
		}
		scan->has_rows |= record.kind == DELIVERY_LEADS;
		scan->has_tests |= record.kind == DELIVERY_TEST;
		scan->end = reader.offset;
		scan->bad_lines = bad;
	}
	journal_reader_free(&reader);
	return rc == -1 ? -1 : 0;
}

/*
 * Where to read on.  What was written in an earlier run of the machine may
 * not be there any more, and a file that shrank is another: from its start.
 */
static int64_t
read_from(
    const struct books *b, const struct index_segment *known, int64_t size)
{
	if (known->size > size ||
	    (known->boot[0] != '\0' && strcmp(known->boot, b->boot->id) != 0))
		return 0;
	return known->size;
}

static int
index_segment_file(struct books *b, struct appendfile *file, const char *day,
    int segment, const struct index_segment *known, struct scan *scan,
    struct fault *f)
{
	if (read_segment(b, file, day, segment, scan, f) == -1)
		return -1;
	/* Keys of records that are gone: forget them all and read anew. */
	if (scan->offset < known->size &&
	    (scan->end < known->size || scan->bad_lines > 0)) {
		if (index_forget(b->index, day, segment, 0, f) == -1)
			return -1;
		return read_segment(b, file, day, segment, scan, f);
	}
	return 0;
}

static int
complete_sheets(
    struct books *b, const char *day, const struct scan *scan, struct fault *f)
{
	struct index_sheet sheet;

	if (scan->has_rows &&
	    part_complete(b, day, SHEET_LEADS, &sheet, f) == -1)
		return -1;
	if (scan->has_tests &&
	    part_complete(b, day, SHEET_TEST, &sheet, f) == -1)
		return -1;
	return 0;
}

/*
 * What a file of an earlier run of the machine holds now is on the disk; what
 * this run wrote may still be on its way there.
 */
static void
set_boot(const struct books *b, const struct appendfile_state *state,
    char boot[static 40])
{
	int settled = state->mtime / 1000 < b->boot->time;

	(void)snprintf(boot, 40, "%s", settled ? "" : b->boot->id);
}

static int
catch_up(struct books *b, struct appendfile *file, const char *day, int segment,
    int retired, int with_sheets, struct fault *f)
{
	struct index_segment known;
	struct appendfile_state state;
	struct scan scan = {0};

	if (index_segment(b->index, day, segment, &known, f) == -1 ||
	    appendfile_look(file, &state, f) == -1)
		return -1;
	scan.offset = read_from(b, &known, state.size);
	if (scan.offset == state.size && known.size == state.size)
		return 0;
	if (index_begin(b->index, f) == -1 ||
	    index_segment_file(b, file, day, segment, &known, &scan, f) == -1)
		return -1;
	if (scan.end < state.size && !retired) {
		if (journal_cut_torn(file, b->journal, day, scan.end, f) == -1)
			return -1;
		state.size = scan.end;
	}
	if (with_sheets && complete_sheets(b, day, &scan, f) == -1)
		return -1;
	known.size = state.size;
	set_boot(b, &state, known.boot);
	if (index_set_segment(b->index, day, segment, &known, f) == -1)
		return -1;
	return index_commit(b->index, f);
}

static int
recover_segment(struct books *b, const char *day, int segment, int with_sheets,
    struct fault *f)
{
	int retired = journal_is_retired(b->journal, day, segment), rc;
	struct appendfile *file;
	char path[PATH_MAX];

	journal_path(path, b->journal, day, segment);
	file = appendfile_open(
	    path, retired ? APPENDFILE_READ : APPENDFILE_APPEND, f);
	if (file == NULL)
		return -1;
	rc = catch_up(b, file, day, segment, retired, with_sheets, f);
	if (rc == -1)
		index_rollback(b->index);
	appendfile_close(file);
	return rc;
}

int
recovery_segment(struct books *b, const char *day, int segment, struct fault *f)
{
	return recover_segment(b, day, segment, 1, f);
}

/* The name of a segment, 2026-11-23.jsonl or 2026-11-23-2.jsonl? */
static int
is_segment(const char *name, char day[static UTC_DAY_SIZE], int *segment)
{
	const char *rest = name + UTC_DAY_SIZE - 1;
	char *end;
	long n = 1;

	if (strlen(name) < UTC_DAY_SIZE - 1)
		return 0;
	memcpy(day, name, UTC_DAY_SIZE - 1);
	day[UTC_DAY_SIZE - 1] = '\0';
	if (*rest == '-') {
		n = strtol(rest + 1, &end, 10);
		rest = end;
	}
	if (!utc_is_day(day) || n < 1 || n > 1000000)
		return 0;
	*segment = (int)n;
	return strcmp(rest, ".jsonl") == 0;
}

/* Every segment there is, as places with the offset 0, in order of time. */
struct places {
	struct place *list; /* owned */
	size_t n;
	size_t room;
};

static int
by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int rc = strcmp(x->day, y->day);

	return rc != 0 ? rc : x->segment - y->segment;
}

static int
add_place(struct places *all, const char *name, struct fault *f)
{
	struct place p = {.offset = 0}, *longer;

	if (!is_segment(name, p.day, &p.segment))
		return 0;
	if (all->n == all->room) {
		all->room = all->room * 2 + 64;
		longer = reallocarray(all->list, all->room, sizeof(*all->list));
		if (longer == NULL)
			return fault_set(f, FAULT_MEMORY, 0, "out of memory");
		all->list = longer;
	}
	all->list[all->n++] = p;
	return 0;
}

static int
list_segments(const char *dir, struct places *all, struct fault *f)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	int rc = 0;

	if (d == NULL)
		return fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	errno = 0;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		rc = add_place(all, entry->d_name, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	(void)closedir(d);
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_time);
	return rc;
}

/* Does the index know none of them?  Then it was made just now. */
static int
is_new(struct books *b, const struct places *all, struct fault *f)
{
	struct index_segment known;
	size_t i;
	int rc;

	for (i = 0; i < all->n; i++) {
		rc = index_segment(b->index, all->list[i].day,
		    all->list[i].segment, &known, f);
		if (rc != 0)
			return rc == -1 ? -1 : 0;
	}
	return 1;
}

int
recovery_all(struct books *b, struct fault *f)
{
	struct places all = {0};
	int rc = -1, new = 0;
	size_t i;

	if (list_segments(b->journal, &all, f) == -1 ||
	    (new = is_new(b, &all, f)) == -1)
		goto out;
	/*
	 * A new index says nothing against the sheets: today's is held against
	 * the journal before it is written to, the others were whole.
	 */
	for (i = 0; i < all.n; i++)
		if (recover_segment(
			b, all.list[i].day, all.list[i].segment, !new, f) == -1)
			goto out;
	rc = 0;
out:
	free(all.list);
	return rc;
}

int
recovery_is_there(struct books *b, const struct index_id *id, const char *key,
    size_t len, struct fault *f)
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

	journal_path(path, b->journal, id->day, id->segment);
	if ((file = appendfile_open(path, APPENDFILE_READ, &why)) == NULL) {
		/* Days that were put away stay known. */
		if (why.err == ENOENT)
			return 1;
		*f = why;
		return -1;
	}
	journal_rewind(&reader, file, id->offset);
	rc = journal_next(&reader, &record, &offset, f);
	if (rc == 1) {
		its = recovery_key(&record, &its_len);
		rc =
		    its != NULL && its_len == len && memcmp(its, key, len) == 0;
	} else if (rc > 0) {
		rc = 0;
	}
	journal_reader_free(&reader);
	appendfile_close(file);
	return rc;
}

static int
open_index(struct books *b, struct fault *f)
{
	if (b->index != NULL && index_is_current(b->index))
		return 0;
	index_close(b->index);
	if ((b->index = index_open(b->index_path, f)) == NULL)
		return -1;
	if (recovery_all(b, f) == 0)
		return 0;
	index_close(b->index);
	b->index = NULL;
	return -1;
}

int
recovery_index(struct books *b, struct fault *f)
{
	struct fault why = {0};

	if (open_index(b, &why) == 0)
		return 0;
	if (why.kind == FAULT_DAMAGED) {
		fault_clear(&why);
		if (index_set_aside(b->index_path, &why) == 0 &&
		    open_index(b, &why) == 0) {
			(void)snprintf(b->note, sizeof(b->note),
			    "the index was damaged; it is set aside and made "
			    "anew from the journal");
			return 0;
		}
	}
	*f = f->kind == FAULT_NONE ? why : *f;
	return -1;
}

/* recovery: bring index and sheets up to the journal; see recovery.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "journal.h"
#include "key.h"
#include "part.h"
#include "recovery.h"
#include "segments.h"
#include "sheet.h"

/* What reading a segment found. */
struct scan {
	int64_t end;    /* of the last whole record */
	int has_rows;   /* records for the sheet of leads */
	int has_tests;  /* records for the sheet of tests */
	int bad_lines;  /* lines between records that don't count */
	int64_t offset; /* where it began */
};

static int
add_record(struct books *b, const char *day, int segment, int64_t offset,
    const struct record *r, struct fault *f)
{
	struct index_id id = {.segment = segment, .offset = offset}, known;
	char copy[KEY_COPY_SIZE];
	const char *key;
	size_t len;
	int rc;

	if ((key = key_of(r, &len)) == NULL)
		return 0;
	memcpy(id.day, day, sizeof(id.day));
	memcpy(id.sha256, r->sha256, sizeof(id.sha256));
	/* The first record of an id is the one that makes rows. */
	if ((rc = index_add_new(b->index, key, len, &id, f)) != 0)
		return rc == -1 ? -1 : 0;
	if ((rc = index_find(b->index, key, len, &known, f)) == -1)
		return -1;
	if (rc == 1 && strcmp(known.day, day) == 0 &&
	    known.segment == segment && known.offset == offset)
		return 0;
	len = key_of_copy(key, len, copy);
	return index_add(b->index, copy, len, &id, f);
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

/* Does what there is end in a whole line?  Nothing may be put behind half. */
static int
ends_whole(struct appendfile *file, int64_t size, struct fault *f)
{
	char last = '\n';

	if (size > 0 && appendfile_read(file, &last, 1, size - 1, f) == -1)
		return -1;
	return last == '\n';
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

/* Keys, torn tail and size of one segment, in the caller's transaction. */
static int
catch_up(struct books *b, struct appendfile *file, const struct place *p,
    int retired, struct scan *scan, struct fault *f)
{
	struct index_segment known;
	struct appendfile_state state;
	int whole;

	if (index_segment(b->index, p->day, p->segment, &known, f) == -1 ||
	    appendfile_look(file, &state, f) == -1 ||
	    (whole = ends_whole(file, state.size, f)) == -1)
		return -1;
	scan->offset = read_from(b, &known, state.size);
	if (scan->offset == state.size && known.size == state.size) {
		if (whole || retired)
			return 0;
		scan->offset = 0;
	}
	if (index_segment_file(b, file, p->day, p->segment, &known, scan, f) ==
	    -1)
		return -1;
	if (scan->end < state.size && !retired) {
		if (journal_cut_torn(file, b->journal, p->day, scan->end, f) ==
		    -1)
			return -1;
		state.size = scan->end;
	}
	known.size = state.size;
	set_boot(b, &state, known.boot);
	return index_set_segment(b->index, p->day, p->segment, &known, f);
}

static int
recover_segment(
    struct books *b, const struct place *p, struct scan *scan, struct fault *f)
{
	int retired = journal_is_retired(b->journal, p->day, p->segment, f);
	struct appendfile *file;
	char path[PATH_MAX];
	int rc;

	if (retired == -1)
		return -1;
	journal_path(path, b->journal, p->day, p->segment);
	file = appendfile_open(
	    path, retired ? APPENDFILE_READ : APPENDFILE_APPEND, f);
	if (file == NULL)
		return -1;
	rc = catch_up(b, file, p, retired, scan, f);
	appendfile_close(file);
	return rc;
}

/*
 * Is there a sheet to look at?  Where the segment has no record at all, one of
 * a delivery that a power cut let the journal forget.
 */
static int
has_sheet(const struct books *b, const char *day, const char *kind,
    int has_records, const struct scan *scan)
{
	char path[PATH_MAX];
	struct stat st;

	sheet_path(path, b->sheets, kind, day, 1, b->settings);
	return has_records || (scan->end == 0 && lstat(path, &st) == 0);
}

/* The sheets of the days that new records were found in. */
static int
complete_sheets(struct books *b, const struct place *list,
    const struct scan *scans, size_t n, struct fault *f)
{
	struct index_sheet sheet;
	size_t i;

	for (i = 0; i < n; i++) {
		if (has_sheet(b, list[i].day, SHEET_LEADS, scans[i].has_rows,
			&scans[i]) &&
		    part_complete(b, list[i].day, SHEET_LEADS, &sheet, f) == -1)
			return -1;
		if (has_sheet(b, list[i].day, SHEET_TEST, scans[i].has_tests,
			&scans[i]) &&
		    part_complete(b, list[i].day, SHEET_TEST, &sheet, f) == -1)
			return -1;
	}
	return 0;
}

/*
 * All these segments in one transaction.  First every key, then the sheets,
 * beginning with those of one segment: a record's rows are its own only when
 * no segment before it has its id.
 */
static int
recover(struct books *b, const struct place *list, size_t n, size_t sheets,
    struct fault *f)
{
	struct scan *scans = calloc(n + 1, sizeof(*scans));
	size_t i;
	int rc = -1;

	if (scans == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	index_expect_many(b->index, 1);
	if (index_begin(b->index, f) == -1)
		goto out;
	for (i = 0; i < n; i++)
		if (recover_segment(b, &list[i], &scans[i], f) == -1)
			goto out;
	if (complete_sheets(b, list + sheets, scans + sheets, n - sheets, f) ==
	    -1)
		goto out;
	rc = index_commit(b->index, f);
out:
	if (rc == -1)
		index_rollback(b->index);
	index_expect_many(b->index, 0);
	free(scans);
	return rc;
}

/* Is the segment as the index has it?  A look at its size, no more. */
static int
is_known(struct books *b, const struct place *p, int64_t *size, struct fault *f)
{
	struct index_segment known;
	char path[PATH_MAX];
	struct stat st;
	int rc = index_segment(b->index, p->day, p->segment, &known, f);

	*size = known.size;
	if (rc != 1)
		return rc;
	journal_path(path, b->journal, p->day, p->segment);
	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       (int64_t)st.st_size == known.size &&
	       read_from(b, &known, known.size) == known.size;
}

int
recovery_segment(struct books *b, struct appendfile *file, const char *day,
    int segment, struct fault *f)
{
	struct place p = {.segment = segment};
	int64_t size;
	int rc;

	(void)snprintf(p.day, sizeof(p.day), "%s", day);
	if ((rc = is_known(b, &p, &size, f)) == 1)
		rc = ends_whole(file, size, f);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	return recover(b, &p, 1, 0, f);
}

/*
 * Leave out what the index knows; -1, or whether it knew any.  An index that
 * knows none was made just now.
 */
static int
leave_out_known(struct books *b, struct segments *all, struct fault *f)
{
	size_t i, kept = 0;
	int rc, any = 0;
	int64_t size;

	for (i = 0; i < all->n; i++) {
		if ((rc = is_known(b, &all->list[i], &size, f)) == -1)
			return -1;
		any |= size > 0; /* how far the index had read it */
		if (rc == 0)
			all->list[kept++] = all->list[i];
	}
	all->n = kept;
	return any;
}

/* Where the last two days begin. */
static size_t
last_two_days(const struct segments *all)
{
	const struct place *p = all->list;
	size_t i;
	int days = 0;

	for (i = all->n; i > 0; i--) {
		if (i == all->n || strcmp(p[i - 1].day, p[i].day) != 0)
			days++;
		if (days > 2)
			break;
	}
	return i;
}

int
recovery_all(struct books *b, struct fault *f)
{
	struct segments all = {0};
	int rc = -1, known;

	/*
	 * A new index says nothing against the sheets: they were whole, but for
	 * those that a power cut came too soon for, maybe at midnight.  Unless
	 * somebody died at work, who knows where.
	 */
	if (segments_list(b->journal, &all, f) == 0 &&
	    (known = leave_out_known(b, &all, f)) != -1)
		rc = all.n == 0
		         ? 0
		         : recover(b, all.list, all.n,
			       known || b->unfinished ? 0 : last_two_days(&all),
			       f);
	segments_free(&all);
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
	return fault_take(f, &why);
}

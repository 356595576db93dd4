/* recovery: bring index and sheets up to the journal; see recovery.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "index/sqlitefiles.h"
#include "journal/journal.h"
#include "journal/segments.h"
#include "sheet/part.h"
#include "sheet/sheet.h"
#include "store/indexing.h"
#include "store/recovery.h"

/*
 * Is there a sheet to look at?  Where the segment has no record at all, one of
 * a delivery that a power cut let the journal forget.
 */
static int
has_sheet(const struct books *b, const char *day, const char *kind,
    int has_records, const struct indexing_scan *scan)
{
	char path[PATH_MAX];
	struct stat st;

	sheet_path(path, b->sheets, kind, day, 1, &b->settings->shape);
	return has_records || (scan->end == 0 && lstat(path, &st) == 0);
}

/* The sheets of the days that new records were found in. */
static int
complete_sheets(struct books *b, const struct place *list,
    const struct indexing_scan *scans, size_t n, struct fault *f)
{
	struct index_sheet sheet;
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i].segment == 0)
			continue; /* the ids of a day that was pruned */
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
	struct indexing_scan *scans = calloc(n + 1, sizeof(*scans));
	size_t i;
	int rc = -1;

	if (scans == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	index_expect_many(b->index, 1);
	if (index_begin(b->index, f) == -1 ||
	    indexing_forget_replaced(b, list, n, f) == -1)
		goto out;
	for (i = 0; i < n; i++)
		if (indexing_segment(b, &list[i], &scans[i], f) == -1)
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

int
recovery_segment(struct books *b, struct appendfile *file,
    const struct appendfile_state *now, const char *day, int segment,
    struct fault *f)
{
	struct place p = {.segment = segment};
	int64_t size;
	int rc;

	(void)snprintf(p.day, sizeof(p.day), "%s", day);
	if ((rc = indexing_is_known(b, &p, now, &size, f)) == 1)
		rc = indexing_ends_whole(file, size, f);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	return recover(b, &p, 1, 0, f) == -1 ? -1 : 1;
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
		if ((rc = indexing_is_known(
			 b, &all->list[i], NULL, &size, f)) == -1)
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
	if (segments_list_all(b->journal, &all, f) == 0 &&
	    index_read(b->index, f) == 0 &&
	    (known = leave_out_known(b, &all, f)) != -1)
		rc = all.n == 0
		         ? 0
		         : recover(b, all.list, all.n,
			       known || b->unfinished ? 0 : last_two_days(&all),
			       f);
	index_end(b->index);
	segments_free(&all);
	return rc;
}

int
recovery_day(struct books *b, const char *day, struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list_all(b->journal, &all, f);

	segments_keep_day(&all, day);
	if (rc == 0 && all.n > 0)
		rc = recover(b, all.list, all.n, 0, f);
	segments_free(&all);
	return rc;
}

/*
 * All segments in one transaction: until the end of it the index is as it was.
 */
int
recovery_reindex(struct books *b, struct fault *f)
{
	struct segments all = {0};
	struct indexing_scan scan = {0};
	size_t i;
	int rc = segments_list_all(b->journal, &all, f);

	index_expect_many(b->index, 1);
	if (rc == 0)
		rc = index_begin(b->index, f);
	for (i = 0; i < all.n && rc == 0; i++)
		if (all.list[i].segment > 0)
			rc = index_distrust(
			    b->index, all.list[i].day, all.list[i].segment, f);
	if (rc == 0)
		rc = index_sweep(b->index, f);
	for (i = 0; i < all.n && rc == 0; i++)
		rc = indexing_segment(b, &all.list[i], &scan, f);
	if (rc == 0)
		rc = index_commit(b->index, f);
	if (rc == -1)
		index_rollback(b->index);
	index_expect_many(b->index, 0);
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
		if (sqlitefiles_set_aside(b->index_path, &why) == 0 &&
		    open_index(b, &why) == 0) {
			(void)snprintf(b->note, sizeof(b->note),
			    "the index was damaged; it is set aside and made "
			    "anew from the journal");
			return 0;
		}
	}
	return fault_take(f, &why);
}

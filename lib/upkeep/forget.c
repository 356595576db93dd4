/* forget: the leads of a person leave; see forget.h. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "index/index.h"
#include "journal/dayfiles.h"
#include "journal/journal.h"
#include "sheet/part.h"
#include "sheet/sheet.h"
#include "upkeep/forget.h"
#include "upkeep/forgetting.h"

int
forget_scan(struct repair *r, struct redaction *g, struct segments *hits,
    struct fault *f)
{
	size_t i, taken, kept = 0;
	int rc = segments_list(r->books.journal, hits, f);

	for (i = 0; i < hits->n && rc == 0; i++) {
		rc = redaction_segment(
		    g, r->books.journal, &hits->list[i], NULL, &taken, f);
		if (taken > 0)
			hits->list[kept++] = hits->list[i];
	}
	hits->n = kept;
	return rc;
}

/* One segment anew, beside the old one, on stable storage. */
static int
write_segment(struct repair *r, struct redaction *g, const struct place *p,
    struct fault *f)
{
	int retired =
	    journal_is_retired(r->books.journal, p->day, p->segment, f);
	char path[PATH_MAX];
	struct appendfile *to;
	size_t taken;
	int rc;

	if (retired == -1)
		return -1;
	journal_path(path, r->books.journal, p->day, p->segment);
	if ((to = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		return -1;
	if ((rc = redaction_segment(g, r->books.journal, p, to, &taken, f)) ==
	    0)
		rc = appendfile_sync(to, f);
	/* What wasn't to be trusted isn't now. */
	if (rc == 0 && retired)
		rc = appendfile_retire(to, f);
	appendfile_close(to);
	return rc == 0 ? 0 : -1;
}

/*
 * Take the day's own sheet of that kind away: the part that is ours.  What
 * someone has edited stays as it is.
 */
static int
remove_sheet(struct repair *r, const char *day, const char *kind,
    const struct index_sheet *sheet, struct fault *f)
{
	char path[PATH_MAX];

	if (sheet->size == 0)
		return 0;
	sheet_path(path, r->books.sheets, kind, day, sheet->part,
	    &r->books.settings->shape);
	if (appendfile_unlink(path, f) == -1)
		return -1;
	/* Before the journal changes, whatever a power cut keeps. */
	return appendfile_sync_parent(path, f);
}

/* Have it complete first, so that it is known which part is ours. */
static int
complete_sheet(struct repair *r, const char *day, const char *kind,
    struct index_sheet *sheet, struct fault *f)
{
	if (index_begin(r->books.index, f) == 0 &&
	    part_complete(&r->books, day, kind, sheet, f) == 0 &&
	    index_commit(r->books.index, f) == 0)
		return 0;
	index_rollback(r->books.index);
	return -1;
}

/* The new segments are written: have them take the place of the old. */
static int
replace(struct repair *r, const struct redaction *g,
    const struct segments *hits, struct fault *f)
{
	const char *day = hits->list[0].day;
	struct index_sheet leads = {.size = 0}, tests = {.size = 0};
	char path[PATH_MAX], next[PATH_MAX];
	size_t i;

	if ((g->cut_leads &&
		complete_sheet(r, day, SHEET_LEADS, &leads, f) == -1) ||
	    (g->cut_tests &&
		complete_sheet(r, day, SHEET_TEST, &tests, f) == -1) ||
	    repair_expect(r, day, f) == -1 ||
	    remove_sheet(r, day, SHEET_LEADS, &leads, f) == -1 ||
	    remove_sheet(r, day, SHEET_TEST, &tests, f) == -1)
		return -1;
	for (i = 0; i < hits->n; i++) {
		journal_path(
		    path, r->books.journal, day, hits->list[i].segment);
		appendfile_new_path(next, path);
		if (appendfile_rename(next, path, f) == -1)
			return -1;
	}
	return appendfile_sync_parent(path, f);
}

/* Remove the files of the journal's directory that are half, for good. */
static int
remove_new(struct repair *r, struct fault *f)
{
	struct dayfiles all = {0};
	char path[PATH_MAX];
	size_t i;
	int rc = dayfiles_add(&all, r->books.journal, f), any = 0;

	for (i = 0; i < all.n && rc == 0; i++) {
		if (all.list[i].kind != DAYFILE_NEW)
			continue;
		dayfiles_path(path, &all.list[i]);
		rc = appendfile_unlink(path, f);
		any = 1;
	}
	if (rc == 0 && any)
		rc = appendfile_sync_parent(path, f);
	dayfiles_free(&all);
	return rc;
}

/* Under the lock: which of the day's segments, anew, and in their places. */
static int
write_day(struct repair *r, struct redaction *g, const char *day,
    struct segments *hits, struct fault *f)
{
	size_t i, taken, kept = 0;

	g->cut_leads = g->cut_tests = 0;
	if (segments_list(r->books.journal, hits, f) == -1)
		return -1;
	segments_keep_day(hits, day);
	for (i = 0; i < hits->n; i++) {
		if (redaction_segment(g, r->books.journal, &hits->list[i], NULL,
			&taken, f) != 0)
			return -1;
		if (taken > 0)
			hits->list[kept++] = hits->list[i];
	}
	hits->n = kept;
	for (i = 0; i < kept; i++)
		if (write_segment(r, g, &hits->list[i], f) == -1)
			return -1;
	if (kept == 0)
		return 0;
	if (replace(r, g, hits, f) == -1)
		return -1;
	return repair_day(r, day, f);
}

int
forget_day(
    struct repair *r, struct redaction *g, const char *day, struct fault *f)
{
	static const struct redaction_watch nobody;
	const struct redaction_watch *watch = g->watch;
	struct segments hits = {0};
	struct fault ignored = {0};
	int rc;

	if (repair_begin(r, f) == -1)
		return -1;
	g->watch = &nobody; /* it was told all that by the scan */
	rc = write_day(r, g, day, &hits, f);
	g->watch = watch;
	/* What is half must not fill the disk. */
	if (rc == -1 && remove_new(r, &ignored) == -1)
		fault_clear(&ignored);
	repair_end(r, rc == 0);
	segments_free(&hits);
	return rc;
}

/* Under the lock, as another one may be at work for other persons. */
static int
change_list(
    struct repair *r, const struct bytes *urns, int start, struct fault *f)
{
	struct bytes list = {0};
	int rc = -1;

	if (repair_begin(r, f) == -1)
		return -1;
	if (forgetting_read(&r->endpoint, &list, f) == 0) {
		forgetting_drop(&list, urns);
		if (start)
			bytes_add(&list, urns->data, urns->len);
		if (bytes_check(&list, f) == 0 &&
		    (start || remove_new(r, f) == 0))
			rc = forgetting_write(&r->endpoint, &list, f);
	}
	repair_end(r, rc == 0);
	bytes_free(&list);
	return rc;
}

int
forget_start(struct repair *r, const struct bytes *urns, struct fault *f)
{
	return change_list(r, urns, 1, f);
}

int
forget_finish(struct repair *r, const struct bytes *urns, struct fault *f)
{
	return change_list(r, urns, 0, f);
}

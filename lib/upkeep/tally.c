/* tally: an endpoint's last days, counted; see tally.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "journal/cursor.h"
#include "journal/journal.h"
#include "journal/segments.h"
#include "upkeep/tally.h"
#include "webhook/leads.h"

#define DEEPEST 3 /* directories below an endpoint's: sheets/replaced */

/* A count under way. */
struct counting {
	struct tally *tally;
	char journal[PATH_MAX];
	struct cursor cursor;
	struct leads leads;
};

/* A sheet that a line names: only that of today's leads is asked for. */
static void
note_part(struct tally *t, const struct name *file)
{
	if (file->sheet == SHEET_LEADS &&
	    strcmp(file->day, t->days[TALLY_DAYS - 1].day) == 0)
		t->part = file->number;
}

static int
count_record(struct counting *c, const struct record *r, struct tally_day *day,
    struct fault *f)
{
	if (r->kind == RECORD_SHEET)
		note_part(c->tally, &r->sheet.file);
	if (r->kind >= RECORD_SHEET)
		return 0;
	if (r->received > c->tally->newest)
		c->tally->newest = r->received;
	if (r->body == NULL)
		return 0; /* it was pruned */
	day->deliveries += r->kind == RECORD_LEADS;
	day->tests += r->kind == RECORD_TEST;
	day->others += r->kind == RECORD_OTHER;
	day->unreadable += r->kind == RECORD_UNREADABLE;
	if (r->kind != RECORD_LEADS)
		return 0;
	c->leads.most = LEADS_CELL;
	if (leads_read(&c->leads, r->body, r->body_len, f) == -1)
		return -1;
	day->leads += (int64_t)leads_count(&c->leads);
	return 0;
}

/* Begin to read a segment; NULL with err ENOENT when it has gone. */
static struct appendfile *
open_segment(struct counting *c, const struct segment *s, struct fault *f)
{
	struct place from = {.segment = s->number};
	struct appendfile *file;
	char path[PATH_MAX];

	segments_path(path, c->journal, s->day, s->number);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return NULL;
	memcpy(from.day, s->day, sizeof(from.day));
	cursor_file(&c->cursor, file, &from, s->counts);
	return file;
}

/* Read a segment of that day, as far as it counts. */
static int
count_segment(struct counting *c, const struct segment *s,
    struct tally_day *day, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file = open_segment(c, s, &why);
	enum cursor_result next;
	struct record r;
	int rc = 0;

	if (file == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	while (
	    rc == 0 && (next = cursor_next(&c->cursor, &r, f)) != CURSOR_END) {
		if (next == CURSOR_RECORD)
			rc = count_record(c, &r, day, f);
		else if (next == CURSOR_BAD_LINE)
			day->damaged++;
		else
			rc = -1;
	}
	appendfile_close(file);
	return rc;
}

/* Has a segment anything but the ids of a day that was pruned?  1, 0, -1. */
static int
has_bodies(struct counting *c, const struct segment *s, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file = open_segment(c, s, &why);
	enum cursor_result next;
	struct record r;

	/* What can't be read is there. */
	if (file == NULL)
		return why.kind == FAULT_MEMORY ? fault_take(f, &why) : 1;
	next = cursor_next(&c->cursor, &r, f);
	appendfile_close(file);
	if (next == CURSOR_FAILED)
		return -1;
	return next == CURSOR_BAD_LINE ||
	       (next == CURSOR_RECORD &&
		   (r.kind >= RECORD_SHEET || r.body != NULL));
}

static struct tally_day *
find_day(struct tally *t, const char *day)
{
	size_t i;

	for (i = 0; i < TALLY_DAYS; i++)
		if (strcmp(t->days[i].day, day) == 0)
			return &t->days[i];
	return NULL;
}

/* How many days are kept: those that were pruned are the oldest ones. */
static int
count_days(struct counting *c, const struct segments *all, struct fault *f)
{
	struct tally *t = c->tally;
	const char *last = "";
	size_t i;
	int rc;

	for (i = 0; i < all->n; last = all->list[i++].day) {
		if (strcmp(all->list[i].day, last) == 0)
			continue;
		if (t->days_kept == 0) {
			if ((rc = has_bodies(c, &all->list[i], f)) == -1)
				return -1;
			if (rc == 0)
				continue;
			memcpy(t->oldest, all->list[i].day, sizeof(t->oldest));
		}
		t->days_kept++;
	}
	return 0;
}

/* The journal: how many days, and what is in the last of them. */
static int
count_journal(struct counting *c, struct fault *f)
{
	struct segments all = {0};
	struct tally_day *day;
	struct tally *t = c->tally;
	size_t i;
	int rc = segments_list(c->journal, NULL, &all, f);

	if (rc == 0)
		rc = count_days(c, &all, f);
	for (i = 0; i < all.n && rc == 0; i++)
		if ((day = find_day(t, all.list[i].day)) != NULL) {
			day->failed += all.list[i].counts != INT64_MAX;
			rc = count_segment(c, &all.list[i], day, f);
		}
	segments_free(&all);
	if (rc == 0 && t->newest == 0)
		rc = journal_newest(c->journal, &t->newest, f);
	return rc == -1 ? -1 : 0;
}

/* What all below a directory takes; it may change while we look. */
static int64_t
measure(const char *path, int deep)
{
	char below[PATH_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *dir = opendir(path);
	int64_t bytes = 0;
	int n;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(dirfd(dir), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		bytes += (int64_t)st.st_blocks * 512;
		n = snprintf(
		    below, sizeof(below), "%s/%s", path, entry->d_name);
		if (S_ISDIR(st.st_mode) && deep > 0 && n > 0 &&
		    (size_t)n < sizeof(below))
			bytes += measure(below, deep - 1);
	}
	if (dir != NULL)
		(void)closedir(dir);
	return bytes;
}

int
tally_count(
    struct tally *t, const struct endpoint *e, int64_t now, struct fault *f)
{
	struct counting c = {.tally = t};
	char today[UTC_DAY_SIZE];
	int i, rc;

	memset(t, 0, sizeof(*t));
	t->part = 1;
	utc_day(now, today);
	for (i = 0; i < TALLY_DAYS; i++)
		utc_day_of_number(utc_day_number(today) - (TALLY_DAYS - 1 - i),
		    t->days[i].day);
	endpoint_path(e, c.journal, "journal");
	rc = count_journal(&c, f);
	cursor_free(&c.cursor);
	leads_free(&c.leads);
	if (rc == 0)
		t->disk = measure(e->dir, DEEPEST);
	return rc;
}

struct tally_day
tally_sum(const struct tally *t)
{
	struct tally_day sum = {.leads = 0};
	size_t i;

	for (i = 0; i < TALLY_DAYS; i++) {
		sum.leads += t->days[i].leads;
		sum.deliveries += t->days[i].deliveries;
		sum.tests += t->days[i].tests;
		sum.others += t->days[i].others;
		sum.unreadable += t->days[i].unreadable;
		sum.damaged += t->days[i].damaged;
		sum.failed += t->days[i].failed;
	}
	return sum;
}

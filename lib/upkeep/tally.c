/* tally: an endpoint's last days, counted; see tally.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "index/index.h"
#include "journal/journal.h"
#include "journal/segments.h"
#include "sheet/sheet.h"
#include "upkeep/tally.h"

#define READ_SIZE (256 << 10)
#define DEEPEST   3 /* directories below an endpoint's: sheets/replaced */

/* A count under way. */
struct counting {
	struct tally *tally;
	char journal[PATH_MAX];
	char sheets[PATH_MAX];
	char *buffer; /* of READ_SIZE */
};

/* Read a segment of that day. */
static int
count_segment(struct counting *c, const struct place *p, struct tally_day *day,
    struct fault *f)
{
	struct journal_reader reader = {0};
	struct fault why = {0};
	struct appendfile *file;
	struct record r;
	char path[PATH_MAX];
	int64_t offset;
	int rc;

	journal_path(path, c->journal, p->day, p->segment);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, &why)) == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	journal_rewind(&reader, file, 0);
	while ((rc = journal_next(&reader, &r, &offset, f)) > 0) {
		/* What a failed sync leaves was never acknowledged. */
		if (rc == 2) {
			day->damaged += !appendfile_is_retired(file);
			continue;
		}
		day->deliveries += r.kind == DELIVERY_LEADS;
		day->tests += r.kind == DELIVERY_TEST;
		day->others += r.kind == DELIVERY_OTHER;
		day->unreadable += r.kind == DELIVERY_UNREADABLE;
		if (r.received > c->tally->newest)
			c->tally->newest = r.received;
	}
	journal_reader_free(&reader);
	appendfile_close(file);
	return rc;
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

/* The journal: how many days, and what is in the last of them. */
static int
count_journal(struct counting *c, struct fault *f)
{
	struct segments all = {NULL, 0, 0};
	struct tally_day earlier; /* is only asked for its newest record */
	struct tally_day *day;
	struct tally *t = c->tally;
	struct fault why = {0};
	const char *last = "";
	size_t i;
	int rc = 0;

	if (segments_list(c->journal, &all, &why) == -1 && why.err != ENOENT)
		rc = fault_take(f, &why);
	for (i = 0; i < all.n; i++) {
		t->days_kept += strcmp(all.list[i].day, last) != 0;
		last = all.list[i].day;
	}
	if (all.n > 0)
		memcpy(t->oldest, all.list[0].day, sizeof(t->oldest));
	memset(&earlier, 0, sizeof(earlier));
	for (i = 0; i < all.n && rc == 0; i++) {
		day = find_day(t, all.list[i].day);
		if (day == NULL && strcmp(all.list[i].day, last) == 0)
			day = &earlier;
		if (day != NULL)
			rc = count_segment(c, &all.list[i], day, f);
	}
	segments_free(&all);
	return rc;
}

/* Add the lines of a file from the offset on; 0, or -1 when it can't be read.
 */
static int
count_file(struct counting *c, const char *path, int64_t offset, int64_t *lines)
{
	struct fault ignored = {0};
	struct appendfile *file =
	    appendfile_open(path, APPENDFILE_VIEW, &ignored);
	const char *p, *end;
	ssize_t n;

	if (file == NULL)
		return -1;
	while ((n = appendfile_read(
		    file, c->buffer, READ_SIZE, offset, &ignored)) > 0) {
		offset += n;
		end = c->buffer + n;
		for (p = c->buffer;
		     (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
			++*lines;
	}
	appendfile_close(file);
	return n == 0 ? 0 : -1;
}

/* A part of a day's sheet of leads, in either format; 1 when it is there. */
static int
find_part(
    struct counting *c, const char *day, int part, char *path, struct stat *st)
{
	struct shape s;
	int format;

	memset(&s, 0, sizeof(s));
	for (format = SHEET_CSV; format <= SHEET_TSV; format++) {
		s.format = (enum sheet_format)format;
		sheet_path(path, c->sheets, SHEET_LEADS, day, part, &s);
		if (lstat(path, st) == 0 && S_ISREG(st->st_mode))
			return 1;
	}
	return 0;
}

/* The rows that stand in a day's sheets; -1 when there is none. */
static int64_t
count_lines(struct counting *c, const char *day)
{
	char path[PATH_MAX];
	struct stat st;
	int64_t lines = 0;
	int part;

	for (part = 1; find_part(c, day, part, path, &st); part++)
		if (count_file(c, path, 0, &lines) == 0)
			lines--; /* its header */
	return part == 1 ? -1 : lines < 0 ? 0 : lines;
}

/*
 * What the index says of a sheet may be a delivery old: what our file has
 * grown by counts as well.
 */
static int64_t
count_grown(struct counting *c, const char *day, const struct index_sheet *s)
{
	char path[PATH_MAX];
	struct stat st;
	int64_t lines = 0;

	if (find_part(c, day, s->part, path, &st) &&
	    (int64_t)st.st_ino == s->inode && st.st_size > s->size)
		(void)count_file(c, path, s->size, &lines);
	return s->next_row + lines;
}

static void
count_leads(struct counting *c, struct index *index)
{
	struct tally *t = c->tally;
	struct tally_day *day;
	struct index_sheet sheet;
	struct fault ignored;
	char path[PATH_MAX];
	struct stat st;
	size_t i;

	for (i = 0; i < TALLY_DAYS; i++) {
		day = &t->days[i];
		fault_clear(&ignored);
		sheet.part = 0;
		if (index != NULL && index_sheet(index, day->day, SHEET_LEADS,
					 &sheet, &ignored) == 1)
			day->leads = count_grown(c, day->day, &sheet);
		else if ((day->leads = count_lines(c, day->day)) == -1)
			day->leads = day->deliveries;
	}
	/* Today's part: the one behind the last that is there. */
	t->part = sheet.part > 0 ? sheet.part : 1;
	while (
	    find_part(c, t->days[TALLY_DAYS - 1].day, t->part + 1, path, &st))
		t->part++;
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
	struct fault ignored = {0};
	struct index *index;
	char path[PATH_MAX], today[UTC_DAY_SIZE];
	int i, rc;

	memset(t, 0, sizeof(*t));
	utc_day(now, today);
	for (i = 0; i < TALLY_DAYS; i++)
		utc_day_before(today, TALLY_DAYS - 1 - i, t->days[i].day);
	if ((c.buffer = malloc(READ_SIZE)) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	endpoint_path(e, c.journal, "journal");
	endpoint_path(e, c.sheets, "sheets");
	endpoint_path(e, path, "index.sqlite");
	if ((rc = count_journal(&c, f)) == 0) {
		index = index_view(path, &ignored);
		count_leads(&c, index);
		index_close(index);
		t->disk = measure(e->dir, DEEPEST);
	}
	free(c.buffer);
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
	}
	return sum;
}

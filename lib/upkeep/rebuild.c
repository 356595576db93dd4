/* rebuild: sheets and index made again; see rebuild.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "index/index.h"
#include "index/sqlitefiles.h"
#include "journal/dayfiles.h"
#include "journal/journal.h"
#include "sheet/sheet.h"
#include "store/recovery.h"
#include "upkeep/rebuild.h"

/* The whole file at path; none is empty. */
static int
read_all(const char *path, struct bytes *out, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *a = appendfile_open(path, APPENDFILE_READ, &why);
	struct appendfile_state now;
	ssize_t n = -1;

	bytes_reset(out);
	if (a == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	if (appendfile_look(a, &now, f) == -1)
		goto out;
	if (bytes_reserve(out, (size_t)now.size + 1) == -1) {
		n = bytes_check(out, f);
		goto out;
	}
	do {
		n = appendfile_read(a, out->data + out->len,
		    out->cap - out->len, (int64_t)out->len, f);
		out->len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && out->len < out->cap);
out:
	appendfile_close(a);
	return n == -1 ? -1 : 0;
}

/* How long the header is. */
static size_t
header(const struct bytes *b)
{
	const char *end = b->len == 0 ? NULL : memchr(b->data, '\n', b->len);

	return end == NULL ? b->len : (size_t)(end - b->data) + 1;
}

/*
 * Is the old part another than what was made?  One of several that nobody
 * edited has the same header, and rows that stand in the new sheet together.
 */
static int
differs(const struct bytes *old, const struct bytes *new, int several)
{
	size_t n = header(old);

	if (old->len == 0)
		return 0;
	if (n > new->len || memcmp(old->data, new->data, n) != 0)
		return 1;
	if (!several)
		return old->len != new->len ||
		       memcmp(old->data, new->data, old->len) != 0;
	return old->len > n &&
	       memmem(new->data, new->len, old->data + n, old->len - n) == NULL;
}

/* Is there another part of the same sheet? */
static int
has_others(const struct rebuild *out, const struct rebuild_moved *m)
{
	size_t i;

	for (i = 0; i < out->nmoved; i++)
		if (&out->moved[i] != m && out->moved[i].name[0] == m->name[0])
			return 1;
	return 0;
}

/* Of each part that was moved, did it differ? */
static int
compare(struct repair *r, const char *day, struct rebuild *out, struct fault *f)
{
	struct bytes old = {0}, new = {0};
	char path[PATH_MAX];
	struct rebuild_moved *m;
	const char *kind;
	size_t i;
	int rc = 0;

	for (i = 0; i < out->nmoved && rc == 0; i++) {
		m = &out->moved[i];
		kind = m->name[0] == 't' ? SHEET_TEST : SHEET_LEADS;
		sheet_path(path, r->books.sheets, kind, day, 1,
		    &r->books.settings->shape);
		rc = read_all(path, &new, f);
		(void)snprintf(path, sizeof(path), "%.*s/replaced/%s",
		    PATH_MAX - 80, r->books.sheets, m->to);
		if (rc == 0)
			rc = read_all(path, &old, f);
		m->differs = rc == 0 && differs(&old, &new, has_others(out, m));
	}
	bytes_free(&old);
	bytes_free(&new);
	return rc;
}

/* Every part of the day's sheets, whatever settings it was made with. */
static int
move(struct repair *r, const char *day, struct rebuild *out, struct fault *f)
{
	struct dayfiles all = {0};
	struct rebuild_moved *m;
	char path[PATH_MAX];
	size_t i;
	int rc = dayfiles_add(&all, r->books.sheets, f);

	out->moved = calloc(all.n + 1, sizeof(*out->moved));
	if (rc == 0 && out->moved == NULL)
		rc = fault_set(f, FAULT_MEMORY, 0, "out of memory");
	for (i = 0; i < all.n && rc == 0; i++) {
		if (all.list[i].kind != DAYFILE_SHEET ||
		    strcmp(all.list[i].day, day) != 0)
			continue;
		m = &out->moved[out->nmoved];
		(void)snprintf(
		    m->name, sizeof(m->name), "%s", all.list[i].name);
		dayfiles_path(path, &all.list[i]);
		if ((rc = replaced_move(r->books.sheets, path, m->to, f)) == 0)
			out->nmoved++;
	}
	if (rc == 0 && out->nmoved > 0)
		rc = appendfile_sync_parent(path, f);
	dayfiles_free(&all);
	return rc;
}

static int
count_rows(
    struct repair *r, const char *day, struct rebuild *out, struct fault *f)
{
	struct index_sheet s;

	if (index_sheet(r->books.index, day, SHEET_LEADS, &s, f) == -1)
		return -1;
	out->leads = s.next_row;
	if (index_sheet(r->books.index, day, SHEET_TEST, &s, f) == -1)
		return -1;
	out->tests = s.next_row;
	return 0;
}

/* Under the lock. */
static int
make_day(
    struct repair *r, const char *day, struct rebuild *out, struct fault *f)
{
	int segments = journal_last_segment(r->books.journal, day, f);

	if (segments <= 0)
		return segments;
	out->has_journal = 1;
	if (repair_expect(r, day, f) == -1 || move(r, day, out, f) == -1 ||
	    repair_day(r, day, f) == -1 || count_rows(r, day, out, f) == -1)
		return -1;
	return compare(r, day, out, f);
}

int
rebuild_day(
    struct repair *r, const char *day, struct rebuild *out, struct fault *f)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if (repair_begin(r, f) == -1)
		return -1;
	rc = make_day(r, day, out, f);
	repair_end(r, rc == 0);
	return rc;
}

void
rebuild_free(struct rebuild *out)
{
	free(out->moved);
	memset(out, 0, sizeof(*out));
}

/* Under the lock. */
static int
make_index(struct repair *r, struct fault *f)
{
	struct fault why = {0};

	if (index_check(r->books.index, &why) == 0)
		return recovery_reindex(&r->books, f);
	if (why.kind != FAULT_DAMAGED)
		return fault_take(f, &why);
	index_close(r->books.index);
	r->books.index = NULL;
	if (sqlitefiles_set_aside(r->books.index_path, f) == -1)
		return -1;
	return recovery_index(&r->books, f);
}

int
rebuild_index(struct repair *r, struct fault *f)
{
	int rc;

	if (repair_begin(r, f) == -1)
		return -1;
	rc = make_index(r, f);
	repair_end(r, rc == 0);
	return rc;
}

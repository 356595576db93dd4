/* audit: is an endpoint's store what its journal makes?  See audit.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/known.h"
#include "journal/identity.h"
#include "journal/segments.h"
#include "sheet/collate.h"
#include "sheet/sheet.h"
#include "store/audit.h"

#define TAKE_INDEX_AWAY                                                        \
	"delete index.sqlite and the files whose names begin like that; the "  \
	"next delivery makes it anew from the journal"

/* One segment, and what its reading found. */
struct reading {
	const struct place *place;
	struct appendfile *file;
	int retired;
	int64_t size;      /* of the file when its reading began */
	int64_t indexed;   /* bytes that the index has read */
	int64_t bad_lines; /* that don't count */
	int64_t first_bad; /* offset of the first of them */
	int64_t torn;      /* bytes behind the last newline */
	int has_sheet[2];  /* records for the sheets of leads, and of tests */
};

__attribute__((nonnull, format(printf, 4, 5))) static void
say(const struct audit *a, enum audit_level level, const char *remedy,
    const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	a->found(a->context, level, text, remedy);
}

void
audit_open(struct audit *a, const struct endpoint *e,
    const struct settings *settings, const struct boot *boot)
{
	struct fault f = {0};

	a->endpoint = e;
	projection_books(&a->books, e, settings, boot);
	a->books.index = index_view(a->books.index_path, &f);
	if (a->books.index != NULL)
		return;
	if (f.err == ENOENT && audit_size(a) == 0)
		return;
	if (f.err == ENOENT)
		say(a, AUDIT_NOTE, "",
		    "there is no index; the next delivery makes it from the "
		    "journal");
	else if (f.kind == FAULT_DAMAGED)
		say(a, AUDIT_WRONG, TAKE_INDEX_AWAY,
		    "the index can't be used: %.300s", f.text);
	else
		say(a, AUDIT_NOTE, "",
		    "the index can't be looked at just now, and the sheets "
		    "not be held against all of it: %.300s",
		    f.text);
}

int64_t
audit_size(const struct audit *a)
{
	struct segments all = {0};
	struct fault ignored = {0};
	int64_t size = 0;

	if (segments_list(a->books.journal, &all, &ignored) == 0)
		size = 2 * segments_bytes(a->books.journal, &all);
	segments_free(&all);
	return size;
}

/* Does a secret that is kept make this signature? */
static int
check_signature(struct audit *a, const struct place *p, const struct record *r,
    struct fault *f)
{
	char ignored[SIGNATURE_SIZE];
	int rc;

	if (a->secrets == NULL)
		return 0;
	rc = signature_verify(
	    a->secrets, r->signature, r->body, r->body_len, ignored, f);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	if (a->unsigned_records++ == 0)
		memcpy(a->unsigned_from, p->day, sizeof(a->unsigned_from));
	memcpy(a->unsigned_to, p->day, sizeof(a->unsigned_to));
	return 0;
}

/*
 * The index must lead from the record's key to it, or to an earlier one with
 * the same key; and then the key of copies must be known as well.
 */
static int
check_key(struct audit *a, const struct reading *g, const struct record *r,
    int64_t offset, struct fault *f)
{
	struct index_segment now = {.size = g->indexed};
	struct index *index = a->books.index;
	char copy[IDENTITY_COPY_SIZE];
	struct index_id id;
	const char *key;
	size_t len;
	int rc = 0, tries;

	if (index == NULL || (key = identity_of(r, &len)) == NULL)
		return 0;
	for (tries = 0; tries < 2 && rc == 0; tries++) {
		if (offset >= now.size) {
			a->behind++;
			return 0;
		}
		rc = index_find(index, key, len, &id, f);
		/* Who changes it just now goes back to the tables first. */
		if (rc == 0 && index_segment(index, g->place->day,
				   g->place->segment, &now, f) == -1)
			return -1;
	}
	a->unknown += rc == 0;
	if (rc != 1)
		return rc;
	if (strcmp(id.day, g->place->day) == 0 &&
	    id.segment == g->place->segment && id.offset == offset)
		return 0;
	if ((rc = known_is_seen(a->books.journal, &id, key, len, f)) == 0)
		a->elsewhere++;
	if (rc != 1)
		return rc;
	len = identity_of_copy(key, len, copy);
	if ((rc = index_find(index, copy, len, &id, f)) == 0)
		a->unknown++;
	return rc == -1 ? -1 : 0;
}

static int
read_lines(struct audit *a, struct reading *g, struct fault *f)
{
	struct journal_reader reader = {0};
	struct record r;
	int64_t offset;
	int rc;

	journal_rewind(&reader, g->file, 0);
	while ((rc = journal_next(&reader, &r, &offset, f)) > 0) {
		if (rc == 2 && g->bad_lines++ == 0)
			g->first_bad = offset;
		if (rc == 1) {
			a->records++;
			g->has_sheet[0] |= r.kind == DELIVERY_LEADS;
			g->has_sheet[1] |= r.kind == DELIVERY_TEST;
			if (check_signature(a, g->place, &r, f) == -1 ||
			    check_key(a, g, &r, offset, f) == -1) {
				rc = -1;
				break;
			}
		}
		if (a->step(a->context, reader.offset - offset, rc == 1) != 0) {
			a->stopped = 1;
			break;
		}
	}
	if (rc == 0 && reader.offset < g->size)
		g->torn = g->size - reader.offset;
	journal_reader_free(&reader);
	return rc == -1 ? -1 : 0;
}

static void
judge_segment(const struct audit *a, const struct reading *g)
{
	const struct place *p = g->place;
	char name[PATH_MAX];
	const char *base;

	journal_path(name, a->books.journal, p->day, p->segment);
	base = strrchr(name, '/') + 1;
	if (g->retired)
		say(a, AUDIT_NOTE, "",
		    "journal/%s is retired: writing it to the disk failed "
		    "once; look after that disk",
		    base);
	if (g->bad_lines > 0)
		say(a, g->retired ? AUDIT_NOTE : AUDIT_WRONG,
		    "someone or a broken disk changed it: put the file back "
		    "from your backup",
		    "journal/%s has %lld line%s that %s not count (another "
		    "form, or another sha256), the first at byte %lld",
		    base, (long long)g->bad_lines, g->bad_lines == 1 ? "" : "s",
		    g->bad_lines == 1 ? "does" : "do", (long long)g->first_bad);
	if (g->torn > 0)
		say(a, AUDIT_NOTE, "",
		    "journal/%s ends in half a line, which was never "
		    "acknowledged; the day's next delivery moves it away",
		    base);
	if (g->indexed > g->size)
		say(a, AUDIT_WRONG, TAKE_INDEX_AWAY,
		    "the index knows %lld bytes of journal/%s, which has %lld",
		    (long long)g->indexed, base, (long long)g->size);
}

static int
read_segment(struct audit *a, struct reading *g, struct fault *f)
{
	struct index_segment known = {.size = 0};
	struct appendfile_state now;
	char path[PATH_MAX];
	int rc = -1;

	/* The index first: what it knows must be in the file by then. */
	if (a->books.index != NULL &&
	    index_segment(a->books.index, g->place->day, g->place->segment,
		&known, f) == -1)
		return -1;
	g->indexed = known.size;
	journal_path(path, a->books.journal, g->place->day, g->place->segment);
	if ((g->file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return -1;
	if (appendfile_look(g->file, &now, f) == 0) {
		/* Of another file in its place the index has read nothing. */
		if (known.inode != 0 && known.inode != now.inode)
			g->indexed = 0;
		g->size = now.size;
		g->retired = appendfile_is_retired(g->file);
		rc = read_lines(a, g, f);
	}
	appendfile_close(g->file);
	if (rc == 0 && !a->stopped)
		judge_segment(a, g);
	return rc;
}

/* What was counted over all segments. */
static void
judge_all(const struct audit *a)
{
	if (a->unsigned_records > 0)
		say(a, AUDIT_NOTE, "",
		    "%lld of %lld records, from %s to %s, are signed with "
		    "none of the secrets that are kept; that is so where the "
		    "secret was changed since (else someone has changed them)",
		    (long long)a->unsigned_records, (long long)a->records,
		    a->unsigned_from, a->unsigned_to);
	if (a->unknown > 0)
		say(a, AUDIT_WRONG, TAKE_INDEX_AWAY,
		    "the index doesn't know %lld record%s of the journal",
		    (long long)a->unknown, a->unknown == 1 ? "" : "s");
	if (a->elsewhere > 0)
		say(a, AUDIT_WRONG, TAKE_INDEX_AWAY,
		    "the index leads to a wrong place for %lld record%s",
		    (long long)a->elsewhere, a->elsewhere == 1 ? "" : "s");
	if (a->behind > 0)
		say(a, AUDIT_NOTE, "",
		    "the index is behind the journal by %lld record%s; the "
		    "next delivery brings it up",
		    (long long)a->behind, a->behind == 1 ? "" : "s");
}

static int
step_sheet(void *context, int64_t bytes)
{
	const struct audit *a = context;

	return a->step(a->context, bytes, 0);
}

/* The tests of a day are read once more, which nobody is told of. */
static int
step_tests(void *context, int64_t bytes)
{
	(void)bytes;
	return step_sheet(context, 0);
}

/* What is said of each result; the sheet's name stands before it. */
static const struct {
	enum audit_level level;
	const char *text; /* NULL: nothing */
	const char *remedy;
} sayings[] = {
    [COLLATE_EQUAL] = {AUDIT_FINE, NULL, ""},
    [COLLATE_NONE] = {AUDIT_FINE, NULL, ""},
    [COLLATE_EDITED] = {AUDIT_NOTE,
	"was edited by someone, and is left as it is", ""},
    [COLLATE_LACKS] = {AUDIT_WRONG, "lacks leads that the journal has",
	"run \"leadsheet rebuild\" for that day"},
    [COLLATE_MISSING] = {AUDIT_NOTE,
	"was taken away; \"leadsheet rebuild\" makes it again", ""},
    [COLLATE_UNSURE] = {AUDIT_NOTE,
	"is one of several parts, which only the index can tell apart: not "
	"compared",
	""},
    [COLLATE_SHAPE] = {AUDIT_NOTE,
	"was written with other settings: not compared", ""},
    [COLLATE_STOPPED] = {AUDIT_FINE, NULL, ""},
};

static int
check_sheet(struct audit *a, const char *day, const char *kind, struct fault *f)
{
	char path[PATH_MAX];
	int part, rc;

	rc = collate_day(&a->books, day, kind,
	    strcmp(kind, SHEET_LEADS) == 0 ? step_sheet : step_tests, a, &part,
	    f);
	if (rc == -1)
		return -1;
	sheet_path(path, "sheets", kind, day, part, &a->books.settings->shape);
	if (part > 1)
		say(a, AUDIT_NOTE, "",
		    "%s goes on after a part that was edited, or written "
		    "with other settings",
		    path);
	if (sayings[rc].text != NULL)
		say(a, sayings[rc].level, sayings[rc].remedy, "%s %s", path,
		    sayings[rc].text);
	a->stopped |= rc == COLLATE_STOPPED;
	return 0;
}

/* Every day once; its segments stand side by side in the list. */
static int
check_sheets(struct audit *a, struct reading *list, size_t n, struct fault *f)
{
	const char *day;
	size_t i;

	for (i = 0; i < n && !a->stopped; i++) {
		day = list[i].place->day;
		if (i + 1 < n && strcmp(day, list[i + 1].place->day) == 0) {
			list[i + 1].has_sheet[0] |= list[i].has_sheet[0];
			list[i + 1].has_sheet[1] |= list[i].has_sheet[1];
			continue;
		}
		if (list[i].has_sheet[0] &&
		    check_sheet(a, day, SHEET_LEADS, f) == -1)
			return -1;
		if (list[i].has_sheet[1] && !a->stopped &&
		    check_sheet(a, day, SHEET_TEST, f) == -1)
			return -1;
	}
	return 0;
}

int
audit_run(struct audit *a, struct fault *f)
{
	struct segments all = {0};
	struct reading *list = NULL;
	size_t i;
	int rc = -1;

	if (segments_list(a->books.journal, &all, f) == -1) {
		/* Nothing has come yet, and that is all right. */
		if (f->err == ENOENT) {
			fault_clear(f);
			rc = 0;
		}
		goto out;
	}
	if ((list = calloc(all.n + 1, sizeof(*list))) == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		goto out;
	}
	for (i = 0; i < all.n && !a->stopped; i++) {
		list[i].place = &all.list[i];
		if (read_segment(a, &list[i], f) == -1)
			goto out;
	}
	if (!a->stopped)
		judge_all(a);
	if (check_sheets(a, list, a->stopped ? 0 : all.n, f) == 0)
		rc = a->stopped;
out:
	free(list);
	segments_free(&all);
	return rc;
}

void
audit_close(struct audit *a)
{
	index_close(a->books.index);
	a->books.index = NULL;
}

/* part: the file of a day's sheet that rows go to; see part.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "sheet/edited.h"
#include "sheet/part.h"
#include "sheet/replaced.h"
#include "sheet/sheet.h"

/*
 * A sheet is written within milliseconds of its delivery; in microseconds,
 * with room for a machine that is very busy.
 */
#define SETTLED (60 * UTC_SECOND)

/* Where a part begins: nothing of the day's journal is in it yet. */
static struct index_sheet
beginning(const struct index_sheet *s)
{
	struct index_sheet b = *s;

	b.next_row = 0;
	b.segment = 1;
	b.offset = 0;
	b.size = 0;
	return b;
}

/*
 * How the file is to what the index has of it.  TRUSTED: as we left it.
 * GROWN: it may be that, and what a worker wrote before it was killed.
 * TAKEN_FROM: shorter, in the same boot, which only a person can have done.
 * Else UNKNOWN: all of it is to be compared.
 */
enum standing { UNKNOWN, GROWN, TRUSTED, TAKEN_FROM };

static enum standing
compare_state(const struct books *b, const struct index_sheet *s,
    const struct appendfile_state *now)
{
	if (strcmp(s->boot, b->boot->id) != 0)
		return UNKNOWN;
	if (s->size == 0 && now->size == 0)
		return TRUSTED; /* there was none, and there is none */
	if (now->size > 0 && now->size < s->size)
		return TAKEN_FROM;
	if (s->inode != now->inode || s->size == 0)
		return UNKNOWN;
	if (now->size > s->size)
		return b->unfinished ? GROWN : UNKNOWN;
	return s->mtime == now->mtime ? TRUSTED : UNKNOWN;
}

/* Complete the part that *s names; p->differs when it is no part of ours. */
static int
complete_part(struct projection *p, const struct index_sheet *s, int known,
    struct fault *f)
{
	struct appendfile_state now = {0};
	struct index_sheet start;
	struct fault why = {0};
	enum standing standing;

	p->first_row = s->first_row;
	p->file = appendfile_open(p->path, APPENDFILE_APPEND, &why);
	if (p->file == NULL && why.err != ENOENT)
		return fault_take(f, &why);
	if (p->file != NULL && appendfile_look(p->file, &now, f) == -1)
		return -1;
	p->size = now.size;
	standing = known ? compare_state(p->books, s, &now) : UNKNOWN;
	if (standing == TAKEN_FROM) {
		p->differs = 1;
		return 0;
	}
	if (standing != UNKNOWN) {
		if (projection_walk(p, s, f) == -1)
			return -1;
		if (!p->differs || standing == TRUSTED)
			return 0;
	}
	start = beginning(s);
	return projection_walk(p, &start, f);
}

/* Note in *s, and in the index, how the part stands after the walk. */
static int
save(struct projection *p, struct index_sheet *s, struct fault *f)
{
	struct appendfile_state now = {0};

	if (p->file != NULL && appendfile_look(p->file, &now, f) == -1)
		return -1;
	s->next_row = p->row;
	if (s->first_row > s->next_row)
		s->first_row = s->next_row; /* someone added rows before */
	s->segment = p->segment;
	s->offset = p->offset;
	s->inode = now.inode;
	s->size = now.size;
	s->mtime = now.mtime;
	(void)snprintf(s->boot, sizeof(s->boot), "%s", p->books->boot->id);
	sheet_shape(&p->books->settings->shape, s->shape);
	return index_set_sheet(p->books->index, p->day, p->kind, s, f);
}

/* When the last delivery came that has rows in this part. */
struct arrival {
	int64_t first_row; /* the part's own */
	int64_t until;     /* what came later says nothing */
	int64_t last;      /* 0: there is none */
};

static int
note_arrival(void *context, int64_t row, const struct record *r)
{
	struct arrival *a = context;

	if (row > a->first_row && r->received <= a->until &&
	    r->received > a->last)
		a->last = r->received;
	return 0;
}

/*
 * A file that was last touched with a delivery, before the machine went down,
 * and that isn't what the journal makes of it: the power cut did that.  A
 * person would have come later than the delivery, or left another file there.
 * 1, 0, or -1 with the fault set.
 */
static int
is_damaged(struct projection *p, const struct index_sheet *s, int known,
    struct fault *f)
{
	const struct boot *boot = p->books->boot;
	struct arrival arrival = {.first_row = s->first_row};
	struct appendfile_state now;

	if (appendfile_look(p->file, &now, f) == -1)
		return -1;
	if (boot->id[0] == '\0' || strcmp(s->boot, boot->id) == 0 ||
	    now.mtime / 1000 >= boot->time ||
	    (known && s->inode != 0 && s->inode != now.inode))
		return 0;
	/* The file's clock is coarse. */
	arrival.until = now.mtime / 1000 + UTC_SECOND;
	if (projection_visit(p, note_arrival, &arrival, f) == -1)
		return -1;
	if (arrival.last != 0)
		return now.mtime / 1000 < arrival.last + SETTLED;
	/* Part 1 had nothing to be edited; a later one may be a copy. */
	return s->part == 1 ? 1 : edited_is_leftover(p, f);
}

static int
set_aside(struct projection *p, struct fault *f)
{
	const char *name = strrchr(p->path, '/') + 1;
	char to[REPLACED_NAME_SIZE];

	if (replaced_move(p->books->sheets, p->path, to, f) == -1)
		return -1;
	(void)snprintf(p->books->note, sizeof(p->books->note),
	    "%s was damaged when the machine went down; it is made again, "
	    "the damaged one is replaced/%s",
	    name, to);
	return 0;
}

/*
 * What is there is not ours to write to: go on to the next part, with the
 * first row that the edited file can't have.
 */
static int
leave_alone(
    struct projection *p, struct index_sheet *s, int known, struct fault *f)
{
	if (edited_next_row(p, s, known, &s->first_row, f) == -1)
		return -1;
	(void)snprintf(p->books->note, sizeof(p->books->note),
	    "%s was edited by someone and is left as it is; the day goes on "
	    "in part %d",
	    strrchr(p->path, '/') + 1, s->part + 1);
	s->part++;
	return 0;
}

/* One part after the other, until one is ours. */
static int
find_part(
    struct projection *p, struct index_sheet *s, int known, struct fault *f)
{
	char path[PATH_MAX];
	int rc;

	p->path = path;
	for (;;) {
		sheet_path(path, p->books->sheets, p->kind, p->day, s->part,
		    &p->books->settings->shape);
		rc = complete_part(p, s, known, f);
		if (rc == 0 && !p->differs)
			return save(p, s, f);
		if (rc == 0)
			rc = is_damaged(p, s, known, f);
		if (rc != -1)
			rc = rc == 1 ? set_aside(p, f)
			             : leave_alone(p, s, known, f);
		appendfile_close(p->file);
		p->file = NULL;
		if (rc == -1)
			return -1;
		/* Of the next part nothing is written yet. */
		s->size = 0;
		known = 0;
	}
}

/*
 * The journal has other rows now than when the parts before this one were
 * left: count anew which is the first that they can't have.
 */
static int
recount(struct projection *p, struct index_sheet *s, struct fault *f)
{
	struct fault why = {0};
	char path[PATH_MAX];
	int last = s->part, rc = 0;

	s->first_row = 0;
	p->path = path;
	for (s->part = 1; s->part < last && rc == 0; s->part++) {
		sheet_path(path, p->books->sheets, p->kind, p->day, s->part,
		    &p->books->settings->shape);
		p->file = appendfile_open(path, APPENDFILE_READ, &why);
		if (p->file == NULL && why.err != ENOENT)
			return fault_take(f, &why);
		fault_clear(&why);
		/* One that was taken away has none of the rows. */
		if (p->file != NULL)
			rc = edited_next_row(p, s, 0, &s->first_row, f);
		appendfile_close(p->file);
		p->file = NULL;
	}
	return rc;
}

/* Is none of the parts so far there any more?  1, 0, or -1. */
static int
all_deleted(const struct books *b, const char *day, const char *kind, int part,
    struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	for (; part > 0; part--) {
		sheet_path(
		    path, b->sheets, kind, day, part, &b->settings->shape);
		if (lstat(path, &st) == 0)
			return 0;
		if (errno != ENOENT)
			return fault_set(
			    f, FAULT_STORAGE, errno, "can't look at %s", path);
	}
	return 1;
}

int
part_complete(struct books *b, const char *day, const char *kind,
    struct index_sheet *s, struct fault *f)
{
	struct projection p = {.books = b, .day = day, .kind = kind};
	char shape[SHEET_SHAPE_SIZE];
	int known = index_sheet(b->index, day, kind, s, f), rc = -1;

	if (known == -1)
		return -1;
	sheet_shape(&b->settings->shape, shape);
	if (known && (rc = all_deleted(b, day, kind, s->part, f)) == -1)
		return -1;
	if (known && rc == 1) {
		/* Whoever takes the sheets away gets them again, whole. */
		memset(s, 0, sizeof(*s));
		known = 0;
	}
	if (known && s->first_row == -1) {
		s->part += strcmp(s->shape, shape) != 0;
		if (recount(&p, s, f) == -1)
			goto out;
		known = 0;
	} else if (!known) {
		s->part = 1;
	} else if (strcmp(s->shape, shape) != 0) {
		/* Other settings make other bytes: another file. */
		s->part++;
		s->first_row = s->next_row;
		s->size = 0;
	}
	rc = find_part(&p, s, known, f);
out:
	projection_free(&p);
	return rc;
}

/*
 * Have the file at path open in *file, where there is a usable one, and how it
 * stands.
 */
static int
reopen(struct appendfile **file, const char *path, struct appendfile_state *now)
{
	struct fault ignored = {0};

	if (*file != NULL && strcmp(appendfile_path(*file), path) == 0 &&
	    appendfile_is_current(*file, now))
		return 0;
	appendfile_close(*file);
	*file = appendfile_open(path, APPENDFILE_APPEND, &ignored);
	return *file == NULL ? -1 : appendfile_look(*file, now, &ignored);
}

/* Is the file at path, open in *file then, as *s tells? */
static int
is_ready(const struct books *b, const struct index_sheet *s, const char *path,
    struct appendfile **file)
{
	struct appendfile_state now;
	char shape[SHEET_SHAPE_SIZE];

	sheet_shape(&b->settings->shape, shape);
	return s->first_row != -1 && strcmp(s->shape, shape) == 0 &&
	       reopen(file, path, &now) == 0 &&
	       compare_state(b, s, &now) == TRUSTED;
}

int
part_open(struct books *b, const char *day, const char *kind,
    struct index_sheet *s, struct appendfile **file, struct fault *f)
{
	char path[PATH_MAX];
	int known = index_sheet(b->index, day, kind, s, f);

	if (known == -1)
		return -1;
	if (known) {
		sheet_path(
		    path, b->sheets, kind, day, s->part, &b->settings->shape);
		if (is_ready(b, s, path, file))
			return 0;
	}
	appendfile_close(*file);
	*file = NULL;
	if (part_complete(b, day, kind, s, f) == -1)
		return -1;
	sheet_path(path, b->sheets, kind, day, s->part, &b->settings->shape);
	*file = appendfile_open(path, APPENDFILE_CREATE, f);
	return *file == NULL ? -1 : 0;
}

int
part_ensure(struct books *b, const char *day, const char *kind, struct fault *f)
{
	struct index_sheet sheet;
	int known;

	if (kind == NULL)
		return 0;
	if ((known = index_sheet(b->index, day, kind, &sheet, f)) != 0)
		return known == -1 ? -1 : 0;
	return part_complete(b, day, kind, &sheet, f);
}

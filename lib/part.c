/* part: the file of a day's sheet that rows go to; see part.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "appendfile.h"
#include "part.h"
#include "sheet.h"

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
 * How far the file is as the index has it.  TRUSTED: as we left it; GROWN: it
 * may be that and what we wrote before we were killed; else UNKNOWN.
 */
enum standing { UNKNOWN, GROWN, TRUSTED };

static enum standing
compare_state(const struct books *b, const struct index_sheet *s,
    const struct appendfile_state *now)
{
	if (strcmp(s->boot, b->boot->id) != 0)
		return UNKNOWN;
	if (s->size == 0 && now->size == 0)
		return TRUSTED; /* there was none, and there is none */
	if (s->inode != now->inode || s->size == 0 || s->size > now->size)
		return UNKNOWN;
	if (s->size < now->size)
		return GROWN;
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
	if (p->file == NULL && why.err != ENOENT) {
		*f = f->kind == FAULT_NONE ? why : *f;
		return -1;
	}
	if (p->file != NULL && appendfile_look(p->file, &now, f) == -1)
		return -1;
	p->size = now.size;
	standing = known ? compare_state(p->books, s, &now) : UNKNOWN;
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
	sheet_shape(p->books->settings, s->shape);
	return index_set_sheet(p->books->index, p->day, p->kind, s, f);
}

/* How many rows the file has; its last line counts without an end as well. */
static int
count_rows(struct projection *p, int64_t *rows, struct fault *f)
{
	char piece[65536], last = '\n';
	int64_t at = 0, lines = 0;
	ssize_t n;

	while (
	    (n = appendfile_read(p->file, piece, sizeof(piece), at, f)) > 0) {
		lines += sheet_count_lines(piece, (size_t)n);
		last = piece[n - 1];
		at += n;
	}
	lines += last != '\n';
	*rows = lines > 0 ? lines - 1 : 0; /* one is the header */
	return n == -1 ? -1 : 0;
}

/*
 * A file that nobody has touched since the machine was started, and that
 * isn't what the journal makes of it: the power cut did that.
 */
static int
is_damaged(const struct projection *p, const struct index_sheet *s,
    const struct appendfile_state *now)
{
	const struct boot *boot = p->books->boot;

	return boot->id[0] != '\0' && strcmp(s->boot, boot->id) != 0 &&
	       now->mtime / 1000 < boot->time;
}

static int
set_aside(struct projection *p, struct fault *f)
{
	char dir[PATH_MAX], to[PATH_MAX];
	const char *name = strrchr(p->path, '/') + 1;
	struct stat st;
	int n = 0;

	(void)snprintf(
	    dir, sizeof(dir), "%.*s/replaced", PATH_MAX - 64, p->books->sheets);
	if (appendfile_mkdir(dir, f) == -1)
		return -1;
	do
		(void)snprintf(to, sizeof(to), "%.*s/%.48s.%d", PATH_MAX - 64,
		    dir, name, ++n);
	while (lstat(to, &st) == 0);
	if (rename(p->path, to) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't set %s aside", p->path);
	(void)snprintf(p->books->note, sizeof(p->books->note),
	    "%s was damaged when the machine went down; it is made again, "
	    "the damaged one is replaced/%s.%d",
	    name, name, n);
	return 0;
}

/* What is there is not ours to write to: go on to the next part. */
static int
leave_alone(
    struct projection *p, struct index_sheet *s, int known, struct fault *f)
{
	int64_t rows;

	if (known) {
		s->first_row = s->next_row;
	} else {
		/* One row is one line: that is how many rows it has. */
		if (count_rows(p, &rows, f) == -1)
			return -1;
		s->first_row += rows;
	}
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
	struct appendfile_state now;
	char path[PATH_MAX];
	int rc;

	p->path = path;
	for (;;) {
		sheet_path(path, p->books->sheets, p->kind, p->day, s->part,
		    p->books->settings);
		rc = complete_part(p, s, known, f);
		if (rc == 0 && !p->differs)
			return save(p, s, f);
		if (rc == 0 && (rc = appendfile_look(p->file, &now, f)) == 0) {
			if (!is_damaged(p, s, &now)) {
				rc = leave_alone(p, s, known, f);
			} else {
				rc = set_aside(p, f);
				known = 0;
			}
		}
		appendfile_close(p->file);
		p->file = NULL;
		if (rc == -1)
			return -1;
		s->size = 0; /* of the next part nothing is written yet */
	}
}

int
part_complete(struct books *b, const char *day, const char *kind,
    struct index_sheet *s, struct fault *f)
{
	struct projection p = {.books = b, .day = day, .kind = kind};
	char shape[SHEET_SHAPE_SIZE];
	int known = index_sheet(b->index, day, kind, s, f), rc;

	if (known == -1)
		return -1;
	sheet_shape(b->settings, shape);
	if (!known) {
		s->part = 1;
	} else if (strcmp(s->shape, shape) != 0) {
		/* Other settings make other bytes: another file. */
		s->part++;
		s->first_row = s->next_row;
		s->size = 0;
	}
	rc = find_part(&p, s, known, f);
	projection_free(&p);
	return rc;
}

/* Is the file that is open the part that *s tells, and as it tells? */
static int
is_ready(const struct books *b, const struct index_sheet *s,
    struct appendfile *file, const char *path)
{
	struct appendfile_state now;
	struct fault ignored = {0};
	char shape[SHEET_SHAPE_SIZE];

	sheet_shape(b->settings, shape);
	return file != NULL && strcmp(appendfile_path(file), path) == 0 &&
	       strcmp(s->shape, shape) == 0 && appendfile_is_current(file) &&
	       appendfile_look(file, &now, &ignored) == 0 &&
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
	sheet_path(path, b->sheets, kind, day, s->part, b->settings);
	if (known && is_ready(b, s, *file, path))
		return 0;
	appendfile_close(*file);
	*file = NULL;
	if (part_complete(b, day, kind, s, f) == -1)
		return -1;
	sheet_path(path, b->sheets, kind, day, s->part, b->settings);
	*file = appendfile_open(path, APPENDFILE_CREATE, f);
	return *file == NULL ? -1 : 0;
}

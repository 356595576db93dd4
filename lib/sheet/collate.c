/* collate: a day's sheet held against its journal; see collate.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sheet/collate.h"
#include "sheet/sheet.h"

static int
part_exists(const struct books *b, const char *day, const char *kind, int part)
{
	char path[PATH_MAX];
	struct stat st;

	sheet_path(path, b->sheets, kind, day, part, &b->settings->shape);
	return lstat(path, &st) == 0;
}

/* Is any of the parts up to this one there? */
static int
any_exists(const struct books *b, const char *day, const char *kind, int part)
{
	for (; part > 0; part--)
		if (part_exists(b, day, kind, part))
			return 1;
	return 0;
}

/* What a walk that only looked says of the file. */
static int
judge(const struct projection *p, const struct index_sheet *s, int known)
{
	if (p->stopped)
		return COLLATE_STOPPED;
	if (p->differs)
		return COLLATE_EDITED;
	if (p->lacks == 0)
		return p->size == 0 ? COLLATE_NONE : COLLATE_EQUAL;
	/* In the same boot only a person makes a file shorter. */
	if (known && p->size < s->size &&
	    strcmp(s->boot, p->books->boot->id) == 0)
		return COLLATE_EDITED;
	return COLLATE_LACKS;
}

static int
compare(struct projection *p, const struct index_sheet *s, int known,
    struct fault *f)
{
	const struct index_sheet start = {.segment = 1};
	struct appendfile_state now = {0};
	struct fault why = {0};
	int gone;

	p->file = appendfile_open(p->path, APPENDFILE_VIEW, &why);
	if (p->file == NULL && why.err != ENOENT)
		return fault_take(f, &why);
	if (p->file != NULL && appendfile_look(p->file, &now, f) == -1)
		return -1;
	gone = p->file == NULL &&
	       !any_exists(p->books, p->day, p->kind, known ? s->part : 1);
	p->size = now.size;
	p->first_row = s->first_row;
	p->look_only = 1;
	if (known) {
		/* What came since is perhaps just being written. */
		p->until.segment = s->segment;
		p->until.offset = s->offset;
	}
	if (gone)
		p->first_row = 0;
	if (projection_walk(p, &start, f) == -1)
		return -1;
	if (gone && !p->stopped)
		return p->lacks > 0 ? COLLATE_MISSING : COLLATE_NONE;
	return judge(p, s, known);
}

int
collate_day(struct books *b, const char *day, const char *kind,
    int (*step)(void *, int64_t), void *context, int *part, struct fault *f)
{
	struct projection p = {.books = b, .day = day, .kind = kind};
	struct index_sheet s = {.part = 1};
	char path[PATH_MAX], shape[SHEET_SHAPE_SIZE];
	int known = 0, rc;

	if (b->index != NULL &&
	    (known = index_sheet(b->index, day, kind, &s, f)) == -1)
		return -1;
	sheet_shape(&b->settings->shape, shape);
	if (!known)
		s.part = 1;
	*part = s.part;
	if (known && strcmp(s.shape, shape) != 0)
		return COLLATE_SHAPE;
	if (!known && part_exists(b, day, kind, 2))
		return COLLATE_UNSURE;
	sheet_path(path, b->sheets, kind, day, s.part, &b->settings->shape);
	p.path = path;
	p.step = step;
	p.step_context = context;
	rc = compare(&p, &s, known, f);
	projection_free(&p);
	return rc;
}

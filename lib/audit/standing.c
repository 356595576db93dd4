/* standing: how the file of a part stands to its view; see standing.h. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/utc.h"
#include "sheet/edited.h"
#include "sheet/part.h"
#include "audit/standing.h"

/* Who writes holds the lock so long at most; in microseconds. */
#define PATIENCE (5 * UTC_SECOND)

/* So often a file is compared that grows meanwhile. */
#define TRIES 5

/* A part under judgment. */
struct judging {
	struct standing *s;
	enum sheet_kind kind;
	const struct name *name;
	struct appendfile *file; /* NULL: it isn't there */
	struct view_comparison c;
};

/* The part of that name; NULL when it is none any more. */
static const struct view_part *
find_part(const struct judging *j)
{
	const struct view *v = &j->s->views[j->kind];
	size_t i;

	for (i = 0; i < v->nparts; i++)
		if (v->parts[i].file.number == j->name->number &&
		    v->parts[i].file.format == j->name->format)
			return &v->parts[i];
	return NULL;
}

/* What is just being written is soon there. */
static void
wait_for_writers(const struct judging *j)
{
	const struct timespec half = {0, 500 * 1000000};

	if (access(j->s->lock, R_OK) == 0)
		(void)lock_is_held(j->s->lock, PATIENCE);
	else if (errno == EACCES)
		(void)nanosleep(&half, NULL);
}

/* Compare as it stands now: 1, 0 when that is not to be had, or -1. */
static int
compare(struct judging *j, const struct view_part *p, struct fault *f)
{
	struct standing *s = j->s;
	struct view *v = &s->views[j->kind];
	char path[PATH_MAX];

	appendfile_close(j->file);
	fault_clear(&s->why);
	part_path(path, s->sheets, j->name);
	j->file = appendfile_open(path, APPENDFILE_VIEW, &s->why);
	if (j->file == NULL) {
		s->result =
		    s->why.err == ENOENT ? STANDING_MISSING : STANDING_CLOSED;
		return s->why.kind == FAULT_MEMORY ? fault_take(f, &s->why) : 0;
	}
	if (view_compare(v, p, j->file, &j->c, f) == -1)
		return -1;
	s->result = STANDING_STOPPED;
	return !v->stopped;
}

/*
 * Someone's.  Are the deliveries that it lacks in the part behind it?  Then it
 * was noticed when it was edited.
 */
static int
judge_edited(struct judging *j, const struct view_part *p, struct fault *f)
{
	struct view *v = &j->s->views[j->kind];
	int is_last = p + 1 == v->parts + v->nparts;
	int is_beginning = j->c.same && j->c.file < j->c.view;
	struct edited edited;

	if (edited_read(v, p, j->file, &edited, f) == -1)
		return -1;
	/* Of its last row only a beginning may stand there. */
	if (edited.lacks == 0 && is_beginning && is_last)
		edited.lacks = 1;
	j->s->lacks = edited.lacks;
	if (edited.lacks == 0 ||
	    (!is_last && p[1].first <= p->end - edited.lacks))
		j->s->result = STANDING_EDITED;
	else
		j->s->result = is_beginning ? STANDING_LACKS : STANDING_OLDER;
	return 0;
}

static int
read_again(struct standing *s, struct fault *f)
{
	char journal[PATH_MAX], day[UTC_DAY_SIZE];

	/* What it is read from is written anew by it. */

	memcpy(journal, s->views[0].journal, sizeof(journal));
	memcpy(day, s->views[0].day, sizeof(day));
	return view_read(s->views, journal, day, s->zone, APPENDFILE_VIEW, f);
}

/* One look at the file: 1 when it was judged, 0 when it is to be repeated. */
static int
look(struct judging *j, int tries, int64_t *least, struct fault *f)
{
	struct standing *s = j->s;
	const struct view_part *p = find_part(j);
	int rc;

	s->result = STANDING_EQUAL;
	if (p == NULL)
		return 1; /* it ended to be ours just now */
	if (view_is_sealed(p)) {
		s->result = STANDING_SEALED;
		return 1;
	}
	if ((rc = compare(j, p, f)) == -1)
		return -1;
	if (rc == 0 && s->result != STANDING_MISSING)
		return 1;
	/* Is that what has come since the journal was read? */
	if (rc == 1 && j->c.same && j->c.file > j->c.view &&
	    j->c.file != *least && tries < TRIES) {
		*least = j->c.file;
		return read_again(s, f);
	}
	if (rc == 1 && j->c.same &&
	    (j->c.file == j->c.view || (*least > 0 && j->c.view >= *least))) {
		s->result = STANDING_EQUAL;
		return 1;
	}
	if (tries == 0 && (rc == 0 || j->c.same)) {
		wait_for_writers(j);
		return 0;
	}
	if (rc == 0)
		return 1;
	return judge_edited(j, p, f) == -1 ? -1 : 1;
}

int
standing_judge(struct standing *s, enum sheet_kind kind,
    const struct name *file, struct fault *f)
{
	struct judging j = {.s = s, .kind = kind, .name = file};
	int64_t least = 0;
	int tries, rc = 0;

	for (tries = 0; rc == 0; tries++)
		rc = look(&j, tries, &least, f);
	appendfile_close(j.file);
	return rc == -1 ? -1 : 0;
}

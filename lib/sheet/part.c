/* part: which file a day's rows go to, and whether it is ours; see part.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sheet/edited.h"
#include "sheet/part.h"
#include "sheet/view.h"

/*
 * Nobody edits a sheet within a minute of a delivery and then loses power; in
 * microseconds.
 */
#define NEAR (60 * UTC_SECOND)

void
part_path(
    char out[static PATH_MAX], const char *sheets, const struct name *name)
{
	char text[NAMES_SIZE];

	/* It fits: sheets is an endpoint's, which leaves room. */
	names_write(name, text);
	(void)snprintf(
	    out, PATH_MAX, "%.*s/%s", PATH_MAX - NAMES_SIZE - 2, sheets, text);
}

static void
set_left(struct part *p, const struct appendfile_state *now)
{
	p->inode = now->inode;
	p->size = now->size;
	p->mtime = now->mtime;
	p->ctime = now->ctime;
}

int
part_look(struct part *p, struct appendfile *file, struct fault *f)
{
	struct appendfile_state now;

	if (appendfile_look(file, &now, f) == -1)
		return -1;
	set_left(p, &now);
	return 0;
}

int
part_is_left(const struct part *p, const char *path)
{
	struct appendfile_state now;

	return appendfile_stat(path, &now) == 0 && p->inode == now.inode &&
	       p->size == now.size && p->mtime == now.mtime &&
	       p->ctime == now.ctime;
}

int
part_replace(const char *sheets, const struct name *name,
    char to[static NAMES_SIZE], struct fault *f)
{
	struct name copy = *name;
	char path[PATH_MAX], dir[PATH_MAX], away[PATH_MAX];
	struct stat st;

	part_path(path, sheets, name);
	(void)snprintf(
	    dir, sizeof(dir), "%.*s/replaced", PATH_MAX - 128, sheets);
	if (appendfile_mkdir(dir, f) == -1)
		return -1;
	copy.kind = NAME_REPLACED;
	do {
		copy.copy++;
		part_path(away, dir, &copy);
	} while (lstat(away, &st) == 0);
	names_write(&copy, to);
	if (appendfile_rename(path, away, f) == -1)
		return -1;
	/* It may be someone's work: there before it is away from here. */
	return appendfile_sync_parent(away, f) == -1 ||
	               appendfile_sync_parent(path, f) == -1
	           ? -1
	           : 0;
}

int
part_make(const char *sheets, struct view *v, const struct view_part *p,
    const struct part *left, struct fault *f)
{
	struct appendfile *file;
	char path[PATH_MAX];

	part_path(path, sheets, &p->file);
	if ((file = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		return -1;
	if (view_write(v, p, file, f) == -1) {
		appendfile_discard(file);
		return -1;
	}
	if (left == NULL)
		return appendfile_publish_new(file, f);
	if (appendfile_sync(file, f) == 0 && part_is_left(left, path))
		return appendfile_publish(file, f);
	appendfile_discard(file);
	return fault_set(f, FAULT_STORAGE, 0,
	    "%s was changed by someone just now; the next delivery looks at "
	    "it",
	    path);
}

static int
is_named(const struct view *v, int number)
{
	size_t i;

	for (i = 0; i < v->nnumbers; i++)
		if (v->numbers[i] == number)
			return 1;
	return 0;
}

static int
file_exists(const char *sheets, struct name name, enum sheet_format format)
{
	char path[PATH_MAX];
	struct stat st;

	name.format = format;
	part_path(path, sheets, &name);
	return lstat(path, &st) == 0;
}

struct name
part_next(const struct view *v, const char *sheets, enum sheet_format format,
    int first)
{
	struct name name = names_part(v->kind, v->day, 1, format);

	while ((is_named(v, name.number) && !(first && name.number == 1)) ||
	       file_exists(sheets, name, SHEET_CSV) ||
	       file_exists(sheets, name, SHEET_TSV))
		name.number++;
	return name;
}

/* A part under judgment. */
struct judging {
	const struct part_case *given;
	const struct part *known; /* what the record has of this very part */
	const struct view_part *current;
	char path[PATH_MAX];
	struct appendfile *file; /* NULL: it can't be read, or isn't there */
	struct part left;        /* as it was when it was opened */
	int exists;
	struct view_comparison c;
	char *note;
};

/* A line in the log; the first one wins. */
static void
say(const struct judging *j, const char *what)
{
	char name[NAMES_SIZE];

	names_write(&j->current->file, name);
	if (j->note[0] == '\0')
		(void)snprintf(
		    j->note, PART_NOTE_SIZE, "%s %.180s", name, what);
}

/* Is one of the day's parts still there? */
static int
any_exists(const struct part_case *g)
{
	char path[PATH_MAX];
	struct stat st;
	size_t i;

	for (i = 0; i < g->view->nparts; i++) {
		part_path(path, g->sheets, &g->view->parts[i].file);
		if (lstat(path, &st) == 0)
			return 1;
	}
	return 0;
}

/* Did a delivery of the part, or its line, come close to that time? */
static int
is_near(const struct judging *j, int64_t time)
{
	const struct view_part *p = j->current;
	const struct view *v = j->given->view;
	size_t i;

	if (time >= p->named - NEAR && time <= p->named + NEAR)
		return 1;
	for (i = p->first; i < p->end; i++)
		if (time >= v->list[i].received - NEAR &&
		    time <= v->list[i].received + NEAR)
			return 1;
	return 0;
}

/* A beginning of the view that we left, or that nobody can have worked on? */
static int
is_beginning(const struct judging *j)
{
	const struct part_case *g = j->given;
	int known = j->known->state >= PART_NAMED;
	int64_t least = j->known->state >= PART_MADE ? j->known->size : 0;

	if (!j->c.same || j->c.file >= j->c.view)
		return 0;
	return j->c.file <= j->c.header ||
	       (g->same_boot && known && j->c.file >= least);
}

/* A power cut's: what was not synced may be missing, or NUL. */
static int
is_cut(const struct judging *j)
{
	int64_t mtime = j->left.mtime / 1000;

	return !j->given->same_boot && j->c.file <= j->c.view &&
	       j->c.same_or_nul && mtime < j->given->boot->time &&
	       is_near(j, mtime);
}

/* Make whole what is ours; where that can't be, later. */
static int
mend(struct judging *j, struct part_verdict *out, struct fault *f)
{
	struct appendfile_state now;
	struct fault why = {0};

	out->standing = PART_OURS;
	if (part_make(j->given->sheets, j->given->view, j->current,
		j->exists ? &j->left : NULL, &why) == 0 &&
	    appendfile_stat(j->path, &now) == 0) {
		set_left(&out->left, &now);
		return 0;
	}
	if (why.kind == FAULT_MEMORY)
		return fault_take(f, &why);
	out->standing = PART_LATER;
	out->left = j->left;
	if (j->note[0] == '\0')
		(void)snprintf(j->note, PART_NOTE_SIZE,
		    "the sheet can't be written now, and will catch up: %.180s",
		    why.text);
	return 0;
}

/* It is someone's: how many deliveries does it lack? */
static int
leave(struct judging *j, struct part_verdict *out, struct fault *f)
{
	const struct part_case *g = j->given;
	size_t all = j->current->end - j->current->first;
	struct edited edited = {.lacks = all};

	if (j->file != NULL &&
	    edited_read(g->view, j->current, j->file, &edited, f) == -1)
		return -1;
	if (edited.holes && !(g->same_boot && j->known->state >= PART_NAMED))
		edited.lacks = all;
	out->again = (int64_t)edited.lacks;
	out->standing = PART_NEXT;
	say(j, view_is_sealed(j->current)
		   ? "has a form that this program can't make again; the day "
		     "goes on in another part"
		   : "was edited by someone and is left as it is; the day goes "
		     "on in another part");
	return 0;
}

/* Nothing stands under its name. */
static int
judge_missing(struct judging *j, struct part_verdict *out, struct fault *f)
{
	const struct part_case *g = j->given;
	int alone = !any_exists(g);

	/* The bytes of a sealed one can't be told: its rows come again. */
	out->deleted = view_is_sealed(j->current) ||
	               (g->same_boot && j->known->state >= PART_MADE);
	/* Of several parts that are gone a first one with all is enough. */
	if (!out->deleted && (!alone || g->view->nparts == 1))
		return mend(j, out, f);
	out->again = (int64_t)(j->current->end - j->current->first);
	out->standing = alone ? PART_FIRST : PART_NEXT;
	return 0;
}

static int
judge_sealed(
    struct judging *j, int is_left, struct part_verdict *out, struct fault *f)
{
	if (leave(j, out, f) == -1)
		return -1;
	if (is_left)
		out->again = 0;
	return 0;
}

/* The file that stands there, open where it can be. */
static int
judge_file(struct judging *j, struct part_verdict *out, struct fault *f)
{
	const struct part_case *g = j->given;
	int is_left =
	    j->known->state == PART_MADE && part_is_left(j->known, j->path);

	if (g->same_boot && is_left && !g->longer && !g->older &&
	    !view_is_sealed(j->current)) {
		out->standing = PART_OURS;
		out->left = *j->known;
		return 0;
	}
	if (view_is_sealed(j->current))
		return judge_sealed(j,
		    is_left && g->same_boot && !g->longer && !g->older, out, f);
	if (j->file == NULL)
		return leave(j, out, f);
	if (view_compare(g->view, j->current, j->file, &j->c, f) == -1)
		return -1;
	if (j->c.same && j->c.file == j->c.view) {
		out->standing = PART_OURS;
		out->left = j->left;
		return 0;
	}
	if (is_beginning(j) || is_cut(j))
		return mend(j, out, f);
	if (!g->older || !is_left || !j->c.same || j->c.file < j->c.view)
		return leave(j, out, f);
	out->standing = PART_AHEAD;
	return 0;
}

/* Have the file open that stands there, if it is a plain one of ours. */
static int
open_part(struct judging *j, struct fault *f)
{
	struct fault why = {0};
	struct stat st;

	part_path(j->path, j->given->sheets, &j->current->file);
	j->exists = lstat(j->path, &st) == 0;
	if (!j->exists && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!j->exists)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", j->path);
	j->file = appendfile_open(j->path, APPENDFILE_READ, &why);
	/* What may be otherwise in a moment tells nothing of the file. */
	if (j->file == NULL && (why.err != EACCES || st.st_uid == geteuid()) &&
	    (why.err != 0 || why.kind == FAULT_MEMORY))
		return fault_take(f, &why);
	return j->file == NULL ? 0 : part_look(&j->left, j->file, f);
}

int
part_judge(const struct part_case *g, struct part_verdict *out,
    char note[static PART_NOTE_SIZE], struct fault *f)
{
	static const struct part unknown;
	struct judging j = {.given = g, .known = g->part, .note = note};
	int rc;

	memset(out, 0, sizeof(*out));
	if ((j.current = view_current(g->view)) == NULL) {
		out->standing = PART_ABSENT;
		return 0;
	}
	if (g->part->number != j.current->file.number ||
	    g->part->format != j.current->file.format)
		j.known = &unknown;
	if ((rc = open_part(&j, f)) == 0)
		rc = j.exists ? judge_file(&j, out, f)
		              : judge_missing(&j, out, f);
	appendfile_close(j.file);
	return rc;
}

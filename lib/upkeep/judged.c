/* judged: the files of a day's sheets that are ours; see judged.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sheet/part.h"
#include "sheet/view.h"
#include "store/parts.h"
#include "store/hold.h"
#include "task/turn.h"
#include "upkeep/judged.h"
#include "task/pending.h"

#define PIECE (256 << 10) /* bytes a read */

struct judged_file {
	const struct listed *file;
	struct part left; /* how it stood when it was judged, or made */
	int is_whole;     /* it is as the journal makes it now */
};

/* The hash of a file's bytes: of each piece with the hash of what is before. */
static int
hash_file(struct judged *j, struct hold *h, struct appendfile *file,
    char out[static SIGNATURE_SIZE], struct fault *f)
{
	int64_t at = 0;
	ssize_t n;

	if (bytes_reserve(&j->piece, PIECE + SIGNATURE_SIZE) == -1)
		return bytes_check(&j->piece, f);
	memset(out, '0', SIGNATURE_SIZE - 1);
	out[SIGNATURE_SIZE - 1] = '\0';
	for (;;) {
		bytes_reset(&j->piece);
		bytes_add(&j->piece, out, SIGNATURE_SIZE - 1);
		n = appendfile_read(
		    file, j->piece.data + j->piece.len, PIECE, at, f);
		if (n <= 0)
			return (int)n;
		at += n;
		if (signature_digest(&h->digest, j->piece.data,
			j->piece.len + (size_t)n, out, f) == -1)
			return -1;
	}
}

/* Is the open file equal to one of these parts under its name? */
static int
equals_any(struct view *v, const struct view_part *list, size_t n,
    const struct name *name, struct appendfile *file, struct fault *f)
{
	struct view_comparison c;
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i].file.number != name->number ||
		    list[i].file.format != name->format ||
		    view_is_sealed(&list[i]))
			continue;
		if (view_compare(v, &list[i], file, &c, f) == -1)
			return -1;
		if (c.same && c.file == c.view)
			return 1;
	}
	return 0;
}

int
judged_is_made(struct hold *h, const struct name *name, struct appendfile *file,
    struct fault *f)
{
	struct view *v = &h->views[name->sheet];
	int rc = equals_any(v, v->parts, v->nparts, name, file, f);

	return rc != 0 ? rc : equals_any(v, v->ended, v->nended, name, file, f);
}

/* Ours by the view, or by what a run that was cut off has noted: 1, 0, -1. */
static int
judge_open(struct judged *j, struct hold *h, const struct listed *l,
    struct appendfile *file, const struct bytes *noted, struct fault *f)
{
	char hash[SIGNATURE_SIZE], path[LISTING_SHEET_SIZE];
	char text[SIGNATURE_SIZE + LISTING_SHEET_SIZE + 2];
	struct judged_file *o = &j->list[j->n];
	int rc;

	if (part_look(&o->left, file, f) == -1 ||
	    hash_file(j, h, file, hash, f) == -1 ||
	    (rc = judged_is_made(h, &l->name, file, f)) == -1)
		return -1;
	/* By its hash alone: it may have gone to replaced/ since. */
	if (rc == 0 && noted->len > 0)
		rc =
		    memmem(noted->data, noted->len, hash, strlen(hash)) != NULL;
	if (rc == 0)
		return 0;
	if (appendfile_sync(file, f) == -1)
		return -1;
	listing_sheet(path, l);
	(void)snprintf(text, sizeof(text), "%s %s", hash, path);
	pending_add(&j->files, text, strlen(text));
	o->file = l;
	j->n++;
	return bytes_check(&j->files, f) == -1 ? -1 : 1;
}

static int
judge(struct judged *j, struct hold *h, const struct listed *l,
    const struct bytes *noted, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file;
	char path[PATH_MAX];
	int rc;

	listing_path(path, &h->endpoint, l);
	if ((file = appendfile_open(path, APPENDFILE_READ, &why)) == NULL)
		return listing_is_others(&why) ? 0 : fault_take(f, &why);
	rc = judge_open(j, h, l, file, noted, f);
	appendfile_close(file);
	return rc;
}

static int
sync_rooms(const struct hold *h, struct fault *f)
{
	return listing_sync(&h->endpoint, LISTING_SHEETS, f) == -1
	           ? -1
	           : listing_sync(&h->endpoint, LISTING_REPLACED, f);
}

int
judged_read(struct judged *j, struct hold *h, const char *day,
    const struct bytes *noted, const struct judged_others *others,
    struct fault *f)
{
	const struct listed *l;
	size_t i;
	int rc;

	if (turn_view(h, day, f) == -1 ||
	    listing_read(&j->listing, &h->endpoint, day, f) == -1)
		return -1;
	if ((j->list = calloc(j->listing.n + 1, sizeof(*j->list))) == NULL)
		return fault_memory(f);
	for (i = 0; i < j->listing.n; i++) {
		l = &j->listing.list[i];
		if (l->room == LISTING_JOURNAL || l->name.is_new)
			continue;
		if ((rc = judge(j, h, l, noted, f)) == -1)
			return -1;
		if (rc == 0)
			others->is_other(others->context, l);
	}
	return sync_rooms(h, f);
}

/* The part that a file of sheets/ is now. */
static const struct view_part *
find_part(const struct view *v, const struct listed *l)
{
	size_t i;

	for (i = 0; l->room == LISTING_SHEETS && i < v->nparts; i++)
		if (v->parts[i].file.number == l->name.number &&
		    v->parts[i].file.format == l->name.format)
			return &v->parts[i];
	return NULL;
}

/* How the file stands that was just made. */
static int
look(struct part *left, const char *path)
{
	struct fault ignored = {0};
	struct appendfile *file =
	    appendfile_open(path, APPENDFILE_READ, &ignored);
	int rc = file == NULL ? -1 : part_look(left, file, &ignored);

	appendfile_close(file);
	return rc;
}

/* A file of ours that has what the journal hasn't any more. */
static int
make_again(struct judged_file *o, struct hold *h,
    const struct judged_others *others, struct fault *f)
{
	struct view *v = &h->views[o->file->name.sheet];
	const struct view_part *p = find_part(v, o->file);
	struct fault why = {0};
	char path[PATH_MAX];

	if (p == NULL)
		return listing_remove(&h->endpoint, o->file, f);
	listing_path(path, &h->endpoint, o->file);
	if (part_make(h->sheets, v, p, &o->left, &why) == 0) {
		o->is_whole = look(&o->left, path) == 0;
		return 0;
	}
	if (why.kind == FAULT_MEMORY || part_is_left(&o->left, path))
		return fault_take(f, &why);
	others->has_changed(others->context, o->file);
	return 0;
}

static int
mend(struct judged_file *o, struct hold *h, const struct judged_others *others,
    struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file;
	char path[PATH_MAX];
	int rc;

	listing_path(path, &h->endpoint, o->file);
	if ((file = appendfile_open(path, APPENDFILE_READ, &why)) == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	rc = judged_is_made(h, &o->file->name, file, f);
	appendfile_close(file);
	o->is_whole = rc == 1;
	return rc == 0 ? make_again(o, h, others, f) : rc == -1 ? -1 : 0;
}

/*
 * A sheet that is being written may be another file now: the control record has
 * it as we left it, and what a person saves from then on is noticed.
 */
static void
note_current(struct hold *h, const char *day, enum sheet_kind kind,
    const struct judged *j)
{
	const struct view_part *p = view_current(&h->views[kind]);
	struct part *part = &h->control.sheets[kind];
	const struct judged_file *o;
	size_t i;

	if (strcmp(h->control.day, day) != 0 || p == NULL)
		return;
	for (i = 0; i < j->n; i++) {
		o = &j->list[i];
		if (!o->is_whole || o->file->name.sheet != kind ||
		    find_part(&h->views[kind], o->file) != p)
			continue;
		parts_note(h, part, p, PART_MADE);
		part->inode = o->left.inode;
		part->size = o->left.size;
		part->mtime = o->left.mtime;
		part->ctime = o->left.ctime;
	}
}

int
judged_mend(struct judged *j, struct hold *h, const char *day,
    const struct judged_others *others, struct fault *f)
{
	size_t i;
	int kind;

	if (turn_view(h, day, f) == -1)
		return -1;
	for (i = 0; i < j->n; i++)
		if (mend(&j->list[i], h, others, f) == -1)
			return -1;
	for (kind = 0; kind < SHEET_KINDS; kind++)
		note_current(h, day, (enum sheet_kind)kind, j);
	return sync_rooms(h, f);
}

void
judged_free(struct judged *j)
{
	free(j->list);
	listing_free(&j->listing);
	bytes_free(&j->files);
	bytes_free(&j->piece);
	memset(j, 0, sizeof(*j));
}

/* indexing: the index up to what a segment holds; see indexing.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "journal/identity.h"
#include "journal/pruned.h"
#include "store/indexing.h"

static int
add_record(struct books *b, const char *day, int segment, int64_t offset,
    const struct record *r, struct fault *f)
{
	struct index_id id = {.segment = segment, .offset = offset}, known;
	char copy[IDENTITY_COPY_SIZE];
	const char *key;
	size_t len;
	int rc;

	if ((key = identity_of(r, &len)) == NULL)
		return 0;
	memcpy(id.day, day, sizeof(id.day));
	memcpy(id.sha256, identity_digest(r), sizeof(id.sha256));
	/* The first record of an id is the one that makes rows. */
	if ((rc = index_add_new(b->index, key, len, &id, f)) != 0)
		return rc == -1 ? -1 : 0;
	if ((rc = index_find(b->index, key, len, &known, f)) == -1)
		return -1;
	if (rc == 1 && strcmp(known.day, day) == 0 &&
	    known.segment == segment && known.offset == offset)
		return 0;
	/* A journal that was pruned, and comes back from a backup. */
	if (rc == 1 && strcmp(known.day, day) == 0 && known.segment == 0)
		return index_add(b->index, key, len, &id, f);
	len = identity_of_copy(key, len, copy);
	return index_add(b->index, copy, len, &id, f);
}

/* Put the keys of all whole records from scan->offset on into the index. */
static int
read_segment(struct books *b, struct appendfile *file, const char *day,
    int segment, struct indexing_scan *scan, struct fault *f)
{
	struct journal_reader reader = {0};
	struct record record;
	int64_t offset;
	int rc, bad = 0;

	scan->end = scan->offset;
	scan->has_rows = scan->has_tests = scan->bad_lines = 0;
	journal_rewind(&reader, file, scan->offset);
	while ((rc = journal_next(&reader, &record, &offset, f)) > 0) {
		if (rc == 2) {
			bad++;
			continue;
		}
		if (add_record(b, day, segment, offset, &record, f) == -1) {
			rc = -1;
			break;
		}
		scan->has_rows |= record.kind == DELIVERY_LEADS;
		scan->has_tests |= record.kind == DELIVERY_TEST;
		scan->end = reader.offset;
		scan->bad_lines = bad;
	}
	journal_reader_free(&reader);
	return rc == -1 ? -1 : 0;
}

int
indexing_ends_whole(struct appendfile *file, int64_t size, struct fault *f)
{
	char last = '\n';

	if (size > 0 && appendfile_read(file, &last, 1, size - 1, f) == -1)
		return -1;
	return last == '\n';
}

/*
 * Where to read on.  What was written before this boot may not be there any
 * more, and a file that shrank is another one: from its start.
 */
static int64_t
read_from(
    const struct books *b, const struct index_segment *known, int64_t size)
{
	if (known->size > size ||
	    (known->boot[0] != '\0' && strcmp(known->boot, b->boot->id) != 0))
		return 0;
	return known->size;
}

static int
index_segment_file(struct books *b, struct appendfile *file, const char *day,
    int segment, const struct index_segment *known, struct indexing_scan *scan,
    struct fault *f)
{
	if (read_segment(b, file, day, segment, scan, f) == -1)
		return -1;
	/* Keys of records that are gone: forget them all and read anew. */
	if (scan->offset < known->size &&
	    (scan->end < known->size || scan->bad_lines > 0)) {
		if (index_forget(b->index, day, segment, 0, f) == -1)
			return -1;
		return read_segment(b, file, day, segment, scan, f);
	}
	return 0;
}

/*
 * What a file of an earlier boot holds now is on the disk; what was written
 * since may still be on its way there.
 */
static void
set_boot(const struct books *b, const struct appendfile_state *state,
    char boot[static 40])
{
	int settled = state->mtime / 1000 < b->boot->time;

	(void)snprintf(boot, 40, "%s", settled ? "" : b->boot->id);
}

/* Keys, torn tail and size of one segment, in the caller's transaction. */
static int
catch_up(struct books *b, struct appendfile *file, const struct place *p,
    int retired, struct indexing_scan *scan, struct fault *f)
{
	struct index_segment known;
	struct appendfile_state state;
	int whole;

	if (index_segment(b->index, p->day, p->segment, &known, f) == -1 ||
	    appendfile_look(file, &state, f) == -1 ||
	    (whole = indexing_ends_whole(file, state.size, f)) == -1)
		return -1;
	scan->offset = read_from(b, &known, state.size);
	if (scan->offset == state.size && known.size == state.size) {
		if (whole || retired)
			return 0;
		scan->offset = 0;
	}
	if (index_segment_file(b, file, p->day, p->segment, &known, scan, f) ==
	    -1)
		return -1;
	if (scan->end < state.size && !retired) {
		if (journal_cut_torn(file, b->journal, p->day, scan->end, f) ==
		    -1)
			return -1;
		state.size = scan->end;
	}
	known.size = state.size;
	known.inode = state.inode;
	set_boot(b, &state, known.boot);
	return index_set_segment(b->index, p->day, p->segment, &known, f);
}

/* One walk over the ids of a day that was pruned. */
struct ids {
	struct books *books;
	const struct place *place;
};

static int
add_id(void *context, const char *key, size_t len, const char *sha256,
    struct fault *f)
{
	const struct ids *ids = context;
	struct index_id id = {.segment = 0}, known;
	int rc = index_find(ids->books->index, key, len, &known, f);
	char path[PATH_MAX];
	struct stat st;

	if (rc == -1)
		return -1;
	if (rc == 1) {
		/* While the journal is there it is what counts. */
		journal_path(
		    path, ids->books->journal, known.day, known.segment);
		if (strcmp(known.day, ids->place->day) != 0 ||
		    known.segment == 0 || lstat(path, &st) == 0)
			return 0;
	}
	memcpy(id.day, ids->place->day, sizeof(id.day));
	(void)snprintf(id.sha256, sizeof(id.sha256), "%s", sha256);
	return index_add(ids->books->index, key, len, &id, f);
}

static int
add_ids(struct books *b, const struct place *p, struct fault *f)
{
	struct index_segment known = {.size = 0};
	struct ids ids = {b, p};
	char path[PATH_MAX];
	struct stat st;

	pruned_path(path, b->journal, p->day);
	if (lstat(path, &st) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", path);
	if (pruned_each(b->journal, p->day, add_id, &ids, f) == -1)
		return -1;
	/* It was on the disk before it had its name. */
	known.size = (int64_t)st.st_size;
	known.inode = (int64_t)st.st_ino;
	return index_set_segment(b->index, p->day, 0, &known, f);
}

int
indexing_segment(struct books *b, const struct place *p,
    struct indexing_scan *scan, struct fault *f)
{
	int retired = journal_is_retired(b->journal, p->day, p->segment, f);
	struct appendfile *file;
	char path[PATH_MAX];
	int rc;

	if (retired == -1)
		return -1;
	if (p->segment == 0)
		return add_ids(b, p, f);
	journal_path(path, b->journal, p->day, p->segment);
	file = appendfile_open(
	    path, retired ? APPENDFILE_READ : APPENDFILE_APPEND, f);
	if (file == NULL)
		return -1;
	rc = catch_up(b, file, p, retired, scan, f);
	appendfile_close(file);
	return rc;
}

/* How the file that is a segment stands; 1, or 0 when there is none. */
static int
look_at(
    const struct books *b, const struct place *p, struct appendfile_state *out)
{
	char path[PATH_MAX];
	struct stat st;

	if (p->segment == 0)
		pruned_path(path, b->journal, p->day);
	else
		journal_path(path, b->journal, p->day, p->segment);
	if (lstat(path, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	out->size = (int64_t)st.st_size;
	out->inode = (int64_t)st.st_ino;
	return 1;
}

/* An index from before there were inodes in it says 0. */
static int
is_replaced(
    const struct index_segment *known, const struct appendfile_state *now)
{
	return known->inode != 0 && known->inode != now->inode;
}

int
indexing_is_known(struct books *b, const struct place *p,
    const struct appendfile_state *now, int64_t *size, struct fault *f)
{
	struct index_segment known;
	struct appendfile_state there;
	int rc = index_segment(b->index, p->day, p->segment, &known, f);

	*size = known.size;
	if (rc != 1)
		return rc;
	if (now == NULL && !look_at(b, p, &there))
		return 0;
	if (now == NULL)
		now = &there;
	return now->size == known.size && !is_replaced(&known, now) &&
	       read_from(b, &known, known.size) == known.size;
}

int
indexing_forget_replaced(
    struct books *b, const struct place *list, size_t n, struct fault *f)
{
	struct index_segment known;
	struct appendfile_state now;
	size_t i;
	int rc, any = 0;

	for (i = 0; i < n; i++) {
		/* Ids are ids, in whatever file. */
		if (list[i].segment == 0)
			continue;
		rc = index_segment(
		    b->index, list[i].day, list[i].segment, &known, f);
		if (rc == -1)
			return -1;
		if (rc == 0 || !look_at(b, &list[i], &now) ||
		    !is_replaced(&known, &now))
			continue;
		if (index_distrust(b->index, list[i].day, list[i].segment, f) ==
			-1 ||
		    index_distrust_sheets(b->index, list[i].day, f) == -1)
			return -1;
		any = 1;
	}
	return any ? index_sweep(b->index, f) : 0;
}

/* sources: the segments of all journals; see sources.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/array.h"
#include "journal/segments.h"
#include "page/cache/sources.h"
#include "webhook/signature.h"

#define TAIL 512 /* bytes */

/* More segments than that no home has. */
#define ID_MAX (1 << 20)

struct looking {
	struct sources *sources;
	struct fault *fault;
};

static int
add_name(void *context, const char *name)
{
	struct looking *l = context;
	struct sources *s = l->sources;
	struct sources_name *longer;

	longer =
	    array_grow(s->names, s->nnames, &s->names_room, sizeof(*s->names));
	if (longer == NULL)
		return fault_memory(l->fault);
	s->names = longer;
	memset(&s->names[s->nnames], 0, sizeof(*s->names));
	(void)snprintf(
	    s->names[s->nnames].name, ENDPOINT_NAME_SIZE, "%s", name);
	s->nnames++;
	return 0;
}

static void
write_dir(const struct sources *s, size_t endpoint, char out[static PATH_MAX])
{
	(void)snprintf(out, PATH_MAX, "%.*s/%s/journal", ENDPOINT_HOME_MAX,
	    s->home, s->names[endpoint].name);
}

void
sources_path(const struct sources *s, const struct source *source,
    char out[static PATH_MAX])
{
	char dir[PATH_MAX];

	write_dir(s, source->endpoint, dir);
	segments_path(out, dir, source->day, source->number);
}

static int
add_segment(struct sources *s, size_t endpoint, const struct segment *segment,
    struct fault *f)
{
	struct source *longer, *new;
	struct appendfile_state now;
	char path[PATH_MAX];

	longer = array_grow(s->list, s->n, &s->room, sizeof(*s->list));
	if (longer == NULL)
		return fault_memory(f);
	s->list = longer;
	new = &s->list[s->n];
	memset(new, 0, sizeof(*new));
	new->endpoint = endpoint;
	memcpy(new->day, segment->day, sizeof(new->day));
	new->number = segment->number;
	new->counts = segment->counts;
	sources_path(s, new, path);
	/* It has just gone, or is no plain file: nobody reads it. */
	if (appendfile_stat(path, &now) == -1)
		return 0;
	new->inode = now.inode;
	new->mtime = now.mtime;
	new->size = now.size;
	s->n++;
	return 0;
}

static int
add_endpoint(struct sources *s, size_t endpoint, struct fault *f)
{
	struct segments all = {0};
	char dir[PATH_MAX];
	size_t i;
	int rc;

	write_dir(s, endpoint, dir);
	rc = segments_list(dir, NULL, &all, f);
	for (i = 0; i < all.n && rc == 0; i++)
		rc = add_segment(s, endpoint, &all.list[i], f);
	segments_free(&all);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	const struct sources_name *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Newest days first; within one by endpoint, and as they were written. */
static int
by_day(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	int rc = strcmp(y->day, x->day);

	if (rc != 0)
		return rc;
	if (x->endpoint != y->endpoint)
		return x->endpoint < y->endpoint ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

int
sources_look(struct sources *s, struct fault *f)
{
	struct looking l = {s, f};
	size_t i;

	s->n = s->nnames = 0;
	if (endpoint_each(s->home, add_name, &l, f) != 0)
		return -1;
	if (s->nnames > 0)
		qsort(s->names, s->nnames, sizeof(*s->names), by_name);
	for (i = 0; i < s->nnames; i++)
		if (add_endpoint(s, i, f) == -1)
			return -1;
	if (s->n > 0)
		qsort(s->list, s->n, sizeof(*s->list), by_day);
	return 0;
}

static int
read_names(struct sources *s, struct db *db, struct fault *f)
{
	struct db_query *q = db_query(db, "SELECT id,name FROM endpoint", f);
	const char *name;
	size_t i, n;
	int rc;

	if (q == NULL)
		return -1;
	for (i = 0; i < s->nnames; i++)
		s->names[i].id = 0;
	while ((rc = db_next(db, q, f)) == 1) {
		name = db_text(q, 1, &n);
		for (i = 0; i < s->nnames; i++)
			if (strcmp(s->names[i].name, name) == 0)
				s->names[i].id = db_number(q, 0);
	}
	return rc;
}

/* Of the row that the query is at; NULL where there is no such segment. */
static struct source *
find_row(struct sources *s, struct db_query *q)
{
	struct source key = {0};
	const char *day;
	size_t n;

	while (key.endpoint < s->nnames &&
	       s->names[key.endpoint].id != db_number(q, 1))
		key.endpoint++;
	day = db_text(q, 2, &n);
	(void)snprintf(key.day, sizeof(key.day), "%s", day);
	key.number = (int)db_number(q, 3);
	return s->n == 0
	           ? NULL
	           : bsearch(&key, s->list, s->n, sizeof(*s->list), by_day);
}

/* The cache knows it by that number. */
static int
set_id(struct sources *s, struct source *x, int64_t id, struct fault *f)
{
	size_t room = s->nids, *longer;

	if (id <= 0 || id > ID_MAX)
		return fault_set(f, FAULT_DAMAGED, 0,
		    "a number in the list of leads is too large");
	while ((size_t)id >= room)
		room = room * 2 + 64;
	if (room > s->nids) {
		longer = reallocarray(s->ids, room, sizeof(*longer));
		if (longer == NULL)
			return fault_memory(f);
		memset(longer + s->nids, 0, (room - s->nids) * sizeof(*longer));
		s->ids = longer;
		s->nids = room;
	}
	s->ids[id] = (size_t)(x - s->list) + 1;
	x->id = id;
	return 0;
}

/* Has the file still what was read of it? */
static int
check_tail(const struct sources *s, const struct source *x, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file;
	char path[PATH_MAX];
	int64_t tail = 0;
	int rc;

	sources_path(s, x, path);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, &why)) == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	rc = sources_tail(file, x->upto, &tail, f);
	appendfile_close(file);
	return rc == -1 ? -1 : tail == x->tail;
}

/*
 * Has a segment only grown?  What was changed in the middle of one that has
 * also grown is not noticed here; whoever reads such a lead does.  A backup or
 * chmod changes its ctime, and nothing in it.
 */
static int
compare(
    struct sources *s, struct source *x, struct db_query *q, struct fault *f)
{
	if (set_id(s, x, db_number(q, 0), f) == -1)
		return -1;
	x->had_mtime = db_number(q, 5);
	x->had_size = db_number(q, 6);
	x->upto = db_number(q, 7);
	x->lead = db_number(q, 8);
	x->tail = db_number(q, 9);
	x->damaged = db_number(q, 10);
	x->newest = db_number(q, 11);
	if (x->inode != db_number(q, 4) || x->size < x->upto ||
	    x->counts < x->upto)
		return 0;
	if (x->size == x->had_size && x->mtime == x->had_mtime)
		return 1;
	return x->size == x->had_size ? 0 : check_tail(s, x, f);
}

/* The cache doesn't know it. */
static void
forget(struct source *x)
{
	x->id = x->had_size = x->had_mtime = x->upto = x->lead = x->tail = 0;
	x->damaged = x->newest = 0;
}

int
sources_compare(struct sources *s, struct db *db, struct fault *f)
{
	struct db_query *q;
	struct source *x;
	int64_t version;
	size_t i;
	int rc, same = 1;

	/* Until all of them are known nothing is to be read on. */
	s->version = -1;
	for (i = 0; i < s->n; i++)
		forget(&s->list[i]);
	if (s->nids > 0)
		memset(s->ids, 0, s->nids * sizeof(*s->ids));
	/* First of all: what changes from here on changes it. */
	if (db_version(db, &version, f) == -1 || read_names(s, db, f) == -1)
		return -1;
	q = db_query(db,
	    "SELECT id,endpoint,day,number,inode,mtime,size,upto,lead,tail,"
	    "damaged,newest FROM segment",
	    f);
	if (q == NULL)
		return -1;
	while ((rc = db_next(db, q, f)) == 1) {
		x = find_row(s, q);
		if (x == NULL || (same = compare(s, x, q, f)) != 1)
			break;
	}
	db_reset(q);
	if (rc == -1 || same == -1)
		return -1;
	s->version = version;
	return rc == 0;
}

int
sources_lacks(const struct source *x)
{
	return x->id == 0 || x->lead > 0 || x->size != x->had_size;
}

int
sources_tail(
    struct appendfile *file, int64_t upto, int64_t *tail, struct fault *f)
{
	char piece[TAIL], digest[SIGNATURE_SIZE];
	int64_t from = upto > TAIL ? upto - TAIL : 0;
	ssize_t n =
	    appendfile_read(file, piece, (size_t)(upto - from), from, f);

	if (n == -1 || signature_sha256(piece, (size_t)n, digest, f) == -1)
		return -1;
	digest[16] = '\0';
	*tail = (int64_t)(strtoull(digest, NULL, 16) >> 1);
	return 0;
}

/* The number that the cache knows an endpoint by. */
static int
save_name(struct sources_name *name, struct db *db, struct fault *f)
{
	struct db_query *q;
	int rc;

	if (name->id != 0)
		return 0;
	q = db_query(db, "INSERT INTO endpoint(name)VALUES(?1)RETURNING id", f);
	if (q == NULL)
		return -1;
	db_bind_text(q, 1, name->name, strlen(name->name));
	if ((rc = db_next(db, q, f)) == 1)
		name->id = db_number(q, 0);
	db_reset(q);
	return rc == -1 ? -1 : 0;
}

int
sources_save(
    struct sources *s, struct source *x, struct db *db, struct fault *f)
{
	struct db_query *q;
	int rc;

	if (save_name(&s->names[x->endpoint], db, f) == -1)
		return -1;
	q = db_query(db,
	    "INSERT INTO segment(endpoint,day,number,inode,mtime,size,upto,"
	    "lead,tail,damaged,newest)VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
	    "?11)ON CONFLICT(endpoint,day,number)DO UPDATE SET "
	    "inode=?4,mtime=?5,size=?6,upto=?7,lead=?8,tail=?9,damaged=?10,"
	    "newest=?11 RETURNING id",
	    f);
	if (q == NULL)
		return -1;
	db_bind(q, 1, s->names[x->endpoint].id);
	db_bind_text(q, 2, x->day, strlen(x->day));
	db_bind(q, 3, x->number);
	db_bind(q, 4, x->inode);
	db_bind(q, 5, x->had_mtime);
	db_bind(q, 6, x->had_size);
	db_bind(q, 7, x->upto);
	db_bind(q, 8, x->lead);
	db_bind(q, 9, x->tail);
	db_bind(q, 10, x->damaged);
	db_bind(q, 11, x->newest);
	if ((rc = db_next(db, q, f)) == 1)
		rc = set_id(s, x, db_number(q, 0), f);
	db_reset(q);
	return rc == -1 ? -1 : 0;
}

const struct source *
sources_find(const struct sources *s, int64_t id)
{
	if (id <= 0 || (uint64_t)id >= s->nids || s->ids[id] == 0)
		return NULL;
	return &s->list[s->ids[id] - 1];
}

void
sources_free(struct sources *s)
{
	const char *home = s->home;

	free(s->list);
	free(s->names);
	free(s->ids);
	memset(s, 0, sizeof(*s));
	s->home = home;
}

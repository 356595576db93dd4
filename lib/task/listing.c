/* listing: the files of an endpoint's days; see listing.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "base/array.h"
#include "task/listing.h"

static const char *const dirs[] = {
    [LISTING_JOURNAL] = "journal",
    [LISTING_SHEETS] = "sheets",
    [LISTING_REPLACED] = "sheets/replaced",
};
#define ROOMS (sizeof(dirs) / sizeof(dirs[0]))

/* Would we make a file of that kind there? */
static int
belongs(const struct name *n, enum listing_room room)
{
	switch (n->kind) {
	case NAME_SEGMENT:
	case NAME_TORN:
		return room == LISTING_JOURNAL;
	case NAME_SHEET:
		return room == LISTING_SHEETS;
	case NAME_REPLACED:
		return room == LISTING_REPLACED;
	}
	return 0;
}

static int
add(struct listing *all, const struct endpoint *e, enum listing_room room,
    const struct name *name, struct fault *f)
{
	struct listed *longer =
	    array_grow(all->list, all->n, &all->room, sizeof(*all->list));
	struct listed *l;
	char path[PATH_MAX];
	struct stat st;

	if (longer == NULL)
		return fault_memory(f);
	all->list = longer;
	l = &longer[all->n];
	memset(l, 0, sizeof(*l));
	l->room = room;
	l->name = *name;
	listing_path(path, e, l);
	/* A directory of that name is someone's own. */
	if (lstat(path, &st) == -1 || S_ISDIR(st.st_mode))
		return 0;
	l->size = (int64_t)st.st_size;
	all->n++;
	return 0;
}

static int
read_room(struct listing *all, const struct endpoint *e, enum listing_room room,
    const char *day, struct fault *f)
{
	struct dirent *entry;
	char path[PATH_MAX];
	struct name name;
	DIR *d;
	int rc = 0;

	endpoint_path(e, path, dirs[room]);
	if ((d = opendir(path)) == NULL)
		return errno == ENOENT || errno == ENOTDIR
		           ? 0
		           : fault_set(f, FAULT_STORAGE, errno, "can't read %s",
				 path);
	errno = 0;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		if (names_read(entry->d_name, &name) && belongs(&name, room) &&
		    (day == NULL || strcmp(name.day, day) == 0))
			rc = add(all, e, room, &name, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", path);
	(void)closedir(d);
	return rc;
}

static int
by_day(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	char its[NAMES_SIZE], other[NAMES_SIZE];
	int rc = strcmp(x->name.day, y->name.day);

	if (rc != 0 || (rc = (int)x->room - (int)y->room) != 0)
		return rc;
	names_write(&x->name, its);
	names_write(&y->name, other);
	return strcmp(its, other);
}

int
listing_read(struct listing *all, const struct endpoint *e, const char *day,
    struct fault *f)
{
	size_t i;

	for (i = 0; i < ROOMS; i++)
		if (read_room(all, e, (enum listing_room)i, day, f) == -1)
			return -1;
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_day);
	return 0;
}

void
listing_path(
    char out[static PATH_MAX], const struct endpoint *e, const struct listed *l)
{
	char name[NAMES_SIZE];

	/* It fits: an endpoint's directory leaves room for our names. */
	names_write(&l->name, name);
	(void)snprintf(out, PATH_MAX, "%.*s/%s/%s", PATH_MAX - NAMES_SIZE - 32,
	    e->dir, dirs[l->room], name);
}

void
listing_sheet(char out[static LISTING_SHEET_SIZE], const struct listed *l)
{
	char name[NAMES_SIZE];

	names_write(&l->name, name);
	(void)snprintf(out, LISTING_SHEET_SIZE, "%s%s",
	    l->room == LISTING_REPLACED ? "replaced/" : "", name);
}

int
listing_remove(
    const struct endpoint *e, const struct listed *l, struct fault *f)
{
	char path[PATH_MAX];

	listing_path(path, e, l);
	return appendfile_unlink(path, f);
}

int
listing_sync(const struct endpoint *e, enum listing_room room, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	endpoint_path(e, path, dirs[room]);
	if (lstat(path, &st) == -1 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	(void)snprintf(path + strlen(path), sizeof(path) - strlen(path), "/.");
	return appendfile_sync_parent(path, f);
}

int
listing_is_others(const struct fault *why)
{
	return why->kind == FAULT_STORAGE &&
	       (why->err == 0 || why->err == ENOENT || why->err == EACCES);
}

void
listing_free(struct listing *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}

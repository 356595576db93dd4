/* segments: which segments a journal has; see segments.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "journal/record.h"
#include "journal/names.h"
#include "journal/segments.h"

/* The first line of a segment that limits another is much shorter. */
#define FIRST_LINE_MAX 1024

void
segments_path(
    char out[static PATH_MAX], const char *dir, const char *day, int number)
{
	struct name n = names_segment(day, number);
	char name[NAMES_SIZE];

	/* It fits: dir is an endpoint's, which leaves room for our names. */
	names_write(&n, name);
	(void)snprintf(
	    out, PATH_MAX, "%.*s/%s", PATH_MAX - NAMES_SIZE - 2, dir, name);
}

static int
by_time(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;
	int rc = strcmp(x->day, y->day);

	return rc != 0 ? rc : x->number - y->number;
}

static int
add(struct segments *all, const char *name, const char *day, struct fault *f)
{
	struct segment *longer;
	struct name n;

	if (!names_read(name, &n) || n.kind != NAME_SEGMENT || n.is_new ||
	    (day != NULL && strcmp(n.day, day) != 0))
		return 0;
	if (all->n == all->room) {
		all->room = all->room * 2 + 64;
		longer = reallocarray(all->list, all->room, sizeof(*all->list));
		if (longer == NULL)
			return fault_set(f, FAULT_MEMORY, 0, "out of memory");
		all->list = longer;
	}
	longer = &all->list[all->n++];
	memcpy(longer->day, n.day, sizeof(longer->day));
	longer->number = n.number;
	longer->counts = INT64_MAX;
	return 0;
}

/* Does the first line of a later segment say how much of one counts? */
static int
read_mark(struct segments *all, size_t i, const char *dir, struct fault *f)
{
	char path[PATH_MAX], piece[FIRST_LINE_MAX];
	struct fault why = {0};
	struct appendfile *file;
	struct record_mark mark;
	ssize_t n;

	segments_path(path, dir, all->list[i].day, all->list[i].number);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, &why)) == NULL) {
		/* No plain file limits any; of the rest nothing can be told. */
		if (why.kind != FAULT_MEMORY &&
		    (why.err == 0 || why.err == ENOENT))
			return 0;
		return fault_take(f, &why);
	}
	n = appendfile_read(file, piece, sizeof(piece), 0, f);
	appendfile_close(file);
	if (n <= 0 || !record_read_mark(piece, (size_t)n, &mark))
		return n == -1 ? -1 : 0;
	while (i-- > 0 && strcmp(all->list[i].day, all->list[i + 1].day) == 0)
		if (all->list[i].number == mark.segment &&
		    mark.counts < all->list[i].counts)
			all->list[i].counts = mark.counts;
	return 0;
}

int
segments_list(
    const char *dir, const char *day, struct segments *all, struct fault *f)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	size_t i;
	int rc = 0;

	if (d == NULL && errno == ENOENT)
		return 0;
	if (d == NULL)
		return fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	errno = 0;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		rc = add(all, entry->d_name, day, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	(void)closedir(d);
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_time);
	for (i = 0; i < all->n && rc == 0; i++)
		if (all->list[i].number > 1)
			rc = read_mark(all, i, dir, f);
	return rc;
}

int64_t
segments_bytes(const char *dir, const struct segments *all)
{
	char path[PATH_MAX];
	struct stat st;
	int64_t total = 0;
	size_t i;

	for (i = 0; i < all->n; i++) {
		segments_path(path, dir, all->list[i].day, all->list[i].number);
		if (lstat(path, &st) == 0)
			total += (int64_t)st.st_size;
	}
	return total;
}

int64_t
segments_total(const char *dir)
{
	struct segments all = {0};
	struct fault ignored = {0};
	int64_t total = 0;

	if (segments_list(dir, NULL, &all, &ignored) == 0)
		total = segments_bytes(dir, &all);
	segments_free(&all);
	return total;
}

void
segments_free(struct segments *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}

/* segments: which segments a journal has; see segments.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "journal/segments.h"

/*
 * The name of a segment, 2026-11-23.jsonl or 2026-11-23-2.jsonl?  Or of the
 * ids of a day, 2026-11-23.ids: segment 0.
 */
static int
is_segment(const char *name, char day[static UTC_DAY_SIZE], int *segment)
{
	const char *rest = name + UTC_DAY_SIZE - 1;
	char *end;
	long n = 1;

	if (strlen(name) < UTC_DAY_SIZE - 1)
		return 0;
	memcpy(day, name, UTC_DAY_SIZE - 1);
	day[UTC_DAY_SIZE - 1] = '\0';
	if (strcmp(rest, ".ids") == 0 && utc_is_day(day)) {
		*segment = 0;
		return 1;
	}
	if (*rest == '-') {
		n = strtol(rest + 1, &end, 10);
		rest = end;
	}
	if (!utc_is_day(day) || n < 1 || n > 1000000)
		return 0;
	*segment = (int)n;
	return strcmp(rest, ".jsonl") == 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int rc = strcmp(x->day, y->day);

	if (rc != 0)
		return rc;
	/* The ids of a day count only behind its records. */
	if ((x->segment == 0) != (y->segment == 0))
		return x->segment == 0 ? 1 : -1;
	return x->segment - y->segment;
}

static int
add_place(struct segments *all, const char *name, int least, struct fault *f)
{
	struct place p = {.offset = 0}, *longer;

	if (!is_segment(name, p.day, &p.segment) || p.segment < least)
		return 0;
	if (all->n == all->room) {
		all->room = all->room * 2 + 64;
		longer = reallocarray(all->list, all->room, sizeof(*all->list));
		if (longer == NULL)
			return fault_set(f, FAULT_MEMORY, 0, "out of memory");
		all->list = longer;
	}
	all->list[all->n++] = p;
	return 0;
}

/* All segments from that number on. */
static int
list(const char *dir, int least, struct segments *all, struct fault *f)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	int rc = 0;

	if (d == NULL)
		return fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	errno = 0;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		rc = add_place(all, entry->d_name, least, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	(void)closedir(d);
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_time);
	return rc;
}

int
segments_list(const char *dir, struct segments *all, struct fault *f)
{
	return list(dir, 1, all, f);
}

int
segments_list_all(const char *dir, struct segments *all, struct fault *f)
{
	return list(dir, 0, all, f);
}

void
segments_keep_day(struct segments *all, const char *day)
{
	size_t i, kept = 0;

	for (i = 0; i < all->n; i++)
		if (strcmp(all->list[i].day, day) == 0)
			all->list[kept++] = all->list[i];
	all->n = kept;
}

int
segments_is_name(const char *name, char day[static UTC_DAY_SIZE])
{
	int segment;

	return is_segment(name, day, &segment) && segment > 0;
}

int64_t
segments_bytes(const char *dir, const struct segments *all)
{
	char path[PATH_MAX];
	struct stat st;
	int64_t total = 0;
	size_t i;

	for (i = 0; i < all->n; i++) {
		journal_path(path, dir, all->list[i].day, all->list[i].segment);
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

	if (segments_list(dir, &all, &ignored) == 0)
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

/* Where the line begins that ends before the offset; 0 at the file's start. */
static int64_t
line_before(struct appendfile *file, int64_t end, struct fault *f)
{
	char piece[4096];
	const char *newline;
	int64_t from;
	ssize_t n;

	for (; end > 0; end = from) {
		from = end < (int64_t)sizeof(piece)
		           ? 0
		           : end - (int64_t)sizeof(piece);
		n = appendfile_read(file, piece, (size_t)(end - from), from, f);
		if (n <= 0)
			return n;
		if ((newline = memrchr(piece, '\n', (size_t)n)) != NULL)
			return from + (newline - piece) + 1;
	}
	return 0;
}

/* The last line of a segment that counts. */
static int
newest_of(
    const char *dir, const struct place *p, int64_t *received, struct fault *f)
{
	struct journal_reader reader = {0};
	struct appendfile_state now;
	struct appendfile *file;
	struct record r;
	char path[PATH_MAX];
	int64_t at, offset;
	int rc = -1;

	journal_path(path, dir, p->day, p->segment);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return -1;
	if (appendfile_look(file, &now, f) == 0)
		for (at = now.size, rc = 0; at > 0 && rc == 0;) {
			if ((at = line_before(file, at - 1, f)) == -1)
				rc = -1;
			if (rc == -1)
				break;
			journal_rewind(&reader, file, at);
			rc = journal_next(&reader, &r, &offset, f);
			if (rc == 1)
				*received = r.received;
			else if (rc == 2)
				rc = 0;
		}
	journal_reader_free(&reader);
	appendfile_close(file);
	return rc;
}

int
segments_newest(const char *dir, int64_t *received, struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list(dir, &all, f);

	while (rc == 0 && all.n > 0)
		rc = newest_of(dir, &all.list[--all.n], received, f);
	segments_free(&all);
	return rc;
}

/* segments: which segments a journal has; see segments.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "segments.h"

/* The name of a segment, 2026-11-23.jsonl or 2026-11-23-2.jsonl? */
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

	return rc != 0 ? rc : x->segment - y->segment;
}

static int
add_place(struct segments *all, const char *name, struct fault *f)
{
	struct place p = {.offset = 0}, *longer;

	if (!is_segment(name, p.day, &p.segment))
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

int
segments_list(const char *dir, struct segments *all, struct fault *f)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	int rc = 0;

	if (d == NULL)
		return fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	errno = 0;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		rc = add_place(all, entry->d_name, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	(void)closedir(d);
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_time);
	return rc;
}

void
segments_free(struct segments *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}

int64_t
segments_bytes(const char *dir, const struct segments *all)
{
	char path[PATH_MAX];
	int64_t bytes = 0;
	struct stat st;
	size_t i;

	for (i = 0; i < all->n; i++) {
		journal_path(path, dir, all->list[i].day, all->list[i].segment);
		if (stat(path, &st) == 0)
			bytes += st.st_size;
	}
	return bytes;
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

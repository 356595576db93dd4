/* segments: which segments a journal has; see segments.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

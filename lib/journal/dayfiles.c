/* dayfiles: which files belong to which day; see dayfiles.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "journal/dayfiles.h"

/* Take a day off the front of a name. */
static int
take_day(const char **s, char day[static UTC_DAY_SIZE])
{
	if (strlen(*s) < UTC_DAY_SIZE - 1)
		return 0;
	memcpy(day, *s, UTC_DAY_SIZE - 1);
	day[UTC_DAY_SIZE - 1] = '\0';
	*s += UTC_DAY_SIZE - 1;
	return utc_is_day(day);
}

static int
take(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n) != 0)
		return 0;
	*s += n;
	return 1;
}

/* Take a number with that before it; 1 where none stands there. */
static long
take_number(const char **s, char before)
{
	char *end;
	long n;

	if (**s != before || !isdigit((unsigned char)(*s)[1]))
		return 1;
	n = strtol(*s + 1, &end, 10);
	*s = end;
	return n;
}

/* leads-2026-11-23-2.csv, and in replaced/ the same with .1 behind it. */
static int
is_sheet(const char *s, struct dayfile *d)
{
	d->kind = DAYFILE_SHEET;
	if ((!take(&s, "leads-") && !take(&s, "test-")) ||
	    !take_day(&s, d->day))
		return 0;
	d->number = take_number(&s, '-');
	if (!take(&s, ".csv") && !take(&s, ".tsv"))
		return 0;
	(void)take_number(&s, '.');
	if (take(&s, ".new"))
		d->kind = DAYFILE_NEW;
	return *s == '\0';
}

/* 2026-11-23-2.jsonl and what else stands beside it. */
static int
is_journal(const char *s, struct dayfile *d)
{
	if (!take_day(&s, d->day))
		return 0;
	d->kind = DAYFILE_TORN;
	if (take(&s, ".torn")) {
		(void)take_number(&s, '-');
		return *s == '\0';
	}
	if (take(&s, ".ids")) {
		d->kind = DAYFILE_IDS;
	} else {
		d->number = take_number(&s, '-');
		if (!take(&s, ".jsonl"))
			return 0;
		d->kind = DAYFILE_SEGMENT;
	}
	if (take(&s, ".new"))
		d->kind = DAYFILE_NEW;
	return *s == '\0';
}

static int
add(struct dayfiles *all, const char *dir, const char *name, struct fault *f)
{
	struct dayfile d = {.dir = dir}, *longer;
	char path[PATH_MAX];
	struct stat st;

	if (strlen(name) >= sizeof(d.name) ||
	    (!is_journal(name, &d) && !is_sheet(name, &d)))
		return 0;
	(void)snprintf(d.name, sizeof(d.name), "%s", name);
	dayfiles_path(path, &d);
	if (lstat(path, &st) == -1 || S_ISDIR(st.st_mode))
		return 0;
	d.size = (int64_t)st.st_size;
	if (all->n == all->room) {
		all->room = all->room * 2 + 64;
		longer = reallocarray(all->list, all->room, sizeof(*all->list));
		if (longer == NULL)
			return fault_set(f, FAULT_MEMORY, 0, "out of memory");
		all->list = longer;
	}
	all->list[all->n++] = d;
	return 0;
}

static int
by_day(const void *a, const void *b)
{
	const struct dayfile *x = a, *y = b;
	int rc = strcmp(x->day, y->day);

	if (rc == 0)
		rc = strcmp(x->dir, y->dir);
	if (rc == 0)
		rc = (x->number > y->number) - (x->number < y->number);
	return rc != 0 ? rc : strcmp(x->name, y->name);
}

int
dayfiles_add(struct dayfiles *all, const char *dir, struct fault *f)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	int rc = 0;

	if (d == NULL && errno == ENOENT)
		return 0;
	if (d == NULL)
		return fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	errno = 0;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		rc = add(all, dir, entry->d_name, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	(void)closedir(d);
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_day);
	return rc;
}

void
dayfiles_path(char out[static PATH_MAX], const struct dayfile *d)
{
	(void)snprintf(
	    out, PATH_MAX, "%.*s/%s", PATH_MAX - 80, d->dir, d->name);
}

void
dayfiles_free(struct dayfiles *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}

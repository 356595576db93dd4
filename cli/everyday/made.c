/* made: the note of what was made in a folder; see made.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "cli/everyday/made.h"

#define OWN       ".leadsheet-days"
#define NAME_SIZE 32 /* leads-2026-11-23.xlsx, and more */
#define FIRST     "leadsheet every-day 1\n"

static void
write_name(
    const struct made_day *d, enum table_format format, char out[NAME_SIZE])
{
	(void)snprintf(
	    out, NAME_SIZE, "leads-%s.%s", d->day, table_format_name(format));
}

/* What is not longer than a path can be; of the rest the system says so. */
static void
join(char out[static PATH_MAX], const char *dir, const char *name)
{
	(void)snprintf(
	    out, PATH_MAX, "%.*s/%s", PATH_MAX - 2 * NAME_SIZE, dir, name);
}

void
made_path(const struct made *m, const struct made_day *d,
    enum table_format format, char out[static PATH_MAX])
{
	char name[NAME_SIZE];

	write_name(d, format, name);
	join(out, m->path, name);
}

void
made_own(const struct made *m, const char *name, char out[static PATH_MAX])
{
	char dir[PATH_MAX];

	join(dir, m->path, OWN);
	join(out, dir, name);
}

void
made_draft(const struct made *m, const struct made_day *d,
    enum table_format format, char out[static PATH_MAX])
{
	char name[NAME_SIZE];

	write_name(d, format, name);
	made_own(m, name, out);
}

struct made_day *
made_day(struct made *m, const char *day, struct fault *f)
{
	struct made_day *longer;
	size_t at = m->n;

	/* Most come in order. */
	while (at > 0 && strcmp(m->days[at - 1].day, day) > 0)
		at--;
	if (at > 0 && strcmp(m->days[at - 1].day, day) == 0)
		return &m->days[at - 1];
	if (m->n == m->room) {
		longer =
		    reallocarray(m->days, m->room * 2 + 64, sizeof(*m->days));
		if (longer == NULL) {
			(void)fault_memory(f);
			return NULL;
		}
		m->days = longer;
		m->room = m->room * 2 + 64;
	}
	memmove(m->days + at + 1, m->days + at, (m->n - at) * sizeof(*m->days));
	m->n++;
	memset(&m->days[at], 0, sizeof(*m->days));
	(void)snprintf(m->days[at].day, UTC_DAY_SIZE, "%s", day);
	return &m->days[at];
}

/* The file that a name is of; NULL for one that we don't make. */
static struct made_file *
find_file(struct made *m, const char *name, struct fault *f)
{
	char day[UTC_DAY_SIZE], again[NAME_SIZE];
	struct made_day *d;
	enum table_format i;

	if (sscanf(name, "leads-%10[0-9-].", day) != 1 || !utc_is_day(day) ||
	    (d = made_day(m, day, f)) == NULL)
		return NULL;
	for (i = 0; i < TABLE_FORMATS; i++) {
		write_name(d, i, again);
		if (strcmp(name, again) == 0)
			return &d->files[i];
	}
	return NULL;
}

/* A line of "made"; what it doesn't understand tells nothing. */
static int
read_line(struct made *m, const char *line, struct fault *f)
{
	struct made_file read = {.sha256 = ""}, *file;
	struct appendfile_state *s = &read.state;
	char name[NAME_SIZE], sha256[SIGNATURE_SIZE];
	struct made_day *d;
	int64_t rows;

	if (sscanf(line, "day %10s %64s %" SCNd64, name, sha256, &rows) == 3 &&
	    utc_is_day(name)) {
		if ((d = made_day(m, name, f)) == NULL)
			return -1;
		(void)strcpy(d->of, sha256);
		d->rows = rows;
	} else if (sscanf(line,
		       "file %31s %64s %" SCNd64 " %" SCNd64 " %" SCNd64
		       " %" SCNd64,
		       name, read.sha256, &s->inode, &s->size, &s->mtime,
		       &s->ctime) == 6) {
		if ((file = find_file(m, name, f)) != NULL)
			*file = read;
	} else if (sscanf(line, "next %31s %64s", name, sha256) == 2) {
		if ((file = find_file(m, name, f)) != NULL)
			(void)strcpy(file->next, sha256);
	}
	return f->kind == FAULT_NONE ? 0 : -1;
}

static int
read_lines(struct made *m, char *text, struct fault *f)
{
	char *end;

	if (strncmp(text, FIRST, strlen(FIRST)) != 0)
		return fault_set(f, FAULT_DAMAGED, 0,
		    "%.300s/" OWN "/made can't be read; remove it, and files "
		    "that are other than they would be made are left alone",
		    m->path);
	text += strlen(FIRST);
	if (strncmp(text, m->purpose.data, m->purpose.len) != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "%.200s is kept for another purpose: %.*s; name another "
		    "folder",
		    m->path, (int)strcspn(text, "\n"), text);
	/* The last line may be torn. */
	while ((end = strchr(text, '\n')) != NULL) {
		*end = '\0';
		if (read_line(m, text, f) == -1)
			return -1;
		text = end + 1;
	}
	if (*text != '\0')
		m->changed = 1;
	return 0;
}

/* All of a file; it is not there: 1. */
static int
read_all(const char *path, struct bytes *out, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file = appendfile_open(path, APPENDFILE_VIEW, &why);
	ssize_t n = -1;

	if (file == NULL)
		return why.err == ENOENT ? 1 : fault_take(f, &why);
	while (bytes_reserve(out, 1 << 16) == 0 &&
	       (n = appendfile_read(file, out->data + out->len, 1 << 16,
		    (int64_t)out->len, f)) > 0)
		out->len += (size_t)n;
	appendfile_close(file);
	bytes_addc(out, '\0');
	return bytes_check(out, f) == -1 || n == -1 ? -1 : 0;
}

int
made_read(struct made *m, const char *purpose, struct fault *f)
{
	struct bytes text = {0};
	char path[PATH_MAX];
	int rc;

	bytes_printf(&m->purpose, "for %s\n", purpose);
	made_own(m, "made", path);
	if (bytes_check(&m->purpose, f) == -1)
		return -1;
	rc = read_all(path, &text, f);
	if (rc == 1)
		m->changed = 1;
	else if (rc == 0)
		rc = read_lines(m, text.data, f);
	bytes_free(&text);
	return rc == -1 ? -1 : 0;
}

int
made_promise(struct made *m, const struct made_day *d, enum table_format format,
    const char *sha256, struct fault *f)
{
	char path[PATH_MAX], name[NAME_SIZE];
	struct bytes line = {0};
	struct appendfile *made;
	int torn = 0, rc = -1;

	made_own(m, "made", path);
	write_name(d, format, name);
	bytes_printf(&line, "next %s %s\n", name, sha256);
	if ((made = appendfile_open(path, APPENDFILE_APPEND, f)) != NULL &&
	    appendfile_write(made, &line, &torn, f) == 0)
		rc = appendfile_sync(made, f);
	appendfile_close(made);
	bytes_free(&line);
	return rc;
}

static void
write_day(const struct made_day *d, struct bytes *out)
{
	const struct made_file *file;
	char name[NAME_SIZE];
	enum table_format i;

	if (d->of[0] != '\0')
		bytes_printf(
		    out, "day %s %s %" PRId64 "\n", d->day, d->of, d->rows);
	for (i = 0; i < TABLE_FORMATS; i++) {
		file = &d->files[i];
		if (file->sha256[0] == '\0')
			continue;
		write_name(d, i, name);
		bytes_printf(out,
		    "file %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
		    "\n",
		    name, file->sha256, file->state.inode, file->state.size,
		    file->state.mtime, file->state.ctime);
	}
}

int
made_write(struct made *m, struct fault *f)
{
	struct bytes text = {0};
	struct appendfile *made;
	char path[PATH_MAX];
	int torn = 0, rc = -1;
	size_t at;

	if (!m->changed)
		return 0;
	/* What it will say has to be so, whatever happens then. */
	made_own(m, "", path);
	if (appendfile_sync_parent(path, f) == -1)
		return -1;
	bytes_adds(&text, FIRST);
	bytes_add(&text, m->purpose.data, m->purpose.len);
	for (at = 0; at < m->n; at++)
		write_day(&m->days[at], &text);
	made_own(m, "made", path);
	made = appendfile_open(path, APPENDFILE_ANEW, f);
	if (made != NULL && appendfile_write(made, &text, &torn, f) == 0)
		rc = appendfile_publish(made, f);
	else
		appendfile_discard(made);
	bytes_free(&text);
	m->changed = rc != 0;
	return rc;
}

void
made_free(struct made *m)
{
	free(m->days);
	bytes_free(&m->purpose);
	memset(m, 0, sizeof(*m));
}

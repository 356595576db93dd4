/* pending: work that must be finished once it has begun; see pending.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "task/pending.h"

#define PIECE 4096 /* bytes a read */

static const char *const words[] = {
    [PENDING_NOTHING] = "nothing",
    [PENDING_FORGET] = "forget",
    [PENDING_PRUNE] = "prune",
    [PENDING_REBUILD] = "rebuild",
};

const char *
pending_word(enum pending_task task)
{
	return words[task];
}

/* Take the text up to the next newline off the front; 0 at the end. */
static int
next_text(const char **at, const char *end, const char **text, size_t *n)
{
	const char *newline;

	if (*at == NULL || *at >= end)
		return 0;
	newline = memchr(*at, '\n', (size_t)(end - *at));
	*text = *at;
	*n = (size_t)((newline == NULL ? end : newline) - *at);
	*at += *n + 1;
	return 1;
}

/* Where the text stands in the list, or NULL. */
static char *
find(const struct bytes *list, const char *text, size_t n)
{
	const char *at = list->data, *end = list->data + list->len, *its;
	size_t len;

	while (next_text(&at, end, &its, &len))
		if (len == n && memcmp(its, text, n) == 0)
			return list->data + (its - list->data);
	return NULL;
}

int
pending_has(const struct bytes *list, const char *text, size_t n)
{
	return list->len > 0 && find(list, text, n) != NULL;
}

void
pending_add(struct bytes *list, const char *text, size_t n)
{
	if (n == 0 || memchr(text, '\n', n) != NULL ||
	    pending_has(list, text, n))
		return;
	bytes_add(list, text, n);
	bytes_addc(list, '\n');
}

void
pending_join(struct bytes *list, const struct bytes *other)
{
	const char *at = other->data, *end = at + other->len, *text;
	size_t n;

	if (other->failed)
		list->failed = 1;
	while (other->len > 0 && next_text(&at, end, &text, &n))
		pending_add(list, text, n);
}

void
pending_drop(struct bytes *list, const struct bytes *away)
{
	const char *at = away->data, *end = at + away->len, *text;
	char *its;
	size_t n;

	while (away->len > 0 && next_text(&at, end, &text, &n)) {
		if (list->len == 0 || (its = find(list, text, n)) == NULL)
			continue;
		memmove(its, its + n + 1,
		    list->len - (size_t)(its - list->data) - n - 1);
		list->len -= n + 1;
	}
}

/* The lists by the first word of their lines. */
static struct bytes *
list_of(struct pending *p, const char *line, size_t n, size_t *word)
{
	static const char *const keys[] = {
	    "rebuild ", "urn ", "text ", "named ", "file "};
	struct bytes *const lists[] = {
	    &p->days, &p->urns, &p->texts, &p->named, &p->files};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		*word = strlen(keys[i]);
		if (n > *word && memcmp(line, keys[i], *word) == 0)
			return lists[i];
	}
	return NULL;
}

/* One line of the file: 1, or 0 when it is none that we write. */
static int
read_line(struct pending *p, const char *line, size_t n)
{
	char text[64];
	struct bytes *list;
	size_t i, word;

	if ((list = list_of(p, line, n, &word)) != NULL) {
		bytes_add(list, line + word, n - word);
		bytes_addc(list, '\n');
		return 1;
	}
	if (n >= sizeof(text))
		return 0;
	memcpy(text, line, n);
	text[n] = '\0';
	if (strncmp(text, "task ", 5) == 0)
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strcmp(text + 5, words[i]) == 0) {
				p->task = (enum pending_task)i;
				return 1;
			}
	if (strncmp(text, "before ", 7) == 0 && utc_is_day(text + 7)) {
		(void)strcpy(p->before, text + 7);
		return 1;
	}
	if (strncmp(text, "day ", 4) == 0 && utc_is_day(text + 4)) {
		(void)strcpy(p->day, text + 4);
		return 1;
	}
	return 0;
}

/* The whole file; its last newline may be missing. */
static int
read_file(struct appendfile *a, struct bytes *all, struct fault *f)
{
	ssize_t n;

	do {
		if (bytes_reserve(all, PIECE) == -1)
			return bytes_check(all, f);
		n = appendfile_read(
		    a, all->data + all->len, PIECE, (int64_t)all->len, f);
		if (n > 0)
			all->len += (size_t)n;
	} while (n > 0);
	return n == -1 ? -1 : 0;
}

static int
check_lists(const struct pending *p, struct fault *f)
{
	return bytes_check(&p->days, f) == -1 ||
	               bytes_check(&p->urns, f) == -1 ||
	               bytes_check(&p->texts, f) == -1 ||
	               bytes_check(&p->named, f) == -1 ||
	               bytes_check(&p->files, f) == -1
	           ? -1
	           : 0;
}

int
pending_read(const struct endpoint *e, struct pending *p, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *a;
	struct bytes all = {0};
	const char *at, *line;
	char path[PATH_MAX];
	size_t n;
	int rc;

	pending_free(p);
	endpoint_path(e, path, "pending");
	if ((a = appendfile_open(path, APPENDFILE_VIEW, &why)) == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	rc = read_file(a, &all, f);
	appendfile_close(a);
	for (at = all.data; rc == 0 && all.len > 0 &&
			    next_text(&at, all.data + all.len, &line, &n);)
		if (!read_line(p, line, n))
			rc = fault_set(f, FAULT_SETUP, 0,
			    "%s is not as leadsheet writes it; move it away, "
			    "and run the command again",
			    path);
	if (rc == 0)
		rc = check_lists(p, f);
	bytes_free(&all);
	return rc == -1 ? -1 : p->task != PENDING_NOTHING;
}

static void
write_list(struct bytes *out, const char *key, const struct bytes *list)
{
	const char *at = list->data, *end = at + list->len, *text;
	size_t n;

	while (list->len > 0 && next_text(&at, end, &text, &n)) {
		bytes_printf(out, "%s ", key);
		bytes_add(out, text, n);
		bytes_addc(out, '\n');
	}
}

static int
encode(struct bytes *out, const struct pending *p, struct fault *f)
{
	bytes_printf(out, "task %s\n", words[p->task]);
	if (p->before[0] != '\0')
		bytes_printf(out, "before %s\n", p->before);
	write_list(out, "rebuild", &p->days);
	write_list(out, "urn", &p->urns);
	write_list(out, "text", &p->texts);
	write_list(out, "named", &p->named);
	if (p->day[0] != '\0')
		bytes_printf(out, "day %s\n", p->day);
	write_list(out, "file", &p->files);
	return check_lists(p, f) == -1 ? -1 : bytes_check(out, f);
}

int
pending_write(
    const struct endpoint *e, const struct pending *p, struct fault *f)
{
	char path[PATH_MAX], next[PATH_MAX];
	struct bytes all = {0};
	struct appendfile *a;
	int torn, rc = -1;

	endpoint_path(e, path, "pending");
	if (p->task == PENDING_NOTHING)
		return appendfile_unlink(path, f) == -1
		           ? -1
		           : appendfile_sync_parent(path, f);
	if (encode(&all, p, f) == -1 ||
	    (a = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		goto out;
	appendfile_new_path(next, path);
	if (chmod(next, 0600) == -1)
		(void)fault_set(
		    f, FAULT_STORAGE, errno, "can't set the mode of %s", next);
	else if (appendfile_write(a, &all, &torn, f) == 0)
		rc = 0;
	if (rc == 0)
		rc = appendfile_publish(a, f);
	else
		appendfile_discard(a);
out:
	bytes_free(&all);
	return rc;
}

void
pending_free(struct pending *p)
{
	bytes_free(&p->days);
	bytes_free(&p->urns);
	bytes_free(&p->texts);
	bytes_free(&p->named);
	bytes_free(&p->files);
	memset(p, 0, sizeof(*p));
}

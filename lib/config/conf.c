/* conf: leadsheet.conf as it stands; see conf.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "config/conf.h"
#include "config/endpoint.h"

#define FILE_MAX (1 << 20) /* bytes; a larger one is a mistake */

#define BLANKS " \t\r\v\f"

static void
look(const char *path, int64_t file[4])
{
	struct stat st;

	memset(file, 0, 4 * sizeof(file[0]));
	if (stat(path, &st) == -1) {
		file[0] = -errno;
		return;
	}
	file[0] = (int64_t)st.st_ino;
	file[1] = (int64_t)st.st_size;
	file[2] = (int64_t)st.st_mtim.tv_sec;
	file[3] = (int64_t)st.st_mtim.tv_nsec;
}

int
conf_changed(const struct conf *c, const char *path)
{
	int64_t now[4];

	look(path, now);
	return memcmp(now, c->file, sizeof(now)) != 0;
}

/* Take the blanks off the end; returns where it ends then. */
static char *
trim(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && strchr(BLANKS, s[n - 1]) != NULL)
		s[--n] = '\0';
	return s + n;
}

/* Take a comment off: what follows a blank and a # or ;. */
static void
cut_comment(char *line)
{
	char *at = line;

	while ((at = strpbrk(at, "#;")) != NULL) {
		if (at == line || strchr(BLANKS, at[-1]) != NULL) {
			*at = '\0';
			return;
		}
		at++;
	}
}

static struct conf_line *
add_line(struct conf *c, int number)
{
	const struct conf_line *before = c->n == 0 ? NULL : &c->list[c->n - 1];
	enum conf_section section =
	    before == NULL ? CONF_GENERAL : before->section;
	const char *of = before == NULL ? "" : before->of;
	struct conf_line *l =
	    array_grow(c->list, c->n, &c->room, sizeof(*c->list));

	if (l == NULL) {
		(void)fault_memory(&c->fault);
		return NULL;
	}
	c->list = l;
	l = &c->list[c->n++];
	memset(l, 0, sizeof(*l));
	l->section = section;
	l->of = of;
	l->name = l->value = "";
	l->number = number;
	return l;
}

/* What stands between the brackets: a word for the kind, and a name. */
static void
read_section(struct conf_line *l, char *s)
{
	static const struct {
		const char *word;
		enum conf_section section;
		const char
		    *alone; /* what is wrong with a name; NULL: nothing */
	} words[] = {{"endpoint", CONF_ENDPOINT, NULL},
	    {"profile", CONF_PROFILE, NULL}, {"relay", CONF_RELAY, NULL},
	    {"page", CONF_PAGE, "this section has no name; write [page]"},
	    {"digest", CONF_DIGEST,
		"this section has no name; write [digest]"}};
	char *end = strchr(s, ']');
	size_t i, n;

	l->section = CONF_UNKNOWN;
	l->of = "";
	l->fault = "there is no such section; write [endpoint NAME], "
		   "[profile NAME], [relay NAME], [page] or [digest], or take "
		   "that line out";
	if (end == NULL || end[1] != '\0')
		return;
	*end = '\0';
	(void)trim(s);
	s += strspn(s, BLANKS);
	n = strcspn(s, BLANKS);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == n &&
		    memcmp(words[i].word, s, n) == 0)
			break;
	s += n + strspn(s + n, BLANKS);
	if (i == sizeof(words) / sizeof(words[0]))
		return;
	if (words[i].alone != NULL && s[0] != '\0') {
		l->fault = words[i].alone;
		return;
	}
	if (words[i].alone == NULL && !endpoint_is_name(s)) {
		l->fault = "a section's name has small letters, digits and "
			   "hyphens only, as in [endpoint main]";
		return;
	}
	l->section = words[i].section;
	l->of = s;
	l->fault = NULL;
}

/* Put a further line behind the value, with one blank between. */
static void
go_on(struct conf_line *l, char *s, int number)
{
	char *end;

	if (l->indented == 0)
		l->indented = number;
	if (l->value[0] == '\0') {
		l->value = s;
		return;
	}
	/* It ends before s, as both are of one text. */
	end = (char *)(uintptr_t)l->value + strlen(l->value);
	*end = ' ';
	memmove(end + 1, s, strlen(s) + 1);
}

static void
read_setting(struct conf_line *l, char *line, char *separator)
{
	if (separator == NULL || separator == line) {
		l->fault = "write it as name = value";
		l->name = line;
		return;
	}
	*separator = '\0';
	(void)trim(line);
	l->name = line;
	l->value = separator + 1 + strspn(separator + 1, BLANKS);
}

static int
read_line(struct conf *c, char *line, int number)
{
	char *s = line + strspn(line, BLANKS), *equals;
	struct conf_line *l;

	cut_comment(s);
	(void)trim(s);
	if (s[0] == '\0')
		return 0;
	equals = strchr(s, '=');
	l = c->n == 0 ? NULL : &c->list[c->n - 1];
	if (s > line && s[0] != '[' && equals == NULL && l != NULL &&
	    l->fault == NULL && l->name[0] != '\0') {
		go_on(l, s, number);
		return 0;
	}
	if ((l = add_line(c, number)) == NULL)
		return -1;
	if (s[0] == '[')
		read_section(l, s + 1);
	else
		read_setting(l, s, equals == NULL ? strchr(s, ':') : equals);
	return 0;
}

static int
read_lines(struct conf *c)
{
	/* Some editors put a byte order mark before the first line. */
	char *line = c->text + (strncmp(c->text, "\xef\xbb\xbf", 3) == 0) * 3;
	int number = 1;
	char *end;

	for (; line != NULL; line = end, number++) {
		if ((end = strchr(line, '\n')) != NULL)
			*end++ = '\0';
		if (read_line(c, line, number) == -1)
			return -1;
	}
	return 0;
}

/* The whole file as text; 0, or -1 with the fault set. */
static int
read_text(struct conf *c, const char *path, int fd)
{
	struct stat st;
	size_t n = 0, size;
	ssize_t got = 0;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return fault_set(&c->fault, FAULT_SETUP, 0,
		    "%s is not a plain file; put the settings into one", path);
	if (st.st_size > FILE_MAX)
		return fault_set(&c->fault, FAULT_SETUP, 0,
		    "%s is larger than 1 MiB; is it the settings?", path);
	size = (size_t)st.st_size;
	if ((c->text = malloc(size + 1)) == NULL)
		return fault_memory(&c->fault);
	while (n < size && (got = read(fd, c->text + n, size - n)) > 0)
		n += (size_t)got;
	if (got == -1)
		return fault_set(
		    &c->fault, FAULT_SETUP, errno, "can't read %s", path);
	c->text[n] = '\0';
	if (strlen(c->text) != n)
		return fault_set(&c->fault, FAULT_SETUP, 0,
		    "%s is not plain text; save it as UTF-8", path);
	return 0;
}

int
conf_read(struct conf *c, const char *path)
{
	int fd, rc;

	conf_free(c);
	look(path, c->file);
	/* A pipe in its place must not hold anybody up. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return fault_set(
		    &c->fault, FAULT_SETUP, errno, "can't read %s", path);
	rc = read_text(c, path, fd) == -1 || read_lines(c) == -1 ? -1 : 0;
	(void)close(fd);
	if (rc == -1)
		c->n = 0;
	return rc;
}

const struct conf_line *
conf_find(const struct conf *c, enum conf_section section, const char *of,
    const char *name, const struct conf_line *after)
{
	size_t i = after == NULL ? 0 : (size_t)(after - c->list) + 1;

	for (; i < c->n; i++)
		if (c->list[i].section == section && c->list[i].fault == NULL &&
		    strcmp(c->list[i].of, of) == 0 &&
		    strcmp(c->list[i].name, name) == 0)
			return &c->list[i];
	return NULL;
}

void
conf_free(struct conf *c)
{
	free(c->text);
	free(c->list);
	memset(c, 0, sizeof(*c));
}

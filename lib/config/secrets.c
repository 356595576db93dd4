/* secrets: the secrets that an endpoint accepts; see secrets.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "base/text.h"
#include "config/secrets.h"

#define SECRET_FILE_MAX 16384 /* bytes */

/* The byte order mark that some editors put before a text: no part of it. */
#define MARK "\xef\xbb\xbf"

/* Put a list of pointers in front of the text, in one piece of memory. */
static int
split(struct signature_secrets *out, const char *text, size_t len,
    struct fault *f)
{
	size_t lines = 1, i, n;
	const char **list;
	char *copy, *line, *end;

	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	if ((list = malloc(lines * sizeof(*list) + len + 1)) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	copy = (char *)(list + lines);
	memcpy(copy, text, len);
	copy[len] = '\0';
	out->n = 0;
	for (line = copy; line != NULL; line = end) {
		if ((end = strchr(line, '\n')) != NULL)
			*end++ = '\0';
		line += strspn(line, " \t\r");
		while (strncmp(line, MARK, strlen(MARK)) == 0)
			line +=
			    strlen(MARK) + strspn(line + strlen(MARK), " \t\r");
		n = strlen(line);
		while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL)
			line[--n] = '\0';
		if (n > 0)
			list[out->n++] = line;
	}
	out->list = list;
	return 0;
}

static int
read_file(const char *name, const char *path, int fd,
    struct signature_secrets *out, struct fault *f)
{
	char text[SECRET_FILE_MAX + 1];
	struct stat st;
	ssize_t n;
	int rc;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: %s is not a plain file; put the secret into one", name,
		    path);
	if ((st.st_mode & 077) != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: others can read the secret; run \"chmod 600 %s\"",
		    name, path);
	if ((n = read(fd, text, sizeof(text))) == -1)
		return fault_set(
		    f, FAULT_SETUP, errno, "%s: can't read %s", name, path);
	if (n > SECRET_FILE_MAX)
		rc = fault_set(f, FAULT_SETUP, 0,
		    "%s: %s is larger than 16 KiB; one secret a line", name,
		    path);
	/* Half of UTF-16, say: up to its first NUL it would be one letter. */
	else if (memchr(text, '\0', (size_t)n) != NULL)
		rc = fault_set(f, FAULT_SETUP, 0,
		    "%s: %s is not plain text; save it as UTF-8, or run "
		    "\"leadsheet secret %s\"",
		    name, path, name);
	else
		rc = split(out, text, (size_t)n, f);
	explicit_bzero(text, (size_t)n);
	if (rc == 0 && out->n == 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: no secret in %s yet; run \"leadsheet secret %s\"",
		    name, path, name);
	return rc;
}

int
secrets_read(
    const struct endpoint *e, struct signature_secrets *out, struct fault *f)
{
	char path[PATH_MAX];
	int fd, rc;

	out->list = NULL;
	out->n = 0;
	endpoint_path(e, path, "secret");
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: no secret yet; run \"leadsheet secret %s\"", e->name,
		    e->name);
	if (fd == -1)
		return fault_set(f, FAULT_SETUP, errno,
		    "%s: can't read the secret; it must belong to the user "
		    "that the receiver runs as: %s",
		    e->name, path);
	rc = read_file(e->name, path, fd, out, f);
	(void)close(fd);
	if (rc == -1)
		secrets_forget(out);
	return rc;
}

/* Is a character one that can't be seen, or a blank of some kind? */
static const char *
look_at_character(uint32_t c)
{
	/* Blanks and what has no width; the bounds belong to the ranges. */
	static const struct {
		uint32_t from, to;
		const char *what;
	} odd[] = {{0x00, 0x1f, "there is a control character in it"},
	    {0x20, 0x20, "there is a blank in it"},
	    {0x7f, 0x9f, "there is a control character in it"},
	    {0xa0, 0xa0, "there is a no-break space in it"},
	    {0xad, 0xad, "there is an invisible hyphen in it"},
	    {0x034f, 0x034f, "there is an invisible character in it"},
	    {0x061c, 0x061c, "there is an invisible character in it"},
	    {0x115f, 0x1160, "there is an invisible character in it"},
	    {0x1680, 0x1680, "there is a blank in it"},
	    {0x17b4, 0x17b5, "there is an invisible character in it"},
	    {0x180b, 0x180f, "there is an invisible character in it"},
	    {0x2000, 0x200a, "there is a blank in it"},
	    {0x200b, 0x200f, "there is an invisible character in it"},
	    {0x2028, 0x2029, "there is a line break in it"},
	    {0x202a, 0x202e, "there is an invisible character in it"},
	    {0x202f, 0x202f, "there is a no-break space in it"},
	    {0x205f, 0x205f, "there is a blank in it"},
	    {0x2060, 0x206f, "there is an invisible character in it"},
	    {0x2800, 0x2800, "there is a blank in it"},
	    {0x3000, 0x3000, "there is a blank in it"},
	    {0x3164, 0x3164, "there is an invisible character in it"},
	    {0xfe00, 0xfe0f, "there is an invisible character in it"},
	    {0xfeff, 0xfeff, "there is an invisible character in it"},
	    {0xffa0, 0xffa0, "there is an invisible character in it"},
	    {0xfff0, 0xfffd, "there is an unreadable character in it"},
	    {0xe0000, 0xe0fff, "there is an invisible character in it"}};
	size_t i;

	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (c >= odd[i].from && c <= odd[i].to)
			return odd[i].what;
	return NULL;
}

/* Does a text begin, or end, with a quote? */
static int
is_quoted(const char *s)
{
	static const char *const quotes[] = {"\"", "'", "`", "\xc2\xab",
	    "\xc2\xbb", "\xc2\xb4", "\xe2\x80\x98", "\xe2\x80\x99",
	    "\xe2\x80\x9a", "\xe2\x80\x9b", "\xe2\x80\x9c", "\xe2\x80\x9d",
	    "\xe2\x80\x9e", "\xe2\x80\x9f", "\xe2\x80\xb9", "\xe2\x80\xba"};
	size_t len = strlen(s), i, n;

	for (i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		n = strlen(quotes[i]);
		if (len >= n && (memcmp(s, quotes[i], n) == 0 ||
				    memcmp(s + len - n, quotes[i], n) == 0))
			return 1;
	}
	return 0;
}

const char *
secrets_oddity(const char *s)
{
	size_t left = strlen(s), n;
	const char *what, *p;
	int valid;
	uint32_t c;

	for (p = s; left > 0; p += n, left -= n) {
		n = text_next(p, left, &c, &valid);
		if (!valid)
			return "there is an unreadable character in it";
		if ((what = look_at_character(c)) != NULL)
			return what;
	}
	return is_quoted(s) ? "there is a quote at one of its ends" : NULL;
}

void
secrets_forget(struct signature_secrets *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		explicit_bzero(
		    (char *)(uintptr_t)s->list[i], strlen(s->list[i]));
	free((void *)(uintptr_t)s->list);
	s->list = NULL;
	s->n = 0;
}

int
secrets_check(const struct endpoint *e, struct fault *f)
{
	struct signature_secrets secrets;

	if (secrets_read(e, &secrets, f) == -1)
		return -1;
	secrets_forget(&secrets);
	return 0;
}

/* One secret a line into a new file, synced. */
static int
write_file(
    const char *path, const struct signature_secrets *list, struct fault *f)
{
	size_t i, n;
	int fd, rc = 0;

	(void)unlink(path); /* what an earlier one left that was killed */
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", path);
	for (i = 0; i < list->n && rc == 0; i++) {
		n = strlen(list->list[i]);
		errno = ENOSPC; /* what a short write means */
		if (write(fd, list->list[i], n) != (ssize_t)n ||
		    write(fd, "\n", 1) != 1)
			rc = -1;
	}
	if (rc == -1 || fchmod(fd, 0600) == -1 || fsync(fd) == -1)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't write %s", path);
	(void)close(fd);
	return rc;
}

int
secrets_write(const struct endpoint *e, const struct signature_secrets *list,
    struct fault *f)
{
	char path[PATH_MAX], new[PATH_MAX];
	size_t i;

	/* It would be read back without: as another secret. */
	for (i = 0; i < list->n; i++)
		if (strncmp(list->list[i], MARK, strlen(MARK)) == 0)
			return fault_set(f, FAULT_SETUP, 0,
			    "%s: a secret can't begin with a byte order mark; "
			    "paste it without that invisible character",
			    e->name);
	endpoint_path(e, path, "secret");
	endpoint_path(e, new, "secret.new");
	if (write_file(new, list, f) == -1 || rename(new, path) == -1) {
		(void)fault_set(
		    f, FAULT_STORAGE, errno, "can't replace %s", path);
		(void)unlink(new);
		return -1;
	}
	return appendfile_sync_parent(path, f);
}

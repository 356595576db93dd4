/* secrets: the secrets that an endpoint accepts; see secrets.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "config/secrets.h"

#define SECRET_FILE_MAX 16384 /* bytes */

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
	/* Some editors put a byte order mark before the first line. */
	for (line = copy + (strncmp(copy, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	     line != NULL; line = end) {
		if ((end = strchr(line, '\n')) != NULL)
			*end++ = '\0';
		line += strspn(line, " \t\r");
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
	rc = n > SECRET_FILE_MAX
	         ? fault_set(f, FAULT_SETUP, 0,
		       "%s: %s is larger than 16 KiB; one secret a line", name,
		       path)
	         : split(out, text, (size_t)n, f);
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

/* forgetting: the persons about to be forgotten; see forgetting.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "upkeep/forgetting.h"

#define PIECE 4096

int
forgetting_read(const struct endpoint *e, struct bytes *urns, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *a;
	char path[PATH_MAX];
	size_t before = urns->len;
	ssize_t n;

	endpoint_path(e, path, "forgetting");
	if ((a = appendfile_open(path, APPENDFILE_READ, &why)) == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	do {
		if (bytes_reserve(urns, PIECE) == -1) {
			n = bytes_check(urns, f);
			break;
		}
		n = appendfile_read(a, urns->data + urns->len, PIECE,
		    (int64_t)(urns->len - before), f);
		if (n > 0)
			urns->len += (size_t)n;
	} while (n > 0);
	appendfile_close(a);
	if (n == 0 && urns->len > before && urns->data[urns->len - 1] != '\n')
		bytes_addc(urns, '\n');
	return n == -1 ? -1 : bytes_check(urns, f);
}

/* Where the line stands in the list, or NULL. */
static char *
find(const struct bytes *urns, const char *urn, size_t n)
{
	char *line = urns->data, *end = urns->data + urns->len, *next;

	for (; line != NULL && line < end; line = next + 1) {
		if ((next = memchr(line, '\n', (size_t)(end - line))) == NULL)
			return NULL;
		if ((size_t)(next - line) == n && memcmp(line, urn, n) == 0)
			return line;
	}
	return NULL;
}

int
forgetting_has(const struct bytes *urns, const char *urn, size_t n)
{
	return find(urns, urn, n) != NULL;
}

void
forgetting_drop(struct bytes *urns, const struct bytes *away)
{
	const char *line = away->data, *end = away->data + away->len, *next;
	size_t n;
	char *at;

	for (; line != NULL && line < end; line = next + 1) {
		if ((next = memchr(line, '\n', (size_t)(end - line))) == NULL)
			return;
		n = (size_t)(next - line);
		if ((at = find(urns, line, n)) == NULL)
			continue;
		memmove(at, at + n + 1,
		    urns->len - (size_t)(at - urns->data) - n - 1);
		urns->len -= n + 1;
	}
}

int
forgetting_write(
    const struct endpoint *e, const struct bytes *urns, struct fault *f)
{
	char path[PATH_MAX], next[PATH_MAX];
	struct appendfile *a;
	int torn, rc;

	endpoint_path(e, path, "forgetting");
	if (urns->len == 0) {
		if (appendfile_unlink(path, f) == -1)
			return -1;
		return appendfile_sync_parent(path, f);
	}
	if ((a = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		return -1;
	/* It names persons: nobody but the owner needs to read it. */
	appendfile_new_path(next, path);
	if ((rc = chmod(next, 0600)) == -1)
		(void)fault_set(
		    f, FAULT_STORAGE, errno, "can't set the mode of %s", next);
	if (rc == 0)
		rc = appendfile_write(a, urns, &torn, f);
	if (rc == 0)
		return appendfile_publish(a, f);
	appendfile_discard(a);
	return -1;
}

/* findtext: in which files a text stands; see findtext.h. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/findtext.h"

#define PIECE (1 << 20) /* bytes a read */

/* The longest of the texts. */
static size_t
longest(const struct bytes *texts)
{
	size_t i, n = 0, most = 0;

	for (i = 0; i < texts->len; i++) {
		n = texts->data[i] == '\n' ? 0 : n + 1;
		most = n > most ? n : most;
	}
	return most;
}

static int
has_any(const struct bytes *texts, const struct bytes *b)
{
	const char *line = texts->data, *end = line + texts->len, *next;

	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (next == NULL)
			return 0;
		if (next > line && memmem(b->data, b->len, line,
				       (size_t)(next - line)) != NULL)
			return 1;
	}
	return 0;
}

/* What came of a file; else -1, with the fault set. */
enum look { NONE, FOUND, STOPPED, UNREAD };

static int
look_into(const struct findtext *s, int fd, struct bytes *b, struct fault *f)
{
	size_t keep = longest(s->texts);
	ssize_t n;

	bytes_reset(b);
	for (;;) {
		/* What may be the beginning of a text stays. */
		if (b->len > keep)
			bytes_drop(b, b->len - keep);
		if (bytes_reserve(b, PIECE) == -1)
			return bytes_check(b, f);
		n = read(fd, b->data + b->len, PIECE);
		if (n == -1 && errno == EINTR && !s->stops(s->context))
			continue;
		if (s->stops(s->context))
			return STOPPED;
		if (n <= 0)
			return n == 0 ? NONE : UNREAD;
		b->len += (size_t)n;
		if (has_any(s->texts, b))
			return FOUND;
	}
}

/* The same for what fts(3) has come to. */
static int
look_at(
    const struct findtext *s, const FTSENT *e, struct bytes *b, struct fault *f)
{
	int fd, rc;

	if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
	    e->fts_info == FTS_NS)
		return UNREAD;
	if (e->fts_info != FTS_F ||
	    s->skips(s->context, e->fts_path, e->fts_name))
		return NONE;
	fd = open(e->fts_accpath, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		/* It may have gone meanwhile. */
		return errno == ENOENT ? NONE : UNREAD;
	rc = look_into(s, fd, b, f);
	(void)close(fd);
	return rc;
}

static int
visit(
    const struct findtext *s, const FTSENT *e, struct bytes *b, struct fault *f)
{
	int rc = look_at(s, e, b, f);

	if (rc == FOUND)
		return s->found(s->context, e->fts_path, f);
	if (rc == UNREAD)
		return s->unread(s->context, e->fts_path, f);
	return rc == STOPPED ? 1 : rc;
}

int
findtext_below(const struct findtext *s, const char *dir, struct fault *f)
{
	char *const roots[] = {(char *)(uintptr_t)dir, NULL};
	struct bytes b = {0};
	FTSENT *e;
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int rc = 0;

	if (fts == NULL)
		return fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	while (rc == 0 && (e = fts_read(fts)) != NULL)
		rc = visit(s, e, &b, f);
	(void)fts_close(fts);
	bytes_free(&b);
	return rc;
}

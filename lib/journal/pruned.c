/* pruned: the ids of a day whose journal has left; see pruned.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/text.h"
#include "journal/identity.h"
#include "journal/pruned.h"

#define PIECE (256 << 10) /* bytes a read, and a write */

static const char before[] = "{\"key\":\"", between[] = ",\"sha256\":\"";

void
pruned_path(char out[static PATH_MAX], const char *journal, const char *day)
{
	/* It fits: journal is an endpoint's, which leaves room. */
	(void)snprintf(out, PATH_MAX, "%s/%s.ids", journal, day);
}

static int
flush(struct appendfile *to, struct bytes *b, size_t least, struct fault *f)
{
	int torn;

	if (bytes_check(b, f) == -1)
		return -1;
	if (b->len == 0 || b->len < least)
		return 0;
	if (appendfile_write(to, b, &torn, f) == -1)
		return -1;
	bytes_reset(b);
	return 0;
}

/* The ids that are there already: of records of before the last pruning. */
static int
copy_old(struct appendfile *to, const char *path, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *from = appendfile_open(path, APPENDFILE_READ, &why);
	struct bytes b = {0};
	int64_t at = 0;
	ssize_t n = 0;

	if (from == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	if (bytes_reserve(&b, PIECE) == -1)
		n = bytes_check(&b, f);
	while (
	    n != -1 && (n = appendfile_read(from, b.data, PIECE, at, f)) > 0) {
		b.len = (size_t)n;
		at += n;
		n = flush(to, &b, 0, f);
	}
	bytes_free(&b);
	appendfile_close(from);
	return (int)n;
}

/* A line for each record of a segment that has a key. */
static int
copy_segment(struct appendfile *to, const char *journal, const struct place *p,
    struct fault *f)
{
	struct journal_reader reader = {0};
	struct appendfile *from;
	struct bytes lines = {0};
	struct record record;
	char path[PATH_MAX];
	const char *key;
	int64_t offset;
	size_t len;
	int rc;

	journal_path(path, journal, p->day, p->segment);
	if ((from = appendfile_open(path, APPENDFILE_READ, f)) == NULL)
		return -1;
	journal_rewind(&reader, from, 0);
	while ((rc = journal_next(&reader, &record, &offset, f)) > 0) {
		if (rc == 2 || (key = identity_of(&record, &len)) == NULL)
			continue;
		/* text_json() writes the quote that before ends in. */
		bytes_add(&lines, before, strlen(before) - 1);
		text_json(&lines, key, len);
		bytes_printf(
		    &lines, "%s%s\"}\n", between, identity_digest(&record));
		if (flush(to, &lines, PIECE, f) == -1) {
			rc = -1;
			break;
		}
	}
	if (rc == 0)
		rc = flush(to, &lines, 0, f);
	bytes_free(&lines);
	journal_reader_free(&reader);
	appendfile_close(from);
	return rc;
}

int
pruned_add(const char *journal, const char *day, const struct place *segments,
    size_t n, struct fault *f)
{
	char path[PATH_MAX];
	struct appendfile *to;
	size_t i;
	int rc;

	pruned_path(path, journal, day);
	if ((to = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		return -1;
	rc = copy_old(to, path, f);
	for (i = 0; i < n && rc == 0; i++)
		rc = copy_segment(to, journal, &segments[i], f);
	if (rc == 0)
		return appendfile_publish(to, f);
	appendfile_discard(to);
	return -1;
}

/* The key and the digest of a line; 0 when it isn't one of ours. */
static int
read_line(const char *s, size_t n, struct bytes *key, char sha256[static 65])
{
	size_t used;

	bytes_reset(key);
	if (n < strlen(before) || memcmp(s, before, strlen(before)) != 0)
		return 0;
	s += strlen(before);
	n -= strlen(before);
	if ((used = text_unjson(key, s, n)) == 0 ||
	    n - used != strlen(between) + 64 + 2 ||
	    memcmp(s + used, between, strlen(between)) != 0 ||
	    memcmp(s + n - 2, "\"}", 2) != 0)
		return 0;
	memcpy(sha256, s + used + strlen(between), 64);
	sha256[64] = '\0';
	return key->len > 0;
}

/* The whole lines of the buffer, which keeps the rest. */
static int
visit_lines(struct bytes *b, struct bytes *key,
    int (*visit)(void *, const char *, size_t, const char *, struct fault *),
    void *context, struct fault *f)
{
	char sha256[65];
	const char *end;
	size_t at = 0;

	while (at < b->len &&
	       (end = memchr(b->data + at, '\n', b->len - at)) != NULL) {
		if (read_line(b->data + at, (size_t)(end - b->data) - at, key,
			sha256) &&
		    visit(context, key->data, key->len, sha256, f) == -1)
			return -1;
		at = (size_t)(end - b->data) + 1;
	}
	bytes_drop(b, at);
	return bytes_check(key, f);
}

int
pruned_each(const char *journal, const char *day,
    int (*visit)(void *, const char *, size_t, const char *, struct fault *),
    void *context, struct fault *f)
{
	struct bytes b = {0}, key = {0};
	struct appendfile *from;
	char path[PATH_MAX];
	int64_t at = 0;
	ssize_t n = 0;

	pruned_path(path, journal, day);
	if ((from = appendfile_open(path, APPENDFILE_READ, f)) == NULL)
		return -1;
	do {
		if (bytes_reserve(&b, PIECE) == -1) {
			n = bytes_check(&b, f);
			break;
		}
		n = appendfile_read(from, b.data + b.len, PIECE, at, f);
		if (n <= 0)
			break;
		b.len += (size_t)n;
		at += n;
		n = visit_lines(&b, &key, visit, context, f) == -1 ? -1 : 1;
	} while (n != -1);
	bytes_free(&b);
	bytes_free(&key);
	appendfile_close(from);
	return n == -1 ? -1 : 0;
}

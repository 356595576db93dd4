/* offsets: how far a reader has come; see offsets.h. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/array.h"
#include "base/bytes.h"
#include "reader/offsets.h"
#include "webhook/signature.h"

#define PIECE 65536 /* bytes a read */

/* Of all days that a journal can have it is far less; in bytes. */
#define SIZE_MAX_OF_ALL (64 << 20)

/* A line is shorter. */
#define LINE_SIZE 256

static const char head[] = "leadsheet cursor 1\n";
static const char digest_word[] = "sha256 ";

static int
by_segment(const void *a, const void *b)
{
	const struct place *x = &((const struct offset *)a)->last;
	const struct place *y = &((const struct offset *)b)->last;
	int rc = strcmp(x->day, y->day);

	return rc != 0 ? rc : x->segment - y->segment;
}

static void
encode(struct bytes *b, const struct offset *o)
{
	char iso[UTC_ISO_SIZE];

	utc_iso(o->received, iso);
	bytes_printf(b, "%s %d %" PRId64 " %s %s %" PRId64 " %" PRId64 "\n",
	    o->last.day, o->last.segment, o->last.offset, iso, o->digest,
	    o->size, o->ctime);
}

/* Read a line of n bytes: 1, or 0 when it isn't as we write it. */
static int
decode(const char *line, size_t n, struct offset *o)
{
	char text[LINE_SIZE], iso[UTC_ISO_SIZE];
	struct bytes again = {0};
	int is_same;

	memset(o, 0, sizeof(*o));
	if (n >= sizeof(text))
		return 0;
	memcpy(text, line, n);
	text[n] = '\0';
	if (sscanf(text, "%10s %d %" SCNd64 " %27s %64s %" SCNd64 " %" SCNd64,
		o->last.day, &o->last.segment, &o->last.offset, iso, o->digest,
		&o->size, &o->ctime) != 7 ||
	    !names_is_day(o->last.day) || o->last.segment < 1 ||
	    o->last.segment > NAMES_SEGMENT_MAX ||
	    strlen(iso) != UTC_ISO_SIZE - 1 ||
	    utc_parse(iso, UTC_ISO_SIZE - 1, &o->received) == -1)
		return 0;
	encode(&again, o);
	is_same = !again.failed && again.len == n + 1 &&
	          memcmp(again.data, text, n) == 0;
	bytes_free(&again);
	return is_same;
}

/*
 * Take the head and the digest off the text; 1 where they are as they are to
 * be, 0, or -1 with the fault set.
 */
static int
take_frame(const char **s, size_t *n, struct fault *f)
{
	const size_t first = sizeof(head) - 1;
	const size_t last = sizeof(digest_word) - 1 + SIGNATURE_SIZE;
	char sha256[SIGNATURE_SIZE];
	const char *end;

	if (*n < first + last || memcmp(*s, head, first) != 0)
		return 0;
	end = *s + *n - last;
	if (memcmp(end, digest_word, sizeof(digest_word) - 1) != 0 ||
	    end[last - 1] != '\n')
		return 0;
	if (signature_sha256(*s, (size_t)(end - *s), sha256, f) == -1)
		return -1;
	if (memcmp(end + sizeof(digest_word) - 1, sha256, SIGNATURE_SIZE - 1) !=
	    0)
		return 0;
	*s += first;
	*n -= first + last;
	return 1;
}

/* 1, 0 when it isn't as it was written, or -1 with the fault set. */
static int
read_lines(struct offsets *all, const char *s, size_t n, struct fault *f)
{
	const char *newline;
	struct offset o;
	int rc = take_frame(&s, &n, f);

	for (; rc == 1 && n > 0;
	     n -= (size_t)(newline + 1 - s), s = newline + 1) {
		newline = memchr(s, '\n', n);
		if (newline == NULL || !decode(s, (size_t)(newline - s), &o) ||
		    (all->n > 0 && by_segment(&all->list[all->n - 1], &o) >= 0))
			return 0;
		if (offsets_add(all, &o, f) == -1)
			return -1;
	}
	return rc;
}

static int
read_file(struct appendfile *file, struct bytes *b, struct fault *f)
{
	ssize_t n;

	do {
		if (bytes_reserve(b, PIECE) == -1)
			return bytes_check(b, f);
		n = appendfile_read(
		    file, b->data + b->len, PIECE, (int64_t)b->len, f);
		if (n == -1)
			return -1;
		b->len += (size_t)n;
	} while (n > 0 && b->len < SIZE_MAX_OF_ALL);
	return 0;
}

int
offsets_read(struct offsets *all, const char *path, struct fault *f)
{
	struct fault why = {0};
	struct bytes b = {0};
	struct appendfile *file = appendfile_open(path, APPENDFILE_VIEW, &why);
	int rc;

	if (file == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	if ((rc = read_file(file, &b, f)) == 0)
		rc = read_lines(all, b.data, b.len, f);
	if (rc == 0)
		rc = fault_set(f, FAULT_DAMAGED, 0,
		    "%s is damaged, or of a newer leadsheet; restore it from a "
		    "backup, or delete it; after that every lead counts as new",
		    path);
	appendfile_close(file);
	bytes_free(&b);
	return rc;
}

int
offsets_write(struct offsets *all, const char *path, struct fault *f)
{
	char sha256[SIGNATURE_SIZE];
	struct bytes b = {0};
	struct appendfile *file = NULL;
	size_t i;
	int torn, rc = -1;

	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_segment);
	bytes_adds(&b, head);
	for (i = 0; i < all->n; i++)
		encode(&b, &all->list[i]);
	if (bytes_check(&b, f) == -1 ||
	    signature_sha256(b.data, b.len, sha256, f) == -1)
		goto out;
	bytes_printf(&b, "%s%s\n", digest_word, sha256);
	if ((file = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		goto out;
	if (appendfile_write(file, &b, &torn, f) == 0)
		rc = appendfile_publish(file, f);
	else
		appendfile_discard(file);
out:
	bytes_free(&b);
	return rc;
}

const struct offset *
offsets_find(const struct offsets *all, const char *day, int segment)
{
	struct offset key = {.last = {.segment = segment}};

	(void)snprintf(key.last.day, sizeof(key.last.day), "%s", day);
	return all->n == 0 ? NULL
	                   : bsearch(&key, all->list, all->n,
				 sizeof(*all->list), by_segment);
}

int
offsets_add(struct offsets *all, const struct offset *o, struct fault *f)
{
	struct offset *longer =
	    array_grow(all->list, all->n, &all->room, sizeof(*all->list));

	if (longer == NULL)
		return fault_memory(f);
	all->list = longer;
	longer[all->n++] = *o;
	return 0;
}

void
offsets_free(struct offsets *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}

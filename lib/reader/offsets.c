/* offsets: how far a reader has come; see offsets.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bytes.h"
#include "reader/offsets.h"
#include "reader/sealed.h"

/* A line is shorter. */
#define LINE_SIZE 256

static const char head[] = "leadsheet cursor 1\n";

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

/* 1, 0 when a line isn't as we write it, or -1 with the fault set. */
static int
read_lines(struct offsets *all, const char *s, size_t n, struct fault *f)
{
	const char *newline;
	struct offset o;

	for (; n > 0; n -= (size_t)(newline + 1 - s), s = newline + 1) {
		newline = memchr(s, '\n', n);
		if (newline == NULL || !decode(s, (size_t)(newline - s), &o) ||
		    (all->n > 0 && by_segment(&all->list[all->n - 1], &o) >= 0))
			return 0;
		if (offsets_add(all, &o, f) == -1)
			return -1;
	}
	return 1;
}

int
offsets_read(struct offsets *all, const char *path, struct fault *f)
{
	struct bytes b = {0};
	enum sealed state = sealed_read(path, head, &b, f);
	int rc = state == SEALED_FAILED ? -1 : 0;

	if (state == SEALED_WHOLE)
		rc = read_lines(all, b.data, b.len, f);
	if (rc == 0 && state != SEALED_NONE)
		rc = fault_set(f, FAULT_DAMAGED, 0,
		    "%s is damaged, or of a newer leadsheet; restore it from a "
		    "backup, or delete it; after that every lead counts as new",
		    path);
	bytes_free(&b);
	return rc;
}

static int
put(struct offsets *all, const char *path,
    int (*how)(
	const char *, const char *, const struct bytes *, struct fault *),
    struct fault *f)
{
	struct bytes b = {0};
	size_t i;
	int rc;

	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_segment);
	for (i = 0; i < all->n; i++)
		encode(&b, &all->list[i]);
	rc = how(path, head, &b, f);
	bytes_free(&b);
	return rc;
}

int
offsets_write(struct offsets *all, const char *path, struct fault *f)
{
	return put(all, path, sealed_write, f);
}

int
offsets_prove(struct offsets *all, const char *path, struct fault *f)
{
	return put(all, path, sealed_prove, f);
}

void
offsets_path(const struct endpoint *e, const char *reader,
    enum name_cursor kind, char out[static PATH_MAX])
{
	char file[NAMES_CURSOR_SIZE], below[NAMES_CURSOR_SIZE + 16];

	names_write_cursor(reader, kind, file);
	(void)snprintf(below, sizeof(below), "cursors/%s", file);
	endpoint_path(e, out, below);
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

/* edited: what a person's copy of a sheet still has; see edited.h. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "sheet/edited.h"
#include "sheet/sheet.h"

/* So many deliveries are looked for in vain, and no more: each reads it all. */
#define MISSES 1000

/* A shorter id may stand in any text by chance. */
#define ID_LEAST 8

/* The whole file, which is not empty. */
static int
read_all(struct projection *p, struct bytes *text, struct fault *f)
{
	int64_t at = 0;
	ssize_t n;

	do {
		if (bytes_reserve(text, 1 << 16) == -1)
			return bytes_check(text, f);
		n = appendfile_read(p->file, text->data + text->len,
		    text->cap - text->len, at, f);
		if (n > 0) {
			text->len += (size_t)n;
			at += n;
		}
	} while (n > 0);
	return n == -1 ? -1 : 0;
}

/* The deliveries of the day: behind which row each ends, and its id. */
struct ends {
	struct bytes rows; /* int64_t each */
	struct bytes ids;  /* as cells, NUL behind each */
	struct bytes at;   /* size_t each: where its id begins */
};

static int
note_delivery(void *context, int64_t end, const struct record *r)
{
	struct ends *e = context;

	bytes_add(&e->at, &e->ids.len, sizeof(e->ids.len));
	bytes_add(&e->ids, r->id, r->id_len);
	bytes_addc(&e->ids, '\0');
	bytes_add(&e->rows, &end, sizeof(end));
	return 0;
}

static int
note_deliveries(struct projection *p, struct ends *e, struct fault *f)
{
	return projection_visit(p, note_delivery, e, f) == -1 ||
	               bytes_check(&e->ids, f) == -1 ||
	               bytes_check(&e->rows, f) == -1 ||
	               bytes_check(&e->at, f) == -1
	           ? -1
	           : 0;
}

static void
free_ends(struct ends *e)
{
	bytes_free(&e->rows);
	bytes_free(&e->ids);
	bytes_free(&e->at);
}

/* The row behind the last delivery that the text has, or -1. */
static int64_t
find_last(const struct ends *e, const struct bytes *text)
{
	size_t n = e->rows.len / sizeof(int64_t), i, misses = 0, at;
	const char *id;
	int64_t row;

	for (i = n; i-- > 0 && misses < MISSES; misses++) {
		memcpy(&at, e->at.data + i * sizeof(at), sizeof(at));
		memcpy(&row, e->rows.data + i * sizeof(row), sizeof(row));
		id = e->ids.data + at;
		if (strlen(id) >= ID_LEAST &&
		    memmem(text->data, text->len, id, strlen(id)) != NULL)
			return row;
	}
	return -1;
}

int
edited_next_row(struct projection *p, const struct index_sheet *s, int known,
    int64_t *row, struct fault *f)
{
	struct bytes text = {0};
	struct ends ends = {0};
	int64_t found, lines;
	int rc = -1;

	if (read_all(p, &text, f) == -1 || note_deliveries(p, &ends, f) == -1)
		goto out;
	found = find_last(&ends, &text);
	lines = sheet_count_lines(text.data, text.len);
	if (text.len > 0 && text.data[text.len - 1] != '\n')
		lines++;
	if (found >= s->first_row)
		*row = found;
	else if (known)
		*row = s->next_row;
	else
		*row = s->first_row + (lines > 0 ? lines - 1 : 0);
	rc = 0;
out:
	bytes_free(&text);
	free_ends(&ends);
	return rc;
}

int
edited_is_leftover(struct projection *p, struct fault *f)
{
	struct bytes text = {0}, head = {0};
	struct ends ends = {0};
	int rc = -1;

	sheet_header(&head, &p->books->settings->shape);
	if (bytes_check(&head, f) == -1 || read_all(p, &text, f) == -1 ||
	    note_deliveries(p, &ends, f) == -1)
		goto out;
	rc = find_last(&ends, &text) == -1 &&
	     (text.len == 0 || text.data[text.len - 1] != '\n' ||
		 memchr(text.data, '\0', text.len) != NULL ||
		 !text_is_utf8(text.data, text.len) ||
		 (text.len >= head.len &&
		     memcmp(text.data, head.data, head.len) == 0));
out:
	bytes_free(&text);
	bytes_free(&head);
	free_ends(&ends);
	return rc;
}

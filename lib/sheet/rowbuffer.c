/* rowbuffer: the rows of a batch on their way; see rowbuffer.h. */
#include "sheet/rowbuffer.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

/*
 * How long the rows of a delivery may be: so many times its body, and so many
 * bytes more.  A hundred leads of a long post have it a hundred times.
 */
#define BUDGET_TIMES 64
#define BUDGET_MORE  (16 << 20)

/*
 * How much work beside copying they may be, in bytes that are copied.  A byte
 * of a post's cell that is made anew counts as so many.  (Where it is nothing
 * but separators it took some 30 times as long as one that is copied.)
 */
#define WORK_MORE (128 << 20)
#define ANEW_WORK 8

/*
 * So many bytes of a batch's rows are kept, and as many more as the body has;
 * what is more is made by the piece.
 */
#define KEPT  (4 << 20)
#define PIECE (256 << 10)

/* Why no rows are to be made; NULL as long as they may. */
static const char *
find_refusal(const struct sheet_rows *rows, int64_t made)
{
	const int64_t most = BUDGET_TIMES * (int64_t)rows->record->body_len;
	const int64_t work = rows->leads->work + ANEW_WORK * rows->anew;

	return made > most + BUDGET_MORE
	           ? "its rows would be over 64 times its size and 16 MiB"
	       : work > most + WORK_MORE
	           ? "its rows would take too long to make"
	           : NULL;
}

int
rowbuffer_add(struct rowbuffer *b, struct rowbuffer_rows *out,
    const struct shape *shape, const struct record *r, struct leads *leads,
    struct fault *f)
{
	const size_t limit = KEPT + r->body_len;
	struct sheet_rows rows;
	struct bytes *into;
	int64_t made = 0;
	size_t before;
	int more;

	out->at = b->kept.len;
	sheet_rows_begin(&rows, shape, r, leads);
	do {
		bytes_reset(&b->piece);
		into = b->kept.len < limit ? &b->kept : &b->piece;
		before = into->len;
		more = sheet_rows_next(&rows, into, before + PIECE, f);
		made += (int64_t)(into->len - before);
		out->refusal = find_refusal(&rows, made);
	} while (more == 1 && out->refusal == NULL);
	out->is_long = made > (int64_t)(b->kept.len - out->at);
	if (more == -1)
		return -1;
	if (out->is_long || out->refusal != NULL)
		b->kept.len = out->at;
	out->len = b->kept.len - out->at;
	return 0;
}

static int
append(struct rowbuffer_writer *w, const struct bytes *rows, struct fault *f)
{
	int torn;

	w->written += (int64_t)rows->len;
	return rows->len == 0 ? 0 : appendfile_write(w->file, rows, &torn, f);
}

static int
append_long(struct rowbuffer_writer *w, const struct shape *shape,
    const struct record *r, struct leads *leads, struct fault *f)
{
	struct bytes *piece = &w->buffer->piece;
	struct sheet_rows rows;
	int more;

	sheet_rows_begin(&rows, shape, r, leads);
	do {
		bytes_reset(piece);
		more = sheet_rows_next(&rows, piece, PIECE, f);
		if (more == -1 || append(w, piece, f) == -1)
			return -1;
	} while (more);
	return 0;
}

int
rowbuffer_write(struct rowbuffer_writer *w, const struct rowbuffer_rows *rows,
    const struct shape *shape, const struct record *r, struct leads *leads,
    struct fault *f)
{
	if (!rows->is_long && rows->at == w->to) {
		w->to += rows->len;
		return 0;
	}
	if (rowbuffer_flush(w, f) == -1)
		return -1;
	if (rows->is_long)
		return append_long(w, shape, r, leads, f);
	w->from = rows->at;
	w->to = rows->at + rows->len;
	return 0;
}

int
rowbuffer_flush(struct rowbuffer_writer *w, struct fault *f)
{
	const struct bytes run = {.data = w->buffer->kept.data + w->from,
	    .len = w->to - w->from,
	    .cap = w->to - w->from};

	w->from = w->to;
	return append(w, &run, f);
}

void
rowbuffer_free(struct rowbuffer *b)
{
	bytes_free(&b->kept);
	bytes_free(&b->piece);
}

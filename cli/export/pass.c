/* pass: once through deliveries, by several threads; see pass.h. */
#include <stdlib.h>

#include "cli/export/parallel.h"
#include "cli/export/pass.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"

/*
 * The journal is read in pieces of this size.  What comes of a piece waits in
 * memory for its turn, but not more of it than HELD_MAX; in its turn it goes
 * out when there is FLUSH_SIZE of it.  All in bytes, and small enough for what
 * was just written to be in a CPU's cache when the kernel copies it.
 */
#define PIECE_SIZE (1 << 20)
#define FLUSH_SIZE (128 << 10)
#define HELD_MAX   (2 << 20)

/* What the threads share. */
struct way {
	const struct pass *pass;
	struct records *records;
	struct progress progress; /* to be changed by who has its turn */
	int64_t bad;
};

/* One thread, on its way through the journal. */
struct reader {
	struct way *way;
	void *own;
	struct records *records;
	struct leads leads;
	struct parallel_piece *piece;
	int64_t deliveries; /* since it had its turn */
	int64_t told;       /* bytes of the piece that progress knows of */
};

/* It's our turn: let all know what we did. */
static int
put_out(struct reader *r, struct fault *f)
{
	int64_t done = records_done(r->records);

	progress_add(&r->way->progress, done - r->told, r->deliveries);
	r->told = done;
	r->deliveries = 0;
	return r->way->pass->put_out(r->own, f);
}

/* After a lead: must what waits go out? */
static int
hold(struct reader *r, struct fault *f)
{
	size_t held = r->way->pass->waiting(r->own);
	int turn;

	if (held < FLUSH_SIZE)
		return 0;
	turn = parallel_turn(r->piece, held >= HELD_MAX);
	return turn == 1 ? put_out(r, f) : turn;
}

static int
walk_leads(struct reader *r, const struct record *record, int64_t position,
    struct fault *f)
{
	/* A lead has more than a byte: no number comes twice. */
	struct pass_lead lead = {.record = record,
	    .leads = &r->leads,
	    .number = position,
	    .piece = r->piece->number};

	if (leads_read(&r->leads, record->body, record->body_len, f) == -1)
		return -1;
	for (; lead.lead < leads_count(&r->leads); lead.lead++, lead.number++)
		if (r->way->pass->lead(r->own, &lead, f) == -1 ||
		    hold(r, f) == -1)
			return -1;
	return 0;
}

/* The deliveries of a piece. */
static int
walk(struct reader *r, struct fault *f)
{
	const struct pass *p = r->way->pass;
	struct record record;
	struct place place;
	int rc;

	while ((rc = records_next(r->records, &record, &place, f)) == 1) {
		r->deliveries++;
		if (terminal_stopped() != 0)
			return p->stopped(p->context, f);
		if (record.kind == RECORD_LEADS &&
		    walk_leads(r, &record, records_position(r->records, &place),
			f) == -1)
			return -1;
	}
	return rc;
}

static int
read_piece(void *reader, struct parallel_piece *piece, struct fault *f)
{
	struct reader *r = reader;
	const struct pass *p = r->way->pass;
	int64_t from = piece->number * PIECE_SIZE;
	int64_t size = records_size(r->records);
	int64_t to = size - from < PIECE_SIZE ? size : from + PIECE_SIZE;

	r->piece = piece;
	r->told = 0;
	/* Of a piece that is passed over nothing is read. */
	if (p->skips != NULL && p->skips(p->context, piece->number))
		from = to;
	records_seek(r->records, from, to);
	if (walk(r, f) == -1 || parallel_turn(piece, 1) == -1 ||
	    put_out(r, f) == -1)
		return -1;
	r->way->bad += records_bad(r->records);
	return 0;
}

static void
close_reader(void *reader)
{
	struct reader *r = reader;

	records_close(r->records);
	leads_free(&r->leads);
	if (r->own != NULL)
		r->way->pass->close(r->own);
	free(r);
}

static void *
open_reader(void *way, struct fault *f)
{
	struct way *w = way;
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	r->way = w;
	if ((r->own = w->pass->open(w->pass->context, f)) == NULL ||
	    (r->records = records_share(w->records, f)) == NULL) {
		close_reader(r);
		return NULL;
	}
	return r;
}

int64_t
pass_pieces(const struct records *records)
{
	return (records_size(records) + PIECE_SIZE - 1) / PIECE_SIZE;
}

int
pass_run(const struct pass *p, struct records *records, int64_t *bad,
    struct fault *f)
{
	struct way way = {.pass = p, .records = records};
	const struct parallel_work work = {
	    open_reader, read_piece, close_reader, &way};
	int rc;

	progress_begin(
	    &way.progress, p->verb, "deliveries", records_size(records));
	rc = parallel_run(&work, pass_pieces(records), p->threads, f);
	progress_end(&way.progress);
	*bad = way.bad;
	return rc;
}

/* pass: once through deliveries, by several threads; see pass.h. */
#include <stdlib.h>

#include "cli/export/journals.h"
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
	const struct journals *journals;
	/* Which of them is read, and what is before it. */
	size_t at;
	int64_t bytes, pieces;
	/* To be changed by who has its turn. */
	struct progress progress;
	struct pass_damage damage;
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
	struct pass_lead lead = {
	    .endpoint = &r->way->journals->endpoints[r->way->at],
	    .record = record,
	    .leads = &r->leads,
	    .number = r->way->bytes + position,
	    .piece = r->way->pieces + r->piece->number};

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

static void
note_damage(struct way *w, int64_t lines)
{
	w->damage.lines += lines;
	if (lines > 0 && w->damage.first == NULL)
		w->damage.first = &w->journals->endpoints[w->at];
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
	if (p->skips != NULL &&
	    p->skips(p->context, r->way->pieces + piece->number))
		from = to;
	records_seek(r->records, from, to);
	if (walk(r, f) == -1 || parallel_turn(piece, 1) == -1 ||
	    put_out(r, f) == -1)
		return -1;
	note_damage(r->way, records_bad(r->records));
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
	    (r->records = records_share(w->journals->list[w->at], f)) == NULL) {
		close_reader(r);
		return NULL;
	}
	return r;
}

static int64_t
count_pieces(const struct records *records)
{
	return (records_size(records) + PIECE_SIZE - 1) / PIECE_SIZE;
}

int64_t
pass_pieces(const struct journals *all)
{
	int64_t pieces = 0;
	size_t i;

	for (i = 0; i < all->n; i++)
		pieces += count_pieces(all->list[i]);
	return pieces;
}

int
pass_run(const struct pass *p, const struct journals *all,
    struct pass_damage *damage, struct fault *f)
{
	struct way way = {.pass = p, .journals = all};
	const struct parallel_work work = {
	    open_reader, read_piece, close_reader, &way};
	int64_t pieces;
	int rc = 0;

	progress_begin(
	    &way.progress, p->verb, "deliveries", journals_size(all));
	for (; way.at < all->n && rc == 0; way.at++) {
		pieces = count_pieces(all->list[way.at]);
		rc = parallel_run(&work, pieces, p->threads, f);
		way.pieces += pieces;
		way.bytes += records_size(all->list[way.at]);
	}
	progress_end(&way.progress);
	*damage = way.damage;
	return rc;
}

/* rows: from the journal to the rows of a table; see rows.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/export/journals.h"
#include "cli/export/parallel.h"
#include "cli/export/people.h"
#include "cli/export/rows.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "config/shape.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

/*
 * The journal is read in pieces of this size.  The rows of a piece wait in
 * memory for its turn, but not more of them than HELD_MAX; in its turn they go
 * out when there are FLUSH_SIZE of them.  All in bytes, and small enough for
 * what was just written to be in a CPU's cache when the kernel copies it.
 */
#define PIECE_SIZE (1 << 20)
#define FLUSH_SIZE (128 << 10)
#define HELD_MAX   (2 << 20)

struct reader;

/* Once through the journals: what the threads share. */
struct pass {
	struct rows *rows; /* to be changed by who has its turn */
	struct progress progress;
	struct journals journals;
	/* The one that is being read: which, and how many bytes are before it.
	 */
	size_t at;
	int64_t before;
	struct people *people; /* with --unique */
	/* What is to be done with a lead. */
	int (*what)(
	    struct reader *, const struct record *, size_t, struct fault *);
};

/* One thread, on its way through the journal. */
struct reader {
	struct pass *pass;
	struct records *records;
	struct leads leads;
	struct table *table;
	struct parallel_piece *piece;
	int64_t number; /* of the lead in hand, in the order of reading */
	int64_t rows;   /* since it had its turn */
	int64_t deliveries;
	int64_t told; /* bytes of the piece that progress knows of */
	char count[16];
};

/* It's our turn: let all know what we did, and write the rows that wait. */
static int
put_out(struct reader *r, struct fault *f)
{
	struct rows *rows = r->pass->rows;
	int64_t done = records_done(r->records);

	progress_add(&r->pass->progress, done - r->told, r->deliveries);
	r->told = done;
	r->deliveries = 0;
	rows->count += r->rows;
	r->rows = 0;
	/* Before the first of all, the head. */
	if (table_flush(rows->table, f) == -1)
		return -1;
	return table_flush(r->table, f);
}

/* At the end of a row: must it go out? */
static int
hold(struct reader *r, struct fault *f)
{
	size_t held = table_waiting(r->table);
	int turn;

	if (held < FLUSH_SIZE)
		return 0;
	turn = parallel_turn(r->piece, held >= HELD_MAX);
	return turn == 1 ? put_out(r, f) : turn;
}

static void
person_value(
    struct reader *r, int column, const struct person *p, struct sheet_value *v)
{
	memset(v, 0, sizeof(*v));
	v->type = SHEET_TIME;
	v->time = column == COLUMN_FIRST_SEEN ? p->first_seen : p->last_seen;
	if (column != COLUMN_ENGAGEMENTS)
		return;
	v->type = SHEET_NUMBER;
	v->data = r->count;
	v->len =
	    (size_t)snprintf(r->count, sizeof(r->count), "%u", p->engagements);
}

/* The lead in hand, of whom p is the person, where there is one. */
struct row {
	const struct record *record;
	size_t lead;
	const struct person *person;
};

/* The endpoint whose journal is being read. */
static const struct endpoint *
get_endpoint(const struct pass *p)
{
	return &p->rows->selection->endpoints.list[p->at];
}

static void
endpoint_value(const struct reader *r, struct sheet_value *v)
{
	memset(v, 0, sizeof(*v));
	v->type = SHEET_STRING;
	v->data = get_endpoint(r->pass)->name;
	v->len = strlen(v->data);
}

static int
get_value(struct reader *r, const struct row *row, int column,
    struct sheet_value *v, struct fault *f)
{
	if (column < SHAPE_COLUMNS)
		return sheet_value(
		    column, row->record, &r->leads, row->lead, v, f);
	if (column == COLUMN_ENDPOINT)
		endpoint_value(r, v);
	else
		person_value(r, column, row->person, v);
	return 0;
}

/* What goes into a column of a profile. */
static int
get_filled(struct reader *r, const struct row *row,
    const struct profile_column *c, struct sheet_value *v, struct fault *f)
{
	size_t i;

	for (i = 0; i < c->nfields; i++) {
		if (get_value(r, row, profile_source(c->fields[i]), v, f) == -1)
			return -1;
		if (profile_pick(c->fields[i], v))
			return 0;
	}
	profile_default(c, v);
	return 0;
}

static int
add_row(struct reader *r, const struct record *record, size_t lead,
    const struct person *p, struct fault *f)
{
	const struct selection *s = r->pass->rows->selection;
	const struct row row = {record, lead, p};
	struct sheet_value v;
	size_t i;
	int rc;

	for (i = 0; i < s->ncolumns; i++) {
		rc = s->has_profile
		         ? get_filled(r, &row, &s->profile.columns[i], &v, f)
		         : get_value(r, &row, s->columns[i], &v, f);
		if (rc == -1 || table_cell(r->table, &v, f) == -1)
			return -1;
	}
	r->rows++;
	return table_end_row(r->table, f) == -1 ? -1 : hold(r, f);
}

/* The urn of a lead; an empty one where it has none. */
static int
get_urn(struct reader *r, const struct record *record, size_t lead,
    struct sheet_value *urn, struct fault *f)
{
	static const char name[] = "urn";

	return sheet_value(shape_column(name, sizeof(name) - 1), record,
	    &r->leads, lead, urn, f);
}

/* First time through: who is there. */
static int
note_lead(
    struct reader *r, const struct record *record, size_t lead, struct fault *f)
{
	struct sheet_value urn;

	if (get_urn(r, record, lead, &urn, f) == -1)
		return -1;
	if (urn.len == 0)
		return 0;
	return people_note(
	    r->pass->people, urn.data, urn.len, record->received, r->number, f);
}

/* Second time: the newest lead of each; who has no urn stays alone. */
static int
add_newest(
    struct reader *r, const struct record *record, size_t lead, struct fault *f)
{
	struct person alone = {.first_seen = record->received,
	    .last_seen = record->received,
	    .engagements = 1};
	const struct person *p = &alone;
	struct sheet_value urn;

	if (get_urn(r, record, lead, &urn, f) == -1)
		return -1;
	if (urn.len > 0) {
		p = people_find(r->pass->people, urn.data, urn.len);
		if (p == NULL || p->newest != r->number)
			return 0;
	}
	return add_row(r, record, lead, p, f);
}

static int
add_lead(
    struct reader *r, const struct record *record, size_t lead, struct fault *f)
{
	return add_row(r, record, lead, NULL, f);
}

/* The leads of a delivery that were asked for. */
static int
walk_leads(struct reader *r, const struct record *record, struct fault *f)
{
	size_t lead;
	int has;

	if (leads_read(&r->leads, record->body, record->body_len, f) == -1)
		return -1;
	for (lead = 0; lead < leads_count(&r->leads); lead++) {
		has = filter_wants(&r->pass->rows->selection->filter,
		    get_endpoint(r->pass), record, &r->leads, lead, f);
		if (has == -1 ||
		    (has == 1 && r->pass->what(r, record, lead, f) == -1))
			return -1;
		r->number++;
	}
	return 0;
}

/* The deliveries of a piece. */
static int
walk(struct reader *r, struct fault *f)
{
	struct record record;
	struct place place;
	int rc;

	while ((rc = records_next(r->records, &record, &place, f)) == 1) {
		r->deliveries++;
		if (terminal_stopped() != 0)
			return output_stopped(r->pass->rows->output, f);
		if (record.kind != RECORD_LEADS)
			continue;
		/* A lead has more than a byte: no number comes twice. */
		r->number =
		    r->pass->before + records_position(r->records, &place);
		if (walk_leads(r, &record, f) == -1)
			return -1;
	}
	return rc;
}

static void
note_bad(struct pass *p, int64_t lines)
{
	p->rows->bad += lines;
	if (lines > 0 && p->rows->damaged == NULL)
		p->rows->damaged = get_endpoint(p);
}

static int
read_piece(void *reader, struct parallel_piece *piece, struct fault *f)
{
	struct reader *r = reader;
	int64_t from = piece->number * PIECE_SIZE;
	int64_t size = records_size(r->records);

	r->piece = piece;
	r->told = 0;
	records_seek(r->records, from,
	    size - from < PIECE_SIZE ? size : from + PIECE_SIZE);
	if (walk(r, f) == -1 || parallel_turn(piece, 1) == -1 ||
	    put_out(r, f) == -1)
		return -1;
	note_bad(r->pass, records_bad(r->records));
	return 0;
}

static void
close_reader(void *reader)
{
	struct reader *r = reader;

	records_close(r->records);
	leads_free(&r->leads);
	if (r->table != r->pass->rows->table)
		table_close(r->table);
	free(r);
}

static void *
open_reader(void *pass, struct fault *f)
{
	struct pass *p = pass;
	const struct selection *s = p->rows->selection;
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	r->pass = p;
	/* A workbook is one, as libxlsxwriter makes it. */
	r->table = s->format == TABLE_XLSX
	               ? p->rows->table
	               : table_open(s->format, s->heads, s->ncolumns, &s->shape,
			     p->rows->output, f);
	r->records = records_share(p->journals.list[p->at], f);
	if (r->table == NULL || r->records == NULL) {
		close_reader(r);
		return NULL;
	}
	return r;
}

/* Everything that was asked for, once through, endpoint after endpoint. */
static int
go_through(struct pass *p,
    int (*what)(struct reader *, const struct record *, size_t, struct fault *),
    size_t threads, struct fault *f)
{
	const struct parallel_work work = {
	    open_reader, read_piece, close_reader, p};
	int64_t size;
	int rc = 0;

	p->what = what;
	p->rows->bad = 0;
	progress_begin(&p->progress,
	    what == note_lead ? "reading" : "exporting", "deliveries",
	    journals_size(&p->journals));
	p->before = 0;
	for (p->at = 0; p->at < p->journals.n && rc == 0; p->at++) {
		size = records_size(p->journals.list[p->at]);
		rc = parallel_run(
		    &work, (size + PIECE_SIZE - 1) / PIECE_SIZE, threads, f);
		p->before += size;
	}
	progress_end(&p->progress);
	return rc;
}

static int
write_all(struct pass *p, struct fault *f)
{
	const struct selection *s = p->rows->selection;
	size_t threads = s->format == TABLE_XLSX ? 1 : parallel_cpus();

	if (!s->unique)
		return go_through(p, add_lead, threads, f);
	/* Who is the newest of whom is told by one who sees all in order. */
	if ((p->people = people_new(f)) == NULL ||
	    go_through(p, note_lead, 1, f) == -1)
		return -1;
	return go_through(p, add_newest, threads, f);
}

int
rows_write(struct rows *rows, struct fault *f)
{
	const struct selection *s = rows->selection;
	struct pass pass = {.rows = rows};
	int rc;

	if (s->has_profile && s->profile.rows > 0 &&
	    table_limit(rows->table, s->profile.rows, f) == -1)
		return -1;
	if ((rc = journals_open(&pass.journals, s, rows->unread, f)) == 0)
		rc = write_all(&pass, f);
	journals_close(&pass.journals);
	people_free(pass.people);
	return rc;
}

/* leadsheet export: leads as a file of another form, from the journal. */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "people.h"
#include "progress.h"
#include "records.h"
#include "selection.h"
#include "terminal.h"

const struct flag export_flags[] = {
    {"endpoint", 0, "NAME", "whose leads, where there are several"},
    {"from", 0, "DAY", "the first day, like 2026-11-23 or yesterday"},
    {"to", 0, "DAY", "the last day"},
    {"format", 0, "FORMAT", "csv, tsv, xlsx or jsonl (the file's ending)"},
    {"columns", 0, "A,B,...", "these columns, in this order"},
    {"delimiter", 0, "NAME", "comma, semicolon, tab or pipe"},
    {"no-bom", 0, NULL, "csv, tsv: without a byte order mark"},
    {"plain", 0, NULL, "csv, tsv: formulas and dates unprotected"},
    {"only", 0, "FIELD=VALUE", "leads with that value; again: that, too"},
    {"unique", 0, NULL, "one row a person: the newest, and how often"},
    {"output", 'o', "FILE", "write there, all or nothing"},
    {NULL, 0, NULL, NULL},
};

struct export
{
	struct selection selection;
	struct output output;
	struct table *table;
	struct leads leads;
	struct people *people; /* with --unique */
	struct progress progress;
	int64_t number; /* of the lead in hand, in the order of reading */
	int64_t known;  /* leads that there were the first time through */
	int64_t rows;
	int64_t bad; /* lines of the journal that don't count */
};

static int
add_person_cell(
    struct export *x, int column, const struct person *p, struct fault *f)
{
	struct sheet_value v = {.type = SHEET_TIME};
	char count[16];

	v.time = column == SELECTION_FIRST_SEEN ? p->first_seen : p->last_seen;
	if (column == SELECTION_ENGAGEMENTS) {
		v.type = SHEET_NUMBER;
		v.data = count;
		v.len = (size_t)snprintf(
		    count, sizeof(count), "%u", p->engagements);
	}
	return table_cell(x->table, &v, f);
}

static int
add_row(struct export *x, const struct record *r, size_t lead,
    const struct person *p, struct fault *f)
{
	struct sheet_value v;
	size_t i;

	for (i = 0; i < x->selection.ncolumns; i++) {
		if (x->selection.columns[i] >= SHEET_COLUMNS) {
			if (add_person_cell(x, x->selection.columns[i], p, f) ==
			    -1)
				return -1;
			continue;
		}
		if (sheet_value(x->selection.columns[i], r, &x->leads, lead, &v,
			f) == -1 ||
		    table_cell(x->table, &v, f) == -1)
			return -1;
	}
	x->rows++;
	return table_end_row(x->table, f);
}

/* The urn of a lead; an empty one where it has none. */
static int
get_urn(struct export *x, const struct record *r, size_t lead,
    struct sheet_value *urn, struct fault *f)
{
	static const char name[] = "urn";

	return sheet_value(
	    sheet_column(name, sizeof(name) - 1), r, &x->leads, lead, urn, f);
}

/* First time through: who is there. */
static int
note_lead(
    struct export *x, const struct record *r, size_t lead, struct fault *f)
{
	struct sheet_value urn;

	if (get_urn(x, r, lead, &urn, f) == -1)
		return -1;
	if (urn.len == 0)
		return 0;
	return people_note(
	    x->people, urn.data, urn.len, r->received, x->number, f);
}

/* Second time: the newest lead of each; who has no urn stays alone. */
static int
add_newest(
    struct export *x, const struct record *r, size_t lead, struct fault *f)
{
	struct person alone = {.first_seen = r->received,
	    .last_seen = r->received,
	    .engagements = 1};
	const struct person *p = &alone;
	struct sheet_value urn;

	/* Leads that came since are left for the next export. */
	if (x->number >= x->known)
		return 0;
	if (get_urn(x, r, lead, &urn, f) == -1)
		return -1;
	if (urn.len > 0) {
		p = people_find(x->people, urn.data, urn.len);
		if (p == NULL || p->newest != x->number)
			return 0;
	}
	return add_row(x, r, lead, p, f);
}

static int
add_lead(struct export *x, const struct record *r, size_t lead, struct fault *f)
{
	return add_row(x, r, lead, NULL, f);
}

static int
complain_stopped(const struct export *x, struct fault *f)
{
	return fault_set(f, FAULT_BUSY, 0, "stopped%s",
	    x->output.temp[0] == '\0' ? " before the end"
				      : "; nothing is written");
}

/* Everything that was asked for, once through. */
static int
walk(struct export *x,
    int (*what)(struct export *, const struct record *, size_t, struct fault *),
    struct records *records, struct fault *f)
{
	int64_t before = 0, done;
	struct record r;
	struct place place;
	size_t lead;
	int rc, has;

	x->number = 0;
	while ((rc = records_next(records, &r, &place, f)) == 1) {
		done = records_done(records);
		progress_add(&x->progress, done - before, 1);
		before = done;
		if (terminal_stopped() != 0)
			return complain_stopped(x, f);
		if (r.kind != DELIVERY_LEADS)
			continue;
		if (leads_read(&x->leads, r.body, r.body_len, f) == -1)
			return -1;
		for (lead = 0; lead < leads_count(&x->leads); lead++) {
			has = selection_has(
			    &x->selection, &r, &x->leads, lead, f);
			if (has == -1 ||
			    (has == 1 && what(x, &r, lead, f) == -1))
				return -1;
			x->number++;
		}
	}
	x->bad = records_bad(records);
	return rc;
}

static int
is_wanted(void *context, const char *day)
{
	const struct selection *s = &((struct export *)context)->selection;

	return (s->from[0] == '\0' || strcmp(day, s->from) >= 0) &&
	       (s->to[0] == '\0' || strcmp(day, s->to) <= 0);
}

static int
pass(struct export *x,
    int (*what)(struct export *, const struct record *, size_t, struct fault *),
    struct fault *f)
{
	const struct selection *s = &x->selection;
	struct records *records;
	char journal[PATH_MAX];
	int rc;

	endpoint_path(&s->endpoint, journal, "journal");
	records = records_open(journal, is_wanted, x, f);
	if (records == NULL)
		return -1;
	progress_begin(&x->progress,
	    what == note_lead ? "reading" : "exporting", "deliveries",
	    records_size(records));
	rc = walk(x, what, records, f);
	progress_end(&x->progress);
	records_close(records);
	return rc;
}

static int
make(struct export *x, struct fault *f)
{
	struct selection *s = &x->selection;

	if (output_open(&x->output, cli_option(s->cli, "output"), f) == -1 ||
	    (x->table = table_open(s->format, s->heads, s->ncolumns,
		 &s->settings, &x->output, f)) == NULL)
		return -1;
	if (s->unique) {
		if ((x->people = people_new(f)) == NULL ||
		    pass(x, note_lead, f) == -1)
			return -1;
		x->known = x->number;
		if (pass(x, add_newest, f) == -1)
			return -1;
	} else if (pass(x, add_lead, f) == -1) {
		return -1;
	}
	if (table_finish(x->table, f) == -1)
		return -1;
	/* A large workbook takes its time to be finished. */
	if (terminal_stopped() != 0)
		return complain_stopped(x, f);
	return output_commit(&x->output, f);
}

/* What was done, for a person; a program reads the output. */
static void
tell(const struct export *x)
{
	char rows[PROGRESS_NUMBER_SIZE], bad[PROGRESS_NUMBER_SIZE];

	if (x->output.path[0] != '\0')
		(void)fprintf(stderr, "%s %s in %s\n",
		    progress_number(x->rows, rows),
		    x->selection.unique ? "people" : "leads", x->output.path);
	if (x->bad > 0)
		(void)fprintf(stderr,
		    "leadsheet export: %s line%s of the journal %s damaged "
		    "and left out; \"leadsheet check\" tells where\n",
		    progress_number(x->bad, bad), x->bad == 1 ? "" : "s",
		    x->bad == 1 ? "is" : "are");
}

int
export_run(struct cli *cli)
{
	struct export x = {.rows = 0};
	struct fault f = {0};
	int rc;

	if ((rc = selection_read(&x.selection, cli)) != EX_OK)
		return rc;
	if (make(&x, &f) == 0)
		tell(&x);
	/* Who reads no more, as "head", knows it; it is no error of ours. */
	else if (f.err == EPIPE)
		rc = EX_IOERR;
	else
		rc = cli_fault(cli, &f);
	table_close(x.table);
	output_close(&x.output);
	leads_free(&x.leads);
	people_free(x.people);
	return rc;
}

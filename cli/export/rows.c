/* rows: from the journal to the rows of a table; see rows.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/export/journals.h"
#include "cli/export/parallel.h"
#include "cli/export/pass.h"
#include "cli/export/rows.h"
#include "cli/people/census.h"
#include "cli/people/personcell.h"
#include "config/shape.h"
#include "sheet/sheet.h"

/* What the threads share. */
struct job {
	struct rows *rows;    /* to be changed by who has its turn */
	struct census census; /* of people, where they are asked for */
};

/* One thread. */
struct writer {
	struct job *job;
	struct table *table;
	int64_t rows; /* since it had its turn */
	struct personcell_row person;
};

static void
close_writer(void *writer)
{
	struct writer *w = writer;

	if (w->table != w->job->rows->table)
		table_close(w->table);
	personcell_free(&w->person);
	free(w);
}

static void *
open_writer(void *job, struct fault *f)
{
	struct job *j = job;
	const struct selection *s = j->rows->selection;
	struct writer *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	w->job = j;
	w->person.people = j->census.people;
	/* A profile says what is text. */
	w->person.json = s->format == TABLE_JSONL && !s->has_profile;
	/* A workbook is one, as libxlsxwriter makes it. */
	w->table = s->format == TABLE_XLSX
	               ? j->rows->table
	               : table_open(s->format, s->heads, s->ncolumns, &s->shape,
			     &j->rows->sink, f);
	if (w->table == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

static size_t
count_waiting(void *writer)
{
	return table_waiting(((struct writer *)writer)->table);
}

/* It's our turn: write the rows that wait. */
static int
put_out(void *writer, struct fault *f)
{
	struct writer *w = writer;
	struct rows *rows = w->job->rows;

	rows->count += w->rows;
	w->rows = 0;
	/* Before the first of all, the head. */
	if (table_flush(rows->table, f) == -1)
		return -1;
	return table_flush(w->table, f);
}

static void
endpoint_value(const struct pass_lead *l, struct sheet_value *v)
{
	memset(v, 0, sizeof(*v));
	v->type = SHEET_STRING;
	v->data = l->endpoint->name;
	v->len = strlen(v->data);
}

/* The value of a column, for the lead in hand or its person. */
static int
get_value(struct writer *w, const struct pass_lead *l, int column,
    struct sheet_value *v, struct fault *f)
{
	if (column_is_of_history(column))
		return personcell_value(&w->person, column, v, f);
	if (column != COLUMN_ENDPOINT)
		return sheet_value(column, l->record, l->leads, l->lead, v, f);
	endpoint_value(l, v);
	return 0;
}

/* What goes into a column of a profile. */
static int
get_filled(struct writer *w, const struct pass_lead *l,
    const struct profile_column *c, struct sheet_value *v, struct fault *f)
{
	size_t i;

	for (i = 0; i < c->nfields; i++) {
		if (get_value(w, l, profile_source(c->fields[i]), v, f) == -1)
			return -1;
		if (profile_pick(c->fields[i], v))
			return 0;
	}
	profile_default(c, v);
	return 0;
}

static int
add_row(struct writer *w, const struct pass_lead *l, struct fault *f)
{
	const struct selection *s = w->job->rows->selection;
	struct sheet_value v;
	size_t i;
	int rc;

	for (i = 0; i < s->ncolumns; i++) {
		rc = s->has_profile
		         ? get_filled(w, l, &s->profile.columns[i], &v, f)
		         : get_value(w, l, s->columns[i], &v, f);
		if (rc == -1 || table_cell(w->table, &v, f) == -1)
			return -1;
	}
	w->rows++;
	return table_end_row(w->table, f);
}

/* A lead that was asked for. */
static int
take_lead(void *writer, const struct pass_lead *l, struct fault *f)
{
	struct writer *w = writer;
	int wants = filter_wants(&w->job->rows->selection->filter, l->endpoint,
	    l->record, l->leads, l->lead, f);

	return wants == 1 ? add_row(w, l, f) : wants;
}

/* What a person's column says, for --only: as text, whatever the format. */
static int
person_value(void *writer, int column, struct sheet_value *v, struct fault *f)
{
	struct writer *w = writer;
	int json = w->person.json, rc;

	w->person.json = 0;
	rc = personcell_value(&w->person, column, v, f);
	w->person.json = json;
	return rc;
}

/* The lead that somebody is listed by. */
static int
take_person(void *writer, const struct pass_lead *l, struct fault *f)
{
	struct writer *w = writer;
	int wants = census_lists(&w->job->census, l, &w->person.person, f);

	w->person.lead = l;
	if (wants == 1)
		wants = filter_wants_person(
		    &w->job->rows->selection->filter, person_value, w, f);
	return wants == 1 ? add_row(w, l, f) : wants;
}

static int
skips(void *job, int64_t piece)
{
	return census_skips(&((const struct job *)job)->census, piece);
}

static int
say_stopped(void *job, struct fault *f)
{
	return output_stopped(((const struct job *)job)->rows->output, f);
}

/* What was asked for, of which all is the whole where people are. */
static int
write_all(struct job *j, const struct journals *asked,
    const struct journals *all, struct fault *f)
{
	struct rows *rows = j->rows;
	const struct selection *s = rows->selection;
	struct pass pass = {.verb = "exporting",
	    .threads = s->format == TABLE_XLSX ? 1 : parallel_cpus(),
	    .context = j,
	    .open = open_writer,
	    .lead = take_lead,
	    .waiting = count_waiting,
	    .put_out = put_out,
	    .close = close_writer,
	    .stopped = say_stopped};
	struct pass_damage ignored;

	if (!s->unique)
		return pass_run(&pass, asked, &rows->damage, f);
	if (census_take(&j->census, s, rows->output, all,
		asked->are_new ? asked : NULL, f) == -1)
		return -1;
	rows->damage = j->census.damage;
	pass.lead = take_person;
	pass.skips = skips;
	return pass_run(&pass, asked->are_new ? asked : all, &ignored, f);
}

int
rows_write(struct rows *rows, struct fault *f)
{
	const struct selection *s = rows->selection;
	struct job job = {.rows = rows};
	struct journals asked = {0}, all = {0};
	int rc = 0;

	if (s->has_profile && s->profile.rows > 0 &&
	    table_limit(rows->table, s->profile.rows, f) == -1)
		return -1;
	rc = journals_open(&asked, s, rows->unread, f);
	if (rc == 0 && s->unique)
		rc = journals_open_whole(&all, s, rows->unread, f);
	if (rc == 0)
		rc = write_all(&job, &asked, &all, f);
	journals_close(&asked);
	journals_close(&all);
	census_free(&job.census);
	return rc;
}

/* rows: from the journal to the rows of a table; see rows.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/export/census.h"
#include "cli/export/parallel.h"
#include "cli/export/pass.h"
#include "cli/export/personcell.h"
#include "cli/export/rows.h"
#include "config/shape.h"
#include "journal/records.h"
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
			     j->rows->output, f);
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

/* The value of a column, for the lead in hand or its person. */
static int
get_value(struct writer *w, const struct pass_lead *l, int column,
    struct sheet_value *v, struct fault *f)
{
	if (column_is_of_history(column))
		return personcell_value(&w->person, column, v, f);
	return sheet_value(column, l->record, l->leads, l->lead, v, f);
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
	int has = selection_has(
	    w->job->rows->selection, l->record, l->leads, l->lead, f);

	return has == 1 ? add_row(w, l, f) : has;
}

/* The lead that somebody is listed by. */
static int
take_person(void *writer, const struct pass_lead *l, struct fault *f)
{
	struct writer *w = writer;
	int lists = census_lists(&w->job->census, l, &w->person.person, f);

	w->person.lead = l;
	return lists == 1 ? add_row(w, l, f) : lists;
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

/* With --new it's the new leads that are asked for; else new is NULL. */
static int
write_all(
    struct job *j, struct records *all, struct records *new, struct fault *f)
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
	struct records *asked = new == NULL ? all : new;
	int64_t ignored;

	if (!s->unique)
		return pass_run(&pass, asked, &rows->bad, f);
	if (census_take(&j->census, s, rows->output, all, new, f) == -1)
		return -1;
	rows->bad = j->census.bad;
	pass.lead = take_person;
	pass.skips = skips;
	return pass_run(&pass, asked, &ignored, f);
}

static int
is_wanted(void *selection, const char *day)
{
	return days_want(&((const struct selection *)selection)->days, day);
}

/* All of the journal, as of a person their whole history counts; or the days.
 */
static struct records *
open_records(const struct rows *rows, struct fault *f)
{
	const struct selection *s = rows->selection;
	char journal[PATH_MAX];

	endpoint_path(&s->endpoint, journal, "journal");
	return records_open(journal,
	    s->unique || days_are_all(&s->days) ? NULL : is_wanted,
	    rows->selection, f);
}

int
rows_write(struct rows *rows, struct fault *f)
{
	const struct selection *s = rows->selection;
	struct job job = {.rows = rows};
	struct records *all = NULL, *new = NULL;
	int rc = -1;

	if (s->has_profile && s->profile.rows > 0 &&
	    table_limit(rows->table, s->profile.rows, f) == -1)
		return -1;
	if (rows->consumer != NULL)
		new = consumer_records(rows->consumer);
	if (new == NULL || s->unique)
		all = open_records(rows, f);
	if (all != NULL || (new != NULL && !s->unique))
		rc = write_all(&job, all, new, f);
	records_close(all);
	census_free(&job.census);
	return rc;
}

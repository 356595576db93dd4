/* dayfiles: the files of a day in a folder; see dayfiles.h. */
#include <string.h>
#include <unistd.h>

#include "cli/everyday/dayfiles.h"
#include "cli/export/output.h"
#include "cli/export/rows.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"

int
dayfiles_are_too_many(const struct selection *s, const struct rows *rows)
{
	return s->has_profile && s->profile.rows > 0 &&
	       rows->count > s->profile.rows;
}

/*
 * The rows of one day in one format; how many there are is in *rows.  Too many
 * of them are not kept.
 */
static int
write_rows(struct dayfiles *x, struct output *output, struct rows *rows,
    struct fault *f)
{
	struct selection *s = &x->selection;
	const struct sink sink = output_sink(output);
	struct table *table =
	    table_open(s->format, s->heads, s->ncolumns, &s->shape, &sink, f);
	int rc = -1;

	if (table == NULL)
		return -1;
	rows->selection = s;
	rows->output = output;
	rows->sink = sink;
	rows->table = table;
	table_head(table);
	if (rows_write(rows, f) == 0 && table_finish(table, f) == 0)
		rc = terminal_stopped() != 0 ? output_stopped(output, f)
		     : dayfiles_are_too_many(s, rows)
		         ? 0
		         : output_commit(output, f);
	table_close(table);
	return rc;
}

/* Say that a file is not ours; the exit code. */
static int
complain_someones(
    struct dayfiles *x, const struct made_day *d, enum table_format format)
{
	char path[PATH_MAX];

	made_path(&x->folder.made, d, format, path);
	return cli_fail(x->cli, EX_DATAERR,
	    "%s is not as leadsheet made it, and stays as it is; move it away, "
	    "and the next run makes it anew",
	    path);
}

/* They would be several files. */
static int
complain_many(const struct dayfiles *x, const struct made_day *d, int64_t rows)
{
	const struct profile *p = &x->selection.profile;
	char is[PROGRESS_NUMBER_SIZE], may[PROGRESS_NUMBER_SIZE];

	return cli_fail(x->cli, EX_DATAERR,
	    "%s has %s rows, and a file for %s may have %s; that day can only "
	    "be exported with -o, which makes several files",
	    d->day, progress_number(rows, is), p->name,
	    progress_number(p->rows, may));
}

int
dayfiles_take_away(
    struct dayfiles *x, struct made_day *d, enum table_format format)
{
	enum folder_owner owner;
	struct fault f = {0};

	if (d->files[format].sha256[0] == '\0')
		return EX_OK;
	if (folder_remove(&x->folder, d, format, &owner, &f) == -1)
		return cli_fault(x->cli, &f);
	if (owner == FOLDER_SOMEONE)
		x->status = complain_someones(x, d, format);
	else if (owner == FOLDER_OURS)
		x->removed++;
	return EX_OK;
}

int
dayfiles_make(struct dayfiles *x, struct made_day *d, enum table_format format,
    struct rows *rows)
{
	enum folder_result result = FOLDER_SAME;
	char draft[PATH_MAX];
	struct output output;
	struct fault f = {0};
	int rc;

	selection_use(&x->selection, format);
	memcpy(x->selection.days.from, d->day, UTC_DAY_SIZE);
	memcpy(x->selection.days.to, d->day, UTC_DAY_SIZE);
	made_draft(&x->folder.made, d, format, draft);
	rc = output_open(&output, x->cli, draft);
	if (rc == EX_OK && write_rows(x, &output, rows, &f) == -1)
		rc = cli_fault(x->cli, &f);
	output_close(&output);
	if (rc != EX_OK)
		return rc;
	if (dayfiles_are_too_many(&x->selection, rows)) {
		x->status = complain_many(x, d, rows->count);
		return dayfiles_take_away(x, d, format);
	}
	if (rows->count == 0)
		return unlink(draft) == 0 ? dayfiles_take_away(x, d, format)
		                          : EX_IOERR;
	if (folder_put(&x->folder, d, format, &result, &f) == -1)
		return cli_fault(x->cli, &f);
	x->results[result]++;
	if (result == FOLDER_LEFT)
		x->status = complain_someones(x, d, format);
	return EX_OK;
}

int
dayfiles_look(struct dayfiles *x, struct made_day *d, enum table_format format,
    int *is_there)
{
	enum folder_owner owner;
	struct fault f = {0};

	if (folder_look(&x->folder, d, format, &owner, &f) == -1)
		return cli_fault(x->cli, &f);
	*is_there = owner != FOLDER_NOBODY || d->rows == 0;
	if (d->rows > 0 && owner != FOLDER_NOBODY)
		x->results[owner == FOLDER_OURS ? FOLDER_SAME : FOLDER_LEFT]++;
	if (d->rows > 0 && owner == FOLDER_SOMEONE)
		x->status = complain_someones(x, d, format);
	return EX_OK;
}

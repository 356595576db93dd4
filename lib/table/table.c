/* table: rows in the form that was asked for; see table.h. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "sheet/csv.h"
#include "table/table.h"
#include "table/xlsx.h"

struct table {
	enum table_format format;
	const struct column *columns;
	size_t ncolumns;
	const struct shape *shape;
	struct sink sink;
	struct bytes text;  /* written and not yet put out */
	struct xlsx *xlsx;  /* for xlsx */
	int64_t rows, most; /* of the workbook; most 0: any number */
	size_t at;          /* the cell that is next */
	int64_t minute;     /* of the time that was written last */
	char time[UTC_LOCAL_SIZE];
};

const char *
table_format_name(enum table_format format)
{
	static const char *const names[TABLE_FORMATS] = {[TABLE_CSV] = "csv",
	    [TABLE_TSV] = "tsv",
	    [TABLE_JSONL] = "jsonl",
	    [TABLE_XLSX] = "xlsx"};

	return names[format];
}

struct table *
table_open(enum table_format format, const struct column *columns,
    size_t ncolumns, const struct shape *shape, const struct sink *sink,
    struct fault *f)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	t->format = format;
	t->columns = columns;
	t->ncolumns = ncolumns;
	t->shape = shape;
	t->sink = *sink;
	t->minute = -1;
	if (format == TABLE_XLSX &&
	    (t->xlsx = xlsx_open(columns, ncolumns, &t->sink, f)) == NULL) {
		table_close(t);
		return NULL;
	}
	return t;
}

void
table_head(struct table *t)
{
	const struct csv_dialect d = {t->shape->delimiter, 0, 0};
	size_t i;

	if (t->format != TABLE_CSV && t->format != TABLE_TSV)
		return;
	if (t->shape->bom)
		bytes_adds(&t->text, "\xef\xbb\xbf");
	for (i = 0; i < t->ncolumns; i++) {
		if (i > 0)
			csv_next(&t->text, &d);
		csv_string(&t->text, &d, t->columns[i].name,
		    strlen(t->columns[i].name));
	}
	csv_end(&t->text);
}

int
table_limit(struct table *t, int64_t rows, struct fault *f)
{
	t->most = rows;
	return t->sink.limit(t->sink.context, rows,
	    t->format == TABLE_XLSX ? NULL : &t->text, f);
}

/* Another row comes: must the workbook be another one? */
static int
begin_row(struct table *t, struct fault *f)
{
	if (t->most == 0 || t->rows < t->most)
		return 0;
	if (xlsx_finish(t->xlsx, f) == -1 ||
	    t->sink.next(t->sink.context, f) == -1)
		return -1;
	xlsx_close(t->xlsx);
	t->rows = 0;
	t->xlsx = xlsx_open(t->columns, t->ncolumns, &t->sink, f);
	return t->xlsx == NULL ? -1 : 0;
}

static void
write_json(struct table *t, const struct sheet_value *v)
{
	const char *name = t->columns[t->at].name;

	bytes_addc(&t->text, t->at == 0 ? '{' : ',');
	text_json(&t->text, name, strlen(name));
	bytes_addc(&t->text, ':');
	sheet_json(&t->text, v);
}

/*
 * A time as a sheet has it.  Most leads come in a minute that another one came
 * in, and to ask the C library for each costs as much as three cells.
 */
static void
write_time(struct table *t, int64_t time)
{
	int64_t minute = time / (60 * UTC_SECOND);
	int second = (int)(time / UTC_SECOND % 60);
	size_t n;

	if (minute != t->minute || time < 0) {
		utc_local(time < 0 ? time : minute * 60 * UTC_SECOND, t->time);
		t->minute = minute;
	}
	n = strlen(t->time);
	/* Some zones once were seconds off. */
	if (time < 0 || n < 2 || memcmp(t->time + n - 2, "00", 2) != 0) {
		utc_local(time, t->time);
		t->minute = -1;
		bytes_adds(&t->text, t->time);
		return;
	}
	bytes_add(&t->text, t->time, n - 2);
	bytes_addc(&t->text, (char)('0' + second / 10));
	bytes_addc(&t->text, (char)('0' + second % 10));
}

/* A cell without NULs, which end it. */
static void
write_plain(struct table *t, const struct sheet_value *v)
{
	size_t i;

	for (i = 0; i < v->len; i++)
		bytes_addc(&t->text, v->data[i] == '\0' ? ' ' : v->data[i]);
	if (v->type == SHEET_TIME)
		write_time(t, v->time);
	bytes_addc(&t->text, '\0');
}

int
table_cell(struct table *t, const struct sheet_value *v, struct fault *f)
{
	const struct csv_dialect d = {t->shape->delimiter, 0, 0};

	if (t->format == TABLE_XLSX) {
		if ((t->at == 0 && begin_row(t, f) == -1) ||
		    xlsx_cell(t->xlsx, t->at, v, f) == -1)
			return -1;
	} else if (t->format == TABLE_JSONL) {
		write_json(t, v);
	} else if (t->format == TABLE_CELLS) {
		write_plain(t, v);
	} else {
		if (t->at > 0)
			csv_next(&t->text, &d);
		if (v->type == SHEET_TIME)
			write_time(t, v->time);
		else
			sheet_cell(&t->text, t->shape, v);
	}
	t->at++;
	return 0;
}

int
table_end_row(struct table *t, struct fault *f)
{
	t->at = 0;
	t->rows++;
	if (t->format == TABLE_XLSX)
		return xlsx_end_row(t->xlsx, f);
	if (t->format == TABLE_JSONL)
		bytes_adds(&t->text, "}\n");
	else if (t->format != TABLE_CELLS)
		csv_end(&t->text);
	return bytes_check(&t->text, f);
}

size_t
table_waiting(const struct table *t)
{
	return t->text.len;
}

int
table_flush(struct table *t, struct fault *f)
{
	return t->sink.write(t->sink.context, &t->text, f);
}

int
table_finish(struct table *t, struct fault *f)
{
	if (t->format == TABLE_XLSX)
		return xlsx_finish(t->xlsx, f);
	return table_flush(t, f);
}

void
table_close(struct table *t)
{
	if (t == NULL)
		return;
	xlsx_close(t->xlsx);
	bytes_free(&t->text);
	free(t);
}

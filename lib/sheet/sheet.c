/* sheet: a day's rows, as people open them; see sheet.h. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utc.h"
#include "config/shape.h"
#include "sheet/csv.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

/* Where each column is from, by its number: see config/shape.c. */
static const struct source {
	enum { RECEIVED_AT, DELIVERY_ID, FROM_BODY } from;
	enum leads_field field; /* where it is from the body */
} sources[] = {
    {RECEIVED_AT, 0},
    {DELIVERY_ID, 0},
    {FROM_BODY, LEADS_TIMESTAMP},
    {FROM_BODY, LEADS_URN},
    {FROM_BODY, LEADS_FULL_NAME},
    {FROM_BODY, LEADS_HEADLINE},
    {FROM_BODY, LEADS_COMPANY_NAME},
    {FROM_BODY, LEADS_JOB_TITLE},
    {FROM_BODY, LEADS_LOCATION},
    {FROM_BODY, LEADS_LINKEDIN_URL},
    {FROM_BODY, LEADS_ENGAGEMENT_TYPE},
    {FROM_BODY, LEADS_SIGNAL_NAME},
    {FROM_BODY, LEADS_REACTION_TYPE},
    {FROM_BODY, LEADS_COMMENT_TEXT},
    {FROM_BODY, LEADS_CONNECTIONS},
    {FROM_BODY, LEADS_FOLLOWERS},
    {FROM_BODY, LEADS_INDUSTRY},
    {FROM_BODY, LEADS_COMPANY_SIZE},
    {FROM_BODY, LEADS_POST_ID},
    {FROM_BODY, LEADS_POST_URL},
    {FROM_BODY, LEADS_POST_TEXT},
    {FROM_BODY, LEADS_POST_DATE},
    {FROM_BODY, LEADS_EXTRA},
};

_Static_assert(
    sizeof(sources) / sizeof(sources[0]) == SHAPE_COLUMNS, "all columns");

/*
 * Is it a column of ranges?  A spreadsheet changes some, such as 11-50.  Were
 * only these protected, a filter would show 201-500 and '11-50.
 */
static int
is_range(int column)
{
	const struct source *source = &sources[column];

	return source->from == FROM_BODY && source->field == LEADS_COMPANY_SIZE;
}

static struct csv_dialect
dialect(const struct shape *s)
{
	struct csv_dialect d = {s->delimiter, s->protect, 0};

	return d;
}

void
sheet_header(struct bytes *b, const struct shape *s)
{
	const struct csv_dialect d = dialect(s);
	const char *name;
	size_t i;

	if (s->bom)
		bytes_adds(b, "\xef\xbb\xbf");
	for (i = 0; i < s->ncolumns; i++) {
		if (i > 0)
			csv_next(b, &d);
		name = shape_column_name(s->columns[i]);
		csv_string(b, &d, name, strlen(name));
	}
	csv_end(b);
}

int
sheet_value(int column, const struct record *r, struct leads *leads,
    size_t lead, struct sheet_value *out, struct fault *f)
{
	static const enum sheet_type types[] = {[VALUE_NONE] = SHEET_NONE,
	    [VALUE_STRING] = SHEET_STRING,
	    [VALUE_NUMBER] = SHEET_NUMBER};
	const struct source *source = &sources[column];
	struct value v;

	memset(out, 0, sizeof(*out));
	switch (source->from) {
	case RECEIVED_AT:
		out->type = SHEET_TIME;
		out->time = r->received;
		return 0;
	case DELIVERY_ID:
		out->type = SHEET_STRING;
		out->data = r->id;
		out->len = r->id_len;
		return 0;
	case FROM_BODY:
		break;
	}
	if (leads_value(leads, lead, source->field, &v, f) == -1)
		return -1;
	out->type = types[v.type];
	out->always = is_range(column);
	if (source->field == LEADS_EXTRA && v.type != VALUE_NONE)
		out->type = SHEET_JSON;
	out->data = v.data;
	out->len = v.len;
	return 0;
}

void
sheet_cell(struct bytes *b, const struct shape *s, const struct sheet_value *v)
{
	struct csv_dialect d = dialect(s);
	char at[UTC_LOCAL_SIZE];

	if (v->type == SHEET_TIME) {
		utc_local(v->time, at);
		csv_plain(b, at, strlen(at));
	} else if (v->type == SHEET_NUMBER) {
		csv_plain(b, v->data, v->len);
	} else if (v->type != SHEET_NONE) {
		d.always = v->always;
		csv_string(b, &d, v->data, v->len);
	}
}

void
sheet_json(struct bytes *b, const struct sheet_value *v)
{
	const size_t from = b->len;
	char at[UTC_ISO_SIZE];

	switch (v->type) {
	case SHEET_NONE:
		bytes_adds(b, "null");
		break;
	case SHEET_STRING:
		text_json(b, v->data, v->len);
		break;
	case SHEET_NUMBER:
	case SHEET_JSON:
		bytes_add(b, v->data, v->len);
		break;
	case SHEET_TIME:
		utc_iso(v->time, at);
		text_json(b, at, strlen(at));
		break;
	}
	text_json_visible(b, from);
}

_Static_assert(LEADS_CELL >= CSV_TEXT_MAX, "extra fills its cell");

/*
 * In which rows are the cells of a column the same?  BARE: in those of a post
 * whose leads have no field of their own that we don't know.
 */
enum same { SAME_NONE, SAME_BARE, SAME_POST, SAME_DELIVERY, SAME_ALL };

static enum same
same_in(int column)
{
	const struct source *source = &sources[column];

	if (source->from != FROM_BODY || leads_is_of_delivery(source->field))
		return SAME_DELIVERY;
	if (source->field == LEADS_EXTRA)
		return SAME_BARE;
	return leads_is_of_post(source->field) ? SAME_POST : SAME_NONE;
}

/* The field that is a column's cell; else LEADS_TIMESTAMP, which none lacks. */
static enum leads_field
field_in(int column)
{
	const struct source *source = &sources[column];

	return source->from != FROM_BODY ? LEADS_TIMESTAMP : source->field;
}

/* The field that is a column's cell where it is a string, else LEADS_EXTRA. */
static enum leads_field
string_in(int column)
{
	const struct source *source = &sources[column];

	return source->from != FROM_BODY || leads_is_integer(source->field)
	           ? LEADS_EXTRA
	           : source->field;
}

/*
 * Write the cells from column i on that are the same as above, if there are
 * any: least says what the two rows have in common.  Returns the next column.
 */
static size_t
repeat_cells(struct bytes *b, struct sheet_rows *row, size_t i, enum same least)
{
	size_t from = row->cells[i], at = b->len, next = i;

	for (; next < row->shape->ncolumns && row->same[next] >= least; next++)
		row->cells[next] = at + (row->cells[next] - from);
	if (next > i)
		bytes_repeat(b, from, row->cells[next] - 1 - from);
	return next;
}

static int
write_cell(
    struct bytes *b, const struct sheet_rows *row, size_t i, struct fault *f)
{
	struct jsontext_slice text;
	struct sheet_value v;

	/* Most cells, in a tenth of the steps. */
	if (leads_lacks(row->leads, row->fields[i]))
		return 0;
	if (leads_plain(row->leads, row->strings[i], &text)) {
		csv_string(b, row->dialects[i], text.s, text.n);
		return 0;
	}
	if (sheet_value(row->shape->columns[i], row->record, row->leads,
		row->lead, &v, f) == -1)
		return -1;
	sheet_cell(b, row->shape, &v);
	return 0;
}

/* Is it a cell of its post, which leads above may have had already? */
static int
is_made_anew(const struct sheet_rows *row, size_t i)
{
	return row->same[i] == SAME_POST   ? row->changed
	       : row->same[i] == SAME_BARE ? row->changed || row->has_others
	                                   : 0;
}

/* A row, with so much in common with the one above it in the buffer. */
static int
write_row(
    struct bytes *b, struct sheet_rows *row, enum same least, struct fault *f)
{
	size_t i, next;

	for (i = 0; i < row->shape->ncolumns; i = next) {
		if (i > 0)
			csv_next(b, &row->dialect);
		if ((next = repeat_cells(b, row, i, least)) > i)
			continue;
		row->cells[next++] = b->len;
		if (write_cell(b, row, i, f) == -1)
			return -1;
		if (is_made_anew(row, i))
			row->anew += (int64_t)(b->len - row->cells[next - 1]);
	}
	row->cells[i] = b->len + 1;
	csv_end(b);
	return 0;
}

void
sheet_rows_begin(struct sheet_rows *rows, const struct shape *s,
    const struct record *r, struct leads *leads)
{
	size_t i;

	rows->shape = s;
	rows->record = r;
	rows->leads = leads;
	rows->lead = 0;
	rows->anew = 0;
	rows->has_others = rows->changed = 0;
	rows->post = NULL;
	rows->dialect = rows->of_ranges = dialect(s);
	rows->of_ranges.always = 1;
	for (i = 0; i < s->ncolumns; i++) {
		rows->same[i] = (unsigned char)same_in(s->columns[i]);
		rows->fields[i] = (unsigned char)field_in(s->columns[i]);
		rows->strings[i] = (unsigned char)string_in(s->columns[i]);
		rows->dialects[i] =
		    is_range(s->columns[i]) ? &rows->of_ranges : &rows->dialect;
	}
}

int
sheet_rows_next(
    struct sheet_rows *rows, struct bytes *b, size_t enough, struct fault *f)
{
	const size_t n = leads_count(rows->leads);
	enum same least = SAME_ALL; /* with what is elsewhere: nothing */
	const struct post *above;
	int others;

	for (; rows->lead < n && b->len < enough && !b->failed; rows->lead++) {
		above = rows->post;
		others = rows->has_others;
		if (leads_post(rows->leads, rows->lead, &rows->post, f) == -1)
			return -1;
		rows->has_others = leads_has_others(rows->leads);
		rows->changed = rows->post != above;
		if (least == SAME_ALL)
			;
		else if (rows->changed)
			least = SAME_DELIVERY;
		else
			least =
			    others || rows->has_others ? SAME_POST : SAME_BARE;
		if (write_row(b, rows, least, f) == -1)
			return -1;
		least = SAME_DELIVERY;
	}
	if (bytes_check(b, f) == -1)
		return -1;
	return rows->lead < n;
}

int64_t
sheet_count_lines(const char *s, size_t n)
{
	const char *end = s + n;
	int64_t lines = 0;

	while (n > 0 && (s = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		lines++;
		s++;
	}
	return lines;
}

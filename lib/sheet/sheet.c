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
	static const enum sheet_type types[] = {[LEADS_NONE] = SHEET_NONE,
	    [LEADS_STRING] = SHEET_STRING,
	    [LEADS_NUMBER] = SHEET_NUMBER};
	const struct source *source = &sources[column];
	struct leads_value v;

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
	if (source->field == LEADS_EXTRA && v.type != LEADS_NONE)
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

/* In which rows are the cells of a column the same? */
enum same { SAME_NONE, SAME_POST, SAME_DELIVERY, SAME_ALL };

static enum same
same_in(int column)
{
	const struct source *source = &sources[column];

	if (source->from != FROM_BODY || leads_is_of_delivery(source->field))
		return SAME_DELIVERY;
	return leads_is_of_post(source->field) ? SAME_POST : SAME_NONE;
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

/* The row in hand. */
struct row {
	const struct shape *shape;
	struct csv_dialect dialect, of_ranges;
	const struct post *post; /* its lead's */
	enum same same[SHAPE_COLUMNS_MAX];
	/* The field of a column whose strings are cells as they stand. */
	enum leads_field strings[SHAPE_COLUMNS_MAX];
	const struct csv_dialect *dialects[SHAPE_COLUMNS_MAX];
	/*
	 * Where its cells begin; from the cell in hand on, where those of the
	 * row above begin.  One more: where another cell would begin.
	 */
	size_t cells[SHAPE_COLUMNS_MAX + 1];
};

/*
 * Write the cells from column i on that are the same as above, if there are
 * any: least says what the two rows have in common.  Returns the next column.
 */
static size_t
repeat_cells(struct bytes *b, struct row *row, size_t i, enum same least)
{
	size_t from = row->cells[i], at = b->len, next = i;

	for (; next < row->shape->ncolumns && row->same[next] >= least; next++)
		row->cells[next] = at + (row->cells[next] - from);
	if (next > i)
		bytes_repeat(b, from, row->cells[next] - 1 - from);
	return next;
}

static int
write_cell(struct bytes *b, const struct row *row, size_t i,
    const struct record *r, struct leads *leads, size_t lead, struct fault *f)
{
	struct jsontext_slice text;
	struct sheet_value v;

	/* Most cells, in a tenth of the steps. */
	if (leads_plain(leads, row->strings[i], &text)) {
		csv_string(b, row->dialects[i], text.s, text.n);
		return 0;
	}
	if (sheet_value(row->shape->columns[i], r, leads, lead, &v, f) == -1)
		return -1;
	sheet_cell(b, row->shape, &v);
	return 0;
}

static int
write_row(struct bytes *b, struct row *row, const struct record *r,
    struct leads *leads, size_t lead, struct fault *f)
{
	const struct post *above = row->post;
	enum same least;
	size_t i, next;

	if (leads_post(leads, lead, &row->post, f) == -1)
		return -1;
	least = lead == 0            ? SAME_ALL
	        : row->post == above ? SAME_POST
	                             : SAME_DELIVERY;
	for (i = 0; i < row->shape->ncolumns; i = next) {
		if (i > 0)
			csv_next(b, &row->dialect);
		if ((next = repeat_cells(b, row, i, least)) > i)
			continue;
		row->cells[next++] = b->len;
		if (write_cell(b, row, i, r, leads, lead, f) == -1)
			return -1;
	}
	row->cells[i] = b->len + 1;
	csv_end(b);
	return 0;
}

int
sheet_rows(struct bytes *b, const struct shape *s, const struct record *r,
    struct leads *leads, struct fault *f)
{
	struct row row = {
	    .shape = s, .dialect = dialect(s), .of_ranges = dialect(s)};
	size_t lead, i;

	row.of_ranges.always = 1;
	for (i = 0; i < s->ncolumns; i++) {
		row.same[i] = same_in(s->columns[i]);
		row.strings[i] = string_in(s->columns[i]);
		row.dialects[i] =
		    is_range(s->columns[i]) ? &row.of_ranges : &row.dialect;
	}
	for (lead = 0; lead < leads_count(leads); lead++)
		if (write_row(b, &row, r, leads, lead, f) == -1)
			return -1;
	return bytes_check(b, f);
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

/* filter: which leads are wanted; see filter.h. */
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "select/column.h"
#include "select/filter.h"
#include "select/fold.h"

/* A company's size goes from one number to another; without an end: NULL. */
struct range {
	char low[24], high[24];
};

static enum filter_kind
kind_of(int column)
{
	static const struct {
		const char *name;
		enum filter_kind kind;
	} kinds[] = {{"received_at", FILTER_TIME}, {"timestamp", FILTER_TIME},
	    {"post_date", FILTER_TIME}, {"connections", FILTER_NUMBER},
	    {"followers", FILTER_NUMBER}, {"company_size", FILTER_RANGE}};
	size_t i;

	if (column == COLUMN_FIRST_SEEN || column == COLUMN_LAST_SEEN)
		return FILTER_TIME;
	if (column == COLUMN_ENGAGEMENTS)
		return FILTER_NUMBER;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (shape_column(kinds[i].name, strlen(kinds[i].name)) ==
		    column)
			return kinds[i].kind;
	return FILTER_TEXT;
}

static int
is_order(enum filter_operator op)
{
	return op >= FILTER_MORE;
}

/* Words as they are written, or with what they are taken for instead. */
static const struct {
	const char *word;
	enum filter_operator op;
	const char *meant; /* NULL: it is right */
} operators[] = {{"=", FILTER_IS, NULL}, {"!=", FILTER_IS_NOT, NULL},
    {"~", FILTER_HAS, NULL}, {"!~", FILTER_HAS_NOT, NULL},
    {">", FILTER_MORE, NULL}, {"<", FILTER_LESS, NULL},
    {">=", FILTER_LEAST, NULL}, {"<=", FILTER_MOST, NULL},
    {"==", FILTER_IS, "="}, {":", FILTER_IS, "="}, {"<>", FILTER_IS_NOT, "!="},
    {"=!", FILTER_IS_NOT, "!="}, {"!", FILTER_IS_NOT, "!="},
    {"=~", FILTER_HAS, "~"}, {"~=", FILTER_HAS, "~"}, {"~~", FILTER_HAS, "~"},
    {"=>", FILTER_LEAST, ">="}, {"=<", FILTER_MOST, "<="}};

static int
read_operator(
    enum filter_operator *out, const char *word, size_t n, struct fault *f)
{
	static const char all[] = "= != ~ !~ > < >= <=";
	size_t i;

	if (n == 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "write --only as FIELD=VALUE, or with another of %s in "
		    "place of the =, and in quotes, as in --only "
		    "'connections>500'",
		    all);
	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (strlen(operators[i].word) != n ||
		    memcmp(operators[i].word, word, n) != 0)
			continue;
		*out = operators[i].op;
		if (operators[i].meant == NULL)
			return 0;
		return fault_set(f, FAULT_SETUP, 0,
		    "there is no \"%s\" for --only; write %s",
		    operators[i].word, operators[i].meant);
	}
	return fault_set(f, FAULT_SETUP, 0,
	    "there is no \"%.*s\" for --only; there are %s, and a value that "
	    "begins with one of these stands behind a blank",
	    (int)n, word, all);
}

/* What it is compared with must be of its kind. */
static int
check_value(const struct filter_condition *c, struct fault *f)
{
	const char *name = column_get(c->column).name;
	enum filter_kind kind = c->kind;
	/* Whatever the sender writes can be asked for as it is written. */
	int ours = c->column == shape_column("received_at", 11) ||
	           column_is_of_history(c->column);

	if (c->len == 0 &&
	    (is_order(c->op) || c->op == FILTER_HAS || c->op == FILTER_HAS_NOT))
		return fault_set(f, FAULT_SETUP, 0,
		    "--only %s lacks a value; write one behind the operator",
		    name);
	if (kind == FILTER_TIME && !c->is_when &&
	    (is_order(c->op) ||
		(ours && (c->op == FILTER_IS || c->op == FILTER_IS_NOT))))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is a time, and \"%.80s\" is none; write it like "
		    "2026-11-23, 2026-11-23 08:12 or 2026-11-23T08:12:29Z",
		    name, c->value);
	if ((kind == FILTER_NUMBER || kind == FILTER_RANGE) && !c->is_number &&
	    is_order(c->op))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is compared with a number, and \"%.80s\" is none; "
		    "write one in digits, like 1500",
		    name, c->value);
	return 0;
}

/* The number of a column, n bytes long; or -1 with the fault set. */
static int
read_column(const char *name, size_t n, int people, struct fault *f)
{
	int column = column_find(name, n);

	if (column_is_of_history(column) && !people)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is of a person, and not of a lead; say --unique, or "
		    "run \"leadsheet people\"",
		    column_get(column).name);
	return column_read(
	    name, n, people ? COLUMN_COUNT : COLUMN_FIRST_SEEN, f);
}

int
filter_add(struct filter *filter, const char *text, int people, int64_t now,
    struct fault *f)
{
	struct filter_condition *c = &filter->list[filter->n];
	size_t n;

	text += strspn(text, " \t");
	n = strcspn(text, " \t=!~<>:");
	if (filter->n == FILTER_MAX)
		return fault_set(f, FAULT_SETUP, 0,
		    "--only can be given %d times", FILTER_MAX);
	memset(c, 0, sizeof(*c));
	c->value = text + n + strspn(text + n, " \t");
	if (n > 0 && c->value[0] != '\0' &&
	    (c->column = read_column(text, n, people, f)) == -1)
		return -1;
	n = n == 0 ? 0 : strspn(c->value, "=!~<>:");
	if (read_operator(&c->op, c->value, n, f) == -1)
		return -1;
	c->value += n;
	c->value += strspn(c->value, " \t");
	c->len = strlen(c->value);
	while (c->len > 0 && strchr(" \t", c->value[c->len - 1]) != NULL)
		c->len--;
	c->is_number = number_read(&c->number, c->value, c->len);
	c->kind = kind_of(c->column);
	c->is_when = c->kind == FILTER_TIME &&
	             when_read(&c->when, c->value, c->len, now);
	if (check_value(c, f) == -1)
		return -1;
	filter->n++;
	return 0;
}

/* The value as a time; 0 where it is none. */
static int
read_time(const struct sheet_value *v, int64_t *out)
{
	char text[64];

	if (v->type == SHEET_TIME) {
		*out = v->time;
		return 1;
	}
	if (v->len >= sizeof(text))
		return 0;
	memcpy(text, v->data, v->len);
	text[v->len] = '\0';
	return utc_parse_offset(text, out) == 0;
}

/*
 * A number of a company's size, which may have commas in it; what stands behind
 * it, or NULL where there is none.
 */
static const char *
read_bound(const char *s, const char *end, char out[static 24])
{
	size_t n = 0;

	for (; s < end && n < 23 && ((*s >= '0' && *s <= '9') || *s == ',');
	     s++)
		if (*s != ',')
			out[n++] = *s;
	out[n] = '\0';
	return n > 0 ? s : NULL;
}

/* 201-500, 10,001+, 7; 0 where it is no range. */
static int
read_range(const struct sheet_value *v, struct range *out)
{
	const char *s = v->data, *end = s + v->len;

	if (v->len == 0 || (s = read_bound(s, end, out->low)) == NULL)
		return 0;
	(void)strcpy(out->high, out->low);
	if (s < end && *s == '+')
		out->high[0] = '\0';
	else if (s < end && *s == '-')
		return read_bound(s + 1, end, out->high) != NULL;
	return 1;
}

/* All of a range, seen from the side that the operator looks from. */
static int
compare_range(const struct filter_condition *c, const struct range *r)
{
	int up = c->op == FILTER_MORE || c->op == FILTER_LEAST;
	const char *bound = up ? r->low : r->high;
	struct number x;

	if (!number_read(&x, bound, strlen(bound)))
		return 1; /* without an end */
	return number_compare(&x, &c->number);
}

/* How the value stands to the one that is wanted; 0 where it can't be said. */
static int
compare(const struct filter_condition *c, const struct sheet_value *v, int *out)
{
	struct range range;
	struct number x;
	int64_t time;

	switch (c->kind) {
	case FILTER_TIME:
		if (!read_time(v, &time))
			return 0;
		*out = when_compare(&c->when, time);
		return 1;
	case FILTER_RANGE:
		if (!read_range(v, &range))
			return 0;
		*out = compare_range(c, &range);
		return 1;
	case FILTER_NUMBER:
		if (v->len == 0 || !number_read(&x, v->data, v->len))
			return 0;
		*out = number_compare(&x, &c->number);
		return 1;
	case FILTER_TEXT:
		break;
	}
	if (v->len == 0)
		return 0;
	*out = c->is_number && number_read(&x, v->data, v->len)
	           ? number_compare(&x, &c->number)
	           : fold_compare(v->data, v->len, c->value, c->len);
	return 1;
}

static int
is_equal(const struct filter_condition *c, const struct sheet_value *v)
{
	enum filter_kind kind = c->kind;
	int order = 1;

	if (v->type != SHEET_TIME && v->len == c->len &&
	    (v->len == 0 || memcmp(v->data, c->value, c->len) == 0))
		return 1;
	if ((kind == FILTER_TIME && c->is_when) ||
	    (kind == FILTER_NUMBER && c->is_number))
		return compare(c, v, &order) && order == 0;
	return 0;
}

/* A time is looked through as a sheet shows it. */
static int
contains(const struct filter_condition *c, const struct sheet_value *v)
{
	char at[UTC_LOCAL_SIZE];

	if (v->type != SHEET_TIME)
		return v->len > 0 &&
		       fold_find(v->data, v->len, c->value, c->len) != NULL;
	utc_local(v->time, at);
	return fold_find(at, strlen(at), c->value, c->len) != NULL;
}

static int
holds(const struct filter_condition *c, const struct sheet_value *v)
{
	int order;

	switch (c->op) {
	case FILTER_IS:
		return is_equal(c, v);
	case FILTER_IS_NOT:
		return !is_equal(c, v);
	case FILTER_HAS:
		return contains(c, v);
	case FILTER_HAS_NOT:
		return !contains(c, v);
	case FILTER_MORE:
		return compare(c, v, &order) && order > 0;
	case FILTER_LESS:
		return compare(c, v, &order) && order < 0;
	case FILTER_LEAST:
		return compare(c, v, &order) && order >= 0;
	case FILTER_MOST:
		return compare(c, v, &order) && order <= 0;
	}
	return 0;
}

static int
lead_value(const struct endpoint *e, const struct record *r,
    struct leads *leads, size_t lead, int column, struct sheet_value *v,
    struct fault *f)
{
	if (column != COLUMN_ENDPOINT)
		return sheet_value(column, r, leads, lead, v, f);
	memset(v, 0, sizeof(*v));
	v->type = SHEET_STRING;
	v->data = e->name;
	v->len = strlen(e->name);
	return 0;
}

/* Is one enough that wants the column to be equal, and does another hold? */
static int
another_holds(const struct filter *filter, const struct filter_condition *c,
    const struct sheet_value *v)
{
	const struct filter_condition *o = filter->list;

	for (; c->op == FILTER_IS && o < filter->list + filter->n; o++)
		if (o->op == FILTER_IS && o->column == c->column && holds(o, v))
			return 1;
	return 0;
}

int
filter_wants(const struct filter *filter, const struct endpoint *e,
    const struct record *r, struct leads *leads, size_t lead, struct fault *f)
{
	const struct filter_condition *c = filter->list;
	struct sheet_value v;

	for (; c < filter->list + filter->n; c++) {
		if (column_is_of_history(c->column))
			continue;
		if (lead_value(e, r, leads, lead, c->column, &v, f) == -1)
			return -1;
		if (!holds(c, &v) && !another_holds(filter, c, &v))
			return 0;
	}
	return 1;
}

int
filter_wants_person(const struct filter *filter,
    int (*value)(void *, int, struct sheet_value *, struct fault *),
    void *context, struct fault *f)
{
	const struct filter_condition *c = filter->list;
	struct sheet_value v;

	for (; c < filter->list + filter->n; c++) {
		if (!column_is_of_history(c->column))
			continue;
		if (value(context, c->column, &v, f) == -1)
			return -1;
		if (!holds(c, &v) && !another_holds(filter, c, &v))
			return 0;
	}
	return 1;
}

/* shape: all that makes a sheet's bytes; see shape.h. */
#include <string.h>

#include "base/text.h"
#include "base/bytes.h"
#include "config/shape.h"

static const char *const names[] = {"received_at", "delivery_id", "timestamp",
    "urn", "full_name", "headline", "company_name", "job_title", "location",
    "linkedin_url", "engagement_type", "signal_name", "reaction_type",
    "comment_text", "connections", "followers", "industry", "company_size",
    "post_id", "post_url", "post_text", "post_date", "extra"};

_Static_assert(
    sizeof(names) / sizeof(names[0]) == SHAPE_COLUMNS, "all columns");

int
shape_column(const char *name, size_t n)
{
	int i;

	for (i = 0; i < SHAPE_COLUMNS; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return i;
	return -1;
}

const char *
shape_column_name(int column)
{
	return names[column];
}

static const char *const formats[] = {[SHEET_CSV] = "csv", [SHEET_TSV] = "tsv"};

static const char *const delimiters[] = {"comma", "semicolon", "tab", "pipe"};
static const char delimiter_bytes[] = ",;\t|";

static const char *const flags[] = {"false", "true"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void
shape_defaults(struct shape *s)
{
	memset(s, 0, sizeof(*s));
	s->format = SHEET_CSV;
	s->delimiter = ',';
	s->bom = s->protect = 1;
	strcpy(s->timezone, "UTC");
	for (s->ncolumns = 0; s->ncolumns < SHAPE_COLUMNS; s->ncolumns++)
		s->columns[s->ncolumns] = (unsigned char)s->ncolumns;
	s->rules = SHAPE_RULES;
}

int
shape_equal(const struct shape *a, const struct shape *b)
{
	return a->format == b->format && a->delimiter == b->delimiter &&
	       !a->bom == !b->bom && !a->protect == !b->protect &&
	       strcmp(a->timezone, b->timezone) == 0 &&
	       a->ncolumns == b->ncolumns &&
	       memcmp(a->columns, b->columns, a->ncolumns) == 0 &&
	       a->rules == b->rules;
}

/* FNV-1a, 64 bits. */
static uint64_t
mix(uint64_t hash, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n-- > 0)
		hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t
shape_hash(const struct shape *s)
{
	const unsigned char small[] = {(unsigned char)s->format,
	    (unsigned char)s->delimiter, s->bom != 0, s->protect != 0,
	    (unsigned char)s->ncolumns};
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = mix(hash, small, sizeof(small));
	hash = mix(hash, s->columns, s->ncolumns);
	hash = mix(hash, &s->rules, sizeof(s->rules));
	return mix(hash, s->timezone, strlen(s->timezone));
}

void
shape_write(struct bytes *b, const struct shape *s)
{
	const char *name;
	size_t delimiter = 0, i;

	while (delimiter + 1 < COUNT(delimiters) &&
	       delimiter_bytes[delimiter] != s->delimiter)
		delimiter++;
	bytes_printf(b,
	    "{\"format\":\"%s\",\"delimiter\":\"%s\",\"bom\":%s,"
	    "\"protect\":%s,\"columns\":[",
	    formats[s->format], delimiters[delimiter], flags[s->bom != 0],
	    flags[s->protect != 0]);
	for (i = 0; i < s->ncolumns; i++) {
		name = shape_column_name(s->columns[i]);
		if (i > 0)
			bytes_addc(b, ',');
		text_json(b, name, strlen(name));
	}
	bytes_adds(b, "],\"timezone\":");
	text_json(b, s->timezone, strlen(s->timezone));
	bytes_printf(b, ",\"rules\":%d}", s->rules);
}

/* What is left of the text. */
struct rest {
	const char *s;
	size_t n;
};

/* Step over these very bytes, where they are next. */
static int
take(struct rest *t, const char *bytes)
{
	size_t n = strlen(bytes);

	if (t->n < n || memcmp(t->s, bytes, n) != 0)
		return 0;
	t->s += n;
	t->n -= n;
	return 1;
}

/* Step over one of the words: its place in the list, or -1. */
static int
take_word(struct rest *t, const char *const *words, size_t nwords)
{
	size_t i;

	for (i = 0; i < nwords; i++)
		if (take(t, words[i]))
			return (int)i;
	return -1;
}

/*
 * Step over the rest of a string, to behind its closing quote.  None of the
 * names that stand here needs an escape, so that one with an escape is none.
 */
static int
take_name(struct rest *t, const char **name, size_t *n)
{
	*name = t->s;
	for (; t->n > 0 && *t->s != '"'; t->s++, t->n--)
		if ((unsigned char)*t->s < 0x20 || *t->s == '\\')
			return 0;
	*n = (size_t)(t->s - *name);
	return *n > 0 && take(t, "\"");
}

/* Step over a list of columns; *known tells whether we know all of them. */
static int
take_columns(struct rest *t, struct shape *s, int *known)
{
	const char *name;
	size_t n;
	int column;

	*known = 1;
	do {
		if (!take(t, "\"") || !take_name(t, &name, &n))
			return 0;
		column = shape_column(name, n);
		if (column == -1 || s->ncolumns == SHAPE_COLUMNS_MAX)
			*known = 0;
		else
			s->columns[s->ncolumns++] = (unsigned char)column;
	} while (take(t, ","));
	return take(t, "]");
}

/* Step over a whole number, in the one way that it can be written. */
static int
take_number(struct rest *t, int *number)
{
	const char *from = t->s;

	for (*number = 0; t->n > 0 && *t->s >= '0' && *t->s <= '9';
	     t->s++, t->n--) {
		if (t->s - from == 9)
			return 0;
		*number = *number * 10 + (*t->s - '0');
	}
	return t->s > from && (*from != '0' || t->s - from == 1);
}

int
shape_read(struct shape *s, const char *json, size_t n)
{
	struct rest t = {json, n};
	const char *zone;
	size_t zone_len;
	int format, delimiter, known;

	memset(s, 0, sizeof(*s));
	if (!take(&t, "{\"format\":\"") ||
	    (format = take_word(&t, formats, COUNT(formats))) == -1 ||
	    !take(&t, "\",\"delimiter\":\"") ||
	    (delimiter = take_word(&t, delimiters, COUNT(delimiters))) == -1 ||
	    !take(&t, "\",\"bom\":") ||
	    (s->bom = take_word(&t, flags, COUNT(flags))) == -1 ||
	    !take(&t, ",\"protect\":") ||
	    (s->protect = take_word(&t, flags, COUNT(flags))) == -1 ||
	    !take(&t, ",\"columns\":[") || !take_columns(&t, s, &known) ||
	    !take(&t, ",\"timezone\":\"") || !take_name(&t, &zone, &zone_len) ||
	    zone_len >= sizeof(s->timezone) || !take(&t, ",\"rules\":") ||
	    !take_number(&t, &s->rules) || !take(&t, "}") || t.n > 0)
		return 0;
	s->format = (enum sheet_format)format;
	s->delimiter = delimiter_bytes[delimiter];
	memcpy(s->timezone, zone, zone_len);
	if (!known)
		s->rules = 0;
	return 1;
}

/* personcell: the cells of a person; see personcell.h. */
#include <string.h>

#include "base/text.h"
#include "cli/export/pass.h"
#include "cli/people/people.h"
#include "cli/people/personcell.h"
#include "select/column.h"

/* A lead without a urn has one word, or none. */
static int
read_lone(struct personcell_row *r, enum leads_field field, struct fault *f)
{
	struct people_word word = {.count = 1};
	struct value v;

	if (leads_value(r->lead->leads, r->lead->lead, field, &v, f) == -1)
		return -1;
	if (v.type == VALUE_NONE || v.len == 0)
		return 0;
	bytes_reset(&r->lone);
	bytes_add(&r->lone, v.data, v.len);
	if (bytes_check(&r->lone, f) == -1)
		return -1;
	word.text = r->lone.data;
	word.len = r->lone.len;
	bytes_add(&r->words, &word, sizeof(word));
	return 0;
}

/* Words and how often: comment 2, reaction 5. */
static void
write_kinds(struct bytes *b, const struct people_word *w, size_t n, int json)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (json) {
			bytes_addc(b, i == 0 ? '{' : ',');
			text_json(b, w[i].text, w[i].len);
			bytes_printf(b, ":%u", w[i].count);
			continue;
		}
		if (i > 0)
			bytes_adds(b, ", ");
		bytes_add(b, w[i].text, w[i].len);
		bytes_printf(b, " %u", w[i].count);
	}
	if (json)
		bytes_adds(b, n == 0 ? "{}" : "}");
}

/* Names; a company's may have a comma in it. */
static void
write_signals(struct bytes *b, const struct people_word *w, size_t n, int json)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (json) {
			bytes_addc(b, i == 0 ? '[' : ',');
			text_json(b, w[i].text, w[i].len);
			continue;
		}
		if (i > 0)
			bytes_adds(b, "; ");
		bytes_add(b, w[i].text, w[i].len);
	}
	if (json)
		bytes_adds(b, n == 0 ? "[]" : "]");
}

static int
write_words(struct personcell_row *r, int column, struct sheet_value *out,
    struct fault *f)
{
	const struct person *p = r->person;
	int kinds = column == COLUMN_KINDS;
	const struct people_word *words;
	size_t n;

	bytes_reset(&r->words);
	bytes_reset(&r->text);
	if (p != NULL)
		people_words(
		    r->people, kinds ? p->kinds : p->signals, &r->words);
	else if (read_lone(r, kinds ? LEADS_ENGAGEMENT_TYPE : LEADS_SIGNAL_NAME,
		     f) == -1)
		return -1;
	if (bytes_check(&r->words, f) == -1)
		return -1;
	words = (const struct people_word *)(const void *)r->words.data;
	n = r->words.len / sizeof(*words);
	(kinds ? write_kinds : write_signals)(&r->text, words, n, r->json);
	out->type = r->json            ? SHEET_JSON
	            : r->text.len == 0 ? SHEET_NONE
	                               : SHEET_STRING;
	out->data = r->text.data;
	out->len = r->text.len;
	return bytes_check(&r->text, f);
}

int
personcell_value(struct personcell_row *r, int column, struct sheet_value *out,
    struct fault *f)
{
	const int64_t received = r->lead->record->received;
	const struct person *p = r->person;

	memset(out, 0, sizeof(*out));
	switch (column) {
	case COLUMN_FIRST_SEEN:
		out->type = SHEET_TIME;
		out->time = p == NULL ? received : p->first_seen;
		return 0;
	case COLUMN_LAST_SEEN:
		out->type = SHEET_TIME;
		out->time = p == NULL ? received : p->last_seen;
		return 0;
	case COLUMN_ENGAGEMENTS:
		bytes_reset(&r->text);
		bytes_printf(&r->text, "%u", p == NULL ? 1 : p->engagements);
		out->type = SHEET_NUMBER;
		out->data = r->text.data;
		out->len = r->text.len;
		return bytes_check(&r->text, f);
	default:
		return write_words(r, column, out, f);
	}
}

void
personcell_free(struct personcell_row *r)
{
	bytes_free(&r->words);
	bytes_free(&r->text);
	bytes_free(&r->lone);
}

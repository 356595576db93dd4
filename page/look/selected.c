/* selected: what a choice selects, in words; see selected.h. */
#include <string.h>

#include "page/look/dates.h"
#include "page/look/phrases.h"
#include "page/look/selected.h"
#include "page/page.h"

static void
add_term(const struct viewing *v, struct bytes *b, enum phrase label,
    const char *text)
{
	if (text[0] == '\0')
		return;
	if (b->len > 0)
		bytes_adds(b, "; ");
	bytes_adds(b, phrases_get(v->language, label));
	bytes_adds(b, ": ");
	bytes_adds(b, text);
}

static void
add_day(const struct viewing *v, struct bytes *b, enum phrase label,
    const char *day)
{
	struct bytes text = {0};

	if (day[0] == '\0')
		return;
	dates_short(&text, v->language, day, "");
	bytes_addc(&text, '\0');
	if (text.failed)
		b->failed = 1;
	else
		add_term(v, b, label, text.data);
	bytes_free(&text);
}

void
selected_say(const struct viewing *v, struct bytes *b, const struct choice *c)
{
	static const enum phrase terms[CHOICE_TERMS] = {
	    [CHOICE_SIGNAL] = PHRASE_SIGNAL,
	    [CHOICE_ENGAGEMENT] = PHRASE_ENGAGEMENT,
	    [CHOICE_COMPANY] = PHRASE_COMPANY,
	    [CHOICE_INDUSTRY] = PHRASE_INDUSTRY,
	    [CHOICE_SIZE] = PHRASE_SIZE,
	    [CHOICE_TITLE] = PHRASE_TITLE};
	const size_t before = b->len;
	int i;

	add_term(v, b, PHRASE_ENDPOINT, c->endpoint);
	add_term(v, b, PHRASE_WORDS, c->words);
	for (i = 0; i < CHOICE_TERMS; i++)
		add_term(v, b, terms[i], c->terms[i]);
	add_day(v, b, PHRASE_FROM, c->from);
	add_day(v, b, PHRASE_TO, c->to);
	add_day(v, b, PHRASE_SINCE, c->since);
	if (b->len == before)
		bytes_adds(b, phrases_get(v->language, PHRASE_FEED_ALL));
}

int
selected_read(const struct viewing *v, const char *text, struct choice *c,
    struct fault *f)
{
	struct query query = {0};
	int rc = query_read(&query, text, strlen(text), f);

	if (rc == 0)
		rc = choice_read(c, &query, v->visit->now, f);
	query_free(&query);
	return rc;
}

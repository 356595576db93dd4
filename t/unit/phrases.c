#include "unit.h"

#include "base/utc.h"
#include "page/look/dates.h"
#include "page/look/phrases.h"

static const char *
text_of(struct bytes *b)
{
	bytes_addc(b, '\0');
	return b->failed ? NULL : b->data;
}

/* Every text of the table. */
static const struct {
	const char *name, *texts[4];
	int is_counted;
} all[] = {
#define PHRASE(name, english, german)                                          \
	{#name, {english, german, english, german}, 0},
#define COUNTED(name, one, many, eines, viele)                                 \
	{#name, {one, eines, many, viele}, 1},
#include "page/look/phrases.table"
#undef PHRASE
#undef COUNTED
};

/* Which places a text has: 1 for {1}, 2 for {2}; -1: what is no place. */
static int
places(const char *text)
{
	int found = 0;

	for (; (text = strchr(text, '{')) != NULL; text += 3) {
		if ((text[1] != '1' && text[1] != '2') || text[2] != '}')
			return -1;
		found |= text[1] - '0';
	}
	return found;
}

static void
both_languages_are_there(void **state)
{
	size_t i, j;

	(void)state;
	assert_int_equal(COUNT(all), PHRASE_COUNT);
	for (i = 0; i < COUNT(all); i++) {
		for (j = 0; j < 4; j++) {
			if (all[i].texts[j][0] == '\0' ||
			    places(all[i].texts[j]) !=
				places(all[i].texts[0]) ||
			    places(all[i].texts[j]) == -1)
				fail_msg("%s: \"%s\" and \"%s\"", all[i].name,
				    all[i].texts[0], all[i].texts[j]);
		}
		if (all[i].is_counted && places(all[i].texts[0]) != 1)
			fail_msg("%s is counted and has no {1}", all[i].name);
	}
}

static void
the_wanted_language_is_taken(void **state)
{
	static const struct {
		const char *setting, *accept, *language;
	} cases[] = {{"", "", "en"}, {"", "de", "de"}, {"", "en", "en"},
	    {"", "de-AT,de;q=0.9,en;q=0.8", "de"},
	    {"", "en-GB,en;q=0.9,de;q=0.8", "en"},
	    {"", "fr-FR,fr;q=0.9,de;q=0.4,en;q=0.3", "de"},
	    {"", "fr, ja", "en"}, {"", "en;q=0.5,de;q=0.51", "de"},
	    {"", "en;q=0.501,de;q=0.5", "en"}, {"", "de;q=0", "en"},
	    {"", "DE-de", "de"}, {"", "den", "en"}, {"", "de ; q=0.9", "de"},
	    {"", "*", "en"}, {"", ",,;q=,de", "de"}, {"", "de;q=1.0,en", "en"},
	    {"en", "de", "en"}, {"de", "en", "de"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    phrases_language(cases[i].setting, cases[i].accept),
		    cases[i].language);
}

static void
numbers_are_grouped(void **state)
{
	static const struct {
		int64_t n;
		const char *english, *german;
	} cases[] = {{0, "0", "0"}, {7, "7", "7"}, {999, "999", "999"},
	    {1000, "1,000", "1.000"}, {12345, "12,345", "12.345"},
	    {1000000, "1,000,000", "1.000.000"}, {-1234, "-1,234", "-1.234"}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		phrases_number(&b, "en", cases[i].n);
		assert_string_equal(text_of(&b), cases[i].english);
		bytes_reset(&b);
		phrases_number(&b, "de", cases[i].n);
		assert_string_equal(text_of(&b), cases[i].german);
	}
	bytes_free(&b);
}

static void
one_is_singular(void **state)
{
	static const struct {
		int64_t n;
		const char *english, *german;
	} cases[] = {{0, "0 people", "0 Personen"}, {1, "1 person", "1 Person"},
	    {2, "2 people", "2 Personen"},
	    {3214, "3,214 people", "3.214 Personen"}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		phrases_count(&b, "en", PHRASE_N_PEOPLE, cases[i].n);
		assert_string_equal(text_of(&b), cases[i].english);
		bytes_reset(&b);
		phrases_count(&b, "de", PHRASE_N_PEOPLE, cases[i].n);
		assert_string_equal(text_of(&b), cases[i].german);
	}
	bytes_free(&b);
}

static void
places_are_filled(void **state)
{
	struct bytes b = {0};

	(void)state;
	phrases_fill(&b, "en", PHRASE_RANGE, "{2}", "b");
	assert_string_equal(text_of(&b), "{2} to b");
	bytes_reset(&b);
	phrases_fill(&b, "de", PHRASE_POST_BY, NULL, NULL);
	assert_string_equal(text_of(&b), "Ein Beitrag von ");
	bytes_free(&b);
}

static void
days_are_written(void **state)
{
	static const struct {
		const char *day, *english, *german, *short_english,
		    *short_german;
	} cases[] = {{"2026-11-23", "Monday, 23 November 2026",
			 "Montag, 23. November 2026", "23 Nov", "23. Nov."},
	    {"2026-03-01", "Sunday, 1 March 2026",
		"Sonntag, 1. M\xc3\xa4rz 2026", "1 Mar", "1. M\xc3\xa4rz"},
	    {"2024-02-29", "Thursday, 29 February 2024",
		"Donnerstag, 29. Februar 2024", "29 Feb 2024", "29. Feb. 2024"},
	    {"1970-01-01", "Thursday, 1 January 1970",
		"Donnerstag, 1. Januar 1970", "1 Jan 1970", "1. Jan. 1970"}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		dates_day(&b, "en", cases[i].day);
		assert_string_equal(text_of(&b), cases[i].english);
		bytes_reset(&b);
		dates_day(&b, "de", cases[i].day);
		assert_string_equal(text_of(&b), cases[i].german);
		bytes_reset(&b);
		dates_short(&b, "en", cases[i].day, "2026-11-30");
		assert_string_equal(text_of(&b), cases[i].short_english);
		bytes_reset(&b);
		dates_short(&b, "de", cases[i].day, "2026-11-30");
		assert_string_equal(text_of(&b), cases[i].short_german);
	}
	bytes_free(&b);
}

/* 2026-11-30T12:00:00Z */
#define NOW (INT64_C(1796040000) * 1000000)

/* What stands in the element. */
static const char *
inside(struct bytes *b)
{
	char *text;

	bytes_addc(b, '\0');
	if (b->failed || (text = strchr(b->data, '>')) == NULL ||
	    strchr(text, '<') == NULL)
		return NULL;
	*strchr(text, '<') = '\0';
	return text + 1;
}

static void
times_are_said(void **state)
{
	static const struct {
		int64_t ago; /* seconds */
		const char *time, *since;
	} cases[] = {{0, "today 12:00", "just now"},
	    {-30, "today 12:00", "just now"}, {59, "today 11:59", "just now"},
	    {60, "today 11:59", "1 minute ago"},
	    {3599, "today 11:00", "59 minutes ago"},
	    {3600, "today 11:00", "1 hour ago"},
	    {12 * 3600, "today 00:00", "12 hours ago"},
	    {12 * 3600 + 60, "yesterday 23:59", "12 hours ago"},
	    {86400, "yesterday 12:00", "yesterday 12:00"},
	    {2 * 86400, "28 Nov 12:00", "28 Nov 12:00"},
	    {-3600, "today 13:00", "today 13:00"},
	    {365 * 86400, "30 Nov 2025 12:00", "30 Nov 2025 12:00"}};
	struct fault f = {0};
	struct bytes b = {0};
	size_t i;

	(void)state;
	assert_int_equal(utc_zone("UTC", &f), 0);
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		dates_time(&b, "en", NOW - cases[i].ago * 1000000, NOW);
		assert_string_equal(inside(&b), cases[i].time);
		bytes_reset(&b);
		dates_ago(&b, "en", NOW - cases[i].ago * 1000000, NOW);
		assert_string_equal(inside(&b), cases[i].since);
	}
	bytes_reset(&b);
	dates_time(&b, "de", NOW, NOW);
	assert_string_equal(text_of(&b),
	    "<time datetime=\"2026-11-30T12:00:00Z\">heute 12:00</time>");
	bytes_free(&b);
}

static void
the_senders_times_are_said(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {
	    {"2026-11-30T13:30:00.000+02:00",
		"<time datetime=\"2026-11-30T11:30:00Z\">today 11:30</time>"},
	    {"<b>soon</b>", "&lt;b&gt;soon&lt;/b&gt;"}, {"", ""}};
	struct fault f = {0};
	struct bytes b = {0};
	size_t i;

	(void)state;
	assert_int_equal(utc_zone("UTC", &f), 0);
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		dates_sent(&b, "en", cases[i].text, strlen(cases[i].text), NOW);
		assert_string_equal(text_of(&b), cases[i].html);
	}
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each text is there in both languages, with the same places",
		both_languages_are_there),
	    TEST("the language is the setting's, else what the browser wants",
		the_wanted_language_is_taken),
	    TEST("numbers are grouped as the language does",
		numbers_are_grouped),
	    TEST("one is singular, none and many are plural", one_is_singular),
	    TEST("what is filled in is not filled in again", places_are_filled),
	    TEST("days are written as the language does", days_are_written),
	    TEST("times are said as somebody would now", times_are_said),
	    TEST("the sender's times are said so too, where they are times",
		the_senders_times_are_said),
	};

	return RUN(tests);
}

#include "unit.h"

#include "base/utc.h"
#include "cli/digest/digest.h"
#include "cli/digest/parts.h"
#include "cli/digest/wording.h"
#include "markup/mime.h"

/* 2026-11-23T12:00:00Z, a Monday */
#define NOON  (INT64_C(1795435200) * UTC_SECOND)
#define HOURS (INT64_C(3600) * UTC_SECOND)

static void
foreign_text_is_one_line_and_cut(void **state)
{
	static const struct {
		const char *text;
		size_t most;
		const char *told;
	} cases[] = {{"", 9, ""}, {" \t\n ", 9, ""},
	    {" a  b\r\nc ", 9, "a b c"}, {"abc", 3, "abc"},
	    {"abcd", 3, "abc\xe2\x80\xa6"}, {"abc ", 3, "abc"},
	    {"ab cd", 3, "ab\xe2\x80\xa6"},
	    {"\xc3\xa9\xc3\xa9", 1, "\xc3\xa9\xe2\x80\xa6"},
	    /* NEL, NBSP, LINE SEPARATOR are blanks. */
	    {"a\xc2\x85"
	     "b\xc2\xa0"
	     "c\xe2\x80\xa8"
	     "d",
		9, "a b c d"},
	    /* What turns text around, a byte order mark, no character. */
	    {"a\xe2\x80\xae"
	     "b\xe2\x81\xa6"
	     "c\xef\xbb\xbf"
	     "d\xef\xbf\xbf",
		9, "abcd"},
	    {"a\xff"
	     "b\x7f"
	     "c\x1b[2J",
		9, "ab c [2J"}};
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		text = wording_text(
		    cases[i].text, strlen(cases[i].text), cases[i].most);
		assert_string_equal(text, cases[i].told);
		free(text);
	}
}

static void
a_deed_has_the_word_that_people_know(void **state)
{
	static const struct {
		enum digest_deed deed;
		char *reaction;
		const char *told;
	} cases[] = {{DIGEST_REACTION, "LIKE", "Like"},
	    {DIGEST_REACTION, "PRAISE", "Celebrate"},
	    {DIGEST_REACTION, "EMPATHY", "Love"},
	    {DIGEST_REACTION, "INTEREST", "Insightful"},
	    {DIGEST_REACTION, "APPRECIATION", "Support"},
	    {DIGEST_REACTION, "ENTERTAINMENT", "Funny"},
	    {DIGEST_REACTION, "WOW", "WOW"}, {DIGEST_REACTION, "", "Reaction"},
	    {DIGEST_COMMENT, "comment", "Comment"},
	    {DIGEST_REPOST, "repost", "Repost"}, {DIGEST_OTHER, "vote", "vote"},
	    {DIGEST_OTHER, "", "Engagement"}};
	struct digest_person p = {.urn = ""};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		p.deed = cases[i].deed;
		p.reaction = cases[i].reaction;
		assert_string_equal(wording_deed(&p), cases[i].told);
	}
}

static void
check_since(int64_t since, const char *told)
{
	struct digest d = {.now = NOON, .since = since};
	struct bytes b = {0};

	wording_since(&b, &d);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, told);
	bytes_free(&b);
}

static void
a_time_is_told_by_its_day(void **state)
{
	struct fault f = {0};

	(void)state;
	check_since(0, "yesterday and today");
	check_since(NOON - 5 * HOURS, "since today 07:00");
	check_since(NOON - 12 * HOURS, "since today 00:00");
	check_since(NOON - 12 * HOURS - 1, "since yesterday 23:59");
	check_since(NOON - 36 * HOURS, "since yesterday 00:00");
	check_since(NOON - 36 * HOURS - 1, "since Saturday 21 November 23:59");
	check_since(
	    NOON - 365 * 24 * HOURS, "since Sunday 23 November 2025 12:00");
	/* A clock that was set back. */
	check_since(NOON + 48 * HOURS, "since Wednesday 25 November 12:00");
	assert_int_equal(utc_zone("Asia/Tokyo", &f), 0);
	check_since(NOON - 22 * HOURS, "since yesterday 23:00");
	check_since(NOON - 20 * HOURS, "since today 01:00");
	assert_int_equal(utc_zone("UTC", &f), 0);
}

static void
when_tells_where_and_how_often_if_that_says_anything(void **state)
{
	struct digest_person p = {
	    .received = NOON - 72 * HOURS, .endpoint = "events", .times = 1};
	struct digest d = {.now = NOON, .nendpoints = 1};
	struct bytes b = {0};

	(void)state;
	wording_when(&b, &d, &p);
	d.nendpoints = 2;
	p.times = 1204;
	bytes_addc(&b, '|');
	wording_when(&b, &d, &p);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data,
	    "20 November 12:00|20 November 12:00, at events, 1,204 leads in "
	    "all");
	bytes_free(&b);
}

static void
what_is_not_named_is_counted(void **state)
{
	struct digest_signal signals[WORDING_SIGNALS + 2] = {{"", 100}};
	struct digest_endpoint endpoints[WORDING_ENDPOINTS + 2] = {
	    {.leads = 100}};
	const struct digest d = {.signals = signals,
	    .nsignals = COUNT(signals),
	    .unsorted = 5,
	    .endpoints = endpoints,
	    .nendpoints = COUNT(endpoints)};
	size_t i;

	(void)state;
	for (i = 1; i < COUNT(signals); i++)
		signals[i].leads = 1;
	for (i = 1; i < COUNT(endpoints); i++)
		endpoints[i].leads = 3;
	assert_int_equal(wording_signals_rest(&d), 7);
	assert_int_equal(wording_endpoints_rest(&d), 6);
}

static void
concerns_are_told_while_there_is_room(void **state)
{
	static char one[3001], half[1501];
	struct digest_concern concerns[9];
	struct digest d = {.concerns = concerns};
	size_t i;

	(void)state;
	memset(one, 'x', sizeof(one) - 1);
	memset(half, 'x', sizeof(half) - 1);
	for (i = 0; i < COUNT(concerns); i++)
		concerns[i].text = "x";
	assert_int_equal(wording_concerns(&d), 0);
	d.nconcerns = 8;
	assert_int_equal(wording_concerns(&d), 8);
	d.nconcerns = 9;
	assert_int_equal(wording_concerns(&d), 8);
	concerns[0].text = concerns[1].text = half;
	assert_int_equal(wording_concerns(&d), 2);
	/* One is told, however long it is. */
	concerns[0].text = one;
	assert_int_equal(wording_concerns(&d), 1);
	concerns[0].text = concerns[1].text = "\xc3\xa9";
	concerns[2].text = half;
	concerns[3].text = half + 11;
	assert_int_equal(wording_concerns(&d), 3);
	concerns[3].text = half + 12;
	assert_int_equal(wording_concerns(&d), 4);
}

/* So many of a character of four bytes, which are twelve on their way. */
static char *
emoji(size_t n)
{
	struct bytes b = {0};

	while (n-- > 0)
		bytes_adds(&b, "\xf0\x9f\x98\x80");
	return wording_take(&b);
}

/* Signals, endpoints and concerns such as nobody has. */
static void
without_people_a_mail_is_short_whatever_there_is(void **state)
{
	static const char *const to[] = {"you@example.org"};
	struct digest_signal signals[DIGEST_SIGNALS] = {{"", 0}};
	struct digest_endpoint endpoints[99] = {{.name = ""}};
	struct digest_concern concerns[99] = {{1, ""}};
	struct digest d = {.names = 1,
	    .page = "https://example.org/",
	    .site = "example.org",
	    .now = NOON,
	    .leads = INT64_MAX,
	    .endpoints = endpoints,
	    .nendpoints = COUNT(endpoints),
	    .signals = signals,
	    .nsignals = COUNT(signals),
	    .concerns = concerns,
	    .nconcerns = COUNT(concerns),
	    .nacts = 50};
	struct bytes text = {0}, html = {0}, mail = {0};
	struct mime_mail m = {.from = "me@example.org",
	    .from_name = "",
	    .to = to,
	    .nto = 1,
	    .subject = "s",
	    .date = NOON,
	    .id = "a",
	    .text = &text,
	    .html = &html};
	char *signal = emoji(61), *concern = emoji(80), name[65];
	size_t i;

	(void)state;
	assert_non_null(signal);
	assert_non_null(concern);
	memset(name, 'x', 64);
	name[64] = '\0';
	d.status = concern;
	for (i = 0; i < COUNT(signals); i++) {
		signals[i].name = signal;
		signals[i].leads = INT64_MAX / 1000;
	}
	for (i = 0; i < COUNT(endpoints); i++)
		endpoints[i].name = name;
	for (i = 0; i < COUNT(concerns); i++) {
		concerns[i].act = i < d.nacts;
		concerns[i].text = concern;
	}
	parts_text(&d, 0, &text);
	parts_html(&d, 0, &html);
	mime_write(&mail, &m);
	assert_false(text.failed || html.failed || mail.failed);
	assert_in_range(mail.len, 10000, DIGEST_MAIL_MAX);
	bytes_free(&text);
	bytes_free(&html);
	bytes_free(&mail);
	free(signal);
	free(concern);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a stranger's text is on one line, harmless, and cut",
		foreign_text_is_one_line_and_cut),
	    TEST("a deed has the word that LinkedIn shows",
		a_deed_has_the_word_that_people_know),
	    TEST("a time is told by its day, in the time zone in use",
		a_time_is_told_by_its_day),
	    TEST("where and how often is told where it says anything",
		when_tells_where_and_how_often_if_that_says_anything),
	    TEST("of signals and endpoints that aren't named leads are counted",
		what_is_not_named_is_counted),
	    TEST("so many concerns are told as there is room for, or one",
		concerns_are_told_while_there_is_room),
	    TEST("without people a mail is short, whatever else there is",
		without_people_a_mail_is_short_whatever_there_is),
	};

	return RUN(tests);
}

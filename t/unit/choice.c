#include "unit.h"

#include "base/utc.h"
#include "select/choice.h"
#include "select/query.h"

/* 2026-11-23T12:00:00Z */
#define NOON (INT64_C(1795435200) * UTC_SECOND)

static int
read_text(struct choice *c, const char *text, struct fault *f)
{
	struct query q = {0};
	int rc;

	memset(f, 0, sizeof(*f));
	assert_int_equal(query_read(&q, text, strlen(text), f), 0);
	rc = choice_read(c, &q, NOON, f);
	query_free(&q);
	return rc;
}

static void
a_choice_has_one_text(void **state)
{
	static const char *const cases[][2] = {
	    {"", ""},
	    {"q=jane+smith", "q=jane%20smith"},
	    {"q=++jane++", "q=jane"},
	    {"to=2026-11-23&q=a&from=2026-11-22",
		"q=a&from=2026-11-22&to=2026-11-23"},
	    {"from=today&to=today", "from=2026-11-23&to=2026-11-23"},
	    {"since=yesterday", "since=2026-11-22"},
	    {"q=%26%3D%2B%3F%23", NULL},
	    {"q=%E7%8E%8B&endpoint=main&signal=S&engagement=e&company=c&"
	     "industry=i&size=201-500&title=t&from=2026-11-01&to=2026-11-30&"
	     "since=2026-10-01",
		NULL},
	    {"other=1&q=a&q=b&before=000000000000000a&as=csv", "q=a"},
	};
	struct choice c, again;
	struct bytes b = {0};
	struct fault f = {0};
	size_t i;

	(void)state;
	assert_int_equal(utc_zone("UTC", &f), 0);
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(read_text(&c, cases[i][0], &f), 0);
		bytes_reset(&b);
		choice_write(&b, &c);
		bytes_addc(&b, '\0');
		assert_false(b.failed);
		assert_string_equal(
		    b.data, cases[i][1] == NULL ? cases[i][0] : cases[i][1]);
		/* And the way back. */
		assert_int_equal(read_text(&again, b.data, &f), 0);
		again.before = c.before;
		assert_memory_equal(&again, &c, sizeof(c));
	}
	assert_int_equal(c.before, 10);
	bytes_free(&b);
}

static void
what_is_wrong_is_told(void **state)
{
	static const char *const cases[][2] = {
	    {"from=2026-11-31", "from"},
	    {"to=tomorrow", "to"},
	    {"since=2026-11", "since"},
	    {"from=2026-11-23T08", "from"},
	    {"from=2026-11-24&to=2026-11-23", "swap"},
	    {"endpoint=../x", "endpoint"},
	    {"before=x", "before"},
	    {"before=ffffffffffffffff", "before"},
	    {"before=0", "before"},
	};
	char text[600] = "q=";
	struct choice c;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(read_text(&c, cases[i][0], &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, cases[i][1]));
	}
	memset(text + 2, 'a', CHOICE_TEXT - 1);
	assert_int_equal(read_text(&c, text, &f), 0);
	text[CHOICE_TEXT + 1] = 'a';
	assert_int_equal(read_text(&c, text, &f), -1);
	assert_non_null(strstr(f.text, "too long"));
}

static void
a_term_is_cut_at_a_whole_letter(void **state)
{
	struct choice c = {0};
	char text[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text); i += 3)
		memcpy(text + i, "\xe7\x8e\x8b", 3);
	choice_set_term(&c, CHOICE_COMPANY, text, sizeof(text));
	assert_int_equal(strlen(c.terms[CHOICE_COMPANY]), 198);
	choice_set_term(&c, CHOICE_COMPANY, text, 3);
	assert_string_equal(c.terms[CHOICE_COMPANY], "\xe7\x8e\x8b");
	assert_true(choice_filters(&c));
	memset(&c, 0, sizeof(c));
	assert_false(choice_filters(&c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a choice has one text, and reads back from it",
		a_choice_has_one_text),
	    TEST("what is wrong is told with its name", what_is_wrong_is_told),
	    TEST("a long term is cut at a whole letter",
		a_term_is_cut_at_a_whole_letter),
	};

	return RUN(tests);
}

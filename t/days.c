#include "home.h"

#include "days.h"

static int
only_the_23rd(void *context, const char *day)
{
	(void)context;
	return strcmp(day, DAY) == 0;
}

static int
any(void *context, const char *day)
{
	(void)context;
	(void)day;
	return 1;
}

/* The ids of the records, with blanks between them. */
static const char *
ids(struct days *d)
{
	static char text[256];
	struct record r;
	struct fault f = {0};
	int rc;

	text[0] = '\0';
	while ((rc = days_next(d, &r, &f)) > 0)
		if (rc == 1) {
			(void)strncat(text, r.id, r.id_len);
			(void)strcat(text, " ");
		}
	if (rc == -1)
		fail_msg("days_next: %s", f.text);
	return text;
}

static void
each_record_comes_once_and_in_order(void **state)
{
	const char *journal;
	struct days d = {.at = 0};
	struct fault f = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "days");
	journal = at_home(&h, "journal");
	assert_int_equal(days_open(&d, journal, any, NULL, &f), 0);
	assert_string_equal(ids(&d), "");
	days_close(&d);
	s = open_store(&h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON);
	assert_int_equal(chmod(at_home(&h, "journal/" DAY ".jsonl"), 0440), 0);
	put(s, "c", 1, NOON);
	put(s, "a", 1, NOON); /* again, as its segment is retired */
	put(s, "d", 1, NOON - 86400 * UTC_SECOND);
	put(s, "b", 1, NOON + 86400 * UTC_SECOND);
	store_close(s);

	assert_int_equal(days_open(&d, journal, any, NULL, &f), 0);
	assert_string_equal(ids(&d), "d a b c ");
	assert_int_equal(d.passed, segments_bytes(journal, &d.segments));
	days_rewind(&d);
	assert_string_equal(ids(&d), "d a b c ");
	days_close(&d);

	memset(&d, 0, sizeof(d));
	assert_int_equal(days_open(&d, journal, only_the_23rd, NULL, &f), 0);
	assert_string_equal(ids(&d), "a b c ");
	days_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each record of the days comes once, in order",
		each_record_comes_once_and_in_order),
	};

	return RUN(tests);
}

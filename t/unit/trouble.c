#include "unit.h"

#include "cli/deliver/trouble.h"

static void
each_has_words(void **state)
{
	char out[640];
	int t, relay;

	(void)state;
	for (t = 0; t <= TROUBLE_OTHER; t++)
		for (relay = 0; relay < 2; relay++) {
			out[0] = '\0';
			trouble_tell(
			    (enum trouble)t, relay, "DETAIL", out, sizeof(out));
			assert_true(strlen(out) > 5);
			assert_null(strchr(out, '*'));
		}
}

static void
detail_stands_in_its_place(void **state)
{
	char out[640];

	(void)state;
	trouble_tell(TROUBLE_CERTIFICATE, 0, "it is old", out, sizeof(out));
	assert_string_equal(out,
	    "its certificate can't be trusted, and LikesToLeads would not "
	    "trust it: it is old; for a self-made one say --insecure");
	trouble_tell(TROUBLE_OTHER, 1, "50% of it", out, sizeof(out));
	assert_string_equal(out, "50% of it");
	trouble_tell(TROUBLE_CLOSED, 1, "s3cret", out, sizeof(out));
	assert_null(strstr(out, "s3cret"));
}

/* What it says has to be possible where it stands. */
static void
words_are_for_who_reads_them(void **state)
{
	char out[640];
	int t;

	(void)state;
	for (t = 0; t <= TROUBLE_OTHER; t++) {
		trouble_tell((enum trouble)t, 1, "", out, sizeof(out));
		assert_null(strstr(out, "LikesToLeads"));
		assert_null(strstr(out, "--insecure"));
		trouble_tell((enum trouble)t, 0, "", out, sizeof(out));
		assert_null(strstr(out, "private = yes"));
	}
	trouble_tell(TROUBLE_PRIVATE, 1, "", out, sizeof(out));
	assert_non_null(strstr(out, "private = yes"));
}

static void
no_more_is_written_than_fits(void **state)
{
	char out[8] = "1234567";

	(void)state;
	trouble_tell(TROUBLE_REDIRECT, 0, "https://example.org/", out, 6);
	assert_memory_equal(out, "it re\0\x37", 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each trouble has words, for the sender and for a relay",
		each_has_words),
	    TEST("the detail stands where it belongs, and nowhere else",
		detail_stands_in_its_place),
	    TEST("a relay's words name nothing that it doesn't have",
		words_are_for_who_reads_them),
	    TEST("no more is written than fits", no_more_is_written_than_fits),
	};

	return RUN(tests);
}

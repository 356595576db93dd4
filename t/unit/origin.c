#include "unit.h"

#include "cli/deliver/origin.h"

static void
origins_are_shown(void **state)
{
	static const struct {
		const char *url, *origin;
	} cases[] = {
	    {"https://example.org", "https://example.org"},
	    {"https://example.org/", "https://example.org"},
	    {"https://example.org/services/T0/B0/s3cret",
		"https://example.org"},
	    {"https://example.org?token=s3cret", "https://example.org"},
	    {"https://example.org#s3cret", "https://example.org"},
	    {"https://example.org\\s3cret", "https://example.org"},
	    {"https://user:s3cret@example.org/x", "https://example.org"},
	    {"https://user:s3@cret@example.org/x", "https://example.org"},
	    {"https://s3cret@example.org:8443/@x", "https://example.org:8443"},
	    {"http://127.0.0.1:8080/x", "http://127.0.0.1:8080"},
	    {"http://[::1]:8080/x", "http://[::1]:8080"},
	    {"HTTPS://Example.ORG/x", "https://Example.ORG"},
	    {"https://b\xc3\xbc"
	     "cher.example/x",
		"https://b\xc3\xbc"
		"cher.example"},
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(origin_of(cases[i].url, out, sizeof(out)), 0);
		assert_string_equal(out, cases[i].origin);
	}
}

static void
other_texts_have_none(void **state)
{
	static const char *const texts[] = {"", "https://", "https:///x",
	    "https://s3cret@/x", "ftp://example.org/x", "example.org/s3cret",
	    "/s3cret", "https://exa mple.org/", "https://exa\nmple.org/",
	    "https://exam\x1bple.org/", "https:example.org/s3cret",
	    "https:/xexample.org", "http:/xexample.org",
	    "https://01234567890123456789012345678901234567890123456789012345"};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		assert_int_equal(origin_of(texts[i], out, sizeof(out)), -1);
		assert_string_equal(out, "?");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("of a URL scheme, host and port are shown, and no secret",
		origins_are_shown),
	    TEST("what is no URL, or too long, is shown as ?",
		other_texts_have_none),
	};

	return RUN(tests);
}

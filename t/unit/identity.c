/* Unit tests of lib/journal/identity.c. */
#include "unit.h"

#include "journal/identity.h"

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define WAS "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static struct record
record_of(enum record_kind kind)
{
	struct record r = {.kind = kind, .id = "an-id", .id_len = 5};

	(void)strcpy(r.sha256, SHA);
	return r;
}

static void
each_kind_has_its_identity(void **state)
{
	static const struct {
		enum record_kind kind;
		const char *identity; /* NULL: none */
	} cases[] = {
	    {RECORD_LEADS, "an-id"},
	    {RECORD_TEST, NULL},
	    {RECORD_OTHER, SHA},
	    {RECORD_UNREADABLE, SHA},
	    {RECORD_SHEET, NULL},
	    {RECORD_SEGMENT, NULL},
	};
	const char *its;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct record r = record_of(cases[i].kind);

		its = identity_of(&r, &len);
		if (cases[i].identity == NULL) {
			assert_null(its);
			continue;
		}
		assert_int_equal(len, strlen(cases[i].identity));
		assert_memory_equal(its, cases[i].identity, len);
	}
}

static void
digest_is_of_the_body_as_it_came(void **state)
{
	struct record r = record_of(RECORD_OTHER);
	size_t len;

	(void)state;
	assert_string_equal(identity_digest(&r), SHA);
	(void)strcpy(r.was, WAS);
	assert_string_equal(identity_digest(&r), WAS);
	assert_memory_equal(identity_of(&r, &len), WAS, strlen(WAS));
}

static void
identity_is_compared_whole(void **state)
{
	struct record r = record_of(RECORD_LEADS);
	struct record test = record_of(RECORD_TEST);

	(void)state;
	assert_true(identity_is(&r, "an-id", 5));
	assert_false(identity_is(&r, "an-id", 4));
	assert_false(identity_is(&r, "an-ie", 5));
	assert_false(identity_is(&r, SHA, strlen(SHA)));
	assert_false(identity_is(&test, "an-id", 5));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what makes rows is known by its id, the rest by its body",
		each_kind_has_its_identity),
	    TEST("the digest is that of the body as the sender sent it",
		digest_is_of_the_body_as_it_came),
	    TEST("an identity is compared whole", identity_is_compared_whole),
	};

	return RUN(tests);
}

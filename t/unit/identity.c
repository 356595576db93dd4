#include "home.h"
#include "journal/identity.h"

static void
kinds_have_their_identities(void **state)
{
	struct record r = {.id = "an id", .id_len = 5};
	size_t len;

	(void)state;
	memset(r.sha256, 'f', 64);
	r.kind = DELIVERY_LEADS;
	assert_ptr_equal(identity_of(&r, &len), r.id);
	assert_int_equal(len, 5);
	r.kind = DELIVERY_OTHER;
	assert_ptr_equal(identity_of(&r, &len), r.sha256);
	assert_int_equal(len, 64);
	r.kind = DELIVERY_UNREADABLE;
	assert_ptr_equal(identity_of(&r, &len), r.sha256);
	/* By the sender's body, whoever was taken out of it since. */
	memset(r.was, 'e', 64);
	assert_ptr_equal(identity_of(&r, &len), r.was);
	assert_int_equal(len, 64);
	assert_ptr_equal(identity_digest(&r), r.was);
	r.was[0] = '\0';
	assert_ptr_equal(identity_digest(&r), r.sha256);
	r.kind = DELIVERY_TEST;
	assert_null(identity_of(&r, &len));
}

static void
copies_have_another_identity(void **state)
{
	char longest[DELIVERY_ID_MAX], out[IDENTITY_COPY_SIZE];

	(void)state;
	assert_int_equal(identity_of_copy("id", 2, out), 3);
	assert_memory_equal(out, "\1id", 3);
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(identity_of_copy(longest, sizeof(longest), out),
	    sizeof(longest) + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each kind has its identity, a test has none",
		kinds_have_their_identities),
	    TEST("a copy has another identity", copies_have_another_identity),
	};

	return RUN(tests);
}

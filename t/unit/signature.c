#include "unit.h"

#include "webhook/signature.h"

/* RFC 4231 section 4.3, test case 2. */
#define KEY  "Jefe"
#define BODY "what do ya want for nothing?"
#define DIGEST                                                                 \
	"5bdcc146bf60754e6a042426089575c7"                                     \
	"5a003f089d2739839dec58b964ec3843"

static int
verify(const char *const *list, size_t n, const char *header, const char *body)
{
	const struct signature_secrets secrets = {list, n};
	char digits[SIGNATURE_SIZE];
	struct fault f = {0};

	return signature_verify(
	    &secrets, header, body, strlen(body), digits, &f);
}

static void
digest_is_the_rfcs(void **state)
{
	char out[SIGNATURE_SIZE];
	struct fault f = {0};

	(void)state;
	assert_int_equal(signature_make(KEY, BODY, strlen(BODY), out, &f), 0);
	assert_string_equal(out, DIGEST);
	assert_int_equal(signature_sha256("abc", 3, out, &f), 0);
	assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

static void
digests_follow_each_other(void **state)
{
	struct signature_digest d = {NULL};
	char one[SIGNATURE_SIZE], out[SIGNATURE_SIZE];
	struct fault f = {0};
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(signature_sha256(BODY, (size_t)i, one, &f), 0);
		assert_int_equal(
		    signature_digest(&d, BODY, (size_t)i, out, &f), 0);
		assert_string_equal(out, one);
		assert_int_equal(signature_digest(&d, "abc", 3, out, &f), 0);
		assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223"
					 "b00361a396177a9cb410ff61f20015ad");
	}
	signature_digest_free(&d);
	signature_digest_free(&d);
}

static void
right_ones_pass(void **state)
{
	static const char *const two[] = {"newer", KEY};
	static const char *const turned[] = {KEY, "older"};
	static const char upper[] = "5BDCC146BF60754E6A042426089575C7"
				    "5A003F089D2739839DEC58B964EC3843";

	(void)state;
	assert_int_equal(verify(two, 2, DIGEST, BODY), 1);
	assert_int_equal(verify(turned, 2, DIGEST, BODY), 1);
	assert_int_equal(verify(two, 2, upper, BODY), 1);
	assert_int_equal(verify(two, 2, " \t" DIGEST "\t ", BODY), 1);
}

static void
wrong_ones_dont(void **state)
{
	static const char *const one[] = {KEY};
	static const char *const cases[] = {"", " ", "sha256=" DIGEST,
	    DIGEST "0", DIGEST DIGEST, DIGEST "," DIGEST, DIGEST " " DIGEST,
	    "zbdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384",
	    "4bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3842"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_int_equal(verify(one, 1, cases[i], BODY), 0);
	assert_int_equal(verify(one, 1, DIGEST, "what do ya want?"), 0);
	assert_int_equal(verify(one, 0, DIGEST, BODY), 0);
}

static void
empty_secret_signs_nothing(void **state)
{
	char out[SIGNATURE_SIZE];
	struct fault f = {0};

	(void)state;
	assert_int_equal(signature_make("", BODY, strlen(BODY), out, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the digest is the RFC's", digest_is_the_rfcs),
	    TEST("a digest is the same behind another",
		digests_follow_each_other),
	    TEST("either case, blanks around it and an older secret pass",
		right_ones_pass),
	    TEST("one bit, one digit or one more header doesn't",
		wrong_ones_dont),
	    TEST("an empty secret signs nothing", empty_secret_signs_nothing),
	};
	struct fault f = {0};

	if (signature_start(1, &f) == -1)
		return 1;
	return RUN(tests);
}

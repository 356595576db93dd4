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
	char sha256[SIGNATURE_SIZE], expected[SIGNATURE_SIZE];
	struct fault f = {0};
	struct signature_keys *keys = signature_keys_new(&secrets, &f);
	size_t i, len = strlen(body);
	int rc = signature_verify(&secrets, header, body, len, digits, &f);

	assert_non_null(keys);
	assert_int_equal(signature_sha256(body, len, expected, &f), 0);
	/* A body is told the same behind another. */
	for (i = 0; i < 3; i++) {
		sha256[0] = '\0';
		assert_int_equal(signature_keys_verify(keys, header, body, len,
				     digits, sha256, &f),
		    rc);
		assert_string_equal(sha256, rc == 1 ? expected : "");
		assert_int_equal(signature_keys_verify(keys, header, "other", 5,
				     digits, NULL, &f),
		    0);
	}
	signature_keys_free(keys);
	return rc;
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
pieces_make_the_digest_of_the_whole(void **state)
{
	struct signature_digest d = {NULL};
	char whole[SIGNATURE_SIZE], out[SIGNATURE_SIZE];
	size_t cut, n = strlen(BODY);
	struct fault f = {0};

	(void)state;
	assert_int_equal(signature_sha256(BODY, n, whole, &f), 0);
	for (cut = 0; cut <= n; cut++) {
		assert_int_equal(signature_digest_begin(&d, &f), 0);
		assert_int_equal(signature_digest_add(&d, BODY, cut, &f), 0);
		assert_int_equal(
		    signature_digest_add(&d, BODY + cut, n - cut, &f), 0);
		assert_int_equal(signature_digest_end(&d, out, &f), 0);
		assert_string_equal(out, whole);
	}
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
	static const char *const list[] = {KEY, ""};
	const struct signature_secrets one = {list, COUNT(list)};
	char out[SIGNATURE_SIZE];
	struct fault f = {0};

	(void)state;
	assert_int_equal(signature_make("", BODY, strlen(BODY), out, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	fault_clear(&f);
	assert_null(signature_keys_new(&one, &f));
	assert_int_equal(f.kind, FAULT_SETUP);
	signature_keys_free(NULL);
}

/* OpenSSL's own HMAC is the oracle: it makes, ours verifies. */
static void
secrets_and_bodies_of_all_lengths_verify(void **state)
{
	char secret[200], made[SIGNATURE_SIZE], out[SIGNATURE_SIZE];
	const char *const list[] = {"another", secret};
	const struct signature_secrets secrets = {list, COUNT(list)};
	struct signature_keys *keys;
	struct fault f = {0};
	char body[200];
	size_t n, len;

	(void)state;
	for (n = 1; n < sizeof(secret); n++) {
		memset(secret, (int)('a' + n % 26), n);
		secret[n] = '\0';
		keys = signature_keys_new(&secrets, &f);
		assert_non_null(keys);
		for (len = 0; len < sizeof(body); len += 1 + n % 7) {
			memset(body, (int)len, len);
			assert_int_equal(
			    signature_make(secret, body, len, made, &f), 0);
			assert_int_equal(signature_keys_verify(keys, made, body,
					     len, out, NULL, &f),
			    1);
			assert_string_equal(out, made);
			body[len / 2] ^= 1;
			assert_int_equal(signature_keys_verify(keys, made, body,
					     len, out, NULL, &f),
			    len == 0);
		}
		signature_keys_free(keys);
	}
}

/* RFC 4231 section 4: the key as so many times a byte, or as text. */
static void
keys_of_bytes_sign_pieces(void **state)
{
	static const struct {
		int byte;
		size_t n;
		const char *text;
		const char *digest;
	} cases[] = {
	    {0x0b, 20, "Hi There",
		"b0344c61d8db38535ca8afceaf0bf12b"
		"881dc200c9833da726e9376c2e32cff7"},
	    {0xaa, 131,
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"60e431591ee0b67f0d8a26aacbf5b77f"
		"8e0bc6213728c5140546040f0ee37f54"},
	};
	unsigned char key[131], out[SIGNATURE_BYTES];
	struct signature_piece pieces[3];
	char hex[SIGNATURE_SIZE];
	struct fault f = {0};
	size_t i, k, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(key, cases[i].byte, sizeof(key));
		len = strlen(cases[i].text);
		pieces[0] = (struct signature_piece){cases[i].text, 3};
		pieces[1] = (struct signature_piece){"", 0};
		pieces[2] =
		    (struct signature_piece){cases[i].text + 3, len - 3};
		assert_int_equal(
		    signature_hmac(key, cases[i].n, pieces, 3, out, &f), 0);
		for (k = 0; k < sizeof(out); k++)
			(void)snprintf(hex + 2 * k, 3, "%02x", out[k]);
		assert_string_equal(hex, cases[i].digest);
	}
	assert_int_equal(signature_hmac("", 0, pieces, 3, out, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the digest is the RFC's", digest_is_the_rfcs),
	    TEST("a digest is the same behind another",
		digests_follow_each_other),
	    TEST("pieces make the digest of the whole",
		pieces_make_the_digest_of_the_whole),
	    TEST("either case, blanks around it and an older secret pass",
		right_ones_pass),
	    TEST("one bit, one digit or one more header doesn't",
		wrong_ones_dont),
	    TEST("secrets and bodies of all lengths verify as OpenSSL signs",
		secrets_and_bodies_of_all_lengths_verify),
	    TEST("an empty secret signs nothing", empty_secret_signs_nothing),
	    TEST("a key of bytes signs pieces as RFC 4231 has it",
		keys_of_bytes_sign_pieces),
	};
	struct fault f = {0};

	if (signature_start(1, &f) == -1)
		return 1;
	return RUN(tests);
}

#include "unit.h"

#include "access/password.h"
#include "access/random.h"

static void
made_ones_are_strong(void **state)
{
	char a[PASSWORD_SIZE], b[PASSWORD_SIZE];
	struct fault f = {0};
	size_t i;

	(void)state;
	assert_int_equal(password_make(a, &f), 0);
	assert_int_equal(password_make(b, &f), 0);
	assert_int_equal(strlen(a), PASSWORD_SIZE - 1);
	assert_string_not_equal(a, b);
	for (i = 0; i < strlen(a); i++)
		if (i % 6 == 5)
			assert_int_equal(a[i], '-');
		else
			assert_non_null(
			    strchr("abcdefghijkmnpqrstuvwxyz23456789", a[i]));
	assert_int_equal(password_check(a, &f), 0);
}

static void
random_texts_are_hex(void **state)
{
	char a[65], b[65];
	struct fault f = {0};

	(void)state;
	assert_int_equal(random_hex(a, 32, &f), 0);
	assert_int_equal(random_hex(b, 32, &f), 0);
	assert_int_equal(strspn(a, "0123456789abcdef"), 64);
	assert_int_equal(strlen(a), 64);
	assert_string_not_equal(a, b);
}

static void
weak_ones_are_told(void **state)
{
	static const struct {
		const char *password, *says;
	} cases[] = {{"", "10 characters"}, {"ninechars", "10 characters"},
	    {"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4", "10 characters"},
	    {"aaaaaaaaaaaaaaaaaaaa", "easy to guess"},
	    {"1212121212121212", "easy to guess"},
	    {"no \xff UTF-8 at all", "UTF-8"}};
	char lengthy[502];
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		fault_clear(&f);
		assert_int_equal(password_check(cases[i].password, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, cases[i].says));
		/* The sentence may go to a log. */
		if (cases[i].password[0] != '\0')
			assert_null(strstr(f.text, cases[i].password));
	}
	fault_clear(&f);
	assert_int_equal(password_check("tencharact", &f), 0);
	for (i = 0; i < 501; i++)
		lengthy[i] = (char)('a' + i % 26);
	lengthy[501] = '\0';
	assert_int_equal(password_check(lengthy, &f), -1);
	assert_non_null(strstr(f.text, "too long"));
	fault_clear(&f);
	lengthy[500] = '\0';
	assert_int_equal(password_check(lengthy, &f), 0);
}

static void
only_the_password_matches(void **state)
{
	char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];
	char lengthy[600];
	struct fault f = {0};

	(void)state;
	assert_int_equal(password_hash("correct horse", hash, &f), 0);
	assert_int_equal(password_hash("correct horse", again, &f), 0);
	/* Two who have the same can't tell. */
	assert_string_not_equal(hash, again);
	assert_true(password_is_hash(hash));
	assert_int_equal(password_matches("correct horse", hash, &f), 1);
	assert_int_equal(password_matches("correct horsf", hash, &f), 0);
	assert_int_equal(password_matches("correct hors", hash, &f), 0);
	assert_int_equal(password_matches("", hash, &f), 0);
	assert_int_equal(password_matches("correct horse", NULL, &f), 0);
	assert_int_equal(password_matches(hash, hash, &f), 0);
	memset(lengthy, 'x', sizeof(lengthy));
	lengthy[599] = '\0';
	assert_int_equal(password_matches(lengthy, hash, &f), 0);
	assert_int_equal(password_hash(lengthy, hash, &f), -1);
	assert_non_null(strstr(f.text, "too long"));
}

/* 72 bytes are not the end, as they are with others. */
static void
every_byte_counts(void **state)
{
	char hash[PASSWORD_HASH_SIZE], text[501];
	struct fault f = {0};

	(void)state;
	memset(text, 'x', sizeof(text));
	text[500] = '\0';
	assert_int_equal(password_hash(text, hash, &f), 0);
	assert_int_equal(password_matches(text, hash, &f), 1);
	text[499] = 'y';
	assert_int_equal(password_matches(text, hash, &f), 0);
}

static void
hashes_are_known(void **state)
{
	static const char *const none[] = {"", "-", "$y$", "$y$jAT$$",
	    "$y$jAT$salt$", "$y$jAT$salt$short",
	    "$2y$05$k2XAnEHBqQ1Ct2aMXFKNa/PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQ",
	    "$6$k2XAnEHBqQ1Ct2aM$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37",
	    "$y$jAT$sa:lt$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37",
	    "$y$jAT$salt$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37$"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++)
		assert_false(password_is_hash(none[i]));
	assert_true(password_is_hash(
	    "$y$jAT$salt$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a password that is made has 100 random bits, and letters "
		 "that nobody mistakes",
		made_ones_are_strong),
	    TEST("random texts are hex, and differ", random_texts_are_hex),
	    TEST("a password that is weak is told, without being shown",
		weak_ones_are_told),
	    TEST("only the password matches its hash",
		only_the_password_matches),
	    TEST("every byte of a password counts", every_byte_counts),
	    TEST("a hash of ours is known from any other text",
		hashes_are_known),
	};

	return RUN(tests);
}

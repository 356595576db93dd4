#include "unit.h"

#include "calls.h"

#include "reader/sealed.h"

#define HEAD "leadsheet something 1\n"
#define PATH in_scratch("sealed")

/* Write this and read it. */
static void
round_trip(const char *text, size_t n)
{
	struct bytes b = {0}, read = {0};
	struct fault f = {0};

	bytes_add(&b, text, n);
	assert_false(b.failed);
	if (sealed_write(PATH, HEAD, &b, &f) == -1)
		fail_msg("sealed_write: %s", f.text);
	bytes_free(&b);
	assert_int_equal(sealed_read(PATH, HEAD, &read, &f), SEALED_WHOLE);
	assert_int_equal(read.len, n);
	if (n > 0)
		assert_memory_equal(read.data, text, n);
	bytes_free(&read);
}

static void
what_is_written_is_read(void **state)
{
	struct bytes read = {0};
	struct fault f = {0};
	char *text;

	(void)state;
	assert_int_equal(sealed_read(PATH, HEAD, &read, &f), SEALED_NONE);
	round_trip("", 0);
	round_trip("a\n", 2);
	round_trip("\0\r\n\xff", 4);
	round_trip(HEAD, sizeof(HEAD) - 1);
	text = read_file(PATH, NULL);
	assert_non_null(strstr(text, HEAD HEAD "sha256 "));
	free(text);
	assert_non_null(text = calloc(1, 200000));
	memset(text, 'x', 199999);
	round_trip(text, 199999);
	free(text);
	bytes_free(&read);
}

static enum sealed
read_of(const char *head)
{
	struct bytes read = {0};
	struct fault f = {0};
	enum sealed rc = sealed_read(PATH, head, &read, &f);

	bytes_free(&read);
	return rc;
}

static void
any_other_is_damaged(void **state)
{
	size_t n, i;
	char *text;

	(void)state;
	round_trip("text\n", 5);
	assert_int_equal(read_of("leadsheet something 2\n"), SEALED_DAMAGED);
	text = read_file(PATH, &n);
	for (i = 0; i < n; i++) {
		text[i] ^= 1;
		write_file(PATH, text, n);
		text[i] ^= 1;
		if (read_of(HEAD) != SEALED_DAMAGED)
			fail_msg("byte %d can be another", (int)i);
		write_file(PATH, text, i);
		if (read_of(HEAD) != SEALED_DAMAGED)
			fail_msg("%d bytes will do", (int)i);
	}
	text[n] = '\n';
	write_file(PATH, text, n + 1);
	assert_int_equal(read_of(HEAD), SEALED_DAMAGED);
	free(text);
}

static void
a_failure_leaves_what_was(void **state)
{
	struct bytes b = {.failed = 1}, read = {0};
	struct fault f = {0};

	(void)state;
	round_trip("before", 6);
	assert_int_equal(sealed_write(PATH, HEAD, &b, &f), -1);
	assert_int_equal(f.kind, FAULT_MEMORY);
	fault_clear(&f);
	b.failed = 0;
	fail_call("write", "sealed.new", 0, 1, ENOSPC);
	assert_int_equal(sealed_write(PATH, HEAD, &b, &f), -1);
	assert_int_equal(f.err, ENOSPC);
	forget_calls();
	assert_false(exists(in_scratch("sealed.new")));
	/* In the place of what was in the buffer. */
	bytes_adds(&read, "something");
	assert_int_equal(sealed_read(PATH, HEAD, &read, &f), SEALED_WHOLE);
	assert_int_equal(read.len, 6);
	bytes_free(&read);
	fault_clear(&f);
	assert_int_equal(mkdir(in_scratch("dir"), 0750), 0);
	assert_int_equal(
	    sealed_read(in_scratch("dir"), HEAD, &read, &f), SEALED_FAILED);
	assert_int_equal(f.kind, FAULT_STORAGE);
	bytes_free(&read);
}

static void
a_proof_leaves_nothing(void **state)
{
	struct bytes b = {0}, read = {0};
	struct fault f = {0};

	(void)state;
	bytes_adds(&b, "after");
	assert_false(b.failed);
	round_trip("before", 6);
	assert_int_equal(sealed_prove(PATH, HEAD, &b, &f), 0);
	fail_call("write", "sealed.new", 0, 1, ENOSPC);
	assert_int_equal(sealed_prove(PATH, HEAD, &b, &f), -1);
	assert_int_equal(f.err, ENOSPC);
	forget_calls();
	fault_clear(&f);
	assert_false(exists(in_scratch("sealed.new")));
	assert_int_equal(sealed_read(PATH, HEAD, &read, &f), SEALED_WHOLE);
	assert_int_equal(read.len, 6);
	bytes_free(&read);
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what is written is read", what_is_written_is_read),
	    TEST("any other is damaged", any_other_is_damaged),
	    TEST("a failure leaves what was", a_failure_leaves_what_was),
	    TEST("a proof of room leaves nothing", a_proof_leaves_nothing),
	};

	return RUN(tests);
}

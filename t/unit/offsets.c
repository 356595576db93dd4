#include "home.h"

#include "reader/offsets.h"

#define PATH in_scratch("offsets")

static struct offset
offset_of(const char *day, int segment, int64_t at)
{
	struct offset o = {.last = {.segment = segment, .offset = at},
	    .received = NOON + at,
	    .size = at + 100,
	    .ctime = INT64_C(1795435200123456789)};

	(void)snprintf(o.last.day, sizeof(o.last.day), "%s", day);
	memset(o.digest, 'a', sizeof(o.digest) - 1);
	return o;
}

static void
write_three(void)
{
	const struct offset list[] = {offset_of("2026-11-24", 1, 7),
	    offset_of(DAY, 2, INT64_C(1) << 40), offset_of(DAY, 1, 0)};
	struct offsets all = {NULL, 0, 0};
	struct fault f = {0};
	size_t i;

	for (i = 0; i < COUNT(list); i++)
		assert_int_equal(offsets_add(&all, &list[i], &f), 0);
	if (offsets_write(&all, PATH, &f) == -1)
		fail_msg("offsets_write: %s", f.text);
	offsets_free(&all);
}

static void
what_is_written_is_read(void **state)
{
	struct offset expected = offset_of(DAY, 2, INT64_C(1) << 40);
	struct offsets all = {NULL, 0, 0};
	const struct offset *o;
	struct fault f = {0};

	(void)state;
	assert_int_equal(offsets_read(&all, PATH, &f), 0);
	write_three();
	assert_int_equal(offsets_read(&all, PATH, &f), 1);
	assert_int_equal(all.n, 3);
	o = offsets_find(&all, DAY, 2);
	assert_non_null(o);
	assert_int_equal(o->last.offset, expected.last.offset);
	assert_int_equal(o->received, expected.received);
	assert_string_equal(o->digest, expected.digest);
	assert_int_equal(o->size, expected.size);
	assert_int_equal(o->ctime, expected.ctime);
	assert_string_equal(all.list[0].last.day, DAY);
	assert_int_equal(all.list[0].last.segment, 1);
	assert_string_equal(all.list[2].last.day, "2026-11-24");
	assert_null(offsets_find(&all, DAY, 3));
	assert_null(offsets_find(&all, "2026-11-22", 1));
	offsets_free(&all);
}

/* One that knows nothing is one all the same. */
static void
nothing_is_written_and_read(void **state)
{
	struct offsets all = {NULL, 0, 0};
	struct fault f = {0};

	(void)state;
	assert_int_equal(offsets_write(&all, PATH, &f), 0);
	assert_int_equal(offsets_read(&all, PATH, &f), 1);
	assert_int_equal(all.n, 0);
	assert_null(offsets_find(&all, DAY, 1));
	offsets_free(&all);
}

static void
no_byte_can_be_another(void **state)
{
	struct offsets all = {NULL, 0, 0};
	struct fault f = {0};
	size_t n, i;
	char *text;

	(void)state;
	write_three();
	text = read_file(PATH, &n);
	for (i = 0; i < n; i++) {
		text[i] ^= 1;
		write_file(in_scratch("other"), text, n);
		text[i] ^= 1;
		if (offsets_read(&all, in_scratch("other"), &f) != -1)
			fail_msg("byte %d can be another", (int)i);
		assert_int_equal(f.kind, FAULT_DAMAGED);
		fault_clear(&f);
		offsets_free(&all);
		write_file(in_scratch("other"), text, i);
		if (offsets_read(&all, in_scratch("other"), &f) != -1)
			fail_msg("%d bytes will do", (int)i);
		assert_int_equal(f.kind, FAULT_DAMAGED);
		fault_clear(&f);
		offsets_free(&all);
	}
	free(text);
}

/* Lines that we would not write, with a digest that holds. */
static void
what_we_would_not_write_is_refused(void **state)
{
#define REST " 0 2026-11-23T12:00:00.000000Z " DIGEST " 100 5\n"
#define DIGEST                                                                 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	static const char *const cases[] = {"x\n", "2026-13-01 1" REST,
	    "2026-11-23 0" REST, "2026-11-23 256" REST, "2026-11-23  1" REST,
	    " 2026-11-23 1" REST, "2026-11-23 01" REST,
	    "2026-11-23 1 0 2026-11-23 " DIGEST " 100 5\n",
	    "2026-11-23 1 0 2026-11-23T12:00:00.000000Z " DIGEST " 100 \n",
	    "2026-11-23 1 0 2026-11-23T12:00:00.000000Z " DIGEST " 100 5 \n",
	    "2026-11-23 1" REST "2026-11-23 1" REST,
	    "2026-11-24 1" REST "2026-11-23 1" REST, "2026-11-23 1"};
	static const char good[] = "2026-11-23 1" REST "2026-11-23 2" REST;
	char text[1024], sha256[SIGNATURE_SIZE];
	struct offsets all = {NULL, 0, 0};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i <= COUNT(cases); i++) {
		(void)snprintf(text, sizeof(text), "leadsheet cursor 1\n%s",
		    i < COUNT(cases) ? cases[i] : good);
		assert_int_equal(
		    signature_sha256(text, strlen(text), sha256, &f), 0);
		(void)strcat(strcat(strcat(text, "sha256 "), sha256), "\n");
		write_file(PATH, text, strlen(text));
		if (offsets_read(&all, PATH, &f) != (i < COUNT(cases) ? -1 : 1))
			fail_msg("case %d", (int)i);
		fault_clear(&f);
		offsets_free(&all);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what is written is read, in order of time",
		what_is_written_is_read),
	    TEST("a reader that has read nothing has a file",
		nothing_is_written_and_read),
	    TEST("a byte that is another, or an end that lacks, is noticed",
		no_byte_can_be_another),
	    TEST("lines that we would not write are refused",
		what_we_would_not_write_is_refused),
	};

	return RUN(tests);
}

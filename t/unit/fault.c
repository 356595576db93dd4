#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include <errno.h>

#include "base/fault.h"

static void
first_wins(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(fault_set(&f, FAULT_STORAGE, 0, "first"), -1);
	assert_int_equal(fault_set(&f, FAULT_SETUP, 0, "second"), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_string_equal(f.text, "first");
}

static void
errno_is_told(void **state)
{
	struct fault f = {0};

	(void)state;
	(void)fault_set(&f, FAULT_STORAGE, ENOSPC, "can't write to %s", "x");
	assert_int_equal(f.err, ENOSPC);
	assert_string_equal(
	    f.text, "can't write to x: No space left on device");
}

static void
controls_are_taken_out(void **state)
{
	struct fault f = {0};

	(void)state;
	(void)fault_set(&f, FAULT_SETUP, 0,
	    "a\x1b[2Jb\r\n\x7f\xc2\x9b"
	    "1m \xc2\xa0\xc3\xa9");
	assert_string_equal(f.text, "a?[2Jb??"
				    "???"
				    "1m \xc2\xa0\xc3\xa9");
}

static void
no_memory_is_no_mistake(void **state)
{
	struct fault f = {0};

	(void)state;
	(void)fault_set(&f, FAULT_SETUP, ENOMEM, "can't read settings");
	assert_int_equal(f.kind, FAULT_MEMORY);
}

static void
long_is_cut(void **state)
{
	struct fault f = {0};
	char name[2000];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	(void)fault_set(&f, FAULT_STORAGE, EIO, "%s", name);
	assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
}

static void
cleared_takes_another(void **state)
{
	struct fault f = {0};

	(void)state;
	(void)fault_set(&f, FAULT_STORAGE, 0, "first");
	fault_clear(&f);
	(void)fault_set(&f, FAULT_SETUP, 0, "second");
	assert_string_equal(f.text, "second");
}

/* One errno has several causes; what is there tells them apart. */
static void
what_hinders_is_told(void **state)
{
	static const struct {
		const char *name;
		int err;
		const char *says;
	} cases[] = {{"mode", EACCES, "mode 0444; run \"chmod u+rw "},
	    {"a-pipe", ENODEV, "is not a plain file"},
	    {"a-pipe", EACCES, "is not a plain file"},
	    {"mode", EIO, "can't open "}, {"gone", EACCES, "can't open "},
	    {"other", EACCES, "belongs to another user"}};
	struct fault f = {0};
	size_t i;

	(void)state;
	write_file(in_scratch("mode"), "", 0);
	assert_int_equal(chmod(in_scratch("mode"), 0444), 0);
	assert_int_equal(mkfifo(in_scratch("a-pipe"), 0600), 0);
	write_file(in_scratch("other"), "", 0);
	for (i = 0; i < COUNT(cases); i++) {
		if (strcmp(cases[i].name, "other") == 0 &&
		    chown(in_scratch("other"), 1, 1) == -1)
			continue;
		fault_clear(&f);
		assert_int_equal(
		    fault_open(&f, in_scratch(cases[i].name), 0, cases[i].err),
		    -1);
		if (strstr(f.text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].name, f.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("no control character is told", controls_are_taken_out),
	    TEST("what hinders is told by what is there", what_hinders_is_told),
	    TEST("the first cause wins", first_wins),
	    TEST("errno's text stands behind the sentence", errno_is_told),
	    TEST("no memory is nobody's mistake, whatever failed for it",
		no_memory_is_no_mistake),
	    TEST("a sentence that is too long is cut", long_is_cut),
	    TEST("a fault that was cleared takes another",
		cleared_takes_another),
	};

	return RUN(tests);
}

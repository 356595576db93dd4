#include "unit.h"

#include "base/findtext.h"

static struct bytes seen;

static int
skips(void *context, const char *path, const char *name)
{
	(void)context;
	(void)path;
	return strcmp(name, "skipped") == 0;
}

static int
found(void *context, const char *path, struct fault *f)
{
	(void)context;
	(void)f;
	bytes_adds(&seen, strrchr(path, '/') + 1);
	bytes_addc(&seen, ' ');
	return 0;
}

static int
unread(void *context, const char *path, struct fault *f)
{
	bytes_addc(&seen, '!');
	return found(context, path, f);
}

static int
stops(void *context)
{
	return *(int *)context;
}

static const char *
look_for(const char *words, int stop, int *rc)
{
	struct bytes texts = {0};
	struct fault f = {0};
	const struct findtext s = {&texts, skips, found, unread, stops, &stop};

	bytes_reset(&seen);
	bytes_adds(&texts, words);
	*rc = findtext_below(&s, scratch, &f);
	bytes_free(&texts);
	bytes_addc(&seen, '\0');
	return seen.data;
}

static void
files_are_found(void **state)
{
	static char large[(1 << 20) + 100];
	int rc;

	(void)state;
	assert_int_equal(mkdir(in_scratch("d"), 0750), 0);
	write_file(in_scratch("d/deep"), "..needle..", 10);
	write_file(in_scratch("skipped"), "needle", 6);
	write_file(in_scratch("none"), "needl", 5);
	write_file(in_scratch("empty"), "", 0);
	assert_int_equal(symlink("d/deep", in_scratch("link")), 0);
	assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
	assert_string_equal(look_for("x\nneedle\n", 0, &rc), "deep ");
	assert_int_equal(rc, 0);
	/* Where one piece that is read ends and the next begins. */
	memset(large, '.', sizeof(large));
	memcpy(large + (1 << 20) - 3, "border", 6);
	write_file(in_scratch("large"), large, sizeof(large));
	assert_string_equal(look_for("border\n", 0, &rc), "large ");
	assert_string_equal(look_for("border\n", 1, &rc), "");
	assert_int_equal(rc, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a text is found in plain files, wherever it stands",
		files_are_found),
	};
	int rc = RUN(tests);

	bytes_free(&seen);
	return rc;
}

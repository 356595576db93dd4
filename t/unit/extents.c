#include "home.h"

#include "journal/extents.h"

static struct place
at(const char *day, int segment, int64_t offset)
{
	struct place p = {.segment = segment, .offset = offset};

	(void)snprintf(p.day, sizeof(p.day), "%s", day);
	return p;
}

static int
is_wanted(void *context, const char *day)
{
	return strcmp(context, day) == 0;
}

static void
segments_are_one_behind_the_other(void **state)
{
	struct extents all = {.size = 0};
	struct fault f = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "segments");
	assert_int_equal(extents_choose(&all, at_home(&h, "none"), &f), 0);
	assert_int_equal(all.n, 0);
	s = open_store(&h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON + A_DAY);
	store_close(s);
	assert_int_equal(extents_choose(&all, at_home(&h, "journal"), &f), 0);
	assert_int_equal(all.n, 2);
	assert_int_equal(extents_start(&all.list[0]), 0);
	assert_int_equal(all.list[0].end, size_of(at_home(&h, JOURNAL)));
	assert_int_equal(extents_start(&all.list[1]), all.list[0].end);
	assert_int_equal(all.size, all.list[0].end + all.list[1].end);
	extents_free(&all);
	all.wanted = is_wanted;
	all.context = (void *)(uintptr_t)DAY;
	assert_int_equal(extents_choose(&all, at_home(&h, "journal"), &f), 0);
	/* The time zone may have been another: so the next day counts too. */
	assert_int_equal(all.n, 2);
	assert_true(all.list[0].is_own);
	assert_false(all.list[1].is_own);
	extents_free(&all);
}

static void
parts_have_what_begins_in_them(void **state)
{
	static const struct {
		const char *day;
		int segment;
		int64_t offset;
		int has;
	} cases[] = {
	    {DAY, 1, 99, 0},
	    {DAY, 1, 100, 1},
	    {DAY, 1, 149, 1},
	    {DAY, 1, 150, 0},
	    {DAY, 2, 0, 1},
	    {DAY, 2, 49, 1},
	    {DAY, 2, 50, 0},
	    {DAY, 3, 0, 0},
	    {"2026-11-22", 1, 100, 0},
	    {"2026-11-24", 1, 7, 0},
	};
	struct place first = at(DAY, 1, 100), second = at(DAY, 2, 0), p;
	struct extents all = {.size = 0};
	struct fault f = {0};
	size_t i;

	(void)state;
	assert_false(extents_have(&all, &first));
	assert_int_equal(extents_add(&all, &first, 150, 1, &f), 0);
	assert_int_equal(extents_add(&all, &second, 50, 2, &f), 0);
	p = at("2026-11-24", 1, 7);
	assert_int_equal(extents_add(&all, &p, 7, 3, &f), 0);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.size, 100);
	assert_int_equal(extents_start(&all.list[1]), 50);
	for (i = 0; i < COUNT(cases); i++) {
		p = at(cases[i].day, cases[i].segment, cases[i].offset);
		if (extents_have(&all, &p) != cases[i].has)
			fail_msg("%s %d %d", p.day, p.segment, (int)p.offset);
	}
	extents_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("segments stand one behind the other",
		segments_are_one_behind_the_other),
	    TEST("parts have what begins in them, and nothing else",
		parts_have_what_begins_in_them),
	};

	return RUN(tests);
}

#include "home.h"

#include "upkeep/forgetting.h"

static void
list_comes_back(void **state)
{
	struct bytes urns = {0}, away = {0}, back = {0};
	struct fault f = {0};
	struct stat st;
	struct home h;

	(void)state;
	make_home(&h, "list");
	assert_int_equal(forgetting_read(&h.endpoint, &back, &f), 0);
	assert_int_equal(back.len, 0);
	bytes_adds(&urns, "a\nab\nc d\n");
	assert_int_equal(forgetting_write(&h.endpoint, &urns, &f), 0);
	assert_int_equal(stat(at_home(&h, "forgetting"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(exists(at_home(&h, "forgetting.new")));
	assert_int_equal(forgetting_read(&h.endpoint, &back, &f), 0);
	assert_int_equal(back.len, urns.len);
	assert_true(forgetting_has(&back, "a", 1));
	assert_true(forgetting_has(&back, "c d", 3));
	assert_false(forgetting_has(&back, "b", 1));
	bytes_adds(&away, "a\nnone\n");
	forgetting_drop(&back, &away);
	assert_memory_equal(back.data, "ab\nc d\n", 7);
	assert_int_equal(back.len, 7);
	bytes_reset(&urns);
	assert_int_equal(forgetting_write(&h.endpoint, &urns, &f), 0);
	assert_false(exists(at_home(&h, "forgetting")));
	bytes_free(&urns);
	bytes_free(&away);
	bytes_free(&back);
}

/* By hand, without its last newline. */
static void
last_newline_may_be_missing(void **state)
{
	struct bytes urns = {0};
	struct fault f = {0};
	struct home h;

	(void)state;
	make_home(&h, "hand");
	write_file(at_home(&h, "forgetting"), "a\nb", 3);
	assert_int_equal(forgetting_read(&h.endpoint, &urns, &f), 0);
	assert_true(forgetting_has(&urns, "b", 1));
	bytes_free(&urns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the list comes back, for the owner alone", list_comes_back),
	    TEST(
		"its last newline may be missing", last_newline_may_be_missing),
	};

	return RUN(tests);
}

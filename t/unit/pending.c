#include "home.h"

#include "task/pending.h"

static void
add(struct bytes *list, const char *text)
{
	pending_add(list, text, strlen(text));
}

static void
all_of_it_comes_back(void **state)
{
	struct pending p = {.task = PENDING_FORGET}, back = {0};
	struct fault f = {0};
	struct stat st;
	struct home h;

	(void)state;
	make_home(&h, "all");
	assert_int_equal(pending_read(&h.endpoint, &back, &f), 0);
	assert_int_equal(back.task, PENDING_NOTHING);
	add(&p.urns, "a");
	add(&p.urns, "ab");
	add(&p.urns, "c d");
	add(&p.urns, "a");
	add(&p.urns, "");
	add(&p.urns, "x\ny");
	add(&p.texts, "urn of no one");
	add(&p.named, "sheets/leads-" DAY ".csv");
	add(&p.files, "0123 leads-" DAY ".csv");
	(void)strcpy(p.day, DAY);
	(void)strcpy(p.before, "2025-01-01");
	assert_int_equal(pending_write(&h.endpoint, &p, &f), 0);
	assert_int_equal(stat(at_home(&h, "pending"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(exists(at_home(&h, "pending.new")));
	assert_int_equal(pending_read(&h.endpoint, &back, &f), 1);
	assert_int_equal(back.task, PENDING_FORGET);
	assert_int_equal(back.urns.len, strlen("a\nab\nc d\n"));
	assert_memory_equal(back.urns.data, "a\nab\nc d\n", back.urns.len);
	assert_true(pending_has(&back.urns, "c d", 3));
	assert_false(pending_has(&back.urns, "b", 1));
	assert_true(pending_has(&back.texts, "urn of no one", 13));
	assert_true(pending_has(&back.named, p.named.data, p.named.len - 1));
	assert_true(pending_has(&back.files, p.files.data, p.files.len - 1));
	assert_int_equal(back.days.len, 0);
	assert_string_equal(back.day, DAY);
	assert_string_equal(back.before, "2025-01-01");
	pending_free(&p);
	assert_int_equal(pending_write(&h.endpoint, &p, &f), 0);
	assert_false(exists(at_home(&h, "pending")));
	assert_int_equal(pending_write(&h.endpoint, &p, &f), 0);
	pending_free(&back);
}

static void
lists_are_joined_and_taken_apart(void **state)
{
	struct bytes list = {0}, other = {0};

	(void)state;
	add(&list, "a");
	add(&list, "b");
	add(&other, "b");
	add(&other, "none");
	pending_join(&list, &other);
	assert_int_equal(list.len, strlen("a\nb\nnone\n"));
	add(&other, "not there");
	pending_drop(&list, &other);
	assert_int_equal(list.len, 2);
	assert_memory_equal(list.data, "a\n", 2);
	bytes_free(&list);
	bytes_free(&other);
}

static void
what_we_do_not_write_is_refused(void **state)
{
	static const char *const cases[] = {"urn", "task steal\n", "x y\n",
	    "task forget\nday 2026-13-01\n", "task forget\n\n"};
	struct pending p = {0};
	struct fault f = {0};
	struct home h;
	size_t i;

	(void)state;
	make_home(&h, "refused");
	for (i = 0; i < COUNT(cases); i++) {
		write_file(at_home(&h, "pending"), cases[i], strlen(cases[i]));
		fault_clear(&f);
		assert_int_equal(pending_read(&h.endpoint, &p, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
	}
	/* By hand, without its last newline. */
	write_file(at_home(&h, "pending"), "task forget\nurn b", 17);
	fault_clear(&f);
	assert_int_equal(pending_read(&h.endpoint, &p, &f), 1);
	assert_true(pending_has(&p.urns, "b", 1));
	pending_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("all of it comes back, for the owner alone",
		all_of_it_comes_back),
	    TEST("lists are joined, and taken apart",
		lists_are_joined_and_taken_apart),
	    TEST("what leadsheet doesn't write is refused",
		what_we_do_not_write_is_refused),
	};

	return RUN(tests);
}

#include "unit.h"

#include "journal/follow.h"
#include "home.h"

#define LENGTH (24 * 3600 * UTC_SECOND) /* of a day in UTC */

static struct follow *
open_follow(const struct home *h)
{
	struct fault f = {0};
	struct follow *w = follow_open(at_home(h, "journal"), &f);

	assert_non_null(w);
	return w;
}

/* The ids that come until there are no more just now, a blank behind each. */
static void
expect(struct follow *w, int64_t now, const char *ids)
{
	char came[512] = "";
	struct fault f = {0};
	struct record r;
	int rc;

	while ((rc = follow_next(w, now, &r, &f)) == 1) {
		(void)strncat(came, r.id, r.id_len > 20 ? 20 : r.id_len);
		(void)strcat(came, " ");
	}
	if (rc == -1)
		fail_msg("follow_next: %s", f.text);
	assert_string_equal(came, ids);
}

static void
records_come_once_as_they_are_written(void **state)
{
	struct follow *w;
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "once");
	w = open_follow(&h);
	expect(w, NOON, "");
	s = open_store(&h);
	(void)put(s, "yesterday", 1, NOON - LENGTH);
	expect(w, NOON, "");
	(void)put(s, "a", 1, NOON);
	(void)put(s, "b", 2, NOON);
	expect(w, NOON, "a b ");
	expect(w, NOON, "");
	(void)put(s, "c", 1, NOON);
	expect(w, NOON, "c ");
	store_close(s);
	follow_close(w);
	w = open_follow(&h);
	expect(w, NOON, "a b c ");
	follow_close(w);
}

static void
midnight_brings_a_new_day_and_late_ones(void **state)
{
	const int64_t midnight = NOON + 12 * 3600 * UTC_SECOND;
	struct follow *w;
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "midnight");
	s = open_store(&h);
	w = open_follow(&h);
	(void)put(s, "a", 1, midnight - 2);
	expect(w, midnight - 1, "a ");
	expect(w, midnight, "");
	(void)put(s, "c", 1, midnight);
	expect(w, midnight, "c ");
	(void)put(s, "b", 1, midnight - 1);
	(void)put(s, "d", 1, midnight + 1);
	expect(w, midnight + 1, "b d ");
	store_close(s);
	follow_close(w);
}

static void
the_next_segment_follows_and_copies_don_t(void **state)
{
	char first[PATH_MAX];
	struct follow *w;
	struct store *s;
	struct home h;
	int64_t size;

	(void)state;
	make_home(&h, "segments");
	(void)strcpy(first, at_home(&h, "journal/" DAY ".jsonl"));
	s = open_store(&h);
	w = open_follow(&h);
	(void)put(s, "a", 1, NOON);
	expect(w, NOON, "a ");
	size = size_of(first);
	(void)put(s, "b", 1, NOON);
	expect(w, NOON, "b ");
	(void)put(s, "x", 1, NOON);
	store_close(s);
	fail_sync(&h, DAY, 1, size);
	/* It was answered 503, and comes again. */
	s = open_store(&h);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	(void)put(s, "c", 1, NOON);
	assert_int_equal(
	    count_in(at_home(&h, "journal/" DAY "-2.jsonl"), "\"id\":\"b\""),
	    1);
	expect(w, NOON, "c ");
	follow_close(w);
	/* What stands behind the mark was never acknowledged. */
	w = open_follow(&h);
	expect(w, NOON, "a b c ");
	follow_close(w);
	store_close(s);
}

/* As prune leaves them, and the lines that are no delivery's. */
static void
what_has_no_body_is_passed_over(void **state)
{
	struct record r = {
	    .received = NOON, .kind = RECORD_LEADS, .id = "old", .id_len = 3};
	struct bytes line = {0};
	struct fault f = {0};
	struct follow *w;
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "pruned");
	memset(r.was, 'a', sizeof(r.was) - 1);
	assert_int_equal(record_encode(&line, &r, 0, &f), 0);
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	write_file(at_home(&h, "journal/" DAY ".jsonl"), line.data, line.len);
	bytes_free(&line);
	w = open_follow(&h);
	expect(w, NOON, "");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	expect(w, NOON, "a ");
	assert_int_equal(
	    count_in(at_home(&h, "journal/" DAY ".jsonl"), "\"sheet\""), 1);
	store_close(s);
	follow_close(w);
}

/* Half a record, then all of it; one whose digest is another. */
static void
only_whole_records_come(void **state)
{
	char *line, path[PATH_MAX];
	struct follow *w;
	struct store *s;
	struct home h;
	size_t n;
	FILE *f;

	(void)state;
	make_home(&h, "whole");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	(void)put(s, "b", 1, NOON);
	store_close(s);
	(void)strcpy(path, at_home(&h, "journal/" DAY ".jsonl"));
	line = read_file(path, &n);
	write_file(path, line, n - 1);
	w = open_follow(&h);
	expect(w, NOON, "a ");
	f = fopen(path, "a");
	assert_non_null(f);
	assert_int_equal(fputs("\n", f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
	expect(w, NOON, "b ");
	follow_close(w);
	*strstr(line, "urn\":\"a-") = 'U';
	write_file(path, line, n);
	w = open_follow(&h);
	expect(w, NOON, "b ");
	follow_close(w);
	free(line);
}

/* Cut back to its first record, and grown beyond where we were. */
static void
what_was_cut_back_and_grew_is_seen(void **state)
{
	char *line, path[PATH_MAX];
	struct follow *w;
	struct store *s;
	struct home h;
	size_t n;

	(void)state;
	make_home(&h, "cut");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	(void)strcpy(path, at_home(&h, "journal/" DAY ".jsonl"));
	line = read_file(path, &n);
	(void)put(s, "b", 1, NOON);
	w = open_follow(&h);
	expect(w, NOON, "a b ");
	store_close(s);
	assert_int_equal(truncate(path, (off_t)n), 0);
	expect(w, NOON, "");
	s = open_store(&h);
	(void)put(s, "longer-than-b", 3, NOON);
	expect(w, NOON, "longer-than-b ");
	store_close(s);
	assert_int_equal(truncate(path, (off_t)n), 0);
	s = open_store(&h);
	/* Its end is beyond where we were, its beginning before. */
	(void)put(s, "much-longer-than-it", 30, NOON);
	(void)put(s, "c", 1, NOON);
	expect(w, NOON, "much-longer-than-it c ");
	expect(w, NOON, "");
	follow_close(w);
	free(line);
	store_close(s);
}

/* What is there now is shorter than what was read, whole or half of it. */
static void
what_was_cut_back_and_is_shorter_is_seen(void **state)
{
	char *line, path[PATH_MAX];
	struct follow *w;
	struct store *s;
	struct home h;
	size_t n, first;

	(void)state;
	make_home(&h, "shorter");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	(void)strcpy(path, at_home(&h, "journal/" DAY ".jsonl"));
	free(read_file(path, &first));
	(void)put(s, "large", 50, NOON);
	line = read_file(path, &n);
	w = open_follow(&h);
	expect(w, NOON, "a large ");
	store_close(s);
	assert_int_equal(truncate(path, (off_t)first), 0);
	s = open_store(&h);
	(void)put(s, "b", 1, NOON);
	expect(w, NOON, "b ");
	follow_close(w);
	store_close(s);
	write_file(path, line, n - 1);
	w = open_follow(&h);
	expect(w, NOON, "a ");
	assert_int_equal(truncate(path, (off_t)first), 0);
	s = open_store(&h);
	(void)put(s, "c", 1, NOON);
	expect(w, NOON, "c ");
	follow_close(w);
	store_close(s);
	free(line);
}

/* As forget does it: another file under the name, a record less. */
static void
a_journal_that_was_replaced_is_followed(void **state)
{
	char *line, path[PATH_MAX], new[PATH_MAX];
	struct follow *w;
	struct store *s;
	struct home h;
	size_t n, first;

	(void)state;
	make_home(&h, "replaced");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	(void)put(s, "b", 1, NOON);
	(void)put(s, "c", 1, NOON);
	(void)strcpy(path, at_home(&h, "journal/" DAY ".jsonl"));
	(void)strcpy(new, at_home(&h, "journal/" DAY ".jsonl.new"));
	w = open_follow(&h);
	expect(w, NOON, "a b c ");
	line = read_file(path, &n);
	first = (size_t)(strchr(line, '\n') + 1 - line);
	write_file(new, line + first, n - first);
	assert_int_equal(rename(new, path), 0);
	expect(w, NOON, "");
	(void)put(s, "d", 1, NOON);
	expect(w, NOON, "d ");
	assert_int_equal(unlink(path), 0);
	expect(w, NOON, "");
	write_file(path, line, n);
	expect(w, NOON, "");
	free(line);
	store_close(s);
	follow_close(w);
}

static void
many_are_told_apart(void **state)
{
	struct fault f = {0};
	struct follow *w;
	struct record r;
	struct store *s;
	struct home h;
	char id[32];
	int i, n = 0;

	(void)state;
	make_home(&h, "many");
	s = open_store(&h);
	for (i = 0; i < 1500; i++) {
		(void)snprintf(id, sizeof(id), "id-%d", i);
		(void)put(s, id, 1, NOON);
	}
	store_close(s);
	w = open_follow(&h);
	while (follow_next(w, NOON, &r, &f) == 1)
		n++;
	assert_int_equal(n, 1500);
	follow_close(w);
}

static void
a_directory_in_its_place_is_a_fault(void **state)
{
	struct fault f = {0};
	struct follow *w;
	struct record r;
	struct home h;

	(void)state;
	make_home(&h, "directory");
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	assert_int_equal(mkdir(at_home(&h, "journal/" DAY ".jsonl"), 0750), 0);
	w = open_follow(&h);
	assert_int_equal(follow_next(w, NOON, &r, &f), -1);
	assert_non_null(strstr(f.text, "not a plain file"));
	follow_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("records come once, as they are written",
		records_come_once_as_they_are_written),
	    TEST("midnight brings a new day, and late ones of the old",
		midnight_brings_a_new_day_and_late_ones),
	    TEST("the next segment follows, and copies in it don't",
		the_next_segment_follows_and_copies_don_t),
	    TEST("what has no body, and what is no delivery, is passed over",
		what_has_no_body_is_passed_over),
	    TEST("only whole records come", only_whole_records_come),
	    TEST("what was cut back and grew again is seen",
		what_was_cut_back_and_grew_is_seen),
	    TEST("what was cut back and is shorter now is seen",
		what_was_cut_back_and_is_shorter_is_seen),
	    TEST("a journal that was replaced is followed",
		a_journal_that_was_replaced_is_followed),
	    TEST("many are told apart", many_are_told_apart),
	    TEST("a directory in its place is a fault",
		a_directory_in_its_place_is_a_fault),
	};

	return RUN(tests);
}

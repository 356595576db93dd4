#include "home.h"

#include "index/index.h"
#include "journal/cursor.h"
#include "journal/journal.h"
#include "store/hold.h"
#include "task/turn.h"
#include "task/rewrite.h"

#define FIRST  "journal/" DAY ".jsonl"
#define SECOND "journal/" DAY "-2.jsonl"

/* What a case does with lines. */
struct edit {
	const char *what;   /* lines that have this ... */
	const char *become; /* ... become this, or are kept where it is NULL */
	int seen, uncounted;
	int64_t offsets[8];
};

static int
edit_line(void *context, const struct rewrite_line *l, struct bytes *out,
    struct fault *f)
{
	struct edit *e = context;

	(void)f;
	e->offsets[e->seen++ % 8] = l->offset;
	e->uncounted += !l->counts;
	if (e->what == NULL ||
	    memmem(l->text, l->n, e->what, strlen(e->what)) == NULL)
		return 0;
	if (out != NULL && e->become != NULL)
		bytes_adds(out, e->become);
	return 1;
}

static void
rewrite_day(struct home *h, struct edit *e, int places, size_t changed)
{
	const struct rewrite how = {.line = edit_line, .context = e};
	struct rewritten day = {.changed = 0};
	struct fault f = {0};
	struct hold hold;

	hold_init(&hold, &h->endpoint, &h->settings, &h->boot);
	assert_int_equal(turn_begin(&hold, &f), 0);
	if (rewrite_begin(&day, &how, &hold, DAY, &f) == -1)
		fail_msg("%s", f.text);
	assert_int_equal(day.changed, changed);
	if (places) {
		assert_int_equal(rewrite_place(&day, &hold, &f), 0);
		if (places > 1) /* as if killed there */
			assert_int_equal(rewrite_index(&day, &hold, &f), 0);
	}
	rewrite_end(&day);
	assert_int_equal(turn_end(&hold, 0, &f), 0);
	hold_close(&hold);
	assert_false(exists(at_home(h, FIRST ".new")));
	assert_false(exists(at_home(h, SECOND ".new")));
}

static void
make_day(struct home *h, const char *name)
{
	struct store *s;

	make_home(h, name);
	s = open_store(h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON);
	put(s, "c", 1, NOON);
	store_close(s);
}

static void
lines_are_replaced(void **state)
{
	struct edit none = {.what = NULL},
		    some = {"\"id\":\"b\"", "in its place\n", 0, 0, {0}};
	char *before, *after, *at;
	struct stat old, now;
	struct store *s;
	struct home h;
	size_t n;

	(void)state;
	make_day(&h, "lines");
	before = read_file(at_home(&h, FIRST), &n);
	assert_int_equal(stat(at_home(&h, FIRST), &old), 0);
	rewrite_day(&h, &none, 2, 0);
	assert_int_equal(none.seen, 4);
	assert_int_equal(stat(at_home(&h, FIRST), &now), 0);
	assert_true(now.st_ino == old.st_ino);
	rewrite_day(&h, &some, 2, 1);
	assert_int_equal(stat(at_home(&h, FIRST), &now), 0);
	assert_true(now.st_ino != old.st_ino);
	after = read_file(at_home(&h, FIRST), NULL);
	assert_non_null(strstr(after, "\nin its place\n{"));
	assert_int_equal(lines_in(at_home(&h, FIRST)), 4);
	/* What stands around it is the same, byte for byte. */
	at = strstr(after, "in its place");
	assert_memory_equal(before, after, (size_t)(at - after));
	at = strstr(at, "\n{");
	assert_string_equal(before + n - strlen(at), at);
	free(before);
	free(after);
	s = open_store(&h);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
	store_close(s);
}

/* Lines longer than what is read at once, NULs, and no newline at the end. */
static void
any_line_is_passed_on(void **state)
{
	static char line[3 << 20];
	struct edit e = {"no such", NULL, 0, 0, {0}};
	const struct rewrite how = {.line = edit_line, .context = &e};
	struct segment s = {DAY, 1, INT64_MAX};
	struct bytes all = {0};
	struct fault f = {0};

	(void)state;
	memset(line, 'x', sizeof(line));
	bytes_adds(&all, "\n\n");
	bytes_add(&all, "\0\0y\n", 4);
	bytes_add(&all, line, sizeof(line));
	bytes_adds(&all, "\nshort\n{\"received\":\"torn");
	write_file(in_scratch(DAY ".jsonl"), all.data, all.len);
	assert_int_equal(rewrite_scan(&how, scratch, &s, &f), 0);
	assert_int_equal(e.seen, 6);
	assert_int_equal(e.uncounted, 1);
	assert_int_equal(e.offsets[2], 4);
	assert_int_equal(e.offsets[3], 6);
	assert_int_equal(e.offsets[5], 6 + sizeof(line) + 1 + 6);
	bytes_free(&all);
}

/* How many records count, and how many of them have that id. */
static int
count_records(const struct home *h, const char *id)
{
	struct cursor c = {0};
	struct record r;
	struct fault f = {0};
	enum cursor_result next;
	int n = 0;

	assert_int_equal(cursor_day(&c, at_home(h, "journal"), DAY, NULL,
			     APPENDFILE_VIEW, &f),
	    0);
	while ((next = cursor_next(&c, &r, &f)) > CURSOR_END)
		n += next == CURSOR_RECORD && r.id_len == strlen(id) &&
		     memcmp(r.id, id, r.id_len) == 0;
	assert_int_equal(next, CURSOR_END);
	cursor_free(&c);
	return n;
}

/*
 * A sync failed behind b: c counts only in the second segment.  Of the first
 * segment a line grows: what counted still does, and nothing else.
 */
static void
marks_stay_true(void **state)
{
	static char longer[2000];
	const char *const lines[] = {NULL, "x\n", longer};
	char *text, *at, *second;
	struct stat st;
	struct record_mark mark = {.segment = 1};
	struct fault f = {0};
	struct home h;
	struct store *s;
	char name[16];
	size_t i;

	(void)state;
	memset(longer, '.', sizeof(longer) - 2);
	longer[sizeof(longer) - 2] = '\n';
	for (i = 0; i < COUNT(lines); i++) {
		struct edit e = {"\"kind\":\"sheet\"", lines[i], 0, 0, {0}};

		(void)snprintf(name, sizeof(name), "marks%zu", i);
		make_day(&h, name);
		text = read_file(at_home(&h, FIRST), NULL);
		at = strstr(text, "\"id\":\"c\"");
		while (at[-1] != '\n')
			at--;
		mark.counts = at - text;
		assert_int_equal(journal_next_segment(at_home(&h, "journal"),
				     DAY, &mark, 1, NOON, &f),
		    2);
		/* Whoever does that leaves a record that says so. */
		assert_int_equal(unlink(at_home(&h, "lock")), 0);
		s = open_store(&h);
		assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
		put(s, "d", 1, NOON);
		store_close(s);
		/*
		 * What doesn't count is gone before the mark may be larger: a
		 * kill between two segments must not make it count.
		 */
		rewrite_day(&h, &e, 0, i == 2 ? 2 : 1);
		assert_int_equal(stat(at_home(&h, FIRST), &st), 0);
		assert_int_equal(st.st_size, mark.counts);
		rewrite_day(&h, &e, 2, i == 2 ? 2 : 1);
		assert_true(e.uncounted > 0);
		assert_int_equal(count_records(&h, "a"), 1);
		assert_int_equal(count_records(&h, "b"), 1);
		assert_int_equal(count_records(&h, "c"), 1);
		assert_int_equal(count_records(&h, "d"), 1);
		second = read_file(at_home(&h, FIRST), NULL);
		assert_null(strstr(second, "\"id\":\"c\""));
		free(second);
		s = open_store(&h);
		assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
		assert_int_equal(put(s, "d", 1, NOON), STORE_DUPLICATE);
		store_close(s);
		free(text);
	}
}

/* What isn't put in its place is removed. */
static void
nothing_is_left_beside(void **state)
{
	struct edit e = {"\"id\":\"b\"", NULL, 0, 0, {0}};
	struct home h;

	(void)state;
	make_day(&h, "beside");
	rewrite_day(&h, &e, 0, 1);
	assert_int_equal(count_records(&h, "b"), 1);
}

/* The index's place, in a journal whose last day is the next one. */
static void
check_synced(const struct home *h, const char *day, int segment, int at_start)
{
	struct place place;
	struct fault f = {0};
	struct index *x = index_view(at_home(h, "index"), &f);

	assert_non_null(x);
	assert_int_equal(index_synced(x, &place, &f), 1);
	assert_string_equal(place.day, day);
	assert_int_equal(place.segment, segment);
	assert_int_equal(place.offset == 0, at_start);
	index_close(x);
}

static void
the_index_goes_back_before(void **state)
{
	struct edit e = {"\"id\":\"b\"", NULL, 0, 0, {0}};
	struct fault f = {0};
	struct hold hold;
	struct home h;
	struct store *s;

	(void)state;
	make_day(&h, "back");
	s = open_store(&h);
	put(s, "d", 1, NOON + 86400 * UTC_SECOND);
	store_close(s);
	/* Another boot has it synced to its end. */
	(void)strcpy(h.boot.id, "next");
	hold_init(&hold, &h.endpoint, &h.settings, &h.boot);
	assert_int_equal(turn_begin(&hold, &f), 0);
	assert_int_equal(turn_end(&hold, 0, &f), 0);
	check_synced(&h, "2026-11-24", 1, 0);
	rewrite_day(&h, &e, 1, 1);
	check_synced(&h, DAY, 1, 1);
	/* And forth, when all is done. */
	assert_int_equal(turn_begin(&hold, &f), 0);
	assert_int_equal(turn_end(&hold, 0, &f), 0);
	hold_close(&hold);
	e.what = "\"id\":\"c\"";
	rewrite_day(&h, &e, 2, 1);
	s = open_store(&h);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(
	    put(s, "d", 1, NOON + 86400 * UTC_SECOND), STORE_DUPLICATE);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("lines are replaced, and the rest is the same",
		lines_are_replaced),
	    TEST("any line is passed on whole", any_line_is_passed_on),
	    TEST("what counts before a mark counts after", marks_stay_true),
	    TEST("the index's place goes back before the journal changes",
		the_index_goes_back_before),
	    TEST("nothing is left beside", nothing_is_left_beside),
	};

	return RUN(tests);
}

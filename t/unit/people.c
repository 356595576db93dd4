#include "unit.h"

#include "cli/people/people.h"

struct lead {
	const char *urn, *kind, *signal;
	int64_t received;
	int counts, shows, lists;
};

static struct people *
note_all(const struct lead *leads, size_t n)
{
	struct fault f = {0};
	struct people *p = people_new(&f);
	struct people_note note;
	size_t i;

	assert_non_null(p);
	for (i = 0; i < n; i++) {
		memset(&note, 0, sizeof(note));
		note.urn = leads[i].urn;
		note.urn_len = strlen(note.urn);
		note.kind = leads[i].kind;
		note.kind_len = strlen(note.kind);
		note.signal = leads[i].signal;
		note.signal_len = strlen(note.signal);
		note.received = leads[i].received;
		note.number = (int64_t)i;
		note.piece = (uint32_t)i / 2;
		note.counts = leads[i].counts;
		note.shows = leads[i].shows;
		note.lists = leads[i].lists;
		assert_int_equal(people_note(p, &note, &f), 0);
	}
	return p;
}

/* As "comment 2, reaction 1". */
static void
check_words(const struct people *p, uint32_t first, const char *is)
{
	struct bytes b = {0}, text = {0};
	const struct people_word *w;
	size_t i;

	people_words(p, first, &b);
	w = (const struct people_word *)(const void *)b.data;
	for (i = 0; i < b.len / sizeof(*w); i++)
		bytes_printf(&text, "%s%.*s %u", i > 0 ? ", " : "",
		    (int)w[i].len, w[i].text, w[i].count);
	bytes_addc(&text, '\0');
	assert_string_equal(text.data, is);
	bytes_free(&b);
	bytes_free(&text);
}

static void
history_is_of_all_leads(void **state)
{
	static const struct lead leads[] = {{"a", "reaction", "S", 50, 1, 1, 1},
	    {"b", "comment", "S", 60, 1, 1, 1},
	    {"a", "comment", "T", 40, 1, 1, 1},
	    {"a", "comment", "", 70, 1, 0, 0},
	    {"a", "comments", "R", 65, 1, 0, 0}, {"a", "", "T", 45, 1, 1, 0}};
	struct people *p = note_all(leads, COUNT(leads));
	const struct person *x = people_find(p, "a", 1);

	(void)state;
	assert_int_equal(people_count(p), 2);
	assert_ptr_equal(x, people_at(p, 0));
	assert_int_equal(x->engagements, 5);
	assert_int_equal(x->first_seen, 40);
	assert_int_equal(x->last_seen, 70);
	check_words(p, x->kinds, "comment 2, comments 1, reaction 1");
	check_words(p, x->signals, "R 1, S 1, T 2");
	x = people_find(p, "b", 1);
	assert_int_equal(x->engagements, 1);
	check_words(p, x->kinds, "comment 1");
	check_words(p, x->signals, "S 1");
	assert_null(people_find(p, "c", 1));
	assert_null(people_find(p, "", 0));
	people_free(p);
}

static void
newest_of_those_that_show(void **state)
{
	static const struct lead leads[] = {{"a", "", "", 50, 1, 1, 0},
	    {"a", "", "", 60, 1, 1, 0}, {"a", "", "", 90, 1, 0, 1},
	    {"a", "", "", 60, 1, 1, 0}, {"a", "", "", 55, 1, 1, 0},
	    {"b", "", "", 10, 1, 0, 1}, {"c", "", "", 10, 1, 1, 0}};
	struct people *p = note_all(leads, COUNT(leads));
	const struct person *x = people_find(p, "a", 1);

	(void)state;
	/* Of two that were received together the later one. */
	assert_int_equal(x->newest, 3);
	assert_int_equal(x->piece, 1);
	assert_true(x->is_listed);
	x = people_find(p, "b", 1);
	assert_int_equal(x->newest, -1);
	assert_true(x->is_listed);
	x = people_find(p, "c", 1);
	assert_int_equal(x->newest, 6);
	assert_false(x->is_listed);
	people_free(p);
}

static void
what_was_counted_is_not_again(void **state)
{
	static const struct lead leads[] = {{"a", "k", "s", 50, 1, 0, 0},
	    {"a", "k", "s", 60, 1, 0, 0}, {"a", "k", "s", 60, 0, 1, 1}};
	struct people *p = note_all(leads, COUNT(leads));
	const struct person *x = people_find(p, "a", 1);

	(void)state;
	assert_int_equal(x->engagements, 2);
	check_words(p, x->kinds, "k 2");
	assert_int_equal(x->newest, 2);
	assert_true(x->is_listed);
	people_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("times, engagements, kinds and signals are of all leads",
		history_is_of_all_leads),
	    TEST("the newest of those that show is kept",
		newest_of_those_that_show),
	    TEST("a lead that is asked for again counts once",
		what_was_counted_is_not_again),
	};

	return RUN(tests);
}

#include "home.h"

#include "sheet/collate.h"

#define SHEET "sheets/leads-" DAY ".csv"

static int steps, step_says;

static int
step(void *context, int64_t bytes)
{
	(void)context;
	assert_true(bytes > 0);
	steps++;
	return step_says;
}

/* What it says of the leads of the day; index: 0 none, 1 as it is. */
static int
collate(struct home *h, int with_index)
{
	struct books b;
	struct fault f = {0};
	int rc, part;

	projection_books(&b, &h->endpoint, &h->settings, &h->boot);
	if (with_index && (b.index = index_view(b.index_path, &f)) == NULL)
		fail_msg("index_view: %s", f.text);
	rc = collate_day(&b, DAY, SHEET_LEADS, step, NULL, &part, &f);
	if (rc == -1)
		fail_msg("collate_day: %s", f.text);
	index_close(b.index);
	return rc;
}

static void
fill(struct home *h, const char *name)
{
	struct store *s;

	make_home(h, name);
	s = open_store(h);
	put(s, "first", 2, NOON);
	put(s, "second", 1, NOON);
	store_close(s);
}

static void
each_state_of_a_sheet_is_told(void **state)
{
	static const struct {
		const char *name;
		int cut;         /* bytes off its end; -1: the whole file */
		const char *add; /* behind it */
		int last_run;    /* it was written in an earlier one */
		int with_index, without;
	} cases[] = {
	    {"as-made", 0, "", 0, COLLATE_EQUAL, COLLATE_EQUAL},
	    {"longer", 0, "by hand\r\n", 0, COLLATE_EDITED, COLLATE_EDITED},
	    {"changed", 5, "Jane\n", 0, COLLATE_EDITED, COLLATE_EDITED},
	    {"shorter", 9, "", 0, COLLATE_EDITED, COLLATE_LACKS},
	    {"lost", 9, "", 1, COLLATE_LACKS, COLLATE_LACKS},
	    {"gone", -1, "", 0, COLLATE_MISSING, COLLATE_MISSING},
	};
	struct home h;
	char *text;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		fill(&h, cases[i].name);
		text = read_file(at_home(&h, SHEET), &n);
		assert_int_equal(unlink(at_home(&h, SHEET)), 0);
		if (cases[i].cut >= 0) {
			text = realloc(text, n + 64);
			assert_non_null(text);
			(void)strcpy(text + n - cases[i].cut, cases[i].add);
			write_file(at_home(&h, SHEET), text, strlen(text));
		}
		free(text);
		if (cases[i].last_run)
			(void)strcpy(h.boot.id, "next-run");
		assert_int_equal(collate(&h, 1), cases[i].with_index);
		assert_int_equal(collate(&h, 0), cases[i].without);
		/* And nothing was made of it. */
		assert_int_equal(exists(at_home(&h, SHEET)), cases[i].cut >= 0);
	}
}

static void
parts_and_settings_are_told(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	fill(&h, "parts");
	write_file(at_home(&h, SHEET), "mine", 4);
	s = open_store(&h);
	put(s, "third", 1, NOON);
	store_close(s);
	assert_int_equal(collate(&h, 1), COLLATE_EQUAL);
	assert_int_equal(collate(&h, 0), COLLATE_UNSURE);
	h.settings.shape.bom = 0;
	assert_int_equal(collate(&h, 1), COLLATE_SHAPE);
}

static void
what_is_being_written_is_not_missed(void **state)
{
	struct home h, further;
	struct store *s;
	char *text;
	size_t n;

	(void)state;
	/* The journal of one that has a record more, which is not known yet. */
	fill(&further, "further");
	s = open_store(&further);
	put(s, "third", 1, NOON);
	store_close(s);
	text = read_file(at_home(&further, "journal/" DAY ".jsonl"), &n);
	fill(&h, "race");
	write_file(at_home(&h, "journal/" DAY ".jsonl"), text, n);
	free(text);
	assert_int_equal(collate(&h, 1), COLLATE_EQUAL);
	assert_int_equal(collate(&h, 0), COLLATE_LACKS);
	/* A day that makes no rows has no sheet. */
	make_home(&h, "no-rows");
	s = open_store(&h);
	put(s, "empty", 0, NOON);
	store_close(s);
	assert_int_equal(collate(&h, 1), COLLATE_NONE);
}

static void
step_can_end_it(void **state)
{
	struct home h;

	(void)state;
	fill(&h, "stop");
	steps = 0;
	step_says = 1;
	assert_int_equal(collate(&h, 1), COLLATE_STOPPED);
	assert_int_equal(steps, 1);
	step_says = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each state of a sheet is told, and left as it is",
		each_state_of_a_sheet_is_told),
	    TEST("further parts and other settings are told",
		parts_and_settings_are_told),
	    TEST("what is just being written is not missed",
		what_is_being_written_is_not_missed),
	    TEST("a step can end it", step_can_end_it),
	};

	return RUN(tests);
}

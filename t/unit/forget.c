#include "home.h"

#include <fcntl.h>

#include "upkeep/forget.h"
#include "upkeep/forgetting.h"

#define LEADS   "sheets/leads-" DAY ".csv"
#define JOURNAL "journal/" DAY ".jsonl"

static const char *const list[] = {"secret"};
static const struct signature_secrets secrets = {list, 1};
static const struct redaction_watch watch;

/* Everything that a case needs. */
struct work {
	struct home home;
	struct repair repair;
	struct redaction redaction;
	struct bytes urns;
	struct segments hits;
};

/* Two days, and a-0 in both; then begin to forget it. */
static void
begin(struct work *w, const char *name)
{
	struct fault f = {0};
	struct store *s;

	memset(w, 0, sizeof(*w));
	make_home(&w->home, name);
	s = open_store(&w->home);
	put(s, "a", 2, NOON);
	put(s, "b", 1, NOON);
	put(s, "c", 1, NOON + 86400 * UTC_SECOND);
	store_close(s);
	bytes_adds(&w->urns, "a-0\nc-0\n");
	w->redaction.watch = &watch;
	w->redaction.secrets = &secrets;
	repair_open(
	    &w->repair, &w->home.endpoint, &w->home.settings, &w->home.boot);
	assert_int_equal(redaction_init(&w->redaction, &w->urns, &f), 0);
}

static void
end(struct work *w)
{
	repair_close(&w->repair);
	redaction_free(&w->redaction);
	segments_free(&w->hits);
	bytes_free(&w->urns);
}

static void
days_are_found_and_written(void **state)
{
	struct fault f = {0};
	struct store *s;
	struct work w;

	(void)state;
	begin(&w, "days");
	assert_int_equal(forget_scan(&w.repair, &w.redaction, &w.hits, &f), 0);
	assert_int_equal(w.hits.n, 2);
	assert_int_equal(w.redaction.leads, 2);
	assert_int_equal(forget_start(&w.repair, &w.urns, &f), 0);
	assert_true(exists(at_home(&w.home, "forgetting")));
	assert_int_equal(forget_day(&w.repair, &w.redaction, DAY, &f), 0);
	/* A day that isn't written is as it was. */
	assert_int_equal(
	    count_in(at_home(&w.home, "journal/2026-11-24.jsonl"), "c-0"), 1);
	assert_int_equal(
	    forget_day(&w.repair, &w.redaction, "2026-11-24", &f), 0);
	/* Nor is one without a hit another file. */
	assert_int_equal(forget_day(&w.repair, &w.redaction, DAY, &f), 0);
	assert_int_equal(forget_finish(&w.repair, &w.urns, &f), 0);
	assert_false(exists(at_home(&w.home, "forgetting")));
	end(&w);
	assert_int_equal(count_in(at_home(&w.home, JOURNAL), "a-0"), 0);
	assert_int_equal(count_in(at_home(&w.home, LEADS), "a-0"), 0);
	assert_int_equal(lines_in(at_home(&w.home, LEADS)), 1 + 2);
	assert_int_equal(lines_in(at_home(&w.home, JOURNAL)), 2);
	/* Of a day without rows there is no sheet. */
	assert_false(exists(at_home(&w.home, "sheets/leads-2026-11-24.csv")));
	s = open_store(&w.home);
	assert_int_equal(put(s, "a", 2, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
	store_close(s);
}

static void
retired_stays_retired(void **state)
{
	struct fault f = {0};
	struct stat st;
	struct work w;

	(void)state;
	begin(&w, "retired");
	assert_int_equal(chmod(at_home(&w.home, JOURNAL), 0440), 0);
	assert_int_equal(forget_day(&w.repair, &w.redaction, DAY, &f), 0);
	assert_int_equal(stat(at_home(&w.home, JOURNAL), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0440);
	assert_int_equal(count_in(at_home(&w.home, JOURNAL), "a-0"), 0);
	end(&w);
}

/* Two at work for different persons: each takes its own from the list. */
static void
others_stay_on_the_list(void **state)
{
	struct bytes other = {0};
	struct fault f = {0};
	struct work w;

	(void)state;
	begin(&w, "others");
	bytes_adds(&other, "x\nc-0\n");
	assert_int_equal(forget_start(&w.repair, &w.urns, &f), 0);
	assert_int_equal(forget_start(&w.repair, &other, &f), 0);
	assert_int_equal(lines_in(at_home(&w.home, "forgetting")), 3);
	write_file(at_home(&w.home, "journal/" DAY ".jsonl.new"), "x", 1);
	assert_int_equal(forget_finish(&w.repair, &w.urns, &f), 0);
	assert_int_equal(lines_in(at_home(&w.home, "forgetting")), 1);
	assert_false(exists(at_home(&w.home, "journal/" DAY ".jsonl.new")));
	assert_int_equal(forget_finish(&w.repair, &other, &f), 0);
	assert_false(exists(at_home(&w.home, "forgetting")));
	bytes_free(&other);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a person leaves day by day, and is still a duplicate",
		days_are_found_and_written),
	    TEST("a retired segment stays retired", retired_stays_retired),
	    TEST("of two at work each finishes its own",
		others_stay_on_the_list),
	};

	return RUN(tests);
}

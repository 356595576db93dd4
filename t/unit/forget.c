#include "home.h"

#include <fcntl.h>

#include "store/hold.h"
#include "upkeep/forget.h"

#define LEADS   "sheets/leads-" DAY ".csv"
#define SECOND  "sheets/leads-" DAY "-2.csv"
#define JOURNAL "journal/" DAY ".jsonl"
#define NEXT    "2026-11-24"

static const char *const list[] = {"secret"};
static const struct signature_secrets secrets = {list, 1};
static const struct redaction_watch watch;

/* Everything that a case needs. */
struct work {
	struct home home;
	struct hold hold;
	struct redaction redaction;
	struct pending mine;
	struct segments hits;
};

/* Two days, and a-0 in one, c-0 in the other. */
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
	bytes_adds(&w->mine.urns, "a-0\nc-0\n");
	w->redaction.watch = &watch;
	w->redaction.secrets = &secrets;
	hold_init(
	    &w->hold, &w->home.endpoint, &w->home.settings, &w->home.boot);
	assert_int_equal(redaction_init(&w->redaction, &w->mine.urns, &f), 0);
}

static void
must(int rc, const struct fault *f)
{
	if (rc != 0)
		fail_msg("%d: %s", rc, f->text);
}

static void
forget(struct work *w)
{
	struct fault f = {0};
	size_t i;

	must(forget_scan(w->hold.journal, &w->redaction, &w->hits, &f), &f);
	pending_join(&w->mine.texts, &w->redaction.texts);
	must(forget_start(&w->hold, &w->redaction, &w->mine, &f), &f);
	for (i = 0; i < w->hits.n; i++)
		must(forget_day(&w->hold, &w->redaction, &w->mine,
			 w->hits.list[i].day, &f),
		    &f);
	must(forget_sweep(&w->hold, &w->redaction, &w->mine, &f), &f);
	must(forget_finish(&w->hold, &w->mine.urns, &f), &f);
}

static void
end(struct work *w)
{
	hold_close(&w->hold);
	redaction_free(&w->redaction);
	segments_free(&w->hits);
	pending_free(&w->mine);
}

static void
days_are_found_and_written(void **state)
{
	struct fault f = {0};
	struct store *s;
	struct work w;

	(void)state;
	begin(&w, "days");
	must(forget_scan(w.hold.journal, &w.redaction, &w.hits, &f), &f);
	assert_int_equal(w.hits.n, 2);
	assert_int_equal(w.redaction.leads, 2);
	must(forget_start(&w.hold, &w.redaction, &w.mine, &f), &f);
	assert_true(exists(at_home(&w.home, "pending")));
	must(forget_day(&w.hold, &w.redaction, &w.mine, DAY, &f), &f);
	/* A day that isn't written is as it was. */
	assert_int_equal(
	    count_in(at_home(&w.home, "journal/" NEXT ".jsonl"), "c-0"), 1);
	must(forget_day(&w.hold, &w.redaction, &w.mine, NEXT, &f), &f);
	/* Nor is one without a hit another file. */
	must(forget_day(&w.hold, &w.redaction, &w.mine, DAY, &f), &f);
	must(forget_finish(&w.hold, &w.mine.urns, &f), &f);
	assert_false(exists(at_home(&w.home, "pending")));
	assert_int_equal(w.mine.named.len, 0);
	end(&w);
	assert_int_equal(count_in(at_home(&w.home, JOURNAL), "a-0"), 0);
	assert_int_equal(count_in(at_home(&w.home, LEADS), "a-0"), 0);
	assert_int_equal(lines_in(at_home(&w.home, LEADS)), 1 + 2);
	assert_int_equal(lines_in(at_home(&w.home, JOURNAL)), 2 + 1);
	assert_int_equal(
	    lines_in(at_home(&w.home, "sheets/leads-" NEXT ".csv")), 1);
	s = open_store(&w.home);
	assert_int_equal(put(s, "a", 2, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "d", 1, NOON), STORE_STORED);
	/* The sheet is known to be ours still. */
	assert_int_equal(lines_in(at_home(&w.home, LEADS)), 1 + 3);
	store_close(s);
}

/* A sheet that someone has edited stays; the part behind it is ours. */
static void
edited_sheets_stay(void **state)
{
	struct store *s;
	struct work w;
	int fd;

	(void)state;
	begin(&w, "edited");
	fd = open(at_home(&w.home, LEADS), O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "mine\r\n", 6), 6);
	(void)close(fd);
	s = open_store(&w.home);
	put(s, "d", 2, NOON);
	store_close(s);
	w.mine.urns.len = 0;
	bytes_adds(&w.mine.urns, "a-0\nd-1\n");
	persons_free(&w.redaction.persons);
	assert_int_equal(
	    redaction_init(&w.redaction, &w.mine.urns, &(struct fault){0}), 0);
	forget(&w);
	assert_int_equal(count_in(at_home(&w.home, LEADS), "a-0"), 1);
	assert_int_equal(lines_in(at_home(&w.home, SECOND)), 1 + 1);
	assert_int_equal(count_in(at_home(&w.home, SECOND), "d-0"), 1);
	/* It has the column urn: whoever looks for that finds it. */
	assert_int_equal(w.mine.named.len, 0);
	end(&w);
}

/* In a sheet without the column urn nobody finds them by it. */
static void
sheets_without_urns_are_named(void **state)
{
	struct store *s;
	struct work w;
	int fd, i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(&w, i == 0 ? "unsure" : "ours");
		w.home.settings.shape.columns[0] = 1;
		w.home.settings.shape.ncolumns = 1;
		s = open_store(&w.home);
		put(s, "d", 2, NOON);
		store_close(s);
		assert_int_equal(lines_in(at_home(&w.home, SECOND)), 1 + 2);
		if (i == 0) {
			fd =
			    open(at_home(&w.home, SECOND), O_WRONLY | O_APPEND);
			assert_int_equal(write(fd, "mine\r\n", 6), 6);
			(void)close(fd);
		}
		bytes_adds(&w.mine.urns, "d-1\n");
		persons_free(&w.redaction.persons);
		assert_int_equal(redaction_init(&w.redaction, &w.mine.urns,
				     &(struct fault){0}),
		    0);
		forget(&w);
		assert_int_equal(
		    lines_in(at_home(&w.home, SECOND)), i == 0 ? 1 + 3 : 1 + 1);
		assert_int_equal(
		    pending_has(&w.mine.named, SECOND, strlen(SECOND)), i == 0);
		end(&w);
	}
}

/* As if killed between the journal's new segment and the sheet. */
static void
a_day_that_was_cut_off_is_finished(void **state)
{
	char *sheet, *segment;
	struct pending p = {0};
	struct fault f = {0};
	struct store *s;
	struct work w;
	size_t n, len;

	(void)state;
	begin(&w, "cut");
	sheet = read_file(at_home(&w.home, LEADS), &n);
	/* What the run has noted, by having it run into a wall. */
	assert_int_equal(mkdir(at_home(&w.home, LEADS ".new"), 0750), 0);
	assert_int_equal(
	    forget_scan(w.hold.journal, &w.redaction, &w.hits, &f), 0);
	must(forget_start(&w.hold, &w.redaction, &w.mine, &f), &f);
	assert_int_equal(
	    forget_day(&w.hold, &w.redaction, &w.mine, DAY, &f), -1);
	assert_int_equal(rmdir(at_home(&w.home, LEADS ".new")), 0);
	assert_int_equal(count_in(at_home(&w.home, JOURNAL), "a-0"), 0);
	assert_int_equal(count_in(at_home(&w.home, LEADS), "a-0"), 1);
	fault_clear(&f);
	assert_int_equal(pending_read(&w.home.endpoint, &p, &f), 1);
	assert_string_equal(p.day, DAY);
	assert_int_equal(p.files.len, 64 + 1 + strlen("leads-" DAY ".csv") + 1);
	/* Deliveries go on; this one finds a sheet that isn't the view. */
	s = open_store(&w.home);
	put(s, "d", 1, NOON);
	store_close(s);
	segment = read_file(at_home(&w.home, JOURNAL), &len);
	end(&w);

	/* Another run: the segment has no hit any more. */
	memset(&w.redaction, 0, sizeof(w.redaction));
	memset(&w.mine, 0, sizeof(w.mine));
	memset(&w.hits, 0, sizeof(w.hits));
	bytes_adds(&w.mine.urns, "a-0\n");
	w.redaction.watch = &watch;
	w.redaction.secrets = &secrets;
	hold_init(&w.hold, &w.home.endpoint, &w.home.settings, &w.home.boot);
	assert_int_equal(redaction_init(&w.redaction, &w.mine.urns, &f), 0);
	forget(&w);
	assert_int_equal(count_in(at_home(&w.home, LEADS), "a-0"), 0);
	assert_int_equal(count_in(at_home(&w.home, LEADS), "a-1"), 1);
	assert_int_equal(count_in(at_home(&w.home, LEADS), "b-0"), 1);
	free(sheet);
	free(segment);
	pending_free(&p);
	end(&w);
}

/* Copies of ours go as well; someone's stay. */
static void
copies_are_removed_if_they_are_ours(void **state)
{
	char name[NAMES_SIZE], *text;
	struct name part = names_part(SHEET_LEADS, DAY, 1, SHEET_CSV);
	struct fault f = {0};
	struct work w;
	size_t n;

	(void)state;
	begin(&w, "copies");
	text = read_file(at_home(&w.home, LEADS), &n);
	assert_int_equal(part_replace(w.hold.sheets, &part, name, &f), 0);
	write_file(at_home(&w.home, LEADS), text, n);
	write_file(at_home(&w.home, "sheets/replaced/leads-" DAY ".csv.2"),
	    "a-0, of someone", 15);
	write_file(at_home(&w.home, "journal/" NEXT ".torn-1"), "x a-0", 5);
	write_file(at_home(&w.home, "journal/" NEXT ".torn-2"), "x a-1", 5);
	write_file(at_home(&w.home, LEADS ".new"), "a-0", 3);
	forget(&w);
	assert_false(
	    exists(at_home(&w.home, "sheets/replaced/leads-" DAY ".csv.1")));
	assert_true(
	    exists(at_home(&w.home, "sheets/replaced/leads-" DAY ".csv.2")));
	assert_false(exists(at_home(&w.home, "journal/" NEXT ".torn-1")));
	assert_true(exists(at_home(&w.home, "journal/" NEXT ".torn-2")));
	assert_false(exists(at_home(&w.home, LEADS ".new")));
	free(text);
	end(&w);
}

/* Two at work for different persons: each takes its own from the list. */
static void
others_stay_on_the_list(void **state)
{
	struct pending other = {0}, p = {0};
	struct fault f = {0};
	struct work w;

	(void)state;
	begin(&w, "others");
	bytes_adds(&other.urns, "x\nc-0\n");
	must(forget_start(&w.hold, &w.redaction, &w.mine, &f), &f);
	must(forget_start(&w.hold, &w.redaction, &other, &f), &f);
	assert_int_equal(pending_read(&w.home.endpoint, &p, &f), 1);
	assert_int_equal(p.urns.len, strlen("a-0\nc-0\nx\n"));
	must(forget_finish(&w.hold, &w.mine.urns, &f), &f);
	assert_int_equal(pending_read(&w.home.endpoint, &p, &f), 1);
	assert_int_equal(p.urns.len, 2);
	must(forget_finish(&w.hold, &other.urns, &f), &f);
	assert_false(exists(at_home(&w.home, "pending")));
	pending_free(&other);
	pending_free(&p);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a person leaves day by day, and is still a duplicate",
		days_are_found_and_written),
	    TEST("an edited sheet stays, the part behind it is made again",
		edited_sheets_stay),
	    TEST("a sheet of someone's without urns is named",
		sheets_without_urns_are_named),
	    TEST("a day that was cut off is finished",
		a_day_that_was_cut_off_is_finished),
	    TEST("copies of ours are removed, and torn tails",
		copies_are_removed_if_they_are_ours),
	    TEST("of two at work each finishes its own",
		others_stay_on_the_list),
	};

	return RUN(tests);
}

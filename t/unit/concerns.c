#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>

#include "upkeep/concerns.h"
#include "home.h"
#include "upkeep/tally.h"

/* What was told, a line each, with its grade before it. */
static void
note(void *context, enum concern grade, const char *text)
{
	bytes_printf(
	    context, "%c %s\n", grade == CONCERN_ACT ? '!' : '-', text);
}

static char *
told(struct home *h, int64_t now)
{
	struct fault f = {0};
	struct endpoint e;
	struct bytes b = {0};
	struct tally t;
	char home[PATH_MAX + 8];

	/* Found anew, as "disabled" is looked at then. */
	(void)snprintf(home, sizeof(home), "%s/..", h->endpoint.dir);
	assert_int_equal(endpoint_find(&e, home, "main", &f), 1);
	assert_int_equal(tally_count(&t, &e, now, &f), 0);
	concerns_each(&e, &t, now, note, &b);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	return b.data;
}

static void
expect(struct home *h, int64_t now, const char *pattern)
{
	char *text = told(h, now);

	assert_non_null(text);
	if (pattern[0] == '\0' ? text[0] != '\0'
			       : strstr(text, pattern) == NULL)
		fail_msg("told \"%s\", expected \"%s\"", text, pattern);
	free(text);
}

static void
make_good(struct home *h, const char *name)
{
	make_home(h, name);
	write_file(at_home(h, "secret"), "0123456789abcdef\n", 17);
	assert_int_equal(chmod(at_home(h, "secret"), 0600), 0);
}

static void
a_good_endpoint_has_none(void **state)
{
	struct store *s;
	struct home h;

	(void)state;
	make_good(&h, "good");
	expect(&h, NOON, "");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	expect(&h, NOON, "");
	store_close(s);
}

static void
a_secret_that_is_missing_or_open_is_told(void **state)
{
	struct home h;

	(void)state;
	make_good(&h, "secrets");
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	assert_int_equal(chmod(at_home(&h, "secret"), 0644), 0);
	expect(&h, NOON, "! main: others can read the secret; run \"chmod");
	assert_int_equal(unlink(at_home(&h, "secret")), 0);
	expect(
	    &h, NOON, "! main: no secret yet; run \"leadsheet secret main\"");
}

static void
an_endpoint_that_is_off_is_told(void **state)
{
	struct home h;

	(void)state;
	make_good(&h, "off");
	write_file(at_home(&h, "disabled"), "", 0);
	expect(&h, NOON, "- main: switched off");
	expect(&h, NOON, "leadsheet endpoint enable main");
}

static void
an_erasure_that_was_cut_off_is_told(void **state)
{
	struct home h;

	(void)state;
	make_good(&h, "forgetting");
	write_file(at_home(&h, "forgetting"), "urn\n", 4);
	expect(&h, NOON, "! main: an erasure was cut off");
}

static void
a_retired_segment_of_today_is_told_until_midnight(void **state)
{
	struct store *s;
	struct home h;

	(void)state;
	make_good(&h, "retired");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	assert_int_equal(chmod(at_home(&h, "journal/" DAY ".jsonl"), 0440), 0);
	(void)put(s, "b", 1, NOON);
	expect(
	    &h, NOON, "! main: the disk failed to keep something 1 time today");
	expect(&h, NOON + 24 * 3600 * UTC_SECOND, "");
	store_close(s);
}

static void
unreadable_deliveries_are_told_with_their_place(void **state)
{
	enum store_result result;
	struct fault f = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_good(&h, "unreadable");
	s = open_store(&h);
	assert_int_equal(put_body(s, "{x", NOON, &result, &f), 0);
	expect(&h, NOON, "- main: 1 delivery in the last 14 days could not");
	assert_int_equal(put_body(s, "{y", NOON, &result, &f), 0);
	expect(&h, NOON + 24 * 3600 * UTC_SECOND,
	    "2 deliveries in the last 14 days could not be read; the newest");
	expect(&h, NOON + 24 * 3600 * UTC_SECOND, "/journal/" DAY ".jsonl");
	store_close(s);
}

static void
a_damaged_journal_is_told_with_its_day(void **state)
{
	struct store *s;
	struct home h;
	FILE *f;

	(void)state;
	make_good(&h, "damaged");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	store_close(s);
	f = fopen(at_home(&h, "journal/" DAY ".jsonl"), "a");
	assert_non_null(f);
	assert_int_equal(fputs("garbage\n", f) >= 0, 1);
	assert_int_equal(fflush(f), 0);
	expect(&h, NOON,
	    "! main: 1 line of the journal is damaged, the newest of " DAY);
	assert_int_equal(fputs("garbage\n", f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
	expect(&h, NOON + 24 * 3600 * UTC_SECOND,
	    "! main: 2 lines of the journal are damaged, the newest of " DAY);
	expect(&h, NOON, "(\"leadsheet check main\" tells which)");
}

static void
a_sheet_that_was_edited_is_told(void **state)
{
	struct store *s;
	struct home h;

	(void)state;
	make_good(&h, "edited");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	write_file(at_home(&h, "sheets/leads-" DAY ".csv"), "mine\r\n", 6);
	(void)put(s, "b", 1, NOON);
	expect(&h, NOON, "goes on in leads-" DAY "-2; nothing is lost");
	store_close(s);
}

static void
a_lock_is_told_only_when_it_is_held_for_long(void **state)
{
	struct home h;
	int64_t now;
	int fd;

	(void)state;
	make_good(&h, "locked");
	write_file(at_home(&h, "lock"), "0", 1);
	fd = open(at_home(&h, "lock"), O_RDONLY);
	assert_true(fd != -1);
	now = utc_now();
	expect(&h, now + 2 * CONCERNS_LOCK_LONG, "");
	assert_int_equal(flock(fd, LOCK_EX), 0);
	expect(&h, now, "");
	expect(&h, now + 2 * CONCERNS_LOCK_LONG,
	    "! main: a process has held the lock for");
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a good endpoint has nothing to tell",
		a_good_endpoint_has_none),
	    TEST("a secret that is missing or open to others is told",
		a_secret_that_is_missing_or_open_is_told),
	    TEST("an endpoint that is off is told",
		an_endpoint_that_is_off_is_told),
	    TEST("an erasure that was cut off is told",
		an_erasure_that_was_cut_off_is_told),
	    TEST("a retired segment is told until midnight",
		a_retired_segment_of_today_is_told_until_midnight),
	    TEST("unreadable deliveries are told with their place",
		unreadable_deliveries_are_told_with_their_place),
	    TEST("a damaged journal is told with its day",
		a_damaged_journal_is_told_with_its_day),
	    TEST("a sheet that was edited is told",
		a_sheet_that_was_edited_is_told),
	    TEST("a lock is told only when it is held for long",
		a_lock_is_told_only_when_it_is_held_for_long),
	};

	return RUN(tests);
}

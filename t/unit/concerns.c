#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>

#include "home.h"
#include "reader/attempts.h"
#include "store/control.h"
#include "upkeep/concerns.h"
#include "task/pending.h"
#include "upkeep/tally.h"

/* What was told, a line each, with its grade before it. */
static void
note(void *context, enum concern grade, const char *text)
{
	bytes_printf(
	    context, "%c %s\n", grade == CONCERN_ACT ? '!' : '-', text);
}

static char *
told(struct home *h, int64_t now, int64_t quiet)
{
	struct settings settings;
	struct fault f = {0};
	struct endpoint e;
	struct bytes b = {0};
	struct tally t;
	char home[PATH_MAX + 8];

	/* Found anew, as "disabled" is looked at then. */
	(void)snprintf(home, sizeof(home), "%s/..", h->endpoint.dir);
	assert_int_equal(endpoint_find(&e, home, "main", &f), 1);
	assert_int_equal(tally_count(&t, &e, now, &f), 0);
	setting_defaults(&settings);
	settings.quiet = quiet;
	concerns_each(&e, &settings, &t, now, note, &b);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	return b.data;
}

static void
expect_with(struct home *h, int64_t now, int64_t quiet, const char *pattern)
{
	char *text = told(h, now, quiet);

	assert_non_null(text);
	if (pattern[0] == '\0' ? text[0] != '\0'
			       : strstr(text, pattern) == NULL)
		fail_msg("told \"%s\", expected \"%s\"", text, pattern);
	free(text);
}

static void
expect(struct home *h, int64_t now, const char *pattern)
{
	expect_with(h, now, 0, pattern);
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
what_was_cut_off_is_told(void **state)
{
	struct pending p = {0};
	struct fault f = {0};
	struct home h;

	(void)state;
	make_good(&h, "pending");
	p.task = PENDING_FORGET;
	pending_add(&p.urns, "urn", 3);
	assert_int_equal(pending_write(&h.endpoint, &p, &f), 0);
	expect(&h, NOON,
	    "! main: forget was cut off; run \"leadsheet forget "
	    "--resume\"");
	p.task = PENDING_PRUNE;
	(void)strcpy(p.before, DAY);
	assert_int_equal(pending_write(&h.endpoint, &p, &f), 0);
	expect(&h, NOON,
	    "! main: prune was cut off; run \"leadsheet forget --resume\"");
	write_file(at_home(&h, "pending"), "x\n", 2);
	expect(&h, NOON, "pending is not as leadsheet writes it; move it away");
	pending_free(&p);
}

static void
silence_is_told(void **state)
{
	struct store *s;
	struct home h;

	(void)state;
	make_good(&h, "silent");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	store_close(s);
	expect_with(&h, NOON + UTC_SECOND, 2 * UTC_SECOND, "");
	expect_with(&h, NOON + 2 * UTC_SECOND, 2 * UTC_SECOND,
	    "! main: nothing came for 0 hours (the last");
}

static void
a_failed_sync_is_told_until_midnight(void **state)
{
	struct store *s;
	struct home h;

	(void)state;
	make_good(&h, "failed");
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	store_close(s);
	fail_sync(&h, DAY, 1, size_of(at_home(&h, "journal/" DAY ".jsonl")));
	expect(
	    &h, NOON, "! main: the disk failed to keep something 1 time today");
	expect(&h, NOON + 24 * 3600 * UTC_SECOND, "");
}

/* Write a control record of that day. */
static void
write_control(const struct home *h, struct control *c)
{
	unsigned char block[CONTROL_SIZE];

	(void)strcpy(c->boot, "this-run");
	(void)strcpy(c->day, DAY);
	c->segment = 1;
	control_pack(c, block);
	write_file(at_home(h, "lock"), block, sizeof(block));
	assert_int_equal(chmod(at_home(h, "lock"), 0600), 0);
}

static void
a_sheet_that_lacks_rows_is_told(void **state)
{
	struct control c;
	struct home h;

	(void)state;
	make_good(&h, "lacks");
	memset(&c, 0, sizeof(c));
	c.sheets[SHEET_LEADS].state = PART_MADE;
	write_control(&h, &c);
	expect(&h, NOON, "");
	c.sheets[SHEET_LEADS].state = PART_BEHIND;
	write_control(&h, &c);
	expect(&h, NOON,
	    "! main: the sheet of " DAY " lacks rows that could not be");
	c.sheets[SHEET_LEADS].state = PART_NONE;
	c.sheets[SHEET_TEST].state = PART_NAMED;
	write_control(&h, &c);
	expect(&h, NOON, "! main: the sheet of " DAY " lacks rows that");
	c.sheets[SHEET_TEST].state = PART_NONE;
	(void)strcpy(c.owed, "2026-11-20");
	write_control(&h, &c);
	expect(&h, NOON, "! main: sheets from 2026-11-20 on lack rows");
	c.owed[0] = '\0';
	c.failed = 1;
	write_control(&h, &c);
	expect(&h, NOON, "deliveries are answered 503 until it can");
	c.failed = 0;
	write_control(&h, &c);
	expect(&h, NOON, "");
}

static void
a_journal_that_was_cut_is_told(void **state)
{
	struct control c;
	struct home h;

	(void)state;
	make_good(&h, "cut");
	memset(&c, 0, sizeof(c));
	c.size = 3;
	write_control(&h, &c);
	expect(&h, NOON,
	    "! main: journal/" DAY ".jsonl, which was written last, is gone");
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	write_file(at_home(&h, "journal/" DAY ".jsonl"), "", 0);
	expect(&h, NOON,
	    "! main: journal/" DAY ".jsonl has 0 bytes, and had 3; put the ");
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
	    "2 deliveries in the last 14 days could not be read, or would make "
	    "too many rows; the newest");
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

/* Whichever relay stands still comes before those that only fail. */
static void
relays_that_do_not_get_on_are_told(void **state)
{
	struct attempts a = {.since = NOON,
	    .next = NOON + A_DAY,
	    .failed = 5,
	    .why = "chat.example.org answered 500"};
	struct fault f = {0};
	struct home h;
	char *text;

	(void)state;
	make_good(&h, "relays");
	assert_int_equal(mkdir(at_home(&h, "cursors"), 0750), 0);
	assert_int_equal(attempts_write(&h.endpoint, "relay-chat", &a, &f), 0);
	expect(&h, NOON + A_DAY / 2,
	    "- main: relay chat has failed since 2026-11-23 12:00, 5 tries");
	a.state = ATTEMPTS_GIVEN_UP;
	assert_int_equal(attempts_write(&h.endpoint, "relay-crm", &a, &f), 0);
	assert_int_equal(attempts_write(&h.endpoint, "other", &a, &f), 0);
	text = told(&h, NOON + A_DAY / 2, 0);
	assert_non_null(text);
	assert_memory_equal(text, "! main: relay crm has given up", 30);
	assert_non_null(strstr(text, "\n- main: relay chat has failed"));
	assert_null(strstr(text, "other"));
	free(text);
}

static void
a_lock_is_told_only_when_it_is_held_for_long(void **state)
{
	struct home h;
	int fd;

	(void)state;
	make_good(&h, "locked");
	write_file(at_home(&h, "lock"), "", 0);
	fd = open(at_home(&h, "lock"), O_RDONLY);
	assert_true(fd != -1);
	expect(&h, NOON, "");
	assert_int_equal(flock(fd, LOCK_EX), 0);
	expect(&h, NOON, "(concerns) holds the lock and does not give it back");
	(void)close(fd);
	expect(&h, NOON, "");
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
	    TEST("what was cut off is told", what_was_cut_off_is_told),
	    TEST("silence is told", silence_is_told),
	    TEST("a failed sync is told until midnight",
		a_failed_sync_is_told_until_midnight),
	    TEST("a sheet that lacks rows is told",
		a_sheet_that_lacks_rows_is_told),
	    TEST("unreadable deliveries are told with their place",
		unreadable_deliveries_are_told_with_their_place),
	    TEST("a damaged journal is told with its day",
		a_damaged_journal_is_told_with_its_day),
	    TEST("a sheet that was edited is told",
		a_sheet_that_was_edited_is_told),
	    TEST("a journal that was cut, or is gone, is told",
		a_journal_that_was_cut_is_told),
	    TEST("relays that don't get on are told",
		relays_that_do_not_get_on_are_told),
	    TEST("a lock is told only when it is held for long",
		a_lock_is_told_only_when_it_is_held_for_long),
	};

	return RUN(tests);
}

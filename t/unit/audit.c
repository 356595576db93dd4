#include "home.h"

#include "audit/audit.h"

#define JOURNAL "journal/" DAY ".jsonl"

/* What the audit said, a line each: its level as a digit, then the text. */
static struct bytes said;
static int64_t bytes_read, records_read, stop_after;

static void
found(
    void *context, enum audit_level level, const char *text, const char *to_do)
{
	(void)context;
	assert_true(level != AUDIT_WRONG || to_do[0] != '\0');
	bytes_printf(&said, "%d %s\n", level, text);
}

static int
step(void *context, int64_t bytes, int64_t records)
{
	(void)context;
	bytes_read += bytes;
	records_read += records;
	return stop_after > 0 && bytes_read >= stop_after;
}

static const char *
audit(struct home *h, const char *secret)
{
	const struct signature_secrets secrets = {&secret, 1};
	struct audit a = {.found = found, .step = step};
	struct fault f = {0};
	int rc;

	bytes_reset(&said);
	bytes_read = records_read = 0;
	a.secrets = secret == NULL ? NULL : &secrets;
	audit_open(&a, &h->endpoint, &h->settings, &h->boot);
	rc = audit_run(&a, &f);
	if (rc == -1)
		fail_msg("audit_run: %s", f.text);
	assert_int_equal(rc, stop_after > 0);
	if (rc == 0)
		assert_true(bytes_read <= audit_size(&a));
	audit_close(&a);
	bytes_addc(&said, '\0');
	return said.data;
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
a_store_as_it_is_made_is_fine(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "empty");
	assert_string_equal(audit(&h, NULL), "");
	fill(&h, "fine");
	assert_string_equal(audit(&h, NULL), "");
	assert_int_equal(records_read, 2);
	assert_int_equal(bytes_read, 2 * size_of(at_home(&h, JOURNAL)));
	/* The helper signs with 64 letters: no secret makes that. */
	assert_non_null(strstr(audit(&h, "s"),
	    "1 2 of 2 records, from " DAY " to " DAY ", are signed with none"));
}

/* Change the journal's text; its size stays. */
static void
change(struct home *h, const char *from, const char *to)
{
	size_t n;
	char *text = read_file(at_home(h, JOURNAL), &n);
	char *at = strstr(text, from);

	assert_non_null(at);
	memcpy(at, to, strlen(to));
	write_file(at_home(h, JOURNAL), text, n);
	free(text);
}

static void
damage_to_the_journal_is_wrong(void **state)
{
	struct home h;
	size_t n;
	char *text;

	(void)state;
	fill(&h, "digest");
	change(&h, "second-0", "SECOND-0");
	assert_non_null(strstr(audit(&h, NULL),
	    "2 journal/" DAY ".jsonl has 1 line that does not count"));

	fill(&h, "torn");
	text = read_file(at_home(&h, JOURNAL), &n);
	write_file(at_home(&h, JOURNAL), text, n - 10);
	free(text);
	assert_non_null(strstr(audit(&h, NULL), "1 journal/" DAY ".jsonl ends "
						"in half a line"));
}

/* A sync failed: what stands behind the mark isn't asked for. */
static void
a_segment_that_failed_is_told(void **state)
{
	char expected[256];
	struct home h;
	struct store *s;
	int64_t size;

	(void)state;
	fill(&h, "failed");
	size = size_of(at_home(&h, JOURNAL));
	s = open_store(&h);
	(void)put(s, "lost", 2, NOON);
	store_close(s);
	change(&h, "lost-0", "LOST-0");
	fail_sync(&h, DAY, 1, size);
	/* What a row was written for before is in no view. */
	assert_int_equal(unlink(at_home(&h, "sheets/leads-" DAY ".csv")), 0);
	assert_int_equal(unlink(at_home(&h, "lock")), 0);
	s = open_store(&h);
	assert_int_equal(put(s, "lost", 2, NOON), STORE_STORED);
	store_close(s);
	(void)snprintf(expected, sizeof(expected),
	    "1 writing journal/" DAY ".jsonl to the disk failed once, so of it "
	    "only the first %lld bytes count; look after that disk\n",
	    (long long)size);
	assert_string_equal(audit(&h, NULL), expected);
	assert_int_equal(records_read, 3);
	assert_int_equal(truncate(at_home(&h, JOURNAL), size - 1), 0);
	assert_non_null(strstr(audit(&h, NULL), "2 journal/" DAY ".jsonl has"));
}

/* An empty index in the place of the one that knows all; its state is kept. */
static void
take_keys_out(const struct home *h)
{
	struct fault f = {0};
	struct index *x = index_open(at_home(h, "index"), &f);

	assert_non_null(x);
	assert_int_equal(index_clear(x, &f), 0);
	index_close(x);
}

/* Have the control record say that the index which is there has every key. */
static void
trust_index(const struct home *h)
{
	unsigned char block[CONTROL_SIZE];
	struct fault f = {0};
	struct control c;
	struct stat st;

	assert_int_equal(control_view(&c, at_home(h, "lock"), NULL, &f), 1);
	assert_int_equal(stat(at_home(h, "index"), &st), 0);
	c.index = (int64_t)st.st_ino;
	control_pack(&c, block);
	write_file(at_home(h, "lock"), block, sizeof(block));
}

static void
an_index_that_lacks_keys_is_wrong_or_behind(void **state)
{
	struct home h;

	(void)state;
	fill(&h, "lacks");
	take_keys_out(&h);
	assert_string_equal(audit(&h, NULL),
	    "1 the index is behind the journal by 2 records; the next delivery "
	    "brings it up\n");
	trust_index(&h);
	assert_string_equal(audit(&h, NULL),
	    "2 the index doesn't know 2 records of the journal\n");
	write_file(at_home(&h, "index"), "scrambled scrambled!", 20);
	assert_non_null(strstr(audit(&h, NULL), "2 the index can't be used: "));
	assert_int_equal(unlink(at_home(&h, "index")), 0);
	assert_non_null(strstr(audit(&h, NULL), "1 there is no index; "));
}

/* The name of a day's sheet, and what is in it. */
#define SHEET "sheets/leads-" DAY ".csv"

static void
append(const struct home *h, const char *file, const char *text)
{
	FILE *f = fopen(at_home(h, file), "a");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
}

static void
a_sheet_is_told_as_it_stands(void **state)
{
	struct home h;
	char *text;
	size_t n;

	(void)state;
	fill(&h, "sheets");
	text = read_file(at_home(&h, SHEET), &n);
	append(&h, SHEET, "mine\r\n");
	assert_string_equal(audit(&h, NULL),
	    "1 " SHEET " was edited by someone, and is left as it is\n");
	write_file(at_home(&h, SHEET), text, n - 3);
	assert_string_equal(
	    audit(&h, NULL), "2 " SHEET " lacks leads that the journal has\n");
	assert_int_equal(unlink(at_home(&h, SHEET)), 0);
	assert_string_equal(audit(&h, NULL),
	    "1 " SHEET " was taken away; \"leadsheet rebuild 2026-11-23 "
	    "--endpoint main\" makes it again\n");
	write_file(at_home(&h, SHEET), text, n);
	assert_string_equal(audit(&h, NULL), "");
	assert_int_equal(unlink(at_home(&h, SHEET)), 0);
	assert_int_equal(mkdir(at_home(&h, SHEET), 0750), 0);
	assert_non_null(
	    strstr(audit(&h, NULL), "1 " SHEET " is not compared: "));
	free(text);
}

/* Edited, and then the day went on in a part with what it lacked. */
static void
every_part_is_looked_at(void **state)
{
	struct home h;
	struct store *s;
	char *text;
	size_t n;

	(void)state;
	fill(&h, "parts");
	text = read_file(at_home(&h, SHEET), &n);
	/* A spreadsheet saves an older copy, without the last lead. */
	while (text[n - 3] != '\r')
		n--;
	write_file(at_home(&h, SHEET), text, n - 1);
	s = open_store(&h);
	(void)put(s, "third", 1, NOON);
	store_close(s);
	assert_string_equal(audit(&h, NULL),
	    "1 " SHEET " was edited by someone, and is left as it is\n");
	append(&h, "sheets/leads-" DAY "-2.csv", "mine\r\n");
	assert_non_null(strstr(audit(&h, NULL),
	    "1 sheets/leads-" DAY "-2.csv was edited by someone"));
	assert_non_null(strstr(said.data, "1 " SHEET " was edited"));
	free(text);
}

/* The day is over: nobody notices but the audit. */
static void
an_older_copy_over_a_closed_day_is_told(void **state)
{
	struct home h;
	struct store *s;
	char *text, *row;
	size_t n;

	(void)state;
	fill(&h, "older");
	s = open_store(&h);
	(void)put(s, "next", 1, NOON + 24 * 3600 * UTC_SECOND);
	store_close(s);
	assert_string_equal(audit(&h, NULL), "");
	text = read_file(at_home(&h, SHEET), &n);
	row = strstr(text, "second");
	while (row[-1] != '\n')
		row--;
	write_file(at_home(&h, SHEET), text, (size_t)(row - text));
	assert_string_equal(
	    audit(&h, NULL), "2 " SHEET " lacks leads that the journal has\n");
	/* With its own idea of the rest. */
	text[n - 3] = '\t';
	text[3] = 'R';
	write_file(at_home(&h, SHEET), text, (size_t)(row - text));
	assert_non_null(strstr(audit(&h, NULL),
	    "1 " SHEET " was edited by someone, and doesn't have the last 1 "
	    "delivery of its day"));
	free(text);
}

static void
a_day_without_a_named_sheet_is_wrong(void **state)
{
	char *text, *second;
	struct home h;
	size_t n;

	(void)state;
	fill(&h, "nameless");
	text = read_file(at_home(&h, JOURNAL), &n);
	second = strchr(text, '\n') + 1;
	write_file(at_home(&h, JOURNAL), second, n - (size_t)(second - text));
	free(text);
	assert_non_null(strstr(audit(&h, NULL),
	    "2 of 1 day, from " DAY " to " DAY ", no sheet of all leads has"));
}

static void
step_can_end_it(void **state)
{
	struct home h;
	char *text;

	(void)state;
	fill(&h, "stop");
	text = read_file(at_home(&h, JOURNAL), NULL);
	/* One byte of the record behind the line that names the sheet. */
	stop_after = strchr(text, '\n') + 2 - text;
	(void)audit(&h, NULL);
	assert_int_equal(records_read, 1);
	stop_after = 2 * size_of(at_home(&h, JOURNAL)) - 1;
	(void)audit(&h, NULL);
	assert_int_equal(records_read, 2);
	stop_after = 0;
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(
		"a store as it is made is fine", a_store_as_it_is_made_is_fine),
	    TEST("a journal that was changed is wrong",
		damage_to_the_journal_is_wrong),
	    TEST("a segment that a sync failed on is told, and no more",
		a_segment_that_failed_is_told),
	    TEST("an index that lacks keys is wrong, or behind",
		an_index_that_lacks_keys_is_wrong_or_behind),
	    TEST("a sheet is told as it stands", a_sheet_is_told_as_it_stands),
	    TEST("every part is looked at", every_part_is_looked_at),
	    TEST("an older copy over a closed day is told",
		an_older_copy_over_a_closed_day_is_told),
	    TEST("a day without a named sheet is wrong",
		a_day_without_a_named_sheet_is_wrong),
	    TEST("a step can end it", step_can_end_it),
	};
	int rc = RUN(tests);

	bytes_free(&said);
	return rc;
}

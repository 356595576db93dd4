#include "home.h"

#include "store/audit.h"

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

static int64_t
size_of(const struct home *h, const char *file)
{
	struct stat st;

	assert_int_equal(stat(at_home(h, file), &st), 0);
	return st.st_size;
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
	assert_int_equal(bytes_read, 2 * size_of(&h, JOURNAL));
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
	/* In a retired one it is what the failing disk left. */
	assert_int_equal(chmod(at_home(&h, JOURNAL), 0440), 0);
	assert_non_null(strstr(said.data, "2 "));
	assert_null(strstr(audit(&h, NULL), "2 journal"));
	assert_non_null(
	    strstr(said.data, "1 journal/" DAY ".jsonl is retired"));

	fill(&h, "torn");
	text = read_file(at_home(&h, JOURNAL), &n);
	write_file(at_home(&h, JOURNAL), text, n - 10);
	free(text);
	assert_non_null(strstr(audit(&h, NULL), "1 journal/" DAY ".jsonl ends "
						"in half a line"));
	assert_non_null(strstr(said.data, "2 the index knows "));
}

static void
an_index_that_is_not_the_journals_is_wrong(void **state)
{
	const struct index_id nowhere = {"2026-11-23", 1, 1, "x"};
	struct fault f = {0};
	struct index *x;
	struct home h;

	(void)state;
	fill(&h, "lacks");
	x = index_open(at_home(&h, "index.sqlite"), &f);
	assert_non_null(x);
	assert_int_equal(index_forget(x, DAY, 1, 1, &f), 0);
	assert_string_equal(audit(&h, NULL),
	    "2 the index doesn't know 1 record of the journal\n");
	assert_int_equal(index_add(x, "second", 6, &nowhere, &f), 0);
	/* Its rows are another record's, then: the sheet is told as well. */
	assert_non_null(strstr(audit(&h, NULL),
	    "2 the index leads to a wrong place for 1 record\n"));
	index_close(x);
	write_file(at_home(&h, "index.sqlite"), "scrambled scrambled!", 20);
	(void)unlink(at_home(&h, "index.sqlite-wal"));
	assert_non_null(strstr(audit(&h, NULL), "2 the index can't be used: "));
}

static void
a_copy_behind_a_retired_segment_is_fine(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	fill(&h, "retired");
	assert_int_equal(chmod(at_home(&h, JOURNAL), 0440), 0);
	s = open_store(&h);
	assert_int_equal(put(s, "first", 2, NOON), STORE_STORED);
	store_close(s);
	assert_null(strstr(audit(&h, NULL), "2 "));
	assert_int_equal(records_read, 3);
}

/* As forget leaves it when it is killed, and a backup when it is put back. */
static void
an_index_of_the_segment_before_is_behind(void **state)
{
	struct home h;
	char next[PATH_MAX], *text, *second;

	(void)state;
	fill(&h, "replaced");
	text = read_file(at_home(&h, JOURNAL), NULL);
	second = strchr(text, '\n') + 1;
	(void)strcpy(next, at_home(&h, JOURNAL ".new"));
	write_file(next, second, strlen(second));
	assert_int_equal(rename(next, at_home(&h, JOURNAL)), 0);
	free(text);
	assert_non_null(strstr(
	    audit(&h, NULL), "1 the index is behind the journal by 1 record;"));
	assert_null(strstr(said.data, "2 the index"));
}

static void
step_can_end_it(void **state)
{
	struct home h;

	(void)state;
	fill(&h, "stop");
	stop_after = 1;
	(void)audit(&h, NULL);
	assert_int_equal(records_read, 1);
	stop_after = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(
		"a store as it is made is fine", a_store_as_it_is_made_is_fine),
	    TEST("a journal that was changed is wrong",
		damage_to_the_journal_is_wrong),
	    TEST("an index that is not the journal's is wrong",
		an_index_that_is_not_the_journals_is_wrong),
	    TEST("a record journalled again is fine",
		a_copy_behind_a_retired_segment_is_fine),
	    TEST("an index of the segment that was replaced is behind",
		an_index_of_the_segment_before_is_behind),
	    TEST("a step can end it", step_can_end_it),
	};
	int rc = RUN(tests);

	bytes_free(&said);
	return rc;
}

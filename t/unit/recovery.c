#include "home.h"

#include <fcntl.h>
#include <sys/stat.h>

#define LEADS   "sheets/leads-" DAY ".csv"
#define JOURNAL "journal/" DAY ".jsonl"

static struct home home;

/* Three deliveries, and the files as they stand after each. */
struct stand {
	char *journal[4];
	char *sheet[4];
};

static void
make_stand(struct stand *st, const char *name)
{
	static const char *const ids[] = {"", "a", "b", "c"};
	struct store *s;
	int i;

	make_home(&home, name);
	s = open_store(&home);
	put(s, "z", 0, NOON); /* so that there is a file to read */
	for (i = 0; i < 4; i++) {
		if (i > 0)
			put(s, ids[i], 2, NOON);
		st->journal[i] = read_file(at_home(&home, JOURNAL), NULL);
		st->sheet[i] = i == 0 ? strdup("")
		                      : read_file(at_home(&home, LEADS), NULL);
		assert_non_null(st->sheet[i]);
	}
	store_close(s);
}

static void
free_stand(struct stand *st)
{
	int i;

	for (i = 0; i < 4; i++) {
		free(st->journal[i]);
		free(st->sheet[i]);
	}
}

/* Give the endpoint these files and the index of when only "a" was there. */
static void
restore(const char *journal, size_t journal_len, const char *sheet,
    size_t sheet_len)
{
	struct store *s;

	(void)unlink(at_home(&home, JOURNAL));
	(void)unlink(at_home(&home, LEADS));
	(void)unlink(at_home(&home, "index.sqlite"));
	(void)unlink(at_home(&home, "index.sqlite-wal"));
	s = open_store(&home);
	put(s, "z", 0, NOON);
	put(s, "a", 2, NOON);
	store_close(s);
	write_file(at_home(&home, JOURNAL), journal, journal_len);
	write_file(at_home(&home, LEADS), sheet, sheet_len);
	/* Its holder was killed. */
	write_file(at_home(&home, "lock"), "1", 1);
}

/* Deliver b and c again; each must be there once, in the first part. */
static void
check_recovered(int known_b)
{
	struct store *s = open_store(&home);
	enum store_result result = put(s, "b", 2, NOON);

	assert_int_equal(result, known_b ? STORE_DUPLICATE : STORE_STORED);
	/* At once, and not only with the next that is new. */
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 4);
	put(s, "c", 2, NOON);
	assert_int_equal(put(s, "c", 2, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "a", 2, NOON), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 6);
	assert_int_equal(count_in(at_home(&home, LEADS), "b-1"), 1);
	assert_int_equal(count_in(at_home(&home, LEADS), "received_at"), 1);
	assert_int_equal(lines_in(at_home(&home, JOURNAL)), 4);
	assert_false(exists(at_home(&home, "sheets/leads-" DAY "-2.csv")));
}

static void
killed_in_the_journal(void **state)
{
	struct stand st;
	size_t from, to, i;

	(void)state;
	make_stand(&st, "killjournal");
	from = strlen(st.journal[1]);
	to = strlen(st.journal[2]);
	for (i = from; i <= to; i++) {
		restore(st.journal[2], i, st.sheet[1], strlen(st.sheet[1]));
		check_recovered(i == to);
		assert_int_equal(
		    exists(at_home(&home, "journal/" DAY ".torn-1")),
		    i > from && i < to);
		(void)unlink(at_home(&home, "journal/" DAY ".torn-1"));
	}
	free_stand(&st);
}

static void
killed_in_the_sheet(void **state)
{
	struct stand st;
	size_t from, to, i;

	(void)state;
	make_stand(&st, "killsheet");
	from = strlen(st.sheet[1]);
	to = strlen(st.sheet[2]);
	for (i = from; i <= to; i++) {
		restore(st.journal[2], strlen(st.journal[2]), st.sheet[2], i);
		check_recovered(1);
	}
	free_stand(&st);
}

static void
killed_at_the_first_row(void **state)
{
	struct stand st;
	size_t i;

	(void)state;
	make_stand(&st, "killfirst");
	for (i = 0; i < strlen(st.sheet[1]); i += 7) {
		(void)unlink(at_home(&home, "index.sqlite"));
		write_file(at_home(&home, JOURNAL), st.journal[1],
		    strlen(st.journal[1]));
		write_file(at_home(&home, LEADS), st.sheet[1], i);
		write_file(at_home(&home, "lock"), "1", 1);
		check_recovered(0);
	}
	free_stand(&st);
}

static void
any_index_will_do(void **state)
{
	static const char *const harms[] = {"rm index.sqlite*",
	    "rm index.sqlite-wal", "rm index.sqlite",
	    "truncate -s 0 index.sqlite", "printf x > index.sqlite",
	    "dd if=/dev/zero of=index.sqlite bs=1k count=64 status=none",
	    "dd if=/dev/urandom of=index.sqlite bs=1k count=64 status=none",
	    "rm -f index.sqlite-wal; dd if=/dev/urandom of=index.sqlite bs=1k "
	    "seek=4 count=9 conv=notrunc status=none",
	    "sqlite3 index.sqlite 'PRAGMA user_version=9'",
	    "sqlite3 index.sqlite 'DROP TABLE ids'",
	    "cp old index.sqlite; rm -f index.sqlite-wal"};
	char command[PATH_MAX + 256], name[16];
	struct store *s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(harms); i++) {
		(void)snprintf(name, sizeof(name), "index%zu", i);
		make_home(&home, name);
		s = open_store(&home);
		put(s, "a", 2, NOON - 86400 * UTC_SECOND);
		put(s, "b", 2, NOON);
		store_close(s);
		(void)snprintf(command, sizeof(command),
		    "cd '%s' && sqlite3 index.sqlite 'PRAGMA "
		    "wal_checkpoint' >/dev/null && cp index.sqlite old",
		    home.endpoint.dir);
		assert_int_equal(system(command), 0);
		s = open_store(&home);
		put(s, "c", 2, NOON);
		store_close(s);
		(void)snprintf(command, sizeof(command), "cd '%s' && (%s)",
		    home.endpoint.dir, harms[i]);
		assert_int_equal(system(command), 0);
		s = open_store(&home);
		assert_int_equal(put(s, "a", 2, NOON), STORE_DUPLICATE);
		assert_int_equal(put(s, "b", 2, NOON), STORE_DUPLICATE);
		assert_int_equal(put(s, "c", 2, NOON), STORE_DUPLICATE);
		put(s, "d", 2, NOON);
		store_close(s);
		assert_int_equal(count_in(at_home(&home, LEADS), "d-1"), 1);
	}
}

/* A power cut just after midnight: of index and sheets nothing was written. */
static void
new_index_completes_two_days(void **state)
{
	static const int64_t days[] = {-2, -1, 0};
	char command[PATH_MAX + 64], path[64], day[UTC_DAY_SIZE];
	struct store *s;
	size_t i;

	(void)state;
	make_home(&home, "midnight");
	s = open_store(&home);
	put(s, "a", 2, NOON + days[0] * 86400 * UTC_SECOND);
	put(s, "b", 2, NOON + days[1] * 86400 * UTC_SECOND);
	put(s, "c", 2, NOON);
	store_close(s);
	(void)snprintf(command, sizeof(command),
	    "cd '%s' && rm index.sqlite* sheets/*", home.endpoint.dir);
	assert_int_equal(system(command), 0);
	s = open_store(&home);
	put(s, "d", 2, NOON + 86400 * UTC_SECOND);
	store_close(s);
	for (i = 0; i < COUNT(days); i++) {
		utc_day(NOON + days[i] * 86400 * UTC_SECOND, day);
		(void)snprintf(path, sizeof(path), "sheets/leads-%s.csv", day);
		assert_int_equal(exists(at_home(&home, path)), i > 0);
	}
}

/* Rows of a delivery that the journal lost, and that is sent again today. */
static void
sheet_of_nothing_is_set_aside(void **state)
{
	struct timespec before[2] = {{1000, 0}, {1000, 0}};
	struct store *s;

	(void)state;
	make_home(&home, "nothing");
	s = open_store(&home);
	put(s, "a", 1, NOON);
	store_close(s);
	write_file(at_home(&home, JOURNAL), "", 0);
	assert_int_equal(unlink(at_home(&home, "index.sqlite")), 0);
	assert_int_equal(
	    utimensat(AT_FDCWD, at_home(&home, LEADS), before, 0), 0);
	s = open_store(&home);
	put(s, "a", 1, NOON + 86400 * UTC_SECOND);
	store_close(s);
	assert_false(exists(at_home(&home, LEADS)));
}

/* While it is open, too. */
static void
open_index_may_go(void **state)
{
	struct store *s;

	(void)state;
	make_home(&home, "openindex");
	s = open_store(&home);
	put(s, "a", 1, NOON);
	assert_int_equal(unlink(at_home(&home, "index.sqlite")), 0);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	store_close(s);
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 2);
}

/*
 * The index got further than the journal: a power cut kept the one and took
 * the other, all of it or with NULs in its place.  What isn't there is no
 * duplicate.
 */
static void
ghosts_are_no_duplicates(void **state)
{
	static const struct {
		const char *name;
		int journal; /* as it stood after so many deliveries */
		int cut;     /* shorter, or as long and NUL */
		const char *boot;
	} cases[] = {{"ghost0", 2, 1, "next-run"}, {"ghost1", 2, 0, "next-run"},
	    {"ghost2", 3, 0, "next-run"}};
	struct stand st;
	size_t from, to, i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		char *journal;

		make_stand(&st, cases[i].name);
		journal = st.journal[cases[i].journal];
		from = strlen(st.journal[1]);
		to = strlen(journal);
		memset(journal + from, 0, to - from);
		write_file(
		    at_home(&home, JOURNAL), journal, cases[i].cut ? from : to);
		write_file(
		    at_home(&home, LEADS), st.sheet[1], strlen(st.sheet[1]));
		(void)strcpy(home.boot.id, cases[i].boot);
		home.boot.time = utc_now() + 60 * UTC_SECOND;
		check_recovered(0);
		free_stand(&st);
	}
}

/* The same where nothing tells of the power cut: a system without /proc. */
static void
ghosts_without_boot_id(void **state)
{
	struct stand st;
	struct store *s;
	size_t from, len;

	(void)state;
	make_stand(&st, "noboot");
	from = strlen(st.journal[1]);
	len = strlen(st.journal[3]);
	memset(st.journal[3] + from, 0, len - from);
	write_file(at_home(&home, JOURNAL), st.journal[3], len);
	s = open_store(&home);
	assert_int_equal(put(s, "b", 2, NOON), STORE_STORED);
	assert_int_equal(put(s, "c", 2, NOON), STORE_STORED);
	assert_int_equal(put(s, "a", 2, NOON), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(lines_in(at_home(&home, JOURNAL)), 4);
	free_stand(&st);
}

/*
 * NULs in the place of one record, a whole one behind it, and nothing that
 * tells of a power cut: only reading it back shows that it isn't there.
 */
static void
lost_in_the_middle_is_no_duplicate(void **state)
{
	struct stand st;
	struct store *s;
	size_t from, to, len;

	(void)state;
	make_stand(&st, "middle");
	from = strlen(st.journal[1]);
	to = strlen(st.journal[2]);
	len = strlen(st.journal[3]);
	memset(st.journal[3] + from, 0, to - from);
	write_file(at_home(&home, JOURNAL), st.journal[3], len);
	s = open_store(&home);
	assert_int_equal(put(s, "c", 2, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "b", 2, NOON), STORE_STORED);
	assert_int_equal(put(s, "b", 2, NOON), STORE_DUPLICATE);
	store_close(s);
	free_stand(&st);
}

static void
hand_edited_journal_keeps_the_rest(void **state)
{
	struct stand st;
	struct store *s;
	char *at;

	(void)state;
	make_stand(&st, "handjournal");
	/* Break the record of b, in the middle. */
	at = strstr(st.journal[3], "b-1");
	assert_non_null(at);
	*at = 'B';
	write_file(
	    at_home(&home, JOURNAL), st.journal[3], strlen(st.journal[3]));
	(void)unlink(at_home(&home, "index.sqlite"));
	(void)unlink(at_home(&home, LEADS));
	s = open_store(&home);
	assert_int_equal(put(s, "c", 2, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "b", 2, NOON), STORE_STORED);
	store_close(s);
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 6);
	free_stand(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("killed at any byte of the journal's write",
		killed_in_the_journal),
	    TEST(
		"killed at any byte of the sheet's write", killed_in_the_sheet),
	    TEST("killed at the first row of a day", killed_at_the_first_row),
	    TEST("any index will do, and none", any_index_will_do),
	    TEST("with a new index the last two days get their sheets",
		new_index_completes_two_days),
	    TEST("a sheet whose journal has no record is set aside",
		sheet_of_nothing_is_set_aside),
	    TEST("an index that goes while it is open is made again",
		open_index_may_go),
	    TEST("what the journal hasn't got is no duplicate",
		ghosts_are_no_duplicates),
	    TEST("nor is it where nothing tells of the power cut",
		ghosts_without_boot_id),
	    TEST("a record that is lost in the middle is no duplicate",
		lost_in_the_middle_is_no_duplicate),
	    TEST("a damaged record takes no other with it",
		hand_edited_journal_keeps_the_rest),
	};

	return RUN(tests);
}

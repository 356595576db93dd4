#include "unit.h"

#include "journal/names.h"

static const char *const days[] = {
    "1970-01-01", "1999-12-31", "2024-02-29", "2026-11-23", "2149-06-06"};
static const int numbers[] = {
    1, 2, 3, 9, 10, 11, 99, 100, 255, 256, 1000, 999999, NAMES_NUMBER_MAX};

/* Write it, read it back: it is the same, or it isn't ours at all. */
static void
go_round(const struct name *n, int is_ours)
{
	char text[NAMES_SIZE], again[NAMES_SIZE];
	struct name read;

	names_write(n, text);
	assert_true(strlen(text) < NAMES_SIZE);
	if (names_read(text, &read) != is_ours)
		fail_msg("%s is %staken", text, is_ours ? "not " : "");
	if (!is_ours)
		return;
	names_write(&read, again);
	assert_string_equal(again, text);
	assert_int_equal(read.kind, n->kind);
	assert_string_equal(read.day, n->day);
	assert_int_equal(read.number, n->number);
	assert_int_equal(read.is_new, n->is_new);
	if (n->kind != NAME_SHEET && n->kind != NAME_REPLACED)
		return;
	assert_int_equal(read.sheet, n->sheet);
	assert_int_equal(read.format, n->format);
	assert_int_equal(read.copy, n->copy);
}

static void
what_is_written_is_read(void **state)
{
	struct name n;
	size_t d, i, c;
	int kind, is_new, sheet, format;

	(void)state;
	for (d = 0; d < COUNT(days); d++)
		for (i = 0; i < COUNT(numbers); i++)
			for (is_new = 0; is_new < 2; is_new++) {
				n = names_segment(days[d], numbers[i]);
				n.is_new = is_new;
				go_round(&n, numbers[i] <= NAMES_SEGMENT_MAX);
				n.kind = NAME_TORN;
				go_round(&n, 1);
			}
	for (kind = NAME_SHEET; kind <= NAME_REPLACED; kind++)
		for (i = 0; i < COUNT(numbers); i++)
			for (c = 0; c < COUNT(numbers); c++)
				for (sheet = 0; sheet < SHEET_KINDS; sheet++)
					for (format = SHEET_CSV;
					     format <= SHEET_TSV; format++) {
						n = names_part(
						    (enum sheet_kind)sheet,
						    "2026-11-23", numbers[i],
						    (enum sheet_format)format);
						n.kind = (enum name_kind)kind;
						n.copy = kind == NAME_REPLACED
						             ? numbers[c]
						             : 0;
						go_round(&n, 1);
					}
}

static void
names_are_as_the_manual_has_them(void **state)
{
	struct name n = names_segment("2026-11-23", 1);
	char text[NAMES_SIZE];

	(void)state;
	names_write(&n, text);
	assert_string_equal(text, "2026-11-23.jsonl");
	n.number = 2;
	names_write(&n, text);
	assert_string_equal(text, "2026-11-23-2.jsonl");
	n.is_new = 1;
	names_write(&n, text);
	assert_string_equal(text, "2026-11-23-2.jsonl.new");
	n.is_new = 0;
	n.kind = NAME_TORN;
	n.number = 1;
	names_write(&n, text);
	assert_string_equal(text, "2026-11-23.torn-1");
	n = names_part(SHEET_LEADS, "2026-11-23", 1, SHEET_CSV);
	names_write(&n, text);
	assert_string_equal(text, "leads-2026-11-23.csv");
	n = names_part(SHEET_TEST, "2026-11-23", 3, SHEET_TSV);
	names_write(&n, text);
	assert_string_equal(text, "test-2026-11-23-3.tsv");
	n.kind = NAME_REPLACED;
	n.copy = 2;
	names_write(&n, text);
	assert_string_equal(text, "test-2026-11-23-3.tsv.2");
}

static void
what_we_would_not_write_is_refused(void **state)
{
	static const char *const odd[] = {"", ".", "..", "lock", "replaced",
	    "2026-11-20-02.jsonl", "2026-11-20-+2.jsonl", "2026-11-20- 2.jsonl",
	    "2026-11-20-1.jsonl", "2026-11-20-0.jsonl", "2026-11-20--2.jsonl",
	    "2026-11-20-256.jsonl", "2026-11-20-99999999999999999999.jsonl",
	    "2026-11-20-2147483650.jsonl", "2026-11-20-4294967298.jsonl",
	    "2026-11-20-.jsonl", "2026-11-20-2x.jsonl", "2026-11-20-2.jsonlx",
	    "2026-1-2.jsonl", "2026-13-01.jsonl", "2026-02-29.jsonl",
	    "2026-11-31.jsonl", "0000-01-01.jsonl", "2026-11-2x.jsonl",
	    "+026-11-20.jsonl", " 026-11-20.jsonl", "2026-11-20.jsonl.bak",
	    ".2026-11-20.jsonl.swp", "2026-11-20.jsonl~", "2026-11-20",
	    "2026-11-20.", "2026-11-20.json", "2026-11-20.JSONL",
	    "2026-11-20.jsonl.new.new", "2026-11-20.jsonl.newer",
	    "2026-11-20.ids", "2026-11-20.torn", "2026-11-20.torn-",
	    "2026-11-20.torn-0", "2026-11-20.torn-01", "2026-11-20-2.torn-1",
	    "2026-11-20.torn-1000001", "12026-11-20.jsonl", "x2026-11-20.jsonl",
	    "leads-2026-11-20", "leads-2026-11-20.xlsx", "leads-2026-11-20.CSV",
	    "Leads-2026-11-20.csv", "lead-2026-11-20.csv", "2026-11-20.csv",
	    "leads-2026-11-20-1.csv", "leads-2026-11-20-02.csv",
	    "leads-2026-11-20-2", "leads-2026-11-20-2.jsonl",
	    "leads-2026-11-20.csv.0", "leads-2026-11-20.csv.01",
	    "leads-2026-11-20.csv.1x", "leads-2026-11-20.csv.",
	    "leads-2026-11-20.csv.1000001", "leads-2026-11-20 (1).csv",
	    "leads-2026-11-20 - Copy.csv", "leads-2026-02-30.csv",
	    "leads-leads-2026-11-20.csv", "test_2026-11-20.csv",
	    "~$leads-2026-11-20.csv", ".~lock.leads-2026-11-20.csv#",
	    "leads-2026-11-20-1000001.csv", "2026-11-20/2.jsonl"};
	struct name n;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(odd); i++)
		if (names_read(odd[i], &n))
			fail_msg("\"%s\" is taken", odd[i]);
}

/* No byte of a name can be another, or be missing, and still be that name. */
static void
a_name_has_one_spelling(void **state)
{
	static const char *const good[] = {"2026-11-23.jsonl",
	    "2026-11-23-12.jsonl", "2026-11-23.torn-7",
	    "leads-2026-11-23-4.tsv", "test-2026-11-23.csv.11"};
	char text[NAMES_SIZE], again[NAMES_SIZE];
	struct name n;
	size_t i, at;
	int byte;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		for (at = 0; at < strlen(good[i]); at++)
			for (byte = 0; byte < 256; byte++) {
				(void)strcpy(text, good[i]);
				text[at] = (char)byte;
				if (!names_read(text, &n))
					continue;
				names_write(&n, again);
				assert_string_equal(again, text);
			}
}

/* What a reader is called, and its files. */
static void
readers_have_files(void **state)
{
	/* A relay of the longest name. */
	static const char longest[] =
	    "relay-"
	    "a123456789-123456789-123456789-123456789-123456789-123456789-123";
	static const char *const good[] = {"a", "0", "hubspot", "a-", "a--b",
	    "2026-11-23", "lock", "new", "health", longest};
	static const char *const bad[] = {"", "-", "-a", "A", "a_b", "a.b", ".",
	    "..", "a/b", "a b", "\xc3\xa4", "a.lock", "a\n"};
	static const char *const odd[] = {"a.newer", "a.new.new", "a.lock.new",
	    "a.lock.lock", "a.LOCK", "a.", ".lock", "a/.lock", "a.locks", ".a",
	    "a.attempts.lock", "a.attempt", ".attempts", "a.new.attempts"};
	char file[NAMES_CURSOR_SIZE], longer[sizeof(longest) + 1];
	static const char *const ends[] = {
	    "", ".lock", ".new", ".attempts", ".attempts.new"};
	enum name_cursor kind, is;
	size_t i;

	(void)state;
	assert_int_equal(strlen(longest), strlen("relay-") + 64);
	for (i = 0; i < COUNT(good); i++) {
		assert_true(names_is_cursor(good[i]));
		for (is = NAME_CURSOR; is <= NAME_ATTEMPTS_NEW; is++) {
			names_write_cursor(good[i], is, file);
			assert_true(
			    strncmp(file, good[i], strlen(good[i])) == 0);
			assert_string_equal(file + strlen(good[i]), ends[is]);
			assert_true(names_read_cursor(file, &kind));
			assert_int_equal(kind, is);
		}
	}
	for (i = 0; i < COUNT(bad); i++)
		assert_false(names_is_cursor(bad[i]));
	for (i = 0; i < COUNT(odd); i++)
		if (names_read_cursor(odd[i], &kind))
			fail_msg("%s is taken", odd[i]);
	(void)snprintf(longer, sizeof(longer), "%s4", longest);
	assert_false(names_is_cursor(longer));
	assert_false(names_read_cursor(longer, &kind));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what is written is read back", what_is_written_is_read),
	    TEST("names are as the manual has them",
		names_are_as_the_manual_has_them),
	    TEST("what we would not write is refused",
		what_we_would_not_write_is_refused),
	    TEST("a name has one spelling", a_name_has_one_spelling),
	    TEST("a reader has a file and a lock, and no other names",
		readers_have_files),
	};

	return RUN(tests);
}

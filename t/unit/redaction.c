#include "home.h"

#include <errno.h>

#include "upkeep/redaction.h"

#define JOURNAL "journal/" DAY ".jsonl"

static int64_t lines[8];
static size_t nlines;

static int
note(void *context, const char *path, int64_t line, struct fault *f)
{
	(void)context;
	(void)f;
	assert_non_null(strstr(path, DAY ".jsonl"));
	lines[nlines++] = line;
	return 0;
}

static int
stop(void *context, int64_t bytes)
{
	(void)bytes;
	return *(int *)context;
}

/* Put a body that makes no rows, and ends as that. */
static void
put_text(struct store *s, const char *body)
{
	enum store_result result;
	struct fault f = {0};

	assert_int_equal(put_body(s, body, NOON, &result, &f), 0);
}

/* Line 1 to 9, each with the person in another way. */
static void
make_journal(struct home *h)
{
	struct store *s;

	make_home(h, "redaction");
	s = open_store(h);
	put(s, "other", 2, NOON);
	put(s, "ACo", 2, NOON); /* ACo-0 is the person */
	put_text(
	    s, "{\"event\":\"x\",\"data\":{\"leads\":[{\"urn\":\"ACo-0\"}]}}");
	put_text(s, "ACo-0, but no JSON");
	put_text(s, "\xff, nor UTF-8: ACo-0");
	put_text(s, "{\"event\":\"lead.enriched\",\"data\":{\"leads\":[7,"
		    "{\"urn\":\"ACo-0\"}]}}");
	put_text(s, "{\n\"test\":true,\"data\":{\"leads\":[{\"urn\":\"ACo-0\"},"
		    "{\"urn\":\"c\",\"comment_text\":\"of ACo-0\"}]}}");
	put_text(s, "\xff, and nobody");
	put(s, "last", 1, NOON);
	store_close(s);
}

/* What the new segment has, read by its records. */
static void
check_records(const struct home *h, const char *path)
{
	struct journal_reader new = {0}, old = {0};
	struct appendfile *a, *b;
	struct record r, was;
	struct fault f = {0};
	char signature[SIGNATURE_SIZE];
	int64_t at, line = 0;

	a = appendfile_open(path, APPENDFILE_READ, &f);
	b = appendfile_open(at_home(h, JOURNAL), APPENDFILE_READ, &f);
	journal_rewind(&new, a, 0);
	journal_rewind(&old, b, 0);
	while (journal_next(&old, &was, &at, &f) == 1) {
		line++;
		assert_int_equal(journal_next(&new, &r, &at, &f), 1);
		assert_int_equal(r.kind, was.kind);
		assert_int_equal(r.id_len, was.id_len);
		assert_memory_equal(r.id, was.id, r.id_len);
		assert_true(r.received == was.received);
		if (r.was[0] == '\0') {
			assert_string_equal(r.sha256, was.sha256);
			continue;
		}
		assert_string_equal(r.was, was.sha256);
		assert_int_equal(
		    signature_make("new", r.body, r.body_len, signature, &f),
		    0);
		assert_string_equal(r.signature, signature);
		assert_true(line == 2 || line == 3 || line == 6 || line == 7);
	}
	assert_int_equal(line, 9);
	assert_int_equal(journal_next(&new, &r, &at, &f), 0);
	journal_reader_free(&new);
	journal_reader_free(&old);
	appendfile_close(a);
	appendfile_close(b);
}

static void
leads_leave_and_the_rest_is_named(void **state)
{
	static const char *const list[] = {"new", "old"};
	static const struct signature_secrets secrets = {list, 2};
	static const struct redaction_watch watch = {NULL, NULL, note};
	const struct place place = {DAY, 1, 0};
	struct redaction g = {.watch = &watch, .secrets = &secrets};
	struct bytes urns = {0};
	struct appendfile *to;
	struct fault f = {0};
	struct home h;
	size_t taken;

	(void)state;
	make_journal(&h);
	bytes_adds(&urns, "someone\nACo-0\n");
	assert_int_equal(redaction_init(&g, &urns, &f), 0);
	assert_int_equal(g.npersons, 2);
	assert_int_equal(redaction_segment(&g, at_home(&h, "journal"), &place,
			     NULL, &taken, &f),
	    0);
	assert_int_equal(taken, 4);
	assert_int_equal(g.leads, 4);
	assert_int_equal(g.deliveries, 4);
	assert_true(g.cut_leads && g.cut_tests);
	/* Lines 4, 5 and 7: no JSON, hidden in base64, and a comment. */
	assert_int_equal(nlines, 3);
	assert_int_equal(lines[0], 4);
	assert_int_equal(lines[1], 5);
	assert_int_equal(lines[2], 7);
	to = appendfile_open(in_scratch("anew"), APPENDFILE_ANEW, &f);
	assert_int_equal(redaction_segment(&g, at_home(&h, "journal"), &place,
			     to, &taken, &f),
	    0);
	assert_int_equal(appendfile_publish(to, &f), 0);
	assert_int_equal(taken, 4);
	assert_int_equal(g.leads, 4);
	assert_int_equal(nlines, 3);
	check_records(&h, in_scratch("anew"));
	assert_int_equal(count_in(in_scratch("anew"), "urn\":\"ACo-0"), 0);
	assert_int_equal(count_in(in_scratch("anew"), "ACo-1"), 1);
	redaction_free(&g);
	bytes_free(&urns);
}

static void
none_is_taken_from_what_is_not_there(void **state)
{
	static const struct redaction_watch watch;
	const struct place place = {DAY, 1, 0};
	struct redaction g = {.watch = &watch};
	struct bytes urns = {0};
	struct fault f = {0};
	size_t taken = 7;

	(void)state;
	bytes_adds(&urns, "ACo-0\n");
	assert_int_equal(redaction_init(&g, &urns, &f), 0);
	assert_int_equal(
	    redaction_segment(&g, in_scratch("none"), &place, NULL, &taken, &f),
	    -1);
	assert_int_equal(f.err, ENOENT);
	assert_int_equal(taken, 0);
	redaction_free(&g);
	bytes_free(&urns);
}

static void
the_watch_may_stop_it(void **state)
{
	int wish = 1;
	const struct redaction_watch watch = {&wish, stop, NULL};
	const struct place place = {DAY, 1, 0};
	struct redaction g = {.watch = &watch};
	struct bytes urns = {0};
	struct fault f = {0};
	char dir[PATH_MAX];
	size_t taken;

	(void)state;
	(void)snprintf(
	    dir, sizeof(dir), "%s", in_scratch("redaction/main/journal"));
	bytes_adds(&urns, "ACo-0\n");
	assert_int_equal(redaction_init(&g, &urns, &f), 0);
	assert_int_equal(
	    redaction_segment(&g, dir, &place, NULL, &taken, &f), 1);
	wish = 0;
	assert_int_equal(
	    redaction_segment(&g, dir, &place, NULL, &taken, &f), 0);
	redaction_free(&g);
	bytes_free(&urns);
}

/* Lines longer than what is read at once, and a tail without its newline. */
static void
any_line_is_copied(void **state)
{
	static const struct redaction_watch watch;
	static char long_line[3 << 20];
	const struct place place = {"2026-11-22", 1, 0};
	struct redaction g = {.watch = &watch};
	struct bytes all = {0}, urns = {0};
	struct appendfile *to;
	struct fault f = {0};
	size_t taken, n;
	char *got;

	(void)state;
	memset(long_line, 'x', sizeof(long_line));
	memcpy(long_line + (1 << 20) - 2, "ACo-0", 5);
	bytes_adds(&all, "\n\nACo-0\n");
	bytes_add(&all, long_line, sizeof(long_line));
	bytes_adds(&all, "\nshort\n{\"received\":\"torn ACo-0");
	write_file(in_scratch("2026-11-22.jsonl"), all.data, all.len);
	bytes_adds(&urns, "ACo-0\n");
	assert_int_equal(redaction_init(&g, &urns, &f), 0);
	to = appendfile_open(in_scratch("copy"), APPENDFILE_ANEW, &f);
	assert_int_equal(
	    redaction_segment(&g, scratch, &place, to, &taken, &f), 0);
	assert_int_equal(appendfile_publish(to, &f), 0);
	assert_int_equal(taken, 0);
	got = read_file(in_scratch("copy"), &n);
	assert_int_equal(n, all.len);
	assert_memory_equal(got, all.data, n);
	free(got);
	redaction_free(&g);
	bytes_free(&urns);
	bytes_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("leads leave, and where else a person stands is named",
		leads_leave_and_the_rest_is_named),
	    TEST("none is taken from a segment that isn't there",
		none_is_taken_from_what_is_not_there),
	    TEST("the watch may stop it", the_watch_may_stop_it),
	    TEST("what isn't a record is copied as it is", any_line_is_copied),
	};

	return RUN(tests);
}

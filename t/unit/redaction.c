#include "home.h"

#include <errno.h>

#include "journal/cursor.h"
#include "store/hold.h"
#include "task/turn.h"
#include "task/pending.h"
#include "upkeep/redaction.h"

#define JOURNAL "journal/" DAY ".jsonl"

static const struct segment segment = {DAY, 1, INT64_MAX};

static int64_t lines[16];
static size_t nlines;

static int
note(void *context, const char *path, int64_t line, struct fault *f)
{
	(void)context;
	(void)f;
	assert_non_null(strstr(path, ".jsonl"));
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

/* Lines 2 to 13, most of them with the person in another way; 1 is a sheet's.
 */
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
	/* Its line is "text", and the sheet of tests has one before it. */
	put_text(s, "{\n\"test\":true,\"data\":{\"leads\":[{\"urn\":"
		    "\"\\u0041Co-0\"},"
		    "{\"urn\":\"c\",\"comment_text\":\"of ACo-0\"}]}}");
	put_text(s, "\xff, and nobody");
	put_text(s,
	    "{\"delivery_id\":\"escaped\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[{\"full_name\":\"A. N. \\\"Other\","
	    "\"urn\":\"AC\\u006f-0\",\"linkedin_url\":\"x/in/ano\"}]}}");
	put_text(s, "{\"event\":\"y\",\"data\":\"no \\u0041Co-00, nor "
		    "\\u0041Co-1\"}");
	put_text(s, "{\"event\":\"z\",\"data\":\"but \\u0041Co-0\"}");
	put(s, "last", 1, NOON);
	store_close(s);
}

/* What the new segment has, read by its records. */
static void
check_records(const struct home *h, const char *before)
{
	const struct place start = {DAY, 1, 0};
	struct cursor new = {0}, old = {0};
	struct appendfile *a, *b;
	struct record r, was;
	struct fault f = {0};
	char signature[SIGNATURE_SIZE];
	int changed = 0;

	a = appendfile_open(at_home(h, JOURNAL), APPENDFILE_READ, &f);
	b = appendfile_open(before, APPENDFILE_READ, &f);
	cursor_file(&new, a, &start, INT64_MAX);
	cursor_file(&old, b, &start, INT64_MAX);
	while (cursor_next(&old, &was, &f) == CURSOR_RECORD) {
		assert_int_equal(cursor_next(&new, &r, &f), CURSOR_RECORD);
		assert_int_equal(r.kind, was.kind);
		assert_int_equal(r.id_len, was.id_len);
		assert_true(
		    r.id_len == 0 || memcmp(r.id, was.id, r.id_len) == 0);
		assert_true(r.received == was.received);
		if (r.was[0] == '\0') {
			assert_string_equal(r.sha256, was.sha256);
			continue;
		}
		changed++;
		assert_string_equal(r.was, was.sha256);
		assert_int_equal(
		    signature_make("new", r.body, r.body_len, signature, &f),
		    0);
		assert_string_equal(r.signature, signature);
	}
	assert_int_equal(changed, 5);
	assert_int_equal(cursor_next(&new, &r, &f), CURSOR_END);
	cursor_free(&new);
	cursor_free(&old);
	appendfile_close(a);
	appendfile_close(b);
}

static void
write_anew(struct home *h, struct redaction *g)
{
	const struct rewrite how = redaction_rewrite(g);
	struct rewritten day = {.changed = 0};
	struct hold hold;
	struct fault f = {0};

	hold_init(&hold, &h->endpoint, &h->settings, &h->boot);
	assert_int_equal(turn_begin(&hold, &f), 0);
	assert_int_equal(rewrite_begin(&day, &how, &hold, DAY, &f), 0);
	assert_int_equal(day.changed, 1);
	assert_int_equal(rewrite_place(&day, &hold, &f), 0);
	assert_int_equal(rewrite_index(&day, &hold, &f), 0);
	rewrite_end(&day);
	assert_int_equal(turn_end(&hold, 0, &f), 0);
	hold_close(&hold);
}

static void
leads_leave_and_the_rest_is_named(void **state)
{
	static const char *const list[] = {"new", "old"};
	static const struct signature_secrets secrets = {list, 2};
	static const struct redaction_watch watch = {NULL, NULL, note};
	struct redaction g = {.watch = &watch, .secrets = &secrets};
	struct bytes urns = {0};
	struct fault f = {0};
	struct home h;
	char *text;
	size_t taken, n;

	(void)state;
	make_journal(&h);
	bytes_adds(&urns, "someone\nACo-0\n");
	assert_int_equal(redaction_init(&g, &urns, &f), 0);
	assert_int_equal(g.persons.n, 2);
	assert_int_equal(
	    redaction_scan(&g, at_home(&h, "journal"), &segment, &taken, &f),
	    0);
	assert_int_equal(taken, 5);
	assert_int_equal(g.leads, 5);
	assert_int_equal(g.deliveries, 5);
	/* No JSON, hidden in base64, a comment, and twice another event. */
	assert_int_equal(nlines, 5);
	assert_int_equal(lines[0], 5);
	assert_int_equal(lines[1], 6);
	assert_int_equal(lines[2], 9);
	assert_int_equal(lines[3], 12);
	assert_int_equal(lines[4], 13);
	/* By what else they may be found; not by what a file would escape. */
	assert_true(pending_has(&g.texts, "A. N. ", 6));
	assert_true(pending_has(&g.texts, "x/in/ano", 8));
	text = read_file(at_home(&h, JOURNAL), &n);
	write_file(in_scratch("before"), text, n);
	write_anew(&h, &g);
	assert_int_equal(g.leads, 5);
	assert_int_equal(nlines, 5);
	assert_int_equal(g.nhits, 5);
	check_records(&h, in_scratch("before"));
	assert_int_equal(count_in(at_home(&h, JOURNAL), "urn\":\"ACo-0"), 0);
	assert_int_equal(count_in(at_home(&h, JOURNAL), "ACo-1"), 1);
	assert_int_equal(count_in(at_home(&h, JOURNAL), "AC\\u006f-0"), 0);
	free(text);
	redaction_free(&g);
	bytes_free(&urns);
}

static void
none_is_taken_from_what_is_not_there(void **state)
{
	static const struct redaction_watch watch;
	struct redaction g = {.watch = &watch};
	struct bytes urns = {0};
	struct fault f = {0};
	size_t taken = 7;

	(void)state;
	bytes_adds(&urns, "ACo-0\n");
	assert_int_equal(redaction_init(&g, &urns, &f), 0);
	assert_int_equal(
	    redaction_scan(&g, in_scratch("none"), &segment, &taken, &f), -1);
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
	assert_int_equal(redaction_scan(&g, dir, &segment, &taken, &f), 1);
	wish = 0;
	assert_int_equal(redaction_scan(&g, dir, &segment, &taken, &f), 0);
	redaction_free(&g);
	bytes_free(&urns);
}

/* What doesn't count and names them goes with the segment's next writing. */
static void
half_a_record_goes(void **state)
{
	static const struct redaction_watch watch = {NULL, NULL, note};
	struct redaction g = {.watch = &watch};
	struct segment marked = {"2026-11-22", 1, 4};
	struct bytes urns = {0};
	struct fault f = {0};
	size_t taken;

	(void)state;
	nlines = 0;
	write_file(in_scratch("2026-11-22.jsonl"), "abc\nACo-0\n{\"torn", 16);
	bytes_adds(&urns, "ACo-0\n");
	assert_int_equal(redaction_init(&g, &urns, &f), 0);
	assert_int_equal(redaction_scan(&g, scratch, &marked, &taken, &f), 0);
	assert_int_equal(taken, 1);
	assert_int_equal(nlines, 0);
	assert_int_equal(g.leads, 0);
	/* A damaged line is named, as someone may mend it. */
	marked.counts = INT64_MAX;
	assert_int_equal(redaction_scan(&g, scratch, &marked, &taken, &f), 0);
	assert_int_equal(taken, 0);
	assert_int_equal(nlines, 1);
	assert_int_equal(lines[0], 2);
	redaction_free(&g);
	bytes_free(&urns);
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
	    TEST("half a record goes, a damaged one is named",
		half_a_record_goes),
	};

	return RUN(tests);
}

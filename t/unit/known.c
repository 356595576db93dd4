#include "lines.h"

#include "calls.h"
#include "store/catchup.h"
#include "store/known.h"

static struct home home;
static struct hold held;

/* A record as it comes; its body is free()d with end_record(). */
static struct record
make_record(const char *id, int leads, enum record_kind kind)
{
	char *body = make_body(id, leads, "");
	struct record r = {.received = NOON,
	    .kind = kind,
	    .id = id,
	    .id_len = strlen(id),
	    .body = body,
	    .body_len = strlen(body)};
	struct fault f = {0};

	assert_int_equal(signature_sha256(body, r.body_len, r.sha256, &f), 0);
	return r;
}

/* What is said of it: 1 known, 0 new, 2 new and in conflict, 3 known so. */
static int
look_up(const char *id, int leads, enum record_kind kind)
{
	struct record r = make_record(id, leads, kind);
	struct fault f = {0};
	uint64_t hash;
	int conflict, rc = known_look_up(&held, &r, &conflict, &hash, &f);

	if (rc == -1)
		fail_msg("known_look_up: %s", f.text);
	assert_int_equal(r.kind, conflict ? RECORD_OTHER : kind);
	assert_int_equal(hash == 0, kind == RECORD_TEST);
	free((void *)(uintptr_t)r.body);
	return rc + 2 * conflict;
}

static void
take(const char *name)
{
	struct fault f = {0};

	make_home(&home, name);
	put_alone(&home, "a", 1, NOON - A_DAY);
	put_alone(&home, "b", 1, NOON);
	put_alone(&home, "b", 2, NOON);
	hold_init(&held, &home.endpoint, &home.settings, &home.boot);
	assert_int_equal(hold_take(&held, 0, NOON, &f), 0);
	assert_int_equal(catchup_run(&held, &f), 0);
}

static void
give(void)
{
	hold_release(&held);
	hold_close(&held);
}

static void
all_cases_are_told(void **state)
{
	(void)state;
	take("known");
	assert_int_equal(look_up("a", 1, RECORD_LEADS), 1);
	assert_int_equal(look_up("b", 1, RECORD_LEADS), 1);
	assert_int_equal(look_up("c", 1, RECORD_LEADS), 0);
	assert_int_equal(look_up("a", 2, RECORD_LEADS), 2);
	assert_int_equal(look_up("b", 2, RECORD_LEADS), 3);
	assert_int_equal(look_up("b", 2, RECORD_OTHER), 1);
	assert_int_equal(look_up("a", 1, RECORD_OTHER), 0);
	assert_int_equal(look_up("a", 1, RECORD_TEST), 0);
	give();
}

/* forget or a backup replaced it: the hits lead to nothing. */
static void
replaced_segment_is_read_again(void **state)
{
	(void)state;
	take("replaced");
	at_home_run(&home, "cd journal && f=2026-11-22.jsonl && "
			   "(tail -1 $f; cat $f) > x && mv x $f");
	assert_int_equal(look_up("c", 1, RECORD_LEADS), 0);
	assert_int_equal(look_up("a", 1, RECORD_LEADS), 1);
	assert_int_equal(look_up("a", 2, RECORD_LEADS), 2);
	/* Gone for good. */
	at_home_run(&home, ": > journal/2026-11-22.jsonl");
	assert_int_equal(look_up("a", 1, RECORD_LEADS), 0);
	at_home_run(&home, "rm journal/2026-11-22.jsonl");
	assert_int_equal(look_up("a", 1, RECORD_LEADS), 0);
	assert_int_equal(look_up("b", 1, RECORD_LEADS), 1);
	give();
}

/* A hit of the same hash is only a hint. */
static void
journal_decides(void **state)
{
	struct record r = make_record("c", 1, RECORD_LEADS);
	struct index_entry e = {.place = {DAY, 1, 0}};
	struct fault f = {0};
	uint64_t hash;
	int conflict, i;

	(void)state;
	take("decides");
	assert_int_equal(known_look_up(&held, &r, &conflict, &hash, &f), 0);
	e.hash = hash;
	for (i = 0; i < 3; i++) {
		e.place.offset = i * 100;
		assert_int_equal(index_add(held.index, &e, 1, &f), 0);
	}
	assert_int_equal(known_look_up(&held, &r, &conflict, &hash, &f), 0);
	add_lead(at_home(&home, JOURNAL), "c");
	/* Nobody wrote its key: reading the segment again finds it. */
	assert_int_equal(known_look_up(&held, &r, &conflict, &hash, &f), 1);
	free((void *)(uintptr_t)r.body);
	give();
}

static void
reader_is_told_what_is_indexed(void **state)
{
	struct record r = make_record("a", 1, RECORD_LEADS), t;
	struct signature_digest digest = {0};
	struct fault f = {0};
	struct index *x;
	char journal[PATH_MAX];

	(void)state;
	take("reader");
	give();
	(void)strcpy(journal, at_home(&home, "journal"));
	assert_non_null(x = index_view(at_home(&home, "index"), &f));
	assert_int_equal(known_is_indexed(x, journal, &r, &digest, &f), 1);
	free((void *)(uintptr_t)r.body);
	r = make_record("new", 1, RECORD_LEADS);
	assert_int_equal(known_is_indexed(x, journal, &r, &digest, &f), 0);
	t = make_record("new", 1, RECORD_TEST);
	assert_int_equal(known_is_indexed(x, journal, &t, &digest, &f), 1);
	free((void *)(uintptr_t)r.body);
	free((void *)(uintptr_t)t.body);
	index_close(x);
	signature_digest_free(&digest);
}

/* Where no index can be had the process keeps one of its own. */
static void
private_index_knows_all(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "private");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "rm index && mkdir index");
	forget_calls();
	fail_call("rename", "index.damaged-1", 0, 0, EACCES);
	s = open_store(&h);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	assert_non_null(strstr(store_note(s), "an index of its own"));
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(put_alone(&h, "b", 1, NOON), STORE_DUPLICATE);
	forget_calls();
	/* It can be had again. */
	assert_int_equal(put_alone(&h, "b", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put_alone(&h, "a", 1, NOON), STORE_DUPLICATE);
	assert_true(exists(at_home(&h, "index.damaged-1")));
	assert_int_equal(rows_of(&h, "b"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("new, known, in conflict, and known as that",
		all_cases_are_told),
	    TEST("a segment that was replaced is read again",
		replaced_segment_is_read_again),
	    TEST("the index gives hints, the journal decides", journal_decides),
	    TEST("a reader is told what is indexed",
		reader_is_told_what_is_indexed),
	    TEST("a private index knows all", private_index_knows_all),
	};

	return RUN(tests);
}

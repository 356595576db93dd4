#include "home.h"

#include <sys/resource.h>

#include "calls.h"

#define MANY 8

/* Deliveries that are to be put together. */
struct batch {
	struct store_item items[MANY];
	struct record records[MANY];
	char *bodies[MANY];
	size_t n;
};

static void
add(struct batch *b, const char *id, int leads, const char *more, int64_t at)
{
	struct store_item *item = &b->items[b->n];
	struct record *r = &b->records[b->n];
	struct fault f = {0};

	assert_true(b->n < MANY);
	memset(item, 0, sizeof(*item));
	memset(r, 0, sizeof(*r));
	r->received = at;
	r->body = b->bodies[b->n++] = make_body(id, leads, more);
	r->body_len = strlen(r->body);
	item->delivery = delivery_decode(r->body, r->body_len, &f);
	assert_non_null(item->delivery);
	assert_int_equal(
	    signature_sha256(r->body, r->body_len, r->sha256, &f), 0);
	memset(r->signature, 'a', sizeof(r->signature) - 1);
	r->kind = (enum record_kind)delivery_kind(item->delivery);
	assert_non_null(r->id = delivery_id(item->delivery, &r->id_len));
	item->record = r;
	/* What is left of an earlier call is no answer. */
	item->result = STORE_CONFLICT;
	(void)fault_set(&item->fault, FAULT_BUSY, 0, "an earlier one");
}

static void
end(struct batch *b)
{
	while (b->n > 0) {
		delivery_free(b->items[--b->n].delivery);
		free(b->bodies[b->n]);
	}
}

/* A letter for each: stored, duplicate, conflict; or what the fault is. */
static void
assert_answers(const struct batch *b, const char *expected)
{
	char answers[MANY + 1];
	size_t i;

	for (i = 0; i < b->n; i++)
		answers[i] = b->items[i].fault.kind == FAULT_NONE
		                 ? "sdc"[b->items[i].result]
		             : b->items[i].fault.kind == FAULT_STORAGE ? '!'
		                                                       : '?';
	answers[b->n] = '\0';
	assert_string_equal(answers, expected);
}

static void
batch_is_in_order_by_one_sync(void **state)
{
	struct batch b = {.n = 0};
	struct home h;
	struct store *s;
	char *sheet;

	(void)state;
	make_home(&h, "order");
	s = open_store(&h);
	put(s, "before", 1, NOON);
	add(&b, "x", 1, "", NOON);
	add(&b, "t", 1, "\"test\":true,", NOON);
	add(&b, "none", 0, "", NOON);
	add(&b, "y", 2, "", NOON);
	add(&b, "t", 1, "\"test\":true,", NOON);
	put(s, "t", 1, NOON); /* which no test is a duplicate of */
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "sssss");
	end(&b);
	assert_int_equal(lines_in(at_home(&h, TESTS)), 1 + 2);
	sheet = read_file(at_home(&h, LEADS), NULL);
	assert_true(strstr(sheet, "x-0") < strstr(sheet, "y-0"));
	assert_true(strstr(sheet, "y-0") < strstr(sheet, "y-1"));
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 5);
	free(sheet);
	/* Its sheets being there, it is one write and one sync of each. */
	add(&b, "u", 1, "", NOON);
	add(&b, "v", 1, "", NOON);
	add(&b, "t", 1, "\"test\":true,", NOON);
	forget_calls();
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "sss");
	end(&b);
	assert_int_equal(count_calls("write", DAY ".jsonl"), 1);
	assert_int_equal(count_calls("fdatasync", DAY ".jsonl"), 1);
	assert_int_equal(count_calls("write", "leads-" DAY ".csv"), 1);
	assert_int_equal(count_calls("write", "test-" DAY ".csv"), 1);
	assert_int_equal(count_calls("pwrite", "lock"), 1);
	store_close(s);
}

static void
repeats_inside_a_batch_are_known(void **state)
{
	struct batch b = {.n = 0};
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "repeats");
	s = open_store(&h);
	put(s, "old", 1, NOON);
	add(&b, "a", 1, "", NOON);
	add(&b, "a", 1, "", NOON);
	add(&b, "a", 2, "", NOON); /* another body */
	add(&b, "a", 2, "", NOON);
	add(&b, "a", 1, "", NOON);
	add(&b, "old", 1, "", NOON);
	add(&b, "old", 2, "", NOON);
	add(&b, "old", 2, "", NOON);
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "sdccddcc");
	end(&b);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "leads"), 2);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "other"), 2);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	/* And known from then on. */
	add(&b, "a", 1, "", NOON);
	add(&b, "a", 2, "", NOON);
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "dc");
	end(&b);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "other"), 2);
	store_close(s);
}

static void
batch_may_go_over_midnight(void **state)
{
	const int64_t next = NOON + A_DAY;
	struct batch b = {.n = 0};
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "midnight");
	s = open_store(&h);
	add(&b, "a", 1, "", NOON);
	add(&b, "b", 1, "", NOON);
	add(&b, "c", 1, "", next);
	add(&b, "a", 1, "", next);
	add(&b, "d", 1, "", NOON); /* the clock was set back */
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "sssds");
	end(&b);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_int_equal(
	    lines_in(at_home(&h, "sheets/leads-2026-11-24.csv")), 1 + 1);
	assert_int_equal(
	    lines_of(at_home(&h, "journal/2026-11-24.jsonl"), "leads"), 1);
	assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
	store_close(s);
}

/* A limit as a full disk: the large one has no room, the others have. */
static void
full_disk_lets_some_in(void **state)
{
	struct rlimit limit, was;
	struct batch b = {.n = 0};
	struct home h;
	struct store *s;
	struct stat st;

	(void)state;
	make_home(&h, "full");
	s = open_store(&h);
	/* So that the limit is not one of the index. */
	put(s, "before", 10000, NOON);
	assert_int_equal(stat(at_home(&h, JOURNAL), &st), 0);
	add(&b, "a", 1, "", NOON);
	add(&b, "large", 500, "", NOON);
	add(&b, "b", 1, "", NOON);
	add(&b, "a", 1, "", NOON);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = was;
	limit.rlim_cur = (rlim_t)st.st_size + 1500;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	store_put_many(s, b.items, b.n);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_answers(&b, "s!sd");
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "leads"), 3);
	/* When there is room again. */
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "dsdd");
	end(&b);
	store_close(s);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "leads"), 4);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 10502);
	assert_false(exists(at_home(&h, LEADS_2)));
}

/* Try each alone, and the whole of a line stands in none of their ways. */
static void
failed_batch_is_tried_one_by_one(void **state)
{
	struct batch b = {.n = 0};
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "alone");
	s = open_store(&h);
	put(s, "before", 1, NOON);
	add(&b, "t", 1, "\"test\":true,", NOON);
	store_put_many(s, b.items, b.n);
	end(&b);
	add(&b, "a", 1, "", NOON);
	add(&b, "b", 1, "", NOON);
	add(&b, "b", 2, "", NOON);
	add(&b, "t", 1, "\"test\":true,", NOON);
	forget_calls();
	fail_call("write", JOURNAL, 0, 2, ENOSPC);
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "!scs");
	assert_int_equal(count_calls("pwrite", "lock"), 1);
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "sdcs");
	end(&b);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_int_equal(lines_in(at_home(&h, TESTS)), 1 + 3);
}

/* Neither by the next delivery nor by the next of the same batch. */
static void
key_that_cant_be_written_is_known(void **state)
{
	struct batch b = {.n = 0};
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "key");
	s = open_store(&h);
	put(s, "before", 1, NOON);
	add(&b, "a", 1, "", NOON);
	add(&b, "a", 1, "", NOON);
	forget_calls();
	fail_call("write", JOURNAL, 0, 1, ENOSPC);
	fail_call("pwrite", "/index", 0, 1, ENOSPC);
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "sd");
	forget_calls();
	fail_call("pwrite", "/index", 0, 1, ENOSPC);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	assert_non_null(strstr(store_note(s), "the index will catch up"));
	assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
	end(&b);
	store_close(s);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "leads"), 3);
}

static void
failed_sync_keeps_none(void **state)
{
	struct batch b = {.n = 0};
	struct home h;
	struct store *s;
	int round;

	(void)state;
	make_home(&h, "sync");
	s = open_store(&h);
	put(s, "before", 1, NOON);
	add(&b, "a", 1, "", NOON);
	add(&b, "before", 1, "", NOON);
	add(&b, "b", 1, "", NOON);
	forget_calls();
	fail_call("fdatasync", JOURNAL, 0, 1, EIO);
	store_put_many(s, b.items, b.n);
	assert_answers(&b, "!!!");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	assert_int_equal(lines_of(at_home(&h, SEGMENT_2), "segment"), 1);
	/* The retry, by this worker or another, goes to the next segment. */
	for (round = 0; round < 2; round++) {
		store_put_many(s, b.items, b.n);
		assert_answers(&b, round == 0 ? "sds" : "ddd");
		store_close(s);
		s = open_store(&h);
	}
	end(&b);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_int_equal(lines_of(at_home(&h, SEGMENT_2), "leads"), 2);
	assert_false(exists(at_home(&h, SEGMENT_3)));
	assert_false(exists(at_home(&h, LEADS_2)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a batch is kept in order, by one write and one sync",
		batch_is_in_order_by_one_sync),
	    TEST("what a batch has twice is kept once",
		repeats_inside_a_batch_are_known),
	    TEST("a batch may go over midnight, and back",
		batch_may_go_over_midnight),
	    TEST("a full disk lets in what has room", full_disk_lets_some_in),
	    TEST("a batch that can't be written is tried one by one",
		failed_batch_is_tried_one_by_one),
	    TEST("a key that can't be written is known all the same",
		key_that_cant_be_written_is_known),
	    TEST("when the sync fails none of the batch is kept",
		failed_sync_keeps_none),
	};

	return RUN(tests);
}

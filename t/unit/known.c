#include "home.h"

#include "index/known.h"

static struct record
make_record(const char *id, const char *body, enum delivery_kind kind)
{
	struct record r = {.kind = kind, .id = id, .id_len = strlen(id)};
	struct fault f = {0};

	assert_int_equal(signature_sha256(body, strlen(body), r.sha256, &f), 0);
	return r;
}

static void
all_cases_are_told(void **state)
{
	char *body = make_body("an-id", 1, ""), *other;
	struct known known = {.again = 0};
	struct fault f = {0};
	struct appendfile *a;
	struct record r;
	struct index *x;
	struct home h;
	struct store *s;
	const char *dir;

	(void)state;
	other = make_body("an-id", 2, "");
	make_home(&h, "known");
	dir = at_home(&h, "journal");
	s = open_store(&h);
	put(s, "an-id", 1, NOON);
	store_close(s);
	x = index_open(at_home(&h, "index.sqlite"), &f);
	assert_non_null(x);
	r = make_record("another", body, DELIVERY_LEADS);
	assert_int_equal(known_look_up(x, dir, &r, &known, &f), 0);
	r = make_record("an-id", body, DELIVERY_TEST);
	assert_int_equal(known_look_up(x, dir, &r, &known, &f), 0);
	r = make_record("an-id", body, DELIVERY_LEADS);
	assert_int_equal(known_look_up(x, dir, &r, &known, &f), 1);
	assert_string_equal(known.place.day, DAY);
	assert_int_equal(known.place.segment, 1);
	assert_false(known.conflict || known.again);
	r = make_record("an-id", other, DELIVERY_LEADS);
	assert_int_equal(known_look_up(x, dir, &r, &known, &f), 0);
	assert_true(known.conflict);
	assert_int_equal(r.kind, DELIVERY_OTHER);
	memset(&known, 0, sizeof(known));
	a = appendfile_open(
	    at_home(&h, "journal/" DAY ".jsonl"), APPENDFILE_APPEND, &f);
	assert_non_null(a);
	assert_int_equal(appendfile_retire(a, &f), 0);
	appendfile_close(a);
	r = make_record("an-id", body, DELIVERY_LEADS);
	assert_int_equal(known_look_up(x, dir, &r, &known, &f), 0);
	assert_true(known.again);
	index_close(x);
	free(body);
	free(other);
}

static void
only_what_is_there_is_there(void **state)
{
	struct index_id id = {.day = DAY, .segment = 1};
	struct fault f = {0};
	struct home h;
	struct store *s;
	const char *dir;

	(void)state;
	make_home(&h, "there");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	store_close(s);
	dir = at_home(&h, "journal");
	(void)strcpy(id.sha256, "what the index says");
	assert_int_equal(known_is_there(dir, &id, "a", 1, &f), 1);
	assert_int_equal(strlen(id.sha256), 64); /* the journal's word */
	assert_int_equal(known_is_there(dir, &id, "b", 1, &f), 0);
	id.offset = 1;
	assert_int_equal(known_is_there(dir, &id, "a", 1, &f), 0);
	id.offset = 1000000;
	assert_int_equal(known_is_there(dir, &id, "a", 1, &f), 0);
	/* A day that was put away stays known. */
	id.segment = 0;
	assert_int_equal(known_is_there(dir, &id, "a", 1, &f), 1);
	id.segment = 2;
	assert_int_equal(known_is_there(dir, &id, "a", 1, &f), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a record is there when it can be read back",
		only_what_is_there_is_there),
	    TEST("unknown, known, in conflict, and known but not safe",
		all_cases_are_told),
	};

	return RUN(tests);
}

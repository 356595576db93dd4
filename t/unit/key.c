#include "home.h"

#include "index/key.h"

static void
kinds_have_their_keys(void **state)
{
	struct record r = {.id = "an id", .id_len = 5};
	size_t len;

	(void)state;
	memset(r.sha256, 'f', 64);
	r.kind = DELIVERY_LEADS;
	assert_ptr_equal(key_of(&r, &len), r.id);
	assert_int_equal(len, 5);
	r.kind = DELIVERY_OTHER;
	assert_ptr_equal(key_of(&r, &len), r.sha256);
	assert_int_equal(len, 64);
	r.kind = DELIVERY_UNREADABLE;
	assert_ptr_equal(key_of(&r, &len), r.sha256);
	/* By the sender's body, whoever was taken out of it since. */
	memset(r.was, 'e', 64);
	assert_ptr_equal(key_of(&r, &len), r.was);
	assert_int_equal(len, 64);
	assert_ptr_equal(key_digest(&r), r.was);
	r.was[0] = '\0';
	assert_ptr_equal(key_digest(&r), r.sha256);
	r.kind = DELIVERY_TEST;
	assert_null(key_of(&r, &len));
}

static void
copies_have_another_key(void **state)
{
	char longest[INDEX_KEY_MAX], out[KEY_COPY_SIZE];

	(void)state;
	assert_int_equal(key_of_copy("id", 2, out), 3);
	assert_memory_equal(out, "\1id", 3);
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(
	    key_of_copy(longest, sizeof(longest), out), sizeof(longest) + 1);
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
	assert_int_equal(key_is_there(dir, &id, "a", 1, &f), 1);
	assert_int_equal(strlen(id.sha256), 64); /* the journal's word */
	assert_int_equal(key_is_there(dir, &id, "b", 1, &f), 0);
	id.offset = 1;
	assert_int_equal(key_is_there(dir, &id, "a", 1, &f), 0);
	id.offset = 1000000;
	assert_int_equal(key_is_there(dir, &id, "a", 1, &f), 0);
	/* A day that was put away stays known. */
	id.segment = 0;
	assert_int_equal(key_is_there(dir, &id, "a", 1, &f), 1);
	id.segment = 2;
	assert_int_equal(key_is_there(dir, &id, "a", 1, &f), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each kind has its key, a test has none",
		kinds_have_their_keys),
	    TEST("a copy has another key", copies_have_another_key),
	    TEST("a record is there when it can be read back",
		only_what_is_there_is_there),
	};

	return RUN(tests);
}

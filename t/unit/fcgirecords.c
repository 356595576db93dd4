#include "unit.h"

#include <fastcgi.h>

#include "base/bytes.h"
#include "cgi/fcgirecords.h"

/* One record, with so much padding. */
static void
add(struct bytes *b, int type, int id, const char *content, size_t n,
    size_t padding)
{
	const char head[] = {1, (char)type, (char)(id >> 8), (char)id,
	    (char)(n >> 8), (char)n, (char)padding, 0};

	bytes_add(b, head, sizeof(head));
	bytes_add(b, content, n);
	bytes_add(b, "\0\0\0\0\0\0\0", padding);
}

#define ID   300
#define BODY "{\"event\":\"lead.enriched\"}"

/*
 * A request of which each record has so many bytes of content at most, and
 * padding where there are several.
 */
static void
add_request(struct bytes *b, size_t piece, int keep)
{
	const char params[] = "\x0c\x02"
			      "PATH_INFO___/x\x01\x01"
			      "AB";
	const char begin[] = {0, FCGI_RESPONDER, (char)keep, 0, 0, 0, 0, 0};
	size_t i, n;

	add(b, FCGI_BEGIN_REQUEST, ID, begin, sizeof(begin), 0);
	for (i = 0; i < sizeof(params) - 1; i += n) {
		n = sizeof(params) - 1 - i < piece ? sizeof(params) - 1 - i
		                                   : piece;
		add(b, FCGI_PARAMS, ID, params + i, n,
		    i + n < sizeof(params) - 1 ? (i + 3) % 8 : 0);
	}
	add(b, FCGI_PARAMS, ID, "", 0, 3);
	for (i = 0; i < strlen(BODY); i += n) {
		n = strlen(BODY) - i < piece ? strlen(BODY) - i : piece;
		add(b, FCGI_STDIN, ID, BODY + i, n,
		    i + n < strlen(BODY) ? (i + 3) % 8 : 0);
	}
	add(b, FCGI_STDIN, ID, "", 0, 0);
}

/* Feed it in pieces of that size; what fcgirecords_take() said at last. */
static int
feed(struct fcgirecords *r, struct bytes *in, const struct bytes *all,
    size_t piece, size_t limit, struct bytes *reply)
{
	size_t i, n;
	int rc = 0;

	memset(r, 0, sizeof(*r));
	bytes_reset(in);
	bytes_reset(reply);
	for (i = 0; i < all->len && rc == 0; i += n) {
		n = all->len - i < piece ? all->len - i : piece;
		assert_false(r->whole);
		bytes_add(in, all->data + i, n);
		rc = fcgirecords_take(r, in, limit, reply);
	}
	return rc;
}

static void
request_is_whole_at_its_last_byte(void **state)
{
	static const size_t pieces[] = {1, 2, 3, 7, 8, 100};
	struct bytes all = {0}, in = {0}, one = {0}, reply = {0};
	struct fcgirecords r;
	size_t i, j;

	(void)state;
	add_request(&one, 1000, 1);
	for (i = 0; i < COUNT(pieces); i++) {
		for (j = 0; j < COUNT(pieces); j++) {
			bytes_reset(&all);
			add_request(&all, pieces[i], 1);
			assert_int_equal(
			    feed(&r, &in, &all, pieces[j], 1000, &reply), 0);
			assert_true(r.whole);
			assert_true(r.keep);
			assert_int_equal(r.id, ID);
			assert_int_equal(r.body, strlen(BODY));
			assert_false(r.dropped);
			assert_int_equal(r.taken, in.len);
			assert_int_equal(reply.len, 0);
			/* Records of one stream become one. */
			assert_int_equal(in.len, one.len);
			assert_memory_equal(in.data, one.data, one.len);
		}
	}
	bytes_free(&all);
	bytes_free(&one);
	bytes_free(&in);
	bytes_free(&reply);
}

static void
what_comes_behind_it_stays(void **state)
{
	struct bytes in = {0}, reply = {0};
	struct fcgirecords r = {0};

	(void)state;
	add_request(&in, 5, 0);
	bytes_adds(&in, "the next");
	assert_int_equal(fcgirecords_take(&r, &in, 1000, &reply), 0);
	assert_true(r.whole);
	assert_false(r.keep);
	assert_int_equal(in.len - r.taken, 8);
	assert_memory_equal(in.data + r.taken, "the next", 8);
	bytes_free(&in);
}

static void
body_beyond_its_limit_is_dropped(void **state)
{
	struct bytes all = {0}, in = {0}, reply = {0};
	struct fcgirecords r;
	char body[1000] = {0};
	size_t i;

	(void)state;
	add_request(&all, 1000, 1);
	all.len -= FCGI_HEADER_LEN; /* it goes on */
	for (i = 0; i < 1000; i++)
		add(&all, FCGI_STDIN, ID, body, sizeof(body), 0);
	add(&all, FCGI_STDIN, ID, "", 0, 0);
	assert_int_equal(feed(&r, &in, &all, 4096, 5000, &reply), 0);
	assert_true(r.whole);
	assert_int_equal(r.body, strlen(BODY) + 1000000);
	assert_true(r.dropped);
	/* More than the limit, so that it is seen, and not much more. */
	assert_in_range(r.taken, 5000, 7000);
	assert_int_equal(in.len, r.taken);
	bytes_free(&all);
	bytes_free(&in);
}

/* One more with a body of that many bytes, in records of these sizes. */
static void
add_body(struct bytes *b, const size_t *sizes, size_t n)
{
	static char body[FCGI_MAX_LENGTH];
	size_t i;

	memset(body, 'b', sizeof(body));
	add_request(b, 1000, 1);
	b->len -= 2 * FCGI_HEADER_LEN + strlen(BODY); /* up to its body */
	for (i = 0; i < n; i++)
		add(b, FCGI_STDIN, ID, body, sizes[i], 0);
	add(b, FCGI_STDIN, ID, "", 0, 0);
}

static void
joined_record_is_no_longer_than_its_form_allows(void **state)
{
	static const size_t fits[] = {30000, 35535}, more[] = {30000, 35536},
			    one[] = {FCGI_MAX_LENGTH};
	struct bytes all = {0}, in = {0}, reply = {0};
	struct fcgirecords r;

	(void)state;
	add_body(&all, fits, 2);
	assert_int_equal(feed(&r, &in, &all, 5000, 70000, &reply), 0);
	bytes_reset(&all);
	add_body(&all, one, 1);
	assert_int_equal(in.len, all.len);
	assert_memory_equal(in.data, all.data, all.len);
	bytes_reset(&all);
	add_body(&all, more, 2);
	assert_int_equal(feed(&r, &in, &all, 5000, 70000, &reply), 0);
	assert_int_equal(in.len, all.len);
	assert_memory_equal(in.data, all.data, all.len);
	bytes_free(&all);
	bytes_free(&in);
}

static void
body_is_kept_until_it_is_beyond_its_limit(void **state)
{
	static const size_t sizes[] = {1000, 1000, 1000};
	static const struct {
		size_t limit, kept;
	} cases[] = {{0, 1000}, {999, 1000}, {1000, 2000}, {1001, 2000},
	    {1999, 2000}, {2000, 3000}, {3000, 3000}};
	struct bytes all = {0}, in = {0}, whole = {0}, reply = {0};
	struct fcgirecords r;
	size_t i;

	(void)state;
	add_body(&all, sizes, COUNT(sizes));
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    feed(&r, &in, &all, 5000, cases[i].limit, &reply), 0);
		assert_int_equal(r.body, 3000);
		assert_int_equal(r.dropped, cases[i].kept < 3000);
		bytes_reset(&whole);
		add_body(&whole, &cases[i].kept, 1);
		assert_int_equal(r.taken, whole.len);
		assert_memory_equal(in.data, whole.data, whole.len);
	}
	bytes_free(&all);
	bytes_free(&in);
	bytes_free(&whole);
}

/* So many bytes of parameters, in records of 1,000 bytes. */
static int
take_parameters(size_t n)
{
	static const char begin[] = {0, FCGI_RESPONDER, 0, 0, 0, 0, 0, 0};
	struct bytes in = {0}, reply = {0};
	struct fcgirecords r = {0};
	char params[1000] = {0};
	size_t some;
	int rc;

	add(&in, FCGI_BEGIN_REQUEST, ID, begin, sizeof(begin), 0);
	for (; n > 0; n -= some) {
		some = n < sizeof(params) ? n : sizeof(params);
		add(&in, FCGI_PARAMS, ID, params, some, 0);
	}
	rc = fcgirecords_take(&r, &in, 1000, &reply);
	assert_true(rc == -1 || r.taken == in.len);
	assert_true(rc == -1 || r.taken <= 1 << 20);
	bytes_free(&in);
	return rc;
}

static void
parameters_have_an_end(void **state)
{
	/* What its records need: one that begins, and 17 of parameters. */
	static const size_t most = (1 << 20) - 16 - 17 * FCGI_HEADER_LEN;

	(void)state;
	assert_int_equal(take_parameters(most - 100000), 0);
	assert_int_equal(take_parameters(most), 0);
	assert_int_equal(take_parameters(most + 1), -1);
}

static void
records_of_no_request_are_answered(void **state)
{
	static const char unknown[] = {
	    1, FCGI_UNKNOWN_TYPE, 0, 0, 0, 8, 0, 0, 77, 0, 0, 0, 0, 0, 0, 0};
	static const char values[] = {
	    1, FCGI_GET_VALUES_RESULT, 0, 0, 0, 0, 0, 0};
	struct bytes in = {0}, reply = {0};
	struct fcgirecords r = {0};

	(void)state;
	add(&in, FCGI_GET_VALUES, 0, "\x0e\0FCGI_MAX_CONNS", 16, 0);
	add(&in, 77, 0, "?", 1, 7);
	add_request(&in, 1000, 1);
	assert_int_equal(fcgirecords_take(&r, &in, 1000, &reply), 0);
	assert_true(r.whole);
	assert_int_equal(r.taken, in.len);
	assert_int_equal(in.data[1], FCGI_BEGIN_REQUEST);
	assert_int_equal(reply.len, sizeof(values) + sizeof(unknown));
	assert_memory_equal(reply.data, values, sizeof(values));
	assert_memory_equal(
	    reply.data + sizeof(values), unknown, sizeof(unknown));
	bytes_free(&in);
	bytes_free(&reply);
}

static void
no_request_of_a_web_server_is_refused(void **state)
{
	static const char begin[] = {0, FCGI_RESPONDER, 0, 0, 0, 0, 0, 0};
	static const char filter[] = {0, FCGI_FILTER, 0, 0, 0, 0, 0, 0};
	static const char other[] = {1, FCGI_RESPONDER, 0, 0, 0, 0, 0, 0};
	static const struct {
		int first, id;
		const char *body;
		int second, second_id;
	} cases[] = {{FCGI_PARAMS, 1, begin, 0, 0}, /* of none that began */
	    {FCGI_BEGIN_REQUEST, 1, filter, 0, 0},  /* of another role */
	    {FCGI_BEGIN_REQUEST, 1, other, 0, 0},
	    {FCGI_BEGIN_REQUEST, 1, begin, FCGI_STDIN, 1},  /* too early */
	    {FCGI_BEGIN_REQUEST, 1, begin, FCGI_PARAMS, 2}, /* of another */
	    {FCGI_BEGIN_REQUEST, 1, begin, FCGI_BEGIN_REQUEST, 1},
	    {FCGI_BEGIN_REQUEST, 1, begin, FCGI_ABORT_REQUEST, 1},
	    {FCGI_BEGIN_REQUEST, 1, begin, FCGI_DATA, 1}};
	struct bytes in = {0}, reply = {0};
	struct fcgirecords r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(&r, 0, sizeof(r));
		bytes_reset(&in);
		add(&in, cases[i].first, cases[i].id, cases[i].body, 8, 0);
		if (cases[i].second != 0)
			add(&in, cases[i].second, cases[i].second_id, begin, 8,
			    0);
		assert_int_equal(fcgirecords_take(&r, &in, 1000, &reply), -1);
	}
	for (i = 0; i < 2; i++) {
		/* Another version, of a request and of none. */
		memset(&r, 0, sizeof(r));
		bytes_reset(&in);
		add(&in, FCGI_BEGIN_REQUEST, (int)i, begin, 8, 0);
		assert_int_equal(in.len, FCGI_HEADER_LEN + 8);
		in.data[0] = 2;
		assert_int_equal(fcgirecords_take(&r, &in, 1000, &reply), -1);
	}
	memset(&r, 0, sizeof(r));
	bytes_reset(&in);
	bytes_adds(&in, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
	bytes_add(&in, (char[65536]){0}, 65536);
	assert_int_equal(fcgirecords_take(&r, &in, 1000, &reply), -1);
	bytes_free(&in);
}

static void
one_request_and_nothing_else_can_stay_where_it_is(void **state)
{
	struct bytes in = {0};
	struct fcgirecords r = {0};
	size_t i;
	char *begun;

	(void)state;
	add_request(&in, 7, 1);
	assert_true(fcgirecords_are_request(&r, in.data, in.len));
	assert_true(r.whole && r.keep && r.id == ID);
	assert_false(in.failed);
	for (i = 0; i < in.len; i++) {
		/* In memory of its own: nothing behind it is read. */
		assert_non_null(begun = malloc(i + 1));
		memcpy(begun + 1, in.data, i);
		memset(&r, 0, sizeof(r));
		assert_false(fcgirecords_are_request(&r, begun + 1, i));
		free(begun);
	}
	bytes_addc(&in, 1);
	memset(&r, 0, sizeof(r));
	assert_false(fcgirecords_are_request(&r, in.data, in.len));
	bytes_reset(&in);
	add(&in, FCGI_GET_VALUES, 0, "", 0, 0);
	add_request(&in, 7, 1);
	memset(&r, 0, sizeof(r));
	assert_false(fcgirecords_are_request(&r, in.data, in.len));
	bytes_free(&in);
}

static void
stream_is_made_of_records(void **state)
{
	struct bytes content = {0}, b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < 70000; i++)
		bytes_addc(&content, 'x');
	fcgirecords_add_stream(&b, FCGI_STDOUT, ID, &content);
	fcgirecords_add_end(&b, ID);
	assert_int_equal(b.len, 70000 + 4 * FCGI_HEADER_LEN + 8);
	assert_memory_equal(b.data, "\1\6\1\x2c\xff\xff\0\0x", 9);
	assert_memory_equal(b.data + 65543, "\1\6\1\x2c\x11\x71\0\0x", 9);
	assert_memory_equal(
	    b.data + b.len - 16, "\1\3\1\x2c\0\x08\0\0\0\0\0\0\0\0\0", 16);
	/* One byte more than a record has room for. */
	bytes_reset(&b);
	content.len = FCGI_MAX_LENGTH + 1;
	fcgirecords_add_stream(&b, FCGI_STDOUT, ID, &content);
	assert_int_equal(b.len, content.len + 3 * FCGI_HEADER_LEN);
	bytes_free(&content);
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a request is whole at its last byte, and not before",
		request_is_whole_at_its_last_byte),
	    TEST("what comes behind it stays", what_comes_behind_it_stays),
	    TEST("of a body more than its limit is dropped",
		body_beyond_its_limit_is_dropped),
	    TEST("a joined record is no longer than its form allows",
		joined_record_is_no_longer_than_its_form_allows),
	    TEST("a body is kept until it is beyond its limit",
		body_is_kept_until_it_is_beyond_its_limit),
	    TEST("parameters have an end", parameters_have_an_end),
	    TEST("records of no request are answered",
		records_of_no_request_are_answered),
	    TEST("what is no request of a web server is refused",
		no_request_of_a_web_server_is_refused),
	    TEST("one request and nothing else can stay where it is",
		one_request_and_nothing_else_can_stay_where_it_is),
	    TEST("a stream is made of records", stream_is_made_of_records),
	};

	return RUN(tests);
}

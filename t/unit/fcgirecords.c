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

/* A request of which each record has so many bytes of content at most. */
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
		add(b, FCGI_PARAMS, ID, params + i, n, i % 8);
	}
	add(b, FCGI_PARAMS, ID, "", 0, 3);
	for (i = 0; i < strlen(BODY); i += n) {
		n = strlen(BODY) - i < piece ? strlen(BODY) - i : piece;
		add(b, FCGI_STDIN, ID, BODY + i, n, i % 8);
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
			/* Records of one stream become one. */
			assert_int_equal(r.taken, in.len);
			assert_int_equal(reply.len, 0);
			assert_true(in.len <= one.len);
			assert_non_null(
			    memmem(in.data, in.len, BODY, strlen(BODY)));
			assert_non_null(
			    memmem(in.data, in.len, "PATH_INFO___/x", 14));
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
	static const struct {
		int first, id;
		const char *body;
		int second, second_id;
	} cases[] = {{FCGI_PARAMS, 1, begin, 0, 0}, /* of none that began */
	    {FCGI_BEGIN_REQUEST, 1, filter, 0, 0},  /* of another role */
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

	(void)state;
	add_request(&in, 7, 1);
	assert_true(fcgirecords_are_request(&r, in.data, in.len));
	assert_true(r.whole && r.keep && r.id == ID);
	for (i = 0; i < in.len; i++) {
		memset(&r, 0, sizeof(r));
		assert_false(fcgirecords_are_request(&r, in.data, i));
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
	assert_memory_equal(
	    b.data + b.len - 16, "\1\3\1\x2c\0\x08\0\0\0\0\0\0\0\0\0", 16);
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

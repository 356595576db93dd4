#include "unit.h"

#include "page/http/reply.h"

/* What a door was given; gone: nobody takes it. */
struct heard {
	struct bytes text;
	int gone;
};

static int
hear(void *context, const char *s, size_t n)
{
	struct heard *h = context;

	if (h->gone)
		return -1;
	bytes_add(&h->text, s, n);
	return 0;
}

static int
has(const struct heard *h, const char *text)
{
	return h->text.len > 0 &&
	       memmem(h->text.data, h->text.len, text, strlen(text)) != NULL;
}

static void
a_whole_answer_tells_its_length(void **state)
{
	struct heard h = {0};
	struct reply r;

	(void)state;
	reply_start(&r, hear, &h);
	r.type = "text/plain";
	bytes_adds(&r.body, "hello");
	reply_end(&r);
	assert_true(has(&h, "Status: 200 OK\r\nContent-Type: text/plain\r\n"));
	assert_true(has(&h, "\r\nContent-Length: 5\r\n"));
	assert_true(has(&h, "\r\nCache-Control: no-store\r\n"));
	assert_true(
	    has(&h, "\r\nContent-Security-Policy: default-src 'none';"));
	assert_true(has(&h, "\r\n\r\nhello"));
	assert_int_equal(r.sent, 5);
	reply_free(&r);
	bytes_free(&h.text);
}

static void
head_has_no_body(void **state)
{
	struct heard h = {0};
	struct reply r;

	(void)state;
	reply_start(&r, hear, &h);
	r.is_head = 1;
	bytes_adds(&r.body, "hello");
	reply_end(&r);
	assert_true(has(&h, "\r\nContent-Length: 5\r\n"));
	assert_false(has(&h, "hello"));
	assert_int_equal(r.sent, 0);
	reply_free(&r);
	bytes_free(&h.text);
}

static void
a_long_answer_is_written_on(void **state)
{
	struct heard h = {0};
	struct reply r;

	(void)state;
	reply_start(&r, hear, &h);
	r.cache = "public";
	bytes_adds(&r.body, "one,");
	assert_int_equal(reply_begin(&r), 0);
	assert_int_equal(reply_write(&r, "two", 3), 0);
	reply_end(&r);
	assert_true(has(&h, "\r\n\r\none,two"));
	assert_true(has(&h, "\r\nCache-Control: public\r\n"));
	assert_false(has(&h, "Content-Length"));
	assert_int_equal(r.sent, 7);
	reply_free(&r);
	bytes_free(&h.text);
}

static void
nobody_listens(void **state)
{
	struct heard h = {.gone = 1};
	struct reply r;

	(void)state;
	reply_start(&r, hear, &h);
	assert_int_equal(reply_begin(&r), -1);
	h.gone = 0;
	assert_int_equal(reply_write(&r, "x", 1), -1);
	assert_int_equal(r.gone, 1);
	assert_int_equal(h.text.len, 0);
	reply_free(&r);
}

static void
a_header_is_one_line(void **state)
{
	struct heard h = {0};
	struct reply r;

	(void)state;
	reply_start(&r, hear, &h);
	reply_redirect(&r, "/a\r\nSet-Cookie: x=1\x7f");
	reply_end(&r);
	assert_true(has(&h, "Status: 303 See Other\r\n"));
	assert_true(has(&h, "\r\nLocation: /aSet-Cookie: x=1\r\n"));
	assert_false(has(&h, "\r\nContent-Type"));
	reply_free(&r);
	bytes_free(&h.text);
}

static void
another_answer_takes_its_place(void **state)
{
	struct heard h = {0};
	struct reply r;

	(void)state;
	reply_start(&r, hear, &h);
	reply_header(&r, "X-Of-The-First", "1");
	bytes_adds(&r.body, "first");
	(void)strcpy(r.reason, "why");
	reply_reset(&r);
	r.status = 404;
	bytes_adds(&r.body, "second");
	reply_end(&r);
	assert_true(has(&h, "Status: 404 Not Found\r\n"));
	assert_true(has(&h, "second"));
	assert_false(has(&h, "irst"));
	assert_string_equal(r.reason, "why");
	reply_free(&r);
	bytes_free(&h.text);
}

static void
without_memory_it_says_so(void **state)
{
	struct heard h = {0};
	struct reply r;

	(void)state;
	reply_start(&r, hear, &h);
	bytes_adds(&r.body, "half of a pa");
	r.body.failed = 1;
	reply_end(&r);
	assert_true(has(&h, "Status: 503 Service Unavailable\r\n"));
	assert_true(has(&h, "There is no memory left"));
	assert_false(has(&h, "half"));
	reply_free(&r);
	bytes_free(&h.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a whole answer tells its length",
		a_whole_answer_tells_its_length),
	    TEST("the answer to HEAD has no body", head_has_no_body),
	    TEST("a long answer is written on", a_long_answer_is_written_on),
	    TEST("where nobody listens nothing more is said", nobody_listens),
	    TEST("a header is one line, whatever is in it",
		a_header_is_one_line),
	    TEST("another answer takes the place of one",
		another_answer_takes_its_place),
	    TEST("without memory it says so, and no half page",
		without_memory_it_says_so),
	};

	return RUN(tests);
}

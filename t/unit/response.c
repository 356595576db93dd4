#include "unit.h"

#include <limits.h>

#include "http/response.h"

static void
check(const struct bytes *b, const char *expected)
{
	assert_false(b->failed);
	assert_int_equal(b->len, strlen(expected));
	assert_memory_equal(b->data, expected, b->len);
}

static void
kept_is_json(void **state)
{
	struct response r = {0};

	(void)state;
	response_kept(&r, 200, "stored", "a\"\n", 3, 2);
	check(&r.body, "{\"status\":\"stored\","
		       "\"delivery_id\":\"a\\\"\\n\",\"leads\":2}\n");
	response_kept(&r, 200, "ok", NULL, 0, 0);
	check(&r.body, "{\"status\":\"ok\"}\n");
	response_tell_reason(&r, "because");
	check(&r.body, "{\"status\":\"ok\",\"reason\":\"because\"}\n");
	response_kept(&r, 200, "stored", "i", 1, 2);
	response_tell_skipped(&r, 1);
	check(&r.body, "{\"status\":\"stored\",\"delivery_id\":\"i\","
		       "\"leads\":2,\"skipped\":1}\n");
	response_error(&r, 401, "bad_signature", "No.");
	response_tell_bytes(&r, 7);
	check(&r.body, "{\"error\":\"bad_signature\",\"message\":\"No.\","
		       "\"bytes\":7}\n");
	response_free(&r);
}

static void
id_is_logged_whole(void **state)
{
	static const char id[] = "a\0b";
	struct response r = {0};
	struct bytes b = {0};
	char text[300];

	(void)state;
	response_kept(&r, 200, "stored", id, 3, 1);
	response_log(&r, 10, 1000, &b);
	check(&b, "endpoint=- status=200 outcome=stored id=\"a\\x00b\" "
		  "leads=1 bytes=10 ms=1.0\n");
	/* A longer one than any id is cut, and nothing else. */
	memset(text, 'x', sizeof(text));
	response_kept(&r, 200, "stored", text, sizeof(text), 1);
	assert_int_equal(r.id_len, 200);
	bytes_free(&b);
	response_free(&r);
}

static void
commands_are_completed(void **state)
{
	struct response r = {0};
	char expected[PATH_MAX + 64];

	(void)state;
	response_reason(&r, "run \"leadsheet secret main\"");
	response_complete(&r, in_scratch("nowhere"));
	(void)snprintf(expected, sizeof(expected),
	    "run \"leadsheet --home %s secret main\"", in_scratch("nowhere"));
	assert_string_equal(r.reason, expected);
	response_free(&r);
}

static void
headers_stand_first(void **state)
{
	struct response r = {0};
	struct bytes b = {0};

	(void)state;
	response_error(&r, 405, "method_not_allowed", "Post it.");
	r.allow = "POST";
	r.retry_after = 10;
	response_write(&r, &b);
	check(&b,
	    "Status: 405 Method Not Allowed\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: 52\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Allow: POST\r\n"
	    "Retry-After: 10\r\n"
	    "\r\n"
	    "{\"error\":\"method_not_allowed\",\"message\":\"Post it.\"}\n");
	bytes_free(&b);
	response_free(&r);
}

static void
log_is_one_line(void **state)
{
	struct response r = {0};
	struct bytes b = {0};

	(void)state;
	response_kept(&r, 200, "stored", "x\r\nstatus=500", 13, 1);
	(void)strcpy(r.endpoint, "main");
	response_reason(&r, "a %s", "reason");
	response_log(&r, 12, 3456, &b);
	check(&b, "endpoint=main status=200 outcome=stored "
		  "id=\"x\\x0d\\x0astatus=500\" leads=1 bytes=12 ms=3.5 "
		  "reason=\"a reason\"\n");
	bytes_free(&b);
	response_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a command in the log is complete", commands_are_completed),
	    TEST("a NUL doesn't end an id in the log", id_is_logged_whole),
	    TEST("what was kept is told in JSON", kept_is_json),
	    TEST("status and headers stand before the body",
		headers_stand_first),
	    TEST("a log line is one line, whatever the id", log_is_one_line),
	};

	return RUN(tests);
}

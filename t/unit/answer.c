#include "unit.h"

#include "http/answer.h"

static struct response out;

static void
faults_have_their_status(void **state)
{
	static const struct {
		enum fault_kind kind;
		int status;
		int retry_after;
	} cases[] = {{FAULT_SETUP, 503, ANSWER_RETRY_LATER},
	    {FAULT_BUSY, 503, ANSWER_RETRY_SOON},
	    {FAULT_DAMAGED, 503, ANSWER_RETRY_SOON},
	    {FAULT_STORAGE, 503, ANSWER_RETRY_SOON},
	    {FAULT_MEMORY, 503, ANSWER_RETRY_SOON}};
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		fault_clear(&f);
		(void)fault_set(&f, cases[i].kind, 0, "/a/path");
		memset(&out, 0, sizeof(out));
		answer_fault(&out, &f);
		assert_int_equal(out.status, cases[i].status);
		assert_int_equal(out.retry_after, cases[i].retry_after);
		/* The log hears the path, the client doesn't. */
		assert_string_equal(out.reason, "/a/path");
		assert_false(out.body.failed);
		assert_null(memmem(out.body.data, out.body.len, "/a/path", 7));
		response_free(&out);
	}
}

static void
bodies_have_their_status(void **state)
{
	static const struct {
		enum request_body state;
		int status;
	} cases[] = {{REQUEST_BODY_SHORT, 400}, {REQUEST_BODY_MISMATCHED, 400},
	    {REQUEST_BODY_BAD_LENGTH, 400}, {REQUEST_BODY_TOO_LARGE, 413},
	    {REQUEST_BODY_NO_MEMORY, 503}, {REQUEST_BODY_SLOW, 408},
	    {REQUEST_BODY_STOPPED, 503}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(&out, 0, sizeof(out));
		answer_body(&out, cases[i].state, 4711);
		assert_int_equal(out.status, cases[i].status);
		assert_int_equal(out.retry_after > 0, out.status == 503);
		assert_int_equal(
		    strstr(out.reason, "4711") != NULL, out.status == 413);
		response_free(&out);
	}
}

static void
kept_ones_are_told(void **state)
{
	static const struct {
		const char *body;
		enum store_result result;
		int status;
		const char *outcome;
		int reason;
	} cases[] = {{"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[]}}",
			 STORE_STORED, 200, "stored", 0},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[]}}",
		STORE_DUPLICATE, 200, "duplicate", 0},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[]}}",
		STORE_CONFLICT, 200, "duplicate", 1},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[{},7]}}",
		STORE_STORED, 200, "stored", 1},
	    {"{\"test\":true}", STORE_STORED, 200, "test", 0},
	    {"{\"event\":\"x\"}", STORE_STORED, 200, "kept", 0},
	    {"{\"event\":\"x\"}", STORE_DUPLICATE, 200, "duplicate", 0},
	    {"[]", STORE_STORED, 202, "kept", 1},
	    {"[]", STORE_DUPLICATE, 202, "kept", 1},
	    {"[", STORE_STORED, 400, "not_json", 1}};
	struct record r = {.id = "id", .id_len = 2};
	struct fault f = {0};
	struct delivery *d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(&out, 0, sizeof(out));
		d = delivery_decode(cases[i].body, strlen(cases[i].body), &f);
		assert_non_null(d);
		answer_kept(&out, &r, d, cases[i].result);
		assert_int_equal(out.status, cases[i].status);
		assert_string_equal(out.outcome, cases[i].outcome);
		assert_int_equal(out.reason[0] != '\0', cases[i].reason);
		assert_false(out.body.failed);
		assert_int_equal(memmem(out.body.data, out.body.len,
				     "\"reason\"", 8) != NULL,
		    out.status == 202);
		delivery_free(d);
		response_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each kind of fault has its status", faults_have_their_status),
	    TEST("each way of a bad body has its status",
		bodies_have_their_status),
	    TEST("what is kept is told as it is", kept_ones_are_told),
	};

	return RUN(tests);
}

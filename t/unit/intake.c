#include "home.h"

#include <fcntl.h>

#include "http/intake.h"

#define SECRET "a-secret-of-the-sender"

static struct intake *intake;
static struct response response;

/* One endpoint with a secret, and an intake over it. */
static void
begin(struct home *h, const char *name, const char *conf)
{
	make_home(h, name);
	write_file(at_home(h, "secret"), SECRET "\n", strlen(SECRET) + 1);
	assert_int_equal(chmod(at_home(h, "secret"), 0600), 0);
	write_file(at_home(h, "../leadsheet.conf"), conf, strlen(conf));
	intake = intake_open(at_home(h, ".."), &h->boot);
	assert_non_null(intake);
}

static void
end(void)
{
	intake_close(intake);
	response_free(&response);
	memset(&response, 0, sizeof(response));
}

static struct request
make_request(const char *body)
{
	static char signature[SIGNATURE_SIZE];
	struct request r = {.method = "POST", .path = "/main", .https = "on"};
	struct fault f = {0};

	assert_int_equal(
	    signature_make(SECRET, body, strlen(body), signature, &f), 0);
	r.body = body;
	r.body_len = strlen(body);
	r.signature = signature;
	r.signatures = 1;
	r.received = NOON;
	return r;
}

static int
answer(const struct request *r)
{
	response_free(&response);
	memset(&response, 0, sizeof(response));
	(void)intake_begin(intake);
	intake_answer(intake, r, &response);
	return response.status;
}

static int
answer_body(const char *body)
{
	struct request r = make_request(body);

	return answer(&r);
}

static void
bodies_are_answered(void **state)
{
	static const struct {
		const char *body;
		int status;
		const char *outcome;
	} cases[] = {{"{\"delivery_id\":\"1\",\"event\":\"lead.enriched\","
		      "\"data\":{\"leads\":[{}]}}",
			 200, "stored"},
	    {"{\"delivery_id\":\"1\",\"event\":\"lead.enriched\","
	     "\"data\":{\"leads\":[{}]}}",
		200, "duplicate"},
	    {"{\"delivery_id\":\"1\",\"event\":\"lead.enriched\","
	     "\"data\":{\"leads\":[{},{}]}}",
		200, "duplicate"},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[{}]}}", 200,
		"stored"},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[{}]}}", 200,
		"duplicate"},
	    {"{\"event\":\"lead.enriched\",\"test\":true}", 200, "test"},
	    {"{\"event\":\"lead.enriched\",\"test\":true}", 200, "test"},
	    {"{\"event\":\"x\"}", 200, "kept"},
	    {"{\"event\":\"x\"}", 200, "duplicate"},
	    {"{\"event\":\"lead.enriched\"}", 202, "kept"},
	    {"{\"event\":\"lead.enriched\"}", 202, "kept"}, {"7", 202, "kept"},
	    {"", 400, "not_json"}, {"{", 400, "not_json"},
	    {"{", 400, "not_json"}};
	struct home h;
	size_t i;

	(void)state;
	begin(&h, "bodies", "");
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(answer_body(cases[i].body), cases[i].status);
		assert_string_equal(response.outcome, cases[i].outcome);
	}
	/* Each once, but for the tests: a replay must not fill the disk. */
	/* And the line that names the sheet. */
	assert_int_equal(lines_in(at_home(&h, "journal/" DAY ".jsonl")), 11);
	end();
}

/* Requests of every kind in one batch, each with the answer that it has alone.
 */
static void
batch_is_answered_one_by_one(void **state)
{
	static const char *const bodies[] = {
	    "{\"delivery_id\":\"1\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[{}]}}",
	    "{\"delivery_id\":\"2\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[{},{}]}}",
	    "{\"delivery_id\":\"1\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[{}]}}",
	    "{\"delivery_id\":\"2\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[{}]}}",
	    "{\"event\":\"lead.enriched\",\"test\":true}", "{", "7", "8",
	    "{\"delivery_id\":\"1\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[{}]}}"};
	static const struct {
		int status;
		const char *outcome;
	} answers[] = {{200, "stored"}, {200, "stored"}, {200, "duplicate"},
	    {200, "duplicate"}, {200, "test"}, {400, "not_json"},
	    {404, "not_found"}, {401, "bad_signature"}, {200, "stored"}};
	struct request r[COUNT(bodies)];
	struct response out[COUNT(bodies)];
	struct intake_item items[COUNT(bodies)];
	char signatures[COUNT(bodies)][SIGNATURE_SIZE];
	struct home h;
	size_t i;

	(void)state;
	begin(&h, "batch", "");
	/* Another endpoint, of which none of that is known. */
	assert_int_equal(mkdir(at_home(&h, "../other"), 0750), 0);
	write_file(at_home(&h, "../other/secret"), SECRET "\n", strlen(SECRET));
	assert_int_equal(chmod(at_home(&h, "../other/secret"), 0600), 0);
	memset(out, 0, sizeof(out));
	for (i = 0; i < COUNT(bodies); i++) {
		r[i] = make_request(bodies[i]);
		(void)strcpy(signatures[i], r[i].signature);
		r[i].signature = signatures[i];
		items[i] = (struct intake_item){&r[i], &out[i]};
	}
	r[6].path = "/nowhere";
	signatures[7][0] ^= 1;
	r[8].path = "/other";
	(void)intake_begin(intake);
	intake_answer_many(intake, items, COUNT(bodies));
	for (i = 0; i < COUNT(bodies); i++) {
		assert_int_equal(out[i].status, answers[i].status);
		assert_string_equal(out[i].outcome, answers[i].outcome);
		response_free(&out[i]);
	}
	/* The sheet's name, 1, 2, the other body of 2, the test, and "{". */
	assert_int_equal(lines_in(at_home(&h, "journal/" DAY ".jsonl")), 6);
	assert_int_equal(
	    lines_in(at_home(&h, "../other/journal/" DAY ".jsonl")), 2);
	end();
}

static void
refusals_keep_nothing(void **state)
{
	const char *body = "{\"event\":\"lead.enriched\","
			   "\"data\":{\"leads\":[{}]}}";
	const struct request good = make_request(body);
	struct request r[16];
	static const int statuses[] = {500, 404, 404, 405, 403, 403, 415, 400,
	    400, 400, 413, 503, 503, 401, 401, 401};
	struct home h;
	size_t i;

	(void)state;
	begin(&h, "refusals", "");
	for (i = 0; i < COUNT(r); i++)
		r[i] = good;
	r[0].method = NULL;
	r[1].path = "/other";
	r[2].path = "/../main";
	r[3].method = "GET";
	r[4].https = NULL;
	r[5].https = NULL;
	r[5].forwarded_proto = "https";
	r[6].encoding = "gzip";
	r[7].state = REQUEST_BODY_SHORT;
	r[8].state = REQUEST_BODY_MISMATCHED;
	r[9].state = REQUEST_BODY_BAD_LENGTH;
	r[10].state = REQUEST_BODY_TOO_LARGE;
	r[11].state = REQUEST_BODY_STOPPED;
	r[12].state = REQUEST_BODY_NO_MEMORY;
	r[13].signatures = 2;
	r[14].signatures = 0;
	r[14].signature = NULL;
	r[15].body = "{}";
	r[15].body_len = 2;
	for (i = 0; i < COUNT(r); i++) {
		assert_int_equal(answer(&r[i]), statuses[i]);
		assert_int_equal(response.allow != NULL, i == 3);
		assert_int_equal(response.retry_after > 0, statuses[i] == 503);
	}
	assert_false(exists(at_home(&h, "journal")));
	assert_int_equal(answer(&good), 200);
	end();
}

static void
signature_stands_before_switched_off(void **state)
{
	struct request r = make_request("{}");
	struct home h;

	(void)state;
	begin(&h, "disabled", "");
	write_file(at_home(&h, "disabled"), "", 0);
	assert_int_equal(answer(&r), 503);
	assert_string_equal(response.outcome, "disabled");
	assert_true(response.retry_after > 0);
	r.signature = "00";
	assert_int_equal(answer(&r), 401);
	assert_false(exists(at_home(&h, "journal")));
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	assert_int_equal(unlink(at_home(&h, "secret")), 0);
	assert_int_equal(answer(&r), 503);
	assert_string_equal(response.outcome, "not_set_up");
	assert_int_equal(rmdir(at_home(&h, "journal")), 0);
	end();
}

/* Other settings; then a request. */
static int
answer_with(struct home *h, const char *conf, const struct request *r)
{
	write_file(at_home(h, "../leadsheet.conf"), conf, strlen(conf));
	(void)intake_begin(intake);
	return answer(r);
}

static void
settings_are_read_again(void **state)
{
	struct request r = make_request("{\"event\":\"x\"}");
	struct home h;

	(void)state;
	begin(&h, "settings", "require_https = yes\n");
	r.https = NULL;
	assert_int_equal(answer(&r), 403);
	assert_int_equal(answer_with(&h, "require_https = no\n", &r), 200);
	assert_int_equal(
	    answer_with(&h, "require_https=no\nmax_body = 1K\n", &r), 200);
	assert_int_equal(intake_begin(intake), 1024);
	end();
}

static void
wrong_setting_refuses_nothing(void **state)
{
	static const char body[] =
	    "{\"delivery_id\":\"1\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[{}]}}";
	struct request r = make_request(body);
	struct home h;

	(void)state;
	begin(&h, "wrong", "bom = no\ntimezone = Nowhere/Land\n");
	assert_int_equal(answer(&r), 200);
	assert_string_equal(response.outcome, "stored");
	assert_non_null(strstr(response.reason, "line 2: timezone"));
	assert_non_null(strstr(response.reason, "their rows wait"));
	/* Nothing of it is for the sender. */
	assert_false(response.body.failed);
	assert_null(memmem(response.body.data, response.body.len, "zone", 4));
	assert_false(exists(at_home(&h, LEADS)));
	/* Put right: the next one brings the rows. */
	assert_int_equal(answer_with(&h, "bom = no\n", &r), 200);
	assert_string_equal(response.outcome, "duplicate");
	assert_string_equal(response.reason, "");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	/* One that shapes no sheet keeps no row from it. */
	r = make_request("{\"delivery_id\":\"2\",\"event\":\"lead.enriched\","
			 "\"data\":{\"leads\":[{}]}}");
	assert_int_equal(
	    answer_with(&h, "bom = no\nlock_timeout = long\n", &r), 200);
	assert_non_null(strstr(response.reason, "its default holds"));
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	end();
}

static void
doubt_about_https_refuses_nothing(void **state)
{
	static const char *const wrong[] = {"require_https = nope\n",
	    "trust_forwarded_proto = x\n", "require_htps = no\n"};
	struct request r = make_request("{\"event\":\"x\"}");
	struct home h;
	size_t i;

	(void)state;
	begin(&h, "doubt", "");
	r.https = NULL;
	for (i = 0; i < COUNT(wrong); i++) {
		int status = answer_with(&h, wrong[i], &r);

		if (status != 200)
			fail_msg("%s: %d", wrong[i], status);
		assert_non_null(strstr(response.reason, "line 1"));
	}
	assert_int_equal(unlink(at_home(&h, "../leadsheet.conf")), 0);
	assert_int_equal(mkdir(at_home(&h, "../leadsheet.conf"), 0750), 0);
	(void)intake_begin(intake);
	assert_int_equal(answer(&r), 200);
	assert_non_null(strstr(response.reason, "not a plain file"));
	assert_int_equal(rmdir(at_home(&h, "../leadsheet.conf")), 0);
	end();
}

static void
endpoints_have_settings_of_their_own(void **state)
{
	char *body = make_body("a", 1, "");
	struct request r = make_request(body);
	struct home h;

	(void)state;
	begin(&h, "own",
	    "max_body = 8K\n[endpoint other]\nmax_body = 1K\n"
	    "timezone = Pacific/Kiritimati\ndelimiter = pipe\n"
	    "require_https = no\n");
	at_home_run(&h, "mkdir ../other && cp -p secret ../other");
	assert_int_equal(intake_begin(intake), 8192);
	r.path = "/other";
	r.https = NULL;
	assert_int_equal(answer(&r), 200);
	r.path = "/main";
	assert_int_equal(answer(&r), 403);
	r.https = "on";
	assert_int_equal(answer(&r), 200);
	/* There it is the 24th already. */
	at_home_run(&h, "grep -q '|a-0|' ../other/sheets/leads-2026-11-24.csv");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	free(body);
	body = make_body("b", 100, "");
	r = make_request(body);
	assert_true(strlen(body) > 1024);
	assert_int_equal(answer(&r), 200);
	r.path = "/other";
	assert_int_equal(answer(&r), 413);
	free(body);
	end();
}

static void
only_endpoint_needs_no_name(void **state)
{
	struct request r = make_request("{\"event\":\"x\"}");
	struct home h;

	(void)state;
	begin(&h, "noname", "");
	r.path = NULL;
	assert_int_equal(answer(&r), 200);
	assert_string_equal(response.endpoint, "main");
	/* A folder of someone's is no endpoint. */
	assert_int_equal(mkdir(at_home(&h, "../photos"), 0750), 0);
	write_file(at_home(&h, "../photos/x"), "", 0);
	assert_int_equal(answer(&r), 200);
	r.path = "/photos";
	assert_int_equal(answer(&r), 404);
	r.path = NULL;
	assert_int_equal(mkdir(at_home(&h, "../other"), 0750), 0);
	write_file(at_home(&h, "../other/secret"), "", 0);
	assert_int_equal(answer(&r), 404);
	r.path = "/main/";
	assert_int_equal(answer(&r), 200);
	end();
}

static void
health_is_answered(void **state)
{
	struct request r = {.method = "GET", .path = "/health", .body = ""};
	struct home h;

	(void)state;
	begin(&h, "health", "");
	assert_int_equal(answer(&r), 200);
	r.method = "POST";
	assert_int_equal(answer(&r), 405);
	r.method = "GET";
	(void)unlink(at_home(&h, "lock"));
	assert_int_equal(mkdir(at_home(&h, "lock"), 0700), 0);
	assert_int_equal(answer(&r), 503);
	end();
}

/* Who is elsewhere hears that it isn't well, and nothing of this machine. */
static void
health_says_why_on_this_machine_only(void **state)
{
	struct request r = {.method = "GET", .path = "/health", .body = ""};
	struct home h;

	(void)state;
	begin(&h, "unwell", "");
	assert_int_equal(mkdir(at_home(&h, "lock"), 0700), 0);
	r.client = "127.0.0.1";
	assert_int_equal(answer(&r), 503);
	bytes_addc(&response.body, '\0');
	assert_non_null(strstr(response.body.data, "main could not"));
	r.client = "203.0.113.7";
	assert_int_equal(answer(&r), 503);
	bytes_addc(&response.body, '\0');
	assert_string_equal(response.body.data,
	    "{\"error\":\"unhealthy\",\"message\":\"Something is wrong here; "
	    "the log says what.\"}\n");
	assert_int_equal(response.retry_after, 10);
	assert_non_null(strstr(response.reason, "lock"));
	end();
}

static void
health_tells_that_nothing_comes(void **state)
{
	struct request r = {.method = "GET",
	    .path = "/health",
	    .body = "",
	    .client = "127.0.0.1"};
	const struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	struct request delivery = make_request("{\"event\":\"other\"}");
	struct home h;

	(void)state;
	begin(&h, "silent", "quiet = 3d\n");
	assert_int_equal(answer(&r), 200);
	assert_int_equal(utimensat(AT_FDCWD, at_home(&h, "secret"), old, 0), 0);
	assert_int_equal(answer(&r), 503);
	bytes_addc(&response.body, '\0');
	assert_non_null(
	    strstr(response.body.data, "\"main: nothing came for "));
	assert_non_null(strstr(response.body.data,
	    " days (nothing ever did, and its secret was set on 1970-01-01 "
	    "00:00).\""));
	assert_non_null(strstr(response.reason, "); press \"Test\" beside"));
	r.client = "203.0.113.7";
	assert_int_equal(answer(&r), 503);
	bytes_addc(&response.body, '\0');
	assert_null(strstr(response.body.data, "nothing came"));
	delivery.received = utc_now();
	assert_int_equal(answer(&delivery), 200);
	assert_int_equal(answer(&r), 200);
	end();
}

static void
health_of_nothing_is_no_health(void **state)
{
	struct request r = {.method = "GET", .path = "/health", .body = ""};
	struct boot boot = {"this-run", 0};

	(void)state;
	assert_int_equal(mkdir(in_scratch("nothing"), 0750), 0);
	assert_non_null(intake = intake_open(in_scratch("nothing"), &boot));
	assert_int_equal(answer(&r), 503);
	assert_non_null(strstr(response.reason, "endpoint add main"));
	end();
}

static void
home_that_is_gone_is_not_made(void **state)
{
	struct request r = make_request("{}");
	struct home h;

	(void)state;
	make_home(&h, "gone");
	intake = intake_open(in_scratch("nowhere"), &h.boot);
	assert_non_null(intake);
	assert_int_equal(answer(&r), 503);
	assert_non_null(strstr(response.reason, "LEADSHEET_HOME"));
	assert_false(exists(in_scratch("nowhere")));
	end();
}

static void
cut_off_is_told(void **state)
{
	static const char tail[] = "\"bytes\":0}\n";
	struct request r;
	struct home h;

	(void)state;
	begin(&h, "cut", "");
	r = make_request("{}");
	r.body = "";
	r.body_len = 0;
	assert_int_equal(answer(&r), 401);
	assert_memory_equal(
	    response.body.data + response.body.len - (sizeof(tail) - 1), tail,
	    sizeof(tail) - 1);
	assert_non_null(strstr(response.reason, "limit of the web server"));
	end();
}

static void
log_tells_no_secret(void **state)
{
	static const char *const bodies[] = {
	    "{\"delivery_id\":\"1\",\"event\":\"lead.enriched\",\"data\":"
	    "{\"leads\":[{\"full_name\":\"Jane Private\"}]}}",
	    "{\"event\":\"lead.enriched\",\"x\":\"Jane Private\"}",
	    "Jane Private"};
	struct bytes log = {0};
	struct request r;
	struct home h;
	size_t i;

	(void)state;
	begin(&h, "log", "");
	for (i = 0; i < COUNT(bodies); i++) {
		r = make_request(bodies[i]);
		(void)answer(&r);
		response_log(&response, 1, 1, &log);
		r.body = "Jane Private, wrongly signed";
		r.body_len = strlen(r.body);
		(void)answer(&r);
		response_log(&response, 1, 1, &log);
	}
	assert_false(log.failed);
	assert_null(memmem(log.data, log.len, "Jane", 4));
	assert_null(memmem(log.data, log.len, SECRET, strlen(SECRET)));
	bytes_free(&log);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("every signed body has its answer", bodies_are_answered),
	    TEST("each of a batch has the answer that it has alone",
		batch_is_answered_one_by_one),
	    TEST("what is refused is not kept", refusals_keep_nothing),
	    TEST("the signature stands before switched off",
		signature_stands_before_switched_off),
	    TEST("settings are read again when they change",
		settings_are_read_again),
	    TEST("a wrong setting refuses nothing",
		wrong_setting_refuses_nothing),
	    TEST("a doubt about HTTPS refuses nothing",
		doubt_about_https_refuses_nothing),
	    TEST("endpoints have settings of their own",
		endpoints_have_settings_of_their_own),
	    TEST(
		"the only endpoint needs no name", only_endpoint_needs_no_name),
	    TEST("health is answered", health_is_answered),
	    TEST("health says why on this machine only",
		health_says_why_on_this_machine_only),
	    TEST("health tells that nothing comes",
		health_tells_that_nothing_comes),
	    TEST("a home without an endpoint is not healthy",
		health_of_nothing_is_no_health),
	    TEST("a home that is gone is not made anew",
		home_that_is_gone_is_not_made),
	    TEST("a body that a server cut off is told by its bytes",
		cut_off_is_told),
	    TEST("the log tells no secret and no person", log_tells_no_secret),
	};
	struct fault f = {0};

	if (signature_start(0, &f) == -1)
		return 1;
	return RUN(tests);
}

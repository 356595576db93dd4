#include "unit.h"

#include "http/request.h"

static void
lengths_are_read(void **state)
{
	static const struct {
		const char *text;
		enum request_body state;
		size_t length;
		int unknown;
	} cases[] = {{NULL, REQUEST_BODY_WHOLE, 0, 1},
	    {"", REQUEST_BODY_WHOLE, 0, 1}, {"0", REQUEST_BODY_WHOLE, 0, 0},
	    {"1000", REQUEST_BODY_WHOLE, 1000, 0},
	    {"1001", REQUEST_BODY_TOO_LARGE, 0, 0},
	    {"9223372036854775808", REQUEST_BODY_TOO_LARGE, 0, 0},
	    {"18446744073709551621", REQUEST_BODY_TOO_LARGE, 0, 0},
	    {"-1", REQUEST_BODY_BAD_LENGTH, 0, 0},
	    {"+5", REQUEST_BODY_BAD_LENGTH, 0, 0},
	    {"5x", REQUEST_BODY_BAD_LENGTH, 0, 0},
	    {"99999999999x", REQUEST_BODY_BAD_LENGTH, 0, 0},
	    {" 5", REQUEST_BODY_BAD_LENGTH, 0, 0}};
	size_t i, length;
	int unknown;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    request_length(cases[i].text, 1000, &length, &unknown),
		    cases[i].state);
		assert_int_equal(length, cases[i].length);
		assert_int_equal(unknown, cases[i].unknown);
	}
}

static void
names_are_read(void **state)
{
	static const struct {
		const char *path;
		const char *name; /* NULL: no name */
	} cases[] = {{NULL, ""}, {"", ""}, {"/", ""}, {"/main", "main"},
	    {"/main/", "main"}, {"main", "main"}, {"/a-1", "a-1"}, {"/1", "1"},
	    {"/health", "health"}, {"/Main", NULL}, {"//main", NULL},
	    {"/main//", NULL}, {"/main/x", NULL}, {"/..", NULL},
	    {"/../main", NULL}, {"/-a", NULL}, {"/a.b", NULL}, {"/a%20", NULL},
	    {"/\xc3\xa9", NULL}};
	char name[REQUEST_NAME_SIZE], path[80];
	struct request r = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		r.path = cases[i].path;
		assert_int_equal(
		    request_name(&r, name), cases[i].name == NULL ? -1 : 0);
		assert_string_equal(
		    name, cases[i].name == NULL ? "" : cases[i].name);
	}
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[65] = '\0';
	r.path = path;
	assert_int_equal(request_name(&r, name), 0);
	path[65] = 'a';
	path[66] = '\0';
	memset(name, 'x', sizeof(name));
	assert_int_equal(request_name(&r, name), -1);
	assert_string_equal(name, "");
}

static void
variables_find_their_place(void **state)
{
	static char *const env[] = {"REQUEST_METHOD=POST", "REQUEST_METHOD=GET",
	    "HTTP_X_WEBHOOK_SIGNATURE=one", "HTTP_X_WEBHOOK_SIGNATURE=two",
	    "CONTENT_LENGTH=", "HTTP_X_WEBHOOK_EVENT=lead.enriched", "nonsense",
	    "REQUEST=x", "HTTP_PROXY=http://evil/", "REMOTE_ADDR=::1",
	    "SERVER_ADDR=::2", "HTTP_VIA=1.1 a", "HTTP_X_REAL_IP=b", NULL};
	struct request r = {0};

	(void)state;
	request_environment(&r, env);
	assert_string_equal(r.method, "POST");
	assert_string_equal(r.signature, "one");
	assert_int_equal(r.signatures, 2);
	assert_string_equal(r.length, "");
	assert_null(r.path);
	assert_string_equal(r.client, "::1");
	assert_string_equal(r.server, "::2");
	assert_string_equal(r.forwarded, "1.1 a");
}

static void
https_is_told(void **state)
{
	static const struct {
		const char *https, *scheme, *forwarded;
		int plain, trusting;
	} cases[] = {{NULL, NULL, NULL, 0, 0}, {"on", NULL, NULL, 1, 1},
	    {"1", NULL, NULL, 1, 1}, {"off", NULL, NULL, 0, 0},
	    {"", NULL, NULL, 0, 0}, {NULL, "https", NULL, 1, 1},
	    {NULL, "http", "https", 0, 1}, {NULL, NULL, "http", 0, 0},
	    {NULL, NULL, "https, http", 0, 0}};
	struct request r = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		r.https = cases[i].https;
		r.scheme = cases[i].scheme;
		r.forwarded_proto = cases[i].forwarded;
		assert_int_equal(request_is_https(&r, 0), cases[i].plain);
		assert_int_equal(request_is_https(&r, 1), cases[i].trusting);
	}
}

static void
this_machine_is_told(void **state)
{
	static const struct {
		const char *client, *server, *forwarded, *proto;
		int local;
	} cases[] = {{NULL, NULL, NULL, NULL, 0}, {"", "", NULL, NULL, 0},
	    {"127.0.0.1", NULL, NULL, NULL, 1},
	    {"127.9.9.9", "", NULL, NULL, 1}, {"::1", NULL, NULL, NULL, 1},
	    {"0:0:0:0:0:0:0:1", NULL, NULL, NULL, 1},
	    {"::ffff:127.0.0.1", NULL, NULL, NULL, 1},
	    {"::ffff:128.0.0.1", NULL, NULL, NULL, 0},
	    {"::2", NULL, NULL, NULL, 0}, {"127.0.0.1.evil", "", NULL, NULL, 0},
	    {"203.0.113.7", "203.0.113.7", NULL, NULL, 1},
	    {"203.0.113.7", "203.0.113.70", NULL, NULL, 0},
	    {"unix:", "unix:", NULL, NULL, 0},
	    {"127.0.0.1", NULL, "203.0.113.9", NULL, 0},
	    {"127.0.0.1", NULL, "", NULL, 0},
	    {"127.0.0.1", NULL, NULL, "https", 0},
	    {"203.0.113.7", "203.0.113.7", "127.0.0.1", NULL, 0}};
	struct request r = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		r.client = cases[i].client;
		r.server = cases[i].server;
		r.forwarded = cases[i].forwarded;
		r.forwarded_proto = cases[i].proto;
		assert_int_equal(request_is_local(&r), cases[i].local);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a length is a number up to the limit", lengths_are_read),
	    TEST("an endpoint's name is read from the path", names_are_read),
	    TEST("variables find their place, the first of two counts",
		variables_find_their_place),
	    TEST("HTTPS is told, by a proxy only where it is trusted",
		https_is_told),
	    TEST("who is on this machine is told, but not behind a proxy",
		this_machine_is_told),
	};

	return RUN(tests);
}

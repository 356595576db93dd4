#include "unit.h"

#include "page/http/visit.h"

/* A visit with those variables. */
static struct visit
visit_of(const char *const *variables, const char *body)
{
	char *env[16] = {NULL};
	struct visit v = {0};
	struct fault f = {0};
	size_t i;

	for (i = 0; variables[i] != NULL; i++)
		env[i] = (char *)(uintptr_t)variables[i];
	assert_int_equal(visit_read(&v, env, body, strlen(body), &f), 0);
	return v;
}

#define VISIT(body, ...)                                                       \
	visit_of((const char *const[]){__VA_ARGS__, NULL}, body)

static void
what_is_absent_is_empty(void **state)
{
	struct visit v = VISIT("a=b", "X=1");

	(void)state;
	assert_string_equal(v.script, "");
	assert_string_equal(v.host, "");
	assert_string_equal(v.cookies, "");
	assert_string_equal(v.user, "");
	assert_int_equal(v.query.n, 0);
	assert_int_equal(v.form.n, 0);
	assert_false(visit_is_get(&v));
	visit_free(&v);
}

static void
forms_are_read(void **state)
{
	static const struct {
		const char *type;
		size_t n;
	} cases[] = {{"CONTENT_TYPE=application/x-www-form-urlencoded", 1},
	    {"CONTENT_TYPE=Application/X-WWW-Form-Urlencoded; charset=utf-8",
		1},
	    {"CONTENT_TYPE=application/x-www-form-urlencodedx", 0},
	    {"CONTENT_TYPE=multipart/form-data", 0}, {"CONTENT_TYPE=", 0}};
	struct visit v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		v = VISIT("name=anna", cases[i].type, "QUERY_STRING=to=/x");
		assert_int_equal(v.form.n, cases[i].n);
		assert_string_equal(query_get(&v.query, "to"), "/x");
		visit_free(&v);
	}
}

static void
scripts_are_ready_for_urls(void **state)
{
	static const char *const cases[][2] = {{"SCRIPT_NAME=", ""},
	    {"SCRIPT_NAME=/", ""}, {"SCRIPT_NAME=/page", "/page"},
	    {"SCRIPT_NAME=/page/", "/page"}, {"SCRIPT_NAME=//", ""},
	    {"SCRIPT_NAME=//evil.example/x", "/evil.example/x"},
	    {"SCRIPT_NAME=///a//", "/a"}, {"SCRIPT_NAME=/a b", "/a%20b"},
	    {"SCRIPT_NAME=/a\r\nX: y", "/a%0D%0AX%3A%20y"},
	    {"SCRIPT_NAME=/cgi-bin/leadsheet-page.fcgi",
		"/cgi-bin/leadsheet-page.fcgi"},
	    {"SCRIPT_NAME=/\"><b>", "/%22%3E%3Cb%3E"}};
	struct visit v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		v = VISIT("", cases[i][0]);
		assert_string_equal(v.script, cases[i][1]);
		visit_free(&v);
	}
}

static void
cookies_are_found(void **state)
{
	static const struct {
		const char *cookies, *value; /* NULL: there is none */
	} cases[] = {{"", NULL}, {"id=1", "1"}, {"a=2; id=1", "1"},
	    {"a=2;id=1", "1"}, {"id=1; id=2", "1"}, {"id=1 ; a=2", "1"},
	    {"  ;; id=1", "1"}, {"id=", ""}, {"id", NULL}, {"xid=1", NULL},
	    {"idx=1", NULL}, {"ID=1", NULL}, {"a=id=1", NULL},
	    {"id=1=2", "1=2"}, {"id=1234567", "1234567"}, {"id=12345678", NULL},
	    {";", NULL}, {"a=\"; id=1", "1"}};
	char out[8], text[64];
	struct visit v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(
		    text, sizeof(text), "HTTP_COOKIE=%s", cases[i].cookies);
		v = VISIT("", text);
		assert_int_equal(visit_cookie(&v, "id", out, sizeof(out)),
		    cases[i].value != NULL);
		if (cases[i].value != NULL)
			assert_string_equal(out, cases[i].value);
		visit_free(&v);
	}
}

static void
origins_are_compared(void **state)
{
	static const struct {
		const char *host, *origin, *site;
		int https, is;
	} cases[] = {{"a.example", "https://a.example", "", 1, 1},
	    {"A.example", "HTTPS://a.Example", "", 1, 1},
	    {"a.example:81", "http://a.example:81", "", 0, 1},
	    {"a.example", "http://a.example", "", 1, 0},
	    {"a.example", "https://a.example", "", 0, 0},
	    {"a.example", "https://a.example:444", "", 1, 0},
	    {"a.example", "https://a.example.evil", "", 1, 0},
	    {"a.example", "https://evil-a.example", "", 1, 0},
	    {"a.example", "https://a.example/", "", 1, 0},
	    {"a.example", "null", "", 1, 0}, {"a.example", "", "", 1, 0},
	    {"", "https://", "", 1, 0}, {"", "", "", 1, 0},
	    {"a.example", "https://other.example", "same-origin", 1, 1},
	    {"a.example", "", "same-origin", 1, 1},
	    {"a.example", "https://a.example", "cross-site", 1, 0},
	    {"a.example", "https://a.example", "same-site", 1, 0},
	    {"a.example", "https://a.example", "none", 1, 0}};
	char host[64], origin[64], site[64];
	struct visit v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(
		    host, sizeof(host), "HTTP_HOST=%s", cases[i].host);
		(void)snprintf(
		    origin, sizeof(origin), "HTTP_ORIGIN=%s", cases[i].origin);
		(void)snprintf(site, sizeof(site), "HTTP_SEC_FETCH_SITE=%s",
		    cases[i].site);
		v = VISIT("", host, origin, site);
		assert_int_equal(
		    visit_is_ours(&v, cases[i].https), cases[i].is);
		visit_free(&v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what is absent is empty", what_is_absent_is_empty),
	    TEST("a form is read by its type", forms_are_read),
	    TEST("what stands before a path is ready for a URL",
		scripts_are_ready_for_urls),
	    TEST("a cookie is found by its whole name", cookies_are_found),
	    TEST("only a form of our own origin is ours", origins_are_compared),
	};

	return RUN(tests);
}

#include "unit.h"

#include "cli/relay/relayconf.h"

/* The section of a relay in a home of the test's. */
static struct conf conf;
static char path[256];

static void
put_file(const char *name, const char *text, mode_t mode)
{
	char file[256];
	FILE *f;

	(void)snprintf(file, sizeof(file), "%s/%s", scratch, name);
	(void)unlink(file);
	f = fopen(file, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, mode), 0);
}

/* What relayconf_read() says of these lines: 0 or -1. */
static int
take(const char *lines, struct relayconf *r, struct fault *f)
{
	char text[8192];

	(void)snprintf(text, sizeof(text), "bom = no\n[relay crm]\n%s", lines);
	put_file("leadsheet.conf", text, 0644);
	(void)snprintf(path, sizeof(path), "%s/leadsheet.conf", scratch);
	memset(f, 0, sizeof(*f));
	(void)conf_read(&conf, path);
	return relayconf_read(r, &conf, path, scratch, "crm", f);
}

/* No memory is no answer. */
static int
lacks_memory(const struct fault *f)
{
	return f->kind == FAULT_MEMORY;
}

static int
forget_conf(void **state)
{
	(void)state;
	conf_free(&conf);
	return 0;
}

#define NEEDED                                                                 \
	"url = https://crm.example.org/in?key=s3cret\nfrom = 2026-12-01\n"

static void
have_defaults(void **state)
{
	struct relayconf r;
	struct fault f;
	char file[256];

	(void)state;
	if (take(NEEDED, &r, &f) == -1) {
		assert_true(lacks_memory(&f));
		return;
	}
	assert_string_equal(r.name, "crm");
	assert_string_equal(r.cursor, "relay-crm");
	assert_string_equal(r.url, "https://crm.example.org/in?key=s3cret");
	assert_string_equal(r.host, "https://crm.example.org");
	assert_string_equal(r.from, "2026-12-01");
	assert_null(r.endpoints);
	assert_string_equal(r.template, "");
	(void)snprintf(file, sizeof(file), "%s/relay-crm.secret", scratch);
	assert_string_equal(r.secret, file);
	assert_int_equal(r.batch, 10);
	assert_int_equal(r.every, 0);
	assert_int_equal(r.tests, 0);
	assert_int_equal(r.private_allowed, 0);
}

static void
take_all(void **state)
{
	struct relayconf r;
	struct fault f;
	char file[256];

	(void)state;
	if (take("url = http://10.0.0.1:8080/x\nfrom = beginning\n"
		 "endpoint = main, events\ntemplate = chat.json\n"
		 "batch = 100\nevery = 10m\ntests = Yes\nprivate = yes\n"
		 "secret_file = /etc/crm.secret\n",
		&r, &f) == -1) {
		assert_true(lacks_memory(&f));
		return;
	}
	assert_string_equal(r.host, "http://10.0.0.1:8080");
	assert_string_equal(r.from, "");
	assert_true(relayconf_has(&r, "main"));
	assert_true(relayconf_has(&r, "events"));
	assert_false(relayconf_has(&r, "event"));
	assert_false(relayconf_has(&r, "eventss"));
	(void)snprintf(file, sizeof(file), "%s/chat.json", scratch);
	assert_string_equal(r.template, file);
	assert_string_equal(r.secret, "/etc/crm.secret");
	assert_int_equal(r.batch, 100);
	assert_int_equal(r.every, INT64_C(600000000));
	assert_int_equal(r.tests, 1);
	assert_int_equal(r.private_allowed, 1);
}

static void
take_times(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* 0: it is refused */
	} cases[] = {{"1s", 1}, {"90 s", 90}, {"10m", 600}, {"1H", 3600},
	    {"24h", 86400}, {"86400s", 86400}, {"25h", 0}, {"0m", 0}, {"10", 0},
	    {"m", 0}, {"-1m", 0}, {"10mm", 0}, {"10d", 0}, {"", 0},
	    {"99999999999999999999h", 0}};
	struct relayconf r;
	char lines[256];
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(
		    lines, sizeof(lines), NEEDED "every = %s\n", cases[i].text);
		if (take(lines, &r, &f) == 0)
			assert_int_equal(
			    r.every, cases[i].seconds * UTC_SECOND);
		else if (!lacks_memory(&f))
			assert_int_equal(cases[i].seconds, 0);
	}
}

static void
refuse_what_is_wrong(void **state)
{
	static const struct {
		const char *lines, *says;
	} cases[] = {
	    {"", "doesn't say where to"},
	    {"[relay other]\nurl = x\n", "doesn't say where to"},
	    {"from = 2026-12-01\n", "doesn't say where to"},
	    {"url = https://h/\n", "doesn't say from when on"},
	    {"url = https://h/\nfrom = 2026-13-01\n",
		"line 4: from: write the first day"},
	    {"url = https://h/\nfrom = today\n", "line 4: from: "},
	    {NEEDED "url_file = x\n", "both url and url_file"},
	    {NEEDED "url = https://other/\n", "line 5: url: is set twice"},
	    {NEEDED "batch = 0\n", "line 5: batch: "},
	    {NEEDED "batch = 101\n", "line 5: batch: "},
	    {NEEDED "batch = 1x\n", "line 5: batch: "},
	    {NEEDED "tests = maybe\n", "line 5: tests: write yes or no"},
	    {NEEDED "tempalte = x\n", "did you mean template?"},
	    {NEEDED "quux = x\n", "leadsheet.conf(5) lists them"},
	    {NEEDED "template =\n", "line 5: template: write the path"},
	    {NEEDED "endpoint = Main\n", "\"Main\" is no name of an endpoint"},
	    {NEEDED "endpoint = ,\n", "line 5: endpoint: name an endpoint"},
	    {NEEDED "what\n", "line 5: what: write it as name = value"},
	    {"from = 2026-12-01\nurl = ftp://h/\n", "the URL can't be used"},
	    {"from = 2026-12-01\nurl = https:///x\n", "the URL can't be used"},
	    {"from = 2026-12-01\nurl = h.example.org\n",
		"the URL can't be used"},
	    {"from = 2026-12-01\nurl = https://h/a b\n",
		"the URL can't be used"},
	    {"from = 2026-12-01\nurl = https://h/\xc3\xa4\n",
		"the URL can't be used"},
	    /* Programs differ in which of these is the host. */
	    {"from = 2026-12-01\nurl = https://h\\@i/\n",
		"the URL can't be used"},
	    {"from = 2026-12-01\nurl = http://h/\n", "private = yes"},
	    {"from = 2026-12-01\nurl_file = none\n",
		"relay crm: can't read the URL; its file must belong to "},
	    {"from = 2026-12-01\nurl_file = .\n", "is not a plain file"},
	};
	struct relayconf r;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(take(cases[i].lines, &r, &f), -1);
		if (lacks_memory(&f))
			continue;
		assert_int_equal(f.kind, FAULT_SETUP);
		if (strstr(f.text, cases[i].says) == NULL)
			print_error("%s: %s\n", cases[i].says, f.text);
		assert_non_null(strstr(f.text, cases[i].says));
		assert_null(strstr(f.text, "s3cret"));
	}
}

static void
read_url_from_file(void **state)
{
	static const char lines[] = "url_file = hook\nfrom = 2026-12-01\n";
	struct relayconf r;
	struct fault f;
	char text[2100];

	(void)state;
	put_file("hook", "https://chat.example.org/s3cret \r\nmore\n", 0600);
	if (take(lines, &r, &f) == 0) {
		assert_string_equal(r.url, "https://chat.example.org/s3cret");
		assert_string_equal(r.host, "https://chat.example.org");
	} else {
		assert_true(lacks_memory(&f));
	}
	put_file("hook", "https://chat.example.org/s3cret\n", 0640);
	assert_int_equal(take(lines, &r, &f), -1);
	if (!lacks_memory(&f))
		assert_non_null(strstr(f.text, "chmod 600"));
	put_file("hook", "", 0600);
	assert_int_equal(take(lines, &r, &f), -1);
	if (!lacks_memory(&f))
		assert_non_null(strstr(f.text, "hook: the URL can't be used"));
	/* One that was cut would be another's. */
	(void)snprintf(text, sizeof(text), "https://example.org/%02070d", 0);
	put_file("hook", text, 0600);
	assert_int_equal(take(lines, &r, &f), -1);
	if (!lacks_memory(&f))
		assert_non_null(strstr(f.text, "hook is too long"));
}

static void
list_relays(void **state)
{
	(void)state;
	put_file("leadsheet.conf",
	    "[relay b]\nurl = x\n[endpoint main]\nbom = no\n[relay a]\n"
	    "[relay b]\nbatch = 1\n",
	    0644);
	(void)snprintf(path, sizeof(path), "%s/leadsheet.conf", scratch);
	if (conf_read(&conf, path) == -1)
		return;
	assert_string_equal(relayconf_nth(&conf, 0), "b");
	assert_string_equal(relayconf_nth(&conf, 1), "a");
	assert_null(relayconf_nth(&conf, 2));
}

static void
tell_secret_early(void **state)
{
	char file[PATH_MAX], expected[256];
	struct fault f = {0};

	(void)state;
	put_file("leadsheet.conf", "[relay crm]\nbatch = 3\n", 0644);
	(void)snprintf(path, sizeof(path), "%s/leadsheet.conf", scratch);
	if (conf_read(&conf, path) == -1)
		return;
	assert_int_equal(
	    relayconf_secret(file, &conf, path, scratch, "crm", &f), 0);
	(void)snprintf(
	    expected, sizeof(expected), "%s/relay-crm.secret", scratch);
	assert_string_equal(file, expected);
}

#define CONF_TEST(sentence, function)                                          \
	{                                                                      \
		sentence, function, NULL, forget_conf, NULL                    \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CONF_TEST("what isn't said is as the manual says", have_defaults),
	    CONF_TEST("each setting is taken", take_all),
	    CONF_TEST("times are from a second to a day", take_times),
	    CONF_TEST("what is wrong is told, and where", refuse_what_is_wrong),
	    CONF_TEST("a secret URL is read from its file", read_url_from_file),
	    CONF_TEST("each relay is listed once", list_relays),
	    CONF_TEST("the secret's file is known before the rest is said",
		tell_secret_early),
	};

	return RUN(tests);
}

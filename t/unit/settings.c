#include "unit.h"

#include "base/bytes.h"
#include "base/utc.h"
#include "config/shape.h"
#include "config/settings.h"

/* What holds for an endpoint, or with NULL for none; -1: a line is wrong. */
static int
load_for(const char *endpoint, const char *text, struct settings *s)
{
	const char *path = in_scratch("leadsheet.conf");
	struct conf conf = {0};

	write_file(path, text, strlen(text));
	(void)conf_read(&conf, path);
	settings_of(s, &conf, path, endpoint);
	conf_free(&conf);
	return s->wrong.kind == FAULT_NONE ? 0 : -1;
}

static int
load(const char *text, struct settings *s)
{
	return load_for(NULL, text, s);
}

static void
defaults_hold(void **state)
{
	struct settings s;

	(void)state;
	assert_int_equal(load("", &s), 0);
	assert_string_equal(s.shape.timezone, "UTC");
	assert_int_equal(s.shape.format, SHEET_CSV);
	assert_int_equal(s.shape.delimiter, ',');
	assert_true(s.shape.bom && s.shape.protect && s.require_https);
	assert_false(s.trust_forwarded_proto);
	assert_int_equal(s.max_body, 16 * 1024 * 1024);
	assert_int_equal(s.lock_timeout, 20000000);
	assert_int_equal(s.quiet, 0);
	assert_int_equal(s.shape.ncolumns, SHAPE_COLUMNS);
	assert_int_equal(s.shape.columns[22], 22);
	assert_false(s.waits || s.https_in_doubt);
}

static void
every_setting_is_read(void **state)
{
	struct settings s;

	(void)state;
	assert_int_equal(load("# a comment\n"
			      "timezone = Europe/Berlin\n"
			      "format = csv\n"
			      "delimiter = semicolon ; not a comma\n"
			      "bom = no\n"
			      "protect = OFF\n"
			      "require_https = false\n"
			      "trust_forwarded_proto = yes\n"
			      "max_body = 2M\n"
			      "lock_timeout = 7s\n"
			      "columns = full_name, urn,\n"
			      "          extra\n",
			     &s),
	    0);
	assert_string_equal(s.shape.timezone, "Europe/Berlin");
	assert_int_equal(s.shape.delimiter, ';');
	assert_false(s.shape.bom || s.shape.protect || s.require_https);
	assert_true(s.trust_forwarded_proto);
	assert_int_equal(s.max_body, 2 << 20);
	assert_int_equal(s.lock_timeout, 7000000);
	assert_int_equal(s.shape.ncolumns, 3);
	assert_int_equal(s.shape.columns[0], 4);
	assert_int_equal(s.shape.columns[1], 3);
	assert_int_equal(s.shape.columns[2], 22);
}

static void
quiet_is_read(void **state)
{
	static const struct {
		const char *text;
		int hours;
	} cases[] = {{"quiet = 3d\n", 72}, {"quiet = 12h\n", 12},
	    {"quiet = 2 W\n", 336}, {"quiet = 366d\n", 8784},
	    {"quiet = off\n", 0}, {"quiet = no\n", 0}};
	struct settings s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(load(cases[i].text, &s), 0);
		assert_int_equal(
		    s.quiet, cases[i].hours * (INT64_C(3600) * UTC_SECOND));
	}
	assert_int_equal(
	    load_for("main", "quiet = 1d\n[endpoint main]\nquiet = off\n", &s),
	    0);
	assert_int_equal(s.quiet, 0);
	assert_int_equal(load_for("b", "[endpoint b]\nquiet = 1w\n", &s), 0);
	assert_true(s.quiet > 0);
}

static void
line_may_be_long(void **state)
{
	struct bytes b = {0};
	struct settings s;
	int i;

	(void)state;
	bytes_adds(&b, "columns =");
	for (i = 0; i < SHAPE_COLUMNS; i++)
		bytes_printf(&b, ",%300s%s", "", shape_column_name(i));
	bytes_adds(&b, "\nbom = no\n");
	bytes_addc(&b, '\0');
	assert_int_equal(load(b.data, &s), 0);
	assert_int_equal(s.shape.ncolumns, SHAPE_COLUMNS);
	assert_false(s.shape.bom);
	bytes_free(&b);
}

static void
tsv_is_by_tab(void **state)
{
	static const char mixed[] = "delimiter = semicolon\n"
				    "[endpoint main]\nformat = tsv\n";
	struct settings s;

	(void)state;
	assert_int_equal(load("format = tsv\n", &s), 0);
	assert_int_equal(s.shape.delimiter, '\t');
	assert_int_equal(load("format=tsv\ndelimiter=tab\n", &s), 0);
	assert_int_equal(load("format=tsv\ndelimiter=comma\n", &s), -1);
	assert_int_equal(s.line, 2);
	assert_true(s.waits);
	/* What was said for all gives way to what one of them has. */
	assert_int_equal(load_for("main", mixed, &s), 0);
	assert_int_equal(s.shape.delimiter, '\t');
	assert_int_equal(load_for("other", mixed, &s), 0);
	assert_int_equal(s.shape.delimiter, ';');
	assert_int_equal(
	    load_for("main",
		"format = tsv\n[endpoint main]\ndelimiter = comma\n", &s),
	    -1);
}

/* What is wrong; what it leaves in doubt: the shape, or HTTPS. */
enum { NOTHING, SHAPE, HTTPS };
static const struct {
	const char *text;
	const char *says;
	int doubt;
} wrong[] = {
    {"\ncolour = red\n", "line 2: colour: there is no such setting", NOTHING},
    {"bom = maybe\n", "line 1: bom: write yes or no", SHAPE},
    {"bom =\n", "line 1: bom: write yes or no", SHAPE},
    {"\n\nformat = xls\n", "line 3: format: write csv or tsv", SHAPE},
    {"delimiter = ;\n", "line 1: delimiter: write comma, semicolon", SHAPE},
    {"max_body = 5 apples\n", "line 1: max_body: write a size", NOTHING},
    {"max_body = 2000M\n", "line 1: max_body: write a size", NOTHING},
    {"max_body = -1\n", "line 1: max_body: write a size", NOTHING},
    {"max_body = 99999999999999999999\n", "line 1: max_body", NOTHING},
    {"lock_timeout = 0\n", "line 1: lock_timeout: write whole", NOTHING},
    {"lock_timeout = 5m\n", "line 1: lock_timeout: write whole", NOTHING},
    {"quiet = 3\n", "line 1: quiet: write so many hours, days or", NOTHING},
    {"quiet = 0d\n", "line 1: quiet: write so many", NOTHING},
    {"quiet = 400d\n", "line 1: quiet: write so many", NOTHING},
    {"quiet = 3m\n", "line 1: quiet: write so many", NOTHING},
    {"quiet =\n", "line 1: quiet: write so many", NOTHING},
    {"quite = 3d\n", "is it \"quiet\"?", NOTHING},
    {"require_https = nope\n", "line 1: require_https: write yes", HTTPS},
    {"trust_forwarded_proto = x\n", "line 1: trust_forwarded", HTTPS},
    {"timezone =\n", "line 1: timezone: write a name", SHAPE},
    {"timezone = Mars/North\n", "\"Mars/North\" is not known here", SHAPE},
    {"timezone = ../../etc/passwd\n", "is not known here", SHAPE},
    {"timezone = right/Europe/Berlin\n", "leap seconds", SHAPE},
    {"columns = urn, nmae\n", "line 1: columns: there is no column \"nmae\"",
	SHAPE},
    {"columns = urn, urn\n", "the column \"urn\" stands there twice", SHAPE},
    {"columns = ,\n", "line 1: columns: name at least one", SHAPE},
    {"bom = yes\nbom = no\n", "line 2: bom: is set twice", SHAPE},
    {"bom = yes\n  no\n",
	"line 1: bom: write yes or no (line 2 begins with a blank", SHAPE},
    {"bom = yes\nwhat\n", "line 2: write it as name = value", NOTHING},
    {"timezone Europe/Berlin\n", "line 1: write it as name = value", SHAPE},
    {"delimeter = semicolon\n", "is it \"delimiter\"?", SHAPE},
    {"require_htps = no\n", "is it \"require_https\"?", HTTPS},
    {"[main]\nlock_timeout = 1\n", "line 1: there is no such section", NOTHING},
    {"[leadsheet]\ntimezone = Europe/Berlin\n",
	"line 1: there is no such "
	"section",
	SHAPE},
    {"[endpoint]\n", "line 1: a section's name has small letters", NOTHING},
    {"[endpoint Main]\n", "line 1: a section's name has small", NOTHING},
    {"[endpoint main\n", "line 1: there is no such section", NOTHING},
    {"[endpoints main]\n", "line 1: there is no such section", NOTHING},
};

static void
faults_name_file_and_line(void **state)
{
	struct settings s, all;
	size_t i;

	(void)state;
	setting_defaults(&all);
	for (i = 0; i < COUNT(wrong); i++) {
		assert_int_equal(load(wrong[i].text, &s), -1);
		assert_int_equal(s.wrong.kind, FAULT_SETUP);
		assert_non_null(strstr(s.wrong.text, "leadsheet.conf line "));
		if (strstr(s.wrong.text, wrong[i].says) == NULL)
			fail_msg("%s: %s", wrong[i].text, s.wrong.text);
		if (s.waits != (wrong[i].doubt == SHAPE) ||
		    s.https_in_doubt != (wrong[i].doubt == HTTPS))
			fail_msg(
			    "%s leaves other things in doubt", wrong[i].text);
		assert_true(shape_equal(&s.shape, &all.shape));
		assert_int_equal(s.max_body, all.max_body);
		assert_int_equal(s.lock_timeout, all.lock_timeout);
		assert_true(s.require_https && !s.trust_forwarded_proto);
	}
}

static void
others_hold(void **state)
{
	struct settings s;

	(void)state;
	assert_int_equal(load("bom = no\nmax_body = lots\nlock_timeout = 3\n"
			      "format = odt\ncolour = red\n",
			     &s),
	    -1);
	assert_int_equal(s.line, 2);
	assert_non_null(strstr(s.wrong.text, "max_body"));
	assert_false(s.shape.bom);
	assert_int_equal(s.lock_timeout, 3000000);
	assert_int_equal(s.max_body, 16 << 20);
	assert_true(s.waits);
}

static void
endpoint_has_its_own(void **state)
{
	static const char text[] = "timezone = Europe/Berlin\n"
				   "max_body = 1M\n"
				   "[endpoint main]\n"
				   "timezone = Asia/Tokyo\n"
				   "[endpoint other]\n"
				   "bom = perhaps\n"
				   "max_body = 2M\n"
				   "[endpoint main]\n"
				   "delimiter = pipe\n"
				   "[profile crm]\n"
				   "First name = first_name\n"
				   "timezone = Nowhere\n"
				   "[relay chat]\n"
				   "url = https://example.org/#a\n";
	struct conf conf = {0};
	const char *path;
	struct settings s;

	(void)state;
	assert_int_equal(load(text, &s), 0);
	assert_string_equal(s.shape.timezone, "Europe/Berlin");
	assert_int_equal(load_for("main", text, &s), 0);
	assert_string_equal(s.shape.timezone, "Asia/Tokyo");
	assert_int_equal(s.shape.delimiter, '|');
	assert_int_equal(s.max_body, 1 << 20);
	assert_int_equal(load_for("third", text, &s), 0);
	assert_string_equal(s.shape.timezone, "Europe/Berlin");
	assert_int_equal(load_for("other", text, &s), -1);
	assert_int_equal(s.line, 6);
	assert_true(s.waits);
	assert_int_equal(s.max_body, 2 << 20);
	path = in_scratch("leadsheet.conf");
	assert_int_equal(conf_read(&conf, path), 0);
	assert_int_equal(settings_max_body(&conf, path), 2 << 20);
	conf_free(&conf);
}

static void
right_line_of_its_own_leaves_no_doubt(void **state)
{
	static const char text[] =
	    "bom = x\n[endpoint main]\nbom = no\n[endpoint b]\nbom = y\n";
	struct settings s;

	(void)state;
	assert_int_equal(load_for("main", text, &s), -1);
	assert_int_equal(s.line, 1);
	assert_false(s.waits);
	assert_false(s.shape.bom);
	assert_int_equal(load_for("b", text, &s), -1);
	assert_true(s.waits);
}

static void
unreadable_file_leaves_all_in_doubt(void **state)
{
	static const char *const commands[] = {"mkdir leadsheet.conf",
	    "mkfifo leadsheet.conf",
	    "printf 'bom = yes\\0\\n' > leadsheet.conf",
	    "head -c 2000000 /dev/zero > leadsheet.conf",
	    "ln -s leadsheet.conf leadsheet.conf"};
	const char *path = in_scratch("leadsheet.conf");
	struct conf conf = {0};
	char command[1024];
	struct settings s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(commands); i++) {
		(void)snprintf(command, sizeof(command),
		    "cd '%s' && rm -rf leadsheet.conf && %s", scratch,
		    commands[i]);
		assert_int_equal(system(command), 0);
		assert_int_equal(conf_read(&conf, path), -1);
		settings_of(&s, &conf, path, "main");
		assert_int_equal(s.wrong.kind, FAULT_SETUP);
		assert_int_equal(s.line, 0);
		assert_true(s.waits && s.https_in_doubt);
	}
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", path);
	assert_int_equal(system(command), 0);
	conf_free(&conf);
}

static void
page_has_its_own(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {{"[page]\nlogin = both\n", "line 2: login: write own"},
	    {"[page]\nlanguage = fr\n", "line 2: language: write auto, en"},
	    {"login = server\n",
		"line 1: login: this is a setting of the page"},
	    {"[page]\nbom = no\n", "no setting of the page"},
	    {"[page main]\nlogin = server\n", "has no name; write [page]"},
	    {"[digest main]\nto = a@example.org\n",
		"has no name; write [digest]"},
	    {"[page]\nlogin = own\nlogin = own\n", "is set twice"}};
	struct settings s;
	size_t i;

	(void)state;
	assert_int_equal(load("", &s), 0);
	assert_false(s.login_by_server);
	assert_string_equal(s.language, "");
	assert_int_equal(
	    load("[page]\nlogin = Server\nlanguage = de\n", &s), 0);
	assert_true(s.login_by_server);
	assert_string_equal(s.language, "de");
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(load(bad[i].text, &s), -1);
		assert_non_null(strstr(s.wrong.text, bad[i].says));
		/* A wrong line lets nobody in. */
		assert_false(s.login_by_server);
		assert_string_equal(s.language, "");
	}
	/* Of the page's own no endpoint's rows wait. */
	assert_int_equal(load_for("main", bad[0].text, &s), 0);
	assert_int_equal(load_for("main", bad[1].text, &s), 0);
	/* What shapes the sheets is in doubt wherever it stands. */
	assert_int_equal(load(bad[3].text, &s), -1);
	assert_true(s.waits);
}

/* Their lines are judged by who uses them, and nothing else waits for these. */
static void
what_leaves_has_its_own(void **state)
{
	static const char text[] = "bom = no\n"
				   "[digest]\n"
				   "to = nobody\n"
				   "bom = perhaps\n"
				   "what\n"
				   "[relay crm]\n"
				   "timezone = Nowhere\n"
				   "delimiter = tab\n"
				   "format = ods\n"
				   "max_body = 1\n";
	struct settings s;

	(void)state;
	assert_int_equal(load(text, &s), 0);
	assert_false(s.waits || s.https_in_doubt || s.shape.bom);
	assert_int_equal(s.shape.delimiter, ',');
	assert_string_equal(s.shape.timezone, "UTC");
	assert_int_equal(load_for("main", text, &s), 0);
	assert_false(s.waits || s.https_in_doubt || s.shape.bom);
	/* One that is no section is no digest's. */
	assert_int_equal(load("[digest main]\nto = a@b.example\n", &s), -1);
	assert_non_null(strstr(s.wrong.text, "line 1: this section has no "));
	assert_int_equal(load("to = a@b.example\n", &s), -1);
	assert_int_equal(s.line, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("without a file the defaults hold", defaults_hold),
	    TEST("every setting is read", every_setting_is_read),
	    TEST("quiet is hours, days, weeks or off", quiet_is_read),
	    TEST("a line may be as long as it needs to be", line_may_be_long),
	    TEST("tsv is delimited by tab and nothing else", tsv_is_by_tab),
	    TEST("a wrong line is told, and keeps the default",
		faults_name_file_and_line),
	    TEST("beside a wrong line the others hold", others_hold),
	    TEST("what stands in an endpoint's section holds there",
		endpoint_has_its_own),
	    TEST("an endpoint's own right line leaves no doubt",
		right_line_of_its_own_leaves_no_doubt),
	    TEST("the page's settings stand in its section, and hold up nobody",
		page_has_its_own),
	    TEST("relays and the digest have their own lines, which nothing "
		 "waits for",
		what_leaves_has_its_own),
	    TEST("a file that can't be read leaves all in doubt",
		unreadable_file_leaves_all_in_doubt),
	};

	return RUN(tests);
}

#include "unit.h"

#include <fcntl.h>

#include "config/columns.h"
#include "config/settings.h"

static int
load(const char *text, struct settings *s, struct fault *f)
{
	const char *path = in_scratch("leadsheet.conf");

	fault_clear(f);
	write_file(path, text, strlen(text));
	return settings_load(s, path, f);
}

static void
defaults_hold(void **state)
{
	struct settings s;
	struct fault f = {0};

	(void)state;
	assert_int_equal(settings_load(&s, in_scratch("none"), &f), 0);
	assert_string_equal(s.shape.timezone, "UTC");
	assert_int_equal(s.shape.format, SHEET_CSV);
	assert_int_equal(s.shape.delimiter, ',');
	assert_true(s.shape.bom && s.shape.protect && s.require_https);
	assert_false(s.trust_forwarded_proto);
	assert_int_equal(s.max_body, 16 * 1024 * 1024);
	assert_int_equal(s.lock_timeout, 20000000);
	assert_int_equal(s.shape.ncolumns, COLUMNS);
	assert_int_equal(s.shape.columns[22], 22);
}

static void
every_setting_is_read(void **state)
{
	struct settings s;
	struct fault f = {0};

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
			     &s, &f),
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
tsv_is_by_tab(void **state)
{
	struct settings s;
	struct fault f = {0};

	(void)state;
	assert_int_equal(load("format = tsv\n", &s, &f), 0);
	assert_int_equal(s.shape.delimiter, '\t');
	assert_int_equal(load("format=tsv\ndelimiter=tab\n", &s, &f), 0);
	assert_int_equal(load("format=tsv\ndelimiter=comma\n", &s, &f), -1);
}

static void
faults_name_file_and_line(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
	    {"\ncolour = red\n", "line 2: there is no setting \"colour\""},
	    {"bom = maybe\n", "line 1: bom: write yes or no"},
	    {"bom =\n", "line 1: bom: write yes or no"},
	    {"\n\nformat = xls\n", "line 3: format: write csv or tsv"},
	    {"delimiter = ;\n", "line 1: delimiter: write comma, semicolon"},
	    {"max_body = 5 apples\n", "line 1: max_body: write a size"},
	    {"max_body = 2000M\n", "line 1: max_body: write a size"},
	    {"max_body = -1\n", "line 1: max_body: write a size"},
	    {"max_body = 99999999999999999999\n", "line 1: max_body"},
	    {"lock_timeout = 0\n", "line 1: lock_timeout: write whole"},
	    {"lock_timeout = 5m\n", "line 1: lock_timeout: write whole"},
	    {"timezone =\n", "line 1: timezone: write a name"},
	    {"columns = urn, nmae\n",
		"line 1: columns: there is no column \"nmae\""},
	    {"columns = urn, urn\n", "line 1: columns: a column stands there "
				     "twice"},
	    {"columns = ,\n", "line 1: columns: name at least one"},
	    {"bom = yes\nbom = no\n", "line 2: bom: stands there twice"},
	    {"bom = yes\n  no\n", "line 2: bom: this line is indented"},
	    {"[main]\nbom = yes\n", "line 2: there are no [sections]"},
	    {"bom = yes\nwhat\n", "line 2: write it as name = value"},
	};
	char longest[400];
	struct settings s;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(load(cases[i].text, &s, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, "leadsheet.conf"));
		if (strstr(f.text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].text, f.text);
	}
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "timezone = ", 11);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(load(longest, &s, &f), -1);
	assert_non_null(strstr(f.text, "too long"));
}

static void
changes_are_noticed(void **state)
{
	const char *path = in_scratch("leadsheet.conf");
	struct timespec later[2] = {{1, 0}, {1, 0}};
	struct settings s;
	struct fault f = {0};

	(void)state;
	assert_int_equal(load("bom = yes\n", &s, &f), 0);
	assert_false(settings_changed(&s, path));
	assert_int_equal(utimensat(AT_FDCWD, path, later, 0), 0);
	assert_true(settings_changed(&s, path));
	assert_int_equal(load("bom = perhaps\n", &s, &f), -1);
	assert_false(settings_changed(&s, path));
	assert_int_equal(unlink(path), 0);
	assert_true(settings_changed(&s, path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("without a file the defaults hold", defaults_hold),
	    TEST("every setting is read", every_setting_is_read),
	    TEST("tsv is delimited by tab and nothing else", tsv_is_by_tab),
	    TEST("a fault names file, line and remedy",
		faults_name_file_and_line),
	    TEST("a file that changed, came or went is noticed",
		changes_are_noticed),
	};

	return RUN(tests);
}

#include "unit.h"

#include "sheet/csv.h"

static const struct csv_dialect comma = {',', 1};

static struct bytes row;

static const char *
cell(const struct csv_dialect *d, const char *s, size_t n)
{
	bytes_reset(&row);
	csv_string(&row, d, s, n);
	bytes_addc(&row, '\0');
	assert_false(row.failed);
	return row.data;
}

static void
check(const struct csv_dialect *d, const char *in, const char *out)
{
	assert_string_equal(cell(d, in, strlen(in)), out);
}

static void
cells_are_quoted(void **state)
{
	static const char *const cases[][2] = {{"", ""}, {"plain", "plain"},
	    {"a, b", "\"a, b\""}, {"say \"hi\"", "\"say \"\"hi\"\"\""},
	    {"Initech; LLC", "\"Initech; LLC\""}, {" x", "\" x\""},
	    {"x ", "\"x \""}, {"Łódź", "Łódź"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		check(&comma, cases[i][0], cases[i][1]);
}

static void
row_is_one_line(void **state)
{
	static const char *const cases[][2] = {{"a\nb", "\"a b\""},
	    {"a\r\nb", "\"a  b\""}, {"a\tb", "\"a b\""},
	    {"a\x01\x7f"
	     "b",
		"\"a  b\""},
	    {"a\xe2\x80\xa8"
	     "b",
		"a b"}, /* U+2028 */
	    {"a\xe2\x80\xae"
	     "b",
		"a b"}, /* U+202E, a bidi override */
	    {"a\xc2\x85"
	     "b",
		"a b"}, /* NEL */
	    {"\xe2\x80\xad=1", "' =1"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		check(&comma, cases[i][0], cases[i][1]);
	assert_string_equal(cell(&comma, "a\0b", 3), "\"a b\"");
}

static void
formulas_are_protected(void **state)
{
	static const char *const cases[] = {"=1+1", "+1", "-1", "@x", "-",
	    " =1", "\t=1", "\n=1", "\xc2\xa0=1" /* NBSP */,
	    "\xe3\x80\x80=1" /* U+3000 */, "\xe2\x80\x8b=1" /* ZWSP */,
	    "\xef\xbb\xbf=1" /* BOM */,
	    "\xef\xbc\x9d"
	    "1" /* full-width = */,
	    "\xef\xbc\x8b"
	    "1",
	    "\xef\xbc\x8d"
	    "1",
	    "\xef\xbc\xa0x", "x;=1+1", "x; =1+1", "x;\xc2\xa0@y", "a;b;-c"};
	const char *out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		out = cell(&comma, cases[i], strlen(cases[i]));
		if (out[out[0] == '"'] != '\'')
			fail_msg("%s gives %s", cases[i], out);
	}
	check(&comma, "a=b", "a=b");
	check(&comma, "x; y", "\"x; y\"");
	check(&comma, "mail@example.org", "mail@example.org");
}

static void
pieces_are_protected_too(void **state)
{
	static const struct csv_dialect semicolon = {';', 1}, tab = {'\t', 1};

	(void)state;
	check(&comma, "x;=1+1;y", "\"'x;'=1+1;y\"");
	check(&comma, "=1;'a;b", "\"'=1;''a;b\"");
	check(&comma, "a;'b", "\"a;'b\"");
	check(&comma, "x,=1+1", "\"x,=1+1\"");
	check(&semicolon, "x,=1+1", "\"'x,'=1+1\"");
	check(&semicolon, "x;=1+1", "\"x;=1+1\"");
	check(&tab, "x,=1;=2", "\"'x,'=1;'=2\"");
}

/* Does the cell get a ' before it? */
static int
is_marked(const char *s)
{
	const char *out = cell(&comma, s, strlen(s));

	return out[out[0] == '"'] == '\'';
}

static void
changed_strings_are_protected(void **state)
{
	static const char *const changed[] = {"11-50", "1-10", "2-10", "3/4",
	    "5-12-2024", "2024-05-12", "1.5", "3.4.", "007", "1234567890123456",
	    "1e5", "1E+15", "12:30", "1,000", "50%", "(5)", "1 1/2", "May 5",
	    "5-Mar", "mar-24", "May 5, 2024", "5 pm", "10001+", "$5", "10,001+",
	    "12:30 AM", "TRUE", "false", " 007 ", "                       TRUE",
	    "\tfalse",
	    "11111111111111111111111111111111111111111111111111111111111111"
	    "111111111"};
	static const char *const kept[] = {"51-200", "201-500", "1001-5000",
	    "0", "7", "2500", "123456789012345", "May", "March", "Mary 5",
	    "3/4 Studio", "v2", "5 apples", "e5", "", "trueish",
	    "f1e2d3c4-b5a6-4789-0123-456789abcdef", "2026-05-08T14:23:00.000Z"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(changed); i++)
		if (!is_marked(changed[i]))
			fail_msg("%s is not protected", changed[i]);
	for (i = 0; i < COUNT(kept); i++)
		if (is_marked(kept[i]))
			fail_msg("%s is protected", kept[i]);
	check(&comma, "11-50", "'11-50");
	check(&comma, "201-500", "201-500");
	check(&comma, "'quoted", "''quoted");
}

static void
protection_can_be_off(void **state)
{
	static const struct csv_dialect bare = {',', 0};

	(void)state;
	check(&bare, "=1+1", "=1+1");
	check(&bare, "11-50", "11-50");
	check(&bare, "'x", "'x");
	check(&bare, "a\nb", "\"a b\"");
}

static size_t
units(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) == 0x80 ? 0
		     : (unsigned char)*s >= 0xf0        ? 2
		                                        : 1;
	return n;
}

static void
long_cells_end(void **state)
{
	static char text[4 * 40000];
	size_t i;

	(void)state;
	memset(text, 'x', 32000);
	assert_int_equal(units(cell(&comma, text, 32000)), 32000);
	memset(text, 'x', 32768);
	assert_int_equal(units(cell(&comma, text, 32768)), 32000);
	assert_string_equal(row.data + 31999, "\xe2\x80\xa6");
	/* With its mark a cell is no longer either. */
	text[0] = '=';
	assert_int_equal(units(cell(&comma, text, 32768)), 32000);
	assert_int_equal(units(cell(&comma, text, 32000)), 32000);
	for (i = 0; i < 30000; i++)
		memcpy(text + 4 * i, "\xf0\x9f\x91\x8f", 4);
	assert_true(units(cell(&comma, text, 4 * 30000)) <= 32000);
	assert_true(units(row.data) >= 31998);
	for (i = 0; i < 40000; i++)
		memcpy(text + 2 * i, ";=", 2);
	assert_true(units(cell(&comma, text, 2 * 40000)) <= 32002);
}

static void
rows_are_put_together(void **state)
{
	(void)state;
	bytes_reset(&row);
	csv_string(&row, &comma, "a", 1);
	csv_next(&row, &comma);
	csv_plain(&row, "-1", 2);
	csv_next(&row, &comma);
	csv_end(&row);
	assert_int_equal(row.len, 7);
	assert_memory_equal(row.data, "a,-1,\r\n", 7);
	bytes_free(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a cell with a comma, a quote or a blank is quoted",
		cells_are_quoted),
	    TEST("a row is one line", row_is_one_line),
	    TEST("a formula is protected, wherever it hides",
		formulas_are_protected),
	    TEST("a piece behind a foreign separator is protected as well",
		pieces_are_protected_too),
	    TEST("what a spreadsheet would change is protected",
		changed_strings_are_protected),
	    TEST("protection can be switched off", protection_can_be_off),
	    TEST("a cell ends at 32,000 characters", long_cells_end),
	    TEST("rows are put together", rows_are_put_together),
	};

	return RUN(tests);
}

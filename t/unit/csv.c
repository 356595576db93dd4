#include "unit.h"

#include "base/text.h"
#include "sheet/csv.h"
#include "sheet/protection.h"

static const struct csv_dialect comma = {',', 1, 0};

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
	    {"\xe2\x80\xad=1", "\"' =1\""}, {"x\u2028", "\"x \""},
	    {"\u202a5", "\"' 5\""}};
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
	static const struct csv_dialect semicolon = {';', 1, 0},
					tab = {'\t', 1, 0}, bar = {'|', 1, 0};

	(void)state;
	check(&comma, "x;=1+1;y", "\"'x;'=1+1;y\"");
	check(&comma, "=1;'a;b", "\"'=1;''a;b\"");
	check(&comma, "a;'b", "\"a;'b\"");
	check(&comma, "x,=1+1", "\"x,=1+1\"");
	check(&semicolon, "x,=1+1", "\"'x,'=1+1\"");
	check(&semicolon, "x;=1+1", "\"x;=1+1\"");
	check(&semicolon, "x|=1+1,y", "\"'x|'=1+1,y\"");
	check(&tab, "x,=1;=2", "\"'x,'=1;'=2\"");
	check(&tab, "x|=1", "'x|'=1");
	check(&bar, "x|=1,-2;@3", "\"'x|=1,'-2;'@3\"");
	/* A quote behind a separator would be a quote of the dialect's. */
	check(&comma, "x;\"=1+1;y", "\"'x;'\"\"=1+1;y\"");
	check(&comma, "x;\"y", "\"x;\"\"y\"");
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
	/* t/unit/protection.c has all kinds. */
	static const char *const changed[] = {"11-50", "May 5", "5. Mai",
	    "TRUE", "                       TRUE", "\tfalse", "wahr",
	    "\u00a0VRAI", "\u0418\u0421\u0422\u0418\u041d\u0410",
	    "do\u011fru\u3000", "\uff11\uff12", "CHF \uff15", "\u0661",
	    "May\u20285", "5\u00a0%"};
	static const char *const kept[] = {"51-200", "2500", "Mai", "May",
	    "3/4 Studio", "trueish", "w\u00e4hr", "\uff21", "K\u00f6ln",
	    "2026-05-08T14:23:00.000Z", "\u738b", "Jane \u2013 CEO"};
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
column_can_be_protected(void **state)
{
	static const struct csv_dialect always = {',', 1, 1},
					bare = {',', 0, 1};

	(void)state;
	check(&always, "201-500", "'201-500");
	check(&always, "a;b", "\"'a;b\"");
	check(&always, "", "");
	check(&bare, "201-500", "201-500");
}

static void
protection_can_be_off(void **state)
{
	static const struct csv_dialect bare = {',', 0, 0};

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

/* Does a piece behind a foreign separator get a mark too? */
static int
piece_is_marked(const char *s, size_t n)
{
	if (n > 0 && s[0] == '\'')
		return 1;
	for (; n > 0 && (s[0] == '"' || s[0] == ' '); n--)
		s++;
	return protection_runs_piece(s, n);
}

static int
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 ||
	       c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* What stands in a cell: one line, with spaces where controls were. */
static void
add_clean(struct bytes *b, const char *s, size_t n)
{
	size_t i, step;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, NULL);
		if (is_control(c))
			bytes_addc(b, ' ');
		else
			bytes_add(b, s + i, step);
	}
}

/*
 * A cell by the rules of csv.h, one character after the other, and judged by
 * what stands in it at last.
 */
static void
write_slowly(
    struct bytes *b, const struct csv_dialect *d, const char *in, size_t len)
{
	struct bytes clean = {0};
	const char *s;
	size_t i, n;
	int marked, quoted;

	add_clean(&clean, in, len);
	s = clean.len == 0 ? "" : clean.data;
	n = clean.len;
	marked = d->protect && n > 0 &&
	         (d->always || s[0] == '\'' ||
		     protection_is_formula(s, n, d->delimiter) ||
		     protection_is_changed(s, n));
	quoted = n > 0 && (s[0] == ' ' || s[n - 1] == ' ');
	for (i = 0; i < len; i++)
		quoted |= in[i] == d->delimiter ||
		          strchr("\",;", in[i]) != NULL ||
		          (unsigned char)in[i] < ' ';
	bytes_adds(b, quoted ? "\"" : "");
	bytes_adds(b, marked ? "'" : "");
	for (i = 0; i < n; i++) {
		bytes_addc(b, s[i]);
		if (s[i] == '"')
			bytes_addc(b, '"');
		if (marked && protection_is_foreign(s[i], d->delimiter) &&
		    piece_is_marked(s + i + 1, n - i - 1))
			bytes_addc(b, '\'');
	}
	bytes_adds(b, quoted ? "\"" : "");
	bytes_free(&clean);
}

/* Cells that look random, the same in every run. */
static void
cells_are_written_by_the_rules(void **state)
{
	static const char *const pieces[] = {"a", "Jane", "May", "TRUE", "pm",
	    "wahr", "\u0418", "\u0421\u0422\u0418\u041d\u0410", "kr",
	    "\xd9\xa1", "\xef\xbc\x95", "e", "7", "11", "-", "/", ":", ".", "%",
	    "=", "+", "@", "'", "\"", ",", ";", "|", " ", "\t", "\r\n", "\x7f",
	    "\xc2\x85", "\xc2\xa0", "\xc3\xa9", "\xe2\x80\xa8", "\xe2\x80\xae",
	    "\xe2\x80\x8b", "\xe2\x80\xa6", "\xe6\x97\xa5", "\xef\xbc\x9d",
	    "\xf0\x9f\x91\x8f", "https://www.example.org/",
	    "long enough for sixteen bytes"};
	struct csv_dialect d;
	struct bytes in = {0}, expected = {0};
	unsigned seed = 3, more;
	size_t i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		bytes_reset(&in);
		bytes_reset(&expected);
		bytes_reset(&row);
		seed = seed * 1103515245u + 12345u;
		d.delimiter = ",;|\t"[seed >> 16 & 3];
		d.protect = (seed >> 18 & 7) != 0;
		d.always = (seed >> 24 & 15) == 0;
		for (more = seed >> 21 & 7; more > 0; more--) {
			seed = seed * 1103515245u + 12345u;
			bytes_adds(&in, pieces[(seed >> 16) % COUNT(pieces)]);
		}
		csv_string(&row, &d, in.len == 0 ? "" : in.data, in.len);
		write_slowly(&expected, &d, in.len == 0 ? "" : in.data, in.len);
		if (row.len != expected.len ||
		    (row.len > 0 &&
			memcmp(row.data, expected.data, row.len) != 0))
			fail_msg("%.*s: %.*s, not %.*s", (int)in.len, in.data,
			    (int)row.len, row.data, (int)expected.len,
			    expected.data);
	}
	bytes_free(&in);
	bytes_free(&expected);
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
	    TEST("a column can be protected whatever it says",
		column_can_be_protected),
	    TEST("protection can be switched off", protection_can_be_off),
	    TEST("a cell ends at 32,000 characters", long_cells_end),
	    TEST("rows are put together", rows_are_put_together),
	    TEST("random cells are what the rules say, byte for byte",
		cells_are_written_by_the_rules),
	};

	return RUN(tests);
}

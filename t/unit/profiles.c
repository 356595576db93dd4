#include "unit.h"

#include "profile/profiles.h"

/* What a line of a profile leads to: "", or the remedy. */
static const char *
take(const char *name, const char *value)
{
	static char out[512];
	struct profile p;
	struct fault why = {0};

	profile_begin(&p, "x");
	out[0] = '\0';
	if (profile_take(&p, name, value, &why) == -1)
		(void)snprintf(out, sizeof(out), "%s", why.text);
	return out;
}

static const char *
column(const char *value)
{
	static char out[1024];
	struct profile p;
	struct fault why = {0};
	size_t i;

	profile_begin(&p, "x");
	if (profile_take(&p, "column", value, &why) == -1)
		return why.text[0] == '\0' ? "?" : "wrong";
	(void)snprintf(out, sizeof(out), "%s:", p.columns[0].name);
	for (i = 0; i < p.columns[0].nfields; i++)
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out),
		    " %d", p.columns[0].fields[i]);
	(void)snprintf(out + strlen(out), sizeof(out) - strlen(out), " <%s>",
	    p.columns[0].text);
	return out;
}

static void
a_column_has_a_name_and_what_goes_into_it(void **state)
{
	static const struct {
		const char *value, *read;
	} cases[] = {
	    {"Company company_name", "Company: 6 <>"},
	    {"\"First Name\" urn", "First Name: 3 <>"},
	    {"  A \t urn  ", "A: 3 <>"},
	    {"A urn or full_name", "A: 3 4 <>"},
	    {"A urn or \"\"", "A: 3 <>"},
	    {"A urn or \"[not provided]\"", "A: 3 <[not provided]>"},
	    {"A \"x y\"", "A: <x y>"},
	    {"A \"\"", "A: <>"},
	    {"\"say \"\"hi\"\"\" \"a \"\"b\"\"\"", "say \"hi\": <a \"b\">"},
	    {"A \"\"\"\"", "A: <\">"},
	    {"Gr\xc3\xb6\xc3\x9f"
	     "e urn",
		"Gr\xc3\xb6\xc3\x9f"
		"e: 3 <>"},
	    {"A\"b urn", "A\"b: 3 <>"},
	    {"", "wrong"},
	    {"A", "wrong"},
	    {"\"A\"", "wrong"},
	    {"\"\" urn", "wrong"},
	    {"A URN", "wrong"},
	    {"A urn or", "wrong"},
	    {"A urn full_name", "wrong"},
	    {"A urn \"or\" full_name", "wrong"},
	    {"A or urn", "wrong"},
	    {"A \"x\" or urn", "wrong"},
	    {"A \"x\" y", "wrong"},
	    {"\"A urn", "wrong"},
	    {"A \"x", "wrong"},
	    {"A \"x\"\"", "wrong"},
	    {"A \"x\"y", "wrong"},
	    {"\"A\"urn", "wrong"},
	    {"A urn or urn or urn or urn or urn or urn or urn or urn",
		"A: 3 3 3 3 3 3 3 3 <>"},
	    {"A urn or urn or urn or urn or urn or urn or urn or urn or urn",
		"wrong"},
	};
	char longest[PROFILE_TEXT_SIZE + 8];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(column(cases[i].value), cases[i].read);
	memset(longest, 'x', sizeof(longest));
	strcpy(longest + PROFILE_TEXT_SIZE - 1, " urn");
	assert_string_not_equal(column(longest), "wrong");
	memset(longest, 'x', sizeof(longest));
	strcpy(longest + PROFILE_TEXT_SIZE, " urn");
	assert_string_equal(column(longest), "wrong");
	longest[0] = '"';
	strcpy(longest + PROFILE_TEXT_SIZE, "\" urn");
	assert_string_not_equal(column(longest), "wrong");
	strcpy(longest + PROFILE_TEXT_SIZE, "x\" urn");
	assert_string_equal(column(longest), "wrong");
}

static void
other_lines_take_their_values_and_no_others(void **state)
{
	static const char *const right[][2] = {{"delimiter", "semicolon"},
	    {"delimiter", "tab"}, {"bom", "yes"}, {"protect", "no"},
	    {"unique", "no"}, {"rows", "1"}, {"rows", "999999999"}};
	static const char *const wrong[][2] = {{"delimiter", "dot"},
	    {"delimiter", ""}, {"bom", "maybe"}, {"protect", ""},
	    {"unique", "2"}, {"rows", "0"}, {"rows", "-1"}, {"rows", ""},
	    {"rows", "1k"}, {"rows", "1000000000"}, {"rows", "000"},
	    {"columns", "urn"}, {"Column", "A urn"}, {"", "x"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(right); i++)
		assert_string_equal(take(right[i][0], right[i][1]), "");
	for (i = 0; i < COUNT(wrong); i++)
		assert_string_not_equal(take(wrong[i][0], wrong[i][1]), "");
	assert_non_null(strstr(take("colum", "x"), "did you mean column?"));
}

static void
what_stands_there_twice_is_wrong(void **state)
{
	struct profile p;
	struct fault why = {0};

	(void)state;
	profile_begin(&p, "x");
	assert_int_equal(profile_take(&p, "column", "A urn", &why), 0);
	assert_int_equal(profile_take(&p, "column", "B urn", &why), 0);
	assert_int_equal(profile_take(&p, "column", "\"A\" \"\"", &why), -1);
	assert_int_equal(p.ncolumns, 2);
	fault_clear(&why);
	assert_int_equal(profile_take(&p, "rows", "5", &why), 0);
	assert_int_equal(profile_take(&p, "rows", "5", &why), -1);
}

static void
a_profile_has_sixty_four_columns_at_most(void **state)
{
	struct profile p;
	struct fault why = {0};
	char line[32];
	int i;

	(void)state;
	profile_begin(&p, "x");
	for (i = 0; i < PROFILE_COLUMNS_MAX; i++) {
		(void)snprintf(line, sizeof(line), "C%d urn", i);
		assert_int_equal(profile_take(&p, "column", line, &why), 0);
	}
	assert_int_equal(profile_take(&p, "column", "X urn", &why), -1);
}

static void
each_of_ours_is_right(void **state)
{
	static const char *const names[] = {
	    "hubspot", "salesforce", "pipedrive", "google-contacts"};
	struct conf none = {0};
	struct profile p;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		assert_int_equal(profiles_find(&p, &none, "", names[i], &f), 1);
		assert_string_equal(p.name, names[i]);
		assert_int_equal(profile_end(&p, &f), 0);
		assert_true(p.ncolumns >= 7 && p.rows >= 3000);
		assert_true(p.unique && !p.bom && !p.protect);
		assert_int_equal(p.delimiter, ',');
	}
	assert_int_equal(profiles_find(&p, &none, "", "nobody", &f), 0);
	assert_int_equal(profiles_find(&p, &none, "", "", &f), 0);
}

/* What a field makes of full_name, in brackets. */
static const char *
pick(int field, enum sheet_type type, const char *data)
{
	static char out[64];
	struct sheet_value v = {
	    .type = type, .data = data, .len = strlen(data)};

	if (!profile_pick(field, &v))
		return "-";
	(void)snprintf(out, sizeof(out), "[%.*s]", (int)v.len, v.data);
	return out;
}

static void
a_field_that_has_nothing_gives_way(void **state)
{
	(void)state;
	assert_string_equal(
	    pick(PROFILE_FIRST_NAME, SHEET_STRING, "Jane Smith"), "[Jane]");
	assert_string_equal(
	    pick(PROFILE_LAST_NAME, SHEET_STRING, "Jane Smith"), "[Smith]");
	assert_string_equal(
	    pick(PROFILE_FIRST_NAME, SHEET_STRING, "Smith"), "-");
	assert_string_equal(
	    pick(PROFILE_LAST_NAME, SHEET_STRING, "Smith"), "[Smith]");
	assert_string_equal(pick(PROFILE_LAST_NAME, SHEET_STRING, " "), "-");
	assert_string_equal(pick(PROFILE_LAST_NAME, SHEET_NONE, ""), "-");
	assert_string_equal(pick(PROFILE_LAST_NAME, SHEET_NUMBER, "7"), "[7]");
	assert_string_equal(pick(6, SHEET_STRING, " Acme "), "[ Acme ]");
	assert_string_equal(pick(6, SHEET_STRING, "\xc2\xa0"), "-");
	assert_string_equal(pick(6, SHEET_NONE, ""), "-");
	assert_string_equal(pick(0, SHEET_TIME, ""), "[]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a column has a name, and what goes into it",
		a_column_has_a_name_and_what_goes_into_it),
	    TEST("other lines take their values, and no others",
		other_lines_take_their_values_and_no_others),
	    TEST("what stands there twice is wrong",
		what_stands_there_twice_is_wrong),
	    TEST("a profile has sixty-four columns at most",
		a_profile_has_sixty_four_columns_at_most),
	    TEST("each of ours is right", each_of_ours_is_right),
	    TEST("a field that has nothing gives way to the next",
		a_field_that_has_nothing_gives_way)};

	return RUN(tests);
}

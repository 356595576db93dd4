#include "unit.h"

#include "profile/personname.h"

/* The two names with a | between them. */
static const char *
split(const char *name)
{
	static char out[256];
	struct personname p;

	personname_split(&p, name, strlen(name));
	(void)snprintf(out, sizeof(out), "%.*s|%.*s", (int)p.first_len, p.first,
	    (int)p.last_len, p.last);
	return out;
}

static void
a_name_is_split_at_its_last_blank(void **state)
{
	static const struct {
		const char *name, *parts;
	} cases[] = {
	    {"Jane Smith", "Jane|Smith"},
	    {"Juan Carlos Ortega", "Juan Carlos|Ortega"},
	    {"Smith", "|Smith"},
	    {"", "|"},
	    {" ", "|"},
	    {"\t\n", "|"},
	    {" Jane Smith ", "Jane|Smith"},
	    {"Jane  Smith", "Jane|Smith"},
	    {"Jane  Ann Smith", "Jane  Ann|Smith"},
	    {"Jane\tSmith", "Jane|Smith"},
	    {"Jane\nSmith", "Jane|Smith"},
	    {"J S", "J|S"},
	    {"Jane\xe3\x80\x80Smith", "Jane|Smith"},
	    {"\xe5\xb1\xb1\xe7\x94\xb0 \xe5\xa4\xaa",
		"\xe5\xb1\xb1\xe7\x94\xb0|\xe5\xa4\xaa"},
	    {"Jane\xe2\x80\x83Smith", "Jane|Smith"},
	    {"Jane\xe2\x80\xa8Smith", "Jane|Smith"},
	    {"Jane\xe2\x80\xaeSmith", "Jane|Smith"},
	    {"Jane\xe2\x81\xa6Smith", "Jane|Smith"},
	    {"Jane\xc2\x85Smith", "Jane|Smith"},
	    {"Anne\xe2\x80\x8bMarie", "|Anne\xe2\x80\x8bMarie"},
	    {"Jane \xff", "Jane|\xff"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(split(cases[i].name), cases[i].parts);
}

static void
a_no_break_blank_splits_where_there_is_no_other(void **state)
{
	(void)state;
	assert_string_equal(split("Jean de\xc2\xa0la\xc2\xa0"
				  "Croix"),
	    "Jean|de\xc2\xa0la\xc2\xa0"
	    "Croix");
	assert_string_equal(split("Jane\xc2\xa0Smith"), "Jane|Smith");
	assert_string_equal(split("Jane\xc2\xa0"
				  "Ann\xe2\x80\xafSmith"),
	    "Jane\xc2\xa0"
	    "Ann|Smith");
	assert_string_equal(split("Jane\xe2\x80\x87Smith"), "Jane|Smith");
	/* One beside another blank is part of that gap. */
	assert_string_equal(split("Ann Jane\xc2\xa0 Smith"), "Ann Jane|Smith");
	assert_string_equal(split("\xc2\xa0Jane\xc2\xa0"), "|Jane");
}

static void
a_name_from_right_to_left_stays_whole(void **state)
{
	static const char *const names[] = {
	    "\xd7\xa0\xd7\x95\xd7\xa2\xd7\x94 \xd7\x9c\xd7\x95\xd7\x99",
	    "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf \xd8\xb9\xd9\x84\xd9\x8a",
	    "\xdc\x90\xdc\x92 \xdc\x93", /* Syriac */
	    "\xde\x80\xde\x81 \xde\x82", /* Thaana */
	    "\xdf\x8a\xdf\x8b \xdf\x8c", /* N'Ko */
	    "\xef\xad\x8a \xef\xad\x8b", /* presentation forms */
	    "\xef\xba\x8d \xef\xba\x8e",
	    "\xf0\x90\xb4\x80 \xf0\x90\xb4\x81", /* Hanifi Rohingya */
	    "\xf0\x9e\xa4\x80 \xf0\x9e\xa4\xa2", /* Adlam */
	    "Noa Levi (\xd7\xa0\xd7\x95\xd7\xa2\xd7\x94)"};
	struct personname p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		personname_split(&p, names[i], strlen(names[i]));
		assert_int_equal(p.first_len, 0);
		assert_int_equal(p.last_len, strlen(names[i]));
	}
	/* Their neighbours are written from left to right. */
	assert_string_equal(split("\xd6\x8f x"), "\xd6\x8f|x");
	assert_string_equal(split("\xe0\xa4\x80 x"), "\xe0\xa4\x80|x");
}

static void
nothing_but_blanks_is_blank(void **state)
{
	(void)state;
	assert_true(personname_is_blank(NULL, 0));
	assert_true(personname_is_blank(" \xc2\xa0\t", 4));
	assert_false(personname_is_blank(" x", 2));
	assert_false(personname_is_blank("\xd7\xa0", 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a name is split at its last blank",
		a_name_is_split_at_its_last_blank),
	    TEST("a no-break blank splits where there is no other",
		a_no_break_blank_splits_where_there_is_no_other),
	    TEST("a name from right to left stays whole",
		a_name_from_right_to_left_stays_whole),
	    TEST("nothing but blanks is blank", nothing_but_blanks_is_blank)};

	return RUN(tests);
}

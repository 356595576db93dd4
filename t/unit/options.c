#include "unit.h"

#include "base/text.h"
#include "cli/terminal/options.h"

static const struct flag own[] = {{"lines", 'n', "N", "how many"},
    {"json", 0, NULL, "as JSON"}, {"yes", 'y', NULL, "don't ask"},
    {"only", 0, "FIELD", "of these"}, {NULL, 0, NULL, NULL}};
static const struct flag shared[] = {{"home", 0, "DIR", "where"},
    {"help", 'h', NULL, "this"}, {NULL, 0, NULL, NULL}};

/* Read a line of words; what came of it as a text, or the complaint. */
static const char *
read_words(const char *line)
{
	static char out[512];
	char copy[256], *argv[16], *word;
	struct options o;
	int argc = 0, i;
	size_t g;

	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] =
		    strcmp(word, "''") == 0 ? strchr(word, '\0') : word;
	argv[argc] = NULL;
	out[0] = '\0';
	if (options_read(&o, own, shared, argc, argv) == -1)
		(void)snprintf(out, sizeof(out), "%s", o.complaint);
	else {
		for (g = 0; g < o.ngiven; g++)
			(void)sprintf(strchr(out, '\0'), "%s=%s ",
			    o.given[g].flag->name, o.given[g].value);
		for (i = 0; i < o.narguments; i++)
			(void)sprintf(
			    strchr(out, '\0'), "[%s] ", o.arguments[i]);
	}
	options_free(&o);
	return out;
}

static void
options_stand_wherever_they_like(void **state)
{
	static const struct {
		const char *words, *read;
	} cases[] = {
	    {"", ""},
	    {"a b", "[a] [b] "},
	    {"--json a", "json= [a] "},
	    {"a --json b", "json= [a] [b] "},
	    {"--lines 5 a", "lines=5 [a] "},
	    {"--lines=5", "lines=5 "},
	    {"--lines=", "lines= "},
	    {"--lines=a=b", "lines=a=b "},
	    {"-n 5", "lines=5 "},
	    {"-n5", "lines=5 "},
	    {"-y a", "yes= [a] "},
	    {"--lines --json", "lines=--json "},
	    {"--home x --only a --only b", "home=x only=a only=b "},
	    {"-", "[-] "},
	    {"--json -- --json -n", "json= [--json] [-n] "},
	    {"--lines ''", "lines= "},
	    {"''", "[] "},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(read_words(cases[i].words), cases[i].read);
}

static void
mistakes_are_told(void **state)
{
	static const struct {
		const char *words, *says;
	} cases[] = {
	    {"--lin 3", "unknown option --lin; did you mean --lines?"},
	    {"--jsno", "unknown option --jsno; did you mean --json?"},
	    {"--hom x", "unknown option --hom; did you mean --home?"},
	    {"--nothing-like-it", "unknown option --nothing-like-it"},
	    {"-x", "unknown option -x"},
	    {"--json=1", "--json takes no value"},
	    {"-yes", "--yes takes no value"},
	    {"--lines", "--lines wants N"},
	    {"-n", "--lines wants N"},
	    {"--=", "unknown option --="},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(read_words(cases[i].words), cases[i].says);
}

static void
of_several_each_is_had_and_the_last_counts(void **state)
{
	char *argv[] = {"--only", "a", "--only=b", "--json", NULL};
	struct options o;

	(void)state;
	assert_int_equal(options_read(&o, own, shared, 4, argv), 0);
	assert_string_equal(options_nth(&o, "only", 0), "a");
	assert_string_equal(options_nth(&o, "only", 1), "b");
	assert_null(options_nth(&o, "only", 2));
	assert_string_equal(options_value(&o, "only"), "b");
	assert_string_equal(options_value(&o, "json"), "");
	assert_null(options_value(&o, "lines"));
	options_free(&o);
}

static void
the_nearest_word_is_near(void **state)
{
	static const struct {
		const char *word, *nearest;
	} cases[] = {{"jsn", "json"}, {"line", "lines"}, {"linse", "lines"},
	    {"json", "json"}, {"yess", "yes"}, {"x", NULL}, {"", NULL},
	    {"anything-at-all-that-is-longer-than-thirty-two", NULL}};
	static const struct flag short_one[] = {
	    {"at", 0, NULL, "when"}, {NULL, 0, NULL, NULL}};
	const char *nearest;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		nearest = text_nearest(cases[i].word, own, sizeof(own[0]));
		if (cases[i].nearest == NULL)
			assert_null(nearest);
		else
			assert_string_equal(nearest, cases[i].nearest);
	}
	assert_null(text_nearest("x", short_one, sizeof(short_one[0])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("options stand wherever they like",
		options_stand_wherever_they_like),
	    TEST(
		"mistakes are told, with what may be meant", mistakes_are_told),
	    TEST("of several each is had, and the last counts",
		of_several_each_is_had_and_the_last_counts),
	    TEST("the nearest word is near, or there is none",
		the_nearest_word_is_near),
	};

	return RUN(tests);
}

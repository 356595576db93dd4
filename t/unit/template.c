#include "unit.h"

#include "cli/template/template.h"

static struct fault why;

/* The template of this text; NULL where it isn't taken. */
static struct template *
made(const char *text)
{
	memset(&why, 0, sizeof(why));
	return template_read("x.json", text, strlen(text), &why);
}

/* A lead by "column=value", up to a NULL; a value may hold anything but NUL. */
static struct template_lead
lead(const char *const *cells)
{
	struct template_lead l;
	const char *at;
	int i, column;

	memset(&l, 0, sizeof(l));
	for (i = 0; cells[i] != NULL; i++) {
		at = strchr(cells[i], '=');
		assert_non_null(at);
		column = shape_column(cells[i], (size_t)(at - cells[i]));
		assert_true(column >= 0);
		l.cells[column].data = at + 1;
		l.cells[column].len = strlen(at + 1);
	}
	return l;
}

/* The same, NUL-terminated; good until the next call. */
static const char *
render(const char *text, const struct template_lead *leads, size_t n)
{
	static char out[4096];
	const struct template_values v = {"main", leads, n};
	struct template *t = made(text);
	struct bytes b = {0};

	if (t == NULL)
		return why.text;
	assert_int_equal(render_leads(t, &v, &b, &why), 0);
	assert_true(b.len > 0 && b.len < sizeof(out));
	memcpy(out, b.data, b.len);
	out[b.len] = '\0';
	bytes_free(&b);
	template_close(t);
	return out;
}

/* What {{full_name N}} makes of a value in a string. */
static const char *
cell(const char *tag, const char *value)
{
	char text[256], name[1024];
	const char *cells[] = {name, NULL};
	struct template_lead l;

	(void)snprintf(name, sizeof(name), "full_name=%s", value);
	(void)snprintf(text, sizeof(text), "\"{{#leads}}%s{{/leads}}\"", tag);
	l = lead(cells);
	return render(text, &l, 1);
}

static void
leads_fill_in_their_values(void **state)
{
	static const char *const ann[] = {
	    "full_name=Ann", "connections=7", "comment_text=Hi", NULL};
	static const char *const bob[] = {"full_name=Bob", NULL};
	static const struct {
		const char *text, *one, *two;
	} cases[] = {
	    {"1", "1", "1"},
	    {"{{count}}", "1", "2"},
	    {"[{{count}},-{{count}}.5e{{ count }}]", "[1,-1.5e1]",
		"[2,-2.5e2]"},
	    {"\"{{count}} at {{endpoint}}\"", "\"1 at main\"", "\"2 at main\""},
	    {"\"lead{{#several}}s{{/several}}\"", "\"lead\"", "\"leads\""},
	    {"[{{#leads}}\"{{full_name}}\"{{^last}},{{/last}}{{/leads}}]",
		"[\"Ann\"]", "[\"Ann\",\"Bob\"]"},
	    {"[0{{#leads}},\"{{full_name}}{{connections}}\"{{/leads}}]",
		"[0,\"Ann7\"]", "[0,\"Ann7\",\"Bob\"]"},
	    {"[{{#leads}}{{^first}},{{/first}}{{#comment_text}}"
	     "\"{{comment_text}}\"{{/comment_text}}{{^comment_text}}null"
	     "{{/comment_text}}{{/leads}}]",
		"[\"Hi\"]", "[\"Hi\",null]"},
	    {"\"{{#leads}}{{full_name}}{{^last}}, {{/last}}{{/leads}}\"",
		"\"Ann\"", "\"Ann, Bob\""},
	    {"{{! words, \"}\n }}[{{#leads}}{{#first}}{{/first}}{{/leads}}]",
		"[]", "[]"},
	    {"{\"a\":{\"b\":{{count}}}}", "{\"a\":{\"b\":1}}",
		"{\"a\":{\"b\":2}}"},
	    {"[{{#leads}}{{#first}}0{{/first}}{{^first}},\"x\"{{/first}}"
	     "{{/leads}}]",
		"[0]", "[0,\"x\"]"},
	    {"\xef\xbb\xbf[ ]\n", "[ ]\n", "[ ]\n"},
	};
	struct template_lead leads[2];
	size_t i;

	(void)state;
	leads[0] = lead(ann);
	leads[1] = lead(bob);
	for (i = 0; i < COUNT(cases); i++) {
		assert_string_equal(
		    render(cases[i].text, leads, 1), cases[i].one);
		assert_string_equal(
		    render(cases[i].text, leads, 2), cases[i].two);
	}
}

static void
a_test_can_be_asked_for(void **state)
{
	static const char text[] = "[{{#leads}}\"{{#test}}test{{/test}}\""
				   "{{^last}},{{/last}}{{/leads}}]";
	static const char *const none[] = {NULL};
	struct template_lead leads[2];

	(void)state;
	leads[0] = leads[1] = lead(none);
	leads[1].test = 1;
	assert_string_equal(render(text, leads, 2), "[\"\",\"test\"]");
}

static void
a_value_stays_a_value(void **state)
{
	static const struct {
		const char *tag, *value, *is;
	} cases[] = {
	    {"{{full_name}}", "a\"b\\c", "\"a\\\"b\\\\c\""},
	    {"{{full_name}}", "{{count}}", "\"{{count}}\""},
	    {"{{full_name}}", " a\r\n\tb\x01\xc2\x85z ", "\"a b z\""},
	    {"{{full_name}}", "a\xe2\x80\xa8z", "\"a z\""},
	    {"{{full_name}}", "a\xc2\x9fz", "\"a z\""},
	    {"{{full_name}}", "a\xe2\x80\xaez\xe2\x81\xa6", "\"az\""},
	    {"{{full_name}}", "a\xff\xed\xa0\x80z",
		"\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\""},
	    {"{{full_name}}", "<!channel> & *b*", "\"<!channel> & *b*\""},
	    {"{{% escape slack }}{{full_name}}", "<!channel> & *b*",
		"\"&lt;!channel&gt; &amp; *b*\""},
	    {"{{% escape markdown }}{{full_name}}", "[x](y) @a *b* \\ 1.",
		"\"\\\\[x\\\\]\\\\(y\\\\) \\\\@a \\\\*b\\\\* \\\\\\\\ 1.\""},
	    {"{{% escape slack }}{{% escape none }}{{full_name}}", "<",
		"\"<\""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    cell(cases[i].tag, cases[i].value), cases[i].is);
}

#define E     "\xe2\x80\xa6"     /* … */
#define SMILE "\xf0\x9f\x99\x82" /* two of UTF-16 */
#define ACUTE "\xcc\x81"         /* over the letter before */
#define WOMAN "\xf0\x9f\x91\xa9"
#define ZWJ   "\xe2\x80\x8d"

static void
a_long_value_is_cut_between_characters(void **state)
{
	static const struct {
		const char *tag, *value, *is;
	} cases[] = {
	    {"{{full_name 3}}", "abc", "\"abc\""},
	    {"{{full_name 3}}", "abcd", "\"ab" E "\""},
	    {"{{full_name 1}}", "ab", "\"" E "\""},
	    {"{{full_name 1}}", "a", "\"a\""},
	    {"{{full_name 4}}", "abc  ", "\"abc\""},
	    {"{{full_name 4}}", "ab cd", "\"ab" E "\""},
	    {"{{full_name 5}}", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
		"\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\""},
	    {"{{full_name 4}}", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
		"\"\xc3\xa4\xc3\xa4\xc3\xa4" E "\""},
	    {"{{full_name 2}}", SMILE, "\"" SMILE "\""},
	    {"{{full_name 2}}", SMILE "a", "\"" E "\""},
	    {"{{full_name 3}}", SMILE "aa", "\"" SMILE E "\""},
	    {"{{full_name 3}}", "ae" ACUTE "z", "\"a" E "\""},
	    {"{{full_name 4}}", "a" WOMAN ZWJ WOMAN "z", "\"a" E "\""},
	    {"{{% escape slack }}{{full_name 5}}", "a&b", "\"a" E "\""},
	    {"{{% escape slack }}{{full_name 7}}", "a&b", "\"a&amp;b\""},
	    {"{{% escape slack }}{{full_name 6}}", "&bc", "\"&amp;" E "\""},
	    {"{{% escape markdown }}{{full_name 3}}", "a*b", "\"a" E "\""},
	    {"{{% escape markdown }}{{full_name 4}}", "a*b", "\"a\\\\*b\""},
	    {"{{full_name 2}}", "\"\"\"", "\"\\\"" E "\""},
	    {"{{full_name 5}}", "a" WOMAN ZWJ WOMAN "z", "\"a" E "\""},
	    {"{{full_name 7}}", "a" WOMAN ZWJ WOMAN "zz",
		"\"a" WOMAN ZWJ WOMAN E "\""},
	    {"{{full_name 2}}", ACUTE ACUTE ACUTE, "\"" E "\""},
	    {"{{full_name 1}}", "\xf0\x90\x80\x80", "\"" E "\""},
	    {"{{full_name 1}}", "\xef\xbf\xbf", "\"\xef\xbf\xbf\""},
	    {"{{full_name 2}}", "a\xcc\x80z", "\"" E "\""},
	    {"{{full_name 2}}", "a\xcd\xafz", "\"" E "\""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    cell(cases[i].tag, cases[i].value), cases[i].is);
}

static void
what_shows_nothing_is_empty(void **state)
{
	static const char *const blank[] = {"", " \r\n\t", "\xc2\xa0",
	    "\xe2\x80\x8b", "\xe2\x80\x8e\xef\xbb\xbf", "\x01", "\xe3\x80\x80"};
	static const char tag[] =
	    "{{^full_name}}none{{/full_name}}{{#full_name}}<{{full_name}}>"
	    "{{/full_name}}";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(blank); i++)
		assert_string_equal(cell(tag, blank[i]), "\"none\"");
	assert_string_equal(cell(tag, " . "), "\"<.>\"");
}

#define LABEL "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"

static void
a_link_leads_to_a_place_or_is_none(void **state)
{
	static const struct {
		const char *value, *is;
	} cases[] = {
	    {"https://www.linkedin.com/in/jane",
		"https://www.linkedin.com/in/jane"},
	    {" HTTP://a.example ", "http://a.example"},
	    {"HTTPS://A.example:8080?x=%41&y#z",
		"https://A.example:8080?x=%41&y#z"},
	    {"https://a.example/j\xc3\xb6rg|<>()\"'\\ \x7f%zz%4",
		"https://a.example/j%C3%B6rg%7C%3C%3E%28%29%22%27%5C%20%7F"
		"%25zz%254"},
	    {" \t\nhttp://a.ex \r\n", "http://a.ex"},
	    {"http://a-b.c1.ex:09#%09%9a%aF%fA%FF%0g%g0%/%:%@%`%G",
		"http://a-b.c1.ex:09#%09%9a%aF%fA%FF%250g%25g0%25/%25:%25@%25"
		"%60%25G"},
	    {"https://a.example/%41", "https://a.example/%41"},
	    {"https://a.example:8/", "https://a.example:8/"},
	    {"", "-"},
	    {"!channel", "-"},
	    {"ahttps://a.example", "-"},
	    {"https:a.example", "-"},
	    {"httpsx//a.example", "-"},
	    {"https://a.-example/", "-"},
	    {"https://a.example:80", "https://a.example:80"},
	    {"https://a.1b/", "-"},
	    {"https://a.b1/", "https://a.b1/"},
	    {"@U123", "-"},
	    {"mailto:a@b.example", "-"},
	    {"javascript:alert(1)//https://a.example", "-"},
	    {"linkedin.com/in/jane", "-"},
	    {"https://", "-"},
	    {"https://a", "-"},
	    {"https://localhost/x", "-"},
	    {"https://10.0.0.1/x", "-"},
	    {"https://[::1]/x", "-"},
	    {"https://user@a.example/", "-"},
	    {"https://a.example:/", "-"},
	    {"https://a.example:99999/", "-"},
	    {"https://a..example/", "-"},
	    {"https://.a.example/", "-"},
	    {"https://-a.example/", "-"},
	    {"https://a-.example/", "-"},
	    {"https://a.example-/", "-"},
	    {"https://a.example./", "-"},
	    {"https://a.e/", "-"},
	    {"https://a.ex\xc3\xa4mple/", "-"},
	    {"https://a.example\\@b.example/", "-"},
	};
	static const int hosts[][5] = {{63, 63, 58, 2, 63}, {63, 63, 59, 2, 63},
	    {63, 1, 1, 1, 63}, {64, 1, 1, 1, 63}, {1, 1, 1, 63, 63},
	    {1, 1, 1, 1, 64}};
	static const char text[] =
	    "\"{{#leads}}{{#post_url}}{{post_url}}{{/post_url}}"
	    "{{^post_url}}-{{/post_url}}{{/leads}}\"";
	char cell_text[2200], is[2200];
	const char *cells[] = {cell_text, NULL};
	struct template_lead l;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(cell_text, sizeof(cell_text), "post_url=%s",
		    cases[i].value);
		(void)snprintf(is, sizeof(is), "\"%s\"", cases[i].is);
		l = lead(cells);
		assert_string_equal(render(text, &l, 1), is);
	}
	/* The longest names of hosts, and one more. */
	for (i = 0; i < COUNT(hosts); i++) {
		(void)snprintf(cell_text, sizeof(cell_text),
		    "post_url=https://%0*d.%0*d.%0*d.%0*d.%s", hosts[i][0], 0,
		    hosts[i][1], 0, hosts[i][2], 0, hosts[i][3], 0,
		    hosts[i][4] == 63 ? LABEL : LABEL "x");
		l = lead(cells);
		n = strlen(cell_text) - strlen("post_url=");
		assert_int_equal(
		    strlen(render(text, &l, 1)), i % 2 == 0 ? n + 2 : 3);
	}
	/* The longest, also once it is written. */
	for (n = 0; n < 2; n++) {
		(void)snprintf(cell_text, sizeof(cell_text),
		    "post_url=https://a.example/%0*d|", 1979 + (int)n, 0);
		l = lead(cells);
		assert_int_equal(
		    strlen(render(text, &l, 1)), n == 0 ? 2002 : 3);
	}
	for (n = 2000; n < 2002; n++) {
		(void)snprintf(cell_text, sizeof(cell_text),
		    "post_url=https://a.example/%0*d", (int)n - 18, 0);
		l = lead(cells);
		assert_int_equal(
		    strlen(render(text, &l, 1)), n == 2000 ? 2002 : 3);
	}
	/* Whether it is there doesn't hang on how it is written. */
	for (n = 0; n < 4; n++) {
		(void)snprintf(cell_text, sizeof(cell_text),
		    "post_url=https://a.example/?&%0*d",
		    n % 2 == 0 ? 1976 : 1977, 0);
		l = lead(cells);
		assert_int_equal(
		    strlen(
			render(n < 2 ? "{{% escape slack }}\"{{#leads}}"
				       "{{post_url}}{{/leads}}\""
				     : "\"{{#leads}}{{post_url}}{{/leads}}\"",
			    &l, 1)),
		    n == 0   ? 2002
		    : n == 2 ? 1998
			     : 2);
	}
}

static void
what_is_wrong_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
	    {"",
		"x.json: what it makes of leads is no JSON, it ends too early"},
	    {"[\n{{#leads}}\n\"{{fullname}}\"{{/leads}}]",
		"line 3: there is no column \"fullname\"; did you mean "
		"full_name?"},
	    {"\"{{#leads}}{{/leads}}{{urn}}\"", "urn is known of a lead only"},
	    {"{{! a\n b }}\n{{x}}", "line 3: there is no column"},
	    {"\"{{name}}\"",
		"there is no column \"name\"; did you mean full_name?"},
	    {"\"{{comment}}\"", "did you mean comment_text?"},
	    {"\"{{first_see}}\"", "leadsheet.conf(5) lists them, under "
				  "\"columns\""},
	    {"\"{{xyzzy}}\"", "line 1: there is no column \"xyzzy\"; "
			      "leadsheet.conf(5) lists them"},
	    {"\"{{full_name}}\"",
		"full_name is known of a lead only; write it between"},
	    {"\"{{#leads}}\n{{full_name\n}}\"",
		"line 2: this {{ isn't closed; write }}"},
	    {"\"{{count\"", "line 1: this {{ isn't closed"},
	    {"\"{{count {{count}}\"", "\"{{count\" is no number"},
	    {"\"{{}}\"", "nothing between {{ and }}"},
	    {"\"{{#}}\"", "nothing between {{ and }}"},
	    {"\"{{{count}}}\"", "{{{ is not of the Mustache"},
	    {"\"{{&count}}\"", "{{& is not of the Mustache"},
	    {"\"{{>x}}\"", "{{> is not of the Mustache"},
	    {"\"{{=<% %>=}}\"", "{{= is not of the Mustache"},
	    {"\n\n{{#leads}}1", "line 3: the section that begins here isn't "
				"closed; write {{/leads}}"},
	    {"1{{/leads}}", "{{/leads}} closes nothing"},
	    {"{{#leads}}\n{{#first}}1{{/leads}}{{/first}}",
		"{{/leads}} comes while {{#first}} of line 2 is open; write "
		"{{/first}} before it"},
	    {"{{#leads}}{{#leads}}{{/leads}}{{/leads}}1",
		"{{#leads}} stands within {{#leads}}"},
	    {"{{^leads}}{{/leads}}1", "leads is never empty"},
	    {"{{#count}}{{/count}}1", "count is never empty"},
	    {"{{#first}}{{/first}}1", "first is known of a lead only"},
	    {"\"{{#leads}}{{first}}{{/leads}}\"",
		"first is a question and no text; write {{#first}}"},
	    {"\"{{leads}}\"", "leads is a question"},
	    {"\"{{several}}\"", "several is a question"},
	    {"\"{{count 3}}\"", "count is never cut; take \"3\" out"},
	    {"\"{{#leads}}{{urn x}}{{/leads}}\"",
		"\"x\" is no number of characters; write one from 1 to 99999"},
	    {"\"{{#leads}}{{urn 0}}{{/leads}}\"", "\"0\" is no number"},
	    {"\"{{#leads}}{{urn 100000}}{{/leads}}\"", "no number"},
	    {"\"{{#leads}}{{urn 1 2}}{{/leads}}\"", "too much behind \"urn\""},
	    {"\"{{#leads}}{{#urn 1}}{{/urn}}{{/leads}}\"",
		"too much behind \"urn\""},
	    {"\"{{#leads}}{{post_url 10}}{{/leads}}\"",
		"post_url is a link, which can't be cut; take \"10\" out"},
	    {"{{% escape html }}1", "write {{% escape slack }}"},
	    {"{{% x }}1", "behind {{% comes escape or batch"},
	    {"{{% batch }}1", "write a number of leads from 1 to 100"},
	    {"{{% batch 0 }}1", "write a number of leads"},
	    {"{{% batch 101 }}1", "write a number of leads"},
	    {"{{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}", "too long; write"},
	    {"\xff", "x.json: this is no plain text; save it as UTF-8"},
	    {"\"\x01\"", "no plain text"},
	    {"{{#leads}}{{#urn}}{{#urn}}{{#urn}}{{#urn}}{{#urn}}{{#urn}}"
	     "{{#urn}}{{#urn}}",
		"8 deep at most"},
	};
	struct template *t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		t = made(cases[i].text);
		assert_null(t);
		if (why.kind == FAULT_MEMORY)
			fail();
		if (strstr(why.text, cases[i].told) == NULL)
			fail_msg("%s: %s", cases[i].text, why.text);
		assert_int_equal(why.kind, FAULT_SETUP);
	}
}

static void
what_may_make_no_json_is_not_taken(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
	    {"{{#leads}}{{urn}}{{/leads}}",
		"{{urn}} is a text; put it into quotes, as in \"{{urn}}\""},
	    {"{\"n\": {{endpoint}}}", "{{endpoint}} is a text"},
	    {"\"\\{{endpoint}}\"", "{{endpoint}} is a text"},
	    {"\"\\u00{{count}}\"", "no JSON from"},
	    {"{{{count}}:1}", "not of the Mustache"},
	    {"{ {{count}}:1}", "no JSON from \"1\" on"},
	    {"0{{count}}", "no JSON from"},
	    {"[{{#leads}}{},{{/leads}}]",
		"from \"]\" on: the comma before it may be too much"},
	    {"[\n{{#leads}}{}{{/leads}}]",
		"line 2: what it makes of leads is no JSON "
		"from \"{\" on: a comma may be missing before it"},
	    {"[{{#leads}}1{{#last}},{{/last}}{{/leads}}]",
		"\"]\" on: the comma"},
	    {"[{{#leads}}{{#first}}1{{/first}}{{#test}},1{{/test}}"
	     "{{#last}}{{#test}},{{/test}}{{/last}}{{/leads}}]",
		"the comma before it may be too much"},
	    {"{{#leads}}[{{/leads}}", "it ends too early"},
	    {"[{{#leads}}{{^first}}{{^last}}[{{/last}}{{/first}}{{/leads}}]",
		"it ends too early; close each {, [ and \""},
	    {"{{#leads}}{{#first}}[{{/first}}{{#urn}}]{{/urn}}{{/leads}}",
		"no JSON"},
	    {"\"a\nb\"", "write \\n for a line end"},
	    {"\"a\tb\"", "no JSON from"},
	    {"\"\\x\"", "\\\\ for a backslash"},
	    {"{\"a\":1,}",
		"from \"}\" on: the comma before it may be too much"},
	    {"[1 2]", "no JSON from \"2\" on"},
	    {"[1] {}", "no JSON from \"{\" on"},
	    {"'a'", "no JSON from \"'\" on"},
	    {"{a:1}", "no JSON from \"a\" on"},
	    {"[1", "it ends too early; close each {, [ and \""},
	    {"\"a", "it ends too early"},
	    {"tru", "no JSON from"},
	    /* Only where this one is empty and that one isn't. */
	    {"[1{{#leads}}{{#urn}}{{^headline}},{{/headline}}{{/urn}}"
	     "{{/leads}}]",
		"from \"]\" on: the comma before it may be too much"},
	    {"[1{{#leads}}{{#urn}},1{{/urn}}{{^urn}}[]{{/urn}}{{/leads}}]", ""},
	    /* Where a lead has no urn and the next one has. */
	    {"[{{#leads}}{{#first}}{{#urn}}1{{/urn}}{{/first}}{{^first}}"
	     "{{#urn}},1{{/urn}}{{/first}}{{/leads}}]",
		"there is nothing before the comma"},
	    /* Only with three leads. */
	    {"[{{#leads}}{{#first}}1{{/first}}{{#last}}{{^first}},1{{/first}}"
	     "{{/last}}{{^first}}{{^last}}1{{/last}}{{/first}}{{/leads}}",
		"it ends too early"},
	};
	struct template *t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		t = made(cases[i].text);
		if (t != NULL)
			fail_msg("%s", cases[i].text);
		if (why.kind != FAULT_SETUP ||
		    strstr(why.text, cases[i].told) == NULL)
			fail_msg("%s: %s", cases[i].text, why.text);
	}
}

/* A comma that no made-up lead has: two columns are filled, two aren't. */
static void
a_message_that_would_be_no_json_is_not_made(void **state)
{
	struct template *t =
	    made("[1{{#leads}}{{#urn}}{{#headline}}{{^location}}{{^extra}},"
		 "{{/extra}}{{/location}}{{/headline}}{{/urn}}{{/leads}}]");
	struct template_lead lead = {0};
	const struct template_values v = {"main", &lead, 1};
	struct bytes b = {0};
	int i;

	(void)state;
	if (t == NULL)
		fail_msg("%s", why.text);
	for (i = 0; i < SHAPE_COLUMNS; i++)
		lead.cells[i] = (struct template_cell){"", 0};
	assert_int_equal(render_leads(t, &v, &b, &why), 0);
	bytes_reset(&b);
	for (i = 0; i < SHAPE_COLUMNS; i++)
		if (strcmp(shape_column_name(i), "urn") == 0 ||
		    strcmp(shape_column_name(i), "headline") == 0)
			lead.cells[i] = (struct template_cell){"x", 1};
	assert_int_equal(render_leads(t, &v, &b, &why), -1);
	assert_int_equal(why.kind, FAULT_SETUP);
	assert_non_null(strstr(why.text, "x.json line 1: what it makes"));
	bytes_free(&b);
	template_close(t);
}

static void
a_batch_is_what_the_template_says(void **state)
{
	static const struct {
		const char *text;
		size_t batch;
	} cases[] = {{"1", 100}, {"{{% batch 20 }}1", 20},
	    {"{{%batch 100}}1", 100}, {"1{{% batch 1 }}", 1}};
	struct template *t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		t = made(cases[i].text);
		assert_non_null(t);
		assert_int_equal(template_batch(t), cases[i].batch);
		template_close(t);
	}
}

static void
a_file_is_read(void **state)
{
	static char big[TEMPLATE_SIZE_MAX + 8];
	const char *path = in_scratch("t.json");
	struct template *t;

	(void)state;
	memset(&why, 0, sizeof(why));
	assert_null(template_open(path, &why));
	assert_non_null(strstr(why.text, "t.json isn't there; copy"));
	assert_int_equal(why.kind, FAULT_SETUP);
	assert_int_equal(symlink(path, path), 0);
	memset(&why, 0, sizeof(why));
	assert_null(template_open(path, &why));
	assert_non_null(strstr(why.text, "it must be readable for the user"));
	assert_int_equal(unlink(path), 0);
	memset(big, ' ', sizeof(big));
	big[0] = '1';
	write_file(path, big, TEMPLATE_SIZE_MAX);
	memset(&why, 0, sizeof(why));
	t = template_open(path, &why);
	assert_non_null(t);
	template_close(t);
	write_file(path, big, TEMPLATE_SIZE_MAX + 1);
	assert_null(template_open(path, &why));
	assert_non_null(strstr(why.text, "t.json: a template has 64 KiB"));
	memset(&why, 0, sizeof(why));
	assert_null(template_open(scratch, &why));
	assert_non_null(strstr(why.text, "is not a plain file"));
	write_file(path, "", 0);
	memset(&why, 0, sizeof(why));
	assert_null(template_open(path, &why));
	assert_non_null(strstr(why.text, "it ends too early"));
	template_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("leads fill in their values", leads_fill_in_their_values),
	    TEST("a test can be asked for", a_test_can_be_asked_for),
	    TEST("a value stays a value", a_value_stays_a_value),
	    TEST("a long value is cut between characters",
		a_long_value_is_cut_between_characters),
	    TEST("what shows nothing is empty", what_shows_nothing_is_empty),
	    TEST("a link leads to a place, or is none",
		a_link_leads_to_a_place_or_is_none),
	    TEST("what is wrong is told with its line",
		what_is_wrong_is_told_with_its_line),
	    TEST("what may make no JSON is not taken",
		what_may_make_no_json_is_not_taken),
	    TEST("a message that would be no JSON is not made",
		a_message_that_would_be_no_json_is_not_made),
	    TEST("a batch is what the template says",
		a_batch_is_what_the_template_says),
	    TEST("a file is read, and what is none is told", a_file_is_read),
	};

	return RUN(tests);
}

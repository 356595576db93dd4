#include "unit.h"

#include "markup/html.h"

static const char *
text_of(struct bytes *b)
{
	bytes_addc(b, '\0');
	return b->failed ? NULL : b->data;
}

static void
text_stays_text(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {{"", ""}, {"plain", "plain"}, {"&", "&amp;"},
	    {"&lt;", "&amp;lt;"}, {"<script>", "&lt;script&gt;"},
	    {"\"'", "&#34;&#39;"}, {"a\tb", "a b"}, {"a\nb", "a\nb"},
	    {"a\r\nb", "a\nb"}, {"a\rb", "a\nb"}, {"a\r", "a\n"},
	    {"\x01", "\xef\xbf\xbd"}, {"\x1b[2J", "\xef\xbf\xbd[2J"},
	    {"\x7f", "\xef\xbf\xbd"}, {"\xc2\x85", "\xef\xbf\xbd"},
	    {"\xc2\xa0", "\xc2\xa0"}, {"M\xc3\xbcller", "M\xc3\xbcller"},
	    {"\xf0\x9f\x91\x8f", "\xf0\x9f\x91\x8f"},
	    {"\xd7\xa9\xe2\x80\x8f!", "\xd7\xa9\xe2\x80\x8f!"},
	    {"\xe2\x80\xaa", "\xef\xbf\xbd"},
	    {"a\xe2\x80\xae"
	     "b",
		"a\xef\xbf\xbd"
		"b"},
	    {"\xe2\x81\xa6", "\xef\xbf\xbd"}, {"\xe2\x81\xa9", "\xef\xbf\xbd"},
	    {"\xef\xb7\x90", "\xef\xbf\xbd"}, {"\xef\xbf\xbe", "\xef\xbf\xbd"},
	    {"\xff", "\xef\xbf\xbd"}, {"\xc3", "\xef\xbf\xbd"}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		html_texts(&b, cases[i].text);
		assert_string_equal(text_of(&b), cases[i].html);
	}
	bytes_reset(&b);
	html_text(&b, "a\0<", 3);
	assert_string_equal(text_of(&b), "a\xef\xbf\xbd&lt;");
	bytes_free(&b);
}

static void
a_long_text_is_cut(void **state)
{
	static const struct {
		const char *text;
		size_t most;
		const char *html;
	} cases[] = {{"", 3, ""}, {"abc", 3, "abc"},
	    {"abcd", 3, "abc\xe2\x80\xa6"}, {"  a \n\n b  ", 9, "a b"},
	    {"abc   ", 3, "abc"}, {"a b", 2, "a\xe2\x80\xa6"},
	    {"\xc3\xa4\xc3\xb6\xc3\xbc", 2, "\xc3\xa4\xc3\xb6\xe2\x80\xa6"},
	    {"<<<", 2, "&lt;&lt;\xe2\x80\xa6"}, {"a\t\tb", 3, "a b"}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		html_short(
		    &b, cases[i].text, strlen(cases[i].text), cases[i].most);
		assert_string_equal(text_of(&b), cases[i].html);
	}
	bytes_free(&b);
}

static void
attributes_are_quoted(void **state)
{
	struct bytes b = {0};

	(void)state;
	html_attr(&b, "value", "\" onclick='x' <&");
	assert_string_equal(
	    text_of(&b), " value=\"&#34; onclick=&#39;x&#39; &lt;&amp;\"");
	bytes_free(&b);
}

static void
only_http_is_linked(void **state)
{
	static const struct {
		const char *url, *html;
	} cases[] = {{"https://www.linkedin.com/in/janesmith",
			 " href=\"https://www.linkedin.com/in/janesmith\""},
	    {"http://a", " href=\"http://a\""},
	    {"HTTPS://A.b/?x=1&y='", " href=\"HTTPS://A.b/?x=1&amp;y=&#39;\""},
	    {"  https://a.b \n", " href=\"https://a.b\""},
	    {"https://a.b/in/m\xc3\xbcller",
		" href=\"https://a.b/in/m\xc3\xbcller\""},
	    {"https://a.b/@user", " href=\"https://a.b/@user\""},
	    {"https://a.b/\"><script>",
		" href=\"https://a.b/&#34;&gt;&lt;script&gt;\""},
	    {"", ""}, {" ", ""}, {"javascript:alert(1)", ""},
	    {"JaVaScRiPt:alert(1)", ""}, {" javascript:alert(1)", ""},
	    {"java\tscript:alert(1)", ""}, {"\x01javascript:alert(1)", ""},
	    {"data:text/html,<script>", ""}, {"DATA:text/html,x", ""},
	    {"vbscript:x", ""}, {"file:///etc/passwd", ""},
	    {"blob:https://a.b/", ""}, {"//evil.example/", ""},
	    {"/\\evil.example", ""}, {"\\\\evil.example", ""},
	    {"www.linkedin.com/in/x", ""}, {"ftp://a.b", ""},
	    {"mailto:a@b.c", ""}, {"http:", ""}, {"http://", ""},
	    {"https://", ""}, {"http:a.b", ""}, {"http:/a.b", ""},
	    {"https:///a.b", ""}, {"https://\\a.b", ""}, {"https://?a", ""},
	    {"https://#a", ""}, {"https://:80/", ""},
	    {"https://www.linkedin.com@evil.example/", ""},
	    {"https://www.linkedin.com\\@evil.example/", ""},
	    {"https://a.b/x y", ""}, {"https://a.b/x\ny", ""},
	    {"ht\ntps://a.b/", ""}, {"https://a.b/\x7f", ""},
	    {"https://a.b/\xe2\x80\xae", ""}, {"https://a.b/\xff", ""},
	    {"view-source:https://a.b/", ""},
	    {"javascript://a.b/%0aalert(1)", ""}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		assert_int_equal(
		    html_link(&b, cases[i].url, strlen(cases[i].url)),
		    cases[i].html[0] != '\0');
		assert_string_equal(text_of(&b), cases[i].html);
	}
	bytes_reset(&b);
	assert_int_equal(html_link(&b, "https://a\0b", 11), 0);
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("text stays text, whatever it says", text_stays_text),
	    TEST("a long text is cut behind so many characters",
		a_long_text_is_cut),
	    TEST("an attribute's value can't end its quotes",
		attributes_are_quoted),
	    TEST("only URLs of http and https become links",
		only_http_is_linked),
	};

	return RUN(tests);
}

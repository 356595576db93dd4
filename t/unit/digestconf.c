#include "unit.h"

#include "cli/digest/digestconf.h"

/* What a leadsheet.conf of that text says; 0, or -1 with the fault set. */
static int
read_text(struct digestconf *c, const char *text, struct fault *f)
{
	const char *path = in_scratch("leadsheet.conf");
	struct conf conf = {0};
	int rc;

	write_file(path, text, strlen(text));
	(void)conf_read(&conf, path);
	rc = digestconf_read(c, &conf, "CONF", f);
	conf_free(&conf);
	return rc;
}

static void
says(const char *text, const char *want)
{
	struct digestconf c;
	struct fault f = {0};

	assert_int_equal(read_text(&c, text, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_string_equal(f.text, want);
}

static void
without_lines_the_defaults_hold(void **state)
{
	static const char *const texts[] = {
	    "", "timezone = UTC\n[page]\nlanguage = de\n", "[digest]\n"};
	struct digestconf c;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		assert_int_equal(read_text(&c, texts[i], &f), 0);
		assert_int_equal(c.there, i == 2);
		assert_int_equal(c.nto, 0);
		assert_string_equal(c.from, "");
		assert_string_equal(c.page, "");
		assert_string_equal(c.sendmail, "/usr/sbin/sendmail");
		assert_int_equal(c.names, 1);
	}
}

static void
each_line_counts(void **state)
{
	struct digestconf c;
	struct fault f = {0};

	(void)state;
	assert_int_equal(
	    read_text(&c,
		"[digest]\nto = a@x.example ,b@y.example,\n\tc@z.example\n"
		"from = leads@x.example\nnames = no\n"
		"page = https://x.example/page/\nsendmail = /opt/sendmail\n",
		&f),
	    0);
	assert_int_equal(c.nto, 3);
	assert_string_equal(c.to[0], "a@x.example");
	assert_string_equal(c.to[1], "b@y.example");
	assert_string_equal(c.to[2], "c@z.example");
	assert_string_equal(c.from, "leads@x.example");
	assert_string_equal(c.page, "https://x.example/page/");
	assert_string_equal(c.sendmail, "/opt/sendmail");
	assert_int_equal(c.names, 0);
}

static void
a_wrong_line_is_told_with_its_number(void **state)
{
	(void)state;
	says("[digest]\nto = anna\n",
	    "CONF line 2: to: \"anna\" is no mail address; write it alone, as "
	    "you@example.org, with commas between several");
	says("[digest]\nto = a@b, Anna <a@b>\n",
	    "CONF line 2: to: \"Anna <a@b>\" is no mail address; write it "
	    "alone, as you@example.org, with commas between several");
	says("[digest]\nto = a@b,\n",
	    "CONF line 2: to: \"\" is no mail address; write it alone, as "
	    "you@example.org, with commas between several");
	says("[digest]\n\nfrom = a@b, c@d\n",
	    "CONF line 3: from: \"a@b, c@d\" is no mail address; write it "
	    "alone, as you@example.org");
	says("[digest]\nnames = maybe\n",
	    "CONF line 2: names: \"maybe\" is neither yes nor no");
	says("[digest]\nsendmail = sendmail -t\n",
	    "CONF line 2: sendmail: \"sendmail -t\" is no path of a program; "
	    "write it whole and without options, like /usr/sbin/sendmail");
	says("[digest]\nto = a@b\nto = c@d\n",
	    "CONF line 3: to: is set twice; keep one line");
	says("[digest]\nto\n", "CONF line 2: write it as name = value");
	says("[digest]\nnames = no\n extra\n",
	    "CONF line 2: names: \"no extra\" is neither yes nor no (line 3 "
	    "begins with a blank, so it goes on with this one)");
}

static void
an_unknown_line_is_told_with_what_is_like_it(void **state)
{
	(void)state;
	says("[digest]\nform = a@b\n",
	    "CONF line 2: form: there is no such setting of the digest; is it "
	    "\"from\"?");
	says("[digest]\ntimezone = UTC\n",
	    "CONF line 2: timezone: there is no such setting of the digest; it "
	    "has to, from, names, page and sendmail");
}

static void
a_page_is_a_link_that_a_mail_can_have(void **state)
{
	static const char *const bad[] = {"example.org/page/", "ftp://x/",
	    "https://", "https:///page", "http:x", "https://x/\"y",
	    "https://x/a b", "https://x/<y>", "javascript:alert(1)",
	    "https://\xc3\xa9.example/"};
	struct digestconf c;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		struct fault f = {0};

		(void)snprintf(
		    text, sizeof(text), "[digest]\npage = %s\n", bad[i]);
		if (read_text(&c, text, &f) == 0)
			fail_msg("\"%s\" is taken", bad[i]);
		assert_non_null(strstr(f.text, "CONF line 2: page: "));
	}
}

static void
a_file_that_cant_be_read_is_told(void **state)
{
	struct digestconf c;
	struct conf conf = {0};
	struct fault f = {0};

	(void)state;
	(void)conf_read(&conf, scratch);
	assert_int_equal(digestconf_read(&c, &conf, scratch, &f), -1);
	assert_non_null(strstr(f.text, "is not a plain file"));
	conf_free(&conf);
}

static void
more_addresses_than_it_takes_are_refused(void **state)
{
	struct bytes list = {0};
	struct digestconf c = {0};
	struct fault f = {0};
	int i;

	(void)state;
	for (i = 0; i < DIGESTCONF_TO_MAX; i++)
		bytes_printf(&list, "%sa%d@b", i == 0 ? "" : ",", i);
	bytes_addc(&list, '\0');
	assert_false(list.failed);
	assert_int_equal(digestconf_set_to(&c, list.data, &f), 0);
	assert_int_equal(c.nto, DIGESTCONF_TO_MAX);
	list.len--;
	bytes_add(&list, ",c@d", 5);
	assert_false(list.failed);
	assert_int_equal(digestconf_set_to(&c, list.data, &f), -1);
	assert_non_null(strstr(f.text, "more than 50 addresses"));
	bytes_free(&list);
}

static void
an_address_of_254_characters_fits(void **state)
{
	struct digestconf c = {0};
	struct fault f = {0};
	char s[300] = "a@";
	size_t i;

	(void)state;
	for (i = 2; i < 254; i++)
		s[i] = i % 50 == 0 ? '.' : 'x';
	assert_int_equal(digestconf_set_from(&c, s, &f), 0);
	assert_string_equal(c.from, s);
	s[254] = 'x';
	assert_int_equal(digestconf_set_from(&c, s, &f), -1);
	assert_int_equal(digestconf_set_to(&c, s, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("without lines the defaults hold",
		without_lines_the_defaults_hold),
	    TEST("each line counts", each_line_counts),
	    TEST("a wrong line is told with its number",
		a_wrong_line_is_told_with_its_number),
	    TEST("an unknown line is told with what is like it",
		an_unknown_line_is_told_with_what_is_like_it),
	    TEST("a page is a link that a mail can have",
		a_page_is_a_link_that_a_mail_can_have),
	    TEST("a file that can't be read is told",
		a_file_that_cant_be_read_is_told),
	    TEST("more addresses than it takes are refused",
		more_addresses_than_it_takes_are_refused),
	    TEST("an address of 254 characters fits",
		an_address_of_254_characters_fits),
	};

	return RUN(tests);
}

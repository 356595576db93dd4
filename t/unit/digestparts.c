#include "unit.h"

#include "base/utc.h"
#include "cli/digest/parts.h"
#include "cli/terminal/terminal.h"

/* 2026-11-23T12:00:00Z, a Monday */
#define NOON  (INT64_C(1795435200) * UTC_SECOND)
#define HOURS (INT64_C(3600) * UTC_SECOND)

/* Twelve leads, three of them of Jane's, and nothing to do. */
static struct digest_person people[] = {
    {.urn = "1",
	.received = NOON - 22 * HOURS,
	.endpoint = "main",
	.deed = DIGEST_COMMENT,
	.times = 3,
	.name = "Jane Smith",
	.work = "VP of Sales, Acme Corp",
	.reaction = "comment",
	.comment = "Great! How much is it?",
	.signal = "John Doe",
	.url = "https://www.linkedin.com/in/jane",
	.post = "https://www.linkedin.com/posts/1"},
    {.urn = "2",
	.received = NOON - 5 * HOURS,
	.endpoint = "main",
	.deed = DIGEST_REACTION,
	.times = 1,
	.name = "",
	.work = "",
	.reaction = "PRAISE",
	.comment = "",
	.signal = "",
	.url = "",
	.post = ""}};
static struct digest_signal signals[] = {{"John Doe", 1204}, {"", 2}};
static struct digest_endpoint endpoints[] = {
    {.name = "main", .leads = 12}, {.name = "events", .leads = 0}};

static struct digest
a_digest(void)
{
	struct digest d = {.names = 1,
	    .page = "https://example.org/leads/",
	    .site = "crm.example.org",
	    .now = NOON,
	    .since = NOON - 29 * HOURS,
	    .newest = NOON - 5 * HOURS,
	    .endpoints = endpoints,
	    .nendpoints = 1,
	    .leads = 12,
	    .deeds = {3, 8, 1, 0},
	    .people = people,
	    .npeople = 2,
	    .signals = signals,
	    .nsignals = 2,
	    .status = "\"/bin/leadsheet status\" tells all of them"};

	return d;
}

static struct digest
nothing(void)
{
	struct digest d = a_digest();

	d.leads = 0;
	memset(d.deeds, 0, sizeof(d.deeds));
	d.npeople = d.nsignals = 0;
	return d;
}

/* What a part is, with a NUL; free it. */
static char *
made(const struct digest *d, size_t n,
    void (*write)(const struct digest *, size_t, struct bytes *))
{
	struct bytes b = {0};

	write(d, n, &b);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	return b.data;
}

static void
check_has(const struct digest *d, size_t n,
    void (*write)(const struct digest *, size_t, struct bytes *),
    const char *text, int has)
{
	char *all = made(d, n, write);

	if ((strstr(all, text) != NULL) != has)
		fail_msg("\"%s\" is%s in: %s", text, has ? " not" : "", all);
	free(all);
}

/* In both parts, or in neither. */
static void
has(const struct digest *d, const char *text)
{
	check_has(d, 99, parts_text, text, 1);
	check_has(d, 99, parts_html, text, 1);
}

static void
has_not(const struct digest *d, const char *text)
{
	check_has(d, 99, parts_text, text, 0);
	check_has(d, 99, parts_html, text, 0);
}

static void
check_subject(const struct digest *d, const char *is)
{
	struct bytes b = {0};

	parts_subject(d, &b);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, is);
	bytes_free(&b);
}

static void
as_text_it_is_short(void **state)
{
	struct digest d = a_digest();
	char *text = made(&d, 99, parts_text);

	(void)state;
	assert_string_equal(text,
	    "12 new leads since yesterday 07:00: 3 comments, 8 reactions and "
	    "1\n"
	    "repost.\n"
	    "\n\nWho commented\n-------------\n"
	    "\nJane Smith\n"
	    "  VP of Sales, Acme Corp\n"
	    "  Comment on a post by John Doe, yesterday 14:00, 3 leads in all\n"
	    "  > Great! How much is it?\n"
	    "  https://www.linkedin.com/in/jane\n"
	    "\n\nWho reacted\n-----------\n"
	    "\nSomeone without a name\n"
	    "  Celebrate, today 07:00\n"
	    "\nAnd 8 leads of others.\n"
	    "\n\nBy signal\n---------\n"
	    " 1,204  John Doe\n"
	    "     2  no signal\n"
	    "\n\nAll leads are here:\nhttps://example.org/leads/\n"
	    "\n-- \nleadsheet on crm.example.org, once a day, also when "
	    "nothing came.\n");
	free(text);
}

static void
as_html_it_has_the_same(void **state)
{
	static const char *const parts[] = {
	    "<!doctype html>\n<html lang=\"en\">",
	    "<title>12 new leads</title>", ">12 new leads</h1>",
	    ">Since yesterday 07:00: 3 comments, 8 reactions and 1 repost</p>",
	    "<li class=\"who\"><a class=\"name\" dir=\"auto\" "
	    "href=\"https://www.linkedin.com/in/jane\">Jane Smith</a>\n"
	    "<div dir=\"auto\">VP of Sales, Acme Corp</div>"
	    "<div class=\"soft\">Comment on "
	    "<a href=\"https://www.linkedin.com/posts/1\">a post</a> by "
	    "<span dir=\"auto\">John Doe</span>, yesterday 14:00, 3 leads in "
	    "all</div>\n"
	    "<div class=\"said\" dir=\"auto\">Great! How much is it?</div>"
	    "</li>\n",
	    "<b class=\"name\" dir=\"auto\">Someone without a name</b>\n"
	    "<div class=\"soft\">Celebrate, today 07:00</div>\n</li>",
	    "<tr><td class=\"number\">1,204</td>"
	    "<td dir=\"auto\">John Doe</td></tr>",
	    "href=\"https://example.org/leads/\">Open the page</a>"};
	struct digest d = a_digest();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(parts); i++)
		check_has(&d, 99, parts_html, parts[i], 1);
}

static void
the_subject_tells_how_it_is(void **state)
{
	struct digest d = a_digest();

	(void)state;
	check_subject(&d, "12 new leads");
	d.leads = 1;
	check_subject(&d, "1 new lead");
	d.nacts = 1;
	check_subject(&d, "1 new lead; something needs a hand");
	d.leads = 0;
	check_subject(&d, "No new leads; something needs a hand");
	/* Two digests of one machine are to be told apart. */
	d.endpoints = endpoints + 1;
	check_subject(&d, "No new leads at events; something needs a hand");
}

static void
when_nothing_came_it_says_how_it_stands(void **state)
{
	struct digest_concern concern = {0, "main: hm"};
	struct digest d = nothing();

	(void)state;
	has(&d, "The last delivery: today 07:00. All is well.");
	d.newest = NOON - 50 * HOURS;
	has(&d, "The last delivery: Saturday 21 November 10:00. All is well.");
	d.concerns = &concern;
	d.nconcerns = 1;
	has(&d, "The last delivery: Saturday 21 November 10:00.");
	has_not(&d, "All is well");
	d = nothing();
	d.newest = 0;
	has(&d, "No delivery has come yet.");
	has_not(&d, "All is well");
	endpoints[0].tests = 2;
	endpoints[0].unreadable = 1;
	has(&d, "Also came: 2 tests and 1 delivery that could not be read.");
	endpoints[0].tests = endpoints[0].unreadable = 0;
}

static void
the_first_mail_says_that_it_is(void **state)
{
	struct digest d = a_digest();

	(void)state;
	has_not(&d, "the first mail");
	d.since = 0;
	has(&d, "This is the first mail: what came before yesterday");
	check_has(&d, 0, parts_text, "12 new leads yesterday and today: ", 1);
	check_has(&d, 0, parts_html, ">Yesterday and today: 3 comments", 1);
}

static void
what_needs_a_hand_is_told(void **state)
{
	struct digest_concern concerns[60] = {
	    {1, "main: no secret yet; run \"/a/b/leadsheet secret main\""},
	    {0, "main: <b>switched off"}};
	struct digest d = a_digest();
	size_t i;

	(void)state;
	d.concerns = concerns;
	d.nconcerns = 2;
	d.nacts = 1;
	check_has(&d, 0, parts_text,
	    "\n\nNeeds a hand\n------------\n* main: no secret yet; run "
	    "\"/a/b/leadsheet secret main\"\n"
	    "\n\nGood to know\n------------\n* main: <b>switched off\n",
	    1);
	check_has(&d, 0, parts_html, ">Needs a hand</h2>", 1);
	check_has(&d, 0, parts_html, ">Good to know</h2>", 1);
	check_has(&d, 0, parts_html, "main: &lt;b&gt;switched off", 1);
	/* More of them than a mail has room for. */
	for (i = 0; i < COUNT(concerns); i++) {
		concerns[i].act = 1;
		concerns[i].text =
		    "events: sheets from 2026-11-23 on lack rows that could "
		    "not be written; see to the room and the modes of it";
	}
	d.nconcerns = d.nacts = COUNT(concerns);
	check_has(&d, 0, parts_text,
	    "And 52 more; \"/bin/leadsheet status\" tells all of them\n", 1);
	check_has(&d, 0, parts_html,
	    " more; &#34;/bin/leadsheet status&#34; tells all of them</p>", 1);
}

static void
without_names_nobody_is_named(void **state)
{
	struct digest d = a_digest();

	(void)state;
	d.names = 0;
	has_not(&d, "Jane");
	has_not(&d, "Acme");
	has_not(&d, "How much");
	has_not(&d, "linkedin");
	has(&d, "John Doe");
	d.npeople = 0;
	has(&d, "3 comments");
}

static void
people_are_counted_where_all_are_known(void **state)
{
	struct digest d = a_digest();

	(void)state;
	has_not(&d, "people");
	d.leads = 4;
	check_has(&d, 9, parts_text, "repost,\nfrom 2 people.", 1);
	check_has(&d, 9, parts_html, "repost, from 2 people<", 1);
	has_not(&d, "of others");
	check_has(&d, 1, parts_text, "\nAnd 1 lead of others.\n", 1);
	check_has(&d, 1, parts_html, ">And 1 lead of others.</p>", 1);
}

static void
strangers_words_stay_text(void **state)
{
	struct digest_person p = people[0];
	struct digest d = a_digest();

	(void)state;
	p.name = p.work = p.comment = p.signal = "<script>\"&' x";
	p.reaction = "<i>";
	p.url = "https://e.org/\"><b>";
	p.post = "https://e.org/a&b";
	d.people = &p;
	d.npeople = 1;
	check_has(&d, 9, parts_html, "<script", 0);
	check_has(&d, 9, parts_html, "<i>", 0);
	check_has(&d, 9, parts_html, "\"><b>", 0);
	check_has(&d, 9, parts_html, "https://e.org/a&amp;b", 1);
	p.url = "javascript:alert(1)";
	check_has(&d, 9, parts_html, "javascript", 0);
}

/* Lines of a text that are too long for a screen. */
static void
check_lines(const struct digest *d)
{
	char *text = made(d, 99, parts_text), *line, *end;

	for (line = text; (end = strchr(line, '\n')) != NULL; line = end + 1)
		if (terminal_columns(line, (size_t)(end - line)) > 72 &&
		    strstr(line, "/a/") == NULL &&
		    strncmp(line, "  https:", 8) != 0)
			fail_msg("too long: %.*s", (int)(end - line), line);
	free(text);
}

static void
lines_of_the_text_are_short(void **state)
{
	static char letters[8][400];
	struct digest_person p = people[0];
	struct digest_concern c = {1,
	    "main: it is so; run \"/a/path with a blank/that is as long as "
	    "long can be, and so is longer than a line/leadsheet "
	    "secret main\", soon"};
	struct digest d = a_digest();
	size_t i;

	(void)state;
	for (i = 0; i < 399; i++)
		letters[0][i] = i % 7 == 0 ? ' ' : 'x';
	for (i = 0; i < 399; i += 3)
		memcpy(letters[1] + i, "\xe5\x96\xb6", 3);
	memset(letters[2], '"', 399);
	p.name = letters[1];
	p.work = letters[2];
	p.comment = letters[0];
	p.signal = letters[1];
	d.people = &p;
	d.npeople = 1;
	d.concerns = &c;
	d.nconcerns = d.nacts = 1;
	check_lines(&d);
	check_has(&d, 9, parts_text,
	    "* main: it is so; run\n  \"/a/path with a blank/that", 1);
	check_has(&d, 9, parts_text, "secret main\",\n  soon\n", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("as text it is short and aligned", as_text_it_is_short),
	    TEST("as HTML it has the same", as_html_it_has_the_same),
	    TEST("the subject tells the number, and what needs a hand",
		the_subject_tells_how_it_is),
	    TEST("when nothing came it says how it stands",
		when_nothing_came_it_says_how_it_stands),
	    TEST("the first mail says that it is the first",
		the_first_mail_says_that_it_is),
	    TEST("what needs a hand is told, or how much more there is",
		what_needs_a_hand_is_told),
	    TEST("names = no: nobody is named", without_names_nobody_is_named),
	    TEST("people are counted where all of them are known",
		people_are_counted_where_all_are_known),
	    TEST("a stranger's words stay text in HTML",
		strangers_words_stay_text),
	    TEST("no line of the text has over 72 columns, but for commands",
		lines_of_the_text_are_short),
	};

	return RUN(tests);
}

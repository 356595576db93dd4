#include "pagehome.h"

static void
newest_leads_come_first(void **state)
{
	struct choice all = {0};
	struct page p;

	(void)state;
	open_page(&p, "newest");
	deliver(&p, JOURNAL, "a", "{\"urn\":\"a0\"},{\"urn\":\"a1\"}", "", 0);
	deliver(&p, JOURNAL, "b", "{\"urn\":\"b0\"}", "", 1);
	deliver(&p, "journal/2026-11-22.jsonl", "c", "{\"urn\":\"c0\"}", "",
	    -86400);
	update(&p);
	assert_true(p.state.whole);
	assert_int_equal(p.state.leads, 4);
	assert_false(p.state.in_memory);
	assert_string_equal(leads(&p, &all), "b0 a1 a0 c0 ");
	deliver(&p, JOURNAL, "d", "{\"urn\":\"d0\"}", "", 2);
	update(&p);
	assert_string_equal(leads(&p, &all), "d0 b0 a1 a0 c0 ");
	begin_again(&p);
	update(&p);
	assert_string_equal(leads(&p, &all), "d0 b0 a1 a0 c0 ");
	close_page(&p);
}

static void
names_of_many_scripts_are_found(void **state)
{
	static const struct {
		const char *name, *find[5], *not [4];
	} cases[] = {
	    {"Jane Smith",
		{"Smith", "smith", "SM\xc3\x8fTH", "jane smi",
		    "\"jane smith\""},
		{"mith", "\"smith jane\"", "Ja", "x"}},
	    {"José Núñez", {"jose", "José", "NUNEZ", "nuñez"}, {"josef"}},
	    {"Jürgen Müller", {"Müller", "muller", "MÜLLER"}, {"mullerr"}},
	    {"王伟", {"王伟", "王", "伟"}, {"伟王"}},
	    {"佐藤 花子", {"佐藤", "花子"}, {"子花"}},
	    {"ชาติ", {"ชาติ", "ชา"}, {"าช"}},
	    {"Ольга Иванова", {"ИВАНОВА", "ольга"}, {"нова"}},
	    {"أحمد الحسن", {"الحسن", "احمد"}, {"حسن"}},
	    {"शर्मा", {"शर्मा"}, {"मा"}},
	    {"김민수", {"김민수", "김민수"}, {"민수"}},
	    {"Growth 🚀 Hacker", {"🚀", "growth🚀"}, {"🎉"}},
	    {"Jane O'Neil", {"O'Neil", "o’neil", "neil"}, {"\"neil o\""}},
	    {"C++ Developer", {"C++", "c++ dev"}, {"C#", "\"c dev\""}},
	    {"Team acme.com", {"acme.com", "ACME", "com"}, {"acmecom"}},
	    {"Straße 7", {"strasse", "STRASSE", "straße"}, {"strase"}},
	};
	struct bytes lead = {0};
	struct page p;
	size_t i, k;

	(void)state;
	open_page(&p, "scripts");
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&lead);
		bytes_printf(&lead,
		    "{\"urn\":\"u\",\"full_name\":\"%s\",\"headline\":\"z\"}",
		    cases[i].name);
		bytes_addc(&lead, '\0');
		(void)unlink(at_home(&p.home, JOURNAL));
		deliver(&p, JOURNAL, "a", lead.data, "", 0);
		update(&p);
		for (k = 0; k < 5 && cases[i].find[k] != NULL; k++)
			if (strcmp(find(&p, cases[i].find[k]), "u ") != 0)
				fail_msg("%s isn't in %s", cases[i].find[k],
				    cases[i].name);
		for (k = 0; k < 4 && cases[i].not [k] != NULL; k++)
			if (strcmp(find(&p, cases[i].not [k]), "") != 0)
				fail_msg("%s is in %s", cases[i].not [k],
				    cases[i].name);
	}
	bytes_free(&lead);
	close_page(&p);
}

static void
a_word_may_be_in_the_post(void **state)
{
	struct bytes posts = {0};
	char *leads;
	struct page p;
	int i;

	(void)state;
	open_page(&p, "posts");
	deliver(&p, JOURNAL, "a",
	    "{\"urn\":\"a\",\"full_name\":\"Ann Lee\",\"post_id\":\"1\"},"
	    "{\"urn\":\"b\",\"full_name\":\"Bob Ray\",\"post_id\":\"2\"},"
	    "{\"urn\":\"c\",\"full_name\":\"Cy Launch\"}",
	    "{\"id\":\"1\",\"text\":\"We launch today\"},"
	    "{\"id\":\"2\",\"text\":\"Hiring\"}",
	    0);
	update(&p);
	assert_string_equal(find(&p, "launch"), "c a ");
	assert_string_equal(find(&p, "launch ann"), "a ");
	assert_string_equal(find(&p, "ann launch"), "a ");
	assert_string_equal(find(&p, "bob launch"), "");
	/* The post was edited: a lead has the text that came with it. */
	deliver(&p, JOURNAL, "b", "{\"urn\":\"d\",\"post_id\":\"2\"}",
	    "{\"id\":\"2\",\"text\":\"Not any more\"}", 1);
	update(&p);
	assert_string_equal(find(&p, "hiring"), "b ");
	assert_string_equal(find(&p, "more"), "d ");
	/* A word that is in very many posts. */
	leads = many_leads(300, ",\"post_id\":\"1\"");
	for (i = 0; i < 200; i++) {
		bytes_reset(&posts);
		bytes_printf(&posts,
		    "{\"id\":\"1\",\"text\":\"Common %d%s\"}%c", i,
		    i == 7 ? " rarity" : "", '\0');
		deliver(&p, JOURNAL, "x", "{\"urn\":\"x\",\"post_id\":\"1\"}",
		    posts.data, 2 + i);
	}
	deliver(&p, JOURNAL, "y",
	    "{\"urn\":\"y\",\"headline\":\"A common name\"}", "", 300);
	deliver(&p, JOURNAL, "z", leads, "", 301);
	update(&p);
	assert_int_equal(strncmp(find(&p, "common"), "y x x ", 6), 0);
	assert_int_equal(strlen(p.told.data), 201 * 2);
	assert_string_equal(find(&p, "common rarity"), "x ");
	assert_string_equal(find(&p, "common name"), "y ");
	assert_string_equal(find(&p, "common hiring"), "");
	free(leads);
	bytes_free(&posts);
	close_page(&p);
}

static void
what_is_typed_is_never_syntax(void **state)
{
	static const char *const typed[] = {"\"", "\"\"", "*", "a*", "a OR b",
	    "NOT a", "NEAR(a b)", "w:a", "{w}:a", "^a", "(a", "a)", "-a", "+a",
	    "+aabc", "a\"b", "'", "\\", "a AND", "\xff\xfe", "\x01", "?1",
	    "a;DROP TABLE lead", "[a]", "a^2", "a,b", "/*", "--"};
	struct choice c = {0};
	struct fault f = {0};
	struct page p;
	size_t i;

	(void)state;
	open_page(&p, "typed");
	deliver(&p, JOURNAL, "a",
	    "{\"urn\":\"u\",\"full_name\":\"Zoe\",\"signal_name\":\"S\"}", "",
	    0);
	update(&p);
	for (i = 0; i < COUNT(typed); i++) {
		if (strcmp(find(&p, typed[i]), "") != 0)
			fail_msg("%s finds a lead", typed[i]);
		(void)strcpy(c.words, typed[i]);
		assert_int_equal(
		    catalog_count(p.catalog, &p.scope, &c, 0, &f), 0);
		(void)strcpy(c.terms[CHOICE_SIGNAL], typed[i]);
		assert_string_equal(leads(&p, &c), "");
		memset(&c, 0, sizeof(c));
	}
	assert_string_equal(find(&p, "zoe & !"), "u ");
	close_page(&p);
}

static int
tell_text(void *context, const char *text, int64_t leads)
{
	struct page *p = context;

	bytes_printf(&p->told, "%s=%lld ", text, (long long)leads);
	return 0;
}

/* What there is of a term, or how many of each day. */
static const char *
terms(struct page *p, enum choice_term term)
{
	struct fault f = {0};

	bytes_reset(&p->told);
	assert_int_equal(
	    catalog_terms(p->catalog, &p->scope, term, 10, tell_text, p, &f),
	    0);
	bytes_addc(&p->told, '\0');
	return p->told.data;
}

static const char *
days(struct page *p, const struct choice *c)
{
	struct fault f = {0};

	bytes_reset(&p->told);
	assert_int_equal(
	    catalog_days(p->catalog, &p->scope, c, tell_text, p, &f), 0);
	bytes_addc(&p->told, '\0');
	return p->told.data;
}

static int64_t
count(struct page *p, const struct choice *c, int64_t most)
{
	struct fault f = {0};

	return catalog_count(p->catalog, &p->scope, c, most, &f);
}

static void
terms_are_equal_letter_by_letter(void **state)
{
	char company[300], lead[600];
	struct choice c = {0};
	struct page p;

	(void)state;
	open_page(&p, "terms");
	memset(company, 'x', sizeof(company) - 1);
	company[sizeof(company) - 1] = '\0';
	(void)snprintf(lead, sizeof(lead),
	    "{\"urn\":\"l\",\"company_name\":\"%s\"}", company);
	deliver(&p, JOURNAL, "a", lead, "", 0);
	deliver(&p, JOURNAL, "b",
	    "{\"urn\":\"a\",\"company_name\":\"Acme\",\"signal_name\":\"S\","
	    "\"engagement_type\":\"comment\"},"
	    "{\"urn\":\"b\",\"company_name\":\"ACME\",\"signal_name\":\"S\"},"
	    "{\"urn\":\"c\",\"company_name\":\"Acme Corp\","
	    "\"engagement_type\":\"comment\"},"
	    "{\"urn\":\"d\",\"company_name\":\"\",\"job_title\":null}",
	    "", 1);
	update(&p);
	choice_set_term(&c, CHOICE_COMPANY, "Acme", 4);
	assert_string_equal(leads(&p, &c), "a ");
	choice_set_term(&c, CHOICE_SIGNAL, "S", 1);
	choice_set_term(&c, CHOICE_ENGAGEMENT, "comment", 7);
	assert_string_equal(leads(&p, &c), "a ");
	choice_set_term(&c, CHOICE_COMPANY, "ACME", 4);
	assert_string_equal(leads(&p, &c), "");
	/* What a title is called is no company's name. */
	memset(&c, 0, sizeof(c));
	choice_set_term(&c, CHOICE_TITLE, "Acme", 4);
	assert_string_equal(leads(&p, &c), "");
	/* One that is longer than a choice is cut on both sides. */
	memset(&c, 0, sizeof(c));
	choice_set_term(&c, CHOICE_COMPANY, company, strlen(company));
	assert_string_equal(leads(&p, &c), "l ");
	assert_string_equal(terms(&p, CHOICE_ENGAGEMENT), "comment=2 ");
	assert_string_equal(terms(&p, CHOICE_SIGNAL), "S=2 ");
	assert_string_equal(terms(&p, CHOICE_TITLE), "");
	deliver(&p, JOURNAL, "c",
	    "{\"urn\":\"e\",\"engagement_type\":\"repost\"},"
	    "{\"urn\":\"f\",\"engagement_type\":\"repost\"},"
	    "{\"urn\":\"g\",\"engagement_type\":\"repost\"}",
	    "", 2);
	update(&p);
	assert_string_equal(
	    terms(&p, CHOICE_ENGAGEMENT), "repost=3 comment=2 ");
	close_page(&p);
}

/* A second endpoint, beside main. */
static void
make_other(const struct page *p, char journal[static PATH_MAX])
{
	(void)snprintf(journal, PATH_MAX, "%s/other", p->dir);
	assert_int_equal(mkdir(journal, 0750), 0);
	(void)strcat(journal, "/journal");
	assert_int_equal(mkdir(journal, 0750), 0);
	(void)strcat(journal, "/" DAY ".jsonl");
}

static void
nobody_sees_more_than_their_endpoints(void **state)
{
	char names[1][ENDPOINT_NAME_SIZE] = {"main"};
	struct catalog_person person;
	struct choice c = {0};
	struct fault f = {0};
	char journal[PATH_MAX], other[PATH_MAX];
	struct page p;
	int64_t who;

	(void)state;
	open_page(&p, "scope");
	make_other(&p, journal);
	deliver(&p, JOURNAL, "a",
	    "{\"urn\":\"a\",\"full_name\":\"Jo Li\",\"signal_name\":\"S\"}", "",
	    5);
	/* The same delivery in the other: the path is the only difference. */
	(void)snprintf(other, sizeof(other), "../other/journal/" DAY ".jsonl");
	deliver(&p, other, "b",
	    "{\"urn\":\"a\",\"full_name\":\"Jo Li\",\"signal_name\":\"S\"},"
	    "{\"urn\":\"b\",\"signal_name\":\"T\"}",
	    "", 0);
	update(&p);
	assert_string_equal(leads(&p, &c), "a b a ");
	assert_string_equal(terms(&p, CHOICE_SIGNAL), "S=2 T=1 ");
	who = p.lead.entry.person;
	assert_int_equal(
	    catalog_find_person(p.catalog, &p.scope, who, &person, &f), 1);
	assert_int_equal(person.engagements, 2);
	assert_int_equal(person.first_seen, NOON);
	assert_int_equal(person.last_seen, NOON + 5 * SECOND);
	p.scope.names = names;
	p.scope.n = 1;
	assert_string_equal(leads(&p, &c), "a ");
	assert_string_equal(days(&p, &c), DAY "=1 ");
	assert_int_equal(count(&p, &c, 0), 1);
	assert_string_equal(terms(&p, CHOICE_SIGNAL), "S=1 ");
	assert_int_equal(
	    catalog_find_person(p.catalog, &p.scope, who, &person, &f), 1);
	assert_int_equal(person.engagements, 1);
	assert_int_equal(person.first_seen, NOON + 5 * SECOND);
	assert_string_equal(find(&p, "jo"), "a ");
	(void)strcpy(c.words, "jo");
	assert_int_equal(count(&p, &c, 0), 1);
	assert_string_equal(days(&p, &c), DAY "=1 ");
	c.words[0] = '\0';
	/* Asking for it by name doesn't help. */
	(void)strcpy(c.endpoint, "other");
	assert_string_equal(leads(&p, &c), "");
	assert_int_equal(count(&p, &c, 0), 0);
	(void)strcpy(names[0], "other");
	assert_string_equal(leads(&p, &c), "b a ");
	(void)strcpy(names[0], "none");
	c.endpoint[0] = '\0';
	assert_string_equal(leads(&p, &c), "");
	assert_int_equal(catalog_newest(p.catalog, &p.scope), 0);
	close_page(&p);
}

static void
pages_have_every_lead_once(void **state)
{
	struct choice c = {0};
	struct fault f = {0};
	struct bytes all = {0};
	char *many = many_leads(2500, ",\"full_name\":\"Ann\"");
	struct page p;
	int i, n;

	(void)state;
	open_page(&p, "paging");
	/* Two that came in the same microsecond. */
	deliver(&p, JOURNAL, "a", many, "", 0);
	deliver(&p, JOURNAL, "b", many, "", 0);
	update(&p);
	assert_int_equal(p.state.leads, 5000);
	for (i = 0; i < 2; i++) {
		(void)leads(&p, &c);
		bytes_reset(&all);
		bytes_add(&all, p.told.data, p.told.len - 1);
		bytes_reset(&p.told);
		for (n = 0;; n++) {
			size_t before = p.told.len;

			assert_int_equal(catalog_leads(p.catalog, &p.scope, &c,
					     100, tell_lead, &p, &f),
			    0);
			if (p.told.len == before)
				break;
			c.before = p.lead.entry.id;
		}
		assert_int_equal(n, 50);
		assert_int_equal(p.told.len, all.len);
		assert_memory_equal(p.told.data, all.data, all.len);
		/* The same for those that a word finds. */
		memset(&c, 0, sizeof(c));
		(void)strcpy(c.words, "ann");
	}
	free(many);
	bytes_free(&all);
	close_page(&p);
}

static int
tell_person(void *context, const struct catalog_person *x, struct fault *f)
{
	struct page *p = context;
	int rc = tell_lead(p, &x->newest, f);

	bytes_printf(&p->told, "%lld,%lld-%lld ", (long long)x->engagements,
	    (long long)((x->first_seen - NOON) / SECOND),
	    (long long)((x->last_seen - NOON) / SECOND));
	return rc;
}

static const char *
people(struct page *p, const struct choice *c, size_t most)
{
	struct fault f = {0};

	bytes_reset(&p->told);
	if (catalog_people(
		p->catalog, &p->scope, c, most, tell_person, p, &f) != 0)
		fail_msg("catalog_people: %s", f.text);
	bytes_addc(&p->told, '\0');
	return p->told.data;
}

static void
people_come_once(void **state)
{
	struct choice c = {0};
	struct page p;

	(void)state;
	open_page(&p, "people");
	deliver(&p, "journal/2026-11-21.jsonl", "a",
	    "{\"urn\":\"a\",\"full_name\":\"Ann\"},{\"urn\":\"b\"}", "",
	    -2 * 86400);
	deliver(&p, JOURNAL, "b",
	    "{\"urn\":\"c\"},{\"urn\":\"a\"},{\"full_name\":\"Nobody\"},"
	    "{\"full_name\":\"Nobody\"},{\"urn\":\"c\"}",
	    "", 0);
	update(&p);
	assert_string_equal(people(&p, &c, 0),
	    "c 2,0-0  1,0-0  1,0-0 a 2,-172800-0 b 1,-172800--172800 ");
	/* Page by page each comes once as well. */
	assert_string_equal(people(&p, &c, 1), "c 2,0-0 ");
	c.before = p.lead.entry.id;
	assert_string_equal(people(&p, &c, 3), " 1,0-0  1,0-0 a 2,-172800-0 ");
	c.before = p.lead.entry.id;
	assert_string_equal(people(&p, &c, 3), "b 1,-172800--172800 ");
	/* Who is new is a matter of all their leads. */
	c.before = 0;
	(void)strcpy(c.since, DAY);
	assert_string_equal(people(&p, &c, 0), "c 2,0-0  1,0-0  1,0-0 ");
	assert_string_equal(leads(&p, &c), "c   c ");
	(void)strcpy(c.since, "2026-11-22");
	assert_string_equal(people(&p, &c, 0), "c 2,0-0  1,0-0  1,0-0 ");
	(void)strcpy(c.since, "2026-11-21");
	(void)strcpy(c.words, "ann");
	assert_string_equal(people(&p, &c, 0), "a 2,-172800-0 ");
	close_page(&p);
}

static void
days_are_those_of_the_zone(void **state)
{
	static const char *const zones[] = {
	    "UTC", "America/New_York", "Asia/Kathmandu", "Europe/Berlin"};
	struct choice c = {0}, words = {.words = "ann"};
	struct fault f = {0};
	char told[200], day[UTC_DAY_SIZE];
	struct page p;
	size_t i;
	int k;

	(void)state;
	open_page(&p, "days");
	/* One lead each five hours, before and behind noon. */
	for (k = -10; k < 10; k++)
		deliver(&p, JOURNAL, "a",
		    "{\"urn\":\"u\",\"full_name\":\"Ann\"}", "", k * 18000);
	for (i = 0; i < COUNT(zones); i++) {
		assert_int_equal(utc_zone(zones[i], &f), 0);
		update(&p);
		(void)snprintf(told, sizeof(told), "%s", days(&p, &c));
		assert_string_equal(days(&p, &words), told);
		/* What a day has is what there is from it to it. */
		for (k = -2; k <= 2; k++) {
			utc_day(NOON + k * A_DAY, day);
			(void)strcpy(c.from, day);
			(void)strcpy(c.to, day);
			(void)strcpy(words.from, day);
			(void)strcpy(words.to, day);
			assert_int_equal(
			    count(&p, &c, 0), count(&p, &words, 0));
			assert_int_equal(count(&p, &c, 0) * 2,
			    (int64_t)strlen(leads(&p, &c)));
		}
		memset(&c, 0, sizeof(c));
		words.from[0] = words.to[0] = '\0';
	}
	assert_int_equal(utc_zone("UTC", &f), 0);
	assert_string_equal(days(&p, &c),
	    "2026-11-25=2 2026-11-24=5 2026-11-23=5 2026-11-22=5 "
	    "2026-11-21=3 ");
	assert_int_equal(count(&p, &c, 7), 7);
	assert_int_equal(count(&p, &words, 7), 7);
	close_page(&p);
}

static void
only_leads_are_leads(void **state)
{
	struct choice c = {0};
	struct page p;
	FILE *out;

	(void)state;
	open_page(&p, "kinds");
	deliver(&p, JOURNAL, "a", "{\"urn\":\"a\"}", "", 0);
	add_delivery(at_home(&p.home, JOURNAL), RECORD_TEST, "t", 2, 9);
	assert_non_null(out = fopen(at_home(&p.home, JOURNAL), "a"));
	(void)fputs("garbage\n{\"torn", out);
	(void)fclose(out);
	update(&p);
	assert_true(p.state.whole);
	assert_string_equal(leads(&p, &c), "a ");
	assert_int_equal(p.state.newest, NOON + 9 * SECOND);
	assert_int_equal(p.state.damaged, 1);
	assert_int_equal(catalog_damaged(p.catalog, &p.scope), 1);
	assert_int_equal(p.state.leads, 1);
	close_page(&p);
}

/* The steps that it takes until the catalog is whole, a little each. */
static int
fill_slowly(struct page *p)
{
	struct fault f = {0};
	int n = 0;

	do {
		assert_int_equal(
		    catalog_update(p->catalog, 0, &p->state, &f), 0);
		n++;
	} while (!p->state.whole && n < 10000);
	return n;
}

static void
a_large_delivery_is_read_bit_by_bit(void **state)
{
	struct choice c = {0}, word = {.words = "ann"};
	char *many = many_leads(1000, ",\"full_name\":\"Ann\"");
	struct bytes all = {0};
	struct page p;

	(void)state;
	open_page(&p, "slowly");
	deliver(&p, "journal/2026-11-22.jsonl", "old", "{\"urn\":\"old\"}", "",
	    -86400);
	deliver(&p, JOURNAL, "a", many, "", 0);
	deliver(&p, JOURNAL, "b", "{\"urn\":\"b\"}", "", 1);
	assert_in_range(fill_slowly(&p), 1000 / 16, 1000 / 16 + 6);
	assert_int_equal(p.state.leads, 1002);
	assert_int_equal(count(&p, &word, 0), 1000);
	(void)leads(&p, &c);
	bytes_add(&all, p.told.data, p.told.len);
	/* The same as at once. */
	begin_again(&p);
	(void)unlink(in_scratch("slowly/page/cache/page.sqlite"));
	update(&p);
	assert_string_equal(leads(&p, &c), all.data);
	free(many);
	bytes_free(&all);
	close_page(&p);
}

static void
newest_days_are_there_first(void **state)
{
	struct choice c = {0};
	struct fault f = {0};
	struct page p;
	char file[64];
	int i;

	(void)state;
	open_page(&p, "first");
	for (i = 1; i <= 9; i++) {
		(void)snprintf(
		    file, sizeof(file), "journal/2026-11-%02d.jsonl", i);
		deliver(&p, file, "a", "{\"urn\":\"u\"}", "", (i - 23) * 86400);
	}
	for (i = 1; i <= 8; i++) {
		assert_int_equal(catalog_update(p.catalog, 0, &p.state, &f), 0);
		assert_false(p.state.whole);
		assert_int_equal(p.state.leads, i);
		(void)snprintf(file, sizeof(file), "2026-11-%02d", 10 - i);
		assert_string_equal(p.state.from, file);
		assert_int_equal(strlen(leads(&p, &c)), 2 * i);
	}
	assert_int_equal(catalog_update(p.catalog, 0, &p.state, &f), 0);
	assert_true(p.state.whole);
	close_page(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the newest leads come first, also those that came since",
		newest_leads_come_first),
	    TEST("names of many scripts are found as people write them",
		names_of_many_scripts_are_found),
	    TEST("a word may be in the lead, or in the post that came with it",
		a_word_may_be_in_the_post),
	    TEST("what a person types is never a query's syntax",
		what_is_typed_is_never_syntax),
	    TEST("what can be picked is equal letter by letter",
		terms_are_equal_letter_by_letter),
	    TEST("nobody sees or counts more than their endpoints",
		nobody_sees_more_than_their_endpoints),
	    TEST("page by page every lead comes once",
		pages_have_every_lead_once),
	    TEST("people come once, by their newest lead", people_come_once),
	    TEST("days are those of the time zone in use",
		days_are_those_of_the_zone),
	    TEST("a test, and what is damaged, is no lead",
		only_leads_are_leads),
	    TEST("a large delivery is read bit by bit, and comes out the same",
		a_large_delivery_is_read_bit_by_bit),
	    TEST("the newest days are there first, and it says which",
		newest_days_are_there_first),
	};

	return RUN(tests);
}

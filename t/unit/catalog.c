#include "home.h"

#include "access/pagedir.h"
#include "lines.h"
#include "page/data/catalog.h"
#include "page/data/lead.h"
#include "select/column.h"

#define KEY    "0123456789abcdef"
#define SECOND UTC_SECOND

/* A home, its catalog, and who sees all of it. */
struct page {
	struct home home;
	char dir[256];
	struct catalog *catalog;
	struct catalog_scope scope;
	struct catalog_state state;
	struct bytes told; /* what a list was */
	struct lead lead;
};

static void
open_page(struct page *p, const char *name)
{
	struct fault f = {0};

	memset(p, 0, sizeof(*p));
	make_home(&p->home, name);
	(void)snprintf(p->dir, sizeof(p->dir), "%s/%s", scratch, name);
	assert_int_equal(pagedir_make(p->dir, &f), 0);
	assert_int_equal(mkdir(at_home(&p->home, "journal"), 0750), 0);
	p->catalog = catalog_new(p->dir, KEY, &f);
	assert_non_null(p->catalog);
	p->lead.home = p->dir;
	p->lead.catalog = p->catalog;
}

static void
close_page(struct page *p)
{
	catalog_free(p->catalog);
	lead_free(&p->lead);
	bytes_free(&p->told);
}

/* The page's program ended, and began again. */
static void
begin_again(struct page *p)
{
	struct fault f = {0};

	catalog_free(p->catalog);
	lead_free(&p->lead);
	p->catalog = catalog_new(p->dir, KEY, &f);
	assert_non_null(p->catalog);
	p->lead.catalog = p->catalog;
}

static void
update(struct page *p)
{
	struct fault f = {0};

	if (catalog_update(p->catalog, 60 * SECOND, &p->state, &f) == -1)
		fail_msg("catalog_update: %s", f.text);
}

/* A delivery of these leads, each its JSON, so many seconds after noon. */
static void
deliver(struct page *p, const char *file, const char *id, const char *leads,
    const char *posts, int64_t after_noon)
{
	struct bytes body = {0};
	struct record r = {.received = NOON + after_noon * SECOND,
	    .kind = RECORD_LEADS,
	    .id = id,
	    .id_len = strlen(id)};
	struct fault f = {0};

	bytes_printf(&body,
	    "{\"delivery_id\":\"%s\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[%s],\"posts\":[%s]}}",
	    id, leads, posts);
	r.body = body.data;
	r.body_len = body.len;
	memset(r.signature, 'a', SIGNATURE_SIZE - 1);
	assert_int_equal(signature_sha256(r.body, r.body_len, r.sha256, &f), 0);
	add_record(at_home(&p->home, file), &r);
	bytes_free(&body);
}

static int
tell_lead(void *context, const struct catalog_entry *e, struct fault *f)
{
	struct page *p = context;
	struct sheet_value v;
	int rc = lead_read(&p->lead, e, f);

	if (rc != 1)
		return rc;
	if (lead_value(&p->lead, column_find("urn", 3), &v, f) == -1)
		return -1;
	bytes_add(&p->told, v.data, v.len);
	bytes_addc(&p->told, ' ');
	return 0;
}

/* The urns of the leads that a choice has, the newest first. */
static const char *
leads(struct page *p, const struct choice *choice)
{
	struct fault f = {0};

	bytes_reset(&p->told);
	if (catalog_leads(p->catalog, &p->scope, choice, 0, tell_lead, p, &f) !=
	    0)
		fail_msg("catalog_leads: %s", f.text);
	bytes_addc(&p->told, '\0');
	return p->told.data;
}

static const char *
find(struct page *p, const char *words)
{
	struct choice c = {0};

	(void)snprintf(c.words, sizeof(c.words), "%s", words);
	return leads(p, &c);
}

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
	    {"佐藤 花子", {"佐藤", "花子", "佐藤 花子"}, {"子花"}},
	    {"สมชาย ใจดี", {"สมชาย", "ใจดี"}, {"ดีใจ"}},
	    {"Ольга Иванова", {"иванова", "ИВАНОВА", "ольга"}, {"нова"}},
	    {"أحمد الحسن", {"الحسن", "احمد", "أحمد"}, {"حسن"}},
	    {"प्रिया शर्मा", {"शर्मा", "प्रिया"}, {"मा"}},
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the newest leads come first, also those that came since",
		newest_leads_come_first),
	    TEST("names of many scripts are found as people write them",
		names_of_many_scripts_are_found),
	};

	return RUN(tests);
}

/* pagehome: a home with deliveries, and the catalog that a page has of it. */
#ifndef PAGEHOME_H
#define PAGEHOME_H

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

static inline void
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

static inline void
close_page(struct page *p)
{
	catalog_free(p->catalog);
	lead_free(&p->lead);
	bytes_free(&p->told);
}

/* The page's program ended, and began again. */
static inline void
begin_again(struct page *p)
{
	struct fault f = {0};

	catalog_free(p->catalog);
	lead_free(&p->lead);
	p->catalog = catalog_new(p->dir, KEY, &f);
	assert_non_null(p->catalog);
	p->lead.catalog = p->catalog;
}

static inline void
update(struct page *p)
{
	struct fault f = {0};

	if (catalog_update(p->catalog, 60 * SECOND, &p->state, &f) == -1)
		fail_msg("catalog_update: %s", f.text);
}

/* A delivery of these leads, each its JSON, so many seconds after noon. */
static inline void
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

static inline int
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
static inline const char *
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

static inline const char *
find(struct page *p, const char *words)
{
	struct choice c = {0};

	(void)snprintf(c.words, sizeof(c.words), "%s", words);
	return leads(p, &c);
}

/* So many leads of one delivery, u0 to uN; free it. */
static inline char *
many_leads(int n, const char *more)
{
	struct bytes b = {0};
	int i;

	for (i = 0; i < n; i++)
		bytes_printf(
		    &b, "%s{\"urn\":\"u%d\"%s}", i > 0 ? "," : "", i, more);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	return b.data;
}

#endif

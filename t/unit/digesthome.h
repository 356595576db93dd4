/* digesthome: a home for the tests of a digest, and leads to put into it. */
#ifndef DIGESTHOME_H
#define DIGESTHOME_H

#include "home.h"

#include "cli/digest/digest.h"

#define YESTERDAY (NOON - A_DAY)

/* What cli.c does with a message. */
void
cli_complete(const struct cli *cli, const char *text, struct bytes *b)
{
	(void)cli;
	bytes_printf(b, "complete: %s", text);
	bytes_addc(b, '\0');
}

/* A home with one endpoint, main, whose settings are the defaults. */
struct place_of_work {
	struct home home;
	struct endpoint two[2];
	struct endpoints all;
	struct cli cli;
};

static inline void
make_place(struct place_of_work *w, const char *name)
{
	memset(w, 0, sizeof(*w));
	make_home(&w->home, name);
	write_file(at_home(&w->home, "secret"), "0123456789abcdef\n", 17);
	assert_int_equal(chmod(at_home(&w->home, "secret"), 0600), 0);
	w->two[0] = w->home.endpoint;
	w->all.list = w->two;
	w->all.n = 1;
	(void)strcpy(w->cli.conf_path, "/home/leadsheet.conf");
}

/* A lead: urn, name, engagement, what more. */
static inline void
add_lead(struct bytes *b, const char *urn, const char *name, const char *what,
    const char *more)
{
	bytes_printf(b,
	    "%s{\"urn\":\"%s\",\"full_name\":\"%s\","
	    "\"engagement_type\":\"%s\"%s}",
	    b->len > 0 ? "," : "", urn, name, what, more);
}

/* Keep a delivery of the leads in a buffer, which is empty after. */
static inline void
keep(struct home *h, const char *id, int64_t received, struct bytes *leads)
{
	struct store *s = open_store(h);
	struct bytes body = {0};
	enum store_result result;
	struct fault f = {0};

	assert_false(leads->failed);
	bytes_printf(&body,
	    "{\"delivery_id\":\"%s\",\"event\":\"lead.enriched\","
	    "\"timestamp\":\"t\",\"data\":{\"leads\":[%.*s]}}",
	    id, (int)leads->len, leads->len > 0 ? leads->data : "");
	bytes_addc(&body, '\0');
	assert_false(body.failed);
	if (put_body(s, body.data, received, &result, &f) == -1)
		fail_msg("store_put: %s", f.text);
	bytes_free(&body);
	bytes_free(leads);
	store_close(s);
}

/* A delivery of one lead. */
static inline void
keep_one(struct home *h, const char *id, int64_t received, const char *urn,
    const char *what, const char *more)
{
	struct bytes b = {0};

	add_lead(&b, urn, urn, what, more);
	keep(h, id, received, &b);
}

static inline void
gather_at(struct place_of_work *w, struct digest *d, enum consumer_mode mode,
    int64_t now)
{
	struct fault f = {0};

	d->page = d->site = "";
	if (digest_open(d, &w->cli, &w->all, mode, now, &f) == -1 ||
	    digest_gather(d, &f) == -1)
		fail_msg("%s", f.text);
}

static inline void
gather(struct place_of_work *w, struct digest *d)
{
	memset(d, 0, sizeof(*d));
	d->names = 1;
	gather_at(w, d, CONSUMER_PEEK, NOON);
}

/* Who is named, in order, a name and how many leads each. */
static inline const char *
who(const struct digest *d)
{
	static char text[4096];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < d->npeople; i++) {
		assert_non_null(d->people[i].name);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %d",
		    i > 0 ? ", " : "", d->people[i].name,
		    (int)d->people[i].times);
	}
	return text;
}

#endif

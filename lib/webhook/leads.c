/* leads: the leads of a delivery, joined with their posts; see leads.h. */
#include <stdint.h>
#include <string.h>

#include "webhook/extra.h"
#include "webhook/leads.h"

enum source { FROM_DELIVERY, FROM_LEAD, FROM_POST, FROM_REST };

/* The sender's tables: where a field stands and of which type it is. */
#define FIELD(key, source, is_integer)                                         \
	{                                                                      \
		key, sizeof(key) - 1, source, is_integer                       \
	}
static const struct {
	const char *key;
	size_t len;
	enum source source;
	int is_integer;
} fields[LEADS_FIELDS] = {
    [LEADS_TIMESTAMP] = FIELD("timestamp", FROM_DELIVERY, 0),
    [LEADS_URN] = FIELD("urn", FROM_LEAD, 0),
    [LEADS_FULL_NAME] = FIELD("full_name", FROM_LEAD, 0),
    [LEADS_HEADLINE] = FIELD("headline", FROM_LEAD, 0),
    [LEADS_COMPANY_NAME] = FIELD("company_name", FROM_LEAD, 0),
    [LEADS_JOB_TITLE] = FIELD("job_title", FROM_LEAD, 0),
    [LEADS_LOCATION] = FIELD("location", FROM_LEAD, 0),
    [LEADS_LINKEDIN_URL] = FIELD("linkedin_url", FROM_LEAD, 0),
    [LEADS_ENGAGEMENT_TYPE] = FIELD("engagement_type", FROM_LEAD, 0),
    [LEADS_SIGNAL_NAME] = FIELD("signal_name", FROM_LEAD, 0),
    [LEADS_REACTION_TYPE] = FIELD("reaction_type", FROM_LEAD, 0),
    [LEADS_COMMENT_TEXT] = FIELD("comment_text", FROM_LEAD, 0),
    [LEADS_CONNECTIONS] = FIELD("connections", FROM_LEAD, 1),
    [LEADS_FOLLOWERS] = FIELD("followers", FROM_LEAD, 1),
    [LEADS_INDUSTRY] = FIELD("industry", FROM_LEAD, 0),
    [LEADS_COMPANY_SIZE] = FIELD("company_size", FROM_LEAD, 0),
    [LEADS_POST_ID] = FIELD("post_id", FROM_LEAD, 0),
    [LEADS_POST_URL] = FIELD("url", FROM_POST, 0),
    [LEADS_POST_TEXT] = FIELD("text", FROM_POST, 0),
    [LEADS_POST_DATE] = FIELD("date", FROM_POST, 0),
    [LEADS_EXTRA] = FIELD("", FROM_REST, 0),
};

_Static_assert(LEADS_POST_TEXT - LEADS_POST_URL == POST_TEXT &&
		   LEADS_POST_DATE - LEADS_POST_URL == POST_DATE,
    "the same order");

/*
 * The field that a key of a lead is, or LEADS_FIELDS.  The sender's order is
 * that of the table, so the next one is the most likely.
 */
static int
find_field(struct leads *l, const struct jsontext_member *m, int likely)
{
	struct jsontext_slice key = jsontext_key_of(l->payload.text, m);
	int i;

	if (likely <= LEADS_POST_ID && key.n == fields[likely].len + 2 &&
	    memcmp(key.s + 1, fields[likely].key, key.n - 2) == 0)
		return likely;
	for (i = LEADS_URN; i <= LEADS_POST_ID; i++)
		if ((m->key_escaped || key.n == fields[i].len + 2) &&
		    jsontext_is(
			&key, fields[i].key, fields[i].len, &l->scratch))
			return i;
	return LEADS_FIELDS;
}

/* It may be long, and is the same for every lead. */
static int
read_timestamp(struct leads *l, struct fault *f)
{
	return value_read(&l->timestamp, l->payload.text, &l->payload.timestamp,
	    0, &l->timestamp_text, f);
}

int
leads_check(struct leads *l, const char *body, size_t n,
    enum wellformed_verdict *verdict, struct fault *f)
{
	l->at = 0;
	l->post = NULL;
	l->work = 0;
	l->payload.posts.most = l->most;
	bytes_reset(&l->scratch);
	bytes_reset(&l->timestamp_text);
	if (payload_read(&l->payload, body, n, verdict, f) == -1)
		return -1;
	return read_timestamp(l, f);
}

int
leads_read(struct leads *l, const char *body, size_t n, struct fault *f)
{
	enum wellformed_verdict ignored;

	return leads_check(l, body, n, &ignored, f);
}

size_t
leads_count(const struct leads *l)
{
	return payload_leads(&l->payload);
}

/* Put each member under its field, and those that we don't know into others. */
static void
sort_members(struct leads *l, uint32_t first, uint32_t end)
{
	const struct jsontext_member *list =
	    (const void *)l->payload.members.data;
	int field, likely = LEADS_URN;
	uint32_t i;

	for (i = first; i < end; i++) {
		field = find_field(l, &list[i], likely);
		if (field < LEADS_FIELDS) {
			l->fields[field] = &list[i];
			likely = field + 1;
		} else {
			bytes_add(&l->others, &i, sizeof(i));
		}
	}
}

/* Find the fields of a lead and its post, where they aren't yet. */
static int
read_lead(struct leads *l, size_t lead, struct fault *f)
{
	const uint32_t *ends = (const void *)l->payload.elements.data;
	const struct jsontext_member *id;
	struct jsontext_slice value;

	if (l->at == lead + 1)
		return 0;
	l->at = 0;
	memset(l->fields, 0, sizeof(l->fields));
	bytes_reset(&l->others);
	sort_members(l, lead == 0 ? 0 : ends[lead - 1], ends[lead]);
	l->post = NULL;
	if ((id = l->fields[LEADS_POST_ID]) != NULL) {
		value = jsontext_value_of(l->payload.text, id);
		l->post = posts_find(&l->payload.posts, &value);
	}
	if (bytes_check(&l->scratch, f) == -1 ||
	    bytes_check(&l->payload.posts.scratch, f) == -1 ||
	    bytes_check(&l->others, f) == -1)
		return -1;
	l->at = lead + 1;
	return 0;
}

/* The members that we don't know, as one JSON object. */
static int
write_extra(struct leads *l, struct value *out, struct fault *f)
{
	struct extra extra = {
	    {l->payload.text, (const void *)l->payload.members.data,
		(const void *)l->others.data, l->others.len / sizeof(uint32_t)},
	    {NULL, 0}, l->most == 0 ? SIZE_MAX : l->most};
	struct value post;

	if (l->post != NULL) {
		posts_value(&l->payload.posts, l->post, POST_EXTRA, &post);
		extra.post.s = post.data;
		extra.post.n = post.len;
	}
	if (extra.lead.n + extra.post.n == 0)
		return 0;
	if (extra_write(&extra, &l->scratch, &l->work, f) == -1)
		return -1;
	out->type = VALUE_STRING;
	out->data = l->scratch.data;
	out->len = l->scratch.len;
	return 0;
}

int
leads_value(struct leads *l, size_t lead, enum leads_field field,
    struct value *out, struct fault *f)
{
	memset(out, 0, sizeof(*out));
	bytes_reset(&l->scratch);
	if (read_lead(l, lead, f) == -1)
		return -1;
	switch (fields[field].source) {
	case FROM_DELIVERY:
		*out = l->timestamp;
		return 0;
	case FROM_POST:
		if (l->post != NULL)
			posts_value(&l->payload.posts, l->post,
			    (enum post_field)(field - LEADS_POST_URL), out);
		return 0;
	case FROM_REST:
		return write_extra(l, out, f);
	case FROM_LEAD:
		break;
	}
	if (l->fields[field] == NULL)
		return 0;
	return value_read(out, l->payload.text, l->fields[field],
	    fields[field].is_integer, &l->scratch, f);
}

int
leads_is_integer(enum leads_field field)
{
	return fields[field].is_integer;
}

int
leads_is_of_delivery(enum leads_field field)
{
	return fields[field].source == FROM_DELIVERY;
}

int
leads_is_of_post(enum leads_field field)
{
	return fields[field].source == FROM_POST;
}

int
leads_post(
    struct leads *l, size_t lead, const struct post **post, struct fault *f)
{
	bytes_reset(&l->scratch);
	if (read_lead(l, lead, f) == -1)
		return -1;
	*post = l->post;
	return 0;
}

void
leads_free(struct leads *l)
{
	payload_free(&l->payload);
	bytes_free(&l->timestamp_text);
	bytes_free(&l->others);
	bytes_free(&l->scratch);
	memset(l, 0, sizeof(*l));
}

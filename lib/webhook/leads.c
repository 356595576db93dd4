/* leads: the leads of a delivery, joined with their posts; see leads.h. */
#include <string.h>

#include "json/compact.h"
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

/*
 * The field that a key of a lead or a post is, or LEADS_FIELDS.  The sender's
 * order is that of the table, so the next one is the most likely.
 */
static int
find_field(struct leads *l, const struct jsontext_member *m, enum source source,
    int likely)
{
	int i;

	if (likely < LEADS_FIELDS && fields[likely].source == source &&
	    m->key.n == fields[likely].len + 2 &&
	    memcmp(m->key.s + 1, fields[likely].key, m->key.n - 2) == 0)
		return likely;
	for (i = 0; i < LEADS_FIELDS; i++)
		if (fields[i].source == source &&
		    (m->key_escaped || m->key.n == fields[i].len + 2) &&
		    jsontext_is(
			&m->key, fields[i].key, fields[i].len, &l->scratch))
			return i;
	return LEADS_FIELDS;
}

int
leads_check(struct leads *l, const char *body, size_t n,
    enum wellformed_verdict *verdict, struct fault *f)
{
	l->at = 0;
	l->post = NULL;
	bytes_reset(&l->scratch);
	return payload_read(&l->payload, body, n, verdict, f);
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

/* Put each member under its field, and those that we don't know into rest. */
static void
sort_members(struct leads *l, const struct jsontext_member *m, size_t n,
    enum source source, struct bytes *rest)
{
	int field, likely = source == FROM_LEAD ? LEADS_URN : LEADS_POST_URL;
	const struct jsontext_member *end = m + n;

	for (; m < end; m++) {
		field = find_field(l, m, source, likely);
		if (field < LEADS_FIELDS) {
			l->fields[field] = m;
			likely = field + 1;
		} else {
			bytes_add(rest, &m, sizeof(m));
		}
	}
}

/* Find the lead's post and its fields; often it is that of the lead before. */
static void
read_post(struct leads *l)
{
	const struct jsontext_member *id = l->fields[LEADS_POST_ID], *list;
	struct posts *posts = &l->payload.posts;
	const struct post *post = NULL;

	if (id != NULL)
		post = posts_find(posts, &id->value);
	if (post == l->post && l->at > 0)
		return;
	l->post = post;
	l->fields[LEADS_POST_URL] = NULL;
	l->fields[LEADS_POST_TEXT] = NULL;
	l->fields[LEADS_POST_DATE] = NULL;
	bytes_reset(&l->post_rest);
	if (post == NULL)
		return;
	list = (const void *)posts->members.data;
	sort_members(l, list + post->first, post->end - post->first, FROM_POST,
	    &l->post_rest);
}

/* Find the fields of a lead and of its post, where they aren't yet. */
static int
read_lead(struct leads *l, size_t lead, struct fault *f)
{
	const struct jsontext_member *list =
	    (const void *)l->payload.members.data;
	const size_t *ends = (const void *)l->payload.elements.data;
	size_t first = lead == 0 ? 0 : ends[lead - 1];

	if (l->at == lead + 1)
		return 0;
	memset(l->fields, 0, LEADS_POST_URL * sizeof(l->fields[0]));
	l->fields[LEADS_TIMESTAMP] = &l->payload.timestamp;
	bytes_reset(&l->lead_rest);
	/* Where no lead has a member there is no list. */
	if (ends[lead] > first)
		sort_members(l, list + first, ends[lead] - first, FROM_LEAD,
		    &l->lead_rest);
	read_post(l);
	l->at = 0;
	if (bytes_check(&l->scratch, f) == -1 ||
	    bytes_check(&l->payload.posts.scratch, f) == -1 ||
	    bytes_check(&l->lead_rest, f) == -1 ||
	    bytes_check(&l->post_rest, f) == -1)
		return -1;
	l->at = lead + 1;
	return 0;
}

/* Are these the digits of a whole number, as JSON writes one? */
static int
are_digits(const struct jsontext_slice *v)
{
	size_t i, from = v->n > 0 && v->s[0] == '-';

	for (i = from; i < v->n; i++)
		if (v->s[i] < '0' || v->s[i] > '9')
			return 0;
	return v->n == from + 1 || (v->n > from && v->s[from] != '0');
}

/* A string: what it means, or its JSON text in a number's column. */
static int
convert_string(struct leads *l, const struct jsontext_member *m, int is_integer,
    struct leads_value *out, struct fault *f)
{
	const struct jsontext_slice *v = &m->value;
	struct jsontext_slice text = {v->s + 1, v->n - 2};

	if (m->value_escaped && !jsontext_string(v, &l->scratch, &text))
		text = *v; /* which no body that was decoded has */
	if (is_integer && are_digits(&text)) {
		out->type = LEADS_NUMBER;
	} else if (is_integer) {
		bytes_reset(&l->scratch);
		compact_json(&l->scratch, v->s, v->n);
		text.s = l->scratch.data;
		text.n = l->scratch.len;
	}
	out->data = text.s;
	out->len = text.n;
	return bytes_check(&l->scratch, f);
}

/* A JSON value as a cell's: numbers where the sender's table has them. */
static int
convert(struct leads *l, const struct jsontext_member *m, int is_integer,
    struct leads_value *out, struct fault *f)
{
	const struct jsontext_slice *v = &m->value;

	if (v->n == 0 || v->s[0] == 'n')
		return 0;
	out->type = LEADS_STRING;
	if (v->s[0] == '"' && v->n > 1)
		return convert_string(l, m, is_integer, out, f);
	if (is_integer &&
	    (v->s[0] == '-' || (v->s[0] >= '0' && v->s[0] <= '9')))
		out->type = LEADS_NUMBER;
	out->data = v->s;
	out->len = v->n;
	if (jsontext_is_plain(m))
		return 0;
	bytes_reset(&l->scratch); /* an escaped key may stand there */
	compact_json(&l->scratch, v->s, v->n);
	out->data = l->scratch.data;
	out->len = l->scratch.len;
	return bytes_check(&l->scratch, f);
}

/* The members that we don't know, as one JSON object. */
static int
write_rest(struct leads *l, struct leads_value *out, struct fault *f)
{
	const struct extra extra = {(const void *)l->lead_rest.data,
	    l->lead_rest.len / sizeof(struct jsontext_member *),
	    (const void *)l->post_rest.data,
	    l->post_rest.len / sizeof(struct jsontext_member *)};

	if (extra.nlead + extra.npost == 0)
		return 0;
	if (extra_write(&extra, &l->scratch, f) == -1)
		return -1;
	out->type = LEADS_STRING;
	out->data = l->scratch.data;
	out->len = l->scratch.len;
	return 0;
}

int
leads_value(struct leads *l, size_t lead, enum leads_field field,
    struct leads_value *out, struct fault *f)
{
	out->type = LEADS_NONE;
	out->data = NULL;
	out->len = 0;
	bytes_reset(&l->scratch);
	if (read_lead(l, lead, f) == -1)
		return -1;
	if (fields[field].source == FROM_REST)
		return write_rest(l, out, f);
	if (l->fields[field] == NULL)
		return 0;
	return convert(l, l->fields[field], fields[field].is_integer, out, f);
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
	bytes_free(&l->lead_rest);
	bytes_free(&l->post_rest);
	bytes_free(&l->scratch);
	memset(l, 0, sizeof(*l));
}

/* leads: the leads of a delivery, joined with their posts; see leads.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/tree.h"
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
find_field(struct leads *l, const struct jsontext_slice *key,
    enum source source, int likely)
{
	int i;

	if (likely < LEADS_FIELDS && fields[likely].source == source &&
	    jsontext_is(
		key, fields[likely].key, fields[likely].len, &l->scratch))
		return likely;
	for (i = 0; i < LEADS_FIELDS; i++)
		if (fields[i].source == source &&
		    jsontext_is(key, fields[i].key, fields[i].len, &l->scratch))
			return i;
	return LEADS_FIELDS;
}

/* A member of a lead or a post. */
struct member {
	struct jsontext_slice key;
	struct jsontext_slice value;
	enum source source;
};

/*
 * The elements of an array of objects; none where one is something else.  Each
 * is walked through only once, so that its members are kept.
 */
static void
gather_leads(struct leads *l, struct jsontext *t)
{
	struct member m = {.source = FROM_LEAD};
	size_t end;
	int bad = 0;

	if (!jsontext_open(t, '[')) {
		jsontext_value(t, &m.value);
		return;
	}
	while (jsontext_element(t)) {
		if (!jsontext_open(t, '{')) {
			jsontext_value(t, &m.value);
			bad = 1;
			continue;
		}
		while (jsontext_key(t, &m.key)) {
			jsontext_value(t, &m.value);
			bytes_add(&l->members, &m, sizeof(m));
		}
		end = l->members.len / sizeof(m);
		bytes_add(&l->elements, &end, sizeof(end));
	}
	if (bad)
		l->elements.len = 0;
}

/* What data holds, t being at its value. */
static void
read_data(struct leads *l, struct jsontext *t)
{
	struct jsontext_slice key, value;

	if (!jsontext_open(t, '{')) {
		jsontext_value(t, &value);
		return;
	}
	while (jsontext_key(t, &key)) {
		if (jsontext_is(&key, "leads", 5, &l->scratch))
			gather_leads(l, t);
		else if (jsontext_is(&key, "posts", 5, &l->scratch))
			posts_gather(&l->posts, t);
		else
			jsontext_value(t, &value);
	}
}

int
leads_read(struct leads *l, const char *body, size_t n, struct fault *f)
{
	static const struct jsontext_slice nothing = {"", 0};
	struct jsontext_slice key, value;
	struct jsontext t = {body, body + n};

	l->at = 0;
	l->timestamp = nothing;
	bytes_reset(&l->scratch);
	bytes_reset(&l->members);
	bytes_reset(&l->elements);
	posts_reset(&l->posts);
	if (jsontext_open(&t, '{'))
		while (jsontext_key(&t, &key)) {
			if (jsontext_is(&key, "data", 4, &l->scratch)) {
				read_data(l, &t);
				continue;
			}
			jsontext_value(&t, &value);
			if (jsontext_is(&key, "timestamp", 9, &l->scratch))
				l->timestamp = value;
		}
	if (posts_sort(&l->posts, f) == -1 ||
	    bytes_check(&l->members, f) == -1 ||
	    bytes_check(&l->elements, f) == -1)
		return -1;
	return bytes_check(&l->scratch, f);
}

size_t
leads_count(const struct leads *l)
{
	return l->elements.len / sizeof(size_t);
}

/* Put a member where it belongs; likely is the field that comes next. */
static void
sort_member(struct leads *l, const struct member *m, int *likely)
{
	int field = find_field(l, &m->key, m->source, *likely);

	if (field < LEADS_FIELDS) {
		l->fields[field] = m->value;
		*likely = field + 1;
	} else if (m->source == FROM_LEAD ||
		   !jsontext_is(&m->key, "id", 2, &l->scratch)) {
		/* A post's id is the lead's post_id. */
		bytes_add(&l->rest, m, sizeof(*m));
	}
}

static void
read_post(struct leads *l, const struct jsontext_slice *post)
{
	struct jsontext t = {post->s, post->s + post->n};
	struct member m = {.source = FROM_POST};
	int likely = LEADS_POST_URL;

	if (!jsontext_open(&t, '{'))
		return;
	while (jsontext_key(&t, &m.key)) {
		jsontext_value(&t, &m.value);
		sort_member(l, &m, &likely);
	}
}

/* Have a lead, and its post, in fields and rest. */
static int
read_lead(struct leads *l, size_t lead, struct fault *f)
{
	const struct member *list = (const void *)l->members.data;
	const size_t *ends = (const void *)l->elements.data;
	const struct jsontext_slice *post;
	size_t i = lead == 0 ? 0 : ends[lead - 1];
	int likely = LEADS_URN;

	if (l->at == lead + 1)
		return 0;
	memset(l->fields, 0, sizeof(l->fields));
	bytes_reset(&l->rest);
	l->fields[LEADS_TIMESTAMP] = l->timestamp;
	for (; i < ends[lead]; i++)
		sort_member(l, &list[i], &likely);
	post = posts_find(&l->posts, &l->fields[LEADS_POST_ID]);
	if (post != NULL)
		read_post(l, post);
	if (bytes_check(&l->scratch, f) == -1 ||
	    bytes_check(&l->posts.scratch, f) == -1 ||
	    bytes_check(&l->rest, f) == -1)
		return -1;
	l->at = lead + 1;
	return 0;
}

/* Is it a whole number that is written the only way there is? */
static int
is_plain_number(const struct jsontext_slice *v)
{
	size_t i = v->s[0] == '-', digits = v->n - i;

	if (digits == 0 || digits > 18 ||
	    (v->s[i] == '0' && (digits > 1 || i > 0)))
		return 0;
	for (; i < v->n; i++)
		if (v->s[i] < '0' || v->s[i] > '9')
			return 0;
	return 1;
}

/* A JSON value as a cell's: numbers where the sender's table has them. */
static int
convert(struct leads *l, const struct jsontext_slice *v, int is_integer,
    struct leads_value *out, struct fault *f)
{
	struct jsontext_slice text;

	if (v->n == 0 || v->s[0] == 'n')
		return 0;
	out->type = LEADS_STRING;
	if (v->s[0] == '"' && !is_integer) {
		if (!jsontext_string(v, &l->scratch, &text))
			text = *v; /* which no body that was decoded has */
		out->data = text.s;
		out->len = text.n;
		return bytes_check(&l->scratch, f);
	}
	if (is_integer &&
	    (v->s[0] == '-' || (v->s[0] >= '0' && v->s[0] <= '9')))
		out->type = LEADS_NUMBER;
	out->data = v->s;
	out->len = v->n;
	if (is_plain_number(v) || v->s[0] == 't' || v->s[0] == 'f')
		return 0;
	if (tree_rewrite(v->s, v->n, &l->scratch, f) == -1)
		return -1;
	out->data = l->scratch.data;
	out->len = l->scratch.len;
	return 0;
}

/* Is the name, n bytes with a NUL behind it, among these? */
static int
is_taken(const struct bytes *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->len; i += strlen(names->data + i) + 1)
		if (strcmp(names->data + i, name) == 0)
			return 1;
	return 0;
}

/*
 * The name that a member gets in extra, put behind those that are there: its
 * key, with post_ before a post's as often as it is taken.
 */
static const char *
name_member(struct leads *l, const struct member *m, struct bytes *names)
{
	struct jsontext_slice key = {"", 0};
	struct bytes name = {0};
	size_t at = names->len;

	if (!jsontext_string(&m->key, &l->scratch, &key))
		return NULL;
	bytes_add(&name, key.s, key.n);
	bytes_addc(&name, '\0');
	do {
		if (m->source == FROM_POST && !name.failed) {
			bytes_add(&name, "post_", 5);
			memmove(name.data + 5, name.data, name.len - 5);
			memcpy(name.data, "post_", 5);
		}
		/* A lead's own keys are each there once, or it is no JSON. */
	} while (m->source == FROM_POST && !name.failed &&
		 is_taken(names, name.data));
	bytes_add(names, name.data, name.len);
	names->failed |= name.failed;
	bytes_free(&name);
	return names->failed ? NULL : names->data + at;
}

/* The members that we don't know, as one JSON object. */
static int
write_rest(struct leads *l, struct leads_value *out, struct fault *f)
{
	const struct member *list = (const void *)l->rest.data;
	size_t n = l->rest.len / sizeof(*list), i;
	struct bytes names = {0}, object = {0};
	const char *name;
	int rc = -1;

	if (n == 0)
		return 0;
	for (i = 0; i < n; i++) {
		name = name_member(l, &list[i], &names);
		if (name == NULL)
			break;
		bytes_addc(&object, i == 0 ? '{' : ',');
		text_json(&object, name, strlen(name));
		bytes_addc(&object, ':');
		bytes_add(&object, list[i].value.s, list[i].value.n);
	}
	bytes_addc(&object, '}');
	if (bytes_check(&names, f) == 0 && bytes_check(&object, f) == 0)
		rc = tree_rewrite(object.data, object.len, &l->scratch, f);
	out->type = LEADS_STRING;
	out->data = l->scratch.data;
	out->len = l->scratch.len;
	bytes_free(&names);
	bytes_free(&object);
	return rc;
}

int
leads_value(struct leads *l, size_t lead, enum leads_field field,
    struct leads_value *out, struct fault *f)
{
	memset(out, 0, sizeof(*out));
	bytes_reset(&l->scratch);
	if (read_lead(l, lead, f) == -1)
		return -1;
	if (fields[field].source == FROM_REST)
		return write_rest(l, out, f);
	return convert(l, &l->fields[field], fields[field].is_integer, out, f);
}

void
leads_free(struct leads *l)
{
	bytes_free(&l->members);
	bytes_free(&l->elements);
	posts_free(&l->posts);
	bytes_free(&l->rest);
	bytes_free(&l->scratch);
	memset(l, 0, sizeof(*l));
}

/*
 * A body: what Jansson takes we take, with equal values; what we take is JSON;
 * its line of the journal and its rows are whole.
 */
#include <jansson.h>

#include "fuzz.h"

#include "config/shape.h"
#include "grammar.h"
#include "journal/record.h"
#include "memory.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

/* The sender's names, in the order of enum leads_field. */
static const char *const names[] = {"timestamp", "urn", "full_name", "headline",
    "company_name", "job_title", "location", "linkedin_url", "engagement_type",
    "signal_name", "reaction_type", "comment_text", "connections", "followers",
    "industry", "company_size", "post_id", "url", "text", "date"};

static json_t *
load(const char *s, size_t n, size_t flags)
{
	return json_loadb(s, n, flags | JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

/* The first post with the lead's post_id. */
static json_t *
post_of(json_t *data, json_t *lead)
{
	json_t *id = json_object_get(lead, "post_id"), *post;
	size_t i;

	if (json_is_string(id))
		json_array_foreach (json_object_get(data, "posts"), i, post)
			if (json_is_string(json_object_get(post, "id")) &&
			    json_equal(json_object_get(post, "id"), id))
				return post;
	return NULL;
}

/* Does the field's text mean that value? */
static void
check_value(const struct value *v, json_t *expected, int is_integer)
{
	json_t *back;

	if (expected == NULL || json_is_null(expected)) {
		HOLDS(v->type == VALUE_NONE);
		return;
	}
	HOLDS(v->type != VALUE_NONE);
	if (json_is_string(expected) && !is_integer) {
		HOLDS(v->type == VALUE_STRING);
		HOLDS(same(v->data, v->len, json_string_value(expected),
		    json_string_length(expected)));
		return;
	}
	HOLDS(memchr(v->data, '\n', v->len) == NULL);
	/* A string of digits may stand for its number. */
	back = load(v->data, v->len, 0);
	HOLDS(back != NULL);
	if (json_is_number(expected))
		HOLDS(json_is_number(back) &&
		      json_number_value(back) >= json_number_value(expected) &&
		      json_number_value(back) <= json_number_value(expected));
	else
		HOLDS(json_equal(back, expected) || json_is_string(expected));
	HOLDS(v->type == VALUE_STRING || (is_integer && json_is_number(back)));
	json_decref(back);
}

/* Each member that we don't know is in extra. */
static void
check_extra(const struct value *v, json_t *lead)
{
	json_t *extra = load(v->data, v->len, 0), *value;
	const char *key;
	size_t n, i;
	int known;

	HOLDS(v->type == VALUE_NONE || json_is_object(extra));
	json_object_keylen_foreach(lead, key, n, value)
	{
		for (known = 0, i = LEADS_URN; i <= LEADS_POST_ID; i++)
			known |= same(key, n, names[i], strlen(names[i]));
		HOLDS(known ||
		      json_equal(json_object_getn(extra, key, n), value));
	}
	json_decref(extra);
}

static void
check_leads(struct delivery *d, json_t *tree)
{
	json_t *data = json_object_get(tree, "data"), *lead;
	struct value v;
	struct fault f = {0};
	size_t i, k;

	HOLDS(delivery_leads(d) <=
	      json_array_size(json_object_get(data, "leads")));
	/* Where some are no objects the others may come alone. */
	if (delivery_leads(d) < json_array_size(json_object_get(data, "leads")))
		return;
	json_array_foreach (json_object_get(data, "leads"), i, lead) {
		for (k = 0; k < LEADS_EXTRA; k++) {
			HOLDS(leads_value(delivery_reader(d), i,
				  (enum leads_field)k, &v, &f) == 0);
			check_value(&v,
			    json_object_get(k == LEADS_TIMESTAMP ? tree
					    : k >= LEADS_POST_URL
						? post_of(data, lead)
						: lead,
				names[k]),
			    k == LEADS_CONNECTIONS || k == LEADS_FOLLOWERS);
		}
		HOLDS(leads_value(delivery_reader(d), i, LEADS_EXTRA, &v, &f) ==
		      0);
		check_extra(&v, lead);
	}
}

/* What the body says of itself. */
static void
check_kind(struct delivery *d, json_t *tree)
{
	json_t *event = json_object_get(tree, "event");
	json_t *id = json_object_get(tree, "delivery_id");
	size_t n;
	const char *ours = delivery_id(d, &n);

	/* One with U+FFFD in it may have been any other. */
	if (json_is_string(id) && json_string_length(id) > 0 &&
	    json_string_length(id) <= DELIVERY_ID_MAX &&
	    memmem(json_string_value(id), json_string_length(id),
		"\xef\xbf\xbd", 3) == NULL)
		HOLDS(same(
		    ours, n, json_string_value(id), json_string_length(id)));
	else
		HOLDS(ours == NULL);
	if (json_is_true(json_object_get(tree, "test")) ||
	    json_is_true(
		json_object_get(json_object_get(tree, "data"), "test")))
		HOLDS(delivery_kind(d) == DELIVERY_TEST);
	else if (json_is_string(event) &&
		 !same(json_string_value(event), json_string_length(event),
		     "lead.enriched", 13))
		HOLDS(delivery_kind(d) == DELIVERY_OTHER);
	else if (!json_is_object(tree))
		HOLDS(delivery_kind(d) == DELIVERY_UNREADABLE);
}

/* The rows of a delivery: each whole, and no text of one is a formula. */
static void
check_rows(const struct bytes *rows, size_t leads)
{
	size_t i, cells = 1, count = 0, begins = 0;
	int quoted = 0;
	char c;

	for (i = 0; i < rows->len; i++) {
		c = rows->data[i];
		HOLDS((unsigned char)c >= ' ' || c == '\r' || c == '\n');
		quoted ^= c == '"';
		/* extra begins with a brace, a number may with a minus. */
		if (i == begins + (rows->data[begins] == '"'))
			HOLDS(c != '=' && c != '+' && c != '@');
		if (quoted || (c != ',' && c != '\n'))
			continue;
		begins = i + 1;
		cells += c == ',';
		if (c == '\n') {
			HOLDS(i > 0 && rows->data[i - 1] == '\r');
			HOLDS(cells == SHAPE_COLUMNS);
			cells = 1;
			count++;
		}
	}
	HOLDS(!quoted && count == leads);
	HOLDS(rows->len == 0 || rows->data[rows->len - 1] == '\n');
}

/* In pieces of a row each they are the same bytes. */
static void
check_pieces(const struct bytes *whole, const struct shape *shape,
    const struct record *r, struct leads *leads)
{
	struct sheet_rows maker;
	struct bytes all = {0}, piece = {0};
	struct fault f = {0};
	int more;

	sheet_rows_begin(&maker, shape, r, leads);
	do {
		bytes_reset(&piece);
		more = sheet_rows_next(&maker, &piece, 1, &f);
		HOLDS(more != -1);
		bytes_add(&all, piece.data, piece.len);
	} while (more);
	HOLDS(same(all.data, all.len, whole->data, whole->len));
	bytes_free(&all);
	bytes_free(&piece);
}

static void
check_record(struct delivery *d, const char *body, size_t n)
{
	struct record r = {.received = INT64_C(1795435200000001)}, back;
	struct bytes line = {0}, rows = {0}, scratch = {0};
	struct signature_digest digest = {0};
	struct sheet_rows maker;
	struct shape shape;
	struct fault f = {0};

	shape_defaults(&shape);
	r.kind = (enum record_kind)delivery_kind(d);
	r.body = body;
	r.body_len = n;
	HOLDS(signature_sha256(body, n, r.sha256, &f) == 0);
	memset(r.signature, 'b', SIGNATURE_SIZE - 1);
	if ((r.id = delivery_id(d, &r.id_len)) == NULL) {
		r.id = r.sha256;
		r.id_len = strlen(r.sha256);
	}
	HOLDS(record_encode(&line, &r, delivery_is_json(d), &f) == 0);
	HOLDS(memchr(line.data, '\n', line.len) == line.data + line.len - 1);
	HOLDS(grammar_is_json(line.data, line.len));
	HOLDS(record_decode(
		  line.data, line.len - 1, &back, &scratch, &digest, &f) == 1);
	HOLDS(back.kind == r.kind && back.received == r.received);
	HOLDS(same(back.id, back.id_len, r.id, r.id_len));
	HOLDS(same(back.body, back.body_len, r.body, r.body_len));
	if (delivery_leads(d) > 0) {
		sheet_rows_begin(&maker, &shape, &r, delivery_reader(d));
		HOLDS(sheet_rows_next(&maker, &rows, SIZE_MAX, &f) == 0);
		check_pieces(&rows, &shape, &r, delivery_reader(d));
		check_rows(&rows, delivery_leads(d));
	}
	signature_digest_free(&digest);
	bytes_free(&line);
	bytes_free(&rows);
	bytes_free(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *body = n == 0 ? "" : (const char *)data;
	/* A byte order mark before it is passed over. */
	size_t mark = n >= 3 && memcmp(body, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	int is_json = grammar_is_json(body + mark, n - mark);
	json_t *strict = load(body, n, JSON_REJECT_DUPLICATES);
	struct fault f = {0};
	struct delivery *d;

	memory_begin();
	HOLDS((d = delivery_decode(body, n, &f)) != NULL);
	/* A member of five bytes takes a place of 48. */
	HOLDS(memory_most <= 32 * n + 16384);
	HOLDS(is_json == (delivery_is_json(d) != 0));
	/* Jansson takes a NUL behind a number. */
	if (strict != NULL && is_json) {
		check_kind(d, strict);
		if (delivery_leads(d) > 0)
			check_leads(d, strict);
	}
	check_record(d, body, n);
	delivery_free(d);
	json_decref(strict);
	return 0;
}

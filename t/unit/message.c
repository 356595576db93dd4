#include "unit.h"

#include "base/utc.h"
#include "cli/relay/message.h"
#include "cli/template/template.h"
#include "config/shape.h"
#include "journal/record.h"
#include "sheet/csv.h"
#include "webhook/leads.h"

static const char body[] = "{\"delivery_id\":\"d\",\"event\":\"lead.enriched\","
			   "\"data\":{\"leads\":["
			   "{\"urn\":\"u1\",\"full_name\":\"Ann \\\"A\\\"\"},"
			   "{\"urn\":\"u2\"}]}}";

/* A record with that id and body. */
static struct record
record(enum record_kind kind, const char *id, const char *text)
{
	struct record r = {.kind = kind,
	    .received = INT64_C(1796102752000000),
	    .id = id,
	    .id_len = strlen(id),
	    .body = text,
	    .body_len = strlen(text)};
	struct fault f = {0};

	assert_int_equal(signature_sha256(text, strlen(text), r.sha256, &f), 0);
	return r;
}

/* What a delivery as it came is known by; 0 where memory ran out. */
static int
take_id(const struct record *r, char out[static DELIVERY_ID_MAX + 1])
{
	struct message m = {0};
	struct fault f = {0};
	int rc = message_whole(&m, r, &f);

	memcpy(out, m.id, sizeof(m.id));
	message_free(&m);
	return rc == 0;
}

static void
go_as_they_came(void **state)
{
	struct record r = record(RECORD_LEADS, "d", body);
	struct message m = {0};
	struct fault f = {0};

	(void)state;
	if (message_whole(&m, &r, &f) == 0) {
		assert_ptr_equal(m.body, body);
		assert_int_equal(m.len, strlen(body));
		assert_int_equal(m.leads, 2);
		assert_string_equal(m.id, "d");
	}
	message_free(&m);
}

static void
know_plain_ids(void **state)
{
	static const struct {
		const char *id;
		int is_plain;
	} cases[] = {{"a", 1}, {"A-z_09", 1}, {"a.b", 0}, {"a b", 0}, {"", 0},
	    {"\xc3\xa4", 0}, {"a\"", 0}, {"a\r\nX: y", 0}};
	char id[DELIVERY_ID_MAX + 1], again[DELIVERY_ID_MAX + 1];
	struct record r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		r = record(RECORD_LEADS, cases[i].id, body);
		if (!take_id(&r, id) || !take_id(&r, again))
			continue;
		assert_string_equal(id, again);
		if (cases[i].is_plain)
			assert_string_equal(id, cases[i].id);
		else
			assert_int_equal(strlen(id), SIGNATURE_SIZE - 1);
	}
}

/* Tests that are alike; another event under a delivery's id; a retry. */
static void
tell_deliveries_apart(void **state)
{
	struct record all[4] = {record(RECORD_LEADS, "d", body),
	    record(RECORD_OTHER, "d", "{\"event\":\"x\"}"),
	    record(RECORD_TEST, "d", body), record(RECORD_TEST, "d", body)};
	char ids[4][DELIVERY_ID_MAX + 1];
	size_t i, j;

	(void)state;
	all[3].received++;
	for (i = 0; i < 4; i++)
		if (!take_id(&all[i], ids[i]))
			return;
	for (i = 0; i < 4; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(ids[i], ids[j]);
}

/* The message of some leads of a record by a template; NULL without memory. */
static const char *
make(struct message *m, const char *template, const struct record *r,
    size_t from, size_t n)
{
	struct leads leads = {.most = LEADS_CELL};
	struct fault f = {0};
	struct template *t =
	    template_read("t.json", template, strlen(template), &f);
	int rc = t == NULL ? -1 : leads_read(&leads, r->body, r->body_len, &f);
	size_t i;

	message_reset(m);
	for (i = from; rc == 0 && i < from + n; i++)
		rc = message_add(m, r, &leads, i, &f);
	if (rc == 0 && (rc = message_make(m, t, "main", &f)) == 0)
		bytes_addc(&m->made, '\0');
	leads_free(&leads);
	template_close(t);
	return rc == -1 || m->made.failed ? NULL : m->made.data;
}

#define NAMES                                                                  \
	"[{{#leads}}[\"{{urn}}\",\"{{full_name}}\",\"{{received_at}}\","       \
	"{{#test}}1{{/test}}{{^test}}0{{/test}}]{{^last}},{{/last}}{{/"        \
	"leads}}]"

static void
fill_templates(void **state)
{
	struct record r = record(RECORD_LEADS, "d", body);
	struct message m = {0};
	const char *text;

	(void)state;
	if ((text = make(&m, NAMES, &r, 0, 2)) != NULL)
		assert_string_equal(text,
		    "[[\"u1\",\"Ann \\\"A\\\"\","
		    "\"2026-12-01T05:25:52.000000Z\",0],"
		    "[\"u2\",\"\",\"2026-12-01T05:25:52.000000Z\",0]]");
	r.kind = RECORD_TEST;
	if ((text = make(&m, NAMES, &r, 1, 1)) != NULL)
		assert_string_equal(
		    text, "[[\"u2\",\"\",\"2026-12-01T05:25:52.000000Z\",1]]");
	message_free(&m);
}

/* One for each part of a delivery, and the same at each try. */
static void
tell_parts_apart(void **state)
{
	struct record r = record(RECORD_LEADS, "d", body);
	char ids[4][DELIVERY_ID_MAX + 1];
	struct message m = {0};
	int i, ok = 1;

	(void)state;
	for (i = 0; i < 4; i++) {
		ok = ok && make(&m, NAMES, &r, i == 1, i == 3 ? 2 : 1) != NULL;
		memcpy(ids[i], m.id, sizeof(m.id));
	}
	if (ok) {
		assert_string_equal(ids[0], ids[2]);
		assert_string_not_equal(ids[0], ids[1]);
		assert_string_not_equal(ids[0], ids[3]);
	}
	message_free(&m);
}

/* A message ends by its bytes as well, behind one lead at least. */
static void
end_when_large(void **state)
{
	const size_t n = 200000;
	struct leads leads = {.most = LEADS_CELL};
	struct message m = {0};
	struct bytes b = {0};
	struct record r;
	struct fault f = {0};
	int rc = -1;

	(void)state;
	bytes_adds(&b, "{\"data\":{\"leads\":[{\"headline\":\"");
	while (b.len < n && !b.failed)
		bytes_adds(&b, "\xe2\x82\xac");
	bytes_adds(&b, "\",\"comment_text\":\"");
	while (b.len < 2 * n && !b.failed)
		bytes_adds(&b, "\xe2\x82\xac");
	bytes_adds(&b, "\",\"job_title\":\"");
	while (b.len < 3 * n && !b.failed)
		bytes_adds(&b, "\xe2\x82\xac");
	bytes_adds(&b, "\"}]}}");
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	r = record(RECORD_LEADS, "d", b.data);
	assert_true(message_has_room(&m, 1));
	if (leads_read(&leads, r.body, r.body_len, &f) == 0)
		rc = message_add(&m, &r, &leads, 0, &f);
	if (rc == 0) {
		assert_false(message_has_room(&m, 100));
		/* Three cells of 32,000 letters, and an ellipsis each. */
		assert_in_range(m.cells.len, 3 * 3 * (CSV_CELL_MAX - 9),
		    3 * 3 * (CSV_CELL_MAX + 9) + 100);
	}
	leads_free(&leads);
	message_free(&m);
	bytes_free(&b);
}

static void
end_when_full(void **state)
{
	struct record r = record(RECORD_LEADS, "d", body);
	struct message m = {0};

	(void)state;
	if (make(&m, NAMES, &r, 0, 2) != NULL) {
		assert_true(message_has_room(&m, 3));
		assert_false(message_has_room(&m, 2));
	}
	message_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a delivery goes as it came", go_as_they_came),
	    TEST("an id that fits a header is kept", know_plain_ids),
	    TEST("other deliveries have other ids", tell_deliveries_apart),
	    TEST("leads fill in a template", fill_templates),
	    TEST("other leads have other ids, and each try the same",
		tell_parts_apart),
	    TEST("a large lead fills a message", end_when_large),
	    TEST("a batch fills a message", end_when_full),
	};

	return RUN(tests);
}

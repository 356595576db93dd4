/* message: what goes to a target in one request; see message.h. */
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "cli/relay/message.h"
#include "cli/template/template.h"
#include "journal/identity.h"
#include "journal/record.h"
#include "sheet/csv.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"
#include "webhook/signature.h"

void
message_reset(struct message *m)
{
	m->id[0] = '\0';
	m->body = NULL;
	m->len = m->leads = 0;
	bytes_reset(&m->cells);
	bytes_reset(&m->ends);
	bytes_reset(&m->tests);
	bytes_reset(&m->key);
	bytes_reset(&m->made);
}

/* Is it what an id of Standard Webhooks may be: no dot, nothing odd? */
static int
is_id(const char *s, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] == '\0' || strchr(letters, s[i]) == NULL)
			return 0;
	return n > 0 && n <= DELIVERY_ID_MAX;
}

/* Note which delivery, and which of its leads: what has them all is known. */
static void
add_key(struct bytes *key, const struct record *r, size_t lead)
{
	char iso[UTC_ISO_SIZE];

	utc_iso(r->received, iso);
	bytes_printf(key, "%s %s %s %s %zu\n", iso, record_kind(r->kind),
	    identity_digest(r), r->sha256, lead);
}

/* The digest of the key as the id. */
static int
take_id(struct message *m, struct fault *f)
{
	char digest[SIGNATURE_SIZE];

	if (bytes_check(&m->key, f) == -1 ||
	    signature_sha256(m->key.data, m->key.len, digest, f) == -1)
		return -1;
	memcpy(m->id, digest, sizeof(digest));
	return 0;
}

int
message_whole(struct message *m, const struct record *r, struct fault *f)
{
	struct leads leads = {.most = LEADS_CELL};
	int rc = 0;

	message_reset(m);
	m->body = r->body;
	m->len = r->body_len;
	if (r->kind == RECORD_LEADS || r->kind == RECORD_TEST) {
		rc = leads_read(&leads, r->body, r->body_len, f);
		m->leads = rc == 0 ? leads_count(&leads) : 0;
		leads_free(&leads);
	}
	if (rc == -1)
		return -1;
	/* Others may have the id of another delivery; so may tests. */
	if (r->kind == RECORD_LEADS && is_id(r->id, r->id_len)) {
		memcpy(m->id, r->id, r->id_len);
		m->id[r->id_len] = '\0';
		return 0;
	}
	add_key(&m->key, r, 0);
	return take_id(m, f);
}

int
message_has_room(const struct message *m, int batch)
{
	return m->leads < (size_t)batch && m->cells.len < MESSAGE_CELLS;
}

/* A value as a cell, cut where a sheet's is. */
static void
add_cell(struct bytes *cells, const struct sheet_value *v)
{
	static const char cut[] = "\xe2\x80\xa6";
	char at[UTC_ISO_SIZE];
	size_t n;

	if (v->type == SHEET_TIME) {
		utc_iso(v->time, at);
		bytes_adds(cells, at);
	} else if (v->type != SHEET_NONE) {
		n = csv_cell_length(v->data, v->len);
		bytes_add(cells, v->data, n);
		if (n < v->len)
			bytes_adds(cells, cut);
	}
}

int
message_add(struct message *m, const struct record *r, struct leads *leads,
    size_t lead, struct fault *f)
{
	struct sheet_value v;
	int column;

	for (column = 0; column < SHAPE_COLUMNS; column++) {
		if (sheet_value(column, r, leads, lead, &v, f) == -1)
			return -1;
		add_cell(&m->cells, &v);
		bytes_add(&m->ends, &m->cells.len, sizeof(m->cells.len));
	}
	bytes_addc(&m->tests, r->kind == RECORD_TEST);
	add_key(&m->key, r, lead);
	m->leads++;
	if (bytes_check(&m->cells, f) == -1 || bytes_check(&m->ends, f) == -1)
		return -1;
	return bytes_check(&m->tests, f);
}

/* The cells as a template takes them; they stand still now. */
static void
point(const struct message *m, struct template_lead *list)
{
	size_t i, column, from = 0, end;
	struct template_cell *cell;

	for (i = 0; i < m->leads; i++) {
		list[i].test = m->tests.data[i] != 0;
		for (column = 0; column < SHAPE_COLUMNS; column++) {
			memcpy(&end,
			    m->ends.data +
				(i * SHAPE_COLUMNS + column) * sizeof(end),
			    sizeof(end));
			cell = &list[i].cells[column];
			cell->data = end == 0 ? "" : m->cells.data + from;
			cell->len = end - from;
			from = end;
		}
	}
}

int
message_make(struct message *m, const struct template *t, const char *endpoint,
    struct fault *f)
{
	struct template_lead *list = calloc(m->leads, sizeof(*list));
	struct template_values values = {
	    .endpoint = endpoint, .leads = list, .n = m->leads};
	int rc;

	if (list == NULL)
		return fault_memory(f);
	point(m, list);
	rc = render_leads(t, &values, &m->made, f);
	free(list);
	if (rc == -1 || take_id(m, f) == -1)
		return -1;
	m->body = m->made.data;
	m->len = m->made.len;
	return 0;
}

void
message_free(struct message *m)
{
	bytes_free(&m->cells);
	bytes_free(&m->ends);
	bytes_free(&m->tests);
	bytes_free(&m->key);
	bytes_free(&m->made);
}

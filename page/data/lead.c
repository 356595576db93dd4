/* lead: a lead, read from its journal; see lead.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/data/lead.h"
#include "select/column.h"

/* Ids that two deliveries of one microsecond shared were counted on. */
#define ID_SLACK (INT64_C(1) << 24)

static int
is_same_place(const struct catalog_entry *a, const struct catalog_entry *b)
{
	return a->place.segment == b->place.segment &&
	       a->place.offset == b->place.offset && a->body == b->body &&
	       strcmp(a->place.day, b->place.day) == 0 &&
	       strcmp(a->endpoint, b->endpoint) == 0;
}

/* Is the record what the catalog took it for? */
static int
is_as_it_was(const struct record *r, const struct catalog_entry *e)
{
	char digits[17];
	int64_t id = r->received * 2048 + (int64_t)e->lead;

	(void)snprintf(digits, sizeof(digits), "%.16s", r->sha256);
	return r->kind == RECORD_LEADS && r->body != NULL &&
	       (int64_t)(strtoull(digits, NULL, 16) >> 1) == e->body &&
	       e->id >= id && e->id - id < ID_SLACK;
}

/* Have the delivery of an entry here: 1, 0 where there is none, or -1. */
static int
read_delivery(struct lead *l, const struct catalog_entry *e, struct fault *f)
{
	char dir[PATH_MAX];
	enum cursor_result rc;

	l->has = 0;
	(void)snprintf(dir, sizeof(dir), "%.*s/%s/journal", ENDPOINT_HOME_MAX,
	    l->home, e->endpoint);
	rc = cursor_at(
	    &l->cursor, dir, &e->place, APPENDFILE_VIEW, &l->record, f);
	if (rc == CURSOR_FAILED)
		return -1;
	if (rc != CURSOR_RECORD || !is_as_it_was(&l->record, e))
		return 0;
	if (leads_read(&l->leads, l->record.body, l->record.body_len, f) == -1)
		return -1;
	l->has = 1;
	return 1;
}

int
lead_read(struct lead *l, const struct catalog_entry *e, struct fault *f)
{
	int rc = 1;

	if (!l->has || !is_same_place(&l->entry, e))
		rc = read_delivery(l, e, f);
	l->entry = *e;
	if (rc == 1 && e->lead >= leads_count(&l->leads))
		rc = 0;
	if (rc == 0 && l->catalog != NULL)
		catalog_distrust(l->catalog);
	return rc;
}

int
lead_value(struct lead *l, int column, struct sheet_value *out, struct fault *f)
{
	if (column != COLUMN_ENDPOINT)
		return sheet_value(
		    column, &l->record, &l->leads, l->entry.lead, out, f);
	memset(out, 0, sizeof(*out));
	out->type = SHEET_STRING;
	out->data = l->entry.endpoint;
	out->len = strlen(out->data);
	return 0;
}

void
lead_free(struct lead *l)
{
	const char *home = l->home;
	struct catalog *catalog = l->catalog;

	cursor_free(&l->cursor);
	leads_free(&l->leads);
	memset(l, 0, sizeof(*l));
	l->home = home;
	l->catalog = catalog;
}

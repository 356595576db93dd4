/* lead: a lead, read from its journal; see lead.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/cursor.h"
#include "page/data/lead.h"
#include "select/column.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

/* Ids that two deliveries of one microsecond shared were counted on. */
#define ID_SLACK (INT64_C(1) << 24)

struct lead_reading {
	struct cursor cursor;
	struct record record;
	struct leads leads;
	int has; /* the delivery of the entry is here */
};

static int
is_same_place(const struct catalog_entry *a, const struct catalog_entry *b)
{
	return a->segment == b->segment && a->offset == b->offset &&
	       a->body == b->body && strcmp(a->day, b->day) == 0 &&
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
	struct lead_reading *r = l->reading;
	struct place place = {.segment = e->segment, .offset = e->offset};
	char dir[PATH_MAX];
	enum cursor_result rc;

	r->has = 0;
	memcpy(place.day, e->day, sizeof(place.day));
	(void)snprintf(dir, sizeof(dir), "%.*s/%s/journal", ENDPOINT_HOME_MAX,
	    l->home, e->endpoint);
	rc = cursor_at(&r->cursor, dir, &place, APPENDFILE_VIEW, &r->record, f);
	if (rc == CURSOR_FAILED)
		return -1;
	if (rc != CURSOR_RECORD || !is_as_it_was(&r->record, e))
		return 0;
	if (leads_read(&r->leads, r->record.body, r->record.body_len, f) == -1)
		return -1;
	r->has = 1;
	return 1;
}

int
lead_read(struct lead *l, const struct catalog_entry *e, struct fault *f)
{
	int rc = 1;

	if (l->reading == NULL &&
	    (l->reading = calloc(1, sizeof(*l->reading))) == NULL)
		return fault_memory(f);
	if (!l->reading->has || !is_same_place(&l->entry, e))
		rc = read_delivery(l, e, f);
	l->entry = *e;
	if (rc == 1) {
		l->received = l->reading->record.received;
		rc = e->lead < leads_count(&l->reading->leads);
	}
	if (rc == 0 && l->catalog != NULL)
		catalog_distrust(l->catalog);
	return rc;
}

int
lead_value(struct lead *l, int column, struct sheet_value *out, struct fault *f)
{
	if (column != COLUMN_ENDPOINT)
		return sheet_value(column, &l->reading->record,
		    &l->reading->leads, l->entry.lead, out, f);
	memset(out, 0, sizeof(*out));
	out->type = SHEET_STRING;
	out->data = l->entry.endpoint;
	out->len = strlen(out->data);
	return 0;
}

void
lead_free(struct lead *l)
{
	if (l->reading != NULL) {
		cursor_free(&l->reading->cursor);
		leads_free(&l->reading->leads);
		free(l->reading);
	}
	l->reading = NULL;
}

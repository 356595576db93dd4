/* rows: from the catalog to the rows of a file; see rows.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/files/form.h"
#include "page/files/rows.h"
#include "page/page.h"
#include "table/table.h"

#define TOGETHER 256        /* that are looked up at once */
#define FLUSH_AT (64 << 10) /* bytes */

/* Those that were looked up; people's are of their newest leads. */
struct batch {
	struct catalog_person list[TOGETHER];
	size_t n;
};

static int
take_person(void *batch, const struct catalog_person *p, struct fault *f)
{
	struct batch *b = batch;

	(void)f;
	if (b->n == TOGETHER)
		return 1;
	b->list[b->n++] = *p;
	return 0;
}

static int
take_lead(void *batch, const struct catalog_entry *e, struct fault *f)
{
	struct catalog_person p = {.newest = *e};

	return take_person(batch, &p, f);
}

static int
look_up(
    struct rows *r, const struct choice *c, struct batch *b, struct fault *f)
{
	struct viewing *v = r->viewing;

	b->n = 0;
	if (r->form->people)
		return catalog_people(v->page->catalog, &v->scope, c, TOGETHER,
		    take_person, b, f);
	return catalog_leads(
	    v->page->catalog, &v->scope, c, TOGETHER, take_lead, b, f);
}

/* What a column says of the person in hand. */
static int
tell_person(struct rows *r, int column, struct sheet_value *v, struct fault *f)
{
	const struct catalog_person *p = r->person;

	memset(v, 0, sizeof(*v));
	switch (column) {
	case COLUMN_FIRST_SEEN:
	case COLUMN_LAST_SEEN:
		v->type = SHEET_TIME;
		v->time =
		    column == COLUMN_FIRST_SEEN ? p->first_seen : p->last_seen;
		return 0;
	case COLUMN_ENGAGEMENTS:
		v->type = SHEET_NUMBER;
		v->data = r->number;
		v->len = (size_t)snprintf(r->number, sizeof(r->number), "%lld",
		    (long long)p->engagements);
		return 0;
	default:
		return history_value(&r->history, r->viewing, p, column, v, f);
	}
}

static int
get_value(struct rows *r, int column, struct sheet_value *v, struct fault *f)
{
	if (column_is_of_history(column))
		return tell_person(r, column, v, f);
	return lead_value(&r->viewing->lead, column, v, f);
}

/* What goes into a column of a profile. */
static int
get_filled(struct rows *r, const struct profile_column *c,
    struct sheet_value *v, struct fault *f)
{
	size_t i;

	for (i = 0; i < c->nfields; i++) {
		if (get_value(r, profile_source(c->fields[i]), v, f) == -1)
			return -1;
		if (profile_pick(c->fields[i], v))
			return 0;
	}
	profile_default(c, v);
	return 0;
}

static int
add_row(struct rows *r, struct fault *f)
{
	const struct form *form = r->form;
	struct sheet_value v;
	size_t i;
	int rc;

	for (i = 0; i < form->ncolumns; i++) {
		rc = form->has_profile
		         ? get_filled(r, &form->profile.columns[i], &v, f)
		         : get_value(r, form->columns[i], &v, f);
		if (rc == -1 || table_cell(r->table, &v, f) == -1)
			return -1;
	}
	if (table_end_row(r->table, f) == -1)
		return -1;
	return table_waiting(r->table) < FLUSH_AT ? 0
	                                          : table_flush(r->table, f);
}

/* 1: there is a row more; 0: that lead isn't in the journal any more. */
static int
add_one(struct rows *r, const struct catalog_person *p, struct fault *f)
{
	int there;

	r->person = p;
	there = lead_read(&r->viewing->lead, &p->newest, f);
	if (there == 1 && add_row(r, f) == -1)
		return -1;
	return there;
}

int64_t
rows_write(struct rows *r, int64_t most, struct fault *f)
{
	struct choice c = r->viewing->choice;
	struct batch *b = malloc(sizeof(*b));
	int64_t count = 0;
	int rc = 0;
	size_t i;

	if (b == NULL)
		return fault_memory(f);
	c.before = 0;
	do {
		if (look_up(r, &c, b, f) == -1)
			rc = -1;
		for (i = 0; i < b->n && rc != -1; i++) {
			rc = most > 0 && count == most
			         ? 0
			         : add_one(r, &b->list[i], f);
			count += rc == 1;
			c.before = b->list[i].newest.id;
		}
	} while (rc != -1 && b->n == TOGETHER && (most == 0 || count < most));
	free(b);
	return rc == -1 ? -1 : count;
}

int
rows_are_more(struct rows *r, int64_t than, struct fault *f)
{
	struct choice c = r->viewing->choice;
	struct batch *b = malloc(sizeof(*b));
	int64_t count = 0;
	int rc = 0;

	if (b == NULL)
		return fault_memory(f);
	c.before = 0;
	do {
		rc = look_up(r, &c, b, f);
		count += (int64_t)b->n;
		if (b->n > 0)
			c.before = b->list[b->n - 1].newest.id;
	} while (rc != -1 && b->n == TOGETHER && count <= than);
	free(b);
	return rc == -1 ? -1 : count > than;
}

void
rows_free(struct rows *r)
{
	history_free(&r->history);
}

/* rows: from the catalog to the rows of a file; see rows.h. */
#include <stdio.h>
#include <string.h>

#include "page/files/form.h"
#include "page/files/rows.h"
#include "page/page.h"
#include "table/table.h"

#define FLUSH_AT (64 << 10) /* bytes */

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

/*
 * A row more: 0, or -1.  Where a lead isn't there any more others may only have
 * moved, as when somebody is forgotten meanwhile: no file is to lack those.
 */
static int
add_one(struct rows *r, const struct catalog_person *p, struct fault *f)
{
	int there;

	r->person = p;
	there = lead_read(&r->viewing->lead, &p->newest, f);
	if (there == 0)
		return fault_set(f, FAULT_BUSY, 0,
		    "leads were taken away in the middle; try again");
	return there == 1 ? add_row(r, f) : -1;
}

/* Of each until take returns other than 0: what catalog_leads() returns. */
static int
go_through(struct rows *r,
    int (*take)(void *, const struct catalog_person *, struct fault *),
    int (*lead)(void *, const struct catalog_entry *, struct fault *),
    struct fault *f)
{
	struct viewing *v = r->viewing;
	struct choice c = v->choice;

	c.before = 0;
	return r->form->people ? catalog_people(v->page->catalog, &v->scope, &c,
				     0, take, r, f)
	                       : catalog_leads(v->page->catalog, &v->scope, &c,
				     0, lead, r, f);
}

static int
write_person(void *rows, const struct catalog_person *p, struct fault *f)
{
	struct rows *r = rows;

	if (add_one(r, p, f) == -1)
		return -1;
	r->count++;
	return r->most > 0 && r->count == r->most;
}

static int
write_lead(void *rows, const struct catalog_entry *e, struct fault *f)
{
	const struct catalog_person p = {.newest = *e};

	return write_person(rows, &p, f);
}

int
rows_write(struct rows *r, int64_t most, struct fault *f)
{
	r->count = 0;
	r->most = most;
	return go_through(r, write_person, write_lead, f) == -1 ? -1 : 0;
}

static int
count_person(void *rows, const struct catalog_person *p, struct fault *f)
{
	struct rows *r = rows;

	(void)p;
	(void)f;
	return ++r->count > r->most;
}

static int
count_lead(void *rows, const struct catalog_entry *e, struct fault *f)
{
	(void)e;
	return count_person(rows, &(const struct catalog_person){0}, f);
}

int
rows_are_more(struct rows *r, int64_t than, struct fault *f)
{
	r->count = 0;
	r->most = than;
	return go_through(r, count_person, count_lead, f);
}

void
rows_free(struct rows *r)
{
	history_free(&r->history);
}

/* census: everyone who engaged; see census.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/export/journals.h"
#include "cli/export/parallel.h"
#include "cli/people/census.h"
#include "cli/people/seek.h"
#include "select/filter.h"

/*
 * What a lead means for its person: does it show, the newest such one being
 * their row, and does it list them?
 */
static int
judge(const struct selection *s, const struct pass_lead *l, int *shows,
    int *lists, struct fault *f)
{
	int wants = filter_wants(
	    &s->filter, l->endpoint, l->record, l->leads, l->lead, f);

	if (s->seek != NULL)
		wants = seek_finds(s->seek, l, f);
	*lists = wants == 1 && days_have(&s->days, l->record->received);
	/* Who is listed by people is shown as they are now. */
	*shows = s->people ? wants == 1 || s->seek != NULL : *lists;
	return wants == -1 ? -1 : 0;
}

/* One thread: leads that wait to be noted, their texts behind each. */
struct noter {
	struct census *census;
	struct bytes notes;
};

static void *
open_noter(void *census, struct fault *f)
{
	struct noter *n = calloc(1, sizeof(*n));

	if (n == NULL)
		(void)fault_memory(f);
	else
		n->census = census;
	return n;
}

static void
close_noter(void *noter)
{
	struct noter *n = noter;

	bytes_free(&n->notes);
	free(n);
}

static size_t
count_waiting(void *noter)
{
	return ((struct noter *)noter)->notes.len;
}

/* Append the text of a field; *len is how long it is. */
static int
add_text(struct bytes *b, const struct pass_lead *l, enum leads_field field,
    size_t *len, struct fault *f)
{
	struct value v;

	if (leads_value(l->leads, l->lead, field, &v, f) == -1)
		return -1;
	*len = v.type == VALUE_NONE ? 0 : v.len;
	bytes_add(b, v.data, *len);
	return 0;
}

static int
note_lead(void *noter, const struct pass_lead *l, struct fault *f)
{
	struct noter *n = noter;
	struct bytes *b = &n->notes;
	const size_t from = b->len;
	struct people_note note = {.received = l->record->received,
	    .number = l->number,
	    .counts = n->census->counts,
	    .piece = (uint32_t)l->piece};

	if (n->census->judges &&
	    judge(n->census->selection, l, &note.shows, &note.lists, f) == -1)
		return -1;
	bytes_add(b, &note, sizeof(note));
	if (add_text(b, l, LEADS_URN, &note.urn_len, f) == -1 ||
	    add_text(b, l, LEADS_ENGAGEMENT_TYPE, &note.kind_len, f) == -1 ||
	    add_text(b, l, LEADS_SIGNAL_NAME, &note.signal_len, f) == -1 ||
	    bytes_check(b, f) == -1)
		return -1;
	memcpy(b->data + from, &note, sizeof(note));
	return 0;
}

/* It's the noter's turn: leads come in the order of the journal. */
static int
put_notes(void *noter, struct fault *f)
{
	struct noter *n = noter;
	struct people_note note;
	const char *at = n->notes.data, *end = at + n->notes.len;

	for (; at < end; at = note.signal + note.signal_len) {
		memcpy(&note, at, sizeof(note));
		note.urn = at + sizeof(note);
		note.kind = note.urn + note.urn_len;
		note.signal = note.kind + note.kind_len;
		if (note.urn_len == 0 && note.lists)
			n->census->pieces[note.piece] = 1;
		if (note.urn_len > 0 &&
		    people_note(n->census->people, &note, f) == -1)
			return -1;
	}
	bytes_reset(&n->notes);
	return 0;
}

static int
say_stopped(void *census, struct fault *f)
{
	return output_stopped(((const struct census *)census)->output, f);
}

/* Is the person to be listed? */
static int
is_listed(const struct census *c, const struct person *p)
{
	return p->is_listed && p->newest != -1 &&
	       (!c->newcomers || p->asked == p->engagements) &&
	       days_are_new(&c->selection->days, p->first_seen);
}

/* Once through: for the history, or for who is listed, or both at once. */
static int
go_through(struct census *c, const struct journals *journals, int counts,
    int judges, struct fault *f)
{
	const struct pass pass = {.verb = "reading",
	    .threads = parallel_cpus(),
	    .context = c,
	    .open = open_noter,
	    .lead = note_lead,
	    .waiting = count_waiting,
	    .put_out = put_notes,
	    .close = close_noter,
	    .stopped = say_stopped};

	c->counts = counts;
	c->judges = judges;
	return pass_run(&pass, journals, &c->damage, f);
}

int
census_take(struct census *c, const struct selection *s,
    const struct output *output, const struct journals *all,
    const struct journals *asked, struct fault *f)
{
	const struct journals *shown = asked == NULL ? all : asked;
	const struct person *p;
	size_t i;

	c->selection = s;
	c->output = output;
	c->newcomers = s->people && asked != NULL;
	c->pieces = calloc((size_t)pass_pieces(shown) + 1, 1);
	if (c->pieces == NULL)
		return fault_memory(f);
	if ((c->people = people_new(f)) == NULL ||
	    go_through(c, all, 1, asked == NULL, f) == -1 ||
	    (asked != NULL && go_through(c, asked, 0, 1, f) == -1))
		return -1;
	for (i = 0; i < people_count(c->people); i++) {
		p = people_at(c->people, i);
		if (is_listed(c, p))
			c->pieces[p->piece] = 1;
	}
	return 0;
}

int
census_lists(const struct census *c, const struct pass_lead *l,
    const struct person **person, struct fault *f)
{
	struct value urn;
	int shows, lists;

	*person = NULL;
	if (leads_value(l->leads, l->lead, LEADS_URN, &urn, f) == -1)
		return -1;
	if (urn.type != VALUE_NONE && urn.len > 0) {
		*person = people_find(c->people, urn.data, urn.len);
		return *person != NULL && (*person)->newest == l->number &&
		       is_listed(c, *person);
	}
	if (judge(c->selection, l, &shows, &lists, f) == -1)
		return -1;
	return lists && days_are_new(&c->selection->days, l->record->received);
}

int
census_skips(const struct census *c, int64_t piece)
{
	return !c->pieces[piece];
}

void
census_free(struct census *c)
{
	people_free(c->people);
	free(c->pieces);
	memset(c, 0, sizeof(*c));
}

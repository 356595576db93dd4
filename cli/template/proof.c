/* proof: that a template makes JSON of any leads; see proof.h. */
#include <string.h>

#include "cli/template/proof.h"
#include "json/bytewise.h"

/* How many ways to a part are told apart. */
#define WAYS_MAX 256

/* How often leads are gone through again, until that leads to nothing new. */
#define PASSES_MAX 16

/* Where one stands, and what the lead in hand was asked on the way. */
struct way {
	struct bytewise at;
	uint32_t asked;  /* a bit for each of PARTS_WHATS */
	uint32_t filled; /* those that aren't empty */
};

_Static_assert(PARTS_WHATS <= 32, "a bit for each");

struct ways {
	struct way list[WAYS_MAX];
	size_t n;
};

struct proof {
	const struct template *t;
	struct fault *f;
	int line;
	int several, first, last; /* which lead it is, of how many */
};

static int
add_way(struct proof *p, struct ways *ways, const struct way *way)
{
	size_t i;

	for (i = 0; i < ways->n; i++)
		if (ways->list[i].asked == way->asked &&
		    ways->list[i].filled == way->filled &&
		    bytewise_equal(&ways->list[i].at, &way->at))
			return 0;
	if (ways->n == WAYS_MAX)
		return fault_set(p->f, FAULT_SETUP, 0,
		    "too many sections depend on one another; put {{^column}} "
		    "right behind {{#column}}, before the next column's");
	ways->list[ways->n++] = *way;
	return 0;
}

static int
add_ways(struct proof *p, struct ways *ways, const struct ways *more)
{
	size_t i;

	for (i = 0; i < more->n; i++)
		if (add_way(p, ways, &more->list[i]) == -1)
			return -1;
	return 0;
}

/* Why a byte can't stand where it stands. */
static int
refuse(struct proof *p, const struct bytewise *at, char c)
{
	const char sign[] = {c, '\0'};
	const char *why = "this can't stand here";

	switch ((enum bytewise_state)at->state) {
	case BYTEWISE_STRING:
		why = "a text in quotes ends in its line and has no TAB; close "
		      "it by \", or write \\n or \\t";
		break;
	case BYTEWISE_ESCAPE:
	case BYTEWISE_HEX:
		why = "there is no such escape; write a backslash as \\\\";
		break;
	case BYTEWISE_KEY:
	case BYTEWISE_VALUE:
		if (c == '}' || c == ']')
			why = "a comma may come right before this; between "
			      "leads write {{^last}},{{/last}}";
		break;
	case BYTEWISE_AFTER:
		if (strchr("\"{[", c) != NULL && c != '\0')
			why = "a comma may be missing before this; between "
			      "leads write {{^last}},{{/last}}";
		break;
	default:
		break;
	}
	if (at->levels == BYTEWISE_LEVELS && (c == '{' || c == '['))
		why = "{ and [ are 64 deep at most; close within {{#leads}} "
		      "what is opened there";
	return fault_set(p->f, FAULT_SETUP, 0,
	    "what it makes is no JSON from %s on: %s",
	    c == '\n'             ? "the end of the line"
	    : c > ' ' && c < 0x7f ? sign
				  : "this sign",
	    why);
}

static int
pass_text(struct proof *p, const struct part *part, struct ways *ways)
{
	struct ways next = {.n = 0};
	size_t i, k;

	for (i = 0; i < ways->n; i++) {
		struct way way = ways->list[i];

		p->line = part->line;
		for (k = 0; k < part->len; k++) {
			if (bytewise_step(&way.at, part->text[k]) == -1)
				return refuse(p, &way.at, part->text[k]);
			p->line += part->text[k] == '\n';
		}
		if (add_way(p, &next, &way) == -1)
			return -1;
	}
	memcpy(ways, &next, sizeof(next));
	return 0;
}

/* Text in a string; the count also where a number can stand. */
static int
pass_value(struct proof *p, const struct part *part, struct ways *ways)
{
	size_t i;

	p->line = part->line;
	for (i = 0; i < ways->n; i++) {
		struct bytewise *at = &ways->list[i].at;

		if (at->state == BYTEWISE_STRING ||
		    (part->what == PARTS_COUNT && at->state != BYTEWISE_HEX &&
			bytewise_step(at, '1') == 0))
			continue;
		if (part->what == PARTS_COUNT)
			return fault_set(p->f, FAULT_SETUP, 0,
			    "no number can stand in the place of {{count}}; "
			    "write it behind a \":\", or in quotes");
		return fault_set(p->f, FAULT_SETUP, 0,
		    "{{%s}} is a text; put it into quotes, as in \"{{%s}}\"",
		    parts_name(part->what), parts_name(part->what));
	}
	return 0;
}

static int pass(struct proof *, size_t from, size_t to, struct ways *);

/* A lead: which one, of how many, is known. */
static int
pass_lead(
    struct proof *p, size_t section, struct ways *ways, int first, int last)
{
	struct ways next = {.n = 0};
	size_t i;

	p->first = first;
	p->last = last;
	if (pass(p, section + 1, p->t->list[section].end, ways) == -1)
		return -1;
	/* The next one's columns are others. */
	for (i = 0; i < ways->n; i++) {
		ways->list[i].asked = ways->list[i].filled = 0;
		if (add_way(p, &next, &ways->list[i]) == -1)
			return -1;
	}
	memcpy(ways, &next, sizeof(next));
	return 0;
}

static int
pass_leads(struct proof *p, size_t section, struct ways *ways)
{
	struct ways more;
	size_t n;
	int i;

	if (!p->several)
		return pass_lead(p, section, ways, 1, 1);
	if (pass_lead(p, section, ways, 1, 0) == -1)
		return -1;
	for (i = 0, n = 0; n != ways->n; i++) {
		n = ways->n;
		p->line = p->t->list[section].line;
		if (i == PASSES_MAX)
			return fault_set(p->f, FAULT_SETUP, 0,
			    "leads open more than they close; close each {, [ "
			    "and \" before {{/leads}}");
		memcpy(&more, ways, sizeof(more));
		if (pass_lead(p, section, &more, 0, 0) == -1 ||
		    add_ways(p, ways, &more) == -1)
			return -1;
	}
	return pass_lead(p, section, ways, 0, 1);
}

/* Is a column asked for again behind a part? */
static int
is_asked_again(const struct template *t, size_t part, int what)
{
	for (part++; part < t->n && (t->list[part].kind != PARTS_END ||
					t->list[part].what != PARTS_LEADS);
	     part++)
		if (t->list[part].kind != PARTS_END &&
		    t->list[part].kind != PARTS_TEXT &&
		    t->list[part].kind != PARTS_VALUE &&
		    t->list[part].what == what)
			return 1;
	return 0;
}

/* The answer where it is the same on every way; -1: it may be both. */
static int
known(const struct proof *p, int what)
{
	return what == PARTS_SEVERAL ? p->several
	       : what == PARTS_FIRST ? p->first
	       : what == PARTS_LAST  ? p->last
	                             : -1;
}

static int
pass_section(struct proof *p, size_t section, struct ways *ways)
{
	const struct part *part = &p->t->list[section];
	const uint32_t bit = UINT32_C(1) << part->what;
	const int always = known(p, part->what);
	const int again = is_asked_again(p->t, part->end, part->what);
	struct ways in = {.n = 0}, out = {.n = 0};
	size_t i;
	int filled;

	for (i = 0; i < ways->n; i++)
		for (filled = 0; filled < 2; filled++) {
			struct way way = ways->list[i];

			if (always != -1 && always != filled)
				continue;
			if ((way.asked & bit) != 0 &&
			    ((way.filled & bit) != 0) != filled)
				continue;
			if (always == -1) {
				way.asked |= bit;
				way.filled |= filled ? bit : 0;
			}
			if (add_way(p,
				filled == (part->kind == PARTS_IF) ? &in : &out,
				&way) == -1)
				return -1;
		}
	if (in.n > 0 && pass(p, section + 1, part->end, &in) == -1)
		return -1;
	if (add_ways(p, &out, &in) == -1)
		return -1;
	for (ways->n = 0, i = 0; i < out.n; i++) {
		if (!again) {
			out.list[i].asked &= ~bit;
			out.list[i].filled &= ~bit;
		}
		if (add_way(p, ways, &out.list[i]) == -1)
			return -1;
	}
	return 0;
}

static int
pass(struct proof *p, size_t from, size_t to, struct ways *ways)
{
	size_t i;
	int rc = 0;

	for (i = from; i < to && rc == 0; i++) {
		const struct part *part = &p->t->list[i];

		if (part->kind == PARTS_TEXT) {
			rc = pass_text(p, part, ways);
		} else if (part->kind == PARTS_VALUE) {
			rc = pass_value(p, part, ways);
		} else {
			rc = part->what == PARTS_LEADS
			         ? pass_leads(p, i, ways)
			         : pass_section(p, i, ways);
			i = part->end;
		}
	}
	return rc;
}

static int
prove(struct proof *p)
{
	struct ways ways = {.n = 1};
	size_t i;

	memset(&ways.list[0], 0, sizeof(ways.list[0]));
	bytewise_begin(&ways.list[0].at);
	if (pass(p, 0, p->t->n, &ways) == -1)
		return -1;
	for (i = 0; i < ways.n; i++)
		if (!bytewise_end(&ways.list[i].at))
			return fault_set(p->f, FAULT_SETUP, 0,
			    "what it makes is no JSON: it ends too early; "
			    "close each {, [ and \"");
	return 0;
}

int
proof_of_json(const struct template *t, int *line, struct fault *f)
{
	struct proof p = {.t = t, .f = f, .line = 1};
	int rc;

	rc = prove(&p);
	if (rc == 0) {
		p.several = 1;
		rc = prove(&p);
	}
	*line = p.line;
	return rc;
}

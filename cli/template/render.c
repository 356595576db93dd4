/* render: a template, filled with leads; see render.h. */
#include <stdint.h>
#include <string.h>

#include "cli/template/cell.h"
#include "cli/template/jsontry.h"
#include "cli/template/parts.h"
#include "cli/template/render.h"

/* A message on its way. */
struct rendering {
	const struct template *t;
	const struct template_values *v;
	struct bytes *out;
	size_t lead;
	/* Which part makes the byte there, and in which line?  Or NULL. */
	const struct part *found;
	size_t looked_for;
	int line;
};

static const struct template_cell *
cell_of(const struct rendering *r, int what)
{
	return &r->v->leads[r->lead].cells[what];
}

static int
is_link_there(const struct template_cell *c)
{
	struct bytes b = {0};
	int there = cell_add_link(&b, c->data, c->len, CELL_NONE);

	bytes_free(&b);
	return there;
}

/* The answer to {{#what}}. */
static int
holds(const struct rendering *r, int what)
{
	switch (what) {
	case PARTS_SEVERAL:
		return r->v->n > 1;
	case PARTS_FIRST:
		return r->lead == 0;
	case PARTS_LAST:
		return r->lead == r->v->n - 1;
	case PARTS_TEST:
		return r->v->leads[r->lead].test != 0;
	default:
		return parts_is_link(what)
		           ? is_link_there(cell_of(r, what))
		           : !cell_is_empty(
				 cell_of(r, what)->data, cell_of(r, what)->len);
	}
}

static void
render_value(const struct rendering *r, const struct part *part)
{
	const struct template_cell *c;

	if (part->what == PARTS_COUNT) {
		bytes_printf(r->out, "%zu", r->v->n);
	} else if (part->what == PARTS_ENDPOINT) {
		cell_add(r->out, r->v->endpoint, strlen(r->v->endpoint),
		    part->escape, 0);
	} else {
		c = cell_of(r, part->what);
		if (parts_is_link(part->what))
			(void)cell_add_link(
			    r->out, c->data, c->len, part->escape);
		else
			cell_add(
			    r->out, c->data, c->len, part->escape, part->most);
	}
}

/* Was the byte that is looked for made by this part, from there on? */
static void
look(struct rendering *r, const struct part *part, size_t from)
{
	size_t i;

	if (r->found != NULL || r->out->len <= r->looked_for)
		return;
	r->found = part;
	r->line = part->line;
	for (i = 0; part->kind == PARTS_TEXT && i < r->looked_for - from; i++)
		r->line += part->text[i] == '\n';
}

static void
render(struct rendering *r, size_t from, size_t to)
{
	const struct part *part;
	size_t i, before;

	for (i = from; i < to; i++) {
		part = &r->t->list[i];
		before = r->out->len;
		if (part->kind == PARTS_TEXT) {
			bytes_add(r->out, part->text, part->len);
			look(r, part, before);
		} else if (part->kind == PARTS_VALUE) {
			render_value(r, part);
			look(r, part, before);
		} else {
			if (part->what == PARTS_LEADS)
				for (r->lead = 0; r->lead < r->v->n; r->lead++)
					render(r, i + 1, part->end);
			else if (holds(r, part->what) ==
				 (part->kind == PARTS_IF))
				render(r, i + 1, part->end);
			i = part->end;
		}
	}
}

/*
 * What may be wrong with the token that ends at a byte, as far as a person
 * would see it.
 */
static const char *
guess(const struct bytes *b, size_t at)
{
	const char here = b->data[at];

	if (here == '"')
		while (at > 0 && b->data[at - 1] != '"')
			at--;
	if (here == '"' && at > 0)
		at--;
	while (at > 0 && strchr(" \t\r\n", b->data[at - 1]) != NULL)
		at--;
	if (here == ',')
		return "there is nothing before the comma; between leads write "
		       "{{^last}},{{/last}}";
	if (at > 0 && b->data[at - 1] == ',')
		return "the comma before it may be too much; between leads "
		       "write {{^last}},{{/last}}";
	if (at > 0 && strchr("\"}]", b->data[at - 1]) != NULL &&
	    strchr("\"{[", here) != NULL)
		return "a comma may be missing before it; between leads write "
		       "{{^last}},{{/last}}";
	return "close each {, [ and \", and write \\n for a line end and "
	       "\\\\ for a backslash";
}

/* What it makes of the leads is no JSON at some byte: say where. */
static int
refuse(const struct template *t, const struct template_values *v,
    const struct bytes *b, size_t at, int ends, struct fault *f)
{
	struct bytes again = {0};
	struct rendering r = {.t = t, .v = v, .out = &again, .looked_for = at};
	const char *name;

	render(&r, 0, t->n);
	bytes_free(&again);
	if (ends || r.found == NULL)
		return fault_set(f, FAULT_SETUP, 0,
		    "%.200s: what it makes of leads is no JSON, it ends too "
		    "early; close each {, [ and \"",
		    t->path);
	if (r.found->kind == PARTS_VALUE && r.found->what != PARTS_COUNT) {
		name = parts_name(r.found->what);
		return fault_set(f, FAULT_SETUP, 0,
		    "%.200s line %d: {{%s}} is a text; put it into quotes, as "
		    "in \"{{%s}}\"",
		    t->path, r.line, name, name);
	}
	return fault_set(f, FAULT_SETUP, 0,
	    "%.200s line %d: what it makes of leads is no JSON from \"%c\" "
	    "on: %s",
	    t->path, r.line, b->data[at] < ' ' ? ' ' : b->data[at],
	    guess(b, at));
}

int
render_leads(const struct template *t, const struct template_values *v,
    struct bytes *out, struct fault *f)
{
	struct bytes made = {0};
	struct rendering r = {
	    .t = t, .v = v, .out = &made, .looked_for = SIZE_MAX};
	enum jsontry json;
	size_t at;
	int rc;

	render(&r, 0, t->n);
	if ((rc = bytes_check(&made, f)) == 0) {
		json = jsontry(made.len == 0 ? "" : made.data, made.len, &at);
		if (json == JSONTRY_FINE)
			bytes_add(out, made.data, made.len);
		rc = json == JSONTRY_FINE ? bytes_check(out, f)
		     : json == JSONTRY_MEMORY
		         ? fault_memory(f)
		         : refuse(t, v, &made, at, json == JSONTRY_ENDS, f);
	}
	bytes_free(&made);
	return rc;
}

/* template: JSON with places that leads fill in; see template.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/template/cell.h"
#include "cli/template/jsontry.h"
#include "cli/template/parts.h"
#include "cli/template/template.h"
#include "cli/template/trial.h"

static const char mark[] = "\xef\xbb\xbf"; /* that some editors put first */

static int
check_text(const char *text, size_t n, struct fault *why)
{
	if (n > TEMPLATE_SIZE_MAX)
		return fault_set(why, FAULT_SETUP, 0,
		    "a template has 64 KiB at most; make it shorter");
	if (!text_is_readable(text, n))
		return fault_set(why, FAULT_SETUP, 0,
		    "this is no plain text; save it as UTF-8");
	return 0;
}

static int
fill(struct template *t, const char *text, size_t n, int *line,
    struct fault *why)
{
	if (n >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
		text += strlen(mark);
		n -= strlen(mark);
	}
	*line = 0;
	t->batch = PARTS_BATCH_MAX;
	if (check_text(text, n, why) == -1)
		return -1;
	if ((t->text = malloc(n + 1)) == NULL)
		return fault_memory(why);
	memcpy(t->text, text, n);
	return parts_read(t, n, line, why);
}

struct template *
template_read(const char *path, const char *text, size_t n, struct fault *f)
{
	struct template *t = calloc(1, sizeof(*t));
	struct fault why = {0};
	int line;

	if (t == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	t->path = strdup(path);
	if (t->path == NULL || fill(t, text, n, &line, &why) == 0) {
		if (t->path != NULL && trial_of_leads(t, f) == 0)
			return t;
		if (t->path == NULL)
			(void)fault_memory(f);
		template_close(t);
		return NULL;
	}
	if (why.kind == FAULT_MEMORY)
		(void)fault_take(f, &why);
	else if (line == 0)
		(void)fault_set(
		    f, FAULT_SETUP, 0, "%.200s: %s", path, why.text);
	else
		(void)fault_set(f, FAULT_SETUP, 0, "%.200s line %d: %s", path,
		    line, why.text);
	template_close(t);
	return NULL;
}

/* Append what is in the file, and one byte more than a template may have. */
static int
read_file(int fd, const char *path, struct bytes *b, struct fault *f)
{
	struct stat st;
	char block[4096];
	ssize_t n = 0;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not a plain file; put the template into one", path);
	while (b->len <= TEMPLATE_SIZE_MAX + sizeof(mark) &&
	       (n = read(fd, block, sizeof(block))) > 0)
		bytes_add(b, block, (size_t)n);
	if (n == -1)
		return fault_set(
		    f, FAULT_SETUP, errno, "can't read the template %s", path);
	return bytes_check(b, f);
}

struct template *
template_open(const char *path, struct fault *f)
{
	struct template *t = NULL;
	struct bytes b = {0};
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT) {
		(void)fault_set(f, FAULT_SETUP, 0,
		    "%s isn't there; copy a template to it (deploy/relay has "
		    "some)",
		    path);
		return NULL;
	}
	if (fd == -1) {
		(void)fault_set(
		    f, FAULT_SETUP, errno, "can't read the template %s", path);
		return NULL;
	}
	if (read_file(fd, path, &b, f) == 0)
		t = template_read(path, b.len == 0 ? "" : b.data, b.len, f);
	(void)close(fd);
	bytes_free(&b);
	return t;
}

size_t
template_batch(const struct template *t)
{
	return t->batch;
}

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
template_render(const struct template *t, const struct template_values *v,
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

void
template_close(struct template *t)
{
	if (t == NULL)
		return;
	free(t->list);
	free(t->text);
	free(t->path);
	free(t);
}

/* parts: what a template is made of; see parts.h. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "cli/template/parts.h"
#include "select/column.h"

#define BLANKS    " \t\r\n"
#define WORD_SIZE 32 /* no name is longer */

static const char *const names[PARTS_WHATS - SHAPE_COLUMNS] = {
    [PARTS_COUNT - SHAPE_COLUMNS] = "count",
    [PARTS_ENDPOINT - SHAPE_COLUMNS] = "endpoint",
    [PARTS_LEADS - SHAPE_COLUMNS] = "leads",
    [PARTS_SEVERAL - SHAPE_COLUMNS] = "several",
    [PARTS_FIRST - SHAPE_COLUMNS] = "first",
    [PARTS_LAST - SHAPE_COLUMNS] = "last",
    [PARTS_TEST - SHAPE_COLUMNS] = "test"};

/* Where in the file one is. */
struct reading {
	struct template *t;
	struct fault *f;
	int line;
	enum cell_escape escape;
	size_t open[PARTS_DEPTH_MAX]; /* the sections that are open */
	size_t depth;
	int in_leads;
};

/* What stands between {{ and }}, NUL-terminated. */
struct tag {
	char sign; /* # ^ / ! % and so on; 0: none */
	char name[WORD_SIZE + 1];
	char rest[WORD_SIZE + 1]; /* behind the name */
};

const char *
parts_name(int what)
{
	return what < SHAPE_COLUMNS ? shape_column_name(what)
	                            : names[what - SHAPE_COLUMNS];
}

int
parts_is_of_lead(int what)
{
	return what < SHAPE_COLUMNS || what >= PARTS_FIRST;
}

int
parts_is_link(int what)
{
	const char *name = parts_name(what);

	return strcmp(name, "linkedin_url") == 0 ||
	       strcmp(name, "post_url") == 0;
}

static int
wrong(struct reading *r, const char *remedy)
{
	return fault_set(r->f, FAULT_SETUP, 0, "%s", remedy);
}

static int
add_part(struct reading *r, struct part part)
{
	struct template *t = r->t;
	struct part *longer =
	    array_grow(t->list, t->n, &t->room, sizeof(*t->list));

	if (longer == NULL)
		return fault_memory(r->f);
	t->list = longer;
	part.line = r->line;
	part.escape = r->escape;
	t->list[t->n++] = part;
	return 0;
}

/* What is it about?  -1 with the fault set: nothing has this name. */
static int
find(struct reading *r, const char *name)
{
	const char *all[PARTS_WHATS + 1] = {NULL}, *near;
	int i;

	for (i = 0; i < PARTS_WHATS; i++) {
		all[i] = parts_name(i);
		if (strcmp(name, all[i]) == 0)
			return i;
	}
	near = text_nearest(name, all, sizeof(all[0]));
	/* "name" is a part of full_name; first_seen is of a person. */
	if (near == NULL && (near = column_nearest(name)) != NULL &&
	    column_find(near, strlen(near)) >= SHAPE_COLUMNS)
		near = NULL;
	if (near != NULL)
		return fault_set(r->f, FAULT_SETUP, 0,
		    "there is no column \"%s\"; did you mean %s?", name, near);
	return fault_set(r->f, FAULT_SETUP, 0,
	    "there is no column \"%s\"; leadsheet.conf(5) lists them, under "
	    "\"columns\"",
	    name);
}

/* Is it known here?  0, or -1 with the fault set. */
static int
check_place(struct reading *r, int what)
{
	if (!parts_is_of_lead(what) || r->in_leads)
		return 0;
	return fault_set(r->f, FAULT_SETUP, 0,
	    "%s is known of a lead only; write it between {{#leads}} and "
	    "{{/leads}}",
	    parts_name(what));
}

/* How many characters: 0 where nothing is said, -1 with the fault set. */
static int
read_most(struct reading *r, const struct tag *tag, int what)
{
	const size_t n = strlen(tag->rest);

	if (n == 0)
		return 0;
	if (parts_is_link(what))
		return fault_set(r->f, FAULT_SETUP, 0,
		    "%s is a link, which can't be cut; take \"%s\" out",
		    tag->name, tag->rest);
	if (n > 5 || strspn(tag->rest, "0123456789") != n ||
	    atoi(tag->rest) == 0)
		return fault_set(r->f, FAULT_SETUP, 0,
		    "\"%s\" is no number of characters; write one from 1 to "
		    "99999, like {{%s 200}}",
		    tag->rest, tag->name);
	return atoi(tag->rest);
}

static int
take_value(struct reading *r, const struct tag *tag)
{
	struct part part = {.kind = PARTS_VALUE};
	int most;

	if ((part.what = find(r, tag->name)) == -1 ||
	    check_place(r, part.what) == -1)
		return -1;
	if (part.what >= PARTS_LEADS)
		return fault_set(r->f, FAULT_SETUP, 0,
		    "%s is a question and no text; write {{#%s}} before what "
		    "is for it, and {{/%s}} behind",
		    tag->name, tag->name, tag->name);
	if ((most = read_most(r, tag, part.what)) == -1)
		return -1;
	if (most > 0 && part.what >= SHAPE_COLUMNS)
		return fault_set(r->f, FAULT_SETUP, 0,
		    "%s is never cut; take \"%s\" out", tag->name, tag->rest);
	part.most = (size_t)most;
	return add_part(r, part);
}

static int
open_section(struct reading *r, const struct tag *tag)
{
	struct part part = {.kind = tag->sign == '#' ? PARTS_IF : PARTS_UNLESS};

	if ((part.what = find(r, tag->name)) == -1 ||
	    check_place(r, part.what) == -1)
		return -1;
	if (part.what == PARTS_COUNT || part.what == PARTS_ENDPOINT ||
	    (part.what == PARTS_LEADS && tag->sign == '^'))
		return fault_set(r->f, FAULT_SETUP, 0,
		    "%s is never empty; take {{%c%s}} and its {{/%s}} out "
		    "({{#several}} asks for more leads than one)",
		    tag->name, tag->sign, tag->name, tag->name);
	if (part.what == PARTS_LEADS && r->in_leads)
		return wrong(r, "{{#leads}} stands within {{#leads}}; close "
				"the first one before, by {{/leads}}");
	if (r->depth == PARTS_DEPTH_MAX)
		return wrong(r, "sections stand in one another 8 deep at "
				"most; close one before this");
	r->in_leads |= part.what == PARTS_LEADS;
	r->open[r->depth++] = r->t->n;
	return add_part(r, part);
}

static int
close_section(struct reading *r, const struct tag *tag)
{
	struct part part = {.kind = PARTS_END}, *open;

	if ((part.what = find(r, tag->name)) == -1)
		return -1;
	if (r->depth == 0)
		return fault_set(r->f, FAULT_SETUP, 0,
		    "{{/%s}} closes nothing; write {{#%s}} where it begins, or "
		    "take this out",
		    tag->name, tag->name);
	open = &r->t->list[r->open[r->depth - 1]];
	if (open->what != part.what)
		return fault_set(r->f, FAULT_SETUP, 0,
		    "{{/%s}} comes while {{%c%s}} of line %d is open; write "
		    "{{/%s}} before it",
		    tag->name, open->kind == PARTS_IF ? '#' : '^',
		    parts_name(open->what), open->line, parts_name(open->what));
	open->end = r->t->n;
	r->depth--;
	r->in_leads &= part.what != PARTS_LEADS;
	return add_part(r, part);
}

/* {{% escape slack }}, {{% batch 20 }} */
static int
take_setting(struct reading *r, const struct tag *tag)
{
	static const char *const escapes[] = {[CELL_NONE] = "none",
	    [CELL_SLACK] = "slack",
	    [CELL_MARKDOWN] = "markdown"};
	const size_t n = strlen(tag->rest);
	size_t i;

	if (strcmp(tag->name, "escape") == 0) {
		for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
			if (strcmp(tag->rest, escapes[i]) == 0) {
				r->escape = (enum cell_escape)i;
				return 0;
			}
		return wrong(r, "write {{% escape slack }}, {{% escape "
				"markdown }} or {{% escape none }}");
	}
	if (strcmp(tag->name, "batch") != 0)
		return wrong(r, "behind {{% comes escape or batch, as in "
				"{{% escape slack }} and {{% batch 20 }}");
	if (n == 0 || n > 3 || strspn(tag->rest, "0123456789") != n ||
	    atoi(tag->rest) == 0 || atoi(tag->rest) > PARTS_BATCH_MAX)
		return wrong(r, "write a number of leads from 1 to 100, like "
				"{{% batch 20 }}");
	r->t->batch = (size_t)atoi(tag->rest);
	return 0;
}

/* Copy a word, which ends at a blank; 0, or -1 where it is too long. */
static int
copy_word(char word[WORD_SIZE + 1], const char **s, const char *end)
{
	size_t n = 0;

	while (*s < end && strchr(BLANKS, **s) != NULL)
		(*s)++;
	for (; *s < end && strchr(BLANKS, **s) == NULL; (*s)++) {
		if (n == WORD_SIZE)
			return -1;
		word[n++] = **s;
	}
	word[n] = '\0';
	return 0;
}

/* What stands between {{ and }}. */
static int
take_tag(struct reading *r, const char *s, const char *end)
{
	struct tag tag = {0};

	while (s < end && strchr(BLANKS, *s) != NULL)
		s++;
	if (s < end && strchr("#^/!%{&>=", *s) != NULL)
		tag.sign = *s++;
	if (tag.sign == '!')
		return 0;
	if (tag.sign != '\0' && strchr("{&>=", tag.sign) != NULL)
		return fault_set(r->f, FAULT_SETUP, 0,
		    "{{%c is not of the Mustache that is read here; write "
		    "{{full_name}}, say",
		    tag.sign);
	if (copy_word(tag.name, &s, end) == -1 ||
	    copy_word(tag.rest, &s, end) == -1)
		return wrong(r, "what stands between {{ and }} is too long; "
				"write the name of a column there");
	if (tag.name[0] == '\0')
		return wrong(r, "there is nothing between {{ and }}; write "
				"the name of a column there");
	while (s < end && strchr(BLANKS, *s) != NULL)
		s++;
	if (s < end ||
	    (tag.rest[0] != '\0' && tag.sign != '\0' && tag.sign != '%'))
		return fault_set(r->f, FAULT_SETUP, 0,
		    "there is too much behind \"%s\"; write }} there",
		    tag.name);
	switch (tag.sign) {
	case '#':
	case '^':
		return open_section(r, &tag);
	case '/':
		return close_section(r, &tag);
	case '%':
		return take_setting(r, &tag);
	default:
		return take_value(r, &tag);
	}
}

static int
count_lines(const char *s, const char *end)
{
	int n = 0;

	for (; s < end; s++)
		n += *s == '\n';
	return n;
}

/* The tag that begins at s, and where it ends; NULL with the fault set. */
static const char *
read_tag(struct reading *r, const char *s, const char *end)
{
	const char *from = s + 2, *to, *line;

	to = memmem(from, (size_t)(end - from), "}}", 2);
	line = memchr(from, '\n', (size_t)(end - from));
	if (to == NULL ||
	    (line != NULL && line < to && (from == end || *from != '!'))) {
		(void)wrong(r, "this {{ isn't closed; write }} behind the "
			       "name, in the same line");
		return NULL;
	}
	if (take_tag(r, from, to) == -1)
		return NULL;
	r->line += count_lines(from, to);
	return to + 2;
}

static int
read_all(struct reading *r, const char *s, const char *end)
{
	const char *tag;

	while (s < end) {
		struct part text = {.kind = PARTS_TEXT, .text = s};

		tag = memmem(s, (size_t)(end - s), "{{", 2);
		text.len = (size_t)((tag == NULL ? end : tag) - s);
		if (text.len > 0 && add_part(r, text) == -1)
			return -1;
		r->line += count_lines(s, s + text.len);
		if (tag == NULL)
			break;
		if ((s = read_tag(r, tag, end)) == NULL)
			return -1;
	}
	if (r->depth == 0)
		return 0;
	r->line = r->t->list[r->open[r->depth - 1]].line;
	return fault_set(r->f, FAULT_SETUP, 0,
	    "the section that begins here isn't closed; write {{/%s}} where it "
	    "ends",
	    parts_name(r->t->list[r->open[r->depth - 1]].what));
}

int
parts_read(struct template *t, size_t n, int *line, struct fault *f)
{
	struct reading r = {.t = t, .f = f, .line = 1};
	int rc = read_all(&r, t->text, t->text + n);

	*line = r.line;
	return rc;
}

/* profile: what a program wants to import; see profile.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/setting.h"
#include "profile/personname.h"
#include "profile/profile.h"

#define BLANKS " \t"

/* The fields that no export has as a column. */
static const char *const names[PROFILE_FIELD_COUNT - COLUMN_COUNT] = {
    [PROFILE_FIRST_NAME - COLUMN_COUNT] = "first_name",
    [PROFILE_LAST_NAME - COLUMN_COUNT] = "last_name"};

void
profile_begin(struct profile *p, const char *name)
{
	memset(p, 0, sizeof(*p));
	(void)snprintf(p->name, sizeof(p->name), "%s", name);
	p->delimiter = ',';
	p->unique = 1;
}

static int
wrong(struct fault *why, const char *remedy)
{
	return fault_set(why, FAULT_SETUP, 0, "%s", remedy);
}

/* A word of a line, or a text in quotes, in which "" stands for a quote. */
struct word {
	char text[PROFILE_TEXT_SIZE];
	int quoted;
};

static int
too_long(struct fault *why)
{
	return fault_set(why, FAULT_SETUP, 0,
	    "a text of this line is too long; %d bytes are the most",
	    PROFILE_TEXT_SIZE - 1);
}

/* A text, s being behind its opening quote. */
static int
read_text(const char **line, const char *s, struct word *w, struct fault *why)
{
	size_t n = 0;

	for (; *s != '"' || s[1] == '"'; s++) {
		if (*s == '\0')
			return wrong(why, "a \" is missing behind the text");
		if (n == sizeof(w->text) - 1)
			return too_long(why);
		s += *s == '"';
		w->text[n++] = *s;
	}
	*line = s + 1;
	if (s[1] != '\0' && strchr(BLANKS, s[1]) == NULL)
		return wrong(why,
		    "put a blank behind the closing \" (a \" within a text is "
		    "written twice)");
	return 1;
}

/* Take the next word; 1, 0 at the end, or -1 with the remedy. */
static int
next_word(const char **line, struct word *w, struct fault *why)
{
	const char *s = *line + strspn(*line, BLANKS);
	size_t n = strcspn(s, BLANKS);

	memset(w, 0, sizeof(*w));
	w->quoted = *s == '"';
	if (w->quoted)
		return read_text(line, s + 1, w, why);
	memcpy(w->text, s, n < sizeof(w->text) ? n : sizeof(w->text) - 1);
	if (n >= sizeof(w->text))
		return too_long(why);
	*line = s + n;
	return n > 0;
}

/* The number of a field, or -1 with the remedy. */
static int
find_field(const char *word, struct fault *why)
{
	const char *all[PROFILE_FIELD_COUNT + 1] = {NULL}, *near;
	int i;

	for (i = 0; i < PROFILE_FIELD_COUNT; i++) {
		all[i] = i < COLUMN_COUNT ? column_get(i).name
		                          : names[i - COLUMN_COUNT];
		if (strcmp(word, all[i]) == 0)
			return i;
	}
	near = text_nearest(word, all, sizeof(all[0]));
	return fault_set(why, FAULT_SETUP, 0,
	    "there is no field \"%s\"%s%s%s (leadsheet-profiles(7) lists them; "
	    "a column's name of several words stands in quotes)",
	    word, near == NULL ? "" : "; did you mean ",
	    near == NULL ? "" : near, near == NULL ? "" : "?");
}

/* What goes into the column: fields or a text, with "or" between them. */
static int
take_sources(struct profile_column *c, const char *line, struct fault *why)
{
	struct word w;
	int rc, field;

	for (;;) {
		if ((rc = next_word(&line, &w, why)) == -1)
			return -1;
		if (rc == 0)
			return wrong(why,
			    "say what goes into it, a field or a text in "
			    "quotes, like: column = \"First Name\" first_name");
		if (w.quoted) {
			memcpy(c->text, w.text, sizeof(c->text));
			break;
		}
		if ((field = find_field(w.text, why)) == -1)
			return -1;
		if (c->nfields == PROFILE_FIELDS_MAX)
			return wrong(why, "a column is filled from 8 fields at "
					  "most; take some out");
		c->fields[c->nfields++] = field;
		if ((rc = next_word(&line, &w, why)) != 1)
			return rc;
		if (w.quoted || strcmp(w.text, "or") != 0)
			return fault_set(why, FAULT_SETUP, 0,
			    "write \"or\" before \"%s\", as in: company_name "
			    "or \"[not provided]\"",
			    w.text);
	}
	if ((rc = next_word(&line, &w, why)) == 1)
		return fault_set(why, FAULT_SETUP, 0,
		    "take \"%s\" out: nothing comes behind a text in quotes",
		    w.text);
	return rc;
}

static int
take_column(struct profile *p, const char *value, struct fault *why)
{
	struct profile_column *c = &p->columns[p->ncolumns];
	struct word w;
	size_t i;
	int rc;

	if (p->ncolumns == PROFILE_COLUMNS_MAX)
		return fault_set(why, FAULT_SETUP, 0,
		    "a profile has %d columns at most; take some out",
		    PROFILE_COLUMNS_MAX);
	if ((rc = next_word(&value, &w, why)) == -1)
		return -1;
	if (rc == 0 || w.text[0] == '\0')
		return wrong(why, "name the column, like: column = \"First "
				  "Name\" first_name");
	for (i = 0; i < p->ncolumns; i++)
		if (strcmp(p->columns[i].name, w.text) == 0)
			return fault_set(why, FAULT_SETUP, 0,
			    "\"%s\" stands there twice; keep one", w.text);
	memset(c, 0, sizeof(*c));
	memcpy(c->name, w.text, sizeof(c->name));
	if (take_sources(c, value, why) == -1)
		return -1;
	p->ncolumns++;
	return 0;
}

/* A line that means what the setting of that kind means. */
static int
take_setting(
    enum setting which, const char *value, struct shape *out, struct fault *why)
{
	struct settings s;

	setting_defaults(&s);
	if (setting_set(&s, which, value, why) == -1)
		return -1;
	*out = s.shape;
	return 0;
}

static int
take_delimiter(struct profile *p, const char *value, struct fault *why)
{
	struct shape s;

	if (take_setting(SETTING_DELIMITER, value, &s, why) == -1)
		return -1;
	p->delimiter = s.delimiter;
	return 0;
}

static int
take_flag(int *flag, const char *value, struct fault *why)
{
	struct shape s;

	if (take_setting(SETTING_BOM, value, &s, why) == -1)
		return -1;
	*flag = s.bom;
	return 0;
}

static int
take_bom(struct profile *p, const char *value, struct fault *why)
{
	return take_flag(&p->bom, value, why);
}

static int
take_protect(struct profile *p, const char *value, struct fault *why)
{
	return take_flag(&p->protect, value, why);
}

static int
take_unique(struct profile *p, const char *value, struct fault *why)
{
	return take_flag(&p->unique, value, why);
}

static int
take_rows(struct profile *p, const char *value, struct fault *why)
{
	size_t n = strspn(value, "0123456789");

	if (n == 0 || n > 9 || value[n] != '\0' || atol(value) == 0)
		return wrong(why,
		    "write a whole number from 1 to 999999999, like 50000");
	p->rows = atol(value);
	return 0;
}

int
profile_take(
    struct profile *p, const char *name, const char *value, struct fault *why)
{
	static const struct {
		const char *name;
		int (*take)(struct profile *, const char *, struct fault *);
	} lines[] = {{"column", take_column}, {"delimiter", take_delimiter},
	    {"bom", take_bom}, {"protect", take_protect},
	    {"unique", take_unique}, {"rows", take_rows}, {NULL, NULL}};
	const char *near;
	unsigned i;

	for (i = 0; lines[i].name != NULL; i++) {
		if (strcmp(name, lines[i].name) != 0)
			continue;
		if (i > 0 && (p->said & 1u << i) != 0)
			return wrong(why, "is set twice; keep one line");
		p->said |= 1u << i;
		return lines[i].take(p, value, why);
	}
	near = text_nearest(name, lines, sizeof(lines[0]));
	return fault_set(why, FAULT_SETUP, 0,
	    "a profile has no such line%s%s%s; it has column, delimiter, bom, "
	    "protect, unique and rows",
	    near == NULL ? "" : " (did you mean ", near == NULL ? "" : near,
	    near == NULL ? "" : "?)");
}

static int
is_of_person(int field)
{
	return field < COLUMN_COUNT && column_is_of_history(field);
}

int
profile_end(const struct profile *p, struct fault *why)
{
	size_t i, k;

	if (p->ncolumns == 0)
		return wrong(why, "it has no column; add some, like: column = "
				  "\"First Name\" first_name");
	for (i = 0; !p->unique && i < p->ncolumns; i++)
		for (k = 0; k < p->columns[i].nfields; k++)
			if (is_of_person(p->columns[i].fields[k]))
				return fault_set(why, FAULT_SETUP, 0,
				    "%s is known of a person, and with unique "
				    "= no a row is an engagement; take one of "
				    "the two out",
				    column_get(p->columns[i].fields[k]).name);
	return 0;
}

int
profile_source(int field)
{
	static const char name[] = "full_name";

	return field < COLUMN_COUNT ? field
	                            : shape_column(name, sizeof(name) - 1);
}

int
profile_pick(int field, struct sheet_value *v)
{
	struct personname name;

	if (v->type == SHEET_TIME)
		return 1;
	if (v->type == SHEET_NONE || personname_is_blank(v->data, v->len))
		return 0;
	if (field < COLUMN_COUNT)
		return 1;
	personname_split(&name, v->data, v->len);
	v->type = SHEET_STRING;
	v->data = field == PROFILE_FIRST_NAME ? name.first : name.last;
	v->len = field == PROFILE_FIRST_NAME ? name.first_len : name.last_len;
	return v->len > 0;
}

void
profile_default(const struct profile_column *c, struct sheet_value *v)
{
	memset(v, 0, sizeof(*v));
	v->data = c->text;
	v->len = strlen(c->text);
	v->type = v->len > 0 ? SHEET_STRING : SHEET_NONE;
}

struct column
profile_head(const struct profile_column *c)
{
	struct column head = {c->name, COLUMN_TEXT};

	if (c->nfields > 0 && c->fields[0] < COLUMN_COUNT)
		head.look = column_get(c->fields[0]).look;
	return head;
}

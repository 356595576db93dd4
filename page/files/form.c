/* form: the form in which leads are given away; see form.h. */
#include <string.h>

#include "config/endpoint.h"
#include "page/files/form.h"
#include "page/page.h"
#include "profile/profiles.h"

_Static_assert(
    PROFILE_COLUMNS_MAX <= FORM_COLUMNS_MAX && COLUMN_COUNT <= FORM_COLUMNS_MAX,
    "room for the columns");

static int
count_one(void *n, const char *name)
{
	(void)name;
	return ++*(int *)n > 1;
}

/* May the leads be of several endpoints?  Then a column says of which. */
static int
is_of_several(const struct viewing *v)
{
	struct fault ignored = {0};
	int n = 0;

	if (v->choice.endpoint[0] != '\0' || v->scope.n == 1)
		return 0;
	if (v->scope.n > 1)
		return 1;
	return endpoint_each(v->page->home, count_one, &n, &ignored) == 1;
}

static void
add_column(struct form *form, int column)
{
	form->heads[form->ncolumns] = column_get(column);
	form->columns[form->ncolumns++] = column;
}

/* Those of the sheets, and of a person since when and how often. */
static void
add_usual(struct form *form, const struct viewing *v)
{
	const struct shape *s = &form->shape;
	int column;
	size_t i;

	if (is_of_several(v))
		add_column(form, COLUMN_ENDPOINT);
	for (i = 0; i < s->ncolumns && i < SHAPE_COLUMNS; i++)
		add_column(form, s->columns[i]);
	for (column = COLUMN_FIRST_SEEN;
	     form->people && column <= COLUMN_ENGAGEMENTS; column++)
		add_column(form, column);
}

static int
use_profile(struct form *form, const struct viewing *v, const char *name,
    struct fault *f)
{
	const struct profile *p = &form->profile;
	int found = profiles_find(
	    &form->profile, &v->page->conf, v->page->conf_path, name, f);

	if (found != 1)
		return found;
	form->format = TABLE_CSV;
	form->has_profile = 1;
	form->people |= p->unique;
	form->shape.delimiter = p->delimiter;
	form->shape.bom = p->bom;
	form->shape.protect = p->protect;
	for (; form->ncolumns < p->ncolumns; form->ncolumns++)
		form->heads[form->ncolumns] =
		    profile_head(&p->columns[form->ncolumns]);
	return 1;
}

int
form_of_word(struct form *form, const struct viewing *v, const char *word,
    int people, struct fault *f)
{
	enum table_format i;

	memset(form, 0, sizeof(*form));
	form->shape = v->page->settings.shape;
	form->people = people;
	for (i = 0; i < TABLE_FORMATS; i++)
		if (strcmp(word, table_format_name(i)) == 0)
			break;
	if (i == TABLE_FORMATS)
		return use_profile(form, v, word, f);
	form->format = i;
	if (i == TABLE_TSV)
		form->shape.delimiter = '\t';
	else if (form->shape.format == SHEET_TSV)
		form->shape.delimiter = ',';
	add_usual(form, v);
	return 1;
}

int
form_of_feed(struct form *form, const struct viewing *v, const char *columns,
    struct fault *f)
{
	const char *end;
	int column;

	memset(form, 0, sizeof(*form));
	form->shape = v->page->settings.shape;
	/*
	 * IMPORTDATA of Google Sheets knows commas; of a byte order mark its
	 * manual says nothing, and a first column whose name begins with one
	 * would be found by no formula.  The others are told the character set
	 * by Content-Type.
	 */
	form->format = TABLE_CSV;
	form->shape.delimiter = ',';
	form->shape.bom = 0;
	if (columns[0] == '\0')
		add_usual(form, v);
	for (; columns[0] != '\0'; columns = *end == '\0' ? end : end + 1) {
		columns += strspn(columns, " ");
		end = strchrnul(columns, ',');
		column = column_read(columns,
		    (size_t)(end - columns) - (end > columns && end[-1] == ' '),
		    COLUMN_FIRST_SEEN, f);
		if (column == -1)
			return -1;
		if (form->ncolumns == COLUMN_COUNT)
			return fault_set(f, FAULT_SETUP, 0,
			    "these are more columns than there are; name each "
			    "once");
		add_column(form, column);
	}
	return 0;
}

void
form_write_columns(const struct form *form, struct bytes *b)
{
	size_t i;

	for (i = 0; i < form->ncolumns; i++) {
		if (i > 0)
			bytes_addc(b, ',');
		bytes_adds(b, form->heads[i].name);
	}
}

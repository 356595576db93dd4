/* selection: which leads are to be exported, and how; see selection.h. */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/export/selection.h"
#include "profile/profiles.h"

/* In either case; -1 when there is none of that name. */
static int
find_format(const char *word)
{
	enum table_format i;

	for (i = 0; i < TABLE_FORMATS; i++)
		if (strcasecmp(word, table_format_name(i)) == 0)
			return (int)i;
	return -1;
}

/* What stands behind the last dot of a file's name; NULL when nothing does. */
static const char *
find_ending(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	const char *dot = strrchr(name, '.');

	return dot == NULL || dot == name || dot[1] == '\0' ? NULL : dot + 1;
}

/* The names of formats, as xlsx,csv. */
static int
read_formats(struct selection *x, const char *list)
{
	char word[32];
	size_t n, i;
	int format;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		(void)snprintf(word, sizeof(word), "%.*s", (int)n, list);
		if ((format = find_format(word)) == -1)
			return cli_fail(x->cli, EX_USAGE,
			    "\"%s\" is none of csv, tsv, xlsx, jsonl", word);
		for (i = 0; i < x->nformats; i++)
			if (x->formats[i] == (enum table_format)format)
				return cli_fail(x->cli, EX_USAGE,
				    "the format %s is named twice", word);
		x->formats[x->nformats++] = (enum table_format)format;
		if (list[n] == '\0')
			return EX_OK;
	}
}

static int
choose_format(struct selection *x)
{
	const char *word = cli_option(x->cli, "format");
	const char *file = cli_option(x->cli, "output");
	const char *ending = file == NULL ? NULL : find_ending(file);
	int named = ending == NULL ? -1 : find_format(ending), rc;
	int several = cli_option(x->cli, "every-day") != NULL;

	if (word != NULL && (rc = read_formats(x, word)) != EX_OK)
		return rc;
	if (x->nformats > 1 && !several)
		return cli_fail(x->cli, EX_USAGE,
		    "a file has one format; several are for --every-day");
	if (word == NULL && ending != NULL && named == -1)
		return cli_fail(x->cli, EX_USAGE,
		    "a file that ends in .%.40s can't be made; let its name "
		    "end in .csv, .tsv, .xlsx or .jsonl, or name the format "
		    "with --format",
		    ending);
	if (word != NULL && named != -1 && x->formats[0] != (unsigned)named)
		return cli_fail(x->cli, EX_USAGE,
		    "the file's name ends in .%s, and --format says %s; let "
		    "both be the same, or leave --format out",
		    ending, word);
	if (word == NULL)
		x->formats[x->nformats++] = named != -1 ? (unsigned)named
		                            : several && !x->has_profile
		                                ? TABLE_XLSX
		                                : TABLE_CSV;
	return EX_OK;
}

void
selection_use(struct selection *x, enum table_format format)
{
	x->format = format;
	x->shape.delimiter = format == TABLE_TSV ? '\t' : x->delimiter;
}

static int
choose_delimiter(struct selection *x)
{
	static const struct {
		const char *word;
		char c;
	} words[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
	    {"pipe", '|'}, {",", ','}, {";", ';'}, {"|", '|'}};
	const char *word = cli_option(x->cli, "delimiter");
	size_t i, csv = 0;

	x->delimiter = x->shape.format == SHEET_TSV ? ',' : x->shape.delimiter;
	if (word == NULL)
		return EX_OK;
	while (csv < x->nformats && x->formats[csv] != TABLE_CSV)
		csv++;
	if (csv == x->nformats)
		return cli_fail(x->cli, EX_USAGE,
		    "--delimiter is for csv; %s has none to choose",
		    table_format_name(x->formats[0]));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i].word) == 0) {
			x->delimiter = words[i].c;
			return EX_OK;
		}
	return cli_fail(x->cli, EX_USAGE,
	    "\"%s\" is none of comma, semicolon, tab, pipe", word);
}

/* The number of a column, or -1 once it is said that there is none here. */
static int
find_column(const struct selection *x, const char *name, size_t n)
{
	struct fault f = {0};
	int column = column_find(name, n);

	if (column_is_of_history(column) && !x->unique)
		return cli_fail(x->cli, -1,
		    "%s is of a person, and not of a lead; say --unique, or "
		    "run \"leadsheet people\"",
		    column_get(column).name);
	column = column_read(
	    name, n, x->unique ? COLUMN_COUNT : COLUMN_FIRST_SEEN, &f);
	return column == -1 ? cli_fail(x->cli, -1, "%s", f.text) : column;
}

void
selection_add_column(struct selection *x, int column)
{
	x->heads[x->ncolumns] = column_get(column);
	x->columns[x->ncolumns++] = column;
}

/*
 * Those of the settings, and of a person what is known of them; of several
 * endpoints also which a lead is of.
 */
static void
add_usual_columns(struct selection *x)
{
	int column;
	size_t i;

	if (x->endpoints.n > 1 && !x->people)
		selection_add_column(x, COLUMN_ENDPOINT);
	for (i = 0; i < x->shape.ncolumns && i < SHAPE_COLUMNS; i++)
		if (!x->people || column_is_of_person(x->shape.columns[i]))
			selection_add_column(x, x->shape.columns[i]);
	for (column = COLUMN_FIRST_SEEN; x->unique && column <= COLUMN_SIGNALS;
	     column++)
		selection_add_column(x, column);
}

_Static_assert(PROFILE_COLUMNS_MAX <= SELECTION_COLUMNS_MAX &&
		   COLUMN_COUNT <= SELECTION_COLUMNS_MAX,
    "room for the columns");

static void
list_profile(void *list, const char *name)
{
	struct bytes *b = list;

	if (b->len > 0)
		bytes_adds(b, ", ");
	bytes_adds(b, name);
}

static int
complain_profile(const struct selection *x, const char *name)
{
	struct bytes list = {0};
	int rc;

	profiles_each(&x->cli->conf, list_profile, &list);
	rc = cli_fail(x->cli, EX_USAGE,
	    "there is no profile \"%.64s\"; there is: %.*s", name,
	    (int)list.len, list.data == NULL ? "" : list.data);
	bytes_free(&list);
	return rc;
}

/* What another program wants to import, and how it wants it written. */
static int
choose_profile(struct selection *x)
{
	const char *name = cli_option(x->cli, "profile");
	struct profile *p = &x->profile;
	struct fault f = {0};
	int found;

	if (name == NULL)
		return EX_OK;
	if (cli_option(x->cli, "columns") != NULL)
		return cli_fail(x->cli, EX_USAGE,
		    "--profile %.64s has columns of its own; leave --columns "
		    "out, or make a profile of your own "
		    "(leadsheet-profiles(7))",
		    name);
	found = profiles_find(p, &x->cli->conf, x->cli->conf_path, name, &f);
	if (found == -1)
		return cli_fault(x->cli, &f);
	if (found == 0)
		return complain_profile(x, name);
	x->has_profile = 1;
	x->unique |= p->unique;
	x->shape.format = SHEET_CSV;
	x->shape.delimiter = p->delimiter;
	x->shape.bom = p->bom;
	x->shape.protect = p->protect;
	for (; x->ncolumns < p->ncolumns; x->ncolumns++)
		x->heads[x->ncolumns] = profile_head(&p->columns[x->ncolumns]);
	return EX_OK;
}

static int
choose_columns(struct selection *x)
{
	const char *list = cli_option(x->cli, "columns"), *end;
	int column;
	size_t i;

	if (x->has_profile)
		return EX_OK;
	if (list == NULL)
		add_usual_columns(x);
	while (list != NULL) {
		end = strchrnul(list, ',');
		if ((column = find_column(x, list, (size_t)(end - list))) == -1)
			return EX_USAGE;
		for (i = 0; i < x->ncolumns; i++)
			if (x->columns[i] == column)
				return cli_fail(x->cli, EX_USAGE,
				    "the column %s is named twice",
				    column_get(column).name);
		selection_add_column(x, column);
		list = *end == '\0' ? NULL : end + 1;
	}
	return EX_OK;
}

static int
choose_only(struct selection *x)
{
	int64_t now = utc_now();
	struct fault f = {0};
	const char *text;
	size_t i;

	for (i = 0; (text = options_nth(&x->cli->options, "only", i)) != NULL;
	     i++)
		if (filter_add(&x->filter, text, x->unique, now, &f) == -1)
			return cli_fail(x->cli, EX_USAGE, "%s", f.text);
	return EX_OK;
}

int
selection_read(struct selection *x, struct cli *cli, int people)
{
	int rc;

	memset(x, 0, sizeof(*x));
	x->cli = cli;
	rc = endpoints_choose(&x->endpoints, cli, ENDPOINTS_THE_ONLY);
	if (rc != EX_OK)
		return rc;
	x->shape = cli->settings.shape;
	x->people = people;
	x->unique = people || cli_option(cli, "unique") != NULL;
	if ((rc = choose_profile(x)) != EX_OK ||
	    (rc = choose_format(x)) != EX_OK ||
	    (rc = choose_delimiter(x)) != EX_OK ||
	    (rc = choose_columns(x)) != EX_OK ||
	    (rc = choose_only(x)) != EX_OK ||
	    (rc = days_read(&x->days, cli)) != EX_OK)
		return rc;
	selection_use(x, x->formats[0]);
	if (cli_option(x->cli, "no-bom") != NULL)
		x->shape.bom = 0;
	if (cli_option(x->cli, "plain") != NULL)
		x->shape.protect = 0;
	if (x->format == TABLE_XLSX && isatty(STDOUT_FILENO) &&
	    cli_option(x->cli, "output") == NULL &&
	    cli_option(x->cli, "every-day") == NULL)
		return cli_fail(x->cli, EX_USAGE,
		    "xlsx is nothing for a terminal; name a file: -o "
		    "%s.xlsx",
		    people ? "people" : "leads");
	return EX_OK;
}

int
selection_of_sought(struct selection *x, struct cli *cli,
    const struct seek *seek, enum table_format format)
{
	int rc;

	memset(x, 0, sizeof(*x));
	x->cli = cli;
	rc = endpoints_choose(&x->endpoints, cli, ENDPOINTS_ALL);
	x->shape = cli->settings.shape;
	x->format = format;
	x->unique = x->people = 1;
	x->seek = seek;
	return rc;
}

void
selection_free(struct selection *x)
{
	endpoints_free(&x->endpoints);
}

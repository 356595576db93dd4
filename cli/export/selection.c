/* selection: which leads are to be exported, and how; see selection.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/export/selection.h"

static const char *const formats[] = {[TABLE_CSV] = "csv",
    [TABLE_TSV] = "tsv",
    [TABLE_JSONL] = "jsonl",
    [TABLE_XLSX] = "xlsx"};

/* In either case; -1 when there is none of that name. */
static int
find_format(const char *word)
{
	int i;

	for (i = TABLE_CSV; i <= TABLE_XLSX; i++)
		if (strcasecmp(word, formats[i]) == 0)
			return i;
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

static int
choose_format(struct selection *x)
{
	const char *word = cli_option(x->cli, "format");
	const char *file = cli_option(x->cli, "output");
	const char *ending = file == NULL ? NULL : find_ending(file);
	int asked = word == NULL ? -1 : find_format(word);
	int named = ending == NULL ? -1 : find_format(ending);

	if (word != NULL && asked == -1)
		return cli_fail(x->cli, EX_USAGE,
		    "\"%s\" is none of csv, tsv, xlsx, jsonl", word);
	if (word == NULL && ending != NULL && named == -1)
		return cli_fail(x->cli, EX_USAGE,
		    "a file that ends in .%.40s can't be made; let its name "
		    "end in .csv, .tsv, .xlsx or .jsonl, or name the format "
		    "with --format",
		    ending);
	if (asked != -1 && named != -1 && asked != named)
		return cli_fail(x->cli, EX_USAGE,
		    "the file's name ends in .%s, and --format says %s; let "
		    "both be the same, or leave --format out",
		    ending, word);
	if (asked == -1)
		asked = named == -1 ? TABLE_CSV : named;
	x->format = (enum table_format)asked;
	return EX_OK;
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
	size_t i;

	if (x->format == TABLE_TSV)
		x->shape.delimiter = '\t';
	else if (x->shape.format == SHEET_TSV)
		x->shape.delimiter = ',';
	if (word == NULL)
		return EX_OK;
	if (x->format != TABLE_CSV)
		return cli_fail(x->cli, EX_USAGE,
		    "--delimiter is for csv; %s has none to choose",
		    formats[x->format]);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i].word) == 0) {
			x->shape.delimiter = words[i].c;
			return EX_OK;
		}
	return cli_fail(x->cli, EX_USAGE,
	    "\"%s\" is none of comma, semicolon, tab, pipe", word);
}

/* The number of a column, or -1 once it is said that there is none here. */
static int
find_column(const struct selection *x, const char *name, size_t n)
{
	int column = column_find(name, n);
	const char *near;
	char word[64];

	if (column != -1 && (!column_is_of_history(column) || x->unique))
		return column;
	(void)snprintf(word, sizeof(word), "%.*s", (int)n, name);
	if (column != -1) {
		(void)cli_fail(x->cli, EX_USAGE,
		    "%s is of a person, and not of a lead; say --unique, or "
		    "run \"leadsheet people\"",
		    word);
		return -1;
	}
	near = column_nearest(word);
	(void)cli_fail(x->cli, EX_USAGE,
	    "there is no column \"%s\"%s%s%s (leadsheet.conf(5) lists them)",
	    word, near == NULL ? "" : "; did you mean ",
	    near == NULL ? "" : near, near == NULL ? "" : "?");
	return -1;
}

static void
add_column(struct selection *x, int column)
{
	x->heads[x->ncolumns] = column_get(column);
	x->columns[x->ncolumns++] = column;
}

/* Without --columns: what the sheets have, and what is known of a person. */
static void
add_columns(struct selection *x)
{
	int column;
	size_t i;

	for (i = 0; i < x->shape.ncolumns && x->ncolumns < SHAPE_COLUMNS; i++)
		if (!x->people || column_is_of_person(x->shape.columns[i]))
			add_column(x, x->shape.columns[i]);
	for (column = COLUMN_FIRST_SEEN; x->unique && column <= COLUMN_SIGNALS;
	     column++)
		add_column(x, column);
}

static int
choose_columns(struct selection *x)
{
	const char *list = cli_option(x->cli, "columns"), *end;
	int column;
	size_t i;

	if (list == NULL)
		add_columns(x);
	while (list != NULL) {
		end = strchrnul(list, ',');
		if ((column = find_column(x, list, (size_t)(end - list))) == -1)
			return EX_USAGE;
		for (i = 0; i < x->ncolumns; i++)
			if (x->columns[i] == column)
				return cli_fail(x->cli, EX_USAGE,
				    "the column %s is named twice",
				    column_get(column).name);
		add_column(x, column);
		list = *end == '\0' ? NULL : end + 1;
	}
	return EX_OK;
}

static int
choose_only(struct selection *x)
{
	const char *text, *equals;
	struct selection_only *o;

	while (
	    (text = options_nth(&x->cli->options, "only", x->nonly)) != NULL) {
		if (x->nonly == SELECTION_ONLY_MAX)
			return cli_fail(x->cli, EX_USAGE,
			    "--only can be given %d times", SELECTION_ONLY_MAX);
		o = &x->only[x->nonly++];
		if ((equals = strchr(text, '=')) == NULL)
			return cli_fail(x->cli, EX_USAGE,
			    "write --only as FIELD=VALUE, like --only "
			    "engagement_type=comment");
		o->column = find_column(x, text, (size_t)(equals - text));
		if (o->column == -1)
			return EX_USAGE;
		if (column_is_of_history(o->column))
			return cli_fail(x->cli, EX_USAGE,
			    "--only looks at leads, which have no %s",
			    column_get(o->column).name);
		o->value = equals + 1;
		o->len = strlen(o->value);
	}
	return EX_OK;
}

/*
 * --last 7d: so many days, weeks, months or years up to today, which is one of
 * them.
 */
static int
choose_last(struct selection *x, const char *text)
{
	char today[UTC_DAY_SIZE], before[UTC_DAY_SIZE], *unit;
	long n = strtol(text, &unit, 10);

	if (cli_option(x->cli, "from") != NULL ||
	    cli_option(x->cli, "to") != NULL)
		return cli_fail(x->cli, EX_USAGE,
		    "--last ends today; leave out --from and --to, or say "
		    "them alone");
	utc_day(utc_now(), today);
	if (text[0] < '1' || text[0] > '9' || unit[0] == '\0' ||
	    unit[1] != '\0' || utc_before(today, n, *unit, before) == -1)
		return cli_fail(x->cli, EX_USAGE,
		    "\"%s\" is no time; write --last 7d, or so many w, m, y",
		    text);
	/* Before 1970 nothing came. */
	if (utc_day_number(before) != -1)
		utc_day_of_number(utc_day_number(before) + 1, x->from);
	return EX_OK;
}

static int
choose_days(struct selection *x)
{
	const char *from = cli_option(x->cli, "from");
	const char *to = cli_option(x->cli, "to");
	const char *last = cli_option(x->cli, "last");
	const char *since = cli_option(x->cli, "new-since");
	int rc = EX_OK;

	if (since != NULL)
		rc = cli_day(x->cli, since, x->since);
	if (rc == EX_OK && last != NULL)
		return choose_last(x, last);
	if (rc == EX_OK && from != NULL)
		rc = cli_day(x->cli, from, x->from);
	if (rc == EX_OK && to != NULL)
		rc = cli_day(x->cli, to, x->to);
	if (rc == EX_OK && from != NULL && to != NULL &&
	    strcmp(x->from, x->to) > 0)
		return cli_fail(x->cli, EX_USAGE,
		    "--from %s is later than --to %s", x->from, x->to);
	return rc;
}

int
selection_read(struct selection *x, struct cli *cli, int people)
{
	int rc;

	memset(x, 0, sizeof(*x));
	x->cli = cli;
	if ((rc = cli_endpoint(
		 cli, cli_option(cli, "endpoint"), &x->endpoint)) != EX_OK ||
	    (rc = cli_use_settings(cli, &x->endpoint)) != EX_OK)
		return rc;
	x->shape = cli->settings.shape;
	x->people = people;
	x->unique = people || cli_option(cli, "unique") != NULL;
	if ((rc = choose_format(x)) != EX_OK ||
	    (rc = choose_delimiter(x)) != EX_OK ||
	    (rc = choose_columns(x)) != EX_OK ||
	    (rc = choose_only(x)) != EX_OK || (rc = choose_days(x)) != EX_OK)
		return rc;
	if (cli_option(x->cli, "no-bom") != NULL)
		x->shape.bom = 0;
	if (cli_option(x->cli, "plain") != NULL)
		x->shape.protect = 0;
	if (x->format == TABLE_XLSX && isatty(STDOUT_FILENO) &&
	    cli_option(x->cli, "output") == NULL)
		return cli_fail(x->cli, EX_USAGE,
		    "xlsx is nothing for a terminal; name a file: -o "
		    "%s.xlsx",
		    people ? "people" : "leads");
	return EX_OK;
}

int
selection_has(const struct selection *x, const struct record *r,
    struct leads *leads, size_t lead, struct fault *f)
{
	char at[UTC_LOCAL_SIZE];
	struct sheet_value v;
	size_t i;

	for (i = 0; i < x->nonly; i++) {
		const struct selection_only *o = &x->only[i];

		if (sheet_value(o->column, r, leads, lead, &v, f) == -1)
			return -1;
		if (v.type == SHEET_TIME) {
			/* A day, or as much of the time as was written. */
			utc_local(v.time, at);
			if (strncmp(at, o->value, o->len) != 0)
				return 0;
		} else if (v.len != o->len ||
			   (v.len > 0 &&
			       memcmp(v.data, o->value, o->len) != 0)) {
			return 0;
		}
	}
	return 1;
}

int
selection_wants_day(const struct selection *x, const char *day)
{
	return (x->from[0] == '\0' || strcmp(day, x->from) >= 0) &&
	       (x->to[0] == '\0' || strcmp(day, x->to) <= 0);
}

int
selection_judges(const struct selection *x, const struct record *r,
    struct leads *leads, size_t lead, int *shows, int *lists, struct fault *f)
{
	char day[UTC_DAY_SIZE];
	int has = selection_has(x, r, leads, lead, f);

	*shows = *lists = has == 1;
	if (has == 1 && (x->from[0] != '\0' || x->to[0] != '\0')) {
		utc_day(r->received, day);
		*lists = selection_wants_day(x, day);
		/* Who is listed by people is shown as they are now. */
		*shows = x->people || *lists;
	}
	return has == -1 ? -1 : 0;
}

int
selection_is_new(const struct selection *x, int64_t first_seen)
{
	char day[UTC_DAY_SIZE];

	if (x->since[0] == '\0')
		return 1;
	utc_day(first_seen, day);
	return strcmp(day, x->since) >= 0;
}

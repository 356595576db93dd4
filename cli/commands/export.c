/* leadsheet export: leads as a file of another form, from the journal. */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/export.h"
#include "cli/everyday/everyday.h"
#include "cli/export/rows.h"
#include "cli/export/unread.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "profile/profiles.h"

const struct flag export_flags[] = {
    {"endpoint", 0, "A,B,...", "whose leads, where there are several; or all"},
    {"from", 0, "DAY", "the first day, like 2026-11-23 or yesterday"},
    {"to", 0, "DAY", "the last day"},
    {"last", 0, "TIME", "the last days, like 7d, or so many w, m, y"},
    {"format", 0, "FORMAT", "csv, tsv, xlsx or jsonl (as FILE ends)"},
    {"columns", 0, "A,B,...", "these columns, in this order"},
    {"delimiter", 0, "NAME", "comma, semicolon, tab or pipe"},
    {"no-bom", 0, NULL, "csv, tsv: without a byte order mark"},
    {"plain", 0, NULL, "csv, tsv: formulas and dates unprotected"},
    {"profile", 0, "NAME",
	"hubspot, salesforce, pipedrive, google-contacts; list"},
    {"only", 0, "FIELD=VALUE", "such leads; also != ~ !~ > < >= <= for the ="},
    {"new", 0, "NAME", "what came since the last export of that name"},
    {"peek", 0, NULL, "with --new: look, and have it stay new"},
    {"unique", 0, NULL, "one row a person: the newest, and how often"},
    {"output", 'o', "FILE", "write there, all or nothing"},
    {"every-day", 0, "DIR", "keep a file for each day there"},
    {NULL, 0, NULL, NULL},
};

struct export
{
	struct selection *selection;
	struct output output;
	struct table *table;
	struct rows rows;
	struct unread unread; /* with --new */
};

static int
make(struct export *x, struct fault *f)
{
	struct selection *s = x->selection;
	const struct sink sink = output_sink(&x->output);

	x->table =
	    table_open(s->format, s->heads, s->ncolumns, &s->shape, &sink, f);
	if (x->table == NULL)
		return -1;
	x->rows.selection = s;
	x->rows.output = &x->output;
	x->rows.sink = sink;
	x->rows.table = x->table;
	x->rows.unread = &x->unread;
	table_head(x->table);
	if (rows_write(&x->rows, f) == -1 || table_finish(x->table, f) == -1)
		return -1;
	/* A large workbook takes its time to be finished. */
	if (terminal_stopped() != 0)
		return output_stopped(&x->output, f);
	return output_commit(&x->output, f);
}

/* What was done, for a person; a program reads the output. */
static void
tell(const struct export *x)
{
	const char *noun = x->selection->unique ? "people" : "leads";
	char rows[PROGRESS_NUMBER_SIZE];

	if (x->rows.count == 1)
		noun = x->selection->unique ? "person" : "lead";
	output_tell(&x->output, stderr, "%s %s%s",
	    progress_number(x->rows.count, rows),
	    x->unread.name == NULL ? "" : "new ", noun);
}

int
export_complain_damaged(
    const struct cli *cli, int64_t lines, const char *endpoint)
{
	char bad[PROGRESS_NUMBER_SIZE];

	return cli_fail(cli, EX_DATAERR,
	    "%s line%s of the journal %s damaged and left out; \"leadsheet "
	    "check %s\" tells where",
	    progress_number(lines, bad), lines == 1 ? "" : "s",
	    lines == 1 ? "is" : "are", endpoint);
}

static int
run(struct export *x)
{
	const struct pass_damage *d = &x->rows.damage;
	struct fault f = {0};
	int rc;

	if (make(x, &f) == -1)
		/* Who reads no more, as "head", knows it. */
		return f.err == EPIPE ? EX_IOERR
		                      : cli_fault(x->selection->cli, &f);
	tell(x);
	if ((rc = unread_commit(&x->unread, &x->output)) != EX_OK)
		return rc;
	return d->lines == 0 ? EX_OK
	                     : export_complain_damaged(
				   x->selection->cli, d->lines, d->first->name);
}

/* A word without an option: most likely a day. */
static int
complain_argument(const struct cli *cli, const char *word)
{
	const char *name = cli->command->name;
	char day[UTC_DAY_SIZE];

	if (strcmp(word, "today") != 0 && strcmp(word, "yesterday") != 0 &&
	    !utc_is_day(word))
		return cli_fail(cli, EX_USAGE,
		    "it takes no \"%s\"; try \"leadsheet %s --help\"", word,
		    name);
	(void)cli_day(cli, word, day);
	return cli_fail(cli, EX_USAGE,
	    "days are told by --from and --to: \"leadsheet %s --from %s "
	    "--to %s\"",
	    name, day, day);
}

static int
keep_every_day(struct cli *cli)
{
	static const char *const others[] = {"output", "new", "peek", NULL};
	size_t i;

	for (i = 0; others[i] != NULL; i++)
		if (cli_option(cli, others[i]) != NULL)
			return cli_fail(cli, EX_USAGE,
			    "--every-day and --%s don't go together: it makes "
			    "a file of each day's leads; leave one out",
			    others[i]);
	return everyday_run(cli, cli_option(cli, "every-day"));
}

/* All that there are, as leadsheet.conf would have them. */
static int
list_profiles(const struct cli *cli)
{
	struct bytes list = {0};
	struct fault f = {0};
	int rc = EX_OK;

	profiles_write(&cli->conf, cli->conf_path, &list);
	if (bytes_check(&list, &f) == -1)
		rc = cli_fault(cli, &f);
	else
		(void)fwrite(list.data, 1, list.len, stdout);
	bytes_free(&list);
	return rc;
}

int
export_run_as(struct cli *cli, int people)
{
	const char *profile = cli_option(cli, "profile");
	struct selection s;
	struct export x = {.selection = &s};
	int rc;

	if (cli->options.narguments > 0)
		return complain_argument(cli, cli->options.arguments[0]);
	if (profile != NULL && strcmp(profile, PROFILES_LIST) == 0)
		return list_profiles(cli);
	if (cli_option(cli, "every-day") != NULL)
		return keep_every_day(cli);
	if ((rc = unread_read(&x.unread, cli)) != EX_OK)
		return rc;
	if ((rc = selection_read(&s, cli, people)) == EX_OK)
		rc = unread_open(&x.unread, &s.endpoints);
	if (rc == EX_OK)
		rc = output_open(&x.output, cli, cli_option(cli, "output"));
	if (rc == EX_OK)
		rc = run(&x);
	table_close(x.table);
	output_close(&x.output);
	unread_close(&x.unread);
	selection_free(&s);
	return rc;
}

int
export_run(struct cli *cli)
{
	return export_run_as(cli, 0);
}

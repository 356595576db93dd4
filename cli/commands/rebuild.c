/* leadsheet rebuild: sheets and index again from the journal. */
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "journal/journal.h"
#include "journal/segments.h"
#include "store/repair.h"
#include "upkeep/rebuild.h"

const struct flag rebuild_flags[] = {
    {"endpoint", 0, "NAME", "of this endpoint only"},
    {NULL, 0, NULL, NULL},
};

/* One run over the endpoints. */
struct run {
	struct progress progress;
	int any; /* was there a day to be made? */
};

/* Is the day one that was asked for? */
static int
is_wanted(const struct cli *cli, const char *day)
{
	char wanted[UTC_DAY_SIZE];
	int i;

	for (i = 0; i < cli->options.narguments; i++)
		if (cli_day(cli, cli->options.arguments[i], wanted) == EX_OK &&
		    strcmp(wanted, day) == 0)
			return 1;
	return cli->options.narguments == 0;
}

static void
say(const struct repair *r, const char *day, const struct rebuild *made)
{
	char rows[PROGRESS_NUMBER_SIZE], tests[PROGRESS_NUMBER_SIZE];
	size_t i;

	(void)printf("%s %s: %s row%s", r->endpoint.name, day,
	    progress_number(made->leads, rows), made->leads == 1 ? "" : "s");
	if (made->tests > 0)
		(void)printf(
		    ", %s of tests", progress_number(made->tests, tests));
	(void)putchar('\n');
	for (i = 0; i < made->nmoved; i++)
		if (made->moved[i].differs)
			(void)printf("  %s was another; it is now "
				     "%s/replaced/%s\n",
			    made->moved[i].name, r->books.sheets,
			    made->moved[i].to);
	(void)fflush(stdout);
}

static int
make_day(struct cli *cli, struct repair *r, const char *day, struct run *run)
{
	struct rebuild made;
	struct fault f = {0};
	int rc = EX_OK;

	if (rebuild_day(r, day, &made, &f) == -1) {
		progress_end(&run->progress);
		rc = cli_fault(cli, &f);
		(void)cli_fail(cli, rc,
		    "nothing is lost: what was there is in %s/replaced; run "
		    "\"leadsheet rebuild %s\" again",
		    r->books.sheets, day);
	} else if (made.has_journal) {
		run->any = 1;
		progress_clear(&run->progress);
		say(r, day, &made);
	}
	rebuild_free(&made);
	return rc;
}

static int
stopped(struct cli *cli, struct run *run)
{
	progress_end(&run->progress);
	return cli_fail(cli, EX_TEMPFAIL,
	    "stopped; the days so far are done, run it again for the rest");
}

static int
make_days(
    struct cli *cli, struct repair *r, struct segments *all, struct run *run)
{
	struct segments one = {.n = 1};
	size_t i;
	int rc = EX_OK;

	for (i = 0; i < all->n && rc == EX_OK; i++) {
		one.list = &all->list[i];
		if (terminal_stopped() != 0)
			return stopped(cli, run);
		if (i == 0 || strcmp(one.list->day, one.list[-1].day) != 0)
			rc = make_day(cli, r, one.list->day, run);
		progress_add(
		    &run->progress, segments_bytes(r->books.journal, &one), 1);
	}
	return rc;
}

static int
rebuild_one(struct cli *cli, const struct endpoint *e, void *context)
{
	struct run *run = context;
	struct segments all = {0};
	struct repair r;
	struct fault f = {0};
	struct stat st;
	size_t i, kept = 0;
	int rc = EX_OK;

	repair_open(&r, e, &cli->settings, &cli->boot);
	if (lstat(r.books.journal, &st) == 0 &&
	    segments_list(r.books.journal, &all, &f) == -1) {
		rc = cli_fault(cli, &f);
		goto out;
	}
	for (i = 0; i < all.n; i++)
		if (is_wanted(cli, all.list[i].day))
			all.list[kept++] = all.list[i];
	all.n = kept;
	progress_begin(&run->progress, "rebuilding", "files",
	    segments_bytes(r.books.journal, &all));
	if (cli->options.narguments == 0) {
		if (rebuild_index(&r, &f) == -1) {
			rc = cli_fault(cli, &f);
			goto out;
		}
		(void)printf("%s: the index is made again\n", e->name);
		run->any = 1;
	}
	rc = make_days(cli, &r, &all, run);
	progress_end(&run->progress);
out:
	segments_free(&all);
	repair_close(&r);
	return rc;
}

int
rebuild_run(struct cli *cli)
{
	struct run run = {.any = 0};
	char day[UTC_DAY_SIZE];
	int i, rc;

	for (i = 0; i < cli->options.narguments; i++)
		if ((rc = cli_day(cli, cli->options.arguments[i], day)) !=
		    EX_OK)
			return rc;
	rc = cli_chosen_endpoints(cli, rebuild_one, &run);
	if (rc == EX_OK && !run.any)
		return cli_fail(cli, EX_NOINPUT,
		    cli->options.narguments == 0
			? "there is no endpoint yet; run \"leadsheet endpoint "
			  "add main\""
			: "no journal has such a day, so its sheets stay as "
			  "they are");
	return rc;
}

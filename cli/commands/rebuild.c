/* leadsheet rebuild: sheets and index again from the journal. */
#include <string.h>

#include "cli/cli.h"
#include "cli/commands/finish.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "journal/segments.h"
#include "store/hold.h"
#include "upkeep/rebuild.h"

const struct flag rebuild_flags[] = {
    {"endpoint", 0, "NAME", "of this endpoint only"},
    {NULL, 0, NULL, NULL},
};

/* One run over the endpoints. */
struct run {
	struct progress progress;
	const struct bytes *days; /* a newline behind each; none: every day */
	int any;                  /* was there a day to be made? */
	int resumes;              /* what was cut off */
	int silent; /* another command says what it does, as JSON */
};

static void
say(const struct hold *h, const char *day, const struct rebuild *made)
{
	char rows[PROGRESS_NUMBER_SIZE], tests[PROGRESS_NUMBER_SIZE];
	size_t i;

	(void)printf("%s %s: %s row%s", h->endpoint.name, day,
	    progress_number(made->leads, rows), made->leads == 1 ? "" : "s");
	if (made->tests > 0)
		(void)printf(
		    ", %s of tests", progress_number(made->tests, tests));
	(void)puts(made->is_new ? "" : ", as they were");
	for (i = 0; i < made->nmoved; i++)
		if (made->moved[i].differs)
			(void)printf("  %s was another; it is now "
				     "%s/replaced/%s\n",
			    made->moved[i].name, h->sheets, made->moved[i].to);
	(void)fflush(stdout);
}

static int
make_day(struct cli *cli, struct hold *h, const char *day, struct run *run)
{
	struct rebuild made;
	struct fault f = {0};
	int rc = EX_OK;

	if (rebuild_day(h, day, &made, &f) == -1) {
		progress_end(&run->progress);
		rc = cli_fault(cli, &f);
		(void)cli_fail(cli, rc,
		    "nothing is lost: what was there is in %s/replaced; run "
		    "\"leadsheet rebuild %s --endpoint %s\" again",
		    h->sheets, day, h->endpoint.name);
	} else if (made.has_journal) {
		run->any = 1;
		progress_clear(&run->progress);
		if (!run->silent)
			say(h, day, &made);
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
    struct cli *cli, struct hold *h, struct segments *all, struct run *run)
{
	struct segments one = {.n = 1};
	size_t i;
	int rc = EX_OK;

	for (i = 0; i < all->n && rc == EX_OK; i++) {
		one.list = &all->list[i];
		if (terminal_stopped() != 0)
			return stopped(cli, run);
		if (i == 0 || strcmp(one.list->day, one.list[-1].day) != 0)
			rc = make_day(cli, h, one.list->day, run);
		progress_add(
		    &run->progress, segments_bytes(h->journal, &one), 1);
	}
	return rc;
}

/* The days that are asked for, of those that the journal has. */
static int
list_days(struct hold *h, const struct run *run, struct segments *all,
    struct fault *f)
{
	size_t i, kept = 0;

	if (segments_list(h->journal, NULL, all, f) == -1)
		return -1;
	for (i = 0; i < all->n; i++)
		if (run->days->len == 0 ||
		    pending_has(run->days, all->list[i].day, UTC_DAY_SIZE - 1))
			all->list[kept++] = all->list[i];
	all->n = kept;
	return 0;
}

static int
make_all(struct cli *cli, struct hold *h, struct segments *all, struct run *run)
{
	struct fault f = {0};
	int rc = EX_OK;

	if (rebuild_start(h, run->days, &f) == -1)
		return cli_fault(cli, &f);
	progress_begin(&run->progress, "rebuilding", "files",
	    segments_bytes(h->journal, all));
	if (run->days->len == 0) {
		if (rebuild_index(h, &f) == -1)
			return cli_fault(cli, &f);
		if (!run->silent)
			(void)printf(
			    "%s: the index is made again\n", h->endpoint.name);
		run->any = 1;
	}
	rc = make_days(cli, h, all, run);
	progress_end(&run->progress);
	if (rc == EX_OK && rebuild_finish(h, &f) == -1)
		rc = cli_fault(cli, &f);
	return rc;
}

static int
rebuild_one(struct cli *cli, const struct endpoint *e, void *context)
{
	struct run *run = context;
	struct segments all = {0};
	struct hold h;
	struct fault f = {0};
	int rc;

	hold_init(&h, e, &cli->settings, &cli->boot);
	if (list_days(&h, run, &all, &f) == -1)
		rc = cli_fault(cli, &f);
	else if (all.n == 0 && run->days->len > 0 && !run->resumes)
		rc = EX_OK;
	else
		rc = make_all(cli, &h, &all, run);
	segments_free(&all);
	hold_close(&h);
	return rc;
}

int
rebuild_pending(
    struct cli *cli, const struct endpoint *e, const struct bytes *days)
{
	struct run run = {.days = days, .resumes = 1};

	run.silent = cli_option(cli, "json") != NULL;
	return rebuild_one(cli, e, &run);
}

/* What an earlier run has left, of other days perhaps. */
static int
resume_one(struct cli *cli, const struct endpoint *e, void *context)
{
	const struct run *run = context;
	struct pending p = {0};
	struct fault f = {0};
	int rc = EX_OK;

	if (pending_read(e, &p, &f) == -1)
		rc = cli_fault(cli, &f);
	/* Where every day is asked for, those are among them. */
	else if (p.task == PENDING_REBUILD && run->days->len > 0)
		rc = rebuild_pending(cli, e, &p.days);
	pending_free(&p);
	return rc;
}

/* The days on the command line. */
static int
read_days(struct cli *cli, struct bytes *days)
{
	char day[UTC_DAY_SIZE];
	struct fault f = {0};
	int i, rc;

	for (i = 0; i < cli->options.narguments; i++) {
		rc = cli_day(cli, cli->options.arguments[i], day);
		if (rc != EX_OK)
			return rc;
		pending_add(days, day, strlen(day));
	}
	return bytes_check(days, &f) == -1 ? cli_fault(cli, &f) : EX_OK;
}

int
rebuild_run(struct cli *cli)
{
	struct bytes days = {0};
	struct run run = {.days = &days};
	int rc = read_days(cli, &days);

	if (rc == EX_OK)
		rc = finish_others(cli, PENDING_REBUILD);
	if (rc == EX_OK)
		rc = cli_chosen_endpoints(cli, resume_one, &run);
	if (rc == EX_OK)
		rc = cli_chosen_endpoints(cli, rebuild_one, &run);
	if (rc == EX_OK && !run.any)
		rc = cli_fail(cli, EX_NOINPUT,
		    days.len == 0
			? "there is no endpoint yet; run \"leadsheet endpoint "
			  "add main\""
			: "no journal has such a day, so its sheets stay as "
			  "they are");
	bytes_free(&days);
	return rc;
}

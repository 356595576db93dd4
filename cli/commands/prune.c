/* leadsheet prune: old days leave. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands/finish.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "store/hold.h"
#include "upkeep/prune.h"

const struct flag prune_flags[] = {
    {"keep", 0, "TIME", "days that stay: 400d, or so many w, m, y"},
    {"endpoint", 0, "NAME", "of this endpoint only"},
    {"dry-run", 'n', NULL, "only say what would go"},
    {"yes", 'y', NULL, "don't ask"},
    {"json", 0, NULL, "as JSON, one object a day"},
    {NULL, 0, NULL, NULL},
};

/* One run over the endpoints. */
struct run {
	struct progress progress;
	char before[UTC_DAY_SIZE]; /* the first day that stays */
	int dry;                   /* count, and say it where say is set */
	int say;
	int resumes;
	size_t days;
	int64_t bytes;
};

/* The days' files of one endpoint. */
struct old {
	struct hold hold;
	struct listing files;
};

static int
open_old(struct cli *cli, const struct endpoint *e, const struct run *run,
    struct old *old)
{
	struct fault f = {0};

	memset(old, 0, sizeof(*old));
	hold_init(&old->hold, e, &cli->settings, &cli->boot);
	if (prune_list(e, run->before, &old->files, &f) == 0)
		return EX_OK;
	return cli_fault(cli, &f);
}

static void
close_old(struct old *old)
{
	listing_free(&old->files);
	hold_close(&old->hold);
}

/* How many files from the ith on are of one day. */
static size_t
count_day(const struct listing *files, size_t i, int64_t *bytes)
{
	const char *day = files->list[i].name.day;
	size_t n = 0;

	for (*bytes = 0;
	     i + n < files->n && strcmp(day, files->list[i + n].name.day) == 0;
	     n++)
		*bytes += files->list[i + n].size;
	return n;
}

static void
say(const struct cli *cli, const struct run *run, const char *name,
    const char *day, size_t files, int64_t bytes)
{
	char size[PROGRESS_NUMBER_SIZE];

	if (cli_option(cli, "json") != NULL)
		(void)printf("{\"endpoint\":\"%s\",\"day\":\"%s\",\"files\":"
			     "%zu,\"bytes\":%lld,\"removed\":%s}\n",
		    name, day, files, (long long)bytes,
		    run->dry ? "false" : "true");
	else
		(void)printf("%s %s: %zu file%s, %s\n", name, day, files,
		    files == 1 ? "" : "s", progress_bytes(bytes, size));
	(void)fflush(stdout);
}

static int
stopped(struct cli *cli, struct run *run)
{
	progress_end(&run->progress);
	return cli_fail(cli, EX_TEMPFAIL,
	    "stopped; the days so far are gone, run it again for the rest");
}

/* It was not removed, or not whole. */
static int
failed(struct cli *cli, struct run *run, const char *day, const struct fault *f)
{
	int rc;

	progress_end(&run->progress);
	rc = cli_fault(cli, f);
	return cli_fail(cli, rc,
	    "%s isn't removed whole; run it again when that is mended", day);
}

static int
prune_days(struct cli *cli, struct old *old, struct run *run)
{
	const char *name = old->hold.endpoint.name, *day;
	struct fault f = {0};
	int64_t bytes;
	size_t i, n;

	for (i = 0; i < old->files.n; i += n) {
		n = count_day(&old->files, i, &bytes);
		day = old->files.list[i].name.day;
		if (terminal_stopped() != 0)
			return stopped(cli, run);
		if (!run->dry && prune_day(&old->hold, day, &f) == -1)
			return failed(cli, run, day, &f);
		run->days++;
		run->bytes += bytes;
		if (!run->dry)
			progress_add(&run->progress, bytes, 1);
		if (run->say) {
			progress_clear(&run->progress);
			say(cli, run, name, day, n, bytes);
		}
	}
	return EX_OK;
}

static int
prune_one(struct cli *cli, const struct endpoint *e, void *context)
{
	const struct run *run = context;
	struct fault f = {0};
	struct old old;
	int rc = open_old(cli, e, run, &old), works;

	/* What was cut off is over, also where nothing is left of it. */
	works = rc == EX_OK && !run->dry && (old.files.n > 0 || run->resumes);
	if (works && prune_start(&old.hold, run->before, &f) == -1)
		rc = cli_fault(cli, &f);
	if (rc == EX_OK)
		rc = prune_days(cli, &old, context);
	if (rc == EX_OK && works && prune_finish(&old.hold, &f) == -1)
		rc = cli_fault(cli, &f);
	close_old(&old);
	return rc;
}

int
prune_pending(struct cli *cli, const struct endpoint *e, const char *before)
{
	struct run run = {.say = 1, .resumes = 1};

	/* Another command says what it does, as JSON. */
	if (cli->command->run != prune_run && cli_option(cli, "json") != NULL)
		run.say = 0;
	(void)snprintf(run.before, sizeof(run.before), "%s", before);
	return prune_one(cli, e, &run);
}

/* What an earlier run has left, which may have kept less. */
static int
resume_one(struct cli *cli, const struct endpoint *e, void *context)
{
	struct pending p = {0};
	struct fault f = {0};
	int rc = EX_OK;

	(void)context;
	if (pending_read(e, &p, &f) == -1)
		rc = cli_fault(cli, &f);
	else if (p.task == PENDING_PRUNE)
		rc = prune_pending(cli, e, p.before);
	pending_free(&p);
	return rc;
}

/* The first day that stays. */
static int
read_keep(struct cli *cli, char before[static UTC_DAY_SIZE])
{
	const char *keep = cli_option(cli, "keep");
	char today[UTC_DAY_SIZE], *end;
	long n;

	if (keep == NULL)
		return cli_fail(cli, EX_USAGE,
		    "say how long the days stay: \"leadsheet prune --keep "
		    "400d\"");
	n = strtol(keep, &end, 10);
	utc_day(utc_now(), today);
	if (keep[0] < '0' || keep[0] > '9' || n < 1 || end[0] == '\0' ||
	    end[1] != '\0' || utc_before(today, n, end[0], before) == -1)
		return cli_fail(cli, EX_USAGE,
		    "\"%s\" is no time to keep; write a number and d, w, m or "
		    "y for days, weeks, months or years, like 400d",
		    keep);
	return EX_OK;
}

/* What is about to be done was counted; is it to be done? */
static int
may_go_on(struct cli *cli, const struct run *run)
{
	char question[256], size[PROGRESS_NUMBER_SIZE];

	(void)snprintf(question, sizeof(question),
	    "Remove %zu day%s before %s (%s), for good?", run->days,
	    run->days == 1 ? "" : "s", run->before,
	    progress_bytes(run->bytes, size));
	if (cli_option(cli, "yes") != NULL || cli_ask(cli, question))
		return 1;
	return 0;
}

int
prune_run(struct cli *cli)
{
	struct run run = {.dry = 1}, plan;
	char size[PROGRESS_NUMBER_SIZE];
	int rc = read_keep(cli, run.before);
	int dry = cli_option(cli, "dry-run") != NULL;
	int json = cli_option(cli, "json") != NULL;

	if (rc != EX_OK)
		return rc;
	if (!dry &&
	    ((rc = finish_others(cli, PENDING_PRUNE)) != EX_OK ||
		(rc = cli_chosen_endpoints(cli, resume_one, NULL)) != EX_OK))
		return rc;
	plan = run;
	plan.say = dry;
	if ((rc = cli_chosen_endpoints(cli, prune_one, &plan)) != EX_OK)
		return rc;
	if (!dry && plan.days > 0) {
		if (!may_go_on(cli, &plan))
			return cli_fail(cli,
			    isatty(STDIN_FILENO) ? EX_OK : EX_USAGE,
			    "nothing is removed%s",
			    isatty(STDIN_FILENO) ? "" : "; say --yes");
		run.dry = 0;
		run.say = 1;
		progress_begin(&run.progress, "pruning", "days", plan.bytes);
		rc = cli_chosen_endpoints(cli, prune_one, &run);
		progress_end(&run.progress);
		plan = run;
	}
	if (rc == EX_OK && !json && plan.days == 0)
		(void)printf("there is nothing from before %s\n", run.before);
	else if (rc == EX_OK && !json)
		(void)printf("%zu day%s before %s, %s %s\n", plan.days,
		    plan.days == 1 ? "" : "s", run.before,
		    progress_bytes(plan.bytes, size),
		    dry ? "would go" : "gone; their deliveries stay known");
	return rc;
}

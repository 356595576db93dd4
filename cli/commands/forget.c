/* leadsheet forget: the right to erasure. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands/finish.h"
#include "cli/commands/leftovers.h"
#include "cli/commands/remains.h"
#include "cli/commands/whom.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "config/secrets.h"
#include "store/hold.h"
#include "upkeep/forget.h"
#include "task/pending.h"
#include "upkeep/redaction.h"

const struct flag forget_flags[] = {
    {"resume", 0, NULL, "finish what was cut off"},
    {"endpoint", 0, "NAME", "of this endpoint only"},
    {"dry-run", 'n', NULL, "only say what would go"},
    {"yes", 'y', NULL, "don't ask"},
    {"json", 0, NULL, "as JSON, one object"},
    {NULL, 0, NULL, NULL},
};

/* An endpoint at which someone is to be forgotten. */
struct place_of_work {
	struct hold hold;
	struct settings settings; /* of the endpoint; the hold borrows them */
	struct pending mine;      /* whom, and what is known of them */
	int begun;                /* some of them at a time that was cut off */
	struct segments hits;
};

struct work {
	struct cli *cli;
	const char *urn; /* of the one asked for, or NULL */
	struct progress progress;
	const struct redaction *at;  /* the endpoint that is read */
	struct place_of_work **list; /* owned, and each of them */
	size_t n;
	int dry;           /* only say what would go */
	int goes_on;       /* nobody has said no */
	int begun;         /* there is what was cut off */
	int resumes;       /* and that is asked for */
	struct bytes urns; /* of all of them */
	int64_t total;     /* bytes of journal */
	int64_t leads, deliveries;
	size_t days;
	struct remains remains;
};

static void
free_work(struct work *w)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		hold_close(&w->list[i]->hold);
		pending_free(&w->list[i]->mine);
		segments_free(&w->list[i]->hits);
		free(w->list[i]);
	}
	free(w->list);
	remains_free(&w->remains);
	bytes_free(&w->urns);
}

static int
note_progress(void *context, int64_t bytes)
{
	struct work *w = context;

	progress_add(
	    &w->progress, bytes, w->at->leads + w->leads - w->progress.count);
	return terminal_stopped() != 0;
}

static int
note_line(void *context, const char *path, int64_t line, struct fault *f)
{
	return remains_add(&((struct work *)context)->remains, path, line, f);
}

/* Who is to be forgotten there: who was begun with, and the one asked for. */
static int
read_persons(
    struct work *w, struct place_of_work *p, const char *urn, struct fault *f)
{
	const struct endpoint *e = &p->hold.endpoint;

	if (pending_read(e, &p->mine, f) == -1)
		return -1;
	/* A dry run has not finished what another command has begun. */
	if (p->mine.task != PENDING_FORGET)
		pending_free(&p->mine);
	w->begun |= p->begun = p->mine.urns.len > 0;
	if (urn != NULL)
		pending_add(&p->mine.urns, urn, strlen(urn));
	bytes_add(&w->urns, p->mine.urns.data, p->mine.urns.len);
	w->total += segments_total(p->hold.journal);
	return bytes_check(&p->mine.urns, f) == -1 ? -1
	                                           : bytes_check(&w->urns, f);
}

static int
add_endpoint(struct cli *cli, const struct endpoint *e, void *context)
{
	struct work *w = context;
	struct place_of_work *p = calloc(1, sizeof(*p)), **longer;
	struct fault f = {0};

	longer = reallocarray(w->list, w->n + 1, sizeof(*w->list));
	if (longer != NULL)
		w->list = longer;
	if (p == NULL || longer == NULL) {
		free(p);
		return cli_fail(cli, EX_OSERR, "out of memory");
	}
	w->list[w->n++] = p;
	p->settings = cli->settings;
	hold_init(&p->hold, e, &p->settings, &cli->boot);
	return read_persons(w, p, w->urn, &f) == -1 ? cli_fault(cli, &f)
	                                            : EX_OK;
}

static int
stopped(struct work *w, int begun)
{
	progress_end(&w->progress);
	return cli_fail(w->cli, EX_TEMPFAIL,
	    begun ? "stopped; \"leadsheet forget --resume\" goes on"
		  : "stopped; nothing is changed");
}

/* Count what there is, and note where else someone stands. */
static int
scan(struct work *w, struct place_of_work *p)
{
	const struct redaction_watch watch = {w, note_progress, note_line};
	struct redaction g = {.watch = &watch};
	struct fault f = {0};
	size_t i;
	int rc = 0;

	if (p->mine.urns.len == 0)
		return EX_OK;
	/* For as long as g lives.  cppcheck-suppress autoVariables */
	w->at = &g;
	if (redaction_init(&g, &p->mine.urns, &f) == -1)
		rc = -1;
	else
		rc = forget_scan(p->hold.journal, &g, &p->hits, &f);
	pending_join(&p->mine.texts, &g.texts);
	w->leads += g.leads;
	w->deliveries += g.deliveries;
	for (i = 0; i < p->hits.n; i++)
		w->days += i == 0 || strcmp(p->hits.list[i].day,
					 p->hits.list[i - 1].day) != 0;
	redaction_free(&g);
	w->at = NULL;
	if (rc == 1)
		return stopped(w, 0);
	return rc == -1 ? cli_fault(w->cli, &f) : EX_OK;
}

/* Write the days anew, one after the other. */
static int
write_days(struct work *w, struct place_of_work *p, struct redaction *g,
    struct fault *f)
{
	size_t i;
	const char *before = "";

	if (forget_start(&p->hold, g, &p->mine, f) == -1)
		return -1;
	for (i = 0; i < p->hits.n; i++) {
		const char *day = p->hits.list[i].day;

		if (strcmp(day, before) == 0)
			continue;
		before = day;
		if (terminal_stopped() != 0)
			return 1;
		if (forget_day(&p->hold, g, &p->mine, day, f) == -1)
			return -1;
		progress_add(&w->progress, 0, 0);
	}
	return forget_sweep(&p->hold, g, &p->mine, f);
}

static int
write_endpoint(struct work *w, struct place_of_work *p)
{
	static const struct redaction_watch nobody;
	struct signature_secrets secrets = {NULL, 0};
	struct redaction g = {.watch = &nobody, .secrets = &secrets};
	struct fault f = {0};
	int rc = -1, status = EX_OK;

	/* What changes is signed anew. */
	if ((p->hits.n == 0 ||
		secrets_read(&p->hold.endpoint, &secrets, &f) == 0) &&
	    redaction_init(&g, &p->mine.urns, &f) == 0)
		rc = write_days(w, p, &g, &f);
	if (rc == 1)
		status = stopped(w, 1);
	if (rc == -1) {
		progress_end(&w->progress);
		/* Without persons it wasn't begun. */
		status = g.persons.n > 0
		             ? finish_later(w->cli, &p->hold.endpoint, &f)
		             : cli_fault(w->cli, &f);
	}
	redaction_free(&g);
	secrets_forget(&secrets);
	return status;
}

static void
say(const struct work *w)
{
	char leads[PROGRESS_NUMBER_SIZE], deliveries[PROGRESS_NUMBER_SIZE];

	if (cli_option(w->cli, "json") != NULL) {
		(void)printf("{\"leads\":%lld,\"deliveries\":%lld,\"days\":"
			     "%zu,\"dry_run\":%s,",
		    (long long)w->leads, (long long)w->deliveries, w->days,
		    w->dry ? "true" : "false");
		remains_json(&w->remains);
		(void)printf("}\n");
		return;
	}
	if (w->leads == 0)
		(void)puts("nobody with that urn, profile URL or whole name "
			   "is kept");
	else
		(void)printf("%s lead%s %s, from %s deliver%s on %zu day%s\n",
		    progress_number(w->leads, leads), w->leads == 1 ? "" : "s",
		    w->dry          ? "would go"
		    : w->leads == 1 ? "is gone"
				    : "are gone",
		    progress_number(w->deliveries, deliveries),
		    w->deliveries == 1 ? "y" : "ies", w->days,
		    w->days == 1 ? "" : "s");
	remains_print(&w->remains);
	if (w->dry && w->leads > 0)
		(void)puts("Edited sheets of these days stay, and are named "
			   "when it is done.");
}

/* What is about to be done was counted; is it to be done? */
static int
may_go_on(struct work *w)
{
	char question[256];

	if (w->leads == 0 || w->resumes || cli_option(w->cli, "yes") != NULL)
		return 1;
	(void)snprintf(question, sizeof(question),
	    "Erase %lld lead%s in %lld deliver%s of %zu day%s%s, for good?",
	    (long long)w->leads, w->leads == 1 ? "" : "s",
	    (long long)w->deliveries, w->deliveries == 1 ? "y" : "ies", w->days,
	    w->days == 1 ? "" : "s",
	    w->begun ? " (with what was cut off)" : "");
	return cli_ask(w->cli, question);
}

/* Read, ask, and take them out. */
static int
write_endpoints(struct work *w)
{
	size_t i;
	int rc = EX_OK;

	progress_begin(&w->progress, "reading", "leads", w->total);
	for (i = 0; i < w->n && rc == EX_OK; i++)
		rc = scan(w, w->list[i]);
	progress_clear(&w->progress);
	w->goes_on = rc == EX_OK && (w->dry || may_go_on(w));
	if (rc == EX_OK && !w->goes_on)
		return cli_fail(w->cli, isatty(STDIN_FILENO) ? EX_OK : EX_USAGE,
		    "nothing is changed%s",
		    isatty(STDIN_FILENO) ? "" : "; say --yes");
	/* Without a lead to go it is left as it is, unless it was begun. */
	for (i = 0; i < w->n && rc == EX_OK && !w->dry; i++)
		if (w->list[i]->hits.n > 0 || w->list[i]->begun)
			rc = write_endpoint(w, w->list[i]);
	progress_end(&w->progress);
	return rc;
}

/* Where else someone stands. */
static int
search_home(struct work *w)
{
	struct leftovers_place *places = calloc(w->n + 1, sizeof(*places));
	struct fault f = {0};
	size_t i;
	int rc = places == NULL ? fault_memory(&f) : 0;

	for (i = 0; i < w->n && rc == 0; i++) {
		places[i].hold = &w->list[i]->hold;
		places[i].pending = &w->list[i]->mine;
		places[i].hits = &w->list[i]->hits;
	}
	if (rc == 0)
		rc = leftovers_search(
		    w->cli->home, places, w->n, w->dry, &w->remains, &f);
	free(places);
	if (rc == 1)
		return cli_fail(w->cli, EX_TEMPFAIL,
		    w->dry ? "stopped; nothing is changed"
			   : "stopped; the leads are gone, but other files "
			     "were not looked through");
	return rc == -1 ? cli_fault(w->cli, &f) : EX_OK;
}

/* All is done, and what remains is known. */
static int
finish(struct work *w)
{
	struct fault f = {0};
	size_t i;

	for (i = 0; i < w->n && !w->dry; i++)
		if ((w->list[i]->hits.n > 0 || w->list[i]->begun) &&
		    forget_finish(
			&w->list[i]->hold, &w->list[i]->mine.urns, &f) == -1)
			return finish_later(
			    w->cli, &w->list[i]->hold.endpoint, &f);
	return EX_OK;
}

static int
run(struct work *w)
{
	int rc;

	if (w->urns.len == 0)
		return puts("there is nothing more to resume") < 0 ? EX_IOERR
		                                                   : EX_OK;
	if ((rc = write_endpoints(w)) != EX_OK || !w->goes_on)
		return rc;
	if ((rc = search_home(w)) == EX_OK && (rc = finish(w)) == EX_OK)
		say(w);
	return rc;
}

int
forget_pending(struct cli *cli, const struct endpoint *e)
{
	struct work w = {.cli = cli, .resumes = 1};
	int rc = add_endpoint(cli, e, &w);

	if (rc == EX_OK)
		rc = run(&w);
	free_work(&w);
	return rc;
}

/* Who is meant, where somebody is; the buffer owns the urn. */
static int
read_whom(struct work *w, struct bytes *urn)
{
	const char *whom = w->cli->options.arguments[0];
	int rc = EX_OK;

	if (whom == NULL && !w->resumes)
		return cli_fail(w->cli, EX_USAGE,
		    "say who: a urn, a profile's URL or a name; or --resume");
	if (!w->dry)
		rc = finish_others(w->cli, PENDING_FORGET);
	if (rc == EX_OK && whom != NULL)
		rc = whom_find(w->cli, whom, urn);
	w->urn = urn->data;
	return rc;
}

int
forget_run(struct cli *cli)
{
	struct work w = {.cli = cli,
	    .dry = cli_option(cli, "dry-run") != NULL,
	    .resumes = cli_option(cli, "resume") != NULL};
	struct bytes urn = {0};
	int rc = read_whom(&w, &urn);

	/* Nobody was picked: that is the end of it. */
	if (rc == EX_OK && (w.urn != NULL || w.resumes))
		rc = cli_chosen_endpoints(cli, add_endpoint, &w);
	if (rc == EX_OK && w.n > 0)
		rc = run(&w);
	bytes_free(&urn);
	free_work(&w);
	return rc;
}

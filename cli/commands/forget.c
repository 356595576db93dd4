/* leadsheet forget: the right to erasure. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/findtext.h"
#include "cli/cli.h"
#include "cli/commands/remains.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "config/secrets.h"
#include "store/repair.h"
#include "upkeep/forget.h"
#include "upkeep/forgetting.h"
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
	struct repair repair;
	struct bytes urns; /* a line each */
	int begun;         /* some of them at a time that was cut off */
	struct segments hits;
};

struct work {
	struct cli *cli;
	struct progress progress;
	const struct redaction *at;  /* the endpoint that is read */
	struct place_of_work **list; /* owned, and each of them */
	size_t n;
	int dry;           /* only say what would go */
	int begun;         /* there is what was cut off */
	struct bytes urns; /* of all of them */
	int64_t total;     /* bytes of journal */
	int64_t leads, deliveries;
	size_t days;
	struct remains remains;
	char root[PATH_MAX]; /* the home, as its files are named */
};

static void
free_work(struct work *w)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		repair_close(&w->list[i]->repair);
		bytes_free(&w->list[i]->urns);
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
	struct work *w = context;

	return remains_add(&w->remains, path, line, f);
}

/* Who is to be forgotten there: who was begun with, and the one asked for. */
static int
add_endpoint(struct cli *cli, const struct endpoint *e, void *context)
{
	const char *urn = cli->options.arguments[0];
	struct work *w = context;
	struct place_of_work *p = calloc(1, sizeof(*p)), **longer;
	struct fault f = {0};

	longer = reallocarray(w->list, w->n + 1, sizeof(*w->list));
	if (longer != NULL)
		w->list = longer;
	if (p == NULL || longer == NULL) {
		free(p);
		(void)fault_set(&f, FAULT_MEMORY, 0, "out of memory");
		return cli_fault(cli, &f);
	}
	w->list[w->n++] = p;
	repair_open(&p->repair, e, &cli->settings, &cli->boot);
	if (forgetting_read(e, &p->urns, &f) == -1)
		return cli_fault(cli, &f);
	w->begun |= p->begun = p->urns.len > 0;
	if (urn != NULL && !forgetting_has(&p->urns, urn, strlen(urn))) {
		bytes_adds(&p->urns, urn);
		bytes_addc(&p->urns, '\n');
	}
	bytes_add(&w->urns, p->urns.data, p->urns.len);
	w->total += segments_total(p->repair.books.journal);
	if (bytes_check(&p->urns, &f) == -1 || bytes_check(&w->urns, &f) == -1)
		return cli_fault(cli, &f);
	return EX_OK;
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
	struct stat st;
	size_t i;
	int rc = 0;

	if (p->urns.len == 0 || lstat(p->repair.books.journal, &st) == -1)
		return EX_OK;
	/* For as long as g lives.  cppcheck-suppress autoVariables */
	w->at = &g;
	if (redaction_init(&g, &p->urns, &f) == -1)
		rc = -1;
	else
		rc = forget_scan(&p->repair, &g, &p->hits, &f);
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

	if (forget_start(&p->repair, &p->urns, f) == -1)
		return -1;
	for (i = 0; i < p->hits.n; i++) {
		if (i > 0 &&
		    strcmp(p->hits.list[i].day, p->hits.list[i - 1].day) == 0)
			continue;
		if (terminal_stopped() != 0)
			return 1;
		if (forget_day(&p->repair, g, p->hits.list[i].day, f) == -1)
			return -1;
		progress_add(&w->progress, 0, 0);
	}
	return forget_finish(&p->repair, &p->urns, f);
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
		secrets_read(&p->repair.endpoint, &secrets, &f) == 0) &&
	    redaction_init(&g, &p->urns, &f) == 0)
		rc = write_days(w, p, &g, &f);
	if (rc == 1)
		status = stopped(w, 1);
	if (rc == -1) {
		progress_end(&w->progress);
		status = cli_fault(w->cli, &f);
		if (g.persons != NULL) /* else it wasn't begun */
			(void)cli_fail(w->cli, status,
			    "%s: not all is done; when that is mended, "
			    "\"leadsheet forget --resume\" goes on",
			    p->repair.endpoint.name);
	}
	redaction_free(&g);
	secrets_forget(&secrets);
	return status;
}

/* Does the path, whose name begins at n, stand in that directory of it? */
static int
is_in(const struct work *w, const char *path, size_t n, const char *endpoint,
    const char *dir)
{
	char expected[PATH_MAX];

	(void)snprintf(expected, sizeof(expected), "%.*s/%.64s/%.16s/",
	    ENDPOINT_HOME_MAX, w->root, endpoint, dir);
	return strlen(expected) == n && strncmp(path, expected, n) == 0;
}

/*
 * The journals were looked through record by record.  Before they are written
 * the sheets of these days say nothing: they are made of them.
 */
static int
skips(void *context, const char *path, const char *name)
{
	const struct work *w = context;
	const struct place_of_work *p;
	char day[UTC_DAY_SIZE];
	size_t i, j, n = strlen(path) - strlen(name);

	for (i = 0; i < w->n; i++) {
		p = w->list[i];
		if (is_in(w, path, n, p->repair.endpoint.name, "journal") &&
		    segments_is_name(name, day))
			return 1;
		for (j = 0; w->dry && j < p->hits.n; j++)
			if (is_in(w, path, n, p->repair.endpoint.name,
				"sheets") &&
			    strstr(name, p->hits.list[j].day) != NULL)
				return 1;
	}
	return strcmp(name, "forgetting") == 0;
}

static int
note_file(void *context, const char *path, struct fault *f)
{
	return note_line(context, path, 0, f);
}

static int
note_unread(void *context, const char *path, struct fault *f)
{
	return note_line(context, path, REMAINS_UNREAD, f);
}

static int
is_stopped(void *context)
{
	(void)context;
	return terminal_stopped() != 0;
}

static int
search_home(struct work *w)
{
	const struct findtext s = {
	    &w->urns, skips, note_file, note_unread, is_stopped, w};
	struct fault f = {0};
	size_t n;
	int rc;

	/* As the search names it: without slashes at its end. */
	(void)snprintf(w->root, sizeof(w->root), "%s", w->cli->home);
	for (n = strlen(w->root); n > 1 && w->root[n - 1] == '/'; n--)
		w->root[n - 1] = '\0';
	rc = findtext_below(&s, w->root, &f);
	if (rc == 1)
		return cli_fail(w->cli, EX_TEMPFAIL,
		    w->dry ? "stopped; nothing is changed"
			   : "stopped; the leads are gone, but other files "
			     "were not looked through");
	return rc == -1 ? cli_fault(w->cli, &f) : EX_OK;
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
		(void)printf("no lead of that urn is kept\n");
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
		(void)printf("Sheets of these days that someone has edited are "
			     "not written either, and are\nnamed when it is "
			     "done.\n");
}

/* What is about to be done was counted; is it to be done? */
static int
may_go_on(struct work *w)
{
	char question[256];

	if (w->leads == 0 || cli_option(w->cli, "yes") != NULL ||
	    cli_option(w->cli, "resume") != NULL)
		return 1;
	(void)snprintf(question, sizeof(question),
	    "Erase %lld lead%s in %lld deliver%s of %zu day%s%s, for good?",
	    (long long)w->leads, w->leads == 1 ? "" : "s",
	    (long long)w->deliveries, w->deliveries == 1 ? "y" : "ies", w->days,
	    w->days == 1 ? "" : "s",
	    w->begun ? " (with what was cut off)" : "");
	return cli_ask(question);
}

static int
run(struct work *w)
{
	size_t i;
	int rc = EX_OK;

	progress_begin(&w->progress, "reading", "leads", w->total);
	for (i = 0; i < w->n && rc == EX_OK; i++)
		rc = scan(w, w->list[i]);
	progress_clear(&w->progress);
	if (rc == EX_OK && !w->dry && !may_go_on(w))
		return cli_fail(w->cli, isatty(STDIN_FILENO) ? EX_OK : EX_USAGE,
		    "nothing is changed%s",
		    isatty(STDIN_FILENO) ? "" : "; say --yes");
	/* Without a lead to go it is left as it is, unless it was begun. */
	for (i = 0; i < w->n && rc == EX_OK && !w->dry; i++)
		if (w->list[i]->hits.n > 0 || w->list[i]->begun)
			rc = write_endpoint(w, w->list[i]);
	progress_end(&w->progress);
	if (rc == EX_OK)
		rc = search_home(w);
	if (rc == EX_OK)
		say(w);
	return rc;
}

/* A urn as it may stand in a file of urns, a line each. */
static int
check_urn(struct cli *cli, const char *urn)
{
	const char *s = urn;

	if (urn == NULL && cli_option(cli, "resume") == NULL)
		return cli_fail(cli, EX_USAGE,
		    "name the urn of the person (the column urn has it), or "
		    "say --resume");
	while (s != NULL && *s != '\0' && !iscntrl((unsigned char)*s))
		s++;
	if (s != NULL && (s == urn || *s != '\0'))
		return cli_fail(cli, EX_USAGE,
		    "that is no urn: it is empty, or has a control character "
		    "in it");
	return EX_OK;
}

int
forget_run(struct cli *cli)
{
	struct work w = {.cli = cli};
	int rc = check_urn(cli, cli->options.arguments[0]);

	w.dry = cli_option(cli, "dry-run") != NULL;
	if (rc == EX_OK)
		rc = cli_chosen_endpoints(cli, add_endpoint, &w);
	if (rc == EX_OK && w.urns.len == 0)
		(void)printf("there is nothing to resume\n");
	else if (rc == EX_OK)
		rc = run(&w);
	free_work(&w);
	return rc;
}

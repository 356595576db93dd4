/* worries: what needs a hand; see worries.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/cli.h"
#include "cli/digest/wording.h"
#include "cli/digest/worries.h"
#include "config/settings.h"
#include "reader/consumer.h"
#include "upkeep/concerns.h"
#include "upkeep/tally.h"

/* Characters of one: a path may be in it. */
#define LONGEST 1500

struct worries {
	struct digest *digest;
	int failed; /* memory ran out */
	int of_one; /* settings of an endpoint are told */
};

/* Behind those of its kind, the ones to act on being first. */
static void
add(struct digest *d, int act, char *text)
{
	size_t at = act ? d->nacts++ : d->nconcerns;

	memmove(d->concerns + at + 1, d->concerns + at,
	    (d->nconcerns++ - at) * sizeof(*d->concerns));
	d->concerns[at].act = act;
	d->concerns[at].text = text;
}

static void
on_concern(void *context, enum concern grade, const char *sentence)
{
	struct worries *w = context;
	struct digest *d = w->digest;
	struct digest_concern *longer;
	struct bytes whole = {0};
	char *text = NULL;

	cli_complete(d->cli, sentence, &whole);
	if (!whole.failed)
		text = wording_text(whole.data, strlen(whole.data), LONGEST);
	bytes_free(&whole);
	longer =
	    reallocarray(d->concerns, d->nconcerns + 1, sizeof(*d->concerns));
	if (longer != NULL)
		d->concerns = longer;
	if (text == NULL || longer == NULL) {
		free(text);
		w->failed = 1;
		return;
	}
	add(d, grade == CONCERN_ACT, text);
}

static void say(struct worries *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct worries *w, const char *fmt, ...)
{
	char text[PATH_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	on_concern(w, CONCERN_NOTE, text);
}

/* One wrong setting; those of all endpoints are told once. */
static void
on_wrong(void *context, const struct settings_wrong *wrong)
{
	struct worries *w = context;
	char text[1024];

	if (w->of_one &&
	    (wrong->line == NULL || wrong->line->section != CONF_ENDPOINT))
		return;
	(void)snprintf(
	    text, sizeof(text), "%s; %s", wrong->text, wrong->effect);
	on_concern(w, CONCERN_ACT, text);
}

static void
look_at_cursor(struct worries *w, const struct digest_endpoint *e)
{
	char day[UTC_DAY_SIZE];
	size_t again = consumer_again(e->consumer, day);

	if (again > 0)
		say(w,
		    "%s: an older journal was put back, or another one in its "
		    "place, so what came on %s%s is told again",
		    e->name, day, again > 1 ? " and on later days" : "");
}

/* Its days are those of its own time zone. */
static int
look_at_endpoint(struct worries *w, size_t i, struct fault *f)
{
	struct digest *d = w->digest;
	struct settings s;
	struct tally t;

	w->of_one = 1;
	settings_tell(&s, &d->cli->conf, d->cli->conf_path, d->found[i].name,
	    on_wrong, w);
	if (utc_zone(s.shape.timezone, f) == -1 ||
	    tally_count(&t, &d->found[i], d->now, f) == -1)
		return -1;
	if (t.newest > d->newest)
		d->newest = t.newest;
	concerns_each(&d->found[i], &s, &t, d->now, on_concern, w);
	look_at_cursor(w, &d->endpoints[i]);
	return 0;
}

int
worries_add(struct digest *d, const char *sentence, struct fault *f)
{
	struct worries w = {.digest = d};

	on_concern(&w, CONCERN_ACT, sentence);
	return w.failed ? fault_memory(f) : 0;
}

int
worries_gather(struct digest *d, struct fault *f)
{
	struct worries w = {.digest = d};
	struct bytes status = {0};
	struct settings all;
	size_t i;
	int rc = 0;

	settings_tell(
	    &all, &d->cli->conf, d->cli->conf_path, NULL, on_wrong, &w);
	for (i = 0; i < d->nendpoints && rc == 0; i++)
		rc = look_at_endpoint(&w, i, f);
	if (d->nendpoints == 1)
		settings_of(
		    &all, &d->cli->conf, d->cli->conf_path, d->found[0].name);
	if (rc == 0)
		rc = utc_zone(all.shape.timezone, f);
	/* With its NUL. */
	cli_complete(d->cli, "\"leadsheet status\" tells all of them", &status);
	if (status.failed || w.failed) {
		bytes_free(&status);
		return rc == -1 ? -1 : fault_memory(f);
	}
	d->status = status.data;
	return rc;
}

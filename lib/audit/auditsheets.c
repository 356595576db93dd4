/* auditsheets: are the sheets what the journal makes?  See auditsheets.h. */
#include <stdio.h>
#include <string.h>

#include "base/appendfile.h"
#include "audit/auditsheets.h"
#include "audit/standing.h"

/* So much more of the day's journal was held against its sheets. */
static int
step(void *context, int64_t bytes)
{
	struct audit *a = context;
	int64_t some = bytes < a->left ? bytes : a->left;

	a->left -= some;
	if (a->step(a->context, some, 0) != 0)
		a->stopped = 1;
	return a->stopped;
}

/* Behind what is said of a sheet, where rebuild helps. */
enum then { NOTHING, MAKES_AGAIN, MAKES_NEW };

/* What is said of each result; the sheet's name stands before it. */
static const struct {
	enum audit_level level;
	const char *text; /* NULL: nothing */
	enum then then;
} sayings[] = {
    [STANDING_EQUAL] = {AUDIT_FINE, NULL, NOTHING},
    [STANDING_EDITED] = {AUDIT_NOTE,
	"was edited by someone, and is left as it is", NOTHING},
    [STANDING_LACKS] = {AUDIT_WRONG, "lacks leads that the journal has",
	NOTHING},
    [STANDING_OLDER] = {AUDIT_NOTE, NULL, NOTHING},
    [STANDING_MISSING] = {AUDIT_NOTE, "was taken away", MAKES_AGAIN},
    [STANDING_SEALED] = {AUDIT_NOTE,
	"was written by another version of leadsheet, whose rules this one "
	"doesn't know, or in a time zone that this machine doesn't know: not "
	"compared",
	MAKES_NEW},
    [STANDING_CLOSED] = {AUDIT_NOTE, NULL, NOTHING},
    [STANDING_STOPPED] = {AUDIT_FINE, NULL, NOTHING},
};

static void
say_standing(const struct audit *a, const char *name, const char *day,
    enum standing_result result)
{
	static const char *const makes[] = {
	    [MAKES_AGAIN] = "makes it again", [MAKES_NEW] = "makes a new one"};
	const enum then then = sayings[result].then;
	char remedy[256] = "", also[256] = "";

	if (sayings[result].level == AUDIT_WRONG)
		(void)snprintf(remedy, sizeof(remedy),
		    "run \"leadsheet rebuild %s --endpoint %s\"", day, a->name);
	if (then != NOTHING)
		(void)snprintf(also, sizeof(also),
		    "; \"leadsheet rebuild %s --endpoint %s\" %s", day, a->name,
		    makes[then]);
	if (sayings[result].text != NULL)
		finding_say(a, sayings[result].level, remedy, "sheets/%s %s%s",
		    name, sayings[result].text, also);
}

/* Someone's copy may be older than what came while it was open. */
static void
say_older(const struct audit *a, const char *name, const char *day,
    const struct standing *s)
{
	finding_say(a, AUDIT_NOTE, "",
	    "sheets/%s was edited by someone, and doesn't have the last %zu "
	    "deliver%s of its day: taken out, or saved from an older copy; "
	    "\"leadsheet rebuild %s --endpoint %s\" makes a sheet with all",
	    name, s->lacks, s->lacks == 1 ? "y" : "ies", day, a->name);
}

/* Does the control record know that the day's sheet lacks rows? */
static int
waits(const struct audit *a, const struct view *v)
{
	const struct control *c = &a->control;

	return (strcmp(v->day, c->day) == 0 &&
		   c->sheets[v->kind].state == PART_BEHIND) ||
	       (c->owed[0] != '\0' && strcmp(v->day, c->owed) >= 0);
}

static int
check_part(struct audit *a, struct standing *s, const struct view *v,
    struct name file, struct fault *f)
{
	char name[NAMES_SIZE];
	int is_written = strcmp(v->day, a->control.day) == 0;

	if (standing_judge(s, v->kind, &file, f) == -1)
		return -1;
	names_write(&file, name);
	a->stopped |= s->result == STANDING_STOPPED;
	if (s->result == STANDING_CLOSED)
		finding_say(a, AUDIT_NOTE, "",
		    "sheets/%s is not compared: %.300s", name, s->why.text);
	else if (s->result == STANDING_OLDER && is_written)
		/* The day's next delivery writes them to the next part. */
		say_standing(a, name, v->day, STANDING_EDITED);
	else if (s->result == STANDING_OLDER)
		say_older(a, name, v->day, s);
	else if (s->result == STANDING_LACKS && waits(a, v))
		finding_say(a, AUDIT_NOTE, "",
		    "sheets/%s lacks leads that wait: the next delivery brings "
		    "them, when no setting is wrong",
		    name);
	else
		say_standing(a, name, v->day, s->result);
	return 0;
}

/* Every part of a day's sheet; more may be named meanwhile. */
static int
check_kind(
    struct audit *a, struct standing *s, enum sheet_kind kind, struct fault *f)
{
	struct view *v = &s->views[kind];
	struct audit_count *count;
	size_t i;
	int rc;

	for (i = 0; i < v->nparts && !a->stopped; i++)
		if (check_part(a, s, v, v->parts[i].file, f) == -1)
			return -1;
	if (i > 0 || a->stopped)
		return 0;
	if ((rc = view_has_rows(v, f)) > 0) {
		count = waits(a, v) ? &a->waiting : &a->nameless;
		if (strcmp(count->to, v->day) != 0)
			finding_count(count, v->day);
	}
	return rc == -1 ? -1 : 0;
}

static int
check_day(struct audit *a, const char *day, struct fault *f)
{
	struct view views[SHEET_KINDS];
	struct standing s = {.views = views,
	    .sheets = a->sheets,
	    .lock = a->lock,
	    .zone = a->zone};
	int kind, rc;

	memset(views, 0, sizeof(views));
	for (kind = 0; kind < SHEET_KINDS; kind++) {
		views[kind].step = step;
		views[kind].context = a;
	}
	rc = view_read(views, a->journal, day, a->zone, APPENDFILE_VIEW, f);
	for (kind = 0; kind < SHEET_KINDS && rc == 0 && !a->stopped; kind++)
		rc = check_kind(a, &s, (enum sheet_kind)kind, f);
	view_free(views);
	return rc;
}

/* How many bytes of journal a segment is. */
static int64_t
size_of(const struct audit *a, const struct segment *s)
{
	struct appendfile_state now;
	char path[PATH_MAX];

	segments_path(path, a->journal, s->day, s->number);
	return appendfile_stat(path, &now) == -1 ? 0 : now.size;
}

int
auditsheets_run(struct audit *a, const struct segments *all, struct fault *f)
{
	char remedy[128];
	size_t i;

	for (i = 0; i < all->n && !a->stopped; i++) {
		a->left += size_of(a, &all->list[i]);
		if (i + 1 < all->n &&
		    strcmp(all->list[i].day, all->list[i + 1].day) == 0)
			continue;
		if (check_day(a, all->list[i].day, f) == -1)
			return -1;
		if (!a->stopped)
			(void)step(a, a->left);
	}
	(void)snprintf(remedy, sizeof(remedy),
	    "run \"leadsheet rebuild --endpoint %s\"", a->name);
	if (a->waiting.n > 0)
		finding_say(a, AUDIT_NOTE, "",
		    "the leads of %lld day%s, from %s to %s, wait for their "
		    "sheet: the next delivery brings it, when no setting is "
		    "wrong",
		    (long long)a->waiting.n, a->waiting.n == 1 ? "" : "s",
		    a->waiting.from, a->waiting.to);
	if (a->nameless.n > 0)
		finding_say(a, AUDIT_WRONG, remedy,
		    "of %lld day%s, from %s to %s, no sheet of all leads has "
		    "been begun: nothing in the journal names one",
		    (long long)a->nameless.n, a->nameless.n == 1 ? "" : "s",
		    a->nameless.from, a->nameless.to);
	return 0;
}

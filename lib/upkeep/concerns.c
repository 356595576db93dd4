/* concerns: what at an endpoint needs a person; see concerns.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"
#include "config/secrets.h"
#include "journal/names.h"
#include "journal/segments.h"
#include "reader/stuck.h"
#include "store/control.h"
#include "upkeep/concerns.h"
#include "upkeep/silence.h"
#include "task/pending.h"

struct telling {
	const struct endpoint *endpoint;
	const struct settings *settings;
	const struct tally *tally;
	int64_t now;
	void (*tell)(void *, enum concern, const char *);
	void *context;
};

static void say(const struct telling *, enum concern, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
say(const struct telling *t, enum concern grade, const char *fmt, ...)
{
	char text[STUCK_SIZE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t->tell(t->context, grade, text);
}

/* Who may not read the secret can still see whose it is, and its size. */
static int
is_out_of_sight(const struct endpoint *e, const char *path)
{
	struct stat secret, dir;

	return access(path, R_OK) == -1 && stat(path, &secret) == 0 &&
	       stat(e->dir, &dir) == 0 && secret.st_uid == dir.st_uid &&
	       secret.st_uid != geteuid() && secret.st_size > 0 &&
	       (secret.st_mode & 077) == 0;
}

static void
look_at_secret(const struct telling *t)
{
	struct fault f = {0};
	char path[PATH_MAX];

	endpoint_path(t->endpoint, path, "secret");
	if (is_out_of_sight(t->endpoint, path))
		return;
	if (secrets_check(t->endpoint, &f) == -1)
		say(t, CONCERN_ACT, "%s", f.text);
}

static void
look_at_disk(const struct telling *t)
{
	const struct endpoint *e = t->endpoint;
	struct fault f = {0};
	struct stat st;
	int owner = stat(e->dir, &st) == 0 && st.st_uid == geteuid();

	/* That a reader can't write is as it should be. */
	if ((owner ? endpoint_check_room(e, &f) : endpoint_check_disk(e, &f)) ==
	    0)
		return;
	if (f.err == 0)
		say(t, CONCERN_ACT,
		    "%s: %s; make room, or deliveries are answered 503",
		    e->name, f.text);
	else
		say(t, CONCERN_ACT,
		    "%s: %s; see to its mode (0750) and its file system",
		    e->name, f.text);
}

/* Deliveries that come thick and fast take it in turns: that is all right. */
static void
look_at_lock(const struct telling *t)
{
	struct control before, after;
	struct fault ignored = {0}, f = {0};
	char path[PATH_MAX], name[LOCK_NAME_SIZE], who[64] = "a process";
	pid_t pid;

	endpoint_path(t->endpoint, path, "lock");
	if (lock_check(path, &f) == -1 && f.err != EACCES)
		say(t, CONCERN_ACT, "%s: %s; deliveries are answered 503",
		    t->endpoint->name, f.text);
	if (control_view(&before, path, NULL, &ignored) == -1 ||
	    !lock_is_held(path, CONCERNS_LOCK_LONG) ||
	    control_view(&after, path, NULL, &ignored) == -1 ||
	    memcmp(&before, &after, sizeof(before)) != 0)
		return;
	if ((pid = lock_holder(path, name)) != 0)
		(void)snprintf(
		    who, sizeof(who), "process %ld (%s)", (long)pid, name);
	say(t, CONCERN_ACT,
	    "%s: %s holds the lock and does not give it back, and deliveries "
	    "wait; end that process, or have it go on",
	    t->endpoint->name, who);
}

/* Who may not read it can see that it is there. */
static void
look_at_pending(const struct telling *t)
{
	struct pending p = {0};
	struct fault f = {0};
	char path[PATH_MAX];
	struct stat st;
	int rc;

	endpoint_path(t->endpoint, path, "pending");
	if (lstat(path, &st) == -1)
		return;
	rc = pending_read(t->endpoint, &p, &f);
	if (rc == -1 && f.err != EACCES)
		say(t, CONCERN_ACT, "%s: %s", t->endpoint->name, f.text);
	else if (rc != 0)
		say(t, CONCERN_ACT,
		    "%s: %s was cut off; run \"leadsheet forget --resume\", "
		    "which finishes it",
		    t->endpoint->name,
		    rc == 1 ? pending_word(p.task) : "a command");
	pending_free(&p);
}

/* A sync failed today: the disk is not to be trusted. */
static void
look_at_failed(const struct telling *t)
{
	int64_t n = t->tally->days[TALLY_DAYS - 1].failed;

	if (n > 0)
		say(t, CONCERN_ACT,
		    "%s: the disk failed to keep something %lld time%s today, "
		    "and the journal goes on in a new file; look at the disk "
		    "(dmesg, smartctl), and have a backup",
		    t->endpoint->name, (long long)n, n == 1 ? "" : "s");
}

/*
 * The segment that was written last can't have become shorter, unless someone
 * or a disk has taken from it.
 */
static void
look_at_segment(const struct telling *t, const struct control *c)
{
	const struct name n = names_segment(c->day, c->segment);
	char name[NAMES_SIZE], journal[PATH_MAX], path[PATH_MAX];
	struct stat st;

	names_write(&n, name);
	endpoint_path(t->endpoint, journal, "journal");
	segments_path(path, journal, c->day, c->segment);
	if (stat(path, &st) == -1 && errno == ENOENT)
		say(t, CONCERN_ACT,
		    "%s: journal/%s, which was written last, is gone; put it "
		    "back from your backup",
		    t->endpoint->name, name);
	else if (stat(path, &st) == 0 && st.st_size < c->size)
		say(t, CONCERN_ACT,
		    "%s: journal/%s has %lld bytes, and had %lld; put the "
		    "whole file back from your backup (\"leadsheet check %s\" "
		    "tells more)",
		    t->endpoint->name, name, (long long)st.st_size,
		    (long long)c->size, t->endpoint->name);
}

/* A part that is just being made is soon there. */
static int
lacks_rows(const struct control *c)
{
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (c->sheets[kind].state == PART_BEHIND ||
		    c->sheets[kind].state == PART_NAMED)
			return 1;
	return 0;
}

/* Who may not read the record doesn't hear of it. */
static void
look_at_control(const struct telling *t)
{
	const char *name = t->endpoint->name;
	struct fault ignored = {0};
	struct control c;
	char path[PATH_MAX];

	endpoint_path(t->endpoint, path, "lock");
	if (control_view(&c, path, NULL, &ignored) != 1)
		return;
	if (lacks_rows(&c) && !lock_is_held(path, CONCERNS_LOCK_LONG) &&
	    control_view(&c, path, NULL, &ignored) != 1)
		return;
	if (c.size > 0 && !lock_is_held(path, CONCERNS_LOCK_LONG) &&
	    control_view(&c, path, NULL, &ignored) == 1)
		look_at_segment(t, &c);
	if (c.failed)
		say(t, CONCERN_ACT,
		    "%s: the disk failed to keep the journal, and a new file "
		    "could not be made: deliveries are answered 503 until it "
		    "can; look at the disk",
		    name);
	if (c.owed[0] != '\0')
		say(t, CONCERN_ACT,
		    "%s: sheets from %s on lack rows that could not be "
		    "written; nothing is lost, and the next delivery brings "
		    "them; if it doesn't, see to the room, the modes and the "
		    "owner of %s/sheets",
		    name, c.owed, t->endpoint->dir);
	if (lacks_rows(&c))
		say(t, CONCERN_ACT,
		    "%s: the sheet of %s lacks rows that could not be "
		    "written; nothing is lost, and the next delivery brings "
		    "them; if it doesn't, see to the room, the modes and the "
		    "owner of %s/sheets",
		    name, c.day, t->endpoint->dir);
}

/* Deliveries that a person expects. */
static void
look_at_silence(const struct telling *t)
{
	struct fault f = {0};

	if (silence_check(t->endpoint, t->settings, t->now, &f) == -1)
		say(t, CONCERN_ACT, "%s", f.text);
}

static void
look_at_unreadable(const struct telling *t)
{
	int64_t n = tally_sum(t->tally).unreadable;
	size_t i = TALLY_DAYS;

	if (n == 0)
		return;
	while (i > 0 && t->tally->days[i - 1].unreadable == 0)
		i--;
	say(t, CONCERN_NOTE,
	    "%s: %lld deliver%s in the last %d days could not be read, or "
	    "would make "
	    "too many rows; the "
	    "newest is in %s/journal/%s.jsonl: look for "
	    "\"kind\":\"unreadable\"",
	    t->endpoint->name, (long long)n, n == 1 ? "y" : "ies", TALLY_DAYS,
	    t->endpoint->dir, t->tally->days[i - 1].day);
}

/* Records that can't be read any more: with a backup they can. */
static void
look_at_damage(const struct telling *t)
{
	int64_t n = tally_sum(t->tally).damaged;
	size_t i = TALLY_DAYS;

	if (n == 0)
		return;
	while (i > 0 && t->tally->days[i - 1].damaged == 0)
		i--;
	say(t, CONCERN_ACT,
	    "%s: %lld line%s of the journal %s damaged, the newest of %s; put "
	    "the file back from your backup (\"leadsheet check %s\" tells "
	    "which)",
	    t->endpoint->name, (long long)n, n == 1 ? "" : "s",
	    n == 1 ? "is" : "are", t->tally->days[i - 1].day,
	    t->endpoint->name);
}

static void
look_at_sheet(const struct telling *t)
{
	if (t->tally->part > 1)
		say(t, CONCERN_NOTE,
		    "%s: today's sheet was edited or made again, or the "
		    "settings changed, so today goes on in %s-%s-%d; nothing "
		    "is lost",
		    t->endpoint->name, names_sheet(SHEET_LEADS),
		    t->tally->days[TALLY_DAYS - 1].day, t->tally->part);
}

struct relays {
	const struct telling *telling;
	enum stuck grade; /* those that are told in this turn */
};

static void
tell_relay(void *context, const char *name, const struct attempts *a)
{
	const struct relays *r = context;
	const struct telling *t = r->telling;
	char text[STUCK_SIZE];

	if (stuck_tell(t->endpoint, name, a, t->now, text) == r->grade)
		say(t, r->grade == STUCK_ACT ? CONCERN_ACT : CONCERN_NOTE, "%s",
		    text);
}

static void
look_at_relays(const struct telling *t, enum stuck grade)
{
	struct relays r = {t, grade};
	struct fault ignored = {0};

	/* Who may not read their files doesn't hear of them. */
	if (attempts_each(t->endpoint, tell_relay, &r, &ignored) == -1)
		fault_clear(&ignored);
}

static void
look_at_stopped_relays(const struct telling *t)
{
	look_at_relays(t, STUCK_ACT);
}

static void
look_at_failing_relays(const struct telling *t)
{
	look_at_relays(t, STUCK_NOTE);
}

static void
look_at_switch(const struct telling *t)
{
	if (t->endpoint->disabled)
		say(t, CONCERN_NOTE,
		    "%s: switched off, deliveries are answered 503; "
		    "\"leadsheet endpoint enable %s\" switches it on",
		    t->endpoint->name, t->endpoint->name);
}

void
concerns_each(const struct endpoint *e, const struct settings *settings,
    const struct tally *tally, int64_t now,
    void (*tell)(void *, enum concern, const char *), void *context)
{
	static void (*const looks[])(const struct telling *) = {look_at_secret,
	    look_at_disk, look_at_lock, look_at_pending, look_at_failed,
	    look_at_damage, look_at_control, look_at_silence,
	    look_at_stopped_relays, look_at_failing_relays, look_at_switch,
	    look_at_unreadable, look_at_sheet};
	const struct telling t = {e, settings, tally, now, tell, context};
	size_t i;

	for (i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		looks[i](&t);
}

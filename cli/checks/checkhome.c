/* checkhome: the home and what is around it; see check.h. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"
#include "cli/checks/check.h"
#include "cli/checks/docroot.h"
#include "profile/profiles.h"
#include "cli/terminal/terminal.h"
#include "config/secrets.h"
#include "journal/journal.h"
#include "upkeep/silence.h"

#define SENDER_MAX   5 /* webhooks that LikesToLeads allows */
#define SECRET_SHORT 16

/* One wrong setting; those of all endpoints are told once. */
static void
on_wrong(void *context, const struct settings_wrong *w)
{
	struct check *c = context;

	if (c->endpoint == NULL ||
	    (w->line != NULL && w->line->section == CONF_ENDPOINT))
		check_say(c, AUDIT_WRONG,
		    w->line == NULL && !c->is_owner
			? "you may not read it, so it isn't checked"
			: w->effect,
		    "%s", w->text);
}

/* A wrong line of a profile, which nobody but --profile needs. */
static void
on_wrong_profile(void *check, const char *what)
{
	check_say(check, AUDIT_WRONG,
	    "until it is put right nothing is exported for that profile", "%s",
	    what);
}

/* A section of an endpoint that isn't there. */
static void
check_sections(struct check *c)
{
	const struct conf *conf = &c->cli->conf;
	struct fault ignored = {0};
	struct endpoint e;
	size_t i;

	for (i = 0; i < conf->n; i++) {
		const struct conf_line *l = &conf->list[i];

		if (l->section == CONF_ENDPOINT && l->name[0] == '\0' &&
		    endpoint_find(&e, c->cli->home, l->of, &ignored) == 0)
			check_say(c, AUDIT_NOTE, "",
			    "%s line %d: there is no endpoint %s",
			    c->cli->conf_path, l->number, l->of);
		fault_clear(&ignored);
	}
}

/* Those before all sections, or with an endpoint in hand its own. */
static void
check_settings(struct check *c)
{
	struct cli *cli = c->cli;
	struct settings now;

	if (c->endpoint == NULL)
		cli_read_settings(cli);
	settings_tell(&now, &cli->conf, cli->conf_path,
	    c->endpoint == NULL ? NULL : c->endpoint->name, on_wrong, c);
	if (c->endpoint == NULL && now.wrong.kind == FAULT_NONE)
		check_say(c, AUDIT_FINE, "",
		    "the settings can be read, the time zone is %s",
		    now.shape.timezone);
	if (c->endpoint != NULL)
		return;
	check_sections(c);
	profiles_tell(&cli->conf, cli->conf_path, on_wrong_profile, c);
}

static void
check_directory(struct check *c, const struct stat *st)
{
	char remedy[PATH_MAX + 32];

	(void)snprintf(
	    remedy, sizeof(remedy), "run \"chmod go-w %s\"", c->cli->home);
	if ((st->st_mode & 022) != 0)
		check_say(c, AUDIT_WRONG, remedy,
		    "others may write to the home %s (mode %04o)", c->cli->home,
		    (unsigned)st->st_mode & 07777);
	else
		check_say(c, AUDIT_FINE, "",
		    "the home %s, and nobody else writes to it", c->cli->home);
	if (st->st_uid == 0)
		check_say(c, AUDIT_NOTE, "",
		    "the home belongs to root; the receiver should run as a "
		    "user of its own, and the home be that user's");
}

static void
check_docroot(struct check *c)
{
	static const char *const usual[] = {"/etc/nginx", "/etc/apache2", NULL};
	const char *given[2] = {cli_option(c->cli, "server-conf"), NULL};
	char real[PATH_MAX], why[PATH_MAX];

	if (realpath(c->cli->home, real) == NULL)
		return; /* it is told that it isn't there */
	if (docroot_holds(
		real, given[0] != NULL ? given : usual, why, sizeof(why)))
		check_say(c, AUDIT_WRONG,
		    "move the home to a place that no web server hands out, "
		    "such as /var/lib/leadsheet",
		    "everyone could read the leads: %s", why);
	else
		check_say(c, AUDIT_FINE, "",
		    "no web server's document root holds the home");
}

static int
count_one(void *context, const char *name)
{
	(void)name;
	++*(int *)context;
	return 0;
}

/* Why a directory of the home is no endpoint; NULL when it is one. */
static const char *
objection(const char *name, const char *path)
{
	struct fault ignored = {0};

	if (!endpoint_is_name(name))
		return "a name has small letters, digits and hyphens, and is "
		       "neither \"health\" nor \"page\"";
	if (endpoint_is_one(path, &ignored) == 0)
		return "it has neither a file \"secret\" nor a journal; "
		       "deliveries to it are answered 404";
	return NULL;
}

/* Directories that look like endpoints, and aren't. */
static void
check_strangers(struct check *c)
{
	struct dirent *entry;
	char path[PATH_MAX];
	const char *why;
	struct stat st;
	DIR *d = opendir(c->cli->home);

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    strstr(entry->d_name, ".deleted-") != NULL ||
		    strcmp(entry->d_name, "page") == 0 ||
		    snprintf(path, sizeof(path), "%s/%s", c->cli->home,
			entry->d_name) >= (int)sizeof(path) ||
		    stat(path, &st) == -1 || !S_ISDIR(st.st_mode) ||
		    (why = objection(entry->d_name, path)) == NULL)
			continue;
		check_say(c, AUDIT_NOTE, "",
		    "the directory %s is no endpoint: %s", path, why);
	}
	if (d != NULL)
		(void)closedir(d);
}

static void
check_count(struct check *c)
{
	struct fault f = {0};
	int n = 0;

	if (endpoint_each(c->cli->home, count_one, &n, &f) == -1)
		check_say(
		    c, AUDIT_WRONG, "let its group read it", "%s", f.text);
	else if (n == 0)
		check_say(c, AUDIT_WRONG, "run \"leadsheet endpoint add main\"",
		    "there is no endpoint yet");
	else if (n > SENDER_MAX)
		check_say(c, AUDIT_NOTE, "",
		    "there are %d endpoints; LikesToLeads allows %d webhooks",
		    n, SENDER_MAX);
}

/* Is there a home at all?  Else it is told. */
static int
has_home(struct check *c, struct stat *st)
{
	static const char remedy[] =
	    "run \"leadsheet init\", or name the one that is there with "
	    "--home or LEADSHEET_HOME";
	const char *home = c->cli->home;
	struct fault f = {0};
	int rc;

	if (strlen(home) > ENDPOINT_HOME_MAX || stat(home, st) == -1 ||
	    !S_ISDIR(st->st_mode)) {
		check_say(c, AUDIT_WRONG, remedy,
		    "the home %.600s is not there", home);
		return 0;
	}
	if ((rc = endpoint_is_home(home, &f)) == 0)
		check_say(c, AUDIT_WRONG, remedy,
		    "%.600s is not a home of leadsheet: it has neither a file "
		    "leadsheet.conf nor an endpoint in it",
		    home);
	else if (rc == -1)
		check_say(
		    c, AUDIT_WRONG, "let its group read it", "%s", f.text);
	return rc == 1;
}

void
check_home(struct check *c)
{
	struct stat st;

	if (!has_home(c, &st))
		return;
	c->has_home = 1;
	c->owner = st.st_uid;
	c->is_owner = geteuid() == st.st_uid || geteuid() == 0;
	check_settings(c);
	check_directory(c, &st);
	check_docroot(c);
	check_count(c);
	check_strangers(c);
	check_page(c);
	check_leave(c);
}

/* A fault of an endpoint's: "main: what is so; what to do about it". */
static void
say_fault(struct check *c, const struct fault *f)
{
	size_t name = strlen(c->endpoint->name) + strlen(": ");

	check_fault(c, f->text + (strlen(f->text) > name ? name : 0), "");
}

static void
check_secret(struct check *c)
{
	struct signature_secrets secrets;
	struct fault f = {0};

	if (secrets_read(c->endpoint, &secrets, &f) == -1) {
		if (f.err == EACCES && !c->is_owner)
			check_say(c, AUDIT_NOTE, "",
			    "its secret is not looked at: you may not read it");
		else
			say_fault(c, &f);
		return;
	}
	if (strlen(secrets.list[0]) < SECRET_SHORT)
		check_say(c, AUDIT_NOTE, "",
		    "its secret is short, %zu characters; is that all of it?",
		    strlen(secrets.list[0]));
	if (secrets_oddity(secrets.list[0]) != NULL)
		check_say(c, AUDIT_NOTE, "",
		    "its secret may be copied wrong: %s; if deliveries are "
		    "answered 401, run \"leadsheet secret %s\"",
		    secrets_oddity(secrets.list[0]), c->endpoint->name);
	if (secrets.n > 1)
		check_say(c, AUDIT_NOTE, "",
		    "it accepts %zu secrets; when the sender uses the newest, "
		    "run \"leadsheet secret %s --retire\"",
		    secrets.n, c->endpoint->name);
	check_say(c, AUDIT_FINE, "", "it has a secret");
	secrets_forget(&secrets);
}

static void
check_room(struct check *c)
{
	struct fault f = {0};

	if ((c->is_owner ? endpoint_check_room(c->endpoint, &f)
			 : endpoint_check_disk(c->endpoint, &f)) == -1)
		check_say(c, AUDIT_WRONG,
		    "make room there, or the deliveries are answered 503", "%s",
		    f.text);
	else
		check_say(c, AUDIT_FINE, "", "its disk has room");
}

/* Only the owner can open it. */
static void
check_lock(struct check *c)
{
	struct fault f = {0};
	char path[PATH_MAX];

	endpoint_path(c->endpoint, path, "lock");
	if (lock_check(path, &f) == -1 && f.err != EACCES)
		check_say(c, AUDIT_WRONG,
		    "until it can be locked deliveries are answered 503", "%s",
		    f.text);
}

/* A clock that is behind puts leads into days that are over. */
static void
check_clock(struct check *c)
{
	static const char remedy[] = "set the clock, and keep it set by NTP";
	char journal[PATH_MAX], then[UTC_ISO_SIZE];
	int64_t newest = 0, now;
	struct fault f = {0};
	struct stat st;
	int rc;

	endpoint_path(c->endpoint, journal, "journal");
	rc = journal_newest(journal, &newest, &f);
	now = utc_now(); /* only now: one may just have come */
	if (rc == -1) {
		check_say(c, AUDIT_WRONG, "put that right, and check again",
		    "%s", f.text);
	} else if (rc == 1 && newest > now) {
		utc_iso(newest, then);
		check_say(c, AUDIT_WRONG, remedy,
		    "the newest delivery came at %s, which is still to be",
		    then);
	} else if (stat("/proc/self/exe", &st) == 0 &&
		   (int64_t)st.st_mtim.tv_sec * UTC_SECOND > now) {
		check_say(c, AUDIT_WRONG, remedy,
		    "the clock says a time before this program was installed");
	} else {
		check_say(c, AUDIT_FINE, "", "the clock is not behind");
	}
}

static void
check_silence(struct check *c)
{
	struct fault f = {0};

	if (silence_check(c->endpoint, &c->cli->settings, utc_now(), &f) == -1)
		say_fault(c, &f);
}

void
check_endpoint(struct check *c)
{
	check_settings(c);
	check_secret(c);
	if (c->endpoint->disabled)
		check_say(c, AUDIT_NOTE, "",
		    "it is switched off; \"leadsheet endpoint enable %s\" "
		    "switches it on",
		    c->endpoint->name);
	check_room(c);
	check_lock(c);
	check_clock(c);
	check_silence(c);
}

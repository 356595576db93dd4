/* everyday: a folder with a file for each day; see everyday.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/everyday/dayfiles.h"
#include "cli/everyday/everyday.h"
#include "cli/everyday/sources.h"
#include "cli/export/rows.h"
#include "cli/ownfiles.h"
#include "cli/terminal/progress.h"

struct everyday {
	struct dayfiles files;
	struct days days;   /* that are asked for */
	struct bytes asked; /* what was asked for, but the days */
	struct sources sources;
	int64_t bad; /* lines of the journals, and whose the first is */
	const struct endpoint *damaged;
	int64_t orphans; /* whose day the journal doesn't have */
};

static int
wants_format(const struct everyday *x, enum table_format format)
{
	size_t i;

	for (i = 0; i < x->files.selection.nformats; i++)
		if (x->files.selection.formats[i] == format)
			return 1;
	return 0;
}

/* The settings as they stand in their file: they may name anything. */
static int
add_settings(struct everyday *x, struct fault *f)
{
	int fd = open(x->files.cli->conf_path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd == -1 && errno == ENOENT)
		return 0;
	while (fd != -1 && bytes_reserve(&x->asked, 4096) == 0 &&
	       (n = read(fd, x->asked.data + x->asked.len, 4096)) > 0)
		x->asked.len += (size_t)n;
	if (n == -1)
		(void)fault_set(f, FAULT_STORAGE, errno, "can't read %s",
		    x->files.cli->conf_path);
	if (fd != -1)
		(void)close(fd);
	return n == -1 ? -1 : 0;
}

/* All that shapes the files, beside the leads and the days. */
static int
note_asked(struct everyday *x, struct fault *f)
{
	static const char *const others[] = {"every-day", "format", "from",
	    "to", "last", "home", "no-color", NULL};
	const struct options *o = &x->files.cli->options;
	char today[UTC_DAY_SIZE];
	size_t i, k;

	utc_day(utc_now(), today);
	bytes_printf(&x->asked, "%s %d %s\n", VERSION, SHAPE_RULES,
	    x->files.selection.shape.timezone);
	for (i = 0; i < o->ngiven; i++) {
		for (k = 0; others[k] != NULL; k++)
			if (strcmp(o->given[i].flag->name, others[k]) == 0)
				break;
		if (others[k] == NULL)
			bytes_printf(&x->asked, "%s=%s\n",
			    o->given[i].flag->name, o->given[i].value);
		/* "today" is another day tomorrow. */
		if (strcmp(o->given[i].flag->name, "only") == 0 &&
		    strstr(o->given[i].value, "day") != NULL)
			bytes_adds(&x->asked, today);
	}
	if (add_settings(x, f) == -1)
		return -1;
	return bytes_check(&x->asked, f);
}

/* Is there anything in a row that follows from more than its day? */
static int
are_of_history(const struct selection *s)
{
	const struct profile_column *c = s->profile.columns;
	size_t i, k;

	for (i = 0; i < s->ncolumns && s->unique; i++) {
		if (!s->has_profile && column_is_of_history(s->columns[i]))
			return 1;
		for (k = 0; s->has_profile && k < c[i].nfields; k++)
			if (column_is_of_history(
				profile_source(c[i].fields[k])))
				return 1;
	}
	return 0;
}

static int
add_sources(struct everyday *x, struct fault *f)
{
	const struct endpoints *all = &x->files.selection.endpoints;
	size_t i;

	x->sources.are_of_all = are_of_history(&x->files.selection);
	for (i = 0; i < all->n; i++)
		if (sources_add(&x->sources, &all->list[i], f) == -1)
			return -1;
	return 0;
}

/* Days that the journals may have leads of. */
static int
add_days(struct everyday *x, struct fault *f)
{
	char day[UTC_DAY_SIZE];
	size_t i;

	for (i = 0; i < x->sources.n; i++)
		for (memcpy(day, x->sources.list[i].first, sizeof(day));
		     day[0] != '\0' &&
		     strcmp(day, x->sources.list[i].last) <= 0;
		     utc_day_of_number(utc_day_number(day) + 1, day))
			if (days_want(&x->days, day) &&
			    made_day(&x->files.folder.made, day, f) == NULL)
				return -1;
	return 0;
}

/* The files of a day that the journal has. */
static int
keep_day(struct everyday *x, struct made_day *d, const char *digest)
{
	int is_new = strcmp(d->of, digest) != 0, is_there = 0, again = 0, rc;
	int64_t bad = 0, count = d->rows;
	struct rows rows;
	size_t i;

	for (i = 0; i < x->files.selection.nformats; i++) {
		enum table_format format = x->files.selection.formats[i];

		if (!is_new) {
			rc = dayfiles_look(&x->files, d, format, &is_there);
			if (rc != EX_OK)
				return rc;
			if (is_there)
				continue;
		}
		memset(&rows, 0, sizeof(rows));
		if ((rc = dayfiles_make(&x->files, d, format, &rows)) != EX_OK)
			return rc;
		bad = rows.damage.lines;
		if (x->damaged == NULL)
			x->damaged = rows.damage.first;
		count = rows.count;
		again |= bad > 0 ||
		         dayfiles_are_too_many(&x->files.selection, &rows);
	}
	x->bad += bad;
	if (!is_new && !again)
		return EX_OK;
	/* What is wrong with a day is told again. */
	d->rows = count;
	(void)snprintf(d->of, sizeof(d->of), "%s", again ? "" : digest);
	x->files.folder.made.changed = 1;
	return EX_OK;
}

/* What a day has to have, and what no more. */
static int
see_to_day(struct everyday *x, struct made_day *d)
{
	char digest[SIGNATURE_SIZE];
	int asked = days_want(&x->days, d->day), has, rc;
	struct fault f = {0};
	enum table_format i;

	if ((has = sources_digest(
		 &x->sources, d->day, &x->asked, digest, &f)) == -1)
		return cli_fault(x->files.cli, &f);
	for (i = 0; i < TABLE_FORMATS; i++)
		if ((!asked || !wants_format(x, i)) &&
		    (rc = dayfiles_take_away(&x->files, d, i)) != EX_OK)
			return rc;
	if (asked && has)
		return keep_day(x, d, digest);
	for (i = 0; i < TABLE_FORMATS; i++)
		if (asked && d->files[i].sha256[0] != '\0')
			x->orphans++;
	x->files.folder.made.changed |= d->of[0] != '\0';
	d->of[0] = '\0';
	return EX_OK;
}

/* One line, for a person or a log. */
static void
tell(const struct everyday *x)
{
	const struct {
		int64_t n;
		const char *what;
		int always;
	} all[] = {{x->files.results[FOLDER_MADE], "made", 1},
	    {x->files.results[FOLDER_RENEWED], "renewed", 1},
	    {x->files.removed, "removed", 1},
	    {x->files.results[FOLDER_SAME], "unchanged", 1},
	    {x->files.results[FOLDER_LEFT], "left alone", 0},
	    {x->orphans, "of days that the journal doesn't have", 0}};
	char number[PROGRESS_NUMBER_SIZE];
	const char *comma = "";
	size_t i;

	(void)printf("%s: ", x->files.folder.made.path);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].n == 0 && !all[i].always)
			continue;
		(void)printf("%s%s %s", comma,
		    progress_number(all[i].n, number), all[i].what);
		comma = ", ";
	}
	(void)putchar('\n');
}

static int
complain_damaged(const struct everyday *x)
{
	char bad[PROGRESS_NUMBER_SIZE];

	return cli_fail(x->files.cli, EX_DATAERR,
	    "%s line%s of the journal %s damaged and left out; \"leadsheet "
	    "check %s\" tells where",
	    progress_number(x->bad, bad), x->bad == 1 ? "" : "s",
	    x->bad == 1 ? "is" : "are", x->damaged->name);
}

static int
keep(struct everyday *x)
{
	int rc = EX_OK;
	struct fault f = {0};
	size_t i;

	if (note_asked(x, &f) == -1 || add_sources(x, &f) == -1 ||
	    add_days(x, &f) == -1)
		return cli_fault(x->files.cli, &f);
	for (i = 0; i < x->files.folder.made.n && rc == EX_OK; i++)
		rc = see_to_day(x, &x->files.folder.made.days[i]);
	/* What is done is done, whatever happened then. */
	if (made_write(&x->files.folder.made, &f) == -1 && rc == EX_OK)
		rc = cli_fault(x->files.cli, &f);
	if (rc != EX_OK)
		return rc;
	tell(x);
	return x->bad > 0 ? complain_damaged(x) : x->files.status;
}

/* Whom the folder serves: nothing else may write in it. */
static int
open_folder(struct everyday *x)
{
	const struct selection *s = &x->files.selection;
	struct bytes purpose = {0};
	char home[PATH_MAX];
	struct fault f = {0};
	size_t i;
	int rc;

	if (realpath(x->files.cli->home, home) == NULL)
		(void)snprintf(home, sizeof(home), "%s", x->files.cli->home);
	for (i = 0; i < s->endpoints.n; i++)
		bytes_printf(&purpose, "%s%s", i > 0 ? "," : "",
		    s->endpoints.list[i].name);
	bytes_adds(&purpose, " of ");
	text_json(&purpose, home, strlen(home));
	bytes_addc(&purpose, '\0');
	rc = bytes_check(&purpose, &f) == -1 ||
	             folder_open(&x->files.folder, purpose.data, &f) == -1
	         ? -1
	         : 0;
	bytes_free(&purpose);
	return rc == 0 ? EX_OK : cli_fault(x->files.cli, &f);
}

int
everyday_run(struct cli *cli, const char *dir)
{
	struct everyday x = {.files = {.cli = cli}};
	int rc;

	rc = selection_read(&x.files.selection, cli, 0);
	if (rc == EX_OK)
		rc = ownfiles_folder(cli, dir, x.files.folder.made.path);
	x.days = x.files.selection.days;
	if (rc == EX_OK && (rc = open_folder(&x)) == EX_OK)
		rc = keep(&x);
	folder_close(&x.files.folder);
	selection_free(&x.files.selection);
	bytes_free(&x.asked);
	sources_free(&x.sources);
	return rc;
}

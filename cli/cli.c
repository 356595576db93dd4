/* cli: what the commands share; see cli.h. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/terminal/terminal.h"

void
cli_complete(const struct cli *cli, const char *text, struct bytes *b)
{
	struct rights r;

	rights_find(&r, &cli->typed);
	remedy_complete(&r.remedy, text, b);
	bytes_addc(b, '\0');
}

void
cli_command(const struct cli *cli, const char *command, struct bytes *b)
{
	struct rights r;

	rights_find(&r, &cli->typed);
	remedy_command(&r.remedy, command, b);
}

static void
print(const struct cli *cli, FILE *out, int indent, const char *fmt, va_list ap)
{
	int width = isatty(fileno(out)) ? terminal_width(fileno(out)) : INT_MAX;
	char *text = NULL;
	struct bytes b = {0};

	if (vasprintf(&text, fmt, ap) == -1)
		text = NULL;
	if (text != NULL)
		cli_complete(cli, text, &b);
	/* Better one that can't be pasted than none. */
	if (text != NULL)
		terminal_wrap(out, b.failed ? text : b.data, indent, width);
	else
		(void)fputs("out of memory", out);
	bytes_free(&b);
	free(text);
}

void
cli_print(const struct cli *cli, FILE *out, int indent, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(cli, out, indent, fmt, ap);
	va_end(ap);
}

int
cli_fail(const struct cli *cli, int status, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		text = NULL;
	va_end(ap);
	(void)fflush(stdout);
	cli_print(cli, stderr, 0, "leadsheet%s%s: %s",
	    cli->command == NULL ? "" : " ",
	    cli->command == NULL ? "" : cli->command->name,
	    text == NULL ? "out of memory" : text);
	(void)fputc('\n', stderr);
	free(text);
	return status;
}

/* What rights say, which has its command whole already. */
static int
fail_rights(const struct cli *cli, struct bytes *why)
{
	struct fault f = {0};
	int rc = bytes_check(why, &f) == -1
	             ? cli_fail(cli, EX_OSERR, "%s", f.text)
	             : cli_fail(cli, EX_NOPERM, "%s", why->data);

	bytes_free(why);
	return rc;
}

int
cli_fault(const struct cli *cli, const struct fault *f)
{
	static const int status[] = {[FAULT_NONE] = EX_SOFTWARE,
	    [FAULT_SETUP] = EX_CONFIG,
	    [FAULT_BUSY] = EX_TEMPFAIL,
	    [FAULT_DAMAGED] = EX_DATAERR,
	    [FAULT_STORAGE] = EX_IOERR,
	    [FAULT_MEMORY] = EX_OSERR};
	struct bytes why = {0};
	struct rights r;

	rights_find(&r, &cli->typed);
	/* Elsewhere than in the home its owner has no more rights. */
	if (f->err == EACCES && rights_are_others(&r) &&
	    strstr(f->text, cli->home) != NULL) {
		rights_explain_reader(&r, f, &why);
		return fail_rights(cli, &why);
	}
	return cli_fail(cli, status[f->kind], "%s", f->text);
}

const char *
cli_option(const struct cli *cli, const char *name)
{
	return options_value(&cli->options, name);
}

int
cli_check_owner(const struct cli *cli)
{
	struct bytes why = {0};
	struct rights r;
	struct stat st;

	if (stat(cli->home, &st) == -1)
		return cli_fail(cli, EX_CONFIG, "can't use the home %s: %s",
		    cli->home, strerror(errno));
	rights_find(&r, &cli->typed);
	if (r.remedy.owner == r.remedy.reader)
		return EX_OK;
	rights_explain_owner(&r, &why);
	return fail_rights(cli, &why);
}

int
cli_check_home(const struct cli *cli)
{
	struct fault f = {0};
	struct rights r;
	struct stat st;
	int rc;

	rights_find(&r, &cli->typed);
	if (stat(cli->home, &st) == -1)
		return cli_fail(cli, EX_CONFIG,
		    "can't use the home %s: %s; run \"leadsheet init\", or "
		    "name the one that is there with --home or LEADSHEET_HOME",
		    cli->home, strerror(errno));
	if (strlen(cli->home) > ENDPOINT_HOME_MAX)
		return cli_fail(cli, EX_CONFIG, "the home's path is too long");
	if ((rc = endpoint_is_home(cli->home, &f)) == 1)
		return EX_OK;
	if (rc == 0)
		return cli_fail(cli, EX_CONFIG,
		    "%s is not a home of leadsheet: it has neither a file "
		    "leadsheet.conf nor an endpoint in it%s; name the home "
		    "with --home or LEADSHEET_HOME, or make one: \"leadsheet "
		    "--home DIR init\"",
		    cli->home,
		    rights_are_others(&r) ? " that you may look into" : "");
	return cli_fault(cli, &f);
}

/* The endpoints of a home, by name. */
struct names {
	char (*list)[ENDPOINT_NAME_SIZE]; /* owned */
	size_t n;
};

static int
add_name(void *context, const char *name)
{
	struct names *names = context;
	void *longer =
	    reallocarray(names->list, names->n + 1, sizeof(*names->list));

	if (longer == NULL)
		return 1;
	names->list = longer;
	(void)snprintf(names->list[names->n++], ENDPOINT_NAME_SIZE, "%s", name);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* EX_OK; the list is to be freed in any case. */
static int
list_names(const struct cli *cli, struct names *names)
{
	struct fault f = {0};
	int rc = endpoint_each(cli->home, add_name, names, &f);

	if (rc == 1)
		(void)fault_set(&f, FAULT_MEMORY, 0, "out of memory");
	if (rc != 0)
		return cli_fault(cli, &f);
	if (names->n > 0)
		qsort(names->list, names->n, ENDPOINT_NAME_SIZE, by_name);
	return EX_OK;
}

/* There is no such endpoint: say which there are. */
static int
complain_endpoint(const struct cli *cli, const char *name)
{
	struct names names = {0};
	char there[512] = "";
	size_t i, used = 0;
	int rc = cli_check_home(cli);

	if (rc == EX_OK)
		rc = list_names(cli, &names);
	for (i = 0; i < names.n && used < sizeof(there) - 80; i++)
		used += (size_t)snprintf(there + used, sizeof(there) - used,
		    "%s%s", i > 0 ? ", " : "", names.list[i]);
	if (rc == EX_OK && names.n == 0)
		rc = cli_fail(cli, EX_CONFIG,
		    "there is no endpoint in %s yet; run \"leadsheet "
		    "endpoint add %s\"",
		    cli->home,
		    name != NULL && endpoint_is_name(name) ? name : "main");
	else if (rc == EX_OK && name == NULL)
		rc = cli_fail(cli, EX_USAGE,
		    "there are several endpoints; name one of them: %s", there);
	else if (rc == EX_OK)
		rc = cli_fail(cli, EX_USAGE,
		    "there is no endpoint %s; there is: %s", name, there);
	free(names.list);
	return rc;
}

int
cli_endpoint(const struct cli *cli, const char *name, struct endpoint *e)
{
	struct fault f = {0};
	int found = endpoint_find(e, cli->home, name == NULL ? "" : name, &f);

	if (found == -1)
		return cli_fault(cli, &f);
	return found == 1 ? EX_OK : complain_endpoint(cli, name);
}

void
cli_read_settings(struct cli *cli)
{
	(void)snprintf(cli->conf_path, sizeof(cli->conf_path),
	    "%.*s/leadsheet.conf", ENDPOINT_HOME_MAX, cli->home);
	(void)conf_read(&cli->conf, cli->conf_path);
	settings_of(&cli->settings, &cli->conf, cli->conf_path, NULL);
}

/* Have them in use: the time zone is the process's. */
static int
use_settings(struct cli *cli)
{
	struct fault f = {0};

	if (cli->settings.wrong.kind != FAULT_NONE &&
	    (cli->command->need & NEED_RIGHT) != 0)
		return cli_fault(cli, &cli->settings.wrong);
	if (utc_zone(cli->settings.shape.timezone, &f) == -1)
		return cli_fault(cli, &f);
	return EX_OK;
}

int
cli_use_settings(struct cli *cli, const struct endpoint *e)
{
	settings_of(&cli->settings, &cli->conf, cli->conf_path,
	    e == NULL ? NULL : e->name);
	return use_settings(cli);
}

int
cli_each_endpoint(struct cli *cli,
    int (*what)(struct cli *, const struct endpoint *, void *), void *context)
{
	struct names names = {0};
	struct endpoint e;
	size_t i;
	int rc = list_names(cli, &names);

	for (i = 0; i < names.n && rc == EX_OK; i++)
		if ((rc = cli_endpoint(cli, names.list[i], &e)) == EX_OK &&
		    (rc = cli_use_settings(cli, &e)) == EX_OK)
			rc = what(cli, &e, context);
	free(names.list);
	return rc;
}

int
cli_chosen_endpoints(struct cli *cli,
    int (*what)(struct cli *, const struct endpoint *, void *), void *context)
{
	const char *name = cli_option(cli, "endpoint");
	struct endpoint e;
	int rc;

	if (name == NULL)
		return cli_each_endpoint(cli, what, context);
	if ((rc = cli_endpoint(cli, name, &e)) != EX_OK ||
	    (rc = cli_use_settings(cli, &e)) != EX_OK)
		return rc;
	return what(cli, &e, context);
}

int
cli_day(const struct cli *cli, const char *text, char out[static UTC_DAY_SIZE])
{
	char today[UTC_DAY_SIZE];

	utc_day(utc_now(), today);
	if (strcmp(text, "today") == 0) {
		(void)strcpy(out, today);
	} else if (strcmp(text, "yesterday") == 0) {
		utc_day_of_number(utc_day_number(today) - 1, out);
	} else if (utc_is_day(text)) {
		(void)snprintf(out, UTC_DAY_SIZE, "%s", text);
	} else {
		return cli_fail(cli, EX_USAGE,
		    "\"%s\" is no day; write one like 2026-11-23, today or "
		    "yesterday",
		    text);
	}
	return EX_OK;
}

int
cli_ask(const struct cli *cli, const char *question)
{
	int c, answer;

	if (!isatty(STDIN_FILENO))
		return 0;
	(void)fflush(stdout);
	cli_print(cli, stderr, 0, "%s [y/N]", question);
	(void)fputc(' ', stderr);
	answer = c = getchar();
	while (c != '\n' && c != EOF)
		c = getchar();
	if (c == EOF)
		(void)fputc('\n', stderr);
	return answer == 'y' || answer == 'Y';
}

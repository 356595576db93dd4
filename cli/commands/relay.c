/* leadsheet relay: pass on what comes, to another program. */
#include <string.h>

#include "cli/cli.h"
#include "cli/deliver/http.h"
#include "cli/relay/byhand.h"
#include "cli/relay/relay.h"
#include "cli/relay/relayconf.h"

const struct flag relay_flags[] = {
    {"once", 0, NULL, "pass on what is due, and end: for cron"},
    {"test", 0, NULL, "send a made-up test delivery, and tell the answer"},
    {"print", 0, NULL, "show what would go next (or --test), send nothing"},
    {"resume", 0, NULL, "where it stands still or waits: try again now"},
    {"skip", 0, NULL, "pass over the one delivery at which it stands"},
    {"make-secret", 0, NULL, "make the secret that it signs with, show it"},
    {"endpoint", 0, "NAME", "only this one; with --print, --resume, --skip"},
    {NULL, 0, NULL, NULL},
};

/* The names of the relays that there are. */
static int
complain_name(const struct cli *cli, const char *name)
{
	char there[512] = "";
	const char *one;
	size_t i, used = 0;

	for (i = 0; (one = relayconf_nth(&cli->conf, i)) != NULL &&
		    used < sizeof(there) - 80;
	     i++)
		used += (size_t)snprintf(there + used, sizeof(there) - used,
		    "%s%s", i > 0 ? ", " : "", one);
	if (i == 0)
		return cli_fail(cli, EX_CONFIG,
		    "there is no section [relay NAME] in %s yet; it says where "
		    "to, see leadsheet.conf(5)",
		    cli->conf_path);
	if (name == NULL)
		return cli_fail(cli, EX_USAGE,
		    "there are several relays; name one of them: %s", there);
	return cli_fail(cli, EX_USAGE, "there is no relay %.64s; there is: %s",
	    name, there);
}

/* Which is meant: EX_OK, or what cli_fail() returned. */
static int
find_name(const struct cli *cli, const char **name)
{
	const char *asked =
	    cli->options.narguments > 0 ? cli->options.arguments[0] : NULL;
	const char *one;
	size_t i;

	if (cli->conf.fault.kind != FAULT_NONE)
		return cli_fault(cli, &cli->conf.fault);
	for (i = 0; (one = relayconf_nth(&cli->conf, i)) != NULL; i++)
		if (asked == NULL || strcmp(one, asked) == 0)
			*name = one;
	if (*name == NULL || (asked == NULL && i > 1))
		return complain_name(cli, asked);
	return EX_OK;
}

/* One of these at a time, but for --print --test and --resume --once. */
static int
check_options(const struct cli *cli)
{
	static const char *const names[] = {
	    "once", "test", "print", "resume", "skip", "make-secret"};
	const char *given[2] = {NULL, NULL};
	size_t i, n = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (cli_option(cli, names[i]) != NULL && n++ < 2)
			given[n - 1] = names[i];
	if (n == 2 && ((strcmp(given[0], "test") == 0 &&
			   strcmp(given[1], "print") == 0) ||
			  (strcmp(given[0], "once") == 0 &&
			      strcmp(given[1], "print") != 0 &&
			      strcmp(given[1], "test") != 0 &&
			      strcmp(given[1], "make-secret") != 0)))
		return EX_OK;
	return n < 2 ? EX_OK
	             : cli_fail(cli, EX_USAGE, "--%s or --%s, but not both",
			   given[0], given[1]);
}

int
relay_run(struct cli *cli)
{
	const char *found = NULL;
	char name[ENDPOINT_NAME_SIZE];
	int rc = check_options(cli);

	if (rc == EX_OK)
		rc = find_name(cli, &found);
	if (rc != EX_OK)
		return rc;
	/* The settings may be read anew. */
	(void)snprintf(name, sizeof(name), "%s", found);
	if (cli_option(cli, "make-secret") != NULL)
		return byhand_make_secret(cli, name);
	if (cli_option(cli, "print") != NULL)
		return byhand_print(cli, name);
	if (!http_is_there())
		return cli_fail(cli, EX_UNAVAILABLE,
		    "this leadsheet was built without libcurl and can't pass "
		    "anything on; use one that was built with "
		    "libcurl4-openssl-dev");
	if (cli_option(cli, "test") != NULL)
		return byhand_test(cli, name);
	if (cli_option(cli, "resume") != NULL)
		rc = byhand_resume(cli, name);
	else if (cli_option(cli, "skip") != NULL)
		rc = byhand_skip(cli, name);
	else if (cli_option(cli, "once") == NULL)
		return relay_run_on(cli, name);
	if (rc != EX_OK || cli_option(cli, "once") == NULL)
		return rc;
	return relay_once(cli, name);
}

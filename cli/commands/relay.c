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
		    "there is no section [relay NAME] in %s yet, with a name "
		    "of small letters, digits and hyphens; it says where to, "
		    "see leadsheet.conf(5)",
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

static int
has(const struct cli *cli, const char *option)
{
	return cli_option(cli, option) != NULL;
}

/* What goes with what? */
static int
check_options(const struct cli *cli)
{
	int looks = has(cli, "test") || has(cli, "print");
	int goes_on = has(cli, "resume") || has(cli, "skip");
	int makes = has(cli, "make-secret");

	if (looks + has(cli, "resume") + has(cli, "skip") + makes > 1 ||
	    (has(cli, "once") && (looks || makes)))
		return cli_fail(cli, EX_USAGE,
		    "one thing at a time: --once, --test, --print, --resume, "
		    "--skip or --make-secret; only --print goes with --test, "
		    "and --once with --resume or --skip");
	if (has(cli, "endpoint") &&
	    (has(cli, "test") || !(goes_on || looks) || has(cli, "once")))
		return cli_fail(cli, EX_USAGE,
		    "--endpoint goes with --print, --resume or --skip; which "
		    "endpoints a relay passes on is told in %s",
		    cli->conf_path);
	return EX_OK;
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
	if (has(cli, "make-secret"))
		return byhand_make_secret(cli, name);
	if (has(cli, "print"))
		return byhand_print(cli, name);
	if (!http_is_there())
		return cli_fail(cli, EX_UNAVAILABLE,
		    "this leadsheet was built without libcurl and can't pass "
		    "anything on; use one that was built with "
		    "libcurl4-openssl-dev");
	if (has(cli, "test"))
		return byhand_test(cli, name);
	if (has(cli, "resume"))
		rc = byhand_resume(cli, name);
	else if (has(cli, "skip"))
		rc = byhand_skip(cli, name);
	else if (!has(cli, "once"))
		return relay_run_on(cli, name);
	return rc == EX_OK && has(cli, "once") ? relay_once(cli, name) : rc;
}

/*
 * leadsheet: the command line.  The table of commands is here, and what is
 * made of it: the dispatch, the help, the completion.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/terminal/terminal.h"
#include "config/homedir.h"
#include "webhook/signature.h"

#define NEED_ALL (NEED_HOME | NEED_OWNER | NEED_RIGHT)

/* In the order in which a person comes to need them. */
static const struct command commands[] = {
    {"init", "", 0, 0, NEED_NOTHING, init_flags, init_run,
	"make the home directory and its first endpoint",
	"Makes what is missing and leaves what is there as it is.  DIR is new, "
	"empty, or a home of yours.",
	"runuser -u leadsheet -- leadsheet --home /var/lib/leadsheet init"},
    {"endpoint", "add|list|enable|disable|delete [NAME]", 1, 2, NEED_HOME,
	endpoint_flags, endpoint_run, "one endpoint for each webhook",
	"NAME is the last part of the webhook's URL: small letters, digits "
	"and hyphens.  A disabled endpoint answers 503, and what comes "
	"meanwhile is not kept.  "
	"\"delete\" moves the directory aside; with --purge it "
	"and all leads in it go.",
	"leadsheet endpoint add newsletter"},
    {"secret", "[NAME]", 0, 1, NEED_HOME | NEED_OWNER, secret_flags, secret_run,
	"keep a webhook's signing secret",
	"Asks for the secret, or reads it from stdin.  It is on the Settings "
	"page of LikesToLeads, beside the webhook.",
	"leadsheet secret main"},
    {"send", "[FILE|-]", 0, 1, NEED_NOTHING, send_flags, send_run,
	"play the sender: deliver a body, signed",
	"Without FILE say --test.  The secret is that of the only endpoint, "
	"unless --endpoint or --secret-file name another.  Exits 0 when all "
	"were answered 2xx, 75 where another try can help (5xx, no answer), "
	"77 after 401 or 403, else 65.",
	"leadsheet send --test --url https://YOUR.SITE/leads/main"},
    {"check", "[NAME...]", 0, -1, NEED_NOTHING, check_flags, check_run,
	"see whether installation and store are right",
	"Changes nothing; with --url it sends one test delivery.  Exits 0 when "
	"all is well, 78 when only the installation is wrong, 65 when the "
	"store is.",
	"leadsheet check --url https://YOUR.SITE/leads/main"},
    {"status", "[NAME]...", 0, -1, NEED_HOME, status_flags, status_run,
	"how the endpoints are, at a glance",
	"What needs you comes first.  Then, for each endpoint: is it on, the "
	"leads of today and of the last 14 days, the last delivery, disk and "
	"days kept.",
	"leadsheet status"},
    {"tail", "[NAME]", 0, 1, NEED_HOME, tail_flags, tail_run,
	"today's leads as they come",
	"A line each, until Ctrl-C.  Where the output is no terminal the "
	"columns are separated by TABs, and nothing is cut.",
	"leadsheet tail main"},
    {"export", "", 0, -1, NEED_HOME | NEED_RIGHT, export_flags, export_run,
	"leads of any days as csv, tsv, xlsx or jsonl",
	"Reads the journal, so that cells are whole and a sheet that was "
	"edited or deleted is no hindrance.  Goes to stdout unless -o names a "
	"file.",
	"leadsheet export --from 2026-11-01 --unique -o november.xlsx"},
    {"people", "", 0, -1, NEED_HOME | NEED_RIGHT, people_flags, people_run,
	"everyone once: who, since when, how often",
	"A row for each person, with the newest that is known of them, over "
	"all "
	"days or those who engaged in some.  first_seen, last_seen, "
	"engagements, "
	"kinds and signals are of all that is kept of them.",
	"leadsheet people --new-since yesterday -o new.csv"},
    {"find", "TEXT...", 1, -1, NEED_HOME | NEED_RIGHT, find_flags, find_run,
	"people by name, company, profile URL or urn",
	"Each who has TEXT in one of these, in capitals or not, with what "
	"tells "
	"them apart, over all days and endpoints.  Where the output is no "
	"terminal the columns are separated by TABs, and nothing is cut.  "
	"Exits "
	"1 when there is nobody.",
	"leadsheet find jane smith"},
    {"rebuild", "[DAY]...", 0, -1, NEED_ALL, rebuild_flags, rebuild_run,
	"make sheets and index again from the journal",
	"Without a DAY it makes those of all days, and the index.  What was "
	"there, edited or not, goes to sheets/replaced/.  A day whose journal "
	"is gone keeps its sheets.",
	"leadsheet rebuild 2026-11-23"},
    {"replay", "DAY...", 1, -1, NEED_HOME | NEED_RIGHT, replay_flags,
	replay_run, "deliver kept records again, elsewhere",
	"Sends the bodies of these days just as they came, in order, and "
	"stops at the first that is not answered 2xx.",
	"leadsheet replay 2026-11-23 --url https://OTHER.SITE/leads/main"},
    {"forget", "[WHOM]", 0, 1, NEED_ALL, forget_flags, forget_run,
	"erase a person: their leads leave journal, sheets and index",
	"WHOM is a urn, the URL of a profile, or a whole name; of several "
	"people it asks which.  It names the files that it doesn't write and "
	"in which the urn still stands: those that someone has edited, copies, "
	"exports.  What was cut off is finished by any later \"forget\", or by "
	"--resume.",
	"leadsheet forget --dry-run ACoAAExampleURN1234567890"},
    {"prune", "--keep TIME", 0, 0, NEED_ALL, prune_flags, prune_run,
	"remove days that are older than you want to keep",
	"Journal and sheets of these days go, edited or not.  Which deliveries "
	"there were stays known, without anything of a person, so that none "
	"comes twice.",
	"leadsheet prune --keep 400d --dry-run"},
    {"page", "user|feed add|list|password|remove [WHICH]", 2, 3, NEED_HOME,
	page_flags, page_run, "who may look at the page, and its live feeds",
	"\"user add\" makes a password, shown once, for somebody who may look "
	"at the leads in a browser; \"user password\" makes a new one and "
	"ends where they are logged in.  \"feed add\" saves a selection that a "
	"spreadsheet reads by an address nobody can guess, as often as it "
	"likes; whoever has the address can read it until \"feed remove\".  "
	"WHICH is a user's name; of a feed its name, or the first digits of "
	"its hash.",
	"leadsheet page user add anna --endpoint main"},
    {"digest", "", 0, 0, NEED_HOME, digest_flags, digest_run,
	"mail what came: one mail a day, in the morning",
	"Mails what came since the last digest to those that [digest] in "
	"leadsheet.conf or --to names, through this machine's sendmail; also "
	"when nothing came, so that no mail means that something is wrong.  A "
	"second one on the same day is sent with --again only.  What could not "
	"be mailed is in the next one.",
	"leadsheet digest --to you@example.org"},
    {"relay", "[NAME]", 0, 1, NEED_HOME | NEED_OWNER, relay_flags, relay_run,
	"pass on what comes to a CRM, a chat, another program",
	"NAME is that of a section [relay NAME] in leadsheet.conf, which says "
	"where to.  Each delivery goes there in order, at least once, until "
	"the program is stopped, or with --once until nothing is due.  What "
	"isn't taken is tried again for three days; nothing is passed over.",
	"leadsheet relay crm --once"},
    /* For deploy/completion: no summary, so that no person is told. */
    {"complete", "[WORD]...", 0, -1, NEED_NOTHING, complete_flags, complete_run,
	NULL, "Prints what the last word can become.",
	"leadsheet complete -- endpoint dis"},
    {NULL, NULL, 0, 0, NEED_NOTHING, NULL, NULL, NULL, NULL, NULL},
};

static const struct flag global_flags[] = {
    {"home", 0, "DIR", "the home directory, instead of $LEADSHEET_HOME"},
    {"no-color", 0, NULL, "plain text, as with NO_COLOR"},
    {"help", 'h', NULL, "this"},
    {"version", 0, NULL, "which version this is"},
    {NULL, 0, NULL, NULL},
};

static const struct command *
find_command(const char *name)
{
	const struct command *c;

	for (c = commands; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* The home is there; it is the user's own, and its settings are right. */
static int
make_ready(struct cli *cli)
{
	unsigned need = cli->command->need;
	const struct settings *s = &cli->settings;
	struct fault f = {0};
	int rc;

	if (need == NEED_NOTHING)
		return EX_OK;
	if ((rc = cli_check_home(cli)) != EX_OK)
		return rc;
	cli_read_settings(cli);
	if ((need & NEED_OWNER) != 0 && (rc = cli_check_owner(cli)) != EX_OK)
		return rc;
	if ((need & NEED_RIGHT) != 0 && s->wrong.kind != FAULT_NONE)
		return cli_fault(cli, &s->wrong);
	return utc_zone(s->shape.timezone, &f) == 0 ? EX_OK
	                                            : cli_fault(cli, &f);
}

static int
run(struct cli *cli)
{
	const struct command *c = cli->command;
	int rc;

	if (cli->options.narguments < c->least)
		return cli_fail(cli, EX_USAGE,
		    "something is missing: %s; try \"leadsheet %s --help\"",
		    c->arguments, c->name);
	if (c->most != -1 && cli->options.narguments > c->most)
		return cli_fail(cli, EX_USAGE,
		    "it takes no \"%s\"; try \"leadsheet %s --help\"",
		    cli->options.arguments[c->most], c->name);
	if ((rc = make_ready(cli)) != EX_OK)
		return rc;
	return c->run(cli);
}

/* What was printed must have arrived; who reads no more is no error of ours. */
static int
flush_output(const struct cli *cli, int rc)
{
	struct pollfd out = {STDOUT_FILENO, 0, 0};

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return rc;
	/* It may have failed long before, and why is forgotten. */
	if (poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP)) != 0)
		return rc == EX_OK ? EX_IOERR : rc;
	return cli_fail(cli, EX_IOERR,
	    "can't write all that there is to say: %s",
	    errno == 0 ? "is there room where it goes?" : strerror(errno));
}

/* How many words a global option takes that begins with this one, or 0. */
static int
global_words(const char *word)
{
	const struct flag *f;
	size_t n = strcspn(word, "=");

	for (f = global_flags; f->name != NULL; f++)
		if (word[1] == '-' ? strlen(f->name) + 2 == n &&
					 strncmp(f->name, word + 2, n - 2) == 0
				   : word[1] == f->letter)
			return f->value != NULL && word[n] == '\0' ? 2 : 1;
	return 0;
}

/*
 * The command is the first word that is no option; what stands before it are
 * the global ones.  It is taken out of argv.  NULL when there is none.
 */
static const char *
take_command(int *argc, char **argv)
{
	const char *name;
	int i = 0, words;

	while (i < *argc && argv[i][0] == '-') {
		if ((words = global_words(argv[i])) == 0)
			return NULL; /* which is a mistake */
		i += words;
	}
	if (i >= *argc)
		return NULL;
	name = argv[i];
	memmove(argv + i, argv + i + 1,
	    (size_t)(*argc - i) * sizeof(*argv)); /* with the NULL */
	--*argc;
	return name;
}

/* No command: a question about the program, or a mistake. */
static int
run_without_command(struct cli *cli, int asked)
{
	if (cli_option(cli, "version") != NULL) {
		(void)printf("leadsheet %s\n", VERSION);
		return EX_OK;
	}
	if (asked || cli_option(cli, "help") != NULL) {
		help_all(stdout, commands, global_flags);
		return EX_OK;
	}
	help_all(stderr, commands, global_flags);
	return EX_USAGE;
}

static int
start(struct cli *cli, int argc, char **argv)
{
	const char *name = take_command(&argc, argv), *near, *home;
	int asked = name != NULL && strcmp(name, "help") == 0;

	/* "help send" is "send --help". */
	if (asked)
		name = take_command(&argc, argv);
	if (name != NULL && (cli->command = find_command(name)) == NULL) {
		near = text_nearest(name, commands, sizeof(commands[0]));
		return cli_fail(cli, EX_USAGE,
		    "there is no command \"%.40s\"%s%s%s (see \"leadsheet "
		    "--help\")",
		    name, near == NULL ? "" : "; did you mean \"",
		    near == NULL ? "" : near, near == NULL ? "" : "\"?");
	}
	if (options_read(&cli->options,
		cli->command == NULL ? global_flags : cli->command->flags,
		cli->command == NULL ? NULL : global_flags, argc, argv) == -1)
		return cli_fail(cli, EX_USAGE,
		    "%s (see \"leadsheet %s%s--help\")", cli->options.complaint,
		    cli->command == NULL ? "" : cli->command->name,
		    cli->command == NULL ? "" : " ");
	if (cli_option(cli, "no-color") != NULL)
		terminal_no_colour();
	if (cli->command == NULL || cli_option(cli, "version") != NULL)
		return run_without_command(cli, asked);
	if (asked || cli_option(cli, "help") != NULL) {
		help_command(stdout, cli->command, global_flags);
		return EX_OK;
	}
	home = getenv("LEADSHEET_HOME");
	cli->home = homedir_find(cli->home_room, cli_option(cli, "home"), home,
	    getenv("HOME"), DEFAULT_HOME);
	cli->typed.home = cli->home;
	cli->typed.home_named =
	    cli_option(cli, "home") != NULL || cli->home == home;
	return run(cli);
}

int
main(int argc, char **argv)
{
	struct cli cli = {
	    .typed = {.argc = argc, .argv = (const char *const *)argv},
	    .commands = commands,
	    .global_flags = global_flags};
	char **words = calloc((size_t)argc + 1, sizeof(*words));
	struct fault f = {0};
	int rc;

	if (words == NULL)
		(void)fault_memory(&f);
	if (words == NULL || process_start(&f) == -1 ||
	    signature_start(0, &f) == -1) {
		free(words);
		return cli_fault(&cli, &f);
	}
	/* A copy, from which words are taken out. */
	if (argc > 1)
		memcpy(words, argv + 1, (size_t)argc * sizeof(*words));
	utc_boot(&cli.boot);
	terminal_catch();
	rc = start(&cli, argc > 1 ? argc - 1 : 0, words);
	rc = flush_output(&cli, rc);
	free(words);
	options_free(&cli.options);
	conf_free(&cli.conf);
	if (terminal_stopped() != 0)
		terminal_die();
	return rc;
}

/*
 * cli: what the commands of leadsheet share.
 *
 * A command is a function that gets a struct cli, does its work, and returns
 * an exit code of sysexits.h.  What it has to say goes to stdout; what went
 * wrong, and progress, to stderr.
 */
#ifndef CLI_H
#define CLI_H

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "cli/rights.h"
#include "cli/terminal/options.h"
#include "config/endpoint.h"
#include "config/conf.h"
#include "config/settings.h"

struct cli;

/* What must be there before a command can run: any of these. */
#define NEED_NOTHING 0
#define NEED_HOME    1 /* the home, readable */
#define NEED_OWNER   2 /* that it belongs to whoever runs it */
/*
 * That no setting is wrong: the command writes what the settings shape, or
 * picks days by the time zone.
 */
#define NEED_RIGHT 4

/* The facts of a command: its help is made of them, and its completion. */
struct command {
	const char *name;
	const char *arguments; /* as the usage shows them */
	int least, most;       /* how many of them; most -1: any number */
	unsigned need;
	const struct flag *flags; /* a NULL name behind the last */
	int (*run)(struct cli *);
	const char *summary; /* a line of leadsheet --help; NULL: none */
	const char *about;   /* what its own --help says more */
	const char *example; /* lines to type */
};

struct cli {
	struct rights_case typed; /* the whole command line, and home */
	const struct command *command;
	const struct command *commands; /* all; a NULL name behind the last */
	const struct flag *global_flags;
	struct options options;
	const char *home;
	char home_room[PATH_MAX];
	/* With NEED_HOME; else zero until cli_read_settings(). */
	char conf_path[PATH_MAX]; /* leadsheet.conf, */
	struct conf conf;         /* its lines, */
	struct settings settings; /* and those that hold now */
	struct boot boot;
};

/*
 * Say on stderr what is wrong, a sentence with the remedy, and return the exit
 * code, so that a command can return it.
 */
int cli_fail(const struct cli *, int status, const char *fmt, ...)
    __attribute__((nonnull(1, 3), format(printf, 3, 4)));

/* The same for a fault; its kind tells the exit code. */
int
cli_fault(const struct cli *, const struct fault *) __attribute__((nonnull));

/* The value of an option, the last one given, or NULL. */
const char *
cli_option(const struct cli *, const char *name) __attribute__((nonnull));

/*
 * Append a message with the commands in it such that they work when pasted
 * (remedy.h), and a NUL.
 */
void cli_complete(const struct cli *, const char *text, struct bytes *)
    __attribute__((nonnull));

/* The same of one command, without quotes and NUL. */
void cli_command(const struct cli *, const char *command, struct bytes *)
    __attribute__((nonnull));

/*
 * A message on a terminal, in lines of its width that begin behind indent
 * columns but for the first; elsewhere in one line.  No newline at the end.
 */
void cli_print(const struct cli *, FILE *, int indent, const char *fmt, ...)
    __attribute__((nonnull, format(printf, 4, 5)));

/*
 * Is there a home?  EX_OK, or what cli_fail() returned.  No command but init
 * works in any other directory.
 */
int cli_check_home(const struct cli *) __attribute__((nonnull));

/*
 * Does the home belong to whoever runs this?  What root makes in another
 * user's home the receiver could not write to.  EX_OK, or what cli_fail()
 * returned.
 */
int cli_check_owner(const struct cli *) __attribute__((nonnull));

/* Read leadsheet.conf; what holds without an endpoint is in cli->settings. */
void cli_read_settings(struct cli *) __attribute__((nonnull));

/*
 * Have the settings of an endpoint, or with NULL those that hold for all, in
 * cli->settings, and their time zone in use.  EX_OK, or what cli_fail()
 * returned: one is wrong, and the command needs them right.
 */
int cli_use_settings(struct cli *, const struct endpoint *)
    __attribute__((nonnull(1)));

/*
 * The endpoint of that name, or with NULL the only one there is.  EX_OK, or
 * what cli_fail() returned.
 */
int cli_endpoint(const struct cli *, const char *name, struct endpoint *)
    __attribute__((nonnull(1, 3)));

/*
 * Call what with each endpoint, in order of their names, its settings being in
 * use; the first exit code that is not EX_OK ends it and is returned.
 */
int cli_each_endpoint(struct cli *,
    int (*what)(struct cli *, const struct endpoint *, void *), void *context)
    __attribute__((nonnull(1, 2)));

/* The same with the one that --endpoint names, or with each of them. */
int cli_chosen_endpoints(struct cli *,
    int (*what)(struct cli *, const struct endpoint *, void *), void *context)
    __attribute__((nonnull(1, 2)));

/*
 * A day as people write it: 2026-11-23, today, yesterday.  EX_OK, or what
 * cli_fail() returned.
 */
int cli_day(const struct cli *, const char *text, char out[static UTC_DAY_SIZE])
    __attribute__((nonnull));

/*
 * Ask a person on the terminal, yes or no; 1 for yes.  Where stdin is no
 * terminal nobody can be asked: 0.
 */
int cli_ask(const struct cli *, const char *question) __attribute__((nonnull));

/* The commands: leadsheet.c has the table. */
int init_run(struct cli *);
int endpoint_run(struct cli *);
int secret_run(struct cli *);
int export_run(struct cli *);
int people_run(struct cli *);
int find_run(struct cli *);
int send_run(struct cli *);
int replay_run(struct cli *);
int check_run(struct cli *);
int status_run(struct cli *);
int tail_run(struct cli *);
int complete_run(struct cli *);
int rebuild_run(struct cli *);
int forget_run(struct cli *);
int prune_run(struct cli *);
int page_run(struct cli *);
int digest_run(struct cli *);
int relay_run(struct cli *);
extern const struct flag init_flags[];
extern const struct flag endpoint_flags[];
extern const struct flag secret_flags[];
extern const struct flag export_flags[];
extern const struct flag people_flags[];
extern const struct flag find_flags[];
extern const struct flag send_flags[];
extern const struct flag replay_flags[];
extern const struct flag check_flags[];
extern const struct flag status_flags[];
extern const struct flag tail_flags[];
extern const struct flag complete_flags[];
extern const struct flag rebuild_flags[];
extern const struct flag forget_flags[];
extern const struct flag prune_flags[];
extern const struct flag page_flags[];
extern const struct flag digest_flags[];
extern const struct flag relay_flags[];

#endif

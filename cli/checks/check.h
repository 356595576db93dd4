/*
 * check: what the parts of leadsheet check share.
 */
#ifndef CHECK_H
#define CHECK_H

#include "cli/cli.h"
#include "cli/terminal/progress.h"
#include "audit/audit.h"

enum check_area { CHECK_INSTALLATION, CHECK_STORE };

struct check {
	struct cli *cli;
	const struct endpoint *endpoint; /* in hand, or NULL: the home */
	enum check_area area;
	struct progress progress;
	int json;
	int width;    /* of the lines */
	int wrong[2]; /* crosses, by area */
	uid_t owner;  /* of the home */
	int is_owner; /* are we? root is, too */
	int has_home;
};

/*
 * One line: what is so, and for a cross what to do about it.  Counted as wrong
 * in the area in hand.
 */
void check_say(struct check *, enum audit_level, const char *remedy,
    const char *fmt, ...) __attribute__((nonnull, format(printf, 4, 5)));

/*
 * A cross of a fault's sentence: what is so, and behind its semicolon what to
 * do about it; remedy, where it has none.
 */
void check_fault(struct check *, const char *text, const char *remedy)
    __attribute__((nonnull));

/* The home and what is around it: checkhome.c. */
void check_home(struct check *) __attribute__((nonnull));

/* The page's directory and who may look, where there is one: checkpage.c. */
void check_page(struct check *) __attribute__((nonnull));

/* Relays and the digest, which settings speak of: checkleave.c. */
void check_leave(struct check *) __attribute__((nonnull));

/* An endpoint's secret, room and clock. */
void check_endpoint(struct check *) __attribute__((nonnull));

/* Every file's mode and owner, and those that are none of ours. */
void check_files(struct check *) __attribute__((nonnull));

/* Play the sender: checkurl.c.  EX_OK, or what cli_fail() returned. */
int check_url(struct check *) __attribute__((nonnull));

#endif

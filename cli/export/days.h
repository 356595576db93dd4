/*
 * days: which days are asked for: the options --from, --to, --last, and
 * --new-since.  A day is one of the time zone in use.
 */
#ifndef DAYS_H
#define DAYS_H

#include <stdint.h>

#include "base/utc.h"

struct cli;

struct days {
	char from[UTC_DAY_SIZE], to[UTC_DAY_SIZE]; /* empty: no end */
	char since[UTC_DAY_SIZE]; /* who was first seen then, or later; empty */
};

/* Read the options; EX_OK, or what cli_fail() returned. */
int days_read(struct days *, const struct cli *) __attribute__((nonnull));

/* Is every day of receipt asked for; or is this one? */
int days_are_all(const struct days *) __attribute__((nonnull));
int days_want(const struct days *, const char *day) __attribute__((nonnull));

/* The same for the day of a time. */
int days_have(const struct days *, int64_t received) __attribute__((nonnull));

/* Is someone asked for who was first seen at that time? */
int
days_are_new(const struct days *, int64_t first_seen) __attribute__((nonnull));

#endif

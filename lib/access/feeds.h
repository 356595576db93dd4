/*
 * feeds: saved selections that a spreadsheet reads by a URL: a file each in
 * HOME/page/feeds, named by the SHA-256 of its token; its time is when it was
 * last read.
 */
#ifndef FEEDS_H
#define FEEDS_H

#include <stddef.h>
#include <stdint.h>

#include "access/readers.h"
#include "base/fault.h"
#include "config/endpoint.h"

#define FEEDS_TOKEN_SIZE 33   /* 128 bits in hex, and NUL */
#define FEEDS_ROWS       5000 /* that a feed has at most unless it says so */
#define FEEDS_ROWS_MAX   50000
#define FEEDS_TEXT       2048

struct feed {
	char hash[65];
	char name[128]; /* that a person gave it; UTF-8 */
	/* Who made it; their endpoints hold.  Empty: made by the command line,
	 * and has all endpoints. */
	char reader[READERS_NAME_SIZE];
	char query[FEEDS_TEXT];   /* select/choice.h's text; may be empty */
	char columns[FEEDS_TEXT]; /* as in leadsheet.conf; empty: its own */
	int64_t rows;
	int64_t created, used; /* microseconds UTC; 0: never used */
};

/*
 * Save one; its hash and created are set, the token is told this once.  Rows of
 * 0 become FEEDS_ROWS.  0, or -1 with the fault set, FAULT_SETUP with a
 * sentence for the person where name, columns or rows can't be taken, or there
 * are FEEDS_MOST already.
 */
#define FEEDS_MOST 1000
int
feeds_add(const char *home, struct feed *, char token[static FEEDS_TOKEN_SIZE],
    int64_t now, struct fault *) __attribute__((nonnull, warn_unused_result));

/* The feed of a token, which was read now: 1, 0 where there is none, or -1. */
int feeds_find(const char *home, const char *token, struct feed *,
    struct fault *) __attribute__((nonnull, warn_unused_result));
int feeds_used(const char *home, const struct feed *, int64_t now,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Each, by name, until take returns other than 0; that, 0, or -1 with the fault
 * set.  One that is damaged is passed over, and is told at the end.
 */
int feeds_each(const char *home, int (*take)(void *, const struct feed *),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 4), warn_unused_result));

/* Revoke the one with that hash, or the first digits of it (8 or more), or that
 * name where only one has it: 1, 0, or -1 with the fault set. */
int feeds_remove(const char *home, const char *hash_or_name, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif

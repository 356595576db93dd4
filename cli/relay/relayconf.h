/*
 * relayconf: a section [relay NAME] of leadsheet.conf: to whom what is passed
 * on, and how.
 */
#ifndef RELAYCONF_H
#define RELAYCONF_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/conf.h"
#include "config/endpoint.h"

/* Of its cursor's name, "relay-NAME". */
#define RELAYCONF_CURSOR    "relay-"
#define RELAYCONF_BATCH_MAX 100

struct relayconf {
	char name[ENDPOINT_NAME_SIZE];
	char cursor[ENDPOINT_NAME_SIZE + 8];
	char url[2048];          /* a secret, but for what follows */
	char host[256];          /* https://HOST[:PORT] of it, for messages */
	char from[UTC_DAY_SIZE]; /* the first day; "": all that is kept */
	const char *endpoints;   /* names with commas between; NULL: all */
	char template[PATH_MAX]; /* "": deliveries go as they came */
	char secret[PATH_MAX];   /* the file with the signing secret */
	int batch;               /* leads a message, 1 to 100; of a template */
	int64_t every;       /* no message sooner behind one: microseconds */
	int tests;           /* test deliveries go too */
	int private_allowed; /* it may be on a private network, or http */
};

/*
 * Read the section of that name.  What it borrows lives as long as the conf.
 * 0, or -1 with FAULT_SETUP: which line of path says what is no good, or what
 * has to be added.  Of the URL no message has more than the host.
 */
int relayconf_read(struct relayconf *, const struct conf *, const char *path,
    const char *home, const char *name, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The ith endpoint that it names, counted from 0: 1; 0 behind the last, or
 * where all are meant.
 */
int relayconf_endpoint(const struct relayconf *, size_t i,
    char out[static ENDPOINT_NAME_SIZE]) __attribute__((nonnull));

/* Is an endpoint of that name one of those that it passes on? */
int relayconf_has(const struct relayconf *, const char *endpoint)
    __attribute__((nonnull));

/*
 * The file that it signs with, as secret above: what is to be made, where the
 * section isn't whole yet.  0, or -1 with FAULT_SETUP.
 */
int relayconf_secret(char out[static PATH_MAX], const struct conf *,
    const char *path, const char *home, const char *name, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The name of the nth section of relays, counted from 0; NULL behind the last.
 */
const char *
relayconf_nth(const struct conf *, size_t n) __attribute__((nonnull));

#endif

/*
 * digestconf: the section [digest] of leadsheet.conf: to whom the digest goes,
 * and what is in it.
 */
#ifndef DIGESTCONF_H
#define DIGESTCONF_H

#include <limits.h>
#include <stddef.h>

#include "base/fault.h"
#include "config/conf.h"
#include "markup/mime.h"

/* So many addresses a mail at most. */
#define DIGESTCONF_TO_MAX 50

struct digestconf {
	int there;                                     /* the section is */
	char to[DIGESTCONF_TO_MAX][MIME_ADDRESS_SIZE]; /* whom, */
	size_t nto;                                    /* 0: not said */
	char from[MIME_ADDRESS_SIZE];                  /* "": not said */
	char page[1024];                               /* "": there is none */
	char sendmail[PATH_MAX];                       /* the mail program */
	int names;                                     /* are told; yes */
};

/*
 * Read the section; where there is none, or a line is left out, its default
 * holds.  0, or -1 with FAULT_SETUP: which line of path says what is no good.
 */
int digestconf_read(struct digestconf *, const struct conf *, const char *path,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Take addresses, with commas between them, in the place of those that are
 * there.  0, or -1 with FAULT_SETUP and the remedy.
 */
int digestconf_set_to(struct digestconf *, const char *addresses,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* The same for the sender's address. */
int digestconf_set_from(struct digestconf *, const char *address,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif

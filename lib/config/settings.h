/*
 * settings: what leadsheet.conf says.  Every setting has a default, so the
 * file need not be there; a name or a value that is not known is a fault
 * that names file and line, never a guess.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "config/shape.h"

struct settings {
	struct shape shape;        /* what a new sheet looks like */
	int require_https;         /* yes */
	int trust_forwarded_proto; /* no */
	size_t max_body;           /* 16 MiB, in bytes */
	int64_t lock_timeout;      /* 20 seconds, in microseconds */

	/* What the file looked like, for settings_changed(). */
	int64_t file[4];
};

/*
 * Read the file at path over the defaults.  The time zone is taken into use,
 * see utc_zone().  Returns 0, or -1 with FAULT_SETUP; settings_changed() works
 * in both cases.
 */
int settings_load(struct settings *, const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Has the file at path come, gone or changed since it was read? */
int settings_changed(const struct settings *, const char *path)
    __attribute__((nonnull));

#endif

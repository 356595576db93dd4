/*
 * audit: is an endpoint's store what its journal makes?  Every line's form and
 * digest, its signature, the index, the sheets.  Nothing is written and no
 * lock is taken, so that whoever may read the files can ask.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "sheet/projection.h"
#include "webhook/signature.h"

enum audit_level {
	AUDIT_FINE,
	AUDIT_NOTE, /* a person should know of it; nothing is wrong */
	AUDIT_WRONG
};

struct audit {
	/* The caller's, all borrowed. */
	const struct endpoint *endpoint;
	const struct signature_secrets *secrets; /* NULL: they can't be read */

	/*
	 * What was found, a sentence, and what to do about it, or "".  step is
	 * called with the bytes and records of the journal that were read; each
	 * is read twice.  It ends the audit when it returns other than 0.
	 */
	void (*found)(void *, enum audit_level, const char *, const char *);
	int (*step)(void *, int64_t bytes, int64_t records);
	void *context;

	/* Set by audit_open(). */
	struct books books;

	/* Counted over all segments. */
	int64_t records;
	int64_t unsigned_records; /* that no secret fits */
	char unsigned_from[UTC_DAY_SIZE];
	char unsigned_to[UTC_DAY_SIZE];
	int64_t unknown;   /* records whose key the index should have */
	int64_t elsewhere; /* ... and has at a place where they are not */
	int64_t behind;    /* records that the index hasn't read yet */
	int stopped;
};

/* Make it ready: paths, and the index, where one can be viewed. */
void audit_open(struct audit *, const struct endpoint *,
    const struct settings *, const struct boot *) __attribute__((nonnull));

/* How many bytes step() will hear of; 0 when that can't be told. */
int64_t audit_size(const struct audit *) __attribute__((nonnull));

/* 0 when all was looked at, 1 when step() ended it, -1 with the fault set. */
int audit_run(struct audit *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void audit_close(struct audit *) __attribute__((nonnull));

#endif

/*
 * finding: what an audit has found, and whom it tells; the parts of the audit
 * share it.
 */
#ifndef FINDING_H
#define FINDING_H

#include <limits.h>
#include <stdint.h>

#include "base/utc.h"
#include "index/index.h"
#include "store/control.h"
#include "webhook/signature.h"

enum audit_level {
	AUDIT_FINE,
	AUDIT_NOTE, /* a person should know of it; nothing is wrong */
	AUDIT_WRONG
};

/* So many of something, and the days of the first and the last. */
struct audit_count {
	int64_t n;
	char from[UTC_DAY_SIZE], to[UTC_DAY_SIZE];
};

struct audit {
	/* The caller's, all borrowed. */
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
	char journal[PATH_MAX], sheets[PATH_MAX], lock[PATH_MAX];
	const char *name; /* the endpoint's; borrowed */
	const char *zone; /* of the settings; borrowed */
	const struct boot *boot;
	int64_t retired;        /* when a secret was, last; 0: none */
	struct index *index;    /* owned; NULL: it can't be viewed */
	struct control control; /* as it was then */
	struct place indexed;   /* all before it must be in the index */
	struct signature_digest digest;

	/* Counted over all segments. */
	int64_t records;
	struct audit_count unsigned_records; /* that no secret fits */
	struct audit_count
	    retired_records; /* and came before one was retired */
	int64_t unknown;     /* records whose key the index should have */
	int64_t behind;      /* records that the index hasn't got yet */
	struct audit_count nameless; /* days with rows that no line names */
	struct audit_count waiting;  /* the same, and the next one names it */
	int64_t left; /* bytes of the day in hand that step() didn't hear of */
	int stopped;
};

/* Tell of it: a sentence, and what to do about it, or "". */
void finding_say(const struct audit *, enum audit_level, const char *remedy,
    const char *fmt, ...) __attribute__((nonnull, format(printf, 4, 5)));

/* One more, of that day, which isn't before the last one's. */
void
finding_count(struct audit_count *, const char *day) __attribute__((nonnull));

#endif

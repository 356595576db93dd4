/*
 * seek: a person as someone tells who is meant: by a name, a company, the URL
 * of a profile, a urn.
 */
#ifndef SEEK_H
#define SEEK_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

struct pass_lead;

struct seek {
	const char *text; /* borrowed */
	size_t len;
	/*
	 * It is their whole name, URL or urn; else a part of one of these, or
	 * of the company's name.
	 */
	int whole;
};

/*
 * Is it the person of the lead?  Names are compared as fold.h does, and URLs
 * without their scheme, www., what comes behind a ? or #, and the slash at the
 * end.  1, 0, or -1 with the fault set.
 */
int seek_finds(const struct seek *, const struct pass_lead *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Are two URLs, of n and m bytes, of the same profile?  1, 0, or -1. */
int seek_same_url(const char *, size_t n, const char *, size_t m,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif

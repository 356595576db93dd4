/*
 * reply: what a receiver answered, as JSON.  It may be another program that
 * answers: what is no JSON object has no members.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>

/* Is that member of n bytes of answer this string? */
int reply_says(const char *, size_t n, const char *member, const char *text)
    __attribute__((nonnull(3, 4)));

/* A member that is a whole number; otherwise where there is none. */
long long reply_number(const char *, size_t n, const char *member,
    long long otherwise) __attribute__((nonnull(3)));

#endif

/*
 * answerhead: what the headers of an answer say that we want to know.
 */
#ifndef ANSWERHEAD_H
#define ANSWERHEAD_H

#include <stddef.h>
#include <stdint.h>

/* All zero to begin with. */
struct answerhead {
	size_t bytes; /* of the lines so far */
	char server[64];
	char retry_after[64];
};

/* Take a line of n bytes, "Name: value". */
void answerhead_take(struct answerhead *, const char *line, size_t n)
    __attribute__((nonnull));

/*
 * For how many seconds from now (microseconds UTC) the header Retry-After asks
 * us to wait, be it a number or a date (RFC 9110 sections 10.2.3 and 5.6.7): 0
 * for a date that is past; -1 without one, or where it is neither.
 */
int64_t answerhead_retry_after(const struct answerhead *, int64_t now)
    __attribute__((nonnull));

#endif

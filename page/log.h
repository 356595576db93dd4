/*
 * log: a line for each visit.
 */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

#include "base/bytes.h"
#include "page/http/reply.h"

/* Complete the commands in the reason for whoever reads the log. */
void log_complete(const char *home, struct reply *) __attribute__((nonnull));

/*
 * Append one line of logfmt with its newline: screen, status, reader, bytes of
 * the answer's body, milliseconds taken, and the reason where something is
 * wrong.  Nothing of a query, a token or a lead is in it.
 */
void log_line(struct bytes *, const struct reply *, int64_t microseconds)
    __attribute__((nonnull));

#endif

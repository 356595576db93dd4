/*
 * refuse: what isn't answered as it was asked: a page in the layout for people,
 * a sentence in plain text for a program.
 */
#ifndef REFUSE_H
#define REFUSE_H

#include "page/look/phrases.h"

struct fault;
struct route;
struct viewing;

/* The route may be NULL: there is none. */
void refuse_visit(struct viewing *, const struct route *, int status,
    enum phrase) __attribute__((nonnull(1)));

/* 400: what choice_read() says, which has the remedy. */
void refuse_choice(struct viewing *, const struct route *, const struct fault *)
    __attribute__((nonnull));

/*
 * Something of ours failed: 503, or 500 where a retry can't help.  The reason
 * is for the log only.  A reply that was begun is cut off.
 */
void refuse_fault(struct viewing *, const struct route *, const struct fault *)
    __attribute__((nonnull(1, 3)));

#endif

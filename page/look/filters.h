/*
 * filters: the form that says which leads are asked for, and what is asked for
 * now.
 */
#ifndef FILTERS_H
#define FILTERS_H

#include "base/fault.h"

struct viewing;

/*
 * Append the form, filled as v->choice is, which sends to /leads.  0, or -1
 * with the fault set.
 */
int filters_form(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* A small one, for words alone. */
void filters_quick(struct viewing *) __attribute__((nonnull));

/* Append a link for each filter of v->choice that shows the path without it. */
void filters_chips(struct viewing *, const char *path) __attribute__((nonnull));

/* The form that asks for a range of days, which sends to a path. */
void filters_range(struct viewing *, const char *path) __attribute__((nonnull));

#endif

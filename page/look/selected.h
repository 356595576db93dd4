/*
 * selected: what a choice selects, in words.
 */
#ifndef SELECTED_H
#define SELECTED_H

#include "base/bytes.h"
#include "base/fault.h"

struct choice;
struct viewing;

/* Append it as plain text: Signal: Acme; From: 24 Nov 2026; or "all leads". */
void selected_say(const struct viewing *, struct bytes *, const struct choice *)
    __attribute__((nonnull));

/*
 * Read the choice that a text says, as a URL has it behind its ?.  0, or -1
 * with the fault set.
 */
int selected_read(const struct viewing *, const char *, struct choice *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif

/*
 * trial: a template, tried with made-up leads.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "base/fault.h"

struct template;

/*
 * One, two and three leads: each with all columns filled or with none, and all
 * with one column alone, and with all but one.  0, or -1 with the fault of the
 * first that makes no JSON.
 */
int trial_of_leads(const struct template *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif

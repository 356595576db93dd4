/*
 * proof: that a template makes JSON (RFC 8259) of any leads.
 *
 * It goes through the template with every place in JSON's grammar where one
 * may stand (bytewise.h), whichever of its sections were passed over before:
 * with one lead and with several, each column empty or not, and where the same
 * column is asked for again with the same answer.
 */
#ifndef PROOF_H
#define PROOF_H

#include "base/fault.h"
#include "cli/template/parts.h"

/*
 * 0, or -1 with FAULT_SETUP: its text says what is wrong in that line, with
 * the remedy.
 */
int proof_of_json(const struct template *, int *line, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif

/*
 * parts: a digest as a person reads it: its subject, as text and as HTML.
 */
#ifndef PARTS_H
#define PARTS_H

#include "base/bytes.h"
#include "cli/digest/told.h"

/*
 * Append the subject, on one line: "12 new leads", and whether something needs
 * a hand.
 */
void
parts_subject(const struct digest *, struct bytes *) __attribute__((nonnull));

/*
 * Append it as text, in lines of 72 columns, and as a page of HTML; so many
 * people are named at most, and the leads of the others counted.
 */
void parts_text(const struct digest *, size_t people, struct bytes *)
    __attribute__((nonnull));
void parts_html(const struct digest *, size_t people, struct bytes *)
    __attribute__((nonnull));

#endif

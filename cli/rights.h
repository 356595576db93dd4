/*
 * rights: whose the home is, and what they can do whose it isn't.
 */
#ifndef RIGHTS_H
#define RIGHTS_H

#include "base/bytes.h"
#include "config/remedy.h"

/* A command line and the home that it is about; all borrowed. */
struct rights_case {
	int argc; /* as it was typed */
	const char *const *argv;
	const char *home; /* NULL: it isn't known yet */
	int home_named;   /* by --home or LEADSHEET_HOME */
};

/* Who pastes a command that this process tells, and whose the home is. */
struct rights {
	const struct rights_case *of;
	struct remedy remedy;
	char owner[REMEDY_USER_SIZE];
};

/* Borrows the case. */
void rights_find(struct rights *, const struct rights_case *)
    __attribute__((nonnull));

/* Has whoever runs this come upon what only others may read? */
int rights_are_others(const struct rights *) __attribute__((nonnull));

/*
 * Append, with a NUL, that only the home's owner can do this, with the very
 * command for that user; or who may read what f was about, and what to do.
 */
void rights_explain_owner(const struct rights *, struct bytes *)
    __attribute__((nonnull));
void rights_explain_reader(const struct rights *, const struct fault *f,
    struct bytes *) __attribute__((nonnull));

/*
 * The same, that HOME/page belongs to another user than whoever runs this.
 */
void rights_explain_page(const struct rights *, struct bytes *)
    __attribute__((nonnull));

#endif

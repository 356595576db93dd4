/*
 * personname: a person's name for programs that have a field for the first
 * name and one for the last.
 *
 * A name is split at its last blank.  A no-break blank holds together what
 * stands around it, so that it counts only where there is no other.  A name of
 * one word is a last name.  So is, whole, one with a letter that is written
 * from right to left: which end of it such a program puts first nobody can
 * know. Nothing but blanks is left out, and the first name, a blank, and the
 * last name are the name again.
 */
#ifndef PERSONNAME_H
#define PERSONNAME_H

#include <stddef.h>

struct personname {
	const char *first; /* borrowed from the name; may be empty */
	size_t first_len;
	const char *last; /* empty where there is nothing but blanks */
	size_t last_len;
};

/* Split a name of n bytes of UTF-8. */
void personname_split(struct personname *, const char *name, size_t n)
    __attribute__((nonnull(1)));

/*
 * Is there nothing in it but blanks?  Whatever is a blank in a cell counts as
 * one: controls, line ends, and what turns text around.
 */
int personname_is_blank(const char *, size_t n);

#endif

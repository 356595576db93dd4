/*
 * whom: who is meant, by a urn, the URL of a profile, or a name.
 */
#ifndef WHOM_H
#define WHOM_H

#include "base/bytes.h"
#include "cli/cli.h"

/*
 * The urn of the one person that is meant, with a NUL behind it, to the buffer.
 * What is nobody's urn, URL or name is taken for a urn.  Of several a person on
 * a terminal picks one; where nobody can be asked they are listed, each with
 * the command that means them, and it fails.  EX_OK, with the buffer empty
 * where nobody was picked; or what cli_fail() returned.
 */
int whom_find(struct cli *, const char *text, struct bytes *urn)
    __attribute__((nonnull));

#endif

/*
 * tree: what needs a tree of JSON, which takes many times as long as a walk:
 * text with something rare in it, and JSON that is written anew (Jansson).
 */
#ifndef TREE_H
#define TREE_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

/* Is it JSON, in which no object has a key twice?  1, 0, or -1: FAULT_MEMORY.
 */
int tree_is_json(const char *, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Write n bytes of JSON anew, in the one way that we write it: on one line,
 * without blanks, without needless escapes, a number with the fewest digits
 * that mean it.  What was in out is replaced.  0, or -1 with FAULT_MEMORY; what
 * is no JSON stays as it is.
 */
int tree_rewrite(const char *, size_t n, struct bytes *out, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif

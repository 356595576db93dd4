/*
 * key: by what the index knows a record.
 */
#ifndef KEY_H
#define KEY_H

#include <stddef.h>

#include "base/fault.h"
#include "index/index.h"
#include "journal/journal.h"

/*
 * The record's key, borrowed from it: its id where it makes rows, else the
 * sha256 of its body, so that a replay of anything is known.  NULL for a
 * test, which is never a duplicate.
 */
const char *key_of(const struct record *, size_t *len) __attribute__((nonnull));

/* The digest of the record's body as it came: see "was" in journal.h. */
const char *key_digest(const struct record *) __attribute__((nonnull));

/*
 * The key of a further record with the same key: one that was journalled
 * again, as a sync of the first one's segment had failed.  The first keeps the
 * rows, the newest is the one that can be trusted.  Returns its length.
 */
#define KEY_COPY_SIZE (INDEX_KEY_MAX + 2)
size_t key_of_copy(const char *key, size_t, char out[static KEY_COPY_SIZE])
    __attribute__((nonnull));

/*
 * Is the record with that key really where the index says, in this journal?
 * Only what can be read back is called a duplicate: an index may know more
 * than a power cut left.  A day whose file is gone was put away by someone and
 * stays known.  1 with its digest as the journal has it put into *id, whatever
 * the index said; 0, or -1 with the fault set.
 */
int key_is_there(const char *journal, struct index_id *id, const char *key,
    size_t, struct fault *) __attribute__((nonnull, warn_unused_result));

/* The same for who only looks (APPENDFILE_VIEW). */
int key_is_seen(const char *journal, struct index_id *, const char *key, size_t,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif

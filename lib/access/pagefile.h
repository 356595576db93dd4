/*
 * pagefile: a file in HOME/page: read as a whole, replaced as a whole.
 */
#ifndef PAGEFILE_H
#define PAGEFILE_H

#include "base/bytes.h"
#include "base/fault.h"

/* No file of ours there is longer: bytes. */
#define PAGEFILE_MAX (1 << 20)

/*
 * Append what is in the plain file at path; no link is followed.  1; 0 where
 * there is none; or -1 with the fault set, FAULT_SETUP where it is too long.
 */
int pagefile_read(const char *path, struct bytes *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Put these bytes in the place of the file at path: PATH.new is written, mode
 * 0600, synced and renamed.  0, or -1 with the fault set: then it is as it was.
 */
int pagefile_write(const char *path, const struct bytes *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif

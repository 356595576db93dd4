/*
 * head: the first block of an index, and places as numbers.
 *
 * The head is 512 bytes: the magic "leadsheet index 1\n" and zeros up to byte
 * 24, a place in 8 bytes (0 for none), and the 64-bit FNV-1a of these 32 bytes
 * in 8 more; the rest is zero.  A place is a number of 64 bits: from above, the
 * day since 1970-01-01 (16), the segment (8), the offset (40).  All numbers are
 * little-endian.
 */
#ifndef HEAD_H
#define HEAD_H

#include <stdint.h>

#include "base/fault.h"
#include "index/tables.h"
#include "journal/record.h"

/*
 * A place as a number, never 0.  0, or -1 with FAULT_SETUP where the form has
 * no room for it.
 */
int head_pack(const struct place *, uint64_t *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The way back: 1, or 0 when the number is no place. */
int head_unpack(uint64_t, struct place *) __attribute__((nonnull));

/* Write the head, with a packed place or 0; 0, or -1 with FAULT_STORAGE. */
int head_write(const struct tables *, uint64_t place, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The head's place: 1; 0 when it has none or doesn't hold; -1 with
 * FAULT_STORAGE.
 */
int head_read(const struct tables *, struct place *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Is the file an index, of this form?  One whose head was never written, all
 * zero, is one too; a file that can't be read is none.
 */
int head_is_ours(const struct tables *) __attribute__((nonnull));

#endif

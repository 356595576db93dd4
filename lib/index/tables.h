/*
 * tables: the hash tables of an index, in its file behind the head.
 *
 * They are a cascade of insert-only tables.  A block of 512 bytes has room for
 * 32 entries; table k has 128 * 8^k blocks (64 KiB, 512 KiB, 4 MiB, 32 MiB,
 * 256 MiB, ...) and stands right behind table k - 1, the first one behind a
 * head of one block.  The first bits of an entry's hash tell its block in each
 * table, and it goes to the first of these blocks that has a free slot.  So a
 * look-up ends at the first block with a free slot; five tables hold 5 million
 * entries.
 *
 * An entry is 16 bytes, hash and place, both little-endian; a free slot is all
 * zero, and so is all that lies behind the end of the file.  Entries never
 * move and are never taken out.  So writes may reach the disk in any order,
 * and where some of them are lost, adding the same entries again makes all of
 * them found.
 *
 * Two processes must not add at the same time; a look-up may be made at any.
 */
#ifndef TABLES_H
#define TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define TABLES_BLOCK    512 /* bytes; of the head too */
#define TABLES_MAX      7   /* room for a thousand million entries */
#define TABLES_HITS_MAX 16
#define TABLES_SPOTS    64

struct table_entry {
	uint64_t hash;
	uint64_t place; /* never 0 */
};

/* The file, and what the last look-ups have found. */
struct tables {
	const char *path; /* borrowed; for sentences */
	int fd;           /* borrowed */
	/*
	 * The block where the last look-up found room: most of the time its
	 * hash is what is added next, and nobody else adds in between.
	 */
	struct table_block {
		uint64_t hash;
		int table; /* 0: there is none; else counted from 1 */
		struct table_entry slots[TABLES_BLOCK / 16];
	} last;
	struct table_spot {
		uint64_t hash;
		int table; /* the blocks before are full and lack the hash */
	} spots[TABLES_SPOTS];
};

/*
 * The places of a hash, as a rule the one added last first; of more than
 * TABLES_HITS_MAX the first ones are left out.  Returns how many, or -1 with
 * FAULT_STORAGE.
 */
int tables_find(struct tables *, uint64_t hash,
    uint64_t places[static TABLES_HITS_MAX], struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Add n entries; they are used up.  What is found already isn't added again.
 * Each block is read and written once, and neighbours together.  A
 * tables_find() of the same hash saves reading the tables that it found full.
 * Returns 0, or -1 with FAULT_STORAGE: then some may have been added.
 */
int tables_add(struct tables *, struct table_entry *, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Others may have added since: read the block again. */
void tables_forget_block(struct tables *) __attribute__((nonnull));

/* Somebody may have put other bytes into the file: look at all of it again. */
void tables_forget_spots(struct tables *) __attribute__((nonnull));

/*
 * Read and write n bytes at an offset of the file, whole; what lies behind its
 * end is read as zeros.  0, or -1 with FAULT_STORAGE.
 */
int tables_read(const struct tables *, void *, size_t n, int64_t offset,
    struct fault *) __attribute__((nonnull, warn_unused_result));
int tables_write(const struct tables *, const void *, size_t n, int64_t offset,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif

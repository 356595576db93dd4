/*
 * index: where in the journal each known delivery stands.  A cache: what is
 * lost of it is added again from the journal.
 *
 * One file.  Its first 512 bytes, the head, say up to which place of the
 * journal everything is in the index and on stable storage; see head.h.  A head
 * that doesn't hold says that nothing is known.  Then come the entries; see
 * tables.h.  Nothing but pread(2) and pwrite(2) touches them.
 *
 * A hit is only a hint: the record must be read from the journal, and its key
 * compared.  What was added and not synced may be lost in a power cut.
 *
 * Everything but index_view() and what it returns is for the process that has
 * the endpoint's lock.  Functions return -1 with FAULT_STORAGE unless they say
 * something else.
 */
#ifndef INDEX_H
#define INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "journal/record.h"
#include "webhook/signature.h"

#define INDEX_HITS_MAX 16

struct index;

/* Which file it is, and when it was last changed; all 0 for a private one. */
struct index_state {
	int64_t inode;
	int64_t ctime; /* nanoseconds since 1970; no program can set it back */
};

struct index_entry {
	uint64_t hash; /* index_hash() */
	struct place place;
};

/*
 * Open the index at path, which is copied, and make it where it is missing,
 * mode 0640.  What is no index there (a file of another form, of another user,
 * with a second name, or no plain file) is renamed to PATH.damaged-N, N the
 * lowest number that is free.  Where the file can't be had at all, the index
 * is private: a file without a name, which ends with the process.  NULL with
 * FAULT_MEMORY, or with FAULT_STORAGE when there is no room even for that.
 */
struct index *index_open(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

int index_is_private(const struct index *) __attribute__((nonnull));

/*
 * Open an index only to look things up; it may be another user's.  NULL with
 * FAULT_STORAGE (err is ENOENT when there is none), with FAULT_DAMAGED when it
 * is no index, or with FAULT_MEMORY.
 */
struct index *index_view(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void index_close(struct index *);

/* How the file that is open stands now; 0 or -1. */
int index_look(struct index *, struct index_state *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Is the file under that name still the one that is open?  Then how it stands.
 * A private index always is: whoever wants the file back opens it anew.
 */
int index_is_current(const struct index *, struct index_state *)
    __attribute__((nonnull));

/*
 * The lock was taken anew: others may have added since.  To be called before
 * the first index_find().
 */
void index_refresh(struct index *) __attribute__((nonnull));

/*
 * The first 64 bits of the SHA-256 of a key: a delivery's id, or a digest in
 * hex.  0, or -1 with FAULT_MEMORY.
 */
int index_hash(struct signature_digest *, const char *key, size_t, uint64_t *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * The places that may be those of the hash, the one added last first; of more
 * than INDEX_HITS_MAX the oldest are left out.  Returns how many, or -1.
 */
int index_find(struct index *, uint64_t hash,
    struct place places[static INDEX_HITS_MAX], struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Add n entries, best many at once.  What is found already isn't added again.
 * An index_find() of the same hash before makes it quicker.  0 or -1; then some
 * may have been added, and all may be added again.  With FAULT_SETUP (a place
 * out of the form's range: no day from 1970 to 2149, no segment from 1 to 255,
 * an offset of 2^40 or more) or FAULT_MEMORY none was.
 */
int index_add(struct index *, const struct index_entry *, size_t n,
    struct fault *) __attribute__((nonnull(1, 4), warn_unused_result));

/* The place up to which it was synced: 1; 0 when nothing is known; or -1. */
int index_synced(struct index *, struct place *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Sync what was added, set the head to that place, and sync the head; of a
 * private one only set it.  0 or -1, with FAULT_SETUP as index_add().  After a
 * sync that failed nobody can tell what the file holds: it is removed.
 */
int index_sync(struct index *, const struct place *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Take all entries out: an empty file takes the place of the one that is open.
 * 0 or -1; then the old one stays, or, when only the directory couldn't be
 * synced, may be back after a power cut.
 */
int index_clear(struct index *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif

/*
 * journal: a day's deliveries as they came, one JSON object a line: the
 * truth, from which all else is made.
 *
 * A day is one file, DAY.jsonl; when a sync of it fails it is retired and the
 * day goes on in DAY-2.jsonl, its next segment.  A line counts when it ends
 * in a newline and its sha256 is that of its body.
 *
 * A record that a person's lead was taken out of has the digest of the body
 * that is there, a signature that we made, and one field more between
 * signature and body: "was", the digest of the body as the sender sent it, by
 * which a retry is known.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "webhook/delivery.h"
#include "webhook/signature.h"

struct record {
	int64_t received; /* microseconds UTC */
	enum delivery_kind kind;
	const char *id; /* borrowed, like the body; not NUL-terminated */
	size_t id_len;
	char sha256[SIGNATURE_SIZE];    /* of the body */
	char signature[SIGNATURE_SIZE]; /* as the sender made it */
	char was[SIGNATURE_SIZE];       /* see below; empty most of the time */
	const char *body;
	size_t body_len;
};

/* Where a line stands. */
struct place {
	char day[UTC_DAY_SIZE];
	int segment; /* 1 is the day's first */
	int64_t offset;
};

/* The word for a kind in the journal: leads, test, other, unreadable. */
const char *journal_kind(enum delivery_kind);

/*
 * Append the record's line.  is_json: the body is JSON, and may stand in the
 * line as it is when it is one line itself.
 */
void journal_encode(struct bytes *, const struct record *, int is_json)
    __attribute__((nonnull));

/*
 * Read a line of n bytes, its newline not counted.  The record borrows from
 * line and from scratch, which is emptied first.  Returns 1, 0 when the line
 * doesn't count, or -1 with the fault set.
 */
int journal_decode(const char *line, size_t n, struct record *,
    struct bytes *scratch, struct signature_digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Write the path of a segment below the directory. */
void journal_path(char out[static PATH_MAX], const char *dir, const char *day,
    int segment) __attribute__((nonnull));

/* The number of the day's last segment, 0 when it has none, or -1. */
int journal_last_segment(const char *dir, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is there a file of that segment, and is it retired?  1, 0, or -1. */
int journal_is_retired(const char *dir, const char *day, int segment,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Open the day's segment that is to be appended to, making the first one, or
 * the next after a retired one.  Its number goes into *segment.  A file with
 * nothing in it has its directory synced before it is returned, so that no
 * record can stand in a file that a power cut takes away.
 */
struct appendfile *journal_open(const char *dir, const char *day, int *segment,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * fdatasync(2) a segment.  One that this fails on is retired, as Linux says 0
 * the next time whatever was lost; one that another worker retired meanwhile
 * is as bad.  0, or -1 with FAULT_STORAGE.
 */
int journal_sync(struct appendfile *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Append nothing to it any more; where even that fails, we said 503. */
void journal_retire(struct appendfile *) __attribute__((nonnull));

/*
 * Move what follows the offset to the first free DAY.torn-N and cut the
 * segment there: it was never acknowledged, but it isn't thrown away either.
 */
int journal_cut_torn(struct appendfile *, const char *dir, const char *day,
    int64_t offset, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Reading: every line of a segment in order, from an offset on.  The reader
 * borrows the file, which may be one that was opened for appending.
 */
struct journal_reader {
	struct appendfile *file;
	struct bytes buffer;  /* what was read from the file and not yet used */
	struct bytes scratch; /* what the last record borrows from */
	struct signature_digest digest;
	size_t used;    /* bytes of the buffer that were lines already */
	int64_t offset; /* of the next line */
};

void journal_rewind(struct journal_reader *, struct appendfile *,
    int64_t offset) __attribute__((nonnull));

/*
 * The next line, and the offset it begins at: 1 with its record, 2 when it
 * doesn't count, 0 at the end of the whole lines, -1 with the fault set.  The
 * record is borrowed until the next call.
 */
int journal_next(struct journal_reader *, struct record *, int64_t *offset,
    struct fault *) __attribute__((nonnull, warn_unused_result));

void journal_reader_free(struct journal_reader *) __attribute__((nonnull));

#endif

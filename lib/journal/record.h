/*
 * record: a line of the journal: a delivery as it came, or what the journal
 * says of its sheets and segments.  leadsheet-journal(5) is the format's page.
 *
 * A line counts when it has one of the forms below and its sha256 holds: that
 * of a delivery's raw body; where there is no body, that of the line itself up
 * to the field sha256.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "config/shape.h"
#include "journal/names.h"
#include "webhook/delivery.h"
#include "webhook/signature.h"

enum record_kind {
	RECORD_LEADS = DELIVERY_LEADS,
	RECORD_TEST = DELIVERY_TEST,
	RECORD_OTHER = DELIVERY_OTHER,
	RECORD_UNREADABLE = DELIVERY_UNREADABLE,
	RECORD_SHEET,  /* from here on that kind's rows go to this file */
	RECORD_SEGMENT /* how much of an earlier segment counts */
};

/* Where a line stands. */
struct place {
	char day[UTC_DAY_SIZE];
	int segment;    /* 1 is the day's first */
	int64_t offset; /* of its first byte */
};

/* How much of an earlier segment of the same day counts. */
struct record_mark {
	int segment;
	int64_t counts; /* bytes */
};

/* The file that a day's rows of a kind go to from here on. */
#define RECORD_ALL INT64_C(-1)
struct record_sheet {
	struct name file;
	struct shape shape;
	/*
	 * So many deliveries just before this line are written here too, as
	 * the file before lacks them; RECORD_ALL: all of the day, and the
	 * earlier files are no sheets of the day any more.
	 */
	int64_t again;
};

struct record {
	int64_t received; /* microseconds UTC */
	enum record_kind kind;
	/* Of a delivery; id and body are borrowed, not NUL-terminated. */
	const char *id;
	size_t id_len;
	char sha256[SIGNATURE_SIZE];    /* of the body */
	char signature[SIGNATURE_SIZE]; /* as the sender made it */
	/*
	 * The sha256 of the body as it came, where the body is another one now
	 * (a person's leads were erased) or is gone; else empty.
	 */
	char was[SIGNATURE_SIZE];
	const char *body; /* NULL: its day was pruned */
	size_t body_len;
	struct record_sheet sheet; /* RECORD_SHEET only */
	struct record_mark before; /* RECORD_SEGMENT only */
};

/* The word for a kind in the journal: leads, test, ..., sheet, segment. */
const char *record_kind(enum record_kind);

/* Does it make rows, and of which sheet? */
int record_makes_rows(const struct record *, enum sheet_kind *)
    __attribute__((nonnull));

/*
 * Append the record's line.  is_json: the body is JSON, and may stand in the
 * line as it is when it is one line itself, without a byte order mark.  0, or
 * -1 with the fault set.
 */
int record_encode(struct bytes *, const struct record *, int is_json,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Read a line of n bytes, its newline not counted.  NULs before it are skipped:
 * a power cut left them.  The record borrows from line and from scratch, which
 * is emptied first.  Returns 1, 0 when the line doesn't count, or -1 with the
 * fault set.
 */
int record_decode(const char *line, size_t n, struct record *,
    struct bytes *scratch, struct signature_digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Do these bytes, a segment's first, begin with a line of kind segment that
 * counts?
 */
int record_read_mark(const char *, size_t n, struct record_mark *)
    __attribute__((nonnull));

#endif

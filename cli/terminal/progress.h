/*
 * progress: how far long work is, drawn on stderr where that is a terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

struct progress {
	const char *what; /* "exporting" */
	const char *unit; /* of count: "records" */
	int64_t total;    /* bytes; 0: nobody knows */
	int64_t done;
	int64_t count;
	int64_t began; /* utc_ticks() */
	int64_t drawn;
	int on;
};

/* Begin; both words are static.  Nothing is drawn in the first half second. */
void progress_begin(struct progress *, const char *what, const char *unit,
    int64_t total) __attribute__((nonnull));

/* So much more is done; drawn ten times a second at most. */
void progress_add(struct progress *, int64_t bytes, int64_t count)
    __attribute__((nonnull));

/* Wipe what is drawn, so that a line can be printed; it is drawn again. */
void progress_clear(struct progress *) __attribute__((nonnull));

/* Wipe what was drawn, for good. */
void progress_end(struct progress *) __attribute__((nonnull));

/* Write 1234567 as 1,234,567; the text is in out. */
#define PROGRESS_NUMBER_SIZE 32
const char *progress_number(int64_t, char out[static PROGRESS_NUMBER_SIZE]);

/* Write a number of bytes as a person does: 812 B, 1.2 MB. */
const char *progress_bytes(int64_t, char out[static PROGRESS_NUMBER_SIZE]);

#endif

/*
 * shape: all that makes a sheet's bytes, beside the leads in it.
 *
 * The settings have the shape that new sheets get; a journal's line of kind
 * "sheet" has the shape of the sheet that it names.  Two sheets of the same
 * shape and the same deliveries are equal byte by byte.
 */
#ifndef SHAPE_H
#define SHAPE_H

#include <stddef.h>
#include <stdint.h>

struct bytes;

/*
 * The version of our rules for rows, cells and protection.  A sheet of other
 * rules can't be made again by this program: it is sealed, that is left alone.
 */
#define SHAPE_RULES 1

#define SHAPE_COLUMNS     23 /* that there are */
#define SHAPE_COLUMNS_MAX 64 /* in a sheet */

enum sheet_format { SHEET_CSV, SHEET_TSV };

struct shape {
	enum sheet_format format; /* csv */
	char delimiter;           /* ',' or ';' or '|' or a TAB */
	int bom;                  /* yes: Excel takes UTF-8 for it only so */
	int protect;              /* yes: no cell is a formula or a date */
	char timezone[64];        /* UTC; a name that utc_zone() takes */
	/* By their numbers, in the sheet's order. */
	unsigned char columns[SHAPE_COLUMNS_MAX];
	size_t ncolumns;
	int rules; /* SHAPE_RULES; any other number seals the sheet */
};

/*
 * The number of the column with this name of n bytes, or -1: its place, from 0
 * on, in the order that a sheet has where the settings say nothing else.
 */
int shape_column(const char *name, size_t n) __attribute__((nonnull));

/* The name of a column, whose number is below SHAPE_COLUMNS; static. */
const char *shape_column_name(int column);

/* What holds without settings: see the comments above; all columns. */
void shape_defaults(struct shape *) __attribute__((nonnull));

/* Are sheets of the two the same, given the same deliveries? */
int shape_equal(const struct shape *, const struct shape *)
    __attribute__((nonnull));

/* 64 bits that are the same for equal shapes, and differ for others. */
uint64_t shape_hash(const struct shape *) __attribute__((nonnull));

/* Append it as the JSON object that leadsheet-journal(5) describes. */
void shape_write(struct bytes *, const struct shape *) __attribute__((nonnull));

/*
 * Read what shape_write() wrote, n bytes long: 1, or 0 where it is anything
 * else, as with blanks, escapes or another order.  A column that this program
 * doesn't know, or one too many, is of other rules: it is left out, and rules
 * becomes 0.
 */
int
shape_read(struct shape *, const char *json, size_t n) __attribute__((nonnull));

#endif

/*
 * sheet: a day's rows, as people open them: the column table, from a record
 * to its rows, and the names of the files.
 *
 * One row is one line, so that lines can be counted and files compared byte
 * by byte: a sheet is what its journal makes of it and nothing else.
 */
#ifndef SHEET_H
#define SHEET_H

#include <limits.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "config/shape.h"
#include "journal/record.h"
#include "sheet/csv.h"

struct leads;
struct post;

/* What stands in a cell, before it is quoted or protected. */
enum sheet_type {
	SHEET_NONE,
	SHEET_STRING,
	SHEET_NUMBER,
	SHEET_JSON, /* the column extra */
	SHEET_TIME  /* received_at: time is set, and data nothing */
};

struct sheet_value {
	enum sheet_type type;
	const char *data; /* UTF-8; borrowed until the next call */
	size_t len;
	int64_t time; /* microseconds UTC */
	int always;   /* protected whatever it says, where a sheet is */
};

/*
 * The value of a column for a lead of the record, which leads_read() has read
 * the body of.  0, or -1 with FAULT_MEMORY.
 */
int sheet_value(int column, const struct record *, struct leads *, size_t lead,
    struct sheet_value *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Append what a file begins with: the BOM and the header row. */
void
sheet_header(struct bytes *, const struct shape *) __attribute__((nonnull));

/* Append a cell in this shape. */
void sheet_cell(struct bytes *, const struct shape *,
    const struct sheet_value *) __attribute__((nonnull));

/*
 * Append a value as JSON: null where there is none; a time in UTC.  What a
 * terminal would do rather than show is written as an escape.
 */
void
sheet_json(struct bytes *, const struct sheet_value *) __attribute__((nonnull));

/*
 * The rows of one delivery, which are made in pieces: they may be many times as
 * long as its body.  It points into itself, and is not to be copied.
 */
struct sheet_rows {
	/* Borrowed, as given to sheet_rows_begin(). */
	const struct shape *shape;
	const struct record *record;
	struct leads *leads;

	size_t lead;  /* the next one */
	int64_t anew; /* bytes of posts' cells, where the lead above has another
	                 post */
	/* Of the row in hand. */
	struct csv_dialect dialect, of_ranges;
	const struct post *post; /* its lead's */
	int changed;             /* it is another than that of the lead above */
	int has_others;          /* its lead has fields that we don't know */
	unsigned char same[SHAPE_COLUMNS_MAX];
	unsigned char fields[SHAPE_COLUMNS_MAX], strings[SHAPE_COLUMNS_MAX];
	const struct csv_dialect *dialects[SHAPE_COLUMNS_MAX];
	/*
	 * Where its cells begin; from the cell in hand on, where those of the
	 * row above begin.  One more: where another cell would begin.
	 */
	size_t cells[SHAPE_COLUMNS_MAX + 1];
};

/*
 * Begin with a row for each lead of the delivery that the record holds, and
 * leads_read() has read the body of.
 */
void sheet_rows_begin(struct sheet_rows *, const struct shape *,
    const struct record *, struct leads *) __attribute__((nonnull));

/*
 * Append whole rows until the buffer has so many bytes, or there are no more.
 * 1: there are more, 0, or -1 with FAULT_MEMORY.
 */
int sheet_rows_next(struct sheet_rows *, struct bytes *, size_t enough,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* How many rows there are in n bytes of a sheet, the header not counted. */
int64_t sheet_count_lines(const char *, size_t n);

#endif

/*
 * table: rows in the form that was asked for: csv, tsv, jsonl, or xlsx.
 */
#ifndef TABLE_H
#define TABLE_H

#include "base/fault.h"
#include "config/shape.h"
#include "select/column.h"
#include "sheet/sheet.h"
#include "table/format.h"
#include "table/sink.h"

struct table;

/*
 * Begin a table; columns and shape (of csv and tsv) are borrowed, the sink is
 * copied.  Several of one sink, each in a thread of its own, may make its rows,
 * but not those of a workbook.  NULL with the fault set; FAULT_SETUP when this
 * build can't make that format.
 */
struct table *table_open(enum table_format, const struct column *,
    size_t ncolumns, const struct shape *, const struct sink *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* What the file begins with: the header row of csv and tsv. */
void table_head(struct table *) __attribute__((nonnull));

/*
 * Have no file get more than so many rows, see sink.h: behind
 * table_head(), and before anything is written.  0, or -1 with the fault set.
 */
int table_limit(struct table *, int64_t rows, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The next cell of the row, and the row's end; 0, or -1 with the fault set. */
int table_cell(struct table *, const struct sheet_value *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int table_end_row(struct table *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * How many bytes of rows wait to be written, in memory; write them.  0, or -1.
 * (The rows of a workbook don't wait.)
 */
size_t table_waiting(const struct table *) __attribute__((nonnull));
int table_flush(struct table *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* All rows are there: write what is not yet written.  0, or -1. */
int table_finish(struct table *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void table_close(struct table *);

#endif

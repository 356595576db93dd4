/*
 * xlsx: a workbook for Excel and its like (libxlsxwriter), written row
 * by row in constant memory.
 */
#ifndef XLSX_H
#define XLSX_H

#include "base/fault.h"
#include "select/column.h"
#include "cli/export/output.h"
#include "sheet/sheet.h"

struct xlsx;

/*
 * Begin one with a header row.  It comes to be in a temporary file below
 * TMPDIR and goes to the output when it is finished.  NULL with the fault set.
 */
struct xlsx *xlsx_open(const struct column *, size_t ncolumns, struct output *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

int xlsx_cell(struct xlsx *, size_t column, const struct sheet_value *,
    struct fault *) __attribute__((nonnull, warn_unused_result));
int xlsx_end_row(struct xlsx *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int xlsx_finish(struct xlsx *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void xlsx_close(struct xlsx *);

#endif

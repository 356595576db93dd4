/*
 * xlsx: a workbook for Excel and its like (libxlsxwriter), written row
 * by row in constant memory.
 */
#ifndef XLSX_H
#define XLSX_H

#include "base/fault.h"
#include "select/column.h"
#include "sheet/sheet.h"
#include "table/sink.h"

struct xlsx;

/* Can this build make one? */
int xlsx_is_there(void);

/*
 * Begin one with a header row.  It comes to be in a temporary file in the
 * sink's scratch directory, and goes to the sink when it is finished; both
 * borrowed. NULL with the fault set.
 */
struct xlsx *
xlsx_open(const struct column *, size_t ncolumns, const struct sink *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

int xlsx_cell(struct xlsx *, size_t column, const struct sheet_value *,
    struct fault *) __attribute__((nonnull, warn_unused_result));
int xlsx_end_row(struct xlsx *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int xlsx_finish(struct xlsx *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void xlsx_close(struct xlsx *);

#endif

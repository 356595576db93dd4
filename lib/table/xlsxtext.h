/*
 * xlsxtext: text as a workbook takes it.
 */
#ifndef XLSXTEXT_H
#define XLSXTEXT_H

#include <stddef.h>

#include "base/bytes.h"

/* What stands for a _ that would begin an escape, as _x0041_ for A. */
#define XLSXTEXT_ESCAPED "_x005F"

/*
 * Append a cell's text: what XML has no place for is a blank, and what is
 * longer than Excel's 32,767 characters ends in an ellipsis.
 */
void
xlsxtext_write(struct bytes *, const char *, size_t) __attribute__((nonnull));

#endif

/*
 * columns: the columns that a row can have: those of a sheet, by their numbers
 * there, and behind them those of a person (personcell.h).
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stddef.h>

#include "cli/cli.h"
#include "cli/export/column.h"
#include "cli/export/personcell.h"
#include "config/shape.h"

#define COLUMNS (SHAPE_COLUMNS + PERSONCELLS) /* that there are */

/*
 * The number of the column with this name of n bytes; -1 once it is said that
 * there is none, or that only a person has it, where rows are not of people.
 */
int columns_find(const struct cli *, int of_people, const char *name, size_t n)
    __attribute__((nonnull));

/* The name of a column; static. */
const char *columns_name(int column);

/* The same, and how it is to look. */
void columns_head(int column, struct column *) __attribute__((nonnull));

/* Is it about who someone is, and not about what they did, when? */
int columns_is_of_person(int column);

#endif

/*
 * columns: the names of a sheet's columns, in the order that a sheet has
 * where the settings say nothing else.  A column is known by its number, its
 * place in this order from 0 on.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stddef.h>

#define COLUMNS 23

/* The number of the column with this name of n bytes, or -1. */
int columns_find(const char *name, size_t n) __attribute__((nonnull));

/* The name of a column, whose number is below COLUMNS; static. */
const char *columns_name(int column);

#endif

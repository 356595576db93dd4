/* format: the forms that a table can have. */
#ifndef FORMAT_H
#define FORMAT_H

enum table_format {
	TABLE_CSV,
	TABLE_TSV,
	TABLE_JSONL,
	TABLE_XLSX,
	TABLE_CELLS /* for ourselves: a NUL behind each cell, and no other */
};
#define TABLE_FORMATS 4 /* that a person can ask for: those before CELLS */

/* The word for a format, and the ending of its files; static. */
const char *table_format_name(enum table_format);

#endif

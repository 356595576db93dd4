/* format: the forms that a table can have. */
#ifndef FORMAT_H
#define FORMAT_H

enum table_format { TABLE_CSV, TABLE_TSV, TABLE_JSONL, TABLE_XLSX };
#define TABLE_FORMATS 4

/* The word for a format, and the ending of its files; static. */
const char *table_format_name(enum table_format);

#endif

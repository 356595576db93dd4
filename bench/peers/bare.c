/*
 * bare: what libxlsxwriter itself costs: the strings, numbers, dates and links
 * of a csv file of export's as a workbook, and nothing else.
 *
 * usage: bare FILE.csv FILE.xlsx
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

/* The next cell, its quotes and mark taken off; what ended it, or -1. */
static int
next_cell(FILE *in, char *out)
{
	int c = getc(in), quoted = c == '"';

	if (quoted)
		c = getc(in);
	while (c != EOF && (quoted || (c != ',' && c != '\r'))) {
		if (quoted && c == '"' && (c = getc(in)) != '"')
			break;
		*out++ = (char)c;
		c = getc(in);
	}
	*out = '\0';
	if (c == '\r')
		c = getc(in);
	return c;
}

static void
write_cell(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, const char *s,
    lxw_format *when, int *links)
{
	lxw_datetime t = {0};

	if (*s == '\'')
		s++;
	if (*s == '\0')
		return;
	if (row > 0 && (col == 0 || col == 2 || col == 21) &&
	    sscanf(s, "%d-%d-%d%*c%d:%d:%lf", &t.year, &t.month, &t.day,
		&t.hour, &t.min, &t.sec) == 6)
		worksheet_write_datetime(sheet, row, col, &t, when);
	else if (row > 0 && (col == 14 || col == 15))
		worksheet_write_number(sheet, row, col, atof(s), NULL);
	else if (row > 0 && (col == 9 || col == 19) && ++*links <= 65530)
		worksheet_write_url(sheet, row, col, s, NULL);
	else
		worksheet_write_string(sheet, row, col, s, NULL);
}

int
main(int argc, char **argv)
{
	lxw_workbook_options o = {.constant_memory = 1, .use_zip64 = 1};
	FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
	static char cell[1 << 18];
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *when;
	lxw_row_t row = 0;
	lxw_col_t col = 0;
	int c, links = 0;

	if (in == NULL)
		return 2;
	book = workbook_new_opt(argv[2], &o);
	sheet = workbook_add_worksheet(book, NULL);
	when = workbook_add_format(book);
	format_set_num_format(when, "yyyy-mm-dd hh:mm:ss");
	while ((c = next_cell(in, cell)) != EOF) {
		write_cell(sheet, row, col++, cell, when, &links);
		if (c == '\n') {
			row++;
			col = 0;
		}
	}
	return workbook_close(book) != LXW_NO_ERROR;
}

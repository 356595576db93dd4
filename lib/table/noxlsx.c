/* noxlsx: in the place of xlsx.c where there is no libxlsxwriter. */
#include <stddef.h>

#include "table/xlsx.h"

int
xlsx_is_there(void)
{
	return 0;
}

struct xlsx *
xlsx_open(const struct column *columns, size_t ncolumns,
    const struct sink *sink, struct fault *f)
{
	(void)columns;
	(void)ncolumns;
	(void)sink;
	(void)fault_set(f, FAULT_SETUP, 0,
	    "this leadsheet was built without libxlsxwriter and makes no xlsx "
	    "files; csv opens in Excel as well: --format csv");
	return NULL;
}

int
xlsx_cell(
    struct xlsx *w, size_t column, const struct sheet_value *v, struct fault *f)
{
	(void)w;
	(void)column;
	(void)v;
	return fault_set(f, FAULT_SETUP, 0, "there is no workbook");
}

int
xlsx_end_row(struct xlsx *w, struct fault *f)
{
	(void)w;
	return fault_set(f, FAULT_SETUP, 0, "there is no workbook");
}

int
xlsx_finish(struct xlsx *w, struct fault *f)
{
	(void)w;
	return fault_set(f, FAULT_SETUP, 0, "there is no workbook");
}

void
xlsx_close(struct xlsx *w)
{
	(void)w;
}

/* xlsx: a workbook for Excel, written row by row; see xlsx.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/bytes.h"
#include "base/utc.h"
#include "table/xlsx.h"
#include "table/xlsxtext.h"

/* Excel's own limits; a test has smaller worksheets. */
#ifndef ROWS_MAX
#define ROWS_MAX  1048576 /* of a worksheet */
#define LINKS_MAX 65530   /* of a worksheet */
#endif
#define LINK_MAX 2079 /* characters of one */

/* Bytes of XML, at most: of a character, and around a cell and a worksheet. */
#define CHARACTER_ROOM 6
#define CELL_ROOM      256
#define SHEET_ROOM     (64 << 10)

#define FIRST_TIME 315532800 /* 1980, as the archive's members have it */

#define EXACT_DIGITS 15 /* more, and Excel makes zeros of the rest */

struct xlsx {
	const struct column *columns;
	size_t ncolumns;
	const struct sink *sink;
	char path[PATH_MAX]; /* of the temporary file; empty: there is none */
	lxw_workbook *book;  /* NULL once it is closed */
	lxw_worksheet *sheet;
	lxw_format *header, *link, *when;
	lxw_row_t row;
	int links; /* in this worksheet */
	int links_most;
	off_t row_room; /* bytes that the row may take, and the links */
	off_t link_room;
	off_t room;        /* that the largest worksheet takes once more */
	int64_t newest;    /* time in it */
	struct bytes cell; /* NUL-terminated */
};

static int
complain(const struct xlsx *w, lxw_error e, struct fault *f)
{
	return fault_set(f,
	    e == LXW_ERROR_MEMORY_MALLOC_FAILED ? FAULT_MEMORY : FAULT_STORAGE,
	    0, "can't make the xlsx file: %s (its temporary files are in %s)",
	    lxw_strerror(e), w->sink->scratch);
}

static double
width_of(const struct column *c)
{
	static const double widths[] = {[COLUMN_TEXT] = 24,
	    [COLUMN_LONG_TEXT] = 60,
	    [COLUMN_SMALL] = 12,
	    [COLUMN_WHEN] = 19,
	    [COLUMN_LINK] = 40};
	double name = (double)strlen(c->name) + 4; /* and the filter's arrow */

	return name > widths[c->look] ? name : widths[c->look];
}

static int
complain_full(const struct xlsx *w, int err, struct fault *f)
{
	return fault_set(f, FAULT_STORAGE, err,
	    "can't write the xlsx file's temporary files; %s", w->sink->remedy);
}

/* The worksheet that is full, or the last: its filter knows its rows now. */
static int
end_sheet(struct xlsx *w, struct fault *f)
{
	lxw_col_t last = (lxw_col_t)(w->ncolumns - 1);
	lxw_error e = worksheet_autofilter(
	    w->sheet, 0, 0, w->row > 1 ? w->row - 1 : 1, last);
	off_t room;

	if (e != LXW_NO_ERROR)
		return complain(w, e, f);
	if (fflush(w->sheet->optimize_tmpfile) != 0 ||
	    (room = ftello(w->sheet->optimize_tmpfile)) == -1)
		return complain_full(w, errno, f);
	/* The last row is still in memory. */
	room += w->row_room + w->link_room + SHEET_ROOM;
	w->room = room > w->room ? room : w->room;
	return 0;
}

static int
begin_sheet(struct xlsx *w, struct fault *f)
{
	lxw_error e = LXW_NO_ERROR;
	size_t i;

	w->sheet = workbook_add_worksheet(w->book, NULL);
	if (w->sheet == NULL)
		return complain(w, LXW_ERROR_MEMORY_MALLOC_FAILED, f);
	worksheet_freeze_panes(w->sheet, 1, 0);
	for (i = 0; i < w->ncolumns && e == LXW_NO_ERROR; i++) {
		e = worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i,
		    width_of(&w->columns[i]), NULL);
		if (e == LXW_NO_ERROR)
			e = worksheet_write_string(w->sheet, 0, (lxw_col_t)i,
			    w->columns[i].name, w->header);
	}
	w->row = 1;
	w->links = 0;
	w->row_room = w->link_room = 0;
	return e == LXW_NO_ERROR ? 0 : complain(w, e, f);
}

static int
make_formats(struct xlsx *w, struct fault *f)
{
	w->header = workbook_add_format(w->book);
	w->when = workbook_add_format(w->book);
	w->link = workbook_get_default_url_format(w->book);
	if (w->header == NULL || w->when == NULL || w->link == NULL)
		return complain(w, LXW_ERROR_MEMORY_MALLOC_FAILED, f);
	format_set_bold(w->header);
	format_set_num_format(w->when, "yyyy-mm-dd hh:mm:ss");
	return 0;
}

int
xlsx_is_there(void)
{
	return 1;
}

struct xlsx *
xlsx_open(const struct column *columns, size_t ncolumns,
    const struct sink *sink, struct fault *f)
{
	lxw_workbook_options options = {
	    .constant_memory = LXW_TRUE, .use_zip64 = LXW_TRUE};
	struct xlsx *w = calloc(1, sizeof(*w));
	int fd;

	if (w == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	w->columns = columns;
	w->ncolumns = ncolumns;
	w->sink = sink;
	w->links_most = sink->links == 0 ? LINKS_MAX : sink->links;
	(void)snprintf(w->path, sizeof(w->path), "%.*s/leadsheet-XXXXXX",
	    PATH_MAX - 32, sink->scratch);
	if ((fd = mkstemp(w->path)) == -1) {
		(void)fault_set(f, FAULT_STORAGE, errno,
		    "can't write in %s; %s", sink->scratch, sink->remedy);
		w->path[0] = '\0';
		xlsx_close(w);
		return NULL;
	}
	(void)close(fd);
	options.tmpdir = (char *)(uintptr_t)sink->scratch;
	w->book = workbook_new_opt(w->path, &options);
	if (w->book == NULL)
		(void)complain(w, LXW_ERROR_MEMORY_MALLOC_FAILED, f);
	if (w->book == NULL || make_formats(w, f) == -1 ||
	    begin_sheet(w, f) == -1) {
		xlsx_close(w);
		return NULL;
	}
	return w;
}

/* Is it a time that Excel has a number for?  In the time zone of the home. */
static int
read_time(int64_t time, lxw_datetime *t)
{
	char at[UTC_LOCAL_SIZE];

	utc_local(time, at);
	return sscanf(at, "%d-%d-%d %d:%d:%lf", &t->year, &t->month, &t->day,
		   &t->hour, &t->min, &t->sec) == 6 &&
	       t->year >= 1900;
}

/* Does the library take it for a link?  It counts with some characters as %XX.
 */
static int
is_link(const struct xlsx *w)
{
	const char *s = w->cell.data, *at;
	size_t len = w->cell.len;

	for (at = s; (at = strpbrk(at, "%[]`^{}")) != NULL; at++)
		len += 2;
	return w->links < w->links_most && len <= LINK_MAX &&
	       (strncmp(s, "https://", 8) == 0 ||
		   strncmp(s, "http://", 7) == 0) &&
	       strpbrk(s, " \"<>\n\t") == NULL &&
	       strstr(s, XLSXTEXT_ESCAPED) == NULL;
}

static lxw_error
write_text(struct xlsx *w, lxw_col_t column, enum column_look look)
{
	const char *s = w->cell.data;
	lxw_datetime t = {0};
	lxw_error e;
	int64_t time;

	if (look == COLUMN_WHEN && utc_parse_offset(s, &time) == 0 &&
	    read_time(time, &t))
		return worksheet_write_datetime(
		    w->sheet, w->row, column, &t, w->when);
	if (look == COLUMN_LINK && is_link(w)) {
		e = worksheet_write_url(w->sheet, w->row, column, s, w->link);
		if (e == LXW_NO_ERROR) {
			w->links++;
			w->link_room +=
			    CELL_ROOM + (off_t)w->cell.len * CHARACTER_ROOM;
			return e;
		}
	}
	return worksheet_write_string(w->sheet, w->row, column, s, NULL);
}

int
xlsx_cell(
    struct xlsx *w, size_t column, const struct sheet_value *v, struct fault *f)
{
	lxw_col_t at = (lxw_col_t)column;
	lxw_error e = LXW_NO_ERROR;
	lxw_datetime t = {0};
	double number;
	int err, fits;

	if (column == 0)
		w->row_room = 0;
	w->row_room += CELL_ROOM + (off_t)v->len * CHARACTER_ROOM;
	if (v->type == SHEET_NONE || (v->type != SHEET_TIME && v->len == 0))
		return 0;
	if (v->type == SHEET_TIME) {
		w->newest = v->time > w->newest ? v->time : w->newest;
		if (read_time(v->time, &t))
			e = worksheet_write_datetime(
			    w->sheet, w->row, at, &t, w->when);
	} else {
		bytes_reset(&w->cell);
		xlsxtext_write(&w->cell, v->data, v->len);
		bytes_addc(&w->cell, '\0');
		if (bytes_check(&w->cell, f) == -1)
			return -1;
		err = errno; /* of the library, which xlsx_end_row() tells */
		errno = 0;
		number = strtod(w->cell.data, NULL);
		fits = errno == 0;
		errno = err;
		if (v->type == SHEET_NUMBER && v->len <= EXACT_DIGITS && fits)
			e = worksheet_write_number(
			    w->sheet, w->row, at, number, NULL);
		else
			e = write_text(w, at, w->columns[column].look);
	}
	return e == LXW_NO_ERROR ? 0 : complain(w, e, f);
}

int
xlsx_end_row(struct xlsx *w, struct fault *f)
{
	/* The library doesn't look whether its temporary file took it. */
	if (ferror(w->sheet->optimize_tmpfile))
		return complain_full(w, errno, f);
	if (++w->row < ROWS_MAX)
		return 0;
	return end_sheet(w, f) == -1 ? -1 : begin_sheet(w, f);
}

/* From the temporary file to where it is to go. */
static int
copy_out(struct xlsx *w, struct fault *f)
{
	int fd = open(w->path, O_RDONLY | O_CLOEXEC), rc = -1;
	ssize_t n;

	bytes_reset(&w->cell);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't read %s", w->path);
	(void)bytes_reserve(&w->cell, 1 << 16);
	if (bytes_check(&w->cell, f) == -1)
		goto out;
	while ((n = read(fd, w->cell.data, 1 << 16)) > 0) {
		w->cell.len = (size_t)n;
		if (w->sink->write(w->sink->context, &w->cell, f) == -1)
			goto out;
	}
	rc = n == 0
	         ? 0
	         : fault_set(f, FAULT_STORAGE, errno, "can't read %s", w->path);
out:
	(void)close(fd);
	return rc;
}

/*
 * The library copies worksheets from file to file without a look whether that
 * worked, and makes a whole archive of what is cut short.  So there has to be
 * room before it begins.  (What it writes into the archive it does look at.)
 */
static int
find_room(struct xlsx *w, struct fault *f)
{
	int fd = open(w->path, O_WRONLY | O_CLOEXEC), err;

	if (fd == -1)
		return complain_full(w, errno, f);
	err = posix_fallocate(fd, 0, w->room);
	(void)close(fd); /* which the library opens anew, and empties */
	return err == 0 ? 0 : complain_full(w, err, f);
}

int
xlsx_finish(struct xlsx *w, struct fault *f)
{
	lxw_doc_properties about = {.created = FIRST_TIME};
	lxw_error e;

	/* The same leads make the same bytes, whenever that is. */
	if (w->newest / UTC_SECOND > FIRST_TIME)
		about.created = (time_t)(w->newest / UTC_SECOND);
	e = workbook_set_properties(w->book, &about);
	if (e != LXW_NO_ERROR)
		return complain(w, e, f);
	if (end_sheet(w, f) == -1 || find_room(w, f) == -1)
		return -1;
	e = workbook_close(w->book);
	w->book = NULL;
	return e == LXW_NO_ERROR ? copy_out(w, f) : complain(w, e, f);
}

void
xlsx_close(struct xlsx *w)
{
	if (w == NULL)
		return;
	if (w->book != NULL)
		lxw_workbook_free(w->book);
	if (w->path[0] != '\0')
		(void)unlink(w->path);
	bytes_free(&w->cell);
	free(w);
}

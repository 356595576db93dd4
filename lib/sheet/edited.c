/* edited: what a person's copy of a sheet still has; see edited.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "config/shape.h"
#include "sheet/edited.h"
#include "sheet/sheet.h"

#define PIECE    (64 << 10) /* bytes a read; the header row is shorter */
#define NO_CELL  SIZE_MAX
#define FNV_SEED UINT64_C(14695981039346656037)

/* How often an id stands in the file. */
struct id {
	uint64_t hash;
	size_t rows;
};

/* RFC 4180, a byte at a time, whatever the line's end is. */
struct reader {
	char delimiter;
	size_t wanted; /* the cell of a row that has its id, or NO_CELL */
	size_t cell;
	int quoted;   /* we are inside quotes */
	int quotes;   /* the last byte was a quote inside them */
	int is_empty; /* of the row nothing but delimiters so far */
	int begins;   /* of the wanted cell only ' so far */
	int is_text;  /* of the file: no NUL so far */
	int is_utf16; /* of the file */
	uint64_t hash;

	struct id *list; /* one a row */
	size_t n, room;
};

static uint64_t
add_hash(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * UINT64_C(1099511628211);
}

static void
begin_row(struct reader *r)
{
	r->cell = 0;
	r->quoted = r->quotes = 0;
	r->is_empty = 1;
	r->begins = 1;
	r->hash = FNV_SEED;
}

static int
end_row(struct reader *r, struct fault *f)
{
	struct id *longer;

	if (!r->is_empty) {
		longer = array_grow(r->list, r->n, &r->room, sizeof(*r->list));
		if (longer == NULL)
			return fault_memory(f);
		r->list = longer;
		r->list[r->n].hash = r->hash;
		r->list[r->n++].rows = 1;
	}
	begin_row(r);
	return 0;
}

/* A byte of a cell. */
static void
add_byte(struct reader *r, char c)
{
	r->is_empty = 0;
	if (r->cell != r->wanted)
		return;
	/* A spreadsheet may have dropped the ' of protection, or kept it. */
	if (r->begins && c == '\'')
		return;
	r->begins = 0;
	r->hash = add_hash(r->hash, c);
}

static int
add_text(struct reader *r, const char *s, size_t n, struct fault *f)
{
	size_t i;

	for (i = 0; i < n; i++) {
		char c = s[i];

		if (c == '\0')
			r->is_text = 0;
		if (r->quoted && !r->quotes && c != '"') {
			add_byte(r, c);
		} else if (r->quoted && !r->quotes) {
			r->quotes = 1; /* its end, or the first of two */
		} else if (c == '"') {
			if (r->quotes)
				add_byte(r, c);
			r->quoted = 1;
			r->quotes = 0;
		} else if (c == '\n' || c == '\r') {
			if (end_row(r, f) == -1)
				return -1;
		} else {
			r->quoted = r->quotes = 0;
			if (c == r->delimiter)
				r->cell++;
			else
				add_byte(r, c);
		}
	}
	return 0;
}

/* The hash of an id as it stands in a cell of such a sheet. */
static int
hash_id(const struct shape *shape, const struct record *r, uint64_t *out,
    struct bytes *cell, struct fault *f)
{
	struct sheet_value v = {
	    .type = SHEET_STRING, .data = r->id, .len = r->id_len};
	struct reader reader = {.delimiter = shape->delimiter};
	int rc;

	bytes_reset(cell);
	sheet_cell(cell, shape, &v);
	if (bytes_check(cell, f) == -1)
		return -1;
	begin_row(&reader);
	rc = add_text(&reader, cell->data, cell->len, f);
	*out = reader.hash;
	free(reader.list);
	return rc;
}

/* How long the cell is, with its quotes, that n bytes begin with. */
static size_t
cell_len(const char *s, size_t n, char delimiter)
{
	int quoted = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted &&
			 (s[i] == delimiter || s[i] == '\n' || s[i] == '\r'))
			break;
	}
	return i;
}

/* Which cell of the first row is that name, in quotes or not? */
static size_t
find_column(const char *s, size_t n, char delimiter, const char *name)
{
	size_t cell, len, pass, wanted = strlen(name);

	for (cell = 0;; cell++, s += len + 1, n -= len + 1) {
		len = cell_len(s, n, delimiter);
		pass = len >= 2 && s[0] == '"' && s[len - 1] == '"';
		if (len - 2 * pass == wanted &&
		    memcmp(s + pass, name, wanted) == 0)
			return cell;
		if (len == n || s[len] != delimiter)
			return NO_CELL;
	}
}

/* Does a cell of the first row begin with a digit?  No name does. */
static int
has_digit(const char *s, size_t n, char delimiter)
{
	size_t len, pass;

	for (;; s += len + 1, n -= len + 1) {
		len = cell_len(s, n, delimiter);
		pass = len > 1 && s[0] == '"';
		if (len > pass && s[pass] >= '0' && s[pass] <= '9')
			return 1;
		if (len == n || s[len] != delimiter)
			return 0;
	}
}

/* Is any column of the shape named there? */
static int
has_names(const char *s, size_t n, char delimiter, const struct shape *shape)
{
	size_t i;

	for (i = 0; i < shape->ncolumns; i++)
		if (find_column(s, n, delimiter,
			shape_column_name(shape->columns[i])) != NO_CELL)
			return 1;
	return 0;
}

/*
 * In which dialect is it, and where are the ids?  How many bytes to pass.
 * *header: its first row names columns, perhaps by names of someone's own.
 * Where there is no telling it does: it is no lead then.
 */
static size_t
begin_file(struct reader *r, const char *s, size_t n, const struct shape *shape,
    int *header)
{
	const char others[] = {shape->delimiter, ',', ';', '\t', '|'};
	size_t i, bom = n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3
	                : r->is_utf16                               ? 2
	                                                            : 0;

	s += bom;
	n -= bom;
	r->delimiter = shape->delimiter;
	r->wanted = NO_CELL;
	for (i = 0; i < sizeof(others); i++)
		if (has_names(s, n, others[i], shape)) {
			r->delimiter = others[i];
			r->wanted = find_column(s, n, others[i], "delivery_id");
			break;
		}
	*header = i < sizeof(others) || !has_digit(s, n, r->delimiter);
	begin_row(r);
	return bom;
}

/*
 * "Unicode text" of a spreadsheet is UTF-16: without its NULs all that is ASCII
 * in it, as ids and delimiters are, reads as it would in UTF-8.
 */
static size_t
take_nuls_out(char *s, size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (s[i] != '\0')
			s[kept++] = s[i];
	return kept;
}

static int
read_file(struct reader *r, struct appendfile *file, const struct shape *shape,
    struct fault *f)
{
	char *piece = malloc(PIECE);
	int64_t at = 0;
	size_t pass, len;
	ssize_t n;
	int header = 0, rc = 0;

	if (piece == NULL)
		return fault_memory(f);
	while (
	    rc == 0 && (n = appendfile_read(file, piece, PIECE, at, f)) > 0) {
		if (at == 0)
			r->is_utf16 =
			    n >= 2 && (memcmp(piece, "\xff\xfe", 2) == 0 ||
					  memcmp(piece, "\xfe\xff", 2) == 0);
		len = r->is_utf16 ? take_nuls_out(piece, (size_t)n) : (size_t)n;
		pass = at == 0 ? begin_file(r, piece, len, shape, &header) : 0;
		at += n;
		rc = add_text(r, piece + pass, len - pass, f);
	}
	free(piece);
	if (rc == 0 && n == 0)
		rc = end_row(r, f);
	/* Its row stands for no delivery. */
	if (rc == 0 && header && r->n > 0)
		memmove(r->list, r->list + 1, --r->n * sizeof(*r->list));
	return n == -1 ? -1 : rc;
}

static int
by_hash(const void *a, const void *b)
{
	const struct id *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Each id once, in order, with how many rows it has. */
static void
count_ids(struct reader *r)
{
	size_t i, kept = 0;

	if (r->n > 0)
		qsort(r->list, r->n, sizeof(*r->list), by_hash);
	for (i = 0; i < r->n; i++)
		if (kept > 0 && r->list[kept - 1].hash == r->list[i].hash)
			r->list[kept - 1].rows++;
		else
			r->list[kept++] = r->list[i];
	r->n = kept;
}

/* The part's deliveries held against the rows, one after the other. */
struct count {
	struct reader reader;
	const struct shape *shape;
	struct bytes cell;
	struct fault *fault;
	size_t rows;  /* that no delivery has taken yet */
	size_t seen;  /* deliveries with rows */
	size_t stood; /* of them */
	size_t last;  /* how many of all there are up to the last that stands */
	size_t all;
	int holes;
};

static int
take_rows(struct count *c, const struct record *r, size_t rows)
{
	struct id key = {.rows = 0}, *id;
	int rc;

	if (c->reader.wanted == NO_CELL) {
		/* What comes behind one that lacks rows has none either. */
		rc = c->rows >= rows;
		c->rows = rc ? c->rows - rows : 0;
		return rc;
	}
	if (hash_id(c->shape, r, &key.hash, &c->cell, c->fault) == -1)
		return -1;
	id = c->reader.n == 0 ? NULL
	                      : bsearch(&key, c->reader.list, c->reader.n,
				    sizeof(key), by_hash);
	if (id == NULL || id->rows < rows)
		return 0;
	id->rows -= rows;
	return 1;
}

static int
meet(void *context, size_t i, const struct record *r, size_t rows)
{
	struct count *c = context;
	int rc;

	(void)i;
	c->all++;
	if (rows == 0)
		return 0; /* which proves nothing */
	if ((rc = take_rows(c, r, rows)) == 1) {
		c->holes = c->stood < c->seen;
		c->stood++;
		c->last = c->all;
	}
	c->seen++;
	return rc == -1 ? -1 : 0;
}

int
edited_read(struct view *v, const struct view_part *p, struct appendfile *file,
    struct edited *out, struct fault *f)
{
	struct count c = {
	    .shape = &p->shape, .fault = f, .reader = {.is_text = 1}};
	int rc = read_file(&c.reader, file, &p->shape, f);

	/* Of a workbook no rows can be counted. */
	c.rows = c.reader.is_text ? c.reader.n : 0;
	if (c.reader.wanted != NO_CELL)
		count_ids(&c.reader);
	if (rc == 0)
		rc = view_visit(v, p, meet, &c, f);
	out->lacks = c.all - c.last;
	out->holes = c.holes;
	free(c.reader.list);
	bytes_free(&c.cell);
	return rc;
}

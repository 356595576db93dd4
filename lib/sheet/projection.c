/* projection: a day's sheet as its journal makes it; see projection.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "journal/journal.h"
#include "sheet/projection.h"
#include "sheet/sheet.h"

#define FLUSH_SIZE (1 << 20) /* rows are written in pieces of this size */

void
projection_books(struct books *b, const struct endpoint *e,
    const struct settings *settings, const struct boot *boot)
{
	memset(b, 0, sizeof(*b));
	endpoint_path(e, b->journal, "journal");
	endpoint_path(e, b->sheets, "sheets");
	endpoint_path(e, b->index_path, "index.sqlite");
	b->settings = settings;
	b->boot = boot;
}

int
projection_counts(struct books *b, const char *key, size_t n, const char *day,
    int segment, int64_t offset, struct fault *f)
{
	struct index_id id;
	int found;

	if (b->index == NULL)
		return 1; /* a reader may have none */
	found = index_find(b->index, key, n, &id, f);
	if (found != 1)
		return found == 0 ? 1 : -1;
	return strcmp(id.day, day) == 0 && id.segment == segment &&
	       id.offset == offset;
}

static int
flush(struct projection *p, struct fault *f)
{
	int torn;

	if (p->pending.len == 0 || p->look_only)
		return bytes_check(&p->pending, f);
	if (p->file == NULL) {
		p->file = appendfile_open(p->path, APPENDFILE_ANEW, f);
		if (p->file == NULL)
			return -1;
		p->making = 1;
	}
	if (appendfile_write(p->file, &p->pending, &torn, f) == -1)
		return -1;
	bytes_reset(&p->pending);
	return 0;
}

/* Does the file go on with these n bytes, as far as it goes? */
static int
meet(struct projection *p, const char *s, size_t n, struct fault *f)
{
	size_t done = 0;
	ssize_t got;

	bytes_reset(&p->there);
	if (bytes_reserve(&p->there, n) == -1)
		return bytes_check(&p->there, f);
	while (done < n) {
		got = appendfile_read(p->file, p->there.data + done, n - done,
		    p->at + (int64_t)done, f);
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	if (done < n || memcmp(p->there.data, s, n) != 0)
		p->differs = 1;
	p->at += (int64_t)n;
	return 0;
}

/* Must the record in hand be in the file by now? */
static int
is_due(const struct projection *p)
{
	const struct place *u = &p->until;

	return u->segment == 0 || p->segment < u->segment ||
	       (p->segment == u->segment && p->offset <= u->offset);
}

/* The next bytes of the projection: in the file already, or to be appended. */
static int
feed(struct projection *p, const char *s, size_t n, struct fault *f)
{
	int64_t left = p->size - p->at;
	size_t met = left > (int64_t)n ? n : (size_t)left;

	if (met > 0 && meet(p, s, met, f) == -1)
		return -1;
	if (p->differs)
		return 0;
	if (p->look_only) {
		if (is_due(p))
			p->lacks += (int64_t)(n - met);
		return 0;
	}
	bytes_add(&p->pending, s + met, n - met);
	return p->pending.len >= FLUSH_SIZE ? flush(p, f) : 0;
}

/* Leave out the rows that stand in earlier parts. */
static void
skip_rows(struct projection *p)
{
	const char *end;

	while (p->row < p->first_row && p->rows.len > 0) {
		end = memchr(p->rows.data, '\n', p->rows.len);
		bytes_drop(&p->rows, (size_t)(end - p->rows.data) + 1);
		p->row++;
	}
}

static int
add_record(struct projection *p, const struct record *r, int64_t offset,
    struct fault *f)
{
	int rc = 1;

	if (sheet_kind(r->kind) == NULL ||
	    strcmp(sheet_kind(r->kind), p->kind) != 0)
		return 0;
	/* Tests are never deduplicated. */
	if (r->kind == DELIVERY_LEADS)
		rc = projection_counts(
		    p->books, r->id, r->id_len, p->day, p->segment, offset, f);
	if (rc != 1)
		return rc;
	if (p->visit != NULL) {
		if (leads_read(&p->leads, r->body, r->body_len, f) == -1)
			return -1;
		p->row += (int64_t)leads_count(&p->leads);
		return p->visit(p->context, p->row, r);
	}
	bytes_reset(&p->rows);
	if (sheet_rows(&p->rows, &p->books->settings->shape, r, &p->leads, f) ==
	    -1)
		return -1;
	skip_rows(p);
	p->row += sheet_count_lines(p->rows.data, p->rows.len);
	if (p->rows.len == 0)
		return 0;
	return feed(p, p->rows.data, p->rows.len, f);
}

/* The whole records of one segment, from p->offset on. */
static int
walk_segment(struct projection *p, struct fault *f)
{
	struct journal_reader reader = {0};
	struct appendfile *file;
	struct record record;
	char path[PATH_MAX];
	int64_t offset;
	int rc;

	journal_path(path, p->books->journal, p->day, p->segment);
	file = appendfile_open(
	    path, p->look_only ? APPENDFILE_VIEW : APPENDFILE_READ, f);
	if (file == NULL)
		return -1;
	journal_rewind(&reader, file, p->offset);
	while ((rc = journal_next(&reader, &record, &offset, f)) > 0) {
		p->offset = reader.offset;
		if (p->step != NULL &&
		    p->step(p->step_context, reader.offset - offset) != 0)
			p->stopped = 1;
		if (rc == 1 && add_record(p, &record, offset, f) == -1)
			rc = -1;
		if (rc == -1 || p->differs || p->stopped)
			break;
	}
	journal_reader_free(&reader);
	appendfile_close(file);
	return rc == -1 ? -1 : 0;
}

/* All segments from where p stands, as long as nothing differs. */
static int
walk_day(struct projection *p, struct fault *f)
{
	int last = journal_last_segment(p->books->journal, p->day, f);

	if (last == -1)
		return -1;
	for (;;) {
		if (p->segment <= last && walk_segment(p, f) == -1)
			return -1;
		if (p->differs || p->stopped || p->segment >= last)
			return 0;
		p->segment++;
		p->offset = 0;
	}
}

/* All of the walk but for a file that was made by it. */
static int
walk(struct projection *p, struct fault *f)
{
	if (p->at == 0) {
		bytes_reset(&p->rows);
		sheet_header(&p->rows, &p->books->settings->shape);
		if (bytes_check(&p->rows, f) == -1 ||
		    feed(p, p->rows.data, p->rows.len, f) == -1)
			return -1;
	}
	if (walk_day(p, f) == -1)
		return -1;
	if (p->at < p->size && !p->stopped)
		p->differs = 1; /* it goes on where the journal ends */
	/* A sheet is made with its first row, not before. */
	if (p->size == 0 && p->row == p->first_row)
		p->lacks = 0;
	else if (!p->differs)
		return flush(p, f);
	return 0;
}

/* What was made takes its place, unless someone has put something there. */
static int
publish(struct projection *p, struct fault *f)
{
	struct appendfile *made = p->file;
	struct stat st;

	p->file = NULL;
	if (lstat(p->path, &st) == 0) {
		appendfile_discard(made);
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s came while it was made; the next try looks at it",
		    p->path);
	}
	if (appendfile_publish(made, f) == 0)
		p->file = appendfile_open(p->path, APPENDFILE_APPEND, f);
	return p->file == NULL ? -1 : 0;
}

int
projection_walk(
    struct projection *p, const struct index_sheet *s, struct fault *f)
{
	int rc;

	p->at = s->size;
	p->row = s->next_row;
	p->segment = s->segment;
	p->offset = s->offset;
	p->making = 0;
	p->differs = 0;
	p->lacks = 0;
	bytes_reset(&p->pending);
	rc = walk(p, f);
	if (!p->making)
		return rc;
	if (rc == 0)
		return publish(p, f);
	appendfile_discard(p->file);
	p->file = NULL;
	return -1;
}

int
projection_visit(struct projection *p,
    int (*visit)(void *, int64_t, const struct record *), void *context,
    struct fault *f)
{
	int rc;

	p->visit = visit;
	p->context = context;
	p->row = 0;
	p->segment = 1;
	p->offset = 0;
	p->differs = 0;
	rc = walk_day(p, f);
	p->visit = NULL;
	return rc;
}

void
projection_free(struct projection *p)
{
	appendfile_close(p->file);
	p->file = NULL;
	bytes_free(&p->rows);
	bytes_free(&p->pending);
	bytes_free(&p->there);
	leads_free(&p->leads);
}

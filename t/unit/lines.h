/* lines: a journal of a test's own, line by line. */
#ifndef LINES_H
#define LINES_H

#include "home.h"

/* One line at the end of a segment, which is made where it is missing. */
static inline void
add_record(const char *path, const struct record *r)
{
	struct bytes b = {0};
	struct fault f = {0};
	FILE *out = fopen(path, "a");

	assert_non_null(out);
	assert_int_equal(record_encode(&b, r, 1, &f), 0);
	assert_int_equal(fwrite(b.data, 1, b.len, out), b.len);
	assert_int_equal(fclose(out), 0);
	bytes_free(&b);
}

/* A delivery with as many leads, that was received so many seconds after noon.
 */
static inline void
add_delivery(const char *path, enum record_kind kind, const char *id, int leads,
    int64_t after_noon)
{
	char *body =
	    make_body(id, leads, kind == RECORD_TEST ? "\"test\":true," : "");
	struct record r = {.received = NOON + after_noon * UTC_SECOND,
	    .kind = kind,
	    .id = id,
	    .id_len = strlen(id),
	    .body = body,
	    .body_len = strlen(body)};
	struct fault f = {0};

	memset(r.signature, 'a', SIGNATURE_SIZE - 1);
	assert_int_equal(signature_sha256(body, r.body_len, r.sha256, &f), 0);
	add_record(path, &r);
	free(body);
}

static inline void
add_lead(const char *path, const char *id)
{
	add_delivery(path, RECORD_LEADS, id, 1, 0);
}

/* From here on the rows go to that file. */
static inline void
add_sheet(const char *path, const char *name, const struct shape *shape,
    int64_t again)
{
	struct record r = {.received = NOON, .kind = RECORD_SHEET};

	assert_int_equal(names_read(name, &r.sheet.file), 1);
	r.sheet.shape = *shape;
	r.sheet.again = again;
	add_record(path, &r);
}

/* Of an earlier segment only so many bytes count. */
static inline void
add_mark(const char *path, int segment, int64_t counts)
{
	struct record r = {.received = NOON,
	    .kind = RECORD_SEGMENT,
	    .before = {segment, counts}};

	add_record(path, &r);
}

#endif

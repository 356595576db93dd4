/* record: a line of the journal; see record.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "journal/record.h"
#include "json/jsontext.h"

static const char *const kinds[] = {
    [RECORD_LEADS] = "leads",
    [RECORD_TEST] = "test",
    [RECORD_OTHER] = "other",
    [RECORD_UNREADABLE] = "unreadable",
    [RECORD_SHEET] = "sheet",
    [RECORD_SEGMENT] = "segment",
};

const char *
record_kind(enum record_kind kind)
{
	return kinds[kind];
}

int
record_makes_rows(const struct record *r, enum sheet_kind *kind)
{
	*kind = r->kind == RECORD_TEST ? SHEET_TEST : SHEET_LEADS;
	return r->body != NULL &&
	       (r->kind == RECORD_LEADS || r->kind == RECORD_TEST);
}

/* The body in the first of its three forms that it fits. */
static void
encode_body(struct bytes *b, const struct record *r, int is_json)
{
	if (is_json && jsontext_bom(r->body, r->body_len) == 0 &&
	    memchr(r->body, '\n', r->body_len) == NULL &&
	    memchr(r->body, '\r', r->body_len) == NULL) {
		bytes_adds(b, "\"body\":");
		bytes_add(b, r->body, r->body_len);
	} else if (text_is_readable(r->body, r->body_len)) {
		bytes_adds(b, "\"text\":");
		text_json(b, r->body, r->body_len);
	} else {
		bytes_adds(b, "\"base64\":\"");
		text_base64(b, r->body, r->body_len);
		bytes_addc(b, '"');
	}
}

static void
encode_sheet(struct bytes *b, const struct record_sheet *s)
{
	char name[NAMES_SIZE];

	names_write(&s->file, name);
	bytes_printf(b, "\"file\":\"%s\",\"shape\":", name);
	shape_write(b, &s->shape);
	if (s->again == RECORD_ALL)
		bytes_adds(b, ",\"again\":\"all\"");
	else
		bytes_printf(b, ",\"again\":%" PRId64, s->again);
}

/* Of a line without a body: the digest of the line so far ends it. */
static int
encode_digest(struct bytes *b, size_t from, struct fault *f)
{
	char sha256[SIGNATURE_SIZE];

	if (bytes_check(b, f) == -1 ||
	    signature_sha256(b->data + from, b->len - from, sha256, f) == -1)
		return -1;
	bytes_printf(b, ",\"sha256\":\"%s\"", sha256);
	return 0;
}

int
record_encode(
    struct bytes *b, const struct record *r, int is_json, struct fault *f)
{
	size_t from = b->len;
	char iso[UTC_ISO_SIZE];

	utc_iso(r->received, iso);
	bytes_reserve(b, r->body_len + r->id_len + 512);
	bytes_printf(
	    b, "{\"received\":\"%s\",\"kind\":\"%s\",", iso, kinds[r->kind]);
	if (r->kind == RECORD_SHEET) {
		encode_sheet(b, &r->sheet);
	} else if (r->kind == RECORD_SEGMENT) {
		bytes_printf(b,
		    "\"before\":{\"segment\":%d,\"counts\":%" PRId64 "}",
		    r->before.segment, r->before.counts);
	} else {
		bytes_adds(b, "\"id\":");
		text_json(b, r->id, r->id_len);
	}
	if (r->body == NULL) {
		if (r->kind < RECORD_SHEET)
			bytes_printf(b, ",\"was\":\"%s\"", r->was);
		if (encode_digest(b, from, f) == -1)
			return -1;
	} else {
		bytes_printf(b, ",\"sha256\":\"%s\",\"signature\":\"%s\",",
		    r->sha256, r->signature);
		if (r->was[0] != '\0')
			bytes_printf(b, "\"was\":\"%s\",", r->was);
		encode_body(b, r, is_json);
	}
	bytes_adds(b, "}\n");
	return bytes_check(b, f);
}

/* What is left of a line while it is read. */
struct rest {
	const char *s;
	size_t n;
};

static inline void
skip(struct rest *in, size_t n)
{
	in->s += n;
	in->n -= n;
}

/* Take a fixed text off the front; 1 when it stood there. */
static inline int
take(struct rest *in, const char *expected)
{
	size_t n = strlen(expected);

	if (in->n < n || memcmp(in->s, expected, n) != 0)
		return 0;
	skip(in, n);
	return 1;
}

/*
 * Take 64 digits into what is all zero, whose value the digest of what they
 * speak of tests.  A signature may be damaged, and its line counts all the
 * same: a control byte, which would end the text when the line is written
 * again, becomes another.
 */
static int
take_hex(struct rest *in, char out[static SIGNATURE_SIZE])
{
	int i;

	if (in->n < SIGNATURE_SIZE - 1 ||
	    memchr(in->s, '"', SIGNATURE_SIZE - 1) != NULL)
		return 0;
	for (i = 0; i < SIGNATURE_SIZE - 1; i++)
		out[i] = (unsigned char)in->s[i] < ' ' ? '?' : in->s[i];
	skip(in, SIGNATURE_SIZE - 1);
	return 1;
}

static int
take_time(struct rest *in, int64_t *out)
{
	if (in->n < UTC_ISO_SIZE - 1 ||
	    utc_parse(in->s, UTC_ISO_SIZE - 1, out) == -1)
		return 0;
	skip(in, UTC_ISO_SIZE - 1);
	return 1;
}

/* Take a whole number of at most 18 digits. */
static int
take_number(struct rest *in, int64_t *out)
{
	size_t digits = 0;

	*out = 0;
	while (digits < in->n && digits < 18 && in->s[digits] >= '0' &&
	       in->s[digits] <= '9')
		*out = *out * 10 + (in->s[digits++] - '0');
	skip(in, digits);
	return digits > 0;
}

static int
take_kind(struct rest *in, enum record_kind *out)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (take(in, kinds[i])) {
			*out = (enum record_kind)i;
			return take(in, "\",\"");
		}
	return 0;
}

/* Take a JSON string behind its opening quote into scratch. */
static int
take_string(struct rest *in, struct bytes *scratch)
{
	size_t used = text_unjson(scratch, in->s, in->n);

	skip(in, used);
	return used > 0;
}

/*
 * The body in one of its three forms, in scratch where it isn't in the line;
 * what remains must be the last brace.
 */
static int
take_body(struct rest *in, struct record *r, struct bytes *scratch)
{
	size_t from = scratch->len;
	const char *quote;

	if (take(in, "\"body\":")) {
		if (in->n < 2)
			return 0;
		r->body = in->s;
		r->body_len = in->n - 1;
		skip(in, r->body_len);
		return in->s[0] == '}';
	}
	if (take(in, "\"text\":\"")) {
		if (!take_string(in, scratch))
			return 0;
	} else if (take(in, "\"base64\":\"")) {
		if ((quote = memchr(in->s, '"', in->n)) == NULL ||
		    text_unbase64(scratch, in->s, (size_t)(quote - in->s)) ==
			-1)
			return 0;
		skip(in, (size_t)(quote - in->s) + 1);
	} else {
		return 0;
	}
	r->body_len = scratch->len - from;
	return in->n == 1 && in->s[0] == '}';
}

/* What ends a line without a body: 1 when its digest holds, 0, -1. */
static int
check_digest(struct rest *in, const char *line, struct record *r,
    struct signature_digest *digest, struct fault *f)
{
	size_t n = (size_t)(in->s - line);
	char sha256[SIGNATURE_SIZE];

	if (!take(in, ",\"sha256\":\"") || !take_hex(in, r->sha256) ||
	    !take(in, "\"}") || in->n != 0)
		return 0;
	if (signature_digest(digest, line, n, sha256, f) == -1)
		return -1;
	return strcmp(sha256, r->sha256) == 0;
}

/* A delivery, behind "id":" */
static int
decode_delivery(struct rest *in, const char *line, struct record *r,
    struct bytes *scratch, struct signature_digest *digest, struct fault *f)
{
	char sha256[SIGNATURE_SIZE];
	int rc;

	if (!take_string(in, scratch))
		return 0;
	r->id_len = scratch->len;
	if (take(in, ",\"was\":\"")) {
		if (!take_hex(in, r->was) || !take(in, "\""))
			return 0;
		rc = check_digest(in, line, r, digest, f);
		r->id = scratch->len == 0 ? "" : scratch->data;
		return rc == 1 ? bytes_check(scratch, f) == 0 ? 1 : -1 : rc;
	}
	if (!take(in, ",\"sha256\":\"") || !take_hex(in, r->sha256) ||
	    !take(in, "\",\"signature\":\"") || !take_hex(in, r->signature) ||
	    !take(in, "\",") ||
	    (take(in, "\"was\":\"") &&
		(!take_hex(in, r->was) || !take(in, "\","))) ||
	    !take_body(in, r, scratch))
		return 0;
	if (bytes_check(scratch, f) == -1)
		return -1;
	/* Only now, as scratch may have moved while it grew. */
	r->id = scratch->len == 0 ? "" : scratch->data;
	if (r->body == NULL)
		r->body = r->body_len == 0 ? "" : scratch->data + r->id_len;
	if (signature_digest(digest, r->body, r->body_len, sha256, f) == -1)
		return -1;
	return strcmp(sha256, r->sha256) == 0;
}

/* The object of a shape, which has none inside it. */
static int
take_shape(struct rest *in, struct shape *out)
{
	const char *end = memchr(in->s, '}', in->n);
	size_t n = end == NULL ? 0 : (size_t)(end - in->s) + 1;

	if (!shape_read(out, in->s, n))
		return 0;
	skip(in, n);
	return 1;
}

/* A line of kind sheet, behind its kind. */
static int
take_sheet(struct rest *in, struct record_sheet *s)
{
	char name[NAMES_SIZE];
	const char *quote;

	if (!take(in, "file\":\"") ||
	    (quote = memchr(in->s, '"', in->n)) == NULL ||
	    (size_t)(quote - in->s) >= sizeof(name))
		return 0;
	memcpy(name, in->s, (size_t)(quote - in->s));
	name[quote - in->s] = '\0';
	skip(in, (size_t)(quote - in->s));
	if (!names_read(name, &s->file) || s->file.kind != NAME_SHEET ||
	    s->file.is_new || !take(in, "\",\"shape\":") ||
	    !take_shape(in, &s->shape) || !take(in, ",\"again\":"))
		return 0;
	s->again = RECORD_ALL;
	return take(in, "\"all\"") || take_number(in, &s->again);
}

/* A line of kind segment, behind its kind. */
static int
take_mark(struct rest *in, struct record_mark *m)
{
	int64_t segment;

	if (!take(in, "before\":{\"segment\":") || !take_number(in, &segment) ||
	    segment < 1 || segment > NAMES_SEGMENT_MAX ||
	    !take(in, ",\"counts\":") || !take_number(in, &m->counts) ||
	    !take(in, "}"))
		return 0;
	m->segment = (int)segment;
	return 1;
}

int
record_decode(const char *line, size_t n, struct record *r,
    struct bytes *scratch, struct signature_digest *digest, struct fault *f)
{
	struct rest in = {line, n};

	while (in.n > 0 && in.s[0] == '\0')
		skip(&in, 1);
	line = in.s;
	memset(r, 0, sizeof(*r));
	bytes_reset(scratch);
	if (!take(&in, "{\"received\":\"") || !take_time(&in, &r->received) ||
	    !take(&in, "\",\"kind\":\"") || !take_kind(&in, &r->kind))
		return 0;
	if (r->kind == RECORD_SHEET)
		return take_sheet(&in, &r->sheet)
		           ? check_digest(&in, line, r, digest, f)
		           : 0;
	if (r->kind == RECORD_SEGMENT)
		return take_mark(&in, &r->before)
		           ? check_digest(&in, line, r, digest, f)
		           : 0;
	return take(&in, "id\":\"")
	           ? decode_delivery(&in, line, r, scratch, digest, f)
	           : 0;
}

int
record_read_mark(const char *s, size_t n, struct record_mark *out)
{
	const char *end = memchr(s, '\n', n);
	struct signature_digest digest = {0};
	struct fault ignored = {0};
	struct bytes scratch = {0};
	struct record r;
	int rc = end == NULL ? 0
	                     : record_decode(s, (size_t)(end - s), &r, &scratch,
				   &digest, &ignored);

	bytes_free(&scratch);
	signature_digest_free(&digest);
	if (rc != 1 || r.kind != RECORD_SEGMENT)
		return 0;
	*out = r.before;
	return 1;
}

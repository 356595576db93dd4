/*
 * A line of the journal: one that counts is written again with the same
 * meaning, and nothing but its own form is taken.
 */
#include "fuzz.h"

#include "base/text.h"
#include "journal/record.h"
#include "memory.h"

static struct signature_digest digest;

static int
decode(const char *s, size_t n, struct record *r, struct bytes *scratch)
{
	char sha256[SIGNATURE_SIZE];
	struct fault f = {0};
	int rc;

	/* What OpenSSL takes once is none of a line's. */
	HOLDS(signature_digest(&digest, "", 0, sha256, &f) == 0);
	memory_begin();
	rc = record_decode(s, n, r, scratch, &digest, &f);
	HOLDS(memory_most <= 4 * n + 16384);
	HOLDS(rc == 0 || rc == 1);
	HOLDS(scratch->len <= n);
	return rc;
}

static void
check_sheet(const struct record_sheet *a, const struct record_sheet *b)
{
	char x[NAMES_SIZE], y[NAMES_SIZE];

	names_write(&a->file, x);
	names_write(&b->file, y);
	HOLDS(strcmp(x, y) == 0);
	HOLDS(shape_equal(&a->shape, &b->shape));
	HOLDS(shape_hash(&a->shape) == shape_hash(&b->shape));
	HOLDS(a->again == b->again);
}

static void
check_same(const struct record *a, const struct record *b)
{
	HOLDS(a->received == b->received && a->kind == b->kind);
	HOLDS(strcmp(a->was, b->was) == 0);
	if (a->kind == RECORD_SHEET) {
		check_sheet(&a->sheet, &b->sheet);
		return;
	}
	HOLDS(a->before.segment == b->before.segment &&
	      a->before.counts == b->before.counts);
	if (a->kind == RECORD_SEGMENT)
		return;
	HOLDS(same(a->id, a->id_len, b->id, b->id_len));
	HOLDS((a->body == NULL) == (b->body == NULL));
	if (a->body != NULL) {
		HOLDS(same(a->body, a->body_len, b->body, b->body_len));
		HOLDS(strcmp(a->sha256, b->sha256) == 0);
		HOLDS(strcmp(a->signature, b->signature) == 0);
	}
}

/* Write it anew, once as it stood and once with its body as text. */
static void
check_again(const struct record *r, const struct bytes *line, int is_json)
{
	struct bytes again = {0}, scratch = {0};
	struct fault f = {0};
	struct record back;

	/* A person's line may have what none of ours has. */
	if (r->kind < RECORD_SHEET &&
	    (!text_is_utf8(r->id, r->id_len) ||
		(r->was[0] == '\0' && r->body == NULL)))
		return;
	/* A shape of other rules is left alone, and never written again. */
	if (r->kind == RECORD_SHEET && r->sheet.shape.rules != SHAPE_RULES)
		return;
	HOLDS(record_encode(&again, r, is_json, &f) == 0);
	HOLDS(
	    memchr(again.data, '\n', again.len) == again.data + again.len - 1);
	HOLDS(again.len < 6 * line->len + 1024);
	HOLDS(decode(again.data, again.len - 1, &back, &scratch) == 1);
	check_same(r, &back);
	bytes_free(&again);
	bytes_free(&scratch);
}

/* Put 64 digits in the place of those that should be a digest of these bytes.
 */
static void
put_digest(char *at, const char *s, size_t n)
{
	char sha256[SIGNATURE_SIZE];
	struct fault f = {0};

	HOLDS(signature_sha256(s, n, sha256, &f) == 0);
	memcpy(at, sha256, SIGNATURE_SIZE - 1);
}

/* The fuzzer finds no SHA-256 by itself: write the one that holds. */
static void
mend(struct bytes *line, const struct record *r)
{
	static const char key[] = "\"sha256\":\"";
	char *at = line->data, *next, *end = line->data + line->len;

	if (line->len == 0)
		return;
	if ((at = memmem(at, line->len, key, sizeof(key) - 1)) == NULL)
		return;
	/* That of a line without a body ends it. */
	while (r->body == NULL && (next = memmem(at + 1, (size_t)(end - at) - 1,
				       key, sizeof(key) - 1)) != NULL)
		at = next;
	if (end - at < (ptrdiff_t)sizeof(key) - 1 + SIGNATURE_SIZE - 1 ||
	    at == line->data)
		return;
	if (r->body != NULL)
		put_digest(at + sizeof(key) - 1, r->body, r->body_len);
	else
		put_digest(at + sizeof(key) - 1, line->data,
		    (size_t)(at - line->data) - 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bytes line = {0}, scratch = {0};
	struct record_mark mark;
	struct record r;
	int rc, is_mark;

	while (n > 0 && *data == '\0')
		data++, n--; /* which are skipped: t/unit/record.c */
	bytes_add(&line, data, n);
	bytes_addc(&line, '\n');
	rc = decode(line.data, n, &r, &scratch);
	if (rc == 0 && memchr(data, '\n', n) == NULL) {
		line.len = n;
		mend(&line, &r);
		bytes_addc(&line, '\n');
		rc = decode(line.data, n, &r, &scratch);
	}
	if (rc == 1) {
		check_again(&r, &line,
		    memmem(line.data, line.len, ",\"body\":", 8) != NULL);
		check_again(&r, &line, 0);
	}
	is_mark = record_read_mark(line.data, line.len, &mark);
	HOLDS(memchr(data, '\n', n) != NULL ||
	      is_mark == (rc == 1 && r.kind == RECORD_SEGMENT));
	HOLDS(!is_mark ||
	      (mark.segment >= 1 && mark.segment <= 255 && mark.counts >= 0));
	bytes_free(&line);
	bytes_free(&scratch);
	return 0;
}

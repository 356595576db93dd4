/* journal: a day's deliveries as they came; see journal.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "journal/journal.h"

#define READ_SIZE (256 << 10) /* bytes a read; lines may be longer */

static const char *const kinds[] = {
    [DELIVERY_LEADS] = "leads",
    [DELIVERY_TEST] = "test",
    [DELIVERY_OTHER] = "other",
    [DELIVERY_UNREADABLE] = "unreadable",
};

const char *
journal_kind(enum delivery_kind kind)
{
	return kinds[kind];
}

void
journal_encode(struct bytes *b, const struct record *r, int is_json)
{
	char iso[UTC_ISO_SIZE];

	utc_iso(r->received, iso);
	bytes_reserve(b, r->body_len + r->id_len + 512);
	bytes_printf(b, "{\"received\":\"%s\",\"kind\":\"%s\",\"id\":", iso,
	    kinds[r->kind]);
	text_json(b, r->id, r->id_len);
	bytes_printf(b, ",\"sha256\":\"%s\",\"signature\":\"%s\",", r->sha256,
	    r->signature);
	if (r->was[0] != '\0')
		bytes_printf(b, "\"was\":\"%s\",", r->was);
	if (is_json && memchr(r->body, '\n', r->body_len) == NULL &&
	    memchr(r->body, '\r', r->body_len) == NULL) {
		bytes_adds(b, "\"body\":");
		bytes_add(b, r->body, r->body_len);
	} else if (text_is_utf8(r->body, r->body_len)) {
		bytes_adds(b, "\"text\":");
		text_json(b, r->body, r->body_len);
	} else {
		bytes_adds(b, "\"base64\":\"");
		text_base64(b, r->body, r->body_len);
		bytes_addc(b, '"');
	}
	bytes_adds(b, "}\n");
}

/* What is left of a line while it is read. */
struct rest {
	const char *s;
	size_t n;
};

/* Take a fixed text off the front; 1 when it stood there. */
static inline int
take(struct rest *in, const char *expected)
{
	size_t n = strlen(expected);

	if (in->n < n || memcmp(in->s, expected, n) != 0)
		return 0;
	in->s += n;
	in->n -= n;
	return 1;
}

/* Take 64 hex digits. */
static int
take_hex(struct rest *in, char out[static SIGNATURE_SIZE])
{
	if (in->n < SIGNATURE_SIZE - 1 ||
	    memchr(in->s, '"', SIGNATURE_SIZE - 1) != NULL)
		return 0;
	memcpy(out, in->s, SIGNATURE_SIZE - 1);
	out[SIGNATURE_SIZE - 1] = '\0';
	in->s += SIGNATURE_SIZE - 1;
	in->n -= SIGNATURE_SIZE - 1;
	return 1;
}

static int
take_time(struct rest *in, int64_t *out)
{
	if (in->n < UTC_ISO_SIZE - 1 ||
	    utc_parse(in->s, UTC_ISO_SIZE - 1, out) == -1)
		return 0;
	in->s += UTC_ISO_SIZE - 1;
	in->n -= UTC_ISO_SIZE - 1;
	return 1;
}

static int
take_kind(struct rest *in, enum delivery_kind *out)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (take(in, kinds[i])) {
			*out = (enum delivery_kind)i;
			return 1;
		}
	return 0;
}

/* Take a JSON string behind its opening quote into scratch. */
static int
take_string(struct rest *in, struct bytes *scratch)
{
	size_t used = text_unjson(scratch, in->s, in->n);

	in->s += used;
	in->n -= used;
	return used > 0;
}

/* The body in one of its three forms; what remains must be the last brace. */
static int
take_body(struct rest *in, struct record *r, struct bytes *scratch)
{
	size_t from = scratch->len;
	const char *quote;

	if (take(in, "\"body\":")) {
		if (in->n == 0)
			return 0;
		r->body = in->s;
		r->body_len = in->n - 1;
		in->s += r->body_len;
		in->n = 1;
	} else if (take(in, "\"text\":\"")) {
		if (!take_string(in, scratch))
			return 0;
		r->body = NULL;
		r->body_len = scratch->len - from;
	} else if (take(in, "\"base64\":\"")) {
		if ((quote = memchr(in->s, '"', in->n)) == NULL ||
		    text_unbase64(scratch, in->s, (size_t)(quote - in->s)) ==
			-1)
			return 0;
		r->body = NULL;
		r->body_len = scratch->len - from;
		in->n -= (size_t)(quote - in->s) + 1;
		in->s = quote + 1;
	} else {
		return 0;
	}
	return in->n == 1 && in->s[0] == '}';
}

int
journal_decode(const char *line, size_t n, struct record *r,
    struct bytes *scratch, struct signature_digest *digest, struct fault *f)
{
	struct rest in = {line, n};
	char sha256[SIGNATURE_SIZE];

	memset(r, 0, sizeof(*r));
	bytes_reset(scratch);
	if (!take(&in, "{\"received\":\"") || !take_time(&in, &r->received) ||
	    !take(&in, "\",\"kind\":\"") || !take_kind(&in, &r->kind) ||
	    !take(&in, "\",\"id\":\"") || !take_string(&in, scratch))
		return 0;
	r->id_len = scratch->len;
	if (!take(&in, ",\"sha256\":\"") || !take_hex(&in, r->sha256) ||
	    !take(&in, "\",\"signature\":\"") || !take_hex(&in, r->signature) ||
	    !take(&in, "\",") ||
	    (take(&in, "\"was\":\"") &&
		(!take_hex(&in, r->was) || !take(&in, "\","))) ||
	    !take_body(&in, r, scratch))
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

void
journal_path(
    char out[static PATH_MAX], const char *dir, const char *day, int segment)
{
	/* It fits: dir is an endpoint's, which leaves room for our names. */
	if (segment == 1)
		(void)snprintf(out, PATH_MAX, "%s/%s.jsonl", dir, day);
	else
		(void)snprintf(
		    out, PATH_MAX, "%s/%s-%d.jsonl", dir, day, segment);
}

/* lstat(2): 1, 0 when there is nothing, or -1 with the fault set. */
static int
look_at(const char *path, struct stat *st, struct fault *f)
{
	if (lstat(path, st) == 0)
		return 1;
	if (errno == ENOENT)
		return 0;
	return fault_set(f, FAULT_STORAGE, errno, "can't look at %s", path);
}

int
journal_last_segment(const char *dir, const char *day, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;
	int segment = 0, rc;

	do
		journal_path(path, dir, day, ++segment);
	while ((rc = look_at(path, &st, f)) == 1);
	return rc == -1 ? -1 : segment - 1;
}

int
journal_is_retired(
    const char *dir, const char *day, int segment, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;
	int rc;

	journal_path(path, dir, day, segment);
	if ((rc = look_at(path, &st, f)) != 1)
		return rc;
	return S_ISREG(st.st_mode) && (st.st_mode & S_IWUSR) == 0;
}

struct appendfile *
journal_open(const char *dir, const char *day, int *segment, struct fault *f)
{
	struct appendfile_state state;
	struct appendfile *file;
	char path[PATH_MAX];
	int retired;

	if ((*segment = journal_last_segment(dir, day, f)) == -1 ||
	    (retired = journal_is_retired(dir, day, *segment, f)) == -1)
		return NULL;
	if (*segment == 0 || retired)
		(*segment)++;
	journal_path(path, dir, day, *segment);
	if ((file = appendfile_open(path, APPENDFILE_CREATE, f)) == NULL)
		return NULL;
	if (appendfile_look(file, &state, f) == -1 ||
	    (state.size == 0 && appendfile_sync_parent(path, f) == -1)) {
		appendfile_close(file);
		return NULL;
	}
	return file;
}

void
journal_retire(struct appendfile *file)
{
	struct fault ignored = {0};

	if (appendfile_retire(file, &ignored) == -1)
		fault_clear(&ignored);
}

int
journal_sync(struct appendfile *file, struct fault *f)
{
	if (appendfile_sync(file, f) == -1) {
		/* Without the lock: the next one must see it at once. */
		journal_retire(file);
		return -1;
	}
	if (appendfile_is_retired(file))
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s was retired while the delivery was written",
		    appendfile_path(file));
	return 0;
}

/* Copy what follows the offset; into is empty. */
static int
copy_tail(struct appendfile *from, int64_t offset, struct appendfile *into,
    struct fault *f)
{
	struct bytes piece = {0};
	ssize_t n = -1;
	int torn;

	if (bytes_reserve(&piece, READ_SIZE) == -1)
		return bytes_check(&piece, f);
	while (
	    (n = appendfile_read(from, piece.data, READ_SIZE, offset, f)) > 0) {
		piece.len = (size_t)n;
		offset += n;
		if (appendfile_write(into, &piece, &torn, f) == -1) {
			n = -1;
			break;
		}
	}
	bytes_free(&piece);
	return n == 0 ? appendfile_sync(into, f) : -1;
}

int
journal_cut_torn(struct appendfile *file, const char *dir, const char *day,
    int64_t offset, struct fault *f)
{
	struct appendfile *into;
	char path[PATH_MAX];
	struct stat st;
	int n = 0, rc;

	do
		(void)snprintf(
		    path, sizeof(path), "%s/%s.torn-%d", dir, day, ++n);
	while (lstat(path, &st) == 0);
	if ((into = appendfile_open(path, APPENDFILE_CREATE, f)) == NULL)
		return -1;
	rc = copy_tail(file, offset, into, f);
	appendfile_close(into);
	if (rc == -1 || appendfile_sync_parent(path, f) == -1) {
		/* The next try makes another: this must not fill the disk. */
		(void)unlink(path);
		return -1;
	}
	return appendfile_cut(file, offset, f);
}

void
journal_rewind(
    struct journal_reader *r, struct appendfile *file, int64_t offset)
{
	r->file = file;
	r->offset = offset;
	r->used = 0;
	bytes_reset(&r->buffer);
}

/* Read on; how many bytes there were, or -1. */
static ssize_t
fill(struct journal_reader *r, struct fault *f)
{
	ssize_t n;

	bytes_drop(&r->buffer, r->used);
	r->used = 0;
	if (bytes_reserve(&r->buffer, READ_SIZE) == -1)
		return bytes_check(&r->buffer, f);
	n = appendfile_read(r->file, r->buffer.data + r->buffer.len, READ_SIZE,
	    r->offset + (int64_t)r->buffer.len, f);
	if (n > 0)
		r->buffer.len += (size_t)n;
	return n;
}

int
journal_next(struct journal_reader *r, struct record *record, int64_t *offset,
    struct fault *f)
{
	const char *line, *end = NULL;
	size_t seen = 0, have;
	ssize_t n;
	int rc;

	for (;;) {
		have = r->buffer.len - r->used;
		if (have > seen) {
			line = r->buffer.data + r->used;
			end = memchr(line + seen, '\n', have - seen);
			if (end != NULL)
				break;
		}
		seen = have;
		if ((n = fill(r, f)) <= 0)
			return (int)n;
	}
	rc = journal_decode(
	    line, (size_t)(end - line), record, &r->scratch, &r->digest, f);
	*offset = r->offset;
	r->used += (size_t)(end - line) + 1;
	r->offset += end - line + 1;
	return rc == 0 ? 2 : rc;
}

void
journal_reader_free(struct journal_reader *r)
{
	bytes_free(&r->buffer);
	bytes_free(&r->scratch);
	signature_digest_free(&r->digest);
	memset(r, 0, sizeof(*r));
}

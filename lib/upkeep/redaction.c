/* redaction: segments without the leads of a person; see redaction.h. */
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "journal/journal.h"
#include "sheet/sheet.h"
#include "upkeep/redaction.h"
#include "webhook/delivery.h"

#define PIECE (1 << 20) /* bytes a read, and a write */

int
redaction_init(struct redaction *g, const struct bytes *urns, struct fault *f)
{
	const char *line = urns->data, *end = line + urns->len, *next;

	g->persons = calloc(urns->len + 1, sizeof(*g->persons));
	if (g->persons == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	for (; line != NULL && line < end; line = next + 1) {
		if ((next = memchr(line, '\n', (size_t)(end - line))) == NULL)
			break;
		if (next > line)
			erasure_init(&g->persons[g->npersons++], line,
			    (size_t)(next - line));
	}
	return 0;
}

/* What a line of the journal is to us. */
struct find {
	int stands;   /* in it, and where it is not written */
	size_t taken; /* leads that go; then the record is what stays */
	struct record record;
};

/* Take every person out of the record's body; what stays is in g->body. */
static int
cut(struct redaction *g, struct find *found, struct fault *f)
{
	struct bytes was;
	size_t i, taken;

	bytes_reset(&g->body);
	bytes_add(&g->body, found->record.body, found->record.body_len);
	for (i = 0; i < g->npersons; i++) {
		if (bytes_check(&g->body, f) == -1 ||
		    erasure_cut(&g->persons[i], g->body.data, g->body.len,
			&g->next, &taken, f) == -1)
			return -1;
		if (taken == 0)
			continue;
		found->taken += taken;
		was = g->body;
		g->body = g->next;
		g->next = was;
	}
	return 0;
}

/* Is the body JSON, so that leads can be cut out of it? */
static int
is_json(const struct record *r, struct fault *f)
{
	struct delivery *d;
	int rc;

	if (r->kind == DELIVERY_LEADS || r->kind == DELIVERY_TEST)
		return 1;
	if ((d = delivery_decode(r->body, r->body_len, f)) == NULL)
		return -1;
	rc = delivery_is_json(d);
	delivery_free(d);
	return rc;
}

/* Does one of the persons stand in the text?  1, 0, or -1. */
static int
anyone_stands(struct redaction *g, const char *s, size_t n, struct fault *f)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < g->npersons && rc == 0; i++)
		rc = erasure_stands(&g->persons[i], s, n, f);
	return rc;
}

/* Look at one line, its newline not counted. */
static int
look_at(struct redaction *g, const char *line, size_t n, struct find *found,
    struct fault *f)
{
	const char *body;
	size_t len;
	int rc;

	memset(found, 0, sizeof(*found));
	rc =
	    journal_decode(line, n, &found->record, &g->scratch, &g->digest, f);
	if (rc == -1)
		return -1;
	body = rc == 1 ? found->record.body : line;
	len = rc == 1 ? found->record.body_len : n;
	if (rc == 1 && (rc = is_json(&found->record, f)) == 1) {
		if (cut(g, found, f) == -1)
			return -1;
		if (found->taken > 0) {
			body = g->body.data;
			len = g->body.len;
		}
	}
	if (rc == -1 || (rc = anyone_stands(g, body, len, f)) == -1)
		return -1;
	found->stands = rc;
	return 0;
}

/* The line of a record that persons were cut out of, in g->line. */
static int
encode(struct redaction *g, struct record *r, struct fault *f)
{
	if (r->was[0] == '\0')
		memcpy(r->was, r->sha256, sizeof(r->was));
	r->body = g->body.data;
	r->body_len = g->body.len;
	if (signature_sha256(r->body, r->body_len, r->sha256, f) == -1 ||
	    signature_make(g->secrets->list[0], r->body, r->body_len,
		r->signature, f) == -1)
		return -1;
	bytes_reset(&g->line);
	journal_encode(&g->line, r, 1);
	return bytes_check(&g->line, f);
}

/* One walk over a segment. */
struct walk {
	struct redaction *redaction;
	const char *path;
	struct appendfile *to; /* write it anew; NULL: only look */
	struct bytes out;
	int64_t line; /* number of the line that is next */
	size_t taken;
};

static int
flush(struct walk *w, size_t least, struct fault *f)
{
	int torn;

	if (w->to == NULL || w->out.len == 0 || w->out.len < least)
		return 0;
	if (appendfile_write(w->to, &w->out, &torn, f) == -1)
		return -1;
	bytes_reset(&w->out);
	return 0;
}

static int
pass(struct walk *w, const char *s, size_t n, struct fault *f)
{
	if (w->to == NULL || n == 0)
		return 0;
	bytes_add(&w->out, s, n);
	return flush(w, PIECE, f);
}

/* A line in which someone may stand, without its newline. */
static int
visit(struct walk *w, const char *line, size_t n, int ends, struct fault *f)
{
	struct redaction *g = w->redaction;
	struct find found;

	if (look_at(g, line, n, &found, f) == -1)
		return -1;
	if (found.stands && w->to == NULL && g->watch->remains != NULL &&
	    g->watch->remains(g->watch->context, w->path, w->line, f) == -1)
		return -1;
	if (found.taken == 0)
		return pass(w, line, n + (size_t)ends, f);
	g->cut_leads |= found.record.kind == DELIVERY_LEADS;
	g->cut_tests |= found.record.kind == DELIVERY_TEST;
	w->taken += found.taken;
	if (w->to == NULL) {
		g->leads += (int64_t)found.taken;
		g->deliveries++;
		return 0;
	}
	if (encode(g, &found.record, f) == -1)
		return -1;
	return pass(w, g->line.data, g->line.len, f);
}

/*
 * Where in these whole lines someone may stand next: a mark, or a body that
 * hides what it says.  *next has what is known of each of them.
 */
static const char *
candidate(struct walk *w, const char **next, const char *s, const char *end)
{
	static const char hidden[] = "\",\"base64\":\"";
	const struct redaction *g = w->redaction;
	const char *first = NULL;
	size_t i, n = (size_t)(end - s);

	for (i = 0; i <= g->npersons; i++) {
		if (next[i] != end && (next[i] == NULL || next[i] < s)) {
			next[i] = i < g->npersons
			              ? erasure_look(&g->persons[i], s, n)
			              : memmem(s, n, hidden, strlen(hidden));
			if (next[i] == NULL)
				next[i] = end;
		}
		if (first == NULL || next[i] < first)
			first = next[i];
	}
	return first;
}

/* Whole lines, or what is left at the segment's end. */
static int
walk_lines(struct walk *w, const char *s, size_t n, struct fault *f)
{
	const char *end = s + n, *at, *start, *stop;
	const char **next = calloc(w->redaction->npersons + 1, sizeof(*next));
	int rc = 0;

	if (next == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	while (rc == 0 && s < end && (at = candidate(w, next, s, end)) != end) {
		start = memrchr(s, '\n', (size_t)(at - s));
		start = start == NULL ? s : start + 1;
		stop = memchr(at, '\n', (size_t)(end - at));
		w->line += sheet_count_lines(s, (size_t)(start - s));
		rc = pass(w, s, (size_t)(start - s), f);
		s = stop == NULL ? end : stop + 1;
		if (rc == 0)
			rc = visit(w, start,
			    (size_t)((stop == NULL ? end : stop) - start),
			    stop != NULL, f);
		w->line++;
	}
	free(next);
	if (rc == -1)
		return -1;
	w->line += sheet_count_lines(s, (size_t)(end - s));
	return pass(w, s, (size_t)(end - s), f);
}

/* From the start of a segment to its end: 0, 1 when the watch wants to stop. */
static int
walk_file(struct walk *w, struct appendfile *from, struct fault *f)
{
	const struct redaction_watch *watch = w->redaction->watch;
	struct bytes b = {0};
	const char *last;
	int64_t at = 0;
	size_t whole;
	ssize_t n = 0;
	int rc = 0;

	do {
		if (bytes_reserve(&b, PIECE) == -1)
			rc = bytes_check(&b, f);
		else if ((n = appendfile_read(
			      from, b.data + b.len, PIECE, at, f)) == -1)
			rc = -1;
		if (rc == -1)
			break;
		b.len += (size_t)n;
		at += n;
		last = b.len == 0 ? NULL : memrchr(b.data, '\n', b.len);
		whole = n == 0         ? b.len
		        : last == NULL ? 0
		                       : (size_t)(last - b.data) + 1;
		if (whole > 0 && (rc = walk_lines(w, b.data, whole, f)) == 0)
			bytes_drop(&b, whole);
		if (rc == 0 && watch->progress != NULL && w->to == NULL &&
		    watch->progress(watch->context, n) != 0)
			rc = 1;
	} while (rc == 0 && n > 0);
	bytes_free(&b);
	return rc;
}

int
redaction_segment(struct redaction *g, const char *journal,
    const struct place *p, struct appendfile *to, size_t *taken,
    struct fault *f)
{
	struct walk w = {.redaction = g, .to = to, .line = 1};
	struct appendfile *from;
	char path[PATH_MAX];
	int rc;

	*taken = 0;
	journal_path(path, journal, p->day, p->segment);
	w.path = path;
	if ((from = appendfile_open(path, APPENDFILE_READ, f)) == NULL)
		return -1;
	if ((rc = walk_file(&w, from, f)) == 0)
		rc = flush(&w, 0, f);
	appendfile_close(from);
	bytes_free(&w.out);
	*taken = w.taken;
	return rc;
}

void
redaction_free(struct redaction *g)
{
	size_t i;

	signature_digest_free(&g->digest);
	for (i = 0; i < g->npersons; i++)
		erasure_free(&g->persons[i]);
	free(g->persons);
	bytes_free(&g->scratch);
	bytes_free(&g->body);
	bytes_free(&g->next);
	bytes_free(&g->line);
	memset(g, 0, sizeof(*g));
}

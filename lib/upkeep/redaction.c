/* redaction: a journal's lines without some persons; see redaction.h. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "task/pending.h"
#include "upkeep/redaction.h"
#include "webhook/delivery.h"

/* A text that is shorter than this stands in many files by chance. */
#define TEXT_MIN 4
#define TEXT_MAX 200

/* Bytes of texts: each is looked for in every file of the home. */
#define TEXTS_MAX 16384

int
redaction_init(struct redaction *g, const struct bytes *urns, struct fault *f)
{
	return persons_read(&g->persons, urns, f);
}

/* What a line of the journal is to us. */
struct find {
	int stands;   /* in it, and where it is not written */
	size_t taken; /* leads that go; what stays is in g->body */
	struct record record;
};

/* Is the body JSON, so that leads can be cut out of it? */
static int
is_json(const struct record *r, struct fault *f)
{
	struct delivery *d;
	int rc;

	if (r->kind == RECORD_LEADS || r->kind == RECORD_TEST)
		return 1;
	if ((d = delivery_decode(r->body, r->body_len, f)) == NULL)
		return -1;
	rc = delivery_is_json(d);
	delivery_free(d);
	return rc;
}

/* The same of a line that counts, and is in found->record. */
static int
look_at_record(struct redaction *g, struct find *found, struct fault *f)
{
	const struct record *r = &found->record;
	const char *body = r->body;
	size_t len = r->body_len;
	int rc;

	if ((found->stands = persons_stand(&g->persons, r->id, r->id_len, f)) ==
	    -1)
		return -1;
	if (body == NULL)
		return 0;
	if ((rc = is_json(r, f)) == -1)
		return -1;
	if (rc == 1) {
		if (persons_cut(&g->persons, body, len, &g->body, &found->taken,
			f) == -1)
			return -1;
		if (found->taken > 0) {
			body = g->body.data;
			len = g->body.len;
		}
	}
	if ((rc = persons_stand(&g->persons, body, len, f)) == -1)
		return -1;
	found->stands |= rc;
	return 0;
}

/* Look at a line in which someone may stand. */
static int
look_at(struct redaction *g, const struct rewrite_line *l, struct find *found,
    struct fault *f)
{
	int rc;

	memset(found, 0, sizeof(*found));
	if (l->counts) {
		rc = record_decode(
		    l->text, l->n, &found->record, &g->scratch, &g->digest, f);
		if (rc == -1)
			return -1;
		if (rc == 1)
			return found->record.kind >= RECORD_SHEET
			           ? 0
			           : look_at_record(g, found, f);
	}
	/* Half a record, or a damaged one: as text. */
	found->stands = persons_may_stand(&g->persons, l->text, l->n);
	if (found->stands && l->counts)
		found->stands = persons_stand(&g->persons, l->text, l->n, f);
	return found->stands == -1 ? -1 : 0;
}

/* The longest piece of a cell that stands in any file as it is. */
static void
add_text(struct redaction *g, const struct value *v)
{
	const char *s = v->data, *end = s + v->len, *piece = s, *best = s;
	size_t n = 0;

	if (v->type != VALUE_STRING || g->texts.len > TEXTS_MAX)
		return;
	for (; s <= end; s++) {
		if (s < end && (unsigned char)*s >= ' ' && *s != '"')
			continue;
		if ((size_t)(s - piece) > n) {
			best = piece;
			n = (size_t)(s - piece);
		}
		piece = s + 1;
	}
	if (n >= TEXT_MIN)
		pending_add(&g->texts, best, n < TEXT_MAX ? n : TEXT_MAX);
}

/* By what else they can be told in a file without urns. */
static int
add_texts(struct redaction *g, const struct record *r, struct fault *f)
{
	static const enum leads_field fields[] = {
	    LEADS_FULL_NAME, LEADS_LINKEDIN_URL, LEADS_COMMENT_TEXT};
	struct value v;
	size_t i, k, n;

	if (r->kind != RECORD_LEADS && r->kind != RECORD_TEST)
		return 0;
	if (leads_read(&g->reader, r->body, r->body_len, f) == -1)
		return -1;
	n = leads_count(&g->reader);
	for (i = 0; i < n; i++) {
		if (leads_value(&g->reader, i, LEADS_URN, &v, f) == -1)
			return -1;
		if (v.type == VALUE_NONE ||
		    !persons_have(&g->persons, v.data, v.len))
			continue;
		for (k = 0; k < sizeof(fields) / sizeof(fields[0]); k++) {
			if (leads_value(&g->reader, i, fields[k], &v, f) == -1)
				return -1;
			add_text(g, &v);
		}
	}
	return bytes_check(&g->texts, f);
}

/* A line of a segment that is only looked through. */
static int
scan_line(void *context, const struct rewrite_line *l, struct bytes *out,
    struct fault *f)
{
	struct redaction *g = context;
	const struct redaction_watch *watch = g->watch;
	struct find found;

	(void)out;
	if (!persons_may_stand(&g->persons, l->text, l->n))
		return 0;
	if (look_at(g, l, &found, f) == -1)
		return -1;
	if (!l->counts) {
		/* It goes with what stands behind it. */
		g->taken += (size_t)found.stands;
		return 0;
	}
	if (found.stands && watch->remains != NULL &&
	    watch->remains(watch->context, g->path, l->number, f) == -1)
		return -1;
	if (found.taken == 0)
		return 0;
	g->taken++;
	g->leads += (int64_t)found.taken;
	g->deliveries++;
	return add_texts(g, &found.record, f);
}

static int
scan_step(void *context, int64_t bytes)
{
	const struct redaction_watch *watch =
	    ((struct redaction *)context)->watch;

	return watch->progress == NULL ? 0
	                               : watch->progress(watch->context, bytes);
}

int
redaction_scan(struct redaction *g, const char *journal,
    const struct segment *s, size_t *taken, struct fault *f)
{
	const struct rewrite how = {scan_line, scan_step, g};
	char path[PATH_MAX];
	int rc;

	segments_path(path, journal, s->day, s->number);
	/* For as long as this call.  cppcheck-suppress autoVariables */
	g->path = path;
	g->taken = 0;
	rc = rewrite_scan(&how, journal, s, f);
	g->path = NULL;
	*taken = g->taken;
	return rc;
}

static int
add_hit(struct redaction *g, const struct rewrite_line *l, struct fault *f)
{
	struct place *longer =
	    array_grow(g->hits, g->nhits, &g->hits_room, sizeof(*g->hits));

	if (longer == NULL)
		return fault_memory(f);
	g->hits = longer;
	longer[g->nhits].segment = l->segment;
	longer[g->nhits++].offset = l->offset;
	return 0;
}

/* A line on its way into the new segment. */
static int
write_line(void *context, const struct rewrite_line *l, struct bytes *out,
    struct fault *f)
{
	struct redaction *g = context;
	struct find found;
	struct record *r = &found.record;

	if (!persons_may_stand(&g->persons, l->text, l->n))
		return 0;
	if (look_at(g, l, &found, f) == -1)
		return -1;
	if (!l->counts)
		return found.stands;
	if (found.taken == 0)
		return 0;
	if (g->secrets->n == 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "there is no secret to sign the rest of a delivery with");
	if (r->was[0] == '\0')
		memcpy(r->was, r->sha256, sizeof(r->was));
	r->body = g->body.data;
	r->body_len = g->body.len;
	if (add_hit(g, l, f) == -1 ||
	    signature_digest(&g->digest, r->body, r->body_len, r->sha256, f) ==
		-1 ||
	    signature_make(g->secrets->list[0], r->body, r->body_len,
		r->signature, f) == -1 ||
	    record_encode(out, r, 1, f) == -1)
		return -1;
	return 1;
}

struct rewrite
redaction_rewrite(struct redaction *g)
{
	const struct rewrite how = {.line = write_line, .context = g};

	g->nhits = 0;
	return how;
}

void
redaction_free(struct redaction *g)
{
	signature_digest_free(&g->digest);
	persons_free(&g->persons);
	leads_free(&g->reader);
	free(g->hits);
	bytes_free(&g->texts);
	bytes_free(&g->scratch);
	bytes_free(&g->body);
	memset(g, 0, sizeof(*g));
}

/* rewrite: a day's segments written anew, line by line; see rewrite.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "journal/record.h"
#include "store/hold.h"
#include "store/keys.h"
#include "task/rewrite.h"

#define PIECE (1 << 20) /* bytes a read, and a write */

struct rewritten_segment {
	struct appendfile *to; /* NULL: it stays, or is in its place */
	int64_t size;          /* bytes, once it is whole */
	int changed;
};

/* One walk over a segment. */
struct walk {
	const struct rewrite *how;
	const struct segment *segment;
	int64_t at; /* where the line in hand begins */
	int64_t number;

	/* To write it anew; NULL: only look. */
	struct rewritten *day;
	struct appendfile *to;
	struct bytes out;
	struct bytes line;
	int64_t counted; /* bytes of it that count */
	int64_t written; /* and all */
	int changed;
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

/* A line of ours about a segment that has grown by what was said of a body. */
static int
raise_mark(struct walk *w, const struct rewrite_line *l, struct fault *f)
{
	struct rewritten *day = w->day;
	struct signature_digest digest = {0};
	struct bytes scratch = {0};
	struct record r;
	size_t i;
	int rc = record_decode(l->text, l->n, &r, &scratch, &digest, f);

	for (i = 0; rc == 1 && i < day->all.n; i++)
		if (r.kind == RECORD_SEGMENT &&
		    day->all.list[i].number == r.before.segment &&
		    day->all.list[i].number < w->segment->number &&
		    day->list[i].changed && day->list[i].size > r.before.counts)
			break;
	if (rc == 1 && i < day->all.n) {
		r.before.counts = day->list[i].size;
		rc = record_encode(&w->line, &r, 0, f) == -1 ? -1 : 1;
	} else if (rc == 1) {
		rc = 0;
	}
	bytes_free(&scratch);
	signature_digest_free(&digest);
	return rc;
}

/* One line, with its newline where it has one. */
static int
visit(struct walk *w, const char *s, size_t n, int ends, struct fault *f)
{
	struct rewrite_line l = {.segment = w->segment->number,
	    .number = ++w->number,
	    .text = s,
	    .n = n};
	size_t before = w->out.len;
	int rc = 0;

	while (l.n > 0 && l.text[0] == '\0') {
		l.text++;
		l.n--;
	}
	l.offset = w->at + (l.text - s);
	w->at += (int64_t)n + ends;
	l.counts = ends && w->at <= w->segment->counts;
	if (w->to == NULL)
		return w->how->line(w->how->context, &l, NULL, f) == -1 ? -1
		                                                        : 0;
	bytes_reset(&w->line);
	if (l.number == 1 && l.segment > 1)
		rc = raise_mark(w, &l, f);
	if (rc == 0)
		rc = w->how->line(w->how->context, &l, &w->line, f);
	if (rc == -1)
		return -1;
	w->changed |= rc;
	if (rc == 0)
		bytes_add(&w->out, s, n + (size_t)ends);
	else if (l.counts)
		bytes_add(&w->out, w->line.data, w->line.len);
	if (bytes_check(&w->line, f) == -1 || bytes_check(&w->out, f) == -1)
		return -1;
	w->written += (int64_t)(w->out.len - before);
	if (l.counts || w->segment->counts == INT64_MAX)
		w->counted = w->written;
	return flush(w, PIECE, f);
}

/* The whole lines of what was read; at the end of the file what is left. */
static int
visit_lines(struct walk *w, struct bytes *b, int is_end, struct fault *f)
{
	const char *s = b->data, *end = s + b->len, *newline;
	int rc = 0;

	while (rc == 0 && s < end) {
		newline = memchr(s, '\n', (size_t)(end - s));
		if (newline == NULL && !is_end)
			break;
		rc = visit(w, s, (size_t)((newline ? newline : end) - s),
		    newline != NULL, f);
		s = newline == NULL ? end : newline + 1;
	}
	if (b->len > 0)
		bytes_drop(b, (size_t)(s - b->data));
	return rc;
}

static int
walk_file(struct walk *w, struct appendfile *from, struct fault *f)
{
	struct bytes b = {0};
	int64_t at = 0;
	size_t seen;
	ssize_t n;
	int rc = 0;

	do {
		seen = b.len;
		if (bytes_reserve(&b, PIECE) == -1) {
			rc = bytes_check(&b, f);
			break;
		}
		n = appendfile_read(from, b.data + seen, PIECE, at, f);
		if (n == -1) {
			rc = -1;
			break;
		}
		b.len += (size_t)n;
		at += n;
		/* A long line is searched only once for its end. */
		if (n == 0 || memchr(b.data + seen, '\n', (size_t)n) != NULL)
			rc = visit_lines(w, &b, n == 0, f);
		if (rc == 0 && w->how->step != NULL && w->to == NULL &&
		    w->how->step(w->how->context, n) != 0)
			rc = 1;
	} while (rc == 0 && n > 0);
	bytes_free(&b);
	return rc;
}

static int
walk(struct walk *w, const char *journal, struct fault *f)
{
	struct appendfile *from;
	char path[PATH_MAX];
	int rc;

	segments_path(path, journal, w->segment->day, w->segment->number);
	if ((from = appendfile_open(path, APPENDFILE_READ, f)) == NULL)
		return -1;
	if ((rc = walk_file(w, from, f)) == 0)
		rc = flush(w, 0, f);
	appendfile_close(from);
	bytes_free(&w->out);
	bytes_free(&w->line);
	return rc;
}

int
rewrite_scan(const struct rewrite *how, const char *journal,
    const struct segment *s, struct fault *f)
{
	struct walk w = {.how = how, .segment = s};

	return walk(&w, journal, f);
}

static int
keep_line(void *context, const struct rewrite_line *l, struct bytes *out,
    struct fault *f)
{
	(void)context;
	(void)out;
	(void)f;
	return !l->counts;
}

/*
 * Write one segment beside: *changed says whether it is another, and *tail
 * whether the old one has bytes behind its mark.
 */
static int
write_beside(struct rewritten *day, size_t i, const struct rewrite *how,
    struct hold *h, int *tail, struct fault *f)
{
	struct rewritten_segment *r = &day->list[i];
	struct walk w = {.how = how, .segment = &day->all.list[i], .day = day};
	char path[PATH_MAX];

	segments_path(path, h->journal, w.segment->day, w.segment->number);
	if ((r->to = w.to = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		return -1;
	if (walk(&w, h->journal, f) == -1)
		return -1;
	r->changed = w.changed;
	r->size = w.counted;
	*tail = w.at > w.segment->counts;
	if (w.changed)
		return w.written == w.counted
		           ? 0
		           : appendfile_cut(r->to, w.counted, f);
	appendfile_discard(r->to);
	r->to = NULL;
	return 0;
}

/*
 * A segment with bytes behind its mark is cut there first, as a copy: then its
 * mark may be made larger before it is written anew itself.
 */
static int
write_segment(struct rewritten *day, size_t i, const struct rewrite *how,
    struct hold *h, struct fault *f)
{
	static const struct rewrite cut = {.line = keep_line};
	struct rewritten_segment *r = &day->list[i];
	struct appendfile *whole;
	int tail;

	if (write_beside(day, i, how, h, &tail, f) == -1)
		return -1;
	if (!r->changed || !tail)
		return 0;
	appendfile_discard(r->to);
	r->to = NULL;
	if (write_beside(day, i, &cut, h, &tail, f) == -1)
		return -1;
	whole = r->to;
	r->to = NULL;
	if (whole != NULL && appendfile_publish(whole, f) == -1)
		return -1;
	return write_beside(day, i, how, h, &tail, f);
}

int
rewrite_begin(struct rewritten *day, const struct rewrite *how, struct hold *h,
    const char *name, struct fault *f)
{
	size_t i;

	if (segments_list(h->journal, name, &day->all, f) == -1)
		return -1;
	day->list = calloc(day->all.n + 1, sizeof(*day->list));
	if (day->list == NULL)
		return fault_memory(f);
	for (i = 0; i < day->all.n; i++) {
		if (write_segment(day, i, how, h, f) == -1)
			return -1;
		day->changed += (size_t)day->list[i].changed;
	}
	return 0;
}

/* Is that segment written anew? */
static struct rewritten_segment *
find(struct rewritten *day, const char *name, int number)
{
	size_t i;

	for (i = 0; i < day->all.n; i++)
		if (day->all.list[i].number == number &&
		    strcmp(day->all.list[i].day, name) == 0 &&
		    day->list[i].changed)
			return &day->list[i];
	return NULL;
}

/* What the index has of these segments holds no more. */
static int
go_back(struct rewritten *day, struct hold *h, struct fault *f)
{
	const struct segment *first = day->all.list;
	struct place before;
	int order;

	if ((day->is_synced = index_synced(h->index, &day->synced, f)) <= 0)
		return day->is_synced;
	before = day->synced;
	while (find(day, first->day, first->number) == NULL)
		first++;
	order = strcmp(first->day, before.day);
	if (order < 0 || (order == 0 && first->number <= before.segment)) {
		memcpy(before.day, first->day, sizeof(before.day));
		before.segment = first->number;
		before.offset = 0;
	}
	return index_sync(h->index, &before, f);
}

/* The segment that is being written is another file now. */
static int
note_segment(struct rewritten *day, struct hold *h, struct fault *f)
{
	struct appendfile_state now;
	struct control *c = &h->control;

	if (find(day, c->day, c->segment) == NULL)
		return 0;
	if (hold_segment(h, c->day, c->segment, &now, f) == -1)
		return -1;
	c->inode = now.inode;
	c->size = now.size;
	return 0;
}

int
rewrite_place(struct rewritten *day, struct hold *h, struct fault *f)
{
	struct appendfile *to;
	size_t i;

	if (day->changed == 0)
		return 0;
	if (go_back(day, h, f) == -1)
		return -1;
	/* A mark that is larger stands before the segment is that grew. */
	for (i = day->all.n; i-- > 0;) {
		to = day->list[i].to;
		day->list[i].to = NULL;
		if (to != NULL && appendfile_publish(to, f) == -1)
			return -1;
	}
	return note_segment(day, h, f);
}

int
rewrite_index(struct rewritten *day, struct hold *h, struct fault *f)
{
	struct rewritten_segment *last;
	size_t i;

	for (i = 0; i < day->all.n; i++)
		if (day->list[i].changed &&
		    keys_read_again(h, day->all.list[i].day,
			day->all.list[i].number, f) == -1)
			return -1;
	if (!day->is_synced)
		return 0;
	last = find(day, day->synced.day, day->synced.segment);
	if (last != NULL)
		day->synced.offset = last->size;
	return index_sync(h->index, &day->synced, f);
}

void
rewrite_end(struct rewritten *day)
{
	size_t i;

	for (i = 0; day->list != NULL && i < day->all.n; i++)
		appendfile_discard(day->list[i].to);
	free(day->list);
	segments_free(&day->all);
	memset(day, 0, sizeof(*day));
}

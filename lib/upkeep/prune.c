/* prune: old days leave, and their deliveries stay known; see prune.h. */
#include <stdio.h>
#include <string.h>

#include "access/pagedir.h"
#include "base/appendfile.h"
#include "journal/record.h"
#include "store/hold.h"
#include "task/turn.h"
#include "task/pending.h"
#include "upkeep/prune.h"
#include "task/rewrite.h"

/* A line without a body is shorter. */
#define LAST_LINE_MAX 4096

/* Is what ends a segment a line that a pruned day has?  1, 0, or -1. */
static int
ends_pruned(const char *s, size_t n, struct fault *f)
{
	struct signature_digest digest = {0};
	struct bytes scratch = {0};
	struct record r;
	const char *line;
	int rc = 0;

	if (n > 0 && s[n - 1] == '\n') {
		line = memrchr(s, '\n', n - 1);
		line = line == NULL ? s : line + 1;
		rc = record_decode(
		    line, (size_t)(s + n - 1 - line), &r, &scratch, &digest, f);
		if (rc == 1)
			rc = r.kind == RECORD_SEGMENT ||
			     (r.kind < RECORD_SHEET && r.body == NULL);
	}
	bytes_free(&scratch);
	signature_digest_free(&digest);
	return rc;
}

/*
 * Is it a segment without bodies?  Its last line tells: one that came to a day
 * that was pruned stands behind the others.
 */
static int
is_pruned(const struct endpoint *e, const struct listed *l, struct fault *f)
{
	char path[PATH_MAX], piece[LAST_LINE_MAX];
	struct appendfile_state now;
	struct appendfile *file;
	int64_t from;
	ssize_t n = -1;

	listing_path(path, e, l);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return -1;
	if (appendfile_look(file, &now, f) == 0) {
		from = now.size > LAST_LINE_MAX ? now.size - LAST_LINE_MAX : 0;
		n = appendfile_read(file, piece, sizeof(piece), from, f);
	}
	appendfile_close(file);
	return n == -1 ? -1 : n == 0 ? 1 : ends_pruned(piece, (size_t)n, f);
}

int
prune_list(const struct endpoint *e, const char *before, struct listing *all,
    struct fault *f)
{
	const struct listed *l;
	size_t i, kept = 0;
	int rc;

	if (listing_read(all, e, NULL, f) == -1)
		return -1;
	for (i = 0; i < all->n; i++) {
		l = &all->list[i];
		if (strcmp(l->name.day, before) >= 0)
			continue;
		rc = l->name.kind == NAME_SEGMENT && !l->name.is_new
		         ? is_pruned(e, l, f)
		         : 0;
		if (rc == -1)
			return -1;
		if (rc == 0)
			all->list[kept++] = *l;
	}
	all->n = kept;
	return 0;
}

/*
 * The page's cache has words of leads.  It is emptied when the task is there
 * already, and when it is there still.
 */
static int
write_task(struct hold *h, const struct pending *p, struct fault *f)
{
	int begins = p->task != PENDING_NOTHING, rc;

	if (turn_begin(h, f) == -1)
		return -1;
	rc = begins ? pending_write(&h->endpoint, p, f)
	            : pagedir_clear_beside(&h->endpoint, f);
	if (rc == 0)
		rc = begins ? pagedir_clear_beside(&h->endpoint, f)
		            : pending_write(&h->endpoint, p, f);
	return turn_end(h, rc, f);
}

int
prune_start(struct hold *h, const char *before, struct fault *f)
{
	struct pending p = {.task = PENDING_PRUNE};

	(void)snprintf(p.before, sizeof(p.before), "%s", before);
	return write_task(h, &p, f);
}

int
prune_finish(struct hold *h, struct fault *f)
{
	const struct pending nothing = {.task = PENDING_NOTHING};

	return write_task(h, &nothing, f);
}

/* Of each delivery that is known stays by what it is known. */
struct pruning {
	struct signature_digest digest;
	struct bytes scratch;
};

static int
prune_line(void *context, const struct rewrite_line *l, struct bytes *out,
    struct fault *f)
{
	struct pruning *p = context;
	struct record r;
	int rc;

	if (!l->counts)
		return 1;
	rc = record_decode(l->text, l->n, &r, &p->scratch, &p->digest, f);
	if (rc == -1)
		return -1;
	if (rc == 1 && (r.kind == RECORD_SEGMENT ||
			   (r.kind != RECORD_SHEET && r.body == NULL)))
		return 0;
	/* A test is never a duplicate, and what is damaged can't be. */
	if (rc == 0 || r.kind == RECORD_SHEET || r.kind == RECORD_TEST)
		return 1;
	if (r.was[0] == '\0')
		memcpy(r.was, r.sha256, sizeof(r.was));
	r.body = NULL;
	r.body_len = 0;
	return record_encode(out, &r, 0, f) == -1 ? -1 : 1;
}

/* All files of the day that are of a kind, for good. */
static int
remove_files(struct hold *h, const struct listing *all,
    int (*is_one)(const struct listed *), struct fault *f)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (is_one(&all->list[i]) &&
		    listing_remove(&h->endpoint, &all->list[i], f) == -1)
			return -1;
	for (i = LISTING_JOURNAL; i <= LISTING_REPLACED; i++)
		if (listing_sync(&h->endpoint, (enum listing_room)i, f) == -1)
			return -1;
	return 0;
}

static int
is_sheet(const struct listed *l)
{
	return l->room != LISTING_JOURNAL;
}

/* Torn tails, and what someone who was killed left half written. */
static int
is_leftover(const struct listed *l)
{
	return l->room == LISTING_JOURNAL &&
	       (l->name.is_new || l->name.kind == NAME_TORN);
}

/* Under the lock. */
static int
do_day(struct hold *h, const char *day, struct fault *f)
{
	struct pruning p = {.digest = {0}};
	const struct rewrite how = {.line = prune_line, .context = &p};
	struct rewritten segments = {.changed = 0};
	struct listing all = {0};
	struct control *c = &h->control;
	int rc = -1;

	if (listing_read(&all, &h->endpoint, day, f) == 0 &&
	    remove_files(h, &all, is_sheet, f) == 0 &&
	    remove_files(h, &all, is_leftover, f) == 0 &&
	    rewrite_begin(&segments, &how, h, day, f) == 0 &&
	    (segments.changed == 0 || (rewrite_place(&segments, h, f) == 0 &&
					  rewrite_index(&segments, h, f) == 0)))
		rc = 0;
	if (rc == 0 && strcmp(c->day, day) == 0)
		memset(c->sheets, 0, sizeof(c->sheets));
	rewrite_end(&segments);
	listing_free(&all);
	bytes_free(&p.scratch);
	signature_digest_free(&p.digest);
	return rc;
}

int
prune_day(struct hold *h, const char *day, struct fault *f)
{
	if (turn_begin(h, f) == -1)
		return -1;
	return turn_end(h, do_day(h, day, f), f);
}

/* hold: a store in the hand of the one who holds its lock; see hold.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/lock.h"
#include "journal/journal.h"
#include "journal/segments.h"
#include "store/hold.h"

void
hold_init(struct hold *h, const struct endpoint *e,
    const struct settings *settings, const struct boot *boot)
{
	memset(h, 0, sizeof(*h));
	h->endpoint = *e;
	h->settings = settings;
	h->boot = boot;
	endpoint_path(e, h->journal, "journal");
	endpoint_path(e, h->sheets, "sheets");
	endpoint_path(e, h->index_path, "index");
}

int
hold_take(struct hold *h, int64_t timeout, int64_t now, struct fault *f)
{
	unsigned char block[CONTROL_SIZE];
	char path[PATH_MAX];

	h->now = now;
	h->note[0] = '\0';
	h->indexed = 0;
	h->saved = 1; /* there is nothing to say yet */
	endpoint_path(&h->endpoint, path, "lock");
	if ((h->lock == NULL && (h->lock = lock_open(path, f)) == NULL) ||
	    lock_take(h->lock, timeout, f) == -1)
		return -1;
	if (lock_read(h->lock, block, sizeof(block), f) == -1) {
		hold_release(h);
		return -1;
	}
	h->known = control_unpack(&h->control, block);
	h->written = lock_written(h->lock);
	return 0;
}

int
hold_save(struct hold *h, int sync, struct fault *f)
{
	unsigned char block[CONTROL_SIZE];

	h->control.index = h->index_inode;
	h->control.index_ctime = h->index_ctime;
	h->control.index_behind = !h->indexed;
	control_pack(&h->control, block);
	if (lock_write(h->lock, block, sizeof(block), sync, f) == -1)
		return -1;
	h->saved = 1;
	return 0;
}

int
hold_same_boot(const struct hold *h)
{
	return h->known && strcmp(h->control.boot, h->boot->id) == 0;
}

void
hold_release(struct hold *h)
{
	lock_release(h->lock);
}

int
hold_segment(struct hold *h, const char *day, int number,
    struct appendfile_state *now, struct fault *f)
{
	if (h->segment != NULL && strcmp(h->day, day) == 0 &&
	    h->number == number && appendfile_is_current(h->segment, now))
		return 0;
	appendfile_close(h->segment);
	(void)snprintf(h->day, sizeof(h->day), "%s", day);
	h->number = number;
	h->segment = journal_open(h->journal, day, number, f);
	return h->segment == NULL ? -1 : appendfile_look(h->segment, now, f);
}

/* What follows the last whole line was never acknowledged. */
static int
cut_tail(struct hold *h, struct appendfile_state *now, struct fault *f)
{
	int64_t end = journal_end(h->segment, now->size, f);

	if (end == -1 || end == now->size)
		return end == -1 ? -1 : 0;
	hold_note(h,
	    "what a crash left of a delivery that was never acknowledged is "
	    "put aside as journal/%s.torn-N",
	    h->day);
	if (journal_cut_torn(h->segment, h->journal, h->day, end, f) == -1)
		return -1;
	return appendfile_look(h->segment, now, f);
}

int
hold_last(struct hold *h, const char *day, struct appendfile_state *now,
    struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list(h->journal, day, &all, f);

	if (rc == 0 && all.n > 0)
		rc = hold_segment(h, day, all.list[all.n - 1].number, now, f) ==
		                 -1 ||
		             cut_tail(h, now, f) == -1
		         ? -1
		         : 1;
	segments_free(&all);
	return rc;
}

/* Does a later segment of the day say how much of that one counts?  1, 0, -1.
 */
static int
is_marked(struct hold *h, const char *day, int number, struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list(h->journal, day, &all, f);
	size_t i;

	for (i = 0; i < all.n && rc == 0; i++)
		rc = all.list[i].number == number &&
		     all.list[i].counts != INT64_MAX;
	segments_free(&all);
	return rc;
}

int
hold_go_on(struct hold *h, struct fault *f)
{
	struct control *c = &h->control;
	const struct record_mark mark = {c->segment, c->size};
	int rc = is_marked(h, c->day, c->segment, f);

	/* Whoever made it may have been killed before the record said so. */
	if (rc == -1 || (rc == 0 && journal_next_segment(h->journal, c->day,
					&mark, c->copied, h->now, f) == -1))
		return -1;
	c->failed = c->copied = 0;
	return 0;
}

/*
 * The record says that the next segment is to be made, of the day that failed
 * even where that isn't the one that was written last.
 */
static void
note_failure(struct hold *h, int64_t inode, int64_t counts, int copied)
{
	struct control *c = &h->control;
	struct fault ignored = {0};

	if (strcmp(c->day, h->day) != 0)
		memset(c->sheets, 0, sizeof(c->sheets));
	memcpy(c->day, h->day, sizeof(c->day));
	c->segment = h->number;
	c->inode = inode;
	c->size = counts;
	c->failed = 1;
	c->copied = copied;
	if (hold_save(h, 0, &ignored) == -1)
		fault_clear(&ignored);
}

/*
 * The pages that were not written are marked clean, and the next sync says 0:
 * that file is not to be trusted any more, by nobody.
 */
static void
abandon_segment(struct hold *h, int64_t counts, int copied)
{
	const struct record_mark mark = {h->number, counts};
	struct appendfile_state now = {.inode = 0};
	struct fault why = {0};

	if (appendfile_look(h->segment, &now, &why) == -1)
		fault_clear(&why);
	appendfile_close(h->segment);
	h->segment = NULL;
	/* First of all nobody may take it for what it was. */
	note_failure(h, now.inode, counts, copied);
	if (journal_next_segment(
		h->journal, h->day, &mark, copied, h->now, &why) == -1)
		fault_clear(&why);
}

int
hold_sync(struct hold *h, int64_t counts, int copied, struct fault *f)
{
	if (appendfile_sync(h->segment, f) == 0)
		return 0;
	abandon_segment(h, counts, copied);
	return -1;
}

void
hold_lose_index(struct hold *h, const struct fault *why)
{
	hold_note(h, "the index will catch up: %.200s", why->text);
	h->indexed = 0;
	h->control.index_behind = 1;
	h->written = INT64_MAX; /* whatever was changed in it, we did */
}

void
hold_note(struct hold *h, const char *fmt, ...)
{
	va_list ap;

	if (h->note[0] != '\0')
		return;
	va_start(ap, fmt);
	(void)vsnprintf(h->note, sizeof(h->note), fmt, ap);
	va_end(ap);
}

void
hold_close(struct hold *h)
{
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++)
		appendfile_close(h->files[kind]);
	appendfile_close(h->segment);
	index_close(h->index);
	lock_close(h->lock);
	view_free(h->views);
	signature_digest_free(&h->digest);
	memset(h, 0, sizeof(*h));
}

/* repair: an endpoint's books in the hand of someone; see repair.h. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "base/lock.h"
#include "index/index.h"
#include "journal/journal.h"
#include "journal/segments.h"
#include "store/recovery.h"
#include "store/repair.h"

void
repair_open(struct repair *r, const struct endpoint *e,
    const struct settings *settings, const struct boot *boot)
{
	memset(r, 0, sizeof(*r));
	r->endpoint = *e;
	projection_books(&r->books, e, settings, boot);
}

int
repair_begin(struct repair *r, struct fault *f)
{
	char path[PATH_MAX];
	int unfinished;

	endpoint_path(&r->endpoint, path, "lock");
	if ((r->lock == NULL && (r->lock = lock_open(path, f)) == NULL) ||
	    (unfinished = lock_take(
		 r->lock, r->books.settings->lock_timeout, f)) == -1)
		return -1;
	r->books.unfinished = unfinished;
	if (appendfile_mkdir(r->books.journal, f) == 0 &&
	    appendfile_mkdir(r->books.sheets, f) == 0 &&
	    recovery_index(&r->books, f) == 0 &&
	    index_sync_commits(r->books.index, f) == 0 &&
	    (!unfinished || recovery_all(&r->books, f) == 0))
		return 0;
	repair_end(r, !unfinished);
	return -1;
}

void
repair_end(struct repair *r, int done)
{
	if (done)
		lock_release(r->lock);
	else
		lock_abandon(r->lock);
}

/*
 * Nothing read, of the file that is there: so that it is seen when another
 * one takes its place, also by an index that had no inode of it yet.
 */
static int
set_unread(struct repair *r, const struct place *p, struct fault *f)
{
	struct index_segment unread = {.size = 0};
	char path[PATH_MAX];
	struct stat st;

	journal_path(path, r->books.journal, p->day, p->segment);
	if (lstat(path, &st) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", path);
	unread.inode = (int64_t)st.st_ino;
	return index_set_segment(
	    r->books.index, p->day, p->segment, &unread, f);
}

int
repair_expect(struct repair *r, const char *day, struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list(r->books.journal, &all, f);
	size_t i;

	segments_keep_day(&all, day);
	if (rc == 0)
		rc = index_begin(r->books.index, f);
	for (i = 0; i < all.n && rc == 0; i++)
		rc = set_unread(r, &all.list[i], f);
	if (rc == 0)
		rc = index_commit(r->books.index, f);
	if (rc == -1)
		index_rollback(r->books.index);
	segments_free(&all);
	return rc;
}

int
repair_day(struct repair *r, const char *day, struct fault *f)
{
	return recovery_day(&r->books, day, f);
}

void
repair_close(struct repair *r)
{
	index_close(r->books.index);
	lock_close(r->lock);
	memset(r, 0, sizeof(*r));
}

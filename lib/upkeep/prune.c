/* prune: old days leave, and their ids stay known; see prune.h. */
#include <string.h>

#include "base/appendfile.h"
#include "index/index.h"
#include "journal/pruned.h"
#include "journal/segments.h"
#include "upkeep/prune.h"

int
prune_list(const struct repair *r, const char *replaced, const char *before,
    struct dayfiles *all, struct fault *f)
{
	size_t i, kept = 0;

	if (dayfiles_add(all, r->books.journal, f) == -1 ||
	    dayfiles_add(all, r->books.sheets, f) == -1 ||
	    dayfiles_add(all, replaced, f) == -1)
		return -1;
	for (i = 0; i < all->n; i++)
		if (strcmp(all->list[i].day, before) < 0 &&
		    all->list[i].kind != DAYFILE_IDS)
			all->list[kept++] = all->list[i];
	all->n = kept;
	return 0;
}

/* The ids of all segments that the day has now. */
static int
keep_ids(struct repair *r, const char *day, struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list(r->books.journal, &all, f);

	segments_keep_day(&all, day);
	if (rc == 0 && all.n > 0)
		rc = pruned_add(r->books.journal, day, all.list, all.n, f);
	segments_free(&all);
	return rc;
}

/*
 * The files of the day, the last segment of the journal first: while there is
 * one its first is there, whatever a power cut keeps.
 */
static int
remove_files(const struct dayfile *list, size_t n, struct fault *f)
{
	char path[PATH_MAX];
	size_t i;

	for (i = n; i-- > 0;) {
		dayfiles_path(path, &list[i]);
		if (appendfile_unlink(path, f) == -1)
			return -1;
		if ((i == 0 || list[i].kind == DAYFILE_SEGMENT ||
			strcmp(list[i].dir, list[i - 1].dir) != 0) &&
		    appendfile_sync_parent(path, f) == -1)
			return -1;
	}
	return 0;
}

/* The index has the day's ids in DAY.ids, and nothing else of it. */
static int
note(struct repair *r, const char *day, struct fault *f)
{
	if (index_begin(r->books.index, f) == 0 &&
	    index_forget_day(r->books.index, day, f) == 0 &&
	    index_commit(r->books.index, f) == 0)
		return repair_day(r, day, f);
	index_rollback(r->books.index);
	return -1;
}

int
prune_day(
    struct repair *r, const struct dayfile *list, size_t n, struct fault *f)
{
	int rc;

	if (repair_begin(r, f) == -1)
		return -1;
	rc = keep_ids(r, list[0].day, f);
	if (rc == 0)
		rc = remove_files(list, n, f);
	if (rc == 0)
		rc = note(r, list[0].day, f);
	repair_end(r, rc == 0);
	return rc;
}

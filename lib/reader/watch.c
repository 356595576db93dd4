/* watch: has anything come to an endpoint since one looked?  See watch.h. */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "reader/watch.h"

/* How a file of the endpoint stands: 1, or 0 where that can't be told. */
static int
look(const struct endpoint *e, const char *name, struct watch_state *out)
{
	char path[PATH_MAX];
	struct stat st;

	endpoint_path(e, path, name);
	if (stat(path, &st) == -1)
		return errno == ENOENT;
	out->inode = (int64_t)st.st_ino;
	out->ctime =
	    (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
	return 1;
}

/* Would it have another time, if it were changed now? */
static int
is_settled(const struct watch_state *s, int64_t now)
{
	return s->ctime / 1000 <= now - WATCH_TICK;
}

static int
is_same(const struct watch_state *x, const struct watch_state *y)
{
	return x->inode == y->inode && x->ctime == y->ctime;
}

int
watch_changed(struct watch *w, const struct endpoint *e, int64_t now)
{
	struct watch n = {.at = now};

	n.is_sure = look(e, "lock", &n.lock) && look(e, "journal", &n.journal);
	if (n.is_sure && w->is_sure && is_same(&n.lock, &w->lock) &&
	    is_same(&n.journal, &w->journal) && now >= w->at &&
	    now - w->at < WATCH_MOST)
		return 0;
	n.is_sure = n.is_sure && is_settled(&n.lock, now) &&
	            is_settled(&n.journal, now);
	*w = n;
	return 1;
}

/* sources: the segments that a day may stand in; see sources.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/everyday/sources.h"
#include "journal/extents.h"
#include "journal/segments.h"

int
sources_add(struct sources *x, const struct endpoint *e, struct fault *f)
{
	struct segments all = {0};
	char journal[PATH_MAX];
	struct source *s;
	size_t i;
	int rc = -1;

	endpoint_path(e, journal, "journal");
	if (segments_list(journal, NULL, &all, f) == -1)
		goto out;
	s = reallocarray(x->list, x->n + all.n + 1, sizeof(*s));
	if (s == NULL) {
		(void)fault_memory(f);
		goto out;
	}
	x->list = s;
	for (i = 0; i < all.n; i++) {
		s = &x->list[x->n++];
		segments_path(
		    s->path, journal, all.list[i].day, all.list[i].number);
		/* What stands there instead, who reads it will say. */
		if (appendfile_stat(s->path, &s->state) == -1)
			memset(&s->state, 0, sizeof(s->state));
		s->counts = all.list[i].counts;
		extents_days(all.list[i].day, s->first, s->last);
	}
	rc = 0;
out:
	segments_free(&all);
	return rc;
}

int
sources_digest(const struct sources *x, const char *day,
    const struct bytes *text, char out[static SIGNATURE_SIZE], struct fault *f)
{
	struct bytes all = {0};
	const struct source *s;
	int rc, is_its, any = 0;
	size_t i;

	bytes_add(&all, text->data, text->len);
	for (i = 0; i < x->n; i++) {
		s = &x->list[i];
		is_its =
		    strcmp(day, s->first) >= 0 && strcmp(day, s->last) <= 0;
		any |= is_its;
		if (!is_its && !x->are_of_all)
			continue;
		bytes_printf(&all,
		    "%s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
		    " %" PRId64 "\n",
		    s->path, s->state.inode, s->state.size, s->state.mtime,
		    s->state.ctime, s->counts);
	}
	rc = bytes_check(&all, f) == -1
	         ? -1
	         : signature_sha256(all.data, all.len, out, f);
	bytes_free(&all);
	return rc == -1 ? -1 : any;
}

void
sources_free(struct sources *x)
{
	free(x->list);
	memset(x, 0, sizeof(*x));
}

/* posts: the posts of a delivery, by their ids; see posts.h. */
#include <stdlib.h>
#include <string.h>

#include "json/wellformed.h"
#include "webhook/posts.h"

/*
 * Put the id of a post into ids, and take it off its members; 0 when it has
 * none that is a string.
 */
static int
take_id(struct posts *all, struct post *p)
{
	struct jsontext_member *m = (void *)all->members.data;
	struct jsontext_slice id = {NULL, 0};
	size_t i, to = p->first;

	for (i = p->first; i < p->end; i++)
		if (jsontext_is(&m[i].key, "id", 2, &all->scratch))
			id = m[i].value;
		else if (to++ != i)
			m[to - 1] = m[i];
	p->end = to;
	all->members.len = to * sizeof(*m);
	if (!jsontext_string(&id, &all->scratch, &p->id))
		return 0;
	bytes_add(&all->ids, p->id.s, p->id.n);
	return 1;
}

static int
by_id(const void *a, const void *b)
{
	const struct post *x = a, *y = b;
	int rc;

	if (x->id.n != y->id.n)
		return x->id.n < y->id.n ? -1 : 1;
	rc = memcmp(x->id.s, y->id.s, x->id.n);
	return rc != 0 ? rc : (x->n > y->n) - (x->n < y->n);
}

void
posts_reset(struct posts *all)
{
	bytes_reset(&all->list);
	bytes_reset(&all->ids);
	bytes_reset(&all->members);
	bytes_reset(&all->scratch);
}

void
posts_gather(struct posts *all, struct wellformed *w)
{
	struct jsontext_slice other;
	struct post post = {.n = 0};
	size_t before;

	posts_reset(all);
	if (!wellformed_open(w, '[')) {
		wellformed_value(w, &other);
		return;
	}
	while (wellformed_element(w)) {
		post.n++;
		before = all->members.len;
		if (!wellformed_members(w, &all->members)) {
			wellformed_value(w, &other);
			continue;
		}
		post.first = before / sizeof(struct jsontext_member);
		post.end = all->members.len / sizeof(struct jsontext_member);
		if (take_id(all, &post))
			bytes_add(&all->list, &post, sizeof(post));
		else
			all->members.len = before;
	}
}

int
posts_sort(struct posts *all, struct fault *f)
{
	struct post *list = (struct post *)(void *)all->list.data;
	size_t n = all->list.len / sizeof(*list), i, at = 0;

	if (bytes_check(&all->list, f) == -1 ||
	    bytes_check(&all->ids, f) == -1 ||
	    bytes_check(&all->members, f) == -1 ||
	    bytes_check(&all->scratch, f) == -1)
		return -1;
	/* Only now, as ids may have moved while it grew. */
	for (i = 0; i < n; at += list[i++].id.n)
		list[i].id.s = all->ids.len == 0 ? "" : all->ids.data + at;
	if (n > 1)
		qsort(list, n, sizeof(*list), by_id);
	return 0;
}

const struct post *
posts_find(struct posts *all, const struct jsontext_slice *id)
{
	const struct post *list = (const void *)all->list.data;
	struct post wanted = {.n = 0}; /* before every one of the same id */
	size_t n = all->list.len / sizeof(*list), low = 0, high = n, middle;

	if (n == 0 || !jsontext_string(id, &all->scratch, &wanted.id))
		return NULL;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (by_id(&list[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == n || list[low].id.n != wanted.id.n ||
	    memcmp(list[low].id.s, wanted.id.s, wanted.id.n) != 0)
		return NULL;
	return &list[low];
}

void
posts_free(struct posts *all)
{
	bytes_free(&all->list);
	bytes_free(&all->ids);
	bytes_free(&all->members);
	bytes_free(&all->scratch);
}

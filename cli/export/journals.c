/* journals: those of the endpoints that are asked for; see journals.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/export/journals.h"
#include "cli/export/unread.h"
#include "reader/consumer.h"

static int
is_wanted(void *days, const char *day)
{
	return days_want(days, day);
}

/* Those of an endpoint, of all days where these are NULL. */
static struct records *
open_one(const struct endpoint *e, const struct days *days, struct fault *f)
{
	char journal[PATH_MAX];

	endpoint_path(e, journal, "journal");
	return records_open(journal, days == NULL ? NULL : is_wanted,
	    (void *)(uintptr_t)days, f);
}

static int
begin(struct journals *all, const struct selection *s, struct fault *f)
{
	all->list = calloc(s->endpoints.n, sizeof(*all->list));
	all->endpoints = s->endpoints.list;
	return all->list == NULL ? fault_memory(f) : 0;
}

int
journals_open(struct journals *all, const struct selection *s,
    const struct unread *new, struct fault *f)
{
	const struct days *days = days_are_all(&s->days) ? NULL : &s->days;

	if (begin(all, s, f) == -1)
		return -1;
	all->are_new = new != NULL &&new->n > 0;
	for (; all->n < s->endpoints.n; all->n++) {
		all->list[all->n] =
		    all->are_new ? consumer_records(new->list[all->n].consumer)
				 : open_one(&all->endpoints[all->n], days, f);
		if (all->list[all->n] == NULL)
			return -1;
	}
	return 0;
}

int
journals_open_whole(struct journals *all, const struct selection *s,
    const struct unread *new, struct fault *f)
{
	if (begin(all, s, f) == -1)
		return -1;
	all->are_new = new != NULL &&new->n > 0;
	for (; all->n < s->endpoints.n; all->n++) {
		all->list[all->n] =
		    all->are_new ? consumer_all(new->list[all->n].consumer, f)
				 : open_one(&all->endpoints[all->n], NULL, f);
		if (all->list[all->n] == NULL)
			return -1;
	}
	return 0;
}

int64_t
journals_size(const struct journals *all)
{
	int64_t size = 0;
	size_t i;

	for (i = 0; i < all->n; i++)
		size += records_size(all->list[i]);
	return size;
}

void
journals_close(struct journals *all)
{
	for (; all->n > 0; all->n--)
		if (!all->are_new)
			records_close(all->list[all->n - 1]);
	free(all->list);
	memset(all, 0, sizeof(*all));
}

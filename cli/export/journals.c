/* journals: those of the endpoints that are asked for; see journals.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/export/journals.h"
#include "cli/export/unread.h"
#include "reader/consumer.h"

static int
is_wanted(void *selection, const char *day)
{
	const struct selection *s = selection;

	return (s->from[0] == '\0' || strcmp(day, s->from) >= 0) &&
	       (s->to[0] == '\0' || strcmp(day, s->to) <= 0);
}

/* Those of an endpoint, by its number. */
static struct records *
open_one(size_t i, const struct selection *s, const struct unread *new,
    struct fault *f)
{
	int every = s->from[0] == '\0' && s->to[0] == '\0';
	char journal[PATH_MAX];

	if (new->n > 0)
		return consumer_records(new->list[i].consumer);
	endpoint_path(&s->endpoints.list[i], journal, "journal");
	return records_open(
	    journal, every ? NULL : is_wanted, (void *)(uintptr_t)s, f);
}

int
journals_open(struct journals *all, const struct selection *s,
    const struct unread *new, struct fault *f)
{
	all->list = calloc(s->endpoints.n, sizeof(*all->list));
	if (all->list == NULL)
		return fault_memory(f);
	all->are_new = new->n > 0;
	for (; all->n < s->endpoints.n; all->n++) {
		all->list[all->n] = open_one(all->n, s, new, f);
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

/* stores: the stores of the endpoints that were last used; see stores.h. */
#include <string.h>

#include "http/stores.h"

struct store *
stores_get(struct stores *all, const struct endpoint *e, struct fault *f)
{
	struct store **list = all->list, *s;
	size_t i = 0;

	while (i < STORES_MAX - 1 && list[i] != NULL &&
	       strcmp(store_name(list[i]), e->name) != 0)
		i++;
	s = list[i];
	if (s == NULL || strcmp(store_name(s), e->name) != 0) {
		store_close(s);
		list[i] = NULL;
		if ((s = store_open(e, all->settings, all->boot, f)) == NULL)
			return NULL;
	}
	memmove(list + 1, list, i * sizeof(*list));
	list[0] = s;
	return s;
}

void
stores_rest(struct stores *all)
{
	size_t i;

	for (i = 0; i < STORES_MAX && all->list[i] != NULL; i++)
		store_rest(all->list[i]);
}

void
stores_close(struct stores *all)
{
	size_t i;

	for (i = 0; i < STORES_MAX; i++) {
		store_close(all->list[i]);
		all->list[i] = NULL;
	}
}

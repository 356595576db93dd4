/* stores: the stores of the endpoints that were last used; see stores.h. */
#include <stdlib.h>
#include <string.h>

#include "http/stores.h"

/* Have its time zone in use, or UTC where the machine has it no more. */
static int
use_zone(struct stores *all, struct settings *s, struct fault *f)
{
	struct fault why = {0};

	if (strcmp(all->zone, s->shape.timezone) == 0)
		return 0;
	all->zone[0] = '\0';
	if (utc_zone(s->shape.timezone, &why) == -1) {
		if (why.kind == FAULT_MEMORY)
			return fault_take(f, &why);
		s->waits = 1;
		s->wrong = why;
		s->line = 0;
		(void)strcpy(s->shape.timezone, "UTC");
		if (utc_zone(s->shape.timezone, f) == -1)
			return -1;
	}
	(void)strcpy(all->zone, s->shape.timezone);
	return 0;
}

/* Close what has that place in the list. */
static void
drop(struct stores *all, size_t i)
{
	store_close(all->list[i].store);
	free(all->list[i].settings);
	all->list[i].store = NULL;
	all->list[i].settings = NULL;
}

struct store *
stores_get(struct stores *all, const struct endpoint *e,
    const struct settings *settings, struct fault *f)
{
	struct store *s;
	struct settings *own;
	size_t i = 0;

	while (i < STORES_MAX - 1 && all->list[i].store != NULL &&
	       strcmp(store_name(all->list[i].store), e->name) != 0)
		i++;
	s = all->list[i].store;
	if (s == NULL || strcmp(store_name(s), e->name) != 0) {
		drop(all, i);
		if ((own = malloc(sizeof(*own))) == NULL) {
			(void)fault_memory(f);
			return NULL;
		}
		*own = *settings;
		if ((s = store_open(e, own, all->boot, f)) == NULL) {
			free(own);
			return NULL;
		}
	} else {
		own = all->list[i].settings;
		*own = *settings;
	}
	memmove(all->list + 1, all->list, i * sizeof(all->list[0]));
	all->list[0].store = s;
	all->list[0].settings = own;
	return use_zone(all, own, f) == 0 ? s : NULL;
}

void
stores_rest(struct stores *all)
{
	size_t i;

	for (i = 0; i < STORES_MAX && all->list[i].store != NULL; i++)
		store_rest(all->list[i].store);
}

void
stores_close(struct stores *all)
{
	size_t i;

	for (i = 0; i < STORES_MAX; i++)
		drop(all, i);
}

/* target: the endpoints that a turn's requests are for; see target.h. */
#include <stdlib.h>
#include <string.h>

#include "config/secrets.h"
#include "http/target.h"

ptrdiff_t
targets_find(struct targets *all, const char *home, const char *name)
{
	struct target *t;
	size_t i, room;

	for (i = 0; i < all->n; i++)
		if (strcmp(all->list[i].name, name) == 0)
			return (ptrdiff_t)i;
	if (all->n == all->room) {
		room = all->room == 0 ? 1 : 2 * all->room;
		t = realloc(all->list, room * sizeof(*t));
		if (t == NULL)
			return -1;
		all->list = t;
		all->room = room;
	}
	t = &all->list[all->n++];
	(void)strcpy(t->name, name);
	t->asked = 0;
	fault_clear(&t->fault);
	t->found = endpoint_find(&t->endpoint, home, name, &t->fault);
	return (ptrdiff_t)i;
}

const struct signature_secrets *
target_secrets(struct target *t)
{
	if (!t->asked &&
	    secrets_read(&t->endpoint, &t->secrets, &t->fault) == 0)
		fault_clear(&t->fault);
	t->asked = 1;
	return t->fault.kind == FAULT_NONE ? &t->secrets : NULL;
}

void
targets_forget(struct targets *all)
{
	while (all->n > 0)
		if (all->list[--all->n].asked)
			secrets_forget(&all->list[all->n].secrets);
}

void
targets_free(struct targets *all)
{
	targets_forget(all);
	free(all->list);
	all->list = NULL;
	all->room = 0;
}

/* inside: what a catalog is made of; see inside.h. */
#include <stdlib.h>
#include <string.h>

#include "page/data/inside.h"

int
inside_make_room(struct catalog *c, struct fault *f)
{
	free(c->in_scope);
	c->in_scope = calloc(c->keeper.sources.nnames + 1, 1);
	return c->in_scope == NULL ? fault_memory(f) : 0;
}

int
inside_set_scope(struct catalog *c, char (*names)[ENDPOINT_NAME_SIZE], size_t n,
    const char *endpoint)
{
	const struct sources *s = &c->keeper.sources;
	size_t i, k;
	int in, all = 1;

	for (i = 0; i < s->nnames; i++) {
		in = n == 0;
		for (k = 0; k < n; k++)
			in |= strcmp(names[k], s->names[i].name) == 0;
		if (endpoint[0] != '\0')
			in &= strcmp(endpoint, s->names[i].name) == 0;
		c->in_scope[i] = (unsigned char)in;
		all &= in;
	}
	return !all;
}

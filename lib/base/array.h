/*
 * array: a list that grows.
 */
#ifndef ARRAY_H
#define ARRAY_H

#include <stddef.h>
#include <stdlib.h>

/*
 * The list with room for one element more than the n it has: the same one, or a
 * longer one in its place, and *room says for how many.  NULL when memory runs
 * out: then the list is as it was.
 *
 *	longer = array_grow(x->list, x->n, &x->room, sizeof(*x->list));
 *	if (longer == NULL)
 *		return fault_memory(f);
 *	x->list = longer;
 *	x->list[x->n++] = element;
 */
static inline void *
array_grow(void *list, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 16 : *room * 2;

	if (n < *room)
		return list;
	if ((list = reallocarray(list, more, size)) != NULL)
		*room = more;
	return list;
}

#endif

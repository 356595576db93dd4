/*
 * memory: how much of it was in use at once, since memory_begin().
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <sanitizer/allocator_interface.h>

#include "fuzz.h"

static size_t memory_now, memory_most;

static inline void
memory_taken(const volatile void *p, size_t n)
{
	(void)p;
	memory_now += n;
	if (memory_now > memory_most)
		memory_most = memory_now;
}

static inline void
memory_given(const volatile void *p)
{
	size_t n = p == NULL ? 0 : __sanitizer_get_allocated_size(p);

	/* What was taken before it began may be given back now. */
	memory_now -= n < memory_now ? n : memory_now;
}

static inline void
memory_begin(void)
{
	static int installed;

	if (!installed)
		HOLDS(__sanitizer_install_malloc_and_free_hooks(
			  memory_taken, memory_given) > 0);
	installed = 1;
	memory_now = memory_most = 0;
}

#endif

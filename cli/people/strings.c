/* strings: many strings, each once; see strings.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/people/strings.h"

#define SLOTS_LEAST 1024 /* a power of two, like every later number */

size_t
strings_count(const struct strings *s)
{
	return s->ends.len / sizeof(size_t);
}

static size_t
end_of(const struct strings *s, size_t number)
{
	size_t end;

	memcpy(&end, s->ends.data + number * sizeof(end), sizeof(end));
	return end;
}

const char *
strings_get(const struct strings *s, uint32_t number, size_t *n)
{
	size_t from = number == 0 ? 0 : end_of(s, number - 1);

	*n = end_of(s, number) - from;
	return s->text.data + from;
}

/* FNV-1a: what comes is random enough, and nobody gains by collisions. */
static size_t
hash(const char *p, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

/* The slot that has the string, or the free one where it belongs. */
static size_t
find_slot(const struct strings *s, const char *p, size_t n)
{
	size_t i = hash(p, n) & (s->nslots - 1), len;
	const char *has;

	for (; s->slots[i] != 0; i = (i + 1) & (s->nslots - 1)) {
		has = strings_get(s, s->slots[i] - 1, &len);
		if (len == n && (n == 0 || memcmp(has, p, n) == 0))
			break;
	}
	return i;
}

/* Twice as many slots, before they get crowded. */
static int
grow(struct strings *s, struct fault *f)
{
	size_t count = strings_count(s), n, i;
	struct strings more = *s;
	const char *p;

	if (s->nslots > 0 && count < s->nslots / 4 * 3)
		return 0;
	more.nslots = s->nslots == 0 ? SLOTS_LEAST : s->nslots * 2;
	more.slots = calloc(more.nslots, sizeof(*more.slots));
	if (more.slots == NULL || count >= UINT32_MAX - 1) {
		free(more.slots);
		return fault_memory(f);
	}
	for (i = 0; i < count; i++) {
		p = strings_get(s, (uint32_t)i, &n);
		more.slots[find_slot(&more, p, n)] = (uint32_t)i + 1;
	}
	free(s->slots);
	s->slots = more.slots;
	s->nslots = more.nslots;
	return 0;
}

int
strings_add(struct strings *s, const char *p, size_t n, uint32_t *number,
    struct fault *f)
{
	size_t slot, end;

	if (grow(s, f) == -1)
		return -1;
	slot = find_slot(s, p, n);
	if (s->slots[slot] != 0) {
		*number = s->slots[slot] - 1;
		return 0;
	}
	bytes_add(&s->text, p, n);
	end = s->text.len;
	bytes_add(&s->ends, &end, sizeof(end));
	if (bytes_check(&s->text, f) == -1 || bytes_check(&s->ends, f) == -1)
		return -1;
	*number = (uint32_t)strings_count(s) - 1;
	s->slots[slot] = *number + 1;
	return 1;
}

int
strings_find(const struct strings *s, const char *p, size_t n, uint32_t *number)
{
	uint32_t slot = s->nslots == 0 ? 0 : s->slots[find_slot(s, p, n)];

	*number = slot - 1;
	return slot != 0;
}

void
strings_free(struct strings *s)
{
	free(s->slots);
	bytes_free(&s->text);
	bytes_free(&s->ends);
	memset(s, 0, sizeof(*s));
}

/*
 * fuzz: what every target needs.  A target is one function that libFuzzer calls
 * with bytes of its own making; what must be so whatever they are is said by
 * HOLDS().
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define HOLDS(condition)                                                       \
	do {                                                                   \
		if (!(condition)) {                                            \
			(void)fprintf(stderr, "%s:%d: it does not hold: %s\n", \
			    __FILE__, __LINE__, #condition);                   \
			abort();                                               \
		}                                                              \
	} while (0)

/* What is left of the bytes. */
struct input {
	const uint8_t *s;
	size_t n;
};

/* Take a byte off the front: 0 where there is none. */
static inline unsigned
take_byte(struct input *in)
{
	if (in->n == 0)
		return 0;
	in->n--;
	return *in->s++;
}

/* Take a number of so many bytes. */
static inline uint64_t
take_bytes(struct input *in, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | take_byte(in);
	return value;
}

/* Are both the same bytes? */
static inline int
same(const void *a, size_t an, const void *b, size_t bn)
{
	return an == bn && (an == 0 || memcmp(a, b, an) == 0);
}

/* The path of a file below $TMPDIR; good until the fourth call after. */
static inline const char *
in_tmp(const char *name)
{
	static char paths[4][512];
	static int turn;
	char *path = paths[turn++ % 4];
	const char *dir = getenv("TMPDIR");
	int n = snprintf(
	    path, sizeof(paths[0]), "%s/%s", dir == NULL ? "/tmp" : dir, name);

	HOLDS(n > 0 && (size_t)n < sizeof(paths[0]));
	return path;
}

/* Put bytes into a file, in the place of what was in it. */
static inline void
put_file(const char *path, const void *data, size_t n)
{
	FILE *f = fopen(path, "w");

	HOLDS(f != NULL);
	HOLDS(fwrite(data, 1, n, f) == n);
	HOLDS(fclose(f) == 0);
}

/* A sentence for people: there is one, on one line, without control bytes. */
static inline void
check_sentence(const struct fault *f)
{
	const char *s;

	HOLDS(f->kind != FAULT_NONE);
	HOLDS(f->text[0] != '\0');
	for (s = f->text; *s != '\0'; s++)
		HOLDS((unsigned char)*s >= ' ' && *s != '\x7f');
}

#endif

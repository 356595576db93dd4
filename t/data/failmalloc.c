/*
 * failmalloc: memory that runs out.  LD_PRELOAD it; FAILMALLOC_AT=N lets the
 * Nth request for memory fail and, unless FAILMALLOC_ONCE is set, every one
 * after it.  FAILMALLOC_COUNT names a file that gets the number of requests.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static long count, at = -1;
static int once;

__attribute__((constructor)) static void
start(void)
{
	const char *s = getenv("FAILMALLOC_AT");

	once = getenv("FAILMALLOC_ONCE") != NULL;
	at = s == NULL ? 0 : atol(s);
	count = 0;
}

__attribute__((destructor)) static void
end(void)
{
	const char *s = getenv("FAILMALLOC_COUNT");
	long n = count;
	FILE *f;

	at = 0;
	if (s != NULL && (f = fopen(s, "w")) != NULL) {
		(void)fprintf(f, "%ld\n", n);
		(void)fclose(f);
	}
}

static int
fails(void)
{
	if (at == -1)
		return 0; /* before the start */
	count++;
	if (at == 0 || (once ? count != at : count < at))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

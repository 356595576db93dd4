/*
 * failmalloc: memory that runs out.  A test that links it says when, see
 * failmalloc.h.  Compiled with -DPRELOAD, for LD_PRELOAD, it takes that from
 * the environment:
 *
 * FAILMALLOC_AT=N lets the Nth request for memory fail, and every one after
 * it, or with FAILMALLOC_TIMES=K no more than K.  With FAILMALLOC_LAST=M the
 * program ends M requests later: it has shown what it was to show.
 * FAILMALLOC_COUNT names a file that gets the number of requests, and behind
 * it a line for each place that they come from: the number of its first, a
 * word for the calls inside of libraries, and the addresses in the program of
 * the last calls there.
 *
 * What libcmocka asks for is not counted.  An assertion that fails ends the
 * program there: what the test holds still stands on its stack, so that what
 * a sanitizer calls leaked is held by nobody.
 */
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failmalloc.h"

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

/* They are there where AddressSanitizer is. */
extern void *__interceptor_malloc(size_t) __attribute__((weak));
extern void *__interceptor_calloc(size_t, size_t) __attribute__((weak));
extern void *__interceptor_realloc(void *, size_t) __attribute__((weak));

static long count, first, times;

void
failmalloc(long at, long how_often)
{
	count = 0;
	first = at;
	times = how_often;
}

long
failmalloc_count(void)
{
	return count;
}

#ifdef PRELOAD

#define DEPTH   40
#define FRAMES  3 /* of a place, in the program itself */
#define PLACES  65536
#define OBJECTS 64

/* The program and its libraries, as they lie in memory. */
static struct object {
	uintptr_t base, from, to; /* from, to: its code */
	uint64_t name;
	int is_cmocka;
} objects[OBJECTS];
static int nobjects;

static struct place {
	uint64_t libraries; /* the calls inside of them */
	uintptr_t program[FRAMES];
	long number;
} places[PLACES];
static long nplaces;

static int inside = 1, counting;
static long last;

/* Which of them has this code; the program itself is 0. */
static int
object_of(const void *p)
{
	uintptr_t at = (uintptr_t)p;
	int i;

	for (i = 0; i < nobjects; i++)
		if (at >= objects[i].from && at < objects[i].to)
			return i;
	return -1;
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 1099511628211u;
}

static int
note_object(struct dl_phdr_info *info, size_t size, void *context)
{
	struct object *o = &objects[nobjects];
	const char *name;
	int i;

	(void)size;
	(void)context;
	if (nobjects == OBJECTS)
		return 1;
	o->base = info->dlpi_addr;
	for (name = info->dlpi_name; *name != '\0'; name++)
		o->name = mix(o->name, (uintptr_t)*name);
	o->is_cmocka = strstr(info->dlpi_name, "/libcmocka") != NULL;
	for (i = 0; i < info->dlpi_phnum; i++)
		if ((info->dlpi_phdr[i].p_flags & PF_X) != 0) {
			o->from = o->base + info->dlpi_phdr[i].p_vaddr;
			o->to = o->from + info->dlpi_phdr[i].p_memsz;
		}
	nobjects++;
	return 0;
}

static long
number(const char *name)
{
	const char *s = getenv(name);

	return s == NULL ? 0 : atol(s);
}

__attribute__((constructor)) static void
start(void)
{
	void *frames[1];

	(void)dl_iterate_phdr(note_object, NULL);
	counting = getenv("FAILMALLOC_COUNT") != NULL;
	if (counting)
		(void)backtrace(frames, 1); /* it loads a library */
	last = number("FAILMALLOC_LAST");
	/* Not what this program starts. */
	(void)unsetenv("LD_PRELOAD");
	failmalloc(number("FAILMALLOC_AT"), number("FAILMALLOC_TIMES"));
	inside = 0;
}

static void
write_count(void)
{
	const struct place *p;
	FILE *f;

	inside = 1;
	if ((f = fopen(getenv("FAILMALLOC_COUNT"), "w")) == NULL)
		_exit(126);
	(void)fprintf(f, "%ld\n", count);
	for (p = places; p < places + PLACES; p++)
		if (p->number > 0)
			(void)fprintf(f, "%ld %jx %jx %jx %jx\n", p->number,
			    (uintmax_t)p->libraries, (uintmax_t)p->program[0],
			    (uintmax_t)p->program[1], (uintmax_t)p->program[2]);
	(void)fclose(f);
}

__attribute__((destructor)) static void
end(void)
{
	if (counting)
		write_count();
	inside = 1;
}

/* Note this request where none before came from its place. */
static void
note_place(void)
{
	struct place p = {.number = count + 1};
	void *frames[DEPTH];
	uint64_t hash;
	int i, n, object, ours = 0;
	size_t at;

	n = backtrace(frames, DEPTH);
	for (i = 0; i < n && ours < FRAMES; i++) {
		object = object_of(frames[i]);
		if (object == -1 || object == object_of(start))
			continue;
		at = (uintptr_t)frames[i] - objects[object].base;
		if (object == 0)
			p.program[ours++] = at;
		else
			p.libraries =
			    mix(mix(p.libraries, objects[object].name), at);
	}
	for (hash = p.libraries, i = 0; i < ours; i++)
		hash = mix(hash, p.program[i]);
	for (at = hash >> 20;; at++) {
		if (places[at % PLACES].number == 0)
			break;
		if (places[at % PLACES].libraries == p.libraries &&
		    memcmp(places[at % PLACES].program, p.program,
			sizeof(p.program)) == 0)
			return;
	}
	if (nplaces++ < PLACES / 2)
		places[at % PLACES] = p;
}

static int
is_counted(const void *caller)
{
	int object;

	if (inside ||
	    ((object = object_of(caller)) != -1 && objects[object].is_cmocka))
		return 0;
	inside = 1;
	if (counting)
		note_place();
	if (last > 0 && count > first + last) {
		if (counting)
			write_count();
		_exit(0);
	}
	inside = 0;
	return 1;
}

/* What cmocka leaves a test by. */
void __longjmp_chk(void *, int);
void
__longjmp_chk(void *where, int value)
{
	(void)where;
	(void)value;
	inside = 1;
	exit(1);
}

#else

static int
is_counted(const void *caller)
{
	(void)caller;
	return 1;
}

#endif

static int
fails(const void *caller)
{
	if (!is_counted(caller))
		return 0;
	count++;
	if (first == 0 || count < first ||
	    (times > 0 && count >= first + times))
		return 0;
	errno = ENOMEM;
	return 1;
}

static void *
allocate(size_t n)
{
	return __interceptor_malloc != NULL ? __interceptor_malloc(n)
	                                    : __libc_malloc(n);
}

static void *
reallocate(void *p, size_t n)
{
	return __interceptor_realloc != NULL ? __interceptor_realloc(p, n)
	                                     : __libc_realloc(p, n);
}

void *
malloc(size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : allocate(n);
}

void *
calloc(size_t n, size_t size)
{
	if (fails(__builtin_return_address(0)))
		return NULL;
	return __interceptor_calloc != NULL ? __interceptor_calloc(n, size)
	                                    : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : reallocate(p, n);
}

/* AddressSanitizer has the rest itself, and asks nobody. */
void *
reallocarray(void *p, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return fails(__builtin_return_address(0)) ? NULL : reallocate(p, all);
}

char *
strndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy;

	if (fails(__builtin_return_address(0)) ||
	    (copy = allocate(len + 1)) == NULL)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy;

	if (fails(__builtin_return_address(0)) || (copy = allocate(n)) == NULL)
		return NULL;
	memcpy(copy, s, n);
	return copy;
}

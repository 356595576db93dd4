/* unit: what every unit test needs: cmocka, TAP, a directory of its own. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A test by its sentence. */
#define TEST(sentence, function)                                               \
	{                                                                      \
		sentence, function, NULL, NULL, NULL                           \
	}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define RUN(tests)                                                             \
	(cmocka_set_message_output(CM_OUTPUT_TAP),                             \
	    cmocka_run_group_tests(tests, make_scratch, remove_scratch))

/*
 * NULL where a text should be is a difference: where memory ran out, a crash in
 * the comparison could be taken for one of lib/.
 */
static inline void
need_texts(const void *a, const void *b, const char *file, int line)
{
	if (a == NULL || b == NULL) {
		print_error("there is no text\n");
		_fail(file, line);
	}
}

#undef assert_string_equal
#define assert_string_equal(a, b) same_text((a), (b), __FILE__, __LINE__)
static inline void
same_text(const char *a, const char *b, const char *file, int line)
{
	need_texts(a, b, file, line);
	_assert_string_equal(a, b, file, line);
}

#undef assert_memory_equal
#define assert_memory_equal(a, b, n)                                           \
	same_bytes((a), (b), (n), __FILE__, __LINE__)
static inline void
same_bytes(const void *a, const void *b, size_t n, const char *file, int line)
{
	need_texts(a, b, file, line);
	_assert_memory_equal(a, b, n, file, line);
}

/* Each test program's own directory; gone when it ends. */
static char scratch[128];

static inline int
make_scratch(void **state)
{
	const char *dir = getenv("TMPDIR");
	int n;

	(void)state;
	/* No test is in the machine's time zone, nor is the program. */
	if (setenv("TZ", "UTC0", 1) != 0)
		return -1;
	n = snprintf(scratch, sizeof(scratch), "%s/leadsheet-unit-XXXXXX",
	    dir == NULL || dir[0] == '\0' ? "/tmp" : dir);
	if (n < 0 || (size_t)n >= sizeof(scratch))
		return -1;
	return mkdtemp(scratch) == NULL ? -1 : 0;
}

static inline int
remove_scratch(void **state)
{
	char command[sizeof(scratch) + 16];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
	return system(command);
}

/* The path of a name in it; good until the fourth call after. */
static inline const char *
in_scratch(const char *name)
{
	static char paths[4][256];
	static int turn;
	char *path = paths[turn++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

static inline void
write_file(const char *path, const void *data, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* A whole file, with a NUL behind it; free it. */
static inline char *
read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *data;
	long n;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	n = ftell(f);
	assert_true(n >= 0);
	rewind(f);
	data = malloc((size_t)n + 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, (size_t)n, f), n);
	data[n] = '\0';
	(void)fclose(f);
	if (len != NULL)
		*len = (size_t)n;
	return data;
}

static inline int
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

#endif

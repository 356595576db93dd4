/*
 * calls: the system calls that write and sync, in a test's hands: they are
 * written down, fail where they are told to, or are the last that the process
 * makes.
 */
#ifndef CALLS_H
#define CALLS_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* What is to become of a call: nothing where call is NULL. */
static struct call_rule {
	const char *call; /* write, pwrite, fdatasync, fsync or rename */
	const char *file; /* what its file's path ends with; "" is any */
	int skip;         /* so many are let pass */
	int times;        /* and so many fail; 0: all that come */
	int err;          /* with this errno; 0: the process ends instead */
} call_rules[4];

/* Called before each call, where it is set. */
static void (*call_hook)(const char *call, const char *path);

/* Each call and its file's name, as "write 2026-11-23.jsonl\n". */
static char calls_made[65536];
static size_t calls_len;

static inline void
forget_calls(void)
{
	memset(call_rules, 0, sizeof(call_rules));
	call_hook = NULL;
	calls_len = 0;
	calls_made[0] = '\0';
}

/* One more rule; forget_calls() takes all away. */
static inline void
fail_call(const char *call, const char *file, int skip, int times, int err)
{
	size_t i = 0;

	while (i + 1 < COUNT(call_rules) && call_rules[i].call != NULL)
		i++;
	call_rules[i] = (struct call_rule){call, file, skip, times, err};
}

/* Where a call stands in the list, the first or NULL. */
static inline const char *
find_call(const char *call, const char *file)
{
	char text[NAME_MAX + 32];

	(void)snprintf(text, sizeof(text), "%s %s\n", call, file);
	return strstr(calls_made, text);
}

/* Both were made, the one before the other. */
#define assert_order(call, file, call2, file2)                                 \
	do {                                                                   \
		assert_non_null(find_call(call, file));                        \
		assert_non_null(find_call(call2, file2));                      \
		assert_true(find_call(call, file) < find_call(call2, file2));  \
	} while (0)

static inline int
count_calls(const char *call, const char *file)
{
	char text[NAME_MAX + 32];
	const char *at = calls_made;
	int n = 0;

	(void)snprintf(text, sizeof(text), "%s %s\n", call, file);
	for (; (at = strstr(at, text)) != NULL; at += strlen(text))
		n++;
	return n;
}

static inline int
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), len = strlen(end);

	return n >= len && strcmp(s + n - len, end) == 0;
}

static inline int
is_to_fail(const char *call, const char *path)
{
	struct call_rule *r = call_rules;

	for (; r < call_rules + COUNT(call_rules); r++) {
		if (r->call == NULL || strcmp(r->call, call) != 0 ||
		    !ends_with(path, r->file) || r->skip-- > 0)
			continue;
		if (r->err == 0)
			_exit(0);
		errno = r->err;
		if (r->times > 0 && --r->times == 0)
			r->call = NULL;
		return 1;
	}
	return 0;
}

/* Write a call down; 1 when it is to fail, with errno set. */
static inline int
meet_call(const char *call, const char *path)
{
	const char *name = strrchr(path, '/');
	int n;

	n = snprintf(calls_made + calls_len, sizeof(calls_made) - calls_len,
	    "%s %s\n", call, name == NULL ? path : name + 1);
	if (n > 0 && calls_len + (size_t)n < sizeof(calls_made))
		calls_len += (size_t)n;
	calls_made[calls_len] = '\0';
	if (call_hook != NULL)
		call_hook(call, path);
	return is_to_fail(call, path);
}

static inline int
meet_fd(const char *call, int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	return meet_call(call, path);
}

ssize_t
write(int fd, const void *data, size_t n)
{
	return meet_fd("write", fd) ? -1 : syscall(SYS_write, fd, data, n);
}

ssize_t
pwrite(int fd, const void *data, size_t n, off_t at)
{
	return meet_fd("pwrite", fd) ? -1
	                             : syscall(SYS_pwrite64, fd, data, n, at);
}

int
fdatasync(int fd)
{
	return meet_fd("fdatasync", fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return meet_fd("fsync", fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
rename(const char *from, const char *to)
{
	return meet_call("rename", to) ? -1
	                               : (int)syscall(SYS_renameat2, AT_FDCWD,
					     from, AT_FDCWD, to, 0);
}

int
renameat2(int fd, const char *from, int fd2, const char *to, unsigned flags)
{
	return meet_call("rename", to)
	           ? -1
	           : (int)syscall(SYS_renameat2, fd, from, fd2, to, flags);
}

/* Run it in a child that ends before that call; it must come to it. */
static inline void
killed_before(const char *call, const char *file, int skip, void (*run)(void *),
    void *context)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		forget_calls();
		fail_call(call, file, skip, 0, 0);
		run(context);
		_exit(1); /* it was never called */
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#endif

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "unit.h"

#include "base/process.h"

#define NOT_ALLOWED 77 /* what automake's tests exit with to be skipped */

/* What a child that closed its standard fds finds after the start. */
static int
start_without_fds(void)
{
	struct fault f = {0};
	int fd;

	for (fd = 0; fd < 3; fd++)
		(void)close(fd);
	if (process_start(&f) == -1)
		return 1;
	fd = open("/", O_RDONLY);
	return fd > 2 ? 0 : 2;
}

/* The same in a bare chroot, for which an ordinary user needs a namespace. */
static int
start_without_devices(void)
{
	char c;
	int rc;

	if (geteuid() != 0 && unshare(CLONE_NEWUSER) == -1)
		return NOT_ALLOWED;
	if (chroot(scratch) == -1 || chdir("/") == -1)
		return NOT_ALLOWED;
	if ((rc = start_without_fds()) != 0)
		return rc;
	if (read(0, &c, 1) > 0)
		return 3;
	return write(1, "x", 1) == -1 && write(2, "x", 1) == -1 ? 0 : 4;
}

/* Writes too far, and to nobody. */
static int
write_in_vain(void)
{
	const struct rlimit small = {10, 10};
	struct fault f = {0};
	int fd, ends[2];

	fd = open(in_scratch("small"), O_WRONLY | O_CREAT, 0666);
	if (process_start(&f) == -1 || setrlimit(RLIMIT_FSIZE, &small) == -1 ||
	    pipe(ends) == -1)
		return 1;
	(void)close(ends[0]);
	if (write(ends[1], "x", 1) != -1 || errno != EPIPE)
		return 2;
	if (write(fd, "0123456789", 10) != 10 || write(fd, "x", 1) != -1 ||
	    errno != EFBIG)
		return 3;
	fd = open(in_scratch("mode"), O_WRONLY | O_CREAT, 0666);
	return fd == -1 ? 4 : 0;
}

static void
run_child(int (*child)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(child());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_ALLOWED)
		skip();
	assert_int_equal(status, 0);
}

static void
standard_fds_are_taken(void **state)
{
	(void)state;
	run_child(start_without_fds);
}

static void
no_devices_are_needed(void **state)
{
	(void)state;
	run_child(start_without_devices);
}

static void
a_write_in_vain_is_an_error(void **state)
{
	struct stat st;

	(void)state;
	run_child(write_in_vain);
	assert_int_equal(stat(in_scratch("mode"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(
		"no file of ours becomes fd 0, 1 or 2", standard_fds_are_taken),
	    TEST("nor where there is no /dev/null, and nothing is read there",
		no_devices_are_needed),
	    TEST("a write too far, or to nobody, is an error and no death",
		a_write_in_vain_is_an_error)};

	return RUN(tests);
}

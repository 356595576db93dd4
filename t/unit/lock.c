#include "unit.h"

#include <sys/sysmacros.h>

#include <signal.h>
#include <sys/wait.h>

#include "base/lock.h"
#include "base/utc.h"

#define SHORT (UTC_SECOND / 5)

/*
 * A child that takes the lock, tells so, and holds it until it is killed, or
 * this program ends.
 */
static pid_t
start_holder(const char *path)
{
	struct fault f = {0};
	struct lock *l;
	int told[2], held[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	assert_int_equal(pipe(held), 0);
	if ((pid = fork()) == 0) {
		(void)close(held[1]);
		l = lock_open(path, &f);
		if (l == NULL || lock_take(l, UTC_SECOND, &f) == -1 ||
		    write(told[1], "x", 1) != 1)
			_exit(1);
		_exit(read(held[0], &c, 1) == 0 ? 0 : 1);
	}
	assert_true(pid > 0);
	(void)close(held[0]); /* its other end stays open as long as we do */
	(void)close(told[1]);
	assert_int_equal(read(told[0], &c, 1), 1);
	(void)close(told[0]);
	return pid;
}

static void
end_holder(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static void
free_lock_is_taken(void **state)
{
	struct fault f = {0};
	struct lock *l = lock_open(in_scratch("free"), &f);
	struct stat st;

	(void)state;
	assert_non_null(l);
	assert_int_equal(lock_take(l, SHORT, &f), 0);
	lock_release(l);
	assert_int_equal(lock_take(l, SHORT, &f), 0);
	lock_release(l);
	lock_close(l);
	assert_int_equal(stat(in_scratch("free"), &st), 0);
	/* Who may only read the home can't open it, and so not hold it. */
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void
held_lock_times_out(void **state)
{
	const char *path = in_scratch("held");
	pid_t pid = start_holder(path);
	struct fault f = {0};
	struct lock *l = lock_open(path, &f);
	int64_t start = utc_ticks();

	(void)state;
	assert_non_null(l);
	assert_int_equal(lock_take(l, SHORT, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	assert_true(utc_ticks() - start >= SHORT);
	end_holder(pid);
	lock_close(l);
}

static void
killed_holder_leaves_it_free(void **state)
{
	const char *path = in_scratch("killed");
	struct fault f = {0};
	struct lock *l;

	(void)state;
	end_holder(start_holder(path));
	assert_non_null(l = lock_open(path, &f));
	assert_int_equal(lock_take(l, SHORT, &f), 0);
	lock_release(l);
	lock_close(l);
}

static void
block_is_what_was_written(void **state)
{
	const char *path = in_scratch("block");
	struct lock *l, *m;
	struct fault f = {0};
	char out[64], zeros[64] = {0}, text[64] = "how the store stands";
	int64_t before;

	(void)state;
	assert_non_null(l = lock_open(path, &f));
	assert_int_equal(lock_take(l, SHORT, &f), 0);
	before = lock_written(l);
	memset(out, 'x', sizeof(out));
	assert_int_equal(lock_read(l, out, sizeof(out), &f), 0);
	assert_memory_equal(out, zeros, sizeof(out));
	assert_int_equal(lock_write(l, text, sizeof(text), 1, &f), 0);
	lock_release(l);
	assert_non_null(m = lock_open(path, &f));
	assert_int_equal(lock_take(m, SHORT, &f), 0);
	assert_int_equal(lock_read(m, out, sizeof(out), &f), 0);
	assert_memory_equal(out, text, sizeof(out));
	assert_true(lock_written(m) >= before);
	lock_release(m);
	lock_close(m);
	lock_close(l);
}

static void
deleted_file_is_made_anew(void **state)
{
	const char *path = in_scratch("deleted");
	struct fault f = {0};
	struct lock *a = lock_open(path, &f), *b;

	(void)state;
	assert_non_null(a);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(lock_take(a, SHORT, &f), 0);
	/* Both must meet on the same file. */
	assert_non_null(b = lock_open(path, &f));
	assert_int_equal(lock_take(b, SHORT, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	lock_close(a);
	lock_close(b);
}

static void
other_things_are_refused(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
	assert_int_equal(symlink("free", in_scratch("link")), 0);
	assert_int_equal(mkdir(in_scratch("dir"), 0700), 0);
	assert_null(lock_open(in_scratch("fifo"), &f));
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_null(lock_open(in_scratch("link"), &f));
	assert_null(lock_open(in_scratch("dir"), &f));
	write_file(in_scratch("theirs"), "x", 1);
	assert_int_equal(link(in_scratch("theirs"), in_scratch("hard")), 0);
	assert_null(lock_open(in_scratch("hard"), &f));
}

static void
held_lock_is_seen(void **state)
{
	const char *path = in_scratch("seen");
	int64_t start;
	int held;
	pid_t holder;

	(void)state;
	assert_int_equal(lock_is_held(path, SHORT), 0);
	assert_false(exists(path));
	holder = start_holder(path);
	start = utc_ticks();
	held = lock_is_held(path, SHORT);
	assert_true(utc_ticks() - start >= SHORT);
	end_holder(holder);
	assert_int_equal(held, 1);
	assert_int_equal(lock_is_held(path, SHORT), 0);
}

/* Who holds it, as the kernel tells; and whether it can be locked at all. */
static void
holder_is_told(void **state)
{
	char name[LOCK_NAME_SIZE];
	const char *path = in_scratch("holder");
	struct fault f = {0};
	struct lock *l;
	struct stat st;
	char line[128], known[256];
	FILE *locks;
	int is_there;

	(void)state;
	assert_int_equal(lock_check(path, &f), 0);
	l = lock_open(path, &f);
	assert_non_null(l);
	assert_int_equal(lock_holder(path, name), 0);
	assert_string_equal(name, "?");
	assert_int_equal(lock_take(l, 0, &f), 0);
	/* Some file systems have another number there than stat(2) tells. */
	assert_int_equal(stat(path, &st), 0);
	(void)snprintf(line, sizeof(line), " %ld %02x:%02x:%llu ",
	    (long)getpid(), major(st.st_dev), minor(st.st_dev),
	    (unsigned long long)st.st_ino);
	assert_non_null(locks = fopen("/proc/locks", "r"));
	is_there = 0;
	while (fgets(known, sizeof(known), locks) != NULL)
		is_there |= strstr(known, line) != NULL;
	(void)fclose(locks);
	assert_int_equal(lock_holder(path, name), is_there ? getpid() : 0);
	assert_string_equal(name, is_there ? "lock" : "?");
	assert_int_equal(lock_check(path, &f), 0);
	lock_close(l);
	assert_int_equal(lock_check(in_scratch(""), &f), -1);
	assert_non_null(strstr(f.text, "not a plain file"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a free lock is taken, again and again", free_lock_is_taken),
	    TEST("a lock that is held ends in a fault when the time is up",
		held_lock_times_out),
	    TEST(
		"a killed holder leaves it free", killed_holder_leaves_it_free),
	    TEST("its block is what was written last",
		block_is_what_was_written),
	    TEST("a lock file that was deleted is made anew, and shared",
		deleted_file_is_made_anew),
	    TEST("a lock that stays held is seen so, a free one at once",
		held_lock_is_seen),
	    TEST("who holds it is told", holder_is_told),
	    TEST("a FIFO, a link or a directory is refused",
		other_things_are_refused),
	};

	return RUN(tests);
}

#include "indexkeys.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static int dir_syncs, no_memfd;

/* Of a directory, as nothing else is synced by it. */
int
fsync(int fd)
{
	struct stat st;

	dir_syncs += fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
	return 0;
}

int
memfd_create(const char *name, unsigned int flags)
{
	errno = ENOSYS;
	return no_memfd ? -1 : (int)syscall(SYS_memfd_create, name, flags);
}

static void
obstacle(const char *name, int which)
{
	const char *path = in_scratch(name);

	switch (which) {
	case 0:
		assert_int_equal(symlink("target", path), 0);
		break;
	case 1:
		assert_int_equal(mkfifo(path, 0600), 0);
		break;
	case 2:
		assert_int_equal(mkdir(path, 0700), 0);
		break;
	case 3:
		assert_int_equal(link(in_scratch("target"), path), 0);
		break;
	case 4:
		write_file(path, "SQLite format 3", 16);
		break;
	case 5:
		write_file(path, "leadsheet index 2\n", 18);
		break;
	default:
		free(make_index(path, NULL));
		assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
	}
}

static void
obstacles_are_put_aside(void **state)
{
	struct stat before, st;
	struct fault f = {0};
	struct index *x;
	char name[32], aside[64], *text;
	int i, last = geteuid() == 0 ? 6 : 5;

	(void)state;
	for (i = 0; i <= last; i++) {
		if (exists(in_scratch("target")))
			assert_int_equal(unlink(in_scratch("target")), 0);
		write_file(in_scratch("target"), MAGIC, strlen(MAGIC));
		(void)snprintf(name, sizeof(name), "obstacle%d", i);
		(void)snprintf(aside, sizeof(aside), "%s.damaged-1", name);
		write_file(in_scratch(aside), "one before", 10);
		(void)snprintf(aside, sizeof(aside), "%s.damaged-2", name);
		obstacle(name, i);
		assert_int_equal(lstat(in_scratch(name), &before), 0);
		x = open_index(in_scratch(name));
		assert_false(index_is_private(x));
		assert_int_equal(found_keys(x, 0, 100), 0);
		add_keys(x, 0, 100);
		assert_int_equal(index_sync(x, &here, &f), 0);
		index_close(x);
		assert_int_equal(lstat(in_scratch(aside), &st), 0);
		assert_int_equal(st.st_ino, before.st_ino);
		assert_int_equal(st.st_mode, before.st_mode);
		assert_int_equal(lstat(in_scratch(name), &st), 0);
		assert_true(S_ISREG(st.st_mode) && st.st_uid == geteuid());
		text = read_file(in_scratch("target"), NULL);
		assert_string_equal(text, MAGIC);
		free(text);
	}
}

static void
private_without_a_directory(void **state)
{
	struct index_state at = {1, 1};
	struct fault f = {0};
	struct index *x;

	(void)state;
	x = open_index(in_scratch("no/such/index"));
	assert_true(index_is_private(x));
	add_keys(x, 0, 5000);
	assert_int_equal(found_keys(x, 0, 6000), 5000);
	assert_int_equal(index_sync(x, &here, &f), 0);
	assert_synced(x, &here);
	assert_true(index_is_current(x, &at));
	assert_true(at.inode == 0 && at.ctime == 0);
	assert_int_equal(index_look(x, &at, &f), 0);
	assert_true(at.inode == 0 && at.ctime == 0);
	assert_int_equal(index_clear(x, &f), 0);
	assert_synced(x, NULL);
	assert_int_equal(found_keys(x, 0, 6000), 0);
	index_close(x);
}

static void
private_without_memory_files(void **state)
{
	no_memfd = 1;
	private_without_a_directory(state);
	no_memfd = 0;
}

static void
reader_changes_nothing(void **state)
{
	const char *path = in_scratch("read");
	struct index_entry e = {1, here};
	struct fault f = {0};
	struct index *x, *view;
	char *before, *after;
	size_t len, now;

	(void)state;
	assert_null(index_view(path, &f));
	assert_int_equal(f.err, ENOENT);
	assert_false(exists(path));
	before = make_index(path, &len);
	fault_clear(&f);
	view = index_view(path, &f);
	assert_non_null(view);
	assert_int_equal(found_keys(view, 0, 200), 100);
	assert_synced(view, &here);
	assert_int_equal(index_add(view, &e, 1, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_int_equal(index_sync(view, &later, &f), -1);
	assert_int_equal(index_clear(view, &f), -1);
	after = read_file(path, &now);
	assert_int_equal(now, len);
	assert_memory_equal(after, before, len);
	x = open_index(path);
	add_keys(x, 100, 150);
	assert_int_equal(found_keys(view, 0, 200), 150);
	index_close(x);
	index_close(view);
	free(before);
	free(after);
}

static void
reader_refuses_other_things(void **state)
{
	static const struct {
		int which;
		enum fault_kind kind;
	} cases[] = {{0, FAULT_STORAGE}, {1, FAULT_DAMAGED}, {2, FAULT_DAMAGED},
	    {4, FAULT_DAMAGED}, {5, FAULT_DAMAGED}};
	struct fault f = {0};
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(name, sizeof(name), "other%zu", i);
		obstacle(name, cases[i].which);
		fault_clear(&f);
		assert_null(index_view(in_scratch(name), &f));
		assert_int_equal(f.kind, cases[i].kind);
	}
}

static void
cleared_is_empty(void **state)
{
	const char *path = in_scratch("cleared");
	struct index_state at;
	struct fault f = {0};
	struct index *x, *other;
	struct stat st;

	(void)state;
	free(make_index(path, NULL));
	x = open_index(path);
	other = open_index(path);
	write_file(in_scratch("cleared.new"), "from before", 11);
	dir_syncs = 0;
	assert_int_equal(index_clear(x, &f), 0);
	assert_int_equal(dir_syncs, 1);
	assert_int_equal(found_keys(x, 0, 100), 0);
	assert_synced(x, NULL);
	assert_true(index_is_current(x, &at));
	assert_false(index_is_current(other, &at));
	assert_false(exists(in_scratch("cleared.new")));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	/* A directory in its place: the old one stays. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0750), 0);
	add_keys(x, 0, 10);
	assert_int_equal(index_clear(x, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_int_equal(found_keys(x, 0, 10), 10);
	assert_false(exists(in_scratch("cleared.new")));
	index_close(x);
	index_close(other);
}

static void
state_is_the_files(void **state)
{
	const char *path = in_scratch("state");
	struct index_state a, b;
	struct fault f = {0};
	struct index *x;
	struct stat st;
	mode_t old = umask(0777);

	(void)state;
	dir_syncs = 0;
	x = open_index(path);
	(void)umask(old);
	assert_int_equal(dir_syncs, 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(index_look(x, &a, &f), 0);
	assert_true(index_is_current(x, &b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.inode, st.st_ino);
	assert_true(a.ctime == (int64_t)st.st_ctim.tv_sec * 1000000000 +
				   st.st_ctim.tv_nsec);
	assert_int_equal(link(path, in_scratch("second")), 0);
	assert_false(index_is_current(x, &b));
	assert_int_equal(unlink(path), 0);
	assert_false(index_is_current(x, &b));
	index_close(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what is no index of ours is put aside",
		obstacles_are_put_aside),
	    TEST("where no file can be made the index is private",
		private_without_a_directory),
	    TEST("so it is where the system has no files in memory",
		private_without_memory_files),
	    TEST("a reader sees what is added, and changes nothing",
		reader_changes_nothing),
	    TEST("a reader refuses what is no index",
		reader_refuses_other_things),
	    TEST("a cleared index is an empty file in the old one's place",
		cleared_is_empty),
	    TEST("its state is that of the file under its name",
		state_is_the_files),
	};

	return RUN(tests);
}

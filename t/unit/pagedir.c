#include <fcntl.h>
#include <sys/wait.h>

#include "unit.h"

#include "access/pagedir.h"
#include "access/pagefile.h"
#include "access/random.h"

/* A new home, empty; good until the next call. */
static const char *
new_home(void)
{
	static char home[256];
	static int n;

	(void)snprintf(home, sizeof(home), "%s/home%d", scratch, ++n);
	assert_int_equal(mkdir(home, 0750), 0);
	return home;
}

static mode_t
mode_of(const char *home, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	pagedir_path(home, path, name);
	return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void
is_made_with_all(void **state)
{
	const char *home = new_home();
	mode_t umask_was = umask(0);
	struct fault f = {0};
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(pagedir_is(home, &f), 0);
	assert_int_equal(pagedir_check(home, &f), 0);
	assert_int_equal(pagedir_make(home, &f), 0);
	assert_int_equal(pagedir_is(home, &f), 1);
	assert_int_equal(mode_of(home, ""), 0750);
	assert_int_equal(mode_of(home, "cache"), 0770);
	assert_int_equal(mode_of(home, "feeds"), 0750);
	assert_int_equal(pagedir_check(home, &f), 0);
	/* What is missing is made again, the rest left. */
	pagedir_path(home, path, "feeds");
	assert_int_equal(rmdir(path), 0);
	pagedir_path(home, path, "cache");
	assert_int_equal(chmod(path, 0700), 0);
	(void)umask(077);
	assert_int_equal(pagedir_make(home, &f), 0);
	assert_int_equal(mode_of(home, "feeds"), 0750);
	assert_int_equal(mode_of(home, "cache"), 0700);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(pagedir_make(home, &f), 0);
	assert_int_equal(mode_of(home, "cache"), 0770);
	(void)umask(umask_was);
}

static void
a_link_is_not_followed(void **state)
{
	const char *home = new_home();
	char path[PATH_MAX], other[256];
	struct fault f = {0};

	(void)state;
	(void)snprintf(other, sizeof(other), "%s/other", home);
	assert_int_equal(mkdir(other, 0700), 0);
	(void)snprintf(other, sizeof(other), "%s/other/kept", home);
	write_file(other, "x", 1);
	pagedir_path(home, path, "");
	assert_int_equal(symlink("other", path), 0);
	assert_int_equal(pagedir_is(home, &f), 0);
	assert_int_equal(pagedir_make(home, &f), -1);
	assert_non_null(strstr(f.text, "is not a directory; move it away"));
	assert_int_equal(unlink(path), 0);
	fault_clear(&f);
	assert_int_equal(pagedir_make(home, &f), 0);
	pagedir_path(home, path, "cache");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("../other", path), 0);
	assert_int_equal(pagedir_clear_cache(home, &f), -1);
	assert_true(exists(other));
}

static void
modes_and_owners_are_judged(void **state)
{
	static const struct {
		const char *name;
		mode_t mode;
		const char *says;
	} cases[] = {{"", 0755, "chmod 750"}, {"cache", 0777, "chmod 770"},
	    {"", 0500, "chmod 750"}, {"cache", 0500, "chmod 770"},
	    {"readers", 0644, "chmod 600"}, {"key", 0640, "chmod 600"}};
	const char *home = new_home();
	struct fault f = {0};
	char path[PATH_MAX];
	mode_t was;
	size_t i;

	(void)state;
	assert_int_equal(pagedir_make(home, &f), 0);
	pagedir_path(home, path, "readers");
	write_file(path, "", 0);
	assert_int_equal(chmod(path, 0600), 0);
	pagedir_path(home, path, "key");
	write_file(path, "", 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(pagedir_check(home, &f), 0);
	for (i = 0; i < COUNT(cases); i++) {
		was = mode_of(home, cases[i].name);
		pagedir_path(home, path, cases[i].name);
		assert_int_equal(chmod(path, cases[i].mode), 0);
		assert_int_equal(pagedir_check(home, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, cases[i].says));
		assert_int_equal(chmod(path, was), 0);
		fault_clear(&f);
		assert_int_equal(pagedir_check(home, &f), 0);
	}
}

static void
cache_is_emptied(void **state)
{
	const char *home = new_home();
	struct fault f = {0};
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(pagedir_clear_cache(home, &f), 0);
	assert_int_equal(pagedir_make(home, &f), 0);
	assert_int_equal(pagedir_clear_cache(home, &f), 0);
	pagedir_path(home, path, "cache/page.sqlite");
	write_file(path, "Jane", 4);
	pagedir_path(home, path, "cache/.hidden");
	write_file(path, "Jane", 4);
	pagedir_path(home, path, "key");
	write_file(path, "k", 1);
	assert_int_equal(pagedir_clear_cache(home, &f), 0);
	assert_true(exists(path));
	pagedir_path(home, path, "cache/.hidden");
	assert_false(exists(path));
	pagedir_path(home, path, "cache/page.sqlite");
	assert_false(exists(path));
	/* What can't be removed is told, and not passed over. */
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(pagedir_clear_cache(home, &f), -1);
	assert_non_null(strstr(f.text, "can't empty"));
}

static void
key_is_made_once(void **state)
{
	char a[PAGEDIR_KEY_SIZE], b[PAGEDIR_KEY_SIZE], path[PATH_MAX];
	const char *home = new_home();
	struct fault f = {0};

	(void)state;
	assert_int_equal(pagedir_key(home, a, &f), -1);
	fault_clear(&f);
	assert_int_equal(pagedir_make(home, &f), 0);
	assert_int_equal(pagedir_key(home, a, &f), 0);
	assert_int_equal(strspn(a, "0123456789abcdef"), 64);
	assert_int_equal(pagedir_key(home, b, &f), 0);
	assert_string_equal(a, b);
	assert_int_equal(mode_of(home, "key"), 0600);
	/* One that is torn is none, nor is a shorter one. */
	pagedir_path(home, path, "key");
	write_file(path, a, 63);
	assert_int_equal(pagedir_key(home, b, &f), 0);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(b), 64);
	write_file(path, a, 64);
	assert_int_equal(pagedir_key(home, b, &f), 0);
	assert_string_equal(a, b);
}

/* All that find none agree on one. */
static void
key_is_one_for_all(void **state)
{
	const char *home = new_home();
	char key[PAGEDIR_KEY_SIZE], line[PAGEDIR_KEY_SIZE];
	struct fault f = {0};
	int pipes[2], i, status;

	(void)state;
	assert_int_equal(pagedir_make(home, &f), 0);
	assert_int_equal(pipe(pipes), 0);
	for (i = 0; i < 6; i++)
		if (fork() == 0) {
			if (pagedir_key(home, key, &f) == -1 ||
			    write(pipes[1], key, sizeof(key)) != sizeof(key))
				_exit(1);
			_exit(0);
		}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	assert_int_equal(pagedir_key(home, key, &f), 0);
	for (i = 0; i < 6; i++) {
		assert_int_equal(
		    read(pipes[0], line, sizeof(line)), sizeof(line));
		assert_string_equal(line, key);
	}
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

static void
file_is_replaced_whole(void **state)
{
	struct bytes b = {0}, read_back = {0};
	const char *path = in_scratch("file");
	struct fault f = {0};
	struct stat st;

	(void)state;
	assert_int_equal(pagefile_read(path, &b, &f), 0);
	bytes_adds(&b, "one\n");
	assert_int_equal(pagefile_write(path, &b, &f), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* What one that was killed has left is no hindrance. */
	write_file(in_scratch("file.new"), "half", 4);
	bytes_adds(&b, "two\n");
	assert_int_equal(pagefile_write(path, &b, &f), 0);
	assert_false(exists(in_scratch("file.new")));
	assert_int_equal(pagefile_read(path, &read_back, &f), 1);
	assert_int_equal(read_back.len, 8);
	assert_memory_equal(read_back.data, "one\ntwo\n", 8);
	bytes_free(&b);
	bytes_free(&read_back);
}

static void
odd_files_are_refused(void **state)
{
	const char *path = in_scratch("odd");
	struct bytes b = {0};
	struct fault f = {0};
	int fd;

	(void)state;
	assert_int_equal(symlink("file", path), 0);
	assert_int_equal(pagefile_read(path, &b, &f), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	fault_clear(&f);
	assert_int_equal(pagefile_read(path, &b, &f), -1);
	assert_non_null(strstr(f.text, "not a plain file"));
	assert_int_equal(unlink(path), 0);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd != -1);
	assert_int_equal(ftruncate(fd, PAGEFILE_MAX), 0);
	bytes_reset(&b);
	fault_clear(&f);
	assert_int_equal(pagefile_read(path, &b, &f), 1);
	assert_int_equal(ftruncate(fd, PAGEFILE_MAX + 1), 0);
	bytes_reset(&b);
	assert_int_equal(pagefile_read(path, &b, &f), -1);
	assert_non_null(strstr(f.text, "larger than 1 MiB"));
	(void)close(fd);
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the page's directory is made with all that belongs in it, "
		 "whatever the umask",
		is_made_with_all),
	    TEST("a link in its place, or in the cache's, is not followed",
		a_link_is_not_followed),
	    TEST("a wrong mode is told with its remedy",
		modes_and_owners_are_judged),
	    TEST("the cache is emptied, and nothing else", cache_is_emptied),
	    TEST("the key is made once, and anew where it is none",
		key_is_made_once),
	    TEST("processes that make the key at once agree on one",
		key_is_one_for_all),
	    TEST("a file is replaced as a whole", file_is_replaced_whole),
	    TEST("no link, no FIFO and no large file is read",
		odd_files_are_refused),
	};

	return RUN(tests);
}

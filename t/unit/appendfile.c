#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/appendfile.h"

static int
append(struct appendfile *a, const char *text, struct fault *f)
{
	struct bytes b = {0};
	int torn, rc;

	bytes_adds(&b, text);
	rc = bytes_check(&b, f);
	if (rc == 0)
		rc = appendfile_write(a, &b, &torn, f);
	bytes_free(&b);
	return rc;
}

static void
appends_go_to_the_end(void **state)
{
	const char *path = in_scratch("plain");
	struct appendfile_state at;
	struct fault f = {0};
	struct appendfile *a;
	char *text;

	(void)state;
	a = appendfile_open(path, APPENDFILE_CREATE, &f);
	assert_non_null(a);
	assert_int_equal(append(a, "one\n", &f), 0);
	assert_int_equal(append(a, "two\n", &f), 0);
	assert_int_equal(appendfile_sync(a, &f), 0);
	assert_int_equal(appendfile_look(a, &at, &f), 0);
	assert_int_equal(at.size, 8);
	assert_int_equal(appendfile_cut(a, 4, &f), 0);
	assert_int_equal(append(a, "three\n", &f), 0);
	appendfile_close(a);
	text = read_file(path, NULL);
	assert_string_equal(text, "one\nthree\n");
	free(text);
}

static void
mode_is_ours(void **state)
{
	static const mode_t masks[] = {0, 022, 077, 0777};
	struct fault f = {0};
	struct stat st;
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(masks); i++) {
		mode_t old = umask(masks[i]);

		(void)snprintf(name, sizeof(name), "mode%zu", i);
		appendfile_close(
		    appendfile_open(in_scratch(name), APPENDFILE_CREATE, &f));
		(void)strcat(name, "d");
		assert_int_equal(appendfile_mkdir(in_scratch(name), &f), 0);
		(void)umask(old);
		assert_int_equal(stat(in_scratch(name), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0750);
		name[strlen(name) - 1] = '\0';
		assert_int_equal(stat(in_scratch(name), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0640);
	}
}

/* Writes beyond a limit fail in mid-write, as on a full disk. */
static void
failed_write_is_cut_back(void **state)
{
	const char *path = in_scratch("limited");
	struct rlimit limit = {100, 100};
	struct fault f = {0};
	struct appendfile *a;
	char big[301], *text;
	pid_t pid;
	int status;

	(void)state;
	memset(big, 'b', 300);
	big[300] = '\0';
	a = appendfile_open(path, APPENDFILE_CREATE, &f);
	assert_non_null(a);
	assert_int_equal(append(a, "before\n", &f), 0);
	if ((pid = fork()) == 0) {
		(void)signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) == -1 ||
		    append(a, big, &f) != -1 || f.err != EFBIG ||
		    f.kind != FAULT_STORAGE)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	appendfile_close(a);
	text = read_file(path, NULL);
	assert_string_equal(text, "before\n");
	free(text);
}

static void
other_things_are_refused(void **state)
{
	static const char *const names[] = {"fifo", "link", "dir", "hard"};
	struct fault f = {0};
	char *text;
	size_t i;

	(void)state;
	write_file(in_scratch("target"), "target", 6);
	assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
	assert_int_equal(symlink("target", in_scratch("link")), 0);
	assert_int_equal(mkdir(in_scratch("dir"), 0700), 0);
	assert_int_equal(link(in_scratch("target"), in_scratch("hard")), 0);
	for (i = 0; i < COUNT(names); i++) {
		fault_clear(&f);
		assert_null(appendfile_open(
		    in_scratch(names[i]), APPENDFILE_CREATE, &f));
		assert_int_equal(f.kind, FAULT_STORAGE);
		if (strstr(f.text, "move it away") == NULL)
			fail_msg("%s: %s", names[i], f.text);
	}
	if (geteuid() == 0) {
		write_file(in_scratch("theirs"), "", 0);
		assert_int_equal(chown(in_scratch("theirs"), 1, 1), 0);
		fault_clear(&f);
		assert_null(appendfile_open(
		    in_scratch("theirs"), APPENDFILE_APPEND, &f));
		assert_non_null(strstr(f.text, "another user"));
	}
	text = read_file(in_scratch("target"), NULL);
	assert_string_equal(text, "target");
	free(text);
}

static void
who_only_looks_may_see_anothers_file(void **state)
{
	static const char *const refused[] = {"fifo", "link", "dir"};
	static const char *const taken[] = {"hard", "theirs"};
	struct appendfile *a;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(refused); i++) {
		assert_null(appendfile_open(
		    in_scratch(refused[i]), APPENDFILE_VIEW, &f));
		fault_clear(&f);
	}
	for (i = 0; i < (geteuid() == 0 ? COUNT(taken) : 1); i++) {
		a = appendfile_open(in_scratch(taken[i]), APPENDFILE_VIEW, &f);
		assert_non_null(a);
		assert_int_equal(append(a, "x", &f), -1);
		fault_clear(&f);
		appendfile_close(a);
	}
}

static void
missing_is_told_by_errno(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_null(
	    appendfile_open(in_scratch("missing"), APPENDFILE_APPEND, &f));
	assert_int_equal(f.err, ENOENT);
	assert_false(exists(in_scratch("missing")));
}

static void
replaced_is_noticed(void **state)
{
	const char *path = in_scratch("replaced");
	struct fault f = {0};
	struct appendfile_state at;
	struct appendfile *a;

	(void)state;
	a = appendfile_open(path, APPENDFILE_CREATE, &f);
	assert_non_null(a);
	assert_true(appendfile_is_current(a, &at));
	assert_int_equal(unlink(path), 0);
	assert_false(appendfile_is_current(a, &at));
	write_file(path, "", 0);
	assert_false(appendfile_is_current(a, &at));
	appendfile_close(a);
}

static void
has_text(const char *path, const char *expected)
{
	char *text = read_file(path, NULL);

	assert_string_equal(text, expected);
	free(text);
}

static void
a_look_at_a_path_opens_nothing(void **state)
{
	struct appendfile_state at;

	(void)state;
	write_file(in_scratch("stat"), "four", 4);
	assert_int_equal(appendfile_stat(in_scratch("stat"), &at), 0);
	assert_int_equal(at.size, 4);
	assert_true(at.inode > 0 && at.mtime > 0 && at.ctime >= at.mtime);
	assert_int_equal(appendfile_stat(in_scratch("no-stat"), &at), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkdir(in_scratch("stat-dir"), 0750), 0);
	assert_int_equal(appendfile_stat(in_scratch("stat-dir"), &at), -1);
	assert_int_equal(errno, EINVAL);
}

static void
new_replaces_nothing(void **state)
{
	const char *path = in_scratch("made-new");
	struct appendfile *a;
	struct fault f = {0};

	(void)state;
	a = appendfile_open(path, APPENDFILE_ANEW, &f);
	assert_non_null(a);
	assert_int_equal(append(a, "one", &f), 0);
	assert_int_equal(appendfile_publish_new(a, &f), 0);
	has_text(path, "one");
	a = appendfile_open(path, APPENDFILE_ANEW, &f);
	assert_non_null(a);
	assert_int_equal(append(a, "two", &f), 0);
	assert_int_equal(appendfile_publish_new(a, &f), -1);
	assert_int_equal(f.err, EEXIST);
	has_text(path, "one");
	assert_false(exists(in_scratch("made-new.new")));
}

static void
who_only_looks_needs_no_own_file(void **state)
{
	const char *path = in_scratch("looked-at");
	struct fault f = {0};
	struct appendfile_state at;
	struct appendfile *a;

	(void)state;
	write_file(path, "abc", 3);
	assert_int_equal(link(path, in_scratch("hard-link")), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(path, 65534, 65534), 0);
	assert_null(appendfile_open(path, APPENDFILE_READ, &f));
	fault_clear(&f);
	a = appendfile_open(path, APPENDFILE_VIEW, &f);
	assert_non_null(a);
	assert_true(appendfile_is_current(a, &at));
	appendfile_close(a);
	assert_int_equal(mkfifo(in_scratch("pipe"), 0600), 0);
	assert_null(appendfile_open(in_scratch("pipe"), APPENDFILE_VIEW, &f));
	assert_non_null(strstr(f.text, "not a plain file"));
}

static void
anew_takes_its_place(void **state)
{
	const char *path = in_scratch("whole");
	char next[PATH_MAX];
	struct appendfile *a;
	struct fault f = {0};
	int publish;

	(void)state;
	appendfile_new_path(next, path);
	for (publish = 0; publish < 2; publish++) {
		write_file(path, "old", 3);
		write_file(next, "of an earlier try", 17);
		a = appendfile_open(path, APPENDFILE_ANEW, &f);
		assert_non_null(a);
		assert_int_equal(append(a, "new", &f), 0);
		has_text(next, "new");
		has_text(path, "old");
		if (publish)
			assert_int_equal(appendfile_publish(a, &f), 0);
		else
			appendfile_discard(a);
		has_text(path, publish ? "new" : "old");
		assert_int_equal(access(next, F_OK), -1);
	}
	/* What can't take its place is removed. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0750), 0);
	a = appendfile_open(path, APPENDFILE_ANEW, &f);
	assert_non_null(a);
	assert_int_equal(appendfile_publish(a, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_int_equal(access(next, F_OK), -1);
	appendfile_discard(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("appends go to the end, also after a cut",
		appends_go_to_the_end),
	    TEST("modes are 0640 and 0750 whatever the umask", mode_is_ours),
	    TEST("a write that fails half-way is cut back",
		failed_write_is_cut_back),
	    TEST("a FIFO, a link, a directory or another's file is refused",
		other_things_are_refused),
	    TEST("a reader may see another's file, and nothing more",
		who_only_looks_may_see_anothers_file),
	    TEST("a missing file is told by errno and not made",
		missing_is_told_by_errno),
	    TEST("a file that was replaced is noticed", replaced_is_noticed),
	    TEST("one written anew takes its place whole, or is removed",
		anew_takes_its_place),
	    TEST("a reader needs no file of their own",
		who_only_looks_needs_no_own_file),
	    TEST("a look at a path tells how a plain file stands",
		a_look_at_a_path_opens_nothing),
	    TEST("what is put in a new place replaces nothing",
		new_replaces_nothing),
	};

	return RUN(tests);
}

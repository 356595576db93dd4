#include <fcntl.h>
#include <sys/wait.h>

#include "unit.h"

#include "access/pagedir.h"
#include "access/readers.h"

#define HASH "$y$jAT$salt$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37"

/* The path of the readers file, in a home that has all. */
static const char *
readers_path(void)
{
	static char path[PATH_MAX];
	struct fault f = {0};

	assert_int_equal(pagedir_make(scratch, &f), 0);
	pagedir_path(scratch, path, "readers");
	return path;
}

static void
put(const char *text)
{
	write_file(readers_path(), text, strlen(text));
}

/* What the file has now; free it. */
static char *
get(void)
{
	return read_file(readers_path(), NULL);
}

static void
look(struct readers *rs, const char *text)
{
	struct fault f = {0};

	put(text);
	assert_int_equal(readers_look(rs, scratch, &f), 0);
}

static void
nobody_without_a_file(void **state)
{
	struct readers rs = {0};
	struct fault f = {0};

	(void)state;
	(void)unlink(readers_path());
	assert_int_equal(readers_read(&rs, scratch, &f), 0);
	assert_int_equal(rs.n, 0);
	assert_int_equal(rs.wrong_line, 0);
	assert_null(readers_find(&rs, "anna"));
	look(&rs, "");
	assert_int_equal(rs.n, 0);
	look(&rs, "\xef\xbb\xbf");
	assert_int_equal(rs.n, 0);
	look(&rs, "\n  \r\n# anna " HASH "\n   # ben x\n");
	assert_int_equal(rs.n, 0);
	assert_int_equal(rs.wrong_line, 0);
	readers_free(&rs);
}

static void
lines_are_read(void **state)
{
	static const char *const texts[] = {"anna " HASH
					    " main events\nben -\n",
	    "anna " HASH " main events\nben -",
	    "\xef\xbb\xbf"
	    "anna\t" HASH "\tmain,events \r\n\r\nben - \t\r\n",
	    "# who\n  anna   " HASH "  main, events\n\n\tben\t-\t\n"};
	struct readers rs = {0};
	const struct reader *r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		look(&rs, texts[i]);
		assert_int_equal(rs.n, 2);
		assert_int_equal(rs.wrong_line, 0);
		assert_non_null(r = readers_find(&rs, "anna"));
		assert_string_equal(r->hash, HASH);
		assert_int_equal(r->nendpoints, 2);
		assert_string_equal(r->endpoints[0], "main");
		assert_string_equal(r->endpoints[1], "events");
		assert_non_null(r = readers_find(&rs, "ben"));
		assert_string_equal(r->hash, "-");
		assert_int_equal(r->nendpoints, 0);
		assert_null(readers_find(&rs, "Anna"));
	}
	readers_free(&rs);
}

static void
wrong_lines_keep_only_themselves_out(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {{"an/na secretsecret", "begins with no name"},
	    {"anna:secretsecret", "begins with no name"},
	    {"anna", "no password"}, {"anna short", "too short"},
	    {"anna passwordwith blanks In It", "has no blanks"},
	    {"anna " HASH " Main", "no endpoint's name"},
	    {"anna " HASH " health", "no endpoint's name"},
	    {"anna $2y$05$k2XAnEHBqQ1Ct2aMXFKNa/PrUcO5ZpLqCrp0BG22QVjYZ",
		"of another kind"},
	    {"anna $y$jAT$damaged", "damaged"}, {"ben " HASH, "stood before"}};
	struct readers rs = {0};
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(text, sizeof(text),
		    "ben " HASH "\n%s\ncarl " HASH " main\n", cases[i].line);
		look(&rs, text);
		assert_int_equal(rs.n, 2);
		assert_int_equal(rs.wrong_line, 2);
		assert_non_null(strstr(rs.wrong.text, "readers line 2: "));
		assert_non_null(strstr(rs.wrong.text, cases[i].says));
		/* Neither a password nor a part of one. */
		assert_null(strstr(rs.wrong.text, "secretsecret"));
		assert_null(strstr(rs.wrong.text, "In It"));
		assert_non_null(readers_find(&rs, "ben"));
		assert_non_null(readers_find(&rs, "carl"));
		/* Where a web server knows them they see nothing. */
		assert_int_equal(readers_keep_out(&rs, "anna"),
		    strncmp(cases[i].line, "anna ", 5) == 0 ||
			strcmp(cases[i].line, "anna") == 0);
		assert_false(readers_keep_out(&rs, "ben"));
		assert_false(readers_keep_out(&rs, "carl"));
		assert_false(readers_keep_out(&rs, ""));
	}
	readers_free(&rs);
	assert_false(readers_keep_out(&rs, "anna"));
}

static void
names_have_a_form(void **state)
{
	char name[READERS_NAME_SIZE + 1];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[64] = '\0';
	assert_true(reader_is_name(name));
	name[64] = 'a';
	name[65] = '\0';
	assert_false(reader_is_name(name));
	assert_true(reader_is_name("anna.b@example-site.com"));
	assert_false(reader_is_name(""));
	assert_false(reader_is_name("j\xc3\xb6rg"));
	assert_false(reader_is_name("a b"));
	assert_false(reader_is_name("a/b"));
}

static void
passwords_become_hashes(void **state)
{
	static const char before[] = "\xef\xbb\xbf# those of sales\r\n"
				     "anna  correct-horse   main\r\n"
				     "x bad\r\n"
				     "  ben\tbattery-staple \r\n"
				     "ben another-staple\r\n"
				     "# the end";
	struct readers rs = {0}, again = {0};
	struct fault f = {0};
	char *text, *twice, expected[1024];

	(void)state;
	put(before);
	assert_int_equal(readers_look(&rs, scratch, &f), 0);
	assert_string_equal(readers_find(&rs, "anna")->hash, "");
	text = get();
	assert_string_equal(text, before);
	free(text);
	assert_int_equal(readers_read(&rs, scratch, &f), 0);
	assert_int_equal(rs.n, 2);
	assert_int_equal(password_matches("correct-horse",
			     readers_find(&rs, "anna")->hash, &f),
	    1);
	assert_int_equal(password_matches("battery-staple",
			     readers_find(&rs, "ben")->hash, &f),
	    1);
	/* All else is as it was. */
	(void)snprintf(expected, sizeof(expected),
	    "\xef\xbb\xbf# those of sales\r\nanna  %s   main\r\nx bad\r\n"
	    "  ben\t%s \r\nben another-staple\r\n# the end",
	    rs.list[0].hash, rs.list[1].hash);
	text = get();
	assert_string_equal(text, expected);
	/* And it stays so: no password is hashed twice. */
	assert_int_equal(readers_read(&again, scratch, &f), 0);
	assert_string_equal(again.list[0].hash, rs.list[0].hash);
	twice = get();
	assert_string_equal(twice, text);
	free(text);
	free(twice);
	readers_free(&rs);
	readers_free(&again);
}

/* Whoever hashes finds that the other was first, and takes what it wrote. */
static void
hashed_by_two_at_once(void **state)
{
	struct readers rs = {0};
	struct fault f = {0};
	int i, status;

	(void)state;
	put("anna correct-horse\nben battery-staple\n");
	for (i = 0; i < 3; i++)
		if (fork() == 0) {
			if (readers_read(&rs, scratch, &f) == -1 || rs.n != 2)
				_exit(1);
			_exit(password_matches(
				  "correct-horse", rs.list[0].hash, &f) == 1
				  ? 0
				  : 2);
		}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	assert_int_equal(readers_look(&rs, scratch, &f), 0);
	assert_true(password_is_hash(rs.list[0].hash));
	assert_true(password_is_hash(rs.list[1].hash));
	readers_free(&rs);
}

static void
unwritable_is_told(void **state)
{
	struct readers rs = {0};
	struct fault f = {0};
	char path[PATH_MAX];

	(void)state;
	put("anna correct-horse\n");
	/* A directory in the way of the new file, which root can't pass by. */
	pagedir_path(scratch, path, "readers.new");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(readers_read(&rs, scratch, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	fault_clear(&f);
	/* A hash needs no writing. */
	put("anna " HASH "\n");
	assert_int_equal(readers_read(&rs, scratch, &f), 0);
	assert_int_equal(rmdir(path), 0);
	readers_free(&rs);
}

static void
no_other_bytes_are_a_text(void **state)
{
	static const char utf16[] = "\xff\xfe"
				    "a\0n\0n\0a\0 \0x\0\n";
	struct readers rs = {0};
	struct fault f = {0};

	(void)state;
	write_file(readers_path(), utf16, sizeof(utf16));
	assert_int_equal(readers_read(&rs, scratch, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_non_null(strstr(f.text, "save it as UTF-8"));
	readers_free(&rs);
}

static void
lines_are_changed(void **state)
{
	static char endpoint[2][ENDPOINT_NAME_SIZE] = {"main", "events"};
	struct reader anna = {.name = "anna", .hash = HASH};
	struct reader dora = {.name = "dora",
	    .hash = "-",
	    .endpoints = endpoint,
	    .nendpoints = 2};
	struct reader wrong = {.name = "x\ny", .hash = HASH};
	struct fault f = {0};
	char *text;

	(void)state;
	put("# mine\nanna old-password main\nben -\nanna " HASH "\nann -\n");
	assert_int_equal(readers_set(scratch, &anna, &f), 0);
	assert_int_equal(readers_set(scratch, &dora, &f), 0);
	text = get();
	/* Of two lines of a name none is left to come into force. */
	assert_string_equal(text, "# mine\nanna " HASH "\nben -\nann -\n"
				  "dora - main events\n");
	free(text);
	assert_int_equal(readers_remove(scratch, "anna", &f), 1);
	assert_int_equal(readers_remove(scratch, "anna", &f), 0);
	assert_int_equal(readers_remove(scratch, "dora", &f), 1);
	text = get();
	assert_string_equal(text, "# mine\nben -\nann -\n");
	free(text);
	put("ben -\r\nann -");
	assert_int_equal(readers_set(scratch, &anna, &f), 0);
	text = get();
	assert_string_equal(text, "ben -\r\nann -\r\nanna " HASH "\r\n");
	free(text);
	put("\xef\xbb\xbf"
	    "ben x\n");
	assert_int_equal(readers_remove(scratch, "ben", &f), 1);
	text = get();
	assert_string_equal(text, "\xef\xbb\xbf");
	free(text);
	assert_int_equal(readers_set(scratch, &wrong, &f), -1);
	assert_int_equal(unlink(readers_path()), 0);
	fault_clear(&f);
	assert_int_equal(readers_set(scratch, &anna, &f), 0);
	text = get();
	assert_string_equal(text, "anna " HASH "\n");
	free(text);
}

/* Each adds one, at once: all are there. */
static void
changed_by_many_at_once(void **state)
{
	struct readers rs = {0};
	struct reader r = {.hash = HASH};
	struct fault f = {0};
	int i, status;

	(void)state;
	put("");
	for (i = 0; i < 5; i++)
		if (fork() == 0) {
			(void)snprintf(r.name, sizeof(r.name), "reader%d", i);
			_exit(readers_set(scratch, &r, &f) == 0 ? 0 : 1);
		}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	assert_int_equal(readers_look(&rs, scratch, &f), 0);
	assert_int_equal(rs.n, 5);
	readers_free(&rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("without a file, or with comments only, there is nobody",
		nobody_without_a_file),
	    TEST("lines are read, by whatever editor they were written",
		lines_are_read),
	    TEST("a wrong line keeps only its reader out, and is told without "
		 "a word of it",
		wrong_lines_keep_only_themselves_out),
	    TEST("a reader's name has letters, digits and . _ @ -",
		names_have_a_form),
	    TEST("a password becomes its hash, and all else stays",
		passwords_become_hashes),
	    TEST("processes that hash at once agree", hashed_by_two_at_once),
	    TEST("a password that can't be replaced is told",
		unwritable_is_told),
	    TEST("UTF-16 is told, and nobody's", no_other_bytes_are_a_text),
	    TEST("a reader's line is set and removed, and others stay",
		lines_are_changed),
	    TEST("processes that add readers at once lose none",
		changed_by_many_at_once),
	};

	return RUN(tests);
}

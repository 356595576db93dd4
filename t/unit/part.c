#include "home.h"

#include <fcntl.h>

#define LEADS   "sheets/leads-" DAY ".csv"
#define LEADS_2 "sheets/leads-" DAY "-2.csv"
#define LEADS_3 "sheets/leads-" DAY "-3.csv"

/* A day with two deliveries of two leads each, and the store closed. */
static void
make_day(struct home *h, const char *name)
{
	struct store *s;

	make_home(h, name);
	s = open_store(h);
	put(s, "a", 2, NOON);
	put(s, "b", 2, NOON);
	store_close(s);
}

static void
put_one(struct home *h, const char *id)
{
	struct store *s = open_store(h);

	put(s, id, 1, NOON);
	store_close(s);
}

static void
append_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "a");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* What a person may do to a sheet, and a shell can. */
static const char *const edits[] = {
    "printf 'by hand\\r\\n' >> \"$1\"",
    "sed -i '2d' \"$1\"",
    "sed -i 's/a-0/A-0/' \"$1\"",
    "sed -i 's/,/;/g' \"$1\"",
    "sed -i 's/\\r$//' \"$1\"",
    "truncate -s -2 \"$1\" && printf '\\n' >> \"$1\"",
    "truncate -s -2 \"$1\"",
    "sed -i '$d' \"$1\"",
    "printf x | dd of=\"$1\" bs=1 seek=300 conv=notrunc status=none",
};

static void
edited_sheet_is_left_alone(void **state)
{
	char command[PATH_MAX * 2], name[16], *before, *after;
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(edits); i++) {
		(void)snprintf(name, sizeof(name), "edit%zu", i);
		make_day(&h, name);
		(void)snprintf(command, sizeof(command), "set -- '%s'; %s",
		    at_home(&h, LEADS), edits[i]);
		assert_int_equal(system(command), 0);
		before = read_file(at_home(&h, LEADS), NULL);
		put_one(&h, "c");
		put_one(&h, "d");
		after = read_file(at_home(&h, LEADS), NULL);
		assert_string_equal(after, before);
		/* The new rows, each once, under a header of their own. */
		assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 2);
		assert_int_equal(count_in(at_home(&h, LEADS_2), "c-0"), 1);
		assert_int_equal(
		    count_in(at_home(&h, LEADS_2), "received_at"), 1);
		free(before);
		free(after);
	}
}

static void
second_part_may_be_edited_too(void **state)
{
	struct home h;

	(void)state;
	make_day(&h, "twice");
	append_text(at_home(&h, LEADS), "x\r\n");
	put_one(&h, "c");
	append_text(at_home(&h, LEADS_2), "y\r\n");
	put_one(&h, "d");
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1 + 1);
	assert_int_equal(lines_in(at_home(&h, LEADS_3)), 1 + 1);
	assert_int_equal(count_in(at_home(&h, LEADS_3), "d-0"), 1);
}

static void
deleted_sheet_is_made_again(void **state)
{
	char *before, *after;
	struct home h;
	size_t n;

	(void)state;
	make_day(&h, "deleted");
	before = read_file(at_home(&h, LEADS), &n);
	assert_int_equal(unlink(at_home(&h, LEADS)), 0);
	put_one(&h, "c");
	after = read_file(at_home(&h, LEADS), NULL);
	assert_memory_equal(after, before, n);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 5);
	assert_false(exists(at_home(&h, LEADS_2)));
	free(before);
	free(after);
}

static void
copied_back_is_no_edit(void **state)
{
	char command[PATH_MAX * 3];
	struct home h;

	(void)state;
	make_day(&h, "copied");
	(void)snprintf(command, sizeof(command),
	    "cp '%s' '%s.x' && mv '%s.x' '%s'", at_home(&h, LEADS),
	    at_home(&h, LEADS), at_home(&h, LEADS), at_home(&h, LEADS));
	assert_int_equal(system(command), 0);
	put_one(&h, "c");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 5);
	assert_false(exists(at_home(&h, LEADS_2)));
}

static void
lost_index_changes_nothing(void **state)
{
	struct home h;
	char *text;

	(void)state;
	make_day(&h, "lost");
	assert_int_equal(unlink(at_home(&h, "index.sqlite")), 0);
	put_one(&h, "c");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 5);
	assert_false(exists(at_home(&h, LEADS_2)));
	/* An edited part tells by its lines how many rows it has. */
	text = read_file(at_home(&h, LEADS), NULL);
	text[10] = 'X';
	write_file(at_home(&h, LEADS), text, strlen(text));
	free(text);
	put_one(&h, "d");
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
	assert_int_equal(unlink(at_home(&h, "index.sqlite")), 0);
	put_one(&h, "e");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 5);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 2);
	assert_false(exists(at_home(&h, LEADS_3)));
}

/* Put a time on a file, in seconds after noon of the day. */
static void
set_time(const char *path, int64_t after_noon)
{
	time_t t = (time_t)(NOON / UTC_SECOND + after_noon);
	struct timespec both[2] = {{t, 0}, {t, 0}};

	assert_int_equal(utimensat(AT_FDCWD, path, both, 0), 0);
}

/* The next boot, an hour after noon. */
static void
restart(struct home *h)
{
	(void)strcpy(h->boot.id, "next-run");
	h->boot.time = NOON + 3600 * UTC_SECOND;
}

/* As a power cut leaves it: as long as it was, with NULs inside. */
static void
damaged_sheet_is_made_again(void **state)
{
	static const char nuls[50];
	struct home h;
	FILE *f;

	(void)state;
	make_day(&h, "damaged");
	f = fopen(at_home(&h, LEADS), "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, 300, SEEK_SET), 0);
	assert_int_equal(fwrite(nuls, 1, sizeof(nuls), f), sizeof(nuls));
	assert_int_equal(fclose(f), 0);
	set_time(at_home(&h, LEADS), 1);
	restart(&h);
	put_one(&h, "c");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 5);
	assert_false(exists(at_home(&h, LEADS_2)));
	assert_true(exists(at_home(&h, "sheets/replaced/leads-" DAY ".csv.1")));
}

/* Some text, or a copy of the first part, by someone who knows our names. */
static void
own_file_in_the_next_parts_place_is_left_alone(void **state)
{
	static const char *const files[] = {"my own notes\r\n", NULL};
	struct home h;
	char *before, *after, *copy;
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(files); i++) {
		(void)snprintf(name, sizeof(name), "own%zu", i);
		make_home(&h, name);
		put_one(&h, "first-delivery");
		copy = read_file(at_home(&h, LEADS), NULL);
		append_text(at_home(&h, LEADS), "by hand\r\n");
		set_time(at_home(&h, LEADS), 600);
		append_text(
		    at_home(&h, LEADS_2), files[i] != NULL ? files[i] : copy);
		set_time(at_home(&h, LEADS_2), 900);
		before = read_file(at_home(&h, LEADS_2), NULL);
		restart(&h);
		put_one(&h, "second-delivery");
		after = read_file(at_home(&h, LEADS_2), NULL);
		assert_string_equal(after, before);
		assert_int_equal(lines_in(at_home(&h, LEADS_3)), 1 + 1);
		assert_false(exists(at_home(&h, "sheets/replaced")));
		free(before);
		free(after);
		free(copy);
	}
}

/*
 * The same, of a second part: the delivery that began it was never journalled,
 * and the one before it, of the first part, came long ago.
 */
static void
damaged_part_is_made_again(void **state)
{
	struct home h;

	(void)state;
	make_day(&h, "damagedpart");
	append_text(at_home(&h, LEADS), "by hand\r\n");
	set_time(at_home(&h, LEADS), 600);
	append_text(at_home(&h, LEADS_2), "half a ro");
	set_time(at_home(&h, LEADS_2), 900);
	restart(&h);
	put_one(&h, "c");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 5);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
	assert_false(exists(at_home(&h, LEADS_3)));
	assert_true(
	    exists(at_home(&h, "sheets/replaced/leads-" DAY "-2.csv.1")));
}

/*
 * A restart is no reason to touch what someone has edited, whether the file
 * was saved before it or after, in place or anew.
 */
static void
edit_and_restart_is_an_edit(void **state)
{
	static const struct {
		const char *name;
		const char *edit;
		int64_t saved; /* seconds after the last delivery */
	} cases[] = {{"restart0", "printf 'by hand\r\n' >> \"$1\"", 600},
	    {"restart1", "printf 'by hand\r\n' >> \"$1\"", 7200},
	    {"restart2", "sed -i 's/a-0/A-0/' \"$1\"", 5}};
	char command[PATH_MAX * 2], *before, *after;
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		make_day(&h, cases[i].name);
		(void)snprintf(command, sizeof(command), "set -- '%s'; %s",
		    at_home(&h, LEADS), cases[i].edit);
		assert_int_equal(system(command), 0);
		set_time(at_home(&h, LEADS), cases[i].saved);
		restart(&h);
		before = read_file(at_home(&h, LEADS), NULL);
		put_one(&h, "c");
		after = read_file(at_home(&h, LEADS), NULL);
		assert_string_equal(after, before);
		assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
		assert_false(exists(at_home(&h, "sheets/replaced")));
		free(before);
		free(after);
	}
}

/*
 * Nor is a delivery that came after the edit, with an index that a power cut
 * kept from hearing of it.
 */
static void
edit_before_a_delivery_is_an_edit(void **state)
{
	char command[PATH_MAX * 2], *before, *after;
	struct store *s;
	struct home h;

	(void)state;
	make_day(&h, "editbefore");
	(void)snprintf(command, sizeof(command),
	    "cd '%s' && mkdir old && cp index.sqlite* old/", h.endpoint.dir);
	assert_int_equal(system(command), 0);
	append_text(at_home(&h, LEADS), "by hand\r\n");
	set_time(at_home(&h, LEADS), 600);
	before = read_file(at_home(&h, LEADS), NULL);
	s = open_store(&h);
	put(s, "c", 1, NOON + 1200 * UTC_SECOND);
	store_close(s);
	(void)snprintf(command, sizeof(command),
	    "cd '%s' && rm index.sqlite* && cp old/* .", h.endpoint.dir);
	assert_int_equal(system(command), 0);
	restart(&h);
	put_one(&h, "d");
	after = read_file(at_home(&h, LEADS), NULL);
	assert_string_equal(after, before);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 2);
	assert_false(exists(at_home(&h, "sheets/replaced")));
	free(before);
	free(after);
}

static void
all_deleted_are_made_again(void **state)
{
	char command[PATH_MAX * 2];
	struct home h;

	(void)state;
	make_day(&h, "alldeleted");
	append_text(at_home(&h, LEADS), "x\r\n");
	put_one(&h, "c");
	(void)snprintf(
	    command, sizeof(command), "rm '%s'/leads-*", at_home(&h, "sheets"));
	assert_int_equal(system(command), 0);
	put_one(&h, "d");
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 6);
	assert_false(exists(at_home(&h, LEADS_2)));
}

/* An old index is no reason to write into an edited file. */
static void
older_index_is_no_excuse(void **state)
{
	char command[PATH_MAX * 4], *before, *after;
	struct home h;

	(void)state;
	make_day(&h, "olderindex");
	(void)snprintf(command, sizeof(command),
	    "cd '%s' && cp index.sqlite old && cp index.sqlite-wal old-wal",
	    h.endpoint.dir);
	assert_int_equal(system(command), 0);
	put_one(&h, "c");
	(void)snprintf(command, sizeof(command),
	    "cd '%s' && printf X | dd of=" LEADS " bs=1 seek=300 "
	    "conv=notrunc status=none",
	    h.endpoint.dir);
	assert_int_equal(system(command), 0);
	put_one(&h, "d");
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
	(void)snprintf(command, sizeof(command),
	    "cd '%s' && cp old index.sqlite && cp old-wal index.sqlite-wal && "
	    "rm -f index.sqlite-shm",
	    h.endpoint.dir);
	assert_int_equal(system(command), 0);
	before = read_file(at_home(&h, LEADS), NULL);
	put_one(&h, "e");
	after = read_file(at_home(&h, LEADS), NULL);
	assert_string_equal(after, before);
	free(before);
	free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a sheet that was edited is left alone",
		edited_sheet_is_left_alone),
	    TEST("so is the second part", second_part_may_be_edited_too),
	    TEST("a sheet that was deleted is made again, whole",
		deleted_sheet_is_made_again),
	    TEST("a sheet that was moved and is the same is no edit",
		copied_back_is_no_edit),
	    TEST("without its index a day goes on where it stood",
		lost_index_changes_nothing),
	    TEST("a sheet that a power cut damaged is made again",
		damaged_sheet_is_made_again),
	    TEST("and a part that was just begun", damaged_part_is_made_again),
	    TEST("but not someone's own file in its place",
		own_file_in_the_next_parts_place_is_left_alone),
	    TEST("an edit is an edit, whatever restart comes after it",
		edit_and_restart_is_an_edit),
	    TEST("nor is a delivery between the two",
		edit_before_a_delivery_is_an_edit),
	    TEST("who takes all sheets away gets them again, whole",
		all_deleted_are_made_again),
	    TEST("an older index is no excuse to write into an edited file",
		older_index_is_no_excuse),
	};

	return RUN(tests);
}

/* The file page.sqlite: whatever is in it, what is shown is right. */
#include "pagehome.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "page/cache/db.h"

#define FILE_OF(page) in_page(page, "cache/page.sqlite")

static const char *
in_page(const struct page *p, const char *file)
{
	static char paths[2][512];
	static int turn;
	char *path = paths[turn++ % 2];

	(void)snprintf(path, sizeof(paths[0]), "%s/page/%s", p->dir, file);
	return path;
}

/* Three days of leads, all of whom are called Ann or Bob. */
static void
fill_home(struct page *p, const char *name)
{
	open_page(p, name);
	deliver(p, "journal/2026-11-22.jsonl", "a",
	    "{\"urn\":\"a\",\"full_name\":\"Ann\"},"
	    "{\"urn\":\"b\",\"full_name\":\"Bob\"}",
	    "", -86400);
	deliver(
	    p, JOURNAL, "c", "{\"urn\":\"c\",\"full_name\":\"Ann\"}", "", 0);
	deliver(p, JOURNAL, "d",
	    "{\"urn\":\"d\",\"full_name\":\"Bob\",\"post_id\":\"1\"},"
	    "{\"urn\":\"e\",\"full_name\":\"Ann\"}",
	    "{\"id\":\"1\",\"text\":\"It is Ann\"}", 1);
	update(p);
}

static void
assert_right(struct page *p)
{
	struct choice c = {0};

	assert_string_equal(leads(p, &c), "e d c b a ");
	assert_string_equal(find(p, "ann"), "e d c a ");
	assert_string_equal(find(p, "bob"), "d b ");
}

static void
run(const struct page *p, const char *text)
{
	char command[1024];

	(void)snprintf(command, sizeof(command), "cd '%s' && %s", p->dir, text);
	if (system(command) != 0)
		fail_msg("it failed: %s", text);
}

static void
a_file_that_was_deleted_is_made_anew(void **state)
{
	struct page p;

	(void)state;
	fill_home(&p, "deleted");
	assert_right(&p);
	/* Under a page that runs, and while none does. */
	run(&p, "rm page/cache/*");
	update(&p);
	assert_right(&p);
	assert_true(exists(FILE_OF(&p)));
	run(&p, "rm page/cache/*");
	begin_again(&p);
	update(&p);
	assert_right(&p);
	assert_false(p.state.in_memory);
	close_page(&p);
}

/* Take a lead's urn and name out of a journal, as forget does. */
static void
forget_bob(struct page *p)
{
	(void)unlink(at_home(&p->home, JOURNAL));
	deliver(p, "journal/new", "c", "{\"urn\":\"c\",\"full_name\":\"Ann\"}",
	    "", 0);
	deliver(p, "journal/new", "d", "{\"urn\":\"e\",\"full_name\":\"Ann\"}",
	    "", 1);
	at_home_run(&p->home, "mv journal/new " JOURNAL);
}

static void
an_old_copy_shows_nobody_who_left(void **state)
{
	struct choice c = {0};
	struct page p;

	(void)state;
	fill_home(&p, "old");
	run(&p, "cp -p page/cache/page.sqlite copy");
	forget_bob(&p);
	update(&p);
	assert_string_equal(leads(&p, &c), "e c b a ");
	/* Put back, with a page that runs and without one. */
	run(&p, "cp -p copy page/cache/page.sqlite");
	update(&p);
	assert_string_equal(leads(&p, &c), "e c b a ");
	run(&p, "cp -p copy page/cache/x; mv page/cache/x "
		"page/cache/page.sqlite");
	begin_again(&p);
	update(&p);
	assert_string_equal(leads(&p, &c), "e c b a ");
	assert_string_equal(find(&p, "bob"), "b ");
	close_page(&p);
}

static void
what_is_behind_catches_up(void **state)
{
	struct choice c = {0};
	struct page p;

	(void)state;
	fill_home(&p, "behind");
	run(&p, "cp -p page/cache/page.sqlite copy");
	deliver(&p, JOURNAL, "f", "{\"urn\":\"f\"}", "", 2);
	deliver(&p, "journal/2026-11-20.jsonl", "g", "{\"urn\":\"g\"}", "",
	    -3 * 86400);
	update(&p);
	assert_string_equal(leads(&p, &c), "f e d c b a g ");
	run(&p, "mv copy page/cache/page.sqlite");
	begin_again(&p);
	update(&p);
	assert_string_equal(leads(&p, &c), "f e d c b a g ");
	close_page(&p);
}

static void
one_of_another_home_or_key_is_none(void **state)
{
	struct choice c = {0};
	struct fault f = {0};
	struct page p, other;

	(void)state;
	fill_home(&p, "mine");
	open_page(&other, "theirs");
	deliver(&other, JOURNAL, "x", "{\"urn\":\"x\"}", "", 0);
	update(&other);

	run(&p, "cp ../theirs/page/cache/page.sqlite page/cache/");
	begin_again(&p);
	update(&p);
	assert_right(&p);
	catalog_free(p.catalog);
	p.catalog = catalog_new(p.dir, "another key", &f);
	assert_non_null(p.catalog);
	update(&p);
	assert_string_equal(leads(&p, &c), "e d c b a ");
	assert_int_equal(p.state.leads, 5);
	close_page(&p);
	close_page(&other);
}

/* Every so many bytes: this byte is another one. */
static void
damage(const char *path, int64_t at, int n)
{
	char garbage[64];
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	memset(garbage, (int)(at % 251) ^ 0xa5, sizeof(garbage));
	assert_int_not_equal(fd, -1);
	assert_int_equal(pwrite(fd, garbage, (size_t)n, at), n);
	(void)close(fd);
}

/* Only leads that there are, each once, and Bobs are Bobs. */
static void
assert_not_wrong(const char *told, const char *right)
{
	const char *at = told;

	for (; *at != '\0'; at += 2) {
		assert_non_null(strchr(right, *at));
		assert_null(strchr(at + 1, *at));
	}
}

static void
damage_shows_nothing_wrong(void **state)
{
	struct choice c = {0};
	struct page p;
	int64_t size, at;

	(void)state;
	fill_home(&p, "damaged");
	run(&p, "cp page/cache/page.sqlite copy");
	size = size_of(FILE_OF(&p));
	for (at = 0; at < size; at += 509) {
		run(&p, "cp copy page/cache/page.sqlite");
		damage(FILE_OF(&p), at, at % 3 == 0 ? 1 : 40);
		begin_again(&p);
		update(&p);
		assert_not_wrong(leads(&p, &c), "abcde");
		assert_not_wrong(find(&p, "bob"), "abcde");
		/* Next time it is right, if it was noticed. */
	}
	/* No file of SQLite's at all; and one that ends too early. */
	write_file(FILE_OF(&p), "garbage", 7);
	begin_again(&p);
	update(&p);
	assert_right(&p);
	run(&p, "head -c 20000 copy > page/cache/page.sqlite");
	begin_again(&p);
	update(&p);
	assert_right(&p);
	close_page(&p);
}

static void
journals_that_change_are_read_anew(void **state)
{
	struct choice c = {0};
	struct page p;
	int64_t size;

	(void)state;
	fill_home(&p, "changed");
	size = size_of(at_home(&p.home, JOURNAL));
	/* A torn tail comes, and is cut off. */
	at_home_run(&p.home, "printf '{\"received' >> " JOURNAL);
	update(&p);
	assert_right(&p);
	assert_int_equal(truncate(at_home(&p.home, JOURNAL), size), 0);
	update(&p);
	assert_right(&p);
	/* A backup, a chmod, a touch. */
	at_home_run(&p.home, "chmod 0600 " JOURNAL);
	update(&p);
	assert_right(&p);
	/* A sync failed: of the first segment only the first line counts. */
	at_home_run(&p.home, "head -n 1 " JOURNAL " | wc -c > n");
	add_mark(
	    at_home(&p.home, SEGMENT_2), 1, at_home_count(&p.home, "cat n"));
	update(&p);
	assert_string_equal(leads(&p, &c), "c b a ");
	/* Changed in its place, and no longer than before. */
	at_home_run(&p.home, "perl -pi -e 's/Ann/Eve/' "
			     "journal/2026-11-22.jsonl");
	update(&p);
	assert_string_equal(leads(&p, &c), "c ");
	assert_int_equal(p.state.damaged, 1);
	/* Replaced by one that begins otherwise, and is longer. */
	at_home_run(&p.home, "rm " SEGMENT_2 "; perl -pi -e 's/Ann/Eve/ if "
			     "$. == 1' " JOURNAL);
	deliver(&p, JOURNAL, "f", "{\"urn\":\"f\"}", "", 2);
	update(&p);
	assert_int_equal(p.state.leads, 3);
	assert_int_equal(p.state.damaged, 2);
	assert_string_equal(leads(&p, &c), "f e d ");
	at_home_run(&p.home, "touch " SEGMENT_2);
	/* Days that are pruned leave. */
	at_home_run(&p.home, "rm " JOURNAL " " SEGMENT_2);
	update(&p);
	assert_string_equal(leads(&p, &c), "");
	close_page(&p);
}

static int
keep_entry(void *context, const struct catalog_entry *e, struct fault *f)
{
	struct catalog_entry *out = context;

	(void)f;
	*out = *e;
	return 1;
}

static void
a_hit_that_is_nothing_removes_the_file(void **state)
{
	struct catalog_entry e;
	struct choice c = {0};
	struct fault f = {0};
	struct page p;

	(void)state;
	fill_home(&p, "distrust");
	assert_int_equal(
	    catalog_leads(p.catalog, &p.scope, &c, 1, keep_entry, &e, &f), 1);
	assert_int_equal(lead_read(&p.lead, &e, &f), 1);
	assert_true(exists(FILE_OF(&p)));
	/* Between the look at the journals and the reading Bob has left. */
	forget_bob(&p);
	lead_free(&p.lead);
	assert_int_equal(lead_read(&p.lead, &e, &f), 0);
	assert_false(exists(FILE_OF(&p)));
	update(&p);
	assert_string_equal(leads(&p, &c), "e c b a ");
	/* The same place, another body; a lead too many; another time. */
	assert_int_equal(
	    catalog_leads(p.catalog, &p.scope, &c, 1, keep_entry, &e, &f), 1);
	e.body ^= 1;
	assert_int_equal(lead_read(&p.lead, &e, &f), 0);
	e.body ^= 1;
	e.lead++;
	assert_int_equal(lead_read(&p.lead, &e, &f), 0);
	e.lead--;
	lead_free(&p.lead);
	e.id -= INT64_C(2048) * SECOND;
	assert_int_equal(lead_read(&p.lead, &e, &f), 0);
	e.id += INT64_C(2048) * SECOND;
	assert_int_equal(lead_read(&p.lead, &e, &f), 1);
	close_page(&p);
}

static void
where_it_cannot_be_written_it_is_in_memory(void **state)
{
	struct page p;

	(void)state;
	open_page(&p, "memory");
	close_page(&p);
	run(&p, "rm -r page/cache; rm -r main; true");
	fill_home(&p, "memory2");
	run(&p, "rm page/cache/page.sqlite*; mkdir page/cache/page.sqlite");
	begin_again(&p);
	update(&p);
	assert_true(p.state.in_memory);
	assert_true(p.state.whole);
	assert_non_null(strstr(p.state.why, "page.sqlite"));
	assert_right(&p);
	deliver(
	    &p, JOURNAL, "f", "{\"urn\":\"f\",\"full_name\":\"Ann\"}", "", 2);
	update(&p);
	assert_string_equal(find(&p, "ann"), "f e d c a ");
	close_page(&p);
}

/* A disk with so many bytes left, as a file's size is limited. */
static void
with_room(struct page *p, int64_t bytes)
{
	const struct rlimit limit = {(rlim_t)bytes, (rlim_t)bytes};
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		(void)signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &limit);
		begin_again(p);
		update(p);
		_exit(p->state.in_memory && p->state.whole &&
			      strcmp(find(p, "bob"), "d b ") == 0
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
a_full_disk_is_no_obstacle(void **state)
{
	struct page p;
	int64_t room;

	(void)state;
	fill_home(&p, "full");
	for (room = 0; room < 60000; room += 8192) {
		run(&p, "rm -f page/cache/*");
		with_room(&p, room);
	}
	/* And where there is room again it is kept. */
	begin_again(&p);
	update(&p);
	assert_false(p.state.in_memory);
	assert_right(&p);
	close_page(&p);
}

static void
memory_has_its_limit(void **state)
{
	struct choice c = {0};
	struct page p;
	char *many = many_leads(3000,
	    ",\"full_name\":\"Ann Berta Charlotte Dora Emil Friedrich\","
	    "\"headline\":\"a b c d e f g h i j k l m n o p q r s t u v w x y"
	    " z aa bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp\"");
	char file[64];
	int i;

	(void)state;
	open_page(&p, "limit");
	run(&p, "mkdir page/cache/page.sqlite");
	for (i = 1; i <= 20; i++) {
		(void)snprintf(
		    file, sizeof(file), "journal/2026-11-%02d.jsonl", i);
		deliver(&p, file, "a", many, "", (i - 23) * 86400);
	}
	update(&p);
	assert_true(p.state.in_memory);
	assert_false(p.state.whole);
	assert_true(p.state.from[0] != 0);
	assert_true(p.state.leads >= 9000 && p.state.leads < 60000);
	/* What comes then is there as well. */
	deliver(&p, JOURNAL, "b", "{\"urn\":\"new\"}", "", 0);
	update(&p);
	assert_int_equal(strncmp(leads(&p, &c), "new u2999 u2998 ", 16), 0);
	assert_false(p.state.whole);
	free(many);
	close_page(&p);
}

static void
two_fill_it_at_once(void **state)
{
	struct choice c = {0}, word = {.words = "ann"};
	struct fault f = {0};
	struct page p;
	char *many = many_leads(700, ",\"full_name\":\"Ann\"");
	pid_t children[3];
	size_t i;
	int status, n;

	(void)state;
	open_page(&p, "two");
	for (i = 1; i <= 9; i++) {
		char file[64];

		(void)snprintf(
		    file, sizeof(file), "journal/2026-11-%02zu.jsonl", i);
		deliver(&p, file, "a", many, "", ((int)i - 23) * 86400);
	}
	for (i = 0; i < COUNT(children); i++) {
		children[i] = fork();
		assert_int_not_equal(children[i], -1);
		if (children[i] != 0)
			continue;
		begin_again(&p);
		for (n = 0; n < 100000; n++) {
			if (catalog_update(p.catalog, 0, &p.state, &f) == -1)
				fault_clear(&f);
			else if (p.state.whole)
				_exit(0);
		}
		_exit(1);
	}
	for (i = 0; i < COUNT(children); i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	update(&p);
	assert_int_equal(p.state.leads, 6300);
	assert_int_equal(
	    catalog_count(p.catalog, &p.scope, &word, 0, &f), 6300);
	(void)leads(&p, &c);
	free(many);
	close_page(&p);
}

static void
killed_at_any_time_it_goes_on(void **state)
{
	struct choice word = {.words = "ann"};
	struct fault f = {0};
	struct page p;
	char *many = many_leads(5000, ",\"full_name\":\"Ann\"");
	pid_t pid;
	int i, status;

	(void)state;
	open_page(&p, "killed");
	deliver(&p, JOURNAL, "a", many, "", 0);
	deliver(&p, "journal/2026-11-22.jsonl", "b", many, "", -86400);
	for (i = 1; i < 30; i++) {
		pid = fork();
		assert_int_not_equal(pid, -1);
		if (pid == 0) {
			begin_again(&p);
			for (;;)
				(void)!catalog_update(
				    p.catalog, 0, &p.state, &f);
		}
		(void)usleep((useconds_t)(i * 2000));
		(void)kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	begin_again(&p);
	update(&p);
	assert_true(p.state.whole);
	assert_int_equal(p.state.leads, 10000);
	assert_int_equal(
	    catalog_count(p.catalog, &p.scope, &word, 0, &f), 10000);
	free(many);
	close_page(&p);
}

/* Another process that holds the file for a while; it says when it does. */
static pid_t
hold_file(const struct page *p, int ms)
{
	struct fault f = {0};
	struct db *db;
	char ready;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		db = db_open(FILE_OF(p), 0, &f);
		if (db == NULL || db_do(db, "BEGIN IMMEDIATE", &f) == -1 ||
		    write(ends[1], "r", 1) != 1)
			_exit(1);
		(void)usleep((useconds_t)ms * 1000);
		_exit(db_do(db, "COMMIT", &f) == -1);
	}
	assert_true(pid > 0);
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &ready, 1), 1);
	(void)close(ends[0]);
	return pid;
}

static void
who_is_filling_it_is_waited_for(void **state)
{
	struct page p;
	int status;
	pid_t pid;

	(void)state;
	fill_home(&p, "waited");
	deliver(&p, JOURNAL, "f", "{\"urn\":\"f\"}", "", 2);
	begin_again(&p);
	pid = hold_file(&p, 400);
	update(&p);
	assert_true(p.state.whole);
	assert_false(p.state.in_memory);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close_page(&p);
}

/* How many files that are removed this process has open. */
static int
count_removed(const struct page *p)
{
	char path[64], to[512];
	int fd, n = 0;
	ssize_t len;

	for (fd = 3; fd < 64; fd++) {
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, to, sizeof(to) - 1);
		if (len <= 0)
			continue;
		to[len] = '\0';
		n += strstr(to, p->dir) != NULL &&
		     strstr(to, "(deleted)") != NULL;
	}
	return n;
}

static void
what_was_removed_is_let_go_of(void **state)
{
	struct page p;

	(void)state;
	fill_home(&p, "rest");
	catalog_rest(p.catalog);
	run(&p, "rm page/cache/*");
	assert_int_equal(count_removed(&p), 1);
	catalog_rest(p.catalog);
	assert_int_equal(count_removed(&p), 0);
	catalog_rest(p.catalog);
	update(&p);
	assert_right(&p);
	close_page(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a file that was deleted is made anew",
		a_file_that_was_deleted_is_made_anew),
	    TEST("an old copy that is put back shows nobody who left",
		an_old_copy_shows_nobody_who_left),
	    TEST("an old copy that is only behind catches up",
		what_is_behind_catches_up),
	    TEST("one of another home, or of another key, is none",
		one_of_another_home_or_key_is_none),
	    TEST("a damaged file shows nothing wrong",
		damage_shows_nothing_wrong),
	    TEST("journals that change, but by growing, are read anew",
		journals_that_change_are_read_anew),
	    TEST("a hit that proves to be nothing removes the file",
		a_hit_that_is_nothing_removes_the_file),
	    TEST("where it can't be written it is made in memory",
		where_it_cannot_be_written_it_is_in_memory),
	    TEST("a full disk is no obstacle", a_full_disk_is_no_obstacle),
	    TEST("memory has its limit, and what is newest is in it",
		memory_has_its_limit),
	    TEST("two processes that fill it have every lead once",
		two_fill_it_at_once),
	    TEST("whoever is filling it is waited for",
		who_is_filling_it_is_waited_for),
	    TEST("a file that was removed doesn't stay open",
		what_was_removed_is_let_go_of),
	    TEST("killed at any time it goes on, and is right",
		killed_at_any_time_it_goes_on),
	};

	return RUN(tests);
}

#include "unit.h"

#include "config/endpoint.h"

static void
add(const char *home, const char *name)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	assert_int_equal(mkdir(path, 0750), 0);
}

static void
names_are_checked(void **state)
{
	char longest[70];

	(void)state;
	assert_true(endpoint_is_name("main"));
	assert_true(endpoint_is_name("a-1"));
	assert_true(endpoint_is_name("1"));
	assert_false(endpoint_is_name(""));
	assert_false(endpoint_is_name("health"));
	assert_false(endpoint_is_name("-a"));
	assert_false(endpoint_is_name("Main"));
	assert_false(endpoint_is_name("a/b"));
	assert_false(endpoint_is_name(".."));
	memset(longest, 'a', sizeof(longest));
	longest[64] = '\0';
	assert_true(endpoint_is_name(longest));
	longest[64] = 'a';
	longest[65] = '\0';
	assert_false(endpoint_is_name(longest));
}

static void
endpoints_are_found(void **state)
{
	const char *home = in_scratch("home");
	struct endpoint e;
	struct fault f = {0};

	(void)state;
	assert_int_equal(endpoint_find(&e, home, "main", &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_non_null(strstr(f.text, "LEADSHEET_HOME"));
	fault_clear(&f);
	assert_int_equal(mkdir(home, 0750), 0);
	assert_int_equal(endpoint_find(&e, home, "main", &f), 0);
	assert_int_equal(endpoint_find(&e, home, "", &f), 0);
	add(home, "main");
	assert_int_equal(endpoint_find(&e, home, "main", &f), 0);
	add(home, "main/journal");
	assert_int_equal(endpoint_find(&e, home, "main", &f), 1);
	assert_int_equal(e.disabled, 0);
	write_file(in_scratch("home/main/disabled"), "", 0);
	assert_int_equal(endpoint_find(&e, home, "", &f), 1);
	assert_string_equal(e.name, "main");
	assert_int_equal(e.disabled, 1);
	write_file(in_scratch("home/file"), "", 0);
	assert_int_equal(endpoint_find(&e, home, "file", &f), 0);
	assert_int_equal(endpoint_find(&e, home, "..", &f), 0);
	assert_int_equal(endpoint_find(&e, home, "main/journal", &f), 0);
	/* With two of them an empty name means neither. */
	add(home, "other");
	assert_int_equal(endpoint_find(&e, home, "", &f), 1);
	write_file(in_scratch("home/other/secret"), "", 0);
	assert_int_equal(endpoint_find(&e, home, "", &f), 0);
}

/* A directory of that name in scratch, and in it what the commands make. */
static const char *
make_dir(const char *name, const char *commands)
{
	const char *dir = in_scratch(name);
	char line[1024];

	(void)snprintf(line, sizeof(line),
	    "rm -rf '%s' && mkdir -p '%s' && cd '%s' && %s", dir, dir, dir,
	    commands);
	assert_int_equal(system(line), 0);
	return dir;
}

static void
a_secret_or_a_journal_makes_an_endpoint(void **state)
{
	static const struct {
		const char *commands;
		int is_one;
	} cases[] = {{":", 0}, {"touch secret", 1}, {"mkdir secret", 0},
	    {"touch x; ln -s x secret", 0}, {"ln -s secret secret", 0},
	    {"mkfifo secret", 0}, {"touch secret.txt Secret secret.new", 0},
	    {"touch lock disabled index; mkdir sheets", 0},
	    {"mkdir journal", 1}, {"touch journal", 0},
	    {"mkdir x; ln -s x journal", 0},
	    {"mkdir journal; touch journal/2026-11-23.jsonl", 1},
	    {"mkdir journal; touch journal/2026-11-23-2.jsonl", 1},
	    {"mkdir journal; touch journal/2026-11-23.jsonl journal/x", 1},
	    {"mkdir journal; touch journal/2026-11-23.ids", 0},
	    {"mkdir journal; touch journal/2026-11-23.md", 0},
	    {"mkdir journal; touch journal/2026-13-23.jsonl", 0},
	    {"mkdir journal; touch journal/2026-11-23", 0},
	    {"mkdir journal; touch journal/x.jsonl journal/.jsonl", 0},
	    {"mkdir -p journal/0123456789abcdef", 0}};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (endpoint_is_one(make_dir("one", cases[i].commands), &f) !=
		    cases[i].is_one)
			fail_msg(
			    "%s: not %d", cases[i].commands, cases[i].is_one);
	assert_int_equal(endpoint_is_one(in_scratch("none"), &f), 0);
}

static void
settings_or_an_endpoint_make_a_home(void **state)
{
	static const struct {
		const char *commands;
		int is_home;
	} cases[] = {{":", 0}, {"touch leadsheet.conf", 1},
	    {"mkdir leadsheet.conf", 0}, {"touch x", 0}, {"mkdir main", 0},
	    {"mkdir main; touch main/secret", 1}, {"mkdir -p main/journal", 1},
	    {"mkdir Main; touch Main/secret", 0},
	    {"mkdir main.deleted-1; touch main.deleted-1/secret", 0},
	    {"mkdir health; touch health/secret", 0},
	    {"touch secret; mkdir journal", 0}};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (endpoint_is_home(make_dir("h", cases[i].commands), &f) !=
		    cases[i].is_home)
			fail_msg(
			    "%s: not %d", cases[i].commands, cases[i].is_home);
	write_file(in_scratch("plain"), "", 0);
	assert_int_equal(endpoint_is_home(in_scratch("plain"), &f), 0);
}

/* 1: made; 0: it was one; -1: refused, and as it was. */
static void
only_a_free_directory_is_made_an_endpoint(void **state)
{
	static const struct {
		const char *commands;
		int made;
	} cases[] = {{":", 1}, {"mkdir main", 1}, {"mkdir -p main/journal", 0},
	    {"mkdir main; touch main/secret", 0},
	    {"mkdir main; touch main/lock main/disabled main/index", 1},
	    {"mkdir main; touch main/x", -1}, {"mkdir -p main/x", -1},
	    {"mkdir main; touch main/.x", -1}, {"mkdir -p main/sheets", -1},
	    {"mkdir -p main/journal; touch main/journal/x", -1},
	    {"mkdir main; ln -s nowhere main/secret", -1}, {"touch main", -1},
	    {"ln -s nowhere main", -1}};
	struct endpoint e;
	struct fault f;
	const char *home;
	size_t i;
	int made;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		home = make_dir("h", cases[i].commands);
		fault_clear(&f);
		made = endpoint_make(&e, home, "main", &f);
		if (made != cases[i].made)
			fail_msg("%s: %d, not %d: %s", cases[i].commands, made,
			    cases[i].made, f.text);
		fault_clear(&f);
		assert_int_equal(
		    endpoint_find(&e, home, "main", &f), made != -1);
		if (made == 1)
			assert_true(exists(in_scratch("h/main/journal")));
	}
}

static void
what_is_ours_is_told_by_its_name(void **state)
{
	static const char *const ours[] = {"secret", "secret.new", "disabled",
	    "retired", "lock", "pending", "pending.new", "journal", "sheets",
	    "index", "index.new", "index.damaged-1", "index.damaged-10"};
	static const char *const theirs[] = {"", "index.html", "indexes",
	    "index.sqlite", "index.old", "index.damaged-", "index.damaged-01",
	    "secret.txt", "Journal", "journal.old", "sheets2", "leads.csv",
	    ".lock"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ours); i++)
		assert_true(endpoint_makes(ours[i]));
	for (i = 0; i < COUNT(theirs); i++)
		assert_false(endpoint_makes(theirs[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("names of endpoints are checked", names_are_checked),
	    TEST("endpoints are found, the only one without its name",
		endpoints_are_found),
	    TEST("a secret or a journal makes a directory an endpoint",
		a_secret_or_a_journal_makes_an_endpoint),
	    TEST("settings or an endpoint make a directory a home",
		settings_or_an_endpoint_make_a_home),
	    TEST("only a free directory is made an endpoint",
		only_a_free_directory_is_made_an_endpoint),
	    TEST("what is leadsheet's own is told by its name",
		what_is_ours_is_told_by_its_name),
	};

	return RUN(tests);
}

#include <fcntl.h>

#include "unit.h"

#include "access/feeds.h"
#include "access/pagedir.h"
#include "base/utc.h"

#define NOW (INT64_C(1795000000) * UTC_SECOND + 123456)

static void
make_page(void)
{
	struct fault f = {0};
	char command[300];

	(void)snprintf(command, sizeof(command), "rm -rf '%s/page'", scratch);
	assert_int_equal(system(command), 0);
	assert_int_equal(pagedir_make(scratch, &f), 0);
}

static void
path_of(const struct feed *feed, char out[static PATH_MAX])
{
	char name[100];

	(void)snprintf(name, sizeof(name), "feeds/%s", feed->hash);
	pagedir_path(scratch, out, name);
}

/* One with that name; its token. */
static const char *
add(const char *name, struct feed *feed)
{
	static char token[FEEDS_TOKEN_SIZE];
	struct fault f = {0};

	memset(feed, 0, sizeof(*feed));
	(void)snprintf(feed->name, sizeof(feed->name), "%s", name);
	assert_int_equal(feeds_add(scratch, feed, token, NOW, &f), 0);
	return token;
}

static void
is_found_by_its_token(void **state)
{
	struct feed feed = {.name = "Hei\xc3\x9f & neu",
	    .reader = "anna",
	    .query = "q=a+b&from=2026-11-01",
	    .columns = "full_name,urn",
	    .rows = 12};
	char token[FEEDS_TOKEN_SIZE], path[PATH_MAX], *text;
	struct feed found;
	struct fault f = {0};
	struct stat st;

	(void)state;
	make_page();
	assert_int_equal(feeds_add(scratch, &feed, token, NOW, &f), 0);
	assert_int_equal(strspn(token, "0123456789abcdef"), 32);
	assert_int_equal(feeds_find(scratch, token, &found, &f), 1);
	assert_string_equal(found.name, feed.name);
	assert_string_equal(found.reader, "anna");
	assert_string_equal(found.query, feed.query);
	assert_string_equal(found.columns, feed.columns);
	assert_string_equal(found.hash, feed.hash);
	assert_int_equal(found.rows, 12);
	assert_int_equal(found.created, NOW);
	assert_int_equal(found.used, 0);
	/* The token is kept nowhere. */
	path_of(&feed, path);
	assert_null(strstr(path, token));
	text = read_file(path, NULL);
	assert_null(strstr(text, token));
	free(text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(
	    feeds_used(scratch, &found, NOW + 5 * UTC_SECOND, &f), 0);
	assert_int_equal(feeds_find(scratch, token, &found, &f), 1);
	assert_int_equal(found.used, NOW + 5 * UTC_SECOND);
	assert_int_equal(found.created, NOW);
}

static void
other_tokens_find_none(void **state)
{
	struct feed feed, found;
	const char *token;
	char other[FEEDS_TOKEN_SIZE + 8];
	struct fault f = {0};

	(void)state;
	make_page();
	token = add("x", &feed);
	(void)strcpy(other, token);
	other[31] = other[31] == '0' ? '1' : '0';
	assert_int_equal(feeds_find(scratch, other, &found, &f), 0);
	other[31] = '\0';
	assert_int_equal(feeds_find(scratch, other, &found, &f), 0);
	(void)snprintf(other, sizeof(other), "%s0", token);
	assert_int_equal(feeds_find(scratch, other, &found, &f), 0);
	assert_int_equal(feeds_find(scratch, "", &found, &f), 0);
	assert_int_equal(feeds_find(scratch, feed.hash, &found, &f), 0);
	assert_int_equal(
	    feeds_find(scratch, "../../../../../../../etc/passwd", &found, &f),
	    0);
}

static void
what_it_may_say(void **state)
{
	static const struct {
		struct feed feed;
		const char *says;
	} cases[] = {{{.name = "a\nreader anna"}, "one line"},
	    {{.query = "a\tb"}, "one line"}, {{.columns = "\xff"}, "one line"},
	    {{.rows = -1}, "from 1 to 50000"},
	    {{.rows = FEEDS_ROWS_MAX + 1}, "from 1 to 50000"}};
	struct feed feed;
	char token[FEEDS_TOKEN_SIZE];
	struct fault f = {0};
	size_t i;

	(void)state;
	make_page();
	for (i = 0; i < COUNT(cases); i++) {
		feed = cases[i].feed;
		fault_clear(&f);
		assert_int_equal(feeds_add(scratch, &feed, token, NOW, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, cases[i].says));
	}
	(void)add("rows", &feed);
	assert_int_equal(feed.rows, FEEDS_ROWS);
}

static int
join_names(void *context, const struct feed *feed)
{
	struct bytes *b = context;

	bytes_printf(b, "%s;", feed->name);
	return strcmp(feed->name, "stop") == 0 ? 7 : 0;
}

static void
listed(const char *names, int rc)
{
	struct bytes b = {0};
	struct fault f = {0};

	assert_int_equal(feeds_each(scratch, join_names, &b, &f), rc);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, names);
	bytes_free(&b);
	if (rc == -1)
		assert_non_null(strstr(f.text, "damaged"));
}

static void
are_listed_by_name(void **state)
{
	struct feed feed;
	char path[PATH_MAX];

	(void)state;
	make_page();
	listed("", 0);
	(void)add("c", &feed);
	(void)add("a", &feed);
	(void)add("b", &feed);
	/* What isn't one of ours. */
	pagedir_path(scratch, path, "feeds/README");
	write_file(path, "x", 1);
	listed("a;b;c;", 0);
	(void)add("ba", &feed);
	path_of(&feed, path);
	write_file(path, "rows 0\n", 7);
	listed("a;b;c;", -1);
	assert_int_equal(truncate(path, 3), 0);
	listed("a;b;c;", -1);
	assert_int_equal(unlink(path), 0);
	(void)add("bb", &feed);
	(void)add("stop", &feed);
	(void)add("z", &feed);
	listed("a;b;bb;c;stop;", 7);
}

static void
damaged_is_told_to_who_asks(void **state)
{
	struct feed feed, found;
	const char *token;
	char path[PATH_MAX];
	struct fault f = {0};

	(void)state;
	make_page();
	token = add("x", &feed);
	path_of(&feed, path);
	write_file(path, "", 0);
	assert_int_equal(feeds_find(scratch, token, &found, &f), -1);
	assert_int_equal(f.kind, FAULT_DAMAGED);
	assert_non_null(strstr(f.text, "leadsheet page feed remove "));
	assert_int_equal(feeds_remove(scratch, feed.hash, &f), 1);
}

static void
is_revoked(void **state)
{
	struct feed one, two, three, found;
	char token[FEEDS_TOKEN_SIZE], digits[16];
	struct fault f = {0};

	(void)state;
	make_page();
	(void)strcpy(token, add("mine", &one));
	(void)add("same", &two);
	(void)add("same", &three);
	assert_int_equal(feeds_remove(scratch, "none", &f), 0);
	assert_int_equal(feeds_remove(scratch, "", &f), 0);
	assert_int_equal(feeds_remove(scratch, "same", &f), -1);
	assert_non_null(strstr(f.text, "several feeds"));
	fault_clear(&f);
	(void)snprintf(digits, sizeof(digits), "%.7s", two.hash);
	assert_int_equal(feeds_remove(scratch, digits, &f), 0);
	(void)snprintf(digits, sizeof(digits), "%.8s", two.hash);
	assert_int_equal(feeds_remove(scratch, digits, &f), 1);
	assert_int_equal(feeds_remove(scratch, "same", &f), 1);
	assert_int_equal(feeds_find(scratch, token, &found, &f), 1);
	assert_int_equal(feeds_remove(scratch, "mine", &f), 1);
	assert_int_equal(feeds_find(scratch, token, &found, &f), 0);
	assert_int_equal(feeds_remove(scratch, one.hash, &f), 0);
	/* One that was revoked while it was read. */
	assert_int_equal(feeds_used(scratch, &one, NOW, &f), 0);
	listed("", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a feed is found by its token, which is kept nowhere",
		is_found_by_its_token),
	    TEST("another token, and no token, finds none",
		other_tokens_find_none),
	    TEST("a feed's texts are one line each, and its rows have a limit",
		what_it_may_say),
	    TEST("feeds are listed by name; a damaged one is told at the end",
		are_listed_by_name),
	    TEST("a damaged feed is told to whoever asks for it",
		damaged_is_told_to_who_asks),
	    TEST("a feed is revoked by its hash, its first digits or its name",
		is_revoked),
	};

	return RUN(tests);
}

#include <sys/wait.h>

#include "unit.h"

#include "access/pagedir.h"
#include "access/session.h"
#include "base/utc.h"

#define HASH  "$y$jAT$salt$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37"
#define OTHER "$y$jAT$tlas$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37"
#define KEY   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NOW   (INT64_C(1795000000) * UTC_SECOND)

static struct reader people[] = {{.name = "anna", .hash = HASH},
    {.name = "a.b.c", .hash = HASH}, {.name = "web", .hash = "-"}};
static struct readers all = {.list = people, .n = 3};

static void
make_page(void)
{
	struct fault f = {0};
	char path[PATH_MAX];

	assert_int_equal(pagedir_make(scratch, &f), 0);
	pagedir_path(scratch, path, "ended");
	(void)unlink(path);
}

static const char *
whose(const char *cookie, const char *key, int64_t now)
{
	struct fault f = {0};
	int failed = -1;
	const struct reader *r =
	    session_reader(cookie, &all, scratch, key, now, &failed, &f);

	assert_int_equal(failed, 0);
	return r == NULL ? "" : r->name;
}

static void
begin(char cookie[static SESSION_SIZE], size_t who)
{
	struct fault f = {0};

	assert_int_equal(session_begin(cookie, &people[who], KEY, NOW, &f), 0);
}

static void
lasts_thirty_days(void **state)
{
	const int64_t end = NOW + SESSION_SECONDS * UTC_SECOND;
	char cookie[SESSION_SIZE], again[SESSION_SIZE];

	(void)state;
	make_page();
	begin(cookie, 0);
	begin(again, 0);
	assert_string_not_equal(cookie, again);
	assert_string_equal(whose(cookie, KEY, NOW), "anna");
	assert_string_equal(whose(cookie, KEY, end - 1), "anna");
	assert_string_equal(whose(cookie, KEY, end), "");
	/* A clock that is a little behind is one's own; an hour is a lie. */
	assert_string_equal(whose(cookie, KEY, NOW - 30 * UTC_SECOND), "anna");
	assert_string_equal(whose(cookie, KEY, NOW - 3600 * UTC_SECOND), "");
	begin(cookie, 1);
	assert_string_equal(whose(cookie, KEY, NOW), "a.b.c");
	/* RFC 6265 section 4.1.1: what a cookie may have. */
	assert_int_equal(strcspn(cookie, " \",;\\"), strlen(cookie));
}

static void
only_ours_is_believed(void **state)
{
	char cookie[SESSION_SIZE], changed[SESSION_SIZE + 8];
	char other[] = KEY;
	size_t i, n;

	(void)state;
	make_page();
	begin(cookie, 0);
	n = strlen(cookie);
	for (i = 0; i < n; i++) {
		(void)strcpy(changed, cookie);
		changed[i] = changed[i] == '1' ? '2' : '1';
		assert_string_equal(whose(changed, KEY, NOW), "");
		(void)strcpy(changed, cookie);
		changed[i] = '\0';
		assert_string_equal(whose(changed, KEY, NOW), "");
	}
	(void)snprintf(changed, sizeof(changed), "%s0", cookie);
	assert_string_equal(whose(changed, KEY, NOW), "");
	(void)snprintf(changed, sizeof(changed), ".%s", cookie);
	assert_string_equal(whose(changed, KEY, NOW), "");
	assert_string_equal(whose("", KEY, NOW), "");
	assert_string_equal(whose("...", KEY, NOW), "");
	other[0] = 'f';
	assert_string_equal(whose(cookie, other, NOW), "");
}

static void
ends_with_its_reader(void **state)
{
	struct readers nobody = {0};
	char cookie[SESSION_SIZE];
	struct fault f = {0};
	int failed;

	(void)state;
	make_page();
	begin(cookie, 0);
	assert_null(
	    session_reader(cookie, &nobody, scratch, KEY, NOW, &failed, &f));
	assert_int_equal(failed, 0);
	/* A new password. */
	(void)strcpy(people[0].hash, OTHER);
	assert_string_equal(whose(cookie, KEY, NOW), "");
	(void)strcpy(people[0].hash, HASH);
	assert_string_equal(whose(cookie, KEY, NOW), "anna");
	/* Who is the web server's has no session, whatever was signed. */
	begin(cookie, 2);
	assert_string_equal(whose(cookie, KEY, NOW), "");
}

static char *
read_ended(void)
{
	char path[PATH_MAX];

	pagedir_path(scratch, path, "ended");
	return exists(path) ? read_file(path, NULL) : strdup("");
}

static void
is_ended(void **state)
{
	const int64_t later = NOW + (SESSION_SECONDS - 10) * UTC_SECOND;
	char first[SESSION_SIZE], second[SESSION_SIZE], third[SESSION_SIZE];
	struct fault f = {0};
	char *text, *again;

	(void)state;
	make_page();
	begin(first, 0);
	begin(second, 0);
	assert_int_equal(session_end(first, &all, scratch, KEY, NOW, &f), 0);
	assert_string_equal(whose(first, KEY, NOW), "");
	assert_string_equal(whose(second, KEY, NOW), "anna");
	/* Twice, and what is none, changes nothing. */
	text = read_ended();
	assert_int_equal(session_end(first, &all, scratch, KEY, NOW, &f), 0);
	assert_int_equal(
	    session_end("anna.1.2.3", &all, scratch, KEY, NOW, &f), 0);
	again = read_ended();
	assert_string_equal(again, text);
	free(again);
	/* It is kept for as long as it would have lasted, and no longer. */
	assert_int_equal(session_end(second, &all, scratch, KEY, later, &f), 0);
	assert_string_equal(whose(first, KEY, later), "");
	free(text);
	text = read_ended();
	assert_int_equal(strlen(text), 2 * (32 + 1 + 10 + 1));
	assert_int_equal(session_begin(third, &people[0], KEY,
			     NOW + 2 * SESSION_SECONDS * UTC_SECOND, &f),
	    0);
	assert_int_equal(session_end(third, &all, scratch, KEY,
			     NOW + 2 * SESSION_SECONDS * UTC_SECOND, &f),
	    0);
	free(text);
	text = read_ended();
	assert_int_equal(strlen(text), 32 + 1 + 10 + 1);
	free(text);
}

static void
many_end_at_once(void **state)
{
	char cookies[5][SESSION_SIZE];
	struct fault f = {0};
	int i, status;

	(void)state;
	make_page();
	for (i = 0; i < 5; i++)
		begin(cookies[i], 0);
	for (i = 0; i < 5; i++)
		if (fork() == 0)
			_exit(session_end(
				  cookies[i], &all, scratch, KEY, NOW, &f) == 0
				  ? 0
				  : 1);
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	for (i = 0; i < 5; i++)
		assert_string_equal(whose(cookies[i], KEY, NOW), "");
}

/* What can't be read may have it: nobody is let in. */
static void
unreadable_lets_nobody_in(void **state)
{
	char cookie[SESSION_SIZE], path[PATH_MAX];
	struct fault f = {0};
	int failed;

	(void)state;
	make_page();
	begin(cookie, 0);
	pagedir_path(scratch, path, "ended");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_null(
	    session_reader(cookie, &all, scratch, KEY, NOW, &failed, &f));
	assert_int_equal(failed, 1);
	assert_int_equal(session_end(cookie, &all, scratch, KEY, NOW, &f), -1);
	assert_int_equal(rmdir(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a session lasts thirty days", lasts_thirty_days),
	    TEST("a cookie with another byte, or key, is nobody's",
		only_ours_is_believed),
	    TEST("a new password, or being removed, ends a session",
		ends_with_its_reader),
	    TEST("a session that was ended stays so, and others go on",
		is_ended),
	    TEST("sessions that end at once have all ended", many_end_at_once),
	    TEST("where it can't be told whether it has ended nobody is let in",
		unreadable_lets_nobody_in),
	};

	return RUN(tests);
}

#include "home.h"

#include "calls.h"

#include "reader/attempts.h"

#define NAME     "relay-crm"
#define ATTEMPTS "cursors/" NAME ".attempts"

static const struct attempts failing = {.state = ATTEMPTS_GO_ON,
    .since = NOON,
    .next = NOON + 5 * UTC_SECOND + 123456,
    .failed = 3,
    .why = "crm.example.org answered 500",
    .digest = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    .leads = 200};

static void
make_cursors(struct home *h, const char *name)
{
	make_home(h, name);
	assert_int_equal(mkdir(at_home(h, "cursors"), 0750), 0);
}

static void
must_write(const struct home *h, const char *name, const struct attempts *a)
{
	struct fault f = {0};

	if (attempts_write(&h->endpoint, name, a, &f) != 0)
		fail_msg("attempts_write: %s", f.text);
}

/* What is read of that name; 1 or 0. */
static int
must_read(const struct home *h, const char *name, struct attempts *a)
{
	struct fault f = {0};
	int rc = attempts_read(&h->endpoint, name, a, &f);

	if (rc == -1)
		fail_msg("attempts_read: %s", f.text);
	return rc;
}

static void
are_same(const struct attempts *a, const struct attempts *b)
{
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->since, b->since);
	assert_int_equal(a->next, b->next);
	assert_int_equal(a->failed, b->failed);
	assert_string_equal(a->why, b->why);
	assert_string_equal(a->digest, b->digest);
	assert_int_equal(a->leads, b->leads);
}

static void
what_is_written_is_read(void **state)
{
	const struct attempts all[] = {failing,
	    {.state = ATTEMPTS_GONE, .since = NOON, .failed = 1, .why = "x"},
	    {.state = ATTEMPTS_GIVEN_UP}, {.digest = "d", .leads = 1},
	    {.next = 1}, {.why = "a=b = state=gone"}, {.why = " ~"}};
	struct attempts a;
	struct stat st;
	struct home h;
	size_t i;

	(void)state;
	make_cursors(&h, "written");
	for (i = 0; i < COUNT(all); i++) {
		must_write(&h, NAME, &all[i]);
		assert_int_equal(must_read(&h, NAME, &a), 1);
		are_same(&a, &all[i]);
	}
	assert_int_equal(stat(at_home(&h, ATTEMPTS), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_false(exists(at_home(&h, ATTEMPTS ".new")));
	/* Of another name, and of another endpoint, nothing is known. */
	assert_int_equal(must_read(&h, "relay-chat", &a), 0);
	are_same(&a, &(struct attempts){0});
}

static void
while_all_is_well_there_is_none(void **state)
{
	const struct attempts none = {0};
	struct attempts a;
	struct home h;

	(void)state;
	make_cursors(&h, "well");
	must_write(&h, NAME, &none);
	assert_false(exists(at_home(&h, ATTEMPTS)));
	must_write(&h, NAME, &failing);
	assert_true(exists(at_home(&h, ATTEMPTS)));
	must_write(&h, NAME, &none);
	assert_false(exists(at_home(&h, ATTEMPTS)));
	assert_int_equal(must_read(&h, NAME, &a), 0);
	/* Nor is there a folder before there is a cursor. */
	assert_int_equal(rmdir(at_home(&h, "cursors")), 0);
	must_write(&h, NAME, &none);
	assert_int_equal(must_read(&h, NAME, &a), 0);
}

/* It goes to a terminal, and one line is one fact. */
static void
the_reason_is_one_plain_line(void **state)
{
	const struct attempts odd = {.why = "a\nstate=gone\033[2J\t\xc3\xa9"};
	struct attempts a;
	struct home h;

	(void)state;
	make_cursors(&h, "line");
	must_write(&h, NAME, &odd);
	assert_int_equal(must_read(&h, NAME, &a), 1);
	assert_int_equal(a.state, ATTEMPTS_GO_ON);
	assert_string_equal(a.why, "a?state=gone?[2J???");
}

static void
one_that_is_damaged_is_none(void **state)
{
	const struct attempts none = {0};
	struct attempts a;
	struct home h;
	size_t n, i;
	char *text;

	(void)state;
	make_cursors(&h, "damaged");
	must_write(&h, NAME, &failing);
	text = read_file(at_home(&h, ATTEMPTS), &n);
	for (i = 0; i < n; i++) {
		text[i] ^= 1;
		write_file(at_home(&h, ATTEMPTS), text, n);
		text[i] ^= 1;
		if (must_read(&h, NAME, &a) != 0)
			fail_msg("byte %d can be another", (int)i);
		are_same(&a, &none);
		write_file(at_home(&h, ATTEMPTS), text, i);
		if (must_read(&h, NAME, &a) != 0)
			fail_msg("%d bytes will do", (int)i);
	}
	write_file(at_home(&h, ATTEMPTS), text, n);
	free(text);
	assert_int_equal(must_read(&h, NAME, &a), 1);
	are_same(&a, &failing);
}

/* A text of that length, in a file whose digest holds. */
static int
reads_long(const struct home *h, const char *field, size_t n)
{
	char text[1024], sha256[SIGNATURE_SIZE];
	struct fault f = {0};
	struct attempts a;
	size_t len;

	len = (size_t)snprintf(
	    text, sizeof(text), "leadsheet attempts 1\n%s=", field);
	memset(text + len, 'a', n);
	(void)strcpy(text + len + n, "\n");
	assert_int_equal(signature_sha256(text, strlen(text), sha256, &f), 0);
	(void)strcat(strcat(strcat(text, "sha256 "), sha256), "\n");
	write_file(at_home(h, ATTEMPTS), text, strlen(text));
	return must_read(h, NAME, &a);
}

static void
texts_have_their_room(void **state)
{
	struct home h;

	(void)state;
	make_cursors(&h, "long");
	assert_int_equal(reads_long(&h, "why", ATTEMPTS_WHY_SIZE - 1), 1);
	assert_int_equal(reads_long(&h, "why", ATTEMPTS_WHY_SIZE), 0);
	assert_int_equal(reads_long(&h, "digest", SIGNATURE_SIZE - 1), 1);
	assert_int_equal(reads_long(&h, "digest", SIGNATURE_SIZE), 0);
}

/* Lines that we would not write, with a digest that holds. */
static void
lines_of_others_are_none(void **state)
{
	static const char *const cases[] = {"x\n", "failed=3", "failed=03\n",
	    "failed=0\n", "failed=-3\n", "failed=3\n\n", "failed=3\nsince=x\n",
	    "failed=3\nstate=gone\n", "failed=3\nfailed=3\n", "state=go-on\n",
	    "state=away\n", "leads=99999999999999999999\n", "why=\n",
	    "since=1970-01-01T00:00:00.000000Z\n", "next=2026-11-23\n",
	    "failed=3\nmore=1\n"};
	char text[1024], sha256[SIGNATURE_SIZE];
	const struct attempts none = {0};
	struct fault f = {0};
	struct attempts a;
	struct home h;
	size_t i;

	(void)state;
	make_cursors(&h, "lines");
	for (i = 0; i <= COUNT(cases); i++) {
		(void)snprintf(text, sizeof(text), "leadsheet attempts 1\n%s",
		    i < COUNT(cases) ? cases[i] : "failed=3\n");
		assert_int_equal(
		    signature_sha256(text, strlen(text), sha256, &f), 0);
		(void)strcat(strcat(strcat(text, "sha256 "), sha256), "\n");
		write_file(at_home(&h, ATTEMPTS), text, strlen(text));
		if (must_read(&h, NAME, &a) != (i == COUNT(cases)))
			fail_msg("case %d", (int)i);
		if (i < COUNT(cases))
			are_same(&a, &none);
	}
	assert_int_equal(a.failed, 3);
}

static void
what_cannot_be_read_is_a_fault(void **state)
{
	struct fault f = {0};
	struct attempts a;
	struct home h;

	(void)state;
	make_cursors(&h, "fault");
	assert_int_equal(mkdir(at_home(&h, ATTEMPTS), 0750), 0);
	assert_int_equal(attempts_read(&h.endpoint, NAME, &a, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_non_null(strstr(f.text, ATTEMPTS " is not a plain file"));
	fault_clear(&f);
	assert_int_equal(attempts_write(&h.endpoint, NAME, &failing, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_false(exists(at_home(&h, ATTEMPTS ".new")));
}

static void
write_other(void *home)
{
	struct attempts other = failing;

	other.failed++;
	must_write(home, NAME, &other);
}

/* It says what it did before, or the other, and is on stable storage. */
static void
killed_in_it_one_of_both_is_read(void **state)
{
	static const struct {
		const char *call, *file;
		int failed;
	} steps[] = {{"write", "relay-crm.attempts.new", 3},
	    {"fdatasync", "relay-crm.attempts.new", 3},
	    {"rename", "relay-crm.attempts", 3}, {"fsync", "cursors", 4}};
	struct attempts a;
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(steps); i++) {
		make_cursors(&h, steps[i].call);
		must_write(&h, NAME, &failing);
		killed_before(steps[i].call, steps[i].file, 0, write_other, &h);
		assert_int_equal(must_read(&h, NAME, &a), 1);
		assert_int_equal(a.failed, steps[i].failed);
	}
	forget_calls();
	must_write(&h, NAME, &failing);
	assert_string_equal(calls_made, "write relay-crm.attempts.new\n"
					"fdatasync relay-crm.attempts.new\n"
					"rename relay-crm.attempts\n"
					"fsync cursors\n");
	memset(&a, 0, sizeof(a));
	forget_calls();
	must_write(&h, NAME, &a);
	assert_string_equal(calls_made, "fsync cursors\n");
}

/* Names, each with how often it failed. */
static char told[256];

static void
tell(void *context, const char *name, const struct attempts *a)
{
	size_t n = strlen(told);

	assert_ptr_equal(context, told);
	(void)snprintf(told + n, sizeof(told) - n, "%s:%d ", name, a->failed);
}

static const char *
each(const struct home *h)
{
	struct fault f = {0};

	told[0] = '\0';
	if (attempts_each(&h->endpoint, tell, told, &f) == -1)
		fail_msg("attempts_each: %s", f.text);
	return told;
}

static void
each_is_told_by_name(void **state)
{
	struct attempts a = failing;
	struct fault f = {0};
	struct home h;

	(void)state;
	make_home(&h, "each");
	assert_string_equal(each(&h), "");
	assert_int_equal(mkdir(at_home(&h, "cursors"), 0750), 0);
	assert_string_equal(each(&h), "");
	must_write(&h, "relay-crm", &a);
	a.failed = 1;
	must_write(&h, "relay-chat", &a);
	must_write(&h, "z", &a);
	/* Other files, and those that can't be read. */
	write_file(at_home(&h, "cursors/a"), "x", 1);
	write_file(at_home(&h, "cursors/relay-crm"), "x", 1);
	write_file(at_home(&h, "cursors/relay-crm.lock"), "x", 1);
	write_file(at_home(&h, "cursors/a.lock"), "x", 1);
	write_file(at_home(&h, "cursors/a.attempts.new"), "x", 1);
	write_file(at_home(&h, "cursors/.attempts"), "x", 1);
	write_file(at_home(&h, "cursors/relay-d.attempts"), "x", 1);
	assert_int_equal(
	    mkdir(at_home(&h, "cursors/relay-e.attempts"), 0750), 0);
	assert_string_equal(each(&h), "relay-chat:1 relay-crm:3 z:1 ");
	at_home_run(&h, "mv cursors away && touch cursors");
	assert_int_equal(attempts_each(&h.endpoint, tell, told, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what is written is read", what_is_written_is_read),
	    TEST("while all is well there is no file",
		while_all_is_well_there_is_none),
	    TEST("the reason is one line of plain characters",
		the_reason_is_one_plain_line),
	    TEST("one that is damaged is none", one_that_is_damaged_is_none),
	    TEST("lines that we would not write make it none",
		lines_of_others_are_none),
	    TEST("a text that is too long for its room makes it none",
		texts_have_their_room),
	    TEST("what can't be read or written is a fault",
		what_cannot_be_read_is_a_fault),
	    TEST("killed anywhere in it the one before or the other is read",
		killed_in_it_one_of_both_is_read),
	    TEST("each is told, in the order of their names",
		each_is_told_by_name),
	};

	return RUN(tests);
}

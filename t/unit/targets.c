#include "home.h"

#include "http/targets.h"

static struct targets targets;

/* A secret; it is old enough to be remembered when this is over. */
static void
put_secret(struct home *h, const char *secret)
{
	struct stat st;
	int64_t changed;

	write_file(at_home(h, "secret"), secret, strlen(secret));
	assert_int_equal(chmod(at_home(h, "secret"), 0600), 0);
	assert_int_equal(stat(at_home(h, "secret"), &st), 0);
	changed =
	    (int64_t)st.st_ctim.tv_sec * UTC_SECOND + st.st_ctim.tv_nsec / 1000;
	while (utc_now() - changed < 50000)
		continue;
}

/* Is a body that was signed with that secret taken? */
static int
takes(struct home *h, const char *secret)
{
	char signature[SIGNATURE_SIZE], out[SIGNATURE_SIZE];
	struct signature_keys *keys;
	struct fault f = {0};
	ptrdiff_t i = targets_find(&targets, at_home(h, ".."), "main");
	int rc;

	assert_true(i >= 0);
	assert_int_equal(signature_make(secret, "x", 1, signature, &f), 0);
	keys =
	    targets.list[i].found == 1 ? targets_keys(&targets.list[i]) : NULL;
	rc = keys == NULL ? -1
	                  : signature_keys_verify(
				keys, signature, "x", 1, out, NULL, &f);
	targets_end_turn(&targets);
	return rc;
}

static void
secrets_are_read_again_when_they_change(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "change");
	put_secret(&h, "first\n");
	assert_int_equal(takes(&h, "first"), 1);
	assert_int_equal(takes(&h, "first"), 1);
	assert_int_equal(takes(&h, "second"), 0);
	/* In its place, and of the same size. */
	put_secret(&h, "secon\n");
	assert_int_equal(takes(&h, "first"), 0);
	assert_int_equal(takes(&h, "secon"), 1);
	/* Another file under its name. */
	put_secret(&h, "third\nsecon\n");
	assert_int_equal(
	    rename(at_home(&h, "secret"), at_home(&h, "secret.new")), 0);
	assert_int_equal(takes(&h, "secon"), -1);
	assert_int_equal(
	    rename(at_home(&h, "secret.new"), at_home(&h, "secret")), 0);
	assert_int_equal(takes(&h, "third"), 1);
	/* Others may read it now. */
	assert_int_equal(chmod(at_home(&h, "secret"), 0644), 0);
	assert_int_equal(takes(&h, "third"), -1);
	targets_free(&targets);
}

static void
what_is_just_written_is_read_again(void **state)
{
	struct home h;
	int i;

	(void)state;
	make_home(&h, "just");
	/* All in one tick of the clock that files have, most of the time. */
	for (i = 0; i < 50; i++) {
		write_file(at_home(&h, "secret"), i % 2 ? "a\n" : "b\n", 2);
		assert_int_equal(chmod(at_home(&h, "secret"), 0600), 0);
		assert_int_equal(takes(&h, "a"), i % 2);
	}
	targets_free(&targets);
}

/* Its age, by the clock that the file system has, in nanoseconds. */
static int64_t
age_of_secret(const struct home *h)
{
	struct stat st;

	assert_int_equal(stat(at_home(h, "secret"), &st), 0);
	return utc_now() * 1000 - (int64_t)st.st_ctim.tv_sec * 1000000000 -
	       st.st_ctim.tv_nsec;
}

static void
keys_are_kept_while_the_file_is_old_and_the_same(void **state)
{
	struct home h;
	ptrdiff_t i;

	(void)state;
	make_home(&h, "kept");
	do { /* until it is seen young, however busy the machine is */
		write_file(at_home(&h, "secret"), "first\n", 6);
		assert_int_equal(chmod(at_home(&h, "secret"), 0600), 0);
		assert_int_equal(takes(&h, "first"), 1);
		if (age_of_secret(&h) <= 20000000)
			assert_int_equal(targets.n, 0);
	} while (targets.n > 0);
	put_secret(&h, "first\n");
	assert_int_equal(takes(&h, "first"), 1);
	i = targets_find(&targets, at_home(&h, ".."), "main");
	assert_true(i >= 0);
	assert_non_null(targets.list[i].keys);
	targets_free(&targets);
}

/* As many as the list has room for, and no more. */
#define ASKED 32

/* A name of one letter is a name. */
static int
letter(int i)
{
	return i < 26 ? 'a' + i : '0' + i - 26;
}

static void
sixteen_are_remembered(void **state)
{
	struct home h;
	char name[8], path[PATH_MAX];
	ptrdiff_t t;
	int i;

	(void)state;
	make_home(&h, "sixteen");
	for (i = 0; i < ASKED; i++) {
		(void)snprintf(name, sizeof(name), "../%c", letter(i));
		(void)strcpy(path, at_home(&h, name));
		assert_int_equal(mkdir(path, 0750), 0);
		(void)strcat(path, "/secret");
		write_file(path, "first\n", 6);
		assert_int_equal(chmod(path, 0600), 0);
	}
	put_secret(&h, "first\n");
	for (i = 0; i < ASKED; i++) {
		(void)snprintf(name, sizeof(name), "%c", letter(i));
		t = targets_find(&targets, at_home(&h, ".."), name);
		assert_int_equal(t, i);
		assert_int_equal(targets.list[t].found, 1);
		if (i != 1)
			assert_non_null(targets_keys(&targets.list[t]));
	}
	targets_end_turn(&targets);
	assert_int_equal(targets.n, 16);
	for (i = 0; i < 16; i++)
		assert_int_equal(
		    targets.list[i].name[0], letter(i == 0 ? 0 : i + 1));
	targets_free(&targets);
}

/* Even when it comes meanwhile: all requests of a turn hear the same. */
static void
secret_is_read_once_a_turn(void **state)
{
	struct home h;
	ptrdiff_t i;

	(void)state;
	make_home(&h, "once");
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	i = targets_find(&targets, at_home(&h, ".."), "main");
	assert_true(i >= 0);
	assert_int_equal(targets.list[i].found, 1);
	assert_null(targets_keys(&targets.list[i]));
	assert_int_equal(targets.list[i].fault.kind, FAULT_SETUP);
	put_secret(&h, "first\n");
	assert_null(targets_keys(&targets.list[i]));
	targets_end_turn(&targets);
	assert_int_equal(takes(&h, "first"), 1);
	targets_free(&targets);
}

static void
endpoint_without_a_name_is_looked_for_each_turn(void **state)
{
	struct home h;
	ptrdiff_t i;

	(void)state;
	make_home(&h, "nameless");
	put_secret(&h, "first\n");
	i = targets_find(&targets, at_home(&h, ".."), "");
	assert_true(i >= 0);
	assert_int_equal(targets.list[i].found, 1);
	assert_non_null(targets_keys(&targets.list[i]));
	targets_end_turn(&targets);
	assert_int_equal(targets.n, 0);
	targets_free(&targets);
}

static void
endpoint_is_looked_at_each_turn(void **state)
{
	struct home h;
	ptrdiff_t i;

	(void)state;
	make_home(&h, "each");
	put_secret(&h, "first\n");
	assert_int_equal(takes(&h, "first"), 1);
	write_file(at_home(&h, "disabled"), "", 0);
	i = targets_find(&targets, at_home(&h, ".."), "main");
	assert_true(i >= 0);
	assert_true(targets.list[i].endpoint.disabled);
	assert_int_equal(unlink(at_home(&h, "disabled")), 0);
	/* Once a turn. */
	i = targets_find(&targets, at_home(&h, ".."), "main");
	assert_true(i >= 0);
	assert_true(targets.list[i].endpoint.disabled);
	targets_end_turn(&targets);
	i = targets_find(&targets, at_home(&h, ".."), "main");
	assert_true(i >= 0);
	assert_false(targets.list[i].endpoint.disabled);
	targets_free(&targets);
}

static void
names_from_outside_are_not_remembered(void **state)
{
	char name[REQUEST_NAME_SIZE];
	struct home h;
	ptrdiff_t t;
	int i;

	(void)state;
	make_home(&h, "outside");
	put_secret(&h, "first\n");
	assert_int_equal(takes(&h, "first"), 1);
	assert_int_equal(targets.n, 1);
	for (i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		t = targets_find(&targets, at_home(&h, ".."), name);
		assert_true(t >= 0);
		assert_int_equal(targets.list[t].found, 0);
	}
	targets_end_turn(&targets);
	assert_int_equal(targets.n, 1);
	assert_int_equal(takes(&h, "first"), 1);
	targets_free(&targets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("secrets are read again when they change",
		secrets_are_read_again_when_they_change),
	    TEST("a secret that was just written is read again",
		what_is_just_written_is_read_again),
	    TEST("keys are kept while their file is old and the same",
		keys_are_kept_while_the_file_is_old_and_the_same),
	    TEST("sixteen are remembered", sixteen_are_remembered),
	    TEST("a secret is read once a turn", secret_is_read_once_a_turn),
	    TEST("an endpoint without a name is looked for each turn",
		endpoint_without_a_name_is_looked_for_each_turn),
	    TEST("an endpoint is looked at once each turn",
		endpoint_is_looked_at_each_turn),
	    TEST("names that come from outside are not remembered",
		names_from_outside_are_not_remembered),
	};
	struct fault f = {0};

	if (signature_start(0, &f) == -1)
		return 1;
	return RUN(tests);
}

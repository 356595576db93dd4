#include "unit.h"

#include <signal.h>
#include <sys/resource.h>

#include "cli/relay/standardwebhook.h"

/* The specification's own example. */
#define SECRET    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID        "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define TIME      1614265330
#define BODY      "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static const char *
secret_file(const void *text, size_t n, mode_t mode)
{
	const char *path = in_scratch("secret");

	(void)unlink(path);
	write_file(path, text, n);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

/* What read() says of a file of that text. */
static int
read_text(const char *text, struct standardwebhook_key *k, struct fault *f)
{
	memset(f, 0, sizeof(*f));
	return standardwebhook_read(
	    secret_file(text, strlen(text), 0600), k, f);
}

static void
example_is_the_specifications(void **state)
{
	char out[STANDARDWEBHOOK_SIGNATURE_SIZE] = "";
	struct standardwebhook_key k;
	struct fault f;

	(void)state;
	assert_int_equal(read_text(SECRET "\n", &k, &f), 1);
	assert_int_equal(
	    standardwebhook_sign(&k, ID, TIME, BODY, strlen(BODY), out, &f), 0);
	assert_string_equal(out, SIGNATURE);
}

static void
each_part_is_signed(void **state)
{
	char out[STANDARDWEBHOOK_SIGNATURE_SIZE] = "";
	struct standardwebhook_key k;
	struct fault f;

	(void)state;
	assert_int_equal(read_text(SECRET, &k, &f), 1);
	assert_int_equal(
	    standardwebhook_sign(&k, ID "2", TIME, BODY, strlen(BODY), out, &f),
	    0);
	assert_string_not_equal(out, SIGNATURE);
	assert_int_equal(
	    standardwebhook_sign(&k, ID, TIME + 1, BODY, strlen(BODY), out, &f),
	    0);
	assert_string_not_equal(out, SIGNATURE);
	assert_int_equal(
	    standardwebhook_sign(&k, ID, TIME, BODY, strlen(BODY) - 1, out, &f),
	    0);
	assert_string_not_equal(out, SIGNATURE);
	k.bytes[k.n - 1] ^= 1;
	assert_int_equal(
	    standardwebhook_sign(&k, ID, TIME, BODY, strlen(BODY), out, &f), 0);
	assert_string_not_equal(out, SIGNATURE);
}

static void
first_line_counts(void **state)
{
	static const char *const texts[] = {SECRET, SECRET "\n", SECRET "\r\n",
	    "  " SECRET " \t\n", "\xef\xbb\xbf" SECRET "\r\n",
	    SECRET "\nwhsec_another\n"};
	struct standardwebhook_key k;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		assert_int_equal(read_text(texts[i], &k, &f), 1);
		assert_int_equal(k.n, 24);
		assert_string_equal(k.secret, SECRET);
	}
}

static void
other_texts_are_refused(void **state)
{
	/* Of 23 bytes and of 65; what the others lack can be seen. */
	static const char *const texts[] = {"", "\n" SECRET, "hunter2\n",
	    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "whsec_\n",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!w\n",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS\n",
	    "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
	    "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
	    "\"" SECRET "\"\n"};
	struct standardwebhook_key k;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		assert_int_equal(read_text(texts[i], &k, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, "begins with whsec_"));
		assert_int_equal(k.n, 0);
	}
	/* One with a NUL in it is not what stands before that. */
	memset(&f, 0, sizeof(f));
	assert_int_equal(
	    standardwebhook_read(secret_file("whsec_\0AAA", 10, 0600), &k, &f),
	    -1);
}

static void
keys_of_24_to_64_bytes_do(void **state)
{
	static const char *const texts[] = {
	    "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAA=="};
	struct standardwebhook_key k;
	struct fault f;

	(void)state;
	assert_int_equal(read_text(texts[0], &k, &f), 1);
	assert_int_equal(k.n, 24);
	assert_int_equal(read_text(texts[1], &k, &f), 1);
	assert_int_equal(k.n, 64);
	assert_string_equal(k.secret, texts[1]);
}

static void
no_file_is_no_secret(void **state)
{
	struct standardwebhook_key k;
	struct fault f = {0};

	(void)state;
	assert_int_equal(
	    standardwebhook_read(in_scratch("nothing"), &k, &f), 0);
	assert_int_equal(f.kind, FAULT_NONE);
	assert_int_equal(k.n, 0);
}

static void
files_for_others_are_refused(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0620, 0602};
	struct standardwebhook_key k;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(modes); i++) {
		memset(&f, 0, sizeof(f));
		assert_int_equal(
		    standardwebhook_read(
			secret_file(SECRET, strlen(SECRET), modes[i]), &k, &f),
		    -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, "run \"chmod 600 "));
		assert_int_equal(k.n, 0);
	}
}

static void
what_is_no_file_is_refused(void **state)
{
	struct standardwebhook_key k;
	struct fault f = {0};

	(void)state;
	assert_int_equal(standardwebhook_read(scratch, &k, &f), -1);
	assert_non_null(strstr(f.text, "is not a plain file"));
	memset(&f, 0, sizeof(f));
	assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
	assert_int_equal(standardwebhook_read(in_scratch("fifo"), &k, &f), -1);
	assert_non_null(strstr(f.text, "is not a plain file"));
	assert_int_equal(unlink(in_scratch("fifo")), 0);
}

static void
made_secret_is_read_back(void **state)
{
	const char *path = in_scratch("made");
	struct standardwebhook_key made, again, k;
	struct fault f = {0};
	struct stat st;

	(void)state;
	(void)unlink(path);
	assert_int_equal(standardwebhook_create(path, &made, &f), 0);
	assert_int_equal(made.n, 32);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(standardwebhook_read(path, &k, &f), 1);
	assert_int_equal(k.n, made.n);
	assert_memory_equal(k.bytes, made.bytes, k.n);
	assert_string_equal(k.secret, made.secret);

	/* The next is another, and takes no file's place. */
	assert_int_equal(standardwebhook_create(path, &again, &f), -1);
	assert_non_null(strstr(f.text, "is there already"));
	assert_int_equal(standardwebhook_read(path, &k, &f), 1);
	assert_string_equal(k.secret, made.secret);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(standardwebhook_create(path, &again, &f), 0);
	assert_string_not_equal(again.secret, made.secret);
	assert_int_equal(unlink(path), 0);
}

static void
no_room_leaves_no_file(void **state)
{
	struct rlimit before, limit;
	struct standardwebhook_key k;
	struct fault f = {0};
	int rc;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(
	    standardwebhook_create(in_scratch("no/such/folder"), &k, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	/* A file that may have one byte only. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 1;
	memset(&f, 0, sizeof(f));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	rc = standardwebhook_create(in_scratch("full"), &k, &f);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(f.text, "can't write "));
	assert_false(exists(in_scratch("full")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the specification's example has its signature",
		example_is_the_specifications),
	    TEST("id, time, body and key: each changes the signature",
		each_part_is_signed),
	    TEST("a file's first line is the secret, without what is around it",
		first_line_counts),
	    TEST("a text of another kind is refused, and the form told",
		other_texts_are_refused),
	    TEST("keys of 24 to 64 bytes do", keys_of_24_to_64_bytes_do),
	    TEST("where there is no file there is no secret",
		no_file_is_no_secret),
	    TEST("a secret that others can read or write is refused",
		files_for_others_are_refused),
	    TEST("a directory or a FIFO is refused, and not waited for",
		what_is_no_file_is_refused),
	    TEST("a secret that was made is read back, and replaces none",
		made_secret_is_read_back),
	    TEST("where none can be written nothing is left",
		no_room_leaves_no_file),
	};

	return RUN(tests);
}

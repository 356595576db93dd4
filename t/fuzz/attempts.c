/*
 * How a relay stands with its target: what is taken is what is written again,
 * and no other file is taken.  Whatever an answer of the target makes of it can
 * be read again, and is plain text.
 */
#include <sys/stat.h>

#include "fuzz.h"

#include "reader/attempts.h"

#define HEAD "leadsheet attempts 1\n"

/* No disk is waited for. */
int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int
fsync(int fd)
{
	return fdatasync(fd);
}

static struct endpoint
endpoint(void)
{
	struct endpoint e = {.name = "main"};

	(void)snprintf(e.dir, sizeof(e.dir), "%s", in_tmp("."));
	(void)mkdir(in_tmp("cursors"), 0750);
	return e;
}

static int
are_same(const struct attempts *a, const struct attempts *b)
{
	return a->state == b->state && a->since == b->since &&
	       a->next == b->next && a->failed == b->failed &&
	       a->leads == b->leads && strcmp(a->why, b->why) == 0 &&
	       strcmp(a->digest, b->digest) == 0;
}

static int
read_it(struct attempts *a)
{
	const struct endpoint e = endpoint();
	struct fault f = {0};
	int rc = attempts_read(&e, "relay-crm", a, &f);

	HOLDS(rc == 0 || rc == 1);
	return rc;
}

static void
write_it(const struct attempts *a)
{
	const struct endpoint e = endpoint();
	struct fault f = {0};

	HOLDS(attempts_write(&e, "relay-crm", a, &f) == 0);
}

/* A file that has these bytes. */
static void
check(const void *data, size_t n)
{
	struct attempts a, back, zero;
	struct stat st;
	char path[512];

	(void)snprintf(
	    path, sizeof(path), "%s", in_tmp("cursors/relay-crm.attempts"));
	memset(&zero, 0, sizeof(zero));
	put_file(path, data, n);
	if (read_it(&a) == 0) {
		HOLDS(are_same(&a, &zero));
		return;
	}
	HOLDS(a.state <= ATTEMPTS_GIVEN_UP && a.failed >= 0);
	HOLDS(a.since >= 0 && a.next >= 0);
	write_it(&a);
	if (are_same(&a, &zero)) {
		HOLDS(stat(path, &st) == -1);
		return;
	}
	HOLDS(stat(path, &st) == 0 && (size_t)st.st_size == n);
	HOLDS(read_it(&back) == 1 && are_same(&a, &back));
}

/* The same as a text that is sealed. */
static void
check_sealed(const uint8_t *data, size_t n)
{
	char sha256[SIGNATURE_SIZE];
	struct bytes b = {0};
	struct fault f = {0};

	bytes_adds(&b, HEAD);
	bytes_add(&b, data, n);
	HOLDS(signature_sha256(b.data, b.len, sha256, &f) == 0);
	bytes_printf(&b, "sha256 %s\n", sha256);
	HOLDS(!b.failed);
	check(b.data, b.len);
	bytes_free(&b);
}

/* Whatever a relay may have to note. */
static void
check_made(struct input *in)
{
	struct attempts a, back;
	size_t i, n = take_byte(in);

	memset(&a, 0, sizeof(a));
	a.state =
	    (enum attempts_state)(take_byte(in) % (ATTEMPTS_GIVEN_UP + 1));
	a.since = (int64_t)take_bytes(in, 6);
	a.next = (int64_t)take_bytes(in, 6);
	a.failed = (int)take_bytes(in, 3);
	a.leads = take_bytes(in, 4);
	for (i = 0; i < n && i + 1 < sizeof(a.why); i++)
		a.why[i] = (char)take_byte(in);
	write_it(&a);
	(void)read_it(&back);
	HOLDS(strlen(back.why) == strlen(a.why));
	for (i = 0; back.why[i] != '\0'; i++) {
		HOLDS(back.why[i] >= ' ' && back.why[i] <= '~');
		HOLDS(back.why[i] == a.why[i] || back.why[i] == '?');
	}
	memcpy(a.why, back.why, sizeof(a.why));
	HOLDS(are_same(&a, &back));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input in = {data, n};

	check_made(&in);
	check(data, n);
	check_sealed(data, n);
	return 0;
}

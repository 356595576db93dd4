/* session: that a browser has logged in; see session.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/pagedir.h"
#include "access/pagefile.h"
#include "access/random.h"
#include "access/session.h"
#include "base/bytes.h"
#include "base/lock.h"
#include "base/utc.h"
#include "webhook/signature.h"

#define NUMBER_SIZE 33 /* 128 bits in hex, and NUL */
#define DIGITS      "0123456789abcdef"

/* NAME.SINCE.NUMBER.SIGNATURE: a cookie's value, in its parts. */
struct parts {
	char name[READERS_NAME_SIZE];
	int64_t since; /* seconds */
	char number[NUMBER_SIZE];
	char signature[SIGNATURE_SIZE];
};

/* Over what it says and the reader's hash: a new password ends it. */
static int
sign(const struct parts *p, const char *hash, const char *key,
    char out[static SIGNATURE_SIZE], struct fault *f)
{
	struct bytes text = {0};
	int rc;

	bytes_printf(&text, "leadsheet session\n%s\n%lld\n%s\n%s\n", p->name,
	    (long long)p->since, p->number, hash);
	rc = bytes_check(&text, f);
	if (rc == 0)
		rc = signature_make(key, text.data, text.len, out, f);
	bytes_free(&text);
	return rc;
}

int
session_begin(char out[static SESSION_SIZE], const struct reader *r,
    const char *key, int64_t now, struct fault *f)
{
	struct parts p = {.since = now / UTC_SECOND};

	(void)snprintf(p.name, sizeof(p.name), "%s", r->name);
	if (random_hex(p.number, (NUMBER_SIZE - 1) / 2, f) == -1 ||
	    sign(&p, r->hash, key, p.signature, f) == -1)
		return -1;
	(void)snprintf(out, SESSION_SIZE, "%s.%lld.%s.%s", p.name,
	    (long long)p.since, p.number, p.signature);
	return 0;
}

/* The last part of a text of n bytes, which ends before it then; or NULL. */
static const char *
take_last(const char *s, size_t *n, size_t *len)
{
	const char *dot = memrchr(s, '.', *n);

	if (dot == NULL)
		return NULL;
	*len = *n - (size_t)(dot + 1 - s);
	*n = (size_t)(dot - s);
	return dot + 1;
}

/* Such a number of hex digits. */
static int
take_hex(char *out, size_t size, const char *s, size_t len)
{
	if (s == NULL || len != size - 1 || strspn(s, DIGITS) < len)
		return 0;
	memcpy(out, s, len);
	out[len] = '\0';
	return 1;
}

/* A name has dots of its own, so from the end on.  1, or 0: it is none. */
static int
take_parts(struct parts *p, const char *cookie)
{
	size_t n = strlen(cookie), len = 0;
	const char *s;
	size_t i;

	s = take_last(cookie, &n, &len);
	if (!take_hex(p->signature, sizeof(p->signature), s, len))
		return 0;
	s = take_last(cookie, &n, &len);
	if (!take_hex(p->number, sizeof(p->number), s, len))
		return 0;
	s = take_last(cookie, &n, &len);
	if (s == NULL || len == 0 || len > 12 || n >= sizeof(p->name))
		return 0;
	for (p->since = 0, i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return 0;
		p->since = p->since * 10 + (s[i] - '0');
	}
	memcpy(p->name, cookie, n);
	p->name[n] = '\0';
	return reader_is_name(p->name);
}

/* Was it ended before its time?  1, 0, or -1. */
static int
is_ended(const char *home, const char *number, struct fault *f)
{
	struct bytes text = {0};
	char path[PATH_MAX];
	int rc;

	pagedir_path(home, path, "ended");
	rc = pagefile_read(path, &text, f);
	if (rc == 1)
		rc =
		    memmem(text.data, text.len, number, strlen(number)) != NULL;
	bytes_free(&text);
	return rc;
}

/* The reader by whom and whose hash it was signed, in time: or NULL. */
static const struct reader *
verify(const struct parts *p, const struct readers *readers, const char *key,
    int64_t now, int *failed, struct fault *f)
{
	const struct reader *r = readers_find(readers, p->name);
	char right[SIGNATURE_SIZE];
	unsigned char differ = 0;
	size_t i;

	/* A minute: another machine's clock may have begun it. */
	if (r == NULL || !password_is_hash(r->hash) ||
	    p->since > now / UTC_SECOND + 60 ||
	    now / UTC_SECOND >= p->since + SESSION_SECONDS)
		return NULL;
	if (sign(p, r->hash, key, right, f) == -1) {
		*failed = 1;
		return NULL;
	}
	for (i = 0; i < SIGNATURE_SIZE; i++)
		differ = (unsigned char)(differ | (right[i] ^ p->signature[i]));
	return differ == 0 ? r : NULL;
}

const struct reader *
session_reader(const char *cookie, const struct readers *readers,
    const char *home, const char *key, int64_t now, int *failed,
    struct fault *f)
{
	const struct reader *r;
	struct parts p;
	int rc;

	*failed = 0;
	if (!take_parts(&p, cookie))
		return NULL;
	r = verify(&p, readers, key, now, failed, f);
	if (r == NULL)
		return NULL;
	if ((rc = is_ended(home, p.number, f)) == -1)
		*failed = 1;
	return rc == 0 ? r : NULL;
}

/* Those of a text that have not ended by themselves. */
static void
keep_recent(const struct bytes *text, int64_t now, struct bytes *out)
{
	size_t i, n;
	char line[64];
	char *end;

	for (i = 0; i < text->len; i += n + 1) {
		const char *s = text->data + i;
		const char *stop = memchr(s, '\n', text->len - i);

		n = stop == NULL ? text->len - i : (size_t)(stop - s);
		if (n < NUMBER_SIZE || n >= sizeof(line))
			continue;
		memcpy(line, s, n);
		line[n] = '\0';
		if (strtoll(line + NUMBER_SIZE, &end, 10) > now / UTC_SECOND)
			bytes_printf(out, "%s\n", line);
	}
}

static int
write_ended(
    const char *home, const struct parts *p, int64_t now, struct fault *f)
{
	struct lock *l = pagedir_lock(home, f);
	struct bytes text = {0}, kept = {0};
	char path[PATH_MAX];
	int rc = -1;

	pagedir_path(home, path, "ended");
	if (l != NULL && pagefile_read(path, &text, f) != -1) {
		keep_recent(&text, now, &kept);
		bytes_printf(&kept, "%s %lld\n", p->number,
		    (long long)p->since + SESSION_SECONDS);
		rc = pagefile_write(path, &kept, f);
	}
	bytes_free(&text);
	bytes_free(&kept);
	lock_close(l);
	return rc;
}

int
session_end(const char *cookie, const struct readers *readers, const char *home,
    const char *key, int64_t now, struct fault *f)
{
	struct parts p;
	int failed;

	if (session_reader(cookie, readers, home, key, now, &failed, f) == NULL)
		return failed ? -1 : 0;
	return take_parts(&p, cookie) ? write_ended(home, &p, now, f) : 0;
}

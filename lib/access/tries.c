/*
 * tries: how often a wrong password came of late; see tries.h.
 *
 * The file has two tables, of addresses and of names: buckets of some slots.  A
 * slot has the first 64 bits of an HMAC of what it counts, so that nobody can
 * tell which bucket that will be, nor whose address it was.  Where a bucket is
 * full the slot that counted least gives way.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/pagedir.h"
#include "access/tries.h"
#include "base/bytes.h"
#include "base/lock.h"
#include "base/utc.h"
#include "webhook/signature.h"

#define SLOTS   8
#define BUCKETS 512 /* of each table */

struct slot {
	uint64_t id;
	uint32_t since; /* seconds since 1970: of the first wrong one */
	uint32_t count;
};

/* What is counted for one address, or name. */
struct counter {
	off_t offset; /* of its bucket */
	uint64_t id;
	uint32_t limit;
	struct slot bucket[SLOTS];
	struct slot *slot; /* of bucket */
};

#define FILE_SIZE ((off_t)(2 * BUCKETS * SLOTS * sizeof(struct slot)))

struct tries {
	struct lock *lock;
	int fd;
	char path[PATH_MAX];
};

/* The part of an address that one person has: of IPv6 its first half. */
static void
shorten(const char *address, char out[static INET6_ADDRSTRLEN])
{
	static const unsigned char mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	struct in6_addr six;

	(void)snprintf(out, INET6_ADDRSTRLEN, "%s", address);
	if (inet_pton(AF_INET6, address, &six) != 1)
		return;
	if (memcmp(&six, mapped, sizeof(mapped)) == 0) {
		(void)inet_ntop(AF_INET, (char *)&six + sizeof(mapped), out,
		    INET6_ADDRSTRLEN);
		return;
	}
	memset((char *)&six + 8, 0, 8);
	(void)inet_ntop(AF_INET6, &six, out, INET6_ADDRSTRLEN);
}

static int
find_place(struct counter *c, int table, const char *what, const char *key,
    struct fault *f)
{
	char mac[SIGNATURE_SIZE];
	struct bytes text = {0};
	int rc;

	bytes_printf(&text, "leadsheet tries\n%d\n%s", table, what);
	rc = bytes_check(&text, f);
	if (rc == 0)
		rc = signature_make(key, text.data, text.len, mac, f);
	bytes_free(&text);
	if (rc == -1)
		return -1;
	mac[32] = '\0';
	c->offset = (off_t)((strtoull(mac + 16, NULL, 16) % BUCKETS +
				(uint64_t)table * BUCKETS) *
			    sizeof(c->bucket));
	mac[16] = '\0';
	c->id = strtoull(mac, NULL, 16);
	return 0;
}

static int
complain(const struct tries *t, struct fault *f)
{
	return fault_set(f, FAULT_STORAGE, errno, "can't use %s", t->path);
}

static void
close_file(struct tries *t)
{
	if (t->fd != -1)
		(void)close(t->fd);
	lock_close(t->lock);
}

static int
open_file(struct tries *t, const char *home, struct fault *f)
{
	struct stat st;

	t->fd = -1;
	pagedir_path(home, t->path, "tries");
	if ((t->lock = pagedir_lock(home, f)) == NULL)
		return -1;
	t->fd = open(t->path,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (t->fd == -1)
		return fault_open(f, t->path, 0, errno);
	if (fstat(t->fd, &st) == -1)
		return complain(t, f);
	if (!S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not a plain file; move it away", t->path);
	if (st.st_size == FILE_SIZE)
		return 0;
	/* All of it is made at once: a disk that is full later hinders no one.
	 */
	if (ftruncate(t->fd, 0) == -1 ||
	    (errno = posix_fallocate(t->fd, 0, FILE_SIZE)) != 0)
		return complain(t, f);
	return 0;
}

/* One in the future, as the clock was set back, is over as well: it wraps. */
static int
is_over(const struct slot *s, uint32_t now)
{
	return s->count == 0 || now - s->since >= TRIES_SECONDS;
}

static int
read_counter(
    const struct tries *t, struct counter *c, uint32_t now, struct fault *f)
{
	struct slot *s, *least = c->bucket;

	if (pread(t->fd, c->bucket, sizeof(c->bucket), c->offset) !=
	    (ssize_t)sizeof(c->bucket))
		return complain(t, f);
	c->slot = NULL;
	for (s = c->bucket; s < c->bucket + SLOTS; s++) {
		if (is_over(s, now))
			memset(s, 0, sizeof(*s));
		if (s->count > 0 && s->id == c->id)
			c->slot = s;
		if (s->count < least->count)
			least = s;
	}
	if (c->slot == NULL) {
		c->slot = least;
		memset(least, 0, sizeof(*least));
		least->id = c->id;
	}
	return 0;
}

static int
write_counter(const struct tries *t, const struct counter *c, struct fault *f)
{
	if (pwrite(t->fd, c->bucket, sizeof(c->bucket), c->offset) !=
	    (ssize_t)sizeof(c->bucket))
		return complain(t, f);
	return 0;
}

static int
find_places(struct counter c[static 2], const char *address, const char *name,
    const char *key, struct fault *f)
{
	char text[INET6_ADDRSTRLEN];

	memset(c, 0, 2 * sizeof(*c));
	c[0].limit = TRIES_ADDRESS;
	c[1].limit = TRIES_NAME;
	shorten(address, text);
	return find_place(&c[0], 0, text, key, f) == -1
	           ? -1
	           : find_place(&c[1], 1, name, key, f);
}

int
tries_begin(const char *home, const char *address, const char *name,
    const char *key, int64_t now, int *wait, struct fault *f)
{
	uint32_t seconds = (uint32_t)(now / UTC_SECOND);
	struct counter c[2];
	struct tries t;
	int rc = -1, left, i;

	*wait = 0;
	if (find_places(c, address, name, key, f) == -1)
		return -1;
	if (open_file(&t, home, f) == -1 ||
	    read_counter(&t, &c[0], seconds, f) == -1 ||
	    read_counter(&t, &c[1], seconds, f) == -1)
		goto out;
	rc = 1;
	for (i = 0; i < 2; i++) {
		if (c[i].slot->count < c[i].limit)
			continue;
		left = (int)(c[i].slot->since + TRIES_SECONDS - seconds);
		*wait = left > *wait ? left : *wait;
		rc = 0;
	}
	for (i = 0; rc == 1 && i < 2; i++) {
		if (c[i].slot->count++ == 0)
			c[i].slot->since = seconds;
		if (write_counter(&t, &c[i], f) == -1)
			rc = -1;
	}
out:
	close_file(&t);
	return rc;
}

int
tries_right(const char *home, const char *address, const char *name,
    const char *key, struct fault *f)
{
	struct counter c[2];
	struct tries t;
	struct slot *s;
	int rc = -1, i;

	if (find_places(c, address, name, key, f) == -1)
		return -1;
	if (open_file(&t, home, f) == -1)
		goto out;
	for (rc = 0, i = 0; rc == 0 && i < 2; i++) {
		if (pread(t.fd, c[i].bucket, sizeof(c[i].bucket),
			c[i].offset) != (ssize_t)sizeof(c[i].bucket)) {
			rc = complain(&t, f);
			break;
		}
		for (s = c[i].bucket; s < c[i].bucket + SLOTS; s++)
			if (s->id == c[i].id && s->count > 0)
				s->count--;
		rc = write_counter(&t, &c[i], f);
	}
out:
	close_file(&t);
	return rc;
}

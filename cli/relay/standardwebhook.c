/* standardwebhook: a message signed for any receiver; see standardwebhook.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/random.h"
#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/text.h"
#include "cli/relay/standardwebhook.h"
#include "webhook/signature.h"

#define PREFIX   "whsec_"
#define KEY_MIN  24
#define KEY_MADE 32

/* Of the file's beginning; its first line has to stand in it. */
#define FILE_MAX 1024

/* The byte order mark that some editors put before a text: no part of it. */
#define MARK "\xef\xbb\xbf"

/* The first line, less blanks around it. */
static const char *
first_line(char *text)
{
	char *line = text + strspn(text, " \t\r");
	size_t n;

	if (strncmp(line, MARK, strlen(MARK)) == 0)
		line += strlen(MARK);
	line += strspn(line, " \t\r");
	n = strcspn(line, "\n");
	while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL)
		n--;
	line[n] = '\0';
	return line;
}

/* 0, or -1 when it is no secret or, with the fault set, memory ran out. */
static int
take_secret(const char *secret, struct standardwebhook_key *k, struct fault *f)
{
	size_t prefix = strlen(PREFIX);
	struct bytes key = {0};
	int rc = -1;

	if (strlen(secret) < sizeof(k->secret) &&
	    strncmp(secret, PREFIX, prefix) == 0 &&
	    text_unbase64(&key, secret + prefix, strlen(secret + prefix)) ==
		0 &&
	    bytes_check(&key, f) == 0 && key.len >= KEY_MIN &&
	    key.len <= sizeof(k->bytes)) {
		memcpy(k->bytes, key.data, key.len);
		k->n = key.len;
		(void)snprintf(k->secret, sizeof(k->secret), "%s", secret);
		rc = 0;
	}
	if (key.data != NULL)
		explicit_bzero(key.data, key.cap);
	bytes_free(&key);
	return rc;
}

static int
read_file(
    const char *path, int fd, struct standardwebhook_key *k, struct fault *f)
{
	char text[FILE_MAX + 1];
	struct stat st;
	ssize_t n;
	int rc;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not a plain file; put the secret into one", path);
	if ((st.st_mode & 077) != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "others can read the secret; run \"chmod 600 %s\"", path);
	if ((n = read(fd, text, FILE_MAX)) == -1)
		return fault_set(f, FAULT_SETUP, errno, "can't read %s", path);
	text[n] = '\0';
	rc = take_secret(first_line(text), k, f);
	explicit_bzero(text, sizeof(text));
	if (rc == -1 && f->kind == FAULT_NONE)
		return fault_set(f, FAULT_SETUP, 0,
		    "there is no secret on the first line of %s; it begins "
		    "with " PREFIX ", and base64 of 24 to 64 bytes follows, "
		    "40 letters and digits, say: put the receiver's into it, "
		    "or remove it and have one made",
		    path);
	return rc;
}

int
standardwebhook_read(
    const char *path, struct standardwebhook_key *k, struct fault *f)
{
	int fd, rc;

	memset(k, 0, sizeof(*k));
	/* O_NONBLOCK: a FIFO in its place must not hang us. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return fault_set(f, FAULT_SETUP, errno,
		    "can't read the secret; it must belong to the user that "
		    "the relay runs as: %s",
		    path);
	rc = read_file(path, fd, k, f);
	(void)close(fd);
	return rc == 0 ? 1 : -1;
}

static int
make_secret(struct standardwebhook_key *k, struct fault *f)
{
	unsigned char key[KEY_MADE];
	struct bytes secret = {0};
	int rc;

	if (random_bytes(key, sizeof(key), f) == -1)
		return -1;
	bytes_adds(&secret, PREFIX);
	text_base64(&secret, (const char *)key, sizeof(key));
	bytes_addc(&secret, '\0');
	rc = bytes_check(&secret, f);
	if (rc == 0)
		rc = take_secret(secret.data, k, f);
	explicit_bzero(key, sizeof(key));
	if (secret.data != NULL)
		explicit_bzero(secret.data, secret.cap);
	bytes_free(&secret);
	return rc;
}

/* One write: killed before it, the file is empty, and read() says so. */
static int
write_secret(const char *path, int fd, const struct standardwebhook_key *k,
    struct fault *f)
{
	char line[STANDARDWEBHOOK_SECRET_SIZE + 1];
	int n = snprintf(line, sizeof(line), "%s\n", k->secret), rc = 0;

	errno = ENOSPC; /* what a short write means */
	if (write(fd, line, (size_t)n) != n || fchmod(fd, 0600) == -1 ||
	    fsync(fd) == -1)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't write %s", path);
	explicit_bzero(line, sizeof(line));
	return rc;
}

int
standardwebhook_create(
    const char *path, struct standardwebhook_key *k, struct fault *f)
{
	int fd, rc;

	memset(k, 0, sizeof(*k));
	if (make_secret(k, f) == -1)
		return -1;
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1 && errno == EEXIST)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is there already; remove it first where another "
		    "secret is to take its place",
		    path);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", path);
	rc = write_secret(path, fd, k, f);
	(void)close(fd);
	if (rc == -1) {
		(void)unlink(path);
		return -1;
	}
	return appendfile_sync_parent(path, f);
}

int
standardwebhook_sign(const struct standardwebhook_key *k, const char *id,
    int64_t seconds, const char *body, size_t n,
    char out[static STANDARDWEBHOOK_SIGNATURE_SIZE], struct fault *f)
{
	unsigned char digest[SIGNATURE_BYTES];
	struct bytes text = {0};
	char when[32];
	struct signature_piece pieces[] = {
	    {id, strlen(id)}, {when, 0}, {body, n}};
	int rc;

	pieces[1].len =
	    (size_t)snprintf(when, sizeof(when), ".%lld.", (long long)seconds);
	if (signature_hmac(k->bytes, k->n, pieces, 3, digest, f) == -1)
		return -1;
	bytes_adds(&text, "v1,");
	text_base64(&text, (const char *)digest, sizeof(digest));
	rc = bytes_check(&text, f);
	if (rc == 0)
		(void)snprintf(out, STANDARDWEBHOOK_SIGNATURE_SIZE, "%.*s",
		    (int)text.len, text.data);
	bytes_free(&text);
	return rc;
}

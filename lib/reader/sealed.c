/* sealed: a file that is believed only as it was written; see sealed.h. */
#include <errno.h>
#include <string.h>

#include "base/appendfile.h"
#include "reader/sealed.h"
#include "webhook/signature.h"

#define PIECE 65536 /* bytes a read */

/* A cursor of all days that a journal can have is far shorter; in bytes. */
#define SIZE_MAX_OF_ALL (64 << 20)

static const char word[] = "sha256 ";

/* Of the last line. */
#define LAST_SIZE (sizeof(word) - 1 + SIGNATURE_SIZE)

static int
read_file(struct appendfile *file, struct bytes *b, struct fault *f)
{
	ssize_t n;

	do {
		if (bytes_reserve(b, PIECE) == -1)
			return bytes_check(b, f);
		n = appendfile_read(
		    file, b->data + b->len, PIECE, (int64_t)b->len, f);
		if (n == -1)
			return -1;
		b->len += (size_t)n;
	} while (n > 0 && b->len < SIZE_MAX_OF_ALL);
	return 0;
}

/* Take the first and the last line off, where they are as they are to be. */
static enum sealed
unseal(struct bytes *b, const char *head, struct fault *f)
{
	const size_t first = strlen(head);
	char sha256[SIGNATURE_SIZE];
	const char *last;

	if (b->len < first + LAST_SIZE || memcmp(b->data, head, first) != 0)
		return SEALED_DAMAGED;
	b->len -= LAST_SIZE;
	last = b->data + b->len;
	if (memcmp(last, word, sizeof(word) - 1) != 0 ||
	    last[LAST_SIZE - 1] != '\n')
		return SEALED_DAMAGED;
	if (signature_sha256(b->data, b->len, sha256, f) == -1)
		return SEALED_FAILED;
	if (memcmp(last + sizeof(word) - 1, sha256, SIGNATURE_SIZE - 1) != 0)
		return SEALED_DAMAGED;
	bytes_drop(b, first);
	return SEALED_WHOLE;
}

enum sealed
sealed_read(
    const char *path, const char *head, struct bytes *text, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file = appendfile_open(path, APPENDFILE_VIEW, &why);
	enum sealed rc = SEALED_FAILED;

	if (file == NULL && why.err == ENOENT)
		return SEALED_NONE;
	if (file == NULL) {
		(void)fault_take(f, &why);
		return SEALED_FAILED;
	}
	bytes_reset(text);
	if (read_file(file, text, f) == 0)
		rc = unseal(text, head, f);
	appendfile_close(file);
	return rc;
}

/* Write it beside path; NULL with the fault set. */
static struct appendfile *
write_new(const char *path, const char *head, const struct bytes *text,
    struct fault *f)
{
	char sha256[SIGNATURE_SIZE];
	struct appendfile *file = NULL;
	struct bytes b = {0};
	int torn;

	if (bytes_check(text, f) == -1)
		return NULL;
	bytes_adds(&b, head);
	bytes_add(&b, text->data, text->len);
	if (bytes_check(&b, f) == -1 ||
	    signature_sha256(b.data, b.len, sha256, f) == -1)
		goto out;
	bytes_printf(&b, "%s%s\n", word, sha256);
	if ((file = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		goto out;
	if (appendfile_write(file, &b, &torn, f) == -1) {
		appendfile_discard(file);
		file = NULL;
	}
out:
	bytes_free(&b);
	return file;
}

int
sealed_write(const char *path, const char *head, const struct bytes *text,
    struct fault *f)
{
	struct appendfile *file = write_new(path, head, text, f);

	return file == NULL ? -1 : appendfile_publish(file, f);
}

int
sealed_prove(const char *path, const char *head, const struct bytes *text,
    struct fault *f)
{
	struct appendfile *file = write_new(path, head, text, f);
	char beside[PATH_MAX];
	int rc;

	if (file == NULL)
		return -1;
	rc = appendfile_sync(file, f);
	appendfile_close(file);
	appendfile_new_path(beside, path);
	return appendfile_unlink(beside, f) == -1 ? -1 : rc;
}

/* readers: who may look at the page; see readers.h. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "access/pagedir.h"
#include "access/pagefile.h"
#include "access/readers.h"
#include "base/array.h"
#include "base/lock.h"

/* How often a file that others change meanwhile is read anew. */
#define ROUNDS 8

static void
note_wrong(struct readers *rs, const char *path, int line, const char *why)
{
	if (rs->wrong_line != 0)
		return;
	rs->wrong_line = line;
	(void)fault_set(&rs->wrong, FAULT_SETUP, 0, "%.200s line %d: %.250s",
	    path, line, why);
}

/* Add a reader to the list, which owns it then. */
static int
add(struct readers *rs, size_t *room, struct reader *r, struct fault *f)
{
	struct reader *longer = array_grow(rs->list, rs->n, room, sizeof(*r));

	if (longer == NULL) {
		reader_free(r);
		return fault_memory(f);
	}
	rs->list = longer;
	rs->list[rs->n++] = *r;
	return 0;
}

/*
 * Take the readers of a text.  Where hashed is not NULL it gets the same text
 * with a hash for each password that holds; *plain is how many there are.
 */
static int
take_all(struct readers *rs, const char *path, const struct bytes *text,
    struct bytes *hashed, int *plain, struct fault *f)
{
	const char *done = text->data;
	struct reader_line l = {0};
	struct reader_word password;
	struct fault why;
	struct reader r;
	size_t room = 0;
	int rc;

	for (*plain = 0; reader_next_line(text, &l);) {
		memset(&why, 0, sizeof(why));
		rc = reader_take(&r, &l, &password, &why);
		if (rc == -1 && why.kind == FAULT_MEMORY)
			return fault_take(f, &why);
		if (rc == -1) {
			note_wrong(rs, path, l.number, why.text);
			reader_add_name(&l, &rs->kept_out);
		}
		if (rc == 1 && readers_find(rs, r.name) != NULL) {
			note_wrong(rs, path, l.number,
			    "this name stood before, and the line before "
			    "holds; remove one of them");
			reader_free(&r);
			rc = 0;
		}
		if (rc != 1)
			continue;
		*plain += password.n > 0;
		if (password.n > 0 && hashed != NULL) {
			if (reader_hash(&r, &password, f) == -1) {
				reader_free(&r);
				return -1;
			}
			bytes_add(hashed, done, (size_t)(password.s - done));
			bytes_adds(hashed, r.hash);
			done = password.s + password.n;
		}
		if (add(rs, &room, &r, f) == -1)
			return -1;
	}
	if (hashed != NULL && text->len > 0)
		bytes_add(
		    hashed, done, (size_t)(text->data + text->len - done));
	if (bytes_check(&rs->kept_out, f) == -1)
		return -1;
	return hashed == NULL ? 0 : bytes_check(hashed, f);
}

/* The file's text; nothing where it is missing.  0, or -1. */
static int
read_text(const char *path, struct bytes *text, struct fault *f)
{
	bytes_reset(text);
	if (pagefile_read(path, text, f) == -1)
		return -1;
	/* UTF-16, say. */
	if (text->len > 0 && memchr(text->data, '\0', text->len) != NULL)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not plain text; save it as UTF-8", path);
	return 0;
}

/* There may be passwords in it. */
static void
wipe(struct bytes *text)
{
	if (text->data != NULL)
		explicit_bzero(text->data, text->cap);
	bytes_free(text);
}

/*
 * Put a text in the place of another, unless the file is no more as that one.
 * 1, 0: it isn't; or -1 with the fault set.
 */
static int
replace(const char *home, const char *path, const struct bytes *was,
    const struct bytes *text, struct fault *f)
{
	struct lock *l = pagedir_lock(home, f);
	struct bytes now = {0};
	int rc = -1;

	if (l != NULL && read_text(path, &now, f) == 0) {
		rc =
		    now.len == was->len &&
		    (now.len == 0 || memcmp(now.data, was->data, now.len) == 0);
		if (rc == 1)
			rc = pagefile_write(path, text, f) == 0 ? 1 : -1;
	}
	wipe(&now);
	lock_close(l);
	return rc;
}

int
readers_look(struct readers *rs, const char *home, struct fault *f)
{
	struct bytes text = {0};
	char path[PATH_MAX];
	int rc, plain;

	readers_free(rs);
	pagedir_path(home, path, "readers");
	rc = read_text(path, &text, f);
	if (rc == 0)
		rc = take_all(rs, path, &text, NULL, &plain, f);
	wipe(&text);
	return rc;
}

static int
complain_changing(const char *path, struct fault *f)
{
	return fault_set(
	    f, FAULT_BUSY, 0, "somebody else is changing %s; try again", path);
}

int
readers_read(struct readers *rs, const char *home, struct fault *f)
{
	struct bytes text = {0}, hashed = {0};
	int rc = 0, plain = 0, round;
	char path[PATH_MAX];

	pagedir_path(home, path, "readers");
	/* Hashing takes long, so the lock is taken behind it. */
	for (round = 0; rc == 0 && round < ROUNDS; round++) {
		readers_free(rs);
		bytes_reset(&hashed);
		rc = read_text(path, &text, f);
		if (rc == 0)
			rc = take_all(rs, path, &text, &hashed, &plain, f);
		if (rc == 0)
			rc = plain == 0
			         ? 1
			         : replace(home, path, &text, &hashed, f);
	}
	if (rc == 0)
		rc = complain_changing(path, f);
	wipe(&text);
	wipe(&hashed);
	return rc == 1 ? 0 : -1;
}

const struct reader *
readers_find(const struct readers *rs, const char *name)
{
	size_t i;

	for (i = 0; i < rs->n; i++)
		if (strcmp(rs->list[i].name, name) == 0)
			return &rs->list[i];
	return NULL;
}

int
readers_keep_out(const struct readers *rs, const char *name)
{
	const char *s = rs->kept_out.data;
	size_t i;

	for (i = 0; i < rs->kept_out.len; i += strlen(s + i) + 1)
		if (strcmp(s + i, name) == 0)
			return readers_find(rs, name) == NULL;
	return 0;
}

/*
 * The same text with this reader's line in the place of those that are about
 * the name; without them where there is no reader.  How many there were.
 */
static int
change(const struct bytes *text, const char *name, const struct reader *r,
    struct bytes *out)
{
	const char *done = text->data, *crlf = "\n";
	struct reader_line l = {0};
	int found = 0;

	while (reader_next_line(text, &l)) {
		if (l.n > 0 && l.whole > l.n && l.s[l.n - 1] == '\r')
			crlf = "\r\n"; /* as its editor writes it */
		if (!reader_is_about(&l, name))
			continue;
		bytes_add(out, done, (size_t)(l.s - done));
		if (r != NULL && found == 0) {
			reader_write(out, r);
			bytes_adds(out, crlf);
		}
		done = l.s + l.whole;
		found++;
	}
	if (text->len > 0)
		bytes_add(out, done, (size_t)(text->data + text->len - done));
	if (r != NULL && found == 0) {
		if (out->len > 0 && out->data[out->len - 1] != '\n')
			bytes_adds(out, crlf);
		reader_write(out, r);
		bytes_adds(out, crlf);
	}
	return found;
}

/* How many lines there were about the name, or -1. */
static int
change_file(
    const char *home, const char *name, const struct reader *r, struct fault *f)
{
	struct bytes text = {0}, changed = {0};
	int rc = 0, found = 0, round;
	char path[PATH_MAX];

	pagedir_path(home, path, "readers");
	for (round = 0; rc == 0 && round < ROUNDS; round++) {
		bytes_reset(&changed);
		if ((rc = read_text(path, &text, f)) == -1)
			break;
		found = change(&text, name, r, &changed);
		rc = found == 0 && r == NULL
		         ? 1
		         : replace(home, path, &text, &changed, f);
	}
	if (rc == 0)
		rc = complain_changing(path, f);
	wipe(&text);
	wipe(&changed);
	return rc == 1 ? found : -1;
}

int
readers_set(const char *home, const struct reader *r, struct fault *f)
{
	if (!reader_is_name(r->name))
		return fault_set(f, FAULT_SETUP, 0,
		    "that is no name; a name has up to 64 letters from a to z, "
		    "digits, and . _ @ -");
	return change_file(home, r->name, r, f) == -1 ? -1 : 0;
}

int
readers_remove(const char *home, const char *name, struct fault *f)
{
	int found = change_file(home, name, NULL, f);

	return found > 0 ? 1 : found;
}

void
readers_free(struct readers *rs)
{
	size_t i;

	for (i = 0; i < rs->n; i++)
		reader_free(&rs->list[i]);
	free(rs->list);
	bytes_free(&rs->kept_out);
	memset(rs, 0, sizeof(*rs));
}

/* reader: a line of the file HOME/page/readers; see reader.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/reader.h"
#include "base/array.h"

/* The byte order mark that some editors put before a text: no part of it. */
#define MARK "\xef\xbb\xbf"

#define BLANKS " \t\r\v\f"

/* A password as it is, that is looked at: longer ones are none. */
#define PLAIN_SIZE 1024

int
reader_is_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				      "._@-";
	size_t n = strspn(s, letters);

	return n > 0 && n < READERS_NAME_SIZE && s[n] == '\0';
}

int
reader_next_line(const struct bytes *text, struct reader_line *l)
{
	const char *end, *begin = l->number == 0 ? text->data : l->s + l->whole;
	size_t left;

	if (text->len == 0 || begin == text->data + text->len)
		return 0;
	left = (size_t)(text->data + text->len - begin);
	if (l->number++ == 0 && left >= strlen(MARK) &&
	    memcmp(begin, MARK, strlen(MARK)) == 0) {
		begin += strlen(MARK);
		left -= strlen(MARK);
	}
	l->s = begin;
	end = left == 0 ? NULL : memchr(begin, '\n', left);
	l->n = end == NULL ? left : (size_t)(end - begin);
	l->whole = end == NULL ? left : l->n + 1;
	return 1;
}

/* Take the next word off a line's rest; where there is none it has no bytes. */
static struct reader_word
next_word(struct reader_word *rest, const char *between)
{
	struct reader_word w;

	while (rest->n > 0 && strchr(between, *rest->s) != NULL) {
		rest->s++;
		rest->n--;
	}
	w.s = rest->s;
	for (w.n = 0; w.n < rest->n && strchr(between, w.s[w.n]) == NULL; w.n++)
		;
	rest->s += w.n;
	rest->n -= w.n;
	return w;
}

/* Copy a word that fits; else out is empty. */
static void
copy(char *out, size_t size, struct reader_word w)
{
	(void)snprintf(
	    out, size, "%.*s", w.n < size ? (int)w.n : 0, w.n == 0 ? "" : w.s);
}

/* The word that names whom a line is about; none: a comment, or nothing. */
static struct reader_word
first_word(const struct reader_line *l, struct reader_word *rest)
{
	struct reader_word w;

	rest->s = l->s;
	rest->n = l->n;
	w = next_word(rest, BLANKS);
	if (w.n > 0 && w.s[0] == '#')
		w.n = 0;
	return w;
}

int
reader_is_about(const struct reader_line *l, const char *name)
{
	struct reader_word rest, w = first_word(l, &rest);

	return w.n > 0 && w.n == strlen(name) && memcmp(w.s, name, w.n) == 0;
}

void
reader_add_name(const struct reader_line *l, struct bytes *out)
{
	struct reader_word rest, w = first_word(l, &rest);

	if (w.n == 0)
		return;
	bytes_add(out, w.s, w.n);
	bytes_addc(out, '\0');
}

/* Which endpoints a reader may see.  No word of it is told: it may be the rest
 * of a password. */
static int
take_endpoints(struct reader *r, struct reader_word rest, struct fault *why)
{
	char name[ENDPOINT_NAME_SIZE];
	size_t room = 0;
	struct reader_word w;
	void *longer;

	while ((w = next_word(&rest, BLANKS ",")).n > 0) {
		copy(name, sizeof(name), w);
		if (!endpoint_is_name(name))
			return fault_set(why, FAULT_SETUP, 0,
			    "behind the password stands what is no endpoint's "
			    "name; a password has no blanks here");
		longer = array_grow(
		    r->endpoints, r->nendpoints, &room, sizeof(*r->endpoints));
		if (longer == NULL)
			return fault_memory(why);
		r->endpoints = longer;
		(void)strcpy(r->endpoints[r->nendpoints++], name);
	}
	return 0;
}

/* A hash, "-", or a password as it is: then hash is empty. */
static int
take_password(struct reader *r, struct reader_word w, struct fault *why)
{
	char text[PLAIN_SIZE];
	int rc = 0;

	copy(text, sizeof(text), w);
	if (w.n == 0)
		return fault_set(why, FAULT_SETUP, 0,
		    "there is no password; write one behind the name");
	if (strcmp(text, "-") == 0 || password_is_hash(text))
		copy(r->hash, sizeof(r->hash), w);
	else if (text[0] == '$' && strchr(text + 1, '$') != NULL)
		rc = fault_set(why, FAULT_SETUP, 0,
		    "the password's hash is damaged, or of another kind; write "
		    "the password itself, which the page makes a hash of");
	else if (w.n >= sizeof(text))
		rc = fault_set(why, FAULT_SETUP, 0, "the password is too long");
	else
		rc = password_check(text, why);
	explicit_bzero(text, sizeof(text));
	return rc;
}

int
reader_take(struct reader *r, const struct reader_line *l,
    struct reader_word *password, struct fault *why)
{
	struct reader_word rest, w = first_word(l, &rest);

	memset(r, 0, sizeof(*r));
	memset(password, 0, sizeof(*password));
	if (w.n == 0)
		return 0;
	copy(r->name, sizeof(r->name), w);
	if (!reader_is_name(r->name))
		return fault_set(why, FAULT_SETUP, 0,
		    "it begins with no name; a name has up to 64 letters from "
		    "a to z, digits, and . _ @ -");
	w = next_word(&rest, BLANKS);
	if (take_password(r, w, why) == -1 ||
	    take_endpoints(r, rest, why) == -1) {
		reader_free(r);
		return -1;
	}
	if (r->hash[0] == '\0')
		*password = w;
	return 1;
}

void
reader_write(struct bytes *b, const struct reader *r)
{
	size_t i;

	bytes_printf(b, "%s %s", r->name, r->hash);
	for (i = 0; i < r->nendpoints; i++)
		bytes_printf(b, " %s", r->endpoints[i]);
}

int
reader_hash(
    struct reader *r, const struct reader_word *password, struct fault *f)
{
	char text[PLAIN_SIZE];
	int rc;

	copy(text, sizeof(text), *password);
	rc = password_hash(text, r->hash, f);
	explicit_bzero(text, sizeof(text));
	return rc;
}

void
reader_free(struct reader *r)
{
	free(r->endpoints);
	memset(r, 0, sizeof(*r));
}

/* term: what leads are of, as numbers; see term.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/cache/term.h"

/* So many are counted before they are written: a power of 2. */
#define COUNTS 4096

int
term_begin(struct terms *t, const char *key, struct fault *f)
{
	t->counts = calloc(COUNTS, sizeof(*t->counts));
	if (t->counts == NULL)
		return fault_memory(f);
	(void)snprintf(t->key, sizeof(t->key), "%s", key);
	return 0;
}

void
term_forget(struct terms *t)
{
	memset(t->counts, 0, COUNTS * sizeof(*t->counts));
	t->ncounts = 0;
	bytes_reset(&t->names);
}

void
term_key(int kind, int64_t number, char out[static TERM_KEY_SIZE])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	uint64_t rest = (uint64_t)number;
	size_t n = 0;

	out[n++] = '+';
	out[n++] = (char)('a' + kind);
	do {
		out[n++] = digits[rest & 31];
		rest >>= 5;
	} while (rest != 0);
	out[n] = '\0';
}

/*
 * The key stands before and behind, so that nobody who has the number of one
 * text can make that of a longer one.
 */
int
term_number(struct terms *t, int kind, const char *s, size_t n, int64_t *number,
    struct fault *f)
{
	char digest[SIGNATURE_SIZE];

	bytes_reset(&t->text);
	bytes_add(&t->text, t->key, strlen(t->key));
	bytes_addc(&t->text, (char)('a' + kind));
	bytes_add(&t->text, s, n);
	bytes_add(&t->text, t->key, strlen(t->key));
	if (bytes_check(&t->text, f) == -1 ||
	    signature_digest(
		&t->digest, t->text.data, t->text.len, digest, f) == -1)
		return -1;
	digest[16] = '\0';
	*number = (int64_t)(strtoull(digest, NULL, 16) >> 1);
	*number += *number == 0;
	return 0;
}

/* Write what was counted. */
int
term_write(struct terms *t, struct db *db, struct fault *f)
{
	struct db_query *q;
	struct term_count *c;
	size_t i;

	for (i = 0; i < COUNTS && t->ncounts > 0; i++) {
		c = &t->counts[i];
		if (c->leads == 0)
			continue;
		q = db_query(db,
		    "INSERT INTO term(endpoint,kind,hash,leads,text)"
		    "VALUES(?1,?2,?3,?4,?5)ON CONFLICT(endpoint,kind,hash)"
		    "DO UPDATE SET leads=leads+?4",
		    f);
		if (q == NULL)
			return -1;
		db_bind(q, 1, c->endpoint);
		db_bind(q, 2, c->kind);
		db_bind(q, 3, c->hash);
		db_bind(q, 4, c->leads);
		db_bind_text(q, 5, t->names.data + c->at, c->len);
		if (db_run(db, q, f) == -1)
			return -1;
		c->leads = 0;
	}
	t->ncounts = 0;
	bytes_reset(&t->names);
	return 0;
}

int
term_count(struct terms *t, struct db *db, const struct term_count *new,
    const char *s, size_t n, struct fault *f)
{
	size_t i = (size_t)(new->hash ^ new->endpoint) & (COUNTS - 1);
	struct term_count *c;

	for (; (c = &t->counts[i])->leads != 0; i = (i + 1) & (COUNTS - 1))
		if (c->hash == new->hash && c->kind == new->kind &&
		    c->endpoint == new->endpoint) {
			c->leads++;
			return 0;
		}
	if (t->ncounts >= COUNTS / 2) {
		if (term_write(t, db, f) == -1)
			return -1;
		return term_count(t, db, new, s, n, f);
	}
	*c = *new;
	c->leads = 1;
	c->at = (uint32_t)t->names.len;
	c->len = (uint32_t)n;
	bytes_add(&t->names, s, n);
	t->ncounts++;
	return bytes_check(&t->names, f);
}

void
term_end(struct terms *t)
{
	signature_digest_free(&t->digest);
	bytes_free(&t->text);
	bytes_free(&t->names);
	free(t->counts);
	memset(t, 0, sizeof(*t));
}

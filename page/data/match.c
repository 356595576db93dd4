/* match: what is looked for in the index of words; see match.h. */
#include <string.h>

#include "page/data/match.h"

/* A word that is in more texts is looked for lead by lead. */
#define TEXTS 64

/* So many words with one beginning are looked for one by one. */
#define WORDS 64

static void
add_and(struct match *m)
{
	if (m->text.len > 0)
		bytes_adds(&m->text, " AND ");
}

static void
add_key(struct match *m, int kind, int64_t number)
{
	char key[TERM_KEY_SIZE];

	term_key(kind, number, key);
	bytes_addc(&m->text, '"');
	bytes_adds(&m->text, key);
	bytes_addc(&m->text, '"');
}

/* A phrase as FTS5 writes it: a token has nothing that it takes for more. */
static void
add_phrase(
    const struct match *m, const struct tokens_phrase *p, struct bytes *b)
{
	bytes_addc(b, '"');
	bytes_add(b, m->tokens.text.data + p->at, p->len);
	bytes_addc(b, '"');
	if (p->begins)
		bytes_adds(b, " *");
}

/*
 * The first word that stands at a word or behind it in the alphabet, in its
 * place: 1, 0 where there is none, or -1.
 */
static int
find_word(struct db *db, struct bytes *word, struct fault *f)
{
	struct db_query *q = db_query(
	    db, "SELECT term FROM vocabulary WHERE term>=?1 LIMIT 1", f);
	struct bytes found = {0};
	const char *s;
	size_t n;
	int rc;

	if (q == NULL)
		return -1;
	db_bind_text(q, 1, word->data, word->len);
	if ((rc = db_next(db, q, f)) == 1) {
		s = db_text(q, 0, &n);
		bytes_add(&found, s, n);
	}
	db_reset(q);
	bytes_free(word);
	*word = found;
	if (rc == 1 && bytes_check(word, f) == -1)
		return -1;
	return rc;
}

/*
 * Words that begin with a token, each by itself: FTS5 reads the leads of a
 * whole word one by one, and those of a beginning all at once.  1; 0 where they
 * are too many; or -1.
 */
static int
add_beginning(const struct match *m, const struct tokens_phrase *p,
    struct db *db, struct bytes *b, struct fault *f)
{
	const char *token = m->tokens.text.data + p->at;
	struct bytes word = {0};
	size_t n;
	int rc = 1;

	bytes_add(&word, token, p->len);
	for (n = 0; n <= WORDS && rc == 1; n++) {
		if (bytes_check(&word, f) == -1) {
			rc = -1;
			break;
		}
		if ((rc = find_word(db, &word, f)) != 1 || word.len < p->len ||
		    memcmp(word.data, token, p->len) != 0)
			break;
		bytes_adds(b, n > 0 ? " OR \"" : "\"");
		if (memchr(word.data, '"', word.len) == NULL)
			bytes_add(b, word.data, word.len);
		bytes_addc(b, '"');
		/* Before whatever goes on behind it. */
		bytes_addc(&word, '!');
	}
	bytes_free(&word);
	if (rc != -1 && n == 0)
		bytes_adds(b, "\"\"");
	return rc == -1 ? -1 : n <= WORDS;
}

/* What finds a phrase among the leads' words. */
static int
add_search(const struct match *m, const struct tokens_phrase *p, struct db *db,
    struct bytes *b, struct fault *f)
{
	const size_t before = b->len;
	int rc = 0;

	if (p->begins)
		rc = add_beginning(m, p, db, b, f);
	if (rc == 0) {
		b->len = before;
		add_phrase(m, p, b);
	}
	return rc == -1 ? -1 : 0;
}

static void
set_bit(struct bytes *b, uint64_t bit)
{
	const size_t need = (size_t)(bit / 8) + 1;

	if (need > b->len && bytes_reserve(b, need - b->len) == 0) {
		memset(b->data + b->len, 0, need - b->len);
		b->len = need;
	}
	if (!b->failed)
		b->data[bit / 8] = (char)(b->data[bit / 8] | 1 << bit % 8);
}

/* Which texts have the phrase: the first ones, and all of them as bits. */
static int
find_texts(struct match *m, struct db *db, const struct tokens_phrase *p,
    int64_t *some, size_t *n, struct bytes *all, struct fault *f)
{
	struct bytes match = {0};
	struct db_query *q =
	    db_query(db, "SELECT rowid FROM post WHERE post MATCH ?1", f);
	int rc = -1;

	*n = 0;
	add_phrase(m, p, &match);
	if (q == NULL || bytes_check(&match, f) == -1)
		goto out;
	db_bind_text(q, 1, match.data, match.len);
	while ((rc = db_next(db, q, f)) == 1) {
		if (*n < TEXTS)
			some[*n] = db_number(q, 0);
		set_bit(all, (uint64_t)db_number(q, 0) % UINT32_MAX);
		++*n;
	}
	db_reset(q);
	if (rc == 0)
		rc = bytes_check(all, f);
out:
	bytes_free(&match);
	return rc;
}

/* One of the words, all of which are wanted. */
static int
add_word(struct match *m, size_t phrase, struct db *db, struct fault *f)
{
	struct match_common *common = &m->common[m->ncommon];
	const struct tokens_phrase *p = &m->tokens.list[phrase];
	int64_t texts[TEXTS];
	size_t i, n;

	if (find_texts(m, db, p, texts, &n, &common->texts, f) == -1)
		return -1;
	if (n > TEXTS) {
		m->ncommon++;
		return add_search(m, p, db, &common->text, f);
	}
	bytes_free(&common->texts);
	add_and(m);
	bytes_addc(&m->text, '(');
	if (add_search(m, p, db, &m->text, f) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		bytes_adds(&m->text, " OR ");
		add_key(m, TERM_TEXT, texts[i]);
	}
	bytes_addc(&m->text, ')');
	return 0;
}

static int
add_words(struct match *m, const char *words, struct db *db, struct fault *f)
{
	size_t i;

	if (words[0] == '\0')
		return 0;
	if (tokens_read(&m->tokens, words, f) == -1)
		return -1;
	/* Nothing but punctuation is in no lead. */
	m->nothing |= m->tokens.n == 0;
	for (i = 0; i < m->tokens.n; i++)
		if (add_word(m, i, db, f) == -1)
			return -1;
	return 0;
}

static int
add_terms(struct match *m, const struct choice *c, struct terms *terms,
    struct fault *f)
{
	int64_t number;
	int i;

	for (i = 0; i < CHOICE_TERMS; i++) {
		if (c->terms[i][0] == '\0')
			continue;
		if (term_number(terms, i, c->terms[i], strlen(c->terms[i]),
			&number, f) == -1)
			return -1;
		add_and(m);
		add_key(m, i, number);
	}
	if (c->person != 0) {
		add_and(m);
		add_key(m, TERM_PERSON, c->person);
	}
	if (c->post != 0) {
		add_and(m);
		add_key(m, TERM_POST, c->post);
	}
	return 0;
}

void
match_scope(struct match *m, const struct sources *sources,
    const unsigned char *in_scope)
{
	const char *before = "(";
	size_t i;

	add_and(m);
	for (i = 0; i < sources->nnames; i++) {
		if (!in_scope[i] || sources->names[i].id == 0)
			continue;
		bytes_adds(&m->text, before);
		add_key(m, TERM_ENDPOINT, sources->names[i].id);
		before = " OR ";
	}
	if (before[0] == '(')
		m->nothing = 1;
	else
		bytes_addc(&m->text, ')');
}

int
match_begin(struct match *m, const struct choice *c, struct db *db,
    struct terms *terms, struct fault *f)
{
	if (add_words(m, c->words, db, f) == -1 ||
	    add_terms(m, c, terms, f) == -1)
		return -1;
	return bytes_check(&m->text, f);
}

int
match_has_text(const struct match_common *c, int64_t text)
{
	return text >= 0 && (uint64_t)text / 8 < c->texts.len &&
	       (c->texts.data[text / 8] >> text % 8 & 1);
}

void
match_end(struct match *m)
{
	size_t i;

	for (i = 0; i < TOKENS_PHRASES; i++) {
		bytes_free(&m->common[i].text);
		bytes_free(&m->common[i].texts);
	}
	tokens_free(&m->tokens);
	bytes_free(&m->text);
	memset(m, 0, sizeof(*m));
}

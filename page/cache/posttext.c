/* posttext: the texts of posts, each once; see posttext.h. */
#include <string.h>

#include "page/cache/posttext.h"
#include "select/tokens.h"

/* So much of a text is looked through: bytes. */
#define WORDS_MAX (64 << 10)

void
posttext_forget(struct posttexts *x)
{
	memset(x->posts, 0, sizeof(x->posts));
}

void
posttext_words(struct bytes *b, const struct value *v)
{
	if (v->type == VALUE_NONE || v->len == 0)
		return;
	tokens_add(b, v->data, v->len < WORDS_MAX ? v->len : WORDS_MAX);
	bytes_adds(b, " +");
}

/* The number of a post's text, whose words are added where it is a new one. */
static int
find_text(struct posttexts *x, struct terms *terms, struct db *db,
    const struct value *v, int64_t *number, struct fault *f)
{
	struct db_query *q;
	int64_t hash;
	int rc;

	*number = 0;
	if (v->type == VALUE_NONE || v->len == 0)
		return 0;
	if (term_number(terms, TERM_TEXT, v->data, v->len, &hash, f) == -1 ||
	    (q = db_query(db, "SELECT id FROM text WHERE hash=?1", f)) == NULL)
		return -1;
	db_bind(q, 1, hash);
	if ((rc = db_next(db, q, f)) == 1)
		*number = db_number(q, 0);
	db_reset(q);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	q = db_query(db, "INSERT INTO text(hash)VALUES(?1)RETURNING id", f);
	if (q == NULL)
		return -1;
	db_bind(q, 1, hash);
	if ((rc = db_next(db, q, f)) == 1)
		*number = db_number(q, 0);
	db_reset(q);
	if (rc != 1 ||
	    (q = db_query(db, "INSERT INTO post(rowid,w)VALUES(?1,?2)", f)) ==
		NULL)
		return -1;
	bytes_reset(&x->text);
	posttext_words(&x->text, v);
	if (bytes_check(&x->text, f) == -1)
		return -1;
	db_bind(q, 1, *number);
	db_bind_text(q, 2, x->text.data, x->text.len);
	return db_run(db, q, f);
}

/* The numbers of a lead's post, by its id, and of its text. */
int
posttext_find(struct posttexts *x, struct leads *leads, size_t lead,
    struct terms *terms, struct db *db, int64_t *number, int64_t *text,
    struct fault *f)
{
	const struct post *post;
	struct value v;
	size_t i;

	*number = *text = 0;
	if (leads_post(leads, lead, &post, f) == -1)
		return -1;
	i = (size_t)((uintptr_t)post / sizeof(*post)) % POSTTEXT_POSTS;
	if (post != NULL && x->posts[i].post == post) {
		*number = x->posts[i].number;
		*text = x->posts[i].text;
		return 0;
	}
	if (leads_value(leads, lead, LEADS_POST_ID, &v, f) == -1)
		return -1;
	if (v.type != VALUE_NONE && v.len > 0 &&
	    term_number(terms, TERM_POST, v.data, v.len, number, f) == -1)
		return -1;
	if (post == NULL)
		return 0;
	if (leads_value(leads, lead, LEADS_POST_TEXT, &v, f) == -1 ||
	    find_text(x, terms, db, &v, text, f) == -1)
		return -1;
	x->posts[i].post = post;
	x->posts[i].number = *number;
	x->posts[i].text = *text;
	return 0;
}

void
posttext_end(struct posttexts *x)
{
	bytes_free(&x->text);
}

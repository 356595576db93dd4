/* extra: the members that we don't know, as one object; see extra.h. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/compact.h"
#include "webhook/extra.h"

#define PREFIX     "post_"
#define PREFIX_LEN (sizeof(PREFIX) - 1)

/* So many keys are compared each with each. */
#define FEW 16

/* What a member has at least, beside its key's text: "":1, */
#define LEAST 5

/*
 * What a byte of a post counts, where one of a row that is copied counts 1: to
 * look for a key, and to have all keys in a tree.  (Of 0.4, 75 and 2 ns where
 * that was tried, so they count too much rather than too little.)
 */
#define SEARCH_WORK 2
#define MERGE_WORK  64

/* A key of the object, and its value. */
struct name {
	const char *text; /* what the key means; not NUL-terminated */
	size_t len;
	struct jsontext_slice value;
	int is_compact; /* it stands there as it is to be written */
	size_t jump;    /* with fewer prefixes more than this it is taken too */
};

/* Keys, each there once. */
struct names {
	void *tree;         /* of struct name, owned */
	struct bytes order; /* the same, in the order of their first places */
	size_t most;        /* what begins behind so many bytes is left out */
	size_t begun;       /* the next one begins there, or later */
	struct bytes scratch, candidate;
};

static int
by_text(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->len == 0 ? 0 : memcmp(x->text, y->text, x->len);
}

static struct name *
find(struct names *all, const char *text, size_t len)
{
	const struct name wanted = {.text = text, .len = len};
	struct name **at = tfind(&wanted, &all->tree, by_text);

	return at == NULL ? NULL : *at;
}

/*
 * Add a key that isn't there.  0, or -1: no memory.  *new is NULL where it
 * would begin too far behind.
 */
static int
add(struct names *all, const char *text, size_t len, struct name **new)
{
	struct name *name;

	*new = NULL;
	if (all->begun > all->most)
		return 0;
	if ((name = malloc(sizeof(*name) + len)) == NULL)
		return -1;
	memset(name, 0, sizeof(*name));
	name->text = (char *)(name + 1);
	name->len = len;
	name->jump = 1;
	if (len > 0)
		memcpy(name + 1, text, len);
	if (tsearch(name, &all->tree, by_text) == NULL) {
		free(name);
		return -1;
	}
	bytes_add(&all->order, &name, sizeof(name));
	all->begun += len + LEAST;
	*new = name;
	return all->order.failed ? -1 : 0;
}

static void
set_value(struct name *name, const char *text, const struct jsontext_member *m)
{
	name->value = jsontext_value_of(text, m);
	name->is_compact = jsontext_is_plain(text, m);
}

/* The keys of some members; of one name the last member's value counts. */
static int
gather(struct names *all, const struct extra_members *from)
{
	const struct jsontext_member *m;
	struct jsontext_slice raw, key;
	struct name *name;
	size_t i;

	for (i = 0; i < from->n; i++) {
		m = &from->members[from->list[i]];
		raw = jsontext_key_of(from->text, m);
		if (!jsontext_string(&raw, &all->scratch, &key))
			key = raw; /* which no JSON has */
		if (all->scratch.failed)
			return -1;
		if ((name = find(all, key.s, key.n)) == NULL &&
		    add(all, key.s, key.n, &name) == -1)
			return -1;
		if (name != NULL)
			set_value(name, from->text, m);
	}
	return 0;
}

/*
 * Add a post's key, with so many prefixes, or with as many more as it is taken
 * with fewer.
 */
static int
add_free(struct names *all, const struct name *post, size_t prefixes)
{
	struct name *name, *taken = NULL;
	size_t i;

	for (;;) {
		bytes_reset(&all->candidate);
		for (i = 0; i < prefixes; i++)
			bytes_add(&all->candidate, PREFIX, PREFIX_LEN);
		bytes_add(&all->candidate, post->text, post->len);
		if (all->candidate.failed)
			return -1;
		name = find(all, all->candidate.data, all->candidate.len);
		if (name == NULL)
			break;
		/* The next time it is half as far. */
		if (taken != NULL)
			taken->jump += name->jump;
		taken = name;
		prefixes += name->jump;
	}
	if (add(all, all->candidate.data, all->candidate.len, &name) == -1)
		return -1;
	if (name != NULL) {
		name->value = post->value;
		name->is_compact = post->is_compact;
	}
	return 0;
}

static void
free_names(struct names *all)
{
	tdestroy(all->tree, free);
	bytes_free(&all->order);
	bytes_free(&all->scratch);
	bytes_free(&all->candidate);
}

static struct name *const *
list_of(const struct names *all, size_t *n)
{
	*n = all->order.len / sizeof(struct name *);
	return (const void *)all->order.data;
}

static void
write_value(
    struct bytes *out, const struct jsontext_slice *value, int is_compact)
{
	bytes_addc(out, ':');
	if (is_compact)
		bytes_add(out, value->s, value->n);
	else
		compact_json(out, value->s, value->n);
}

/* Members, each with a comma before it. */
static void
write_names(struct bytes *out, const struct names *all)
{
	size_t n, i, from = out->len;
	struct name *const *list = list_of(all, &n);

	for (i = 0; i < n && out->len - from <= all->most; i++) {
		bytes_addc(out, ',');
		text_json(out, list[i]->text, list[i]->len);
		write_value(out, &list[i]->value, list[i]->is_compact);
	}
}

static int
is_prefixed(const char *s, size_t n)
{
	return n >= PREFIX_LEN && memcmp(s, PREFIX, PREFIX_LEN) == 0;
}

/*
 * Are these few keys, none of which has an escape, is there twice, or has the
 * prefix?
 */
static int
are_distinct(const struct extra_members *from)
{
	struct jsontext_slice keys[FEW];
	const struct jsontext_member *m;
	size_t i, k;

	if (from->n > FEW)
		return 0;
	for (i = 0; i < from->n; i++) {
		m = &from->members[from->list[i]];
		keys[i] = jsontext_key_of(from->text, m);
		if (m->key_escaped || is_prefixed(keys[i].s + 1, keys[i].n - 1))
			return 0;
		for (k = 0; k < i; k++)
			if (keys[i].n == keys[k].n &&
			    memcmp(keys[i].s, keys[k].s, keys[i].n) == 0)
				return 0;
	}
	return 1;
}

/* Members of such keys, each with a comma before it. */
static void
write_distinct(
    struct bytes *out, const struct extra_members *from, const char *prefix)
{
	const struct jsontext_member *m;
	struct jsontext_slice key, value;
	size_t i;

	for (i = 0; i < from->n; i++) {
		m = &from->members[from->list[i]];
		key = jsontext_key_of(from->text, m);
		value = jsontext_value_of(from->text, m);
		bytes_adds(out, ",\"");
		bytes_adds(out, prefix);
		bytes_add(out, key.s + 1, key.n - 1);
		write_value(out, &value, jsontext_is_plain(from->text, m));
	}
}

/* The post's members, where a key may stand twice or have the prefix. */
static int
write_post(struct bytes *out, const struct extra_members *members, size_t most)
{
	struct names post = {.most = most}, all = {.most = most};
	struct name *const *list;
	size_t n, i;
	int rc;

	rc = gather(&post, members);
	list = list_of(&post, &n);
	for (i = 0; rc == 0 && i < n; i++)
		rc = add_free(&all, list[i], 1);
	if (rc == 0)
		write_names(out, &all);
	free_names(&post);
	free_names(&all);
	return rc;
}

int
extra_post(struct bytes *out, const struct extra_members *members, size_t most,
    struct fault *f)
{
	size_t from = out->len;

	if (are_distinct(members))
		write_distinct(out, members, PREFIX);
	else if (write_post(out, members, most) == -1)
		return fault_memory(f);
	if (bytes_check(out, f) == -1)
		return -1;
	/* No comma stands before the first. */
	if (out->len > from) {
		memmove(out->data + from, out->data + from + 1,
		    out->len - from - 1);
		out->len--;
	}
	return 0;
}

/* Is any of the lead's keys perhaps one of the post's? */
static int
may_meet(const struct names *lead, const struct jsontext_slice *post,
    struct bytes *key, int64_t *work)
{
	size_t n, i;
	struct name *const *list = list_of(lead, &n);

	for (i = 0; i < n; i++) {
		if (!is_prefixed(list[i]->text, list[i]->len))
			continue;
		bytes_reset(key);
		text_json(key, list[i]->text, list[i]->len);
		bytes_addc(key, ':');
		*work += SEARCH_WORK * (int64_t)post->n;
		if (key->failed ||
		    memmem(post->s, post->n, key->data, key->len) != NULL)
			return 1;
	}
	return 0;
}

/* Take in the post's keys, which have a prefix, or more of them. */
static int
merge_post(struct names *all, const struct jsontext_slice *post)
{
	struct jsontext t = {post->s, post->s + post->n};
	struct name name = {.is_compact = 1};
	struct bytes scratch = {0};
	struct jsontext_slice raw, key;
	int rc = 0;

	while (rc == 0 && jsontext_key(&t, &raw)) {
		jsontext_value(&t, &name.value);
		if (!jsontext_string(&raw, &scratch, &key))
			break; /* which none is */
		name.text = key.s;
		name.len = key.n;
		rc = scratch.failed ? -1 : add_free(all, &name, 0);
	}
	bytes_free(&scratch);
	return rc;
}

/* As write_distinct() and the post, where a key may stand twice. */
static int
write_any(struct bytes *out, const struct extra *e, int64_t *work)
{
	struct names all = {.most = e->most};
	int rc = gather(&all, &e->lead), met = 0;

	if (rc == 0 && e->post.n > 0 &&
	    may_meet(&all, &e->post, &all.candidate, work)) {
		met = 1;
		*work += MERGE_WORK * (int64_t)e->post.n;
		rc = merge_post(&all, &e->post);
	}
	if (rc == 0)
		write_names(out, &all);
	free_names(&all);
	return rc == -1 ? -1 : met;
}

int
extra_write(
    const struct extra *e, struct bytes *out, int64_t *work, struct fault *f)
{
	int met = 0;

	bytes_reset(out);
	if (are_distinct(&e->lead))
		write_distinct(out, &e->lead, "");
	else if ((met = write_any(out, e, work)) == -1)
		return fault_memory(f);
	if (!met && e->post.n > 0) {
		bytes_addc(out, ',');
		bytes_add(
		    out, e->post.s, e->post.n < e->most ? e->post.n : e->most);
	}
	bytes_addc(out, '}');
	if (bytes_check(out, f) == -1)
		return -1;
	out->data[0] = '{';
	return 0;
}

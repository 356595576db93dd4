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

/* A key of the object, and the member whose value it has. */
struct name {
	const struct jsontext_member *member;
	size_t jump; /* with fewer prefixes more than this it is taken too */
	size_t len;
	char text[]; /* what the key means; not NUL-terminated */
};

/* Keys, each there once. */
struct names {
	void *tree;         /* of struct name, owned */
	struct bytes order; /* the same, in the order of their first places */
	struct bytes scratch;
};

static int
by_text(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->text, y->text, x->len);
}

/* A name, prefix before it as often as told; NULL without memory. */
static struct name *
new_name(
    const struct jsontext_member *m, size_t prefixes, const char *s, size_t n)
{
	struct name *new = malloc(sizeof(*new) + prefixes * PREFIX_LEN + n);
	char *to;

	if (new == NULL)
		return NULL;
	new->member = m;
	new->jump = 1;
	new->len = prefixes *PREFIX_LEN + n;
	for (to = new->text; prefixes > 0; prefixes--, to += PREFIX_LEN)
		memcpy(to, PREFIX, PREFIX_LEN);
	memcpy(to, s, n);
	return new;
}

/*
 * Add a name, which is owned from here on.  Returns the one of that text, which
 * is another where there was one before; NULL without memory.
 */
static struct name *
add(struct names *all, struct name *name)
{
	struct name **at;

	if (name == NULL)
		return NULL;
	if ((at = tsearch(name, &all->tree, by_text)) == NULL) {
		free(name);
		return NULL;
	}
	if (*at != name) {
		free(name);
		return *at;
	}
	bytes_add(&all->order, &name, sizeof(name));
	return name;
}

/* The keys of some members; of one name the last member's value counts. */
static int
gather(
    struct names *all, const struct jsontext_member *const *members, size_t n)
{
	struct jsontext_slice key;
	struct name *name;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!jsontext_string(&members[i]->key, &all->scratch, &key))
			key = members[i]->key; /* which no JSON has */
		name = add(all, new_name(members[i], 0, key.s, key.n));
		if (name == NULL || all->scratch.failed)
			return -1;
		name->member = members[i];
	}
	return all->order.failed ? -1 : 0;
}

/* One of them, with the prefix as often as it is taken with fewer. */
static int
add_free(struct names *all, const struct name *key)
{
	struct name *name, *taken = NULL;
	size_t prefixes = 1;

	for (;;) {
		name = add(
		    all, new_name(key->member, prefixes, key->text, key->len));
		if (name == NULL)
			return -1;
		if (name->member == key->member)
			return 0;
		/* The next time it is half as far. */
		if (taken != NULL)
			taken->jump += name->jump;
		taken = name;
		prefixes += name->jump;
	}
}

/* The post's keys. */
static int
add_prefixed(struct names *all, const struct names *post)
{
	struct name *const *list = (const void *)post->order.data;
	size_t n = post->order.len / sizeof(*list), i;

	for (i = 0; i < n; i++)
		if (add_free(all, list[i]) == -1)
			return -1;
	return all->order.failed ? -1 : 0;
}

static void
write_member(struct bytes *out, const struct jsontext_member *m)
{
	bytes_addc(out, ':');
	if (jsontext_is_plain(m))
		bytes_add(out, m->value.s, m->value.n);
	else
		compact_json(out, m->value.s, m->value.n);
}

static void
write_names(struct bytes *out, const struct names *all)
{
	struct name *const *list = (const void *)all->order.data;
	size_t n = all->order.len / sizeof(*list), i;

	for (i = 0; i < n; i++) {
		bytes_addc(out, i == 0 ? '{' : ',');
		text_json(out, list[i]->text, list[i]->len);
		write_member(out, list[i]->member);
	}
}

static void
free_names(struct names *all)
{
	tdestroy(all->tree, free);
	bytes_free(&all->order);
	bytes_free(&all->scratch);
}

/* The object, where a key may stand twice. */
static int
write_any(struct bytes *out, const struct extra *e)
{
	struct names all = {0}, post = {0};
	int rc;

	rc = gather(&all, e->lead, e->nlead);
	if (rc == 0)
		rc = gather(&post, e->post, e->npost);
	if (rc == 0)
		rc = add_prefixed(&all, &post);
	if (rc == 0)
		write_names(out, &all);
	free_names(&post);
	free_names(&all);
	return rc;
}

/* Are these few keys, none of which has an escape or is there twice? */
static int
are_distinct(const struct jsontext_member *const *m, size_t n)
{
	size_t i, k;

	if (n > FEW)
		return 0;
	for (i = 0; i < n; i++) {
		if (m[i]->key_escaped)
			return 0;
		for (k = 0; k < i; k++)
			if (m[i]->key.n == m[k]->key.n &&
			    memcmp(m[i]->key.s, m[k]->key.s, m[i]->key.n) == 0)
				return 0;
	}
	return 1;
}

/* Could one of the lead's keys be that of a post's member? */
static int
may_meet(const struct extra *e)
{
	static const char begin[] = "\"" PREFIX;
	size_t i;

	for (i = 0; i < e->nlead && e->npost > 0; i++)
		if (e->lead[i]->key.n >= sizeof(begin) - 1 &&
		    memcmp(e->lead[i]->key.s, begin, sizeof(begin) - 1) == 0)
			return 1;
	return 0;
}

/* The object, where each key stands there as it is to be written. */
static void
write_distinct(struct bytes *out, const struct extra *e)
{
	const struct jsontext_slice *key;
	size_t i;

	for (i = 0; i < e->nlead; i++) {
		bytes_addc(out, i == 0 ? '{' : ',');
		bytes_add(out, e->lead[i]->key.s, e->lead[i]->key.n);
		write_member(out, e->lead[i]);
	}
	for (i = 0; i < e->npost; i++) {
		key = &e->post[i]->key;
		bytes_adds(out, out->len == 0 ? "{\"" PREFIX : ",\"" PREFIX);
		bytes_add(out, key->s + 1, key->n - 1);
		write_member(out, e->post[i]);
	}
}

int
extra_write(const struct extra *e, struct bytes *out, struct fault *f)
{
	bytes_reset(out);
	if (are_distinct(e->lead, e->nlead) &&
	    are_distinct(e->post, e->npost) && !may_meet(e))
		write_distinct(out, e);
	else if (write_any(out, e) == -1)
		return fault_memory(f);
	bytes_addc(out, '}');
	return bytes_check(out, f);
}

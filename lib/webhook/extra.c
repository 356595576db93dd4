/* extra: the members that we don't know, as one object; see extra.h. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/tree.h"
#include "webhook/extra.h"

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What a key means, up to its first NUL; the caller frees it. */
static char *
name_of(const struct jsontext_member *m, struct bytes *scratch)
{
	struct jsontext_slice key;

	if (!jsontext_string(&m->key, scratch, &key))
		key = m->key; /* which no body that was decoded has */
	return scratch->failed ? NULL : strndup(key.s, key.n);
}

/* Put post_ before it, in memory that takes its place. */
static char *
prefix(char *name)
{
	static const char post[] = "post_";
	size_t n = strlen(name) + 1;
	char *longer = realloc(name, n + sizeof(post) - 1);

	if (longer == NULL) {
		free(name);
		return NULL;
	}
	memmove(longer + sizeof(post) - 1, longer, n);
	memcpy(longer, post, sizeof(post) - 1);
	return longer;
}

/*
 * Add a name to those that are taken, which own it then: 1; 0 when it is one of
 * them already; -1 without memory.
 */
static int
take(void **names, char *name)
{
	char **found = tsearch(name, names, by_name);

	if (found == NULL)
		return -1;
	return *found == name;
}

/*
 * Append a member.  names is NULL where none can be taken twice: a lead's own
 * keys are each there once, or it is no JSON.
 */
static int
add_member(struct bytes *object, const struct jsontext_member *m, void **names,
    int is_post, struct bytes *scratch)
{
	char *name = name_of(m, scratch);
	int rc = 1;

	if (is_post && name != NULL)
		name = prefix(name);
	while (name != NULL && names != NULL && (rc = take(names, name)) == 0 &&
	       is_post)
		name = prefix(name);
	if (name == NULL || rc == -1) {
		free(name);
		return -1;
	}
	bytes_addc(object, object->len == 0 ? '{' : ',');
	text_json(object, name, strlen(name));
	bytes_addc(object, ':');
	bytes_add(object, m->value.s, m->value.n);
	if (names == NULL || rc == 0)
		free(name);
	return 0;
}

/* The object, its values as they came. */
static int
add_members(struct bytes *object, const struct extra *e, struct fault *f)
{
	void *names = NULL, **known = e->npost > 0 ? &names : NULL;
	struct bytes scratch = {0};
	int rc = 0;
	size_t i;

	for (i = 0; i < e->nlead && rc == 0; i++)
		rc = add_member(object, e->lead[i], known, 0, &scratch);
	for (i = 0; i < e->npost && rc == 0; i++)
		rc = add_member(object, e->post[i], known, 1, &scratch);
	bytes_addc(object, '}');
	tdestroy(names, free);
	bytes_free(&scratch);
	return rc == -1 ? fault_memory(f) : bytes_check(object, f);
}

/* Are they written as they would be anew?  So are most. */
static int
are_plain(const struct jsontext_member *const *m, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (m[i]->key_escaped || !jsontext_is_plain(m[i]))
			return 0;
	return 1;
}

int
extra_write(const struct extra *e, struct bytes *out, struct fault *f)
{
	struct bytes object = {0};
	int rc;

	bytes_reset(out);
	if (are_plain(e->lead, e->nlead) && are_plain(e->post, e->npost))
		return add_members(out, e, f);
	rc = add_members(&object, e, f);
	if (rc == 0)
		rc = tree_rewrite(object.data, object.len, out, f);
	bytes_free(&object);
	return rc;
}

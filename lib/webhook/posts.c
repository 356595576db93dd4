/* posts: the posts of a delivery, by their ids; see posts.h. */
#include <stdlib.h>
#include <string.h>

#include "json/wellformed.h"
#include "webhook/extra.h"
#include "webhook/posts.h"

#define NO_MEMBER UINT32_MAX

/* The fields that we know; of members of one name the last counts. */
static const char *const keys[] = {"url", "text", "date", "id"};
#define ID     3
#define FIELDS 4

struct post_value {
	uint32_t at, len;
	unsigned char field; /* enum post_field */
	unsigned char type;  /* enum value_type */
	unsigned char made;  /* it stands in made, else in the text */
};

void
posts_reset(struct posts *all)
{
	bytes_reset(&all->list);
	bytes_reset(&all->order);
	bytes_reset(&all->ids);
	bytes_reset(&all->values);
	bytes_reset(&all->made);
	bytes_reset(&all->members);
	bytes_reset(&all->others);
	bytes_reset(&all->scratch);
	all->failed = 0;
}

static size_t
count_members(const struct posts *all)
{
	return all->members.len / sizeof(struct jsontext_member);
}

static const struct jsontext_member *
member_at(const struct posts *all, uint32_t i)
{
	const struct jsontext_member *list = (const void *)all->members.data;

	return &list[i];
}

/* Which member of the post in hand is which field?  The rest is others. */
static void
sort_members(struct posts *all, uint32_t known[static FIELDS])
{
	uint32_t n = (uint32_t)count_members(all), i;
	struct jsontext_slice key;
	int field;

	for (field = 0; field < FIELDS; field++)
		known[field] = NO_MEMBER;
	bytes_reset(&all->others);
	for (i = 0; i < n; i++) {
		key = jsontext_key_of(all->text, member_at(all, i));
		for (field = 0; field < FIELDS; field++)
			if (jsontext_is(&key, keys[field], strlen(keys[field]),
				&all->scratch))
				break;
		if (field < FIELDS)
			known[field] = i;
		else
			bytes_add(&all->others, &i, sizeof(i));
	}
}

/* Note a value, which stands in the text, or is to be kept in made. */
static void
add_value(struct posts *all, enum post_field field, const struct value *v)
{
	struct post_value value = {.field = (unsigned char)field,
	    .type = (unsigned char)v->type,
	    .len = (uint32_t)v->len};

	if (v->type == VALUE_NONE)
		return;
	value.made = v->data == all->scratch.data;
	if (value.made) {
		all->failed |= all->made.len + v->len > UINT32_MAX;
		value.at = (uint32_t)all->made.len;
		bytes_add(&all->made, v->data, v->len);
	} else {
		value.at = (uint32_t)(v->data - all->text);
	}
	bytes_add(&all->values, &value, sizeof(value));
}

/* What we don't know of it, as it stands behind each of its leads'. */
static void
add_extra(struct posts *all, struct fault *f)
{
	const struct extra_members members = {all->text,
	    (const void *)all->members.data, (const void *)all->others.data,
	    all->others.len / sizeof(uint32_t)};
	struct value v = {.type = VALUE_STRING};

	if (members.n == 0)
		return;
	bytes_reset(&all->scratch);
	if (extra_post(&all->scratch, &members,
		all->most == 0 ? SIZE_MAX : all->most, f) == -1) {
		all->failed = 1;
		return;
	}
	v.data = all->scratch.data;
	v.len = all->scratch.len;
	/* Its last value may be long, and no one sees the end of it. */
	if (all->most > 0 && v.len > all->most)
		v.len = all->most;
	add_value(all, POST_EXTRA, &v);
}

/* The post whose members are there, if its id is a string. */
static void
add_post(struct posts *all)
{
	struct post post = {
	    .first = (uint32_t)(all->values.len / sizeof(struct post_value))};
	uint32_t known[FIELDS];
	struct jsontext_slice raw, id;
	struct fault ignored = {0};
	struct value v;
	int field;

	sort_members(all, known);
	if (known[ID] == NO_MEMBER)
		return;
	raw = jsontext_value_of(all->text, member_at(all, known[ID]));
	if (!jsontext_string(&raw, &all->scratch, &id))
		return;
	post.id = (uint32_t)all->ids.len;
	post.id_len = (uint32_t)id.n;
	bytes_add(&all->ids, id.s, id.n);
	for (field = POST_URL; field <= POST_DATE; field++) {
		if (known[field] == NO_MEMBER)
			continue;
		if (value_read(&v, all->text, member_at(all, known[field]), 0,
			&all->scratch, &ignored) == -1)
			all->failed = 1;
		else
			add_value(all, (enum post_field)field, &v);
	}
	add_extra(all, &ignored);
	post.n = (uint32_t)(all->values.len / sizeof(struct post_value)) -
	         post.first;
	bytes_add(&all->list, &post, sizeof(post));
}

void
posts_gather(struct posts *all, struct wellformed *w)
{
	struct jsontext_slice other;

	posts_reset(all);
	all->text = w->text;
	if (!wellformed_open(w, '[')) {
		wellformed_value(w, &other);
		return;
	}
	while (wellformed_element(w)) {
		bytes_reset(&all->members);
		if (!wellformed_members(w, &all->members))
			wellformed_value(w, &other);
		else if (w->verdict != WELLFORMED_JSON)
			break;
		else if (all->members.failed)
			all->failed = 1;
		else
			add_post(all);
	}
}

static struct jsontext_slice
id_of(const struct posts *all, const struct post *post)
{
	const struct jsontext_slice id = {
	    post->id_len == 0 ? "" : all->ids.data + post->id, post->id_len};

	return id;
}

static const struct post *
post_at(const struct posts *all, uint32_t i)
{
	const struct post *list = (const void *)all->list.data;

	return &list[i];
}

static int
compare_ids(const struct jsontext_slice *a, const struct jsontext_slice *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return memcmp(a->s, b->s, a->n);
}

/* Of one id in the order in which they came. */
static int
by_id(const void *a, const void *b, void *context)
{
	const struct posts *all = context;
	const uint32_t *x = a, *y = b;
	struct jsontext_slice one = id_of(all, post_at(all, *x));
	struct jsontext_slice other = id_of(all, post_at(all, *y));
	int rc = compare_ids(&one, &other);

	return rc != 0 ? rc : (*x > *y) - (*x < *y);
}

int
posts_sort(struct posts *all, struct fault *f)
{
	const struct bytes *const buffers[] = {&all->list, &all->ids,
	    &all->values, &all->made, &all->others, &all->scratch};
	size_t n = all->list.len / sizeof(struct post), i;
	uint32_t number;

	for (i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
		if (bytes_check(buffers[i], f) == -1)
			return -1;
	if (all->failed)
		return fault_memory(f);
	for (number = 0; number < n; number++)
		bytes_add(&all->order, &number, sizeof(number));
	if (bytes_check(&all->order, f) == -1)
		return -1;
	if (n > 1)
		qsort_r(all->order.data, n, sizeof(number), by_id, all);
	return 0;
}

const struct post *
posts_find(struct posts *all, const struct jsontext_slice *id)
{
	const uint32_t *order = (const void *)all->order.data;
	size_t n = all->order.len / sizeof(*order), low = 0, high = n, middle;
	struct jsontext_slice wanted, its;

	if (n == 0 || !jsontext_string(id, &all->scratch, &wanted))
		return NULL;
	while (low < high) {
		middle = low + (high - low) / 2;
		its = id_of(all, post_at(all, order[middle]));
		if (compare_ids(&its, &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == n)
		return NULL;
	its = id_of(all, post_at(all, order[low]));
	return compare_ids(&its, &wanted) == 0 ? post_at(all, order[low])
	                                       : NULL;
}

void
posts_value(const struct posts *all, const struct post *post,
    enum post_field field, struct value *out)
{
	const struct post_value *v = (const void *)all->values.data;
	const struct post_value *end;

	memset(out, 0, sizeof(*out));
	if (post->n == 0)
		return;
	v += post->first;
	for (end = v + post->n; v < end; v++) {
		if (v->field != field)
			continue;
		out->type = (enum value_type)v->type;
		out->data = (v->made ? all->made.data : all->text) + v->at;
		out->len = v->len;
		return;
	}
}

void
posts_free(struct posts *all)
{
	bytes_free(&all->list);
	bytes_free(&all->order);
	bytes_free(&all->ids);
	bytes_free(&all->values);
	bytes_free(&all->made);
	bytes_free(&all->members);
	bytes_free(&all->others);
	bytes_free(&all->scratch);
}

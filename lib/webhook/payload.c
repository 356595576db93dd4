/* payload: the JSON of a body, walked over once; see payload.h. */
#include <string.h>

#include "webhook/payload.h"

/* Is it this key, which w has just passed? */
static int
is_key(struct payload *p, const struct wellformed *w,
    const struct jsontext_slice *key, const char *name, size_t n)
{
	if (w->escaped)
		return jsontext_is(key, name, n, &p->scratch);
	return key->n == n + 2 && memcmp(key->s + 1, name, n) == 0;
}

static void
forget_leads(struct payload *p)
{
	p->has_leads = 0;
	p->skipped = 0;
	bytes_reset(&p->members);
	bytes_reset(&p->elements);
}

/* The leads; what is no object is none. */
static void
read_leads(struct payload *p, struct wellformed *w)
{
	struct jsontext_slice other;
	uint32_t end;

	forget_leads(p);
	if (!wellformed_open(w, '[')) {
		wellformed_value(w, &other);
		return;
	}
	p->has_leads = 1;
	while (wellformed_element(w)) {
		if (!wellformed_members(w, &p->members)) {
			wellformed_value(w, &other);
			p->skipped++;
			continue;
		}
		end =
		    (uint32_t)(p->members.len / sizeof(struct jsontext_member));
		bytes_add(&p->elements, &end, sizeof(end));
	}
}

static void
read_data(struct payload *p, struct wellformed *w)
{
	struct jsontext_slice key, value;

	p->data_test.n = 0;
	forget_leads(p);
	posts_reset(&p->posts);
	if (!wellformed_open(w, '{')) {
		wellformed_value(w, &value);
		return;
	}
	while (wellformed_key(w, &key)) {
		if (is_key(p, w, &key, "leads", 5))
			read_leads(p, w);
		else if (is_key(p, w, &key, "posts", 5))
			posts_gather(&p->posts, w);
		else if (is_key(p, w, &key, "test", 4))
			wellformed_value(w, &p->data_test);
		else
			wellformed_value(w, &value);
	}
}

static void
set_timestamp(struct payload *p, const struct wellformed *w,
    const struct jsontext_slice *value)
{
	struct jsontext_member *m = &p->timestamp;

	if (w->end - w->text > JSONTEXT_MAX)
		return;
	m->value = (uint32_t)(value->s - w->text);
	m->value_len = (uint32_t)value->n & JSONTEXT_MAX;
	m->value_escaped = w->escaped != 0;
}

static void
read_body(struct payload *p, struct wellformed *w)
{
	struct jsontext_slice key, value;

	p->is_object = wellformed_open(w, '{');
	if (!p->is_object)
		wellformed_value(w, &value);
	while (p->is_object && wellformed_key(w, &key)) {
		if (is_key(p, w, &key, "data", 4)) {
			read_data(p, w);
		} else if (is_key(p, w, &key, "event", 5)) {
			wellformed_value(w, &p->event);
		} else if (is_key(p, w, &key, "delivery_id", 11)) {
			wellformed_value(w, &p->id);
		} else if (is_key(p, w, &key, "test", 4)) {
			wellformed_value(w, &p->test);
		} else if (is_key(p, w, &key, "timestamp", 9)) {
			wellformed_value(w, &value);
			set_timestamp(p, w, &value);
		} else {
			wellformed_value(w, &value);
		}
	}
}

int
payload_read(struct payload *p, const char *body, size_t n,
    enum wellformed_verdict *verdict, struct fault *f)
{
	struct wellformed w;

	p->event.n = p->id.n = p->test.n = p->data_test.n = 0;
	p->text = body;
	memset(&p->timestamp, 0, sizeof(p->timestamp));
	forget_leads(p);
	bytes_reset(&p->scratch);
	posts_reset(&p->posts);
	wellformed_begin(&w, body, n);
	read_body(p, &w);
	*verdict = wellformed_end(&w);
	if (posts_sort(&p->posts, f) == -1 ||
	    bytes_check(&p->members, f) == -1 ||
	    bytes_check(&p->elements, f) == -1)
		return -1;
	return bytes_check(&p->scratch, f);
}

size_t
payload_leads(const struct payload *p)
{
	return p->elements.len / sizeof(uint32_t);
}

void
payload_free(struct payload *p)
{
	bytes_free(&p->members);
	bytes_free(&p->elements);
	bytes_free(&p->scratch);
	posts_free(&p->posts);
	memset(p, 0, sizeof(*p));
}

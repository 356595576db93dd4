/*
 * A query or a form: each value is text, and what is written again is read
 * again as the same.
 */
#include "fuzz.h"

#include "base/text.h"
#include "select/query.h"

static void
check_pairs(const struct query *q, size_t n)
{
	size_t i, bytes = 0;

	HOLDS(q->n <= QUERY_MAX);
	for (i = 0; i < q->n; i++) {
		HOLDS(strlen(q->list[i].value) == q->list[i].len);
		HOLDS(text_is_utf8(q->list[i].value, q->list[i].len));
		HOLDS(text_is_utf8(q->list[i].name, strlen(q->list[i].name)));
		bytes += strlen(q->list[i].name) + q->list[i].len;
	}
	HOLDS(bytes <= n);
}

static void
check_again(const struct query *q)
{
	struct query again = {0};
	struct bytes b = {0};
	struct fault f = {0};
	size_t i;

	for (i = 0; i < q->n; i++)
		query_add(&b, q->list[i].name, q->list[i].value);
	HOLDS(!b.failed);
	for (i = 0; i < b.len; i++)
		HOLDS(b.data[i] > ' ' && b.data[i] < 0x7f &&
		      strchr("\"'<>#\\", b.data[i]) == NULL);
	if (b.len > 0)
		HOLDS(query_read(&again, b.data + 1, b.len - 1, &f) == 0);
	HOLDS(again.n == q->n);
	for (i = 0; i < q->n; i++) {
		HOLDS(strcmp(again.list[i].name, q->list[i].name) == 0);
		HOLDS(strcmp(again.list[i].value, q->list[i].value) == 0);
		HOLDS(strcmp(query_get(&again, q->list[i].name),
			  query_get(q, q->list[i].name)) == 0);
	}
	query_free(&again);
	bytes_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct query q = {0};
	struct fault f = {0};

	HOLDS(query_read(&q, (const char *)data, n, &f) == 0);
	check_pairs(&q, n);
	check_again(&q);
	query_free(&q);
	return 0;
}

/*
 * Templates: what is taken makes JSON in UTF-8 of leads, however many, with
 * whatever in their cells, and as often as it is asked, or says why not; what
 * isn't taken is told in a sentence.
 *
 * An input is a template, and behind each NUL a cell.
 */
#include "fuzz.h"

#include "base/text.h"
#include "cli/template/template.h"
#include "json/wellformed.h"

#define LEADS 3

/* Fill the leads with the cells, by rows; a byte picks the first column. */
static void
take_leads(struct template_lead *leads, const uint8_t *s, size_t n)
{
	const uint8_t *end = s + n, *nul;
	size_t at = n == 0 ? 0 : *s;

	memset(leads, 0, LEADS * sizeof(*leads));
	for (; s < end; s = nul + 1, at++) {
		struct template_lead *l = &leads[at / SHAPE_COLUMNS % LEADS];

		if ((nul = memchr(s, '\0', (size_t)(end - s))) == NULL)
			nul = end;
		l->cells[at % SHAPE_COLUMNS].data = (const char *)s;
		l->cells[at % SHAPE_COLUMNS].len = (size_t)(nul - s);
		l->test ^= (int)(nul - s) & 1;
	}
}

static int
is_json(const struct bytes *b)
{
	static struct wellformed w;
	struct jsontext_slice all;

	wellformed_begin(&w, b->data, b->len);
	wellformed_value(&w, &all);
	return wellformed_end(&w) == WELLFORMED_JSON;
}

static void
check(const struct template *t, const struct template_lead *leads, size_t n)
{
	const struct template_values v = {"main", leads, n};
	struct bytes a = {0}, b = {0};
	struct fault f = {0};

	if (render_leads(t, &v, &a, &f) == -1) {
		HOLDS(f.kind == FAULT_SETUP);
		check_sentence(&f);
		bytes_free(&a);
		return;
	}
	HOLDS(render_leads(t, &v, &b, &f) == 0);
	HOLDS(a.len > 0 && same(a.data, a.len, b.data, b.len));
	HOLDS(is_json(&a) && text_is_utf8(a.data, a.len));
	bytes_free(&a);
	bytes_free(&b);
}

/* With one column filled, and with all but one. */
static void
check_cells(const struct template *t)
{
	struct template_lead leads[LEADS] = {0};
	static const struct template_cell full = {"\\\"\n", 3};
	int i, k;

	for (k = 0; k <= SHAPE_COLUMNS; k++) {
		for (i = 0; i < SHAPE_COLUMNS * LEADS; i++)
			if (i % SHAPE_COLUMNS != k)
				leads[i / SHAPE_COLUMNS]
				    .cells[i % SHAPE_COLUMNS] = full;
		check(t, leads, 2);
		memset(leads, 0, sizeof(leads));
		if (k < SHAPE_COLUMNS)
			leads[k % LEADS].cells[k] = full;
		check(t, leads, LEADS);
		memset(leads, 0, sizeof(leads));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *nul = n == 0 ? NULL : memchr(data, '\0', n);
	const size_t text = nul == NULL ? n : (size_t)(nul - data);
	struct template_lead leads[LEADS];
	struct fault f = {0};
	struct template *t;
	size_t i;

	t = template_read("x", (const char *)data, text, &f);
	if (t == NULL) {
		HOLDS(f.kind == FAULT_SETUP);
		check_sentence(&f);
		return 0;
	}
	HOLDS(template_batch(t) >= 1 && template_batch(t) <= 100);
	take_leads(leads, data + text, n - text);
	for (i = 1; i <= LEADS; i++)
		check(t, leads, i);
	check_cells(t);
	template_close(t);
	return 0;
}

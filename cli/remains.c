/* remains: where someone stands who was forgotten; see remains.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "remains.h"
#include "text.h"

struct remain {
	char *path; /* owned */
	int64_t line;
};

int
remains_add(struct remains *r, const char *path, int64_t line, struct fault *f)
{
	struct remain *longer =
	    reallocarray(r->list, r->n + 1, sizeof(*r->list));

	if (longer != NULL)
		r->list = longer;
	if (longer == NULL || (longer[r->n].path = strdup(path)) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	longer[r->n++].line = line;
	return 0;
}

void
remains_print(const struct remains *r)
{
	size_t i;

	if (r->n == 0)
		return;
	(void)printf("The urn still stands where this doesn't write; edit or "
		     "delete %s yourself:\n",
	    r->n == 1 ? "it" : "these");
	for (i = 0; i < r->n; i++) {
		(void)printf("  %s", r->list[i].path);
		if (r->list[i].line > 0)
			(void)printf(", line %lld", (long long)r->list[i].line);
		(void)putchar('\n');
	}
}

void
remains_json(const struct remains *r)
{
	struct bytes b = {0};
	size_t i;

	bytes_addc(&b, '[');
	for (i = 0; i < r->n; i++) {
		bytes_adds(&b, i > 0 ? ",{\"file\":" : "{\"file\":");
		text_json(&b, r->list[i].path, strlen(r->list[i].path));
		if (r->list[i].line > 0)
			bytes_printf(
			    &b, ",\"line\":%lld", (long long)r->list[i].line);
		bytes_addc(&b, '}');
	}
	bytes_addc(&b, ']');
	(void)fwrite(b.data, 1, b.len, stdout);
	bytes_free(&b);
}

void
remains_free(struct remains *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		free(r->list[i].path);
	free(r->list);
	memset(r, 0, sizeof(*r));
}

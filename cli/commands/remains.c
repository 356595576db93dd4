/* remains: where someone stands who was forgotten; see remains.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/commands/remains.h"

struct remain {
	char *path; /* owned */
	int64_t line;
};

int
remains_add(struct remains *r, const char *path, int64_t line, struct fault *f)
{
	struct remain *longer;
	size_t i;

	for (i = 0; line == REMAINS_MAYBE && i < r->n; i++)
		if (strcmp(r->list[i].path, path) == 0)
			return 0;
	longer = reallocarray(r->list, r->n + 1, sizeof(*r->list));
	if (longer != NULL)
		r->list = longer;
	if (longer == NULL || (longer[r->n].path = strdup(path)) == NULL)
		return fault_memory(f);
	longer[r->n++].line = line;
	return 0;
}

/* Of which sort a place is: 0, REMAINS_UNREAD, or REMAINS_MAYBE. */
static int64_t
sort_of(const struct remain *r)
{
	return r->line < 0 ? r->line : 0;
}

static size_t
count(const struct remains *r, int64_t sort)
{
	size_t i, n = 0;

	for (i = 0; i < r->n; i++)
		n += sort_of(&r->list[i]) == sort;
	return n;
}

static void
print(const struct remains *r, int64_t sort)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (sort_of(&r->list[i]) != sort)
			continue;
		(void)printf("  %s", r->list[i].path);
		if (r->list[i].line > 0)
			(void)printf(", line %lld", (long long)r->list[i].line);
		(void)putchar('\n');
	}
}

void
remains_print(const struct remains *r)
{
	size_t n = count(r, 0);

	if (n > 0)
		(void)printf("The urn is still in %s, which leadsheet doesn't "
			     "change; edit or delete %s yourself:\n",
		    n == 1 ? "this file" : "these files",
		    n == 1 ? "it" : "them");
	print(r, 0);
	if (count(r, REMAINS_MAYBE) > 0)
		(void)puts("Without the urn the person may stand here; look, "
			   "and edit or delete it yourself:");
	print(r, REMAINS_MAYBE);
	if (count(r, REMAINS_UNREAD) > 0)
		(void)puts("It may stand here as well, which can't be read:");
	print(r, REMAINS_UNREAD);
}

static void
add_array(struct bytes *b, const struct remains *r, int64_t sort)
{
	const char *before = "[{\"file\":";
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (sort_of(&r->list[i]) != sort)
			continue;
		bytes_adds(b, before);
		before = ",{\"file\":";
		text_json(b, r->list[i].path, strlen(r->list[i].path));
		if (r->list[i].line > 0)
			bytes_printf(
			    b, ",\"line\":%lld", (long long)r->list[i].line);
		bytes_addc(b, '}');
	}
	bytes_adds(b, count(r, sort) == 0 ? "[]" : "]");
}

void
remains_json(const struct remains *r)
{
	struct bytes b = {0};

	bytes_adds(&b, "\"remains\":");
	add_array(&b, r, 0);
	bytes_adds(&b, ",\"maybe\":");
	add_array(&b, r, REMAINS_MAYBE);
	bytes_adds(&b, ",\"unread\":");
	add_array(&b, r, REMAINS_UNREAD);
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

/* found: everyone who is looked for; see found.h. */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/export/rows.h"
#include "cli/export/unread.h"
#include "cli/people/found.h"

/* What is told of them; in the order of FOUND_NAME and so on. */
static const char *const columns[FOUND_CELLS] = {"full_name", "job_title",
    "company_name", "linkedin_url", "urn", "first_seen", "last_seen",
    "engagements"};

/* Whole rows, a NUL behind each cell. */
static int
take_rows(void *found, struct bytes *b, struct fault *f)
{
	struct found *x = found;
	const char *rows = b->data, *end = rows + b->len;
	size_t i;

	if (bytes_check(b, f) == -1)
		return -1;
	while (rows < end) {
		for (i = 0; i < FOUND_CELLS; i++) {
			x->cells[i] = rows;
			rows += strlen(rows) + 1;
		}
		if (x->take(x->context, x->cells, f) == -1)
			return -1;
	}
	bytes_reset(b);
	return 0;
}

static int
write_all(struct found *x, struct selection *s, struct output *o,
    const struct sink sink, struct table *table, struct fault *f)
{
	const struct unread none = {.n = 0};
	struct rows rows = {.selection = s,
	    .output = o,
	    .sink = sink,
	    .table = table,
	    .unread = &none};

	if (rows_write(&rows, f) == -1 || table_finish(table, f) == -1)
		return -1;
	x->count = rows.count;
	x->damaged = rows.damage.lines;
	if (rows.damage.first != NULL)
		(void)snprintf(x->endpoint, sizeof(x->endpoint), "%s",
		    rows.damage.first->name);
	return output_commit(o, f);
}

static int
look(struct found *x, struct selection *s)
{
	struct output output;
	struct table *table;
	struct fault f = {0};
	struct sink sink;
	int rc = output_open(&output, s->cli, NULL);

	if (rc != EX_OK)
		return rc;
	sink = output_sink(&output);
	if (x->take != NULL)
		sink = (struct sink){.write = take_rows, .context = x};
	table =
	    table_open(s->format, s->heads, s->ncolumns, &s->shape, &sink, &f);
	if (table == NULL || write_all(x, s, &output, sink, table, &f) == -1)
		rc = f.err == EPIPE ? EX_IOERR : cli_fault(s->cli, &f);
	table_close(table);
	output_close(&output);
	return rc;
}

int
found_people(struct found *x, struct cli *cli, const struct seek *seek)
{
	struct selection s;
	size_t i;
	int rc = selection_of_sought(
	    &s, cli, seek, x->take == NULL ? TABLE_JSONL : TABLE_CELLS);

	for (i = 0; i < FOUND_CELLS && rc == EX_OK; i++)
		selection_add_column(
		    &s, column_find(columns[i], strlen(columns[i])));
	if (rc == EX_OK)
		rc = look(x, &s);
	selection_free(&s);
	return rc;
}

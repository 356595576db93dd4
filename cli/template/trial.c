/* trial: a template, tried with made-up leads; see trial.h. */
#include <string.h>

#include "cli/template/template.h"
#include "cli/template/trial.h"

#define LEADS 3

/* What can be filled or not: the columns, and whether it is a test. */
#define SWITCHES (SHAPE_COLUMNS + 1)

/* Fill one, and all others or none of them. */
static void
set(struct template_lead *l, int which, int filled, int others)
{
	/* A link, so that columns of links are filled as well. */
	static const struct template_cell text = {"https://a.example/", 18};
	static const struct template_cell empty = {"", 0};
	int i;

	for (i = 0; i < SHAPE_COLUMNS; i++)
		l->cells[i] = (i == which ? filled : others) ? text : empty;
	l->test = which == SHAPE_COLUMNS ? filled : others;
}

static int
try_with(const struct template *t, int which, int filled, int others,
    struct fault *f)
{
	struct template_lead leads[LEADS];
	struct template_values v = {"main", leads, 0};
	struct bytes b = {0};
	int i, rc = 0;

	for (i = 0; i < LEADS; i++)
		set(&leads[i], which, filled, others);
	for (v.n = 1; v.n <= LEADS && rc == 0; v.n++) {
		bytes_reset(&b);
		rc = template_render(t, &v, &b, f);
	}
	bytes_free(&b);
	return rc;
}

int
trial_of_leads(const struct template *t, struct fault *f)
{
	int i, rc = try_with(t, 0, 1, 1, f);

	if (rc == 0)
		rc = try_with(t, 0, 0, 0, f);
	for (i = 0; i < SWITCHES && rc == 0; i++)
		if ((rc = try_with(t, i, 1, 0, f)) == 0)
			rc = try_with(t, i, 0, 1, f);
	return rc;
}

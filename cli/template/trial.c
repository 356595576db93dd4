/* trial: a template, tried with made-up leads; see trial.h. */
#include <string.h>

#include "cli/template/render.h"
#include "cli/template/trial.h"

#define LEADS 3

/* What can be filled or not: the columns, and whether it is a test. */
#define SWITCHES (SHAPE_COLUMNS + 1)

/* Fill one, or with -1 none, and all others or none of them. */
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

/* One of them, two, three. */
static int
try_leads(const struct template *t, const struct template_lead *leads,
    struct fault *f)
{
	struct template_values v = {"main", leads, 0};
	struct bytes b = {0};
	int rc = 0;

	for (v.n = 1; v.n <= LEADS && rc == 0; v.n++) {
		bytes_reset(&b);
		rc = render_leads(t, &v, &b, f);
	}
	bytes_free(&b);
	return rc;
}

/* Leads that are alike. */
static int
try_alike(const struct template *t, int which, int filled, int others,
    struct fault *f)
{
	struct template_lead leads[LEADS];
	int i;

	for (i = 0; i < LEADS; i++)
		set(&leads[i], which, filled, others);
	return try_leads(t, leads, f);
}

/* Leads of which some are full and some are empty: a bit for each. */
static int
try_unlike(const struct template *t, unsigned full, struct fault *f)
{
	struct template_lead leads[LEADS];
	int i;

	for (i = 0; i < LEADS; i++)
		set(&leads[i], -1, 0, (full >> i & 1) != 0);
	return try_leads(t, leads, f);
}

int
trial_of_leads(const struct template *t, struct fault *f)
{
	unsigned full = 1U << LEADS;
	int i, rc = 0;

	/* The full ones first: what they show is plainest. */
	while (full-- > 0 && rc == 0)
		rc = try_unlike(t, full, f);
	for (i = 0; i < SWITCHES && rc == 0; i++)
		if ((rc = try_alike(t, i, 1, 0, f)) == 0)
			rc = try_alike(t, i, 0, 1, f);
	return rc;
}

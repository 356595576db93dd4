/* endpoints: those that a command is about; see endpoints.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/endpoints.h"

static int
add(struct cli *cli, const struct endpoint *e, void *endpoints)
{
	struct endpoints *all = endpoints;
	struct endpoint *longer =
	    reallocarray(all->list, all->n + 1, sizeof(*all->list));

	if (longer == NULL)
		return cli_fail(cli, EX_OSERR, "out of memory");
	all->list = longer;
	all->list[all->n++] = *e;
	return EX_OK;
}

/* A name of a list, n bytes long. */
static int
add_name(struct endpoints *all, struct cli *cli, const char *word, size_t n)
{
	char name[ENDPOINT_NAME_SIZE];
	struct endpoint e;
	size_t i;
	int rc;

	while (n > 0 && word[0] == ' ') {
		word++;
		n--;
	}
	while (n > 0 && word[n - 1] == ' ')
		n--;
	(void)snprintf(name, sizeof(name), "%.*s",
	    n > sizeof(name) ? (int)sizeof(name) : (int)n, word);
	if (n == 0)
		return cli_fail(cli, EX_USAGE,
		    "--endpoint takes names with commas between them, as in "
		    "--endpoint main,events");
	if ((rc = cli_endpoint(cli, name, &e)) != EX_OK ||
	    (rc = cli_use_settings(cli, &e)) != EX_OK)
		return rc;
	for (i = 0; i < all->n; i++)
		if (strcmp(all->list[i].name, name) == 0)
			return cli_fail(cli, EX_USAGE,
			    "the endpoint %s is named twice", name);
	return add(cli, &e, all);
}

static int
add_list(struct endpoints *all, struct cli *cli, const char *names)
{
	const char *end;
	int rc = EX_OK;

	for (; names != NULL && rc == EX_OK;
	     names = *end == '\0' ? NULL : end + 1) {
		end = strchrnul(names, ',');
		rc = add_name(all, cli, names, (size_t)(end - names));
	}
	return rc;
}

/* It has to be said which. */
static int
complain_several(const struct endpoints *all, const struct cli *cli)
{
	char there[512] = "";
	size_t i, used = 0;

	for (i = 0; i < all->n && used < sizeof(there) - 80; i++)
		used += (size_t)snprintf(there + used, sizeof(there) - used,
		    "%s%s", i > 0 ? ", " : "", all->list[i].name);
	return cli_fail(cli, EX_USAGE,
	    "there are several endpoints; name one of them: %s; or take them "
	    "all: --endpoint all",
	    there);
}

static int
choose(struct endpoints *all, struct cli *cli, enum endpoints_default otherwise)
{
	const char *names = cli_option(cli, "endpoint");
	struct fault ignored = {0};
	struct endpoint e;
	int rc;

	/* One that is called "all" is meant by its name. */
	if (names != NULL &&
	    (strcmp(names, "all") != 0 ||
		endpoint_find(&e, cli->home, names, &ignored) == 1))
		return add_list(all, cli, names);
	if ((rc = cli_each_endpoint(cli, add, all)) != EX_OK)
		return rc;
	/* That there is none is said there. */
	if (all->n == 0)
		return cli_endpoint(cli, NULL, &e);
	return names == NULL && otherwise == ENDPOINTS_THE_ONLY && all->n > 1
	           ? complain_several(all, cli)
	           : EX_OK;
}

int
endpoints_choose(
    struct endpoints *all, struct cli *cli, enum endpoints_default otherwise)
{
	int rc = choose(all, cli, otherwise);

	if (rc != EX_OK)
		return rc;
	return cli_use_settings(cli, all->n == 1 ? &all->list[0] : NULL);
}

void
endpoints_free(struct endpoints *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}

/* days: which days are asked for; see days.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/export/days.h"

/*
 * --last 7d: so many days, weeks, months or years up to today, which is one of
 * them.
 */
static int
choose_last(struct days *d, const struct cli *cli, const char *text)
{
	char today[UTC_DAY_SIZE], before[UTC_DAY_SIZE], *unit;
	long n = strtol(text, &unit, 10);

	if (cli_option(cli, "from") != NULL || cli_option(cli, "to") != NULL)
		return cli_fail(cli, EX_USAGE,
		    "--last ends today; leave out --from and --to, or say "
		    "them alone");
	utc_day(utc_now(), today);
	if (text[0] < '1' || text[0] > '9' || unit[0] == '\0' ||
	    unit[1] != '\0' || utc_before(today, n, *unit, before) == -1)
		return cli_fail(cli, EX_USAGE,
		    "\"%s\" is no length of time; write days, weeks, months or "
		    "years, like 7d, 2w, 3m, 1y",
		    text);
	/* Before 1970 nothing came. */
	if (utc_day_number(before) != -1)
		utc_day_of_number(utc_day_number(before) + 1, d->from);
	return EX_OK;
}

int
days_read(struct days *d, const struct cli *cli)
{
	const char *from = cli_option(cli, "from");
	const char *to = cli_option(cli, "to");
	const char *last = cli_option(cli, "last");
	const char *since = cli_option(cli, "new-since");
	int rc = EX_OK;

	if (since != NULL)
		rc = cli_day(cli, since, d->since);
	if (rc == EX_OK && last != NULL)
		return choose_last(d, cli, last);
	if (rc == EX_OK && from != NULL)
		rc = cli_day(cli, from, d->from);
	if (rc == EX_OK && to != NULL)
		rc = cli_day(cli, to, d->to);
	if (rc == EX_OK && from != NULL && to != NULL &&
	    strcmp(d->from, d->to) > 0)
		return cli_fail(cli, EX_USAGE,
		    "--from %s is later than --to %s; exchange them", d->from,
		    d->to);
	return rc;
}

int
days_are_all(const struct days *d)
{
	return d->from[0] == '\0' && d->to[0] == '\0';
}

int
days_want(const struct days *d, const char *day)
{
	return (d->from[0] == '\0' || strcmp(day, d->from) >= 0) &&
	       (d->to[0] == '\0' || strcmp(day, d->to) <= 0);
}

int
days_have(const struct days *d, int64_t received)
{
	char day[UTC_DAY_SIZE];

	if (days_are_all(d))
		return 1;
	utc_day(received, day);
	return days_want(d, day);
}

int
days_are_new(const struct days *d, int64_t first_seen)
{
	char day[UTC_DAY_SIZE];

	if (d->since[0] == '\0')
		return 1;
	utc_day(first_seen, day);
	return strcmp(day, d->since) >= 0;
}

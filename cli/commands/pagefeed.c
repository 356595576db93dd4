/* leadsheet page feed: add, list, remove. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/feeds.h"
#include "access/readers.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands/page.h"
#include "select/choice.h"
#include "select/column.h"
#include "select/query.h"

#define HASH_SHOWN 8 /* digits, as feeds_remove() takes them */

static int
is_json(const struct cli *cli)
{
	return cli_option(cli, "json") != NULL;
}

/* Take the value of an option, which is a text, into its place. */
static int
take_text(struct cli *cli, const char *option, char *out, size_t size)
{
	const char *value = cli_option(cli, option);

	if (value == NULL)
		return EX_OK;
	if (strlen(value) >= size)
		return cli_fail(cli, EX_USAGE,
		    "--%s is too long; %zu bytes are the most", option,
		    size - 1);
	(void)strcpy(out, value);
	return EX_OK;
}

/*
 * Take the filters of a query, as they are written: days like "yesterday" go on
 * with the time.  What the page would pass over is told, as the feed would have
 * more than was meant.
 */
static int
take_filters(struct bytes *b, const struct query *q, struct fault *f)
{
	static const char *const others[] = {
	    "q", "endpoint", "from", "to", "since"};
	const char *name;
	size_t i, k;

	for (i = 0; i < q->n; i++) {
		name = q->list[i].name;
		for (k = 0; k < 5 && strcmp(name, others[k]) != 0; k++)
			;
		for (; k >= 5 && k < 5 + CHOICE_TERMS; k++)
			if (strcmp(name, choice_term_name(
					     (enum choice_term)(k - 5))) == 0)
				break;
		if (k == 5 + CHOICE_TERMS && strcmp(name, "before") != 0 &&
		    strcmp(name, "as") != 0)
			return fault_set(f, FAULT_SETUP, 0,
			    "--query: the page has no filter \"%.64s\"; filter "
			    "the leads on the page, and copy its address",
			    name);
		if (k < 5 + CHOICE_TERMS && q->list[i].len > 0)
			query_add(b, name, q->list[i].value);
	}
	return bytes_check(b, f);
}

/* The choice that a URL of the page says, or what stands behind its ?. */
static int
read_query(
    const char *url, struct feed *feed, struct choice *choice, struct fault *f)
{
	const char *mark = strchr(url, '?'), *begin;
	struct query q = {.n = 0};
	struct bytes text = {0};
	int rc;

	if (mark != NULL)
		begin = mark + 1;
	else /* an address without one, or what stands behind one */
		begin = strstr(url, "://") == NULL && url[0] != '/' ? url : "";
	rc = query_read(&q, begin, strcspn(begin, "#"), f);
	if (rc == 0 && q.n == 0)
		rc = fault_set(f, FAULT_SETUP, 0,
		    "--query has no filter; copy the address of a page that "
		    "shows the leads, with what stands behind its ?");
	if (rc == 0)
		rc = take_filters(&text, &q, f);
	if (rc == 0)
		rc = choice_read(choice, &q, utc_now(), f);
	if (rc == 0 && text.len > sizeof(feed->query))
		rc = fault_set(f, FAULT_SETUP, 0, "--query is too long");
	/* Without what query_add() puts before the first. */
	if (rc == 0 && text.len > 1)
		memcpy(feed->query, text.data + 1, text.len - 1);
	bytes_free(&text);
	query_free(&q);
	return rc;
}

static int
take_query(struct cli *cli, struct feed *feed)
{
	const char *value = cli_option(cli, "query");
	struct choice choice = {.endpoint = ""};
	struct endpoint e;
	struct fault f = {0};

	if (value == NULL)
		return EX_OK;
	if (read_query(value, feed, &choice, &f) == 0)
		return choice.endpoint[0] == '\0'
		           ? EX_OK
		           : cli_endpoint(cli, choice.endpoint, &e);
	return f.kind == FAULT_SETUP ? cli_fail(cli, EX_USAGE, "%s", f.text)
	                             : cli_fault(cli, &f);
}

/* Columns as the page takes them, so that none is misspelt. */
static int
take_columns(struct cli *cli, struct feed *feed)
{
	const char *s = feed->columns, *end;
	struct fault why = {0};
	int rc =
	    take_text(cli, "columns", feed->columns, sizeof(feed->columns));

	for (; rc == EX_OK && *s != '\0'; s = *end == '\0' ? end : end + 1) {
		end = strchrnul(s, ',');
		if (column_read(
			s, (size_t)(end - s), COLUMN_FIRST_SEEN, &why) == -1)
			rc = cli_fail(cli, EX_USAGE, "--columns: %s", why.text);
	}
	return rc;
}

static int
take_rows(struct cli *cli, struct feed *feed)
{
	const char *value = cli_option(cli, "rows");
	char *end;

	if (value == NULL)
		return EX_OK;
	errno = 0;
	feed->rows = strtoll(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 ||
	    feed->rows < 1 || feed->rows > FEEDS_ROWS_MAX)
		return cli_fail(cli, EX_USAGE,
		    "--rows is a number from 1 to %d", FEEDS_ROWS_MAX);
	return EX_OK;
}

/* Whose endpoints hold. */
static int
take_reader(struct cli *cli, struct feed *feed)
{
	struct readers rs = {0};
	struct fault f = {0};
	int rc = take_text(cli, "user", feed->reader, sizeof(feed->reader));

	if (rc != EX_OK || feed->reader[0] == '\0')
		return rc;
	if (readers_look(&rs, cli->home, &f) == -1)
		rc = cli_fault(cli, &f);
	else if (readers_find(&rs, feed->reader) == NULL)
		rc = cli_fail(cli, EX_USAGE,
		    "there is no user %s; \"leadsheet page user list\" shows "
		    "who there is",
		    feed->reader);
	readers_free(&rs);
	return rc;
}

static int
say_added(struct cli *cli, const struct feed *feed, const char *token)
{
	char digits[HASH_SHOWN + 1];
	struct bytes b = {0};

	(void)snprintf(digits, sizeof(digits), "%.*s", HASH_SHOWN, feed->hash);
	if (is_json(cli)) {
		bytes_printf(&b, "{\"hash\":\"%s\",\"path\":\"/feed/%s.csv\"}",
		    feed->hash, token);
		return page_print(cli, &b);
	}
	(void)printf("/feed/%s.csv\n\n", token);
	cli_print(cli, stdout, 0,
	    "Put that behind the page's address, as in "
	    "https://YOUR.SITE/leadsheet/feed/..., and link your spreadsheet "
	    "to it.  It is shown this once; whoever has it can read the feed, "
	    "until you run \"leadsheet page feed remove %s\".",
	    digits);
	(void)putchar('\n');
	return EX_OK;
}

static int
add(struct cli *cli)
{
	struct feed feed = {.rows = 0};
	char token[FEEDS_TOKEN_SIZE];
	struct fault f = {0};
	int rc;

	if ((rc = take_text(cli, "name", feed.name, sizeof(feed.name))) !=
		EX_OK ||
	    (rc = take_query(cli, &feed)) != EX_OK ||
	    (rc = take_columns(cli, &feed)) != EX_OK ||
	    (rc = take_rows(cli, &feed)) != EX_OK ||
	    (rc = page_enter(cli, 1)) != EX_OK ||
	    (rc = take_reader(cli, &feed)) != EX_OK)
		return rc;
	if (feeds_add(cli->home, &feed, token, utc_now(), &f) == -1)
		return f.kind == FAULT_SETUP
		           ? cli_fail(cli, EX_USAGE, "%s", f.text)
		           : cli_fault(cli, &f);
	return say_added(cli, &feed, token);
}

struct listing {
	struct cli *cli;
	int n;
};

static void
add_text(struct bytes *b, const char *name, const char *value)
{
	bytes_printf(b, ",\"%s\":", name);
	text_json(b, value, strlen(value));
}

static int
list_json(struct cli *cli, const struct feed *feed)
{
	char created[UTC_ISO_SIZE], used[UTC_ISO_SIZE];
	struct bytes b = {0};

	utc_iso(feed->created, created);
	utc_iso(feed->used, used);
	bytes_printf(&b, "{\"hash\":\"%s\"", feed->hash);
	add_text(&b, "name", feed->name);
	add_text(&b, "user", feed->reader);
	add_text(&b, "query", feed->query);
	add_text(&b, "columns", feed->columns);
	bytes_printf(&b, ",\"rows\":%lld,\"created\":\"%s\",\"read\":",
	    (long long)feed->rows, created);
	bytes_printf(&b, "%s%s%s}", feed->used == 0 ? "null" : "\"",
	    feed->used == 0 ? "" : used, feed->used == 0 ? "" : "\"");
	return page_print(cli, &b);
}

/* A line, and what is selected below it. */
static int
list_line(struct cli *cli, const struct feed *feed)
{
	char created[UTC_LOCAL_SIZE], used[UTC_LOCAL_SIZE];
	struct bytes b = {0};

	utc_local(feed->created, created);
	utc_local(feed->used, used);
	bytes_printf(&b, "%.*s  %s\n", HASH_SHOWN, feed->hash,
	    feed->name[0] == '\0' ? "(no name)" : feed->name);
	bytes_printf(&b, "  made %.16s%s%s, %s%.16s\n", created,
	    feed->reader[0] == '\0' ? "" : " for ", feed->reader,
	    feed->used == 0 ? "never read" : "last read ",
	    feed->used == 0 ? "" : used);
	bytes_printf(&b, "  %s, %lld rows at most",
	    feed->query[0] == '\0' ? "all leads" : feed->query,
	    (long long)feed->rows);
	if (feed->columns[0] != '\0')
		bytes_printf(&b, "\n  %s", feed->columns);
	return page_print(cli, &b);
}

static int
list_one(void *context, const struct feed *feed)
{
	struct listing *l = context;

	l->n++;
	return is_json(l->cli) ? list_json(l->cli, feed)
	                       : list_line(l->cli, feed);
}

static int
list(struct cli *cli)
{
	struct listing l = {cli, 0};
	struct fault f = {0};
	int rc = feeds_each(cli->home, list_one, &l, &f);

	if (rc == -1)
		return cli_fault(cli, &f);
	if (rc == EX_OK && l.n == 0 && !is_json(cli))
		(void)puts("there is no feed");
	return rc;
}

static int
take_away(struct cli *cli, const char *which)
{
	struct fault f = {0};
	int rc = feeds_remove(cli->home, which, &f);

	if (rc == -1)
		return cli_fault(cli, &f);
	if (rc == 0)
		return cli_fail(cli, EX_USAGE,
		    "there is no feed %s; \"leadsheet page feed list\" shows "
		    "which there are",
		    which);
	(void)puts("the feed is revoked: its address shows nothing any more");
	return EX_OK;
}

int
page_feed(struct cli *cli, const char *verb, const char *which)
{
	int rc;

	if (strcmp(verb, "add") == 0)
		return which == NULL ? add(cli)
		                     : cli_fail(cli, EX_USAGE,
					   "a feed's name is said by --name");
	if (strcmp(verb, "list") != 0 && strcmp(verb, "remove") != 0)
		return cli_fail(
		    cli, EX_USAGE, "\"%s\" is none of add, list, remove", verb);
	if (verb[0] == 'r' && which == NULL)
		return cli_fail(cli, EX_USAGE,
		    "say which: \"leadsheet page feed remove HASH\"");
	if ((rc = page_enter(cli, 0)) != EX_OK)
		return rc;
	return which == NULL ? list(cli) : take_away(cli, which);
}

/* feed: a saved selection as CSV; see feed.h. */
#include <stdio.h>
#include <string.h>

#include "access/feeds.h"
#include "access/readers.h"
#include "base/utc.h"
#include "page/files/download.h"
#include "page/files/feed.h"
#include "page/files/filereply.h"
#include "page/files/form.h"
#include "page/files/rows.h"
#include "page/look/selected.h"
#include "page/page.h"
#include "table/table.h"

#define RETRY_SECONDS 10
#define UPDATE        UTC_SECOND        /* of a request, for the catalog */
#define NOTE_EVERY    (60 * UTC_SECOND) /* that it was read */

/* The token of TOKEN.csv: 1, or 0 where it can be none. */
static int
read_token(const char *file, char out[static FEEDS_TOKEN_SIZE])
{
	size_t n = strspn(file, "0123456789abcdef");

	if (n != FEEDS_TOKEN_SIZE - 1 || strcmp(file + n, ".csv") != 0)
		return 0;
	memcpy(out, file, n);
	out[n] = '\0';
	return 1;
}

/* What its reader may see now.  1; 0: that reader was removed. */
static int
find_scope(struct viewing *v, const struct feed *feed)
{
	const struct reader *reader;

	v->scope = (struct catalog_scope){0};
	/* It was made by whoever has the machine. */
	if (feed->reader[0] == '\0')
		return 1;
	reader = readers_find(v->readers, feed->reader);
	/* With login = server a name needs no line, and sees all. */
	if (reader == NULL)
		return v->page->settings.login_by_server &&
		       !readers_keep_out(v->readers, feed->reader);
	v->scope.names = reader->endpoints;
	v->scope.n = reader->nendpoints;
	return 1;
}

/*
 * Has the catalog the newest so many rows, or all there are?  Of the first of
 * its days it may lack the newest.  1, 0, or -1.
 */
static int
is_ready(struct viewing *v, const struct feed *feed, struct fault *f)
{
	struct choice c = v->choice;
	int64_t count;

	if (download_is_whole(v, 0))
		return 1;
	if (c.since[0] != '\0' || v->state.from[0] == '\0')
		return 0;
	utc_day_of_number(utc_day_number(v->state.from) + 1, c.from);
	if (c.to[0] != '\0' && strcmp(c.from, c.to) > 0)
		return 0;
	count = catalog_count(v->page->catalog, &v->scope, &c, feed->rows, f);
	return count == -1 ? -1 : count >= feed->rows;
}

static int
write_rows(struct viewing *v, const struct feed *feed, struct fault *f)
{
	struct form form;
	struct rows rows = {.viewing = v, .form = &form};
	struct filereply file;
	struct sink sink = filereply_open(&file, v, TABLE_CSV, "");
	int rc = -1;

	if (form_of_feed(&form, v, feed->columns, f) == -1)
		return -1;
	if (v->reply->is_head) {
		filereply_head(v->reply);
		return 0;
	}
	rows.table = table_open(
	    form.format, form.heads, form.ncolumns, &form.shape, &sink, f);
	if (rows.table == NULL)
		return -1;
	table_head(rows.table);
	if (rows_write(&rows, feed->rows, f) == 0)
		rc = table_finish(rows.table, f);
	table_close(rows.table);
	rows_free(&rows);
	return rc == -1 ? filereply_fail(v->reply, f) : 0;
}

static int
answer(struct viewing *v, const struct feed *feed, struct fault *f)
{
	int ready;

	if (catalog_update(v->page->catalog, UPDATE, &v->state, f) == -1 ||
	    selected_read(v, feed->query, &v->choice, f) == -1 ||
	    (ready = is_ready(v, feed, f)) == -1)
		return -1;
	if (ready)
		return write_rows(v, feed, f);
	/* A spreadsheet keeps the rows that it has, and asks again. */
	filereply_refuse(v, 503, RETRY_SECONDS, PHRASE_DOWNLOAD_BEHIND, NULL);
	return 0;
}

/* That its last use can't be noted keeps nobody from reading it. */
static void
note_use(struct viewing *v, const struct feed *feed)
{
	struct fault f = {0};

	if (v->visit->now - feed->used >= NOTE_EVERY &&
	    feeds_used(v->page->home, feed, v->visit->now, &f) == -1)
		(void)snprintf(
		    v->reply->reason, sizeof(v->reply->reason), "%s", f.text);
}

int
feed_answer(struct viewing *v, const char *file, struct fault *f)
{
	char token[FEEDS_TOKEN_SIZE];
	struct feed feed;
	int rc = 0;

	v->reply->screen = "feed";
	if (read_token(file, token))
		rc = feeds_find(v->page->home, token, &feed, f);
	if (rc == 1)
		rc = find_scope(v, &feed);
	if (rc == 1) {
		(void)snprintf(v->reply->reader, sizeof(v->reply->reader), "%s",
		    feed.reader);
		note_use(v, &feed);
		rc = answer(v, &feed, f);
	} else if (rc == 0) {
		filereply_refuse(v, 404, 0, PHRASE_FEED_NONE, NULL);
	}
	return rc;
}

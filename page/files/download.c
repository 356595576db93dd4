/* download: all leads, or people, of a screen as a file; see download.h. */
#include <stdio.h>
#include <string.h>

#include "page/files/download.h"
#include "page/files/filereply.h"
#include "page/files/form.h"
#include "page/files/rows.h"
#include "page/page.h"
#include "table/table.h"

#define RETRY_SECONDS 5

int
download_wants(const struct viewing *v)
{
	return query_get(&v->visit->query, "as")[0] != '\0';
}

int
download_is_whole(const struct viewing *v, int people)
{
	const struct choice *c = &v->choice;

	if (v->state.whole)
		return 1;
	/* The first of its days may be the newest one, which isn't all there.
	 */
	return !people && c->since[0] == '\0' && v->state.from[0] != '\0' &&
	       strcmp(c->from, v->state.from) > 0;
}

/* leads-2026-11-24-to-2026-12-01, without its ending. */
static void
name_file(
    const struct viewing *v, const struct form *form, char *out, size_t size)
{
	const struct choice *c = &v->choice;
	const char *noun = form->people ? "people" : "leads";
	const char *profile = form->has_profile ? form->profile.name : "";
	char days[64] = "";

	if (c->since[0] != '\0')
		(void)snprintf(days, sizeof(days), "-since-%s", c->since);
	else if (c->from[0] != '\0' && strcmp(c->from, c->to) == 0)
		(void)snprintf(days, sizeof(days), "-%s", c->from);
	else if (c->from[0] != '\0' && c->to[0] != '\0')
		(void)snprintf(days, sizeof(days), "-%s-to-%s", c->from, c->to);
	else if (c->from[0] != '\0')
		(void)snprintf(days, sizeof(days), "-from-%s", c->from);
	else if (c->to[0] != '\0')
		(void)snprintf(days, sizeof(days), "-to-%s", c->to);
	(void)snprintf(out, size, "%s%s%.64s%s", noun,
	    profile[0] == '\0' ? "" : "-", profile, days);
}

/* A sentence, for what the form is to be; or 0: go on. */
static int
refuse(struct viewing *v, const struct form *form, struct rows *rows,
    struct fault *f)
{
	char number[24];
	int more;

	if (!download_is_whole(v, form->people)) {
		filereply_refuse(
		    v, 503, RETRY_SECONDS, PHRASE_DOWNLOAD_BEHIND, NULL);
		return 1;
	}
	if (!form->has_profile || form->profile.rows == 0)
		return 0;
	more = rows_are_more(rows, form->profile.rows, f);
	if (more == 1) {
		(void)snprintf(number, sizeof(number), "%lld",
		    (long long)form->profile.rows);
		filereply_refuse(v, 400, 0, PHRASE_DOWNLOAD_MANY, number);
	}
	return more;
}

static int
write_file(struct rows *rows, const struct sink *sink, struct fault *f)
{
	const struct form *form = rows->form;
	int rc = -1;

	rows->table = table_open(
	    form->format, form->heads, form->ncolumns, &form->shape, sink, f);
	if (rows->table == NULL)
		return -1;
	table_head(rows->table);
	if (rows_write(rows, 0, f) == 0)
		rc = table_finish(rows->table, f);
	table_close(rows->table);
	return rc;
}

/* What takes too long tells the person what to do, else it is for the log. */
static int
fail(struct viewing *v, struct fault *f)
{
	if (v->reply->begun || f->kind == FAULT_BUSY)
		return filereply_fail(v->reply, f);
	reply_reset(v->reply);
	(void)snprintf(
	    v->reply->reason, sizeof(v->reply->reason), "%s", f->text);
	filereply_refuse(v, 503, 0, PHRASE_DOWNLOAD_FAILED, NULL);
	return 0;
}

static int
answer(struct viewing *v, const struct form *form, struct fault *f)
{
	struct rows rows = {.viewing = v, .form = form};
	int rc = refuse(v, form, &rows, f);
	struct filereply file;
	struct sink sink;
	char name[128];

	if (rc != 0) {
		rows_free(&rows);
		return rc == -1 ? -1 : 0;
	}
	name_file(v, form, name, sizeof(name));
	sink = filereply_open(&file, v, form->format, name);
	if (v->reply->is_head)
		filereply_head(v->reply);
	else
		rc = write_file(&rows, &sink, f);
	rows_free(&rows);
	return rc == -1 ? fail(v, f) : 0;
}

static int
download(struct viewing *v, int people, struct fault *f)
{
	const char *word = query_get(&v->visit->query, "as");
	struct form form;
	int found = form_of_word(&form, v, word, people, f);

	v->reply->screen = "download";
	if (found == 1)
		return answer(v, &form, f);
	/* The person can't help it; who looks after the site reads the log. */
	if (found == -1)
		(void)snprintf(
		    v->reply->reason, sizeof(v->reply->reason), "%s", f->text);
	filereply_refuse(v, found == 0 ? 400 : 500, 0,
	    found == 0 ? PHRASE_DOWNLOAD_NO_FORM : PHRASE_DOWNLOAD_WRONG_FORM,
	    found == 0 ? "csv, xlsx, jsonl" : form.profile.name);
	return 0;
}

int
download_leads(struct viewing *v, struct fault *f)
{
	return download(v, 0, f);
}

int
download_people(struct viewing *v, struct fault *f)
{
	return download(v, 1, f);
}

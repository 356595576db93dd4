/* filereply: a file as the answer to a request; see filereply.h. */
#include <errno.h>
#include <stdio.h>

#include "access/pagedir.h"
#include "page/files/filereply.h"
#include "page/page.h"

/* So much is held back, to be sent with its length: bytes. */
#define HOLD (256 << 10)

/* All that Excel takes would be 50 MiB; the newest leads have theirs. */
#define LINKS 4000

#define EXCEL                                                                  \
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static int
write_reply(void *reply, struct bytes *b, struct fault *f)
{
	struct reply *r = reply;

	if (bytes_check(b, f) == -1)
		return -1;
	if (!r->begun && r->body.len + b->len <= HOLD)
		bytes_add(&r->body, b->data, b->len);
	else if ((!r->begun && reply_begin(r) == -1) ||
		 reply_write(r, b->data, b->len) == -1)
		return fault_set(f, FAULT_STORAGE, EPIPE,
		    "whoever asked has stopped the download");
	bytes_reset(b);
	return bytes_check(&r->body, f);
}

/* A reply is one file, whatever its rows. */
static int
limit_reply(
    void *reply, int64_t rows, const struct bytes *head, struct fault *f)
{
	(void)reply;
	(void)head;
	return fault_set(f, FAULT_SETUP, 0,
	    "one answer can't be files of %lld rows each", (long long)rows);
}

static int
next_file(void *reply, struct fault *f)
{
	(void)reply;
	return fault_set(
	    f, FAULT_SETUP, 0, "one answer can't be several files");
}

struct sink
filereply_open(struct filereply *x, const struct viewing *v,
    enum table_format format, const char *name)
{
	static const char *const types[TABLE_FORMATS] = {
	    [TABLE_CSV] = "text/csv; charset=utf-8",
	    [TABLE_TSV] = "text/tab-separated-values; charset=utf-8",
	    [TABLE_JSONL] = "application/jsonl; charset=utf-8",
	    [TABLE_XLSX] = EXCEL};
	char disposition[160];

	pagedir_path(v->page->home, x->scratch, "cache");
	v->reply->type = types[format];
	if (name[0] != '\0') {
		(void)snprintf(disposition, sizeof(disposition),
		    "attachment; filename=\"%.100s.%s\"", name,
		    table_format_name(format));
		reply_header(v->reply, "Content-Disposition", disposition);
	}
	return (struct sink){.write = write_reply,
	    .limit = limit_reply,
	    .next = next_file,
	    .context = v->reply,
	    .scratch = x->scratch,
	    .links = LINKS,
	    .remedy = "make room on the disk of leadsheet's home, or set right "
		      "whose the folder page/cache in it is"};
}

void
filereply_head(struct reply *r)
{
	/* Whoever has gone needs no answer. */
	(void)!reply_begin(r);
}

int
filereply_fail(struct reply *r, const struct fault *f)
{
	if (!r->begun)
		return -1;
	r->cut = 1;
	(void)snprintf(r->reason, sizeof(r->reason), "%s", f->text);
	return 0;
}

void
filereply_refuse(struct viewing *v, int status, int retry, enum phrase sentence,
    const char *one)
{
	struct reply *r = v->reply;
	char seconds[16];

	r->status = status;
	r->type = "text/plain; charset=utf-8";
	bytes_reset(&r->body);
	phrases_fill(&r->body, v->language, sentence, one, NULL);
	bytes_addc(&r->body, '\n');
	if (retry == 0)
		return;
	(void)snprintf(seconds, sizeof(seconds), "%d", retry);
	reply_header(r, "Retry-After", seconds);
}

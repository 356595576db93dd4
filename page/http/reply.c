/* reply: what goes out; see reply.h. */
#include <stdio.h>
#include <string.h>

#include "http/response.h"
#include "page/http/reply.h"

/*
 * Of every answer.  The stylesheet is ours, there is no script, nothing comes
 * from elsewhere, and nobody puts the page into a frame of theirs.
 */
#define ALWAYS                                                                 \
	"Content-Security-Policy: default-src 'none'; style-src 'self'; "      \
	"img-src 'self'; form-action 'self'; frame-ancestors 'none'; "         \
	"base-uri 'none'\r\n"                                                  \
	"X-Content-Type-Options: nosniff\r\n"                                  \
	"X-Frame-Options: DENY\r\n"                                            \
	"Referrer-Policy: same-origin\r\n"                                     \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                          \
	"Vary: Cookie, Accept-Language\r\n"

/* Where there is no memory for an answer. */
#define NO_MEMORY "There is no memory left. Try again in a minute.\n"

void
reply_start(
    struct reply *r, int (*put)(void *, const char *, size_t), void *door)
{
	memset(r, 0, sizeof(*r));
	r->status = 200;
	r->put = put;
	r->door = door;
	r->screen = "-";
}

void
reply_header(struct reply *r, const char *name, const char *value)
{
	bytes_adds(&r->headers, name);
	bytes_adds(&r->headers, ": ");
	for (; *value != '\0'; value++)
		if ((unsigned char)*value >= ' ' && *value != '\x7f')
			bytes_addc(&r->headers, *value);
	bytes_adds(&r->headers, "\r\n");
}

void
reply_redirect(struct reply *r, const char *url)
{
	r->status = 303;
	r->type = NULL;
	bytes_reset(&r->body);
	reply_header(r, "Location", url);
}

/* Status and headers; with the length of the body where that is known. */
static void
write_head(const struct reply *r, int is_whole, struct bytes *out)
{
	bytes_printf(
	    out, "Status: %d %s\r\n", r->status, response_phrase(r->status));
	if (r->type != NULL)
		bytes_printf(out, "Content-Type: %s\r\n", r->type);
	if (is_whole)
		bytes_printf(out, "Content-Length: %zu\r\n", r->body.len);
	bytes_printf(out, "Cache-Control: %s\r\n",
	    r->cache == NULL ? "no-store" : r->cache);
	bytes_adds(out, ALWAYS);
	bytes_add(out, r->headers.data, r->headers.len);
	bytes_adds(out, "\r\n");
}

/* Nobody listens any more: what follows goes nowhere. */
static int
put(struct reply *r, const char *s, size_t n)
{
	if (n > 0 && !r->gone && r->put(r->door, s, n) == -1)
		r->gone = 1;
	return r->gone ? -1 : 0;
}

/* Head and body, by one call where the body isn't large. */
static int
send(struct reply *r, int is_whole)
{
	struct bytes out = {0};
	int rc;

	r->begun = 1;
	if (r->headers.failed || r->body.failed) {
		r->status = 503;
		r->type = "text/plain; charset=utf-8";
		bytes_free(&r->headers);
		bytes_free(&r->body);
		bytes_adds(&r->body, NO_MEMORY);
	}
	write_head(r, is_whole, &out);
	if (!r->is_head) {
		bytes_add(&out, r->body.data, r->body.len);
		r->sent += r->body.len;
	}
	rc = out.failed ? -1 : put(r, out.data, out.len);
	if (out.failed)
		r->gone = 1;
	bytes_free(&out);
	bytes_reset(&r->body);
	return rc;
}

int
reply_begin(struct reply *r)
{
	return send(r, 0);
}

int
reply_write(struct reply *r, const char *s, size_t n)
{
	if (r->is_head)
		return r->gone ? -1 : 0;
	r->sent += n;
	return put(r, s, n);
}

void
reply_end(struct reply *r)
{
	if (!r->begun)
		(void)send(r, 1);
}

void
reply_reset(struct reply *r)
{
	r->status = 200;
	r->type = NULL;
	r->cache = NULL;
	bytes_reset(&r->headers);
	bytes_reset(&r->body);
}

void
reply_free(struct reply *r)
{
	bytes_free(&r->headers);
	bytes_free(&r->body);
}

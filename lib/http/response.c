/* response: what goes out; see response.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "config/remedy.h"
#include "http/response.h"

void
response_kept(struct response *r, int status, const char *outcome,
    const char *id, size_t id_len, size_t leads)
{
	r->status = status;
	r->outcome = outcome;
	r->leads = leads;
	bytes_reset(&r->body);
	bytes_adds(&r->body, "{\"status\":");
	text_json(&r->body, outcome, strlen(outcome));
	if (id != NULL) {
		r->id_len = id_len < sizeof(r->id) ? id_len : sizeof(r->id);
		memcpy(r->id, id, r->id_len);
		bytes_adds(&r->body, ",\"delivery_id\":");
		text_json(&r->body, id, id_len);
		bytes_printf(&r->body, ",\"leads\":%zu", leads);
	}
	bytes_adds(&r->body, "}\n");
}

/* Go back to before the object's end, which is a brace and a newline. */
static int
reopen(struct response *r)
{
	if (r->body.failed || r->body.len < 2)
		return 0;
	r->body.len -= 2;
	return 1;
}

static void
tell_count(struct response *r, const char *name, size_t n)
{
	if (reopen(r))
		bytes_printf(&r->body, ",\"%s\":%zu}\n", name, n);
}

void
response_tell_skipped(struct response *r, size_t n)
{
	tell_count(r, "skipped", n);
}

void
response_tell_bytes(struct response *r, size_t n)
{
	tell_count(r, "bytes", n);
}

void
response_tell_reason(struct response *r, const char *clause)
{
	if (!reopen(r))
		return;
	bytes_adds(&r->body, ",\"reason\":");
	text_json(&r->body, clause, strlen(clause));
	bytes_adds(&r->body, "}\n");
}

void
response_error(
    struct response *r, int status, const char *outcome, const char *message)
{
	r->status = status;
	r->outcome = outcome;
	r->leads = 0;
	bytes_reset(&r->body);
	bytes_adds(&r->body, "{\"error\":");
	text_json(&r->body, outcome, strlen(outcome));
	bytes_adds(&r->body, ",\"message\":");
	text_json(&r->body, message, strlen(message));
	bytes_adds(&r->body, "}\n");
}

void
response_reason(struct response *r, const char *fmt, ...)
{
	size_t used = strlen(r->reason);
	va_list ap;

	if (used > 0 && used + 2 < sizeof(r->reason)) {
		memcpy(r->reason + used, "; ", 3);
		used += 2;
	}
	va_start(ap, fmt);
	(void)vsnprintf(r->reason + used, sizeof(r->reason) - used, fmt, ap);
	va_end(ap);
}

void
response_complete(struct response *r, const char *home)
{
	char user[REMEDY_USER_SIZE];
	struct remedy remedy;
	struct bytes b = {0};

	if (strchr(r->reason, '"') == NULL)
		return;
	remedy_for_log(&remedy, home, user);
	remedy_complete(&remedy, r->reason, &b);
	if (!b.failed)
		(void)snprintf(
		    r->reason, sizeof(r->reason), "%.*s", (int)b.len, b.data);
	bytes_free(&b);
}

const char *
response_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {{200, "OK"}, {202, "Accepted"}, {303, "See Other"},
	    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"},
	    {404, "Not Found"}, {405, "Method Not Allowed"},
	    {408, "Request Timeout"}, {413, "Content Too Large"},
	    {415, "Unsupported Media Type"}, {429, "Too Many Requests"},
	    {500, "Internal Server Error"}, {503, "Service Unavailable"}};
	size_t i;

	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Unknown";
}

void
response_write(const struct response *r, struct bytes *out)
{
	bytes_printf(out,
	    "Status: %d %s\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: %zu\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n",
	    r->status, response_phrase(r->status), r->body.len);
	if (r->allow != NULL)
		bytes_printf(out, "Allow: %s\r\n", r->allow);
	if (r->retry_after > 0)
		bytes_printf(out, "Retry-After: %d\r\n", r->retry_after);
	bytes_adds(out, "\r\n");
	bytes_add(out, r->body.data, r->body.len);
}

void
response_log(const struct response *r, size_t bytes, int64_t microseconds,
    struct bytes *out)
{
	bytes_adds(out, "endpoint=");
	text_logfmt(out, r->endpoint[0] == '\0' ? "-" : r->endpoint,
	    r->endpoint[0] == '\0' ? 1 : strlen(r->endpoint));
	bytes_printf(out, " status=%d outcome=%s", r->status, r->outcome);
	if (r->id_len > 0) {
		bytes_adds(out, " id=");
		text_logfmt(out, r->id, r->id_len);
		bytes_printf(out, " leads=%zu", r->leads);
	}
	bytes_printf(
	    out, " bytes=%zu ms=%.1f", bytes, (double)microseconds / 1000);
	if (r->reason[0] != '\0') {
		bytes_adds(out, " reason=");
		text_logfmt(out, r->reason, strlen(r->reason));
	}
	bytes_addc(out, '\n');
}

void
response_free(struct response *r)
{
	bytes_free(&r->body);
}

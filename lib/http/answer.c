/* answer: the words for what happened; see answer.h. */
#include "config/settings.h"
#include "http/answer.h"

/* The one table from why something failed to what the client hears. */
void
answer_fault(struct response *out, const struct fault *f)
{
	static const struct {
		enum fault_kind kind;
		int status;
		int retry_after;
		const char *error;
		const char *message;
	} table[] = {
	    {FAULT_SETUP, 503, ANSWER_RETRY_LATER, "not_set_up",
		"This leadsheet is not set up; its log says what to do."},
	    {FAULT_BUSY, 503, ANSWER_RETRY_SOON, "busy",
		"Another delivery is being kept; send this one again."},
	    {FAULT_DAMAGED, 503, ANSWER_RETRY_SOON, "storage",
		"The delivery can't be kept now; send it again later."},
	    {FAULT_STORAGE, 503, ANSWER_RETRY_SOON, "storage",
		"The delivery can't be kept now; send it again later."},
	    {FAULT_MEMORY, 503, ANSWER_RETRY_SOON, "memory",
		"There is no memory left; send this one again later."},
	};
	size_t i = 0;

	while (i + 1 < sizeof(table) / sizeof(table[0]) &&
	       table[i].kind != f->kind)
		i++;
	response_error(out, table[i].status, table[i].error, table[i].message);
	out->retry_after = table[i].retry_after;
	response_reason(out, "%s", f->text);
}

void
answer_unwell(struct response *out)
{
	response_error(out, 503, "unhealthy",
	    "Something is wrong here; the log says what.");
	out->retry_after = ANSWER_RETRY_SOON;
}

void
answer_no_method(struct response *out)
{
	response_error(out, 500, "no_request_method",
	    "The web server doesn't tell what was asked for.");
	response_reason(out,
	    "REQUEST_METHOD is missing: this is for a web server to run; in "
	    "nginx include fastcgi_params beside every other fastcgi_param");
}

void
answer_not_found(struct response *out, const char *path)
{
	response_error(
	    out, 404, "not_found", "There is no endpoint of that name.");
	response_reason(
	    out, "no endpoint for the path %.100s", path == NULL ? "" : path);
}

void
answer_not_post(struct response *out, const char *method)
{
	response_error(out, 405, "method_not_allowed",
	    "This is a leadsheet: it takes new leads from LikesToLeads and "
	    "keeps them as a spreadsheet. Paste this page's address, beginning "
	    "with https://, as a webhook's URL in the Settings there.");
	out->allow = "POST";
	response_reason(out, "%.16s, not POST", method);
}

void
answer_plain_http(struct response *out)
{
	response_error(out, 403, "https_required",
	    "This came by plain HTTP. Use the https:// address; behind a proxy "
	    "that ends TLS set trust_forwarded_proto = yes in leadsheet.conf.");
	response_reason(out,
	    "plain HTTP; the URL must begin with https://, or the proxy be "
	    "trusted (trust_forwarded_proto)");
}

void
answer_encoded(struct response *out)
{
	response_error(out, 415, "encoded",
	    "The body is compressed; send it without Content-Encoding.");
}

void
answer_unsigned(struct response *out, const struct request *r, const char *dir)
{
	response_error(out, 401, "bad_signature",
	    "The signature is missing or wrong; check that the webhook's "
	    "secret is the one that is kept here.");
	/* A server that cuts a body off need not say so. */
	response_tell_bytes(out, r->body_len);
	response_reason(out, "%s",
	    r->signatures == 0 ? "there is no header X-Webhook-Signature"
	    : r->signatures == 1
		? "it is no signature of this body with any secret of this "
		  "endpoint"
		: "there are two headers X-Webhook-Signature");
	if (r->signatures > 0 && r->body_len == 0)
		response_reason(out,
		    "the body came empty; is a limit of the web server below "
		    "its size? \"leadsheet check --url URL\" finds it");
	else if (r->signatures > 0)
		response_reason(out,
		    "compare %s/secret with the Settings page of LikesToLeads",
		    dir);
}

void
answer_disabled(struct response *out, const struct endpoint *e)
{
	response_error(out, 503, "disabled", "This endpoint is switched off.");
	out->retry_after = ANSWER_RETRY_LATER;
	response_reason(out,
	    "%s is switched off; delete the file %s/disabled to switch it on",
	    e->name, e->dir);
}

void
answer_body(struct response *out, enum request_body state, size_t max_body)
{
	static const struct {
		int status;
		const char *error;
		const char *message;
	} table[] = {
	    [REQUEST_BODY_SHORT] = {400, "short_body",
		"The body ended before its Content-Length."},
	    [REQUEST_BODY_MISMATCHED] = {400, "bad_length",
		"The body is not as long as its Content-Length says."},
	    [REQUEST_BODY_BAD_LENGTH] = {400, "bad_length",
		"Content-Length is not a number."},
	    [REQUEST_BODY_TOO_LARGE] = {413, "too_large",
		"The body is larger than is taken here."},
	    [REQUEST_BODY_NO_MEMORY] = {503, "memory",
		"There is no memory left; send this one again later."},
	    [REQUEST_BODY_SLOW] = {408, "too_slow",
		"The body came too slowly; send this one again."},
	    [REQUEST_BODY_STOPPED] = {503, "stopping",
		"The receiver is being stopped; send this one again."},
	};

	response_error(
	    out, table[state].status, table[state].error, table[state].message);
	if (table[state].status == 503)
		out->retry_after = ANSWER_RETRY_SOON;
	if (state == REQUEST_BODY_TOO_LARGE)
		response_reason(
		    out, "it is larger than max_body (%zu bytes)", max_body);
}

/* A delivery of leads, whose rows are kept. */
static void
answer_rows(struct response *out, const char *outcome, const struct record *r,
    const struct delivery *d)
{
	size_t skipped = delivery_skipped(d);

	response_kept(out, 200, outcome, r->id, r->id_len, delivery_leads(d));
	if (skipped == 0)
		return;
	response_tell_skipped(out, skipped);
	response_reason(out,
	    "%zu of its leads %s no object and no row; the journal has it all",
	    skipped, skipped == 1 ? "is" : "are");
}

void
answer_settings(struct response *out, const struct settings *s)
{
	if (s->wrong.kind != FAULT_NONE)
		response_reason(
		    out, "%s; %s", s->wrong.text, settings_effect(s));
}

void
answer_kept(struct response *out, const struct record *r,
    const struct delivery *d, enum store_result result)
{
	if (result == STORE_CONFLICT)
		response_reason(out, "another body came under this id; it is "
				     "in the journal as \"other\"");
	if (result != STORE_STORED && delivery_kind(d) != DELIVERY_UNREADABLE) {
		response_kept(out, 200, "duplicate", r->id, r->id_len, 0);
		return;
	}
	switch (delivery_kind(d)) {
	case DELIVERY_LEADS:
		answer_rows(out, "stored", r, d);
		return;
	case DELIVERY_TEST:
		answer_rows(out, "test", r, d);
		return;
	case DELIVERY_OTHER:
		response_kept(out, 200, "kept", r->id, r->id_len, 0);
		return;
	case DELIVERY_UNREADABLE:
		break;
	}
	response_reason(out, "%s; it is in the journal as \"unreadable\"",
	    delivery_reason(d));
	if (delivery_is_broken(d)) {
		response_error(out, 400, "not_json",
		    "The body is not JSON; it "
		    "is kept as it came.");
		return;
	}
	response_kept(out, 202, "kept", r->id, r->id_len, 0);
	response_tell_reason(out, delivery_reason(d));
}

/* answer: the words for what happened; see answer.h. */
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
		"This leadsheet is not set up, or there is a mistake in its "
		"settings; its log says what to do."},
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
		response_kept(
		    out, 200, "stored", r->id, r->id_len, delivery_leads(d));
		return;
	case DELIVERY_TEST:
		response_kept(
		    out, 200, "test", r->id, r->id_len, delivery_leads(d));
		return;
	case DELIVERY_OTHER:
		response_kept(out, 200, "kept", r->id, r->id_len, 0);
		return;
	case DELIVERY_UNREADABLE:
		break;
	}
	response_reason(out, "%s; it is in the journal as \"unreadable\"",
	    delivery_reason(d));
	if (!delivery_is_json(d)) {
		response_error(out, 400, "not_json",
		    "The body is not JSON; it "
		    "is kept as it came.");
		return;
	}
	response_kept(out, 202, "kept", r->id, r->id_len, 0);
	response_tell_reason(out, delivery_reason(d));
}

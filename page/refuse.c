/* refuse: what isn't answered as it was asked; see refuse.h. */
#include <stdio.h>

#include "page/page.h"
#include "page/refuse.h"
#include "page/routes.h"
#include "page/screens/screens.h"

#define RETRY "30" /* seconds */

static void
say_plainly(struct viewing *w, int status, const char *sentence)
{
	struct reply *r = w->reply;

	reply_reset(r);
	r->status = status;
	r->type = "text/plain; charset=utf-8";
	bytes_adds(&r->body, sentence);
	bytes_addc(&r->body, '\n');
}

static int
is_for_people(const struct viewing *w, const struct route *route)
{
	return route == NULL || !routes_is_file(route, w->visit);
}

void
refuse_visit(struct viewing *w, const struct route *route, int status,
    enum phrase sentence)
{
	if (is_for_people(w, route))
		screens_error(w, status, sentence);
	else
		say_plainly(w, status, phrases_get(w->language, sentence));
}

void
refuse_choice(
    struct viewing *w, const struct route *route, const struct fault *f)
{
	if (is_for_people(w, route))
		screens_wrong(w, 400, f);
	else
		say_plainly(w, 400, f->text);
}

void
refuse_fault(
    struct viewing *w, const struct route *route, const struct fault *f)
{
	struct reply *r = w->reply;

	(void)snprintf(r->reason, sizeof(r->reason), "%s", f->text);
	if (r->begun) {
		r->cut = 1;
		return;
	}
	/* Of what is damaged another try finds the same. */
	refuse_visit(w, route, f->kind == FAULT_DAMAGED ? 500 : 503,
	    f->kind == FAULT_BUSY ? PHRASE_BUSY : PHRASE_FAULT);
	if (r->status == 503)
		reply_header(r, "Retry-After", RETRY);
}

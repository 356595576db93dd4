/* error: instead of a screen, what is wrong. */
#include <stdio.h>

#include "markup/html.h"
#include "page/look/layout.h"
#include "page/page.h"
#include "page/screens/screens.h"

static void
begin(struct viewing *v, int status)
{
	int known = v->reader[0] != '\0';

	reply_reset(v->reply);
	v->reply->status = status;
	layout_begin(v, known ? LAYOUT_ELSEWHERE : LAYOUT_OUTSIDE,
	    phrases_get(v->language,
		status == 404 ? PHRASE_NOT_FOUND_TITLE : PHRASE_WRONG_TITLE));
}

static void
end(struct viewing *v)
{
	layout_raw(v, "<p>");
	layout_link(v, "", "/", NULL, PHRASE_BACK_TO_TODAY);
	layout_raw(v, "</p>");
	layout_end(v);
}

void
screens_error(struct viewing *v, int status, enum phrase sentence)
{
	begin(v, status);
	layout_notice_phrase(v, LAYOUT_BAD, sentence);
	end(v);
}

void
screens_wrong(struct viewing *v, int status, const struct fault *f)
{
	begin(v, status);
	/* Such a sentence is in English. */
	layout_raw(v, "<p class=\"notice bad\" role=\"alert\" "
		      "lang=\"en\">");
	html_texts(&v->reply->body, f->text);
	layout_raw(v, ".</p>");
	(void)snprintf(
	    v->reply->reason, sizeof(v->reply->reason), "%s", f->text);
	end(v);
}

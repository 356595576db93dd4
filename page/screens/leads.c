/* leads: the one list, with all filters. */
#include "page/files/download.h"
#include "page/look/filters.h"
#include "page/look/layout.h"
#include "page/page.h"
#include "page/screens/parts.h"
#include "page/screens/screens.h"

int
screens_leads(struct viewing *v, struct fault *f)
{
	struct choice all = v->choice;
	struct parts_list list = {.shown = &v->choice,
	    .path = "/leads",
	    .link = &v->choice,
	    .feed = &v->choice,
	    .with_posts = 1,
	    .heading = PHRASE_LEADS_FOUND,
	    .none = PHRASE_NONE_FOUND};
	int64_t n;

	if (download_wants(v))
		return download_leads(v, f);
	all.before = 0;
	if (all.terms[CHOICE_COMPANY][0] != '\0' ||
	    all.terms[CHOICE_TITLE][0] != '\0')
		list.none = PHRASE_NONE_WHOLE;
	n = catalog_count(
	    v->page->catalog, &v->scope, &all, PARTS_COUNTED + 1, f);
	if (n == -1)
		return -1;
	layout_begin(v, LAYOUT_LEADS, phrases_get(v->language, PHRASE_LEADS));
	parts_sub(v);
	if (n > PARTS_COUNTED)
		parts_more(v);
	else
		parts_count(v, n);
	parts_sub_end(v);
	parts_behind(v);
	if (filters_form(v, f) == -1)
		return -1;
	filters_chips(v, "/leads");
	if (v->state.leads == 0 && v->state.whole)
		parts_none_yet(v);
	else if (parts_list(v, &list, f) == -1)
		return -1;
	layout_end(v);
	return 0;
}

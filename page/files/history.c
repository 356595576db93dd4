/* history: in which ways a person has engaged; see history.h. */
#include <string.h>

#include "page/files/history.h"
#include "page/page.h"
#include "select/column.h"

/* A word, and how often it was there; its text stands in texts. */
struct history_word {
	size_t at, len;
	unsigned count;
};

static struct history_word *
word_at(const struct bytes *list, size_t i)
{
	return (struct history_word *)(void *)list->data + i;
}

static size_t
count_words(const struct bytes *list)
{
	return list->len / sizeof(struct history_word);
}

/* Count a text among the words of a list; an empty one counts for nothing. */
static int
count_text(struct history *h, struct bytes *list, const struct sheet_value *v,
    struct fault *f)
{
	struct history_word new = {
	    .at = h->texts.len, .len = v->len, .count = 1};
	struct history_word *w;
	size_t i;

	if (v->type == SHEET_NONE || v->len == 0)
		return 0;
	for (i = 0; i < count_words(list); i++) {
		w = word_at(list, i);
		if (w->len == v->len &&
		    memcmp(h->texts.data + w->at, v->data, v->len) == 0) {
			w->count++;
			return 0;
		}
	}
	bytes_add(&h->texts, v->data, v->len);
	bytes_add(list, &new, sizeof(new));
	return bytes_check(&h->texts, f) == -1 ? -1 : bytes_check(list, f);
}

static int
count_lead(struct history *h, struct viewing *v, struct fault *f)
{
	static const char *const names[] = {"engagement_type", "signal_name"};
	struct bytes *lists[] = {&h->kinds, &h->signals};
	struct sheet_value value;
	size_t i;

	for (i = 0; i < 2; i++) {
		if (lead_value(&v->lead,
			column_find(names[i], strlen(names[i])), &value,
			f) == -1 ||
		    count_text(h, lists[i], &value, f) == -1)
			return -1;
	}
	return 0;
}

struct counting {
	struct history *history;
	struct viewing *viewing;
};

static int
take(void *counting, const struct catalog_entry *e, struct fault *f)
{
	struct counting *c = counting;
	int there = lead_read(&c->viewing->lead, e, f);

	return there == 1 ? count_lead(c->history, c->viewing, f) : there;
}

/* Each lead of theirs at the endpoint, whatever else is chosen of them. */
static int
count_all(struct history *h, struct viewing *v, int64_t person, struct fault *f)
{
	struct counting counting = {h, v};
	struct choice c = {.person = person};

	memcpy(c.endpoint, v->choice.endpoint, sizeof(c.endpoint));
	return catalog_leads(
	    v->page->catalog, &v->scope, &c, 0, take, &counting, f);
}

/* Whose text comes first, byte by byte? */
static int
compare(const struct history *h, const struct history_word *a,
    const struct history_word *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int differ = memcmp(h->texts.data + a->at, h->texts.data + b->at, n);

	return differ != 0 ? differ : (a->len > b->len) - (a->len < b->len);
}

/* A person has a few: each is put where it belongs. */
static void
sort(const struct history *h, struct bytes *list)
{
	struct history_word *w, one;
	size_t i, k;

	for (i = 1; i < count_words(list); i++) {
		w = word_at(list, 0);
		one = w[i];
		for (k = i; k > 0 && compare(h, &w[k - 1], &one) > 0; k--)
			w[k] = w[k - 1];
		w[k] = one;
	}
}

static int
look(struct history *h, struct viewing *v, const struct catalog_person *p,
    struct fault *f)
{
	int there;

	bytes_reset(&h->kinds);
	bytes_reset(&h->signals);
	bytes_reset(&h->texts);
	h->of = 0;
	/* Whoever has no urn is known by this lead alone. */
	if (p->person == 0) {
		if (count_lead(h, v, f) == -1)
			return -1;
	} else {
		if (count_all(h, v, p->person, f) == -1)
			return -1;
		there = lead_read(&v->lead, &p->newest, f);
		if (there != 1)
			return there == -1 ? -1
			                   : fault_set(f, FAULT_BUSY, 0,
						 "a lead was taken away in the "
						 "middle; try again");
	}
	sort(h, &h->kinds);
	sort(h, &h->signals);
	h->of = p->newest.id;
	return 0;
}

int
history_value(struct history *h, struct viewing *v,
    const struct catalog_person *p, int column, struct sheet_value *out,
    struct fault *f)
{
	const int kinds = column == COLUMN_KINDS;
	const struct bytes *list = kinds ? &h->kinds : &h->signals;
	const struct history_word *w;
	size_t i;

	if (h->of != p->newest.id && look(h, v, p, f) == -1)
		return -1;
	memset(out, 0, sizeof(*out));
	bytes_reset(&h->cell);
	for (i = 0; i < count_words(list); i++) {
		w = word_at(list, i);
		/* A company's name may have a comma in it. */
		if (i > 0)
			bytes_adds(&h->cell, kinds ? ", " : "; ");
		bytes_add(&h->cell, h->texts.data + w->at, w->len);
		if (kinds)
			bytes_printf(&h->cell, " %u", w->count);
	}
	out->type = h->cell.len == 0 ? SHEET_NONE : SHEET_STRING;
	out->data = h->cell.data;
	out->len = h->cell.len;
	return bytes_check(&h->cell, f);
}

void
history_free(struct history *h)
{
	bytes_free(&h->kinds);
	bytes_free(&h->signals);
	bytes_free(&h->texts);
	bytes_free(&h->cell);
}

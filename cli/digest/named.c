/* named: the people whom a digest names; see named.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/digest/named.h"
#include "cli/digest/wording.h"
#include "markup/html.h"

/* Characters. */
#define NAME    60
#define WORK    120
#define WORD    40
#define COMMENT 240

/* A longer URL would be most of a mail; bytes. */
#define URL 300

enum digest_deed
named_deed(const char *s, size_t n)
{
	static const char *const words[] = {[DIGEST_COMMENT] = "comment",
	    [DIGEST_REACTION] = "reaction",
	    [DIGEST_REPOST] = "repost"};
	enum digest_deed deed;

	for (deed = 0; deed < DIGEST_OTHER; deed++)
		if (n == strlen(words[deed]) && memcmp(s, words[deed], n) == 0)
			return deed;
	return DIGEST_OTHER;
}

/* Who is it?  npeople: none of them. */
static size_t
find(const struct digest *d, const char *urn, size_t n)
{
	size_t i;

	for (i = 0; n > 0 && i < d->npeople; i++)
		if (strncmp(d->people[i].urn, urn, n) == 0 &&
		    d->people[i].urn[n] == '\0')
			return i;
	return d->npeople;
}

static int
is_better(const struct digest_person *a, const struct digest_person *b)
{
	int comment = a->deed == DIGEST_COMMENT;

	if (comment != (b->deed == DIGEST_COMMENT))
		return comment;
	if (a->received != b->received)
		return a->received > b->received;
	return a->order > b->order;
}

/* Take one out of the list, from that place. */
static void
leave(struct digest *d, size_t at)
{
	d->npeople--;
	memmove(d->people + at, d->people + at + 1,
	    (d->npeople - at) * sizeof(*d->people));
}

/* Put one where it belongs: there is room. */
static void
enter(struct digest *d, const struct digest_person *p)
{
	size_t at = d->npeople;

	for (; at > 0 && is_better(p, &d->people[at - 1]); at--)
		d->people[at] = d->people[at - 1];
	d->people[at] = *p;
	d->npeople++;
}

int
named_meet(struct digest *d, const struct digest_person *lead, const char *urn,
    size_t n, struct fault *f)
{
	struct digest_person p = *lead;
	size_t at;

	n = n == 0 ? 0 : strnlen(urn, n);
	at = find(d, urn, n);
	if (at < d->npeople) {
		if (!is_better(lead, &d->people[at]))
			return 0;
		p.urn = d->people[at].urn;
		leave(d, at);
		enter(d, &p);
		return 0;
	}
	if (d->npeople == DIGEST_PEOPLE &&
	    !is_better(lead, &d->people[d->npeople - 1]))
		return 0;
	if ((p.urn = n == 0 ? strdup("") : strndup(urn, n)) == NULL)
		return fault_memory(f);
	if (d->npeople == DIGEST_PEOPLE)
		named_free(&d->people[--d->npeople]);
	enter(d, &p);
	return 0;
}

/* A field as it is told, "" where there is none. */
static int
read_text(struct leads *l, size_t lead, enum leads_field field, size_t most,
    char **out, struct fault *f)
{
	struct value v;

	if (leads_value(l, lead, field, &v, f) == -1)
		return -1;
	*out = v.type == VALUE_NONE ? strdup("")
	                            : wording_text(v.data, v.len, most);
	return *out == NULL ? fault_memory(f) : 0;
}

/* The job and the company; without them what they call themselves. */
static int
read_work(
    struct leads *l, size_t lead, struct digest_person *p, struct fault *f)
{
	static const enum leads_field fields[] = {
	    LEADS_JOB_TITLE, LEADS_COMPANY_NAME, LEADS_HEADLINE};
	struct bytes b = {0};
	struct value v;
	size_t i;

	for (i = 0; i < 3 && (i < 2 || b.len == 0); i++) {
		if (leads_value(l, lead, fields[i], &v, f) == -1) {
			bytes_free(&b);
			return -1;
		}
		if (v.type == VALUE_NONE || v.len == 0)
			continue;
		if (b.len > 0)
			bytes_adds(&b, ", ");
		wording_add(&b, v.data, v.len, i < 2 ? WORK / 2 : WORK);
	}
	p->work = wording_take(&b);
	return p->work == NULL ? fault_memory(f) : 0;
}

/* A URL that may be followed, "" where it may not. */
static int
read_url(struct leads *l, size_t lead, enum leads_field field, char **out,
    struct fault *f)
{
	struct bytes link = {0};
	struct value v;
	int is_link;

	if (leads_value(l, lead, field, &v, f) == -1)
		return -1;
	while (v.type != VALUE_NONE && v.len > 0 && v.data[0] == ' ') {
		v.data++;
		v.len--;
	}
	while (v.type != VALUE_NONE && v.len > 0 && v.data[v.len - 1] == ' ')
		v.len--;
	is_link = v.type != VALUE_NONE && v.len <= URL &&
	          html_link(&link, v.data, v.len);
	bytes_free(&link);
	*out = is_link ? strndup(v.data, v.len) : strdup("");
	return *out == NULL ? fault_memory(f) : 0;
}

/* All that is told of the lead that someone is named by. */
static int
read_person(
    struct leads *l, size_t lead, struct digest_person *p, struct fault *f)
{
	enum leads_field word = p->deed == DIGEST_REACTION
	                            ? LEADS_REACTION_TYPE
	                            : LEADS_ENGAGEMENT_TYPE;

	if (read_text(l, lead, LEADS_FULL_NAME, NAME, &p->name, f) == -1 ||
	    read_work(l, lead, p, f) == -1 ||
	    read_text(l, lead, word, WORD, &p->reaction, f) == -1 ||
	    read_text(l, lead, LEADS_COMMENT_TEXT, COMMENT, &p->comment, f) ==
		-1 ||
	    read_text(l, lead, LEADS_SIGNAL_NAME, NAME, &p->signal, f) == -1 ||
	    read_url(l, lead, LEADS_LINKEDIN_URL, &p->url, f) == -1)
		return -1;
	return read_url(l, lead, LEADS_POST_URL, &p->post, f);
}

int
named_tell(struct digest *d, struct leads *l, size_t lead, int64_t order,
    struct fault *f)
{
	struct digest_person *p = NULL;
	struct value urn;
	size_t i, n;

	if (leads_value(l, lead, LEADS_URN, &urn, f) == -1)
		return -1;
	n = urn.type == VALUE_NONE || urn.len == 0 ? 0
	                                           : strnlen(urn.data, urn.len);
	if ((i = find(d, urn.data, n)) < d->npeople)
		p = &d->people[i];
	for (i = 0; p == NULL && n == 0 && i < d->npeople; i++)
		if (d->people[i].order == order)
			p = &d->people[i];
	if (p == NULL)
		return 0;
	p->times++;
	return p->order == order ? read_person(l, lead, p, f) : 0;
}

void
named_free(struct digest_person *p)
{
	free(p->urn);
	free(p->name);
	free(p->work);
	free(p->reaction);
	free(p->comment);
	free(p->signal);
	free(p->url);
	free(p->post);
	memset(p, 0, sizeof(*p));
}

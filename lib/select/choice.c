/* choice: which leads are asked for; see choice.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "select/choice.h"
#include "select/query.h"
#include "select/when.h"

static const char *const names[CHOICE_TERMS] = {
    [CHOICE_SIGNAL] = "signal",
    [CHOICE_ENGAGEMENT] = "engagement",
    [CHOICE_COMPANY] = "company",
    [CHOICE_INDUSTRY] = "industry",
    [CHOICE_SIZE] = "size",
    [CHOICE_TITLE] = "title",
};

const char *
choice_term_name(enum choice_term term)
{
	return names[term];
}

size_t
choice_term_length(const char *s, size_t n)
{
	size_t used = 0, next;
	uint32_t cp;

	while (used < n) {
		next = text_next(s + used, n - used, &cp, NULL);
		if (used + next >= CHOICE_TEXT)
			break;
		used += next;
	}
	return used;
}

void
choice_set_term(
    struct choice *c, enum choice_term term, const char *s, size_t n)
{
	size_t used = choice_term_length(s, n);

	memcpy(c->terms[term], s, used);
	c->terms[term][used] = '\0';
}

/* What is looked for, without the blanks around it. */
static int
read_words(struct choice *c, const char *s, struct fault *f)
{
	size_t n;

	s += strspn(s, " \t\r\n");
	for (n = strlen(s); n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL; n--)
		;
	if (n >= sizeof(c->words))
		return fault_set(f, FAULT_SETUP, 0,
		    "That is too long to search for; take a few words of it");
	memcpy(c->words, s, n);
	c->words[n] = '\0';
	return 0;
}

static int
read_day(char out[static UTC_DAY_SIZE], const struct query *q, const char *name,
    int64_t now, struct fault *f)
{
	const char *s = query_get(q, name);
	struct when w;

	if (s[0] == '\0')
		return 0;
	if (!when_read(&w, s, strlen(s), now) || w.has_zone ||
	    w.n != UTC_DAY_SIZE - 1)
		return fault_set(f, FAULT_SETUP, 0,
		    "The value of \"%s\" is no day; write it as 2026-11-23, "
		    "today or yesterday",
		    name);
	(void)snprintf(out, UTC_DAY_SIZE, "%.10s", w.text);
	return 0;
}

static int
read_endpoint(struct choice *c, const char *s, struct fault *f)
{
	if (s[0] == '\0')
		return 0;
	if (!endpoint_is_name(s))
		return fault_set(f, FAULT_SETUP, 0,
		    "The value of \"endpoint\" is no endpoint's name; choose "
		    "one of those that the page shows");
	(void)snprintf(c->endpoint, sizeof(c->endpoint), "%s", s);
	return 0;
}

/* A lead's id, as catalog_write_number() has it. */
static int
read_before(struct choice *c, const char *s, struct fault *f)
{
	if (s[0] == '\0')
		return 0;
	if (strspn(s, "0123456789abcdef") != strlen(s) || strlen(s) > 16 ||
	    (c->before = (int64_t)strtoull(s, NULL, 16)) <= 0) {
		c->before = 0;
		return fault_set(f, FAULT_SETUP, 0,
		    "The value of \"before\" is no lead; go back to the first "
		    "page of the list");
	}
	return 0;
}

int
choice_read(
    struct choice *c, const struct query *q, int64_t now, struct fault *f)
{
	const char *s;
	int i;

	memset(c, 0, sizeof(*c));
	if (read_words(c, query_get(q, "q"), f) == -1 ||
	    read_endpoint(c, query_get(q, "endpoint"), f) == -1 ||
	    read_day(c->from, q, "from", now, f) == -1 ||
	    read_day(c->to, q, "to", now, f) == -1 ||
	    read_day(c->since, q, "since", now, f) == -1 ||
	    read_before(c, query_get(q, "before"), f) == -1)
		return -1;
	if (c->from[0] != '\0' && c->to[0] != '\0' &&
	    strcmp(c->from, c->to) > 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "The first day (%s) is after the last one (%s); swap them",
		    c->from, c->to);
	for (i = 0; i < CHOICE_TERMS; i++) {
		s = query_get(q, names[i]);
		choice_set_term(c, (enum choice_term)i, s, strlen(s));
	}
	return 0;
}

static void
write_one(struct bytes *b, const char *name, const char *value)
{
	if (value[0] != '\0')
		query_add(b, name, value);
}

void
choice_write(struct bytes *out, const struct choice *c)
{
	struct bytes b = {0};
	int i;

	write_one(&b, "q", c->words);
	write_one(&b, "endpoint", c->endpoint);
	for (i = 0; i < CHOICE_TERMS; i++)
		write_one(&b, names[i], c->terms[i]);
	write_one(&b, "from", c->from);
	write_one(&b, "to", c->to);
	write_one(&b, "since", c->since);
	/* Without what query_add() put before the first. */
	if (b.len > 1)
		bytes_add(out, b.data + 1, b.len - 1);
	out->failed |= b.failed;
	bytes_free(&b);
}

int
choice_filters(const struct choice *c)
{
	int i, any = c->words[0] != '\0' || c->endpoint[0] != '\0';

	for (i = 0; i < CHOICE_TERMS; i++)
		any |= c->terms[i][0] != '\0';
	return any;
}

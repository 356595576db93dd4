/*
 * grammar: is a text JSON?  The grammar of RFC 8259 once more, rule by rule and
 * slow, to hold the fast walk against.  All of it is UTF-8 (section 8.1); a
 * byte order mark is not part of it.
 */
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include <string.h>

#include "base/text.h"

struct grammar {
	const char *s, *end;
	int depth;
};

static inline int
grammar_is(const struct grammar *g, const char *set)
{
	return g->s < g->end && *g->s != '\0' && strchr(set, *g->s) != NULL;
}

static inline int
grammar_take(struct grammar *g, const char *set)
{
	if (!grammar_is(g, set))
		return 0;
	g->s++;
	return 1;
}

/* Section 2: ws. */
static inline void
grammar_blanks(struct grammar *g)
{
	while (grammar_take(g, " \t\n\r"))
		continue;
}

static inline int
grammar_digits(struct grammar *g)
{
	if (!grammar_take(g, "0123456789"))
		return 0;
	while (grammar_take(g, "0123456789"))
		continue;
	return 1;
}

/* Section 6. */
static inline int
grammar_number(struct grammar *g)
{
	(void)grammar_take(g, "-");
	if (!grammar_take(g, "0") && !grammar_digits(g))
		return 0;
	if (grammar_take(g, ".") && !grammar_digits(g))
		return 0;
	if (!grammar_take(g, "eE"))
		return 1;
	(void)grammar_take(g, "+-");
	return grammar_digits(g);
}

/* Section 7. */
static inline int
grammar_string(struct grammar *g)
{
	int i;

	if (!grammar_take(g, "\""))
		return 0;
	while (g->s < g->end && *g->s != '"') {
		if ((unsigned char)*g->s < 0x20)
			return 0;
		if (*g->s++ != '\\')
			continue;
		if (!grammar_take(g, "u")) {
			if (!grammar_take(g, "\"\\/bfnrt"))
				return 0;
			continue;
		}
		for (i = 0; i < 4; i++)
			if (!grammar_take(g, "0123456789abcdefABCDEF"))
				return 0;
	}
	return grammar_take(g, "\"");
}

static inline int
grammar_word(struct grammar *g, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(g->end - g->s) < n || memcmp(g->s, word, n) != 0)
		return 0;
	g->s += n;
	return 1;
}

static inline int grammar_value(struct grammar *);

/* Sections 4 and 5: what stands between the brackets. */
static inline int
grammar_members(struct grammar *g, int is_object, const char *closer)
{
	grammar_blanks(g);
	if (grammar_take(g, closer))
		return 1;
	do {
		grammar_blanks(g);
		if (is_object && !grammar_string(g))
			return 0;
		if (is_object)
			grammar_blanks(g);
		if ((is_object && !grammar_take(g, ":")) || !grammar_value(g))
			return 0;
	} while (grammar_take(g, ","));
	return grammar_take(g, closer);
}

/* Section 3, and the blanks around it; nested no deeper than the stack is. */
static inline int
grammar_value(struct grammar *g)
{
	int rc;

	if (++g->depth > 5000)
		return 0;
	grammar_blanks(g);
	if (grammar_take(g, "{"))
		rc = grammar_members(g, 1, "}");
	else if (grammar_take(g, "["))
		rc = grammar_members(g, 0, "]");
	else if (grammar_is(g, "\""))
		rc = grammar_string(g);
	else if (grammar_is(g, "-0123456789"))
		rc = grammar_number(g);
	else
		rc = grammar_word(g, "true") || grammar_word(g, "false") ||
		     grammar_word(g, "null");
	grammar_blanks(g);
	g->depth--;
	return rc;
}

static inline int
grammar_is_json(const char *s, size_t n)
{
	struct grammar g = {s, s + n, 0};

	return text_is_utf8(s, n) && grammar_value(&g) && g.s == g.end;
}

#endif

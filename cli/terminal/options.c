/* options: the words of a command line; see options.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/terminal/options.h"

/* The flag of that name, n bytes long, in one list or the other. */
static const struct flag *
find_name(const struct flag *const lists[2], const char *name, size_t n)
{
	const struct flag *f;
	int i;

	for (i = 0; i < 2; i++)
		for (f = lists[i]; f != NULL && f->name != NULL; f++)
			if (strlen(f->name) == n &&
			    memcmp(f->name, name, n) == 0)
				return f;
	return NULL;
}

static const struct flag *
find_letter(const struct flag *const lists[2], char letter)
{
	const struct flag *f;
	int i;

	for (i = 0; i < 2; i++)
		for (f = lists[i]; f != NULL && f->name != NULL; f++)
			if (f->letter == letter)
				return f;
	return NULL;
}

static int
complain_unknown(
    struct options *o, const struct flag *const lists[2], const char *word)
{
	const char *near = NULL;
	int i;

	for (i = 0; i < 2 && near == NULL && word[1] == '-'; i++)
		if (lists[i] != NULL)
			near =
			    text_nearest(word + 2, lists[i], sizeof(*lists[i]));
	(void)snprintf(o->complaint, sizeof(o->complaint),
	    "unknown option %.80s%s%s%s", word,
	    near == NULL ? "" : "; did you mean --", near == NULL ? "" : near,
	    near == NULL ? "" : "?");
	return -1;
}

/* One option; how many words it took, or -1. */
static int
read_option(
    struct options *o, const struct flag *const lists[2], int argc, char **argv)
{
	struct option_given *g = &o->given[o->ngiven];
	const char *word = argv[0], *equals = strchr(word, '=');
	size_t n;

	if (word[1] == '-') {
		n = equals == NULL ? strlen(word + 2)
		                   : (size_t)(equals - word) - 2;
		g->flag = find_name(lists, word + 2, n);
		g->value = equals == NULL ? NULL : equals + 1;
	} else {
		g->flag = find_letter(lists, word[1]);
		g->value = word[2] == '\0' ? NULL : word + 2;
	}
	if (g->flag == NULL)
		return complain_unknown(o, lists, word);
	o->ngiven++;
	if (g->flag->value == NULL) {
		if (g->value == NULL) {
			g->value = "";
			return 1;
		}
		(void)snprintf(o->complaint, sizeof(o->complaint),
		    "--%s takes no value", g->flag->name);
		return -1;
	}
	if (g->value != NULL)
		return 1;
	if (argc > 1) {
		g->value = argv[1];
		return 2;
	}
	(void)snprintf(o->complaint, sizeof(o->complaint), "--%s wants %s",
	    g->flag->name, g->flag->value);
	return -1;
}

int
options_read(struct options *o, const struct flag *flags,
    const struct flag *more, int argc, char **argv)
{
	const struct flag *const lists[2] = {flags, more};
	int i = 0, used, plain = 0;

	memset(o, 0, sizeof(*o));
	o->given = calloc((size_t)argc + 1, sizeof(*o->given));
	o->arguments = calloc((size_t)argc + 1, sizeof(*o->arguments));
	if (o->given == NULL || o->arguments == NULL) {
		(void)strcpy(o->complaint, "out of memory");
		return -1;
	}
	while (i < argc) {
		if (!plain && strcmp(argv[i], "--") == 0) {
			plain = 1;
			i++;
		} else if (plain || argv[i][0] != '-' || argv[i][1] == '\0') {
			o->arguments[o->narguments++] = argv[i++];
		} else {
			used = read_option(o, lists, argc - i, argv + i);
			if (used == -1)
				return -1;
			i += used;
		}
	}
	return 0;
}

const char *
options_nth(const struct options *o, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < o->ngiven; i++)
		if (strcmp(o->given[i].flag->name, name) == 0 && n-- == 0)
			return o->given[i].value;
	return NULL;
}

const char *
options_value(const struct options *o, const char *name)
{
	const char *value = NULL, *next;
	size_t n = 0;

	while ((next = options_nth(o, name, n++)) != NULL)
		value = next;
	return value;
}

void
options_free(struct options *o)
{
	free(o->given);
	free(o->arguments);
	memset(o, 0, sizeof(*o));
}

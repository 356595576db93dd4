/*
 * options: the words of a command line, by a table of flags.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>

struct flag {
	const char *name;  /* without its -- */
	char letter;       /* of its short form, or 0 */
	const char *value; /* what it wants, in capitals; NULL: a switch */
	const char *help;
};

struct option_given {
	const struct flag *flag;
	const char *value; /* borrowed from argv; "" for a switch */
};

struct options {
	struct option_given *given; /* owned */
	size_t ngiven;
	const char **arguments; /* owned; the words borrowed from argv */
	int narguments;
	char complaint[256]; /* what is wrong with them */
};

/*
 * Read argv.  An option is one of either list of flags, --name value or
 * --name=value (-n value where it has a letter), wherever it stands before a
 * word --; all else is an argument.  0, or -1 with the complaint set;
 * options_free() in any case.
 */
int options_read(struct options *, const struct flag *flags,
    const struct flag *more, int argc, char **argv)
    __attribute__((nonnull(1, 2, 5)));

/* The value of the last one of that name, "" for a switch; NULL. */
const char *options_value(const struct options *, const char *name)
    __attribute__((nonnull));

/*
 * The value of the nth one of that name, counted from 0, for one that may be
 * given several times; NULL behind the last.
 */
const char *options_nth(const struct options *, const char *name, size_t n)
    __attribute__((nonnull));

void options_free(struct options *) __attribute__((nonnull));

#endif

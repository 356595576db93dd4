/*
 * conf: leadsheet.conf as it stands: its sections, and the lines in them.
 *
 * Each line is "name = value", as long as it needs to be; further lines that
 * begin with a blank go on with the value.  What a name means, and whether a
 * value is right, is told by settings.
 */
#ifndef CONF_H
#define CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum conf_section {
	CONF_GENERAL,  /* the lines before the first section */
	CONF_ENDPOINT, /* [endpoint NAME]: they hold for that one only */
	CONF_PROFILE,  /* [profile NAME] */
	CONF_RELAY,    /* [relay NAME] */
	CONF_PAGE,     /* [page] */
	CONF_DIGEST,   /* [digest] */
	CONF_UNKNOWN   /* any other */
};

/* A line; the strings live as long as the struct conf. */
struct conf_line {
	enum conf_section section;
	const char *of;    /* the name of the section; "" where it has none */
	const char *name;  /* what stands before the = */
	const char *value; /* without blanks at its ends */
	int number;        /* of the line, from 1 on */
	int indented;      /* of the line that it goes on in; 0: none */
	/* Why it is neither a setting nor a section; static, or NULL. */
	const char *fault;
};

struct conf {
	char *text; /* owned; the strings point into it */
	struct conf_line *list;
	size_t n, room;
	/* Why the file can't be read; then there are no lines. */
	struct fault fault;
	int64_t file[4]; /* what it looked like */
};

/*
 * Read the file at path; one that is missing has no lines.  The struct is all
 * zero or of an earlier call, and is to be used in any case.  0, or -1 where
 * its fault is set: FAULT_SETUP or FAULT_MEMORY.
 */
int conf_read(struct conf *, const char *path) __attribute__((nonnull));

/* Has the file at path come, gone or changed since it was read? */
int
conf_changed(const struct conf *, const char *path) __attribute__((nonnull));

/*
 * The first line of that name in a section, or behind another one where after
 * is given; NULL when there is none.
 */
const struct conf_line *conf_find(const struct conf *, enum conf_section,
    const char *of, const char *name, const struct conf_line *after)
    __attribute__((nonnull(1, 3, 4)));

void conf_free(struct conf *) __attribute__((nonnull));

#endif

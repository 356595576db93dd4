/*
 * setting: one setting, and the values that it takes.
 */
#ifndef SETTING_H
#define SETTING_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "config/shape.h"

struct settings {
	struct shape shape;        /* what a new sheet looks like */
	int require_https;         /* yes */
	int trust_forwarded_proto; /* no */
	size_t max_body;           /* 16 MiB, in bytes */
	int64_t lock_timeout;      /* 20 seconds, in microseconds */
	/* So long nothing need come; in microseconds; 0, off: for ever. */
	int64_t quiet;
	int login_by_server;  /* the web server knows who asks; no */
	const char *language; /* "en", "de", or "": the browser's; static */

	/* What shape the sheets are to have is not known: rows wait. */
	int waits;
	/*
	 * A line about HTTPS is wrong, or the file can't be read: whether plain
	 * HTTP is to be refused is not known.
	 */
	int https_in_doubt;
	/* The wrong line that stands first; FAULT_NONE: all are right. */
	struct fault wrong;
	int line; /* its number; 0: the file can't be read at all */
};

enum setting {
	SETTING_FORMAT,
	SETTING_DELIMITER,
	SETTING_TIMEZONE,
	SETTING_BOM,
	SETTING_COLUMNS,
	SETTING_PROTECT,
	SETTING_REQUIRE_HTTPS,
	SETTING_TRUST,
	SETTING_MAX_BODY,
	SETTING_LOCK_TIMEOUT,
	SETTING_QUIET,
	SETTING_LOGIN,
	SETTING_LANGUAGE,
	SETTING_COUNT
};

/* What is in doubt while a setting is wrong. */
enum setting_doubt { SETTING_OF_NEITHER, SETTING_OF_SHAPE, SETTING_OF_HTTPS };

/* What holds without settings. */
void setting_defaults(struct settings *) __attribute__((nonnull));

const char *setting_name(enum setting);
enum setting_doubt setting_doubt(enum setting);

/* Is it one of the page's, in the section [page]? */
int setting_is_of_page(enum setting);

/*
 * Take a value as it is written; 0, or -1 where it is none: nothing is changed
 * then, and *why is the remedy, without the setting's name.
 */
int setting_set(struct settings *, enum setting, const char *value,
    struct fault *why) __attribute__((nonnull, warn_unused_result));

/*
 * The setting that the first word of a text is, or is most like; SETTING_COUNT
 * when it is like none.
 */
enum setting setting_nearest(const char *) __attribute__((nonnull));

#endif

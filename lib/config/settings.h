/*
 * settings: what the lines of leadsheet.conf mean, for one endpoint.
 *
 * Every setting has a default.  A line that is wrong is told with the file and
 * its number, and is as good as not there: the others hold.  It keeps no
 * delivery out; but where it may shape the sheets no row is written until it is
 * put right, see waits.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stddef.h>

#include "config/conf.h"
#include "config/setting.h"

/*
 * What holds for the endpoint of that name: the lines before all sections, and
 * over them those of its own.  With NULL only the former.  conf_read() may have
 * failed.
 */
void settings_of(struct settings *, const struct conf *, const char *path,
    const char *endpoint) __attribute__((nonnull(1, 2, 3)));

/* One that is told: NULL for the line: the file can't be read. */
struct settings_wrong {
	const struct conf_line *line;
	const char *text;   /* a sentence */
	const char *effect; /* until it is put right, as settings_effect() */
};

/* The same, and each wrong line is told. */
void settings_tell(struct settings *, const struct conf *, const char *path,
    const char *endpoint, void (*tell)(void *, const struct settings_wrong *),
    void *context) __attribute__((nonnull(1, 2, 3)));

/* What a wrong setting does until it is put right, as a clause; static. */
const char *settings_effect(const struct settings *) __attribute__((nonnull));

/* The largest max_body of them all. */
size_t settings_max_body(const struct conf *, const char *path)
    __attribute__((nonnull));

#endif

/*
 * style: the stylesheet (style.css) and the icon, served from memory under
 * names that change with them, so that a browser may keep them for ever.
 */
#ifndef STYLE_H
#define STYLE_H

#include <stddef.h>

#include "page/http/reply.h"

/* style.css and its length in bytes: a file that make generates. */
extern const unsigned char style_css[];
extern const size_t style_css_size;

/* Their paths below SCRIPT_NAME, with their /: /style-HASH.css, .svg. */
#define STYLE_PATH_SIZE 32
void style_path(char out[static STYLE_PATH_SIZE]) __attribute__((nonnull));
void style_icon_path(char out[static STYLE_PATH_SIZE]) __attribute__((nonnull));

/*
 * Answer with the one of that path: 1; or 0 where it is neither.  Nobody need
 * have logged in.
 */
int style_serve(struct reply *, const char *path) __attribute__((nonnull));

#endif

#include "page/look/style.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A sheet, with a row that stands out. */
static const char icon[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
    "<rect width=\"32\" height=\"32\" rx=\"7\" fill=\"#0b6e5f\"/>"
    "<path fill=\"#fff\" fill-opacity=\".55\" d=\"M7 8h18v4H7zM7 21h18v4H7z\"/>"
    "<path fill=\"#fff\" d=\"M7 14.5h18v4H7z\"/></svg>\n";

/* FNV-1a: a name for what doesn't change without it. */
static uint64_t
hash(const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	while (n-- > 0)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return h;
}

void
style_path(char out[static STYLE_PATH_SIZE])
{
	(void)snprintf(out, STYLE_PATH_SIZE, "/style-%016" PRIx64 ".css",
	    hash(style_css, style_css_size));
}

void
style_icon_path(char out[static STYLE_PATH_SIZE])
{
	(void)snprintf(out, STYLE_PATH_SIZE, "/style-%016" PRIx64 ".svg",
	    hash(icon, sizeof(icon) - 1));
}

int
style_serve(struct reply *reply, const char *path)
{
	char css[STYLE_PATH_SIZE], svg[STYLE_PATH_SIZE];

	style_path(css);
	style_icon_path(svg);
	if (strcmp(path, css) == 0) {
		reply->type = "text/css; charset=utf-8";
		bytes_add(
		    &reply->body, (const char *)style_css, style_css_size);
	} else if (strcmp(path, svg) == 0) {
		reply->type = "image/svg+xml";
		bytes_add(&reply->body, icon, sizeof(icon) - 1);
	} else {
		return 0;
	}
	reply->screen = "style";
	reply->cache = "public, max-age=31536000, immutable";
	return 1;
}

/* style: the stylesheet and the icon. */
#include "page/look/style.h"

#include <stdio.h>

#include "page/screens/screens.h"

int
screens_style(struct viewing *v, struct fault *f)
{
	char path[STYLE_PATH_SIZE];
	int n = snprintf(path, sizeof(path), "/style-%s", v->rest);

	(void)f;
	if (n < 0 || (size_t)n >= sizeof(path) || !style_serve(v->reply, path))
		screens_error(v, 404, PHRASE_NOT_FOUND);
	return 0;
}

/* style: the stylesheet and the icon. */
#include "page/look/style.h"

#include "page/page.h"
#include "page/screens/screens.h"

int
screens_style(struct viewing *v, struct fault *f)
{
	const char *path = v->visit->request.path;

	(void)f;
	if (path == NULL || !style_serve(v->reply, path))
		screens_error(v, 404, PHRASE_NOT_FOUND);
	return 0;
}

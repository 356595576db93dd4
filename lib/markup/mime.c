/* mime: a mail of two parts; see mime.h. */
#include "markup/mime.h"

void
mime_write(struct bytes *out, const struct mime_mail *m)
{
	(void)m;
	bytes_adds(out, "\n");
}

int
mime_is_address(const char *s)
{
	return s[0] != '\0';
}

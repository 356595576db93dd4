/* attempts: how a reader stands with whom it passes on to; see attempts.h. */
#include <string.h>

#include "reader/attempts.h"

int
attempts_read(const struct endpoint *e, const char *name, struct attempts *a,
    struct fault *f)
{
	(void)e;
	(void)name;
	(void)f;
	memset(a, 0, sizeof(*a));
	return 0;
}

int
attempts_write(const struct endpoint *e, const char *name,
    const struct attempts *a, struct fault *f)
{
	(void)e;
	(void)name;
	(void)a;
	(void)f;
	return 0;
}

int
attempts_each(const struct endpoint *e,
    void (*tell)(void *, const char *, const struct attempts *), void *context,
    struct fault *f)
{
	(void)e;
	(void)tell;
	(void)context;
	(void)f;
	return 0;
}

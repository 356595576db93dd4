/* relayconf: a section [relay NAME]; see relayconf.h. */
#include <string.h>

#include "cli/relay/relayconf.h"

int
relayconf_read(struct relayconf *r, const struct conf *c, const char *path,
    const char *home, const char *name, struct fault *f)
{
	(void)c;
	(void)home;
	memset(r, 0, sizeof(*r));
	return fault_set(f, FAULT_SETUP, 0, "%s: no relay %s yet", path, name);
}

const char *
relayconf_nth(const struct conf *c, size_t n)
{
	(void)c;
	(void)n;
	return NULL;
}

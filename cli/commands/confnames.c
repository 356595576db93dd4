/* confnames: the names that leadsheet.conf gives; see confnames.h. */
#include <limits.h>
#include <stdio.h>

#include "cli/commands/confnames.h"
#include "cli/relay/relayconf.h"
#include "config/conf.h"
#include "profile/profiles.h"

static void
read_conf(struct conf *c, const char *home)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/leadsheet.conf", home) <
	    (int)sizeof(path))
		(void)conf_read(c, path);
}

void
confnames_profiles(
    const char *home, void (*take)(void *, const char *), void *context)
{
	struct conf c = {0};

	read_conf(&c, home);
	profiles_each(&c, take, context);
	conf_free(&c);
}

void
confnames_relays(
    const char *home, void (*take)(void *, const char *), void *context)
{
	struct conf c = {0};
	const char *name;
	size_t i;

	read_conf(&c, home);
	for (i = 0; (name = relayconf_nth(&c, i)) != NULL; i++)
		take(context, name);
	conf_free(&c);
}

/* standardwebhook: a message signed for any receiver; see standardwebhook.h. */
#include <string.h>

#include "cli/relay/standardwebhook.h"

int
standardwebhook_read(
    const char *path, struct standardwebhook_key *k, struct fault *f)
{
	(void)path;
	(void)f;
	memset(k, 0, sizeof(*k));
	return 0;
}

int
standardwebhook_create(
    const char *path, struct standardwebhook_key *k, struct fault *f)
{
	memset(k, 0, sizeof(*k));
	return fault_set(f, FAULT_SETUP, 0, "%s: not yet", path);
}

int
standardwebhook_sign(const struct standardwebhook_key *k, const char *id,
    int64_t seconds, const char *body, size_t n,
    char out[static STANDARDWEBHOOK_SIGNATURE_SIZE], struct fault *f)
{
	(void)k;
	(void)id;
	(void)seconds;
	(void)body;
	(void)n;
	(void)f;
	out[0] = '\0';
	return 0;
}

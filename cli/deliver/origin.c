/* origin: how much of a URL may be shown; see origin.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/deliver/origin.h"

/* What a host and its port are written with; a name of other letters may be. */
static int
is_of_host(unsigned char c)
{
	return isalnum(c) || c >= 0x80 || strchr("-._:[]%", c) != NULL;
}

int
origin_of(const char *url, char *out, size_t size)
{
	size_t scheme = strncasecmp(url, "https://", 8) == 0  ? 8
	                : strncasecmp(url, "http://", 7) == 0 ? 7
	                                                      : 0;
	const char *host = url + scheme;
	size_t n = strcspn(host, "/?#\\"), i;
	int len;

	/* A user with a password may stand before it, up to the last "@". */
	for (i = n; i > 0; i--)
		if (host[i - 1] == '@')
			break;
	host += i;
	n -= i;
	for (i = 0; i < n; i++)
		if (host[i] == '\0' || !is_of_host((unsigned char)host[i]))
			n = 0;
	if (scheme > 0 && n > 0) {
		len = snprintf(out, size, "%s%.*s",
		    scheme == 8 ? "https://" : "http://", (int)n, host);
		if (len > 0 && (size_t)len < size)
			return 0;
	}
	(void)snprintf(out, size, "?");
	return -1;
}

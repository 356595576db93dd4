/* trouble: why there was no answer, in words; see trouble.h. */
#include <stdio.h>
#include <string.h>

#include "cli/deliver/authorities.h"
#include "cli/deliver/trouble.h"

/* An asterisk is where the detail stands. */
static const char *const to_sender[] = {
    [TROUBLE_NAME] =
	"nobody knows a machine of that name (DNS); check the spelling",
    [TROUBLE_CONNECT] = "nothing listens there (connection refused); does the "
			"web server run?",
    [TROUBLE_PRIVATE] = "its address is not a public one",
    [TROUBLE_TIME] = "no answer in time (10 seconds for the connection, "
		     "30 for all of it, more for a large body)",
    [TROUBLE_CLOSED] = "the connection was closed without an answer",
    [TROUBLE_CUT_OFF] = "the connection was closed in the middle of the answer",
    [TROUBLE_CERTIFICATE] = "its certificate can't be trusted, and "
			    "LikesToLeads would not trust it: *; for a "
			    "self-made one say --insecure",
    [TROUBLE_AUTHORITIES] = AUTHORITIES_MISSING " (*); " AUTHORITIES_REMEDY,
    [TROUBLE_TLS] = "it doesn't speak HTTPS: *",
    [TROUBLE_URL] = "that is no URL; it begins with https://",
    [TROUBLE_PLAIN] = "its URL has to begin with https://",
    [TROUBLE_HEADERS] = "its answer has more than 64 KiB of headers",
    [TROUBLE_NO_HTTP] = "what it answered is no HTTP",
    [TROUBLE_REDIRECT] = "it redirects to *, and a redirected POST loses its "
			 "body; use that URL",
    [TROUBLE_OTHER] = "*",
};

/* NULL: the same. */
static const char *const to_relay[TROUBLE_OTHER + 1] = {
    [TROUBLE_CONNECT] = "nothing listens there, or there is no way to it",
    [TROUBLE_PRIVATE] = "its address is not a public one; if you mean it, say "
			"private = yes in its section of leadsheet.conf",
    [TROUBLE_URL] = "its URL can't be used; look at host and port in it",
    [TROUBLE_CERTIFICATE] = "its certificate can't be trusted: *; if an "
			    "authority of your own has made it, this machine "
			    "has to know that one (update-ca-certificates)",
    [TROUBLE_TLS] = "it doesn't speak HTTPS with TLS 1.2 or newer: *",
    [TROUBLE_PLAIN] = "its URL has to begin with https://; where http:// is "
		      "safe, say private = yes in its section of "
		      "leadsheet.conf",
    [TROUBLE_REDIRECT] = "it redirects to *, and no redirect is followed; "
			 "give the URL at which it ends",
};

void
trouble_tell(
    enum trouble t, int relay, const char *detail, char *out, size_t size)
{
	const char *words = to_sender[t], *detail_is_at;

	if (relay && to_relay[t] != NULL)
		words = to_relay[t];
	detail_is_at = strchr(words, '*');
	if (detail_is_at == NULL)
		(void)snprintf(out, size, "%s", words);
	else
		(void)snprintf(out, size, "%.*s%.300s%s",
		    (int)(detail_is_at - words), words, detail,
		    detail_is_at + 1);
}

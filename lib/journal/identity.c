/* identity: what a record is known by; see identity.h. */
#include <string.h>

#include "journal/identity.h"

const char *
identity_digest(const struct record *r)
{
	return r->was[0] != '\0' ? r->was : r->sha256;
}

const char *
identity_of(const struct record *r, size_t *len)
{
	if (r->kind == RECORD_TEST || r->kind >= RECORD_SHEET)
		return NULL;
	/* Only what makes rows is known by the sender's id. */
	*len = r->kind == RECORD_LEADS ? r->id_len : SIGNATURE_SIZE - 1;
	return r->kind == RECORD_LEADS ? r->id : identity_digest(r);
}

int
identity_is(const struct record *r, const char *identity, size_t len)
{
	size_t n;
	const char *its = identity_of(r, &n);

	return its != NULL && n == len && memcmp(its, identity, len) == 0;
}

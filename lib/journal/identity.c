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
	if (r->kind == DELIVERY_TEST)
		return NULL;
	/* Only what makes rows is known by the sender's id. */
	*len = r->kind == DELIVERY_LEADS ? r->id_len : SIGNATURE_SIZE - 1;
	return r->kind == DELIVERY_LEADS ? r->id : identity_digest(r);
}

size_t
identity_of_copy(
    const char *id, size_t len, char out[static IDENTITY_COPY_SIZE])
{
	if (len > DELIVERY_ID_MAX)
		len = DELIVERY_ID_MAX;
	/* A byte that begins no text, so that no id of the sender's is it. */
	out[0] = '\1';
	memcpy(out + 1, id, len);
	return len + 1;
}

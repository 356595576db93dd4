/* address: can anybody reach it?  See address.h. */
#include "cli/deliver/address.h"

int
address_is_public(const struct sockaddr *a)
{
	return a->sa_family == AF_INET || a->sa_family == AF_INET6;
}

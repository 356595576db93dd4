/*
 * address: is an Internet address one that anybody can reach, or does it lead
 * into a private network, or to this machine itself?
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <sys/socket.h>

/*
 * Is it a public one?  Not so: what the IANA's registries of special-purpose
 * addresses (RFC 6890) say is not globally reachable, and all of 192.0.0.0/24
 * and 2001::/23, where no web server stands; multicast; IPv6 addresses that are
 * not allocated (RFC 4291: all but 2000::/3); and those that have an IPv4
 * address in them that isn't public (mapped, NAT64, 6to4).
 */
int address_is_public(const struct sockaddr *) __attribute__((nonnull));

#endif

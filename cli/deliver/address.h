/*
 * address: is an Internet address one that anybody can reach, or does it lead
 * into a private network, or to this machine itself?
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <sys/socket.h>

/*
 * Is it a public one?  Not so: what the IANA's registries of special-purpose
 * addresses (RFC 6890) say is not globally reachable, multicast, and IPv6
 * addresses that have such an IPv4 address in them (mapped, NAT64, 6to4).
 */
int address_is_public(const struct sockaddr *) __attribute__((nonnull));

#endif

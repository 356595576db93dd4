/* address: can anybody reach it?  See address.h. */
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "cli/deliver/address.h"

/* Addresses that begin with so many bits of these bytes. */
struct block {
	unsigned char begin[16];
	unsigned int bits;
};

/* IPv4, by the registry. */
static const struct block private4[] = {
    {{0}, 8},             /* this network */
    {{10}, 8},            /* private use */
    {{100, 64}, 10},      /* shared by a provider's customers */
    {{127}, 8},           /* loopback */
    {{169, 254}, 16},     /* link-local; a cloud's metadata, too */
    {{172, 16}, 12},      /* private use */
    {{192, 0, 0}, 24},    /* of IETF protocols */
    {{192, 0, 2}, 24},    /* documentation */
    {{192, 88, 99}, 24},  /* 6to4 relays, deprecated */
    {{192, 168}, 16},     /* private use */
    {{198, 18}, 15},      /* benchmarking */
    {{198, 51, 100}, 24}, /* documentation */
    {{203, 0, 113}, 24},  /* documentation */
    {{224}, 3},           /* multicast, reserved, broadcast */
};

/* IPv6: what isn't public of 2000::/3. */
static const struct block private6[] = {
    {{0x20, 0x01, 0x00}, 23},       /* of IETF protocols, Teredo */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x3f, 0xff, 0x00}, 20},       /* documentation */
};

static const struct block allocated6 = {{0x20}, 3};
static const struct block mapped = {{[10] = 0xff, 0xff}, 96};
static const struct block nat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};
static const struct block sixtofour = {{0x20, 0x02}, 16};

static int
is_in(const struct block *b, const unsigned char *address)
{
	size_t whole = b->bits / 8; /* less than an address has */

	return memcmp(address, b->begin, whole) == 0 &&
	       (address[whole] ^ b->begin[whole]) >> (8 - b->bits % 8) == 0;
}

static int
is_in_any(const struct block *list, size_t n, const unsigned char *address)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_in(&list[i], address))
			return 1;
	return 0;
}

static int
is_public4(const unsigned char *a)
{
	return !is_in_any(private4, sizeof(private4) / sizeof(private4[0]), a);
}

static int
is_public6(const unsigned char *a)
{
	if (is_in(&mapped, a) || is_in(&nat64, a))
		return is_public4(a + 12);
	if (is_in(&sixtofour, a))
		return is_public4(a + 2);
	return is_in(&allocated6, a) &&
	       !is_in_any(private6, sizeof(private6) / sizeof(private6[0]), a);
}

int
address_is_public(const struct sockaddr *a)
{
	const void *address = a;
	const struct sockaddr_in *four = address;
	const struct sockaddr_in6 *six = address;

	if (a->sa_family == AF_INET)
		return is_public4((const unsigned char *)&four->sin_addr);
	return a->sa_family == AF_INET6 &&
	       is_public6((const unsigned char *)&six->sin6_addr);
}

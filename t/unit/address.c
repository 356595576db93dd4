#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "cli/deliver/address.h"

/* Is it public, as text has it? */
static int
judge(const char *text)
{
	struct sockaddr_storage room = {0};
	struct sockaddr *a = (struct sockaddr *)&room;
	void *four = &((struct sockaddr_in *)a)->sin_addr;
	void *six = &((struct sockaddr_in6 *)a)->sin6_addr;
	int is6 = strchr(text, ':') != NULL;

	room.ss_family = is6 ? AF_INET6 : AF_INET;
	assert_int_equal(inet_pton(room.ss_family, text, is6 ? six : four), 1);
	return address_is_public(a);
}

static void
check_all(const char *const *texts, size_t n, int expected)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (judge(texts[i]) != expected) {
			print_error("%s\n", texts[i]);
			fail();
		}
}

/* First and last of each block of the IANA's registry. */
static void
special_ipv4_is_not_public(void **state)
{
	static const char *const texts[] = {"0.0.0.0", "0.255.255.255",
	    "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
	    "127.0.0.0", "127.0.0.1", "127.255.255.255", "169.254.0.0",
	    "169.254.169.254", "169.254.255.255", "172.16.0.0",
	    "172.31.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.170",
	    "192.0.0.171", "192.0.0.255", "192.0.2.0", "192.0.2.255",
	    "192.88.99.0", "192.88.99.255", "192.168.0.0", "192.168.255.255",
	    "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255",
	    "203.0.113.0", "203.0.113.255", "224.0.0.0", "239.255.255.255",
	    "240.0.0.0", "255.255.255.254", "255.255.255.255"};

	(void)state;
	check_all(texts, COUNT(texts), 0);
}

/* Just outside of each block, and some that one meets. */
static void
other_ipv4_is_public(void **state)
{
	static const char *const texts[] = {"1.0.0.0", "1.1.1.1",
	    "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
	    "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0",
	    "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.255",
	    "192.0.3.0", "192.31.196.1", "192.52.193.1", "192.88.98.255",
	    "192.88.100.0", "192.167.255.255", "192.169.0.0", "192.175.48.1",
	    "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
	    "203.0.112.255", "203.0.114.0", "223.255.255.255", "8.8.8.8"};

	(void)state;
	check_all(texts, COUNT(texts), 1);
}

static void
special_ipv6_is_not_public(void **state)
{
	static const char *const texts[] = {"::", "::1", "::2",
	    "100::", "100::ffff",
	    "100:0:0:1::", "64:ff9b:1::", "64:ff9b:1::8.8.8.8",
	    "2001::", "2001:0:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "2001:2::", "2001:10::", "2001:db8::",
	    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
	    "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "5f00::", "fc00::", "fd12:3456:789a::1",
	    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "fe80::1",
	    "febf::1", "fec0::1", "ff00::", "ff02::1",
	    "1fff:ffff::", "4000::", "::8.8.8.8", "::127.0.0.1"};

	(void)state;
	check_all(texts, COUNT(texts), 0);
}

static void
other_ipv6_is_public(void **state)
{
	static const char *const texts[] = {
	    "2000::", "2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
	    "2001:db9::", "2001:4860:4860::8888", "2606:4700::1111",
	    "2620:4f:8000::1", "2003::1", "2a01:4f8::1", "3ffe:ffff::1",
	    "3fff:1000::"};

	(void)state;
	check_all(texts, COUNT(texts), 1);
}

static void
ipv6_is_as_the_ipv4_in_it(void **state)
{
	static const char *const no[] = {"::ffff:127.0.0.1", "::ffff:10.0.0.1",
	    "::ffff:0.0.0.0", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
	    "64:ff9b::192.168.1.1", "2002:7f00:1::", "2002:a00:1::1",
	    "2002:c0a8:101::1", "2002:a9fe:a9fe::", "::fffe:8.8.8.8",
	    "::1:ffff:8.8.8.8", "64:ff9b::1:808:808"};
	static const char *const yes[] = {"::ffff:8.8.8.8", "::ffff:200.1.1.1",
	    "64:ff9b::8.8.8.8", "64:ff9b::200.1.1.1", "2002:808:808::1"};

	(void)state;
	check_all(no, COUNT(no), 0);
	check_all(yes, COUNT(yes), 1);
}

static void
other_families_are_not_public(void **state)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};

	(void)state;
	assert_int_equal(address_is_public((struct sockaddr *)&local), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("IPv4: the registry's special blocks are not public, from end "
		 "to end",
		special_ipv4_is_not_public),
	    TEST("IPv4: what lies beside them is", other_ipv4_is_public),
	    TEST("IPv6: special and unallocated blocks are not public",
		special_ipv6_is_not_public),
	    TEST("IPv6: what lies beside them is", other_ipv6_is_public),
	    TEST("IPv6 with an IPv4 address in it is as that one",
		ipv6_is_as_the_ipv4_in_it),
	    TEST("a family that isn't the Internet's is not public",
		other_families_are_not_public),
	};

	return RUN(tests);
}

/* random: bytes that nobody can guess; see random.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "access/random.h"

int
random_bytes(void *out, size_t n, struct fault *f)
{
	ssize_t got;

	/* So few come whole, once the kernel has any. */
	do
		got = getrandom(out, n, 0);
	while (got == -1 && errno == EINTR);
	if (got != (ssize_t)n)
		return fault_set(f, FAULT_STORAGE, got == -1 ? errno : 0,
		    "the system gives no random bytes");
	return 0;
}

int
random_hex(char *out, size_t n, struct fault *f)
{
	unsigned char bytes[64];
	size_t i;

	if (n > sizeof(bytes))
		n = sizeof(bytes);
	if (random_bytes(bytes, n, f) == -1)
		return -1;
	for (i = 0; i < n; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}

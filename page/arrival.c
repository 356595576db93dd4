/* arrival: has a request of FastCGI come whole?  See arrival.h. */
#include <fastcgi.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "page/arrival.h"

/* So long, looked at so often, in milliseconds. */
#define PROMPT 200
#define STEP   5

/* The environment and a form; what is longer comes slowly, for us. */
#define REQUEST_MAX 65536

int
arrival_is_whole(const unsigned char *s, size_t n)
{
	size_t at = 0, length;

	while (n - at >= FCGI_HEADER_LEN) {
		length = (size_t)s[at + 4] << 8 | s[at + 5];
		if (s[at + 1] == FCGI_STDIN && length == 0)
			return 1;
		length += (size_t)FCGI_HEADER_LEN + s[at + 6];
		if (length > n - at)
			return 0;
		at += length;
	}
	return 0;
}

int
arrival_is_prompt(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	unsigned char seen[REQUEST_MAX];
	int left;
	ssize_t n;

	for (left = PROMPT; left > 0; left -= STEP) {
		if (poll(&readable, 1, STEP) != 1)
			continue;
		n = recv(fd, seen, sizeof(seen), MSG_PEEK | MSG_DONTWAIT);
		if (n == 0)
			return -1;
		if (n > 0 && arrival_is_whole(seen, (size_t)n))
			return 1;
		(void)poll(NULL, 0, STEP);
	}
	return 0;
}

/*
 * onesync: a receiver that does no work, and syncs each delivery by itself.  A
 * FastCGI responder that reads the body, appends BYTES bytes to FILE in one
 * write, has them synced, and says 200: no signature, no parsing, no id, no
 * lock.
 *
 * usage: onesync FILE BYTES, with the listening socket as fd 0
 */
#define _GNU_SOURCE
#include <fcgiapp.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define BODY_MAX (16 << 20)

int
main(int argc, char **argv)
{
	static char body[BODY_MAX];
	FCGX_Request request;
	size_t bytes = argc == 3 ? (size_t)atol(argv[2]) : 0;
	int fd, n;

	if (bytes == 0 || bytes > sizeof(body) ||
	    (fd = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0640)) == -1 ||
	    FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&request) == 0) {
		n = 0;
		while (n < BODY_MAX) {
			int got =
			    FCGX_GetStr(body + n, BODY_MAX - n, request.in);

			if (got <= 0)
				break;
			n += got;
		}
		if (write(fd, body, bytes) != (ssize_t)bytes ||
		    fdatasync(fd) == -1)
			return 1;
		(void)FCGX_PutS("Status: 200 OK\r\n"
				"Content-Type: application/json\r\n\r\n"
				"{\"status\":\"stored\"}\n",
		    request.out);
		FCGX_Finish_r(&request);
	}
	return 0;
}

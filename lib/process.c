/* process: what a program sets up before anything else; see process.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process.h"

int
process_start(struct fault *f)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd != -1 && fd < 2);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't open /dev/null");
	if (fd > 2)
		(void)close(fd);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(027);
	return 0;
}

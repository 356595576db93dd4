/* process: what a program sets up before anything else; see process.h. */
#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"

/*
 * Memory of so many bytes is the kernel's own to give and take.  Of itself the
 * C library raises that to what was freed last, 32 MiB at most; then a large
 * buffer that grows is there twice.
 */
#define LARGE (1 << 20)

/* A bare chroot has no devices: a directory there gives and takes nothing. */
static int
open_nothing(void)
{
	int fd = open("/dev/null", O_RDWR);

	return fd != -1 ? fd : open("/", O_RDONLY | O_DIRECTORY);
}

int
process_start(struct fault *f)
{
	int fd;

	do
		fd = open_nothing();
	while (fd != -1 && fd < 2);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't open /dev/null, nor /");
	if (fd > 2)
		(void)close(fd);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(027);
#ifdef __GLIBC__
	/* A buffer that grows is moved and not copied, however often. */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
	return 0;
}

void
process_give_memory_back(void)
{
#ifdef __GLIBC__
	(void)malloc_trim(0);
#endif
}

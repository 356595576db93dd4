/* copies: processes made for one visit each; see copies.h. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "page/copies.h"

static pid_t *
free_place(pid_t *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i] == 0)
			return &list[i];
	return NULL;
}

int
copies_make(struct copies *c, enum copies_kind kind)
{
	pid_t pid, *place;

	if (c->is_one)
		return -1;
	place = kind == COPIES_FILES ? free_place(c->files, COPIES_FILES_MAX)
	                             : free_place(c->slow, COPIES_SLOW_MAX);
	if (place == NULL || (pid = fork()) == -1)
		return -1;
	if (pid > 0) {
		*place = pid;
		return 0;
	}
	c->is_one = 1;
	return 1;
}

void
copies_stop(const struct copies *c)
{
	size_t i;

	for (i = 0; i < COPIES_SLOW_MAX; i++)
		if (c->slow[i] != 0)
			(void)kill(c->slow[i], SIGTERM);
}

static int
reap(pid_t *list, size_t n)
{
	int going = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i] != 0 && waitpid(list[i], NULL, WNOHANG) != 0)
			list[i] = 0;
		going += list[i] != 0;
	}
	return going;
}

int
copies_reap(struct copies *c)
{
	return reap(c->files, COPIES_FILES_MAX) +
	       reap(c->slow, COPIES_SLOW_MAX);
}

/* unread: what came since the last export of a name; see unread.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "base/array.h"
#include "cli/export/unread.h"
#include "journal/names.h"
#include "reader/consumer.h"
#include "reader/stuck.h"

/* A reader of the home can't write what was given. */
static int
check_owner(const struct unread *u)
{
	int rc = cli_check_owner(u->cli);

	return rc == EX_OK ? EX_OK
	                   : cli_fail(u->cli, rc,
				 "or add --peek, which every reader may: the "
				 "leads stay new");
}

int
unread_is_taken(const char *name)
{
	return strcmp(name, "digest") == 0 ||
	       strncmp(name, STUCK_RELAY, sizeof(STUCK_RELAY) - 1) == 0;
}

int
unread_read(struct unread *u, struct cli *cli)
{
	static const char *const ranges[] = {"from", "to", "last"};
	size_t i;

	memset(u, 0, sizeof(*u));
	u->cli = cli;
	u->name = cli_option(cli, "new");
	u->peek = cli_option(cli, "peek") != NULL;
	if (u->name == NULL)
		return u->peek ? cli_fail(cli, EX_USAGE,
				     "--peek needs --new NAME, like --new "
				     "hubspot --peek")
		               : EX_OK;
	if (!names_is_cursor(u->name))
		return cli_fail(cli, EX_USAGE,
		    "\"%.80s\" is no name for --new; use small letters, digits "
		    "and hyphens, 70 at most, like --new hubspot",
		    u->name);
	if (unread_is_taken(u->name))
		return cli_fail(cli, EX_USAGE,
		    "\"%.80s\" is a name of leadsheet's own, for its mail and "
		    "its relays; choose another one, like --new hubspot",
		    u->name);
	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cli_option(cli, ranges[i]) != NULL)
			return cli_fail(cli, EX_USAGE,
			    "--new gives what came since the last time, "
			    "whatever its day; leave --%s out",
			    ranges[i]);
	return u->peek ? EX_OK : check_owner(u);
}

static int
open_one(struct unread *u, const struct endpoint *e, struct fault *f)
{
	struct unread_endpoint *x =
	    array_grow(u->list, u->n, &u->room, sizeof(*u->list));

	if (x == NULL)
		return fault_memory(f);
	u->list = x;
	x += u->n;
	x->name = e->name;
	x->consumer = consumer_open(
	    e, u->name, u->peek ? CONSUMER_PEEK : CONSUMER_MOVE, f);
	u->n += x->consumer != NULL;
	return x->consumer == NULL ? -1 : 0;
}

int
unread_open(struct unread *u, const struct endpoints *all)
{
	struct fault f = {0};
	size_t i;

	for (i = 0; u->name != NULL && i < all->n; i++)
		if (open_one(u, &all->list[i], &f) == -1)
			return cli_fault(u->cli, &f);
	return EX_OK;
}

/* What a person would wonder at. */
static void
tell(const struct unread *u, const struct unread_endpoint *x)
{
	char day[UTC_DAY_SIZE];
	size_t again = consumer_again(x->consumer, day);

	if (consumer_is_first(x->consumer))
		(void)cli_fail(u->cli, EX_OK,
		    "%s: \"%s\" is a new name, so every lead counts as new",
		    x->name, u->name);
	if (again > 0)
		(void)cli_fail(u->cli, EX_OK,
		    "%s: the cursor \"%s\" doesn't fit the journal of %s%s (an "
		    "older journal was put back, or the cursor is another "
		    "endpoint's); every lead there is given again",
		    x->name, u->name, day,
		    again > 1 ? " and of later days" : "");
}

/* There is nothing that could be synced, or nobody may. */
static int
needs_none(int err)
{
	return err == EINVAL || err == EROFS || err == ENOTSUP || err == EACCES;
}

/*
 * What was written is to outlast a power cut, as far as that can be done where
 * it went.
 */
static int
sync_output(const struct output *o, struct fault *f)
{
	struct fault why = {0};
	int fd;

	if (o->path[0] != '\0')
		return appendfile_sync_parent(o->path, &why) == 0 ||
		               needs_none(why.err)
		           ? 0
		           : fault_take(f, &why);
	if (fsync(o->fd) == -1 && !needs_none(errno))
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write the output");
	/* Some file systems say only now what they couldn't write. */
	if ((fd = dup(o->fd)) == -1 || close(fd) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write the output");
	return 0;
}

int
unread_commit(struct unread *u, const struct output *o)
{
	struct fault f = {0};
	size_t i;

	if (u->n > 0 && !u->peek && sync_output(o, &f) == -1)
		return cli_fault(u->cli, &f);
	for (i = 0; i < u->n; i++) {
		tell(u, &u->list[i]);
		if (!u->peek && consumer_commit(u->list[i].consumer, &f) == -1)
			return cli_fault(u->cli, &f);
	}
	return EX_OK;
}

void
unread_close(struct unread *u)
{
	size_t i;

	for (i = 0; i < u->n; i++)
		consumer_close(u->list[i].consumer);
	free(u->list);
	memset(u, 0, sizeof(*u));
}

/* checkpage: the page's directory, and who may look; see check.h. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "access/pagedir.h"
#include "access/readers.h"
#include "cli/checks/check.h"

/* An endpoint of that name, from before the page had it. */
static int
check_old_endpoint(struct check *c, const char *dir)
{
	struct fault ignored = {0};

	if (endpoint_is_one(dir, &ignored) != 1)
		return 0;
	check_say(c, AUDIT_WRONG,
	    "rename the directory, and change the webhook's URL at "
	    "LikesToLeads",
	    "the endpoint %s has the name that is the page's now: deliveries "
	    "to it are answered 404",
	    dir);
	return 1;
}

static void
check_reader(struct check *c, const struct reader *r)
{
	struct fault ignored = {0};
	struct endpoint e;
	size_t i;

	if (r->hash[0] == '\0')
		check_say(c, AUDIT_NOTE, "",
		    "the password of %s can be read in the page's file "
		    "readers; it becomes a hash as soon as somebody opens the "
		    "page",
		    r->name);
	for (i = 0; i < r->nendpoints; i++)
		if (endpoint_find(
			&e, c->cli->home, r->endpoints[i], &ignored) == 0)
			check_say(c, AUDIT_NOTE, "",
			    "%s may see the endpoint %s, which there is not",
			    r->name, r->endpoints[i]);
}

/* Only the page's user and root can read it. */
static void
check_readers(struct check *c)
{
	struct readers rs = {0};
	struct fault f = {0};
	size_t i;

	if (readers_look(&rs, c->cli->home, &f) == -1) {
		if (f.err == EACCES)
			check_say(c, AUDIT_NOTE, "",
			    "who may look at the page is not looked at: you "
			    "may not read it");
		else
			check_fault(c, f.text, "");
		readers_free(&rs);
		return;
	}
	for (i = 0; i < rs.n; i++)
		check_reader(c, &rs.list[i]);
	if (rs.wrong_line != 0)
		check_fault(c, rs.wrong.text, "");
	if (rs.n == 0 && !c->cli->settings.login_by_server)
		check_say(c, AUDIT_NOTE, "",
		    "nobody may look at the page yet; run \"leadsheet page "
		    "user add NAME\"");
	else
		check_say(c, AUDIT_FINE, "", "users of the page: %zu", rs.n);
	readers_free(&rs);
}

void
check_page(struct check *c)
{
	struct fault f = {0};
	char dir[PATH_MAX];
	int rc;

	pagedir_path(c->cli->home, dir, "");
	if ((rc = pagedir_is(c->cli->home, &f)) == -1) {
		check_fault(c, f.text, "");
	} else if (rc == 1 && !check_old_endpoint(c, dir)) {
		if (pagedir_check(c->cli->home, &f) == -1)
			check_fault(c, f.text, "");
		check_readers(c);
	}
}

/* finish: what a command that was cut off has left; see finish.h. */
#include "cli/commands/finish.h"

static int
finish_task(struct cli *cli, const struct endpoint *e, const struct pending *p)
{
	int rc;

	(void)cli_fail(cli, EX_OK, "%s: %s was cut off, and is finished first",
	    e->name, pending_word(p->task));
	switch (p->task) {
	case PENDING_FORGET:
		return forget_pending(cli, e);
	case PENDING_PRUNE:
		return prune_pending(cli, e, p->before);
	case PENDING_REBUILD:
		rc = rebuild_pending(cli, e, &p->days);
		if (rc == EX_TEMPFAIL || rc == EX_OK)
			return rc;
		(void)cli_fail(cli, rc,
		    "%s: its sheets are not made again; run \"leadsheet "
		    "rebuild --endpoint %s\" when that is mended",
		    e->name, e->name);
		return EX_OK;
	case PENDING_NOTHING:
		break;
	}
	return EX_OK;
}

static int
finish_one(struct cli *cli, const struct endpoint *e, void *context)
{
	const enum pending_task *own = context;
	struct pending p = {0};
	struct fault f = {0};
	int rc = EX_OK;

	if (pending_read(e, &p, &f) == -1)
		rc = cli_fault(cli, &f);
	else if (p.task != PENDING_NOTHING && p.task != *own)
		rc = finish_task(cli, e, &p);
	pending_free(&p);
	return rc;
}

int
finish_others(struct cli *cli, enum pending_task own)
{
	return cli_chosen_endpoints(cli, finish_one, &own);
}

int
finish_later(
    const struct cli *cli, const struct endpoint *e, const struct fault *why)
{
	return cli_fail(cli, cli_fault(cli, why),
	    "%s: not all is done; when that is mended, \"leadsheet forget "
	    "--resume\" goes on",
	    e->name);
}

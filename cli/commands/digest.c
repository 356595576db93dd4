/* leadsheet digest: a mail a day, of what came. */
#include "cli/cli.h"

const struct flag digest_flags[] = {
    {"print", 0, NULL, "show it, and mail nothing"},
    {NULL, 0, NULL, NULL},
};

int
digest_run(struct cli *cli)
{
	return cli_fail(cli, EX_UNAVAILABLE, "not yet");
}

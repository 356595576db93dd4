/* leadsheet relay: pass on what comes, to another program. */
#include "cli/cli.h"

const struct flag relay_flags[] = {
    {"once", 0, NULL, "pass on what is due, and end"},
    {NULL, 0, NULL, NULL},
};

int
relay_run(struct cli *cli)
{
	return cli_fail(cli, EX_UNAVAILABLE, "not yet");
}

/* leadsheet people: everyone who engaged, once, from the journal. */
#include "cli/cli.h"
#include "cli/commands/export.h"

const struct flag people_flags[] = {
    {"endpoint", 0, "A,B,...", "of which, where there are several; or all"},
    {"new-since", 0, "DAY", "who was first seen that day or later"},
    {"from", 0, "DAY", "who engaged on that day or later"},
    {"to", 0, "DAY", "and on that day or before"},
    {"last", 0, "TIME", "in the last days, like 7d, or so many w, m, y"},
    {"new", 0, "NAME", "who is new since the last time with that name"},
    {"peek", 0, NULL, "with --new: look, and have them stay new"},
    {"only", 0, "FIELD=VALUE", "who has such a lead; also != ~ !~ > < >= <="},
    {"format", 0, "FORMAT", "csv, tsv, xlsx or jsonl (as FILE ends)"},
    {"columns", 0, "A,B,...", "these columns, in this order"},
    {"delimiter", 0, "NAME", "comma, semicolon, tab or pipe"},
    {"no-bom", 0, NULL, "csv, tsv: without a byte order mark"},
    {"plain", 0, NULL, "csv, tsv: formulas and dates unprotected"},
    {"profile", 0, "NAME",
	"hubspot, salesforce, pipedrive, google-contacts; list"},
    {"output", 'o', "FILE", "write there, all or nothing"},
    {NULL, 0, NULL, NULL},
};

int
people_run(struct cli *cli)
{
	return export_run_as(cli, 1);
}

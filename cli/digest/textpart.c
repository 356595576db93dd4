/* parts: a digest as text; see parts.h. */
#include "cli/digest/parts.h"

void
parts_subject(const struct digest *d, struct bytes *out)
{
	bytes_printf(out, "%lld new leads", (long long)d->leads);
}

void
parts_text(const struct digest *d, size_t leads, struct bytes *out)
{
	(void)leads;
	bytes_printf(out, "%lld new leads\n", (long long)d->leads);
}

/* parts: a digest as HTML; see parts.h. */
#include "cli/digest/parts.h"

void
parts_html(const struct digest *d, size_t leads, struct bytes *out)
{
	(void)leads;
	bytes_printf(out, "<p>%lld new leads\n", (long long)d->leads);
}

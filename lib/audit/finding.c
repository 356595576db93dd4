/* finding: what an audit has found; see finding.h. */
#include <stdarg.h>
#include <stdio.h>

#include "audit/finding.h"

void
finding_say(const struct audit *a, enum audit_level level, const char *remedy,
    const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	a->found(a->context, level, text, remedy);
}

void
finding_count(struct audit_count *c, const char *day)
{
	if (c->n++ == 0)
		(void)snprintf(c->from, sizeof(c->from), "%s", day);
	(void)snprintf(c->to, sizeof(c->to), "%s", day);
}

/* fault: why something failed; see fault.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"

int
fault_set(struct fault *f, enum fault_kind kind, int err, const char *fmt, ...)
{
	va_list ap;
	size_t used;
	int n;

	if (f->kind != FAULT_NONE)
		return -1;
	f->kind = err == ENOMEM ? FAULT_MEMORY : kind;
	f->err = err;
	va_start(ap, fmt);
	n = vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	if (n < 0)
		f->text[0] = '\0';
	used = strlen(f->text);
	if (err != 0)
		(void)snprintf(f->text + used, sizeof(f->text) - used, ": %s",
		    strerror(err));
	return -1;
}

int
fault_memory(struct fault *f)
{
	return fault_set(f, FAULT_MEMORY, 0, "out of memory");
}

int
fault_take(struct fault *f, const struct fault *other)
{
	if (f->kind == FAULT_NONE)
		*f = *other;
	return -1;
}

void
fault_clear(struct fault *f)
{
	memset(f, 0, sizeof(*f));
}

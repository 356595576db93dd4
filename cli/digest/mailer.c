/* mailer: the machine's mail program; see mailer.h. */
#include "cli/digest/mailer.h"

int
mailer_send(const char *program, const char *from, const char *const *to,
    size_t nto, const struct bytes *mail, int seconds, struct fault *f)
{
	(void)from;
	(void)to;
	(void)nto;
	(void)mail;
	(void)seconds;
	return fault_set(f, FAULT_SETUP, 0, "%s: not yet", program);
}

/* log: a line for each visit; see log.h. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "config/remedy.h"
#include "page/log.h"

static void
add_text(struct bytes *out, const char *name, const char *value)
{
	bytes_addc(out, ' ');
	bytes_adds(out, name);
	bytes_addc(out, '=');
	text_logfmt(out, value, strlen(value));
}

void
log_complete(const char *home, struct reply *r)
{
	char user[REMEDY_USER_SIZE];
	struct remedy remedy;
	struct bytes b = {0};

	if (strchr(r->reason, '"') == NULL)
		return;
	remedy_for_log(&remedy, home, user);
	remedy_complete(&remedy, r->reason, &b);
	if (!b.failed)
		(void)snprintf(
		    r->reason, sizeof(r->reason), "%.*s", (int)b.len, b.data);
	bytes_free(&b);
}

void
log_line(struct bytes *out, const struct reply *r, int64_t microseconds)
{
	bytes_adds(out, "page");
	add_text(out, "screen", r->screen);
	bytes_printf(out, " status=%d", r->status);
	add_text(out, "reader", r->reader[0] == '\0' ? "-" : r->reader);
	bytes_printf(
	    out, " bytes=%zu ms=%.1f", r->sent, (double)microseconds / 1000);
	if (r->cut || r->gone)
		bytes_adds(out, r->cut ? " cut=us" : " cut=client");
	if (r->reason[0] != '\0')
		add_text(out, "reason", r->reason);
	bytes_addc(out, '\n');
}

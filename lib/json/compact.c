/* compact: JSON text written anew in one form; see compact.h. */
#include <string.h>

#include "base/text.h"
#include "json/compact.h"
#include "json/jsontext.h"
#include "json/scan.h"

/* The string that is next, in the form that text_json() gives it. */
static void
write_string(struct bytes *out, struct jsontext *t, struct bytes *scratch)
{
	struct jsontext_slice string, text;

	jsontext_value(t, &string);
	if (string.s[string.n - 1] == '"' &&
	    memchr(string.s, '\\', string.n) != NULL &&
	    jsontext_string(&string, scratch, &text))
		text_json(out, text.s, text.n);
	else
		bytes_add(out, string.s, string.n);
}

void
compact_json(struct bytes *out, const char *s, size_t n)
{
	struct jsontext t = {s, s + n};
	struct bytes scratch = {0};
	const char *from;

	while ((t.s = scan_blanks(t.s, t.end)) < t.end) {
		if (*t.s == '"') {
			write_string(out, &t, &scratch);
			continue;
		}
		for (from = t.s; t.s < t.end && *t.s != '"' && *t.s != ' ' &&
				 *t.s != '\t' && *t.s != '\n' && *t.s != '\r';
		     t.s++)
			continue;
		bytes_add(out, from, (size_t)(t.s - from));
	}
	out->failed |= scratch.failed;
	bytes_free(&scratch);
}

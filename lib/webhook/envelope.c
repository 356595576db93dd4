/* envelope: the outermost object of a body; see envelope.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "json/wellformed.h"
#include "webhook/envelope.h"

/*
 * Find the value of a member of the outermost object, the last of that name: 1,
 * or 0 where there is none.  -1: the body is no JSON object; -2: no memory.
 * *inside is behind the object's brace.
 */
static int
find_value(const char *body, size_t n, const char *key,
    struct jsontext_slice *value, const char **inside)
{
	struct jsontext_slice name, v;
	struct bytes scratch = {0};
	struct wellformed w;
	int found = 0;

	wellformed_begin(&w, body, n);
	if (!wellformed_open(&w, '{'))
		return -1;
	*inside = w.s;
	while (wellformed_key(&w, &name)) {
		wellformed_value(&w, &v);
		if (jsontext_is(&name, key, strlen(key), &scratch)) {
			*value = v;
			found = 1;
		}
	}
	if (wellformed_end(&w) != WELLFORMED_JSON)
		found = -1;
	if (scratch.failed)
		found = -2;
	bytes_free(&scratch);
	return found;
}

const char *
envelope_string(const char *body, size_t n, const char *key, size_t *len)
{
	struct jsontext_slice value;
	const char *inside;

	if (find_value(body, n, key, &value, &inside) != 1 || value.s[0] != '"')
		return NULL;
	*len = value.n - 2;
	return value.s + 1;
}

int
envelope_readdress(
    struct bytes *out, const char *body, size_t n, const char *id)
{
	struct jsontext_slice value = {NULL, 0};
	const char *inside, *end = body + n;
	int found = find_value(body, n, "delivery_id", &value, &inside);

	if (found == -1)
		return 0;
	if (found == -2) {
		out->failed = 1;
		return 1;
	}
	if (found == 1) {
		bytes_add(out, body, (size_t)(value.s - body));
		bytes_printf(out, "\"%s\"", id);
		inside = value.s + value.n;
	} else {
		bytes_add(out, body, (size_t)(inside - body));
		bytes_printf(out, "\"delivery_id\":\"%s\"", id);
		if (inside[strspn(inside, " \t\r\n")] != '}')
			bytes_addc(out, ',');
	}
	bytes_add(out, inside, (size_t)(end - inside));
	return 1;
}

int
envelope_new_id(char out[static ENVELOPE_ID_SIZE], struct fault *f)
{
	unsigned char r[16];
	size_t i, to = 0;

	if (getentropy(r, sizeof(r)) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "no random numbers for an id");
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40); /* version 4 */
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	for (i = 0; i < sizeof(r); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[to++] = '-';
		(void)snprintf(out + to, 3, "%02x", r[i]);
		to += 2;
	}
	return 0;
}

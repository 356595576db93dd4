/* reply: what a receiver answered, as JSON (Jansson); see reply.h. */
#include <jansson.h>
#include <string.h>

#include "cli/deliver/reply.h"

int
reply_says(const char *s, size_t n, const char *member, const char *text)
{
	json_t *root = json_loadb(n == 0 ? "" : s, n, 0, NULL);
	const char *value = json_string_value(json_object_get(root, member));
	int rc = value != NULL && strcmp(value, text) == 0;

	json_decref(root);
	return rc;
}

long long
reply_number(const char *s, size_t n, const char *member, long long otherwise)
{
	json_t *root = json_loadb(n == 0 ? "" : s, n, 0, NULL);
	json_t *value = json_object_get(root, member);

	if (json_is_integer(value))
		otherwise = json_integer_value(value);
	json_decref(root);
	return otherwise;
}

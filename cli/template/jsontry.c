/* jsontry: is a text JSON, and where is it wrong?  See jsontry.h. */
#include <jansson.h>

#include "cli/template/jsontry.h"

enum jsontry
jsontry(const char *s, size_t n, size_t *at)
{
	const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_error_t e = {0};
	json_t *root = json_loadb(s, n, flags, &e);

	*at = e.position > 0 ? (size_t)e.position - 1 : 0;
	if (root != NULL) {
		json_decref(root);
		return JSONTRY_FINE;
	}
	if (json_error_code(&e) == json_error_out_of_memory)
		return JSONTRY_MEMORY;
	return n == 0 ||
	               json_error_code(&e) == json_error_premature_end_of_input
	           ? JSONTRY_ENDS
	           : JSONTRY_WRONG;
}

/* tree: what needs a tree of JSON; see tree.h. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "json/tree.h"

/*
 * For Jansson.  Where it has no memory for a byte of a text it leaves that
 * byte out, or reads on behind the text, if it has memory again at once.  So
 * once there was none there is none: errno, which is 0 when it is called.
 */
static void *
allocate(size_t n)
{
	return errno == ENOMEM ? NULL : malloc(n);
}

/*
 * Read n bytes of JSON; NULL when it is none, or with the fault set.  Jansson
 * calls it a syntax error, at times, when it has no memory for a token; then
 * errno knows better.
 */
static json_t *
load(const char *json, size_t n, size_t flags, struct fault *f)
{
	json_error_t error;
	json_t *v;

	json_set_alloc_funcs(allocate, free);
	errno = 0;
	v = json_loadb(n == 0 ? "" : json, n,
	    flags | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
	if (v == NULL && (json_error_code(&error) == json_error_out_of_memory ||
			     errno == ENOMEM))
		(void)fault_memory(f);
	return v;
}

int
tree_is_json(const char *json, size_t n, struct fault *f)
{
	json_t *root = load(json, n, JSON_REJECT_DUPLICATES, f);

	json_decref(root);
	return f->kind != FAULT_NONE ? -1 : root != NULL;
}

static int
add_json(const char *data, size_t n, void *out)
{
	bytes_add(out, data, n);
	return 0;
}

/* Its JSON text, on one line. */
static void
write_json(struct bytes *b, const json_t *v)
{
	if (json_dump_callback(
		v, add_json, b, JSON_COMPACT | JSON_ENCODE_ANY) == -1)
		b->failed = 1;
}

/* The shortest digits that mean the same number. */
static void
write_real(struct bytes *b, double v)
{
	char digits[32];
	int precision;

	for (precision = 15; precision <= 17; precision++) {
		(void)snprintf(digits, sizeof(digits), "%.*g", precision, v);
		if (strtod(digits, NULL) >= v && strtod(digits, NULL) <= v)
			break;
	}
	bytes_adds(b, digits);
}

int
tree_rewrite(const char *json, size_t n, struct bytes *out, struct fault *f)
{
	json_t *v;

	bytes_reset(out);
	v = load(json, n, 0, f);
	if (f->kind != FAULT_NONE)
		return -1;
	if (v == NULL)
		bytes_add(out, json, n);
	else if (json_is_real(v))
		write_real(out, json_real_value(v));
	else
		write_json(out, v);
	json_decref(v);
	return bytes_check(out, f);
}

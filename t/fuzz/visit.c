/*
 * The environment of a visit and a form: names and cookies are found as a
 * reader who knows nothing of us finds them, and what we put into headers and
 * URLs leads nowhere else.
 */
#include "fuzz.h"

#include "page/http/reply.h"
#include "page/http/visit.h"

#define VARIABLES 40

/* The first value of a name. */
static const char *
first_of(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env != NULL; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	return "";
}

static void
check_script(const char *script)
{
	size_t n = strlen(script), i;

	HOLDS(n == 0 || script[n - 1] != '/');
	HOLDS(n < 2 || script[0] != '/' || script[1] != '/');
	for (i = 0; i < n; i++)
		HOLDS(script[i] > ' ' && script[i] < 0x7f &&
		      strchr("\"'<>#?\\", script[i]) == NULL);
}

/* A cookie is a piece between two semicolons. */
static void
check_cookie(const struct visit *v)
{
	char out[32], piece[64];
	const char *at;
	int n;

	if (!visit_cookie(v, "__Host-leadsheet", out, sizeof(out)))
		return;
	HOLDS(strlen(out) < sizeof(out));
	HOLDS(strchr(out, ';') == NULL);
	n = snprintf(piece, sizeof(piece), "__Host-leadsheet=%s", out);
	HOLDS(n > 0 && (size_t)n < sizeof(piece));
	HOLDS((at = strstr(v->cookies, piece)) != NULL);
}

/* Only of our own host, by its scheme. */
static void
check_origin(const struct visit *v)
{
	if (visit_is_ours(v, 1) && v->fetch_site[0] == '\0') {
		HOLDS(v->host[0] != '\0');
		HOLDS(strlen(v->origin) == strlen(v->host) + 8);
		HOLDS(!visit_is_ours(v, 0));
	}
	if (strcmp(v->fetch_site, "cross-site") == 0)
		HOLDS(!visit_is_ours(v, 1) && !visit_is_ours(v, 0));
}

static int
collect(void *context, const char *s, size_t n)
{
	bytes_add(context, s, n);
	return 0;
}

/* Whatever is in a value, it stays in its header. */
static void
check_reply(const struct visit *v)
{
	struct bytes heard = {0};
	const char *end;
	struct reply r;
	size_t i;

	reply_start(&r, collect, &heard);
	reply_header(&r, "X-Test", v->cookies);
	reply_redirect(&r, v->query_text);
	bytes_adds(&r.body, "body");
	reply_end(&r);
	end = memmem(heard.data, heard.len, "\r\n\r\n", 4);
	HOLDS(end != NULL && heard.data + heard.len - end == 8);
	for (i = 0; heard.data + i < end; i++)
		HOLDS(heard.data[i] != '\n' ||
		      (i > 0 && heard.data[i - 1] == '\r'));
	reply_free(&r);
	bytes_free(&heard);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = calloc(1, n + 1), *at = text, *env[VARIABLES + 1];
	struct visit v = {0};
	struct fault f = {0};
	const char *body;
	int i;

	HOLDS(text != NULL);
	if (n > 0)
		memcpy(text, data, n);
	for (i = 0; i < VARIABLES && at < text + n; i++) {
		env[i] = at;
		at = strchr(at, '\0') + 1;
	}
	env[i] = NULL;
	body = first_of(env, "BODY");
	HOLDS(visit_read(&v, env, body, strlen(body), &f) == 0);
	HOLDS(strcmp(v.cookies, first_of(env, "HTTP_COOKIE")) == 0);
	HOLDS(strcmp(v.user, first_of(env, "REMOTE_USER")) == 0);
	check_script(v.script);
	check_cookie(&v);
	check_origin(&v);
	check_reply(&v);
	visit_free(&v);
	free(text);
	return 0;
}

/* visit: a request to the page, as plain data; see visit.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "page/http/visit.h"

/* The value that an environment has for a name, or "". */
static const char *
variable(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env != NULL; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	return "";
}

/* The media type of a form, whatever parameters follow it. */
static int
is_form(const char *type)
{
	static const char form[] = "application/x-www-form-urlencoded";
	size_t n = sizeof(form) - 1;

	return strncasecmp(type, form, n) == 0 &&
	       (type[n] == '\0' || strchr("; \t", type[n]) != NULL);
}

static int
take_script(struct visit *v, const char *name, struct fault *f)
{
	size_t n = strlen(name), slashes = strspn(name, "/");
	struct bytes b = {0};

	if (slashes > 0) {
		name += slashes - 1;
		n -= slashes - 1;
	}
	while (n > 0 && name[n - 1] == '/')
		n--;
	query_escape_path(&b, name, n);
	bytes_addc(&b, '\0');
	if (bytes_check(&b, f) == -1) {
		bytes_free(&b);
		return -1;
	}
	v->script_text = b.data;
	v->script = v->script_text;
	return 0;
}

int
visit_read(struct visit *v, char *const *env, const char *body, size_t n,
    struct fault *f)
{
	request_environment(&v->request, env);
	v->host = variable(env, "HTTP_HOST");
	v->origin = variable(env, "HTTP_ORIGIN");
	v->fetch_site = variable(env, "HTTP_SEC_FETCH_SITE");
	v->cookies = variable(env, "HTTP_COOKIE");
	v->languages = variable(env, "HTTP_ACCEPT_LANGUAGE");
	v->user = variable(env, "REMOTE_USER");
	v->type = variable(env, "CONTENT_TYPE");
	v->query_text = variable(env, "QUERY_STRING");
	if (take_script(v, variable(env, "SCRIPT_NAME"), f) == -1)
		return -1;
	if (query_read(&v->query, v->query_text, strlen(v->query_text), f) ==
	    -1)
		return -1;
	return is_form(v->type) ? query_read(&v->form, body, n, f) : 0;
}

int
visit_cookie(const struct visit *v, const char *name, char *out, size_t size)
{
	const char *s = v->cookies;
	size_t len, n = strlen(name);

	for (;;) {
		s += strspn(s, "; \t");
		if (*s == '\0')
			return 0;
		len = strcspn(s, ";");
		if (len > n && strncmp(s, name, n) == 0 && s[n] == '=')
			break;
		s += len;
	}
	s += n + 1;
	len -= n + 1;
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	if (len >= size)
		return 0;
	memcpy(out, s, len);
	out[len] = '\0';
	return 1;
}

static int
has_method(const struct visit *v, const char *method)
{
	return v->request.method != NULL &&
	       strcmp(v->request.method, method) == 0;
}

int
visit_is_get(const struct visit *v)
{
	return has_method(v, "GET") || has_method(v, "HEAD");
}

int
visit_is_ours(const struct visit *v, int https)
{
	const char *scheme = https ? "https://" : "http://";
	size_t n = strlen(scheme);

	/* Each browser of the last years says itself what it compared. */
	if (v->fetch_site[0] != '\0')
		return strcmp(v->fetch_site, "same-origin") == 0;
	return v->host[0] != '\0' && strncasecmp(v->origin, scheme, n) == 0 &&
	       strcasecmp(v->origin + n, v->host) == 0;
}

void
visit_free(struct visit *v)
{
	query_free(&v->query);
	query_free(&v->form);
	free(v->script_text);
}

/* request: what came in, as plain data; see request.h. */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/request.h"

enum request_body
request_length(const char *s, size_t limit, size_t *length, int *unknown)
{
	size_t n = 0, i;

	*length = 0;
	*unknown = s == NULL || s[0] == '\0';
	if (*unknown)
		return REQUEST_BODY_WHOLE;
	for (i = 0; s[i] != '\0'; i++)
		if (!isdigit((unsigned char)s[i]))
			return REQUEST_BODY_BAD_LENGTH;
	for (i = 0; s[i] != '\0'; i++) {
		if (n > limit / 10)
			return REQUEST_BODY_TOO_LARGE;
		n = n * 10 + (size_t)(s[i] - '0');
	}
	if (n > limit)
		return REQUEST_BODY_TOO_LARGE;
	*length = n;
	return REQUEST_BODY_WHOLE;
}

/* A list as several proxies make it: does each of them say https? */
static int
all_https(const char *list)
{
	static const char https[] = "https";
	size_t n = sizeof(https) - 1;

	for (;; list++) {
		list += strspn(list, " \t");
		if (strncasecmp(list, https, n) != 0)
			return 0;
		list += n;
		list += strspn(list, " \t");
		if (*list != ',')
			return *list == '\0';
	}
}

/* Put one name and value where it belongs. */
static void
take_variable(struct request *r, const char *name, size_t n, const char *value)
{
	const struct {
		const char *name;
		const char **at;
	} known[] = {{"REQUEST_METHOD", &r->method},
	    {"CONTENT_LENGTH", &r->length}, {"PATH_INFO", &r->path},
	    {"HTTP_X_WEBHOOK_SIGNATURE", &r->signature},
	    {"HTTP_CONTENT_ENCODING", &r->encoding}, {"HTTPS", &r->https},
	    {"REQUEST_SCHEME", &r->scheme},
	    {"HTTP_X_FORWARDED_PROTO", &r->forwarded_proto},
	    {"HTTP_FORWARDED", &r->forwarded},
	    {"HTTP_X_FORWARDED_FOR", &r->forwarded},
	    {"HTTP_X_FORWARDED_HOST", &r->forwarded},
	    {"HTTP_X_REAL_IP", &r->forwarded}, {"HTTP_VIA", &r->forwarded},
	    {"REMOTE_ADDR", &r->client}, {"SERVER_ADDR", &r->server}};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].name) != n ||
		    memcmp(known[i].name, name, n) != 0)
			continue;
		/* One of the proxies may have put a header beside the first. */
		if (*known[i].at == NULL ||
		    (known[i].at == &r->forwarded_proto && !all_https(value)))
			*known[i].at = value;
		if (known[i].at == &r->signature)
			r->signatures++;
	}
}

void
request_environment(struct request *r, char *const *env)
{
	const char *equals;

	for (; *env != NULL; env++)
		if ((equals = strchr(*env, '=')) != NULL)
			take_variable(
			    r, *env, (size_t)(equals - *env), equals + 1);
}

int
request_name(const struct request *r, char out[static REQUEST_NAME_SIZE])
{
	const char *p = r->path == NULL ? "" : r->path;
	size_t i = 0;

	if (*p == '/')
		p++;
	for (; islower((unsigned char)p[i]) || isdigit((unsigned char)p[i]) ||
	       (p[i] == '-' && i > 0);
	     i++) {
		if (i == REQUEST_NAME_SIZE - 1)
			break;
		out[i] = p[i];
	}
	out[i] = '\0';
	if (p[i] == '/' && i > 0)
		i++;
	if (p[i] == '\0')
		return 0;
	out[0] = '\0';
	return -1;
}

int
request_is_https(const struct request *r, int trust)
{
	if (r->https != NULL && r->https[0] != '\0' &&
	    strcasecmp(r->https, "off") != 0)
		return 1;
	if (r->scheme != NULL && strcasecmp(r->scheme, "https") == 0)
		return 1;
	return trust && r->forwarded_proto != NULL &&
	       all_https(r->forwarded_proto);
}

/* 127.0.0.0/8 (RFC 1122 section 3.2.1.3) or ::1, however it is written. */
static int
is_loopback(const char *address)
{
	static const char mapped[] = "::ffff:";
	struct in6_addr six;
	struct in_addr four;

	if (strncasecmp(address, mapped, strlen(mapped)) == 0)
		address += strlen(mapped);
	if (inet_pton(AF_INET, address, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &six) == 1 &&
	       IN6_IS_ADDR_LOOPBACK(&six);
}

int
request_is_local(const struct request *r)
{
	if (r->client == NULL || r->client[0] == '\0' || r->forwarded != NULL ||
	    r->forwarded_proto != NULL)
		return 0;
	return is_loopback(r->client) ||
	       (r->server != NULL && strcmp(r->client, r->server) == 0 &&
		   strncmp(r->server, "unix:", 5) != 0);
}

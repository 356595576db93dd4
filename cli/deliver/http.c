/* http: the client's part of HTTP; see http.h. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/utc.h"
#include "cli/deliver/address.h"
#include "cli/deliver/answerhead.h"
#include "cli/deliver/authorities.h"
#include "cli/deliver/http.h"
#include "cli/deliver/origin.h"

#define CONNECT_SECONDS  10L
#define TOTAL_SECONDS    30L
#define BYTES_PER_SECOND (64 << 10) /* of a body, beyond these */
#define REPLY_MAX        (64 << 10)

/* One delivery under way. */
struct slot {
	CURL *easy;
	struct curl_slist *headers;
	struct bytes body;
	struct bytes reply;
	struct answerhead head;
	int cut;              /* we have read enough of it */
	int plain;            /* by http:// */
	int opened, kept_out; /* connections begun, and not: to private ones */
	char why[640];
	char error[CURL_ERROR_SIZE];
	char tag[HTTP_TAG_SIZE];
	int64_t number;
	int busy;
};

struct http {
	CURLM *multi;
	struct slot *slots;
	int running;
	struct http_options options;
};

int
http_is_there(void)
{
	return 1;
}

/* Less than all of it ends the transfer. */
static size_t
take_body(char *data, size_t size, size_t n, void *context)
{
	struct slot *s = context;
	size_t room = REPLY_MAX - s->reply.len;
	size_t take = size * n < room ? size * n : room;

	bytes_add(&s->reply, data, take);
	s->cut = take < size * n;
	return take;
}

static size_t
take_header(char *data, size_t size, size_t n, void *context)
{
	struct slot *s = context;

	answerhead_take(&s->head, data, size * n);
	return s->head.bytes <= REPLY_MAX ? size * n : 0;
}

/* A socket for a connection, unless it would lead into a private network. */
static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct slot *s = context;

	(void)purpose;
	if (!address_is_public(&a->addr)) {
		s->kept_out = 1;
		return CURL_SOCKET_BAD;
	}
	s->opened = 1;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

struct http *
http_open(const struct http_options *o, struct fault *f)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		free(h);
		(void)fault_memory(f);
		return NULL;
	}
	h->options = *o;
	h->slots = calloc((size_t)o->jobs, sizeof(*h->slots));
	h->multi = curl_multi_init();
	if (h->slots != NULL && h->multi != NULL)
		return h;
	http_close(h);
	(void)fault_memory(f);
	return NULL;
}

int
http_running(const struct http *h)
{
	return h->running;
}

int
http_has_room(const struct http *h)
{
	return h->running < h->options.jobs;
}

/* -1 without memory. */
static int
add_header(struct slot *s, const struct http_header *h)
{
	struct bytes line = {0};
	struct curl_slist *longer = NULL;

	bytes_printf(&line, "%s: ", h->name);
	bytes_add(&line, h->value, h->len);
	bytes_addc(&line, '\0');
	if (!line.failed)
		longer = curl_slist_append(s->headers, line.data);
	bytes_free(&line);
	if (longer == NULL)
		return -1;
	s->headers = longer;
	return 0;
}

static int
set_headers(struct slot *s, const struct http_request *r)
{
	/* An empty one is left out: the sender doesn't ask first, either. */
	static const struct http_header own[] = {
	    {"Content-Type", "application/json", 16}, {"Expect", "", 0}};
	int rc = 0;
	size_t i;

	curl_slist_free_all(s->headers);
	s->headers = NULL;
	for (i = 0; r->body != NULL && i < 2; i++)
		rc |= add_header(s, &own[i]);
	for (i = 0; i < r->nheaders; i++)
		rc |= add_header(s, &r->headers[i]);
	return rc;
}

/* With whom it may speak. */
static void
set_limits(const struct http_options *o, struct slot *s)
{
	const curl_version_info_data *own = curl_version_info(CURLVERSION_NOW);
	CURL *c = s->easy;

#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(
	    c, CURLOPT_PROTOCOLS_STR, o->public_only ? "https" : "http,https");
#else
	curl_easy_setopt(c, CURLOPT_PROTOCOLS,
	    CURLPROTO_HTTPS | (o->public_only ? 0 : CURLPROTO_HTTP));
#endif
	curl_easy_setopt(c, CURLOPT_CAINFO,
	    authorities_file(getenv("SSL_CERT_FILE"), own->cainfo));
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, o->insecure ? 0L : 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, o->insecure ? 0L : 2L);
	/* Of a proxy it would be the proxy's address that is looked at. */
	if (o->relay || o->public_only)
		curl_easy_setopt(c, CURLOPT_PROXY, "");
	if (o->public_only) {
		curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
		curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, s);
	}
}

static void
set_options(const struct http *h, struct slot *s, const struct http_request *r)
{
	CURL *c = s->easy;

	set_limits(&h->options, s);
	curl_easy_setopt(c, CURLOPT_URL, r->url);
	/* By HTTP/2 curl loses an answer that comes before the body's end. */
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT,
	    TOTAL_SECONDS + (long)(r->len / BYTES_PER_SECOND));
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "leadsheet/" VERSION);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(c, CURLOPT_PRIVATE, s);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, s->headers);
	if (r->body == NULL) {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(c, CURLOPT_POST, 1L);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->len);
	curl_easy_setopt(
	    c, CURLOPT_POSTFIELDS, s->body.len == 0 ? "" : s->body.data);
}

int
http_begin(struct http *h, const struct http_request *r, struct fault *f)
{
	struct slot *s = h->slots;

	while (s->busy)
		s++;
	bytes_reset(&s->body);
	bytes_reset(&s->reply);
	bytes_add(&s->body, r->body == NULL ? "" : r->body, r->len);
	s->why[0] = s->error[0] = '\0';
	memset(&s->head, 0, sizeof(s->head));
	s->cut = s->opened = s->kept_out = 0;
	s->plain = strncasecmp(r->url, "http://", 7) == 0;
	s->number = r->number;
	memcpy(s->tag, r->tag, sizeof(s->tag));
	if (s->easy == NULL)
		s->easy = curl_easy_init();
	if (s->easy == NULL || s->body.failed || set_headers(s, r) == -1)
		return fault_memory(f);
	set_options(h, s, r);
	if (curl_multi_add_handle(h->multi, s->easy) != CURLM_OK)
		return fault_memory(f);
	s->busy = 1;
	h->running++;
	return 0;
}

static const struct {
	CURLcode code;
	enum trouble trouble;
	enum http_trouble kind;
} troubles[] = {
    {CURLE_COULDNT_RESOLVE_HOST, TROUBLE_NAME, HTTP_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, TROUBLE_CONNECT, HTTP_UNREACHABLE},
    {CURLE_OPERATION_TIMEDOUT, TROUBLE_TIME, HTTP_UNREACHABLE},
    {CURLE_GOT_NOTHING, TROUBLE_CLOSED, HTTP_UNREACHABLE},
    {CURLE_RECV_ERROR, TROUBLE_CLOSED, HTTP_UNREACHABLE},
    {CURLE_SEND_ERROR, TROUBLE_CLOSED, HTTP_UNREACHABLE},
    {CURLE_PARTIAL_FILE, TROUBLE_CUT_OFF, HTTP_UNREACHABLE},
    {CURLE_PEER_FAILED_VERIFICATION, TROUBLE_CERTIFICATE, HTTP_UNUSABLE},
    {CURLE_SSL_CONNECT_ERROR, TROUBLE_TLS, HTTP_UNUSABLE},
    {CURLE_SSL_CACERT_BADFILE, TROUBLE_AUTHORITIES, HTTP_UNREACHABLE},
    {CURLE_URL_MALFORMAT, TROUBLE_URL, HTTP_UNUSABLE},
    {CURLE_UNSUPPORTED_PROTOCOL, TROUBLE_NO_HTTP, HTTP_UNUSABLE},
    {CURLE_WEIRD_SERVER_REPLY, TROUBLE_NO_HTTP, HTTP_UNUSABLE},
    {CURLE_WRITE_ERROR, TROUBLE_HEADERS, HTTP_UNUSABLE},
};

/* What the code alone doesn't tell. */
static enum trouble
refine(const struct http *h, const struct slot *s, enum trouble t)
{
	if (t == TROUBLE_CONNECT && s->kept_out && !s->opened)
		return TROUBLE_PRIVATE;
	if (t == TROUBLE_CLOSED && s->head.bytes > 0)
		return TROUBLE_CUT_OFF;
	if (t == TROUBLE_NO_HTTP && h->options.public_only && s->plain)
		return TROUBLE_PLAIN;
	return t;
}

static enum http_trouble
explain(const struct http *h, struct slot *s, CURLcode code)
{
	const char *detail = s->error;
	enum http_trouble kind = HTTP_UNUSABLE;
	enum trouble t = TROUBLE_OTHER;
	size_t i;

	for (i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
		if (troubles[i].code == code) {
			t = refine(h, s, troubles[i].trouble);
			kind = troubles[i].kind;
		}
	/* What it says of an error that we don't know may have the URL. */
	if (detail[0] == '\0' || (t == TROUBLE_OTHER && h->options.relay))
		detail = curl_easy_strerror(code);
	trouble_tell(t, h->options.relay, detail, s->why, sizeof(s->why));
	return kind;
}

static void
explain_redirect(const struct http *h, struct slot *s)
{
	char *url = NULL, host[300];

	(void)curl_easy_getinfo(s->easy, CURLINFO_REDIRECT_URL, &url);
	/* 304, and others that name no other place. */
	if (url == NULL)
		return;
	if (h->options.relay) {
		(void)origin_of(url, host, sizeof(host));
		url = host;
	}
	trouble_tell(
	    TROUBLE_REDIRECT, h->options.relay, url, s->why, sizeof(s->why));
}

static void
fill_reply(
    const struct http *h, struct slot *s, CURLcode code, struct http_reply *out)
{
	char *type = NULL;
	curl_off_t took = 0;
	long status = 0;

	(void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(s->easy, CURLINFO_TOTAL_TIME_T, &took);
	(void)curl_easy_getinfo(s->easy, CURLINFO_CONTENT_TYPE, &type);
	*out = (struct http_reply){.number = s->number,
	    .tag = s->tag,
	    .why = s->why,
	    .took = took,
	    .retry_after = answerhead_retry_after(&s->head, utc_now()),
	    .type = type == NULL ? "" : type,
	    .server = s->head.server,
	    .body = s->reply.len == 0 ? "" : s->reply.data,
	    .len = s->reply.len};
	/* A server may answer and close before it has read it all. */
	if (code != CURLE_OK && !s->cut &&
	    (code != CURLE_SEND_ERROR || status == 0)) {
		out->trouble = explain(h, s, code);
		return;
	}
	out->status = (int)status;
	if (status >= 300 && status < 400)
		explain_redirect(h, s);
}

int
http_wait(struct http *h, struct http_reply *out)
{
	struct CURLMsg *m;
	struct slot *s;
	char *private = NULL;
	int left, round;

	for (round = 0; round < 2; round++) {
		(void)curl_multi_perform(h->multi, &left);
		while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
			if (m->msg != CURLMSG_DONE)
				continue;
			(void)curl_easy_getinfo(
			    m->easy_handle, CURLINFO_PRIVATE, &private);
			s = (struct slot *)(void *)private;
			fill_reply(h, s, m->data.result, out);
			(void)curl_multi_remove_handle(h->multi, s->easy);
			s->busy = 0;
			h->running--;
			return 1;
		}
		if (round == 0)
			(void)curl_multi_poll(h->multi, NULL, 0, 200, NULL);
	}
	return 0;
}

void
http_close(struct http *h)
{
	struct slot *s;
	int i;

	if (h == NULL)
		return;
	for (i = 0; h->slots != NULL && i < h->options.jobs; i++) {
		s = &h->slots[i];
		if (s->busy)
			(void)curl_multi_remove_handle(h->multi, s->easy);
		curl_easy_cleanup(s->easy);
		curl_slist_free_all(s->headers);
		bytes_free(&s->body);
		bytes_free(&s->reply);
	}
	if (h->multi != NULL)
		(void)curl_multi_cleanup(h->multi);
	free(h->slots);
	free(h);
	curl_global_cleanup();
}

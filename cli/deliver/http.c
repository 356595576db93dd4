/* http: the sender's part of HTTP; see http.h. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "cli/deliver/http.h"

#define CONNECT_SECONDS 10
#define TOTAL_SECONDS   30
#define REPLY_MAX       (64 << 10)
#define CLOSED          "the connection was closed without an answer"

/* One delivery under way. */
struct slot {
	CURL *easy;
	struct curl_slist *headers;
	struct bytes body;
	struct bytes reply;
	char server[64];
	char why[512];
	char error[CURL_ERROR_SIZE];
	char tag[HTTP_TAG_SIZE];
	int64_t number;
	int busy;
};

struct http {
	CURLM *multi;
	struct slot *slots;
	int jobs;
	int running;
	int insecure;
};

int
http_is_there(void)
{
	return 1;
}

static size_t
take_body(char *data, size_t size, size_t n, void *context)
{
	struct slot *s = context;
	size_t room = s->reply.len < REPLY_MAX ? REPLY_MAX - s->reply.len : 0;

	bytes_add(&s->reply, data, size * n < room ? size * n : room);
	return size * n;
}

static size_t
take_header(char *data, size_t size, size_t n, void *context)
{
	static const char name[] = "server:";
	struct slot *s = context;
	size_t len = size * n, from = sizeof(name) - 1, to = 0;

	if (len > from && strncasecmp(data, name, from) == 0) {
		while (from < len && data[from] == ' ')
			from++;
		for (; from < len && to + 1 < sizeof(s->server); from++)
			if (data[from] > ' ' && data[from] < 0x7f)
				s->server[to++] = data[from];
		s->server[to] = '\0';
	}
	return size * n;
}

struct http *
http_open(int jobs, int insecure, struct fault *f)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		free(h);
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	h->jobs = jobs;
	h->insecure = insecure;
	h->slots = calloc((size_t)jobs, sizeof(*h->slots));
	h->multi = curl_multi_init();
	if (h->slots != NULL && h->multi != NULL)
		return h;
	http_close(h);
	(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
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
	return h->running < h->jobs;
}

static struct slot *
free_slot(struct http *h)
{
	int i;

	for (i = 0; i < h->jobs - 1; i++)
		if (!h->slots[i].busy)
			break;
	return &h->slots[i];
}

/* A header of the sender's; -1 without memory. */
static int
add_header(struct slot *s, const char *name, const char *value, size_t n)
{
	struct bytes line = {0};
	struct curl_slist *longer = NULL;

	bytes_printf(&line, "%s: ", name);
	bytes_add(&line, value, n);
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
	static const char json[] = "application/json";

	curl_slist_free_all(s->headers);
	s->headers = NULL;
	if (r->body == NULL)
		return 0;
	if (add_header(s, "Content-Type", json, sizeof(json) - 1) == -1 ||
	    (r->signature != NULL &&
		add_header(s, "X-Webhook-Signature", r->signature,
		    strlen(r->signature)) == -1) ||
	    (r->event != NULL &&
		add_header(s, "X-Webhook-Event", r->event, r->event_len) == -1))
		return -1;
	/* The sender doesn't ask first, either. */
	return add_header(s, "Expect", "", 0);
}

static void
set_options(const struct http *h, struct slot *s, const struct http_request *r)
{
	CURL *c = s->easy;

	curl_easy_setopt(c, CURLOPT_URL, r->url);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(
	    c, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
	/* By HTTP/2 curl loses an answer that comes before the body's end. */
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)TOTAL_SECONDS);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "leadsheet/" VERSION);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, h->insecure ? 0L : 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, h->insecure ? 0L : 2L);
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
	struct slot *s = free_slot(h);

	bytes_reset(&s->body);
	bytes_reset(&s->reply);
	bytes_add(&s->body, r->body == NULL ? "" : r->body, r->len);
	s->server[0] = s->why[0] = s->error[0] = '\0';
	s->number = r->number;
	memcpy(s->tag, r->tag, sizeof(s->tag));
	if (s->easy == NULL)
		s->easy = curl_easy_init();
	if (s->easy == NULL || s->body.failed || set_headers(s, r) == -1)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	set_options(h, s, r);
	if (curl_multi_add_handle(h->multi, s->easy) != CURLM_OK)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	s->busy = 1;
	h->running++;
	return 0;
}

/* What went wrong, as a clause with the remedy. */
static const struct {
	CURLcode code;
	enum http_trouble trouble;
	const char *before;
	const char *after; /* NULL: what curl says is left out between them */
} troubles[] = {
    {CURLE_COULDNT_RESOLVE_HOST, HTTP_UNREACHABLE,
	"nobody knows a machine of that name (DNS); check the spelling", NULL},
    {CURLE_COULDNT_CONNECT, HTTP_UNREACHABLE,
	"nothing listens there (connection refused); does the web server run?",
	NULL},
    {CURLE_OPERATION_TIMEDOUT, HTTP_UNREACHABLE,
	"no answer in time (10 seconds for the connection, 30 for all of it)",
	NULL},
    {CURLE_GOT_NOTHING, HTTP_UNREACHABLE, CLOSED, NULL},
    {CURLE_RECV_ERROR, HTTP_UNREACHABLE, CLOSED, NULL},
    {CURLE_SEND_ERROR, HTTP_UNREACHABLE, CLOSED, NULL},
    {CURLE_PARTIAL_FILE, HTTP_UNREACHABLE, CLOSED, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, HTTP_UNUSABLE,
	"its certificate can't be trusted, and LikesToLeads would not trust "
	"it: ",
	"; for a self-made one say --insecure"},
    {CURLE_SSL_CONNECT_ERROR, HTTP_UNUSABLE, "it doesn't speak HTTPS: ", ""},
    {CURLE_URL_MALFORMAT, HTTP_UNUSABLE,
	"that is no URL; it begins with https://", NULL},
};

static enum http_trouble
explain(struct slot *s, CURLcode code)
{
	const char *own =
	    s->error[0] == '\0' ? curl_easy_strerror(code) : s->error;
	size_t i;

	for (i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
		if (troubles[i].code != code)
			continue;
		(void)snprintf(s->why, sizeof(s->why), "%s%.200s%s",
		    troubles[i].before, troubles[i].after == NULL ? "" : own,
		    troubles[i].after == NULL ? "" : troubles[i].after);
		return troubles[i].trouble;
	}
	(void)snprintf(s->why, sizeof(s->why), "%s", own);
	return HTTP_UNUSABLE;
}

static void
fill_reply(struct slot *s, CURLcode code, struct http_reply *out)
{
	char *text = NULL;
	curl_off_t took = 0;
	long status = 0;

	memset(out, 0, sizeof(*out));
	(void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(s->easy, CURLINFO_TOTAL_TIME_T, &took);
	(void)curl_easy_getinfo(s->easy, CURLINFO_CONTENT_TYPE, &text);
	out->number = s->number;
	out->tag = s->tag;
	out->took = took;
	out->type = text == NULL ? "" : text;
	out->server = s->server;
	out->body = s->reply.len == 0 ? "" : s->reply.data;
	out->len = s->reply.len;
	out->why = s->why;
	/* A server may answer and close before it has read it all. */
	if (code != CURLE_OK && (code != CURLE_SEND_ERROR || status == 0)) {
		out->trouble = explain(s, code);
		return;
	}
	out->status = (int)status;
	if (status >= 300 && status < 400) {
		text = NULL;
		(void)curl_easy_getinfo(s->easy, CURLINFO_REDIRECT_URL, &text);
		(void)snprintf(s->why, sizeof(s->why),
		    "it redirects to %.300s, and a redirected POST loses its "
		    "body; use that URL",
		    text == NULL ? "nowhere" : text);
	}
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
			fill_reply(s, m->data.result, out);
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
	int i;

	if (h == NULL)
		return;
	for (i = 0; h->slots != NULL && i < h->jobs; i++) {
		if (h->slots[i].busy)
			(void)curl_multi_remove_handle(
			    h->multi, h->slots[i].easy);
		curl_easy_cleanup(h->slots[i].easy);
		curl_slist_free_all(h->slots[i].headers);
		bytes_free(&h->slots[i].body);
		bytes_free(&h->slots[i].reply);
	}
	if (h->multi != NULL)
		(void)curl_multi_cleanup(h->multi);
	free(h->slots);
	free(h);
	curl_global_cleanup();
}

/* nohttp: in the place of http.c where there is no libcurl. */
#include "cli/deliver/http.h"

int
http_is_there(void)
{
	return 0;
}

struct http *
http_open(const struct http_options *o, struct fault *f)
{
	(void)o;
	(void)fault_set(f, FAULT_SETUP, 0, "built without libcurl");
	return NULL;
}

int
http_running(const struct http *h)
{
	(void)h;
	return 0;
}

int
http_has_room(const struct http *h)
{
	(void)h;
	return 0;
}

int
http_begin(struct http *h, const struct http_request *r, struct fault *f)
{
	(void)h;
	(void)r;
	return fault_set(f, FAULT_SETUP, 0, "built without libcurl");
}

int
http_wait(struct http *h, struct http_reply *out)
{
	(void)h;
	(void)out;
	return 0;
}

void
http_close(struct http *h)
{
	(void)h;
}

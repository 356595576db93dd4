/* health: could the endpoints keep a delivery now?  See health.h. */
#include <stdio.h>

#include "config/endpoint.h"
#include "http/answer.h"
#include "http/health.h"

struct health {
	const char *home;
	struct stores *stores;
	struct response *response;
	int good; /* endpoints that could */
};

static int
check_endpoint(void *context, const char *name)
{
	struct health *h = context;
	const char *why = "no endpoint that can be used";
	char message[128];
	struct endpoint e;
	struct fault f = {0};
	struct store *s;

	if (endpoint_find(&e, h->home, name, &f) == 1 &&
	    (s = stores_get(h->stores, &e, &f)) != NULL &&
	    store_health(s, &why, &f) == 0) {
		h->good++;
		return 0;
	}
	(void)snprintf(message, sizeof(message),
	    "%s could not keep a delivery now: %s.", name, why);
	response_error(h->response, 503, "unhealthy", message);
	h->response->retry_after = ANSWER_RETRY_SOON;
	response_reason(h->response, "%s", f.text);
	return 1;
}

void
health_answer(const char *home, struct stores *stores, struct response *out)
{
	struct health h = {.home = home, .stores = stores, .response = out};
	struct fault f = {0};
	int rc = endpoint_each(home, check_endpoint, &h, &f);

	if (rc == 0 && h.good == 0)
		rc = fault_set(&f, FAULT_SETUP, 0,
		    "there is no endpoint in %s yet; run \"leadsheet endpoint "
		    "add main\"",
		    home);
	if (rc == -1)
		answer_fault(out, &f);
	else if (rc == 0)
		response_kept(out, 200, "ok", NULL, 0, 0);
}

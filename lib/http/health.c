/* health: could the endpoints keep a delivery now?  See health.h. */
#include <stdio.h>
#include <string.h>

#include "config/endpoint.h"
#include "config/settings.h"
#include "http/answer.h"
#include "http/health.h"
#include "upkeep/silence.h"

struct health {
	const char *home;
	const struct conf *conf;
	const char *path; /* of the settings */
	struct stores *stores;
	struct response *response;
	int good; /* endpoints that could */
};

static void
complain(struct health *h, const char *message, const char *reason)
{
	response_error(h->response, 503, "unhealthy", message);
	h->response->retry_after = ANSWER_RETRY_SOON;
	response_reason(h->response, "%s", reason);
}

/* Nothing is lost by a wrong setting, but a person has to know of it. */
static int
check_settings(struct health *h, const struct settings *s)
{
	char message[160];

	if (s->wrong.kind == FAULT_NONE)
		return 0;
	if (s->line == 0)
		(void)snprintf(message, sizeof(message),
		    "leadsheet.conf can't be read; deliveries are kept, and "
		    "their rows wait.");
	else
		(void)snprintf(message, sizeof(message),
		    "Line %d of leadsheet.conf is wrong; deliveries are "
		    "kept%s.",
		    s->line, s->waits ? ", and their rows wait" : "");
	complain(h, message, s->wrong.text);
	return 1;
}

/* It could, but nothing comes. */
static int
check_silence(
    struct health *h, const struct endpoint *e, const struct settings *s)
{
	char message[256];
	struct fault f = {0};

	if (silence_check(e, s, utc_now(), &f) == 0)
		return 0;
	/* What to do about it the log says. */
	(void)snprintf(message, sizeof(message), "%.*s.",
	    (int)(strchr(f.text, ';') - f.text), f.text);
	complain(h, message, f.text);
	return 1;
}

static int
check_endpoint(void *context, const char *name)
{
	struct health *h = context;
	const char *why = "no endpoint that can be used";
	char message[128];
	struct settings settings;
	struct endpoint e;
	struct fault f = {0};
	struct store *s;

	settings_of(&settings, h->conf, h->path, name);
	if (endpoint_find(&e, h->home, name, &f) == 1 &&
	    (s = stores_get(h->stores, &e, &settings, &f)) != NULL &&
	    store_health(s, &why, &f) == 0) {
		h->good++;
		return check_settings(h, &settings) ||
		       check_silence(h, &e, &settings);
	}
	(void)snprintf(message, sizeof(message),
	    "%s could not keep a delivery now: %s.", name, why);
	complain(h, message, f.text);
	return 1;
}

void
health_answer(const char *home, const struct conf *conf, const char *path,
    struct stores *stores, struct response *out)
{
	struct health h = {.home = home,
	    .conf = conf,
	    .path = path,
	    .stores = stores,
	    .response = out};
	struct settings general;
	struct fault f = {0};
	int rc = endpoint_each(home, check_endpoint, &h, &f);

	if (rc == 0 && h.good == 0)
		rc = fault_set(&f, FAULT_SETUP, 0,
		    "there is no endpoint in %s yet; run \"leadsheet endpoint "
		    "add main\"",
		    home);
	settings_of(&general, conf, path, NULL);
	if (rc == -1)
		answer_fault(out, &f);
	else if (rc == 0 && check_settings(&h, &general) == 0)
		response_kept(out, 200, "ok", NULL, 0, 0);
}

/*
 * The environment of a CGI program, and what is answered: nobody without a
 * signature has anything kept, an answer is whole, and a log line is one line.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

#include "http/intake.h"
#include "webhook/signature.h"

#define VARIABLES 40

#define SECRET "qT7vZk1oWmX93LpAeUcr"

static struct intake *intake;

static void
open_home(void)
{
	struct boot boot = {.id = "this-run"};
	char home[512];

	if (intake != NULL)
		return;
	(void)strcpy(home, in_tmp("home"));
	HOLDS(mkdir(home, 0750) == 0);
	HOLDS(mkdir(in_tmp("home/main"), 0750) == 0);
	put_file(in_tmp("home/main/secret"), SECRET, strlen(SECRET));
	HOLDS(chmod(in_tmp("home/main/secret"), 0600) == 0);
	HOLDS((intake = intake_open(home, &boot)) != NULL);
}

/* Whoever asks for the store's health may have its files made: all empty. */
static void
check_nothing_kept(void)
{
	static const char *const dirs[] = {
	    "home/main/journal", "home/main/sheets"};
	const struct dirent *e;
	DIR *dir;
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if ((dir = opendir(in_tmp(dirs[i]))) == NULL)
			continue;
		while ((e = readdir(dir)) != NULL)
			HOLDS(e->d_name[0] == '.');
		(void)closedir(dir);
	}
}

/* Each header is one line of ASCII, and an empty one ends them. */
static void
check_answer(const struct response *r)
{
	struct bytes out = {0};
	const char *end;
	char status[32];
	size_t i;

	response_write(r, &out);
	HOLDS(!out.failed);
	(void)snprintf(status, sizeof(status), "Status: %d ", r->status);
	HOLDS(out.len > strlen(status) &&
	      memcmp(out.data, status, strlen(status)) == 0);
	end = memmem(out.data, out.len, "\r\n\r\n", 4);
	HOLDS(end != NULL);
	for (i = 0; out.data + i < end; i++) {
		HOLDS(out.data[i] != '\n' || out.data[i - 1] == '\r');
		HOLDS(out.data[i] != '\r' || out.data[i + 1] == '\n');
		HOLDS((unsigned char)out.data[i] < 0x7f);
	}
	HOLDS(out.data[out.len - 1] == '\n');
	bytes_free(&out);
}

static void
check_log(const struct response *r, int knows_secret)
{
	struct bytes line = {0};
	size_t i;

	response_log(r, 10, 10, &line);
	HOLDS(!line.failed && line.len > 0 && line.len < 4096);
	for (i = 0; i < line.len - 1; i++)
		HOLDS(line.data[i] >= ' ' && line.data[i] < 0x7f);
	HOLDS(line.data[line.len - 1] == '\n');
	HOLDS(knows_secret ||
	      memmem(line.data, line.len, SECRET, strlen(SECRET)) == NULL);
	bytes_free(&line);
}

/* The first value of a name, as a reader who knows nothing of us finds it. */
static const char *
first_of(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env != NULL; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	return NULL;
}

static void
check_request(const struct request *r, char *const *env)
{
	char name[REQUEST_NAME_SIZE];
	size_t length, i;
	int unknown;

	HOLDS(r->method == first_of(env, "REQUEST_METHOD"));
	HOLDS(r->length == first_of(env, "CONTENT_LENGTH"));
	HOLDS(r->path == first_of(env, "PATH_INFO"));
	HOLDS(r->signature == first_of(env, "HTTP_X_WEBHOOK_SIGNATURE"));
	HOLDS(r->encoding == first_of(env, "HTTP_CONTENT_ENCODING"));
	HOLDS(r->https == first_of(env, "HTTPS"));
	HOLDS(r->scheme == first_of(env, "REQUEST_SCHEME"));
	HOLDS((r->signature != NULL) == (r->signatures > 0));
	if (request_name(r, name) == 0)
		for (i = 0; name[i] != '\0'; i++)
			HOLDS((name[i] >= 'a' && name[i] <= 'z') ||
			      (name[i] >= '0' && name[i] <= '9') ||
			      (name[i] == '-' && i > 0));
	HOLDS(strlen(name) < sizeof(name));
	if (request_length(r->length, 1000, &length, &unknown) ==
		REQUEST_BODY_WHOLE &&
	    !unknown)
		HOLDS(length == strtoul(r->length, NULL, 10) && length <= 1000);
	HOLDS(request_is_https(r, 1) >= request_is_https(r, 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = calloc(1, n + 1), *at = text, *env[VARIABLES + 1];
	struct request request = {.body = "{}", .body_len = 2};
	struct response response = {0};
	int i;

	HOLDS(text != NULL);
	if (n > 0)
		memcpy(text, data, n);
	for (i = 0; i < VARIABLES && at < text + n; i++) {
		env[i] = at;
		at = strchr(at, '\0') + 1;
	}
	env[i] = NULL;
	request_environment(&request, env);
	check_request(&request, env);
	open_home();
	(void)intake_begin(intake);
	request.received = INT64_C(1795435200000000);
	intake_answer(intake, &request, &response);
	HOLDS(response.status >= 400 ||
	      (response.status == 200 && request.method != NULL &&
		  (strcmp(request.method, "GET") == 0 ||
		      strcmp(request.method, "HEAD") == 0)));
	check_answer(&response);
	/* libFuzzer learns what it sees compared. */
	check_log(&response, memmem(data, n, SECRET, strlen(SECRET)) != NULL);
	check_nothing_kept();
	response_free(&response);
	free(text);
	return 0;
}

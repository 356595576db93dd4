/* leadsheet check: is this installation right, and the store? */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/checks/check.h"
#include "cli/terminal/terminal.h"
#include "config/secrets.h"
#include "store/control.h"

const struct flag check_flags[] = {
    {"url", 0, "URL", "send a test delivery there, and see it arrive"},
    {"insecure", 0, NULL, "take a self-made certificate"},
    {"quick", 0, NULL, "leave the store out: only the installation"},
    {"control", 0, NULL, "print how the store stood when it was last left"},
    {"server-conf", 0, "DIR", "the web server's, not /etc/nginx, /etc/apache2"},
    {"json", 0, NULL, "an object for each line"},
    {NULL, 0, NULL, NULL},
};

static void
print_json(const struct check *c, enum audit_level level, const char *text,
    const char *remedy)
{
	static const char *const words[] = {"ok", "note", "wrong"};
	struct bytes b = {0};

	bytes_printf(&b, "{\"level\":\"%s\",\"area\":\"%s\"", words[level],
	    c->area == CHECK_STORE ? "store" : "installation");
	if (c->endpoint != NULL)
		bytes_printf(&b, ",\"endpoint\":\"%s\"", c->endpoint->name);
	bytes_adds(&b, ",\"text\":");
	text_json(&b, text, strlen(text));
	if (remedy[0] != '\0') {
		bytes_adds(&b, ",\"remedy\":");
		text_json(&b, remedy, strlen(remedy));
	}
	bytes_adds(&b, "}\n");
	(void)fwrite(b.data, 1, b.len, stdout);
	bytes_free(&b);
}

/* The mark, the text and what to do, in lines of the terminal's width. */
static void
print_lines(const struct check *c, enum audit_level level, const char *text,
    const char *remedy)
{
	static const enum style styles[] = {STYLE_GOOD, STYLE_WARN, STYLE_BAD};
	static const char *const words[] = {"ok  ", "note", "FAIL"};
	static const char *const marks[] = {
	    "\xe2\x9c\x93", "\xe2\x80\xa2", "\xe2\x9c\x97"};
	int utf8 = terminal_is_utf8(), indent = utf8 ? 2 : 5;

	(void)printf("%s%s%s ", terminal_style(stdout, styles[level]),
	    utf8 ? marks[level] : words[level],
	    terminal_style(stdout, STYLE_PLAIN));
	terminal_wrap(stdout, text, indent, c->width);
	if (remedy[0] != '\0') {
		(void)printf("\n%*s", indent, "");
		terminal_wrap(stdout, remedy, indent, c->width);
	}
	(void)putchar('\n');
}

void
check_say(struct check *c, enum audit_level level, const char *remedy,
    const char *fmt, ...)
{
	const char *name = c->endpoint == NULL ? "" : c->endpoint->name;
	char text[ENDPOINT_NAME_SIZE + PATH_MAX + 1024];
	struct bytes said = {0}, todo = {0};
	struct fault f = {0};
	int n;
	va_list ap;

	n = snprintf(text, sizeof(text), "%s%s", name, *name ? ": " : "");
	va_start(ap, fmt);
	(void)vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	if (level == AUDIT_WRONG)
		c->wrong[c->area]++;
	cli_complete(c->cli, text, &said);
	cli_complete(c->cli, remedy, &todo);
	if (bytes_check(&said, &f) == -1 || bytes_check(&todo, &f) == -1)
		(void)cli_fault(c->cli, &f);
	else if (c->json)
		print_json(c, level, said.data + n, todo.data);
	else
		print_lines(c, level, said.data, todo.data);
	(void)fflush(stdout);
	bytes_free(&said);
	bytes_free(&todo);
}

void
check_fault(struct check *c, const char *text, const char *otherwise)
{
	const char *remedy = strstr(text, "; ");
	size_t n = remedy == NULL ? strlen(text) : (size_t)(remedy - text);

	check_say(c, AUDIT_WRONG, remedy == NULL ? otherwise : remedy + 2,
	    "%.*s", (int)n, text);
}

static void
found(
    void *context, enum audit_level level, const char *text, const char *remedy)
{
	check_say(context, level, remedy, "%s", text);
}

static int
step(void *context, int64_t bytes, int64_t records)
{
	struct check *c = context;

	progress_add(&c->progress, bytes, records);
	return terminal_stopped() != 0;
}

static void
check_store(struct check *c)
{
	struct audit a = {.found = found, .step = step, .context = c};
	struct signature_secrets secrets = {NULL, 0};
	char number[PROGRESS_NUMBER_SIZE];
	struct fault f = {0}, none = {0};
	int before = c->wrong[CHECK_STORE], rc;

	c->area = CHECK_STORE;
	if (secrets_read(c->endpoint, &secrets, &none) == 0)
		a.secrets = &secrets;
	audit_open(&a, c->endpoint, &c->cli->settings, &c->cli->boot);
	progress_begin(
	    &c->progress, c->endpoint->name, "records", audit_size(&a));
	rc = audit_run(&a, &f);
	progress_end(&c->progress);
	audit_close(&a);
	secrets_forget(&secrets);
	if (rc == -1)
		check_say(c, AUDIT_WRONG, "put that right, and check again",
		    "%s", f.text);
	else if (rc == 0 && a.records == 0)
		check_say(c, AUDIT_FINE, "", "nothing is kept yet");
	else if (rc == 0 && c->wrong[CHECK_STORE] == before)
		check_say(c, AUDIT_FINE, "",
		    "%s record%s: their digests%s, sheets and index hold",
		    progress_number(a.records, number),
		    a.records == 1 ? "" : "s",
		    a.secrets == NULL ? " (not their signatures, as the secret "
					"can't be read)"
				      : ", signatures");
	c->area = CHECK_INSTALLATION;
}

/* A line of the control record. */
static void
print_fact(struct check *c, const char *line, size_t n)
{
	if (c->json)
		check_say(c, AUDIT_FINE, "", "%.*s", (int)n, line);
	else
		(void)printf("%s: %.*s\n", c->endpoint->name, (int)n, line);
}

static int
complain_control(
    const struct cli *cli, const struct endpoint *e, const struct fault *f)
{
	if (f->err != EACCES)
		return cli_fault(cli, f);
	return cli_fail(cli, EX_NOPERM,
	    "%s: only the user whom the file \"lock\" belongs to can read it, "
	    "and the control record in it; run this as that user",
	    e->name);
}

/* The control record in words, and nothing else. */
static int
print_control(struct cli *cli, const struct endpoint *e, void *context)
{
	struct check *c = context;
	struct control control;
	struct bytes b = {0};
	struct fault f = {0};
	char path[PATH_MAX], *line, *end;
	int rc;

	endpoint_path(e, path, "lock");
	if ((rc = control_view(&control, path, NULL, &f)) == -1)
		return complain_control(cli, e, &f);
	if (rc == 1)
		control_print(&b, &control);
	else
		bytes_adds(&b, "there is no control record that holds: the "
			       "next delivery looks at everything\n");
	bytes_addc(&b, '\0');
	if (bytes_check(&b, &f) == -1)
		return cli_fault(cli, &f);
	c->endpoint = e;
	for (line = b.data; (end = strchr(line, '\n')) != NULL; line = end + 1)
		print_fact(c, line, (size_t)(end - line));
	c->endpoint = NULL;
	bytes_free(&b);
	return EX_OK;
}

static int
check_one(struct cli *cli, const struct endpoint *e, void *context)
{
	struct check *c = context;

	c->endpoint = e;
	check_files(c);
	check_endpoint(c);
	if (cli_option(cli, "quick") == NULL)
		check_store(c);
	c->endpoint = NULL;
	return terminal_stopped() != 0 ? EX_TEMPFAIL : EX_OK;
}

/* Those that are named, or all of them. */
static int
check_endpoints(
    struct check *c, int (*what)(struct cli *, const struct endpoint *, void *))
{
	const struct options *o = &c->cli->options;
	struct endpoint e;
	int i, rc = EX_OK;

	if (o->narguments == 0)
		return cli_each_endpoint(c->cli, what, c);
	for (i = 0; i < o->narguments && rc == EX_OK; i++)
		if ((rc = cli_endpoint(c->cli, o->arguments[i], &e)) == EX_OK &&
		    (rc = cli_use_settings(c->cli, &e)) == EX_OK)
			rc = what(c->cli, &e, c);
	return rc;
}

int
check_run(struct cli *cli)
{
	struct check c = {.cli = cli};
	int rc;

	c.json = cli_option(cli, "json") != NULL;
	/* What a program reads stays on one line. */
	c.width =
	    isatty(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : INT_MAX;
	if (cli_option(cli, "url") != NULL && cli->options.narguments > 1)
		return cli_fail(cli, EX_USAGE,
		    "--url is the URL of one endpoint; name only that one");
	if (cli_option(cli, "control") != NULL)
		return (rc = cli_check_home(cli)) != EX_OK
		           ? rc
		           : check_endpoints(&c, print_control);
	check_home(&c);
	if (!c.has_home)
		return EX_CONFIG;
	rc = check_endpoints(&c, check_one);
	if (rc == EX_OK && cli_option(cli, "url") != NULL)
		rc = check_url(&c);
	if (terminal_stopped() != 0)
		return cli_fail(cli, EX_TEMPFAIL, "stopped before the end");
	if (rc != EX_OK)
		return rc;
	if (c.wrong[CHECK_STORE] > 0)
		return EX_DATAERR;
	return c.wrong[CHECK_INSTALLATION] > 0 ? EX_CONFIG : EX_OK;
}

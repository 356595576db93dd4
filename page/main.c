/*
 * leadsheet-page.fcgi: the page.  A FastCGI responder when fd 0 is a listening
 * socket, a CGI program otherwise.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "access/pagedir.h"
#include "base/fault.h"
#include "base/process.h"
#include "config/homedir.h"
#include "page/confine.h"
#include "page/doors.h"
#include "page/page.h"
#include "page/serve.h"
#include "webhook/signature.h"

#define PROGRAM "leadsheet-page.fcgi"

static int
usage(FILE *out, int status)
{
	(void)fprintf(out,
	    "usage: " PROGRAM " [--home DIR] [--stderr] [--version] [--help]\n"
	    "\n"
	    "A web server runs this, by FastCGI or as CGI: it shows the leads "
	    "that lie\nbelow DIR to whoever may look. By hand:\n"
	    "\n"
	    "    spawn-fcgi -n -s /run/leadsheet-page.sock -- " PROGRAM " "
	    "--home DIR\n"
	    "\n"
	    "With --stderr its log lines go there and not to the web server.\n"
	    "\"leadsheet page user add NAME\" lets somebody look.\n");
	return status;
}

/*
 * Returns -1 to go on, or the exit status.  A web server may put its query on a
 * CGI program's command line (RFC 3875 section 4.4): then there are no options.
 */
static int
read_arguments(int argc, char **argv, const char **home, int *to_stderr)
{
	int i;

	if (getenv("GATEWAY_INTERFACE") != NULL ||
	    getenv("REQUEST_METHOD") != NULL)
		return -1;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--home") == 0 && i + 1 < argc) {
			*home = argv[++i];
		} else if (strcmp(argv[i], "--home") == 0) {
			(void)fprintf(
			    stderr, PROGRAM ": --home wants a directory\n");
			return usage(stderr, EX_USAGE);
		} else if (strncmp(argv[i], "--home=", 7) == 0) {
			*home = argv[i] + 7;
		} else if (strcmp(argv[i], "--stderr") == 0) {
			*to_stderr = 1;
		} else if (strcmp(argv[i], "--version") == 0) {
			(void)printf(PROGRAM " %s\n", VERSION);
			return EX_OK;
		} else if (strcmp(argv[i], "--help") == 0) {
			return usage(stdout, EX_OK);
		} else {
			(void)fprintf(
			    stderr, PROGRAM ": unknown argument %s\n", argv[i]);
			return usage(stderr, EX_USAGE);
		}
	}
	return -1;
}

/*
 * Where one user owns all the page makes its own directory, so that whoever has
 * no shell finds where "readers" belongs.  It may have no right to: then a
 * visit says what is wrong.
 */
static void
make_room(const char *home)
{
	struct fault f = {0};
	char cache[PATH_MAX], feeds[PATH_MAX];

	pagedir_path(home, cache, "cache");
	pagedir_path(home, feeds, "feeds");
	/* By hand one makes no more of it than the place of "readers". */
	if (access(cache, F_OK) == -1 || access(feeds, F_OK) == -1)
		(void)!pagedir_make(home, &f);
	/* No library is to look for a place of its own: we are confined. */
	(void)setenv("TMPDIR", cache, 1);
	(void)setenv("SQLITE_TMPDIR", cache, 1);
}

static int
serve(const char *home, int to_stderr)
{
	struct page *page = malloc(sizeof(*page));
	int rc;

	if (page == NULL) {
		(void)fprintf(stderr, PROGRAM ": out of memory\n");
		return EX_TEMPFAIL;
	}
	serve_open(page, home);
	if (fastcgi_is()) {
		rc = fastcgi_serve(page, to_stderr);
	} else {
		(void)confine_process(home);
		rc = plaincgi_serve(page);
	}
	serve_close(page);
	free(page);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *home = NULL;
	char room[PATH_MAX];
	struct fault f = {0};
	int rc, to_stderr = 0;

	if (process_start(&f) == -1)
		return EX_OSERR;
	if ((rc = read_arguments(argc, argv, &home, &to_stderr)) != -1)
		return rc;
	home = homedir_find(
	    room, home, getenv("LEADSHEET_HOME"), getenv("HOME"), DEFAULT_HOME);
	if (signature_start(1, &f) == -1) {
		(void)fprintf(stderr, PROGRAM ": %s\n", f.text);
		return EX_TEMPFAIL;
	}
	make_room(home);
	return serve(home, to_stderr);
}

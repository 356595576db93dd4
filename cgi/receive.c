/*
 * leadsheet.fcgi: the receiver.  A FastCGI responder when fd 0 is a listening
 * socket, a CGI program otherwise.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/fault.h"
#include "base/process.h"
#include "base/utc.h"
#include "cgi/doors.h"
#include "config/homedir.h"
#include "http/intake.h"
#include "webhook/signature.h"

static int
usage(FILE *out, int status)
{
	(void)fprintf(out,
	    "usage: leadsheet.fcgi [--home DIR] [--stderr] [--version] "
	    "[--help]\n"
	    "\n"
	    "A web server runs this, by FastCGI or as CGI: it takes the "
	    "webhooks of\nLikesToLeads and keeps their leads as spreadsheets "
	    "below DIR.  By hand:\n"
	    "\n"
	    "    spawn-fcgi -n -s /run/leadsheet.sock -- leadsheet.fcgi "
	    "--home DIR\n"
	    "\n"
	    "With --stderr its log lines go there and not to the web server.\n"
	    "See leadsheet.fcgi(8) and the README.\n");
	return status;
}

/*
 * Read the arguments, unless a web server made them: it puts what stands
 * behind the ? of a URL there (RFC 3875 section 4.4).
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
			(void)fprintf(stderr,
			    "leadsheet.fcgi: --home wants a directory\n");
			return usage(stderr, EX_USAGE);
		} else if (strncmp(argv[i], "--home=", 7) == 0) {
			*home = argv[i] + 7;
		} else if (strcmp(argv[i], "--stderr") == 0) {
			*to_stderr = 1;
		} else if (strcmp(argv[i], "--version") == 0) {
			(void)printf("leadsheet.fcgi %s\n", VERSION);
			return EX_OK;
		} else if (strcmp(argv[i], "--help") == 0) {
			return usage(stdout, EX_OK);
		} else {
			(void)fprintf(stderr,
			    "leadsheet.fcgi: unknown argument %s\n", argv[i]);
			return usage(stderr, EX_USAGE);
		}
	}
	return -1;
}

int
main(int argc, char **argv)
{
	const char *home = NULL;
	char room[PATH_MAX];
	struct intake *intake;
	struct fault f = {0};
	struct boot boot;
	int rc, to_stderr = 0;

	if (process_start(&f) == -1)
		return EX_OSERR;
	if ((rc = read_arguments(argc, argv, &home, &to_stderr)) != -1)
		return rc;
	home = homedir_find(
	    room, home, getenv("LEADSHEET_HOME"), getenv("HOME"), DEFAULT_HOME);
	/* By CGI the web server is answered, which shows it to someone. */
	if (fastcgi_is() && homedir_check_user(home, &f) == -1) {
		(void)fprintf(stderr, "leadsheet.fcgi: %s\n", f.text);
		return EX_CONFIG;
	}
	utc_boot(&boot);
	intake = intake_open(home, &boot);
	if (intake == NULL || signature_start(1, &f) == -1) {
		(void)fprintf(stderr, "leadsheet.fcgi: %s\n",
		    intake == NULL ? "out of memory" : f.text);
		intake_close(intake);
		return EX_TEMPFAIL;
	}
	rc = fastcgi_is() ? fastcgi_serve(intake, to_stderr)
	                  : plaincgi_serve(intake);
	intake_close(intake);
	return rc;
}

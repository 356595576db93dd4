/*
 * leadsheet-page.fcgi: the page.  A FastCGI responder when fd 0 is a listening
 * socket, a CGI program otherwise.
 */
#include <sysexits.h>

int
main(void)
{
	return EX_UNAVAILABLE;
}

#!/bin/sh
# leadsheet as a CGI program of a web site.  suEXEC cleans LEADSHEET_HOME out of
# the environment, so it is set here.
LEADSHEET_HOME=/var/lib/leadsheet exec /usr/local/sbin/leadsheet.fcgi

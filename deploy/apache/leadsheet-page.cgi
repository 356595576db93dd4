#!/bin/sh
# The page as a CGI program of a web site.  suEXEC cleans LEADSHEET_HOME out of
# the environment, so it is set here.
LEADSHEET_HOME=/var/lib/leadsheet
# Reached by the .htaccess beside it, its address is the folder's.
SCRIPT_NAME=${SCRIPT_NAME%/leadsheet-page.cgi}
export LEADSHEET_HOME SCRIPT_NAME
exec /usr/local/sbin/leadsheet-page.fcgi

#!/bin/sh
# The page as a CGI program of a web site.  suEXEC cleans LEADSHEET_HOME out of
# the environment, so it is set here.
LEADSHEET_HOME=/var/lib/leadsheet
# Where the .htaccess has brought a visitor here the address is the folder's.
case ${REQUEST_URI:-} in
"$SCRIPT_NAME"*) ;;
*) SCRIPT_NAME=${SCRIPT_NAME%/leadsheet-page.cgi} ;;
esac
export LEADSHEET_HOME SCRIPT_NAME
exec /usr/local/sbin/leadsheet-page.fcgi

#!/bin/sh
# leadsheet on shared hosting: the web server starts this, by CGI, and
# leadsheet.fcgi beside it by FastCGI.  Called leadsheet-page.cgi, in the folder
# page, it is the page's.
#
# Where the folder "leadsheet" is, as in folder=/home/YOU/leadsheet.  Left
# empty, it is looked for beside the web folder, and above that.
folder=

name=${0##*/}
name=${name%.cgi}

# To the browser what is wrong and what to do; to the error log where, as well.
refuse() {
	echo "$name.cgi: $1 ($2)" >&2
	# Of an answer that comes before the body is read, Apache may pass on
	# none.
	[ -z "${CONTENT_LENGTH:-}" ] ||
	    head -c "$CONTENT_LENGTH" >/dev/null 2>&1 || :
	printf 'Status: 503 Service Unavailable\r\nRetry-After: 300\r\n'
	if [ "$name" = leadsheet-page ]; then
		printf 'Content-Type: text/plain\r\n\r\n%s\n' "$1"
	else
		printf 'Content-Type: application/json\r\n\r\n'
		printf '{"error":"not_set_up","message":"%s"}\n' "$1"
	fi
	exit
}

# Nothing but the shell's own commands: a host may have no others for us.
case $0 in
*/*) cd -P "${0%/*}" ;;
*) cd -P . ;;
esac || refuse "This folder can't be entered; set its permissions to 755." "$0"

at=${PWD%/*}
while [ -z "$folder" ] && [ -n "$at" ]; do
	at=${at%/*}
	# What is below the web folder could be handed out.
	case $at/ in
	"${DOCUMENT_ROOT:-//}"/*) continue ;;
	esac
	[ ! -e "$at/leadsheet/$name.fcgi" ] || folder=$at/leadsheet
done
if [ -z "$folder" ]; then
	refuse 'The folder leadsheet is not found; it belongs beside the web folder.' \
	    "not above $PWD; or write where it is into folder= of $name.cgi"
fi
if [ ! -x "$folder/$name.fcgi" ]; then
	refuse "The program $name.fcgi can not be run; set its permissions to 755." \
	    "$folder/$name.fcgi"
fi

# Where .htaccess has brought a visitor here the address is the folder's.
if [ "$name" = leadsheet-page ]; then
	case ${REQUEST_URI:-} in
	"$SCRIPT_NAME"*) ;;
	*) SCRIPT_NAME=${SCRIPT_NAME%/leadsheet-page.cgi} ;;
	esac
fi

LEADSHEET_HOME=$folder/home
export LEADSHEET_HOME
exec "$folder/$name.fcgi"

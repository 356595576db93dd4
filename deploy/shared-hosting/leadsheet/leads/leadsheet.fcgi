#!/bin/sh
# The same by FastCGI: see leadsheet.cgi.
case $0 in
*/*) exec "${0%fcgi}cgi" ;;
*) exec ./leadsheet.cgi ;;
esac

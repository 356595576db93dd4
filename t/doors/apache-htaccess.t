#!/usr/bin/perl
# Through Apache's mod_cgi, in a folder of the web site: deploy/apache/htaccess
# and leadsheet.cgi.
use strict;
use warnings;
use Apache;
use Doors;
use Test::More;

check_door(apache_htaccess());
done_testing();

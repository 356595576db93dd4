#!/usr/bin/perl
# Through Apache's mod_cgid: deploy/apache/leadsheet-cgi.conf.
use strict;
use warnings;
use Apache;
use Doors;
use Test::More;

check_door(apache_cgi());
done_testing();

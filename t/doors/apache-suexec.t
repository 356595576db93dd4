#!/usr/bin/perl
# Through Apache's suEXEC: deploy/apache/leadsheet-suexec.conf and leadsheet.cgi.
use strict;
use warnings;
use Apache;
use Doors;
use Test::More;

my $why = no_suexec();
plan skip_all => $why if $why;
check_door(apache_suexec());
done_testing();

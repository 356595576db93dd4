#!/usr/bin/perl
# Through lighttpd, to workers on a socket: deploy/lighttpd/leadsheet.conf.
use strict;
use warnings;
use Doors;
use Lighttpd;
use Test::More;

plan skip_all => no_lighttpd() if no_lighttpd();
my $site = lighttpd_workers();
check_door($site);
check_lighttpd($site);
done_testing();

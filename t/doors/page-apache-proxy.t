#!/usr/bin/perl
# The page through Apache's mod_proxy_fcgi: deploy/apache/leadsheet-page-proxy.conf.
use strict;
use warnings;
use PageDoors;
use Test::More;

my $site = page_proxy();
$site->{start}->($site);
check_page($site);
check_name($site, \&PageDoors::apache_asks);
done_testing();

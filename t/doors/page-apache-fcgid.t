#!/usr/bin/perl
# The page through Apache's mod_fcgid: deploy/apache/leadsheet-page-fcgid.conf.
use strict;
use warnings;
use PageDoors;
use Test::More;

my $site = page_fcgid();
$site->{start}->($site);
check_page($site);
check_name($site, \&PageDoors::apache_asks);
done_testing();

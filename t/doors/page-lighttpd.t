#!/usr/bin/perl
# The page behind lighttpd: deploy/lighttpd/leadsheet-page.conf, its workers on a
# socket, and leadsheet-page-spawn.conf, with workers of lighttpd's own.
use strict;
use warnings;
use Leadsheet;
use Lighttpd;
use PageDoors;
use Test::More;

plan skip_all => no_lighttpd() if no_lighttpd();
my $site = page_lighttpd();
$site->{start}->($site);
check_page($site);
check_name($site, \&PageDoors::lighttpd_asks);
is(browse($site, '-of-2026', jar => 'anna')->{status}, 404,
    "$site->{name}: what only begins like it is the site's own");
stop_all();

$site = page_lighttpd_spawn();
$site->{start}->($site);
check_page($site);
done_testing();

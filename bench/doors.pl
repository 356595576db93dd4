#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Table;

use Apache;
use Lighttpd;
use Nginx;
use Systemd;

my @doors = (\&nginx_workers, \&systemd_site, \&apache_proxy, \&apache_fcgid,
    \&lighttpd_workers, \&lighttpd_spawn, \&nginx_fcgiwrap, \&apache_cgi,
    \&apache_htaccess, $> == 0 ? \&apache_suexec : ());

my $file = bodies(1, 20000 * seconds());
my (%rate, @names);
for my $n (1 .. runs()) {
    for my $door (@doors) {
        my $site = $door->(settings => "require_https = no\n");
        my $name = $site->{name};
        push @names, $name unless $rate{$name};
        $site->{start}->($site);
        my $r = load($site->{http}, $file, path => "$site->{prefix}/main");
        stop_all();
        check_rows($name, sheets($site->{home}), 1, ids($file, $r->{sent}));
        check_store($site->{home});
        push @{$rate{$name}}, $r->{rate};
    }
}
table('Deliveries a second by each door, 1 lead, 32 connections; '
    . how_long(), '%.0f', 'more', map { [$_, $rate{$_}] } @names);

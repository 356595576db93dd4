#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Table;

# Every way in that the tests have: what their modules make a Site of.
my @doors;
for my $module (qw(Nginx Apache Lighttpd)) {
    next unless -e srcdir() . "/t/lib/$module.pm";
    require "$module.pm";
    no strict 'refs';
    push @doors, map { \&{"${module}::$_"} } @{"${module}::EXPORT"};
}

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

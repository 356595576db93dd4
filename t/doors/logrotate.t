#!/usr/bin/perl
# A log file of leadsheet's own, and its rotation: deploy/logrotate/leadsheet.
use strict;
use warnings;
use Leadsheet;
use Nginx;
use Test::More;

`logrotate --version 2>&1` =~ /^logrotate/
    or plan skip_all => 'logrotate is not here';
my $site = nginx_workers(own_log => 'leadsheet.log');
$site->{start}->($site);
my $log = "$site->{run}/leadsheet.log";
my @bodies = deliveries(4714, 3, 1);
my $logged = sub {
    my ($n) = @_;
    wait_for(sub { lines($log) >= $n });
    my @ids = slurp($log) =~ /^endpoint=main status=200 .*id=(\S+)/mg;
    return "@ids";
};
my $id = sub { return $_[0] =~ /"delivery_id": *"([^"]+)"/ ? $1 : '' };

$site->ask($bodies[0]);
$site->ask($bodies[1]);
is($logged->(2), join(' ', map { $id->($_) } @bodies[0, 1]),
    'log lines are in a file of their own');
unlike(slurp($site->{log}), qr/endpoint=/, '  and not in nginx\'s as well');

my $conf = $site->shipped('logrotate/leadsheet', '/var/log/leadsheet' =>
    $site->{run});
my $said = `logrotate --debug $conf 2>&1`;
is($?, 0, 'logrotate understands it');
unlike($said, qr/error:/, '  without a complaint') or diag($said);
my $before = slurp($log);
$said = `logrotate --force --state $site->{run}/state $conf 2>&1`;
is($?, 0, 'and rotates') or diag($said);
is(slurp("$log.1"), $before, '  what was there is in another file');
$site->ask($bodies[2]);
is($logged->(1), $id->($bodies[2]), '  what comes is in the new one');
unlike(slurp($log), qr/\0/, '  from its beginning');
is(slurp("$log.1"), $before, '  and not in the old one');

done_testing();

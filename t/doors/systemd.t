#!/usr/bin/perl
# Through nginx, to the workers of deploy/systemd, its ExecStart run by hand.
use strict;
use warnings;
use Doors;
use IO::Socket::INET;
use Leadsheet;
use List::Util qw(sum0);
use Processes;
use Systemd;
use Test::More;

my $site = systemd_site();
check_door($site);

# Its socket stays where it is, and what is under way is finished.
my @stops = @{$site->{stops}};
cmp_ok(scalar @stops, '>', 1, 'SIGTERM ends it: ' . @stops . ' times');
is(sum0(map { $_->[0] } @stops), 0, '  with exit 0');
is(sum0(map { $_->[1] } @stops), 0, '  and no worker is left behind');
unlike(slurp($site->{server_log}), qr/endpoint=/,
    'log lines go to the journal, and not to nginx as well');

# Its queue is long enough: all of these wait while the workers stand still.
my $connections = sub { scalar(() = slurp('/proc/net/unix')
    =~ m{ \Q$site->{run}\E/leadsheet\.sock$}mg) - 1 };
my @workers = descendants($site->{service});
kill 'STOP', @workers;
my @clients = map { IO::Socket::INET->new("127.0.0.1:$site->{http}") } 1 .. 200;
for (@clients) {
    print $_ "GET /leads/ HTTP/1.0\r\n\r\n";
    $_->flush;
}
ok(wait_for(sub { $connections->() >= @clients }), '200 clients wait');
kill 'CONT', @workers;
my %heard;
$heard{(split ' ', scalar(<$_>) // '')[1] // 'nothing'}++ for @clients;
is_deeply(\%heard, { 405 => 200 }, '  and each gets its answer');

done_testing();

#!/usr/bin/perl
# Through nginx, to the workers of deploy/systemd, its ExecStart run by hand.
use strict;
use warnings;
use Doors;
use Leadsheet;
use List::Util qw(sum0);
use Systemd;
use Test::More;

my $site = systemd_site();
check_door($site);

# Its socket stays where it is, and what is under way is finished.
my @answers = map { my (undef, @all) = split ' '; @all }
    split /\n/, slurp("$site->{run}/sent");
is_deeply([grep { $_ != 200 } @answers], [],
    'while it was restarted no delivery had to come again');
my @stops = @{$site->{stops}};
cmp_ok(scalar @stops, '>', 1, 'SIGTERM ends it: ' . @stops . ' times');
is(sum0(map { $_->[0] } @stops), 0, '  with exit 0');
is(sum0(map { $_->[1] } @stops), 0, '  and no worker is left behind');
unlike(slurp($site->{server_log}), qr/endpoint=/,
    'log lines go to the journal, and not to nginx as well');

done_testing();

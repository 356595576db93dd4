#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Table;

my $file = bodies(1, 30000 * seconds());

# On one connection whoever can keeps it.
my @one = (['onesync', keep => 1], ['batching', keep => 1],
    (map { ['php-fpm', sync => $_, keep => 1] } 1, 0),
    ['node', sync => 1, keep => 1]);
my %one = rounds($file, 1, ['leadsheet', @one], connections => 1,
    rounds => 5);
table('Median latency, 1 lead, 1 connection, ms; ' . how_long(5),
    '%.2f', 'less', map { [label($_), column(\%one, $_, 'p50'),
        $_ == $one[0] ? 1.2 : undef] } ['leadsheet'], @one);

# Half of what ours can do, for everyone.
my @half = ('leadsheet', 'onesync', ['batching', keep => 1]);
my $rate = int(median(map { run('leadsheet', $file, 1)->{rate} } 1 .. runs())
    / 2);
my %half = rounds($file, 1, \@half, rate => $rate, rounds => 5);
table("99th percentile of latency at $rate deliveries a second (half of our top"
    . ' rate), 32 connections, ms; ' . how_long(5), '%.2f', 'less',
    map { [label($_), column(\%half, $_, 'p99'),
        $_ eq 'onesync' ? 1.5 : undef] } @half);

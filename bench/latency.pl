#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Table;

my @php = ('php-fpm', sync => 1);
my @peers = (['leadsheet'], [\@php], [['node', sync => 1]]);
my @all = ('leadsheet', 'ceiling', \@php, ['node', sync => 1]);
my $file = bodies(1, 15000 * seconds());

my %one = rounds($file, 1, \@all, connections => 1);
table('Median latency, 1 lead, 1 connection, ms; ' . how_long(), '%.2f',
    'less', (map { [label($_->[0]), column(\%one, $_->[0], 'p50')] } @peers),
    ['ceiling', column(\%one, 'ceiling', 'p50'), 1.2]);

# Half of what ours can do, for everyone; who is slower than that gets later
# and later.
my $rate = int(median(map { run('leadsheet', $file, 1)->{rate} } 1 .. runs())
    / 2);
my %half = rounds($file, 1, \@all, rate => $rate);
table("99th percentile of latency at $rate deliveries a second (half of our top"
    . ' rate), ms; ' . how_long(), '%.2f', 'less',
    (map { [label($_->[0]), column(\%half, $_->[0], 'p99')] } @peers),
    ['ceiling', column(\%half, 'ceiling', 'p99'), 2]);

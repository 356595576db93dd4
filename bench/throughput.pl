#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use List::Util qw(max sum0);
use Load;
use Peers;
use Table;

my $connections = 32;
my @idle = ('onesync', ['batching', keep => 1]);

# A child of PHP-FPM serves one connection: those that are kept need one each.
# That makes it faster where a delivery is small.
my @php = (['php-fpm', sync => 0, keep => 1, children => $connections + 8,
    label => 'php-fpm, no sync, 40 children'],
    map { ['php-fpm', sync => $_] } 0, 1);
my @others = (['node', sync => 1, keep => 1], ['node', sync => 0, keep => 1],
    map { [$_, sync => 1] } qw(gunicorn uwsgi webhook));

# How many leads a delivery has; who takes part, and how many times theirs ours
# should be.
my %goals = (
    1 => [[$idle[0], 1.15], [$idle[1], 0.75], [$php[0], 1.3], [$php[1], 1.3],
        [$php[2]]],
    10 => [[$idle[0], 1.15], [$idle[1], 0.75], [$php[1], 1.3], [$php[2]]],
    100 => [[$idle[0], 0.8], [$idle[1]], [$php[1], 1.3], [$php[2]]],
);

# Where the time of the cores goes; that hardly depends on what else they do.
sub print_cpu {
    my ($results, @peers) = @_;
    my $ours;
    printf "  %-34s %9s %9s %9s %9s %9s\n", 'CPU time of each, microseconds',
        qw(workers nginx sender all), 'ours is';
    for my $peer (@peers) {
        my @parts = map { median(@{column($results, $peer, $_)}) }
            qw(cpu_workers cpu_nginx cpu_sender);
        my $all = sum0(@parts);
        printf "  %-34s %9.0f %9.0f %9.0f %9.0f%s\n", label($peer), @parts,
            $all, defined $ours ? sprintf ' %7.2f x', $ours / $all : '';
        $ours //= $all;
    }
    printf "  the sender was busy %.0f %% of the time at most\n",
        100 * max(map { @{column($results, $_, 'busy')} } @peers);
    return;
}

sub compare {
    my ($rounds, $what, $file, $leads, @rows) = @_;
    my @peers = map { $_->[0] } @rows;
    my %results = rounds($file, $leads, \@peers, connections => $connections,
        rounds => $rounds);
    table("Durable deliveries a second, $what; " . how_long($rounds), '%.0f',
        'more', map { [label($_->[0]), column(\%results, $_->[0], 'rate'),
        $_->[1]] } @rows);
    return (\%results, @peers);
}

my $file = bodies(1, 30000 * seconds());
for my $leads (sort { $a <=> $b } keys %goals) {
    print_cpu(compare(5, $leads . ($leads > 1 ? ' leads' : ' lead')
        . ", $connections connections", $leads == 1 ? $file
        : bodies($leads, 30000 * seconds()), $leads, ['leadsheet'],
        @{$goals{$leads}}));
}
compare(3, "1 lead, $connections connections, others", $file, 1,
    ['leadsheet'], map { [$_] } @others);

# Many connections cost nothing.
my @many = map { my ($name, %o) = ref ? @$_ : $_; [$name, %o,
    connections => 256, label => label($_) . ', 256'] } 'leadsheet', $idle[1];
print_cpu(compare(5, '1 lead, 256 connections and 32', $file, 1, [$many[0]],
    ['leadsheet', 1], [$many[1]]));

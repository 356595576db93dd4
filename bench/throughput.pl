#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Table;

# How many leads a delivery has; who takes part, and how many times theirs ours
# should be.
my @php = map { ['php-fpm', sync => $_] } 1, 0;
my @others = (['node', sync => 1], ['node', sync => 0],
    map { [$_, sync => 1] } qw(gunicorn uwsgi webhook));
my %goals = (
    1 => [[$php[0], 4], [$php[1], 1.3], map { [$_] } @others],
    10 => [[$php[0], 6], [$php[1]]],
    100 => [[$php[0], 6], [$php[1]]],
);
for my $leads (sort { $a <=> $b } keys %goals) {
    my @peers = @{$goals{$leads}};
    my $file = bodies($leads, 30000 * seconds());
    my %results = rounds($file, $leads, ['leadsheet', 'ceiling',
        map { $_->[0] } @peers]);
    table("Durable deliveries a second, $leads lead" . ($leads > 1 ? 's' : '')
        . ', 32 connections; ' . how_long(),
        '%.0f', 'more', (map { [label($_->[0]),
        column(\%results, $_->[0], 'rate'), $_->[1]] } ['leadsheet'], @peers,
        ['ceiling', $leads == 1 ? 0.8 : undef]));
}

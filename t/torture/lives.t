#!/usr/bin/perl
# Whole lives of a store by chance: deliveries, edits, settings, commands, kills,
# clocks, boots, lost and older files.  After each step a checker in Python holds
# journal and sheets against what was answered and what a person did; see
# t/data/lives.py.  SEED begins elsewhere, LONG makes thousands.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $seed = $ENV{SEED} // 1;
my $count = $ENV{LONG} ? 4000 : 200;
my $dir = tempdir(CLEANUP => 1);
my $library = "$dir/lives.so";
system(qw(cc -O1 -shared -fPIC -o), $library, data('lives.c')) == 0
    or die "cc failed\n";

# Two side by side, each with every other life.
sub lives {
    my ($name, @options) = @_;
    open my $p, '-|', 'python3', data('lives.py'), @options, builddir(),
        $library or die "python3: $!\n";
    return [$name, $p];
}

sub held {
    my ($name, $p) = @{$_[0]};
    my $said = join '', <$p>;
    ok(close $p, $name) or diag($said);
    note($said);
    return $said;
}

my @running = map { lives("every life from $_ on, in steps of 2, holds", '--from',
    $_, '--step', 2, '--count', $count / 2) } $seed, $seed + 1;
held($_) for @running;

# What a checker doesn't find it can't hold.
held(lives('the checker finds whatever is done behind its back', '--sabotage'));

done_testing();

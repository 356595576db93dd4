#!/usr/bin/perl
# See run.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Time::HiRes qw(time);

my ($leads, $days) = ($ENV{LEADS} // 100_000, $ENV{DAYS} // 20);
my $runs = $ENV{RUNS} // 11;
$| = 1;
my $home = home();
my $dir = tempdir(CLEANUP => 1);
system('python3', srcdir() . '/bench/journal.py', "$home/main", $leads, 1,
    $days) == 0 or die "journal.py failed\n";
my $megabytes = 0;
$megabytes += -s for glob "$home/main/journal/*";
printf "\n%d leads of %d days, %.0f MB, one a delivery:\n", $leads, $days,
    $megabytes / 1e6;

my $n = 0;

sub deliver {
    my $id = 'bench-' . $n++;
    my $r = cgi($home, body => qq({"delivery_id":"$id","event":)
        . qq("lead.enriched","data":{"leads":[{"urn":"$id"}]}}));
    die "not kept: $r->{log}" if $r->{status} != 200;
    return;
}

# Milliseconds of a run after each of so many deliveries; it must have written
# so many rows.
sub measure {
    my ($name, $command, $rows, $times, $each, @more) = @_;
    my @times;
    for (1 .. $times) {
        deliver() for 1 .. $each;
        my $start = time;
        my $r = leadsheet($home, [$command, '-o', "$dir/new.csv", @more]);
        push @times, 1000 * (time - $start);
        die "$command @more: $r->{err}" if $r->{exit};
        my $got = lines("$dir/new.csv") - 1;
        die "$name: $got rows for $rows\n" if $got != $rows;
    }
    @times = sort { $a <=> $b } @times;
    printf "  %-32s %6.0f ms, median of %d (%.0f to %.0f)\n", $name,
        $times[$#times / 2], $times, @times[0, -1];
    return;
}

# The first delivery has the index made.
deliver();
measure('export --new, the first time', 'export', $leads + 1, 1, 0,
    '--new', 'crm');
measure('after one delivery (goal: 50)', 'export', 1, $runs, 1,
    '--new', 'crm');
deliver();
measure('  and that with --peek', 'export', 1, $runs, 0, '--new', 'crm',
    '--peek');
leadsheet($home, [qw(export --new crm)]);
measure('after none', 'export', 0, $runs, 0, '--new', 'crm');
leadsheet($home, [qw(people --new who)]);
measure('people --new, after one delivery', 'people', 1, $runs, 1,
    '--new', 'who');
my $start = time;
system '/bin/true' for 1 .. 10;
printf "  %-32s %6.1f ms\n", '/bin/true in its place',
    100 * (time - $start);

#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use POSIX ();
use Time::HiRes qw(time);

my $home = home();
start_workers($home, 4);
my %port = start_nginx($home);
load($home, $port{https}, 100000, 120);
stop_all();
my $journal = journal($home)->[0];
my $sheet = sheets($home)->[0];
my $megabytes = (-s $journal) / 1e6;
my $whole = slurp($sheet);
printf "a day of %d deliveries, %.0f MB of journal\n", lines($journal),
    $megabytes;

# The next delivery does the work; another event makes no row of its own.
sub next_one {
    my ($home, $id) = @_;
    my $start = time;
    my $r = cgi($home, body => qq({"event":"$id"}));
    die "not kept: $r->{log}" if $r->{status} != 200;
    return time - $start;
}

# An index alone: of a day whose sheet is not looked at, as it is older than
# the last two.
sub index_alone {
    my $old = home();
    mkdir "$old/main/journal";
    my @days = map { POSIX::strftime('%Y-%m-%d', gmtime(time - 86400 * $_)) }
        1 .. 3;
    spew("$old/main/journal/$_.jsonl", '') for @days[0, 1];
    system('cp', $journal, "$old/main/journal/$days[2].jsonl") == 0
        or die "cp failed\n";
    my @seconds;
    for (1 .. 5) {
        unlink glob "$old/main/index.sqlite*";
        push @seconds, next_one($old, "index $_");
    }
    return (sort { $a <=> $b } @seconds)[2];
}

my $nothing = next_one($home, 'nothing');
my $index = index_alone() - $nothing;
printf "index made anew: %.2f s, %.0f MB/s (median of 5)\n", $index,
    $megabytes / $index;

truncate $sheet, int(length($whole) / 2);
unlink glob "$home/main/index.sqlite*";
spew("$home/main/lock", '1');
open my $f, '>>', $journal or die "$journal: $!\n";
print $f '{"received":"torn';
close $f;
printf "torn day caught up (no index, half a sheet, a torn end): %.2f s\n",
    next_one($home, 'torn') - $nothing;
die "the sheet is not what it was\n" if slurp($sheet) ne $whole;

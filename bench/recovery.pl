#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use POSIX ();
use Table;
use Time::HiRes qw(time);

my $count = $ENV{DELIVERIES} // 100_000;

# Today, of that many deliveries of one lead, and the sheet that they make.
my $home = home();
system('python3', srcdir() . '/bench/journal.py', "$home/main", $count, 1, 1)
    == 0 or die "journal.py failed\n";
my $journal = "$home/main/journal/" . today() . '.jsonl';
rename journal($home)->[0], $journal or die "rename: $!\n";
next_one($home, 'first');
my $sheet = sheets($home)->[0];
my $megabytes = (-s $journal) / 1e6;
my $whole = slurp($sheet);
die "a row is missing\n" if lines($sheet) < $count + 1;
printf "\nA day of %d deliveries, %.0f MB of journal\n", $count, $megabytes;

# The next delivery does the work; another event makes no row of its own.
sub next_one {
    my ($home, $id) = @_;
    my $start = time;
    my $r = cgi($home, body => qq({"event":"$id"}));
    die "not kept: $r->{log}" if $r->{status} != 200;
    return time - $start;
}

# An index alone: of a day that is closed, so that its sheet is not looked at.
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
        unlink "$old/main/index";
        push @seconds, next_one($old, "index $_");
    }
    return median(@seconds);
}

my $nothing = next_one($home, 'nothing');
my $index = index_alone() - $nothing;
printf "  index made anew: %.2f s, %.0f MB/s (median of 5)\n", $index,
    $megabytes / $index;

unlink $sheet, "$home/main/index", "$home/main/lock";
open my $f, '>>', $journal or die "$journal: $!\n";
print $f '{"received":"torn';
close $f;
printf "  day caught up (no index, no sheet, no record, a torn end): %.2f s\n",
    next_one($home, 'torn') - $nothing;
die "the sheet is not what it was\n" if slurp($sheet) ne $whole;

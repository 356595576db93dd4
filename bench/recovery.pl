#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
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
    my ($id) = @_;
    my $start = time;
    my $r = cgi($home, body => qq({"event":"$id"}));
    die "not kept: $r->{log}" if $r->{status} != 200;
    return time - $start;
}

my $nothing = next_one('nothing');
unlink glob "$home/main/index.sqlite*";
my $index = next_one('index') - $nothing;
printf "index made anew: %.2f s, %.0f MB/s\n", $index, $megabytes / $index;

truncate $sheet, int(length($whole) / 2);
unlink glob "$home/main/index.sqlite*";
spew("$home/main/lock", '1');
open my $f, '>>', $journal or die "$journal: $!\n";
print $f '{"received":"torn';
close $f;
printf "torn day caught up (no index, half a sheet, a torn end): %.2f s\n",
    next_one('torn') - $nothing;
die "the sheet is not what it was\n" if slurp($sheet) ne $whole;

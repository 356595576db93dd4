#!/usr/bin/perl
# Each target of t/fuzz for a few seconds, from its seeds on: what it says holds
# for whatever libFuzzer makes of them.  FUZZ is for how many seconds each; "sh
# t/fuzz/run NAME" goes on for longer.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $programs = $ENV{fuzzed}
    // plan skip_all => 'the targets are built by t/run';
chdir srcdir() or die "srcdir: $!\n";
my $seconds = $ENV{FUZZ} // 10;
my @names = map { m{(\w+)\.c$} } glob 't/fuzz/*.c';
cmp_ok(scalar @names, '>', 10, "there are targets: @names");

for my $name (@names) {
    local $ENV{TMPDIR} = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    mkdir "$ENV{TMPDIR}/$_" for qw(seeds found);
    is(system('perl', 't/fuzz/seeds', $name, "$ENV{TMPDIR}/seeds"), 0,
        "$name has seeds");
    my $log = "$ENV{TMPDIR}/log";
    # The same inputs each time, so that what is red stays red: SEED=2 for others.
    my $pid = Leadsheet::start($log, "$programs/targets/$name",
        '-seed=' . ($ENV{SEED} // 1), "-max_total_time=$seconds", '-timeout=' . PATIENCE,
        '-rss_limit_mb=1024', '-print_final_stats=1',
        "-artifact_prefix=$ENV{TMPDIR}/found/", "$ENV{TMPDIR}/seeds");
    waitpid $pid, 0;
    my ($tried) = slurp($log) =~ /^stat::number_of_executed_units: +(\d+)$/m;
    is($?, 0, '  and what it says holds for ' . ($tried // 'no') . ' inputs')
        or diag(slurp($log));
    cmp_ok($tried // 0, '>=', scalar(my @seeds = glob "$ENV{TMPDIR}/seeds/*"),
        '  and all those are among them');
}

done_testing();

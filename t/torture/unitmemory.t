#!/usr/bin/perl
# Memory that runs out in every unit test, at one place after the other, once
# and for good.  An assertion may fail then, as it expects success; nothing
# may crash, hang, leak, or touch memory that isn't its own.  A few places of
# each program in an ordinary run, every one with LONG=1.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Memory;
use POSIX ();
use Test::More;

my $library = failmalloc();
my $seed = $ENV{SEED} // 1;
my $each = $ENV{LONG} ? 1e9 : 3;
my $dir = $ENV{sanitized}
    // plan skip_all => 'it needs the build with sanitizers: sh t/run';
my @programs = map { m{(\w+)\.c$} && $1 ne 'retry' ? "$dir/t/unit/$1" : () }
    glob srcdir() . '/t/unit/*.c';
note("SEED=$seed");

# How a program ends, and what it says; its scratch is below a directory of
# ours, as it may not come to remove it.
sub run_program {
    my ($program, %env) = @_;
    my $scratch = File::Temp->newdir('leadsheet-XXXXXX', TMPDIR => 1);
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        setpgrp;
        open STDIN,  '<', '/dev/null'     or POSIX::_exit(126);
        open STDOUT, '>', "$scratch/.out" or POSIX::_exit(126);
        open STDERR, '>&', \*STDOUT       or POSIX::_exit(126);
        %ENV = (PATH => $ENV{PATH}, TMPDIR => "$scratch",
            LD_PRELOAD => $library, %env);
        exec $program or POSIX::_exit(126);
    }
    my $hung = 0;
    local $SIG{ALRM} = sub { $hung = 1; kill 'KILL', -$pid };
    alarm PATIENCE * 10;
    waitpid $pid, 0;
    alarm 0;
    my $exit = $?;
    kill 'KILL', -$pid;    # a child that it may have left
    my $said = slurp("$scratch/.out");
    return ($hung ? 9 : $exit, $said);
}

my %known;
my ($runs, $all, $unhurt) = (0, 0, 0);
for my $program (@programs) {
    my ($name) = $program =~ m{(\w+)$};
    my $counts = tempdir(CLEANUP => 1) . '/counts';
    my @end = run_program($program, sanitizers(0),
        FAILMALLOC_COUNT => $counts,
        $ENV{LONG} ? () : (FAILMALLOC_LAST => 20000));
    is($end[0], 0, "$name counts its requests for memory") or diag($end[1]);
    my ($total, @places) = places($counts, $program);
    # What another program has shown already needn't be shown again.
    @places = grep { !$known{$_->{name}}++ } @places;
    $all += @places;
    my @bad;
    for my $place (sample($seed, $each, @places)) {
        for my $times (1, 0) {
            my @limits = (FAILMALLOC_AT => $place->{number},
                FAILMALLOC_TIMES => $times, FAILMALLOC_LAST => 20000);
            my @end = run_program($program, sanitizers(1), @limits);
            $runs++;
            $unhurt++ if $end[0] == 0;
            @end = run_program($program, sanitizers(1, 1), @limits)
                if $end[0] >> 8 == 99;
            my ($why) = crash(@end) or next;
            push @bad, "request $place->{number}, "
                . ($times ? 'once' : 'for good') . ": $why";
        }
    }
    ok(!@bad, "  and stands it where it gets none: "
        . @places . " places in $total requests") or diag(@bad);
}
note("$runs runs at $all places; $unhurt ended well all the same");
cmp_ok($unhurt, '<', $runs, 'memory did run out');

done_testing();

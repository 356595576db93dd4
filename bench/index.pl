#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Process;
use Table;
use Time::HiRes qw(time);
use Worker;

my $ids = $ENV{IDS} // 5_000_000;
my $days = $ENV{DAYS} // 400;
my $each = int(500 * seconds());

my %home = (empty => home(), full => home());
system('python3', srcdir() . '/bench/known.py', "$home{full}/main", $ids,
    $days) == 0 or die "known.py failed\n";
my $start = time;
for my $home (values %home) {
    my $r = cgi($home, body => (deliveries(31, 1, 1))[0]);
    die "not kept: $r->{log}" if $r->{status} != 200;
}
printf "\n%d known ids of %d days, an index of %.0f MB, made in %.0f s\n", $ids,
    $days, (-s "$home{full}/main/index") / 1e6, time - $start;

# What a worker takes for these bodies, microseconds of CPU and by the clock
# for each; each is to be answered with that word.
sub take {
    my ($home, $pid, $word, @bodies) = @_;
    my ($cpu, $clock) = (cpu_seconds($pid), time);
    for (@bodies) {
        my $r = ask($home, $_);
        die "$r->{status}: $r->{log}" if $r->{json}{status} ne $word;
    }
    return map { 1e6 * $_ / @bodies } cpu_seconds($pid) - $cpu, time - $clock;
}

my %worker = map { $_ => worker($home{$_}) } keys %home;
open my $bodies, '<:raw', bodies(1, ($each + 50) * runs() * 2)
    or die "bodies: $!\n";
my $new = sub { return map { my $line = <$bodies>; chomp $line;
    $line =~ s/^[^\t]*\t//r } 1 .. $_[0] };
my @old = slurp(journal($home{full})->[-2]) =~ /"body":(.*)\}$/mg;
my (%cpu, %clock);
for my $n (1 .. runs()) {
    for my $which (qw(empty full)) {
        take($home{$which}, $worker{$which}, 'stored', $new->(50));
        my ($cpu, $clock) = take($home{$which}, $worker{$which}, 'stored',
            $new->($each));
        push @{$cpu{$which}}, $cpu;
        push @{$clock{$which}}, $clock;
    }
    my ($cpu, $clock) = take($home{full}, $worker{full}, 'duplicate',
        map { $old[rand @old] } 1 .. $each);
    push @{$cpu{duplicate}}, $cpu;
    push @{$clock{duplicate}}, $clock;
}
stop_workers();
check_store($home{empty});
my $what = (runs() > 1 ? runs() . ' runs' : 'a run') . " of $each";
for (["CPU time a delivery, microseconds; $what", \%cpu, 1.2],
    ['  by the clock, on one connection', \%clock]) {
    my ($title, $figures, $goal) = @$_;
    table($title, '%.0f', 'less', ['all these ids known', $figures->{full}],
        ['an empty store', $figures->{empty}, $goal],
        ['a duplicate, read back', $figures->{duplicate}]);
}

# From before the worker is started until it has answered.
my %first;
for my $n (1 .. 5 * runs()) {
    for my $which (qw(full empty)) {
        my ($body) = (deliveries(1000 + $n, 1, 1))[0];
        my $began = time;
        my $pid = worker($home{$which});
        my $r = ask($home{$which}, $body);
        push @{$first{$which}}, 1000 * (time - $began);
        die "not kept: $r->{log}" if $r->{json}{status} ne 'stored';
        stop_worker($pid);
    }
}
table('Start of a worker until it has answered a delivery, ms; '
    . 5 * runs() . ' starts', '%.1f', 'less',
    ['all these ids known', $first{full}, 20],
    ['an empty store', $first{empty}]);

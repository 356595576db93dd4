#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Process;
use Table;
use Worker;

my $leads = $ENV{LEADS} // 10_000;
my ($body) = deliveries(17, 1, $leads);
my $file = spew(home() . '/body', $body);
my $jansson = compiled('peers/jansson.c', '-ljansson');

my (@clock, @cpu, @their_clock, @their_cpu);
for my $n (1 .. runs()) {
    # One worker, three deliveries: none of them the first that it gets.
    my $home = home();
    my $pid = worker($home);
    ask($home, '{"event":"hello"}');
    my @ids = map { uuid() } 1 .. 3;
    for my $id (@ids) {
        my $before = cpu_seconds($pid);
        my $r = ask($home, $body =~ s/("delivery_id": *")[^"]+/$1$id/r);
        die "not kept: $r->{log}" if $r->{status} != 200;
        push @cpu, 1000 * (cpu_seconds($pid) - $before);
        push @clock, $r->{log} =~ /ms=([\d.]+)/;
    }
    stop_worker($pid);
    check_rows('leadsheet', sheets($home), $leads, @ids);
    check_store($home);
    for (split /\n/, `'$jansson' '$file' 3`) {
        my ($clock, $cpu) = split ' ';
        push @their_clock, $clock;
        push @their_cpu, $cpu;
    }
}
my $what = sprintf 'A delivery of %d leads, %.1f MB', $leads,
    length($body) / 1e6;
table("$what: in the worker, ms", '%.1f', 'less',
    ['leadsheet, all of it, synced', \@clock],
    ["Jansson's bare parse", \@their_clock, 2]);
table("$what: CPU time, ms", '%.1f', 'less',
    ['leadsheet, the kernel\'s as well', \@cpu],
    ["Jansson's bare parse", \@their_cpu]);

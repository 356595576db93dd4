#!/usr/bin/perl
# Memory that runs out, at one request after the other, once and for good:
# 503 or a clean restart, nothing half, and a retry makes it whole.  Every
# 23rd place in an ordinary run, every one with LONG=1.
use strict;
use warnings;
use Checker;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $library = tempdir(CLEANUP => 1) . '/failmalloc.so';
system('gcc', '-shared', '-fPIC', '-O1', '-o', $library,
    data('failmalloc.c')) == 0 or BAIL_OUT('gcc failed');
my $template = template(sub { cgi($_[0], body => delivery('old', 2)) });
my $body = delivery('new', 2);

sub run_out {
    my ($home, %env) = @_;
    return cgi($home, body => $body,
        env => { LD_PRELOAD => $library, %env });
}

my $home = copy_of($template);
run_out($home, FAILMALLOC_COUNT => "$home/count");
my $count = slurp("$home/count") + 0;
cmp_ok($count, '>', 100, "a delivery asks $count times for memory");
my $step = $ENV{LONG} ? 1 : 23;
my (%heard, @wrong);
for (my $n = 1; $n <= $count; $n += $step) {
    for my $once (undef, 1) {
        my $home = copy_of($template);
        my $r = run_out($home, FAILMALLOC_AT => $n, FAILMALLOC_ONCE => $once);
        # OpenSSL 3.0 itself may crash where a lock of its own is missing; to
        # the sender that is a restart.
        $heard{$r->{status} || 'none'}++;
        my @bad;
        push @bad, "it answers $r->{status} $r->{log}"
            if $r->{status} !~ /^(?:0|200|503)$/;
        push @bad, grep { /^I1/ } violations($home, kept => { old => 2,
            $r->{status} == 200 ? (new => 2) : () }, maybe => { new => 2 });
        my $retry = cgi($home, body => $body);
        push @bad, "the retry is $retry->{status} $retry->{log}"
            if $retry->{status} != 200;
        push @bad, violations($home, kept => { old => 2, new => 2 },
            log => "$r->{log}$retry->{log}");
        push @wrong, map { "$n: $_" } @bad;
        system 'rm', '-rf', $home;
    }
}
is_deeply(\@wrong, [], 'nothing is half: ' . join ', ',
    map { "$heard{$_} times $_" } sort keys %heard);
ok($heard{503}, '  and some hear 503');

done_testing();

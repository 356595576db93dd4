#!/usr/bin/perl
# Behind each web server: as many slow, silent, half-open and garbage clients as
# it admits, but one.  Deliveries beside them are answered and kept.
use strict;
use warnings;
use Apache;
use Checker;
use Leadsheet;
use Lighttpd;
use Nginx;
use Processes;
use Slow;
use Test::More;
use Time::HiRes qw(time);

# A good one comes by plain HTTP and says that it was HTTPS: no client's start is
# in its time.
my $settings = "protect = no\ntrust_forwarded_proto = yes\n";

# Apache is to be as patient as can be: 100 threads, all in one process, as one
# that has no thread left may take a connection all the same; and no time limit.
my @apache = (settings => $settings, more => "StartServers 1\nServerLimit 1\n"
    . "ThreadLimit 100\nThreadsPerChild 100\nMaxRequestWorkers 100\n"
    . 'RequestReadTimeout header=600 body=600');

# Each with how many connections it admits beside a good client's.  nginx has 512
# for all, and begins to close some when a sixteenth of them is left.
my @sites = (
    [\&nginx_workers, 440, settings => $settings],
    [\&apache_proxy, 99, @apache],
    [\&apache_fcgid, 99, @apache],
    [\&lighttpd_workers, 300, settings => $settings],
);

my ($site, %kept, @fresh);
my $count = 0;

# So many good ones, one after the other; how many of them were kept.
sub good {
    my ($n, $times) = @_;
    for my $i (1 .. $n) {
        my ($id, $start) = ('good-' . ++$count, time);
        my $r = post($site->{http}, delivery($id, 1), path => '/leads/main',
            headers => { 'X-Forwarded-Proto' => 'https' });
        if ($r->{status} != 200) {
            diag("$r->{status} $r->{content}");
            return $i - 1;
        }
        push @$times, time - $start if $times;
        $kept{$id} = 1;
    }
    return $n;
}

sub workers {
    return grep { (readlink("/proc/$_/exe") // '') eq $site->{program} }
        descendants($$);
}

# The most that a worker has open.
sub most { my ($most) = sort { $b <=> $a } map { descriptors($_) } workers();
    return $most // 0 }

# So many at once, shared out to the kinds.
sub beside {
    my ($name, $n, @kinds) = @_;
    my $most = most();
    my $crowd = crowd($site->{http}, int $n / @kinds, @kinds);
    my @times;
    is(good(20, \@times), 20, "$site->{name}: beside "
        . @{$crowd->{clients}} . " clients, $name, 20 good deliveries are kept");
    my ($open, $all) = still_open($crowd);
    is($open, $all, "  before any of $all was answered");
    dismiss($crowd);
    # nginx keeps some connections open for itself.
    ok(wait_for(sub { most() <= $most + 40 }), '  and no descriptor stays')
        or diag(most() . " and not $most");
    return @times;
}

for (@sites) {
    my ($make, $admits, @o) = @$_;
    next if $make == \&lighttpd_workers && no_lighttpd();
    $site = $make->(@o);
    $site->{start}->($site);
    %kept = ();
    my (@quiet, @busy);
    is(good(20), 20, "$site->{name}: 20 deliveries alone");
    for my $kinds (['of all kinds', bad_http()], ['whose bodies come slowly',
        grep { $_->{name} eq 'sends a body slowly' } bad_http()]) {
        good(20, \@quiet);
        push @busy, beside($kinds->[0], $admits, @$kinds[1 .. $#$kinds]);
    }
    note(sprintf 'median of a good one: %.2f ms alone, %.2f ms beside them: '
        . '%.2f x', 1000 * median(@quiet), 1000 * median(@busy),
        median(@busy) / median(@quiet));
    # The workers end by SIGTERM all the same, and others go on.
    my $crowd = crowd($site->{http}, int $admits / 10, bad_http());
    good(2);
    my %old = map { $_ => 1 } workers();
    $site->{restart}->($site);
    ok(wait_for(sub { !grep { $old{$_} } workers() }),
        '  SIGTERM: ' . keys(%old) . ' workers end');
    dismiss($crowd);
    is(good(5), 5, '  and others go on');
    # By TLS they don't even begin.
    $crowd = crowd($site->{tls}, 20, grep { $_->{name} =~ /nothing|random/ }
        bad_http());
    is(good(5), 5, '  and beside some that begin no TLS');
    dismiss($crowd);
    is_deeply([violations($site->{home}, kept => \%kept,
        # The journal may be another user's: no copy of it can be used.
        skip => [qw(index)])], [],
        '  each is kept once, and nothing else');
    stop_all();
}

done_testing();

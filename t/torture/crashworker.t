#!/usr/bin/perl
# Crash points of a worker: one that has kept journal, sheet and index
# open over earlier deliveries is killed before each call that
# changes the disk, or answers; then it is delivered again, to a new worker or by
# CGI.  And the same with several deliveries that came together.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use Test::More;
use Time::HiRes qw(stat time);
use Worker;

my $strace = '/usr/bin/strace';
-x $strace or BAIL_OUT('strace is not installed: run sh t/run');
my ($faketime) = glob '/usr/lib/*/faketime/libfaketime.so.1'
    or BAIL_OUT('faketime is not installed: run sh t/run');

my @calls = (@Crash::CALLS, qw(writev sendto sendmsg));
my $today = today();

sub sheet   { "$_[0]/main/sheets/leads-$today.csv" }
sub segment { "$_[0]/main/journal/$today.jsonl" }

# The time as the worker is to see it, in a file that it reads.
sub set_clock { spew("$_[0]/.clock", "$_[1]\n") }

my %clock = (LD_PRELOAD => $faketime, FAKETIME_NO_CACHE => 1,
    NO_FAKE_STAT => 1, TZ => 'UTC');

# Several that come together: some that make rows, a test, one of them twice, one
# with another body, and one that the worker was sent before.
my %batch = (kept => { 'new-1' => 3, 'new-2' => 1 }, bodies => [
    delivery('new-1', 3), delivery('new-2', 1),
    delivery('test', 1, '"test":true,'), delivery('new-1', 3),
    delivery('new-2', 1, '"more":1,'), delivery('old', 3)]);

# Each situation: what the worker is sent before, what happens then, and what
# comes while it is killed, new where nothing is said; clock: on these days.
my @situations = (
    { name => 'a second delivery', before => ['old'] },
    { name => 'a third delivery', before => ['old', 'older'] },
    { name => 'a duplicate', before => ['old', 'new'] },
    { name => 'a test', before => ['old'],
        body => delivery('new', 3, '"test":true,') },
    { name => 'what is no lead', before => ['old'],
        body => '{"event":"other"}' },
    { name => 'a delivery behind one of another process', before => ['old'],
        then => sub { cgi($_[0], body => delivery('other', 2)) },
        kept => { other => 2 } },
    { name => 'a delivery behind an edit', before => ['old'], edited => 1,
        then => sub { spew(sheet($_[0]), slurp(sheet($_[0]))
            . "by hand\r\n") } },
    { name => 'a delivery behind a failed sync', before => ['old'],
        then => sub { cgi($_[0], body => delivery('failed', 1),
            wrap => [failing_sync()])->{status} == 503 or die 'no fault' } },
    { name => 'a delivery without the sheet', before => ['old'],
        then => sub { unlink sheet($_[0]) } },
    { name => 'a delivery without the index', before => ['old'],
        then => sub { take_away($_[0], 'index') } },
    { name => 'a delivery without the control record', before => ['old'],
        then => sub { unlink "$_[0]/main/lock" } },
    { name => 'a delivery behind one that was killed', before => ['old'],
        then => sub { put_back(segment($_[0]), slurp(segment($_[0]))
            . '{"received":"t') } },
    { name => 'a delivery in another shape', before => ['old'],
        then => sub { spew("$_[0]/leadsheet.conf", "protect = no\n"
            . "delimiter = semicolon\n") } },
    { name => 'the first delivery of a new day', before => ['old'],
        clock => ['@2025-03-01 12:00:00', '@2025-03-02 12:00:00'] },
    { name => 'a batch', before => ['old'], %batch },
    { name => 'a batch behind an edit', before => ['old'], edited => 1,
        then => sub { spew(sheet($_[0]), slurp(sheet($_[0]))
            . "by hand\r\n") }, %batch },
    { name => 'a batch behind a failed sync', before => ['old'],
        then => sub { cgi($_[0], body => delivery('failed', 1),
            wrap => [failing_sync()])->{status} == 503 or die 'no fault' },
        %batch },
    { name => 'a batch of the first of a new day', before => ['old'],
        clock => ['@2025-03-01 12:00:00', '@2025-03-02 12:00:00'], %batch },
);

# A home whose secret is older than a tick of the file system's clock, so that a
# worker reads it once and no more.  Several are made ahead: they age meanwhile.
my @homes;
sub aged_home {
    push @homes, home("protect = no\n") while @homes < 8;
    my $home = shift @homes;
    wait_for(sub { time - (stat "$home/main/secret")[10] > 0.05 })
        or die "the clock stands still\n";
    return $home;
}

# The worker, brought to where the next delivery is the one; $inject is an
# option of strace's, or its trace file.
sub prepare {
    my ($s, @options) = @_;
    my $home = aged_home();
    my %env = $s->{clock} ? (%clock, FAKETIME_TIMESTAMP_FILE =>
        "$home/.clock") : ();
    set_clock($home, $s->{clock}[0]) if $s->{clock};
    # -D: strace is the child, so that the worker is ours.
    my $pid = worker($home, wrap => [$strace, '-D', '-q', '-y',
        (map { ('-E', "$_=$env{$_}") } sort keys %env),
        map { s/HOME/$home/r } @options]);
    for (@{$s->{before}}) {
        my $r = ask($home, delivery($_, 3));
        die "not kept: $r->{status} $r->{log}" if $r->{status} != 200;
    }
    $s->{then}->($home) if $s->{then};
    set_clock($home, $s->{clock}[1]) if $s->{clock};
    return ($home, $pid, \%env);
}

# What they hear; several are a batch.
sub sent {
    my ($home, $pid, @bodies) = @_;
    return @bodies > 1 ? ask_together($home, $pid, @bodies)
        : ask($home, @bodies);
}

# For each call its first and last ordinal in the delivery.
sub points {
    my ($s, @bodies) = @_;
    my ($home, $pid) = prepare($s, '-o', 'HOME/.trace', '-e',
        'trace=' . join(',', 'flock', @calls));
    for my $r (sent($home, $pid, @bodies)) {
        die "not kept: $r->{status} $r->{log}" if $r->{status} != 200;
    }
    stop_worker($pid);
    wait_for(sub { slurp("$home/.trace") =~ /^\+\+\+ exited/m })
        or die "no trace\n";
    my (%n, %range, $locks);
    for (split /\n/, slurp("$home/.trace")) {
        my ($call) = /^(\w+)\(/ or next;
        $n{$call}++;
        # Each delivery begins with the lock.
        $locks++ if /^flock\(.*LOCK_EX/;
        next if ($locks // 0) <= @{$s->{before}}
            || !m{\Q$home\E/main|<socket:};
        $range{$call} //= [$n{$call}];
        $range{$call}[1] = $n{$call};
    }
    return \%range;
}

my ($points, $turn) = (0, 0);
for my $s (@situations) {
    my @bodies = @{$s->{bodies} // [$s->{body} // delivery('new', 3)]};
    my $range = points($s, @bodies);
    my %kept = (%{$s->{kept} // {}}, (map { $_ => 3 } @{$s->{before}}),
        $s->{body} || $s->{bodies} ? () : (new => 3));
    my ($here, @wrong) = (0);
    for my $call (sort keys %$range) {
        for my $n ($range->{$call}[0] .. $range->{$call}[1]) {
            my ($home, $pid, $env) = prepare($s, '-o', '/dev/null', '-e',
                "trace=$call", '-e', "inject=$call:signal=KILL:when=$n");
            my %edited = $s->{edited} ? (sheet($home) => slurp(sheet($home)))
                : ();
            my @heard = sent($home, $pid, @bodies);
            my $end = stop_worker($pid);
            my @bad;
            # Of calls that go by a file's time there may be one less.
            my $spared = $end == 0 && $n == $range->{$call}[1]
                && !grep { $_->{status} != 200 } @heard;
            $end == 9 ? $here++ : $spared
                || push @bad, "it was not killed but $end";
            # By a new worker, then by CGI, in turn.
            my @retries;
            if ($turn++ % 2) {
                my $next = worker($home, env => $env);
                @retries = sent($home, $next, @bodies);
                stop_worker($next);
            } else {
                @retries = map { cgi($home, body => $_, env => $env) } @bodies;
            }
            my $log = join '', map { $_->{log} } @retries;
            push @bad, map { "a retry is $_->{status}" }
                grep { $_->{status} != 200 } @retries;
            push @bad, 'it was answered 200, and is no duplicate'
                if !$s->{body} && grep { $heard[$_]{status} == 200
                    && $retries[$_]{json}{status} !~ /^(?:duplicate|test)$/ }
                    0 .. $#heard;
            push @bad, 'there are no two days' if $s->{clock}
                && @{journal($home)} != 2;
            push @bad, violations($home, kept => \%kept, edited => \%edited,
                log => slurp("$home/.log") . $log);
            push @wrong, map { "$call $n: $_ ($log)" } @bad;
            system 'rm', '-rf', $home;
        }
    }
    is_deeply(\@wrong, [], "$s->{name}: a worker is killed at $here points");
    cmp_ok($here, '>', 2, '  which are some');
    $points += $here;
}
note("$points crash points");

done_testing();

#!/usr/bin/perl
# Faults of the system: every call that the store makes fails, once and from
# there on.  The answer is 200 or 503 and true; with the fault gone a retry
# makes it whole.
use strict;
use warnings;
use Checker;
use Crash;
use Halt;
use Leadsheet;
use Test::More;

my $strace = '/usr/bin/strace';
-x $strace or BAIL_OUT('strace is not installed: run sh t/run');
my $day = today();

my %errors = (
    openat => [qw(EMFILE ENOSPC EIO EROFS EACCES)],
    write => [qw(ENOSPC EIO EDQUOT EINTR)],
    pwrite64 => [qw(ENOSPC EIO)], pread64 => [qw(EIO)],
    ftruncate => [qw(EIO EINTR)], fdatasync => [qw(EIO ENOSPC EINTR)],
    fsync => [qw(EIO)], mkdir => [qw(ENOSPC EROFS)], fchmod => [qw(EPERM)],
    chmod => [qw(EPERM)], rename => [qw(EIO)], flock => [qw(EINTR ENOLCK)],
    newfstatat => [qw(EIO)], fstat => [qw(EIO)], getdents64 => [qw(EIO)],
);

sub must {
    my ($home, $id) = @_;
    cgi($home, body => delivery($id, 2))->{status} == 200 or die 'not kept';
}

my @situations = (
    ['a first delivery of a day', sub { }, {}],
    ['an append', sub { must($_[0], 'old') }, { old => 2 }],
    ['an append beside another', sub { must($_[0], $_) for qw(old older) },
        { old => 2, older => 2 }],
    ['a duplicate', sub { must($_[0], 'old'); must($_[0], 'new') },
        { old => 2, new => 2 }],
    ['recovery', sub {
        must($_[0], 'old');
        must($_[0], 'older');
        my $sheet = "$_[0]/main/sheets/leads-$day.csv";
        spew($sheet, substr slurp($sheet), 0, -30);
        my $journal = "$_[0]/main/journal/$day.jsonl";
        spew($journal, slurp($journal) . '{"received":"torn');
        unlink glob "$_[0]/main/index.sqlite*";
        spew("$_[0]/main/index.sqlite", 'this is no index');
        spew("$_[0]/main/lock", '1');
    }, { old => 2, older => 2 }],
);

my $faults = 0;
for (@situations) {
    my ($name, $prepare, $kept) = @$_;
    my $template = template($prepare);
    my $body = delivery('new', 2);
    my %first = ranges($template, sub { cgi($_[0], body => $body,
        wrap => [@_[1 .. $#_]]) }, keys %errors);
    my (@wrong, %heard);
    for my $call (sort keys %first) {
        for my $error (@{$errors{$call}}) {
            # Interrupted for ever is no fault that there is.
            for my $on ($error eq 'EINTR' ? ('') : ('', '+')) {
                for (my $n = $first{$call}[0]; $n <= $first{$call}[1]; $n++) {
                    my $home = copy_of($template);
                    my $r = cgi($home, body => $body, wrap => [$strace,
                        '-qq', '-o', '/dev/null', '-e', "trace=$call", '-e',
                        "inject=$call:error=$error:when=$n$on"]);
                    $faults++;
                    $heard{$r->{status}}++;
                    my @bad;
                    push @bad, "it answers $r->{status} ($r->{log})"
                        if $r->{status} != 200 && $r->{status} != 503
                        # Its own answer could not be written.
                        && !($r->{status} == 0 && $call eq 'write');
                    push @bad, 'no reason in the log' if $r->{status} == 503
                        && $r->{log} !~ /reason=/ && $call ne 'write';
                    # What was acknowledged is there before any retry.
                    my %now = (%$kept, $r->{status} == 200 ? (new => 2) : ());
                    push @bad, grep { !/^I3|^I5|^I2/ } violations($home,
                        kept => \%now, maybe => { new => 2 },
                        log => $r->{log}) if $r->{status} == 200;
                    my $retry = cgi($home, body => $body);
                    push @bad, "the retry is $retry->{status} $retry->{log}"
                        if $retry->{status} != 200;
                    push @bad, violations($home, kept => { %$kept,
                        new => 2 }, log => "$r->{log}$retry->{log}");
                    push @wrong, map { "$call $n$on $error: $_" } @bad;
                    system 'rm', '-rf', $home;
                    # From there on: the first few tell it all.
                    last if $on && $n >= $first{$call}[0] + 2;
                }
            }
        }
    }
    is_deeply(\@wrong, [], "$name: " . join ', ', map { "$heard{$_} times $_" }
        sort keys %heard);
    ok($heard{503}, '  and some faults are heard');
}
note("$faults faults");

# fdatasync fails: the segment is retired, and nobody trusts it again.
my $home = home();
must($home, 'old');
my @inject = ($strace, '-qq', '-o', '/dev/null', '-e', 'trace=fdatasync',
    '-e', 'inject=fdatasync:error=EIO:when=1');
my $r = cgi($home, body => delivery('new', 2), wrap => \@inject);
is($r->{status}, 503, 'fdatasync fails: 503');
is(sprintf('%o', (stat "$home/main/journal/$day.jsonl")[2] & 07777), '440',
    '  the segment is retired');
for (1 .. 2) {
    $r = cgi($home, body => delivery('new', 2), wrap => \@inject);
    is($r->{status}, 503, '  it fails again: 503');
}
$r = cgi($home, body => delivery('new', 2));
is("$r->{status} $r->{json}{status}", '200 stored', '  then 200');
ok(-e "$home/main/journal/$day-4.jsonl", '  in the fourth segment');
is_deeply([violations($home, kept => { old => 2, new => 2 })], [],
    '  with its rows once');
# What was acknowledged from it before is delivered again, to be sure.
is(cgi($home, body => delivery('old', 2))->{status}, 200,
    'an old id from a retired segment: 200');
is_deeply([violations($home, kept => { old => 2, new => 2 })], [],
    '  and no second row');

# Two workers: one is in its sync while the other's fails.
$home = home();
must($home, 'old');
pipe my $from, my $to or die "pipe: $!\n";
my $pid = fork // die "fork: $!\n";
if ($pid == 0) {
    my $slow = cgi($home, body => delivery('slow', 2), wrap => [halt_after(
        "$home/.halt", 'flock', when => 2)]);
    syswrite $to, $slow->{status};
    POSIX::_exit(0);
}
my $inner = halted("$home/.halt");
$r = cgi($home, body => delivery('new', 2), wrap => \@inject);
is($r->{status}, 503, 'one of two workers can\'t sync: 503');
kill 'CONT', $inner;
sysread $from, my $slow, 10;
waitpid $pid, 0;
is($slow, 503, '  the other was waiting for its own: 503 as well');
is(cgi($home, body => delivery($_, 2))->{status}, 200, "  $_ again: 200")
    for qw(new slow);
is_deeply([violations($home, kept => { old => 2, new => 2, slow => 2 })], [],
    '  with all rows once');

done_testing();

#!/usr/bin/perl
# Faults of the system: every call that the store makes fails, once and from
# there on.  The answer is 200 or 503 and true; with the fault gone a retry
# makes it whole.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use Test::More;
use Worker;

my $strace = '/usr/bin/strace';
-x $strace or BAIL_OUT('strace is not installed: run sh t/run');
my $day = today();

my %errors = (
    openat => [qw(EMFILE ENOSPC EIO EROFS EACCES)],
    write => [qw(ENOSPC EIO EDQUOT EINTR)],
    pwrite64 => [qw(ENOSPC EIO)], pread64 => [qw(EIO)],
    ftruncate => [qw(EIO EINTR)], fdatasync => [qw(EIO ENOSPC EINTR)],
    fsync => [qw(EIO)], mkdir => [qw(ENOSPC EROFS)], fchmod => [qw(EPERM)],
    chmod => [qw(EPERM)], rename => [qw(EIO)],
    renameat2 => [qw(EIO EINVAL)], unlink => [qw(EIO)], flock => [qw(EINTR ENOLCK)],
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
        my ($home) = @_;
        must($home, 'old');
        my ($sheet, $journal) = ("$home/main/sheets/leads-$day.csv",
            "$home/main/journal/$day.jsonl");
        cut_off($home, sub { must($home, 'older') });
        put_back($sheet, substr slurp($sheet), 0, -30);
        put_back($journal, slurp($journal) . '{"received":"torn');
        put_back("$home/main/index", 'this is no index');
    }, { old => 2, older => 2 }],
    ['an edited sheet', sub {
        my $sheet = "$_[0]/main/sheets/leads-$day.csv";
        must($_[0], 'old');
        spew($sheet, slurp($sheet) . "by hand\r\n");
    }, { old => 2 }, "sheets/leads-$day.csv"],
);

my $faults = 0;
for (@situations) {
    my ($name, $prepare, $kept, $edited) = @$_;
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
                    my (@bad, %edited);
                    $edited{"$home/main/$edited"} =
                        slurp("$template/main/$edited") if $edited;
                    push @bad, "it answers $r->{status} ($r->{log})"
                        if $r->{status} != 200 && $r->{status} != 503
                        # Its own answer could not be written.
                        && !($r->{status} == 0 && $call eq 'write');
                    push @bad, 'no reason in the log' if $r->{status} == 503
                        && $r->{log} !~ /reason=/ && $call ne 'write';
                    # What was acknowledged is there before any retry; the
                    # sheet and the index may catch up later.
                    my %now = (%$kept, $r->{status} == 200 ? (new => 2) : ());
                    push @bad, violations($home, kept => \%now,
                        maybe => { new => 2 }, edited => \%edited,
                        skip => [qw(sheets index lines)],
                        log => $r->{log}) if $r->{status} == 200;
                    my $retry = cgi($home, body => $body);
                    push @bad, "the retry is $retry->{status} $retry->{log}"
                        if $retry->{status} != 200;
                    push @bad, violations($home, kept => { %$kept,
                        new => 2 }, edited => \%edited,
                        log => "$r->{log}$retry->{log}");
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

# fdatasync fails: the day goes on in another segment, and nobody trusts the
# one before any more.
my $home = home("protect = no\n");
must($home, 'old');
my $journal = "$home/main/journal/$day";
my $counts = -s "$journal.jsonl";
my $r = cgi($home, body => delivery('new', 2), wrap => [failing_sync()]);
is($r->{status}, 503, 'fdatasync fails: 503');
like(slurp("$journal-2.jsonl"), qr/\A\{"received":"[^"]+","kind":"segment",
    "before":\{"segment":1,"counts":$counts\},"sha256":"\w+"\}\n\z/x,
    '  the next segment says how much of this one counts');
for (1 .. 2) {
    $r = cgi($home, body => delivery('new', 2), wrap => [failing_sync()]);
    is($r->{status}, 503, '  it fails again: 503');
}
my $before = slurp("$journal.jsonl");
$r = cgi($home, body => delivery('new', 2));
is("$r->{status} $r->{json}{status}", '200 stored', '  then 200');
ok(-e "$journal-4.jsonl", '  in the fourth segment');
is(slurp("$journal.jsonl"), $before, '  and none goes to the first');
is_deeply([violations($home, kept => { old => 2, new => 2 })], [],
    '  with its rows once');
for my $id (qw(old new)) {
    $r = cgi($home, body => delivery($id, 2));
    is($r->{json}{status}, 'duplicate', "  $id again: duplicate");
}
is_deeply([violations($home, kept => { old => 2, new => 2 })], [],
    '  and no second row');

# The next segment can't be made either: nothing is appended before it is.
$home = home("protect = no\n");
must($home, 'old');
$journal = "$home/main/journal/$day";
my @both = (failing_sync(), '-e', 'inject=renameat2,rename:error=EIO');
s/^trace=fdatasync$/trace=fdatasync,renameat2,rename/ for @both;
is(cgi($home, body => delivery('new', 2), wrap => \@both)->{status}, 503,
    'fdatasync fails, and no segment can be made: 503');
ok(!-e "$journal-2.jsonl", '  there is none');
$before = slurp("$journal.jsonl");
is(cgi($home, body => delivery('old', 2), wrap => \@both)->{status}, 503,
    '  nor later: 503');
ok(!-e "$journal-2.jsonl", '  there is none');
$r = cgi($home, body => delivery('old', 2));
is($r->{json}{status}, 'duplicate', '  with the fault gone: a duplicate');
ok(-e "$journal-2.jsonl", '  and the segment is made');
is(cgi($home, body => delivery('new', 2))->{json}{status}, 'stored',
    '  what heard 503 is stored anew');
is(slurp("$journal.jsonl"), $before, '  and not in the first segment');
is_deeply([violations($home, kept => { old => 2, new => 2 })], [],
    '  with its rows once');

# Two workers: one has the segment open while the other's sync fails.
$home = home("protect = no\n");
worker($home);
is(ask($home, delivery('old', 2))->{status}, 200, 'a worker keeps one');
$r = cgi($home, body => delivery('new', 2), wrap => [failing_sync()]);
is($r->{status}, 503, '  another process can\'t sync: 503');
$before = slurp("$home/main/journal/$day.jsonl");
is(ask($home, delivery($_, 2))->{status}, 200, "  $_ by the worker: 200")
    for qw(slow new);
is(slurp("$home/main/journal/$day.jsonl"), $before,
    '  and not into the segment that it has open');
is_deeply([violations($home, kept => { old => 2, new => 2, slow => 2 })], [],
    '  with all rows once');
stop_workers();

done_testing();

#!/usr/bin/perl
# Power cuts: every disk that one could have left, at any moment of a few
# runs of deliveries; each is recovered and checked.  And the test of the test:
# with syncs that do nothing it must find harm.
use strict;
use warnings;
use Checker;
use Crash qw(cut_off put_back);
use Leadsheet;
use PowerCut;
use Test::More;
use Worker;

my $times = $ENV{LONG} ? 10 : 1;
note('SEED=' . ($ENV{SEED} // 1) . ', LONG=1 for more');

# The day of the runs: before this machine was started.
my $then = '2001-09-01';
my $next = '2001-09-02';
my $sheet = "main/sheets/leads-$then.csv";
my $journal = "main/journal/$then.jsonl";
my $ten = seconds("$then 10:00:00");

# One delivery, at a time where there is one.
sub at {
    my ($when, $body, $home, @wrap) = @_;
    return cgi($home, body => $body, wrap => [@wrap, clock($when)]);
}

sub must {
    my ($home, $body, $when) = @_;
    my $r = at($when, $body, $home);
    die "not kept: $r->{log}" if $r->{status} != 200;
    dated($home, $when);
}

# A step: what is delivered, when, and more options of strace's; what it hears
# is 200 unless it is said.
sub step {
    my ($id, $leads, $when, %more) = @_;
    my $test = $id =~ /test/ ? '"test":true,' : '';
    return { bodies => [delivery($id, $leads, $test)], when => $when,
        heard => 200, %more };
}

# Several that come together to a worker: each an id and its leads.
sub together {
    my ($deliveries, $when, %more) = @_;
    return { bodies => [map { delivery($$_[0], $$_[1],
        $$_[0] =~ /test/ ? '"test":true,' : '') } @$deliveries],
        when => $when, heard => 200, %more };
}

sub fails { return (inject => "inject=fdatasync:error=EIO$_[0]",
    heard => 503) }

# Killed before that sync.
sub killed { return (inject => "inject=fdatasync:signal=KILL:when=$_[0]",
    heard => 0) }

# As a spreadsheet saves it at ten that was open when the last lead came.
sub saved {
    my ($home, $change) = @_;
    spew("$home/$sheet", $change->(slurp("$home/$sheet")));
    utime $ten, $ten, "$home/$sheet";
}

# The runs: what was there before, when the disk had all of it; the steps;
# when the sender tries again: on that day, or today; parts: how many there may
# be.
my @runs = (
    { name => 'a day begins', disks => 120, again => "$then 10:05:00",
        steps => [
        step('cut-one', 2, "$then 10:00:00"),
        step('cut-two', 3, "$then 10:00:01"),
        step('cut-two', 3, "$then 10:00:02"),
        step('cut-test', 1, "$then 10:00:03"),
        step('cut-three', 1, "$then 10:00:20")] },
    { name => 'recovery of a torn day', disks => 60, kept => { old => 2 },
        again => "$then 12:00:00", prepare => sub {
            my ($home) = @_;
            must($home, delivery('old', 2), "$then 10:00:00");
            cut_off($home, sub {
                must($home, delivery('lost', 2), "$then 10:00:01") });
            put_back("$home/$journal", substr slurp("$home/$journal"), 0, -40);
            put_back("$home/$sheet",
                slurp("$home/$sheet") =~ s/,lost,.*?\n\K.*//sr);
            put_back("$home/$sheet",
                slurp("$home/$sheet") =~ s/[^\n]*,lost,.*//sr);
            unlink "$home/main/index";
            dated($home, "$then 10:00:01");
        }, steps => [step('cut-one', 2, "$then 10:10:00"),
            step('old', 2, "$then 10:10:01"),
            step('cut-two', 1, "$then 10:10:02")] },
    { name => 'a part -2', disks => 50, kept => { 'old-delivery' => 2 },
        again => "$then 10:40:00", edited => $sheet, prepare => sub {
            must($_[0], delivery('old-delivery', 2), "$then 09:00:00");
            saved($_[0], sub { $_[0] =~ s/Private old/Known old/gr });
        }, steps => [step('cut-one', 2, "$then 10:30:00"),
            step('cut-two', 2, "$then 10:31:00")] },
    { name => 'a part -2 that takes in a lead', disks => 50,
        kept => { old => 1, older => 1 }, edited => $sheet, prepare => sub {
            must($_[0], delivery('old', 1), "$then 09:00:00");
            must($_[0], delivery('older', 1), "$then 09:10:00");
            saved($_[0], sub { $_[0] =~ s/[^\n]*\n\z//r });
        }, steps => [step('cut-one', 2, "$then 10:30:00"),
            step('cut-two', 2, "$then 10:31:00")] },
    { name => 'another shape', disks => 50, kept => { old => 1 }, parts => 2,
        again => "$then 12:00:00", prepare => sub {
            must($_[0], delivery('old', 1), "$then 09:00:00");
            spew("$_[0]/leadsheet.conf", "protect = no\nbom = no\n");
        }, steps => [step('cut-one', 2, "$then 10:30:00"),
            step('cut-two', 2, "$then 10:31:00")] },
    { name => 'a batch begins a day', disks => 100, again => "$then 10:05:00",
        steps => [
        together([['cut-one', 2], ['cut-two', 3], ['cut-test', 1],
            ['cut-one', 2]], "$then 10:00:00"),
        together([['cut-three', 1], ['cut-four', 2], ['cut-two', 3]],
            "$then 10:00:20")] },
    { name => 'the sync of a batch fails', disks => 60, kept => { old => 2 },
        again => "$then 10:20:00", prepare => sub {
            must($_[0], delivery('old', 2), "$then 10:00:00") }, steps => [
            together([['cut-one', 2], ['cut-two', 2], ['cut-three', 1]],
                "$then 10:10:00", fails(':when=1')),
            together([['cut-two', 2], ['cut-four', 2], ['cut-one', 2]],
                "$then 10:10:02")] },
    { name => 'a batch killed before its sync', disks => 60,
        kept => { old => 2 }, again => "$then 10:20:00", prepare => sub {
            must($_[0], delivery('old', 2), "$then 10:00:00") }, steps => [
            together([['cut-one', 2], ['cut-two', 2]], "$then 10:10:00",
                killed(1)),
            together([['cut-three', 2], ['cut-two', 2]],
                "$then 10:10:01")] },
    { name => 'a batch of a new day', disks => 60, again => "$next 10:00:00",
        steps => [
        together([['cut-one', 2], ['cut-two', 2]], "$then 23:59:50"),
        together([['cut-three', 2], ['cut-four', 2], ['cut-two', 2]],
            "$next 00:00:01")] },
    { name => 'a failed sync', disks => 60, kept => { old => 2 },
        again => "$then 10:20:00", prepare => sub {
            must($_[0], delivery('old', 2), "$then 10:00:00") }, steps => [
            step('cut-one', 2, "$then 10:10:00"),
            step('cut-two', 2, "$then 10:10:01", fails(':when=1')),
            step('cut-two', 2, "$then 10:10:02"),
            step('cut-one', 2, "$then 10:10:03"),
            step('cut-three', 1, "$then 10:10:04")] },
    { name => 'a failed sync, and no next segment', disks => 60,
        kept => { old => 2 }, again => "$then 10:20:00", prepare => sub {
            must($_[0], delivery('old', 2), "$then 10:00:00") }, steps => [
            step('cut-one', 2, "$then 10:10:00"),
            step('cut-two', 2, "$then 10:10:01", fails('')),
            step('cut-two', 2, "$then 10:10:02"),
            step('cut-one', 2, "$then 10:10:03"),
            step('cut-three', 1, "$then 10:10:04")] },
    { name => 'killed before its sync, then sent again', disks => 60,
        kept => { old => 2 }, again => "$then 10:20:00", prepare => sub {
            must($_[0], delivery('old', 2), "$then 10:00:00") }, steps => [
            step('cut-one', 2, "$then 10:10:00", killed(1)),
            step('cut-one', 2, "$then 10:10:01")] },
    (map { { name => "the first of a day, killed before sync $_", disks => 20,
        again => "$then 10:20:00", steps => [
            step('cut-one', 2, "$then 10:10:00", killed($_)),
            step('cut-one', 2, "$then 10:10:01"),
            step('cut-two', 1, "$then 10:10:02")] } } 1 .. 6),
    { name => 'a new day', disks => 60, again => "$next 10:00:00", steps => [
        step('cut-one', 2, "$then 23:59:58"),
        step('cut-two', 2, "$then 23:59:59"),
        step('cut-three', 2, "$next 00:00:01"),
        step('cut-two', 2, "$next 00:00:02")] },
    { name => 'a new day, and the one before lacks a lead', disks => 60,
        kept => { old => 1, older => 1 }, edited => $sheet, prepare => sub {
            must($_[0], delivery('old', 1), "$then 09:00:00");
            must($_[0], delivery('older', 1), "$then 09:10:00");
            saved($_[0], sub { $_[0] =~ s/[^\n]*\n\z//r });
        }, steps => [step('cut-one', 2, "$next 10:30:00"),
            step('cut-two', 2, "$next 10:31:00")] },
);

# What one by CGI hears, or each of several that come together to a worker.
sub deliver {
    my ($bodies, $home, @wrap) = @_;
    return cgi($home, body => @$bodies, wrap => \@wrap) if @$bodies == 1;
    my $r = batch($home, $bodies, wrap => \@wrap);
    my %heard = map { $_->{status} => 1 } @{$r->{answers}};
    return { status => join(' and ', sort keys %heard), log => $r->{log} };
}

# Trace each step whole, beside what was on the disk before.
sub record_run {
    my ($run, $from) = @_;
    my $home = $from ? whole_copy($from) : home("protect = no\n");
    restart($home) if $from;
    $run->{prepare}->($home) if $run->{prepare} && !$from;
    # The second time an hour later, as no clock goes back.
    my @steps = map { { %$_, $from ? (when => $_->{when} =~ s/ 10:/ 11:/r)
        : () } } @{$run->{steps}};
    my @heard = record($home, map { my $step = $_;
        { when => $step->{when}, inject => $step->{inject}, run => sub {
            deliver($step->{bodies}, @_) } }
    } @steps);
    for my $i ($from ? () : 0 .. $#heard) {
        is($heard[$i]{status}, $steps[$i]{heard},
            "$run->{name}: step $i is recorded") or diag($heard[$i]{log});
    }
    return $home;
}

# The machine comes up again, and the sender tries what it heard no 200 for;
# on every other disk all of it.
my $turn = 0;
sub wrong {
    my ($run, $disk, %before) = @_;
    my %sent = map { /"delivery_id":"([^"]+)"/; ($1 => $_) }
        grep { !/"test":true/ } map { @{$_->{bodies}} } @{$run->{steps}};
    my %answered = (%before, answered($disk));
    my $all = $turn++ % 2;
    my $when = $turn % 4 < 2 ? $run->{again} : undef;
    my (@wrong, $log);
    my %edited = $run->{edited} ? ("$disk/$run->{edited}" =>
        slurp("$disk/$run->{edited}")) : ();
    for my $id ((grep { $all || !$answered{$_} } sort keys %sent), 'after') {
        my $r = at($when, $sent{$id} // delivery('after', 1), $disk);
        $log .= $r->{log};
        push @wrong, "$id: $r->{status} $r->{log}" if $r->{status} != 200;
        # Answered before the cut: then it is a duplicate now.
        push @wrong, "$id was answered 200 and is gone"
            if $answered{$id} && $r->{json}{status} ne 'duplicate';
    }
    my %kept = (%{$run->{kept} // {}}, after => 1,
        map { $_ => scalar(() = $sent{$_} =~ /"urn"/g) } keys %sent);
    # Garbage may be in the index, and be a line.
    push @wrong, violations($disk, kept => \%kept, edited => \%edited,
        skip => [qw(stale lines)], log => $log);
    my $parts = grep { -e } glob "$disk/main/sheets/leads-$then*";
    push @wrong, 'taken for edited'
        if !%edited && $parts > ($run->{parts} // 1);
    return map { "$disk: $_" } @wrong;
}

# Of each of these disks what is wrong with it; so many are enough.
sub all_wrong {
    my ($run, $disks, $enough, %before) = @_;
    my @wrong;
    for my $disk (@$disks) {
        restart($disk);
        my @bad = wrong($run, $disk, %before);
        push @wrong, @bad;
        system 'rm', '-rf', $disk unless @bad;
        last if @wrong >= $enough;
    }
    return @wrong;
}

my $only = $ENV{ONLY} // '';
my @only = grep { $_->{name} =~ /$only/ } @runs;
for my $run (@only) {
    my $n = $run->{disks} * $times;
    $run->{home} = record_run($run);
    my @disks = disks($run->{home}, $n);
    # The second cut, below, begins with some of the first.
    $run->{cut} = [map { whole_copy($_) } @disks[map { $_ * $n / 5 } 1 .. 4]]
        if $run == $runs[0];
    is_deeply([all_wrong($run, \@disks, 20)], [], "$run->{name}: $n disks: "
        . 'all that was answered is there, once');
}
done_testing(), exit if $only;

# A power cut while the one before is recovered from.
my ($n, @wrong) = 0;
for my $disk (@{$runs[0]{cut}}) {
    my %before = answered($disk);
    my $home = record_run($runs[0], $disk);
    my @disks = disks($home, 10 * $times);
    $n += @disks;
    push @wrong, all_wrong({ %{$runs[0]}, again => "$then 12:00:00" },
        \@disks, 20, %before);
}
is_deeply(\@wrong, [], "a second cut, in the recovery: $n disks");

# And the test of the test.
my %run = map { $_->{name} => $_ } @runs;
for (['all', 'a day begins', 'syncs do nothing'],
    ['sheet-lines', 'a day begins', 'a sheet\'s line is not synced'],
    ['late', 'a day begins', 'rows come before their record is synced'],
    ['all', 'a batch begins a day', 'syncs of a batch do nothing'],
    ['late', 'a batch begins a day', 'rows of a batch come before its sync'],
    ['index', 'a new day', 'the index says that it was synced, and was not']) {
    my ($lose, $name, $what) = @$_;
    my @found = all_wrong($run{$name}, [disks($run{$name}{home}, 100,
        '--lose', $lose)], 1);
    cmp_ok(scalar(@found), '>', 0, "when $what it finds harm: the test can fail");
}

done_testing();

#!/usr/bin/perl
# Power cuts: every disk that one could have left, at any moment of a few
# runs of deliveries; each is recovered and checked.  And the test of the test:
# with syncs that do nothing it must find harm.
use strict;
use warnings;
use Checker;
use Leadsheet;
use PowerCut;
use Test::More;

my $times = $ENV{LONG} ? 10 : 1;
note('SEED=' . ($ENV{SEED} // 1) . ', LONG=1 for more');
my $today = today();

# The day of the runs that have a clock: before this machine was started.
my $then = '2001-09-01';
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
}

# The runs: what was there before, when the disk had all of it; the steps,
# each with its time and more options of strace's.
my @runs = (
    { name => 'a day begins', disks => 120, steps => [
        [delivery('cut-one', 2)], [delivery('cut-two', 3)],
        [delivery('cut-two', 3)],
        [delivery('cut-test', 1, '"test":true,')],
        [delivery('cut-three', 1)]] },
    { name => 'recovery of a torn day', disks => 60, kept => { old => 2 },
        prepare => sub {
            must($_[0], delivery('old', 2));
            must($_[0], delivery('lost', 2));
            my $journal = "$_[0]/main/journal/$today.jsonl";
            spew($journal, substr slurp($journal), 0, -40);
            my $sheet = "$_[0]/main/sheets/leads-$today.csv";
            spew($sheet, slurp($sheet) =~ s/,old-2,\K.*//sr);
            unlink glob "$_[0]/main/index.sqlite*";
            spew("$_[0]/main/lock", '1');
        }, steps => [[delivery('cut-one', 2)], [delivery('old', 2)],
            [delivery('cut-two', 1)]] },
    { name => 'a part -2', disks => 50, kept => { 'old-delivery' => 2 },
        edited => "sheets/leads-$then.csv", prepare => sub {
            must($_[0], delivery('old-delivery', 2), "$then 09:00:00");
            my $sheet = "$_[0]/main/sheets/leads-$then.csv";
            spew($sheet, slurp($sheet) =~ s/Private old/Known old/gr);
            utime $ten, $ten, $sheet;
        }, steps => [[delivery('cut-one', 2), "$then 10:30:00"],
            [delivery('cut-two', 2), "$then 10:31:00"]] },
    { name => 'a retired segment', disks => 60, kept => { old => 2 },
        prepare => sub { must($_[0], delivery('old', 2)) }, steps => [
            [delivery('cut-one', 2)],
            [delivery('cut-two', 2), undef, 'inject=fdatasync:error=EIO'],
            [delivery('cut-two', 2)], [delivery('cut-one', 2)],
            [delivery('cut-three', 1)]] },
    { name => 'a new day', disks => 60, steps => [
        [delivery('cut-one', 2), "$then 23:59:58"],
        [delivery('cut-two', 2), "$then 23:59:59"],
        [delivery('cut-three', 2), '2001-09-02 00:00:01'],
        [delivery('cut-two', 2), '2001-09-02 00:00:02']] },
);

# Trace each step whole, beside what was on the disk before.
sub record_run {
    my ($run, $from) = @_;
    my $home = $from ? whole_copy($from) : home();
    restart($home) if $from;
    $run->{prepare}->($home) if $run->{prepare};
    my @heard = record($home, map {
        my ($body, $when, $inject) = @$_;
        { when => $when, inject => $inject,
            run => sub { cgi($_[0], body => $body, wrap => [@_[1 .. $#_]]) } }
    } @{$run->{steps}});
    for my $i ($from ? () : 0 .. $#heard) {
        is($heard[$i]{status}, $run->{steps}[$i][2] ? 503 : 200,
            "$run->{name}: step $i is recorded");
    }
    return $home;
}

# The machine comes up again, and the sender tries what it heard no 200 for;
# on every other disk all of it.
my $turn = 0;
sub wrong {
    my ($run, $disk, %before) = @_;
    my %sent = map { $_->[0] =~ /"delivery_id":"([^"]+)"/; ($1 => $_->[0]) }
        grep { $_->[0] !~ /"test":true/ } @{$run->{steps}};
    my %answered = (%before, answered($disk));
    my $all = $turn++ % 2;
    my (@wrong, $log);
    my $edited = $run->{edited} ? "$disk/main/$run->{edited}" : '';
    my %edited = $edited ? ($edited => slurp($edited)) : ();
    for my $id ((grep { $all || !$answered{$_} } sort keys %sent), 'after') {
        my $r = cgi($disk, body => $sent{$id} // delivery('after', 1));
        $log .= $r->{log};
        push @wrong, "$id: $r->{status} $r->{log}" if $r->{status} != 200;
        # Answered before the cut: then it is a duplicate now; from a
        # segment that was retired it is journalled once more.
        push @wrong, "$id was answered 200 and is gone"
            if $answered{$id} && $r->{json}{status} ne 'duplicate'
            && !grep { !((stat)[2] & 0200) } @{journal($disk)};
    }
    my %kept = (%{$run->{kept} // {}}, after => 1,
        map { $_ => scalar(() = $sent{$_} =~ /"urn"/g) } keys %sent);
    push @wrong, violations($disk, kept => \%kept, edited => \%edited,
        log => $log);
    push @wrong, 'taken for edited'
        if !$edited && glob "$disk/main/sheets/leads-*-2.csv";
    return map { "$disk: $_" } @wrong;
}

# Of each of these disks what is wrong with it; some is enough.
sub all_wrong {
    my ($run, $disks, %before) = @_;
    my @wrong;
    for my $disk (@$disks) {
        restart($disk);
        my @bad = wrong($run, $disk, %before);
        push @wrong, @bad;
        system 'rm', '-rf', $disk unless @bad;
        last if @wrong > 20;
    }
    return @wrong;
}

for my $run (@runs) {
    my $n = $run->{disks} * $times;
    $run->{home} = record_run($run);
    my @disks = disks($run->{home}, $n);
    # The second cut, below, begins with some of the first.
    $run->{cut} = [map { whole_copy($_) } @disks[map { $_ * $n / 5 } 1 .. 4]]
        if $run == $runs[0];
    is_deeply([all_wrong($run, \@disks)], [], "$run->{name}: $n disks: all "
        . 'that was answered is there, once');
}

# A power cut while the one before is recovered from.
my ($n, @wrong) = 0;
for my $disk (@{$runs[0]{cut}}) {
    my %before = answered($disk);
    my $home = record_run($runs[0], $disk);
    my @disks = disks($home, 10 * $times);
    $n += @disks;
    push @wrong, all_wrong($runs[0], \@disks, %before);
}
is_deeply(\@wrong, [], "a second cut, in the recovery: $n disks");

cmp_ok(scalar(all_wrong($runs[0], [disks($runs[0]{home}, 60, '--no-sync')])),
    '>', 0, 'with syncs that do nothing it finds harm: the test can fail');

done_testing();

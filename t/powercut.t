#!/usr/bin/perl
# Power cuts: every disk that one could have left, at any moment of a few
# runs of deliveries; each is recovered and checked.  And the test of the test:
# with syncs that do nothing it must find harm.
use strict;
use warnings;
use Checker;
use Leadsheet;
use POSIX ();
use Test::More;

my $strace = '/usr/bin/strace';
-x $strace or BAIL_OUT('strace is not installed: run sh t/run');
my ($faketime) = glob '/usr/lib/*/faketime/libfaketime.so.1'
    or BAIL_OUT('faketime is not installed: run sh t/run');
my $seed = $ENV{SEED} // 1;
my $times = $ENV{LONG} ? 10 : 1;
note("SEED=$seed, " . ($times > 1 ? 'LONG' : 'LONG=1 for more'));
my $today = today();

# The day of the runs that have a clock: before this machine was started.
my $then = '2001-09-01';
my $ten = POSIX::mktime(0, 0, 10, 1, 8, 101);

# One delivery, at a time where there is one.
sub at {
    my ($when, $body, $home, @wrap) = @_;
    my %env = $when ? (LD_PRELOAD => $faketime, NO_FAKE_STAT => 1,
        FAKETIME => "\@$when") : ();
    return cgi($home, body => $body, wrap => [@wrap, %env ? ('env',
        'TZ=UTC', map { "$_=$env{$_}" } sort keys %env) : ()]);
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

my @trace = ($strace, '-qq', '-xx', '-s', '10000000', '-y', '-e',
    'trace=openat,write,pwrite64,ftruncate,fdatasync,fsync,fchmod,mkdir,'
    . 'rename,unlink');

# Trace each step whole, beside what was on the disk before.
sub record {
    my ($run, $from) = @_;
    my $home = $from ? copy_of($from) : home();
    restart($home) if $from;
    $run->{prepare}->($home) if $run->{prepare};
    system('cp', '-Rp', "$home/main", "$home/.start") == 0 or die;
    my @steps = @{$run->{steps}};
    for my $i (0 .. $#steps) {
        my ($body, $when, $inject) = @{$steps[$i]};
        my $r = at($when, $body, $home, @trace, '-o', "$home/.trace$i",
            $inject ? ('-e', $inject) : ());
        is($r->{status}, $inject ? 503 : 200,
            "$run->{name}: step $i is recorded") unless $from;
        spew("$home/.time$i", defined $when ? POSIX::mktime((reverse split
            /[-: ]/, $when =~ s/-(\d+)-/'-' . ($1 - 1) . '-'/er)[0 .. 4],
            (split /-/, $when)[0] - 1900) : 1e9);
    }
    return $home;
}

# The other program makes disks, and tells which ids were answered.
sub leave {
    my ($home, $disks, @options) = @_;
    my $out = File::Temp::tempdir('leadsheet-XXXXXX', TMPDIR => 1,
        CLEANUP => !$ENV{KEEP});
    system('python3', data('powercut.py'), '--home', $home, '--out', $out,
        '--seed', $seed, '--disks', $disks, @options) == 0
        or die "powercut.py failed\n";
    my @disks = sort glob "$out/*";
    chmod 0755, @disks;
    return @disks;
}

sub answered { return map { $_ => 1 } split ' ', slurp("$_[0]/answered") }

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

# What a real restart changes and a copy doesn't: another run of the machine.
# And what a copy changes and a restart doesn't: inodes.
sub restart {
    my ($disk) = @_;
    my $sql = "UPDATE segments SET boot = 'earlier';"
        . "UPDATE sheets SET boot = 'earlier';" . segments_sql($disk);
    for (glob "$disk/main/sheets/*.csv") {
        my ($kind, $day, $part) = m{/(\w+)-(\d+-\d\d-\d\d)(?:-(\d+))?\.csv$};
        $sql .= "UPDATE sheets SET inode = @{[(stat)[1]]} WHERE "
            . "kind = '$kind' AND day = '$day' AND part = @{[$part // 1]};";
    }
    # Where the index is damaged this fails, and that is as it is.
    system "sqlite3 '$disk/main/index.sqlite' \"$sql\" >/dev/null 2>&1"
        if -s "$disk/main/index.sqlite";
}

for my $run (@runs) {
    my $n = $run->{disks} * $times;
    $run->{home} = record($run);
    my @disks = leave($run->{home}, $n);
    # The second cut, below, begins with some of the first.
    $run->{cut} = [map { my $copy = copy_of($_);
        spew("$copy/answered", slurp("$_/answered")); $copy }
        @disks[map { $_ * $n / 5 } 1 .. 4]] if $run == $runs[0];
    is_deeply([all_wrong($run, \@disks)], [], "$run->{name}: $n disks: all "
        . 'that was answered is there, once');
}

# A power cut while the one before is recovered from.
my ($n, @wrong) = 0;
for my $disk (@{$runs[0]{cut}}) {
    my %before = answered($disk);
    my $home = record($runs[0], $disk);
    my @disks = leave($home, 10 * $times);
    $n += @disks;
    push @wrong, all_wrong($runs[0], \@disks, %before);
}
is_deeply(\@wrong, [], "a second cut, in the recovery: $n disks");

cmp_ok(scalar(all_wrong($runs[0], [leave($runs[0]{home}, 60, '--no-sync')])),
    '>', 0, 'with syncs that do nothing it finds harm: the test can fail');

done_testing();

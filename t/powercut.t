#!/usr/bin/perl
# Power cuts: every disk that one could have left, at any moment of a few
# deliveries; each is recovered and checked.  And the test of the test: with
# syncs that do nothing it must find harm.
use strict;
use warnings;
use Checker;
use Leadsheet;
use Test::More;

my $strace = '/usr/bin/strace';
-x $strace or BAIL_OUT('strace is not installed: run sh t/run');
my $seed = $ENV{SEED} // 1;
my $disks = $ENV{LONG} ? 3000 : 300;
note("SEED=$seed, $disks disks");

# Record: three deliveries, a duplicate and a test, each traced whole.
my $home = home();
my @steps = (delivery('cut-one', 2), delivery('cut-two', 3),
    delivery('cut-two', 3), delivery('cut-test', 1, '"test":true,'),
    delivery('cut-three', 1));
for my $i (0 .. $#steps) {
    my $r = cgi($home, body => $steps[$i], wrap => [$strace, '-qq', '-xx',
        '-s', '10000000', '-y', '-o', "$home/.trace$i", '-e',
        'trace=openat,write,pwrite64,ftruncate,fdatasync,fsync,mkdir,'
        . 'rename,unlink']);
    is($r->{status}, 200, "step $i is recorded");
}

# Replay: the other program makes disks, and tells which ids were answered.
sub replay {
    my (@options) = @_;
    my $out = File::Temp::tempdir('leadsheet-XXXXXX', TMPDIR => 1,
        CLEANUP => !$ENV{KEEP});
    system('python3', data('powercut.py'), '--home', $home, '--out', $out,
        '--seed', $seed, @options) == 0 or die "powercut.py failed\n";
    my @wrong;
    my $n = 0;
    for my $disk (sort glob "$out/*") {
        $n++;
        chmod 0755, $disk;
        restart($disk);
        my %kept = map { split /=/ } split ' ', slurp("$disk/answered");
        my $log = '';
        # The sender tries everything again.
        my %all;
        my $bad = 0;
        for my $body (@steps[0, 1, 4]) {
            my ($id) = $body =~ /"delivery_id":"([^"]+)"/;
            my $r = cgi($disk, body => $body);
            $log .= $r->{log};
            $bad ||= $r->{status};
            push @wrong, "$disk: $id: $r->{status} $r->{log}"
                if $r->{status} != 200;
            # Answered before the cut: then it is a duplicate now.
            push @wrong, "$disk: $id was answered 200 and is gone"
                if $kept{$id} && $r->{json}{status} ne 'duplicate';
            $all{$id} = () = $body =~ /"urn"/g;
        }
        push @wrong, map { "$disk: $_" } violations($disk, kept => \%all,
            log => $log);
        push @wrong, "$disk: taken for edited"
            if glob "$disk/main/sheets/leads-*-2.csv";
        system 'rm', '-rf', $disk if !@wrong;
        last if @wrong > 20;
    }
    return ($n, @wrong);
}

# What a real restart changes and a copy doesn't: another run of the machine.
# And what a copy changes and a restart doesn't: the sheets' inodes.
sub restart {
    my ($disk) = @_;
    my $sql = "UPDATE segments SET boot = 'earlier';"
        . "UPDATE sheets SET boot = 'earlier';";
    for my $kind (qw(leads test)) {
        my ($sheet) = glob "$disk/main/sheets/$kind-*.csv" or next;
        my $inode = (stat $sheet)[1];
        $sql .= "UPDATE sheets SET inode = $inode WHERE kind = '$kind';";
    }
    # Where the index is damaged this fails, and that is as it is.
    system "sqlite3 '$disk/main/index.sqlite' \"$sql\" >/dev/null 2>&1"
        if -s "$disk/main/index.sqlite";
}

my ($n, @wrong) = replay('--disks', $disks);
is_deeply(\@wrong, [], "$n disks: all that was answered is there, once");
cmp_ok($n, '>=', $disks, '  and they were as many as that');
($n, @wrong) = replay('--disks', 60, '--no-sync');
cmp_ok(scalar(@wrong), '>', 0,
    'with syncs that do nothing it finds harm: the test can fail');

done_testing();

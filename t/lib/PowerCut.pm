package PowerCut;

# Power cuts: a run is traced, and of the trace t/data/powercut.py makes disks
# that one could have left, at any moment of it.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();
use Leadsheet;
use POSIX ();
use Recent;

our @EXPORT = qw(clock seconds dated record disks answered whole_copy restart);

my $strace = '/usr/bin/strace';
my @trace = ($strace, '-qq', '-xx', '-v', '-s', '10000000', '-y', '-e',
    'trace=openat,write,pwrite64,ftruncate,fdatasync,fsync,fchmod,mkdir,'
    . 'rename,unlink,fstat,newfstatat');

# The words that set a command's clock; none for the time that it is.
sub clock {
    my ($when) = @_;
    return () unless defined $when;
    my ($faketime) = glob '/usr/lib/*/faketime/libfaketime.so.1'
        or die "faketime is not installed: run sh t/run\n";
    return ('env', 'TZ=UTC', "LD_PRELOAD=$faketime", 'NO_FAKE_STAT=1',
        "FAKETIME=\@$when");
}

# 2001-09-01 10:00:00 in seconds.
sub seconds {
    my ($year, $month, @rest) = split /[-: ]/, $_[0];
    local $ENV{TZ} = 'UTC';
    POSIX::tzset();
    my $seconds = POSIX::mktime(reverse(@rest), $month - 1, $year - 1900);
    delete local $ENV{TZ};
    POSIX::tzset();
    return $seconds;
}

# What was written just now was written then.
sub dated {
    my ($home, $when) = @_;
    my $then = seconds($when);
    utime $then, $then, grep { (stat)[9] > $^T - 86400 } glob
        "$home/main/journal/* $home/main/sheets/*";
    return;
}

# Trace the steps one by one, beside what was on the disk before.  A step has
# run, which takes the home and a command to run it under; its time, in when;
# and what more strace is to do, in inject.  Returns what each run did.
sub record {
    my ($home, @steps) = @_;
    -x $strace or die "strace is not installed: run sh t/run\n";
    system("cp -Rp '$home/main' '$home/.start' && cd '$home/main' && "
        . "find . -type f -printf '%i %P\\n' > ../.inodes") == 0 or die;
    my @results;
    for my $i (0 .. $#steps) {
        my ($run, $when, $inject) = @{$steps[$i]}{qw(run when inject)};
        push @results, $run->($home, @trace, '-o', "$home/.trace$i",
            ($inject ? ('-e', $inject) : ()), clock($when));
        spew("$home/.time$i", defined $when ? seconds($when) : 1e9);
    }
    return @results;
}

# The other program makes so many disks of it.
sub disks {
    my ($home, $n, @options) = @_;
    my $out = File::Temp::tempdir('leadsheet-XXXXXX', TMPDIR => 1,
        CLEANUP => !$ENV{KEEP});
    system('python3', data('powercut.py'), '--home', $home, '--out', $out,
        '--seed', $ENV{SEED} // 1, '--disks', $n, @options) == 0
        or die "powercut.py failed\n";
    my @disks = sort glob "$out/*";
    chmod 0755, @disks;
    return @disks;
}

# The ids that were answered with 200 before the cut, and "gone" where a
# command had said so.
sub answered { return map { $_ => 1 } split ' ', slurp("$_[0]/answered") }

sub whole_copy {
    my ($disk) = @_;
    my $copy = File::Temp::tempdir('leadsheet-XXXXXX', TMPDIR => 1,
        CLEANUP => 1);
    system('cp', '-Rp', "$disk/.", $copy) == 0 or die "cp failed\n";
    return $copy;
}

# What a real restart changes and a copy doesn't: another boot.
# And what a copy changes and a restart doesn't: inodes.  An index that has the
# inode of a file that isn't there any more has one that no file has.
sub restart {
    my ($disk) = @_;
    my $sql = "UPDATE segments SET boot = 'earlier' WHERE boot <> '';"
        . "UPDATE sheets SET boot = 'earlier';"
        . "UPDATE segments SET inode = -inode;"
        . "UPDATE sheets SET inode = -inode;";
    my %now;
    for (split /\n/, slurp("$disk/inodes")) {
        my ($was, $name) = /^(\d+) (.*)$/ or next;
        my $now = (stat "$disk/main/$name")[1] // next;
        $now{$was} = $now;
        $sql .= "UPDATE $_ SET inode = $now WHERE inode = -$was;"
            for qw(segments sheets);
    }
    change_recent($disk, sub {
        my ($head) = @_;
        $_ = $now{$_} // -$_ for @$head{qw(inode sheet_inode)};
        $_ = 'earlier' for grep { $_ ne '' } @$head{qw(boot sheet_boot)};
    });
    # Where the index is damaged this fails, and that is as it is.
    system "sqlite3 '$disk/main/index.sqlite' \"$sql\" >/dev/null 2>&1"
        if -s "$disk/main/index.sqlite";
    return;
}

1;

package PowerCut;

# Power cuts: a run is traced, and of the trace t/data/powercut.py makes disks
# that one could have left, at any moment of it.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();
use Leadsheet;
use POSIX ();
use Checker qw(restarted);

our @EXPORT = qw(clock seconds dated record disks answered whole_copy restart);

my $strace = '/usr/bin/strace';
my @trace = ($strace, '-qq', '-xx', '-v', '-s', '10000000', '-y', '-e',
    'trace=openat,write,pwrite64,ftruncate,fdatasync,fsync,fchmod,mkdir,'
    . 'rename,renameat2,unlink,fstat,newfstatat,writev,sendto,sendmsg');

my $library;

# The words that set a command's clock, and have the machine come up a minute
# before that; none for the time that it is.  See t/data/clock.c.
sub clock {
    my ($when) = @_;
    return () unless defined $when;
    unless ($library) {
        $library = File::Temp::tempdir(CLEANUP => 1) . '/clock.so';
        system('gcc', '-D_GNU_SOURCE', '-shared', '-fPIC', '-O1', '-o',
            $library, data('clock.c')) == 0 or die "gcc failed\n";
    }
    return ('env', 'TZ=UTC', "LD_PRELOAD=$library",
        'TEST_CLOCK=' . seconds($when));
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
# and what more strace is to do, in inject.  A run may be a delivery by CGI, a
# batch of several, or a command.  Returns what each run did.
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
# And what a copy changes and a restart doesn't: inodes.
sub restart {
    my ($disk) = @_;
    restarted($disk, { map { /^(\d+) (.*)$/ ? ($1 => $2) : () }
        split /\n/, slurp("$disk/inodes") });
    return;
}

1;

package Crash;

# The worst at every point: a program is killed before each system call that
# changes the disk, or that call fails, one after the other.

use strict;
use warnings;
use Checker;
use Exporter qw(import);
use Leadsheet;

our @EXPORT = qw(strace ranges killed_everywhere
    failed_everywhere);

# What changes something on disk.  To be killed before a call that only looks
# is to be killed before the next of these.
our @CALLS = qw(openat write pwrite64 ftruncate fdatasync fsync fchmod chmod
    mkdir rename unlink);

our %ERRORS = (openat => 'EMFILE', write => 'ENOSPC', pwrite64 => 'EIO',
    pread64 => 'EIO', ftruncate => 'EIO', fdatasync => 'EIO', fsync => 'EIO',
    mkdir => 'ENOSPC', fchmod => 'EPERM', chmod => 'EPERM', rename => 'ENOSPC',
    unlink => 'EIO', getdents64 => 'EIO');

my $strace = '/usr/bin/strace';

sub strace {
    -x $strace or die "strace is not installed: run sh t/run\n";
    return ($strace, '-qq', '-o', @_);
}

# The ordinals of each call's first and last that comes after the store was
# touched: what stands before is the program's start.
sub ranges {
    my ($template, $run, @calls) = @_;
    my $home = copy_of($template);
    $run->($home, strace("$home/.trace", '-e',
        'trace=' . join ',', 'newfstatat', 'stat', @calls));
    my (%n, %range, $began);
    for (split /\n/, slurp("$home/.trace")) {
        my ($call) = /^(\w+)\(/ or next;
        $n{$call}++;
        $began ||= /\Q$home\E/;
        next unless $began;
        $range{$call} //= [$n{$call}];
        $range{$call}[1] = $n{$call};
    }
    system 'rm', '-rf', $home;
    return map { $_ => $range{$_} } grep { $range{$_} } @calls;
}

# Kill it at each point of a copy of the template.  run takes the home and a
# command to run it under, and returns a hash with its exit; check takes the
# home and that, and returns what is wrong.  Returns how many points there
# were, and all that was wrong.
sub killed_everywhere {
    my (%o) = @_;
    my %range = ranges(@o{qw(template run)}, @CALLS);
    my ($points, @wrong) = (0);
    for my $call (grep { $range{$_} } @CALLS) {
        for (my $n = $range{$call}[0];; $n++) {
            my $home = copy_of($o{template});
            my $r = $o{run}->($home, strace('/dev/null', '-e',
                "trace=$call", '-e', "inject=$call:signal=KILL:when=$n"));
            my $untouched = $r->{exit} == 0;
            $points++ unless $untouched;
            push @wrong, map { "$call $n: $_" } $o{check}->($home, $r);
            system 'rm', '-rf', $home;
            last if $untouched;
        }
    }
    return ($points, @wrong);
}

# Have each call fail once, in the same way: every third of them in an ordinary
# run, beginning elsewhere with SEED, and each one with LONG=1.
sub failed_everywhere {
    my (%o) = @_;
    my %range = ranges(@o{qw(template run)}, sort keys %ERRORS);
    my ($points, @wrong) = (0);
    my $step = $ENV{LONG} ? 1 : 3;
    my $at = $ENV{SEED} // 0;
    for my $call (sort keys %range) {
        for my $n ($range{$call}[0] .. $range{$call}[1]) {
            next if $at++ % $step;
            my $home = copy_of($o{template});
            my $r = $o{run}->($home, strace('/dev/null', '-e', "trace=$call",
                '-e', "inject=$call:error=$ERRORS{$call}:when=$n"));
            $points++;
            push @wrong, map { "$call $n $ERRORS{$call}: $_" }
                $o{check}->($home, $r);
            system 'rm', '-rf', $home;
        }
    }
    return ($points, @wrong);
}

1;

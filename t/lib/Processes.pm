package Processes;

# The processes of this machine, as /proc tells them, and the end of some.

use strict;
use warnings;
use Exporter qw(import);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(processes descendants end_processes);

# Each by its id: parent, group, state as in ps(1), when it began, and its
# command.
sub processes {
    my %all;
    for my $dir (glob '/proc/[0-9]*') {
        # It may end at any moment.
        open my $f, '<', "$dir/stat" or next;
        my ($pid, $name, $rest) = (<$f> // '') =~ /^(\d+) \((.*)\) (.*)/s
            or next;
        my ($state, $parent, $group, $start) = (split ' ', $rest)[0 .. 2, 19];
        my $command = '';
        if (open my $words, '<', "$dir/cmdline") {
            $command = (<$words> // '') =~ s/\0\z//r =~ tr/\0\n/  /r;
        }
        $all{$pid} = { parent => $parent, group => $group, state => $state,
            start => $start, command => $command || "[$name]" };
    }
    return %all;
}

# The ids of those below a process, but for what has ended and is a zombie.
sub descendants {
    my ($root, %all) = @_;
    %all = processes() unless %all;
    my %children;
    push @{$children{$all{$_}{parent}}}, $_ for keys %all;
    my @found;
    my @from = ($root);
    while (defined(my $pid = shift @from)) {
        my @below = @{$children{$pid} // []};
        push @found, grep { $all{$_}{state} !~ /[ZX]/ } @below;
        push @from, @below;
    }
    return sort { $a <=> $b } @found;
}

# End those that a function names, given all of processes(), and what it named
# before: a child that lost its parent has another one.  SIGTERM, and SIGKILL
# after so many seconds.
sub end_processes {
    my ($which, $seconds) = @_;
    my (%begun, %told);
    my $end = time + $seconds;
    for (;;) {
        my %all = processes();
        $begun{$_} = $all{$_}{start} for $which->(%all);
        my @left = grep { $all{$_} && $all{$_}{start} eq $begun{$_}
            && $all{$_}{state} !~ /[ZX]/ } keys %begun;
        last unless @left;
        my $signal = time < $end ? 'TERM' : 'KILL';
        for (grep { !$told{"$signal $_"}++ } @left) {
            # One that stands still hears only SIGKILL until it goes on.
            kill $signal, $_;
            kill 'CONT', $_;
        }
        sleep 0.02;
    }
    return sort { $a <=> $b } keys %begun;
}

1;

package Processes;

# The processes of this machine, as /proc tells them, and the end of some.

use strict;
use warnings;
use Exporter qw(import);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(processes descendants end_processes);

# Each by its id: parent, group, state as in ps(1), and its command.
sub processes {
    my %all;
    for my $dir (glob '/proc/[0-9]*') {
        # It may end at any moment.
        open my $f, '<', "$dir/stat" or next;
        my ($pid, $name, $state, $parent, $group) =
            (<$f> // '') =~ /^(\d+) \((.*)\) (\S) (\d+) (\d+)/s or next;
        my $command = '';
        if (open my $words, '<', "$dir/cmdline") {
            $command = (<$words> // '') =~ tr/\0\n/  /r;
        }
        $all{$pid} = { parent => $parent, group => $group, state => $state,
            command => $command || "[$name]" };
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

# End whatever a function names: SIGTERM, and SIGKILL for what is still there
# after so many seconds.
sub end_processes {
    my ($which, $seconds) = @_;
    my %told;
    my $end = time + $seconds;
    while (my @left = $which->()) {
        my $signal = time < $end ? 'TERM' : 'KILL';
        # One that stands still hears nothing but SIGKILL until it goes on.
        kill $signal, $_ and kill 'CONT', $_
            for grep { !$told{"$signal $_"}++ } @left;
        sleep 0.02;
    }
    return;
}

1;

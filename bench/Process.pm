package Process;

# What the kernel says of a process: its CPU time, and its memory in MiB.

use strict;
use warnings;
use Exporter qw(import);
use Leadsheet;
use List::Util qw(sum0);

our @EXPORT = qw(cpu_seconds descendants peak pss);

# On a CPU so far, the kernel's part included, of all its threads that are still
# there; exact, not sampled.
sub cpu_seconds {
    my ($pid) = @_;
    return sum0(map { (split ' ', slurp($_))[0] / 1e9 }
        glob "/proc/$pid/task/*/schedstat");
}

# Its memory, of what it shares with others its share; and the most it had.
sub pss {
    my ($pid) = @_;
    my ($kib) = slurp("/proc/$pid/smaps_rollup") =~ /^Pss:\s*(\d+)/m;
    return $kib / 1024;
}

sub peak {
    my ($pid) = @_;
    my ($kib) = slurp("/proc/$pid/status") =~ /^VmHWM:\s*(\d+)/m;
    return $kib / 1024;
}

# Those of our processes, and theirs, whose command line matches; a supervisor,
# which has children that do, is none.
sub descendants {
    my ($pattern) = @_;
    my (%parent, %command);
    for (split /\n/, `ps -eo pid=,ppid=,args=`) {
        my ($pid, $parent, $command) = /^ *(\d+) +(\d+) (.*)/ or next;
        $parent{$pid} = $parent;
        $command{$pid} = $command;
    }
    my $ours;
    $ours = sub { my $pid = $parent{$_[0]} // return 0;
        return $pid == $$ || $ours->($pid) };
    my @found = grep { $command{$_} =~ $pattern && $ours->($_) } keys %command;
    my %supervises = map { $parent{$_} => 1 } @found;
    return grep { !$supervises{$_} } @found;
}

1;

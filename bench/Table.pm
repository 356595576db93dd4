package Table;

# Figures of several runs as a table: medians, how ours stand to theirs, and
# whether that is what it should be.

use strict;
use warnings;
use Exporter qw(import);
use Leadsheet;
use List::Util qw(max min);
use POSIX ();

our @EXPORT = qw(machine median table);

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}

# How many times theirs ours are: the median of what each of our runs is by
# their run of the same round, where there are rounds.
sub ratio {
    my ($ours, $theirs) = @_;
    return median(@$theirs) ? median(@$ours) / median(@$theirs) : 0
        if @$ours != @$theirs || grep { !$_ } @$theirs;
    return median(map { $ours->[$_] / $theirs->[$_] } 0 .. $#$ours);
}

# better is 'more' or 'less'; format is how a figure is written.  A row is a
# name, the figures of each run and a goal, which may be missing: of the first
# row, ours, what the figure itself should be; of the others how many times
# theirs ours should be, at least (more) or at most (less).  What is printed is
# what is judged.
sub table {
    my ($title, $format, $better, @rows) = @_;
    printf "\n%s\n  %-34s %9s %19s %9s\n", $title, '', 'median',
        'lowest - highest', 'ours is';
    for my $row (@rows) {
        my ($name, $runs, $goal) = @$row;
        my ($n, $low, $high) = map { sprintf $format, $_ } median(@$runs),
            min(@$runs), max(@$runs);
        my $is_ours = $row == $rows[0];
        my $ratio = ratio($rows[0][1], $runs);
        $ratio = sprintf $ratio < 10 ? '%.2f' : '%.0f', $ratio;
        my $figure = $is_ours ? $n : $ratio;
        my $line = sprintf '  %-34s %9s %19s %9s', $name, $n,
            @$runs > 1 ? "$low - $high" : '', $is_ours ? '' : "$ratio x";
        $line .= sprintf '  goal %s%s: %s', $goal, $is_ours ? '' : ' x',
            ($better eq 'more' ? $figure >= $goal : $figure <= $goal)
                ? 'met' : 'missed' if defined $goal;
        print $line =~ s/ +$//r, "\n";
    }
    return;
}

# The file system of a directory.  Without a journal of its own each sync of an
# ext4 is for itself; with one, those that come together are joined.
sub file_system {
    my ($dir) = @_;
    my (undef, undef, $source, $type) = split ' ',
        `df --output=source,fstype '$dir'`;
    my ($device) = $source =~ m{([^/]+)$};
    return $type . ($type eq 'ext4' && !glob("/proc/fs/jbd2/$device-*")
        ? ' without a journal' : '');
}

# What the figures were taken on.
sub machine {
    my $cpu = slurp('/proc/cpuinfo') =~ /^model name\s*: (.*)/m ? $1 : 'CPU';
    my $cores = () = slurp('/proc/cpuinfo') =~ /^processor/mg;
    my ($memory) = slurp('/proc/meminfo') =~ /^MemTotal: *(\d+)/;
    my $dir = $ENV{TMPDIR} // '/tmp';
    my $type = file_system($dir);
    my ($load) = split ' ', slurp('/proc/loadavg');
    my (undef, undef, $release, undef, $arch) = POSIX::uname();
    my $commit = -e srcdir() . '/.git' ? `git -C '@{[srcdir()]}' \\
        describe --always --dirty` : '';
    chomp $commit;
    printf "%s: leadsheet %s\n%s, %d cores, %.0f GiB; Linux %s %s; %s on %s; "
        . "load %s at the start\n", POSIX::strftime('%Y-%m-%d', gmtime),
        $commit, $cpu, $cores, $memory / (1 << 20), $release, $arch, $dir,
        $type, $load;
    print "THIS IS MEMORY, NO DISK: set TMPDIR to a directory on one\n"
        if $type =~ /^(?:tmpfs|ramfs|overlay)$/;
    return;
}

1;

#!/usr/bin/perl
# See run.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;

my $leads = $ENV{LEADS} // 1_000_000;
my $runs = $ENV{RUNS} // 1;
$| = 1;
my @days = map { '2026-11-' . (11 + $_) } 0 .. 9;
my $bench = srcdir() . '/bench';
my $dir = tempdir(CLEANUP => 1);
# Debian's own, which has its packages.
my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';

# Seconds by the clock, of CPU, and peak memory in MiB of each command; each
# the median.  They take turns, so that a machine's bad minute is everyone's.
sub measure {
    my (@commands) = @_;
    my @all;
    for (1 .. $runs) {
        for my $i (0 .. $#commands) {
            my @command = @{$commands[$i]};
            open my $p, '-|', $python, '-c', <<'END', @command or die "$!\n";
import os, sys, time
start = time.monotonic()
pid = os.fork()
if pid == 0:
    os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
    os.dup2(1, 2)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, use = os.wait4(pid, 0)
print(time.monotonic() - start, use.ru_utime + use.ru_stime,
      use.ru_maxrss / 1024, status)
END
            my ($wall, $cpu, $memory, $status) = split ' ', scalar <$p>;
            die "@command failed\n" if $status != 0;
            push @{$all[$i]}, [$wall, $cpu, $memory];
        }
    }
    return map { my $one = $_; [map { my $i = $_;
        (sort { $a <=> $b } map { $_->[$i] } @$one)[$#$one / 2] } 0 .. 2] } @all;
}

sub ours {
    my ($home, $file, @args) = @_;
    return [builddir() . '/cli/leadsheet', '--home', $home, 'export', '-o',
        "$dir/$file", @args];
}

# Which reads the first day.
sub peer {
    my ($home, $file, $writer) = @_;
    return [$python, "$bench/peers/export.py", "$home/main", "$dir/$file",
        $writer, $days[0]];
}

# A figure counts only when every value is there: by a reader that knows
# nothing of how it was made.
sub check {
    my ($home, $file, $format) = @_;
    my $said = `'$python' '@{[data('exported.py')]}' '$home/main' '$dir/$file' $format`;
    die "$file: $said\n" if $? != 0;
}

sub ratio {
    my ($what, $whose, $ours, $theirs, $goal) = @_;
    printf "  %s: %.1f times as fast as %s, %.1f by CPU%s\n", $what,
        $theirs->[0] / $ours->[0], $whose, $theirs->[1] / $ours->[1],
        defined $goal ? " (goal: $goal)" : '';
}

my $same = 'import csv, sys
a, b = (csv.reader(open(n, newline="", encoding="utf-8-sig"))
        for n in sys.argv[1:])
sys.exit(any(x != y for x, y in zip(a, b, strict=True)))';

# All of it: how long, and with how much memory.
sub all_of_it {
    my ($home, @formats) = @_;
    for my $format (@formats) {
        my ($m) = measure(ours($home, "all.$format"));
        my $n = $format eq 'xlsx' ? $leads : lines("$dir/all.$format")
            - ($format eq 'csv');
        die "$n rows for $leads leads\n" if $n != $leads;
        printf "  %-5s %6.2f s, %6.2f s of CPU, %3.0f MiB at most "
            . "(goal: under 64)\n", $format, @$m;
        unlink "$dir/all.$format";
    }
    my ($with, $without) = measure(ours($home, 'p.csv', '--unique'),
        ours($home, 'all.csv'));
    my $people = lines("$dir/p.csv") - 1;
    printf "  --unique: %.0f bytes for each of %d people (goal: under 300)\n",
        ($with->[2] - $without->[2]) * (1 << 20) / $people, $people;
    unlink "$dir/p.csv", "$dir/all.csv";
}

# The first day, for who is slow; all who are compared do the same.
sub beside {
    my ($home, @writers) = @_;
    my ($ours, $theirs) = measure(ours($home, 'day.csv'),
        peer($home, 'python.csv', '-'));
    check($home, 'day.csv', 'csv');
    system($python, '-c', $same, "$dir/day.csv", "$dir/python.csv") == 0
        or die "Python's csv is another\n";
    ratio('csv', "Python's csv and json", $ours, $theirs, 20);
    measure(ours($home, 'day.jsonl'));
    check($home, 'day.jsonl', 'jsonl');
    return unless @writers;
    my $bare = "$dir/bare";
    system("gcc -O2 -o '$bare' '$bench/peers/bare.c' -lxlsxwriter") == 0
        or die "gcc failed\n";
    ($ours, $bare, my @theirs) = measure(ours($home, 'day.xlsx'),
        [$bare, "$dir/day.csv", "$dir/bare.xlsx"],
        map { peer($home, "$_.xlsx", $_) } @writers);
    check($home, 'day.xlsx', 'xlsx');
    ratio('xlsx', "Python's $writers[$_]", $ours, $theirs[$_], 5)
        for 0 .. $#writers;
    printf "  xlsx: %.2f times what libxlsxwriter alone takes, %.2f by CPU "
        . "(goal: 1.3 at most)\n", $ours->[0] / $bare->[0],
        $ours->[1] / $bare->[1];
}

for my $per (1, 10) {
    my ($home, $day) = (home(), home());
    system($python, "$bench/journal.py", "$home/main", $leads, $per) == 0
        or die "journal.py failed\n";
    mkdir "$day/main/journal" or die "$!\n";
    my $first = "main/journal/$days[0].jsonl";
    link "$home/$first", "$day/$first" or die "$!\n";
    printf "\n%d leads, %d a delivery:\n", $leads, $per;
    all_of_it($home, $per > 1 ? qw(csv jsonl) : qw(csv jsonl xlsx));
    beside($day, $per > 1 ? () : qw(xlsxwriter openpyxl));
}

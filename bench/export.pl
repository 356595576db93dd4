#!/usr/bin/perl
# See run.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;

my $leads = $ENV{LEADS} // 1_000_000;
my $runs = $ENV{RUNS} // 1;
my @days = map { '2026-11-' . (11 + $_) } 0 .. 9;
my $bench = srcdir() . '/bench';
my $dir = tempdir(CLEANUP => 1);
# Debian's own, which has its packages.
my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';

# Seconds by the clock, of CPU, and peak memory in MiB; each the median.
sub measure {
    my (@command) = @_;
    my @all;
    for (1 .. $runs) {
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
        push @all, [$wall, $cpu, $memory];
    }
    return map { my $i = $_; (sort { $a <=> $b } map { $_->[$i] } @all)
        [$#all / 2] } 0 .. 2;
}

sub ours {
    my ($home, $file, @args) = @_;
    return measure(builddir() . '/cli/leadsheet', '--home', $home, 'export',
        '-o', "$dir/$file", @args);
}

sub peer {
    my ($home, $file, $writer, @of) = @_;
    return measure($python, "$bench/peers/export.py", "$home/main",
        "$dir/$file", $writer, @of);
}

# A figure counts only when every value is there.
sub check {
    my ($name, @command) = @_;
    system(@command) == 0 or die "$name is not what it should be\n";
}

my $same = 'import csv, sys
a, b = (csv.reader(open(n, newline="", encoding="utf-8-sig"))
        for n in sys.argv[1:])
sys.exit(any(x != y for x, y in zip(a, b, strict=True)))';

for my $per (1, 10) {
    my $home = home();
    my $lines = $leads / $per;
    system($python, "$bench/journal.py", "$home/main", $leads, $per) == 0
        or die "journal.py failed\n";
    printf "\n%d leads, %d a delivery:\n", $leads, $per;
    for my $format (qw(csv jsonl xlsx)) {
        next if $format eq 'xlsx' && $per > 1;
        my ($wall, $cpu, $memory) = ours($home, "all.$format");
        my $n = $format eq 'xlsx' ? $leads : lines("$dir/all.$format")
            - ($format eq 'csv');
        die "$n rows for $leads leads\n" if $n != $leads;
        printf "  %-5s %6.2f s, %6.2f s of CPU, %3.0f MiB at most\n",
            $format, $wall, $cpu, $memory;
        unlink "$dir/all.$format";
    }
    my (undef, undef, $with) = ours($home, 'p.csv', '--unique');
    my $people = lines("$dir/p.csv") - 1;
    my (undef, undef, $without) = ours($home, 'all.csv');
    printf "  --unique: %.0f bytes for each of %d people\n",
        ($with - $without) * (1 << 20) / $people, $people;

    # A tenth, for who is slow: the first day.
    my ($wall, $cpu) = ours($home, 'day.csv', '--to', $days[0]);
    my ($theirs, $their_cpu) = peer($home, 'python.csv', '-', $days[0]);
    check('csv', $python, '-c', $same, "$dir/day.csv", "$dir/python.csv");
    printf "  csv: %.1f times as fast as Python's csv and json "
        . "(%.1f times by CPU)\n", $theirs / $wall, $their_cpu / $cpu;
    next if $per > 1;
    ($wall, $cpu) = ours($home, 'day.xlsx', '--to', $days[0]);
    for my $writer (qw(xlsxwriter openpyxl)) {
        ($theirs, $their_cpu) = peer($home, "$writer.xlsx", $writer, $days[0]);
        printf "  xlsx: %.1f times as fast as Python's %s (%.1f by CPU)\n",
            $theirs / $wall, $writer, $their_cpu / $cpu;
    }
    my ($cc) = "$dir/bare";
    system("gcc -O2 -o '$cc' '$bench/peers/bare.c' -lxlsxwriter") == 0
        or die "gcc failed\n";
    my ($bare, $bare_cpu) = measure($cc, "$dir/day.csv", "$dir/bare.xlsx");
    printf "  xlsx: %.2f times what libxlsxwriter alone takes (%.2f by CPU)\n",
        $wall / $bare, $cpu / $bare_cpu;
}

#!/usr/bin/perl
# See run.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use Time::HiRes qw(time);

my $leads = $ENV{LEADS} // 100_000;
my $runs = $ENV{RUNS} // 5;
$| = 1;
my $bench = srcdir() . '/bench';
my $dir = tempdir(CLEANUP => 1);
my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';
my ($goal, $memory) = (1, 300);

sub run {
    my ($home, @args) = @_;
    my $r = leadsheet($home, [@args]);
    die "@args: $r->{err}\n" if $r->{exit} != 0;
    return $r->{out};
}

# Seconds, the lowest, the median and the highest of the runs.
sub measure {
    my ($home, @args) = @_;
    my @times;
    for (1 .. $runs) {
        my $began = time;
        run($home, @args);
        push @times, time - $began;
    }
    @times = sort { $a <=> $b } @times;
    return @times[0, $#times / 2, $#times];
}

sub say_it {
    my ($what, $low, $median, $high, $within) = @_;
    printf "  %-36s %6.2f s (%.2f to %.2f)%s\n", $what, $median, $low, $high,
        defined $within ? sprintf '  goal %d s: %s', $within,
            $median <= $within ? 'met' : 'MISSED' : '';
}

# Peak memory in bytes.
sub peak {
    my ($home, @args) = @_;
    open my $p, '-|', $python, '-c', <<'END', builddir() . '/cli/leadsheet',
import os, sys
pid = os.fork()
if pid == 0:
    os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
    os.dup2(1, 2)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, use = os.wait4(pid, 0)
print(use.ru_maxrss * 1024, status)
END
        '--home', $home, @args or die "$!\n";
    my ($bytes, $status) = split ' ', scalar <$p>;
    die "@args failed\n" if $status != 0;
    return $bytes;
}

for my $per (1, 10) {
    my $home = home();
    system($python, "$bench/journal.py", "$home/main", $leads, $per) == 0
        or die "journal.py failed\n";
    # A figure counts only when it is right: everyone once, by a reader that
    # knows nothing of how it was made.
    my $file = "$dir/people.jsonl";
    run($home, 'people', '-o', $file);
    system($python, "$bench/peers/people.py", "$home/main", $file) == 0
        or die "not everyone, or not as they came\n";
    my $people = lines($file);
    printf "\n%d leads, %d a delivery, of %d people\n", $leads, $per, $people;
    say_it('people, csv', measure($home, 'people', '-o', "$dir/p.csv"), $goal);
    say_it('people of the last day that are new', measure($home, 'people',
        '--new-since', '2026-11-20', '-o', "$dir/p.csv"), $goal);
    say_it('export --unique', measure($home, 'export', '--unique', '-o',
        "$dir/p.csv"));
    say_it('export, for comparison', measure($home, 'export', '-o',
        "$dir/p.csv"));
    my $urn = JSON::PP->new->utf8->decode((split /\n/, slurp($file))[0])->{urn};
    say_it('find, one of them', measure($home, 'find', $urn));
    printf "  %.0f bytes for each of them (goal: under %d)\n", (peak($home,
        'people', '-o', "$dir/p.csv") - peak($home, 'export', '-o',
        "$dir/p.csv")) / $people, $memory;
}

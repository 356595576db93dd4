package Load;

# Deliveries, signed beforehand and each sent once; see sender.c.

use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use Exporter qw(import);
use File::Temp qw(tempdir);
use IO::Handle;
use Leadsheet;

our @EXPORT = qw(bodies compiled how_long ids load runs seconds seen uuid);

# How long a run is, and how many there are: SECONDS and RUNS, or else so many,
# 5 where a goal is a ratio.
sub seconds { return $ENV{SECONDS} || 1.5 }
sub runs    { return $ENV{RUNS} || $_[0] || 3 }

sub how_long {
    my $runs = runs(@_) > 1 ? runs(@_) . ' runs' : 'a run';
    return "$runs of " . seconds() . ' s';
}

my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);

# A C program of bench/, built where it is needed.
sub compiled {
    my ($source, @libraries) = @_;
    my ($name) = $source =~ m{(\w+)\.c$};
    system('gcc', '-std=c11', '-O2', '-o', "$dir/$name",
        srcdir() . "/bench/$source", @libraries) == 0
        or die "gcc failed\n" unless -e "$dir/$name";
    return "$dir/$name";
}

# A file of so many deliveries of so many leads, for the sender; of 400 MB at
# most.  A few hundred leads are made up; each delivery gets an id of its own.
sub bodies {
    my ($leads, $count) = @_;
    my $file = "$dir/bodies-$leads-$count";
    return $file if -e $file;
    my @made = deliveries(5, int(500 / $leads) || 1, $leads);
    open my $out, '>:raw', $file or die "$file: $!\n";
    my $bytes = 0;
    for my $n (1 .. $count) {
        my $body = $made[$n % @made];
        my $id = uuid();
        $body =~ s/("delivery_id": *")[^"]+/$1$id/ or die "no id\n";
        $bytes += print {$out} sign($body), "\t$body\n";
        $bytes += length $body;
        last if $bytes > 400e6;
    }
    # It is not to be written to the disk while something is measured.
    $out->flush && $out->sync && close $out or die "$file: $!\n";
    return $file;
}

# As a sender makes them: in no order.
sub uuid {
    return sprintf '%08x-%04x-4%03x-8%03x-%06x%06x', map { int rand $_ }
        1 << 32, 1 << 16, 1 << 12, 1 << 12, 1 << 24, 1 << 24;
}

# The ids of the first deliveries of such a file.
sub ids {
    my ($file, $count) = @_;
    open my $in, '<:raw', $file or die "$file: $!\n";
    my @ids;
    while (@ids < $count && defined(my $line = <$in>)) {
        push @ids, $line =~ /"delivery_id": *"([^"]+)"/;
    }
    return @ids;
}

# Below that directory, seen/ for those of bench/peers that make a file for each
# id; in memory where that can be had.  An ext4 without a journal takes many
# times as long to make a file where others were deleted in the last minutes.
sub seen {
    my ($below) = @_;
    my $shm = '/dev/shm';
    return mkdir "$below/seen" unless -d $shm && -w _;
    my $ids = tempdir('leadsheet-XXXXXX', DIR => $shm, CLEANUP => 1);
    symlink $ids, "$below/seen" or die "$below/seen: $!\n";
    return;
}

# Send them for a while; what came of it, latencies in milliseconds.  Takes
# connections, seconds, path, and rate (a second; without it as fast as they
# are answered).
sub load {
    my ($port, $file, %o) = @_;
    my $sender = compiled('sender.c');
    my $out = qx{$sender -c @{[$o{connections} // 32]} \\
        -d @{[$o{seconds} // seconds()]} -r @{[$o{rate} // 0]} \\
        $port @{[$o{path} // '/leads/main']} $file};
    die "sender failed\n" if $?;
    my %r;
    @r{qw(sent good seconds cpu p50 p90 p99 max)} = split ' ', $out;
    $_ /= 1000 for @r{qw(p50 p90 p99 max)};
    $r{rate} = $r{good} / $r{seconds};
    $r{busy} = $r{cpu} / $r{seconds};
    die "$r{sent} were sent, $r{good} got 200\n" if $r{good} != $r{sent};
    return \%r;
}

1;

#!/usr/bin/perl
# The benchmarks still run, each for a moment and on little data, and what they
# measure passes their own checks.  How fast it is says bench/run.
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use Leadsheet;
use Test::More;
use Worker;

my $bench = srcdir() . '/bench';
my %small = (
    export => { LEADS => 20_000 },
    index => { IDS => 50_000, DAYS => 40 },
    large => { LEADS => 1000 },
    memory => { LEADS => 1000 },
    page => { LEADS => 2000, RUNS => 2 },
    new => { LEADS => 400, DAYS => 20 },
    people => { LEADS => 2000 },
    recovery => { DELIVERIES => 5000 },
    status => { DAYS => 20, EACH => 50 },
);
my ($names) = slurp("$bench/run") =~ /set -- ([a-z\s\\]+?)\nfor name;/;
my @names = $names =~ /\w+/g;
is_deeply([sort @names], [map { m{(\w+)\.pl} } sort glob "$bench/*.pl"],
    'bench/run runs all that there are');
is(system('sh', '-n', "$bench/run"), 0, '  and is good sh');

my @perl = ('perl', '-I', srcdir() . '/t/lib', '-I', $bench);
for my $name (@names) {
    local %ENV = (%ENV, SECONDS => 0.3, RUNS => 1, %{$small{$name} // {}});
    open my $p, '-|', 'sh', '-c', '"$@" 2>&1', 'sh', @perl, "$bench/$name.pl"
        or die "sh: $!\n";
    my $said = do { local $/; <$p> } // '';
    close $p;
    is($?, 0, "$name ends well") or diag($said);
    like($said, qr/\n\S.*\n(?:.*\n)*? +\S.* \d/, '  and prints its figures');
    unlike($said, qr/ at .* line \d+|warning/, '  without a complaint');
}
# What the goals are measured by keeps connections, writes what came together at
# once, and answers when it is on the disk.
sub whole {
    my $record = sub { pack('CCnnCx', 1, $_[0], 1, length $_[1], 0) . $_[1] };
    return $record->(1, "\0\1\1\0\0\0\0\0") . $record->(4, 'pppp')
        . $record->(4, '') . $record->(5, 'b' x 3000) . $record->(5, '');
}

sub answer {
    my ($s) = @_;
    my ($said, $type) = ('', 0);
    while ($type != 3 && (read($s, my $header, 8) // 0) == 8) {
        (undef, $type, undef, my $n, my $pad) = unpack 'CCnnC', $header;
        read $s, my $content, $n + $pad;
        $said .= $content if $type == 6;
    }
    return $said =~ /^Status: (\d+)/ ? $1 : 0;
}

my $dir = tempdir(CLEANUP => 1);
is(system('gcc', '-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-o',
    "$dir/batching", "$bench/peers/batching.c"), 0, 'batching is built');
my $pid = launch($dir, "$dir/socket", "$dir/log", wrap => ['sh', '-c',
    "exec strace -D -o '$dir/trace' '$dir/batching' '$dir/rows' 100"]);
my @kept = map { IO::Socket::UNIX->new(Peer => "$dir/socket") or die "$!\n" }
    1 .. 3;
local $SIG{PIPE} = 'IGNORE';
local $SIG{ALRM} = sub { kill 'KILL', $pid; die "no answer\n" };
alarm PATIENCE;
my @status;
for (@kept) {
    syswrite $_, whole();
    push @status, answer($_);
}
rests($pid, 'batching');
kill 'STOP', $pid;
wait_for(sub { slurp("/proc/$pid/stat") =~ /\) [Tt] / }) or die "it goes on\n";
syswrite $_, whole() for @kept;
kill 'CONT', $pid;
push @status, map { answer($_) } @kept;
alarm 0;
stop_worker($pid);
is("@status", '200 200 200 200 200 200',
    '  and answers on connections that it keeps');
is(-s "$dir/rows", 600, '  so many bytes for each');
my @calls = slurp("$dir/trace") =~ /^(flock|fdatasync|write)\(.* = \d+$/mg;
my $kept = 'flock write fdatasync flock';
is("@calls", "$kept write " x 3 . "$kept write write write",
    '  for three that came together one write and one sync, before it answers');

my $machine = `@perl -MTable -e 'machine()'`;
like($machine, qr/ cores, .*Linux .* on \w[^;]*; load /, 'the machine is named');

done_testing();

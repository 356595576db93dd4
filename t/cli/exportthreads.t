#!/usr/bin/perl
# leadsheet export with several threads: what comes out is what one makes,
# whatever stands where the journal is cut, and whatever goes wrong.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Halt;
use Leadsheet;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my $seed = $ENV{SEED} // 1;
my $traces = system('strace -o /dev/null true 2>/dev/null') == 0;
my ($cpus) = slurp('/proc/self/status') =~ /^Cpus_allowed_list:\s*(\S+)/m;
my ($first) = $cpus =~ /^(\d+)/;
my $several = $cpus =~ /[-,]/;

my $n = 0;

sub line {
    my ($body, $day) = @_;
    return sprintf qq({"received":"%sT12:00:00.%06dZ","kind":"leads",)
        . qq("id":"d%d","sha256":"%s","signature":"%s","body":%s}\n),
        $day, $n, $n++, Digest::SHA::sha256_hex($body), '5' x 64, $body;
}

# A home with these days; each is a list of lines.
sub journal_of {
    my (%days) = @_;
    my $home = home();
    mkdir "$home/main/journal";
    spew("$home/main/journal/$_.jsonl", join '', @{$days{$_}}) for keys %days;
    return $home;
}

sub export {
    my ($home, $args, %o) = @_;
    return leadsheet($home, ['export', @$args], %o);
}

sub on_one_cpu { (wrap => ['taskset', '-c', $first]) }

# A delivery of so many leads whose post has so many letters.
sub popular {
    my ($leads, $letters) = @_;
    return '{"delivery_id":"x","event":"lead.enriched","data":{"leads":['
        . join(',', map { qq({"urn":"u$_","post_id":"p"}) } 1 .. $leads)
        . '],"posts":[{"id":"p","text":"' . 'y' x $letters . '"}]}}';
}

# Megabytes of leads, and among them lines that are longer than a piece of the
# journal, that don't count, and that stand behind the mark of a failed sync.
my @bodies = deliveries($seed, 300, '1-20');
my @days = map { "2026-11-2$_" } 0 .. 3;
my $home = journal_of(
    $days[0] => [map({ line($_, $days[0]) } @bodies, @bodies[0 .. 99]),
        'damaged' x 400000 . "\n",
        map({ line($_, $days[0]) } @bodies[100 .. 199])],
    $days[1] => [map({ line($_, $days[1]) } popular(500, 30000), @bodies,
        popular(3, 3000000), @bodies[0 .. 9]), "\n"],
    $days[2] => [],
    $days[3] => [map({ line($_, $days[3]) } @bodies), '{"received":"torn']);
my $counts;
{
    my $day = "$home/main/journal/$days[3]";
    my ($again) = slurp("$day.jsonl") =~ /((?:.*\n){20})[^\n]*\z/;
    $counts = index slurp("$day.jsonl"), $again;
    spew("$day-2.jsonl",
        segment_line(1, $counts) . $again . line($bodies[0], $days[3]));
}
my $size = 0;
$size += -s for @{journal($home)};
cmp_ok($size, '>', 8 << 20, 'a journal of many pieces');

for my $args (['--format', 'csv'], ['--format', 'tsv', '--plain'],
    ['--format', 'jsonl'], ['--unique'], ['--delimiter', 'semicolon'],
    ['--only', 'engagement_type=comment'], ['--from', $days[1]],
    ['--columns', 'extra,urn', '--to', $days[1]]) {
    my $one = export($home, $args, on_one_cpu());
    my $all = export($home, $args);
    is("$one->{exit} $all->{exit}", '65 65', "(@$args)");
    ok($one->{out} eq $all->{out},
        "@$args: one CPU and all of them make the same bytes");
    my $bad = "@$args" =~ /from/ ? 1 : 2;
    like($_->{err}, qr/: $bad lines? of the journal (?:is|are) damaged/,
        '  and a line that is damaged is counted once') for $one, $all;
}
{
    my @want = map { my $line = $_; my ($id) = /^\{"received".*?"id":"(d\d+)"/;
        defined $id ? ($id) x (() = $line =~ /"urn":/g) : () }
        map { split /\n/, substr slurp("$home/main/journal/$_.jsonl"), 0,
            $_ eq $days[3] ? $counts : 1 << 40 } @days, "$days[3]-2";
    ok(export($home, ['--columns', 'delivery_id', '--no-bom'])->{out} eq
        join('', map { "$_\r\n" } 'delivery_id', map { "'$_" } @want),
        'and all leads are there, in the order of the journal');
}
SKIP: {
    skip 'there is one CPU', 1 if !$several;
    skip 'strace can\'t trace here', 1 if !$traces;
    my @wrap = ('strace', '-f', '-o', "$dir/trace", '-e', 'trace=clone,clone3');
    export($home, [], wrap => \@wrap);
    my $many = () = slurp("$dir/trace") =~ /clone3?\(/g;
    export($home, [], wrap => ['taskset', '-c', $first, @wrap]);
    is(join(' ', $many > 0 ? 'some' : 'none',
        scalar(() = slurp("$dir/trace") =~ /clone3?\(/g)), 'some 0',
        'threads are started for other CPUs, and only for these');
}

# Stopped, and no room, in the middle of it.
mkdir "$dir/out";
for my $signal ($traces ? qw(INT TERM HUP) : ()) {
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
        open STDERR, '>', "$dir/said" or POSIX::_exit(126);
        exec halt_after("$dir/halt", 'pread64', when => 3,
            path => "$home/main/journal/$days[0].jsonl"), builddir()
            . '/cli/leadsheet', '--home', $home, 'export', '-o',
            "$dir/out/x.csv" or POSIX::_exit(127);
    }
    halted("$dir/halt");
    my ($child) = map { /part-(\d+)/ } glob "$dir/out/*";
    ok($child, 'in the middle its file is there by another name');
    kill $signal, $child;
    # Any other thread comes to such a call, too, and stands still then.
    wait_for(sub { kill 'CONT', $child; waitpid($pid, POSIX::WNOHANG) != 0 });
    is(join('', slurp("$dir/said"), glob "$dir/out/*"),
        "leadsheet export: stopped; nothing is written\n",
        "SIG$signal in the middle leaves nothing");
}
my $whole = length export($home, [])->{out};
for my $part (map { $_ / 8 } 0 .. 7) {
    spew("$dir/out/x.csv", 'old');
    my $r = export($home, ['-o', "$dir/out/x.csv"], wrap => ['prlimit',
        '--fsize=' . int($whole * $part)]);
    is(join(' ', $r->{exit}, slurp("$dir/out/x.csv"), glob "$dir/out/*"),
        "74 old $dir/out/x.csv", "with room for $part of it there is no file");
}
unlink "$dir/out/x.csv";

# How much memory a command needs at most, in MiB.
sub peak {
    my ($home, $exit, @args) = @_;
    my $r = export($home, \@args, wrap => ['python3', '-c', <<'END']);
import resource, subprocess, sys
rc = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, rc)
END
    my ($memory, $rc) = $r->{out} =~ /^(\d+) (\d+)$/;
    is($rc, $exit, "(@args)") or diag($r->{err});
    return $memory;
}
# Two in pieces of their own, one of which has to wait.
my $wide = journal_of($days[0] => [line(popular(3000, 30000), $days[0]),
    'x' x (1 << 20) . "\n", line(popular(3000, 30000), $days[0])]);
cmp_ok(peak($wide, 65, '-o', "$dir/out/x.$_"), '<', 64,
    "$_: 3,000 leads of a post of 30,000 letters take less than 64 MiB")
    for qw(csv jsonl);
cmp_ok(-s "$dir/out/x.csv", '>', 6000 * 30000, '  and all are there');
my $link = 'https://www.linkedin.com/in/somebody-with-a-name-';
my $links = journal_of($days[0] => [map { my $d = $_; line(
    '{"data":{"leads":[' . join(',', map { qq({"linkedin_url":"$link$d-$_"}) }
    1 .. 1000) . ']}}', $days[0]) } 1 .. 66]);
cmp_ok(peak($links, 0, '-o', "$dir/out/x.xlsx", '--columns', 'linkedin_url'), '<',
    64, 'xlsx: as many links as Excel takes need less than 64 MiB');

done_testing();

#!/usr/bin/perl
# leadsheet export from the outside: what was sent comes out whole in every
# format, read by programs that are not ours; and whatever goes wrong, there
# is no half file.
use strict;
use warnings;
use Config;
use Fcntl qw(:mode);
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use POSIX qw(WNOHANG mkfifo);
use Test::More;
use Time::HiRes qw(sleep);

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $seed = $ENV{SEED} // 1;
my $traces = system('strace -o /dev/null true 2>/dev/null') == 0;

# Python's readers; what they say.
sub python {
    my ($script, @words) = @_;
    my $pid = open(my $p, '-|') // die "fork: $!\n";
    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT or POSIX::_exit(126);
        exec 'python3', data($script), @words or POSIX::_exit(127);
    }
    my $said = join '', <$p>;
    return (close $p, $said);
}

# A journal written by hand, a list of bodies a day.
sub journal_of {
    my ($days, $conf) = @_;
    my $home = home($conf);
    mkdir "$home/main/journal";
    my $n = 0;
    for my $day (sort keys %$days) {
        spew("$home/main/journal/$day.jsonl", join '', map {
            sprintf qq({"received":"%s.%06dZ","kind":"leads","id":"d%d",)
                . qq("sha256":"%s","signature":"%s","body":%s}\n),
                ref ? $_->[0] : "${day}T12:00:00", $n, $n++,
                Digest::SHA::sha256_hex(ref ? $_->[1] : $_), '5' x 64,
                ref ? $_->[1] : $_ } @{$days->{$day}});
    }
    return $home;
}

sub body {
    return '{"delivery_id":"x","event":"lead.enriched","data":{"leads":['
        . join(',', @_) . ']}}';
}

sub export {
    my ($home, @args) = @_;
    return leadsheet($home, ['export', @args]);
}

# The rows of jsonl.
sub rows {
    my $r = export(@_, '--format', 'jsonl');
    is($r->{exit}, 0, "    (@_[1 .. $#_])") or diag($r->{err});
    return map { JSON::PP->new->utf8->decode($_) } split /\n/, $r->{out};
}

sub names { join ' ', map { $_->{urn} // '-' } rows(@_) }

# Nothing under the final name, and nothing beside it.
sub leftovers {
    my ($path) = @_;
    my ($in) = $path =~ m{(.*)/};
    return join ' ', map { s{.*/}{}r } glob "$in/*";
}

# The samples, and what they don't have: everything that is odd in a cell.
my $samples = home("timezone = Europe/Berlin\n");
my @odd = ('=1+1', '@x', "'", "''", "'=1", ' =1', "\xe3\x80\x80+1",
    "\xef\xbc\x9d1", 'x;=1+1', "x;'=1+1;y", "a,'b;=c", '11-50', '3/4', '007',
    '1e5', '1234567890123456', 'May 5', '12:30', 'TRUE', '"', 'a"b', 'a,b',
    'a|b', ' x', 'x ', 'a\\nb', 'a\\r\\nb', 'a\\rb', '\\n\\n', 'a\\tb',
    'a\\u0000b', 'a\\u001fb', '\\uffff', "a\xe2\x80\xa8b", "a\xe2\x80\xaeb",
    '\\ud83d\\udc4f', "\xd8\xa7\xd9\x84", "\xe7\x8e\x8b", '_x0041_',
    '_x005F_x0041_', '\\n' x 300, 'x' x 32000, 'x' x 32768,
    '=' . 'x' x 32768, "\xf0\x9f\x91\x8f" x 20000, 'https://example.com/a',
    'https://example.com/' . 'x' x 3000, '2026-04-09T20:03:56.944662+02:00',
    '2026-07-01T00:00:00Z', '2026-02-31T00:00:00Z', '1850-01-01T00:00:00Z',
    '9999-12-31T23:59:59-12:00');
my $odd = '{"delivery_id":"odd","event":"lead.enriched","timestamp":"=T",'
    . '"data":{"leads":[' . join(',', map { my $s = s/"/\\"/gr;
    qq({"full_name":"$s","linkedin_url":"$s","connections":)
    . length($s) . qq(,"company_size":"$s","post_id":"p$s","new":"$s","n":null,)
    . '"followers":null,"deep":{"a":[1,2.5,null]}}' } @odd) . '],"posts":['
    . join(',', map { my $s = s/"/\\"/gr;
    qq({"id":"p$s","date":"$s","url":"$s","more":["$s"]}) } @odd) . ']}}';
for ($odd, deliveries($seed, 10, '1-40'),
    map { slurp(data("$_.json")) } qw(documented escaped indented
        popular-post test-top other-event)) {
    my $r = cgi($samples, body => $_);
    BAIL_OUT("not kept: $r->{log}") if $r->{status} != 200;
}
cgi($samples, body => '{"half');

my @ways = (
    ['csv'], ['tsv', [], "delimiter=\t"], ['jsonl'], ['xlsx'],
    ['csv', ['--plain'], 'plain'], ['csv', ['--no-bom'], 'no-bom'],
    ['tsv', ['--plain', '--no-bom'], "delimiter=\t", 'plain', 'no-bom'],
    map { ['csv', ['--delimiter', $_->[0]], "delimiter=$_->[1]"] }
        [comma => ','], [semicolon => ';'], [tab => "\t"], [pipe => '|'],
        [';' => ';']);
for (@ways) {
    my ($format, $options, @told) = @$_;
    my $file = "$dir/samples.$format";
    my $r = export($samples, '-o', $file, @{$options // []});
    is("$r->{exit}$r->{out}", '0', "$format @{$options // []} is made");
    like($r->{err}, qr/^[\d,]+ leads in \Q$file\E\n\z/, '  and counted');
    my ($good, $said) = python('exported.py', "$samples/main", $file, $format,
        'zone=Europe/Berlin', @told);
    ok($good, '  and every value comes back') or diag($said);
    like($said, qr/^[1-9]\d\d+ leads, \d{4,} values$/, "  $said");
}
export($samples, '-o', "$dir/x.csv");
my $csv = slurp("$dir/x.csv");
ok(export($samples, '--format', 'csv')->{out} eq $csv,
    'stdout gets what a file gets');
ok(export($samples)->{out} eq $csv, 'csv is the default');
my ($sheet) = grep { /leads-/ } @{sheets($samples)};
ok($csv eq slurp($sheet), 'a day as csv is the day\'s sheet, byte for byte');

# A real LibreOffice, with a profile of its own.
SKIP: {
    my ($soffice) = grep { -x } map { "$_/soffice" } split /:/, $ENV{PATH};
    skip 'soffice is not installed: run sh t/run', 2 unless $soffice;
    local $ENV{HOME} = $dir;
    my $said = `cd '$dir' && timeout 180 '$soffice' \\
        '-env:UserInstallation=file://$dir/profile' --headless --convert-to \\
        'csv:Text - txt - csv (StarCalc):44,34,76,1' --outdir '$dir/office' \\
        samples.xlsx 2>&1`;
    ok(-e "$dir/office/samples.csv", 'LibreOffice opens the workbook')
        or diag($said);
    my ($good, $told) = python('exported.py', "$samples/main",
        "$dir/office/samples.csv", 'office', 'zone=Europe/Berlin');
    ok($good, '  and shows every value') or diag($told);
}

# JSON as odd as a decoder takes it, against Python's json.
diag("SEED=$seed") if $ENV{SEED};
my $strange = home();
my ($made, $why) = python('oddjournal.py', "$strange/main", $seed,
    $ENV{LONG} ? 20000 : 1000);
ok($made, "a strange journal is made (SEED=$seed)") or diag($why);
for (['csv'], ['jsonl'], ['xlsx'], ['tsv', "delimiter=\t"]) {
    my ($format, @told) = @$_;
    is(export($strange, '-o', "$dir/strange.$format")->{err} =~ /damaged/, '',
        "$format: no line of a strange journal is damaged");
    my ($good, $said) = python('exported.py', "$strange/main",
        "$dir/strange.$format", $format, @told);
    ok($good, '  and Python reads the same values') or diag($said);
}

# Which leads.
my @days = map { "2026-11-2$_" } 0 .. 3;
my $four = journal_of({map { $days[$_] => [body(
    qq({"urn":"a$_","engagement_type":"comment","connections":$_}),
    qq({"urn":"b$_","engagement_type":"like=x","comment_text":""}))] } 0 .. 3});
my @which = (
    ['', 'a0 b0 a1 b1 a2 b2 a3 b3'],
    ['--from 2026-11-22', 'a2 b2 a3 b3'],
    ['--to 2026-11-20', 'a0 b0'],
    ['--from 2026-11-21 --to 2026-11-22', 'a1 b1 a2 b2'],
    ['--from 2026-11-21 --to 2026-11-21', 'a1 b1'],
    ['--from 2026-12-01', ''],
    ['--only engagement_type=comment', 'a0 a1 a2 a3'],
    ['--only engagement_type=like=x', 'b0 b1 b2 b3'],
    ['--only engagement_type=comm', ''],
    ['--only connections=2', 'a2'],
    ['--only connections=', 'b0 b1 b2 b3'],
    ['--only comment_text=', 'a0 b0 a1 b1 a2 b2 a3 b3'],
    ['--only urn=a3 --only engagement_type=comment', 'a3'],
    ['--only urn=a3 --only urn=a2', ''],
    ['--only received_at=2026-11-21', 'a1 b1'],
    ['--only delivery_id=d2', 'a2 b2'],
    ['--only urn=b1 --from 2026-11-22', ''],
);
is(names($four, split / /, $_->[0]), $_->[1],
    "which: $_->[0] gives: $_->[1]") for @which;
is(export($four, '--columns', 'urn,received_at', '--no-bom', '--from',
    '2026-11-23')->{out}, "urn,received_at\r\na3,2026-11-23 12:00:00\r\n"
    . "b3,2026-11-23 12:00:00\r\n", '--columns picks and orders');
is(export(journal_of({}, "columns = urn, full_name\nformat = tsv\nbom = no\n"))
    ->{out}, "urn,full_name\r\n", 'the settings\' columns are the default');
my $zone = journal_of({'2026-11-23' => [['2026-11-23T23:30:00', body('{}')]]},
    "timezone = Asia/Tokyo\n");
is(export($zone, '--columns', 'received_at', '--no-bom', '--only',
    'received_at=2026-11-24 08')->{out},
    "received_at\r\n2026-11-24 08:30:00\r\n",
    'received_at is of the settings\' time zone, and picked by it');

# One row a person.
my $people = journal_of({
    '2026-11-20' => [body('{"urn":"a","full_name":"Old"}', '{"full_name":"X"}',
        '{"urn":"b","full_name":"B"}')],
    '2026-11-21' => [body('{"urn":"a","full_name":"New"}',
        '{"urn":"","full_name":"Y"}', '{"urn":null,"full_name":"Z"}'),
        ['2026-11-19T01:00:00', body('{"urn":"a","full_name":"Late"}')]]});
is(join(' ', map { "$_->{full_name}:" . join ',', map { substr $_, 8, 2 }
    @$_{qw(first_seen last_seen)}; } rows($people, '--unique')),
    'X:20,20 B:20,20 New:19,21 Y:21,21 Z:21,21',
    '--unique: the newest values; who has no urn stays alone');
is(join(' ', map { $_->{engagements} } rows($people, '--unique')),
    '1 1 3 1 1', '  and how often');
is(join(' ', map { "$_->{full_name}$_->{engagements}" } rows($people,
    '--unique', '--to', '2026-11-20', '--only', 'urn=a')), 'Old1',
    '  among those that were asked for');
is(export($people, qw(--unique --columns urn --no-bom --only urn=b))->{out},
    "urn,first_seen,last_seen,engagements\r\n"
    . "b,2026-11-20 12:00:00,2026-11-20 12:00:00,1\r\n",
    '  and its columns stand at the end');
like(export($people, '--unique', '-o', "$dir/p.csv")->{err},
    qr/^5 people in /, '  counted as people');

# A delivery that comes between the two passes: stopped at the second one's
# beginning, which opens the day a second time.
SKIP: {
    skip 'strace can\'t trace here', 2 unless $traces;
    my $home = journal_of({'2026-11-20' => [body('{"urn":"a"}'), body('{}')]});
    my $day = "$home/main/journal/2026-11-20.jsonl";
    my $more = slurp($day) =~ s/"d0"/"e0"/r;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', "$dir/between.csv" or POSIX::_exit(126);
        exec 'strace', '-o', "$dir/trace", '-P', $day, '-e',
            'trace=openat,close',
            '-e', 'inject=openat:delay_enter=1500000:when=2',
            builddir() . '/cli/leadsheet', '--home', $home, 'export',
            '--unique', '--columns', 'delivery_id' or POSIX::_exit(127);
    }
    # Opened and closed: the first pass is over.
    my $waits = wait_for(sub { lines("$dir/trace") >= 2 }, 10);
    open my $f, '>>', $day or die "$day: $!\n";
    print $f $more;
    close $f;
    waitpid $pid, 0;
    is($?, 0, 'a delivery between the passes does no harm');
    like(slurp("$dir/between.csv"), qr/^[^\n]*\n(?:d0|d1),.*\n(?:d0|d1),.*\n\z/,
        '  and waits for the next export');
}

# Damage, and nothing at all.
{
    my $home = journal_of({'2026-11-20' => [map { body(qq({"urn":"$_"})) }
        1 .. 3], '2026-11-21' => [body('{"urn":"4"}')]});
    my $day = "$home/main/journal/2026-11-20.jsonl";
    my $text = slurp($day);
    spew($day, $text =~ s/"urn":"2"/"urn":"9"/r . "\0\0\n" . '{"received":"torn');
    my $r = export($home, qw(--columns urn --no-bom));
    is($r->{out}, "urn\r\n1\r\n3\r\n4\r\n",
        'damaged lines are left out, and no other');
    like($r->{err}, qr/^leadsheet export: 2 lines of the journal are damaged/,
        '  with a warning that counts them');
    is($r->{exit}, 0, '  and it is no failure');
    is(names(home()), '', 'an endpoint without a journal has no leads');
}

# What is wrong, what is said, and which exit code.
my $two = home();
mkdir "$two/other";
mkdir "$dir/a-directory";
my @wrong = (
    [[qw(--from monday)], 64, qr/"monday" is no day; write one like 2026-/],
    [[qw(--from 2026-11-3)], 64, qr/is no day/],
    [[qw(--from 2026-11-24 --to 2026-11-23)], 64, qr/is later than/],
    [['--columns', 'urn,headlin'], 64, qr/"headlin"; did you mean headline\?/],
    [['--columns', 'urn,zzzzzzzz'], 64, qr/no column "zzzzzzzz" \(/],
    [['--columns', 'urn,,urn'], 64, qr/no column ""/],
    [['--columns', 'urn,full_name,urn'], 64, qr/column urn is named twice/],
    [[qw(--format ods)], 64, qr/"ods" is none of csv, tsv, xlsx, jsonl/],
    [[qw(--delimiter dot)], 64, qr/"dot" is none of comma/],
    [[qw(--format jsonl --delimiter tab)], 64, qr/--delimiter is for csv/],
    [[qw(--only urn)], 64, qr/write --only as FIELD=VALUE/],
    [[qw(--only ur=x)], 64, qr/no column "ur"; did you mean urn\?/],
    [[map { ('--only', 'urn=') } 1 .. 17], 64, qr/can be given 16 times/],
    [[qw(--endpoint nobody)], 64, qr/no endpoint nobody; there is: main/],
    [[qw(extra)], 64, qr/takes no "extra"/],
    [[qw(--formt csv)], 64, qr/did you mean --format\?/],
    [[qw(-o)], 64, qr/--output wants FILE/],
    [['-o', "$dir/a-directory"], 74, qr/name another place with -o/],
    [['-o', "$dir/none/x.csv"], 74, qr/name another place with -o/],
    [['-o', "$dir/" . 'x' x 300], 74, qr/name another place with -o/],
    [['-o', "$dir/" . 'x/' x 2100], 78, qr/can't write/],
    [['-o', '/dev/full'], 74, qr/can't write \/dev\/full: No space left/],
);
for (@wrong) {
    my ($args, $exit, $says) = @$_;
    my $told = substr "@$args", 0, 60;
    my $before = join ' ', glob "$dir/*";
    my $r = export($four, @$args);
    is($r->{exit}, $exit, "wrong: $told: exit code $exit");
    like($r->{err}, $says, '  says what');
    is($r->{err} =~ tr/\n//, 1, '  in one line');
    is($r->{out}, '', '  and nothing else');
    is(join(' ', glob "$dir/*"), $before, '  and leaves nothing behind');
}
like(export($two)->{err}, qr/several endpoints; name one of them: main, other/,
    'of several endpoints one is to be named');
is(export($two, qw(--endpoint other --columns urn --no-bom))->{out},
    "urn\r\n", '  and then it is read');
my $help = export($four, '--help');
is($help->{exit}, 0, '--help is no mistake');
like($help->{out}, qr/$_/, "  and tells of $_") for '--from DAY',
    '--unique', '-o, --output FILE', "\nexample: leadsheet export ";

# Where it goes.
{
    my $file = "$dir/kept.csv";
    spew($file, 'old');
    chmod 0640, $file;
    my $inode = (stat $file)[1];
    is(export($four, '-o', $file)->{exit}, 0, 'a file that is there');
    like(slurp($file), qr/a0/, '  is replaced');
    is(sprintf('%o', (stat $file)[2] & 07777), '640', '  and keeps its mode');
    isnt((stat $file)[1], $inode, '  by another, at once');
    symlink 'kept.csv', "$dir/link.csv";
    export($four, '--to', '2026-11-20', '-o', "$dir/link.csv");
    ok(-l "$dir/link.csv", 'a symbolic link stays one');
    unlike(slurp($file), qr/a1/, '  and what it leads to is replaced');
    mkfifo("$dir/fifo", 0600) or die "mkfifo: $!\n";
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        my $text = slurp("$dir/fifo");
        spew("$dir/through.csv", $text);
        POSIX::_exit(0);
    }
    is(export($four, '-o', "$dir/fifo")->{exit}, 0, 'a FIFO is written to');
    waitpid $pid, 0;
    is(slurp("$dir/through.csv"), export($four)->{out}, '  all of it');
    ok(-p "$dir/fifo", '  and stays a FIFO');
    my $r = leadsheet($four, ['export', '--format', 'xlsx'],
        out => '/dev/full');
    is($r->{exit}, 74, 'xlsx to a full stdout fails');
    like($r->{err}, qr/can't write the output: No space left on device/,
        '  and says why');
}

# A journal of some size.
my $large = home();
{
    my $urn = 0;
    my @bodies = deliveries($seed, 200, 20);
    mkdir "$large/main/journal";
    my @lines = map { sprintf qq({"received":"2026-11-20T12:00:00.000000Z",)
        . qq("kind":"leads","id":"d%d","sha256":"%s","signature":"%s",)
        . qq("body":%s}\n), $urn++, Digest::SHA::sha256_hex($_), '5' x 64, $_
        } @bodies;
    spew("$large/main/journal/2026-11-20.jsonl", join('', @lines) x 15);
}
is(leadsheet($large, ['export'], wrap => ['sh', '-c',
    '"$@" | head -c 100; ' . 'exit 0', 'sh'])->{err}, '',
    'who reads no more hears no complaint');

# Ctrl-C on a terminal, and its progress bar.
# Each read of the journal takes a while, whatever this machine is.
SKIP: {
    skip 'strace can\'t trace here', 8 unless $traces;
    mkdir "$dir/$_" for 'stop', 'stop/out', 'stop/tmp';
    for my $format (qw(csv xlsx)) {
        my ($good, $said) = python('interrupted.py', 'exporting',
            "TMPDIR=$dir/stop/tmp", 'strace', '-f', '-o', '/dev/null', '-e',
            'trace=pread64', '-e', 'inject=pread64:delay_enter=50000',
            builddir() . '/cli/leadsheet', '--home',
            $large, 'export', '-o', "$dir/stop/out/x.$format");
        like($said, qr/^signal 2$/m, "$format: Ctrl-C ends it as a signal does");
        like($said, qr/exporting +\d+% \[[#.]{20}\] [\d,]+ deliveries/,
            '  the progress bar was there');
        like($said, qr/\\r\\x1b\[Kleadsheet export: stopped; nothing is written/,
            '  it is wiped, and that nothing is written is said');
        is(join(' ', glob "$dir/stop/out/* $dir/stop/tmp/*"), '',
            '  and nothing is left');
    }
}

# No room: a limit on a file's size, in every phase.
sub limited {
    my ($home, $bytes, @args) = @_;
    # dash and bash count 512 and 1024: prlimit counts bytes.
    return leadsheet($home, ['export', @args], wrap => ['prlimit',
        "--fsize=$bytes"], env => {TMPDIR => "$dir/limit/tmp"});
}
mkdir "$dir/$_" for 'limit', 'limit/out', 'limit/tmp';
{
    my $home = journal_of({'2026-11-20' => [deliveries($seed, 20, 10)]});
    for my $format (qw(csv tsv jsonl xlsx)) {
        my $file = "$dir/limit/out/x.$format";
        limited($home, 1 << 30, '-o', $file);
        my $whole = -s $file;
        # Before it is packed a workbook is several times as large.
        my $most = $whole * ($format eq 'xlsx' ? 30 : 1.5);
        my ($failed, $made, @bad) = (0, 0);
        for my $step (1 .. 20) {
            spew($file, 'old');
            my $r = limited($home, int($most * $step / 20), '-o', $file);
            if ($r->{exit} == 0) {
                $made++;
                # A workbook has the time of its making in it.
                push @bad, "$step: not whole"
                    if $format ne 'xlsx' && -s $file != $whole;
                my ($good, $said) = python('exported.py', "$home/main", $file,
                    $format, $format eq 'tsv' ? "delimiter=\t" : ());
                push @bad, "$step: $said" unless $good;
            } else {
                $failed++;
                push @bad, "$step: exit $r->{exit}: $r->{err}"
                    if $r->{exit} != 74 || $r->{err} !~ /too large/;
                push @bad, "$step: the old file is gone"
                    if slurp($file) ne 'old';
            }
            push @bad, "$step: left: " . join ' ', glob "$dir/limit/tmp/*"
                if glob "$dir/limit/tmp/*";
            push @bad, "$step: left beside it"
                if (() = glob "$dir/limit/out/*") != 1;
        }
        is(join("\n", @bad), '', "$format: with any limit on a file's size it "
            . 'is made whole or not at all');
        cmp_ok($failed, '>', 5, "  ($failed times not at all)");
        cmp_ok($made, '>', 5, "  ($made times whole)");
        unlink $file;
    }
}

# Worksheets of forty rows, and ten links: the program as it is but for them.
my $small = "$dir/small";
{
    my $build = builddir();
    my @objects = grep { !/xlsx\.o$/ } glob "$build/cli/leadsheet-*.o";
    my ($libs) = slurp("$build/Makefile") =~ /^XLSX_LIBS = (.*)/m;
    my $all = join ' ', map { slurp("$build/Makefile") =~ /^$_ = (.*)/m }
        qw(JANSSON_LIBS CRYPTO_LIBS SQLITE_LIBS INIH_LIBS CURL_LIBS);
    my $said = `gcc -std=gnu11 -DROWS_MAX=40 -DLINKS_MAX=10 -I@{[srcdir()]}/lib \\
        -o '$small' '@{[srcdir()]}/cli/xlsx.c' @objects \\
        '$build/lib/libleadsheet.a' $libs $all 2>&1`;
    is($said, '', 'a program with small worksheets is made');
    my $home = journal_of({'2026-11-20' => [deliveries($seed, 10, 20)]});
    my $made = leadsheet($home, ['export', '-o', "$dir/small.xlsx"],
        program => $small);
    is($made->{exit}, 0, '  and makes several of them') or diag($made->{err});
    my ($good, $told) = python('exported.py', "$home/main", "$dir/small.xlsx",
        'xlsx', 'sheet-rows=40', 'links=10');
    ok($good, '  which are full one after the other, each with a header, '
        . 'frozen and filtered') or diag($told);
    like(`unzip -l '$dir/small.xlsx' 2>/dev/null` || python_list(), qr/sheet6\.xml/,
        '  six for two hundred leads');

    # A disk that is full at any time: as root a real one.
    SKIP: {
        skip 'mounting a small disk takes root', 2 if $> != 0;
        mkdir "$dir/disk";
        my (@bad, $failed, $whole);
        for my $pages (map { $_ * 8 } 1 .. 40) {
            next if system("mount -t tmpfs -o size=@{[$pages * 4]}k none "
                . "'$dir/disk' 2>/dev/null") != 0;
            my $r = leadsheet($home, ['export', '-o', "$dir/full.xlsx"],
                program => $small, env => {TMPDIR => "$dir/disk"});
            my $left = join ' ', glob "$dir/disk/*";
            system('umount', "$dir/disk");
            push @bad, "$pages: left $left" if $left ne '';
            if ($r->{exit} == 0) {
                $whole++;
                push @bad, "$pages: it is not the same"
                    if contents("$dir/full.xlsx") ne contents("$dir/small.xlsx");
            } else {
                $failed++;
                push @bad, "$pages: $r->{exit} $r->{err}"
                    if $r->{exit} != 74 || $r->{err} !~ /TMPDIR/;
                push @bad, "$pages: half a file" if -e "$dir/full.xlsx";
            }
            unlink "$dir/full.xlsx";
        }
        skip 'no small disk can be mounted here', 2 unless $failed || $whole;
        is(join("\n", @bad), '', 'on a full disk a workbook of several '
            . 'worksheets is made whole or not at all');
        ok($failed > 5 && $whole > 5, "  ($failed times not, $whole times)");
    }
}

sub python_list {
    return `python3 -m zipfile -l '$dir/small.xlsx'`;
}

# The members of a workbook but for the time of its making.
sub contents {
    return scalar `python3 -c 'import sys, zipfile, zlib
z = zipfile.ZipFile(sys.argv[1])
for n in z.namelist():
    if n != "docProps/core.xml": print(n, zlib.crc32(z.read(n)))' '$_[0]'`;
}

# A member of the group may read, and so may export.
SKIP: {
    skip 'being someone else takes root', 3 if $> != 0;
    my ($uid, $gid) = (getpwnam 'nobody')[2, 3];
    my $home = journal_of({'2026-11-20' => [body('{"urn":"a"}')]});
    chown 0, $gid, "$home/main", "$home/main/journal",
        @{journal($home)};
    chmod 02750, "$home/main", "$home/main/journal";
    chmod 0640, @{journal($home)};
    my @as = ('setpriv', "--reuid=$uid", "--regid=$gid", '--clear-groups');
    my @args = ('export', '--columns', 'urn', '--no-bom');
    my $r = leadsheet($home, \@args, wrap => \@as);
    is($r->{out}, "urn\r\na\r\n", 'who may only read the home can export')
        or diag($r->{err});
    is(join(' ', sort map { s{.*/}{}r } glob "$home/main/*"),
        'journal secret', '  and nothing is made there');
    chmod 0600, @{journal($home)};
    $r = leadsheet($home, \@args, wrap => \@as);
    is("$r->{exit} $r->{out}", '74 ', 'who may not read it gets nothing');
    like($r->{err}, qr/Permission denied/, '  and hears why');
}

done_testing();

#!/usr/bin/perl
# leadsheet export from the outside: which leads, and where they go; and
# whatever goes wrong, there is no half file.
use strict;
use warnings;
use Export;
use File::Temp qw(tempdir);
use Halt;
use Leadsheet;
use POSIX qw(mkfifo);
use Test::More;

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $seed = $ENV{SEED} // 1;
my $traces = system('strace -o /dev/null true 2>/dev/null') == 0;

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
    ['--only urn=a3 --only urn=a2', 'a2 a3'],
    ['--only urn=a3 --only urn=a2 --only connections=2', 'a2'],
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
    '--unique', '--to', '2026-11-20', '--only', 'urn=a')), 'Old3',
    '  of those that were asked for the newest, and how often in all');
is(export($people, qw(--unique --columns urn --no-bom --only urn=b))->{out},
    "urn\r\nb\r\n", '  --columns picks among its columns, too');
like(export($people, qw(--unique --no-bom --only urn=b))->{out},
    qr/,first_seen,last_seen,engagements,kinds,signals\r\n.*,2026-11-20 12:00:00,2026-11-20 12:00:00,1,,\r\n\z/,
    '  which else stand at the end');
like(export($people, '--unique', '-o', "$dir/p.csv")->{err},
    qr/^5 people in /, '  counted as people');

# A delivery that comes between the two passes: the first one has closed the day.
SKIP: {
    skip 'strace can\'t trace here', 2 unless $traces;
    my $home = journal_of({'2026-11-20' => [body('{"urn":"a"}'), body('{}')]});
    my $day = "$home/main/journal/2026-11-20.jsonl";
    my $more = slurp($day) =~ s/"d0"/"e0"/r;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', "$dir/between.csv" or POSIX::_exit(126);
        exec halt_after("$dir/halt", 'close', path => $day),
            builddir() . '/cli/leadsheet', '--home', $home, 'export',
            '--unique', '--columns', 'delivery_id,engagements' or POSIX::_exit(127);
    }
    my $inner = halted("$dir/halt");
    open my $f, '>>', $day or die "$day: $!\n";
    print $f $more;
    close $f;
    kill 'CONT', $inner;
    waitpid $pid, 0;
    is($?, 0, 'a delivery between the passes does no harm');
    like(slurp("$dir/between.csv"), qr/^[^\n]*\n'd[01],1\r\n'd[01],1\r\n\z/,
        '  and waits for the next export');
}

# Damage, and nothing at all.
{
    my $home = journal_of({'2026-11-20' => [map { body(qq({"urn":"$_"})) }
        1 .. 3], '2026-11-21' => [body('{"urn":"4"}')]});
    my $day = "$home/main/journal/2026-11-20.jsonl";
    my $text = slurp($day);
    spew($day, $text =~ s/"urn":"2"/"urn":"9"/r . "\0\0\n" . '{"received":"torn');
    my $says = qr/^leadsheet export: 2 lines of the journal are damaged and left out; "$LEADSHEET check main" tells where$/m;
    my $r = export($home, qw(--columns urn --no-bom));
    is($r->{out}, "urn\r\n1\r\n3\r\n4\r\n",
        'damaged lines are left out, and no other');
    like($r->{err}, $says, '  which is said');
    is($r->{exit}, 65, '  exit 65');
    for my $format (qw(csv tsv jsonl xlsx)) {
        for my $unique ([], ['--unique']) {
            my $file = "$dir/damaged.$format";
            $r = export($home, '-o', $file, @$unique);
            is($r->{exit}, 65, "$format @$unique: exit 65");
            like($r->{err}, qr/\A3 (?:leads|people) in \Q$file\E\n/,
                '  it has what can be read');
            like($r->{err}, $says, '  and tells of the rest');
            ok(-s $file, '  in a file');
            unlink $file;
        }
    }
    is(export($home, '--from', '2026-11-21')->{exit}, 0,
        'days without damage are exported whole');
    # Pieces of a megabyte, each by a thread of its own.
    my $pieces = journal_of({'2026-11-20' =>
        [map { body(qq({"urn":"$_","full_name":"@{['x' x 200]}"})) } 1 .. 9000]});
    my $path = "$pieces/main/journal/2026-11-20.jsonl";
    spew($path, slurp($path) =~ s/"urn":"(\d+7)"/"urn":"x"/gr);
    for my $unique ([], ['--unique']) {
        $r = export($pieces, '-o', "$dir/pieces.csv", @$unique);
        is($r->{exit}, 65, "many pieces @$unique: exit 65");
        like($r->{err}, qr/^leadsheet export: 899 lines of the journal/m,
            '  each counted once');
    }
    unlink "$dir/pieces.csv";
    is(names(home()), '', 'an endpoint without a journal has no leads');
}

# What is wrong, what is said, and which exit code.
my $two = home();
mkdir "$two/$_" for qw(other photos);
spew("$two/other/secret", '');
mkdir "$dir/a-directory";
my @wrong = (
    [[qw(--from monday)], 64, qr/"monday" is no day; write one like 2026-/],
    [[qw(--from 2026-11-3)], 64, qr/is no day/],
    [[qw(--from 2026-11-24 --to 2026-11-23)], 64, qr/is later than/],
    [['--columns', 'urn,headlin'], 64, qr/"headlin"; did you mean headline\?/],
    [['--columns', 'urn,zzzzzzzz'], 64, qr/no column "zzzzzzzz" \(/],
    [['--columns', 'urn,kinds'], 64,
        qr/kinds is of a person, and not of a lead; say --unique, or run "$LEADSHEET people"$/],
    [[qw(--unique --columns first_sen)], 64, qr/did you mean first_seen\?/],
    [[qw(--only kinds=comment)], 64, qr/kinds is of a person, and not of a lead; say --unique, or run "$LEADSHEET people"/],
    [[qw(--last 7)], 64, qr/"7" is no length of time; write days, weeks, months or/],
    [[qw(--last 0d)], 64, qr/"0d" is no length of time/],
    [[qw(--last 7x)], 64, qr/"7x" is no length of time/],
    [[qw(--last 7dd)], 64, qr/"7dd" is no length of time/],
    [[qw(--last 7d --from today)], 64, qr/--last ends today; leave out --from/],
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
    [['-o', "$dir/a-directory"], 74, qr/name another place/],
    [['-o', "$dir/none/x.csv"], 74, qr/name another place/],
    [['-o', "$dir/" . 'x' x 300], 74, qr/name another place/],
    [['-o', "$dir/" . 'x/' x 2100], 74, qr/can't write/],
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
like(export($two)->{err}, qr/several endpoints; name one of them: main, other; or take them all: --endpoint all$/,
    'of several endpoints one is to be named');
is(export($two, qw(--endpoint other --columns urn --no-bom))->{out},
    "urn\r\n", '  and then it is read');
my $help = export($four, '--help');
is($help->{exit}, 0, '--help is no mistake');
like($help->{out}, qr/$_/, "  and tells of $_") for '--from DAY',
    '--unique', '-o, --output FILE', "\nexample: leadsheet export ";

# Several endpoints.
{
    my $home = journal_of({'2026-11-20' => [body('{"urn":"a","full_name":"A"}',
        '{"urn":"b"}')], '2026-11-22' => [body('{"urn":"c"}')]},
        "[endpoint events]\ndelimiter = semicolon\ntimezone = Asia/Tokyo\n");
    my $other = journal_of({'2026-11-21' => [body('{"urn":"a","full_name":"B"}'),
        body('{"urn":"d"}')]});
    for (qw(events quiet)) {
        mkdir "$home/$_";
        spew("$home/$_/secret", '');
    }
    rename "$other/main/journal", "$home/events/journal" or die "rename: $!\n";
    my $pairs = sub { join ' ', map { "$_->{endpoint}:$_->{urn}" }
        rows($home, '--endpoint', @_) };
    is($pairs->('all'), 'events:a events:d main:a main:b main:c',
        '--endpoint all: each endpoint by its name, its rows in order');
    is($pairs->('main,events'), 'main:a main:b main:c events:a events:d',
        '  those of a list in its order');
    is($pairs->('quiet, main'), 'main:a main:b main:c',
        '  blanks in it do no harm, nor does one without leads');
    is($pairs->('all', '--from', '2026-11-21'), 'events:a events:d main:c',
        '  and days are picked in each');
    is($pairs->('all', '--only', 'endpoint=main'), 'main:a main:b main:c',
        '  the column can be asked for');
    is($pairs->('all', '--only', 'endpoint!=main', '--only', 'urn=d'),
        'events:d', '  as any other');
    my $all = export($home, qw(--endpoint all --no-bom))->{out};
    like($all, qr/\Aendpoint,received_at,.*,extra\r\n/,
        '  csv begins with the column endpoint');
    is(scalar(() = $all =~ /^(?:main|events),2026-11-2\d 12:00:00,/mg), 5,
        '    in the settings of all, for what an endpoint has for itself');
    is(export($home, qw(--endpoint all --no-bom --columns urn --to 2026-11-20))
        ->{out}, "urn\r\na\r\nb\r\n", '  --columns has it or not');
    is(export($home, '--columns', 'endpoint,urn',
        qw(--endpoint main --no-bom --to 2026-11-20))->{out}, "endpoint,urn\r\nmain,a\r\nmain,b\r\n",
        '    also of one endpoint');
    is(export($home, '--columns', 'urn,received_at',
        qw(--endpoint events --no-bom))->{out}, "urn;received_at\r\na;2026-11-21 21:00:00\r\n"
        . "d;2026-11-21 21:00:00\r\n", '  one alone has its own settings');
    is(join(' ', map { "$_->{urn}$_->{engagements}" . ($_->{full_name} // '') }
        rows($home, qw(--endpoint all --unique))), 'a2B d1 b1 c1',
        '  --unique: a person is one person over all of them');
    is(export($home, qw(--endpoint all -o), "$dir/all.xlsx")->{exit}, 0,
        '  in one workbook');
    like(scalar `python3 -c 'import sys, zipfile
print(zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet1.xml"))' $dir/all.xlsx`,
        qr/>endpoint<.*>events<.*>main</s, '    with the column');
    unlink "$dir/all.xlsx";
    for ([['main,main'], qr/endpoint main is named twice/],
        [['main,'], qr/names with commas between them, as in --endpoint main,/],
        [['main,nobody'], qr/no endpoint nobody; there is: events, main, quiet/],
        [[''], qr/names with commas/]) {
        my $r = export($home, '--endpoint', @{$_->[0]});
        is($r->{exit}, 64, "--endpoint '@{$_->[0]}': exit 64");
        like($r->{err}, $_->[1], '  says what');
        is($r->{out}, '', '  and nothing else');
    }
    spew("$home/events/journal/2026-11-21.jsonl", "garbage\n");
    my $r = export($home, qw(--endpoint all --columns urn --no-bom));
    is("$r->{exit} $r->{out}", "65 urn\r\na\r\nb\r\nc\r\n",
        'a damaged line of one is left out');
    like($r->{err}, qr/1 line .*"$LEADSHEET check events" tells where/,
        '  and whose it is said');
    mkdir "$home/all";
    spew("$home/all/secret", '');
    is($pairs->('all'), '', 'an endpoint that is called all is meant by it');
}

# The format, by the file's ending and by --format.
my %looks = (csv => qr/^\xef\xbb\xbfreceived_at,/, tsv => qr/^\xef\xbb\xbfreceived_at\t/,
    jsonl => qr/^\{"received_at"/, xlsx => qr/^PK/);
for (
    ['x.csv', '', 'csv'], ['x.tsv', '', 'tsv'], ['x.jsonl', '', 'jsonl'],
    ['x.xlsx', '', 'xlsx'], ['x.XLSX', '', 'xlsx'], ['x.Csv', '', 'csv'],
    ['x.JSONL', '', 'jsonl'], ['x.XLSX', 'xlsx', 'xlsx'],
    ['x.tsv', 'TSV', 'tsv'], ['x', '', 'csv'], ['x', 'jsonl', 'jsonl'],
    ['x', 'XLSX', 'xlsx'], ['a.b/x', '', 'csv'], ['a.xlsx/x', 'tsv', 'tsv'],
    ['.xls', '', 'csv'], ['x.', 'tsv', 'tsv'], ['x.txt', 'tsv', 'tsv'],
    ['x.2026-11', 'jsonl', 'jsonl'], ['x.csv.txt', 'csv', 'csv'],
) {
    my ($name, $format, $is) = @$_;
    my $at = tempdir(CLEANUP => 1);
    mkdir "$at/$_" for qw(a.b a.xlsx);
    my $r = export($four, '-o', "$at/$name",
        $format eq '' ? () : ('--format', $format));
    is($r->{exit}, 0, "-o $name --format '$format' is made")
        or diag($r->{err});
    like(slurp("$at/$name"), $looks{$is}, "  as $is") if $r->{exit} == 0;
}
for (
    ['x.xls', '', 'xls'], ['x.ods', '', 'ods'], ['x.pdf', '', 'pdf'],
    ['x.csv.gz', '', 'gz'], ['x.json', '', 'json'], ['x.XLS', '', 'XLS'],
    ['x.csv', 'xlsx', 'csv'], ['x.XLSX', 'csv', 'XLSX'], ['x.csv', 'tsv', 'csv'],
    ['x.jsonl', 'CSV', 'jsonl'],
) {
    my ($name, $format, $ending) = @$_;
    my $at = tempdir(CLEANUP => 1);
    spew("$at/$name", 'old');
    my $r = export($four, '-o', "$at/$name",
        $format eq '' ? () : ('--format', $format));
    is($r->{exit}, 64, "-o $name --format '$format' is refused");
    like($r->{err}, $format eq ''
        ? qr/ends in \.$ending can't be made; .* \.csv, \.tsv, \.xlsx or \.jsonl, or name .*--format$/
        : qr/ends in \.$ending, and --format says $format; let both be the same/,
        '  with a remedy');
    is(slurp("$at/$name"), 'old', '  and what is there stays');
    is(join(' ', glob "$at/*"), "$at/$name", '  alone');
}

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
    # A name as ours may be of a file of someone's.
    my $program = builddir() . '/cli/leadsheet';
    is(leadsheet($four, ['-c', 'echo mine >"$2.part-$$-1"; exec "$1" export '
        . '-o "$2"', 'sh', $program, "$dir/beside.csv"], program => 'sh')
        ->{exit}, 0, 'a file that has the name of a temporary one');
    my ($mine) = glob "$dir/beside.csv.part-*";
    is($mine && slurp($mine), "mine\n", '  stays');
    ok(-s "$dir/beside.csv", '  beside the export');
    unlink glob "$dir/beside.csv*";
    my $piped = export($four, '-o', '/dev/stdout');
    is($piped->{out}, export($four)->{out}, '/dev/stdout can be named');
    my $pipe = leadsheet($four, ['-c', '"$1" export -o /dev/stdout | cat',
        'sh', $program], program => 'sh');
    is($pipe->{out}, export($four)->{out}, '  where it is a pipe, too');
    symlink 'nowhere.csv', "$dir/dangling.csv";
    is(export($four, '-o', "$dir/dangling.csv")->{exit}, 0,
        'a link that leads nowhere');
    ok(!-l "$dir/dangling.csv" && -s "$dir/dangling.csv", '  is replaced');
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
my $large = journal_of({'2026-11-20' => [(deliveries($seed, 200, 20)) x 15]});
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
    is("$r->{exit} $r->{out}", '77 ', 'who may not read it gets nothing');
    like($r->{err}, qr/Permission denied/, '  and hears why');
}

done_testing();


#!/usr/bin/perl
# What leadsheet export writes: what was sent comes out whole in every format,
# read by programs that are not ours.
use strict;
use warnings;
use Disk;
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $seed = $ENV{SEED} // 1;

# The samples, and what they don't have: everything that is odd in a cell.
my $samples = home("timezone = Europe/Berlin\n");
my @odd = ('=1+1', '@x', "'", "''", "'=1", ' =1', "\xe3\x80\x80+1",
    "\xef\xbc\x9d1", 'x;=1+1', "x;'=1+1;y", "a,'b;=c", '11-50', '3/4', '007',
    '1e5', '1234567890123456', 'May 5', '12:30', 'TRUE', '"', 'a"b', 'a,b',
    'a|b', ' x', 'x ', 'a\\nb', 'a\\r\\nb', 'a\\rb', '\\n\\n', 'a\\tb',
    'a\\u0000b', 'a\\u001fb', '\\uffff', "a\xe2\x80\xa8b", "a\xe2\x80\xaeb",
    '\\ud83d\\udc4f', "\xd8\xa7\xd9\x84", "\xe7\x8e\x8b", '_x0041_',
    '_x005F_x0041_', "\xe4\xb8\xad" x 11000 . '_x0041_', '_x0041_' x 4000,
    'x' x 31000 . '_x0041_' x 142, 'https://example.com/' . '[' x 1000,
    'https://example.com/%zz' . '%' x 900, '\\n' x 300, 'x' x 32000, 'x' x 32768,
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
    my $said = `cd '$dir' && timeout @{[10 * PATIENCE]} '$soffice' \\
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

# Worksheets of forty rows, and ten links: the program as it is but for them.
my $small = "$dir/small";
{
    my $build = builddir();
    my @objects = grep { !/xlsx\.o$/ } glob "$build/cli/leadsheet-*.o
        $build/cli/*/leadsheet-*.o";
    my ($libs) = slurp("$build/Makefile") =~ /^XLSX_LIBS = (.*)/m;
    my $all = join ' ', map { slurp("$build/Makefile") =~ /^$_ = (.*)/m }
        qw(JANSSON_LIBS CRYPTO_LIBS CRYPT_LIBS CURL_LIBS);
    my $said = `gcc -std=gnu11 -DROWS_MAX=40 -DLINKS_MAX=10 \\
        -I@{[srcdir()]}/lib -I@{[srcdir()]} -o '$small' '@{[srcdir()]}/lib/table/xlsx.c' @objects \\
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
            next if mounted("$dir/disk",
                "mount -t tmpfs -o size=@{[$pages * 4]}k none");
            my $r = leadsheet($home, ['export', '-o', "$dir/full.xlsx"],
                program => $small, env => {TMPDIR => "$dir/disk"});
            my $left = join ' ', glob "$dir/disk/*";
            unmount();
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

# The same at Excel's own limit, with the program as it is.
SKIP: {
    skip 'a workbook of a million rows takes a minute: LONG=1', 3
        unless $ENV{LONG};
    my ($n, $many) = (0, 1_048_577);
    my @bodies;
    while ($n < $many) {
        my $to = $n + 10_000 < $many ? $n + 10_000 : $many;
        push @bodies, body(map { qq({"connections":$_,"urn":"urn-$_"}) }
            $n + 1 .. $to);
        $n = $to;
    }
    my $home = journal_of({'2026-11-20' => \@bodies});
    my $began = time;
    my $r = export($home, '-o', "$dir/million.xlsx", '--columns',
        'connections,urn,received_at,delivery_id');
    is($r->{exit}, 0, '1,048,577 leads are exported') or diag($r->{err});
    note('in ', time - $began, ' s');
    like($r->{err}, qr/^1,048,577 leads in /, '  and counted');
    my ($good, $said) = python('worksheets.py', "$dir/million.xlsx");
    is($said, "rows 1048576 3; last $many; headers "
        . "connections,urn,received_at,delivery_id\n",
        '  the first worksheet is full, the second has two, each a header');
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

done_testing();

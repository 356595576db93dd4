#!/usr/bin/perl
# What is JSON: t/data/json has a file for each thing that JSON is or isn't.
# y- is JSON, n- is none; of i- RFC 8259 leaves the choice to who reads it, and
# the name says what we do.
use strict;
use warnings;
use Leadsheet;
use Test::More;

my $home = home();
my ($taken, $refused) = (qr{/(?:y|i-taken)-}, qr{/(?:n|i-refused)-});
my @files = sort glob data('json/*');
my $mark = "\xef\xbb\xbf";

sub delivery {
    my ($id, @leads) = @_;
    return qq({"delivery_id":"$id","event":"lead.enriched","data":{"leads":[)
        . join(',', @leads) . ']}}';
}

sub last_line { (split /\n/, slurp(glob "$home/main/journal/*.jsonl"))[-1] }

# The whole body, and a value in a lead.
my (@wrong, %rows);
for my $file (@files) {
    my $json = slurp($file);
    my ($name) = $file =~ m{([^/]+)$};
    my $want = $file =~ $taken ? 202 : $file =~ $refused ? 400 : 'a name';
    my $r = cgi($home, body => $json);
    push @wrong, "$name: $r->{status}" if $r->{status} ne $want;
    # A mark stands before a body only.
    my $is_marked = $json =~ s/^\Q$mark\E// && $want == 202;
    $r = cgi($home, body => ($is_marked ? $mark : '') . delivery($name,
        qq({"urn":"$name","x":$json},{"urn":"next"})));
    $want = $want == 202 || $name =~ /^i-refused-mark-(?:alone|cut)$/
        ? $want : 400;
    # Some are none alone, and JSON in a row with others.
    $want = 200 if $want == 202;
    push @wrong, "$name in a lead: $r->{status}" if $r->{status} ne $want;
    my $line = last_line();
    push @wrong, "$name: it is journalled so: " . substr $line, 0, 300
        if $r->{status} == 200 && $line !~ ($is_marked || $json =~ /[\r\n]/
            ? qr/,"text":"/ : qr/,"body":\{/);
    $rows{$name} = 1 if $r->{status} == 200;
}
cmp_ok(scalar(@files), '>', 200, 'there are files for what JSON is and isn\'t');
ok(!@wrong, 'each gets its answer, alone and in a lead')
    or diag(join "\n", @wrong);

# A reader that is not ours takes every line of the journal, and makes the same
# sheet of it: of the leads that have the value, and of those behind them.
sub run {
    my ($input, @command) = @_;
    my $dir = File::Temp->newdir;
    spew("$dir/in", $input);
    my $said = `@command <$dir/in 2>&1`;
    return $? == 0 ? $said : "it ends with $?: $said";
}
like(run(slurp(glob "$home/main/journal/*.jsonl"), q{python3 -c '
import json, sys
sys.setrecursionlimit(9999)
print(len([json.loads(l) for l in sys.stdin.buffer]), "lines")'}),
    qr/^\d+ lines$/, 'every line of the journal is JSON');
my $reader = data('journalreader.py');
my $sheet = 'leads-' . today() . '.csv';
is(run('', "python3 $reader $home/main"), "$sheet equal\n",
    'Python makes the same sheet of it');
my @sheet = @{read_csv("$home/main/sheets/$sheet")};
is(scalar(@sheet), 2 * keys %rows, '  each lead has its row');

# What stands in the cells of each kind that is rare.
my @kinds = (
    ['an integer beyond 64 bits', '{"x":18446744073709551616,'
        . '"connections":18446744073709551615}',
        extra => '{"x":18446744073709551616}',
        connections => '18446744073709551615'],
    ['a member twice', '{"urn":"a","x":1,"urn":"b","x":[ 2]}',
        urn => 'b', extra => '{"x":[2]}'],
    ['numbers as they were sent', '{"x":[0.1, 1.50, 1E400],"followers":2.50}',
        extra => '{"x":[0.1,1.50,1E400]}', followers => '2.50'],
    ['a number as text', '{"connections":"2500","followers":"500+"}',
        connections => '2500', followers => '"500+"'],
    ['a number that no double holds', '{"connections":1e400}',
        connections => '1e400'],
    ['half a surrogate pair', '{"full_name":"J\ud83d","x":"\udc4fn"}',
        full_name => "J\x{fffd}", extra => "{\"x\":\"\x{fffd}n\"}"],
    ['a NUL in a key', '{"a\u0000b":1,"a\u0000c":2}',
        extra => '{"a\u0000b":1,"a\u0000c":2}'],
);
$home = home();
my $n = 0;
for my $kind (@kinds) {
    my ($name, $lead, %cells) = @$kind;
    my $body = delivery('kind-' . ++$n, 'null', $lead, '[]');
    my $r = cgi($home, body => $n % 2 ? $body : $mark . $body);
    is("$r->{status} $r->{json}{leads} $r->{json}{skipped}", '200 1 2', $name);
    like($r->{log}, qr/"2 of its leads are no object/, '  the log says so');
    my $row = read_csv("$home/main/sheets/$sheet")->[-1];
    is($row->{$_}, $cells{$_}, "  $_") for sort keys %cells;
}
is(run('', "python3 $reader $home/main"), "$sheet equal\n",
    'Python makes the same sheet of these');

# What reads the journal reads them all.
my $before = slurp("$home/main/sheets/$sheet");
is(leadsheet($home, ['rebuild'])->{exit}, 0, 'rebuild');
is(slurp("$home/main/sheets/$sheet"), $before, '  makes the same sheet');
is(leadsheet($home, ['export', '-o', "$home.csv"])->{exit}, 0, 'export');
is(scalar(@{read_csv("$home.csv")}), 0 + @kinds, '  has them all');
is(leadsheet($home, ['export', '-o', "$home.xlsx"])->{exit}, 0,
    'export to xlsx');
my $cells = run('', qq{python3 -c 'import sys, zipfile
print(zipfile.ZipFile("$home.xlsx").read("xl/worksheets/sheet1.xml").decode())'});
like($cells, qr/>1e400</, '  a number that Excel has none for is a text');
unlike($cells, qr/>-?(?:inf|nan)/i, '  and no number is infinite');
unlink "$home.csv", "$home.xlsx";
is(leadsheet($home, ['forget', '--yes', 'b'])->{exit}, 0, 'forget, behind a mark');
unlike(slurp(glob "$home/main/journal/*.jsonl"), qr/"urn\\?":\\?"b/,
    '  takes the lead out of the journal');
is(run('', "python3 $reader $home/main"), "$sheet equal\n",
    '  and out of the sheet');

done_testing();

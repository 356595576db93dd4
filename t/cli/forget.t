#!/usr/bin/perl
# leadsheet forget: a person leaves journal, sheets and index, and nobody else.
use strict;
use warnings;
use Checker qw(violations);
use Digest::SHA qw(sha256_hex);
use File::Path qw(make_path);
use JSON::PP ();
use Halt;
use Leadsheet;
use Test::More;
use Worker;

my $today = today();
my $person = 'ACoAAPerson-1';

sub body {
    my ($id, $more, @urns) = @_;
    return qq({"delivery_id":"delivery-$id","event":"lead.enriched",$more)
        . '"data":{"leads":[' . join(',', map { qq({"urn":"$_",)
        . qq("connections":1.50,"note":1e2}) } @urns) . ']}}';
}

sub must {
    my ($home, $body) = @_;
    my $r = cgi($home, body => $body);
    die "not kept: $r->{log}" if $r->{status} >= 500;
    return $r->{json}{status} // $r->{json}{error};
}

# The deliveries; not the lines about sheets.
sub records {
    my ($home) = @_;
    return grep { exists $_->{id} }
        map { JSON::PP->new->utf8->decode($_) }
        map { split /\n/, slurp($_) } @{journal($home)};
}

# An index may have places of a segment that was replaced.
sub wrong { return violations(@_, skip => ['stale']) }

# In which files below the home it stands.
sub stands {
    my ($home, $text) = @_;
    return sort map { s/^\Q$home\E\///r } grep {
        index(slurp($_), $text) >= 0 } split /\n/, `find '$home' -type f`;
}

# Everything in one home: leads, a test, another event, what is no JSON.
my $home = home();
my %body = (a => body('a', '', 'a-1', $person, 'a-2'), b => body('b', '',
    'b-1'), t => body('t', '"test":true,', $person, 't-1'),
    c => body('c', '', $person));
must($home, $body{$_}) for qw(a b t c);
must($home, qq({"event":"other","data":{"leads":[{"urn":"$person"}]}}));
my $before = tree($home);

my $r = leadsheet($home, ['forget', '--dry-run', $person]);
is($r->{exit}, 0, 'a dry run ends well');
like($r->{out}, qr/^4 leads would go, from 4 deliveries on 1 day$/m,
    '  and says what would go');
unlike($r->{out}, qr/still stands/,
    '  and names no sheet that will be made again');
is_deeply(tree($home), $before, '  and nothing changes');
ok(!-e "$home/main/pending", '  nor is anything left');
$r = leadsheet($home, ['forget', $person]);
is($r->{exit}, 64, 'without --yes and a terminal: EX_USAGE');
is($r->{err}, "leadsheet forget: nothing is changed; say --yes\n",
    '  and the remedy');
is_deeply(tree($home), $before, '  and nothing changes');

$r = leadsheet($home, ['forget', '--yes', $person]);
is("$r->{exit} $r->{err}", '0 ', 'forget ends well');
is($r->{out}, "4 leads are gone, from 4 deliveries on 1 day\n",
    '  and says what is gone');
is_deeply([stands($home, $person)], [], '  the person is in no file');
ok(!-e "$home/main/pending", '  nor is the list');
is_deeply([wrong($home, kept => { 'delivery-a' => 2, 'delivery-b' => 1 },
    maybe => { 'delivery-c' => 0 })], [], '  all others are there, once');
is(scalar @{read_csv("$home/main/sheets/test-$today.csv")}, 1,
    '  and in the sheet of tests');
my @records = records($home);
is(scalar @records, 5, '  each delivery has its record still');
my ($record) = grep { $_->{id} eq 'delivery-a' } @records;
is($record->{was}, sha256_hex($body{a}),
    '  "was" is the digest of what the sender sent');
my ($line) = slurp(journal($home)->[0]) =~ /^(.*"id":"delivery-a".*)$/m;
my ($text) = $line =~ /"body":(.*)\}$/;
is($text, body('a', '', 'a-1', 'a-2'),
    '  the body is as it came, less the lead, to each digit');
is($record->{sha256}, sha256_hex($text), '  its digest holds');
is($record->{signature}, sign($text), '  and its signature');
ok(!exists((grep { $_->{id} eq 'delivery-b' } @records)[0]{was}),
    '  a record without the person is untouched');

# The retry of the sender's delivery doesn't bring the person back.
for my $index ('as it is', 'made anew') {
    unlink "$home/main/index" if $index eq 'made anew';
    is(must($home, $body{$_}), 'duplicate',
        "$_ again is a duplicate, with the index $index") for qw(a b c);
    is(must($home, qq({"event":"other","data":{"leads":[{"urn":"$person"}]}})),
        'duplicate', '  another event as well');
    is(scalar(records($home)), 5, '  and nothing is journalled');
}
is_deeply([stands($home, $person)], [], 'the person is in no file');
$r = leadsheet($home, ['forget', '--yes', $person]);
is("$r->{exit} $r->{out}", "0 nobody with that urn, profile URL or whole name is kept\n",
    'a second time there is nothing to do');
is(must($home, body('e', '', 'e-1')), 'stored', 'a new delivery is stored');
$r = leadsheet($home, ['forget', '--yes', 'a-2']);
($record) = grep { $_->{id} eq 'delivery-a' } records($home);
is($record->{was}, sha256_hex($body{a}),
    'after another person "was" is still the first');

# Where they stand and nobody writes.
$home = home();
must($home, $body{$_}) for qw(a b);
my $sheet = "$home/main/sheets/leads-$today.csv";
spew($sheet, slurp($sheet) . "note of mine\r\n");
must($home, body('d', '', 'z-1', $person));
must($home, "{\"half\":\"$person");
must($home, qq({"delivery_id":"delivery-x","event":"lead.enriched","data":)
    . qq({"leads":[{"urn":"x","comment_text":"hi $person"}]}}));
must($home, body('y', qq("note":"$person",), 'y-1', $person));
make_path("$home/exports", "$home/main/sheets/replaced", "$home/old.deleted-1");
spew("$home/exports/all.csv", "x,$person\n");
spew("$home/main/journal/$today.torn-1", "x $person");
spew("$home/main/index.damaged-1", $person);
spew("$home/main/sheets/replaced/leads-$today.csv.1", $person);
spew("$home/old.deleted-1/kept", $person);
my $edited = slurp($sheet);
$r = leadsheet($home, ['forget', '--yes', $person, '--json']);
is($r->{exit}, 0, 'with an edited sheet it ends well');
my $json = JSON::PP->new->decode($r->{out});
is_deeply([@$json{qw(leads deliveries days)}, $json->{dry_run} ? 1 : 0],
    [3, 3, 1, 0], '  and --json says what is gone');
my @lines = map { $_->{line} } grep { $_->{line} } @{$json->{remains}};
is_deeply(\@lines, [6, 7, 8], '  and which lines it didn\'t write');
is_deeply([sort map { $_->{file} =~ s/^\Q$home\E\///r }
    grep { !$_->{line} } @{$json->{remains}}],
    [grep { !/\.jsonl$/ } stands($home, $person)],
    '  and which files');
is(slurp($sheet), $edited, '  the edited sheet is as it was');
ok(!-e "$home/main/journal/$today.torn-1", '  a torn tail of theirs is gone');
is_deeply([map { $_->{urn} } @{read_csv($sheet =~ s/\.csv/-2.csv/r)}],
    [qw(z-1 x y-1)], '  part -2 has the rows of the others, once');
ok((grep { $_->{file} =~ m{-2\.csv$} } @{$json->{remains}}),
    '  and is named for the comment in it');
$r = leadsheet($home, ['forget', '--yes', $person]);
like($r->{out}, qr{^  \Q$home\E/main/journal/$today\.jsonl, line 6$}m,
    'again: a line is named as a person reads it');
like($r->{out}, qr{^  \Q$home\E/exports/all\.csv$}m, '  and a file');

# What can't be looked into may have them, and is said.
SKIP: {
    skip 'strace can\'t trace here', 4
        if system('strace -o /dev/null true 2>/dev/null') != 0;
    for (['all.csv', 'openat', 'EACCES'], ['all.csv', 'read', 'EIO'],
        ['', 'openat', 'EACCES']) {
        my ($name, $call, $error) = @$_;
        my $path = "$home/exports/$name" =~ s/\/$//r;
        $r = leadsheet($home, ['forget', '--yes', '--json', $person],
            wrap => ['strace', '-qq', '-o', '/dev/null', '-P', $path, '-e',
                "trace=$call", '-e', "inject=$call:error=$error"]);
        is_deeply(JSON::PP->new->decode($r->{out})->{unread}, [{file => $path}],
            "$error in $call: exports/$name could not be looked into");
    }
    $r = leadsheet($home, ['forget', '--yes', $person], wrap => ['strace',
        '-qq', '-o', '/dev/null', '-P', "$home/exports", '-e', 'trace=openat',
        '-e', 'inject=openat:error=EACCES']);
    like($r->{out}, qr/^It may stand .* can't be read:\n  \Q$home\E\/exports$/m,
        '  and is named apart');
}
$r = leadsheet($home, ['forget', '--yes', '--json', $person]);
is_deeply(JSON::PP->new->decode($r->{out})->{unread}, [],
    'and all could be read');

# A home that is named with a slash at its end, or from where we are.
for my $name ("$home/", "$home/../" . ($home =~ s{.*/}{}r)) {
    $r = leadsheet($name, ['forget', '--yes', '--json', $person]);
    is(scalar(grep { !$_->{line} && $_->{file} =~ /\.jsonl$/ }
        @{JSON::PP->new->decode($r->{out})->{remains}}), 0,
        "in $name no journal is named as a file");
}

# Several endpoints.
$home = home();
mkdir "$home/other", 0750;
spew("$home/other/secret", secret() . "\n");
chmod 0600, "$home/other/secret";
cgi($home, body => $body{a}, env => { PATH_INFO => "/$_" })
    for qw(main other);
$r = leadsheet($home, ['forget', '--yes', '--endpoint', 'other', $person]);
is($r->{exit}, 0, 'of one endpoint only');
is_deeply([stands($home, $person)], ["main/journal/$today.jsonl",
    "main/sheets/leads-$today.csv"], '  the other one keeps it');
like($r->{out}, qr{^  \Q$home\E/main/journal/$today\.jsonl$}m,
    '  and is named');
$r = leadsheet($home, ['forget', '--yes', $person]);
is_deeply([stands($home, $person)], [], 'without --endpoint: of all');

# What was cut off.
$home = home();
must($home, $body{$_}) for qw(a b);
spew("$home/main/pending", "task forget\nurn $person\n");
chmod 0600, "$home/main/pending";
spew("$home/main/journal/2020-01-01.jsonl.new", 'half');
$r = leadsheet($home, ['forget', '--resume', '--dry-run']);
is($r->{out} =~ s/\n.*//sr, '1 lead would go, from 1 delivery on 1 day',
    'what was cut off is seen');
$r = leadsheet($home, ['forget', '--resume']);
is("$r->{exit} $r->{out}", "0 1 lead is gone, from 1 delivery on 1 day\n",
    '  and finished, without a question');
is_deeply([stands($home, $person)], [], '  the person is in no file');
is_deeply([glob "$home/main/{pending*,*/*.new}"], [], '  nothing is left');
$r = leadsheet($home, ['forget', '--resume']);
is("$r->{exit} $r->{out}", "0 there is nothing more to resume\n", '  twice');
spew("$home/main/pending", "task forget\nurn b-1\n");
$r = leadsheet($home, ['forget', '--yes', 'a-1']);
is_deeply([stands($home, 'a-1'), stands($home, 'b-1')], [],
    'for whomever: it finishes what was begun');

# Ctrl-C, and a kill, in the first of three days: the list says who is to go.
for (['INT', 130], ['KILL', 137]) {
    my ($signal, $exit) = @$_;
    $home = home();
    must($home, $body{a});
    for my $day ('2020-01-01', '2020-01-02') {
        my $body = $body{a} =~ s/delivery-a/delivery-$day/r;
        spew("$home/main/journal/$day.jsonl", qq({"received":")
            . qq(${day}T08:00:00.000000Z","kind":"leads","id":"delivery-$day",)
            . qq("sha256":"@{[sha256_hex($body)]}","signature":")
            . sign($body) . qq(","body":$body}\n));
    }
    leadsheet($home, ['rebuild']);
    must($home, $body{a});
    $r = leadsheet($home, ['forget', '--yes', $person], wrap => ['strace',
        '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e',
        "inject=rename:signal=$signal:when=2"]);
    is($r->{exit}, $exit, "SIG$signal in the first day ends it");
    like(slurp("$home/main/pending"), qr/^urn \Q$person\E$/m,
        '  who is to be forgotten is on the list');
    like($r->{err}, qr/^leadsheet forget: stopped; "$LEADSHEET forget --resume" goes on\n\z/, '  and it says how to go on') if $signal eq 'INT';
    is_deeply([grep { /jsonl$/ } stands($home, $person)],
        ['main/journal/2020-01-02.jsonl', "main/journal/$today.jsonl"],
        '  the other days are as they were') if $signal eq 'INT';
    $r = leadsheet($home, ['forget', '--resume']);
    is($r->{exit}, 0, '  --resume ends well');
    is_deeply([stands($home, $person)], [], '  and the person is in no file');
    is_deeply([wrong($home, kept => { map { ("delivery-$_" => 2) }
        'a', '2020-01-01', '2020-01-02' })], [], '  the others are, once');
}

# A worker that has the segment open writes to the new one.
$home = home();
my $pid = worker($home);
is(ask($home, $body{$_})->{status}, 200, "a worker stores $_") for qw(a b);
$r = leadsheet($home, ['forget', '--yes', $person]);
is($r->{exit}, 0, 'forget beside a worker ends well');
is(ask($home, $body{a})->{json}{status}, 'duplicate',
    '  the worker knows the old delivery');
is(ask($home, body('d', '', 'z-1'))->{status}, 200, '  and stores a new one');
stop_worker($pid);
is_deeply([wrong($home, kept => { 'delivery-a' => 2, 'delivery-b' => 1,
    'delivery-d' => 1 })], [], '  which is there, once');
is_deeply([stands($home, $person)], [], '  without the person');

# One that waits for its sync, under the lock: forget waits for it.
$home = home();
must($home, $body{b});
$pid = fork // die "fork: $!\n";
if ($pid == 0) {
    my $slow = cgi($home, body => $body{a}, wrap => [halt_after(
        "$home/.halt", 'fdatasync')]);
    spew("$home/.heard", $slow->{status});
    POSIX::_exit(0);
}
my $inner = halted("$home/.halt");
is(scalar(records($home)), 2,
    'a delivery is written, and waits for its sync');
my $forget = fork // die "fork: $!\n";
if ($forget == 0) {
    $r = leadsheet($home, ['forget', '--yes', $person]);
    POSIX::_exit($r->{exit});
}
select undef, undef, undef, 0.3;
kill 'CONT', $inner;
waitpid $forget, 0;
is($?, 0, '  forget waits, and ends well');
waitpid $pid, 0;
is(slurp("$home/.heard"), 200, '  it hears 200');
unlink "$home/.heard", "$home/.halt";
is_deeply([wrong($home, kept => { 'delivery-a' => 2,
    'delivery-b' => 1 })], [], '  and is there');
is_deeply([stands($home, $person)], [], '  without the person');

# By an escape that no writer of JSON needs.
$home = home();
must($home, '{"delivery_id":"delivery-j","event":"lead.enriched","data":'
    . '{"leads":[{"urn":"ACo\u004aK-12","full_name":"GONE"}]}}');
$r = leadsheet($home, ['forget', '--yes', 'ACoJK-12']);
is($r->{out}, "1 lead is gone, from 1 delivery on 1 day\n",
    'a urn that was sent with an escape is found');
is_deeply([stands($home, 'GONE')], [], '  and nothing of them is left');

# Sheets without the column urn.
$home = home("columns = full_name, comment_text\n");
sub people {
    my ($id, @people) = @_;
    return qq({"delivery_id":"delivery-$id","event":"lead.enriched",)
        . '"data":{"leads":[' . join(',', map { qq({"urn":"$_",)
        . qq("full_name":"Name @{[uc]}","comment_text":"thx"}) } @people)
        . ']}}';
}
must($home, people('a', 'x-1', 'x-2'));
$sheet = "$home/main/sheets/leads-$today.csv";
spew("$home/leadsheet.conf", '');
must($home, people('b', 'x-1', 'x-3'));
mkdir "$home/exports";
spew("$home/exports/names.csv", "Name X-1\n");
spew("$home/exports/others.csv", "Name X-3\n");
$r = leadsheet($home, ['forget', '--yes', '--json', 'x-1']);
$json = JSON::PP->new->decode($r->{out});
is_deeply($json->{maybe}, [{ file => "$home/exports/names.csv" }],
    'a file with a name of theirs is named');
is_deeply([stands($home, 'Name X-1')], ['exports/names.csv'],
    '  and a part of older columns is made again');
is_deeply([map { $_->{full_name} } @{read_csv($sheet)}], ['Name X-2'],
    '  with the rows of the others');
spew($sheet, slurp($sheet) . "mine\r\n");
$r = leadsheet($home, ['forget', '--yes', '--json', 'x-2']);
is_deeply(JSON::PP->new->decode($r->{out})->{maybe}, [{ file => $sheet }],
    '  one that was edited is named');

# What another command has left is done first.
$home = home();
must($home, $body{$_}) for qw(a b);
spew("$home/main/pending", "task rebuild\n");
$r = leadsheet($home, ['forget', '--yes', $person]);
is($r->{exit}, 0, 'forget after a rebuild that was cut off ends well');
like($r->{out}, qr/^main: the index is made again\n.*^1 lead is gone/ms,
    '  and finishes that first');
like($r->{err}, qr/main: rebuild was cut off, and is finished first/,
    '  and says so');
ok(!-e "$home/main/pending", '  nothing is left to be done');

# Who is meant: by the address of a profile, or a name.
sub named {
    my ($id, @leads) = @_;
    return qq({"delivery_id":"named-$id","event":"lead.enriched","data":{"leads":[)
        . join(',', map { JSON::PP->new->utf8->canonical->encode({ urn => $_->[0],
            full_name => $_->[1], linkedin_url => $_->[2] // '',
            company_name => $_->[3] // '' }) } @leads) . ']}}';
}
sub people_home {
    my $home = home();
    must($home, named(1, ['j-1', 'Jane Smith', 'https://www.linkedin.com/in/jane', 'Acme'],
        ['j-2', 'Jane Smith', 'https://linkedin.com/in/jane-2/', 'Globex'],
        ['b-1', "Bj\x{f6}rn Stra\x{df}e", 'http://linkedin.com/in/bjorn?x=1'],
        ['', 'Lone Wolf', 'https://linkedin.com/in/lone'],
        ['', 'Ann One'], ['a-1', 'Ann One', 'https://linkedin.com/in/ann'],
        ['Jane Smith 2', 'Kim'], ['k-2', 'jane smith 2']));
    must($home, named(2, ['a-1', 'Ann Two']));
    return $home;
}
sub urns { my ($home) = @_; return join ' ', map { $_->{urn} || '-' } map {
    JSON::PP->new->utf8->decode($_) } split /\n/, leadsheet($home,
    ['export', '--format', 'jsonl', '--columns', 'urn'])->{out} }
my $everyone = 'j-1 j-2 b-1 - - a-1 Jane Smith 2 k-2 a-1';
for (
    ["bj\x{c3}\x{b6}rn STRASSE", 'b-1', "Bj\x{c3}\x{b6}rn"],
    ['https://www.linkedin.com/in/bjorn/', 'b-1', "Bj\x{c3}\x{b6}rn"],
    ['LinkedIn.com/in/jane-2', 'j-2', 'Jane Smith, Globex'],
    ['http://linkedin.com/in/jane?trk=x#top', 'j-1', 'Jane Smith, Acme'],
    ['ann two', 'a-1', 'Ann Two'], ['Ann One', 'a-1', 'Ann Two'],
) {
    my ($whom, $urn, $is) = @$_;
    my $home = people_home();
    my $r = leadsheet($home, ['forget', '--yes', $whom]);
    is($r->{exit}, 0, "forget $whom") or diag($r->{err});
    like($r->{err}, qr/^leadsheet forget: that is \Q$is\E.*, urn $urn$/m,
        '  says who that is');
    is(urns($home), join(' ', grep { $_ ne $urn } $everyone =~ /Jane Smith 2|\S+/g),
        '  and takes them and nobody else');
}
{
    my $home = people_home();
    my $before = tree($home);
    for my $args (['Jane Smith'], ['--yes', 'JANE SMITH'], ['--dry-run', 'jane smith'],
        ['--json', '--yes', 'jane smith']) {
        $r = leadsheet($home, ['forget', @$args]);
        is($r->{exit}, 64, "@$args: of two nobody is picked");
        like($r->{err}, qr/this fits 2 people:\n  Jane Smith, Acme, \S+, last seen $today: "$LEADSHEET forget (?:--dry-run )?j-1"\n  Jane Smith, Globex, .*: "$LEADSHEET forget (?:--dry-run )?j-2"\nleadsheet forget: nothing is changed; run the command of/,
            '  and both are told, with what to paste');
        is($r->{out}, '', '  and nothing else');
    }
    $r = leadsheet($home, ['forget', '--yes', 'lone wolf']);
    is($r->{exit}, 65, 'who has no urn can\'t be erased alone: exit 65');
    like($r->{err}, qr/^leadsheet forget: 1 lead of that name or URL has no urn, and without one can't be told from those of others; it goes with the day: "$LEADSHEET prune --help"$/,
        '  which is said');
    is($r->{out}, '', '  and nothing else');
    $r = leadsheet($home, ['forget', '--yes', 'nobody at all']);
    is("$r->{exit} $r->{out}$r->{err}",
        "0 nobody with that urn, profile URL or whole name is kept\n",
        'nobody: that is said');
    $r = leadsheet($home, ['forget', '--yes', 'Jane']);
    is($r->{exit}, 64, 'a part of a name is nobody\'s: exit 64');
    like($r->{err}, qr/^leadsheet forget: that is only a part of a name, company or URL; "$LEADSHEET find Jane" shows whose, and say the urn$/,
        '  and it says what finds them');
    is($r->{out}, '', '  and nothing else');
    is_deeply(tree($home), $before, 'nothing changed by any of them');
    $r = leadsheet($home, ['forget', '--yes', 'Ann One']);
    like($r->{err}, qr/^leadsheet forget: 1 more lead of that name or URL has no urn, and stays: whose it is, nobody can tell$/m,
        'leads without a urn beside one are told of');
    $r = leadsheet($home, ['forget', '--yes', 'Jane Smith 2']);
    is(urns($home), 'j-1 j-2 b-1 - - k-2', 'a urn is taken for one before a name');
    is($r->{err}, '', '  without a word about who it is');
}
{
    my $home = home();
    must($home, named(9, ["it's one", 'Sam Same'], ['a"b', 'sam same'], ['-x', 'Sam Same'],
        ["c\x1b[2J", "S\x1b[2Jam"], ["c\x1b[2J", 'Sam Same'], map { ["s-$_", 'Sam Same'] } 1 .. 20));
    $r = leadsheet($home, ['forget', '--yes', 'sam same']);
    like($r->{err}, qr/this fits 24 people:\n(?:  .*\n){20}  and 4 more\n/,
        'of many the first are told, and how many more there are');
    like($r->{err}, qr/^  Sam Same, last seen $today: "$LEADSHEET forget 'it'\\''s one'"$/m,
        '  a urn is quoted as a shell wants it');
    like($r->{err}, qr/^  sam same, last seen $today, urn .*\n  Sam Same, last seen $today, urn -x$/m,
        '  and no command is told that would mean another');
    unlike($r->{err}, qr/\e/, '  and none of it acts on a terminal');
}
for (['2', 'j-1 b-1 - - a-1 Jane Smith 2 k-2 a-1'], ['', $everyone],
    ['3', $everyone], ['0', $everyone], ['2x', $everyone], ['-1', $everyone]) {
    my ($answer, $left) = @$_;
    my $home = people_home();
    my $t = on_terminal($home, ['forget', '--yes', 'Jane Smith'], columns => 300,
        steps => [['Enter for none] ', "$answer\n"]]);
    like($t->{out}, qr/^ +1  Jane Smith, Acme, .*, urn j-1\r?\n +2  Jane Smith, Globex, .*, urn j-2\r?\nWhich one\? \[1-2, or Enter for none\] /m,
        "on a terminal it asks which: \"$answer\"");
    is(urns($home), $left, '  and hears the answer');
    like($t->{out}, $left eq $everyone ? qr/nothing is changed/
        : qr/that is Jane Smith, Globex.*1 lead is gone/s, '  and says so');
}
{
    my $home = people_home();
    mkdir "$home/other";
    system('cp', '-p', "$home/main/secret", "$home/other/secret");
    cgi($home, body => named(3, ['o-1', 'Jane Smith']), env => { PATH_INFO => '/other' });
    $r = leadsheet($home, ['forget', '--yes', '--endpoint', 'other', 'jane smith']);
    is($r->{exit}, 0, 'of one endpoint it means who is there') or diag($r->{err});
    like($r->{err}, qr/that is Jane Smith, last seen $today, urn o-1$/m, '  and says so');
}

# A urn with controls: whatever its escapes, and as a blank in a sheet.
{
    my $at = home();
    must($at, '{"delivery_id":"x","event":"lead.enriched","data":{"leads":['
        . '{"urn":"q\\b\\u0001\\tz","full_name":"J"}]}}');
    must($at, '{"delivery_id":"y","event":"else","data":"q\\u0008\\u0001\\u0009z"}', 'kept');
    my ($sheet) = @{sheets($at)};
    spew($sheet, slurp($sheet) . "mine\r\n");
    my $r = leadsheet($at, ['forget', '--yes', "q\b\x01\tz"]);
    is($r->{exit}, 0, 'a urn with controls is forgotten') or diag($r->{err});
    like($r->{out}, qr/^1 lead is gone.*^The urn is still in these files.*^  \Q$sheet\E$/ms,
        '  and the sheet that was edited is named');
    like($r->{out}, qr/^  \Q@{journal($at)}\E, line \d+$/m,
        '  as is another event that has it, otherwise escaped');
}

# Errors.
$home = home();
must($home, $body{a});
$before = tree($home);
for (
    [['forget'], 64, qr/say who: a urn, a profile's URL or a name; or/], [['forget', ''], 64, qr/the name is empty/],
    [['forget', "a\nb"], 64, qr/a line's end in it/],
    [['forget', 'a', 'b'], 64, qr/takes no "b"/],
    [['forget', '--yse', 'a'], 64, qr/did you mean --yes/],
    [['forget', '--endpoint', 'none', '--yes', $person], 64,
        qr/there is no endpoint none; there is: main/],
) {
    my ($args, $exit, $says) = @$_;
    $r = leadsheet($home, $args);
    is($r->{exit}, $exit, "@$args[1 .. $#$args]: $exit" =~ s/\n/\\n/r);
    like($r->{err}, $says, '  and says why');
}
unlink "$home/main/secret";
$r = leadsheet($home, ['forget', '--yes', $person]);
is($r->{exit}, 78, 'without a secret nothing can be signed: EX_CONFIG');
like($r->{err}, qr/secret/, '  and says so');
is_deeply(tree($home), $before, 'nothing changed by any of them');
$r = leadsheet("$home/none", ['forget', '--yes', $person]);
is($r->{exit}, 78, 'no home: EX_CONFIG');
SKIP: {
    skip 'only root can run it as another user', 2 if $>;
    chmod 0755, $home;
    $r = leadsheet($home, ['forget', '--yes', $person],
        wrap => ['setpriv', '--reuid', 65534, '--clear-groups']);
    is($r->{exit}, 77, 'a home of another user: EX_NOPERM');
    like($r->{err}, qr/belongs to root/, '  and says whose');
}
$r = leadsheet(undef, ['forget', '--help']);
is($r->{exit}, 0, '--help ends well');
like($r->{out}, qr/^example: leadsheet forget --dry-run/m,
    '  and has an example');

done_testing();

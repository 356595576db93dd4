#!/usr/bin/perl
# leadsheet export --profile from the outside: what another program wants to
# import, by profiles of ours and by those of leadsheet.conf; no name is lost.
use strict;
use warnings;
use utf8;
use Export;
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my @ours = qw(hubspot salesforce pipedrive google-contacts);
my %column = (hubspot => '%s Name', salesforce => '%s Name',
    pipedrive => 'Person - %s name', 'google-contacts' => '%s Name');

sub first_of { sprintf $column{$_[0]}, 'First' }
sub last_of  { sprintf $column{$_[0]}, 'Last' }
sub json_of { JSON::PP->new->utf8->encode($_[0]) }
sub lead { json_of({@_}) }

# Who this many people are, one a delivery.
sub people {
    my ($n, $conf) = @_;
    return journal_of({'2026-11-20' => [map { body(lead(urn => "u$_",
        full_name => "Ann $_", company_name => "C$_")) } 1 .. $n]}, $conf);
}

# The rows of a file as a program reads it that is not ours.
sub rows_of {
    my ($path, $delimiter) = @_;
    my $text = slurp($path);
    unlike($text, qr/^\xef\xbb\xbf/, "    ($path has no byte order mark)");
    return read_csv(spew("$dir/read.csv", "\xef\xbb\xbf$text"), $delimiter);
}

sub exported {
    my ($home, @args) = @_;
    my $r = export($home, '-o', "$dir/out.csv", @args);
    is($r->{exit}, 0, "    (@args)") or diag($r->{err});
    return @{rows_of("$dir/out.csv")};
}

# A thousand names of twenty scripts: two a delivery, one delivery a day.
my @names = map { [split /\t/] } split /\n/, do {
    my $text = slurp(data('names.txt')); utf8::decode($text); $text };
is(scalar @names, 1000, 'there are a thousand names');
my %scripts = map { $_->[0] => 1 } @names;
is(scalar keys %scripts, 20, '  of twenty scripts');
my $all = journal_of({'2026-11-20' => [map { my $n = $_; body(map {
    lead(urn => "u$_", full_name => $names[$_][1]) } 2 * $n, 2 * $n + 1) }
    0 .. 499]});
for my $profile (@ours) {
    my @rows = exported($all, '--profile', $profile);
    is(scalar @rows, 1000, "$profile: every name has its row");
    my (@lost, @wrong, @turned);
    for my $i (0 .. $#names) {
        my $name = $names[$i][1];
        my ($first, $last) =
            @{$rows[$i]}{first_of($profile), last_of($profile)};
        push @lost, $name if $first eq '' ? $last ne $name
            : $name !~ /\A\Q$first\E\s\Q$last\E\z/;
        if ($name =~ /[\p{Bidi_Class=R}\p{Bidi_Class=AL}]/) {
            push @turned, "$first|$last" if $first ne '';
        } elsif ($name =~ /[^\S\x{a0}]/) {
            # What a no-break blank holds together is one word.
            my ($word) = $name =~ /([\S\x{a0}]+)\z/;
            push @wrong, "$first|$last" if $first eq '' || $last ne $word;
        } else {
            push @wrong, "$first|$last" if ($first eq '') != ($name !~ /\s/)
                || $last =~ /\s/;
        }
    }
    is_deeply(\@lost, [], '  none is lost: joined they are the name again');
    is_deeply(\@turned, [], '  who is written from right to left is whole');
    is_deeply(\@wrong, [], '  all others are split at the last blank');
}
# The same as a workbook and as JSON.
{
    export($all, qw(--profile salesforce -o), "$dir/all.xlsx");
    my ($good, $said) = python('workbook.py', "$dir/all.xlsx");
    my @cells = map { JSON::PP->new->utf8->decode($_) } split /\n/, $said;
    is(scalar @cells, 1001, 'a workbook has them all, below the header');
    is($cells[0][0] . $cells[0][1], 'First NameLast Name', '  as named');
    export($all, qw(--profile salesforce -o), "$dir/all.jsonl");
    my @rows = map { JSON::PP->new->utf8->decode($_) } split /\n/,
        slurp("$dir/all.jsonl");
    is(scalar @rows, 1000, 'JSON has them all');
    my @differ = grep { my $r = $rows[$_]; my $c = $cells[$_ + 1];
        ($r->{'First Name'} // '') ne $c->[0] || $r->{'Last Name'} ne $c->[1] }
        0 .. 999;
    is_deeply(\@differ, [], '  and both the same');
    is($rows[0]{Company}, '[not provided]', '  with what stands in for one');
    is($rows[0]{Title}, undef, '  and null where nothing does');
}

# Names of another kind.
my @odd = (
    ['Smith, Jane "JJ" Doe', 'Smith, Jane "JJ"', 'Doe'],
    ['=HYPERLINK("x") +1', '=HYPERLINK("x")', '+1'],
    ["Jane\nSmith", 'Jane', 'Smith'],
    ["  Jane \t Smith\r\n", 'Jane', 'Smith'],
    ["'Jane", '', "'Jane"],
    ['@jane', '', '@jane'],
    ['11-50 007', '11-50', '007'],
    ["Jane \x{202e}Smith", 'Jane', 'Smith'],
    ["Noa Levi (נועה)", '', 'Noa Levi (נועה)'],
    ["J\x{1f600} S\x{1f680}", "J\x{1f600}", "S\x{1f680}"],
    ['', '', ''],
    [' ', '', ''],
    ["\x{a0}", '', ''],
);
my $odd = journal_of({'2026-11-20' => [map { body(lead(urn => "u$_",
    full_name => $odd[$_][0], company_name => $_ % 2 ? ' ' : '=1+1',
    headline => "a\nb", job_title => '-x', location => 'x;y')) } 0 .. $#odd]});
for my $profile (@ours) {
    my @rows = exported($odd, '--profile', $profile);
    my $nobody = $profile eq 'google-contacts' ? '' : '[not provided]';
    is_deeply([map { [@$_{first_of($profile), last_of($profile)}] } @rows],
        [map { [$_->[1], $_->[2] eq '' ? $nobody : $_->[2]] } @odd],
        "$profile: commas, quotes, line ends and formulas stand as they are");
}
my @sf = exported($odd, qw(--profile salesforce));
is_deeply([map { $_->{Company} } @sf[0, 1]], ['=1+1', '[not provided]'],
    'a company that is blank is as good as none');
is($sf[0]{Title} . $sf[0]{Description}, '-xa b', 'and no cell has a mark');
is($sf[0]{'LinkedIn Location'}, 'x;y', '  whatever stands in it');
my @hs = exported($odd, qw(--profile hubspot));
is($hs[1]{'Company Name'}, '', '  and stays empty where none is needed');

# The headers, held against files.
for my $profile (@ours) {
    my ($header) = export($odd, '--profile', $profile)->{out} =~ /^(.*)\r\n/;
    is("$header\n", slurp(data("profiles/$profile.csv")),
        "$profile: the header is that of t/data/profiles");
}

# What goes where.
my $jane = journal_of({'2026-11-20' => [slurp(data('documented.json'))
    =~ s/\n//gr]});
my %jane = (
    hubspot => {'First Name' => 'Jane', 'Last Name' => 'Smith', 'Company Name'
        => 'Acme Corp', 'Job Title' => 'VP of Sales', Industry =>
        'Software Development', 'LinkedIn URL' =>
        'https://www.linkedin.com/in/janesmith', 'LinkedIn URN' =>
        'ACoAAExampleURN1234567890', 'LinkedIn Location' =>
        'San Francisco, California'},
    salesforce => {'First Name' => 'Jane', 'Last Name' => 'Smith', Company =>
        'Acme Corp', Title => 'VP of Sales', Industry =>
        'Software Development', Description => 'VP of Sales at Acme Corp',
        'LinkedIn URL' => 'https://www.linkedin.com/in/janesmith',
        'LinkedIn URN' => 'ACoAAExampleURN1234567890', 'LinkedIn Location' =>
        'San Francisco, California'},
    pipedrive => {'Person - First name' => 'Jane', 'Person - Last name' =>
        'Smith', 'Organization - Name' => 'Acme Corp', 'Person - Job title' =>
        'VP of Sales', 'Person - LinkedIn URL' =>
        'https://www.linkedin.com/in/janesmith', 'Person - LinkedIn URN' =>
        'ACoAAExampleURN1234567890', 'Person - LinkedIn location' =>
        'San Francisco, California'},
    'google-contacts' => {'First Name' => 'Jane', 'Last Name' => 'Smith',
        'Organization Name' => 'Acme Corp', 'Organization Title' =>
        'VP of Sales', Notes => 'VP of Sales at Acme Corp', Labels =>
        'LikesToLeads ::: * myContacts', 'Website 1 - Label' => 'LinkedIn',
        'Website 1 - Value' => 'https://www.linkedin.com/in/janesmith',
        'Custom Field 1 - Label' => 'LinkedIn URN', 'Custom Field 1 - Value'
        => 'ACoAAExampleURN1234567890'});
for my $profile (@ours) {
    my ($row) = exported($jane, '--profile', $profile);
    is_deeply({map { $_ => $row->{$_} } grep { $row->{$_} ne '' } keys %$row},
        $jane{$profile}, "$profile: everything stands where it belongs");
}

# One row a person; the settings of the sheets don't matter.
my $twice = journal_of({
    '2026-11-20' => [body(lead(urn => 'a', full_name => 'Old Name'),
        lead(full_name => 'No Urn'))],
    '2026-11-21' => [body(lead(urn => 'a', full_name => 'New Name'))]},
    "format = tsv\nprotect = yes\nbom = yes\ncolumns = urn\n");
is_deeply([map { $_->{'First Name'} } exported($twice,
    qw(--profile hubspot))], ['No', 'New'],
    'each person once, with the newest values');
is_deeply([map { $_->{'First Name'} } exported($twice,
    qw(--profile hubspot --from 2026-11-21))], ['New'],
    '  of the days that were asked for');
like(export($twice, qw(--profile hubspot --delimiter semicolon))->{out},
    qr/^First Name;Last Name;/, '--delimiter goes over the profile\'s');
is(export($twice, qw(--profile hubspot --format tsv --only urn=a))->{out},
    join("\t", split /,/, slurp(data('profiles/hubspot.csv')) =~ s/\n//r)
    . "\r\nNew\tName\t\t\t\t\ta\t\r\n", '  and a tsv has tabs');

# Profiles of one's own.
my $own = <<'END';
[profile my-crm]
  column = "Wer, genau" full_name
  column = Firma company_name or signal_name or "unbekannt"
  column = "sagt ""Hallo""" "Ja; ""so"""
  column = Kürzel urn   # the external id
  column = seit first_seen
  column = oft engagements
  delimiter = semicolon
  bom = yes
  protect = yes

[profile each]
column = Who full_name
column = What engagement_type
unique = no

[profile hubspot]
column = Mine urn
END
utf8::encode($own);
my $mine = journal_of({'2026-11-20' => [body(
    lead(urn => 'a', full_name => '=A B', engagement_type => 'comment',
        company_name => 'X, Y'),
    lead(urn => 'a', full_name => 'A "B" C', engagement_type => 'reaction'),
    lead(urn => 'b', full_name => '=D', signal_name => 'S'))]}, $own);
my $out = export($mine, qw(--profile my-crm))->{out};
utf8::decode($out);
is($out, qq(\x{feff}"Wer, genau";Firma;"sagt ""Hallo""";Kürzel;seit;oft\r\n)
    . qq("A ""B"" C";unbekannt;"Ja; ""so""";a;2026-11-20 12:00:00;2\r\n)
    . qq('=D;S;"Ja; ""so""";b;2026-11-20 12:00:00;1\r\n),
    'a profile of one\'s own: columns, fields in turn, texts, dialect');
is(export($mine, qw(--profile each))->{out}, "Who,What\r\n=A B,comment\r\n"
    . qq("A ""B"" C",reaction\r\n=D,\r\n), 'a row an engagement');
is(export($mine, qw(--profile each --unique))->{out}, "Who,What\r\n"
    . qq("A ""B"" C",reaction\r\n=D,\r\n), '  unless --unique is asked for');
is(export($mine, qw(--profile hubspot))->{out}, "Mine\r\na\r\nb\r\n",
    'one\'s own goes over ours of that name');
is((rows($mine, qw(--profile my-crm)))[0]{oft}, 2, 'as JSON: numbers are');

# The command people takes it too, and knows what only it can.
my $some = journal_of({
    '2026-11-20' => [body(lead(urn => 'a', full_name => 'Ann Bee',
        engagement_type => 'comment', signal_name => 'S'))],
    '2026-11-21' => [body(lead(urn => 'a', full_name => 'Ann Bee',
        engagement_type => 'reaction', signal_name => 'T'),
        lead(urn => 'b', full_name => 'Cy Dee', engagement_type => 'repost',
        signal_name => 'S'))]}, "[profile x]\ncolumn = Last last_name\n"
    . "column = Did kinds\ncolumn = With signals\ncolumn = At endpoint\n");
is(leadsheet($some, [qw(people --profile x --new-since 2026-11-21)])->{out},
    "Last,Did,With,At\r\nDee,repost 1,S,main\r\n", 'people takes profiles too');
my $people = leadsheet($some, [qw(people --profile x)])->{out};
is($people, "Last,Did,With,At\r\nBee,\"comment 1, reaction 1\",\"S; T\",main\r\n"
    . "Dee,repost 1,S,main\r\n", '  with what they did, and with whose posts')
    or diag($people);
is(leadsheet($some, [qw(people --profile hubspot)])->{out},
    export($some, qw(--profile hubspot))->{out}, '  and writes what export does');

# All of them, in lines that leadsheet.conf takes.
my $list = export($mine, qw(--profile list))->{out};
my @listed = $list =~ /^\[profile (.*)\]$/mg;
is("@listed", 'salesforce pipedrive google-contacts my-crm each hubspot',
    '--profile list lists them');
my $again = people(2, $list =~ s/^\[profile google/[profile our-google/mr);
for my $profile (@listed) {
    (my $now = $profile) =~ s/^google/our-google/;
    is(export($again, '--profile', $now)->{exit}, 0, "  $profile can be pasted");
}
is(export($again, qw(--profile our-google-contacts))->{out},
    export($again, qw(--profile google-contacts))->{out}, '  and means the same');

# What is wrong.
my @wrong = (
    [[qw(--profile nobody)], qr/no profile "nobody"; there is: hubspot, salesforce, pipedrive, google-contacts, my-crm, each$/],
    [['--profile', ''], qr/no profile ""; there is: /],
    [[qw(--profile hubspot --columns urn)], qr/has columns of its own; leave --columns out/],
    [[qw(--profile)], qr/--profile wants NAME/],
);
for (@wrong) {
    my ($args, $says) = @$_;
    my $r = export($mine, '-o', "$dir/none.csv", @$args);
    is($r->{exit}, 64, "@$args: exit 64");
    like($r->{err}, $says, '  says what');
    is($r->{err} =~ tr/\n//, 1, '  in one line');
    ok(!-e "$dir/none.csv", '  and makes nothing');
}
my @lines = (
    ['column', 2, qr/write it as name = value/],
    ['column =', 2, qr/column: name the column, like: column = "First Name"/],
    ['column = A', 2, qr/column: say what goes into it, a field or a text in q/],
    ['column = First Name first_name', 2, qr/no field "Name" .*of several words stands in quotes/],
    ['column = A full_nam', 2, qr/no field "full_nam"; did you mean full_name\?/],
    ['column = A first-name', 2, qr/no field "first-name"; did you mean first_name\?/],
    ['column = A urn full_name', 2, qr/write "or" before "full_name"/],
    ['column = A "x" urn', 2, qr/take "urn" out/],
    ['column = "A urn', 2, qr/a " is missing behind the text/],
    ["column = A urn\ncolumn = A headline", 3, qr/"A" stands there twice; keep/],
    ["column = A urn\n  headline", 2, qr/before "headline".* \(line 3 begins with a blank, so it goes on with this one\)/],
    ["column = A urn\nrows = many", 3, qr/rows: write a whole number from 1/],
    ["column = A urn\nrows = 0", 3, qr/rows: write a whole number from 1/],
    ["rows = 1\nrows = 2\ncolumn = A urn", 3, qr/rows: is set twice/],
    ["column = A urn\ndelimiter = dot", 3, qr/delimiter: write comma, semi/],
    ["column = A urn\nbom = perhaps", 3, qr/bom: write yes or no/],
    ["column = A urn\nprotect =", 3, qr/protect: write yes or no/],
    ["column = A urn\nunique = 7", 3, qr/unique: write yes or no/],
    ["column = A first_seen\nunique = no", 1, qr/first_seen is known of a p/],
    ["column = A urn\ncolumns = B", 3, qr/columns: a profile has no such line \(did you mean column\?\)/],
    ["column = A urn\nformat = csv", 3, qr/format: a profile has no such l/],
    ['', 1, qr/it has no column; add some, like: column = "First Name"/],
    ['column = "' . 'x' x 128 . '" urn', 2, qr/too long; 127 bytes/],
    [join("\n", map { "column = A$_ urn" } 1 .. 65), 66, qr/64 columns at most/],
);
for (@lines) {
    my ($line, $number, $says) = @$_;
    my $home = people(1, "[profile x]\n$line\n");
    my $r = export($home, '--profile', 'x');
    my $told = substr $line =~ s/\n/ | /gr, 0, 50;
    is("$r->{exit}$r->{out}", '78', "wrong: $told: exit 78, and no row");
    like($r->{err}, qr/leadsheet\.conf line $number: /, "  line $number");
    like($r->{err}, $says, '  and the remedy');
    is($r->{err} =~ tr/\n//, 1, '  in one line');
    is(export($home, qw(--profile hubspot))->{exit}, 0, '  others go on');
    is(cgi($home, body => slurp(data('documented.json')))->{status}, 200,
        '  and so do deliveries');
}
like(export(people(1, "[profile list]\ncolumn = A urn\n"), qw(--profile list))
    ->{out}, qr/^\[profile list\]$/m, 'one called list is listed, ...');
like(leadsheet(people(1, "[profile list]\ncolumn = A urn\n"), ['check'],
    env => { LC_ALL => 'C' })->{out}
    =~ s/\n +/ /gr, qr/FAIL .*line 1: .*"list" lists all profiles; give this one/,
    '  and check says that it needs another name');

# No more rows than so many in a file.
my $two = people(5, "[profile two]\ncolumn = Urn urn\nrows = 2\n");
my %line = (csv => sub { "Urn\r\n" . join '', map { "u$_\r\n" } @_ },
    tsv => sub { "Urn\r\n" . join '', map { "u$_\r\n" } @_ },
    jsonl => sub { join '', map { qq({"Urn":"u$_"}\n) } @_ });
for my $format (qw(csv tsv jsonl xlsx)) {
    my $r = export($two, qw(--profile two -o), "$dir/some.$format");
    is($r->{exit}, 0, "$format: five rows, two a file");
    is($r->{err}, "5 people in $dir/some-1.$format to $dir/some-3.$format\n",
        '  which is said');
    is(join(' ', map { s{.*/}{}r } glob "$dir/some*"),
        join(' ', map { "some-$_.$format" } 1 .. 3), '  in three files');
    for my $n (1 .. 3) {
        my @there = $n == 3 ? (5) : (2 * $n - 1, 2 * $n);
        my $file = "$dir/some-$n.$format";
        is($format eq 'xlsx' ? join('', (python('workbook.py', $file))[1])
            : slurp($file), $format eq 'xlsx' ? join('', map { qq(["$_"]\n) }
            'Urn', map { "u$_" } @there) : $line{$format}->(@there),
            "  number $n has its own, and the header");
        unlink $file;
    }
}
for my $n (0, 1, 2, 4) {
    my $home = people($n, "[profile two]\ncolumn = Urn urn\nrows = 2\n");
    my $r = export($home, qw(--profile two -o), "$dir/some.csv");
    my @files = map { s{.*/}{}r } glob "$dir/some*";
    is("@files", $n == 4 ? 'some-1.csv some-2.csv' : 'some.csv',
        "$n rows: no file is without a row that need not be");
    is(join('', map { (slurp("$dir/$_") =~ /\n(.*)/s)[0] } @files),
        join('', map { "u$_\r\n" } 1 .. $n), '  and each row is there once');
    unlink map { "$dir/$_" } @files;
    $r = export($home, qw(--profile two));
    is($r->{exit}, $n == 4 ? 78 : 0, '  on stdout too, where they fit');
    like($r->{err}, $n == 4 ? qr/^leadsheet export: there are more rows than the 2 that one file may have; name a file with -o, as in -o leads\.csv/ : qr/^$/,
        '  else it is said what to do');
}
# Several threads, and a profile of ours: 3,000 rows a file.
{
    my $home = people(7100);
    my $r = export($home, qw(--profile google-contacts -o), "$dir/many.csv");
    is($r->{exit}, 0, 'google-contacts: 7,100 people');
    my @numbers = map { my @rows = @{rows_of("$dir/many-$_.csv")};
        is(scalar @rows, $_ < 3 ? 3000 : 1100, "  file $_ has its rows");
        map { $_->{'Last Name'} } @rows } 1 .. 3;
    is("@numbers", join(' ', 1 .. 7100), '  all of them, in order');
    unlink glob "$dir/many*";
}

# Files that are there already, and whatever else stands in the way.
{
    my @to = ('--profile', 'two', '-o', "$dir/some.csv");
    spew("$dir/some.csv", 'old');
    spew("$dir/some-2.csv", 'old');
    chmod 0600, "$dir/some-2.csv";
    spew("$dir/some-4.csv", 'old');
    my $r = export($two, @to);
    is($r->{exit}, 0, 'older files are no hindrance');
    is($r->{err}, "5 people in $dir/some-1.csv to $dir/some-3.csv\n"
        . join('', map { "$dir/$_.csv was there before, and has none of these "
        . "rows\n" } qw(some some-4)), '  but told where they could be taken for others');
    is(sprintf('%o', (stat "$dir/some-2.csv")[2] & 07777), '600',
        '  and one that is replaced gives its mode');
    unlink glob "$dir/some*";
    spew("$dir/some-1.csv", 'old');
    like(export(people(2, "[profile two]\ncolumn = Urn urn\nrows = 2\n"), @to)
        ->{err}, qr/^2 people in \S+some\.csv\n\S+some-1\.csv was there before/,
        '  where there is one file, too');
    unlink glob "$dir/some*";
    for my $n (1 .. 3) {
        for my $what ('directory', 'link') {
            my $path = "$dir/some-$n.csv";
            $what eq 'link' ? symlink("$two/leadsheet.conf", $path)
                : mkdir $path;
            $r = export($two, @to);
            is($r->{exit}, 74, "a $what in the place of number $n: exit 74");
            like($r->{err}, qr/can't write \S+some-$n\.csv, .*name another pl/,
                '  says so');
            is(join(' ', glob "$dir/some*"), $path, '  and no file is made');
            $what eq 'link' ? unlink $path : rmdir $path;
        }
    }
    is(export($two, qw(--profile two -o /dev/null))->{exit}, 78,
        'a device is no place for several files');
    my $long = "$dir/" . 'x' x 250;
    is(export($two, qw(--profile two -o), "$long.csv")->{exit}, 74,
        'nor is a name that gets too long');
    is(join(' ', glob "$dir/some* $dir/xxx*"), '', '  and nothing is left');
    my $log = glob "$two/main/journal/*";
    like(export($two, qw(--profile two -o), "$two/main/x.csv")->{err},
        qr/leadsheet keeps an endpoint's files in/, 'nor is an endpoint');
}
SKIP: {
    skip 'strace can\'t trace here', 34
        if system('strace -o /dev/null true 2>/dev/null') != 0;
    for my $n (1 .. 3) {
        for my $how ('error=EIO', 'signal=KILL', 'signal=INT') {
            my $r = leadsheet($two, ['export', '--profile', 'two', '-o',
                "$dir/some.csv"], wrap => ['strace', '-qq', '-o', '/dev/null',
                '-e', 'trace=rename', '-e', "inject=rename:$how:when=$n"]);
            isnt($r->{exit}, 0, "rename $n, $how") if $how ne 'signal=INT';
            my @bad = grep { my ($k) = /some-(\d)/;
                slurp($_) ne $line{csv}->($k == 3 ? 5 : (2 * $k - 1, 2 * $k)) }
                glob "$dir/some-*.csv";
            is_deeply(\@bad, [], '  each file that is there is whole');
            is(join(' ', glob "$dir/*.part-*"), '', '  and none beside them')
                if $how ne 'signal=KILL';
            unlink glob "$dir/some*";
        }
    }
    # What was new stays so, until all files stand.
    my $new = people(5, "[profile two]\ncolumn = Urn urn\nrows = 2\n");
    my @args = ('export', qw(--profile two --new crm -o), "$dir/some.csv");
    my $failed = leadsheet($new, \@args, wrap => ['strace', '-qq', '-o',
        '/dev/null', '-e', 'trace=rename', '-e', 'inject=rename:error=EIO:when=2']);
    is($failed->{exit}, 74, '--new, and the second file fails: exit 74');
    like($failed->{err}, qr/some-2\.csv: Input\/output error/, '  is told');
    my $stdout = leadsheet($new, [qw(export --profile two --new crm)]);
    is($stdout->{exit}, 78, '  and on stdout there is no room for all');
    like(leadsheet($new, \@args)->{err}, qr/^5 new people in \S+1\.csv to \S+3\.csv$/m,
        '  so all of them come again');
    unlink glob "$dir/some*";
    like(leadsheet($new, \@args)->{err}, qr/^0 new people in \S+some\.csv$/m,
        '  once');
    unlink glob "$dir/some*";
    # Who comes again is new for export, and not for people.
    my $again = people(1, "[profile one]\ncolumn = Urn urn\n");
    for my $command (qw(export people)) {
        leadsheet($again, [$command, qw(--profile one --new), $command]);
    }
    cgi($again, body => body(lead(urn => 'u1'), lead(urn => 'u9')) =~
        s/"x"/"another"/r);
    is(leadsheet($again, [$_->[0], qw(--profile one --new), $_->[0]])->{out},
        "Urn\r\n$_->[1]\r\n", "$_->[0] --new: $_->[2]")
        for ['export', "u1\r\nu9", 'whoever came'],
        ['people', 'u9', 'who never came before'];
    for my $call (qw(fsync write close)) {
        my ($made, @left) = (0);
        for my $n (1 .. 6) {
            my $r = leadsheet($two, ['export', '--profile', 'two', '-o',
                "$dir/some.csv"], wrap => ['strace', '-qq', '-o', '/dev/null',
                '-e', "trace=$call", '-e',
                "inject=$call:error=ENOSPC:when=$n"]);
            push @left, "$n: $_" for $r->{exit} == 0 ? () : glob "$dir/some*";
            $made++ if $r->{exit} == 0;
            unlink glob "$dir/some*";
        }
        is_deeply(\@left, [], "$call fails: no file at all");
        cmp_ok($made, '<', 6, '  where it matters');
    }
}

# The manual has what the program has.
{
    my $page = slurp(srcdir() . '/man/leadsheet-profiles.7');
    for my $profile (@ours) {
        my ($listed) = export($two, qw(--profile list))->{out}
            =~ /^\[profile \Q$profile\E\]\n(.*?)\n\n/ms;
        ok(index($page, $listed) > 0, "the manual has $profile as it is");
        like($page, qr/^\.It Ic \Q$profile\E$/m, '  under its name');
    }
}

done_testing();

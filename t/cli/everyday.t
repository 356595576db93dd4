#!/usr/bin/perl
# leadsheet export --every-day: a folder with a file for each day.  It has what
# the journal has, nothing is written where nothing changed, and no file of
# someone's is touched.
use strict;
use warnings;
use Crash;
use Digest::SHA qw(sha256_hex);
use Export;
use Fcntl qw(:flock);
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $traces = system('strace -o /dev/null true 2>/dev/null') == 0;
my $n = 0;

# Run it; what it printed without the folder's name.
sub keep {
    my ($home, $to, @args) = @_;
    my $r = leadsheet($home, ['export', '--every-day', $to, @args]);
    $r->{said} = $r->{out} =~ s/^\Q$to\E: //r;
    return $r;
}

# The names in it, and of each: what stands in it, and when it was written.
sub look {
    my ($to) = @_;
    return { map { (s{.*/}{}r => [sha256_hex(slurp($_)), (stat)[1, 9]]) }
        grep { -f } glob "$to/*" };
}
sub listed { join ' ', sort keys %{look($_[0])} }
sub told {
    my ($made, $renewed, $removed, $same, $more) = @_;
    return "$made made, $renewed renewed, $removed removed, $same unchanged"
        . ($more // '') . "\n";
}
sub of_days {
    my (@days) = @_;
    return journal_of({map { my $d = $_; ("2026-11-$d" => [body(
        qq({"urn":"a$d","full_name":"Ann $d"}),
        qq({"urn":"b$d","full_name":"Bob"}))]) } @days});
}
sub day_file { "$_[0]/main/journal/2026-11-$_[1].jsonl" }
# One delivery more, as the receiver appends it.
sub append {
    my ($home, $day, $urn) = @_;
    my $body = body(qq({"urn":"$urn"}));
    open my $f, '>>', day_file($home, $day) or die "$!\n";
    printf $f qq({"received":"2026-11-%sT13:00:00.000000Z","kind":"leads",)
        . qq("id":"x%d","sha256":"%s","signature":"%s","body":%s}\n), $day, $n++,
        sha256_hex($body), '5' x 64, $body;
    close $f;
    return;
}

# What it makes.
{
    my $home = of_days(20 .. 23);
    my $to = "$dir/first";
    my $r = keep($home, $to);
    is($r->{exit}, 0, 'a folder that is not there') or diag($r->{err});
    is($r->{out}, "$to: " . told(4, 0, 0, 0), '  it says in one line what it did');
    is($r->{err}, '', '  and nothing else');
    is(listed($to), join(' ', map { "leads-2026-11-$_.xlsx" } 20 .. 23),
        '  a workbook for each day that has leads');
    leadsheet($home, ['export', '--from', '2026-11-21', '--to', '2026-11-21',
        '-o', "$dir/one.xlsx"]);
    is(sha256_hex(slurp("$dir/one.xlsx")), look($to)->{'leads-2026-11-21.xlsx'}[0],
        '  which is what export makes of that day, byte for byte');
    is(sprintf('%o', (stat $to)[2] & 0777), '750', '  for the group to read');

    my $was = look($to);
    $r = keep($home, "$to/");
    is($r->{out}, "$to: " . told(0, 0, 0, 4), 'run again it has nothing to do');
    is_deeply(look($to), $was, '  and leaves every file as it is');

    $r = keep($home, $to, '--format', 'xlsx,csv', '--columns', 'urn',
        '--delimiter', 'semicolon', '--no-bom');
    is($r->{said}, told(4, 4, 0, 0), 'another format is made, and other columns');
    is(slurp("$to/leads-2026-11-22.csv"), "urn\r\na22\r\nb22\r\n", '  as asked');
    $r = keep($home, $to, '--format', 'csv', '--columns', 'urn,full_name',
        '--delimiter', 'semicolon', '--no-bom');
    is($r->{said}, told(0, 4, 4, 0),
        'a format that is not asked for any more goes');
    is(slurp("$to/leads-2026-11-22.csv"), "urn;full_name\r\na22;Ann 22\r\n"
        . "b22;Bob\r\n", '  --delimiter is for csv');
    spew("$home/leadsheet.conf", "columns = full_name\n");
    $r = keep($home, $to, '--format', 'jsonl');
    is($r->{said}, told(4, 0, 4, 0), 'jsonl');
    is(slurp("$to/leads-2026-11-20.jsonl"),
        qq({"full_name":"Ann 20"}\n{"full_name":"Bob"}\n), '  by the settings');
    spew("$home/leadsheet.conf", "columns = urn\n");
    is(keep($home, $to, '--format', 'jsonl')->{said}, told(0, 4, 0, 0),
        '  and when these change, all of it');
    spew("$home/leadsheet.conf", "columns = urn\n# a word\n");
    $was = look($to);
    is(keep($home, $to, '--format', 'jsonl')->{said}, told(0, 0, 0, 4),
        '  but not when they make the same');
    is_deeply(look($to), $was, '  which is not written');
    is(keep($home, $to, '--format', 'jsonl', '--from', '2026-11-22')->{said},
        told(0, 0, 2, 2), 'days before --from go');
    is(keep($home, $to, '--format', 'jsonl', '--only', 'urn=a21')->{said},
        told(1, 0, 2, 0), 'days without a lead that --only wants have no file');
    is(listed($to), 'leads-2026-11-21.jsonl', '  and one that has is there');
}

# What has changed.
{
    my $home = of_days(20 .. 23);
    my $to = "$dir/changes";
    keep($home, $to, '--format', 'csv');
    my $was = look($to);
    append($home, 23, 'new');
    is(keep($home, $to, '--format', 'csv')->{said}, told(0, 1, 0, 3),
        'a new lead: its day is renewed');
    my $is = look($to);
    like(slurp("$to/leads-2026-11-23.csv"), qr/^[^\n]*\n.*a23.*\n.*b23.*\n.*new/,
        '  and has it');
    is_deeply([grep { "@{$was->{$_}}" ne "@{$is->{$_}}" } sort keys %$is],
        ['leads-2026-11-23.csv'], '  and no other is touched');
    append($home, 24, 'tomorrow');
    is(keep($home, $to, '--format', 'csv')->{said}, told(1, 0, 0, 4),
        'a new day is made');
    # Only a test, or only what makes no row.
    my $day = day_file($home, 25);
    spew($day, slurp(day_file($home, 24)) =~ s/"kind":"leads"/"kind":"test"/r
        =~ s/11-24T/11-25T/r);
    is(keep($home, $to, '--format', 'csv')->{said}, told(0, 0, 0, 5),
        'a day of tests has no file');
    unlink "$to/leads-2026-11-20.csv";
    is(keep($home, $to, '--format', 'csv')->{said}, told(1, 0, 0, 4),
        'a file that was deleted is made again');
    chmod 0600, "$to/leads-2026-11-20.csv";
    append($home, 20, 'late');
    is(keep($home, $to, '--format', 'csv')->{said}, told(0, 1, 0, 4),
        'a delivery of an old day renews it');
    is(sprintf('%o', (stat "$to/leads-2026-11-20.csv")[2] & 07777), '600',
        '  and the file keeps its mode');
    utime 0, 0, "$to/leads-2026-11-21.csv";
    is(keep($home, $to, '--format', 'csv')->{said}, told(0, 0, 0, 5),
        'a file whose time was changed is as it was');
    is((stat "$to/leads-2026-11-21.csv")[9], 0, '  and stays so');
    rename $to, "$dir/moved";
    is(keep($home, "$dir/moved", '--format', 'csv')->{said},
        told(0, 0, 0, 5), 'a folder that was moved is as it was');
    system('cp', '-r', "$dir/moved", "$dir/copied");
    is(keep($home, "$dir/copied", '--format', 'csv')->{said},
        told(0, 0, 0, 5), 'and a copy');
}

# By another clock: the day of receipt in the time zone of now.
{
    my $home = journal_of({'2026-11-23' => [['2026-11-23T23:30:00',
        body('{"urn":"night"}')], ['2026-11-23T12:00:00',
        body('{"urn":"noon"}')]]}, "columns = urn\nbom = no\n");
    my $to = "$dir/zone";
    keep($home, $to, '--format', 'csv');
    is(listed($to), 'leads-2026-11-23.csv', 'in UTC both are of one day');
    spew("$home/leadsheet.conf", "columns = urn\nbom = no\n"
        . "timezone = Asia/Tokyo\n");
    is(keep($home, $to, '--format', 'csv')->{said}, told(1, 1, 0, 0),
        'in another time zone one is of the next');
    is(slurp("$to/leads-2026-11-24.csv"), "urn\r\nnight\r\n", '  there');
    is(slurp("$to/leads-2026-11-23.csv"), "urn\r\nnoon\r\n",
        '  and no more where it was');
}

# People who are forgotten, days that are pruned.
{
    my $home = home("columns = urn\nbom = no\n");
    my $to = "$dir/forget";
    my @days = map { ago($_) } 0 .. 2;
    for my $d (0 .. 2) {
        cgi($home, body => $_, wrap => ['faketime', '-f', "-${d}d"],
            env => { NO_FAKE_STAT => 1 }) for
            qq({"delivery_id":"d$d","event":"lead.enriched","data":{"leads":[)
            . qq({"urn":"jane"},{"urn":"joe$d"}]}});
    }
    cgi($home, body => '{"delivery_id":"j","event":"lead.enriched","data":'
        . '{"leads":[{"urn":"only"}]}}', wrap => ['faketime', '-f', '-5d'],
        env => { NO_FAKE_STAT => 1 });
    is(keep($home, $to, '--format', 'xlsx,csv')->{said}, told(8, 0, 0, 0),
        'four days');
    is(leadsheet($home, [qw(forget jane --yes)])->{exit}, 0, 'forget');
    is(keep($home, $to, '--format', 'xlsx,csv')->{said}, told(0, 6, 0, 2),
        '  renews every day that they were in');
    is(join('', map { slurp($_) } glob "$to/*.csv"), join('',
        map { "urn\r\n$_\r\n" } 'only', 'joe2', 'joe1', 'joe0'),
        '  and they are gone');
    is(`grep -rl jane '$to'`, '', '  from all of the folder');
    leadsheet($home, [qw(forget only --yes)]);
    is(keep($home, $to, '--format', 'xlsx,csv')->{said}, told(0, 0, 2, 6),
        'who was alone on a day takes the day\'s files along');
    leadsheet($home, [qw(prune --keep 1d --yes)]);
    is(keep($home, $to, '--format', 'xlsx,csv')->{said}, told(0, 0, 2, 4),
        'a day that is pruned goes');
    is(listed($to), join(' ', map { ("leads-$_.csv", "leads-$_.xlsx") }
        @days[1, 0]), '  and those that stay are there');
    is(keep($home, $to, '--format', 'xlsx,csv')->{said}, told(0, 0, 0, 4),
        '  and stay');
    # No journal: most likely a disk that is not there.
    rename "$home/main/journal", "$home/main/elsewhere";
    my $r = keep($home, $to, '--format', 'xlsx,csv');
    is($r->{said}, told(0, 0, 0, 0, ', 4 of days that the journal doesn\'t have'),
        'where the journal is gone the files stay');
    rename "$home/main/elsewhere", "$home/main/journal";
    is(keep($home, $to, '--format', 'xlsx,csv')->{said}, told(0, 0, 0, 4),
        '  and are as they were when it is back');
}

# What is someone's.
{
    my $home = of_days(20 .. 23);
    my $to = "$dir/someones";
    keep($home, $to, '--format', 'csv');
    my $file = "$to/leads-2026-11-21.csv";
    my $says = qr/^leadsheet export: \Q$file\E is not as leadsheet made it, and stays as it is; move it away, and the next run makes it anew\n\z/;
    spew($file, slurp($file) . 'a word');
    for ('an edited file', '  named each time') {
        my $r = keep($home, $to, '--format', 'csv');
        is($r->{said}, told(0, 0, 0, 3, ', 1 left alone'), "$_: left alone");
        is($r->{exit}, 65, '  exit 65');
        like($r->{err}, $says, '  and named');
    }
    append($home, 21, 'new');
    my $r = keep($home, $to, '--format', 'csv');
    is("$r->{exit} $r->{said}", '65 ' . told(0, 0, 0, 3, ', 1 left alone'),
        '  also when its day has changed');
    like(slurp($file), qr/a word\z/, '  it stays');
    $r = keep($home, $to, '--format', 'csv', '--from', '2026-11-22');
    is("$r->{exit} $r->{said}", '65 ' . told(0, 0, 1, 2),
        '  and when its day is not asked for any more');
    like($r->{err}, $says, '  named');
    like(slurp($file), qr/a word\z/, '  it stays');
    rename $file, "$to/mine.csv";
    $r = keep($home, $to, '--format', 'csv');
    is("$r->{exit} $r->{said}", '0 ' . told(2, 0, 0, 2),
        'moved away it is made anew');
    like(slurp($file), qr/new/, '  with all leads');
    like(slurp("$to/mine.csv"), qr/a word\z/, '  and another file is no matter');

    my $before = "$dir/before";
    mkdir $before;
    spew("$before/leads-2026-11-20.csv", "theirs\n");
    spew("$before/leads-2026-11-25.csv", "theirs\n");
    symlink '/etc/passwd', "$before/leads-2026-11-21.csv";
    mkdir "$before/leads-2026-11-22.csv";
    $r = keep($home, $before, '--format', 'csv');
    is("$r->{exit} $r->{said}", '65 ' . told(1, 0, 0, 0, ', 3 left alone'),
        'what was there before: left alone');
    is($r->{err} =~ s/^leadsheet export: \S+\/(\S+) is not as.*\n/$1 /gmr,
        join('', map { "leads-2026-11-$_.csv " } 20 .. 22), '  and named');
    is(slurp("$before/leads-2026-11-20.csv"), "theirs\n", '  a file');
    ok(-l "$before/leads-2026-11-21.csv", '  a link');
    ok(-d "$before/leads-2026-11-22.csv", '  a directory');
    # The note is lost: what is as it would be made is ours again.
    system('rm', '-r', "$to/.leadsheet-days");
    $r = keep($home, $to, '--format', 'csv');
    is("$r->{exit} $r->{said}", '0 ' . told(0, 0, 0, 4),
        'without its note a folder is known by its files');
    append($home, 21, 'newer');
    is(keep($home, $to, '--format', 'csv')->{said}, told(0, 1, 0, 3),
        '  and goes on');
}

# A row a person: what follows from all days is renewed with any of them.
{
    my $home = journal_of({map { ("2026-11-$_" => [body(
        qq({"urn":"ann","full_name":"Ann Lee"}), qq({"urn":"x$_"}),
        qq({"urn":"ann","full_name":"Ann Lee"}))]) } 20 .. 22});
    my $to = "$dir/people";
    my @unique = ('--format', 'csv', '--no-bom', '--unique', '--columns');
    is(keep($home, $to, @unique, 'urn,last_seen')->{said}, told(3, 0, 0, 0),
        '--unique: a file a day');
    like(slurp("$to/leads-2026-11-20.csv"),
        qr/\A[^\n]*\r\nx20,[^\n]*\r\nann,2026-11-22 12:00:00\r\n\z/,
        '  each person once, as all days have them');
    append($home, 23, 'ann');
    is(keep($home, $to, @unique, 'urn,last_seen')->{said}, told(1, 3, 0, 0),
        '  and a new lead renews the days before');
    like(slurp("$to/leads-2026-11-20.csv"), qr/^ann,2026-11-23 13:/m,
        '  in which it is seen');
    my $r = keep($home, $to, '--profile', 'google-contacts');
    is($r->{said}, told(0, 4, 0, 0), 'a profile is csv unless one says else');
    like(slurp("$to/leads-2026-11-20.csv"), qr/\AFirst Name,.*Ann,.*Lee/s,
        '  as its importer wants it');
    spew("$home/leadsheet.conf", "[profile mine]\ncolumn = Urn urn\n"
        . "rows = 1\n");
    $r = keep($home, $to, '--profile', 'mine');
    is($r->{exit}, 65, 'a day of more rows than a file may have: exit 65');
    is($r->{said}, told(0, 1, 3, 0), '  it has no file, and the others have');
    like($r->{err}, qr/^leadsheet export: 2026-11-20 has 2 rows, and a file for mine may have 1; that day can only be exported with -o, which makes several files$/m,
        '  which is said');
    is(keep($home, $to, '--profile', 'mine')->{exit}, 65, '  each time');
}

# Several endpoints in one folder.
{
    my $home = of_days(20);
    my $other = of_days(20, 21);
    rename "$other/main", "$home/other" or die "$!\n";
    my $to = "$dir/several";
    my @all = ('--endpoint', 'all', '--format', 'csv', '--no-bom', '--columns',
        'urn,endpoint');
    is(keep($home, $to, @all)->{said}, told(2, 0, 0, 0),
        'several endpoints: a file a day');
    is(slurp("$to/leads-2026-11-20.csv"), join('', map { "$_\r\n" }
        'urn,endpoint', map { ("a20,$_", "b20,$_") } qw(main other)),
        '  with the leads of all');
    my $day = "$home/other/journal/2026-11-21.jsonl";
    spew($day, slurp($day) =~ s/"id":"d\d"/"id":"again"/r
        . slurp("$home/main/journal/2026-11-20.jsonl") =~ s/11-20/11-21/gr);
    is(keep($home, $to, @all)->{said}, told(0, 1, 0, 1),
        '  and any of them renews it');
    like(keep($home, $to, '--endpoint', 'main')->{err},
        qr/kept for another purpose: for main,other of /,
        '  which is for these, and no others');
}

# Damage is told each time.
{
    my $home = of_days(20, 21);
    my $to = "$dir/damaged";
    my $day = day_file($home, 20);
    append($home, 20, 'c');
    spew($day, slurp($day) =~ s/Bob/Bub/r);
    for ('damaged lines are left out', '  and told again') {
        my $r = keep($home, $to, '--format', 'xlsx,csv', '--columns', 'urn');
        is($r->{exit}, 65, "$_: exit 65");
        like($r->{err}, qr/^leadsheet export: 1 line of the journal is damaged and left out; "$LEADSHEET check main" tells where\n\z/,
            '  once, whatever formats there are');
    }
    like(slurp("$to/leads-2026-11-20.csv"), qr/\Aurn\r\nc\r\n\z|\Ac|c\r\n\z/,
        '  the rest is there');
}

# What is wrong.
my $home = of_days(20);
for (
    [[$home], 64, qr/in leadsheet's own home; name another place/],
    [["$home/main/sheets"], 64, qr/in leadsheet's own home/],
    [["$home/new"], 64, qr/in leadsheet's own home/],
    [["$dir/none/below"], 74, qr/name another place/],
    [["$dir/" . 'x' x 300], 74, qr/File name too long/],
    [[$0], 74, qr/is not a directory; move it away/],
    [["$dir/x", '--new', 'me'], 64, qr/--every-day and --new don't go together/],
    [["$dir/x", '-o', "$dir/y.csv"], 64, qr/and --output don't go together/],
    [["$dir/x", '--format', 'csv,ods'], 64, qr/"ods" is none of/],
    [["$dir/x", '--format', 'csv,csv'], 64, qr/csv is named twice/],
    [["$dir/x", '--format', ''], 64, qr/"" is none of/],
    [["$dir/x", '--delimiter', 'pipe'], 64, qr/--delimiter is for csv/],
) {
    my ($args, $exit, $says) = @$_;
    my $r = keep($home, @$args);
    my $told = substr "@$args", 0, 60;
    is($r->{exit}, $exit, "wrong: $told: exit $exit");
    like($r->{err}, $says, '  says what');
    is($r->{err} =~ tr/\n//, 1, '  in one line');
    ok(!-e "$dir/x", '  and makes nothing');
}
is(leadsheet($home, ['export', '--format', 'csv,xlsx'])->{exit}, 64,
    'one file has one format');
{
    my $to = "$dir/shared";
    keep($home, $to);
    my $r = keep(of_days(21), $to);
    is($r->{exit}, 78, 'another home\'s folder is refused');
    like($r->{err}, qr/kept for another purpose: for main of "\Q$home\E"; name another folder/,
        '  and says whose it is');
    open my $lock, '<', "$to/.leadsheet-days/lock" or die "$!\n";
    flock $lock, LOCK_EX or die "$!\n";
    $r = keep($home, $to);
    is($r->{exit}, 75, 'a second run at the same time: exit 75');
    like($r->{err}, qr/another export is at work in \Q$to\E; try again/,
        '  with a sentence');
    close $lock;
    spew("$to/.leadsheet-days/made", "\0\0\0\n");
    $r = keep($home, $to);
    isnt($r->{exit}, 0, 'a note that can\'t be read');
    like($r->{err}, qr{\Q$to\E/\.leadsheet-days/made can't be read; remove it},
        '  and what to do');
}

done_testing();

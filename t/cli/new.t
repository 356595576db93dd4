#!/usr/bin/perl
# leadsheet export --new: each lead once, whatever comes between two runs; and
# whatever fails, none is skipped.
use strict;
use warnings;
use Checker;
use Crash qw(failing_sync);
use Export;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Halt;
use Leadsheet;
use PowerCut qw(clock);
use Test::More;

$ENV{LC_ALL} = 'C';

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $traces = system('strace -o /dev/null true 2>/dev/null') == 0;

# A delivery, when the clock shows that time; each has one lead, whose urn is
# its id and -1.
sub deliver {
    my ($home, $id, $when, $more) = @_;
    my $r = cgi($home, body => delivery($id, 1, $more), wrap => [clock($when)]);
    $r->{status} == 200 or die "$id is not kept: $r->{log}";
    return $r->{json}{status};
}

# The urns that --new NAME gives, and how it ends.
sub new {
    my ($home, @args) = @_;
    my $r = export($home, qw(--new hub --no-bom --plain),
        (grep { $_ eq '--columns' } @args) ? () : qw(--columns urn), @args);
    return (join(' ', grep { !/^urn\b/ } split /\r\n/, $r->{out}), $r);
}

sub gives {
    my ($home, $expected, $name, @args) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my ($got, $r) = new($home, @args);
    is($got, $expected, $name);
    is($r->{exit}, 0, '  exit 0') or diag($r->{err});
    return $r;
}

sub cursor { "$_[0]/main/cursors/hub" }

# All that an endpoint has, and its times.
sub all_of {
    my ($home) = @_;
    return join '', map { "$_ " . join(' ', (lstat)[1, 2, 7, 9, 10]) . "\n" }
        sort split /\n/, `find '$home'`;
}

# What came since.
{
    my $home = home();
    my $r = gives($home, '', 'where nothing came nothing is new');
    is($r->{err}, "leadsheet export: main: \"hub\" is a new name, so every lead "
        . "counts as new\n", '  and it says that the name is a new one');
    deliver($home, $_) for qw(a b);
    $r = gives($home, 'a-1 b-1', 'what came is new');
    is($r->{err}, '', '  without a word');
    gives($home, '', 'once');
    deliver($home, 'c');
    my $before = all_of($home);
    gives($home, 'c-1', '--peek looks', '--peek') for 1, 2;
    is(all_of($home), $before, '  and changes nothing');
    is(deliver($home, 'a'), 'duplicate', 'a duplicate comes');
    is(deliver($home, 't', undef, '"test":true,'), 'test', '  and a test');
    cgi($home, body => '{"event":"other","delivery_id":"o"}');
    gives($home, 'c-1', '  which are no leads, and no hindrance');
    gives($home, '', '  and are passed');
    is(join(' ', sort map { s{.*/}{}r } glob "$home/main/cursors/*"),
        'hub hub.lock', 'a file says how far it came, and one is locked');
    is((stat cursor($home))[2] & 0777, 0640, '  who may read the home may');
    unlike(slurp(cursor($home)), qr/[abc]-1|Private|"|hub/,
        '  and nothing of a person is in it');
    $r = export($home, '--new', 'crm', '--format', 'jsonl', '--columns', 'urn');
    is($r->{out}, join('', map { qq({"urn":"$_-1"}\n) } qw(a b c)),
        'each name has its own; in any format');
    unlink cursor($home);
    gives($home, 'a-1 b-1 c-1', 'without the file all is new again');
}

# Which of the new leads, and as what.
{
    my $home = home();
    deliver($home, $_) for qw(a b c);
    gives($home, 'b-1', '--only picks', '--only', 'urn=b-1');
    gives($home, '', '  and the others count as given too');
    my $twice = '{"delivery_id":"%s","event":"lead.enriched","data":{"leads":'
        . '[{"urn":"p","full_name":"%s"},{"urn":"p","full_name":"%s"}]}}';
    cgi($home, body => sprintf $twice, qw(d one two));
    gives($home, '', 'the first three are given', '--only', 'urn=none',
        '--peek');
    my $r = export($home, qw(--new hub --unique --columns full_name --no-bom));
    is($r->{out}, "full_name\r\ntwo\r\n", '--unique has each person once');
    for my $format (qw(csv tsv jsonl xlsx)) {
        deliver($home, "$format");
        my $file = "$dir/f.$format";
        $r = export($home, '--new', 'hub', '-o', $file);
        is($r->{exit}, 0, "$format: exit 0") or diag($r->{err});
        is($r->{err}, "1 new lead in $file\n", '  says how many are new');
        like(slurp($file), qr/$format-1/, '  and which') if $format ne 'xlsx';
    }
    gives($home, '', '  each given once');
    deliver($home, $_) for qw(x y);
    $r = export($home, qw(--new hub -o), "$dir/two.csv");
    is($r->{err}, "2 new leads in $dir/two.csv\n", 'and of two as of two');
    $r = export($home, qw(--new hub -o), "$dir/two.csv");
    is($r->{err}, "0 new leads in $dir/two.csv\n", 'and of none as of none');
    is(lines("$dir/two.csv"), 1, '  which is a file with a header');
}

# People: who has no lead that was given before.
{
    my $home = home();
    my $n = 0;
    # A delivery with leads of these people.
    my $come = sub {
        $n++;
        my $r = cgi($home, body => qq({"delivery_id":"p$n","event":)
            . '"lead.enriched","data":{"leads":[' . join(',', map {
                qq({"urn":"$_","full_name":"n$n","engagement_type":"e$n"})
                } @_) . ']}}');
        $r->{status} == 200 or die "not kept: $r->{log}";
    };
    my $people = sub {
        my ($expected, $name, @args) = @_;
        my $r = leadsheet($home, [qw(people --new hub --columns),
            'urn,full_name,engagements', qw(--no-bom --plain), @args]);
        is($r->{out} =~ s/\Aurn.*\r\n//r =~ s/\r\n/ /gr, $expected, $name);
        is($r->{exit}, 0, '  exit 0') or diag($r->{err});
    };
    $come->(qw(a b));
    $come->('a');
    $people->('b,n1,1 a,n2,2 ', 'the first time everyone is new');
    $people->('', '  once');
    $come->(qw(a c));
    $people->('c,n3,1 ', 'who was seen before is not new again', '--peek');
    $come->('c');
    $people->('c,n4,2 ', '  and who is comes once, with the newest');
    $come->(qw(d a));
    $come->('c');
    $people->('', '--only picks', '--only', 'full_name=n6');
    $people->('', '  and the others count as given');
    $come->('e');
    $people->('', '--new-since holds, too', '--new-since', '2100-01-01');
    my $r = export($home, qw(--new crm --unique --columns),
        'urn,engagements', '--no-bom');
    is($r->{out} =~ s/\r\n/ /gr, 'urn,engagements b,1 d,1 a,4 c,3 e,1 ',
        'export --unique has whoever has a new lead')
        or diag($r->{err});
    $come->('a');
    $r = export($home, qw(--new crm --unique --columns),
        'urn,engagements', '--no-bom');
    is($r->{out} =~ s/\r\n/ /gr, 'urn,engagements a,5 ',
        '  with their whole history');
    $r = leadsheet($home, [qw(people --new hub --from today)]);
    is($r->{exit}, 64, 'a range is none of it: exit 64');
    like($r->{err}, qr/^leadsheet people: --new gives .* leave --from out$/,
        '  and why');
}

# Several endpoints: a cursor in each.
{
    my $home = home();
    system "cp -r '$home/main' '$home/second'";
    my $to = sub {
        my ($endpoint, $id) = @_;
        my $r = cgi($home, body => delivery($id, 1),
            env => { PATH_INFO => "/$endpoint" });
        $r->{status} == 200 or die "$id is not kept: $r->{log}";
    };
    $to->('main', 'a');
    $to->('second', 'b');
    my $r = gives($home, 'a-1,main b-1,second', 'two endpoints',
        '--endpoint', 'all', '--columns', 'urn,endpoint');
    is(() = $r->{err} =~ /^leadsheet export: (?:main|second): "hub" is a new name/mg,
        2, '  each has a new cursor');
    $to->('second', 'c');
    gives($home, '', 'what came to one', '--endpoint', 'main');
    gives($home, 'c-1', '  is new there', '--endpoint', 'second,main',
        '--columns', 'urn');
    $to->($_, "$_-d") for qw(main second);
    ok(mkdir("$home/second/cursors/hub.new"), 'one cursor can\'t be written');
    $r = export($home, qw(--new hub --endpoint all --columns urn --format jsonl));
    is($r->{exit}, 74, '  exit 74');
    rmdir "$home/second/cursors/hub.new";
    gives($home, 'second-d-1', '  and its lead stays new', '--endpoint', 'all',
        '--columns', 'urn');
}

# Days.
{
    my $home = home();
    deliver($home, 'a', '2020-01-02 23:59:58');
    deliver($home, 'b', '2020-01-03 00:00:01');
    gives($home, 'a-1 b-1', 'over midnight');
    deliver($home, 'c', '2020-01-02 23:59:59');
    deliver($home, 'd', '2020-01-03 00:00:02');
    gives($home, 'c-1 d-1', 'the day before grows when a later one has begun');
    deliver($home, 'e', '2019-01-01 12:00:00');
    gives($home, 'e-1', 'the clock set back a year');
    deliver($home, 'f', '2020-01-02 10:00:00');
    gives($home, 'f-1', '  and a few hours');
    # The day goes on in a second segment.
    deliver($home, 'g', '2020-01-03 09:00:00');
    my $r = cgi($home, body => delivery('i', 1),
        wrap => [failing_sync(), clock('2020-01-03 10:00:00')]);
    is($r->{status}, 503, 'a sync fails');
    deliver($home, 'i', '2020-01-03 10:00:01');
    is(scalar @{journal($home)}, 4, '  and there is another segment');
    gives($home, 'g-1 i-1', '  whose deliveries are new once');
    spew("$home/leadsheet.conf", "timezone = Asia/Tokyo\n");
    deliver($home, 'h', '2020-01-02 16:00:00');
    gives($home, 'h-1', 'another time zone makes nothing new');
}

# What changes the journal.
{
    my $home = home();
    my ($old, $older) = ('2020-01-02 10:00:00', '2020-01-01 10:00:00');
    deliver($home, $_, $older) for qw(a b);
    deliver($home, 'c', $old);
    gives($home, 'a-1 b-1 c-1', 'two days');
    my $n = 0;
    my $do = sub {
        my (@command) = @_;
        $n++;
        my $r = leadsheet($home, [@command]);
        is($r->{exit}, 0, "@command") or diag($r->{err});
        gives($home, '', '  makes nothing new');
        deliver($home, "x$n", $older);
        deliver($home, "y$n", $old);
        $r = leadsheet($home, [@command]);
        gives($home, "x$n-1 y$n-1", '  nor is what comes then skipped');
        return;
    };
    $do->('forget', '--yes', 'b-1');
    $do->('forget', '--yes', 'a-1');
    $do->('rebuild');
    deliver($home, 'new-and-forgotten', $old);
    leadsheet($home, ['forget', '--yes', 'new-and-forgotten-1']);
    gives($home, '', 'who is forgotten before is not given');
    is(leadsheet($home, ['prune', '--keep', '1y', '--yes'])->{exit}, 0, 'prune');
    my $r = gives($home, '', '  makes nothing new');
    is($r->{err}, '', '  and nothing is said of it');
    deliver($home, 'p', $older);
    $r = gives($home, 'p-1', 'what comes to a pruned day is new');
    is($r->{err}, '', '  and it alone');
}
{
    my $home = home();
    deliver($home, 'a');
    my ($day) = @{journal($home)};
    my $older = slurp($day);
    deliver($home, 'b');
    gives($home, 'a-1 b-1', 'a journal');
    # In place, by an editor or cp.
    spew($day, $older);
    unlink "$home/main/$_" for qw(lock index);
    my $r = gives($home, 'a-1', 'an older one was put back: given again');
    my $name = $day =~ s{.*/}{}r =~ s/\.jsonl//r;
    is($r->{err}, "leadsheet export: main: the cursor \"hub\" doesn't fit the "
        . "journal of $name (an older journal was put back, or the cursor is "
        . "another endpoint's); every lead there is given again\n",
        '  which is said');
    gives($home, '', '  once');
    deliver($home, 'c');
    spew($day, $older . slurp($day) =~ s/\A\Q$older\E//r =~ s/-1"/-9"/gr);
    unlink "$home/main/$_" for qw(lock index);
    spew($day, $older);
    deliver($home, 'd');
    gives($home, 'd-1', 'what comes behind an older one is not skipped');
    system "mv '$home/main/journal' '$home/away'";
    gives($home, '', 'a journal that is away has nothing');
    system "mv '$home/away' '$home/main/journal'";
    gives($home, '', '  and brings nothing new when it is back');
    system "cp -r '$home' '$dir/copy'";
    deliver("$dir/copy", 'e');
    gives("$dir/copy", 'e-1', 'a home that was copied goes on');
    # Another one's cursor.
    my $other = home();
    deliver($other, $_) for qw(x y);
    mkdir "$other/main/cursors";
    copy(cursor($home), cursor($other)) or die "$!\n";
    $r = gives($other, 'x-1 y-1', 'a cursor of another home: all is given');
    like($r->{err}, qr/^leadsheet export: main: the cursor "hub" doesn't fit the journal of \S+ \(.*\); every lead there is given again\n\z/,
        '  and said why');
    gives($other, '', '  once');
}

# A cursor that isn't one.
{
    my $home = home();
    deliver($home, 'a');
    gives($home, 'a-1', 'a cursor');
    my $good = slurp(cursor($home));
    my $is_damaged = sub {
        my ($name) = @_;
        my $before = all_of("$home/main/journal");
        for my $peek ([], ['--peek']) {
            my ($got, $r) = new($home, '-o', "$dir/none.csv", @$peek);
            is($r->{exit}, 65, "$name @$peek: exit 65");
            is($r->{err}, "leadsheet export: @{[cursor($home)]} is damaged, or of "
                . "a newer leadsheet; restore it from a backup, or delete it; "
                . "after that every lead counts as new\n", '  said with the remedy');
            ok(!-e "$dir/none.csv", '  and nothing is written');
        }
        my $r = leadsheet($home, ['check', '--quick']);
        like($r->{out}, qr/^FAIL main: \Q@{[cursor($home)]}\E is damaged/m,
            '  check says so, too');
        return;
    };
    for (['empty', ''], ['cut', substr $good, 0, -1], ['text', "hello\n"],
        ['a byte changed', $good =~ s/2/3/r],
        ['of a newer leadsheet', $good =~ s/cursor 1/cursor 2/r]) {
        spew(cursor($home), $_->[1]);
        $is_damaged->($_->[0]);
    }
    spew(cursor($home), $good);
    gives($home, '', 'the copy put back');
    unlike(leadsheet($home, ['check', '--quick'])->{out},
        qr/cursors/, '  and check has no word on it');
    my $odd = spew("$home/main/cursors/Notes.txt", '');
    like(leadsheet($home, ['check', '--quick'])->{out},
        qr/\Q$odd\E is none of leadsheet's names/, '  but on what is no cursor');
    unlink cursor($home);
    mkdir cursor($home);
    my ($got, $r) = new($home);
    is($r->{exit}, 74, 'a directory in its place: exit 74');
    like($r->{err}, qr/cursors\/hub is not a plain file; move it away$/,
        '  with the remedy');
}

# What can't be asked.
{
    my $home = home();
    deliver($home, 'a');
    my $name = qr/is no name for --new; use small letters, digits and hyphens, 70 at most, like --new hubspot$/;
    for ([[qw(--new Hub)], qr/^leadsheet export: "Hub" $name/],
        [['--new', ''], qr/"" $name/], [['--new', '../x'], qr/"..\/x" $name/],
        [['--new', '-x'], qr/"-x" $name/], [['--new', 'a' x 71], $name],
        [['--new=hub.lock'], $name],
        (map { [['--new', $_], qr/^leadsheet export: "$_" is a name of leadsheet's own, for its mail and its relays; choose another one, like --new hubspot$/] }
            qw(digest relay-crm relay-)),
        [[qw(--new hub --from yesterday)], qr/whatever its day; leave --from out$/],
        [[qw(--new hub --to today)], qr/leave --to out$/],
        [['--peek'], qr/^leadsheet export: --peek needs --new NAME, like --new hubspot --peek$/]) {
        my ($args, $says) = @$_;
        my $r = export($home, @$args);
        is($r->{exit}, 64, "@$args: exit 64");
        like($r->{err}, $says, '  with what to do');
        is($r->{err} =~ tr/\n//, 1, '  in a sentence');
        is($r->{out}, '', '  and nothing is given');
    }
    ok(!-e "$home/main/cursors", '  nor remembered');
    is(export($home, '--new', 'a' x 70)->{exit}, 0, 'a name of 70 letters');
}

# The output can't be written: it stays new.
{
    my $home = home();
    deliver($home, $_) for qw(a b);
    my @cases = (
        ['a full disk', 74, [], out => '/dev/full'],
        ['no such directory', 74, ['-o', "$dir/none/x.csv"]],
        ["leadsheet's own file", 64, ['-o', "$home/main/secret"]],
        ['a format that it can\'t make', 64, ['-o', "$dir/x.pdf"]],
    );
    for (@cases) {
        my ($name, $exit, $args, %o) = @$_;
        my $r = leadsheet($home, ['export', '--new', 'hub', @$args], %o);
        is($r->{exit}, $exit, "$name: exit $exit");
        ok(!-e cursor($home), '  and it stays new');
    }
    pipe my $read, my $write or die "pipe: $!\n";
    close $read;
    my $r = leadsheet($home, [qw(export --new hub)], out => $write);
    is($r->{exit}, 74, 'who reads no more: exit 74');
    ok(!-e cursor($home), '  and it stays new');
    gives($home, 'a-1 b-1', 'all of it is given then');
    deliver($home, 'c');
    mkdir "$home/main/cursors/hub.new";
    my ($got);
    ($got, $r) = new($home);
    is("$got $r->{exit}", 'c-1 74', 'a cursor that can\'t be written: exit 74');
    rmdir "$home/main/cursors/hub.new";
    gives($home, 'c-1', '  and it stays new');
}

# A line that is damaged is told, and passed.
{
    my $home = home();
    deliver($home, $_) for qw(a b c);
    my ($day) = @{journal($home)};
    spew($day, slurp($day) =~ s/"urn":"b-1"/"urn":"x-1"/r);
    my ($got, $r) = new($home);
    is("$got $r->{exit}", 'a-1 c-1 65', 'a damaged line is told: exit 65');
    like($r->{err}, qr/1 line of the journal is damaged and left out/,
        '  in a sentence');
    gives($home, '', '  and passed');
}

# Whose the home is.
SKIP: {
    skip 'only root can be another', 9 unless $> == 0;
    my $home = home();
    deliver($home, 'a');
    system("chmod 755 '$home'; chmod -R a+rX '$home/main/journal' '$home/main'")
        == 0 or die "chmod failed\n";
    my %as = (wrap => [qw(setpriv --reuid=65534 --regid=65534 --clear-groups)]);
    my $program = "$dir/leadsheet";
    copy(builddir() . '/cli/leadsheet', $program) or die "$!\n";
    chmod 0755, $program;
    my $r = leadsheet($home, [qw(export --new hub)], %as, program => $program);
    is($r->{exit}, 77, 'a reader can\'t have it remembered: exit 77');
    like($r->{err}, qr/"\nleadsheet export: or add --peek, which every reader may: the leads stay new\n\z/,
        '  and hears of --peek, behind what to run');
    is($r->{out}, '', '  and nothing is given');
    $r = leadsheet($home, [qw(export --new hub --peek --columns urn --no-bom)],
        %as, program => $program);
    is($r->{out}, "urn\r\na-1\r\n", '  which gives it');
    is($r->{exit}, 0, '  exit 0') or diag($r->{err});
    ok(!-e "$home/main/cursors", '  and writes nothing');
    system("chown -R nobody '$home'") == 0 or die "chown failed\n";
    $r = export($home, qw(--new hub));
    is($r->{exit}, 77, 'root in a home of nobody\'s: exit 77');
    like($r->{err}, qr/the home \S+ belongs to nobody; .*\n.*add --peek/, '  and why');
    is(export($home, qw(--new hub --peek))->{exit}, 0, '  but may look');
}

SKIP: {
    skip 'strace can\'t trace here', 15 unless $traces;
    # Two at the same time.
    my $home = home();
    deliver($home, $_) for qw(a b);
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', "$dir/first.csv" or POSIX::_exit(126);
        open STDERR, '>', '/dev/null' or POSIX::_exit(126);
        exec halt_after("$dir/halt", 'openat', path => cursor($home)),
            builddir() . '/cli/leadsheet', '--home', $home, 'export', '--new',
            'hub', '--columns', 'urn', '--plain' or POSIX::_exit(127);
    }
    my $inner = halted("$dir/halt");
    my ($got, $r) = new($home);
    is($r->{exit}, 75, 'the second of two at the same time: exit 75');
    is($r->{err}, "leadsheet export: main: what is new for hub is just being "
        . "read by another process; try again when that has ended\n",
        '  in a sentence');
    is($got, '', '  and nothing is given');
    is((new($home, '--peek'))[0], 'a-1 b-1', '  but --peek may look');
    is(export($home, qw(--new crm))->{exit}, 0, '  and another name goes on');
    deliver($home, 'c');
    kill 'CONT', $inner;
    waitpid $pid, 0;
    is($?, 0, '  while the first gives them');
    is(slurp("$dir/first.csv") =~ s/^\x{ef}\x{bb}\x{bf}//r,
        "urn\r\na-1\r\nb-1\r\nc-1\r\n", '  all that came until it looked');
    gives($home, '', '  once');

    # What hasn't changed is not read.
    my $many = home();
    deliver($many, "day-$_", sprintf '2020-01-%02d 12:00:00', $_) for 1 .. 20;
    gives($many, join(' ', map { "day-$_-1" } 1 .. 20), 'twenty days');
    deliver($many, 'more', '2020-01-07 12:00:00');
    my $opens = sub {
        leadsheet($many, [qw(export --new hub), @_], wrap => ['strace', '-f',
            '-qq', '-o', "$dir/trace", '-e', 'trace=openat']);
        return join ' ', do { my %seen; grep { !$seen{$_}++ }
            slurp("$dir/trace") =~ m{journal/([^"]+)"}g };
    };
    is($opens->('--peek'), '2020-01-07.jsonl',
        'of twenty days the one that has grown is opened');
    is($opens->(), '2020-01-07.jsonl', '  and so when the cursor moves');
    is($opens->(), '', '  and then none');

    # First the output is safe, and then it is remembered.
    for my $to ('file', 'stdout') {
        deliver($home, "to-$to");
        my @to = $to eq 'file' ? ('-o', "$dir/out.csv") : ();
        leadsheet($home, [qw(export --new hub), @to], out => "$dir/stdout.csv",
            wrap => ['strace', '-f', '-y', '-qq', '-o', "$dir/trace", '-e',
                'trace=fsync,fdatasync,rename']);
        my $trace = slurp("$dir/trace") =~ s/^\d+ +//mgr;
        my @order = map { /^(\w+)\((?:\d+<|")(\S+?)[>"]/
            ? "$1 " . ($2 =~ s{^\Q$dir\E/?}{}r =~ s{^\Q$home\E/main/}{}r
                =~ s/\.part-.*//r) : () } split /\n/, $trace;
        is_deeply(\@order, [$to eq 'file' ? ('fsync out.csv', 'rename out.csv',
            'fsync ') : ('fsync stdout.csv'), 'fdatasync cursors/hub.new',
            'rename cursors/hub.new', 'fsync cursors'],
            "the $to is on the disk before it is remembered");
    }
}

done_testing();

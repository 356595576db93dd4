#!/usr/bin/perl
# leadsheet tail: today's leads as they come.
use strict;
use warnings;
use Checker;
use JSON::PP ();
use Leadsheet;
use POSIX ();
use Test::More;

# A tail that runs: its output goes to a file, and its waits between two looks
# at the journal to a trace.
my $turn = 0;
sub follow {
    my ($home, @arguments) = @_;
    local $ENV{LEADSHEET_HOME} = $home;
    my $log = "$home/.tail" . $turn++;
    spew($log, '');
    my $pid = Leadsheet::start($log, traced($log, @arguments));
    return { pid => $pid, log => $log };
}
sub traced {
    my ($log, @arguments) = @_;
    # -D: strace is the child, so that the tail is ours.
    return ('strace', '-D', '-qq', '-o', spew("$log.waits", ''), '-e',
        'trace=ppoll', builddir() . '/cli/leadsheet', 'tail', @arguments);
}
sub comes {
    my ($tail, $pattern) = @_;
    return wait_for(sub { slurp($tail->{log}) =~ $pattern });
}
# It has looked at the journal, all of it, since this was called: of two waits
# that ended the second began after it.
sub looks {
    my ($tail) = @_;
    my $before = lines("$tail->{log}.waits");
    return wait_for(sub { lines("$tail->{log}.waits") >= $before + 2 });
}
sub ends {
    my ($tail, $signal) = @_;
    kill $signal, $tail->{pid} if $signal;
    return ended($tail->{pid});
}
sub people { return slurp($_[0]->{log}) =~ /^\S+ \S+\tPrivate (\S+)/mg }

# Before there is any file; then as they come, each once.
my $home = home();
my $tail = follow($home);
my $json = follow($home, 'main', '--json');
ok(looks($_), 'without any file it looks for one') for $tail, $json;
is(slurp($tail->{log}), '', '  and has nothing to say');
cgi($home, body => delivery('a', 2));
ok(comes($tail, qr/\n.*\n/), 'two leads are two lines');
like((split /\n/, slurp($tail->{log}))[0],
    qr/^@{[today()]} \d\d:\d\d:\d\d\tPrivate a\t\t\t$/,
    '  of five columns between TABs');
cgi($home, body => delivery('test', 1, '"test":true,'));
cgi($home, body => '{"event":"other"}');
cgi($home, body => '{broken');
cgi($home, body => delivery('a', 2));
cgi($home, body => delivery('b', 1));
ok(comes($tail, qr/Private b/), 'the next one comes');
is_deeply([people($tail)], [qw(a a b)],
    '  no test, no other event, no duplicate between');

# The day goes on in another segment; the retry of what was lost is no news.
my ($journal) = @{journal($home)};
cgi($home, body => delivery('c', 1));
ok(comes($tail, qr/Private c/), 'another');
my ($c) = slurp($journal) =~ /^(.*"id":"c".*\n)/m;
spew($journal =~ s/\.jsonl\z/-2.jsonl/r,
    segment_line(1, length(slurp($journal)) - length $c) . $c);
chmod 0640, glob "$home/main/journal/*";
unlink "$home/main/lock";    # what has failed was never in its record
cgi($home, body => delivery('c', 1));
cgi($home, body => delivery('d', 1));
is(scalar @{journal($home)}, 2, 'a sync failed');
ok(comes($tail, qr/Private d/), '  the new one is followed');
is_deeply([people($tail)], [qw(a a b c d)],
    '  and what was journalled again is not shown again');

# Half a record is none.
my $last = journal($home)->[0];
my $line = slurp($last) =~ s/\A(?:.*\n)*(?=.*"id":"d")//r;
my $half = $line =~ s/"d"/"e"/r =~ s/d-1/e-1/r =~ s/Private d/Private e/r;
my ($body) = $half =~ /"body":(.*)\}$/m;
my $sha256 = Digest::SHA::sha256_hex($body);
$half =~ s/"sha256":"\w+"/"sha256":"$sha256"/;
open my $f, '>>', $last or die;
$f->autoflush(1);
print $f substr $half, 0, -20;
ok(looks($tail), 'it looks at half a record');
is_deeply([people($tail)], [qw(a a b c d)], '  which is none');
print $f substr $half, -20;
close $f;
ok(comes($tail, qr/Private e/), '  its other half makes it one');

# Replaced, as an erasure does it.
spew("$last.new", slurp($last) =~ s/^.*"id":"d".*\n//mr);
chmod 0640, "$last.new";
rename "$last.new", $last;
cgi($home, body => delivery('f', 1));
ok(comes($tail, qr/Private f/), 'a journal that was replaced is followed');
is_deeply([people($tail)], [qw(a a b c d e f)], '  and nothing comes again');

is(ends($tail, 'INT') & 127, 2, 'Ctrl-C ends it');
unlike(slurp($tail->{log}), qr/leadsheet/, '  without a word');

# What came before SIGTERM is shown: the tail stands still while it comes.
kill 'STOP', $json->{pid};
cgi($home, body => delivery('g', 1));
kill 'TERM', $json->{pid};
is(ends($json, 'CONT') & 127, 15, 'SIGTERM ends it');
my @json = map { JSON::PP->new->utf8->decode($_) } split /\n/,
    slurp($json->{log});
is_deeply([map { $_->{urn} } @json], [qw(a-1 a-2 b-1 c-1 d-1 e-1 f-1
    g-1)], '  after the last lead; with --json an object a line');
is($json[0]{delivery_id}, 'a', '  with their delivery');
like($json[0]{received_at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
    '  and when it came');

# How many of those before.
for my $case ([[], 10], [['-n', '3'], 3], [['--lines=0'], 0],
    [['-n', '1000000'], 12], [['-n12'], 12])
{
    my $twelve = home();
    cgi($twelve, body => delivery("id$_", 3)) for 1 .. 4;
    my ($arguments, $n) = @$case;
    my $t = follow($twelve, @$arguments);
    # With none before, it has begun when one of these comes.
    my $i = 0;
    ok($n ? comes($t, qr/Private id4\t\t\t\n\z/) : wait_for(sub {
        cgi($twelve, body => delivery('more' . $i++, 1));
        return slurp($t->{log}) =~ /more/ }), "tail @$arguments begins");
    is(scalar(grep { /^id/ } people($t)), $n, "  with the last $n");
    cgi($twelve, body => delivery('last', 1));
    ok(comes($t, qr/Private last/), '  and goes on');
    ends($t, 'TERM');
}

# Every field as it was sent; what a line shows of it.
my $odd = home("timezone = Asia/Tokyo\n");
cgi($odd, body => slurp(data('documented.json')));
cgi($odd, body => JSON::PP->new->utf8->encode({ delivery_id => 'odd',
    event => 'lead.enriched', data => { leads => [{ urn => 'u',
    full_name => "Tab\tLine\nEnd\r\x{1b}[2JZ\x{2028}\x{0}", job_title => 'CTO',
    company_name => "\x{682a}\x{5f0f}\x{4f1a}\x{793e}" x 20,
    engagement_type => 'comment', comment_text => 'x' x 300,
    signal_name => "S\x{9b}2J\x{202e}abc\x{2066}\x{200f}",
    "new\x{9b}" => ["\x{202e}"], connections => 1234, tomorrow => [1, { a => 2 }] }] } }));
$tail = follow($odd);
$json = follow($odd, '--json');
ok(comes($tail, qr/\n.*\n/) && comes($json, qr/\n.*\n/), 'odd ones come');
my @cells = split /\t/, (split /\n/, slurp($tail->{log}))[1], -1;
is(scalar @cells, 5, '  as five columns');
is($cells[1], 'Tab Line End  [2JZ  ', '  what moves a cursor is a blank');
is($cells[4], 'S 2J abc  ', '  nor what turns text around');
is($cells[3], 'comment: ' . 'x' x 300, '  and nothing is cut');
my ($documented, $object) = map { JSON::PP->new->utf8->decode($_) }
    split /\n/, slurp($json->{log});
my $sent = Leadsheet::json(slurp(data('documented.json')))->{data};
is($documented->{$_}, $sent->{leads}[0]{$_}, "  --json has its $_")
    for grep { !ref $sent->{leads}[0]{$_} } sort keys %{$sent->{leads}[0]};
is($documented->{post_url}, $sent->{posts}[0]{url}, '  and its post');
is($object->{full_name}, "Tab\tLine\nEnd\r\e[2JZ\x{2028}\0",
    '  texts as they were sent');
cmp_ok($object->{connections}, '==', 1234, '  numbers');
is($object->{signal_name}, "S\x{9b}2J\x{202e}abc\x{2066}\x{200f}",
    '  these, too');
# As a terminal would see it: in UTF-8, C1 controls and bidi marks.
my $acts = qr/[\0-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c
    |\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]/x;
unlike(slurp($_->{log}) =~ tr/\t/ /r, $acts,
    '  but nothing that a terminal would act on') for $json, $tail;
my $exported = leadsheet($odd, ['export', '--format', 'jsonl']);
unlike($exported->{out}, $acts, '  nor is there in export --format jsonl');
is(JSON::PP->new->utf8->decode((split /\n/, $exported->{out})[1])->{signal_name},
    $object->{signal_name}, '  which has the same');
is_deeply($object->{extra}, { "new\x{9b}" => ["\x{202e}"],
    tomorrow => [1, { a => 2 }] },
    '  and what is new to us');
my $at = (slurp($tail->{log}) =~ /^\S+ (\d\d)/)[0];
my $hour = (gmtime)[2];
ok(grep({ $at == ($hour + $_) % 24 } 8, 9, 10), 'the time is the zone\'s');
ends($_, 'TERM') for $tail, $json;

# On a terminal: no line is wider, whatever its width.
for my $columns (20, 40, 50, 80, 81, 132, 250) {
    my $t = on_terminal($odd, ['tail'], columns => $columns,
        steps => [['Tab', "\x03"]]);
    is($t->{exit}, 130, "$columns columns: Ctrl-C ends it");
    my @lines = split /\r\n/, $t->{out} =~ s/\e\[\d*m//gr =~ s/\^C\z//r;
    is(scalar @lines, 2, '  two leads are two lines');
    # East Asian letters take two columns, as the escape takes none.
    my @wide = grep { length($_) + (() = /[\x{4e00}-\x{9fff}]/g) >= $columns }
        @lines;
    is_deeply(\@wide, [], '  none of them reaches the edge');
    unlike($t->{out}, qr/\e\[2J/, '  nothing from outside moves the cursor');
}

# SIGTERM, while the one who reads takes their time: the pipe is full, and
# nothing of what was to come through it is lost.
{
    my $many = home();
    my $log = "$many/.tail";
    pipe my $from, my $to or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>&', $to  or POSIX::_exit(126);
        open STDERR, '>',  $log or POSIX::_exit(126);
        $ENV{LEADSHEET_HOME} = $many;
        exec traced($log, '--json') or POSIX::_exit(127);
    }
    close $to;
    wait_for(sub { -e "$log.waits" });
    looks({ log => $log });
    cgi($many, body => delivery('many', 500));
    my $room = fcntl $from, 1032, 0;    # F_GETPIPE_SZ
    my $held = pack 'l', 0;
    ok(wait_for(sub { ioctl $from, 0x541B, $held;    # FIONREAD
        unpack('l', $held) == $room }), 'a pipe is full');
    cgi($many, body => delivery('last', 1));
    kill 'TERM', $pid;
    my @lines = <$from>;
    is(ended($pid) & 127, 15, '  SIGTERM ends it');
    my @urns = map { JSON::PP->new->utf8->decode($_)->{urn} } @lines;
    is_deeply(\@urns, [(map { "many-$_" } 1 .. 500), 'last-1'],
        '  when all that there was has been read');
    is(slurp($log), '', '  without a word');
}

# Who reads no more.
{
    my $dir = File::Temp::tempdir(CLEANUP => 1);
    local $ENV{LEADSHEET_HOME} = $odd;
    my $out = `{ timeout @{[PATIENCE]} @{[builddir()]}/cli/leadsheet tail 2>$dir/err
        echo \$? >$dir/exit; } | head -n 1`;
    like($out, qr/Jane Smith.*\n/, 'piped into head: its line');
    # It notices while it waits, or when it writes.
    like(slurp("$dir/exit"), qr/^(?:0|74)$/, '  and it ends by itself');
    is(slurp("$dir/err"), '', '  without a word');
}

# Mistakes.  One that is not seen would follow for ever.
my @soon = (wrap => ['timeout', PATIENCE]);
for my $bad (['-1'], ['x'], ['1.5'], [''], ['1000001'], ['0x10']) {
    my $r = leadsheet($odd, ['tail', '--lines', @$bad], @soon);
    is($r->{exit}, 64, "--lines '$bad->[0]': exit 64");
    like($r->{err}, qr/--lines wants a number up to 1000000/, '  says so');
}
mkdir "$odd/second";
spew("$odd/second/secret", '');
my $r = leadsheet($odd, ['tail'], @soon);
is($r->{exit}, 64, 'several endpoints and no name: exit 64');
like($r->{err}, qr/name one of them: main, second/, '  says which');
rename journal($odd)->[0], "$odd/away";
mkdir "$odd/main/journal/" . $_ . '.jsonl'
    for map { POSIX::strftime('%Y-%m-%d', gmtime(time + 3600 * $_)) } 9, 10;
$r = leadsheet($odd, ['tail', 'main'], @soon);
is($r->{exit}, 74, 'a journal that is no file: exit 74');
like($r->{err}, qr/is not a plain file/, '  says so');

done_testing();

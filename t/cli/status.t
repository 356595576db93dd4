#!/usr/bin/perl
# leadsheet status: how the endpoints are, at a glance.
use strict;
use warnings;
use Checker;
use JSON::PP ();
use Leadsheet;
use Test::More;

my $home = home();
mkdir "$home/events";
mkdir "$home/newsletter";
mkdir "$home/newsletter/journal";
spew("$home/$_/secret", secret() . "\n"), chmod 0600, "$home/$_/secret"
    for qw(events newsletter);

sub status { leadsheet($home, ['status', @_]) }
sub json {
    return map { JSON::PP->new->utf8->decode($_) } split /\n/,
        status('--json', @_)->{out};
}
# Width as a person sees it; escapes take none.
sub too_wide {
    my ($text, $width) = @_;
    return grep { length > $width }
        map { s/\e\[[\d;]*[mK]//gr =~ s/\r//gr } split /\n/, $text;
}

my $r = status();
is($r->{exit}, 0, 'status of endpoints without a delivery') or diag($r->{err});
is($r->{err}, '', '  has no complaint');
unlike($r->{out}, qr/^[!-]/m, '  and nothing that needs anyone');
like($r->{out}, qr/^events +on +0 today .*0 leads in 14 days\n  no delivery yet/,
    '  and says so');
my ($empty) = json('events');
is($empty->{last}, undef, '  --json: last is null');
is($empty->{oldest}, undef, '  and so is the oldest day');

# Today: 5 leads in 2 deliveries, a test, an event, and one that is broken.
cgi($home, body => $_) for delivery('a', 2), delivery('b', 3),
    delivery('test', 1, '"test":true,'), '{"event":"other"}';
my ($main) = json('main');
my $today = today();
is($main->{leads_today}, 5, 'leads of today');
is($main->{leads}, 5, '  and of the 14 days');
is($main->{tests}, 1, '  tests');
is($main->{unreadable}, 0, '  none unreadable');
is(scalar @{$main->{days}}, 14, '  14 days');
is_deeply($main->{days}[13], { day => $today, leads => 5, deliveries => 2,
    tests => 1, other => 1, unreadable => 0 }, '  the last is today');
is($main->{days_kept}, 1, '  days kept');
is($main->{oldest}, $today, '  the oldest of them');
cmp_ok($main->{disk}, '>', 0, '  disk used');
like($main->{last}, qr/^${today}T\d\d:\d\d:\d\d\.\d{6}Z$/, '  the last one');
is_deeply($main->{attention}, [], '  nothing needs anyone');
is_deeply([map { $_->{name} } json()], [qw(events main newsletter)],
    'without a name all of them, in order');
is_deeply([map { $_->{name} } json('newsletter', 'main')],
    [qw(newsletter main)], 'with names those');
$r = status('main');
like($r->{out}, qr/^main +on +5 today  (\S+)  5 leads in 14 days$/m,
    'a line for it');
like($r->{out}, qr/^  last today \d\d:\d\d, \d+ \w+ ago .* 1 test .* in 1 day$/m,
    '  and one with the rest');

# A fortnight of days, one of them out of sight.
my $others = join '', grep { /"kind":"(?:test|other)"/ } split /^/,
    slurp(journal($home)->[0]);
my @days = map { ago($_) } 0 .. 14;
for my $ago (1 .. 14) {
    my $day = $days[$ago];
    my $body = delivery("day-$ago", 1000 * $ago);
    spew("$home/main/journal/$day.jsonl", $others =~ s/$today/$day/gr
        . sprintf(qq({"received":"%sT08:00:00.000000Z","kind":"leads",)
            . qq("id":"day-$ago","sha256":"%s","signature":"%s","body":%s}\n),
            $day, Digest::SHA::sha256_hex($body), '5' x 64, $body));
}
($main) = json('main');
is_deeply([map { $_->{leads} } @{$main->{days}}],
    [(map { 1000 * $_ } reverse 1 .. 13), 5], 'each day has its leads');
is($main->{days_kept}, 15, 'a day that is out of sight is kept');
is($main->{oldest}, $days[14], '  and the oldest');
is($main->{tests}, 14, '  but not counted');
$r = status('main');
utf8::decode($r->{out});
like($r->{out}, qr/ 5 today  \x{2588}\x{2588}?[\x{2582}-\x{2588}]{12,13}  91,005 leads/,
    'bars from the highest down, and thousands with a comma');
$r = leadsheet($home, ['status', 'main'], env => { LC_ALL => 'C' });
like($r->{out}, qr/ 5 today  9[1-9]{12}1  91,005 leads/, 'digits in ASCII');
unlike($r->{out}, qr/[^\x00-\x7f]/, '  and nothing else than ASCII');
$r = leadsheet($home, ['status', 'events'], env => { LC_ALL => 'C' });
like($r->{out}, qr/ 0 today  \.{14}  /, '  a dot for a day without any');
unlink "$home/main/index", glob "$home/main/sheets/*";
is((json('main'))[0]{leads_today}, 5,
    'without an index and sheets the same: the journal tells');

# What needs a person: how it comes about, and what is said then.
my @needs = (
    ['no secret', sub { unlink "$_[0]/main/secret" },
        qr/^! main: no secret yet; run "$LEADSHEET secret main"$/m],
    ['a secret that others can read', sub { chmod 0644, "$_[0]/main/secret" },
        qr/^! main: others can read the secret; run "chmod 600/],
    ['switched off', sub { spew("$_[0]/main/disabled", '') },
        qr/^- main: switched off.*"$LEADSHEET endpoint enable main"/s],
    ['an erasure cut off', sub { spew("$_[0]/main/pending", "task forget\nurn u\n"); chmod 0600, "$_[0]/main/pending" },
        qr/^! main: forget was cut off; run "$LEADSHEET forget --resume"/],
    ['a list of work that is none', sub { spew("$_[0]/main/pending", "x\n") },
        qr/^! main: \S+pending is not as leadsheet writes it; move it away/],
    ['a journal that is gone', sub { unlink @{journal($_[0])} },
        qr/^! main: journal\/$today\.jsonl, which was written last, is gone; put it back/],
    ['a journal that was cut', sub { truncate journal($_[0])->[0], 100 },
        qr/^! main: journal\/$today\.jsonl has 100 bytes, and had \d+; put the whole file back from your backup \("$LEADSHEET check main"/],
    ['an edited sheet', sub { spew(sheets($_[0])->[0], "mine\n");
        cgi($_[0], body => delivery('c', 1)) },
        qr/^- main: today's sheet was edited.*leads-$today-2; nothing is lost/s],
    ['an unreadable delivery', sub { cgi($_[0], body => '{"broken') },
        qr/^- main: 1 delivery in.*\/journal\/$today\.jsonl: look for/],
    ['a failed sync', sub { my $day = journal($_[0])->[0];
        spew($day =~ s/\.jsonl/-2.jsonl/r, segment_line(1, -s $day)) },
        qr/^! main: the disk failed to keep something 1 time today/],
    ['a damaged journal', sub { my $day = journal($_[0])->[0];
        spew($day, slurp($day) =~ s/Private/Mister /r) },
        qr/^! main: 1 line of the journal is damaged, the newest of $today; put the file back from your backup \("$LEADSHEET check main" tells which\)/],
    ['a relay that has given up', sub { attempts($_[0], 'crm',
        'state=given-up', 'since=2026-11-23T08:00:00.000000Z', 'failed=21',
        'why=crm.example.org answered 500') },
        qr/^! main: relay crm has given up: crm\.example\.org answered 500; nothing is lost; when that is put right run "$LEADSHEET relay crm --resume"; if nobody wants it any more, delete \[relay crm\] in leadsheet\.conf and \S+\/main\/cursors\/relay-crm\.attempts/],
    ['a relay whose target is gone', sub { attempts($_[0], 'crm', 'state=gone',
        'failed=1', 'why=crm.example.org answered 410') },
        qr/^! main: relay crm stands still: crm\.example\.org answered 410, which says that it wants nothing more; /],
    ['a relay that fails for long', sub { attempts($_[0], 'crm',
        'since=2026-11-23T08:00:00.000000Z', 'next=2099-11-23T08:00:00.000000Z',
        'failed=5', 'why=crm.example.org answered 500') },
        qr/^- main: relay crm has failed since 2026-11-23 \d\d:00, 5 tries: crm\.example\.org answered 500; it tries again at 2099-11-23 \d\d:00; nothing is lost/],
    ['a relay that does not try again', sub { attempts($_[0], 'crm',
        'since=2026-11-22T08:00:00.000000Z', 'next=2026-11-23T08:00:00.000000Z',
        'failed=5', 'why=crm.example.org answered 500') },
        qr/^! main: relay crm was to try again at 2026-11-23 \d\d:00, and did not: see to its service or its cron job \("$LEADSHEET relay crm --once" tries now\)/],
    ['settings that are wrong',
        sub { spew("$_[0]/leadsheet.conf", "bom = yes\nbum = yes\n") },
        qr/^! \S*leadsheet\.conf line 2: .*bum/],
    ['a relay whose section is wrong',
        sub { spew("$_[0]/leadsheet.conf", "[relay crm]\nurl = https://x.example/\n") },
        qr/^! \S*leadsheet\.conf: \[relay crm\] doesn't say from when on; add a line from = /],
    ['a relay that nobody runs', sub { run_no_relay($_[0]) },
        qr/^! main: relay crm has not passed on what came at 2026-11-23 12:00; see that its service or its cron job runs/],
);

# What came long ago was never tried.
sub run_no_relay {
    my ($home) = @_;
    spew("$home/leadsheet.conf", "[relay crm]\nprivate = yes\n"
        . "url = http://127.0.0.1:9/\nfrom = beginning\n");
    spew("$home/relay-crm.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    chmod 0600, "$home/relay-crm.secret";
    cgi($home, body => delivery('before', 1), wrap => ['faketime',
        '2026-11-23 12:00:00'], env => { NO_FAKE_STAT => 1 });
    return;
}

for my $need (@needs) {
    my ($name, $make, $says) = @$need;
    my $bad = home();
    cgi($bad, body => delivery('first', 1));
    $make->($bad);
    $r = leadsheet($bad, ['status']);
    # Where a line is cut depends on the path of this home.
    like($r->{out} =~ s/\n +/ /gr, $says, "$name stands at the top");
    is($r->{exit}, 0, '  exit 0');
    is(scalar(() = $r->{out} =~ /^[!-] /mg), 1, '  and nothing else');
    like($r->{out}, qr/^\nmain +o/m, '  the rest is there as well');
    my $json = JSON::PP->new->utf8->decode(
        leadsheet($bad, ['status', '--json'])->{out});
    is(scalar @{$json->{attention}}, 1, '  --json has it too');
    is(!!$json->{attention}[0]{act}, $r->{out} =~ /^!/,
        '  and whether something is to be done');
}
{
    my $well = home();
    cgi($well, body => delivery('first', 1));
    attempts($well, 'crm', 'digest=' . 'a' x 64, 'leads=100');
    my ($path) = attempts($well, 'old', 'state=gone');
    spew($path, slurp($path) =~ s/gone/well/r);
    $r = leadsheet($well, ['status']);
    unlike($r->{out}, qr/^[!-] /m, 'of relays that get on, or whose file is '
        . 'damaged, nothing is told');
}
{
    my $lock = "$home/main/lock";
    my $held = leadsheet($home, ['status', 'main'],
        wrap => ['flock', $lock]);
    like($held->{out},
        qr/^! main: (?:a process|process \d+ \(\w+\)) holds the lock and/s,
        'a lock that is held for long is told');
    # The holder gives it back while status waits: no harm.
    $held = leadsheet($home, ['status', 'main'], wrap => ['sh', '-c',
        'flock "$0" sleep 0.5 & sleep 0.1; "$@"; wait', $lock]);
    like($held->{out}, qr/^main/m, 'one that is given back');
    unlike($held->{out}, qr/lock/, '  is not');
}

# It changes nothing, and waits for nobody.
{
    my $look = sub { join '', map { my @s = stat; "$_ @s[2, 4, 5, 7, 9]\n" }
        grep { !/-shm$/ } sort glob "$home/main/* $home/main/*/*" };
    my $before = $look->();
    status();
    is($look->(), $before, 'looking changes no file');
}

# Of several, what is to be acted on stands before what is good to know.
spew("$home/events/disabled", '');
unlink "$home/newsletter/secret";
like(status()->{out}, qr/\A! newsletter: no secret.*^- events: switched off/ms,
    'what is to be acted on stands first');

# On a terminal: colours, and never wider than it is.
for my $columns (80, 120, 40) {
    my $t = on_terminal($home, ['status'], columns => $columns);
    # A command stays in one piece, to be copied.
    is_deeply([grep { !/"\S*leadsheet / } too_wide($t->{out}, $columns)], [],
        "no line is wider than $columns columns");
    like($t->{out}, qr/^\e\[31m!\e\[0m newsletter: no secret/m,
        '  what needs you is red');
    like($t->{out}, qr/\e\[32mon/, '  "on" is green');
    $t = on_terminal($home, ['status', '--no-color'], columns => $columns);
    unlike($t->{out}, qr/\e/, '  --no-color: plain text');
}
unlike(status()->{out}, qr/\e/, 'no colour where there is no terminal');
my $long = "$home/" . 'n' x 64;
mkdir $long;
spew("$long/secret", secret());
chmod 0600, "$long/secret";
is_deeply([grep { !/"\S*leadsheet / } too_wide(on_terminal($home, ['status'])->{out}, 80)], [],
    'a name of 64 letters fits as well');
system('rm', '-r', $long);

# Mistakes.
$r = status('nope');
is($r->{exit}, 64, 'an endpoint that is not there: exit 64');
like($r->{err}, qr/there is: events, main, newsletter/, '  says which are');
is($r->{out}, '', '  and nothing else');
rename "$home/events/journal", "$home/events/j";
spew("$home/events/journal", '');
$r = status();
is($r->{exit}, 74, 'a journal that can\'t be read: exit 74');
like($r->{err}, qr{can't read .*events/journal}, '  says so');
like($r->{out}, qr/^main +on/m, '  the others are there');
unlink "$home/events/journal";
$r = leadsheet($home, ['status', '--home', '/var/empty/nope']);
is($r->{exit}, 78, 'no home: exit 78');
{
    my $none = home('');
    system('rm', '-r', "$none/main");
    $r = leadsheet($none, ['status']);
    is($r->{exit}, 78, 'no endpoint: exit 78');
    like($r->{err}, qr/run "$LEADSHEET endpoint add main"/, '  what to do');
}

done_testing();

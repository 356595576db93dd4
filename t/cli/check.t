#!/usr/bin/perl
# leadsheet check: every cross, made once by breaking just that.
use strict;
use warnings;
use Checker;
use Cwd ();
use Digest::SHA ();
use Disk;
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Halt;
use IO::Socket::INET;
use Leadsheet;
use POSIX ();
use Test::More;
use Time::HiRes ();

$ENV{LC_ALL} = 'C';

my $today = today();
my $conf = tempdir(CLEANUP => 1);    # of a web server that has no sites

# A home as init makes it, with two deliveries and a test.
sub good_home {
    my ($settings) = @_;
    my $home = home($settings);
    chmod 0640, "$home/leadsheet.conf" if defined $settings;
    chmod 0750, "$home/main";
    for (delivery('first', 2), delivery('second', 1),
        delivery('a-test', 1, '"test":true,')) {
        cgi($home, body => $_)->{status} == 200 or die "not kept\n";
    }
    return $home;
}

# Every byte, mode and time of it.
sub all_of {
    my ($home) = @_;
    return join '', map { my @s = lstat; "$_ @s[1, 2, 4, 7, 9]"
        . (-f _ ? ' ' . Digest::SHA::sha256_hex(slurp($_)) : '') . "\n" }
        split /\n/, `find '$home' -not -path '*/.run*' | sort`;
}

sub check {
    my ($home, $args, %o) = @_;
    return leadsheet($home, ['check', '--server-conf', $conf, @{$args // []}],
        %o);
}

# All is well
my $home = good_home();
my $before = all_of($home);
my $r = check($home);
is($r->{exit}, 0, 'a home as it should be: exit 0') or diag "$r->{out}$r->{err}";
unlike($r->{out}, qr/FAIL/, '  without a cross');
like($r->{out}, qr/^ok   main: 3 records: their digests, signatures, sheets and index hold$/m,
    '  the store was looked at');
is(all_of($home), $before, '  and nothing was written');
# A file system on which nothing can be locked.
for my $command (['check', '--quick'], ['status']) {
    my $no = leadsheet($home, $command, wrap => ['strace', '-qq', '-o',
        '/dev/null', '-e', 'trace=flock', '-e', 'inject=flock:error=ENOLCK']);
    like($no->{out} =~ s/\n +/ /gr, qr/^(?:FAIL|!) main: can't lock \S+lock \(on a network file system .*No locks available.*answered 503/m,
        "$command->[0] says that nothing can be locked");
}
$r = check($home, ['--quick']);
unlike($r->{out}, qr/records:/, '--quick leaves the store out');
like(check($home, [], env => { LC_ALL => 'C.UTF-8' })->{out},
    qr/^\xe2\x9c\x93 main: it has a secret$/m, 'ticks, where the locale has them');
my @json = map { Leadsheet::json($_) // die $_ } split /\n/,
    check($home, ['--json'])->{out};
is_deeply([grep { $_->{level} eq 'wrong' } @json], [], '--json: objects');
is(scalar(grep { ($_->{endpoint} // '') eq 'main' && $_->{area} eq 'store' }
    @json), 1, '  with endpoint and area');

sub edit {
    my ($path, $code) = @_;
    local $_ = slurp($path);
    my @s = stat $path;
    $code->();
    spew($path, $_);
    chmod $s[2] & 07777, $path;
}

# Another secret, and then that one alone.
sub rotate {
    my ($home, $new) = @_;
    for (["$new\n", '--rotate'], ['', '--retire']) {
        leadsheet($home, ['secret', 'main', $_->[1]], stdin => $_->[0])->{exit}
            == 0 or die "no rotation\n";
    }
    return;
}

# Settings by which something leaves, and the secret of a relay.
my $relay = "[relay crm]\nurl = https://crm.example.org/hook?key=hidden\nfrom = beginning\n";
sub leave {
    my ($home, $settings) = @_;
    spew("$home/leadsheet.conf", $settings);
    spew("$home/relay-crm.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    chmod 0600, "$home/relay-crm.secret";
    return;
}

# A mail has gone, so many hours ago.
sub mailed {
    my ($home, $hours) = @_;
    my $cursor = "$home/main/cursors/digest";
    leadsheet($home, [qw(export --new hub)]);
    rename "$home/main/cursors/hub", $cursor or die "rename: $!\n";
    rename "$home/main/cursors/hub.lock", "$cursor.lock" or die "rename: $!\n";
    utime((time - $hours * 3600) x 2, $cursor) or die "utime: $!\n";
    return;
}

# Each: what is broken, the exit code, the line, the remedy below it.
my $j = "main/journal/$today.jsonl";
my @cases = (
    ['a setting that isn\'t known', 78, sub { spew("$_[0]/leadsheet.conf", "x = 1\n") }, qr/FAIL .*leadsheet\.conf.*\n +until it is put right its default holds/],
    ['a wrong one of an endpoint\'s own', 78, sub { spew("$_[0]/leadsheet.conf", "[endpoint main]\nbom = x\n") }, qr/FAIL main: .*leadsheet\.conf line 2: bom: write yes or no\n +until it is put right deliveries are kept, and their rows wait/],
    ['rows that wait', 78, sub { spew("$_[0]/leadsheet.conf", "bom = x\n"); cgi($_[0], body => delivery('third', 1)) }, qr/note main: sheets\/leads-$today\.csv lacks leads that wait: the next delivery brings them/],
    ['rows of a day that wait for their sheet', 78, sub { system('rm', '-r', glob "$_[0]/main/[!s]* $_[0]/main/sheets"); spew("$_[0]/leadsheet.conf", "bom = x\n"); cgi($_[0], body => delivery('third', 1)) }, qr/note main: the leads of 1 day, from $today to $today, wait for their sheet/],
    ['a wrong line of a profile', 78, sub { spew("$_[0]/leadsheet.conf", "[profile x]\ncolumn = A urn\nrows = 0\n") }, qr/FAIL .*leadsheet\.conf line 3: rows: write a whole number from 1 to 999999999, like 50000\n +until it is put right nothing is exported for that profile/],
    ['a profile that is right', 0, sub { spew("$_[0]/leadsheet.conf", "[profile x]\ncolumn = A urn\nrows = 1\n") }, qr/ok   the settings can be read/],
    ['a section of no endpoint', 0, sub { spew("$_[0]/leadsheet.conf", "[endpoint man]\nbom = no\n") }, qr/note .*leadsheet\.conf line 1: there is no endpoint man/],
    ['an unknown time zone', 78, sub { spew("$_[0]/leadsheet.conf", "timezone = Mars/North\n") }, qr/FAIL .*"Mars\/North" is not known.*\n +until/],
    ['a home that all may write to', 78, sub { chmod 0777, $_[0] }, qr/FAIL others may write to the home .*0777.*\n +run "chmod go-w /],
    ['no endpoint', 78, sub { rename "$_[0]/main", "$_[0]/main.deleted-1"; spew("$_[0]/leadsheet.conf", '') }, qr/FAIL there is no endpoint yet\n +run "$LEADSHEET endpoint add main"/],
    ['an endpoint that others can look into', 78, sub { chmod 0755, "$_[0]/main" }, qr/FAIL main: \S+ has the mode 0755, not 0750\n +run "chmod 750 \S+main"\n/],
    ['a journal that others can read', 78, sub { chmod 0644, "$_[0]/$j" }, qr/FAIL main: .*0644, not 0640\n +run "chmod 640 \S+jsonl"\n/],
    ['a sheet that its owner can\'t write', 78, sub { chmod 0440, "$_[0]/main/sheets/leads-$today.csv" }, qr/FAIL main: .*0440, not 0640/],
    ['a secret that its group can read', 78, sub { chmod 0640, "$_[0]/main/secret" }, qr/FAIL main: .*secret has the mode 0640, not 0600/],
    ['a symlink', 78, sub { symlink 'x', "$_[0]/main/sheets/x" }, qr/FAIL main: .*is not a plain file\n +move it away/],
    ['a hard link', 78, sub { link "$_[0]/$j", "$_[0]/copy" }, qr/FAIL main: .*another name.*\n +put a copy/],
    ['no secret', 78, sub { unlink "$_[0]/main/secret" }, qr/FAIL main: no secret yet\n +run "$LEADSHEET secret main"\n/],
    ['an empty secret', 78, sub { spew("$_[0]/main/secret", "\n") }, qr/FAIL main: no secret in \S+ yet\n +run "$LEADSHEET secret main"\n/],
    ['a body that was changed', 65, sub { edit("$_[0]/$j", sub { s/Private first/Private FIRST/ }) }, qr/FAIL main: journal\/$today\.jsonl has 1 line that does not count .* byte \d+\n +.*backup/],
    ['a line that is none', 65, sub { edit("$_[0]/$j", sub { s/\{"received":"/{"RECEIVED":"/ }) }, qr/FAIL main: journal\/$today\.jsonl has 1 line/],
    ['a journal that was cut', 65, sub { edit("$_[0]/$j", sub { s/[^\n]*\n\z// }) }, qr/FAIL main: journal\/$today\.jsonl has \d+ bytes, and had \d+\n +.*backup/],
    ['a journal that is gone', 65, sub { unlink "$_[0]/$j" }, qr/FAIL main: journal\/$today\.jsonl, which was written last, is gone/],
    ['rows that a power cut took', 65, sub { edit("$_[0]/main/sheets/leads-$today.csv", sub { s/[^\n]*\n\z// }) }, qr/FAIL main: sheets\/leads-$today\.csv lacks leads.*\n +run "$LEADSHEET rebuild $today --endpoint main"/],
    ['leads that no sheet is named for', 65, sub { edit("$_[0]/$j", sub { s/^.*"kind":"sheet".*\n//mg; $_ .= ' ' x 2000 . "\n" }) }, qr/FAIL main: of 1 day, .* no sheet of all leads has been begun: .*\n +run "$LEADSHEET rebuild --endpoint main"/],
    ['an index that lacks keys', 65, sub { index_edit($_[0], sub { substr($_, 512) =~ tr/\0-\xff/\0/ }) }, qr/FAIL main: the index doesn't know 2 records .*\n +delete the file index/],
    ['one that leads elsewhere', 65, sub { index_edit($_[0], sub { substr($_, 512) =~ s/\G(.{15})(.)/my ($p, $q) = ($1, $2); $p . ($p =~ m{[^\0]} ? chr(1 ^ ord $q) : $q)/gse }) }, qr/FAIL main: the index doesn't know 2 records .*\n +delete the file index/],
    ['an index that is none', 65, sub { edit("$_[0]/main/index", sub { $_ = 'no index ' x 99 }) }, qr/FAIL main: the index can't be used: .*\n +delete the file index/],
    # What a person should know, and is no cross
    ['a short secret', 0, sub { spew("$_[0]/main/secret", "short\n" . secret() . "\n") }, qr/note main: its secret is short/],
    ['several secrets', 0, sub { spew("$_[0]/main/secret", secret() . "\nold-and-long-enough\n") }, qr/note main: it accepts 2 secrets.*--retire/],
    ['a secret that was changed', 0, sub { spew("$_[0]/main/secret", "another-secret-of-that-webhook\n") }, qr/note main: 3 of 3 records, from $today to $today, are signed with none/],
    ['a secret that was rotated by the book', 0, sub { rotate($_[0], 'a-new-secret-of-that-webhook'); }, qr/ok   main: 3 of 3 records, from $today to $today, came before an older secret was retired/],
    ['a rotation, and one by hand', 0, sub { rotate($_[0], 'a-new-secret-of-that-webhook'); cgi($_[0], body => delivery('third', 1), env => { HTTP_X_WEBHOOK_SIGNATURE => sign(delivery('third', 1), 'a-new-secret-of-that-webhook') }); spew("$_[0]/main/secret", "one-that-was-written-by-hand\n") }, qr/note main: 1 of 4 records, from $today to $today, are signed with none/],
    ['a secret in quotes', 0, sub { spew("$_[0]/main/secret", qq("@{[secret()]}"\n)) }, qr/note main: its secret may be copied wrong: there is a quote at one of its ends/],
    ['switched off', 0, sub { spew("$_[0]/main/disabled", ''); chmod 0640, "$_[0]/main/disabled" }, qr/note main: it is switched off.*enable main/],
    ['an edited sheet', 0, sub { edit("$_[0]/main/sheets/leads-$today.csv", sub { s/Private/Mister/ }) }, qr/note main: sheets\/leads-$today\.csv was edited by someone/],
    ['an edited sheet of tests', 0, sub { edit("$_[0]/main/sheets/test-$today.csv", sub { s/Private/Mister/ }) }, qr/note main: sheets\/test-$today\.csv was edited by someone/],
    ['the part before a second one', 0, sub { edit("$_[0]/main/sheets/leads-$today.csv", sub { s/Private/Mister/ }); cgi($_[0], body => delivery('third', 1)) }, qr/note main: sheets\/leads-$today\.csv was edited by someone/],
    ['a second part that is edited', 0, sub { edit("$_[0]/main/sheets/leads-$today.csv", sub { s/Private/Mister/ }); cgi($_[0], body => delivery('third', 1)); edit("$_[0]/main/sheets/leads-$today-2.csv", sub { s/Private/Mister/ }) }, qr/note main: sheets\/leads-$today-2\.csv was edited by someone/],
    ['a sheet that was taken away', 0, sub { unlink "$_[0]/main/sheets/leads-$today.csv" }, qr/note main: sheets\/leads-$today\.csv was taken away/],
    ['other settings since', 0, sub { spew("$_[0]/leadsheet.conf", "bom = no\n") }, qr/ok   main: 3 records: their digests, signatures, sheets and index hold/],
    ['a failed sync', 0, sub { spew("$_[0]/main/journal/$today-2.jsonl", segment_line(1, -s "$_[0]/$j")); chmod 0640, "$_[0]/main/journal/$today-2.jsonl" }, qr/note main: writing journal\/$today\.jsonl to the disk failed once/],
    ['and a delivery behind it', 0, sub { spew("$_[0]/main/journal/$today-2.jsonl", segment_line(1, -s "$_[0]/$j")); chmod 0640, "$_[0]/main/journal/$today-2.jsonl"; unlink "$_[0]/main/lock"; cgi($_[0], body => delivery('third', 2)) }, qr/ok   main: 4 records/],
    ['half a line', 0, sub { edit("$_[0]/$j", sub { $_ .= '{"received":' }) }, qr/note main: .* ends in half a line/],
    ['a torn tail', 0, sub { spew("$_[0]/main/journal/$today.torn-1", 'x'); chmod 0640, "$_[0]/main/journal/$today.torn-1" }, qr/note main: .*torn-1/],
    ['a command that was cut off', 0, sub { spew("$_[0]/main/pending", "task rebuild\n"); chmod 0600, "$_[0]/main/pending" }, qr/note main: rebuild was cut off; "$LEADSHEET forget --resume" finishes it/],
    ['a list of work that is none', 78, sub { spew("$_[0]/main/pending", 'x'); chmod 0600, "$_[0]/main/pending" }, qr/FAIL main: \S+pending is not as leadsheet writes it; move it away/],
    ['no index', 0, sub { unlink "$_[0]/main/index" }, qr/note main: there is no index/],
    ['an index that is behind', 0, sub { edit("$_[0]/$j", sub { /^(.*"kind":"leads".*\n)/m; $_ .= $1 =~ s{"leads"}{"other"}r }) }, qr/note main: the index is behind the journal by 1 record/],
    ['another file in the journal\'s place', 0, sub { copy("$_[0]/$j", "$_[0]/new"); chmod 0640, "$_[0]/new"; rename "$_[0]/new", "$_[0]/$j" }, qr/note main: journal\/$today\.jsonl is another file than was written last/],
    ['a segment\'s name that we would not make', 0, sub { copy("$_[0]/$j", "$_[0]/main/journal/$today-02.jsonl"); chmod 0640, "$_[0]/main/journal/$today-02.jsonl" }, qr/note main: \S+-02\.jsonl is none of leadsheet's names; it is left alone, and not read/],
    ['a sheet\'s', 0, sub { copy("$_[0]/$j", "$_[0]/main/sheets/leads-$today-1.csv"); chmod 0640, "$_[0]/main/sheets/leads-$today-1.csv" }, qr/note main: \S+-1\.csv is none of leadsheet's names/],
    ['an index of an older build', 0, sub { spew("$_[0]/main/index.sqlite", ''); chmod 0640, "$_[0]/main/index.sqlite" }, qr/note main: \S+index\.sqlite is of an older build .* delete it, and then run "$LEADSHEET rebuild"/],
    ['a lock that others can read', 78, sub { chmod 0640, "$_[0]/main/lock" }, qr/FAIL main: \S+lock has the mode 0640, not 0600/],
    ['somebody\'s file', 0, sub { spew("$_[0]/main/notes.txt", 'x'); chmod 0640, "$_[0]/main/notes.txt" }, qr/note main: \S+notes\.txt is none of leadsheet's names/],
    ['a directory with a wrong name', 0, sub { mkdir "$_[0]/Main" }, qr/note the directory \S+Main is no endpoint/],
    ['a directory that is none of ours', 0, sub { mkdir "$_[0]/photos"; spew("$_[0]/photos/x", '') }, qr/note the directory \S+photos is no endpoint: it has neither .* answered 404$/m],
    ['a relay', 0, sub { leave($_[0], $relay) }, qr/ok   relay crm passes on to https:\/\/crm\.example\.org$/m],
    ['a relay with a wrong line', 78, sub { leave($_[0], "$relay\nbatch = 0\n") }, qr/FAIL \S+leadsheet\.conf line \d: \w+: .*\n +until it is put right that relay passes nothing on/],
    ['a relay without a URL', 78, sub { leave($_[0], "[relay crm]\nfrom = beginning\n") }, qr/FAIL \S+leadsheet\.conf: \[relay crm\] doesn't say where to\n +add a line url = /],
    ['a relay without a secret', 78, sub { leave($_[0], $relay); unlink "$_[0]/relay-crm.secret" }, qr/FAIL relay crm: no secret to sign with yet\n +run "$LEADSHEET relay crm --make-secret"/],
    ['a relay\'s secret that others can read', 78, sub { leave($_[0], $relay); chmod 0644, "$_[0]/relay-crm.secret" }, qr/FAIL .*others can read the secret\n +run "chmod 600 \S+relay-crm\.secret"/],
    ['a relay without its template', 78, sub { leave($_[0], "$relay\ntemplate = t.json\n") }, qr/FAIL .*t\.json/],
    ['a template that makes no JSON', 78, sub { leave($_[0], "$relay\ntemplate = t.json\n"); spew("$_[0]/t.json", "{\n}}") }, qr/FAIL \S+t\.json line 2: /],
    ['a relay of no endpoint', 78, sub { leave($_[0], "$relay\nendpoint = main,other\n") }, qr/FAIL relay crm names the endpoint other, and there is none\n +name one that exists/],
    ['a relay that has given up', 78, sub { leave($_[0], $relay); attempts($_[0], 'crm', 'state=given-up', 'failed=21', 'why=https://crm.example.org answered 500') }, qr/FAIL main: relay crm has given up: https:\/\/crm\.example\.org answered 500\n +nothing is lost; when that is put right run "$LEADSHEET relay crm --resume"/],
    ['a relay that fails', 0, sub { leave($_[0], $relay); attempts($_[0], 'crm', 'since=2026-11-23T08:00:00.000000Z', 'next=2099-11-23T08:00:00.000000Z', 'failed=5', 'why=x') }, qr/note main: relay crm has failed since 2026-11-23 08:00, 5 tries: x; /],
    ['a relay that nobody runs', 78, sub { leave($_[0], $relay); backdate($_[0]) }, qr/FAIL main: relay crm has not passed on what came at 2026-11-23 12:00\n +see that its service or its cron job runs/],
    ['in the zone of the settings', 78, sub { leave($_[0], $relay); backdate($_[0]); spew("$_[0]/leadsheet.conf", "timezone = Asia/Tokyo\n" . slurp("$_[0]/leadsheet.conf")) }, qr/FAIL main: relay crm has not passed on what came at 2026-11-23 21:00\n/],
    ['a relay from tomorrow on', 0, sub { leave($_[0], $relay =~ s/beginning/2099-01-01/r); backdate($_[0]) }, qr/ok   relay crm passes on/],
    ['two relays', 78, sub { leave($_[0], "$relay\n[relay chat]\nfrom = beginning\n") }, qr/ok   relay crm passes on .*\nFAIL \S+leadsheet\.conf: \[relay chat\]/],
    ['a digest', 0, sub { leave($_[0], "[digest]\nto = a\@example.org\nsendmail = /bin/true\n"); mailed($_[0], 49) }, qr/ok   the last mail of what came went at 20\d\d-/],
    ['a digest that nobody sends', 78, sub { leave($_[0], "[digest]\nto = a\@example.org\nsendmail = /bin/true\n"); mailed($_[0], 51) }, qr/FAIL the last mail of what came went at 20\d\d-.*\n +see that its timer or its cron job runs/],
    ['a digest that never went', 0, sub { leave($_[0], "[digest]\nto = a\@example.org\nsendmail = /bin/true\n") }, qr/note no mail has gone yet of what came/],
    ['a digest for nobody', 0, sub { leave($_[0], "[digest]\nsendmail = /bin/true\n") }, qr/note \S+leadsheet\.conf: \[digest\] doesn't say to whom the mail goes; add a line to = /],
    ['a digest without a mail program', 78, sub { leave($_[0], "[digest]\nto = a\@example.org\nsendmail = /nowhere/sendmail\n") }, qr/FAIL this machine has no mail program at \/nowhere\/sendmail\n +install one, or write below/],
    ['a digest with a wrong line', 78, sub { leave($_[0], "[digest]\nto = a\@example.org\nnames = x\n") }, qr/FAIL \S+leadsheet\.conf line 3: names: .*\n +until it is put right no mail goes/],
    ['a strange file among the cursors', 0, sub { mkdir "$_[0]/main/cursors", 0750; spew("$_[0]/main/cursors/Hub", 'x'); chmod 0640, "$_[0]/main/cursors/Hub" }, qr/note main: \S+cursors\/Hub is none of leadsheet's names/],
    ['a cursor that is damaged', 78, sub { mkdir "$_[0]/main/cursors", 0750; spew("$_[0]/main/cursors/hub", 'x'); chmod 0640, "$_[0]/main/cursors/hub" }, qr/FAIL main: \S+cursors\/hub is damaged/],
    ['what is known of a relay, damaged', 0, sub { leave($_[0], $relay); spew(attempts($_[0], 'crm', 'failed=1'), 'x') }, qr/note main: \S+cursors\/relay-crm\.attempts is damaged; .* relay tries at once/],
    ['more endpoints than webhooks', 78, sub { make_path("$_[0]/e$_/journal") for 1 .. 5 }, qr/note there are 6 endpoints; LikesToLeads allows 5/],
);

# What came first came on another day.
sub backdate {
    my ($home) = @_;
    cgi($home, body => delivery('before', 1), wrap => ['faketime',
        '2026-11-23 12:00:00'], env => { NO_FAKE_STAT => 1 })->{status} == 200
        or die "not kept\n";
    return;
}

# Change the index, and have the control record look as if it came later.
sub index_edit {
    my ($home, $code) = @_;
    edit("$home/main/index", $code);
    utime undef, undef, "$home/main/lock";
}

for (@cases) {
    my ($name, $exit, $break, $says) = @$_;
    my $at = good_home();
    umask 027;
    $break->($at);
    umask 022;
    my $was = all_of($at);
    my $got = check($at);
    is($got->{exit}, $exit, "$name: exit $exit") or diag $got->{out};
    like($got->{out}, $says, '  and told so');
    my $crosses = () = $got->{out} =~ /^FAIL/mg;
    $exit == 0 ? is($crosses, 0, '  without a cross')
        : cmp_ok($crosses, '>', 0, '  with a cross');
    is(all_of($at), $was, '  nothing was written');
}

# Where it lies
for my $place ('x/public_html', 'x/www/y', 'htdocs') {
    my $dir = tempdir(CLEANUP => 1);
    make_path("$dir/$place/home/main/journal");
    my $got = check("$dir/$place/home");
    is($got->{exit}, 78, "a home in $place: exit 78");
    like($got->{out}, qr/FAIL everyone could read the leads: .*\n +move the home/,
        '  and told so');
}
{
    my $dir = tempdir(CLEANUP => 1);
    make_path("$dir/www-old/my_htdocs/main/journal");
    chmod 0755, "$dir/www-old/my_htdocs";
    unlike(check("$dir/www-old/my_htdocs")->{out}, qr/everyone could read/,
        'a name that only looks like one is none');
}
# /var/www holds the sites of some hosts, and is itself the root of others.
SKIP: {
    my @apart = ('unshare', '-m', 'sh', data('apart'), '-e', '/var/www');
    skip 'a /var/www of its own takes root', 5
        if $> != 0 || system("@apart true 2>/dev/null") != 0;
    my $none = tempdir(CLEANUP => 1);
    my $conf = tempdir(CLEANUP => 1);
    spew("$conf/site", "root /var/www/site;\n");
    for (['/var/www/leadsheet', '', $none, 1],
        ['/var/www/hosts/you/leadsheet/home', '/var/www/hosts/you/httpdocs', $none, 0],
        ['/var/www/hosts/you/httpdocs/home', '', $none, 1],
        ['/var/www/leadsheet', '/var/www/site', $conf, 0],
        ['/var/www/site/leadsheet', '', $conf, 1]) {
        my ($place, $beside, $servers, $found) = @$_;
        my $said = leadsheet(undef, ['-c', "mkdir -p $place/main/journal $beside; "
            . "'@{[builddir()]}/cli/leadsheet' --home $place check --quick "
            . "--server-conf $servers"], program => '/bin/sh', wrap => \@apart);
        is($said->{out} =~ /everyone could read/ ? 1 : 0, $found,
            "$place" . ($beside eq '' ? '' : " beside $beside")
            . ($servers eq $conf ? ', by the configuration' : ''))
            or diag("$said->{out}$said->{err}");
    }
}
my $sites = tempdir(CLEANUP => 1);
mkdir "$sites/$_" for qw(sites-enabled sites-available);
for (['nginx', "server {\n\troot %s;\n}\n"], ['Apache', "  DocumentRoot \"%s\"\n"]) {
    my ($server, $form) = @$_;
    my $real = Cwd::realpath($home);
    (my $above = $real) =~ s{/[^/]+\z}{};
    my $file = spew("$sites/sites-available/site", sprintf $form, $above);
    my $got = leadsheet($home, ['check', '--quick', '--server-conf', $sites]);
    is($got->{exit}, 0, "$server: a site that isn't enabled is none");
    symlink $file, "$sites/sites-enabled/site";
    $got = leadsheet($home, ['check', '--quick', '--server-conf', $sites]);
    is($got->{exit}, 78, "$server: a home below its root: exit 78");
    like($got->{out}, qr/FAIL .*document root \Q$above\E \(of \S+site\)/, '  and told where');
    # Another directory, whose name ours begins with.
    (my $beside = $real) =~ s/.\z//;
    mkdir $beside;
    spew($file, sprintf $form, $beside);
    is(leadsheet($home, ['check', '--quick', '--server-conf', $sites])->{exit},
        0, '  beside it: all is well');
    rmdir $beside;
    unlink "$sites/sites-enabled/site";
}

# The clock
for (['a day back', '-1d', qr/newest delivery came at .* still to be/],
    ['years back', '-9000d', qr/newest delivery came|before this program/]) {
    my ($name, $offset, $says) = @$_;
    my $got = check($home, ['--quick'], wrap => ['faketime', '-f', $offset],
        env => { NO_FAKE_STAT => 1 });
    is($got->{exit}, 78, "the clock is $name: exit 78");
    like($got->{out}, qr/FAIL main: .*$says.*\n +set the clock/, '  and told so');
}
my $empty = home();
chmod 0750, "$empty/main";
like(check($empty, ['--quick'], wrap => ['faketime', '-f', '-9000d'],
    env => { NO_FAKE_STAT => 1 })->{out},
    qr/FAIL main: the clock says a time before this program was installed/,
    'without a delivery the program itself tells');

# No room
SKIP: {
    my $full = tempdir(CLEANUP => 1);
    skip 'no tmpfs can be mounted here', 2
        if mounted($full, 'mount -t tmpfs -o size=2m,nr_inodes=4096 none');
    system('cp', '-Rp', "$home/.", $full);
    chmod 0755, $full;
    my $got = check($full, ['--quick']);
    spew("$full/main/sheets/ballast", 'x');
    system("head -c 3000000 /dev/zero >'$full/main/sheets/ballast' 2>/dev/null");
    chmod 0640, "$full/main/sheets/ballast";
    my $then = check($full, ['--quick']);
    unmount();
    is($got->{exit}, 0, 'a small disk with room') or diag $got->{out};
    like($then->{out}, qr/FAIL main: the disk of .* is nearly full.*\n +make room/,
        'a full disk is told');
}

# Who may only read
SKIP: {
    skip 'only root can become another user', 6 if $> != 0;
    my $at = good_home();
    system("chgrp -R 65534 '$at/main'") == 0 or die "chgrp failed\n";
    copy(builddir() . '/cli/leadsheet', "$at/program");
    chmod 0755, "$at/program";
    my %as = (program => "$at/program", wrap => ['setpriv', '--reuid=65534',
        '--regid=65534', '--clear-groups']);
    my $was = all_of($at);
    my $got = check($at, [], %as, env => { TMPDIR => '/nonexistent' });
    is($got->{exit}, 0, 'a member of the group can check') or diag $got->{out};
    like($got->{out}, qr/note main: its secret is not looked at/, '  all but the secret');
    like($got->{out}, qr/ok   main: 3 records: their digests \(not their signatures/, '  and the signatures');
    is(all_of($at), $was, '  and writes nothing');
    chown 65534, -1, "$at/$j";
    $got = check($at);
    is($got->{exit}, 78, 'another owner\'s journal: exit 78');
    like($got->{out}, qr/FAIL main: .* belongs to another user\n +run "chown \w+ \S+jsonl"/, '  and told so');
}

# Through the web server
my $served = good_home();
chmod 0750, "$served/main";
start_workers($served, 2);
my %port = start_nginx($served);
my $url = "https://localhost:$port{tls}/leads/main";
$r = check($served, ['--url', $url, '--insecure']);
is($r->{exit}, 0, 'end to end: exit 0') or diag $r->{out} . $r->{err};
like($r->{out}, qr/ok   main: $_/, "  $_") for 'a test delivery arrived, and is in this home',
    "https://localhost:$port{tls}/leads/health says 200",
    'plain HTTP is not taken', 'bodies of up to 16,777,216 bytes come through';
is(scalar(() = slurp(journal($served)->[0]) =~ /"kind":"test"/g), 2,
    '  by one test delivery, and no more');

# A delivery that is just being written is no cross.
my $busy = fork // die "fork: $!\n";
if ($busy == 0) {
    @ENV{qw(LEADSHEET_HOME no_proxy)} = ($served, '*');
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
    exec builddir() . '/cli/leadsheet', 'send', spew("$served/kept",
        delivery('busy', 3)), '--url', $url, '--insecure', '--repeat', 3000,
        '--jobs', 2 or POSIX::_exit(127);
}
my @busy = map { check($served) } 1 .. 20;
kill 'TERM', $busy;
waitpid $busy, 0;
unlink "$served/kept";
is_deeply([grep { $_->{exit} != 0 } @busy], [],
    'while deliveries come, checks see no cross');
my $elsewhere = good_home();
my @as_url = ('--url', $url, '--insecure', '--quick');
for (
    ['another home', $elsewhere, \@as_url, qr/FAIL main: a test delivery was taken, but into another home.*\n +compare LEADSHEET_HOME/],
    ['a certificate that is self-made', $served, ['--url', $url, '--quick'], qr/FAIL main: .*certificate can't be trusted.*--insecure/],
    ['nobody there', $served, ['--url', 'http://127.0.0.1:' . free_port(), '--quick'], qr/FAIL main: .*connection refused.*\n +the sender would not/],
    ['a wrong path', $served, ['--url', "https://localhost:$port{tls}/leads/other", '--insecure', '--quick'], qr/FAIL main: a test delivery was answered 404.*\n +the URL ends in/],
    ['plain HTTP', $served, ['--url', "http://localhost:$port{http}/leads/main", '--quick'], qr/FAIL main: a test delivery was answered 403 .*https_required.*\n +use the https/],
) {
    my ($name, $at, $args, $says) = @$_;
    my $got = check($at, $args);
    is($got->{exit}, 78, "$name: exit 78") or diag $got->{out};
    like($got->{out}, $says, '  and told so');
}
edit("$elsewhere/main/secret", sub { $_ = "not-the-receivers-secret\n" });
like(check($elsewhere, \@as_url)->{out},
    qr/FAIL main: a test delivery was answered 401 .*\n +the receiver has another secret/,
    'another secret is told');
spew("$served/leadsheet.conf", "require_https = no\n");
like(check($served, ['--url', "http://localhost:$port{http}/leads/main",
    '--quick'])->{out}, qr/FAIL main: plain HTTP is taken at http:.*\n +set require_https/,
    'plain HTTP that is taken is told');
spew("$served/leadsheet.conf", "max_body = 1M\n");
like(check($served, \@as_url)->{out}, qr/ok   main: bodies of up to 1,048,576 bytes/,
    'max_body is the most that is tried');
spew("$served/leadsheet.conf", "max_body = 32M\n");
like(check($served, \@as_url)->{out}, qr/FAIL main: a body of 33,554,432 bytes does not come through \(413.*\n +raise client_max_body_size/,
    'a limit of nginx below max_body is told');
unlink "$served/leadsheet.conf";
rename "$served/main/secret", "$served/kept";
make_path("$served/broken/journal");
rename "$served/kept", "$served/main/secret";
like(check($served, ['main', @as_url])->{out}, qr/FAIL main: \S+health says .*broken/,
    'an unhealthy receiver is told');
File::Path::remove_tree("$served/broken");

# A server of ours, for the limits of others
my @servers;
sub limited {
    my ($limit, $answer) = @_;
    my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => '127.0.0.1');
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        $SIG{TERM} = 'DEFAULT';
        while (my $c = $s->accept) {
            my ($text, $n) = ('', 0);
            while (sysread $c, $text, 1 << 20, length $text) {
                $n = $1 if $text =~ /^Content-Length: (\d+)/mi;
                last if $text =~ /\r\n\r\n/ && length($text) - $+[0] >= $n;
            }
            my $body = $text =~ /"test": true/ ? '{"status":"test"}'
                : '{"error":"bad_signature"}';
            print $c $n > $limit ? $answer : 'HTTP/1.1 '
                . ($body =~ /error/ ? 401 : 200) . " X\r\nConnection: close\r\n\r\n$body";
            close $c;
        }
        POSIX::_exit(0);
    }
    push @servers, $pid;
    return 'http://127.0.0.1:' . $s->sockport . '/leads/main';
}
END {
    my $status = $?;
    kill 'TERM', @servers if @servers;
    waitpid $_, 0 for @servers;
    $? = $status;
}
for (['FcgidMaxRequestLen', 131072, "500 X\r\nServer: Apache/2.4.57 (Debian)"],
    ['FcgidMaxRequestLen', 131072, "500 X\r\nServer: Apache"],
    ['LimitRequestBody', 1 << 20, "413 X\r\nServer: Apache"],
    ['server.max-request-size', 1 << 20, "413 X\r\nServer: lighttpd/1.4.69"],
    ['LimitRequestBody', 1 << 20, "401 X\r\nServer: Apache",
        '{"error":"bad_signature","message":"","bytes":0}'],
    ['client_max_body_size', 1 << 20, "413 X\r\nServer: nginx/1.22.1"]) {
    my ($setting, $limit, $answer, $content) = @$_;
    my $to = limited($limit, "HTTP/1.1 $answer\r\nConnection: close\r\n\r\n"
        . ($content // '<html>'));
    my $got = check($served, ['--url', $to, '--quick']);
    like($got->{out}, qr/FAIL main: a body of @{[$limit == 131072 ? '131,073' : '1,048,577']} bytes does not come through.*\n +raise $setting/,
        substr($answer, 0, 3) . ": $setting is named");
}

# What is wrong with the command line, and no home
for (
    ['an unknown endpoint', 64, ['other'], qr/no endpoint other; there is: main/],
    ['--url with two', 64, ['main', 'main', '--url', $url], qr/one endpoint/],
    ['no URL', 64, ['--url', 'x', '--quick'], qr/begins with https/],
    ['an unknown option', 64, ['--quik'], qr/did you mean --quick/],
    ['no such home', 78, ['--home', '/nonexistent'], qr/not there/],
    ['a directory that is no home', 78, ['--home', $sites],
        qr/^FAIL \S+ is not a home of leadsheet: .*\n +run "$LEADSHEET init", or name/],
    ['a file', 78, ['--home', "$home/main/secret"],
        qr/^FAIL the home \S+secret is not there\n/],
) {
    my ($name, $exit, $args, $says) = @$_;
    my $got = check($home, $args);
    is($got->{exit}, $exit, "$name: exit $exit");
    like($got->{err} . $got->{out}, $says, '  and the remedy');
}
$r = leadsheet($home, ['check', '--help']);
like($r->{out}, qr/usage: leadsheet check .*78.*65.*--quick.*example: leadsheet/s,
    '--help tells the exit codes, and has an example');

# While a delivery is under way: it is in the journal, and not yet in the sheet
# and the index; the check waits until it is.
my $slow = good_home();
my $writer = fork // die "fork: $!\n";
if ($writer == 0) {
    cgi($slow, body => delivery('slow', 1), wrap => [halt_after(
        "$slow/.write", 'fdatasync', path => "$slow/$j")]);
    POSIX::_exit(0);
}
my $writes = halted("$slow/.write");
my $checker = fork // die "fork: $!\n";
if ($checker == 0) {
    spew("$slow/.said", check($slow)->{out});
    POSIX::_exit(0);
}
Time::HiRes::sleep(1);
kill 'CONT', $writes;
ended($writer);
ended($checker);
$r = { out => slurp("$slow/.said") };
unlike($r->{out}, qr/FAIL|index is behind/, 'what is being written is waited for');
like($r->{out}, qr/ok   main: 4 records/, '  and looked at');

# How it stood when it was last left
$r = check($home, ['--control']);
is($r->{exit}, 0, '--control: exit 0');
my $size = -s "$home/$j";
like($r->{out}, qr/^main: segment: $today, number 1, $size bytes/m,
    '  the segment that is written');
like($r->{out}, qr/^main: sheet of leads: leads-$today\.csv, whole/m,
    '  and the sheets');
unlike($r->{out}, qr/^(?!main: )/m, '  and nothing else');
is_deeply([grep { $_->{text} =~ /^segment: / } map { Leadsheet::json($_) }
    split /\n/, check($home, ['--control', '--json'])->{out}], [{ level => 'ok',
    area => 'installation', endpoint => 'main', text =>
    $r->{out} =~ /^main: (segment: .*)/m }], '  --json has it, too');
SKIP: {
    skip 'only root can become another user', 2 if $> != 0;
    my $at = good_home();
    system("chgrp -R 65534 '$at/main'") == 0 or die "chgrp failed\n";
    copy(builddir() . '/cli/leadsheet', "$at/program");
    chmod 0755, $at, "$at/program";
    my $got = check($at, ['--control'], program => "$at/program",
        wrap => ['setpriv', '--reuid=65534', '--regid=65534',
            '--clear-groups']);
    is($got->{exit}, 77, '  who may not read it: exit 77');
    like($got->{err}, qr/only the user whom the file "lock" belongs to/,
        '  and told so');
}

done_testing();

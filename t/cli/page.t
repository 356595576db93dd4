#!/usr/bin/perl
# leadsheet page: who may look at the page, which spreadsheets read it, and what
# forget, prune and delete leave of it.
use strict;
use warnings;
use File::Path qw(make_path);
use JSON::PP ();
use Leadsheet;
use Test::More;

my $today = today();
my $home = home();
my $json = JSON::PP->new->utf8;

sub page { my (@arguments) = @_;
    return leadsheet($home, ['page', @arguments]) }
sub fails { my ($name, $exit, $says, @arguments) = @_;
    my $r = page(@arguments);
    is($r->{exit}, $exit, "$name: exit $exit");
    like($r->{err}, $says, '  says so');
    is($r->{out}, '', '  and prints nothing');
    return }
sub readers { return slurp("$home/page/readers") }
sub mode { return sprintf '%04o', (stat $_[0])[2] & 07777 }
sub users { my $r = page('user', 'list', '--json');
    return map { $json->decode($_) } split /\n/, $r->{out} }
sub feeds { my $r = page('feed', 'list', '--json');
    return map { $json->decode($_) } split /\n/, $r->{out} }

fails('a list of nobody', 78, qr/nobody may look .* page user add NAME"/,
    qw(user list));
ok(!-e "$home/page", '  makes nothing');
is(page(qw(feed list))->{out}, "there is no feed\n", 'a list of no feed');

my $r = page(qw(user add anna));
is($r->{exit}, 0, 'a user is added');
my ($password) = $r->{out} =~ /^    ((?:[a-z2-9]{5}-){3}[a-z2-9]{5})$/m;
ok(defined $password, '  with a password that is shown');
like($r->{out}, qr/shown this once/, '  and said to be shown this once');
unlike(readers(), qr/\Q$password\E/, '  which stands nowhere');
like(readers(), qr/^anna \$y\$\S+$/m, '  but as its hash');
is(mode("$home/page/readers"), '0600', '  for nobody else to read');
is(mode("$home/page"), '0750', '  in a directory of its own');
is(mode("$home/page/cache"), '0770', '  whose cache its group can empty');

leadsheet($home, [qw(endpoint add events)]);
$r = page(qw(user add ben --json --endpoint), 'main,events');
my $made = $json->decode($r->{out});
is($made->{name}, 'ben', 'as JSON');
like($made->{password}, qr/^[a-z2-9-]{23}$/, '  with the password');
my $typed = leadsheet($home, [qw(page user add carl --password-stdin)],
    stdin => "correct horse battery\r\n");
is($typed->{exit}, 0, "one's own password is read");
unlike($typed->{out}, qr/correct horse/, '  and not shown');
is_deeply([users()], [
    { name => 'anna', login => 'own', endpoints => 'all' },
    { name => 'ben', login => 'own', endpoints => ['main', 'events'] },
    { name => 'carl', login => 'own', endpoints => 'all' }], 'all are listed');
like(page(qw(user list))->{out}, qr/^ben +main, events$/m, '  in words too');

my $before = readers();
fails('a user twice', 64, qr/already; .*page user password anna"/,
    qw(user add anna));
fails('a name that is none', 64, qr/no name for a user/, 'user', 'add', 'a b');
fails('no name', 64, qr/say who/, qw(user add));
fails('an endpoint that is not there', 64, qr/no endpoint nope; there is/,
    qw(user add dora --endpoint nope));
fails('a verb that is none', 64, qr/none of add, list, password, remove/,
    qw(user delete anna));
fails('a noun that is none', 64, qr/neither user nor feed/, qw(users list));
fails('a list of one', 64, qr/list takes no name/, qw(user list anna));
for my $bad (['short', qr/10 characters/], ['aaaaaaaaaaaaaa', qr/easy to guess/],
    ['x' x 501 . 'abcde', qr/too long/], ['', qr/no password/]) {
    $r = leadsheet($home, [qw(page user add dora --password-stdin)],
        stdin => $bad->[0]);
    is($r->{exit}, 65, 'a password that is not taken: exit 65');
    like($r->{err}, $bad->[1], '  says why');
}
is(readers(), $before, '  and nothing has changed');

my ($old) = $before =~ /^ben (\S+)/m;
$r = page(qw(user password ben --json));
isnt($json->decode($r->{out})->{password}, $made->{password}, 'a new password');
like(readers(), qr/^ben (?!\Q$old\E)\$y\$\S+ main events$/m,
    '  in the place of the old one, and the endpoints stay');
fails('a password of nobody', 64, qr/no user dora; .*page user list"/,
    qw(user password dora));

# A file that a person has written.
spew("$home/page/readers", "\xef\xbb\xbf# sales\r\nanna\tmy-own-password \r\n"
    . "bad\r\nben -\tmain\r\n");
is(page(qw(user list))->{exit}, 0, 'a file that was written by hand is read');
like(page(qw(user list))->{err}, qr/readers line 3: there is no password/,
    '  and what is wrong in it told');
page(qw(user remove anna));
is(readers(), "\xef\xbb\xbf# sales\r\nbad\r\nben -\tmain\r\n",
    '  only the line of who is removed goes');
fails('who is removed already', 64, qr/no user anna/, qw(user remove anna));

# Where the web server asks for the password.
spew("$home/leadsheet.conf", "[page]\nlogin = server\n");
$r = page(qw(user add web@example.com --endpoint main));
like($r->{out}, qr/web server asks/, 'with login = server none is made');
like(readers(), qr/^web\@example\.com - main\r?$/m, '  and none kept');
spew("$home/leadsheet.conf", '');

# Feeds.
$r = page(qw(feed add --name), 'Hot leads', '--columns', 'full_name,urn',
    '--rows', 100);
my ($token) = $r->{out} =~ m{\A/feed/([0-9a-f]{32})\.csv$}m;
ok(defined $token, 'a feed is made, and its path told');
is(index(join('', map { slurp($_) } glob "$home/page/feeds/*"), $token), -1,
    '  its token stands nowhere');
$r = page(qw(feed add --user ben --json --query),
    'https://x.example/leadsheet/leads?q=a+b&company=B%26Q&from=yesterday'
    . '&before=00ff#top');
my $second = $json->decode($r->{out});
like($second->{path}, qr{^/feed/[0-9a-f]{32}\.csv$}, 'as JSON');
my @feeds = feeds();
is($feeds[0]{query}, 'q=a%20b&company=B%26Q&from=yesterday',
    'of an address its filters are kept');
is($feeds[0]{user}, 'ben', '  and for whom it is');
is($feeds[1]{name}, 'Hot leads', 'the other has a name');
is($feeds[1]{columns}, 'full_name,urn', '  its columns');
is($feeds[1]{rows}, 100, '  its rows');
is($feeds[1]{read}, undef, '  and was never read');
like(page(qw(feed list))->{out}, qr/Hot leads\n  made \Q$today\E .*never read/,
    '  in words too');
my @bad = (['a filter that is none', qr/no filter "signl"/, '--query', 'signl=x'],
    ['an address without filters', qr/has no filter/, '--query', 'https://x/leads'],
    ['a day that is none', qr/is no day/, '--query', 'from=2026-13-45'],
    ['an endpoint that is not there', qr/no endpoint nope/, '--query',
        'endpoint=nope'],
    ['a column that is none', qr/no column "foo"/, '--columns', 'urn,foo'],
    ['no rows', qr/from 1 to 50000/, '--rows', 0],
    ['too many rows', qr/from 1 to 50000/, '--rows', 50001],
    ['a user that is none', qr/no user dora/, '--user', 'dora'],
    ['a name in two lines', qr/one line/, '--name', "a\nb"]);
fails($_->[0], 64, $_->[1], 'feed', 'add', @$_[2 .. $#$_]) for @bad;
is(scalar feeds(), 2, '  and none is made');
fails('a feed that is none', 64, qr/no feed x; .*page feed list"/,
    qw(feed remove x));
fails('no feed named', 64, qr/say which/, qw(feed remove));
is(page(qw(feed remove), 'Hot leads')->{exit}, 0, 'a feed is revoked by name');
$r = page(qw(user remove ben));
like($r->{out}, qr/1 feed of theirs is revoked/,
    'with a user go the feeds of theirs');
is(scalar feeds(), 0, '  all are gone');

# What check says.
sub check { return leadsheet($home, ['check', '--quick', '--json'])->{out} }
spew("$home/page/readers", "anna my-own-password nope\nbad\n");
chmod 0644, "$home/page/readers";
my $said = check();
like($said, qr/others can read \S+readers.*chmod 600/, 'check: a mode');
like($said, qr/password of anna can be read/, '  a password as it is');
unlike($said, qr/my-own-password/, '  which it does not show');
like($said, qr/anna may see the endpoint nope/, '  an endpoint that is not there');
like($said, qr/"wrong".*readers line 2/, '  a line that is wrong');
spew("$home/page/readers", '');
chmod 0600, "$home/page/readers";
like(check(), qr/nobody may look .* page user add NAME/, '  nobody at all');
page(qw(user add anna));
$said = check();
like($said, qr/"ok".*users of the page: 1"/, '  and that all is right');
unlike($said, qr{home\S*/page is no endpoint}, '  the directory is ours');
spew("$home/leadsheet.conf", "login = server\n[page]\nlanguage = fr\n"
    . "format = csv\n");
$said = check();
like($said, qr/line 1: .*below a line \[page\]/, 'check: a setting of the page');
like($said, qr/line 3: language: write auto, en or de/, '  a value');
like($said, qr/line 4: .*no setting of the page/, '  and one of the sheets');
spew("$home/leadsheet.conf", "[page main]\n");
like(check(), qr/line 1: .*no name; write \[page\]/, '  a section with a name');
spew("$home/leadsheet.conf", '');

# An endpoint from before the page had that name.
my $older = home();
rename "$older/main", "$older/page";
spew("$older/leadsheet.conf", '');
like(leadsheet($older, ['check', '--quick', '--json'])->{out},
    qr/name that is the page's now.*rename/, 'check: an endpoint called page');

# forget, prune and delete empty the cache: as some text of it may be left in
# any file there, all of them.
sub person { return qq({"delivery_id":"$_[0]","event":"lead.enriched","data":)
    . qq({"leads":[{"urn":"$_[1]","full_name":"Zoltan Quux-$_[1]"}]}}) }
sub fill { spew("$home/page/cache/page.sqlite", "words: Quux-P1 P1\n");
    spew("$home/page/cache/page.sqlite-wal", "P1"); return }
sub cached { opendir my $d, "$home/page/cache" or return 'none';
    return join ' ', sort grep { !/^\./ } readdir $d }
sub stands { my ($text) = @_;
    return sort map { s/^\Q$home\E\///r } grep { index(slurp($_), $text) >= 0 }
        split /\n/, `find '$home' -type f` }
cgi($home, path => '/main', env => { PATH_INFO => '/main' },
    body => person('d1', 'P1'));
fill();
$r = leadsheet($home, ['forget', '--dry-run', 'P1']);
is(cached(), 'page.sqlite page.sqlite-wal', 'a dry run of forget leaves all');
$r = leadsheet($home, ['forget', '--yes', 'P1']);
is($r->{exit}, 0, 'forget');
is(cached(), '', '  empties the cache');
is_deeply([stands('P1')], [], '  and the person stands nowhere in the home');
unlike($r->{out}, qr{/page/}, '  nor is any file of the page named');

# A cache that can't be emptied: a directory in it is none of ours.
cgi($home, env => { PATH_INFO => '/main' }, body => person('d2', 'P2'));
make_path("$home/page/cache/odd");
$r = leadsheet($home, ['forget', '--yes', 'P2']);
isnt($r->{exit}, 0, 'forget fails where the cache cannot be emptied');
like($r->{err}, qr{can't empty \S+/page/cache}, '  says which');
unlike($r->{out}, qr/gone/, '  calls nothing gone');
like($r->{err}, qr/forget --resume" goes on/, '  and what goes on');
rmdir "$home/page/cache/odd";
$r = leadsheet($home, ['forget', '--resume']);
is($r->{exit}, 0, 'it goes on when that is mended');
is_deeply([stands('P2')], [], '  and nothing is left');

# A feed's filter may be somebody's name, which no command changes.
cgi($home, env => { PATH_INFO => '/main' }, body => person('d3', 'P3'));
page(qw(feed add --query), 'q=Zoltan+Quux-P3');
$r = leadsheet($home, ['forget', '--yes', 'P3']);
is($r->{exit}, 0, 'a person who was searched for is forgotten');
leadsheet($home, ['page', 'feed', 'remove', $_->{hash}]) for feeds();

cgi($home, env => { PATH_INFO => '/main' }, body => person('d4', 'P4'));
rename $_, s/\Q$today\E/2020-01-02/r
    for glob("$home/main/journal/*"), glob("$home/main/sheets/leads-*");
fill();
$r = leadsheet($home, [qw(prune --keep 30d --yes)]);
is($r->{exit}, 0, 'prune');
is(cached(), '', '  empties the cache');
fill();
is(leadsheet($home, [qw(prune --keep 30d --yes)])->{exit}, 0, 'prune of nothing');
is(cached(), 'page.sqlite page.sqlite-wal', '  leaves it');
make_path("$home/page/cache/odd");
$r = leadsheet($home, [qw(endpoint delete main --purge --yes)]);
isnt($r->{exit}, 0, 'delete --purge fails where the cache cannot be emptied');
unlike($r->{out}, qr/is gone/, '  calls nothing gone');
rmdir "$home/page/cache/odd";
fill();
$r = leadsheet($home, [qw(endpoint delete events --purge --yes)]);
is($r->{exit}, 0, 'delete --purge');
is(cached(), '', '  empties the cache');

# As root it is done as whoever the directory belongs to.
SKIP: {
    my @daemon = qw(setpriv --reuid=daemon --regid=daemon --clear-groups);
    skip 'it takes root', 11
        if $> != 0 || system("@daemon test -x " . builddir() . '/cli/leadsheet') != 0;
    my $theirs = home();
    my ($uid, $gid) = (getpwnam 'daemon')[2, 3];
    system 'chown', '-R', 'daemon:daemon', $theirs;
    # The page's user is another one, in the home's group.
    mkdir "$theirs/page";
    chown 8, $gid, "$theirs/page";
    chmod 0750, "$theirs/page";
    $r = leadsheet($theirs, [qw(page user add anna)]);
    is($r->{exit}, 0, 'root adds a user');
    is((stat "$theirs/page/$_")[4], 8, "  $_ is the page's")
        for qw(readers lock cache feeds);
    is((stat "$theirs/page/cache")[5], $gid, "  the cache is of the home's group");
    $r = leadsheet($theirs, [qw(page user add ben)], wrap => \@daemon);
    is($r->{exit}, 77, "the home's owner may not");
    like($r->{err}, qr/run this as root: ".*page user add ben'?"/, '  and hears who may');
    spew("$theirs/page/cache/page.sqlite", 'x');
    chown 8, $gid, "$theirs/page/cache/page.sqlite";
    cgi($theirs, body => person('d5', 'P5'), wrap => \@daemon);
    $r = leadsheet($theirs, [qw(forget --yes P5)], wrap => \@daemon);
    is($r->{exit}, 0, "but empties the page's cache") or diag($r->{err});
    # One of root's own may have been put there: root writes nothing in it.
    my $put = home();
    system 'chown', 'daemon:daemon', $put;
    mkdir "$put/page";
    mkdir "$put/page/$_" for 'cache', 'feeds';
    $r = leadsheet($put, [qw(page user add anna)]);
    isnt($r->{exit}, 0, 'in another\'s home root doesn\'t stay root');
    is_deeply([grep { -f } glob "$put/page/*"], [], '  and writes nothing');
}

done_testing();

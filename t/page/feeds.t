#!/usr/bin/perl
# Feeds: links by which a spreadsheet reads leads, made and revoked in the page.
use strict;
use warnings;
use Export;
use File::Path qw(make_path);
use Leadsheet;
use PageFiles;
use Test::More;

my $seed = $ENV{SEED} // 6;
my @days = map { "2026-11-2$_" } 0 .. 4;
my $k = 0;
my @made = deliveries($seed, 10, 8);
my $home = journal_of({map { $_ => [@made[2 * $k, 2 * $k++ + 1],
    body('{"urn":"u1","full_name":"=1+1","engagement_type":"comment",'
    . '"signal_name":"Acme & \"Sons\""}')] } @days}, "delimiter = semicolon\n");
readers($home, 'anna', 'ben other', 'carl main');
my %cookie = map { $_ => visitor_of_all($home, $_) } qw(anna ben carl);

sub make {
    my ($who, %fields) = @_;
    my $r = form($home, '/feeds', $cookie{$who}, do => 'make', %fields);
    my ($token) = $r->{content} =~ m{https://leads\.example/leads/feed/([0-9a-f]{32})\.csv};
    return ($token, $r);
}

# The screen.
my $screen = visit($home, '/feeds', 'signal=Acme+%26+%22Sons%22',
    cookie => $cookie{anna});
is($screen->{status}, 200, 'the screen of feeds is there');
like($screen->{content}, qr/Signal: Acme &amp; &#34;Sons&#34;/,
    '  and says what a new one would have');
like($screen->{content}, qr/No spreadsheet is linked yet/, '  and that there is none');
my $today = today();
unlike(visit($home, '/feeds', "from=2026-11-20&to=$today",
    cookie => $cookie{anna})->{content}, qr/name="query" value="[^"]*to=/,
    'leads up to today go on: a feed of them has no end');
like(visit($home, '/feeds', 'from=2026-11-20&to=2026-11-21',
    cookie => $cookie{anna})->{content},
    qr/name="query" value="[^"]*to=2026-11-21/, '  of days that are over it has');

# Made.
my ($token, $r) = make('anna', name => 'Sales <team>', query => '', rows => '',
    columns => '');
is($r->{status}, 200, 'a feed is made');
ok(defined $token, '  and its address is shown');
like($r->{content}, qr/=IMPORTDATA\(&#34;https:.*\.csv&#34;\)/,
    '  with the formula for Google Sheets');
like($r->{content}, qr/Sales &lt;team&gt;/, '  it is listed');
like($r->{content}, qr/never read yet/, '  as never read');
unlike(visit($home, '/feeds', '', cookie => $cookie{anna})->{content}, qr/$token/,
    '  and its address is not shown again');
unlike($r->{log}, qr/$token/, '  nor logged');

# Read.
my $csv = feed($home, $token);
is($csv->{status}, 200, 'a spreadsheet reads it without a login');
is($csv->{headers}{'content-type'}, 'text/csv; charset=utf-8', '  as csv');
my $whole = exported($home, '--no-bom', '--delimiter', 'comma');
same_rows($csv->{content}, $whole, '  the rows of the export, the newest first, '
    . 'with commas and no byte order mark');
like($csv->{content}, qr/,'=1\+1,/, '  protected as the sheets are');
is($csv->{headers}{'set-cookie'}, undef, '  it gets no cookie');
is($csv->{headers}{'x-robots-tag'}, undef, '  and robots are not kept out');
unlike($csv->{log}, qr/$token/, '  the log has no token');
like($csv->{log}, qr/screen=feed\b/, '  but that it was a feed');
is(feed($home, $token, 'from=2026-11-24&as=xlsx&rows=1&before=1')->{content},
    $csv->{content}, '  other parts of a query change nothing');
my $head = feed($home, $token, '', method => 'HEAD');
is("$head->{status} $head->{content}", '200 ', '  HEAD is answered');
is(feed($home, $token, '', method => 'POST')->{status}, 405, '  POST is not');
like(visit($home, '/feeds', '', cookie => $cookie{anna})->{content},
    qr/last read: .*just now/s, 'the screen says when it was last read');
my ($file) = glob "$home/page/feeds/*";
utime 1, (stat $file)[9] - 30, $file;
my $then = (stat $file)[9];
feed($home, $token);
is((stat $file)[9], $then, '  noted once a minute at most');
utime 1, $then - 60, $file;
feed($home, $token);
cmp_ok((stat $file)[9], '>=', $then, '  and after that again');

# What is none.
my $other = $token =~ tr/0-9a-f/1-9a-f0/r;
for my $path ("/feed/$other.csv", "/feed/$token", "/feed/$token.xlsx",
    "/feed/$token.csv/", "/feed/\U$token\E.csv", '/feed/.csv', '/feed/',
    "/feed/../feeds/$token.csv") {
    is(visit($home, $path)->{status}, 404, "$path is no feed") if $path ne
        "/feed/\U$token\E.csv" || $token =~ /[a-f]/;
}
like(visit($home, "/feed/$other.csv")->{content},
    qr/^There is no such spreadsheet link\./, '  and a sentence says so');

# What it has is fixed.
my ($few) = make('anna', query => 'signal=Acme+%26+%22Sons%22', rows => '3',
    columns => 'urn, received_at');
is(feed($home, $few)->{content}, "urn,received_at\r\n" . join('', map {
    "u1,$_ 12:00:00\r\n" } reverse @days[2 .. 4]),
    'its filter, columns and rows are those that were chosen');
my ($none) = make('anna', query => 'company=nobody');
is(feed($home, $none)->{status}, 200, 'a feed of no lead is there');
is(feed($home, $none)->{content}, ($whole =~ /^(.*?\r\n)/)[0],
    '  with its header row');
spew("$home/leadsheet.conf", "columns = urn\n");
same_rows(feed($home, $token)->{content}, $whole,
    '  also when the settings change');
for (['columns', 'urn,namee', qr/One of these columns doesn&#39;t exist/],
    ['columns', 'urn,first_seen', qr/There are: received_at, .*, endpoint\./],
    ['rows', '0', qr/from 1 to 50,000/], ['rows', '50001', qr/from 1 to 50,000/],
    ['rows', 'many', qr/from 1 to 50,000/],
    ['query', 'from=soon', qr/can&#39;t be made: .* is no day/],
    ['columns', join(',', ('full_name') x 300), qr/too often/]) {
    my ($name, $value, $says) = @$_;
    my ($no, $answer) = make('anna', $name => $value);
    is($answer->{status}, 400, "$name " . substr($value, 0, 20) . ' is refused');
    like($answer->{content}, $says, '  with a sentence') or diag($answer->{content});
    like($answer->{content}, qr/value="\Q$value\E"/, '  and nothing has to be '
        . 'typed again') if $name ne 'query';
}

# Whose it is.
make_path("$home/other/journal");
spew("$home/other/secret", secret() . "\n");
spew("$home/other/journal/2026-11-25.jsonl",
    slurp(journal_of({'2026-11-25' => [body('{"urn":"o"}')]})
    . '/main/journal/2026-11-25.jsonl'));
my ($his) = make('ben', columns => 'urn');
is(feed($home, $his)->{content}, "urn\r\no\r\n", 'a feed has what its reader may see');
my ($sly) = make('ben', columns => 'urn', query => 'endpoint=main');
is(feed($home, $sly)->{content}, "urn\r\n", '  and nothing else by asking for it');
my $list = visit($home, '/feeds', '', cookie => $cookie{ben})->{content};
unlike($list, qr/Sales/, 'who may see some endpoints sees no feed of others');
is(scalar(() = $list =~ /value="revoke"/g), 2, '  but their own');
is(scalar(() = visit($home, '/feeds', '', cookie => $cookie{anna})->{content}
    =~ /value="revoke"/g), 5, 'who may see all sees all');
my ($hash) = visit($home, '/feeds', '', cookie => $cookie{anna})->{content}
    =~ m{Sales.*?name="hash" value="([0-9a-f]{64})"}s;
form($home, '/feeds', $cookie{ben}, do => 'revoke', hash => $hash);
is(feed($home, $token)->{status}, 200, '  and revokes none of others');
readers($home, 'anna', 'ben main', 'carl main');
like(feed($home, $his)->{content}, qr/^urn\r\n(?!o)/,
    'what its reader may see now is what holds');
readers($home, 'anna', 'carl main');
is(feed($home, $his)->{status}, 404, '  a reader who was removed has none');
my $command = leadsheet($home, ['page', 'feed', 'add', '--name', 'By command',
    '--query', 'https://leads.example/leads?endpoint=other', '--columns', 'urn']);
my ($typed) = $command->{out} =~ m{([0-9a-f]{32})};
is(feed($home, $typed // 'x')->{content}, "urn\r\no\r\n",
    'one of the command line has all endpoints') or diag(explain($command));

# Revoked.
%cookie = (anna => visitor($home, 'anna'));
is(visit($home, '/feeds', '', method => 'POST', cookie => $cookie{anna},
    body => "do=revoke&hash=$hash", env => { HTTP_ORIGIN =>
    'https://elsewhere.example' })->{status}, 403,
    'another site can\'t revoke one');
is(feed($home, $token)->{status}, 200, '  it is still there');
my $gone = form($home, '/feeds', $cookie{anna}, do => 'revoke', hash => $hash);
is($gone->{status}, 303, 'a feed is revoked');
is($gone->{headers}{location}, '/leads/feeds?revoked=1', '  and the list is shown');
like(visit($home, '/feeds', 'revoked=1', cookie => $cookie{anna})->{content},
    qr/The link is revoked/, '  which says so');
is(feed($home, $token)->{status}, 404, '  it is none any more');
is(feed($home, $few)->{status}, 200, '  the others are');
is(form($home, '/feeds', $cookie{anna}, do => 'revoke', hash => $hash)->{status},
    303, '  and a second click does no harm');


done_testing();

#!/usr/bin/perl
# Whoever means harm and has curl: odd methods, paths, headers and forms, what
# isn't theirs, and what would change an answer's headers.  By a live worker,
# which none of it may end.
use strict;
use warnings;
use Leadsheet;
use Page;
use Processes;
use Test::More;
use Worker;

my $anna = 'kq7dm-2pxwa-9hzte-r4vjs';
my $ben = 'wm3xp-7qkdc-2hnze-t9rua';
my $home = page_home(days => 2, leads => 2, endpoints => ['events']);
sub lead_of {
    my ($endpoint, $name) = @_;
    keep($home, $endpoint, qq({"delivery_id":"$name","event":"lead.enriched",)
        . qq("data":{"leads":[{"urn":"URN-$name","full_name":"$name",)
        . qq("comment_text":"Word$name","post_id":"post-$name"}],"posts":[)
        . qq({"id":"post-$name","text":"Text$name"}]}}), CORE::time);
    return;
}
lead_of('main', 'Mainlead');
lead_of('events', 'Eventlead');
my $site = page_site(home => $home, count => 1,
    readers => "anna $anna\nben $ben events\n");
my $socket = "$site->{run}/leadsheet-page.sock";
my @workers = workers();

# A worker has a child that does the work; further ones come and go.
sub workers {
    my %all = processes();
    my ($one) = grep { $all{$_}{parent} == $site->{workers} } keys %all;
    my ($first) = sort { $a <=> $b } grep { $all{$_}{parent} == $one } keys %all;
    return ($one, $first);
}

# A request to the live worker; body makes it a POST of a form.
sub http {
    my ($path, %o) = @_;
    my ($where, $query) = split /\?/, $path, 2;
    my $body = $o{body} // '';
    return converse($socket, $body, REQUEST_METHOD => $o{method}
        // (defined $o{body} ? 'POST' : 'GET'), SCRIPT_NAME => '/leadsheet',
        PATH_INFO => $where, QUERY_STRING => $query // '',
        HTTP_HOST => 'leads.example', HTTP_X_WEBHOOK_SIGNATURE => undef,
        HTTP_ORIGIN => defined $o{body} ? 'https://leads.example' : undef,
        CONTENT_TYPE => defined $o{body} ? 'application/x-www-form-urlencoded'
            : '', SERVER_PROTOCOL => 'HTTP/1.1', REMOTE_ADDR => '192.0.2.7',
        HTTP_COOKIE => $o{cookie}, %{$o{env} // {}});
}

sub login {
    my ($name, $password) = @_;
    my $r = http('/login', body => "name=$name&password=$password");
    my ($cookie) = ($r->{headers}{'set-cookie'} // '') =~ /^([^;]+)/;
    return $cookie // BAIL_OUT("$name can't log in: $r->{status} $r->{log}");
}
my %cookie = (anna => login('anna', $anna), ben => login('ben', $ben));

# What every answer has, and nothing else may have.
my %known = map { $_ => 1 } qw(status content-type content-length
    content-security-policy x-content-type-options referrer-policy
    cache-control location set-cookie allow retry-after content-disposition
    vary x-frame-options cross-origin-opener-policy permissions-policy
    cross-origin-resource-policy strict-transport-security x-robots-tag etag
    last-modified www-authenticate);

sub sound {
    my ($r, $name, @status) = @_;
    my $h = $r->{headers};
    my @bad = grep { !$known{$_} } keys %$h;
    push @bad, "status $r->{status}" if $r->{status} < 200
        || $r->{status} >= 500 && $r->{status} != 501
        || @status && !grep { $r->{status} == $_ } @status;
    push @bad, 'no CSP' if ($h->{'content-security-policy'} // '')
        !~ /^default-src 'none'/ || $h->{'content-security-policy'} =~ /unsafe/;
    push @bad, 'no nosniff' if ($h->{'x-content-type-options'} // '')
        ne 'nosniff';
    push @bad, 'somewhere else' if ($h->{location} // '/leadsheet/')
        !~ m{^/leadsheet(?:/|$)(?!/)};
    push @bad, "cached: $h->{'cache-control'}"
        if ($h->{'cache-control'} // '') !~ /no-store/
        && $name !~ /style-|feed/;
    is_deeply(\@bad, [], $name) or diag($r->{log});
    return;
}

my @screens = ('', '/', '/days', '/leads', '/people', '/feeds', '/login',
    '/logout', '/nothing', "/day/@{[page_day(0)]}", '/feed/x.csv',
    '/person/0123456789abcdef', '/leads?as=csv');

# Methods.
for my $path (@screens) {
    my $get = http($path, cookie => $cookie{anna});
    sound($get, "GET $path");
    my $head = http($path, method => 'HEAD', cookie => $cookie{anna});
    is($head->{status}, $get->{status}, "HEAD $path: as GET");
    is($head->{content}, '', '  and no body');
    for my $method (qw(PUT DELETE OPTIONS TRACE PROPFIND CONNECT get),
        'X' x 5000, '') {
        my $r = http($path, method => $method, cookie => $cookie{anna});
        sound($r, sprintf '%.10s %s: refused', $method, $path);
        ok($r->{status} >= 300, '  and not answered') or diag($r->{status});
    }
}
is(http('/leads', cookie => $cookie{anna})->{status}, 200,
    'a GET has logged nobody out');
for my $path ('/', '/leads', '/days', '/nothing', '/person/0123456789abcdef') {
    sound(http($path, body => 'q=x', cookie => $cookie{anna}),
        "POST $path: refused", 404, 405);
}

# Paths.
for my $path ('/../../etc/passwd', '/..', '/%2e%2e/%2e%2e/etc/passwd', '//',
    '//elsewhere.example/', '/leads/', '/leads/../feeds', '/LEADS', '/leads%00',
    "/leads\0", "/day/2026-11-23\0x", '/day/', '/day/2026-02-30',
    '/day/99999-01-01', '/day/0000-00-00', '/day/../leads', '/person/',
    '/person/../../page/readers', '/person/0123456789ABCDEF',
    '/person/ffffffffffffffff', '/person/8000000000000000',
    '/person/0000000000000000', '/person/0123456789abcdef0', '/post/-1',
    '/feed/', '/feed/../readers', '/feed/../../main/secret',
    '/feed/%2e%2e%2freaders.csv', '/feed/' . '0' x 32 . '.csv', '/style.css',
    '/style-../../page/key', '/style-0.css', "/\r\nSet-Cookie: hit=1",
    "/leads\r\nSet-Cookie: hit=1", "/\xff\xfe", '/' . 'x' x 50_000,
    '/' . '%41' x 10_000, '/robots.txt', '/page.sqlite', '/cache/page.sqlite',
    '/readers', '/key', '.', 'leads', '*', 'https://elsewhere.example/') {
    my $r = http($path, cookie => $cookie{anna});
    sound($r, sprintf 'path %.40s', $path =~ s/[^ -~]/?/gr);
    unlike($r->{content}, qr/\$y\$|root:|the-secret|SQLite format/,
        '  tells nothing');
}

# Queries.
for my $query ('=', '&&&&', '%', '%zz', '%00', 'q=%00', 'q=%ff', "q=\xff",
    'q=' . 'a' x 60_000, join('&', map { "a$_=b" } 1 .. 5000), 'q=a&q=b',
    'q=%0d%0aSet-Cookie:%20hit=1', 'as=csv&q=%0d%0aSet-Cookie:%20hit=1',
    'as=%0d%0aSet-Cookie:%20hit=1', 'as=../../page/readers', 'as=csv%00',
    'as=', 'before=', 'before=-1', 'before=99999999999999999999',
    'before=ffffffffffffffff', 'before=7fffffffffffffff', 'from=-1',
    'from=2026-99-99', 'from=9999-12-31', 'from=0001-01-01&to=9999-12-31',
    'from=2026-12-31&to=2026-01-01', 'since=99999999999', 'endpoint=../main',
    'endpoint=main%00', 'endpoint=page', 'q="', 'q=%22', "q='", 'q=*',
    'q=a*', 'q=NEAR(a,b)', 'q=a+OR+b', 'q=-', 'q=^a', 'q=name:a', 'q={}',
    'q=((((', 'q=%22a+b', 'q=a%22%22b', 'q=a;DROP+TABLE+leads',
    'q=' . join('+', map { "w$_" } 1 .. 60), 'signal=%27+OR+1=1--',
    'company=%25', 'title=_', 'size=%5c', 'q=%f0%9f%91%8f', 'q=%cc%80',
    'q=%e2%80%ae', 'q=%c0%80', 'q=%ed%a0%80') {
    for my $path ('/leads', '/days', '/people', '/feeds', '/') {
        sound(http("$path?$query", cookie => $cookie{anna}),
            sprintf '%s?%.40s', $path, $query =~ s/[^ -~]/?/gr);
    }
}

# Headers.
for my $case ([HTTP_HOST => 'elsewhere.example'], [HTTP_HOST => ''],
    [HTTP_HOST => "a\r\nX: y"], [HTTP_HOST => 'x' x 50_000],
    [HTTP_ACCEPT_LANGUAGE => 'de' x 20_000], [HTTP_ACCEPT_LANGUAGE => ';q=,,'],
    [HTTP_COOKIE => ';;;=;' . 'a=b;' x 10_000], [HTTP_ORIGIN => "\xff"],
    [CONTENT_LENGTH => '-1'], [CONTENT_LENGTH => '99999999999999999999'],
    [CONTENT_LENGTH => 'x'], [SCRIPT_NAME => '//elsewhere.example'],
    [SCRIPT_NAME => "/x\r\nSet-Cookie: hit=1"], [SCRIPT_NAME => '/"><script>'],
    [REMOTE_ADDR => 'x'], [REMOTE_ADDR => ''], [REMOTE_ADDR => '::1'],
    [HTTP_X_FORWARDED_FOR => '127.0.0.1'], [HTTP_X_FORWARDED_PROTO => 'https']) {
    my ($header, $value) = @$case;
    my $r = http('/leads', env => { $header => $value });
    my $named = sprintf '%s: %.30s', $header, $value =~ s/[^ -~]/?/gr;
    is_deeply([grep { !$known{$_} } keys %{$r->{headers}}], [],
        "$named: only headers of ours");
    ok($r->{status} >= 200 && $r->{status} < 500, '  and an answer')
        or diag("$r->{status} $r->{log}");
    unlike($r->{content}, qr/<script|Mainlead/, '  that tells nothing');
    unlike($r->{headers}{location} // '', qr{^\w+:|^//|[\r\n]},
        '  nor leads elsewhere');
}

# Forms.
for my $case (['too much', 'a=' . 'b' x 60_000], ['nothing', ''],
    ['no form', '{"name":"anna"}'], ['NUL', "name=anna%00&password=$anna"],
    ['twice', "name=anna&name=ben&password=$ben"], ['a long name', 'name='
        . 'a' x 10_000 . '&password=x'], ['a long password', 'name=anna&password='
        . 'a' x 10_000], ['no UTF-8', "name=%ff&password=\xff"]) {
    my ($name, $body) = @$case;
    my $r = http('/login', body => $body);
    sound($r, "a form with $name");
    ok(!$r->{headers}{'set-cookie'}, '  lets nobody in')
        or diag($r->{headers}{'set-cookie'});
}
for my $type ('', 'text/plain', 'multipart/form-data; boundary=x',
    'application/json') {
    my $r = http('/login', body => "name=anna&password=$anna",
        env => { CONTENT_TYPE => $type });
    ok(!$r->{headers}{'set-cookie'}, "a form of type \"$type\" is none");
}

# Who the web server says it is counts only where the settings say so.
for my $header (qw(REMOTE_USER HTTP_REMOTE_USER HTTP_X_REMOTE_USER
    HTTP_AUTHORIZATION REDIRECT_REMOTE_USER)) {
    unlike(http('/leads', env => { $header => 'anna' })->{content}, qr/Mainlead/,
        "$header doesn't open the page's own login");
}

# Of another endpoint a reader sees nothing, by no way.
my $leads = http('/leads', cookie => $cookie{anna})->{content};
my ($person) = $leads =~ m{href="/leadsheet(/person/[0-9a-f]+)[^>]*>(?:<[^>]*>)*\s*Mainlead}
    or BAIL_OUT('Mainlead has no link');
my ($post) = http($person, cookie => $cookie{anna})->{content}
    =~ m{href="/leadsheet(/post/[0-9a-f]+)"};
unlike($leads, qr/(?:href|action)="[^"]*URN/, 'no URL has a urn in it');
is(http($person, cookie => $cookie{anna})->{status}, 200,
    'one who may sees that person');
like(http('/leads', cookie => $cookie{ben})->{content}, qr/Eventlead/,
    'another sees the leads of his endpoint');
is(http($person, cookie => $cookie{ben})->{status}, 404,
    '  and not that person of another');
is(http($post, cookie => $cookie{ben})->{status}, 404, '  nor the post')
    if ok($post, 'a person leads to a post');
for my $path ('/', '/days', '/leads', '/leads?endpoint=main', '/people',
    '/leads?q=WordMainlead', '/leads?q=TextMainlead', '/feeds',
    "/day/@{[page_day(0)]}", '/people?since=2020-01-01', '/leads?as=csv',
    '/leads?as=jsonl', '/leads?as=hubspot', '/leads?endpoint=main&as=csv',
    '/people?as=csv', "$person?as=csv", "$post?as=jsonl",
    '/leads?endpoint=main&endpoint=events', '/feeds?endpoint=main') {
    my $r = http($path, cookie => $cookie{ben});
    # What is looked for is said again, and that is all.
    unlike($r->{content} =~ s/(?:Word|Text)Mainlead//gr, qr/Mainlead/,
        "ben's $path has none of them");
    ok($r->{status} < 500, '  and an answer') or diag($r->{log});
}

# Links for spreadsheets.
sub make_feed {
    my ($who, $query) = @_;
    my $r = http('/feeds', cookie => $cookie{$who},
        body => "do=make&name=Of+$who&query=$query");
    my ($token) = $r->{content} =~ m{/feed/([0-9a-f]{32})\.csv};
    return $token;
}
my $token = make_feed('ben', '') // BAIL_OUT('no feed can be made: '
    . http('/feeds', cookie => $cookie{ben}, body => 'do=make&name=x&query=')
        ->{content});
my $other = make_feed('ben', 'endpoint%3Dmain');
my $hers = make_feed('anna', '');
sub fed { my ($t) = @_; return http("/feed/$t.csv") }
like(fed($token)->{content}, qr/Eventlead/, 'a link of ben\'s has his leads');
unlike(fed($token)->{content}, qr/Mainlead/, '  and no others');
ok(!$other || fed($other)->{content} !~ /Mainlead/,
    '  also where it asks for another endpoint');
like(fed($hers)->{content}, qr/Mainlead/, 'one of anna\'s has hers');
unlike(http('/feeds', cookie => $cookie{ben})->{content}, qr/Of anna/,
    'ben doesn\'t see that there is one');
my ($hash) = http('/feeds', cookie => $cookie{anna})->{content}
    =~ m{Of anna.*?name="hash" value="([0-9a-f]+)"}s;
ok($hash, 'anna may revoke it');
http('/feeds', cookie => $cookie{ben}, body => "do=revoke&hash=$hash");
is(fed($hers)->{status}, 200, '  and ben may not');
for my $body ('do=revoke&hash=' . '../' x 5 . 'readers', 'do=revoke&hash=',
    'do=revoke&hash=00000000', 'do=other', 'do=make&query=from%3Dwhenever',
    'do=make&rows=-1', 'do=make&rows=99999999999999999999',
    'do=make&columns=nothing', 'do=make&columns=' . 'urn,' x 3000,
    'do=make&name=' . 'x' x 10_000, 'do=make&name=%00%0a%0d',
    'do=make&query=' . 'q%3D' . 'x' x 5000) {
    sound(http('/feeds', cookie => $cookie{anna}, body => $body),
        sprintf 'a form "%.40s" of links', $body);
}
ok(-s "$home/page/readers", 'who may look is still told');

# What ben may see, and that he may, is judged when it is read.
spew("$home/page/readers", "anna $anna\nben $ben main\n");
unlike(fed($token)->{content}, qr/Eventlead/,
    'he sees another endpoint now: so does his link');
spew("$home/page/readers", "anna $anna\n");
is(fed($token)->{status}, 404, 'he is taken away: so is his link');
is(http('/leads', cookie => $cookie{ben})->{status}, 303,
    '  and what he had begun');

# And after all of that.
is_deeply([workers()], \@workers, 'the worker has lived through all of it');
unlike(slurp("$site->{run}/page.log"), qr/\Q$anna\E|\Q$ben\E|\Q$token\E|URN-/,
    'nothing secret is in its log');
stop_all();
done_testing();

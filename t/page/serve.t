#!/usr/bin/perl
# The page's door: who may see what, by which way, and what else is answered.
use strict;
use warnings;
use Export;
use Leadsheet;
use PageFiles;
use PowerCut qw(clock);
use Test::More;

my $password = 'kq7dm-2pxwa-9hzte-r4vjs';
my @days = map { "2026-11-2$_" } 0 .. 2;
my $home = journal_of({map { $_ => [deliveries(3, 1, 4)] } @days});
my @screens = qw(/ /days /day/2026-11-21 /leads /people /feeds
    /person/0123456789abcdef /post/0123456789abcdef);

sub heads { my ($r) = @_; return $r->{headers} }

# Nobody may look yet.
for my $path (@screens, '/login', '/logout') {
    my $r = visit($home, $path, '', method => $path eq '/logout' ? 'POST'
        : 'GET', env => { HTTP_ORIGIN => 'https://leads.example' });
    is($r->{status}, 503, "nobody may look: $path is 503");
    like($r->{content}, qr/leadsheet page user add/, '  and says a command');
    like($r->{content}, qr/<pre[^>]*>anna a-long-password</,
        '  and the line of a file');
    unlike($r->{content}, qr/Acme|href="[^"]*person/, '  and shows no lead');
}
ok(-d "$home/page", 'the folder for that file is there');
is(visit($home, '/feed/' . '0' x 32 . '.csv')->{status}, 404,
    'a feed that is none is not found, also then');
spew("$home/page/readers", "anna $password\n");
my $first = visit($home, '/login');
is($first->{status}, 200, 'somebody is in the file: there is a login');
like(slurp("$home/page/readers"), qr/^anna \$y\$\S+$/,
    '  and the password has become its hash');
unlike(slurp("$home/page/readers"), qr/\Q$password/, '  and is gone');

# The form.
like($first->{content}, qr/name="name"[^>]* autocomplete="username"/,
    'the form names its field of a name');
like($first->{content},
    qr/type="password"[^>]* autocomplete="current-password"/,
    '  and that of a password');

# Headers of every answer.
my $cookie = visitor($home, 'anna');
for my $r ($first, map { visit($home, $_->[0], '', cookie => $cookie,
    method => $_->[1] // 'GET') } ['/'], ['/nothing'], ['/leads', 'PUT'],
    ['/feed/x.csv'], ['/style-x.css']) {
    my $h = heads($r);
    is($h->{'content-security-policy'}, "default-src 'none'; "
        . "style-src 'self'; img-src 'self'; form-action 'self'; "
        . "frame-ancestors 'none'; base-uri 'none'",
        "$r->{status}: nothing from elsewhere is allowed");
    is($h->{'x-content-type-options'}, 'nosniff', '  types are what we say');
    is($h->{'x-frame-options'}, 'DENY', '  no frames');
    is($h->{'referrer-policy'}, 'same-origin', '  no address goes elsewhere');
    is($h->{'cross-origin-opener-policy'}, 'same-origin', '  no openers');
    is($h->{'cache-control'}, 'no-store', '  nothing is kept');
    is($h->{'content-length'}, length $r->{content}, '  its length is told');
    unlike($r->{content}, qr/<script|style=|\son\w+=/i, '  no script in it');
}
my ($style) = $first->{content} =~ m{href="/leads(/style-[0-9a-f]+\.css)"};
my $css = visit($home, $style);
is($css->{status}, 200, 'the stylesheet is there without a login');
like(heads($css)->{'cache-control'}, qr/public.*max-age=31536000.*immutable/,
    '  and is kept for a year');
like(heads($css)->{'content-type'}, qr{^text/css}, '  as CSS');

# Logged in.
for my $path (@screens) {
    my $r = visit($home, $path, '', cookie => $cookie);
    my $status = $path =~ /person|post/ ? 404 : 200;
    is($r->{status}, $status, "who logged in sees $path ($status)");
    my $head = visit($home, $path, '', cookie => $cookie, method => 'HEAD');
    is($head->{status}, $status, '  and by HEAD');
    is($head->{content}, '', '  without a body');
    is(heads($head)->{'content-length'}, length $r->{content},
        '  but its length') if $path !~ m{^/$};
}
like(visit($home, '/', '', cookie => $cookie)->{log},
    qr/^page screen=today status=200 reader=anna bytes=\d+ ms=[\d.]+$/,
    'the log has screen, status, reader, bytes and time');
my $quiet = visit($home, '/leads', 'q=Secretname&company=Acme',
    cookie => $cookie);
is($quiet->{status}, 200, 'a search is answered');
unlike($quiet->{log}, qr/Secretname|Acme|\Q$cookie/,
    '  and nothing of it is in the log');
is(visit($home, '', '', cookie => $cookie)->{headers}{location}, '/leads/',
    'without a path one is sent to the folder');
is(visit($home, '', '', cookie => $cookie, env => { SCRIPT_NAME =>
    '//evil.example' })->{headers}{location}, '/evil.example/',
    'which is always of this site');

# Not logged in.
for my $path (@screens) {
    my $r = visit($home, $path, 'from=2026-11-21&q=a%20b');
    is($r->{status}, 303, "who didn't log in is sent to the login: $path");
    my ($to) = heads($r)->{location} =~ m{^/leads/login(?:\?to=(.*))?$};
    $to =~ s/%(..)/chr hex $1/ge;
    is($to, "$path?from=2026-11-21&q=a%20b", '  which knows where to go then');
    unlike($r->{content}, qr/./, '  and shows nothing');
}
is(heads(visit($home, '/'))->{location}, '/leads/login',
    'to the first screen one goes without saying so');
is(visit($home, '/leads', 'as=csv')->{status}, 303,
    'a download is sent there, too');
for my $bad ('', 'x', 'anna.1.2.3', 'x' x 300, "$cookie" =~ s/^[^=]+=//r
    =~ s/(.)$/$1 eq '0' ? 1 : 0/er, 'anna') {
    is(visit($home, '/leads', '', cookie => "__Host-leadsheet=$bad")->{status},
        303, 'a cookie of somebody\'s own making opens nothing: '
        . substr $bad, 0, 20);
}
is(visit($home, '/leads', '', cookie => "a=b; $cookie; c=d")->{status}, 200,
    'other cookies may stand beside ours');
is(visit($home, '/leads', '', cookie => $cookie =~ s/__Host-//r)->{status},
    303, 'a cookie of another name is none');

# Logging in.
sub login {
    my ($fields, %env) = @_;
    my $body = join '&', map { "$_=" . PageFiles::escape($fields->{$_}) }
        sort keys %$fields;
    return visit($home, '/login', '', method => 'POST', body => $body,
        env => { HTTP_ORIGIN => 'https://leads.example', %env });
}
my %right = (name => 'anna', password => $password);
my $in = login({%right, to => '/leads?q=x'});
is($in->{status}, 303, 'the right password is let in');
is(heads($in)->{location}, '/leads/leads?q=x', '  to where one wanted to go');
like(heads($in)->{'set-cookie'}, qr{^__Host-leadsheet=[\w.@-]+; Path=/; },
    '  with a cookie of this host');
for my $flag (qw(Secure HttpOnly SameSite=Lax Max-Age=2592000)) {
    like(heads($in)->{'set-cookie'}, qr/; \Q$flag\E(?:;|$)/, "  $flag");
}
unlike(heads($in)->{'set-cookie'}, qr/Domain/i, '  and of no other one');
for my $evil ('https://evil.example/', '//evil.example/', '/\\evil.example',
    "/x\r\nSet-Cookie: a=b", '/x y', 'leads', '/%0d%0a', "/\x{e9}") {
    my $r = login({%right, to => $evil});
    my $way = heads($r)->{location};
    like($way, qr{^/leads/(?:$|%0d%0a$)}, 'no way out: '
        . ($evil =~ s/[^ -~]/?/gr));
    like(heads($r)->{'set-cookie'}, qr/^__Host-/, '  one cookie, ours');
}
is(heads(visit($home, '/login', 'to=/days', cookie => $cookie))->{location},
    '/leads/days', 'who is logged in needs no form');
my $wrong = login({%right, password => 'wrong-password'});
my $nobody = login({name => 'nobody', password => $password});
is($wrong->{status}, 403, 'a wrong password is 403');
is($nobody->{status}, 403, '  a wrong name, too');
is($wrong->{content} =~ s/value="anna"//r, $nobody->{content}
    =~ s/value="nobody"//r, '  with the same words');
ok(!heads($wrong)->{'set-cookie'}, '  and no cookie');
unlike($wrong->{content}, qr/wrong-password/, '  the password isn\'t repeated');
unlike($wrong->{log}, qr/wrong-password|anna/, '  nor logged');
unlike(login({name => '<b>"', password => 'x'})->{content}, qr/<b>/,
    '  what was typed stays text');

# Other origins.
for my $case (['another site', { HTTP_ORIGIN => 'https://evil.example' }],
    ['another port', { HTTP_ORIGIN => 'https://leads.example:8443' }],
    ['plain HTTP', { HTTP_ORIGIN => 'http://leads.example' }],
    ['nobody', { HTTP_ORIGIN => undef }], ['null', { HTTP_ORIGIN => 'null' }],
    ['a site whose browser says so', { HTTP_SEC_FETCH_SITE => 'cross-site' }],
    ['a sister site', { HTTP_SEC_FETCH_SITE => 'same-site' }],
    ['somebody who typed it', { HTTP_SEC_FETCH_SITE => 'none' }]) {
    my ($name, $env) = @$case;
    for my $path ('/login', '/logout', '/feeds') {
        my $r = visit($home, $path, '', method => 'POST', cookie => $cookie,
            body => "name=anna&password=$password&do=make&query=",
            env => { HTTP_ORIGIN => 'https://leads.example', %$env });
        is($r->{status}, 403, "a form of $name: $path is refused");
        ok(!heads($r)->{'set-cookie'}, '  and nothing is done');
    }
}
is(visit($home, '/leads', '', cookie => $cookie)->{status}, 200,
    '  the session goes on');
is(login(\%right, HTTP_ORIGIN => 'https://proxy.example',
    HTTP_SEC_FETCH_SITE => 'same-origin')->{status}, 303,
    'behind a proxy with a name of its own the browser\'s word holds');

# Methods and bodies.
for my $case (['/leads', 'POST', 'GET, HEAD'], ['/', 'DELETE', 'GET, HEAD'],
    ['/login', 'PUT', 'GET, HEAD, POST'], ['/logout', 'GET', 'POST'],
    ['/feed/x.csv', 'POST', 'GET, HEAD'], ['/leads', 'get', 'GET, HEAD']) {
    my ($path, $method, $allow) = @$case;
    my $r = visit($home, $path, '', method => $method, cookie => $cookie);
    is($r->{status}, 405, "$method $path is 405");
    is(heads($r)->{allow}, $allow, "  which takes $allow");
}
is(visit($home, '/login', '', method => 'POST', body => 'a=' . 'x' x 16384,
    env => { HTTP_ORIGIN => 'https://leads.example' })->{status}, 413,
    'a form that is too large is 413');
is(visit($home, '/login', '', method => 'POST', body => 'name=anna',
    env => { HTTP_ORIGIN => 'https://leads.example', CONTENT_LENGTH => 100 })
    ->{status}, 400, 'one that is cut short is 400');
is(visit($home, '/login', '', method => 'POST', body => 'name=anna',
    env => { HTTP_ORIGIN => 'https://leads.example', CONTENT_LENGTH => '1x' })
    ->{status}, 400, 'one of no length is 400');

# What isn't there.
for my $path ('/nothing', '/leads/', '/day/', '/day/2026-02-30', '/day/x',
    '/person/', '/person/1', '/person/xyz', '/post/-1', '/style-.css',
    '/style-../../main/secret', '/feed/', '/feed/../main/secret',
    '/robots.txt', '/../main/secret', "/\x01", '//', '/login/') {
    my $r = visit($home, $path, '', cookie => $cookie);
    is($r->{status}, 404, "$path is 404" =~ s/[^ -~]/?/gr);
    like($r->{content}, $path =~ m{^/feed} ? qr/^[^<]+$/ : qr/<h1/,
        '  for whoever reads it');
}
for my $query ('from=tomorrowish', 'to=2026-02-30', 'before=x', 'since=never') {
    my $r = visit($home, '/leads', $query, cookie => $cookie);
    is($r->{status}, 400, "$query is 400");
    like($r->{content}, qr/role="alert"/, '  with a sentence');
    my $file = visit($home, '/leads', "$query&as=csv", cookie => $cookie);
    is($file->{status}, 400, '  also as a file');
    like($file->{content}, qr/^[^<]+\n$/, '  in plain text');
}

# Plain HTTP.
my %plain = (HTTPS => undef, REMOTE_ADDR => '192.0.2.1');
for my $path ('/', '/login', '/feed/x.csv', '/nothing') {
    my $r = visit($home, $path, '', cookie => $cookie, env => {%plain});
    is($r->{status}, 403, "by plain HTTP $path is refused");
    like($r->{content}, qr{https://}, '  with the remedy');
    unlike($r->{content}, qr/person\//, '  and no lead');
}
is(visit($home, '/leads', '', cookie => $cookie, env => { %plain,
    HTTP_X_FORWARDED_PROTO => 'https' })->{status}, 403,
    'a header that anybody can send isn\'t believed');
spew("$home/leadsheet.conf", "trust_forwarded_proto = yes\n");
is(visit($home, '/leads', '', cookie => $cookie, env => { %plain,
    HTTP_X_FORWARDED_PROTO => 'https' })->{status}, 200,
    'a proxy that the settings trust is');
spew("$home/leadsheet.conf", '');
my %local = (HTTPS => undef, REMOTE_ADDR => '127.0.0.1');
my $trial = login(\%right, %local, HTTP_ORIGIN => 'http://leads.example');
is($trial->{status}, 303, 'a trial on this machine needs no HTTPS');
like(heads($trial)->{'set-cookie'}, qr/^leadsheet-trial=/,
    '  and has a cookie of another name');
unlike(heads($trial)->{'set-cookie'}, qr/Secure/, '  which goes by plain HTTP');
my ($trial_cookie) = heads($trial)->{'set-cookie'} =~ /^([^;]+)/;
is(visit($home, '/leads', '', cookie => $trial_cookie, env => {%local})
    ->{status}, 200, '  and opens the page there');
is(visit($home, '/leads', '', cookie => $trial_cookie)->{status}, 303,
    '  and nowhere else');
is(visit($home, '/leads', '', cookie => $trial_cookie, env => { %local,
    HTTP_X_FORWARDED_FOR => '203.0.113.5' })->{status}, 403,
    'what a proxy passed on is not from this machine');

# Endpoints.
my $two = journal_of({'2026-11-20' => [body('{"urn":"u","full_name":"Main '
    . 'Person"}')]});
rename "$two/main", "$two/events" or die;
my $other = journal_of({'2026-11-20' => [body('{"urn":"v","full_name":"Other '
    . 'Person"}')]});
rename "$other/main", "$two/main" or die;
readers($two, 'anna', 'ben main');
my %seen = map { my $who = $_; my $r = visit($two, '/leads', '',
    cookie => visitor($two, $who)); $who => join ' ', sort { $a cmp $b }
    do { my %h = map { $_ => 1 } $r->{content} =~ /(Main|Other) Person/g;
        keys %h } } qw(anna ben);
is($seen{anna}, 'Main Other', 'who has no endpoints named sees all');
is($seen{ben}, 'Other', 'who has one sees that one');

# The end of a session.
my $gone = visitor($home, 'anna');
my $out = form($home, '/logout', $gone);
is($out->{status}, 303, 'logging out is answered');
like(heads($out)->{'set-cookie'}, qr/^__Host-leadsheet=; .*Max-Age=0/,
    '  and takes the cookie back');
is(visit($home, '/leads', '', cookie => $gone)->{status}, 303,
    '  and whoever kept it sees nothing');
is(visit($home, '/leads', '', cookie => $cookie)->{status}, 200,
    '  others go on');
is(form($home, '/logout', $gone)->{status}, 303,
    'logging out again is no fault');
my $old = visit($home, '/leads', '', cookie => visitor($home, 'anna'),
    wrap => [clock(sprintf '%d-01-15 10:00:00', 1900 + 2 + (gmtime)[5])]);
is($old->{status}, 303, 'after 30 days one logs in again');
leadsheet($home, [qw(page user password anna)]);
is(visit($home, '/leads', '', cookie => $cookie)->{status}, 303,
    'a new password ends all sessions');
readers($home, 'anna');
my $last = visitor($home, 'anna');
leadsheet($home, [qw(page user remove anna)]);
readers($home, 'ben');
is(visit($home, '/leads', '', cookie => $last)->{status}, 303,
    'who was removed sees nothing');

# login = server.
spew("$home/leadsheet.conf", "[page]\nlogin = server\n");
is(visit($home, '/leads')->{status}, 403,
    'a web server that says no name is told so');
is(visit($home, '/leads', '', env => { REMOTE_USER => 'x y@z' })->{status},
    200, 'whom it names sees the page');
is(visit($home, '/leads', '', cookie => $last)->{status}, 403,
    '  and a session of ours counts for nothing');
is(visit($home, '/leads', '', env => { HTTP_REMOTE_USER => 'eve' })->{status},
    403, '  nor a header of that name');
is(heads(visit($home, '/login', '', env => { REMOTE_USER => 'ben' }))
    ->{location}, '/leads/', '  there is nothing to log in to');

# What is wrong with the page's own settings is told to who can see to it.
spew("$home/leadsheet.conf", '');
readers($home, 'anna');
$last = visitor($home, 'anna');
for (['language = fr', 'language: write auto, en or de'],
    ['timezone = UTC', 'timezone: this is no setting of the page']) {
    my ($line, $said) = @$_;
    spew("$home/leadsheet.conf", "[page]\n$line\n");
    like(visit($home, '/', '', cookie => $last)->{content},
        qr/leadsheet\.conf line 2: \Q$said\E/, "$line: the page says so");
}
spew("$home/leadsheet.conf", '');

# A company's name is found whole; who wrote a part of it is told.
like(visit($home, '/leads', 'company=nobod', cookie => $last)->{content},
    qr/Company and job title have to be whole/, 'no such company: it says why');
like(visit($home, '/leads', 'q=nobod', cookie => $last)->{content},
    qr/Take out a filter or a word/, '  and of a word what to do');

# Faults of ours.
rename "$home/page/key", "$home/page/was" or die;
mkdir "$home/page/key" or die;
my $r = visit($home, '/leads', '', cookie => $last);
is($r->{status}, 503, 'a key that can\'t be read is 503');
ok(heads($r)->{'retry-after'}, '  to be tried again');
unlike($r->{content}, qr{\Q$home}, '  no path is shown');
like($r->{log}, qr{reason=".*\Q$home\E/page/key}, '  the log has it');
$r = visit($home, '/leads', 'as=csv', cookie => $last);
is("$r->{status} " . ($r->{content} =~ /^[^<]+\n$/ ? 'plain' : 'page'),
    '503 plain', '  a file is a sentence');
rmdir "$home/page/key" or die;
rename "$home/page/was", "$home/page/key" or die;

my $lost = visit("$home/lost", '/');
is($lost->{status}, 503, 'a home that isn\'t there is 503');
like($lost->{log}, qr{there is no home at \Q$home\E/lost}, '  as the log says');
unlike($lost->{content}, qr/\Q$home/, '  and nobody else is told');
like(visit(home(), '/')->{log}, qr{run .*leadsheet .*--home},
    'where nobody has a login the log has a command that works');

# German.
my $german = visit($home, '/login', '', env => { HTTP_ACCEPT_LANGUAGE =>
    'fr,de-AT;q=0.9,en;q=0.1' });
like($german->{content}, qr/<html lang="de">.*Passwort/s,
    'a browser that wants German gets it');
done_testing();

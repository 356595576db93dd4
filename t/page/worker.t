#!/usr/bin/perl
# The page by FastCGI: nobody waits for somebody else, nothing ends it but who
# may, and what is new in the home is seen.
use strict;
use warnings;
use Export;
use IO::Socket::UNIX;
use Leadsheet;
use PageFiles;
use Slow qw(bad_records);
use Test::More;
use Worker;

my $program = builddir() . '/page/leadsheet-page.fcgi';
my $password = 'kq7dm-2pxwa-9hzte-r4vjs';
my $home = journal_of({map { ("2026-11-2$_" => [deliveries($_, 4, 400)]) }
    0 .. 4});
readers($home, 'anna', 'ben');
my $pid = worker($home, program => $program);
my %visit = (REQUEST_METHOD => 'GET', SCRIPT_NAME => '/leads',
    HTTP_HOST => 'leads.example', REMOTE_ADDR => '192.0.2.1',
    CONTENT_LENGTH => undef, HTTP_X_WEBHOOK_SIGNATURE => undef);

sub get {
    my ($path, %env) = @_;
    return ask($home, '', %visit, PATH_INFO => $path, %env);
}

sub login {
    my ($name, $word, %env) = @_;
    my $body = "name=$name&password=$word";
    return ask($home, $body, %visit, REQUEST_METHOD => 'POST',
        PATH_INFO => '/login', CONTENT_LENGTH => length $body,
        CONTENT_TYPE => 'application/x-www-form-urlencoded',
        HTTP_ORIGIN => 'https://leads.example', %env);
}

my $r = get('/login');
is($r->{status}, 200, 'it answers');
like($r->{log}, qr/^page screen=login status=200 reader=- bytes=\d+ ms=[\d.]+$/,
    '  with a line for the web server\'s log');
my ($cookie) = login('anna', $password)->{headers}{'set-cookie'} =~ /^([^;]+)/;
my %anna = (HTTP_COOKIE => $cookie);
is(get('/leads', %anna)->{status}, 200, 'somebody logs in and sees leads');
is(hear(reach("$home/.socket", kept_request('', %visit, PATH_INFO =>
    '/login')))->{status}, 200, 'a web server that keeps connections hears it');
is(ask($home, 'x' x 100_000, %visit, REQUEST_METHOD => 'POST', PATH_INFO =>
    '/login', CONTENT_LENGTH => 100_000)->{status}, 413,
    'a form that is too large is 413');

# A file is whole, and the same as by CGI.
wait_for(sub { get('/leads', %anna, QUERY_STRING => 'as=csv')->{status} == 200 })
    or die "the catalog isn't made\n";
my $file = get('/leads', %anna, QUERY_STRING => 'as=csv');
is($file->{status}, 200, 'a file is there') or diag(explain($file));
my $by_cgi = visit($home, '/leads', 'as=csv', cookie => $cookie);
is($by_cgi->{status}, 200, '  also by CGI') or diag(explain($by_cgi));
ok($file->{content} eq $by_cgi->{content}, '  and the same');
cmp_ok(length $file->{content}, '>', 1_000_000, '  and large');

# Who takes nothing of a file keeps nobody waiting.
my $ask_file = whole_request('', %visit, PATH_INFO => '/leads', %anna,
    QUERY_STRING => 'as=csv');
my @idle = map { reach("$home/.socket", $ask_file) } 1 .. 4;
is(get('/leads', %anna)->{status}, 200,
    'four who don\'t take their files keep nobody waiting');
ok(hear($_)->{content} eq $file->{content}, '  and each gets its own whole')
    for @idle;

# Who is slow keeps nobody waiting, nor who says half of it.
my $whole = whole_request('', %visit, PATH_INFO => '/login');
my @half = map { reach("$home/.socket", substr $whole, 0, -8) } 1 .. 6;
is(get('/login')->{status}, 200, 'six slow ones keep nobody waiting');
for my $s (splice @half, 0, 3) {
    print $s substr $whole, -8;
    is(hear($s)->{status}, 200, '  and are answered, once they have said all');
}
close $_ for @half;

# Who is gone, or says nonsense.
close reach("$home/.socket", $ask_file) for 1 .. 3;
close reach("$home/.socket", $whole) for 1 .. 3;
is(get('/login')->{status}, 200, 'clients that go away end nothing');
for my $case (bad_records()) {
    my $s = reach("$home/.socket", $case->{bytes} . ($case->{rest} // ''));
    shutdown $s, 1 if $s && $case->{half};
    is(get('/login')->{status}, 200, "one $case->{name}: others are answered");
    close $s if $s;
}

# What is new in the home.
mkdir "$home/events";
mkdir "$home/events/journal";
my $new = journal_of({'2026-11-25' => [body('{"urn":"new","full_name":"Newly '
    . 'Come"}')]});
system('cp', "$new/main/journal/2026-11-25.jsonl", "$home/events/journal/")
    == 0 or die;
wait_for(sub { get('/leads', %anna)->{content} =~ /Newly Come/ });
like(get('/leads', %anna)->{content}, qr/Newly Come/,
    'leads of an endpoint that is new are seen');
like(slurp("$home/.log"), qr/started anew/, '  and the log says how');
spew("$home/new.conf", "[page]\nlogin = server\n");
rename "$home/new.conf", "$home/leadsheet.conf" or die;
is(get('/leads', %anna)->{status}, 403, 'settings that are new hold');
is(get('/leads', REMOTE_USER => 'x')->{status}, 200, '  at once');
unlink "$home/leadsheet.conf";
is(get('/leads', %anna)->{status}, 200, '  and those that are gone don\'t');
unlink "$home/page/key" or die "$!\n";
is(get('/leads', %anna)->{status}, 303, 'a key that is deleted ends all logins');
($cookie) = login('anna', $password)->{headers}{'set-cookie'} =~ /^([^;]+)/;
%anna = (HTTP_COOKIE => $cookie);
$ask_file = whole_request('', %visit, PATH_INFO => '/leads', %anna,
    QUERY_STRING => 'as=csv');
wait_for(sub { get('/leads', %anna)->{content} =~ /Newly Come/ });
like(get('/leads', %anna)->{content}, qr/Newly Come/, '  new ones see leads');

# Ten thousand guesses cost no ten thousand hashes.
stop_worker($pid);
my $library = "$home/.hashes.so";
system('gcc', '-D_GNU_SOURCE', '-shared', '-fPIC', '-O1', '-o', $library,
    data('hashes.c')) == 0 or die "gcc failed\n";
my $hashes = "$home/page/hashes";
$pid = worker($home, program => $program, env => { LD_PRELOAD => $library,
    HASHES => $hashes });
my %said;
$said{login('anna', "guess-$_")->{status}}++ for 1 .. 9_500;
is_deeply(\%said, { 403 => 10, 429 => 9_490 },
    'of 9,500 guesses from one address ten are looked at');
is(-s $hashes, 10, '  and ten are hashed');
$r = login('anna', $password);
is($r->{status}, 429, 'then also the right one is not');
cmp_ok($r->{headers}{'retry-after'}, '>', 0, '  and it is said for how long');
like($r->{content}, qr/Try again in \d+ minutes?\./, '  in a sentence');
is(login('anna', $password, REMOTE_ADDR => '192.0.2.77')->{status}, 303,
    '  from elsewhere it is');
%said = ();
$said{login('ben', "guess-$_", REMOTE_ADDR => '198.51.100.' . $_ % 250)
    ->{status}}++ for 1 .. 500;
is_deeply(\%said, { 403 => 50, 429 => 450 },
    'of 500 guesses of one name from 250 addresses fifty are');
is(-s $hashes, 61, '  and hashed');

# The end.
$file = get('/leads', %anna, QUERY_STRING => 'as=csv');
is($file->{status}, 200, 'a file is there');
my $slow = reach("$home/.socket", substr $whole, 0, -8);
is(get('/login')->{status}, 200, 'a slow one is waited for');
my @taken = reach("$home/.socket", $ask_file);
get('/login');
kill 'TERM', $pid;
my $taken = hear($taken[0]);
is($taken->{status}, 200, 'told to stop it goes on with a file that was begun')
    or diag(explain($taken));
ok($taken->{content} eq $file->{content}, '  and makes it whole');
is(stop_worker($pid), 0, '  and ends with 0');
$pid = worker($home, program => $program);
is(get('/login')->{status}, 200, 'it is started again');
my ($worker) = slurp("/proc/$pid/task/$pid/children") =~ /(\d+)/;
kill 'KILL', $worker;
isnt(stop_worker($pid), 0, 'a worker that was killed is told by the exit status');
$pid = worker($home, program => $program);
is(get('/login')->{status}, 200, 'and again');
($worker) = slurp("/proc/$pid/task/$pid/children") =~ /(\d+)/;
kill 'KILL', $pid;
stop_worker($pid);
ok(wait_for(sub { !-d "/proc/$worker" }), 'who is left behind ends as well');
done_testing();

#!/usr/bin/perl
# Through a real nginx: FastCGI, and plain CGI under fcgiwrap.
use strict;
use warnings;
use Answers;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Leadsheet;
use Test::More;

my $body = '{"delivery_id":"a","event":"lead.enriched",'
    . '"data":{"leads":[{"full_name":"Jane Private"}]}}';

sub fresh {
    my ($id) = @_;
    return $body =~ s/"a"/"$id"/r;
}

my %home = (fastcgi => home(), cgi => home());
start_workers($home{fastcgi}, 2);
start_workers($home{cgi}, 1);    # nginx wants its socket; nobody asks it
my %fastcgi = start_nginx($home{fastcgi}, keep => 1);
my %cgi = start_nginx($home{cgi});

check_cases($home{fastcgi}, http_door($fastcgi{https}));
check_cases($home{cgi}, http_door($cgi{cgi}));

for (['FastCGI', $home{fastcgi}, $fastcgi{https}],
    ['fcgiwrap', $home{cgi}, $cgi{cgi}]) {
    my ($door, $home, $port) = @$_;
    my $before = tree($home);

    # Refusals arrive as they are, with a large body too.
    my $large = '{"x":"' . 'y' x (3 << 20) . '"}';
    is(post($port, $large, path => '/other')->{status}, 404,
        "$door: 3 MB to a wrong endpoint: 404");
    is(post($port, $large, headers => { 'X-Webhook-Signature' => 'no' })
        ->{status}, 401, "$door: 3 MB with a wrong signature: 401");
    my $huge = '{"x":"' . 'y' x (17 << 20) . '"}';
    my $r = post($port, $huge);
    is("$r->{status} $r->{json}{error}", '413 too_large',
        "$door: 17 MB: 413");
    is_deeply(tree($home), $before, "$door: nothing of these is kept");

    # On a connection that is kept, the next one comes through.
    my $kept = HTTP::Tiny->new(timeout => PATIENCE,
        keep_alive => 1);
    post($port, $huge, http => $kept);
    is(post($port, fresh("kept-$door"), http => $kept)->{status}, 200,
        "$door: after a refused large body a good delivery: 200");

    # 10,000 leads, and one post of 30 KB with many of them.
    my ($many) = deliveries(7, 1, 10000);
    $r = post($port, $many);
    is("$r->{status} $r->{json}{leads}", '200 10000',
        "$door: 10,000 leads in one delivery");
    my $text = 'long ' x 6000;
    my $popular = '{"delivery_id":"popular","event":"lead.enriched","data":'
        . '{"leads":[' . join(',', ('{"post_id":"p"}') x 500)
        . qq(],"posts":[{"id":"p","text":"$text"}]}});
    is(post($port, $popular)->{json}{leads}, 500,
        "$door: 500 leads on a post of 30 KB");

    # A client that leaves in mid-body, and one that leaves behind it.
    $before = tree($home);
    my $late = fresh("late-$door");
    my $head = "POST /main HTTP/1.1\r\nHost: x\r\nX-Webhook-Signature: "
        . sign($late) . "\r\nContent-Length: " . length($late) . "\r\n\r\n";
    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
    print $s $head, substr $late, 0, 20;
    $s->flush;
    close $s;
    # nginx takes one thing after the other: with this it is done with that.
    post($port, fresh("behind-$door"));
    my %new = %{tree($home)};
    my @journals = grep { /jsonl$/ && $new{$_} ne ($before->{$_} // '') }
        keys %new;
    is_deeply([map { substr($new{$_}, length($before->{$_} // ''))
        =~ /"delivery_id":"(.*?)"/g } @journals], ["behind-$door"],
        "$door: a client that left in mid-body leaves nothing");
    $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
    print $s $head, $late;
    $s->flush;
    close $s;
    ok(wait_for(sub { tree($home)->{journal($home)->[-1]} =~
        /"late-$door"/ }), "$door: left behind the body: it is kept");
    is(post($port, $late)->{json}{status}, 'duplicate',
        "$door: and its retry is a duplicate");
}

# With a certificate, and deploy/nginx's own file.
sub by_tls {
    my ($text, $path, @more) = @_;
    my $file = spew("$home{fastcgi}/.body", $text);
    my $out = `curl -sk --path-as-is -o - -w '%{http_code}' --data-binary \@$file \\
        -H 'X-Webhook-Signature: @{[sign($text)]}' @more \\
        https://127.0.0.1:$fastcgi{tls}$path`;
    $out =~ s/(\d+)\z//;
    return ($1, Leadsheet::json($out) // {});
}
for (['/leads/main', 200, 'stored'], ['/leads/main/', 200, 'duplicate'],
    ['/leads/', 200, 'duplicate'], ['/leads/other', 404, 'not_found'],
    ['/leads/main/x', 404, 'not_found'], ['/leads//main', 200, 'duplicate'],
    ['/leads/x/../main', 200, 'duplicate'],
    ['/leads/%6dain', 200, 'duplicate']) {
    my ($path, $status, $word) = @$_;
    my ($s, $json) = by_tls(fresh('tls'), $path);
    is("$s " . ($json->{status} // $json->{error}), "$status $word",
        "https://...$path: $status");
}
is((by_tls(fresh('tls-2'), '/leads/main', '-H', "'Expect: 100-continue'"))[0],
    200, 'with Expect: 100-continue');
is((by_tls(fresh('tls-3'), '/leads/main', '-H',
    "'Transfer-Encoding: chunked'"))[0], 200, 'a chunked body');
is((by_tls('{"x":"' . 'y' x (16 << 20) . '"}', '/leads/main'))[1]{error},
    'too_large', 'larger than max_body: leadsheet\'s own 413');

# What only nginx can do
is(post($fastcgi{http}, fresh('plain'), path => '/leads/main')->{json}{error},
    'https_required', 'plain HTTP: 403');
is(post($fastcgi{http}, fresh('plain'), path => '/leads/main',
    headers => { 'X-Forwarded-Proto' => 'https' })->{status}, 403,
    'X-Forwarded-Proto is not trusted');
is(post($fastcgi{http}, fresh('plain'), path => '/broken')->{status}, 500,
    'a lone fastcgi_param drops the others: 500');
like(slurp("$home{fastcgi}/.run/error.log"), qr/REQUEST_METHOD is missing/,
    '  and the error log says what to do');
like(slurp("$home{fastcgi}/.run/error.log"),
    qr/endpoint=main status=200 outcome=stored id=\S+ leads=1 /,
    'log lines reach the error log');
unlike(slurp("$home{fastcgi}/.run/error.log"), qr/Jane/,
    '  and name no person');

# The requests of one kept FastCGI connection, by hand: a body that nobody
# wants, unread in part, must not swallow the next.
{
    my $s = IO::Socket::UNIX->new(
        Peer => "$home{fastcgi}/.run/leadsheet.sock");
    my $record = sub { pack 'CCnnCx', 1, $_[0], 1, length $_[1], 0 };
    my $send = sub {
        my (%env) = @_;
        my $text = delete $env{body};
        my $pairs = join '', map { pack('CC', length, length $env{$_})
            . $_ . $env{$_} } keys %env;
        my $out = $record->(1, "\0\1\1\0\0\0\0\0") . "\0\1\1\0\0\0\0\0";
        $out .= $record->(4, $pairs) . $pairs . $record->(4, '');
        $out .= $record->(5, $_) . $_ for $text =~ /(.{1,60000})/gs;
        print $s $out . $record->(5, '');
        $s->flush;
        my ($answer, $type) = ('', 0);
        while ($type != 3) {
            read($s, my $header, 8) == 8 or return $answer;
            my (undef, $t, undef, $n, $pad) = unpack 'CCnnC', $header;
            $type = $t;
            read $s, my $content, $n + $pad;
            $answer .= substr $content, 0, $n if $t == 6;
        }
        return $answer;
    };
    my %env = (REQUEST_METHOD => 'POST', HTTPS => 'on');
    like($send->(%env, PATH_INFO => '/other', body => 'x' x 200000),
        qr/^Status: 404/, 'a kept connection: a large body is refused');
    my $good = fresh('by-hand');
    like($send->(%env, PATH_INFO => '/main', body => $good,
        HTTP_X_WEBHOOK_SIGNATURE => sign($good)), qr/^Status: 200/,
        '  then a good delivery is taken');
    # And while it is kept and idle, it keeps no other client waiting.
    is(post($fastcgi{https}, fresh("other-$_"))->{status}, 200,
        '  and others are served') for 1 .. 4;
}

done_testing();

#!/usr/bin/perl
# leadsheet relay: what goes over the wire, to whom, and what is told of a
# target that answers oddly.
use strict;
use warnings;
use Checker;
use IO::Select;
use IO::Socket::INET;
use Leadsheet;
use Relay;
use Target;
use Test::More;

my ($version) = slurp(srcdir() . '/configure.ac') =~ /AC_INIT\(\[leadsheet\], *\[([^\]]+)/
    or die "configure.ac has no version\n";

# Those that take no time in the end go first: these wait for their timeout.
my %patient = map { $_ => target(script => [$_]) } qw(hang slow deaf);
my %waiting;
for my $step (sort keys %patient) {
    my $home = relay_home($patient{$step});
    comes($home, 'a');
    $waiting{$step} = [$home, start_relay($home)];
}

# Each byte
{
    my $t = target();
    my $home = relay_home($t);
    comes($home, 'a');
    is(relay($home, ['--once'])->{exit}, 0, 'a delivery is passed on');
    my ($r) = $t->requests;
    is("$r->{method} $r->{path}", 'POST /hook/of-a-secret?token=s3cret',
        '  by POST, to the whole URL');
    my %h = %{$r->{headers}};
    like(delete $h{'webhook-signature'}, qr{\Av1,[A-Za-z0-9+/]{43}=\z},
        '  signed');
    like(delete $h{'webhook-timestamp'}, qr/\A\d{10}\z/, '  dated');
    my ($secret) = slurp("$home/relay-crm.secret") =~ /^(\S+)/;
    is_deeply(\%h, { host => '127.0.0.1:' . $t->port, accept => '*/*',
        'user-agent' => "leadsheet/$version",
        'content-type' => 'application/json',
        'content-length' => length $r->{body}, 'webhook-id' => 'a',
        'x-webhook-signature' => sign($r->{body}, $secret),
        'x-webhook-event' => 'lead.enriched' },
        '  with these headers and no other');
    # One that is large doesn't ask first.
    comes($home, 'b', leads => 30_000);
    is(relay($home, ['--once'])->{exit}, 0, 'one of more than a MiB goes');
    $r = ($t->requests)[1];
    cmp_ok($r->{headers}{'content-length'}, '>', 1 << 20, '  by its length');
    ok(!exists $r->{headers}{expect}, '  without asking whether it may');
}

# Whom a relay doesn't go to, unless told: whatever the way to write it.
my $listener = IO::Socket::INET->new(Listen => 9, LocalAddr => '127.0.0.1')
    or die "no port: $!\n";
my $port = $listener->sockport;
my $plain = target();
for my $host ('127.0.0.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.1',
    'localhost', 'LOCALHOST', '0.0.0.0', '0', '[::ffff:127.0.0.1]',
    'example.org@127.0.0.1', 'user:word@localhost') {
    my $home = home("[relay crm]\nurl = https://$host:$port/s3cret\n"
        . "from = beginning\n");
    leadsheet($home, [qw(relay crm --make-secret)]);
    comes($home, 'a');
    my $r = relay($home, ['--once']);
    is($r->{exit}, 75, "$host is not public: exit 75");
    like($r->{err}, qr/its address is not a public one; if you mean it, say private = yes/,
        '  and told, with the remedy');
    unlike("$r->{out}$r->{err}", qr/s3cret|word/, '  without the secret');
    is(scalar(() = IO::Select->new($listener)->can_read(0)), 0,
        '  and nobody was connected to');
    # With it, it is: as a URL the text leads there.
    set_relay($home, "http://$host:" . $plain->port . '/');
    my $before = () = $plain->requests;
    is(relay($home, ['--resume', '--once'])->{exit}, 0,
        '  with private = yes it goes');
    is(scalar(() = $plain->requests), $before + 1, '  and arrives');
}

# A proxy of the environment would be the one whose address is looked at.
{
    my ($t, $proxy) = (target(), target());
    my $home = relay_home($t);
    comes($home, 'a');
    my $url = 'http://127.0.0.1:' . $proxy->port;
    my $r = relay($home, ['--once'], env => { map { $_ => $url }
        qw(http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY) });
    is($r->{exit}, 0, 'with proxies in the environment') or diag $r->{err};
    is(scalar(() = $t->requests) . scalar(() = $proxy->requests), '10',
        '  it goes to the target itself');
}

# What went wrong, in a sentence
my $elsewhere = target();
for (
    ['close', qr/the connection was closed without an answer/],
    ['reset', qr/the connection was closed without an answer/],
    ['cut', qr/the connection was closed in the middle of the answer/],
    ['nonsense', qr/what it answered is no HTTP/],
    ['old', qr/what it answered is no HTTP/],
    ['headers', qr/its answer has more than 64 KiB of headers/],
    ['redirect', qr{answered 307: it redirects to http://127\.0\.0\.1:\d+, and no redirect is followed; give the URL at which it ends}],
    [500, qr/ answered 500/],
    [304, qr/ answered 304; the next try is /],
    [400, qr/ answered 400: it doesn't understand the message; look at it with --print;/],
    [401, qr/ answered 401: it doesn't know the secret, or the URL is not right;/],
    [403, qr/ answered 403: it doesn't know the secret, or the URL is not right;/],
    [404, qr/ answered 404: the URL is wrong, or it was removed there;/],
    [413, qr/ answered 413: the message is too long for it; a template with a small batch helps;/],
    [422, qr/ answered 422: it doesn't understand the message; look at it with --print;/],
    [429, qr/ answered 429: it is asked too often; write every = 10m, say;/],
) {
    my ($step, $says) = @$_;
    my $t = target(script => [$step], to => $elsewhere->url);
    my $home = relay_home($t);
    comes($home, 'a');
    my $r = relay($home, ['--once']);
    is($r->{exit}, 75, "$step: exit 75");
    like($r->{err}, qr/\Aleadsheet relay: main: [^\n]*$says[^\n]*\n\z/,
        '  and a sentence');
    unlike("$r->{out}$r->{err}", qr/s3cret|of-a-secret|LikesToLeads|insecure/,
        '  without a secret, in words for a relay');
    is(relay($home, ['--resume', '--once'])->{exit}, 0, '  then it is taken');
}
is(scalar(() = $elsewhere->requests), 0, 'a redirect was not followed');
{
    my $t = target(script => ['endless']);
    my $home = relay_home($t);
    comes($home, 'a');
    my $r = relay($home, ['--once']);
    is($r->{exit}, 0, 'an answer without end: the status is what counts')
        or diag $r->{err};
    is(scalar(() = $t->requests), 1, '  and it is asked once');
    $t->down;
    comes($home, 'b');
    $r = relay($home, ['--once']);
    like($r->{err}, qr/nothing listens there, or there is no way to it/,
        'nobody listens: told');
}

# A connection that is used again, and closed just then
{
    my $t = target(script => [{ status => 200, keep => 1 }, 'close']);
    my $home = relay_home($t);
    comes($home, $_) for qw(a b);
    is(relay($home, ['--once'])->{exit}, 0,
        'closed while it is used again: all the same it is taken');
    is(join(' ', map { $_->{headers}{'webhook-id'} } $t->requests), 'a b b',
        '  by another one, under its id');
}

# HTTPS
SKIP: {
    eval { require IO::Socket::SSL } or skip 'IO::Socket::SSL is not installed', 1;
    my $t = target(tls => 1);
    my $home = relay_home($t);
    comes($home, 'a');
    my $r = relay($home, ['--once']);
    is($r->{exit}, 75, 'a certificate that nobody vouches for');
    like($r->{err}, qr/its certificate can't be trusted: .*update-ca-certificates/,
        '  is told');
    my $trust = { SSL_CERT_FILE => $t->certificate };
    is(relay($home, ['--resume', '--once'], env => $trust)->{exit}, 0,
        'one that somebody vouches for is taken');
    my $other = target(tls => 1, names => 'DNS:crm.example');
    set_relay($home, $other);
    comes($home, 'b');
    $r = relay($home, ['--once'],
        env => { SSL_CERT_FILE => $other->certificate });
    like($r->{err}, qr/its certificate can't be trusted/,
        'a certificate of another name is not');
    is(scalar(() = $other->requests), 0, '  and nothing is said to it');
}

# The versions of TLS that it offers (RFC 8446 section 4.2.1).
{
    my $home = relay_home("https://127.0.0.1:$port/");
    comes($home, 'a');
    my $pid = start_relay($home);
    my $c = $listener->accept;
    my $hello = '';
    while (length $hello < 5 || length $hello < 5 + unpack 'x3n', $hello) {
        sysread $c, $hello, 4096, length $hello or last;
    }
    # As a server that knows no TLS.
    syswrite $c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    close $c;
    my %offered = map { $_ => 1 } $hello =~ /\x00\x2b..(.)((?:\x03.)+)/s
        ? unpack '(H4)*', substr $2, 0, ord $1 : ();
    is(join(' ', sort keys %offered), '0303 0304',
        'TLS 1.2 and 1.3 are offered, and nothing older');
    ok(wait_for(sub { slurp("$home/relay.err") =~ /\n/ }) && slurp("$home/relay.err")
        =~ /it doesn't speak HTTPS with TLS 1\.2 or newer/,
        'what speaks no TLS is told');
    stop_relay($pid);
}

# Those that waited
for my $step (sort keys %waiting) {
    my ($home, $pid) = @{$waiting{$step}};
    ok(wait_for(sub { slurp("$home/relay.err") =~ /\n/ }),
        "$step: the waiting has an end");
    like(slurp("$home/relay.err"), qr/no answer in time \(10 seconds for the connection, 30 for all of it, more for a large body\)/,
        '  which is told');
    my ($ms) = slurp("$home/relay.out") =~ / ms=(\d+)/;
    cmp_ok($ms, '>=', 29_000, '  behind half a minute');
    stop_relay($pid);
}

done_testing;

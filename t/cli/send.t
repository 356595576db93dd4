#!/usr/bin/perl
# leadsheet send: against nginx with a certificate, and against nobody.
use strict;
use warnings;
use Leadsheet;
use Server;
use Test::More;

$ENV{LC_ALL} = 'C';

my $home = home();
start_workers($home, 2);
my %port = start_nginx($home);
my $url = "https://localhost:$port{tls}/leads/main";
my $cert = "$home/.run/cert";
my $file = spew("$home/.body", '{"delivery_id": "mine", "event": '
    . '"lead.enriched", "data": {"leads": [{"urn": "u", "connections": 3.70}'
    . ']}}');

# A file, by HTTPS
my $r = leadsheet($home, ['send', $file, '--url', $url, '--insecure']);
is($r->{exit}, 0, 'a file is delivered by HTTPS: exit 0') or diag $r->{err};
like($r->{out}, qr/\A200 in \d+ ms\n\{"status":"stored","delivery_id":"mine"/,
    '  status and reply are printed');
is($r->{err}, '', '  and nothing is complained of');
like(slurp(journal($home)->[0]), qr/"body":\Q@{[slurp($file)]}\E\}\n\z/,
    '  the journal has its very bytes');
$r = leadsheet($home, ['send', '-', "--url=$url", '--insecure'],
    stdin => slurp($file));
like($r->{out}, qr/"duplicate"/, 'from stdin, the same again is a duplicate');

# The certificate
$r = leadsheet($home, ['send', $file, '--url', $url]);
is($r->{exit}, 65, 'a self-made certificate is refused');
like($r->{err}, qr/certificate can't be trusted.*--insecure/,
    '  and the message names --insecure');
is($r->{out}, '', '  nothing pretends to be an answer');

# --test
$r = leadsheet($home, ['send', '--test', '--url', $url, '--insecure']);
like($r->{out}, qr/"status":"test"/, '--test is taken for a test');
my ($sheet) = grep { /test-/ } @{sheets($home)};
my $rows = read_csv($sheet);
is(scalar @$rows, 1, '  one row in the test sheet');
is($rows->[0]{full_name}, 'Jane Smith', '  of the documented lead');
leadsheet($home, ['send', '--test', '--url', $url, '--insecure']);
isnt(read_csv($sheet)->[1]{delivery_id}, $rows->[0]{delivery_id},
    '  each with an id of its own');
like($rows->[0]{delivery_id}, qr/\A[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\z/,
    '  which is a UUID');

# Many at once
$r = leadsheet($home, ['send', $file, '--url', $url, '--insecure', '--repeat',
    40, '--jobs', 4]);
is($r->{exit}, 0, '40 deliveries, 4 at once') or diag $r->{err};
like($r->{out}, qr/^40 deliveries in .*^  200 +40\n.*^median [\d.]+ ms, 99th/ms,
    '  the statuses are counted, median and 99th percentile told');
is($r->{err}, '', '  no progress bar without a terminal');
my %ids = map { $_->{delivery_id} => 1 } map { @{read_csv($_)} }
    grep { /leads-/ } @{sheets($home)};
is(scalar keys %ids, 41, '  40 further ids are in the sheet');
like(slurp(journal($home)->[0]), qr/"delivery_id": "[^"]{36}", "event": "lead\.enriched", "data": \{"leads": \[\{"urn": "u", "connections": 3\.70\}/,
    '  and every other byte is as it was');
$r = leadsheet($home, ['send', $file, '--url', $url, '--insecure', '--repeat',
    3, '--json']);
my @json = map { Leadsheet::json($_) } split /\n/, $r->{out};
is_deeply([map { $_->{status} } @json], [200, 200, 200],
    '--json: an object for each delivery');
is(scalar(grep { Leadsheet::json($_->{reply})->{delivery_id}
    eq $_->{delivery_id} } @json), 3, '  with its id and the reply');

# What the receiver refuses, and what is no receiver
my $wrong = spew("$home/.wrong", "another-secret\n");
my $before = tree($home);
for (
    ['a wrong secret', 77, $url, ['--secret-file', $wrong], qr/\A401 .*bad_signature/s],
    ['plain HTTP', 77, "http://127.0.0.1:$port{http}/leads/main", [], qr/\A403 .*https_required/s],
    ['a wrong path', 65, "https://localhost:$port{tls}/leads/other", [], qr/\A404 /],
) {
    my ($name, $exit, $to, $more, $says) = @$_;
    my $got = leadsheet($home, ['send', $file, '--url', $to, '--insecure',
        @$more]);
    is($got->{exit}, $exit, "$name: exit $exit");
    like($got->{out}, $says, '  status and reply are printed');
}
spew("$home/main/disabled", '');
$r = leadsheet($home, ['send', $file, '--url', $url, '--insecure']);
is($r->{exit}, 75, '503: exit 75');
unlink "$home/main/disabled";
is_deeply(tree($home), $before, 'nothing of these was kept');

my ($redirect, $heard) = answering(
    answer(308, "Location: https://other.example/leads/main\r\n"));
$r = leadsheet($home, ['send', $file, '--url', "http://127.0.0.1:$redirect/x"]);
is($r->{exit}, 65, 'a redirect is not followed: exit 65');
like($r->{err}, qr{redirects to https://other\.example/leads/main.*use that},
    '  and the final URL is named');
my $asked = slurp($heard) =~ s/\0\z//r;
is(scalar(() = $asked =~ /^POST /mg), 1, '  it was asked once');
like($asked, qr{^POST /x HTTP/1\.1\r\n}, '  by POST');
my %sent = map { /^([^:]+): (.*)/ ? (lc $1 => $2) : () }
    split /\r\n/, ($asked =~ /(.*?)\r\n\r\n/s)[0];
is($sent{'content-type'}, 'application/json', '  Content-Type');
is($sent{'x-webhook-event'}, 'lead.enriched', '  X-Webhook-Event');
is($sent{'x-webhook-signature'}, sign(slurp($file)), '  X-Webhook-Signature');
like($sent{'user-agent'}, qr{\Aleadsheet/\d}, '  and a name');
is((split /\r\n\r\n/, $asked, 2)[1], slurp($file), '  the body as it is');

my ($hostile) = answering("HTTP/1.1 500 X\r\nConnection: close\r\n\r\n"
    . "\e[2Jgone\a");
$r = leadsheet($home, ['send', $file, '--url', "http://127.0.0.1:$hostile/"]);
is($r->{exit}, 75, '500: exit 75');
unlike($r->{out}, qr/[\e\a]/, '  what a reply would do to a terminal is taken out');
my ($silent) = answering('');
$r = leadsheet($home, ['send', $file, '--url', "http://127.0.0.1:$silent/"]);
is($r->{exit}, 75, 'closed without an answer: exit 75');
like($r->{err}, qr/closed without an answer/, '  and told so');
my $nobody = free_port();
$r = leadsheet($home, ['send', '--test', '--url', "http://127.0.0.1:$nobody/",
    '--repeat', 3]);
is($r->{exit}, 75, 'nothing listens there: exit 75');
like($r->{err}, qr/connection refused/, '  and told so');
like($r->{out}, qr/^  no answer +3$/m, '  three times');
$r = leadsheet($home, ['send', '--test', '--url', 'https://nobody.invalid/']);
is($r->{exit}, 75, 'a name that nobody knows: exit 75');
like($r->{err}, qr/nobody knows a machine of that name/, '  and told so');
for ([77, 503, 401, 404, 200], [65, 503, 404, 200], [75, 200, 503, 200],
    [0, 200, 202, 204]) {
    my ($exit, @statuses) = @$_;
    my ($mixed) = answering([map { answer($_) } @statuses]);
    $r = leadsheet($home, ['send', '--test', '--url',
        "http://127.0.0.1:$mixed/", '--repeat', scalar @statuses]);
    is($r->{exit}, $exit, "@statuses: the gravest counts, exit $exit");
}

# What is wrong with the command line
my $list = spew("$home/.list", '[1]');
my $empty = spew("$home/.empty", "\n");
for (
    ['no --url', 64, ['--test'], qr/say where to: --url/],
    ['no URL', 64, ['--test', '--url', 'example.com'], qr/begins with https/],
    ['another protocol', 64, ['--test', '--url', 'ftp://x/'], qr/begins with https/],
    ['neither file nor --test', 64, ['--url', $url], qr/a file, - for stdin, or --test/],
    ['both', 64, [$file, '--test', '--url', $url], qr/not both/],
    ['no such file', 66, ["$home/none", '--url', $url], qr/can't read .*none/],
    ['a directory', 66, [$home, '--url', $url], qr/can't read/],
    ['no such endpoint', 64, ['--test', '--url', $url, '--endpoint', 'x'], qr/no endpoint x; there is: main/],
    ['two secrets', 64, ['--test', '--url', $url, '--endpoint', 'main', '--secret-file', $wrong], qr/not both/],
    ['no secret file', 66, ['--test', '--url', $url, '--secret-file', "$home/none"], qr/can't read the secret/],
    ['an empty one', 65, ['--test', '--url', $url, '--secret-file', $empty], qr/no secret on the first line/],
    ['--repeat 0', 64, ['--test', '--url', $url, '--repeat', 0], qr/from 1 to/],
    ['--repeat x', 64, ['--test', '--url', $url, '--repeat', '5x'], qr/from 1 to/],
    ['--jobs 1000', 64, ['--test', '--url', $url, '--jobs', 1000], qr/from 1 to 256/],
    ['a list twice', 65, [$list, '--url', $url, '--repeat', 2], qr/can't get other ids/],
) {
    my ($name, $exit, $args, $says) = @$_;
    my $got = leadsheet($home, ['send', @$args]);
    is($got->{exit}, $exit, "$name: exit $exit");
    like($got->{err}, $says, '  and the remedy');
    is($got->{out}, '', '  stdout stays empty');
}
$r = leadsheet($home, ['send', '--help']);
is($r->{exit}, 0, '--help');
like($r->{out}, qr/usage: leadsheet send .*--insecure.*example: leadsheet send/s,
    '  with options and an example');
is(leadsheet(undef, ['send', $file, '--url', $url, '--insecure',
    '--secret-file', "$home/main/secret"])->{exit}, 0,
    'with --secret-file no home is needed');

# Ctrl-C, on a terminal
my ($slow, $began) = answering(answer(200), 0.05);
my $pty = spew("$home/.pty", <<'END');
import os, pty, re, signal, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
out, sent = b'', False
while True:
    try:
        more = os.read(fd, 65536)
    except OSError:
        break
    if not more:
        break
    out += more
    if not sent and b'sending' in out:
        os.write(fd, b'\x03')
        sent = True
code = os.waitpid(pid, 0)[1]
open(sys.argv[1], 'wb').write(out)
sys.exit(100 + os.WTERMSIG(code) if os.WIFSIGNALED(code) else os.WEXITSTATUS(code))
END
{
    local @ENV{qw(LEADSHEET_HOME TERM LC_ALL no_proxy)}
        = ($home, 'xterm', 'C', '*');
    my $exit = system('python3', $pty, "$home/.out", builddir()
        . '/cli/leadsheet', 'send', '--test', '--url',
        "http://127.0.0.1:$slow/", '--repeat', '5000') >> 8;
    is($exit, 102, 'Ctrl-C: it dies by the signal');
    my $out = slurp("$home/.out");
    like($out, qr/\rsending +\d+% \[/, '  a bar was drawn');
    like($out, qr/^  200 +(\d+)/m, '  the counts so far are told');
    my ($n) = $out =~ /stopped; (\d+) of 5000 were sent/;
    ok(defined $n && $n > 0 && $n < 5000, '  and how many of how many');
    my $asked_for = () = slurp($began) =~ m{POST / HTTP}g;
    ok($asked_for >= $n && $asked_for <= $n + 1, '  which is true')
        or diag "$asked_for, not $n";
}

done_testing();

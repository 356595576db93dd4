#!/usr/bin/perl
# leadsheet replay: kept records, to another endpoint and to a server of ours.
use strict;
use warnings;
use Checker;
use Leadsheet;
use POSIX ();
use Server;
use Test::More;

$ENV{LC_ALL} = 'C';

my $home = home();
my $other = 'the-secret-of-another-webhook';
mkdir "$home/other";
spew("$home/other/secret", "$other\n");
chmod 0600, "$home/other/secret";
start_workers($home, 2);
my %port = start_nginx($home);
my $url = "https://localhost:$port{tls}/leads/other";
my $today = today();

# Kept: leads of several forms, a test, another event, an unreadable one.
my $indented = "{\n  \"delivery_id\": \"indented\",\n  \"event\": "
    . "\"lead.enriched\",\n  \"data\": {\"leads\": [{\"urn\": \"\xc3\xa9\"}]}\n}\n";
my $binary = "\xff\xfe not JSON";
my @leads = (delivery('first', 2), $indented, delivery('third', 1),
    delivery('fourth', 1));
for (@leads, delivery('a-test', 1, '"test":true,'),
    '{"delivery_id":"event","event":"lead.removed"}', $binary) {
    my $s = cgi($home, body => $_)->{status};
    die "not kept: $s\n" unless $s == 200 || $s == 400;
}
my ($main) = glob "$home/main/journal/*.jsonl";
my $kept = slurp($main);

# A server of ours: says 200 until it has heard a word, then 503; of so many
# requests the last gets no answer.
sub server {
    my ($word, $silent) = @_;
    my $n = 0;
    my ($port, $heard) = answering(sub {
        POSIX::pause() if defined $silent && ++$n == $silent;
        return answer(defined $word && $_[0] =~ $word ? 503 : 200);
    });
    return ("http://127.0.0.1:$port/x", $heard);
}

sub bodies {
    my ($heard) = @_;
    return map { (split /\r\n\r\n/, $_, 2)[1] } split /\0/, slurp($heard);
}

# To another endpoint, signed with that one's secret
my @to_other = ('--endpoint', 'main', '--insecure', '--url', $url);
my $r = leadsheet($home, ['replay', $today, @to_other, '--secret-of', 'other']);
is($r->{exit}, 0, 'a day is replayed to another endpoint') or diag $r->{err};
like($r->{out}, qr/\A4 deliveries sent to \Q$url\E, and taken\n\z/,
    '  and says how many');
my ($there) = glob "$home/other/journal/*.jsonl";
my $digests = qr/"id":"[^"]*","sha256":"(\w+)"/;
is_deeply([slurp($there) =~ /$digests/g],
    [(slurp($main) =~ /$digests/g)[0 .. 3]],
    '  the other journal has the same bodies in the same order');
is(slurp($main), $kept, '  and ours is as it was');
$r = leadsheet($home, ['replay', $today, @to_other, '--secret-of', 'other']);
is($r->{exit}, 0, 'again: they are duplicates, and taken');
$r = leadsheet($home, ['replay', 'today', @to_other]);
is($r->{exit}, 77, 'signed with the endpoint\'s own secret: 401, exit 77');
like($r->{err}, qr/first was not taken: 401 .*\n.*none was taken before it/,
    '  the first one stops it');

# To another program: the very bytes, and what goes with them
my ($fine, $heard) = server();
is(leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url', $fine])
    ->{exit}, 0, 'replayed to another program');
is_deeply([bodies($heard)], \@leads, '  the bodies, byte for byte, in order');
my ($head) = split /\0/, slurp($heard);
like($head, qr/^X-Webhook-Signature: @{[sign($leads[0])]}\r\n/m,
    '  signed with the newest secret of the endpoint');
like($head, qr/^X-Webhook-Event: lead\.enriched\r\n/m, '  with the event');
($fine, $heard) = server();
my $file = spew("$home/.secret", "$other\nold\n");
leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url', $fine,
    '--secret-file', $file]);
like(slurp($heard), qr/^X-Webhook-Signature: @{[sign($leads[0], $other)]}\r/m,
    '  or with that of a file');

# Kinds
for (['test', [delivery('a-test', 1, '"test":true,')]],
    ['other', ['{"delivery_id":"event","event":"lead.removed"}']],
    ['unreadable', [$binary]]) {
    my ($kind, $expected) = @$_;
    ($fine, $heard) = server();
    is(leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url',
        $fine, '--kind', $kind])->{exit}, 0, "--kind $kind");
    is_deeply([bodies($heard)], $expected, '  these, and no others');
}
($fine, $heard) = server();
leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url', $fine,
    map { ('--kind', $_) } qw(leads test other unreadable)]);
is(scalar(bodies($heard)), 7, 'all four kinds at once: everything');

# It stops at the first failure, and goes on from there
for my $jobs (1, 3) {
    my ($bad, $at) = server(qr/"delivery_id":"third"/);
    $r = leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url',
        $bad, '--jobs', $jobs]);
    is($r->{exit}, 75, "--jobs $jobs: 503 stops it, exit 75");
    like($r->{err}, qr/third was not taken: 503.*\n.*2 were taken before it; go on with --after indented\n/,
        '  and it says how to go on');
    is(scalar(bodies($at)), 3, '  nothing behind it was sent') if $jobs == 1;
}
($fine, $heard) = server();
$r = leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url', $fine,
    '--after', 'indented']);
is_deeply([bodies($heard)], [@leads[2, 3]], '--after ID: what comes behind it');
($fine, $heard) = server();
$r = leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url', $fine,
    '--after', 'nonsense']);
is($r->{exit}, 65, '--after an id that isn\'t there: exit 65');
like($r->{err}, qr/no delivery nonsense in these days; nothing was sent/,
    '  and told so');
is(slurp($heard), '', '  and nothing was sent');

# --dry-run
$r = leadsheet($home, ['replay', $today, '--endpoint', 'main', '--url', $fine,
    '--dry-run']);
like($r->{out}, qr/\A4 deliveries \(\d+ B\) would be sent to/, '--dry-run');
for (['today', qr/\A4 deliveries \(\d+ B\) would be sent; --url says where to\n\z/, 0],
    ['2020-01-01', qr/\A\z/, 66]) {
    my ($day, $says, $exit) = @$_;
    $r = leadsheet($home, ['replay', $day, '--endpoint', 'main',
        '--dry-run']);
    like($r->{out}, $says, "  without --url: $day");
    is($r->{exit}, $exit, "  exit $exit");
}
is(leadsheet($home, ['replay', $today, '--endpoint', 'main'])->{exit}, 64,
    '  which is needed to send them');
is(slurp($heard), '', '  sends nothing');

# Several days, in order of time and once; what stands behind a mark is none of
# them
my $days = home();
mkdir "$days/main/$_" for qw(journal sheets);
my @kept = grep { /"id":/ } split /^/, $kept;
my $line = sub { $kept[$_[0]] =~ s/"\d{4}-\d\d-\d\dT\S{8}/"2026-11-${_[1]}T12:00:00/r };
my $counted = $line->(0, 22) . "garbage\n" . $line->(1, 22);
spew("$days/main/journal/2026-11-22.jsonl", $counted . $line->(3, 22));
spew("$days/main/journal/2026-11-22-2.jsonl",
    segment_line(1, length $counted) . $line->(2, 22));
spew("$days/main/journal/2026-11-23.jsonl", $line->(3, 23));
my $was = tree($days);
($fine, $heard) = server();
$r = leadsheet($days, ['replay', '2026-11-23', '2026-11-22', '2026-11-22',
    '--url', $fine]);
is_deeply([bodies($heard)], \@leads, 'two days: all segments in order, each '
    . 'record once');
is_deeply(tree($days), $was, '  and the store is as it was');
ok(!-e "$days/main/lock" && !-e "$days/main/index",
    '  without lock or index');

# As a user who may only read
SKIP: {
    skip 'only root can become another user', 3 if $> != 0;
    system("cp", builddir() . '/cli/leadsheet', "$days/leadsheet") == 0
        or die "cp failed\n";
    chmod 0755, "$days/leadsheet";
    chmod 0755, glob "$days/main $days/main/*/";
    chmod 04 | (stat)[2] & 0777, $_ for glob "$days/main/journal/2026-*";
    my @nobody = ('setpriv', '--reuid=65534', '--regid=65534',
        '--clear-groups');
    my $readable = spew("$days/readable", "x\n");
    chmod 0644, $readable;
    ($fine, $heard) = server();
    my %as = (wrap => \@nobody, program => "$days/leadsheet");
    $r = leadsheet($days, ['replay', '2026-11-23', '--url', $fine,
        '--secret-file', $readable], %as);
    unlink $readable;
    is($r->{exit}, 0, 'a reader with a secret of their own can replay')
        or diag $r->{err};
    $r = leadsheet($days, ['replay', '2026-11-23', '--url', $fine], %as);
    is($r->{exit}, 77, '  but not sign with the endpoint\'s: exit 77');
    like($r->{err}, qr/may not read the secret of main.*--secret-file/,
        '  and is told what to do');
}

# What is wrong with the command line
my @good = ('--endpoint', 'main', '--url', $fine);
for (
    ['no day', 64, [@good], qr/something is missing/],
    ['no --url', 64, [$today], qr/say where to/],
    ['a word that is no day', 64, ['23.11.2026', @good], qr/is no day; write one like/],
    ['a day of which nothing is kept', 66, ['2001-01-01', @good], qr/nothing is kept of 2001-01-01 in main/],
    ['one of two', 66, [$today, '2001-01-01', @good], qr/nothing is kept of 2001-01-01/],
    ['an unknown kind', 64, [$today, @good, '--kind', 'lead'], qr/"lead" is no kind/],
    ['several endpoints', 64, [$today, '--url', $fine], qr/several endpoints; name one/],
    ['an unknown one', 64, [$today, '--url', $fine, '--endpoint', 'x'], qr/no endpoint x/],
    ['an unknown --secret-of', 64, [$today, @good, '--secret-of', 'x'], qr/no endpoint x/],
    ['two secrets', 64, [$today, @good, '--secret-of', 'main', '--secret-file', $file], qr/not both/],
    ['no such home', 78, [$today, @good, '--home', '/nonexistent'], qr/$LEADSHEET init/],
) {
    my ($name, $exit, $args, $says) = @$_;
    my $got = leadsheet($home, ['replay', @$args]);
    is($got->{exit}, $exit, "$name: exit $exit");
    like($got->{err}, $says, '  and the remedy');
}
$r = leadsheet($home, ['replay', '--help']);
like($r->{out}, qr/usage: leadsheet replay .*--dry-run.*example: leadsheet/s,
    '--help has options and an example');

# Ctrl-C says how to go on
(my $slow, $heard) = server(undef, 3);
my $pid = fork // die "fork: $!\n";
if ($pid == 0) {
    @ENV{qw(LEADSHEET_HOME no_proxy)} = ($home, '*');
    open STDERR, '>', "$home/.err" or POSIX::_exit(126);
    exec builddir() . '/cli/leadsheet', 'replay', $today, '--endpoint',
        'main', '--url', $slow or POSIX::_exit(127);
}
wait_for(sub { (() = slurp($heard) =~ /\0/g) == 3 });
kill 'INT', $pid;
waitpid $pid, 0;
is($? & 127, 2, 'Ctrl-C: it dies by the signal');
like(slurp("$home/.err"), qr/stopped; .* taken before it; go on with --after \w+/,
    '  and says how to go on');

done_testing();

#!/usr/bin/perl
# leadsheet relay: each delivery goes to the target, in order, once; whatever
# the target does, none is lost and none passed over.
use strict;
use warnings;
use Checker;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Leadsheet;
use POSIX qw(strftime);
use Digest::SHA ();
use MIME::Base64 ();
use PowerCut qw(clock);
use Relay;
use Target;
use Test::More;

my $said = '';    # all that was said, to look for secrets in
sub once {
    my ($home, @args) = @_;
    my $r = relay($home, ['--once', @args]);
    $said .= $r->{out} . $r->{err};
    return $r;
}

# What --once does in the end, and what has come to the target.
sub brings {
    my ($home, $target, $expected, $exit, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $r = once($home);
    is(join(' ', came_to($target)), $expected, $name);
    is($r->{exit}, $exit, "  exit $exit") or diag($r->{err});
    return $r;
}

# As they came, signed.
{
    my $t = target();
    my $home = relay_home($t);
    my $r = brings($home, $t, '', 0, 'where nothing came nothing goes');
    is("$r->{out}$r->{err}", '', '  without a word');
    comes($home, $_) for qw(a b);
    comes($home, 't', more => '"test":true,');
    comes($home, 'x', body => '{"event":"lead.removed","delivery_id":"x"}');
    comes($home, 'c.d');
    $r = brings($home, $t, 'a b x c.d', 0, 'what came goes, but for tests');
    my $line = qr/relay=crm endpoint=main status=200 outcome=taken/;
    like($r->{out}, qr/\A(?:$line id=\S+ leads=[01] bytes=\d+ ms=[\d.]+\n){4}\z/,
        '  a line each');
    like($r->{out}, qr/ id=a leads=1 bytes=@{[length delivery('a', 1)]} /,
        '  with its id');
    is($r->{err}, '', '  and nothing went wrong');
    my @got = $t->requests;
    is($got[1]{body}, delivery('b', 1), 'as it came');
    my $h = $got[1]{headers};
    my ($secret) = slurp("$home/relay-crm.secret") =~ /^(\S+)/;
    is($h->{'webhook-id'}, 'b', '  known by its delivery_id');
    cmp_ok(abs($h->{'webhook-timestamp'} - time), '<', 600, '  dated');
    my $key = MIME::Base64::decode_base64($secret =~ s/^whsec_//r);
    is($h->{'webhook-signature'}, 'v1,' . MIME::Base64::encode_base64(
        Digest::SHA::hmac_sha256("b.$h->{'webhook-timestamp'}.$got[1]{body}",
        $key), ''), '  signed as Standard Webhooks have it');
    is($h->{'x-webhook-signature'}, sign($got[1]{body}, $secret),
        '  and as LikesToLeads does');
    is($h->{'x-webhook-event'}, 'lead.enriched', '  with its event');
    like($got[$_]{headers}{'webhook-id'}, qr/^[0-9a-f]{64}$/,
        '  an id that is none is a digest') for 2, 3;
    brings($home, $t, 'a b x c.d', 0, 'once');
    comes($home, 'e');
    brings($home, $t, 'a b x c.d e', 0, 'what came since goes');
    is((stat cursor_of($home))[2] & 0777, 0640, 'the cursor may be read');
    is_deeply([glob "$home/main/cursors/*"], [cursor_of($home),
        cursor_of($home) . '.lock'], '  and nothing is beside it');
}

# Which of them.
{
    my $t = target();
    my $home = relay_home($t, 'tests = yes', 'endpoint = events',
        'from = 2021-06-01');
    mkdir "$home/events";
    spew("$home/events/secret", secret() . "\n");
    chmod 0600, "$home/events/secret";
    comes($home, 'old', at => 'events', wrap => [clock('2021-05-31 23:59:59')]);
    comes($home, 'new', at => 'events', wrap => [clock('2021-06-01 00:00:00')]);
    comes($home, 'm');
    comes($home, 't', at => 'events', more => '"test":true,') for 1, 2;
    brings($home, $t, 'new t t', 0, 'of one endpoint, from a day on, with tests');
    my @ids = map { $_->{headers}{'webhook-id'} } $t->requests;
    isnt($ids[1], $ids[2], '  two tests that are alike have two ids');
    ok(!-e cursor_of($home), '  the other endpoint is not touched');
    set_relay($home, $t, 'tests = yes', 'from = 2021-06-01');
    brings($home, $t, 'new t t m', 0, 'all endpoints, where none is named');
}

# It isn't taken.
{
    my $t = target(script => [500]);
    my $home = relay_home($t);
    comes($home, $_) for qw(a b);
    my $r = brings($home, $t, '', 75, 'what isn\'t taken is not passed over');
    my $host = qr{http://127\.0\.0\.1:\d+};
    like($r->{err}, qr/^leadsheet relay: main: $host answered 500; the next try is at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n\z/,
        '  it says so');
    like($r->{out}, qr/^relay=crm endpoint=main status=500 outcome=refused id=a leads=1 bytes=\d+ ms=[\d.]+ reason="$host answered 500"\n\z/,
        '  in the log too');
    is(standing($home)->{failed}, 1, '  and it is noted');
    $r = relay($home, ['--resume']);
    is($r->{out}, "main: relay crm goes on: it tries again now, or when it "
        . "runs next\n", '--resume says what it does');
    brings($home, $t, 'a b', 0, 'taken at last, in order');
    is_deeply(standing($home), {}, '  and nothing is noted any more');
    $r = relay($home, ['--resume']);
    is("$r->{exit} $r->{out}", "0 relay crm doesn't stand still, and waits for "
        . "no try\n", 'where nothing stands still --resume says so');
}

# Three days at which each try fails in another way; then all come, in order.
sub at { return (wrap => [clock(strftime('%F %T', gmtime $_[0]))]) }
sub when_next {
    my ($home) = @_;
    my ($next) = (standing($home)->{next} // return)
        =~ /^(.*)T/ ? standing($home)->{next} : die;
    my ($day, $time, $rest) = $next =~ /^(\S+)T([\d:]+)\.(\d+)Z$/ or die $next;
    return PowerCut::seconds("$day $time") + 1;
}
my $began = PowerCut::seconds('2030-02-27 23:00:00');
{
    my @ways = (500, 'close', 'reset', 'cut', 'redirect', 'nonsense', 'old',
        { status => 429, headers => { 'Retry-After' => 7200 } }, 404, 401,
        'headers', 301, 'down', { status => 503, headers => { 'Retry-After'
        => strftime('%a, %d %b %Y %T GMT', gmtime($began + 60 * 3600)) } },
        400, 413, 304, 502, 422, 500, 500, 500);
    my $t = target();
    my $home = relay_home($t);
    comes($home, "d$_", at($began)) for 1 .. 3;
    my ($now, $tries, @bad) = ($began, 0);
    while ($now < $began + 71 * 3600) {
        my $way = $ways[$tries++] // 500;
        $way eq 'down' ? $t->down : answers_next($t, $way);
        my $r = relay($home, ['--once'], at($now));
        $t->up;
        push @bad, "$way: exit $r->{exit}" if $r->{exit} != 75;
        push @bad, "$way: $r->{err}" if $r->{err} !~ /^leadsheet relay: main: .*; the next try is at .*\n\z/;
        $said .= $r->{out} . $r->{err};
        # Nothing happens before that, and nothing is said.
        my $next = when_next($home) // last;
        $r = relay($home, ['--once'], at($next - 3));
        push @bad, "$way: too early: $r->{exit} $r->{out}$r->{err}"
            if $r->{exit} != 75 || "$r->{out}$r->{err}" ne '';
        $now = $next;
    }
    is_deeply(\@bad, [], 'three days, and a way to fail at each try');
    cmp_ok($tries, '>', 12, "  which are $tries");
    cmp_ok($tries, '<', 25, '  and no more than that');
    is(scalar $t->taken, 0, '  none was taken');
    my $r = relay($home, ['--once'], at($now));
    is(join(' ', came_to($t)), 'd1 d2 d3', 'then all come, in order');
    is($r->{exit}, 0, '  exit 0') or diag($r->{err});
    my @ids = map { $_->{headers}{'webhook-id'} } $t->requests;
    is(join(' ', @ids[-2, -1]), 'd2 d3', '  each known by the same id');
    is(scalar(grep { $_ eq 'd1' } @ids), scalar(@ids) - 2,
        '  at every try');
}

# It asks to wait longer than we would.
{
    my $t = target(script => [{ status => 429, headers =>
        { 'Retry-After' => 7200 } }]);
    my $home = relay_home($t);
    comes($home, 'a', at($began));
    relay($home, ['--once'], at($began));
    like(when_next($home) - $began, qr/^720[0-9]$/,
        'a target that asks for waiting isn\'t asked before');
}

# It never is: given up, and nothing is lost.
{
    my $t = target(then => 500);
    my $home = relay_home($t);
    comes($home, $_, at($began)) for qw(a b);
    my ($now, $r) = ($began);
    for (1 .. 40) {
        $r = relay($home, ['--once'], at($now));
        $now = when_next($home) // last;
    }
    is($r->{exit}, 69, 'after three days it gives up');
    like($r->{err}, qr/main: relay crm has given up after three days: \S+ answered 500; when that is put right, run "$LEADSHEET relay crm --resume"; nothing is lost, and nothing was passed over\n\z/,
        '  and says so');
    my $n = $t->requests;
    $r = relay($home, ['--once'], at($now + 99 * 3600));
    is("$r->{exit} $r->{out}$r->{err}", '69 ', 'then it stands still');
    is(scalar $t->requests, $n, '  and asks no more');
    $r = on_terminal($home, [qw(relay crm --once)], columns => 500);
    like($r->{out}, qr/has given up/, '  a person at a terminal hears it again');
    $t->{then} = 200;
    $t->down->up;
    $r = relay($home, [qw(--resume --once)], at($now));
    is($r->{exit}, 0, '--resume --once goes on') or diag($r->{err});
    is(join(' ', came_to($t)), 'a b', '  with all of it');
}

# 410, and what a person passes over.
{
    my $t = target(script => [410]);
    my $home = relay_home($t);
    my $r = relay($home, ['--skip']);
    is($r->{exit}, 65, 'where it stands at nothing --skip passes nothing over');
    comes($home, $_) for qw(a b);
    $r = brings($home, $t, '', 69, 'a target that has gone isn\'t asked again');
    like($r->{err}, qr/stands still: \S+ answered 410, which means that it wants no more/,
        '  and it says why');
    once($home);
    is(scalar $t->requests, 1, '  once was enough');
    $r = relay($home, ['--skip']);
    like($r->{out}, qr/^main: relay crm passes over the delivery a of \d{4}-\d\d-\d\d [\d:]{8}; it stays in the journal\n\z/,
        '--skip passes over that one');
    brings($home, $t, 'b', 0, '  and no other');
}

# What a relay stood at may have gone: then it is no other that is passed over.
for my $words ('pruned', 'forgotten') {
    my $t = target(then => 500);
    my $home = relay_home($t);
    comes($home, 'a', at(PowerCut::seconds('2021-06-01 12:00:00')));
    once($home);
    comes($home, 'b');
    my @command = $words eq 'pruned' ? qw(prune --keep 30d --yes)
        : qw(forget --yes a-1);
    is(leadsheet($home, \@command)->{exit}, 0, "what it stands at is $words");
    my $r = relay($home, ['--skip']);
    like($r->{out}, qr/^main: what relay crm stood at isn't there any more as it was; nothing was passed over, /,
        '  --skip says so');
    is_deeply(standing($home), {}, '  and it stands at nothing');
    answers_next($t, 200) for 1, 2;
    brings($home, $t, $words eq 'pruned' ? 'b' : 'a b', 0,
        '  and passes none over');
}

# Leads by a template, some at a time.
my @of = qw(template=list.json batch=100);
sub urns { my ($id, $from, $to) = @_; return join ',', map { "$id-$_" } $from .. $to }
{
    my $t = target(script => [200, 500]);
    my $home = relay_home($t, map { s/=/ = /r } @of);
    comes($home, 'a', leads => 250);
    comes($home, 'b', leads => 3);
    comes($home, 'x', body => '{"event":"lead.removed","delivery_id":"x"}');
    comes($home, 'c', leads => 2);
    brings($home, $t, urns('a', 1, 100), 75, 'one of three messages is taken');
    is(standing($home)->{leads}, 100, '  and noted');
    my $failed = ($t->requests)[-1];
    relay($home, ['--resume']);
    my $all = join ' ', urns('a', 1, 100), urns('a', 101, 200), join ',',
        urns('a', 201, 250), urns('b', 1, 3), urns('c', 1, 2);
    brings($home, $t, $all, 0, 'it goes on with the second; leads of several '
        . 'deliveries go together');
    my @got = $t->requests;
    is($got[2]{body}, $failed->{body}, '  which is the one that failed');
    is($got[2]{headers}{'webhook-id'}, $failed->{headers}{'webhook-id'},
        '  under the same id');
    my %ids = map { $_->{headers}{'webhook-id'} => 1 } @got;
    is(scalar keys %ids, 3, '  and others have others');
    brings($home, $t, $all, 0, 'once');
}

# What a target can't take stands alone, so that no other is passed over with it.
{
    my $t = target(script => [400, 400, 200]);
    my $home = relay_home($t, 'template = list.json');
    comes($home, $_, leads => 2, at($began)) for qw(d e f);
    my $tries = sub { relay($home, ['--once'], at($began + $_[0])) };
    $tries->(1);
    $tries->(10);
    is(join(' ', $t->bodies), '{"urns":["d-1","d-2","e-1","e-2","f-1","f-2"]} '
        . '{"urns":["d-1","d-2"]}',
        'after a failure it is one delivery alone');
    relay($home, ['--skip'], at($began + 11));
    $tries->(12);
    is(join(' ', came_to($t)), 'e-1,e-2,f-1,f-2',
        '  which --skip passes over');
}

# A template that makes no JSON of some leads stands still, and is told.
{
    my $t = target();
    my $home = relay_home($t, 'template = odd.json', 'batch = 1');
    spew("$home/odd.json", '{"urns":[{{#leads}}"{{urn}}"{{#industry}}'
        . '{{^location}}{{#extra}}{{^headline}}oops{{/headline}}{{/extra}}'
        . '{{/location}}{{/industry}}{{^last}},{{/last}}{{/leads}}]}');
    comes($home, 'a');
    comes($home, 'b', body => '{"delivery_id":"b","event":"lead.enriched",'
        . '"data":{"leads":[{"urn":"b-1","industry":"x","more":1}]}}');
    comes($home, 'c');
    my $r = brings($home, $t, 'a-1', 75, 'leads that a template can\'t have');
    like($r->{err}, qr/main: \S+odd\.json line 1: what it makes of leads is no JSON .*; the next try is at /,
        '  are told');
    is(scalar $t->requests, 1, '  and not sent');
    is(relay($home, ['--skip'])->{exit}, 0, '  --skip passes over them');
    brings($home, $t, 'a-1 c-1', 0, '  and only them');
}

# No more than a message every so often.
{
    my $t = target();
    my $home = relay_home($t, 'template = list.json', 'every = 10m');
    comes($home, $_, at($began)) for qw(a b);
    my $go = sub {
        my ($seconds, $expected, $name) = @_;
        my $r = relay($home, ['--once'], at($began + $seconds));
        is(join(' ', came_to($t)), $expected, $name);
        is("$r->{exit}$r->{err}", 0, '  exit 0, without a word');
    };
    $go->(1, 'a-1,b-1', 'the first goes at once');
    comes($home, 'c', at($began + 5));
    $go->(590, 'a-1,b-1', 'the next waits');
    comes($home, 'd', at($began + 595));
    $go->(602, 'a-1,b-1 c-1,d-1', '  for ten minutes, and takes what comes');
}

# What is done between two runs.
{
    my $day = '2021-06-01';
    my $t = target(script => [200, 500]);
    my $home = relay_home($t, 'template = list.json', 'batch = 2');
    comes($home, 'a', leads => 6, wrap => [clock("$day 12:00:00")]);
    comes($home, 'b', leads => 1);
    brings($home, $t, 'a-1,a-2', 75, 'a part of it is taken');
    my $r = leadsheet($home, [qw(forget --yes a-1)]);
    is($r->{exit}, 0, 'somebody of it is forgotten') or diag($r->{err});
    relay($home, ['--resume']);
    brings($home, $t, 'a-1,a-2 a-2,a-3 a-4,a-5 a-6,b-1', 0,
        '  none of the others is skipped');
    comes($home, 'c', wrap => [clock("$day 12:00:00")]);
    comes($home, 'd', leads => 2);
    answers_next($t, 500);
    once($home);
    $r = leadsheet($home, [qw(prune --keep 30d --yes)]);
    is($r->{exit}, 0, 'the day at which it stands is pruned') or diag($r->{err});
    relay($home, ['--resume']);
    brings($home, $t, 'a-1,a-2 a-2,a-3 a-4,a-5 a-6,b-1 d-1,d-2', 0,
        '  what is left goes');
    comes($home, 'e');
    system("cp -r '$home/main/journal' '$home/copy' && rm -r "
        . "'$home/main/journal' && mv '$home/copy' '$home/main/journal'") == 0
        or die "cp failed\n";
    comes($home, 'f');
    brings($home, $t, 'a-1,a-2 a-2,a-3 a-4,a-5 a-6,b-1 d-1,d-2 e-1,f-1', 0,
        'of a journal that was put back what is new goes');
}
{
    my $t = target(script => [500]);
    my $home = relay_home($t);
    comes($home, 'a', leads => 2);
    once($home);
    is(leadsheet($home, [qw(forget --yes a-1)])->{exit}, 0, 'one is forgotten');
    relay($home, [qw(--resume --once)]);
    my @got = $t->taken;
    unlike($got[0]{body}, qr/a-1/, '  and doesn\'t go');
    like($got[0]{body}, qr/a-2/, '  but for who came with them');
    is($got[0]{headers}{'webhook-id'}, 'a', '  under the same id');
}

# The one that goes on.
{
    my $t = target();
    my $home = relay_home($t);
    comes($home, 'a');
    my $pid = start_relay($home);
    my $has = sub { my @e = @_;
        wait_for(sub { join(' ', came_to($t)) eq "@e" })
            or diag(join ' ', came_to($t)) };
    ok($has->('a'), 'what is there goes');
    comes($home, 'b');
    ok($has->(qw(a b)), '  and what comes');
    leadsheet($home, [qw(endpoint add events)]);
    spew("$home/events/secret", secret() . "\n");
    chmod 0600, "$home/events/secret";
    comes($home, 'c', at => 'events');
    ok($has->(qw(a b c)), 'of a new endpoint too');
    my $other = target();
    set_relay($home, $other);
    comes($home, 'd');
    ok(wait_for(sub { join(' ', came_to($other)) eq 'd' }),
        'new settings hold at once');
    spew("$home/leadsheet.conf", "[relay crm]\nurl = x\n");
    ok(wait_for(sub { slurp("$home/relay.err") =~ /doesn't say from when on/ }),
        'settings that are wrong are told');
    comes($home, 'e');
    set_relay($home, $other);
    ok(wait_for(sub { join(' ', came_to($other)) eq 'd e' }),
        '  and once they are right it goes on');
    is(scalar(() = slurp("$home/relay.err") =~ /\n/g), 1, '  told once');
    answers_next($other, 500);
    comes($home, 'f');
    ok(wait_for(sub { standing($home)->{failed} }), 'a try fails');
    relay($home, ['--resume']);
    ok(wait_for(sub { join(' ', came_to($other)) eq 'd e f' }),
        '  and --resume takes effect');
    answers_next($other, 410);
    comes($home, 'g');
    comes($home, 'h');
    ok(wait_for(sub { (standing($home)->{state} // '') eq 'gone' }), 'it stands');
    is(relay($home, ['--skip'])->{exit}, 0, '  --skip while it runs');
    ok(wait_for(sub { join(' ', came_to($other)) eq 'd e f h' }),
        '  takes effect');
    is(stop_relay($pid), 0, 'SIGTERM ends it with 0');
    $said .= slurp("$home/relay.out") . slurp("$home/relay.err");
}

# New settings hold within seconds, however much there is to send.
{
    my ($t, $other) = (target(then => { status => 200, after => 0.5 }), target);
    my $home = relay_home($t);
    comes($home, $_) for 1 .. 20;
    my $pid = start_relay($home);
    ok(wait_for(sub { $t->requests == 1 }), 'the first of many goes');
    set_relay($home, $other);
    ok(wait_for(sub { $t->taken + $other->taken == 20 }), '  then all');
    cmp_ok(scalar $other->taken, '>', 1, '  the last to the new URL');
    is(join(' ', came_to($t), came_to($other)), join(' ', 1 .. 20), '  once');
    is(stop_relay($pid), 0, '  and it is stopped');
}

# Who is forgotten while the target hangs doesn't go any more.
for my $lines (['template = list.json', 'batch = 2'], []) {
    my $t = target(script => [{ status => 200, after => 4 }]);
    my $home = relay_home($t, @$lines);
    comes($home, 'a', leads => 6);
    comes($home, 'b', leads => 2);
    my $pid = start_relay($home);
    ok(wait_for(sub { $t->requests == 1 }), 'a message is under way');
    is(leadsheet($home, [qw(forget --yes), $_])->{exit}, 0, "  $_ is forgotten")
        for 'a-5', 'b-1';
    is(slurp("$home/relay.out"), '', '  before it is answered');
    ok(wait_for(sub { (join ' ', $t->bodies) =~ /b-2/ }), '  all go');
    is(stop_relay($pid), 0, '  and it is stopped');
    my @later = $t->bodies;
    shift @later;
    unlike(join(' ', @later), qr/a-5|b-1/, '  but for those');
    is(slurp("$home/relay.err"), '', '  without a complaint');
}

# Stopped, and deliveries, while the target hangs.
{
    my $t = target(script => [{ status => 200, after => 3 }]);
    my $home = relay_home($t);
    comes($home, $_) for qw(a b);
    my $pid = start_relay($home);
    ok(wait_for(sub { $t->requests == 1 }), 'a target takes its time');
    my $r = cgi($home, body => delivery('c', 1));
    is($r->{status}, 200, '  a delivery doesn\'t wait for it');
    is(scalar $t->requests, 1, '  it has not answered yet');
    $r = relay($home, ['--once']);
    is($r->{exit}, 75, 'another relay of that name doesn\'t cut in');
    is($r->{err}, '', '  nor has cron mail it');
    $r = on_terminal($home, [qw(relay crm --once)], columns => 500);
    like($r->{out}, qr/main: what is new for relay-crm is just being read by another process; try again when that has ended/,
        '  on a terminal it says why');
    is(stop_relay($pid), 0, 'one that is stopped waits for the answer');
    is(join(' ', came_to($t)), 'a', '  begins no other message');
    brings($home, $t, 'a b c', 0, '  and has noted the one');
}

# No lock of the store's is taken, and the journal is only read.
SKIP: {
    skip 'nobody may trace here', 2
        if system('strace -o /dev/null true 2>/dev/null');
    my $t = target();
    my $home = relay_home($t);
    comes($home, 'a');
    my $log = "$home/trace";
    relay($home, ['--once'], wrap => ['strace', '-f', '-qq', '-y', '-o', $log,
        '-e', 'trace=flock,openat,write,pwrite64,rename,unlink']);
    my @calls = grep { m{\Q$home\E/main/} } split /\n/, slurp($log);
    is_deeply([grep { /flock/ && !/cursors/ } @calls], [],
        'no lock but that of the cursor');
    is_deeply([grep { !m{/cursors/|O_RDONLY} && !/= -1/ } @calls], [],
        'nothing is written but in cursors/');
}

# What can't be noted isn't sent, and a target isn't asked again and again.
SKIP: {
    skip 'nobody may trace here', 9
        if system('strace -o /dev/null true 2>/dev/null');
    my $t = target();
    my $home = relay_home($t);
    comes($home, 'a');
    for (['openat', 'EROFS'], ['write', 'ENOSPC'], ['fdatasync', 'EIO'],
        ['rename', 'EIO']) {
        my ($call, $error) = @$_;
        my $r = relay($home, ['--once'], wrap => ['strace', '-f', '-qq', '-o',
            '/dev/null', '-P', cursor_of($home) . '.attempts.new', '-e',
            "trace=$call", '-e', "inject=$call:error=$error"]);
        is($r->{exit}, 74, "$call fails: exit 74");
        is(scalar $t->requests, 0, '  and nothing was sent');
    }
    brings($home, $t, 'a', 0, 'then it is');
    spew(cursor_of($home), 'x');
    comes($home, 'b');
    my $r = once($home);
    is($r->{exit}, 65, 'a cursor that is damaged');
    like($r->{err}, qr/relay-crm is damaged.*delete it/, '  is told');
    is(scalar $t->requests, 1, '  and nothing goes');
}

# A disk with room for a word, but not for a cursor of many days.
{
    my $t = target();
    my $home = relay_home($t);
    comes($home, "d$_", at($began + $_ * 86400)) for 1 .. 40;
    once($home);
    comes($home, 'e', at($began + 41 * 86400));
    my $before = $t->requests;
    my $r = relay($home, ['--once'], wrap => ['sh', '-c',
        'ulimit -f 4; exec "$@"', 'sh']);
    is($r->{exit}, 74, 'no room for the cursor: exit 74');
    is(scalar(() = $t->requests), $before, '  and nothing was sent');
    is(once($home)->{exit}, 0, '  until there is');
    is(scalar(() = $t->requests), $before + 1, '  once');
}

# What a person tries.
{
    my $t = target();
    my $home = relay_home($t, 'template = list.json');
    my $r = relay($home, ['--test']);
    is($r->{exit}, 0, '--test') or diag($r->{err});
    like($r->{out}, qr{^http://127\.0\.0\.1:\d+ took it: it answered 200, within \d+ ms\n\z},
        '  says what came back');
    like(($t->requests)[0]{body}, qr/^\{"urns":\["/, '  by the template');
    $r = relay($home, [qw(--print --test)]);
    like($r->{out}, qr/^\{"urns":\["[^"]+"\]\}\n\z/, '--print --test shows it');
    answers_next($t, { status => 400, body => "no such room\nx" });
    $r = relay($home, ['--test']);
    is($r->{exit}, 65, 'a test that is refused');
    like($r->{err}, qr/it was not taken: \S+ answered 400: it doesn't understand .*; what it says: no such room\n/,
        '  tells what the target says');
    $r = relay($home, ['--print']);
    like("$r->{exit}$r->{out}$r->{err}", qr/^0leadsheet relay: main: nothing is new\n\z/,
        '--print where nothing is new');
    comes($home, 'a', leads => 2);
    my $before = tree($home);
    $r = relay($home, ['--print']);
    is($r->{out}, qq({"urns":["a-1","a-2"]}\n), '--print shows what goes next');
    like($r->{err}, qr/main: next to \S+ goes a message with 2 leads; it begins with the delivery a of /,
        '  and says what it is');
    is_deeply(tree($home), $before, '  and changes nothing');
    is(scalar $t->requests, 2, '  and sends nothing');
    answers_next($t, { status => 500 });
    once($home);
    like(relay($home, ['--print'])->{err}, qr/a message with 2 leads, not before \d{4}-\d\d-\d\d \d\d:\d\d:\d\d; it begins with/,
        '  and when, where it waits');
}

# What is wrong is told, with the remedy.
{
    my $t = target();
    my $home = relay_home($t);
    for (
        ['no section', '', 78, qr/there is no section \[relay NAME\] in \S+ yet, with a name of small letters/],
        ['no url', "[relay crm]\nfrom = beginning\n", 78, qr/doesn't say where to; add a line url = /],
        ['several', "[relay crm]\nurl = x\n[relay b]\nurl = x\n", 64,
            qr/there are several relays; name one of them: crm, b\n/, []],
        ['another', "[relay b]\nurl = x\n", 64, qr/there is no relay crm; there is: b\n/],
        ['a port that is none', "[relay crm]\nurl = https://h.example.org:99999/s3cret\nfrom = beginning\n", 75,
            qr/its URL can't be used; look at host and port in it/],
        ['http', "[relay crm]\nurl = http://h.example.org/s3cret\nfrom = beginning\n", 78,
            qr/by http:\/\/ anybody on the way could read the leads/],
        ['an endpoint that isn\'t', "[relay crm]\nurl = https://h.example.org/\nfrom = beginning\n"
            . "endpoint = mian\n", 78, qr/\[relay crm\] names the endpoint mian, and there is none/],
        ['no secret', "[relay crm]\nurl = https://h.example.org/\nfrom = beginning\n"
            . "secret_file = none\n", 78, qr/relay crm: no secret to sign with yet; run "$LEADSHEET relay crm --make-secret"/],
        ['no template', "[relay crm]\nurl = https://h.example.org/\nfrom = beginning\n"
            . "template = none.json\n", 78, qr/none\.json/],
        ['a private address', "[relay crm]\nurl = https://127.0.0.1:1/s3cret\nfrom = beginning\n", 75,
            qr/its address is not a public one; .*private = yes/],
    ) {
        my ($name, $conf, $exit, $says, $args) = @$_;
        my $h = relay_home($t);
        comes($h, 'a') if $exit == 75;
        spew("$h/leadsheet.conf", $conf);
        my $r = leadsheet($h, ['relay', @{$args // ['crm']}, '--once']);
        is($r->{exit}, $exit, "$name: exit $exit") or diag($r->{err});
        like($r->{err}, $says, '  and a sentence');
        is(scalar(() = $r->{err} =~ /\n/g), 1, '  one');
        $said .= $r->{out} . $r->{err};
    }
    for (['--once', '--test'], ['--skip', '--resume'], ['--print', '--once'],
        ['--endpoint', 'main'], ['--make-secret', '--print']) {
        my $r = relay($home, $_);
        is($r->{exit}, 64, "@$_: exit 64");
    }
    is(relay($home, ['--make-secret'])->{exit} != 0, 1,
        'a secret that is there is not made anew');
    spew("$home/hook", $t->url . "\n");
    chmod 0600, "$home/hook";
    spew("$home/leadsheet.conf", "[relay crm]\nurl_file = hook\nprivate = yes\n"
        . "from = beginning\n");
    comes($home, 'a');
    brings($home, $t, 'a', 0, 'a URL that is a secret stands in a file');
}

unlike($said, qr/s3cret|of-a-secret|whsec_|elsewhere/,
    'nothing that was said has a secret in it');

# One that stands still goes on, whatever else its file says, or doesn't.
{
    my $t = target();
    my $home = relay_home($t);
    comes($home, 'a');
    attempts($home, 'crm', 'state=gone');
    is(relay($home, ['--once'])->{exit}, 69, 'a relay stands still');
    like(relay($home, ['--resume'])->{out}, qr/relay crm goes on/,
        '  --resume has it go on');
    brings($home, $t, 'a', 0, '  and it does');
}

done_testing();

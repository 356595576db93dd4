#!/usr/bin/perl
# One worker, and clients on its socket that are slow, silent, half open, or send
# garbage: deliveries beside them are kept as ever, and nothing stays of them.
use strict;
use warnings;
use Checker;
use IO::Select;
use Leadsheet;
use Slow;
use Test::More;
use Time::HiRes qw(time);
use Worker;

my ($faketime) = glob '/usr/lib/*/faketime/libfaketime.so.1'
    or BAIL_OUT('faketime is not installed: run sh t/run');

my ($home, $pid, $before, %kept);
my $count = 0;

sub start {
    my (%o) = @_;
    $home = home("protect = no\n");
    $pid = worker($home, %o);
    %kept = ();
    # One that comes in two pieces has it open what it has for those.
    my $s = reach("$home/.socket", substr whole_request('{}'), 0, 50);
    is_read($s);
    print $s substr whole_request('{}'), 50;
    hear($s);
    good(3) == 3 or die "a worker that keeps nothing\n";
    # An answer is heard before its connection is closed.
    rests($pid, 'leadsheet.fcgi');
    $before = descriptors($pid);
}

# So many deliveries, one after the other; how many were kept, and how long each
# took goes to a list.
sub good {
    my ($n, $times) = @_;
    for my $i (1 .. $n) {
        my ($id, $start) = ('good-' . ++$count, time);
        my $r = eval { ask($home, delivery($id, 1)) } // { status => 0 };
        return $i - 1 if $r->{status} != 200;
        push @$times, time - $start if $times;
        $kept{$id} = 1;
    }
    return $n;
}

# As it was before them.
sub is_as_before {
    my ($name) = @_;
    ok(wait_for(sub { descriptors($pid) <= $before }),
        "$name: no descriptor stays") or diag(descriptors($pid)
        . " and not $before");
}

# ---- each kind
start();
for my $kind (bad_records()) {
    my $crowd = crowd("$home/.socket", 20, $kind);
    my $good = good(5);
    is($good, 5, "20 clients, each $kind->{name}: 5 good deliveries are kept");
    my ($open, $all) = still_open($crowd);
    is($open, $all, '  before any of them was answered');
    unlike(said($crowd), qr/Status: 200/, '  and none of them hears 200')
        unless $kind->{stays};
    dismiss($crowd);
    is_as_before('  they are gone');
    next if $good == 5 && kill 0, $pid;
    diag("the worker is lost: another one");
    eval { stop_worker($pid) };
    start();
}

# ---- hundreds of all kinds, in pairs with none; but of those that send as much
# as they can, which cost what a busy line costs
my @kinds = grep { $_->{name} !~ /too large/ } bad_records();
my (@quiet, @busy);
for my $round (1 .. 3) {
    good(40, \@quiet);
    my $crowd = crowd("$home/.socket", 18, @kinds);
    my $n = good(40, \@busy);
    is($n, 40, @{$crowd->{clients}} . " at once: 40 good deliveries are kept");
    my ($open, $all) = still_open($crowd);
    is($open, $all, "  before any of $all was answered");
    dismiss($crowd);
    is_as_before('  they are gone');
}
note(sprintf 'median of a good one: %.2f ms alone, %.2f ms beside them: %.2f x',
    1000 * median(@quiet), 1000 * median(@busy),
    median(@busy) / median(@quiet));
# ---- more of them than it has room for: those that came first give way
for (['connections, 700', '512', 700], ['descriptors, 40 for 100', '', 100]) {
    my ($name, $most, $n) = @$_;
    $most or system('prlimit', '--pid', $pid, '--nofile=40:1024') == 0
        or BAIL_OUT('prlimit is not installed');
    my $crowd = crowd("$home/.socket", $n / 2, grep { $_->{name} =~
        /says nothing|sends half a body/ } @kinds);
    is(good(5), 5, "$name: 5 good deliveries are kept");
    cmp_ok(descriptors($pid), '<=', ($most || 20) + 20, '  and it has '
        . descriptors($pid) . ' descriptors');
    dismiss($crowd);
    system('prlimit', '--pid', $pid, '--nofile=1024:1024');
    is_as_before('  they are gone');
}

# What they have sent is held, but no more than two of the largest bodies.
my @held = map { reach("$home/.socket", fcgi_head(16 << 20)
    . fcgi(5, 'y' x 60000) x 200) } 1 .. 6;
is_read($_) for @held;
is(good(5), 5, '6 that have sent 12 MB each: 5 good deliveries are kept');
cmp_ok((memory($pid))[0], '<', 64 << 10, '  and it holds '
    . (memory($pid))[0] . ' KiB');
my @heard = IO::Select->new(@held)->can_read(0);
ok(@heard && @heard < 6 && !grep({ $_ == $held[-1] } @heard),
    '  ' . @heard . ' gave way, and not the last');
is(hear($_)->{json}{error}, 'too_slow', '  with 408') for @heard;
close $_ for @held;
is_as_before('  they are gone');

# An answer that nobody reads is waited for by nobody.
my $refused = fcgi_head(4) . fcgi(5, 'null') . fcgi(5, '');
substr $refused, 10, 1, "\1";    # FCGI_KEEP_CONN
my $deaf = eval {
    local $SIG{ALRM} = sub { die "it waits\n" };
    alarm PATIENCE;
    my $s = reach("$home/.socket", $refused x 5000);
    alarm 0;
    $s;
};
is($@, '', 'one that reads no answer to 5,000 requests');
is(good(5), 5, '  keeps no delivery waiting');
close $deaf if $deaf;
is_as_before('  it is gone');

ok(wait_for(sub { (memory($pid))[0] < 3 << 10 }),
    'the worker has less than 3 MiB for itself then');
note(sprintf '%d KiB of its own, %d KiB with its share (PSS)', memory($pid));
is_deeply([violations($home, kept => \%kept, log => slurp("$home/.log"))], [],
    'each good delivery is kept once, and nothing of the others');
is(stop_worker($pid), 0, 'it ends by SIGTERM with 0');

# ---- what is odd and right
start();
my $body = delivery('odd-1', 2);
my @signed = (HTTP_X_WEBHOOK_SIGNATURE => sign($body));
my $s = reach("$home/.socket", fcgi(1, "\0\1\0\0\0\0\0\0") . join('', map {
    fcgi(4, $_) } split //, Slow::parameters(length $body, @signed))
    . fcgi(4, '') . join('', map { fcgi(5, $_) } split //, $body)
    . fcgi(5, ''));
is(hear($s)->{json}{status}, 'stored', 'a signed request in records of one byte');
$kept{'odd-1'} = 2;

$s = reach("$home/.socket", '');
for (unpack '(a23)*', whole_request(delivery('odd-2', 2))) {
    print $s $_;
    is_read($s);
}
is(hear($s)->{json}{status}, 'stored', 'one that comes bit by bit');
$kept{'odd-2'} = 2;

$s = reach("$home/.socket", fcgi(9, Slow::pairs(FCGI_MAX_REQS => ''), 0)
    . fcgi(77, '', 0) . whole_request(delivery('odd-3', 2)));
my %types;
my $answer = '';
read $s, $answer, 8 and $types{unpack 'xC', $answer}++
    and read $s, my $rest, unpack 'x4n', $answer for 1 .. 2;
is_deeply(\%types, { 10 => 1, 11 => 1 },
    'a web server that asks for values, and what nobody knows, is answered');
is(hear($s)->{json}{status}, 'stored', '  and so is its request');
$kept{'odd-3'} = 2;

$s = reach("$home/.socket", whole_request(delivery('odd-8', 2)) . 'x' x 999);
is(hear($s)->{json}{status}, 'stored', 'one that goes on with garbage');
$kept{'odd-8'} = 2;
$s = reach("$home/.socket", whole_request(delivery('odd-4', 2)));
shutdown $s, 1;
is(hear($s)->{json}{status}, 'stored', 'one that closes its side behind it');
close reach("$home/.socket", whole_request(delivery('odd-5', 2)));
ok(wait_for(sub { slurp(journal($home)->[0]) =~ /odd-5/ }),
    'one whose sender is gone is kept');
is(ask($home, delivery('odd-5', 2))->{json}{status}, 'duplicate',
    '  and known when it comes again');
@kept{qw(odd-4 odd-5)} = (2, 2);

# On a connection that is kept: one behind the other.
$s = reach("$home/.socket", join '', map {
    kept_request(delivery("odd-$_", 2)) } 6, 7);
is(hear_one($s)->{json}{status}, 'stored',
    'two requests that come at once by one connection that is kept') for 6, 7;
close $s;
@kept{qw(odd-6 odd-7)} = (2, 2);

# ---- what is wrong
my $half = substr $body = delivery('never', 2), 0, 40;
my $head = fcgi_head(length $body, HTTP_X_WEBHOOK_SIGNATURE => sign($body));
$s = reach("$home/.socket", $head . fcgi(5, $half));
shutdown $s, 1;
my $r = hear($s);
is("$r->{status} $r->{json}{error}", '400 short_body',
    'half a body, and no more comes: 400');
$s = reach("$home/.socket", $head . fcgi(5, $half) . fcgi(5, ''));
is(hear($s)->{status}, 400, 'a body that ends before its length: 400');
$s = reach("$home/.socket", $head . fcgi(5, $half) . fcgi(2, ''));
shutdown $s, 1;
isnt(hear($s)->{status}, 200, 'one that is aborted is not kept');
# Two that are signed, piece by piece in turns: FastCGI allows it, and no web
# server does it.
my ($one, $two) = map { delivery("turns-$_", 2) } 1, 2;
$s = reach("$home/.socket", join '', map({ my ($id, $b) = @$_;
    fcgi_head(length $b, id => $id, HTTP_X_WEBHOOK_SIGNATURE => sign($b))
    . fcgi(5, substr($b, 0, 50), $id) } [1, $one], [2, $two]),
    map({ my ($id, $b) = @$_; fcgi(5, substr($b, 50), $id) . fcgi(5, '', $id)
    } [1, $one], [2, $two]));
my $heard = join '', map { hear_one($s)->{content} } 1, 2;
close $s;
my @twice = grep { $heard =~ /"stored","delivery_id":"turns-$_"/ } 1, 2;
$kept{"turns-$_"} = 2 for @twice;
note('of two requests by turns on one connection ' . @twice . ' are kept');
is(scalar(grep { $heard =~ /turns-$_/ } 1, 2), @twice,
    'of two by turns none is answered that is not kept');
my $large = '{"x":"' . 'y' x (16 << 20) . '"}';
$r = ask($home, $large);
is("$r->{status} $r->{json}{error}", '413 too_large',
    'a body over max_body is read to its end: 413');
is_as_before('then');
is_deeply([violations($home, kept => \%kept)], [],
    'what heard 200 is kept once, and nothing else');
is(stop_worker($pid), 0, '  exit 0');

# ---- who is too slow, by a clock that we set
my $clock = home() . '/clock';
sub wait_until {
    my ($now) = @_;
    spew($clock, sprintf "\@2025-03-01 12:%02d:%02d\n", $now / 60, $now % 60);
    return;
}
wait_until(0);
start(env => { LD_PRELOAD => $faketime, FAKETIME_NO_CACHE => 1,
    NO_FAKE_STAT => 1, TZ => 'UTC', FAKETIME_TIMESTAMP_FILE => $clock });
my ($silent, $params, $slow, $large_one) = map { reach("$home/.socket", $_) }
    '', fcgi(1, "\0\1\0\0\0\0\0\0"), $head . fcgi(5, $half),
    fcgi_head(1 << 20) . fcgi(5, 'x' x 50000) x 8;
is_read($_) for $silent, $params, $slow, $large_one;
good(1);
wait_until(50);
is(good(3), 3, 'after 50 seconds');
is(scalar(my @x = IO::Select->new($silent, $params, $slow, $large_one)
    ->can_read(0)), 0, '  all are still waited for');
wait_until(70);
$r = hear($slow);
is("$r->{status} " . ($r->{json}{error} // ''), '408 too_slow',
    '  after 70: half a body is answered 408');
is(hear($_)->{status}, 0, '  and who said less is not heard any more')
    for $silent, $params;
good(1);
is(scalar(@x = IO::Select->new($large_one)->can_read(0)), 0,
    '  but one that has sent much has more time');
wait_until(120);
$r = hear($large_one);
is("$r->{status} " . ($r->{json}{error} // ''), '408 too_slow', '  until then');
is_as_before('then');
is_deeply([violations($home, kept => \%kept)], [], 'nothing of them is kept');
is(stop_worker($pid), 0, '  exit 0');

done_testing();

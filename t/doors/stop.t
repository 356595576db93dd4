#!/usr/bin/perl
# Being stopped: SIGTERM idle, in mid-body, in mid-append; and what libfcgi
# would do when accept(2) fails.
use strict;
use warnings;
use Halt;
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();
use Test::More;

my $body = '{"delivery_id":"a","event":"lead.enriched",'
    . '"data":{"leads":[{"urn":"u"}]}}';

# One worker on a socket, without a supervisor; its process id.
sub worker {
    my ($home, @wrap) = @_;
    my $path = "$home/socket";
    unlink $path;
    my $listen = IO::Socket::UNIX->new(Local => $path, Listen => 256)
        or die "$path: $!\n";
    my @command = (@wrap, program());
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        POSIX::dup2(fileno $listen, 0);
        open STDERR, '>', "$home/.log" or POSIX::_exit(126);
        $ENV{LEADSHEET_HOME} = $home;
        exec @command or POSIX::_exit(127);
    }
    return $pid;
}

sub record {
    my ($type, $content) = @_;
    return pack('CCnnCx', 1, $type, 1, length $content, 0) . $content;
}

sub head {
    my (%env) = (REQUEST_METHOD => 'POST', PATH_INFO => '/main', HTTPS =>
        'on', CONTENT_LENGTH => length $body,
        HTTP_X_WEBHOOK_SIGNATURE => sign($body));
    return record(1, "\0\1\0\0\0\0\0\0") . record(4, join '', map {
        pack('CC', length, length $env{$_}) . $_ . $env{$_} } keys %env)
        . record(4, '');
}

sub connect_to {
    my ($home) = @_;
    my $s = IO::Socket::UNIX->new(Peer => "$home/socket") or die "$!\n";
    $s->autoflush(1);
    return $s;
}

# All that comes; then close, as libfcgi waits for it up to two seconds.
sub hear {
    my ($s) = @_;
    my $all = join '', <$s>;
    close $s;
    return $all;
}

# The other side has read all that was sent.
sub is_read {
    my ($s) = @_;
    my $left = pack 'l', 0;
    wait_for(sub { ioctl $s, 0x5411, $left;    # SIOCOUTQ
        unpack('l', $left) == 0 })
        or die "nobody reads\n";
    return;
}

# A worker that is traced: strace -D leaves it our child.
sub traced {
    my ($home, $calls, @options) = @_;
    return worker($home, '/usr/bin/strace', '-D', '-qq', '-o', "$home/.trace",
        '-e', "trace=$calls", map { ('-e', $_) } @options);
}

sub rows { my $n = 0; $n += lines($_) - 1 for @{sheets($_[0])}; return $n }

# Idle
my $home = home();
my $pid = worker($home);
my $s = connect_to($home);
print $s head(), record(5, $body), record(5, '');
like(hear($s), qr/Status: 200/, 'a delivery by hand');
kill 'TERM', $pid;
is(ended($pid), 0, 'SIGTERM while idle: exit 0');

# In mid-body.  How long it waits for more, the trace tells: no more than LOOK_MS
# at once, and what is left of GRACE.
$home = home();
$pid = traced($home, 'epoll_pwait');
$s = connect_to($home);
print $s head(), record(5, substr $body, 0, 20);
is_read($s);
kill 'TERM', $pid;
my $heard = hear($s);
unlike($heard, qr/Status: 200/, 'SIGTERM in mid-body: no 200');
like($heard, qr/Status: 503.*Retry-After/s, '  but 503 and Retry-After');
is(ended($pid), 0, '  exit 0');
my ($since) = slurp("$home/.trace") =~ /--- SIGTERM.*?\n(.*)/s;
my @waits = ($since // '') =~ /^epoll_pwait\(.*, (\d+), \[/mg;
cmp_ok(scalar(@waits), '>', 0, '  it waits for the rest');
is_deeply([grep { $_ > 1000 } @waits], [], '  and not for long');
is(rows($home), 0, '  and no rows');

# The rest comes at once: what is under way is taken.  While it stands still
# both come, and SIGTERM is what it sees first.
$home = home();
$pid = worker($home);
$s = connect_to($home);
print $s head(), record(5, substr $body, 0, 20);
is_read($s);
kill 'STOP', $pid;
kill 'TERM', $pid;
print $s record(5, substr $body, 20), record(5, '');
kill 'CONT', $pid;
like(hear($s), qr/Status: 200/, 'SIGTERM, and the rest of the body: 200');
is(ended($pid), 0, '  exit 0');
is(rows($home), 1, '  and its row');

# In mid-append: it is written, and stands still before its sync.
$home = home();
cgi($home, body => '{"event":"so that there is an index"}');
my $strace = '/usr/bin/strace';
-x $strace or BAIL_OUT('strace is not installed: run sh t/run');
my $journal = "$home/main/journal/" . today() . '.jsonl';
# Before the record comes the line that names its sheet.
$pid = worker($home, halt_after("$home/.halt", 'write', when => 2,
    path => $journal));
$s = connect_to($home);
print $s head(), record(5, $body), record(5, '');
my $inner = halted("$home/.halt");
is(lines($journal), 3,
    'a delivery is written');
kill 'TERM', $inner;
kill 'CONT', $inner;
$heard = hear($s);
like($heard, qr/Status: 200/, '  SIGTERM before it is synced: 200');
is(ended($pid), 0, '  exit 0');
is(rows($home), 1, '  and its row');

for my $signal (qw(INT QUIT USR1)) {
    $home = home();
    $pid = worker($home);
    $s = connect_to($home);
    print $s head(), record(5, $body), record(5, '');
    like(hear($s), qr/Status: 200/, 'a worker at work');
    kill $signal, $pid;
    is(ended($pid), 0, "  stops on SIG$signal as well");
}

# Under multiwatch, whose own signal is another: it finishes all the same.
for my $how ([], ['-s', 'TERM']) {
    $home = home();
    cgi($home, body => '{"event":"so that there is an index"}');
    $pid = worker($home, halt_after("$home/.halt", 'flock', when => 2),
        '/usr/bin/multiwatch', '-f', 1, @$how, '--');
    $s = connect_to($home);
    print $s head(), record(5, $body), record(5, '');
    $inner = halted("$home/.halt");
    kill 'TERM', split ' ', `ps -o pid= --ppid $pid`;
    ok(wait_for(sub {
        slurp("/proc/$inner/status") =~ /^ShdPnd:\s*0*[1-9a-f]/m }),
        join ' ', 'multiwatch', @$how, 'passes SIGTERM on in mid-append');
    kill 'CONT', $inner;
    like(hear($s), qr/Status: 200/, '  which is answered 200');
    is(ended($pid), 0, '  exit 0');
}

# accept(2) out of descriptors: wait and go on, never exit 0.
$home = home();
$pid = worker($home, $strace, '-f', '-qq', '-o', "$home/.trace", '-e',
    'trace=accept4', '-e', 'inject=accept4:error=EMFILE:when=1..5');
$s = connect_to($home);
print $s head(), record(5, $body), record(5, '');
like(hear($s), qr/Status: 200/, 'EMFILE five times: then 200');
($inner) = `ps -o pid= --ppid $pid` =~ /(\d+)/;
kill 'TERM', $inner // $pid;
is(ended($pid), 0, '  and the worker went on');
$home = home();
$pid = worker($home, $strace, '-f', '-qq', '-o', "$home/.trace", '-e',
    'trace=accept4', '-e', 'inject=accept4:error=EINVAL');
$s = connect_to($home);
isnt(ended($pid), 0, 'accept(2) that fails for good: not exit 0');
like(slurp("$home/.log"), qr/can't accept a connection/, '  and says so');

# A kept connection that is idle holds nobody: one worker, two clients.
$home = home();
$pid = worker($home);
my $kept = connect_to($home);
my $ask = head();
substr $ask, 10, 1, "\1";    # FCGI_KEEP_CONN
print $kept $ask, record(5, $body), record(5, '');
ok(wait_for(sub { rows($home) == 1 }), 'a kept connection is served');
sysread $kept, my $answer, 4096;
$s = connect_to($home);
print $s head(), record(5, $body), record(5, '');
like(hear($s), qr/"duplicate"/, '  and while it is idle another is');
kill 'TERM', $pid;
is(ended($pid), 0, '  exit 0');

# SIGTERM, and before it is seen requests come: by connections that are kept and
# were idle, by more of them than are looked at in one turn, and by some that
# were accepted and had said nothing.
$home = home();
$pid = worker($home);
my @kept = map { connect_to($home) } 1 .. 200;
my $asked = record(1, "\0\1\1\0\0\0\0\0") . record(4, '') . record(5, '');
print $_ $asked for @kept;
sysread $_, $answer, 4096 for @kept;
my @silent = map { connect_to($home) } 1 .. 10;
my $opened = sub { scalar grep { (readlink // '') =~ /^socket:/ }
    glob "/proc/$pid/fd/*" };
ok(wait_for(sub { $opened->() == 1 + @kept + @silent }),
    'connections that are idle, and silent ones');
kill 'STOP', $pid;
kill 'TERM', $pid;
print $_ $ask, record(5, $body), record(5, '') for @kept, @silent;
kill 'CONT', $pid;
is(scalar(grep { hear($_) =~ /Status: 200/ } @kept), 200,
    '  SIGTERM, and a request by each idle one: all are answered');
is(scalar(grep { hear($_) =~ /Status: 200/ } @silent), 10,
    '  and by each silent one');
is(ended($pid), 0, '  exit 0');
is(rows($home), 1, '  and the one row');

# Plain CGI: a client that went away, and SIGTERM behind the body.
$home = home();
my $r = cgi($home, body => $body, wrap => [$strace, '-f', '-qq', '-o',
    "$home/.trace", '-e', 'trace=fdatasync', '-e',
    'inject=fdatasync:signal=SIGTERM']);
is($r->{status}, 200, 'CGI: SIGTERM in the sync: 200 all the same');
is(rows($home), 1, '  and its row');

# Its log line on stderr
$home = home();
$pid = worker($home, 'sh', '-c', 'exec "$1" --stderr', 'sh');
$s = connect_to($home);
print $s head(), record(5, $body), record(5, '');
unlike(hear($s), qr/endpoint=/, '--stderr: no log line for the web server');
ok(wait_for(sub { slurp("$home/.log") =~ /\Aendpoint=main status=200 .*\n\z/ }),
    '  it is on stderr');
kill 'TERM', $pid;
is(ended($pid), 0, '  exit 0');

# By hand
my $by_hand = sub {
    my $out = `env -i @{[program()]} @_ 2>&1 < /dev/null`;
    return ($? >> 8, $out);
};
my ($status, $out) = $by_hand->('--version');
is($status, 0, '--version');
like($out, qr/^leadsheet\.fcgi \d+\.\d+/, '  tells it');
($status, $out) = $by_hand->('--help');
like($out, qr/usage: .*--home DIR/, '--help tells how it is called');
($status, $out) = $by_hand->('--colour');
is($status, 64, 'an unknown argument: EX_USAGE');
like($out, qr/unknown argument --colour/, '  and names it');

done_testing();

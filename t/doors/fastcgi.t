#!/usr/bin/perl
# What the FastCGI door asks of the system: one worker of several wakes for a
# connection; answer and log go in one write; nobody waits for the other side.
use strict;
use warnings;
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();
use Test::More;
use Worker;

my $home = home();
my $socket = "$home/.socket";
my $listen = IO::Socket::UNIX->new(Local => $socket, Listen => 64)
    or die "$socket: $!\n";
my @workers = map { start("$home/.trace$_") } 1 .. 4;

sub start {
    my ($trace, @inject) = @_;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    POSIX::dup2(fileno $listen, 0);
    open STDERR, '>>', "$home/.log" or POSIX::_exit(126);
    $ENV{LEADSHEET_HOME} = $home;
    exec 'strace', '-f', '-qq', '-o', $trace, '-e',
        'trace=accept4,write,shutdown,close,epoll_pwait', (map { ('-e', $_) } @inject),
        program() or POSIX::_exit(127);
}

sub body {
    return qq({"delivery_id":"$_[0]","event":"lead.enriched",)
        . qq("data":{"leads":[{"urn":"u"}]}});
}

# One after the other, while all of them wait.
my $count = 60;
my $good = grep {
    rests($_, 'leadsheet.fcgi') for @workers;
    converse($socket, body("delivery-$_"))->{status} == 200;
} 1 .. $count;
is($good, $count, 'deliveries to four workers on one socket');
kill 'TERM', map { split ' ', `pgrep -P $_` } @workers;
waitpid $_, 0 for @workers;

my $trace = join '', map { slurp("$home/.trace$_") } 1 .. 4;
my $accepted = () = $trace =~ /accept4\(0.* = \d+\n/g;
# Once a second each looks by itself: that is nobody's waking.
my $in_vain = () = $trace =~ /epoll_pwait\(.* = 1\n.*accept4\(0.* = -1 EAGAIN/g;
is($accepted, $count, '  each is accepted');
cmp_ok($in_vain, '<', $count / 2, '  and the others sleep on');

# What each did with its connections: descriptor by descriptor.
my (%writes, $shut);
my $answers = 0;
for my $n (1 .. 4) {
    my %open;
    for (split /\n/, slurp("$home/.trace$n")) {
        $open{$1} = 0 if /accept4\(0.* = (\d+)$/;
        $open{$1}++ if /write\((\d+),/ && exists $open{$1};
        $shut++ if /shutdown\(/;
        next if !/close\((\d+)\)/ || !exists $open{$1};
        $writes{delete $open{$1}}++;
    }
}
is_deeply(\%writes, { 1 => $count },
    'answer and log line go in one write, and then the connection is closed');
is($shut, undef, '  without waiting for the other side');

# One that was woken for a connection and died: another takes it.
$home = home();
$socket = "$home/.socket";
$listen = IO::Socket::UNIX->new(Local => $socket, Listen => 64)
    or die "$socket: $!\n";
my $killed = start('/dev/null', 'inject=accept4:signal=KILL');
rests($killed, 'leadsheet.fcgi');
my $other = start('/dev/null');
rests($other, 'leadsheet.fcgi');
is(converse($socket, body('woken-in-vain'))->{status}, 200,
    'a worker that dies before it takes a connection keeps nobody waiting');
waitpid $killed, 0;
kill 'TERM', split ' ', `pgrep -P $other`;
waitpid $other, 0;

# A connection that the web server keeps (FCGI_KEEP_CONN).
$home = home();
worker($home);
sub record { pack('CCnnCx', 1, $_[0], $_[2], length $_[1], 0) . $_[1] }
sub request {
    my ($id, $body, %more) = @_;
    my %env = (REQUEST_METHOD => 'POST', PATH_INFO => '/main', HTTPS => 'on',
        CONTENT_LENGTH => length $body,
        HTTP_X_WEBHOOK_SIGNATURE => sign($body), %more);
    return record(1, "\0\1\1\0\0\0\0\0", $id)
        . record(4, join('', map { pack('CC', length, length $env{$_}) . $_
            . $env{$_} } keys %env), $id) . record(4, '', $id)
        . record(5, $body, $id) . record(5, '', $id);
}

my $kept = IO::Socket::UNIX->new(Peer => "$home/.socket") or die "$!\n";
$kept->autoflush(1);
local $SIG{ALRM} = sub { die "no answer\n" };
alarm PATIENCE;
my @heard;
for ([1, body('kept-1')], [2, body('kept-2')],
    [300, body('longer'), CONTENT_LENGTH => 5], [4, body('kept-3')]) {
    print $kept request(@$_);
    my (%said, $ended);
    while (!$ended && (read($kept, my $header, 8) // 0) == 8) {
        my (undef, $type, $id, $n) = unpack 'CCnn', $header;
        read($kept, my $content, $n);
        $said{$type} .= $content if $n;
        $ended = $type == 3 && $id == $_->[0];
    }
    push @heard, (($said{6} // '') =~ /^Status: (\d+)/ ? $1 : 'nothing')
        . ($ended ? '' : ', without an end');
}
alarm 0;
close $kept;
is_deeply(\@heard, [200, 200, 400, 200], 'a kept connection goes on')
    or diag(explain(\@heard));
stop_workers();

done_testing();

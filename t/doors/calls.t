#!/usr/bin/perl
# How many system calls a delivery takes that comes alone, on a connection that
# the web server keeps, to a worker that has had one before.  They are most of
# what it costs.  strace -D has the worker itself be our child.
use strict;
use warnings;
use IO::Socket::UNIX;
use Leadsheet;
use Test::More;
use Worker;

my $most = 21;    # The goal is 16.

my $home = home();
my $trace = "$home/.trace";
spew($trace, '');
worker($home, wrap => ['strace', '-D', '-o', $trace]);

# The worker waits: the last line of the trace is a wait that has not ended.
my $wait = qr/^(?:ppoll|epoll_p?wait2?)\(/m;
sub waits { return slurp($trace) =~ /$wait[^\n]*\z/ }

sub record { pack('CCnnCx', 1, $_[0], 1, length $_[1], 0) . $_[1] }

sub request {
    my ($body) = @_;
    my %env = (REQUEST_METHOD => 'POST', PATH_INFO => '/main', HTTPS => 'on',
        CONTENT_LENGTH => length $body,
        HTTP_X_WEBHOOK_SIGNATURE => sign($body));
    return record(1, "\0\1\1\0\0\0\0\0")
        . record(4, join '', map { pack('CC', length, length $env{$_}) . $_
            . $env{$_} } sort keys %env) . record(4, '')
        . record(5, $body) . record(5, '');
}

local $SIG{ALRM} = sub { die "no answer\n" };
my $kept;

# The status of a delivery, and the calls from its arrival until the worker
# waits again, that wait with them.
sub deliver {
    my ($body) = @_;
    wait_for(\&waits) or die "the worker doesn't wait\n";
    my $before = () = slurp($trace) =~ /\n/g;
    $kept //= IO::Socket::UNIX->new(Peer => "$home/.socket") or die "$!\n";
    alarm PATIENCE;
    my ($said, $type) = ('', 0);
    syswrite $kept, request($body);
    while ($type != 3 && (read($kept, my $header, 8) // 0) == 8) {
        (undef, $type, undef, my $n, my $pad) = unpack 'CCnnC', $header;
        read $kept, my $content, $n + $pad;
        $said .= $content if $type == 6;
    }
    alarm 0;
    wait_for(\&waits) or die "the worker doesn't wait\n";
    my @calls = split /\n/, slurp($trace);
    # The last is the wait for the next.  A wait that only came to the end of
    # its time, and what the worker does then, are not the delivery's.
    my $counts;
    return ($said =~ /^Status: (\d+)/,
        grep { $counts = !/ = 0\b/ if /$wait/; $counts }
        @calls[$before .. $#calls - 1]);
}

my @bodies = deliveries(3, 4, 1);
my ($status) = deliver(shift @bodies);
is($status, 200, 'a first delivery');

# Who was idle for a moment has given back memory, and asks for it again: what
# the fewest are counts.
my @fewest;
for my $n (2 .. 4) {
    ($status, my @calls) = deliver(shift @bodies);
    is($status, 200, "delivery $n");
    @fewest = @calls if !@fewest || @calls < @fewest;
}
cmp_ok(scalar @fewest, '<=', $most, "  at most $most system calls")
    or diag(map { "$_\n" } @fewest);

done_testing();

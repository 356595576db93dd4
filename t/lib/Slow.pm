package Slow;

# Clients that are slow, silent, half open, or send garbage: many at once, to a
# worker's socket or to a web server.

use strict;
use warnings;
use Exporter qw(import);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();
use Processes;
use Time::HiRes qw(time);

our @EXPORT = qw(fcgi fcgi_head bad_records bad_http crowd dismiss still_open
    said descriptors memory is_read median);

# ---- FastCGI, as far as the clients need it
sub fcgi {
    my ($type, $content, $id) = @_;
    return pack('CCnnCx', 1, $type, $id // 1, length $content, 0) . $content;
}

sub size { $_[0] < 128 ? pack 'C', $_[0] : pack 'N', $_[0] | 1 << 31 }

sub pairs {
    my (%env) = @_;
    return join '', map { size(length) . size(length $env{$_}) . $_ . $env{$_} }
        sort keys %env;
}

# What a request of so many bytes begins with that nobody has signed; and
# without an end to its parameters.
sub parameters {
    my ($length, %more) = @_;
    return pairs(REQUEST_METHOD => 'POST', PATH_INFO => '/main', HTTPS => 'on',
        CONTENT_LENGTH => $length, HTTP_X_WEBHOOK_SIGNATURE => '0' x 64, %more);
}

my $begin = "\0\1\0\0\0\0\0\0";

sub fcgi_head {
    my ($length, %more) = @_;
    my $id = delete $more{id};
    return fcgi(1, $begin, $id) . fcgi(4, parameters($length, %more), $id)
        . fcgi(4, '', $id);
}

sub one_by_one { my ($type, $text) = @_;
    return join '', map { fcgi($type, $_) } split //, $text }

# Kinds of clients.  A client sends bytes; then, with rate, so much of rest each
# tenth of a second, again and again; with half it closes its side.  One that
# stays has sent part of a request that could still go on.
sub bad_records {
    my $whole = fcgi_head(4000) . fcgi(5, 'x' x 4000) . fcgi(5, '');
    my $half = fcgi_head(4000) . fcgi(5, 'x' x 2000);
    srand(11);
    my $random = sub { join '', map { chr rand 256 } 1 .. $_[0] };
    return (
        { name => 'says nothing', bytes => '', stays => 1 },
        { name => 'sends half a header', bytes => substr($whole, 0, 4),
            stays => 1 },
        { name => 'sends half of its parameters', stays => 1,
            bytes => fcgi(1, $begin) . substr fcgi(4, parameters(4)), 0, 60 },
        { name => 'does not end its parameters', stays => 1,
            bytes => fcgi(1, $begin) . fcgi(4, parameters(4)) },
        { name => 'sends no body', bytes => fcgi_head(4000), stays => 1 },
        { name => 'sends half a body', bytes => $half, stays => 1 },
        { name => 'sends all but the last byte', stays => 1,
            bytes => substr $whole, 0, -1 },
        { name => 'sends a body slowly', stays => 1, rate => 64,
            bytes => fcgi_head(1e6), rest => fcgi(5, 'y' x 8) },
        { name => 'sends parameters slowly', stays => 1, rate => 40,
            bytes => fcgi(1, $begin) . substr(fcgi(4, 'z' x 60000), 0, 8),
            rest => 'z' },
        { name => 'sends records of one byte', stays => 1, rate => 90,
            bytes => fcgi(1, $begin) . one_by_one(4, parameters(4000))
                . fcgi(4, ''), rest => fcgi(5, 'y') },
        { name => 'closes its side in its parameters', half => 1,
            bytes => substr $whole, 0, 60 },
        { name => 'closes its side in its body', half => 1, bytes => $half },
        { name => 'closes its side at once', half => 1, bytes => '' },
        { name => 'sends random bytes', bytes => $random->(3000) },
        { name => 'sends random records', bytes => join '', map { fcgi(
            rand 13, $random->(rand 60), rand 3) } 1 .. 40 },
        { name => 'sends a wrong version', bytes => "\2" . substr $whole, 1 },
        { name => 'sends a request of unknown types', bytes => fcgi(1, $begin)
            . fcgi(77, 'x' x 30) . substr $whole, 16 },
        { name => 'asks what nobody knows', bytes => fcgi(77, 'x' x 30, 0) x 5 },
        { name => 'asks for many values', bytes => fcgi(9, pairs(map {
            ("FCGI_MAX_CONNS$_" => '') } 1 .. 3000), 0) x 3 },
        { name => 'asks for values of a length near 2^31',
            bytes => fcgi(9, pack('N', 0xfffffff0) . pack('N', 0xfffffff0)
                . 'x' x 100, 0) },
        { name => 'aborts its request', bytes => $half . fcgi(2, '') },
        { name => 'aborts what never began', bytes => fcgi(2, '') . $whole },
        { name => 'wants another role',
            bytes => fcgi(1, "\0\2\0\0\0\0\0\0") . substr $whole, 16 },
        { name => 'begins with a body', bytes => fcgi(5, 'x' x 40) . $whole },
        { name => 'begins twice', bytes => fcgi(1, $begin) x 2
            . substr $whole, 16 },
        { name => 'sends two requests at once', bytes => fcgi_head(400)
            . fcgi_head(400, id => 2) . fcgi(5, 'x' x 200)
            . fcgi(5, 'x' x 400, 2) . fcgi(5, '', 2) },
        { name => 'sends a body that is too large', rate => 1 << 18,
            bytes => fcgi_head(1e9), rest => fcgi(5, 'y' x 60000) },
        { name => 'sends parameters that are too large', rate => 1 << 18,
            bytes => fcgi(1, $begin), rest => fcgi(4, 'y' x 60000) },
    );
}

# The same to a web server.
sub bad_http {
    my $head = sub { "POST /leads/main HTTP/1.1\r\nHost: localhost\r\n"
        . "Content-Type: application/json\r\nX-Webhook-Signature: "
        . '0' x 64 . "\r\nContent-Length: $_[0]\r\n" };
    srand(12);
    return (
        { name => 'says nothing', bytes => '', stays => 1 },
        { name => 'sends half of its headers', stays => 1,
            bytes => $head->(4000) },
        { name => 'sends no body', bytes => $head->(4000) . "\r\n", stays => 1 },
        { name => 'sends half a body', stays => 1,
            bytes => $head->(4000) . "\r\n" . 'x' x 2000 },
        { name => 'sends a body slowly', stays => 1, rate => 70,
            bytes => $head->(1e6) . "\r\n", rest => 'y' },
        { name => 'sends chunks slowly', stays => 1, rate => 72,
            bytes => $head->(0) =~ s/Content-Length: 0/Transfer-Encoding: chunked/r
                . "\r\n", rest => "4\r\nyyyy\r\n" },
        { name => 'sends a large body slowly', stays => 1, rate => 70,
            bytes => $head->(2e6) . "\r\n" . 'x' x 200000, rest => 'y' },
        { name => 'closes its side in its body', half => 1,
            bytes => $head->(4000) . "\r\n" . 'x' x 2000 },
        { name => 'sends random bytes',
            bytes => join '', map { chr rand 256 } 1 .. 3000 },
        { name => 'sends a body that is too large', rate => 7000,
            bytes => $head->(1e9) . "\r\n", rest => 'y' x 1000 },
    );
}

# ---- many of them

# A connection to a path, or to a port here.
sub connect_to {
    my ($to) = @_;
    return ($to =~ m{/} ? IO::Socket::UNIX->new(Peer => $to)
        : IO::Socket::INET->new(PeerAddr => "127.0.0.1:$to"))
        // die "$to: $!\n";
}

# So many clients of each kind; they go on by themselves until dismissed.
sub crowd {
    my ($to, $count, @kinds) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my @clients;
    for my $kind ((@kinds) x $count) {
        my $s = connect_to($to);
        $s->blocking(0);
        my $sent = $kind->{bytes} eq '' ? 0 : syswrite $s, $kind->{bytes};
        push @clients, { %$kind, socket => $s, left => substr $kind->{bytes},
            $sent // 0 };
        shutdown $s, 1 if $kind->{half};
    }
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        $SIG{TERM} = 'DEFAULT';
        dribble(grep { $_->{rate} || $_->{left} ne '' } @clients);
    }
    return { clients => \@clients, pid => $pid };
}

# By the clock, so that on a busy machine it is no slower.
sub dribble {
    my @clients = @_;
    my ($began, $ticks) = (time, 0);
    $SIG{PIPE} = 'IGNORE';
    for (;;) {
        select undef, undef, undef, 0.1;
        my $due = int(10 * (time - $began)) - $ticks;
        $ticks += $due;
        for my $c (@clients) {
            my ($rest, $owed) = ($c->{rest} // '', $due * ($c->{rate} // 0));
            $c->{left} .= $rest x (1 + $owed / length $rest)
                if $rest ne '' && length $c->{left} < $owed;
            my $n = $c->{rate} ? $owed : length $c->{left};
            $n = length $c->{left} if $n > length $c->{left};
            my $sent = syswrite $c->{socket}, $c->{left}, $n;
            substr $c->{left}, 0, $sent // 0, '';
        }
    }
}

# They are gone: what they left open is closed.
sub dismiss {
    my ($crowd) = @_;
    kill 'KILL', $crowd->{pid};
    waitpid $crowd->{pid}, 0;
    close $_->{socket} for @{$crowd->{clients}};
    return;
}

# Of those that stay, how many have heard nothing yet; and of how many.
sub still_open {
    my ($crowd) = @_;
    my @stay = map { $_->{socket} } grep { $_->{stays} } @{$crowd->{clients}};
    my @heard = IO::Select->new(@stay)->can_read(0);
    return (@stay - @heard, scalar @stay);
}

# All that they have heard so far.
sub said {
    my ($crowd) = @_;
    my $all = '';
    for my $c (@{$crowd->{clients}}) {
        1 while sysread $c->{socket}, $all, 65536, length $all;
    }
    return $all;
}

# ---- the workers

# How many files these processes have open.
sub descriptors {
    my $n = 0;
    $n += () = glob "/proc/$_/fd/*" for @_;
    return $n;
}

# What a process has for itself, in KiB, and what it has with its share of what
# others use as well.
sub memory {
    my ($pid) = @_;
    my %of = slurp("/proc/$pid/smaps_rollup") =~ /^(\w+): +(\d+) kB/mg;
    return @of{qw(Pss_Anon Pss)};
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

sub median { return (sort { $a <=> $b } @_)[@_ / 2] }

1;

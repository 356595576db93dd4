#!/usr/bin/perl
# nginx keeps its connections (deploy/nginx): what becomes of a delivery when
# one of them is closed at the worst moment.  The workers are played by this
# test, so that each of these moments comes.
use strict;
use warnings;
use Halt;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Leadsheet;
use Nginx;
use POSIX ();
use Test::More;

my $site = nginx_site(name => 'nginx', user => 'www-data',
    file => ['nginx/leadsheet.conf'],
    upstream => 'nginx/leadsheet-upstream.conf',
    settings => "require_https = no\n");
my $socket = "$site->{run}/leadsheet.sock";
my $listen = IO::Socket::UNIX->new(Local => $socket, Listen => 64)
    or die "$socket: $!\n";
chmod 0666, $socket;
chmod 0755, $site->{run};
Nginx::start($site);
my ($nginx) = Nginx::children($site->{nginx});

# What never comes is a failure, and not a test that never ends.
$SIG{ALRM} = sub { die "nothing more comes\n" };
$SIG{PIPE} = 'IGNORE';

# A client of nginx's, on a connection of its own that nginx has accepted.
sub client {
    my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$site->{http}")
        or die "nginx: $!\n";
    get_by($c, '/');
    heard($c);
    return $c;
}

sub get_by {
    my ($c, $path) = @_;
    print $c "GET $path HTTP/1.1\r\nHost: x\r\n\r\n";
    $c->flush;
    return;
}

sub post_by {
    my ($c, $body) = @_;
    print $c "POST /leads/main HTTP/1.1\r\nHost: x\r\nX-Webhook-Signature: "
        . sign($body) . "\r\nContent-Length: " . length($body) . "\r\n\r\n"
        . $body;
    $c->flush;
    return;
}

# The status of one answer, whose end its length tells.
sub heard {
    my ($c) = @_;
    alarm PATIENCE;
    my ($head, $n) = ('', 0);
    while (defined(my $line = <$c>)) {
        last if $line eq "\r\n";
        $head .= $line;
        $n = $1 if $line =~ /^Content-Length: (\d+)/i;
    }
    read($c, my $content, $n);
    alarm 0;
    return $head =~ m{^HTTP/1.1 (\d+)} ? $1 : 0;
}

# A worker's side: the next connection that nginx opens; where it answers a
# client instead, there is none to come.
sub accepted {
    my ($c) = @_;
    my ($ready) = IO::Select->new($listen, $c // ())->can_read(PATIENCE);
    die 'nginx opens no connection' . ($c && $ready
        ? ' and answers ' . heard($c) : '') . "\n" if ($ready // 0) != $listen;
    return $listen->accept // die "accept: $!\n";
}

# One request, whole: does it ask to keep the connection, and its body.
sub request {
    my ($w) = @_;
    my ($keeps, $body) = (undef, '');
    alarm PATIENCE;
    while (read $w, my $header, 8) {
        my (undef, $type, undef, $n, $pad) = unpack 'CCnnC', $header;
        my $content = '';
        read $w, $content, $n + $pad if $n + $pad;
        $keeps = (unpack 'nC', $content)[1] if $type == 1;
        $body .= substr $content, 0, $n if $type == 5;
        last if $type == 5 && $n == 0;
    }
    alarm 0;
    return ($keeps, $body);
}

sub record {
    my ($type, $content) = @_;
    return pack('CCnnCx', 1, $type, 1, length $content, 0) . $content;
}

my $stored = record(6, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    . record(6, '') . record(3, "\0" x 8);

sub answer {
    my ($w) = @_;
    print $w $stored;
    $w->flush;
    return;
}

# So many connections that nginx keeps, idle; their other ends.
sub kept {
    my ($count) = @_;
    my @clients = map { client() } 1 .. $count;
    post_by($_, 'so that there is one') for @clients;
    my @workers = map { accepted($_) } @clients;
    request($_) for @workers;
    answer($_) for @workers;
    heard($_) for @clients;
    return @workers;
}

# nginx doesn't go on, until it is let.
sub hold_nginx {
    kill 'STOP', $nginx;
    wait_for(sub { slurp("/proc/$nginx/stat") =~ /\) T/ })
        or die "nginx doesn't stop\n";
    return;
}

# The complaints about closed connections since last asked.
my $read = 0;
sub complaints {
    my $log = substr slurp($site->{log}), $read;
    $read += length $log;
    return scalar(() = $log =~ /(?:prematurely closed|[Bb]roken pipe|reset by peer)/g);
}

# A delivery that ends on a connection of its own, after what has gone wrong.
sub tried_again {
    my ($c, $body, $what) = @_;
    my $w = accepted($c);
    my ($keeps, $came) = request($w);
    ok($came eq $body, "$what: it comes again, whole, by another");
    answer($w);
    is(heard($c), 200, '  and 200 is what the sender hears');
    return $w;
}

# Kept, where nothing goes wrong
my $c = client();
post_by($c, 'one');
my $w = accepted();
my ($keeps, $body) = request($w);
is("$keeps $body", '1 one', 'nginx asks to keep the connection');
answer($w);
is(heard($c), 200, '  which is answered');
post_by($c, 'two');
is((request($w))[1], 'two', '  the next delivery comes by the same');
answer($w);
is(heard($c), 200, '  which is answered');
is(complaints(), 0, '  and nginx has no complaint');

# A worker that is killed
post_by($c, 'three');
is((request($w))[1], 'three', 'a whole delivery is read from a kept connection');
close $w;
$w = tried_again($c, 'three', '  which is closed without an answer');
is(complaints(), 1, '  as the log says');
post_by($c, 'four');
request($w);
print $w substr $stored, 0, 20;
close $w;
$w = tried_again($c, 'four', 'closed within the answer');
is(complaints(), 1, '  as the log says');

# More than a socket holds, so that nginx is in the middle of it; and more than
# nginx keeps in memory.
for my $size (60_000, 1 << 20) {
    my $large = 'x' x $size;
    post_by($c, $large);
    read $w, my $some, 1000;
    close $w;
    $w = tried_again($c, $large, "closed with $size bytes half read");
    is(complaints(), 1, '  as the log says');
}
close $w;

# A sender that waits no more, while nginx is in the middle of it
my $large = 'y' x (1 << 20);
$c = client();
post_by($c, $large);
$w = accepted($c);
close $c;
client();    # nginx has heard of that
ok((request($w))[1] eq $large, 'a sender that has gone: its delivery goes on');
answer($w);
close $w;

# All that nginx keeps are closed, and it has not heard of it: they and a
# delivery wait for it.  In either order.
for my $count (1, 5) {
    for my $first ('delivery', 'end') {
        my @workers = kept($count);
        my $c = client();
        complaints();
        hold_nginx();
        post_by($c, $first) if $first eq 'delivery';
        close $_ for @workers;
        post_by($c, $first) if $first eq 'end';
        kill 'CONT', $nginx;
        my $w = tried_again($c, $first,
            "$count kept and closed, the $first came first");
        is(complaints(), $first eq 'delivery' ? $count : 0,
            '  as often as nginx has tried a closed one');
        close $w;
    }
}

# A real worker on that socket, maybe under another command.
sub worker {
    my ($name, @wrap) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        POSIX::dup2(fileno $listen, 0);
        open STDERR, '>', "$site->{run}/$name.log" or POSIX::_exit(126);
        $ENV{LEADSHEET_HOME} = $site->{home};
        exec @wrap, $site->{program} or POSIX::_exit(127);
    }
    return $pid;
}

# It is killed right behind the sync of a delivery that came by a kept
# connection: the next one takes it again, and it is kept once.
my ($delivery) = deliveries(4714, 1, 1);
my $halt = "$site->{run}/halt";
my $first = worker('first', halt_after($halt, 'fdatasync'));
$c = client();
get_by($c, '/leads/main');
is(heard($c), 405, 'a real worker answers');
post_by($c, $delivery);
my $inner = halted($halt);
my $second = worker('second');
kill 'KILL', $inner;
ended($first);
is(heard($c), 200, 'killed in the middle of a delivery: 200 all the same');
is_deeply([map { scalar @{read_csv($_)} } @{sheets($site->{home})}], [1],
    '  and its row is there once');
is(complaints(), 1, '  where nginx has had to try again');
kill 'TERM', $second;
is(ended($second), 0, 'the second stops');
done_testing();

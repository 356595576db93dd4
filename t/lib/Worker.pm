package Worker;

# One FastCGI worker on a socket of its own, without a supervisor, and the web
# server's part of the talk with it.

use strict;
use warnings;
use Exporter qw(import);
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();

our @EXPORT = qw(worker launch ask converse stop_worker stop_workers);

my @started;
my $parent = $$;

# Its process id.  Takes wrap, a command that ends as the worker, and env.
sub worker {
    my ($home, %o) = @_;
    return launch($home, "$home/.socket", "$home/.log", %o);
}

# The same with its socket and its log elsewhere.
sub launch {
    my ($home, $socket, $log, %o) = @_;
    forget_clocks() if ($o{env} // {})->{LD_PRELOAD};
    unlink $socket;
    my $listen = IO::Socket::UNIX->new(Local => $socket, Listen => 16)
        or die "$socket: $!\n";
    my @command = (@{$o{wrap} // []}, program());
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        POSIX::dup2(fileno $listen, 0);
        open STDERR, '>>', $log or POSIX::_exit(126);
        %ENV = (PATH => $ENV{PATH}, LEADSHEET_HOME => $home,
            %{$o{env} // {}});
        exec @command or POSIX::_exit(127);
    }
    push @started, $pid;
    return $pid;
}

sub record {
    my ($type, $content) = @_;
    return pack('CCnnCx', 1, $type, 1, length $content, 0) . $content;
}

# One request, its answer taken apart; status 0 where nobody answers.
sub ask {
    my ($home, $body, %more) = @_;
    return converse("$home/.socket", $body, %more);
}

sub size { $_[0] < 128 ? pack 'C', $_[0] : pack 'N', $_[0] | 1 << 31 }

sub converse {
    my ($socket, $body, %more) = @_;
    my %env = (REQUEST_METHOD => 'POST', PATH_INFO => '/main', HTTPS => 'on',
        CONTENT_LENGTH => length $body, HTTP_X_WEBHOOK_SIGNATURE =>
        sign($body), %more);
    local $SIG{PIPE} = 'IGNORE';
    my $s = IO::Socket::UNIX->new(Peer => $socket)
        or return { %{reply('')}, log => '' };
    # No answer at all is a failure, and not a test that never ends.
    local $SIG{ALRM} = sub { die "the worker doesn't answer\n" };
    alarm PATIENCE;
    $s->autoflush(1);
    print $s record(1, "\0\1\0\0\0\0\0\0"), record(4, join '', map {
        size(length) . size(length $env{$_}) . $_ . $env{$_} } keys %env),
        record(4, ''), (map { record(5, $_) } $body =~ /(.{1,60000})/gs),
        record(5, '');
    my %said = (6 => '', 7 => '');
    while (read($s, my $header, 8) // 0) {
        last if length $header < 8;
        my (undef, $type, undef, $n, $pad) = unpack 'CCnnC', $header;
        my $content = '';
        last if (read($s, $content, $n + $pad) // 0) < $n;
        $said{$type} .= substr $content, 0, $n;
        # What was said without an end to it was cut off, but was said.
        last if $type == 3;
    }
    alarm 0;
    close $s;
    return { %{reply($said{6})}, log => $said{7} };
}

# Who is killed under libfaketime leaves shared memory under its process id, and
# the next one with that id can't start: what belongs to no process goes.
sub forget_clocks {
    for (glob '/dev/shm/*faketime*') {
        my ($pid) = /_(\d+)$/ or next;
        unlink unless -d "/proc/$pid";
    }
}

# How it ended, as in $?.
sub stop_worker {
    my ($pid) = @_;
    @started = grep { $_ != $pid } @started;
    kill 'TERM', $pid;
    return ended($pid) // die "a worker didn't stop\n";
}

sub stop_workers { stop_worker($_) for my @all = @started; return }

END {
    if ($$ == $parent) {
        my $status = $?;
        stop_workers();
        forget_clocks();
        $? = $status;
    }
}

1;

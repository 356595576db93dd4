package Worker;

# One FastCGI worker on a socket of its own, without a supervisor, and the web
# server's part of the talk with it.

use strict;
use warnings;
use Exporter qw(import);
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();
use Processes;

our @EXPORT = qw(worker launch ask converse whole_request kept_request reach
    hear hear_one ask_together stopped batch stop_worker stop_workers);

my @started;
my $parent = $$;

# Its process id.  Takes wrap, a command that ends as the worker, env, and
# program, where it is none of the receiver's.
sub worker {
    my ($home, %o) = @_;
    return launch($home, "$home/.socket", "$home/.log", %o);
}

# The same with its socket and its log elsewhere.  What first does is done once
# there is the socket, and before there is the worker.
sub launch {
    my ($home, $socket, $log, %o) = @_;
    forget_clocks() if ($o{env} // {})->{LD_PRELOAD};
    unlink $socket;
    my $listen = IO::Socket::UNIX->new(Local => $socket, Listen => 1024)
        or die "$socket: $!\n";
    $o{first}->() if $o{first};
    my @command = (@{$o{wrap} // []}, $o{program} // program());
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

# A whole request as the web server sends it, signed unless a parameter says
# otherwise; undef takes one away, and a list gives one several times.
sub whole_request {
    my ($body, %more) = @_;
    my %env = (REQUEST_METHOD => 'POST', PATH_INFO => '/main', HTTPS => 'on',
        CONTENT_LENGTH => length $body, HTTP_X_WEBHOOK_SIGNATURE =>
        sign($body), %more);
    my $parameters = '';
    for my $name (sort keys %env) {
        $parameters .= size(length $name) . size(length) . $name . $_
            for grep { defined } ref $env{$name} ? @{$env{$name}}
                : $env{$name};
    }
    return record(1, "\0\1\0\0\0\0\0\0") . record(4, $parameters)
        . record(4, '') . join('', map { record(5, $_) }
            $body =~ /(.{1,60000})/gs) . record(5, '');
}

# The same, and the connection is to be kept behind it (FCGI_KEEP_CONN).
sub kept_request {
    my $request = whole_request(@_);
    substr $request, 10, 1, "\1";
    return $request;
}

# A connection on which that was sent; undef where nobody listens.
sub reach {
    my ($socket, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $s = IO::Socket::UNIX->new(Peer => $socket) or return;
    $s->autoflush(1);
    print $s $bytes;
    return $s;
}

# What is answered on it; then it is closed.
sub hear {
    my ($s) = @_;
    my $heard = hear_one($s);
    close $s if $s;
    return $heard;
}

# The next answer on it.
sub hear_one {
    my ($s) = @_;
    return { %{reply('')}, log => '' } unless $s;
    # No answer at all is a failure, and not a test that never ends.
    local $SIG{ALRM} = sub { die "the worker doesn't answer\n" };
    alarm PATIENCE;
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
    return { %{reply($said{6})}, log => $said{7} };
}

sub converse {
    my ($socket, $body, %more) = @_;
    return hear(reach($socket, whole_request($body, %more)));
}

# Several requests, each on a connection of its own, of which the worker sees
# none before it sees all: so they are a batch.  Each is a body, or a list of it
# and of parameters.
sub ask_together {
    my ($home, $pid, @requests) = @_;
    my @sent;
    stopped($pid, sub { @sent = map { reach("$home/.socket",
        whole_request(ref ? @$_ : $_)) } @requests });
    return map { hear($_) } @sent;
}

# Do something while the worker stands still.
sub stopped {
    my ($pid, $do) = @_;
    kill 'STOP', $pid;
    wait_for(sub { slurp("/proc/$pid/stat") =~ /^\d+ \(.*\) [Tt] /s })
        or die "the worker doesn't stand still\n";
    $do->();
    kill 'CONT', $pid;
    return;
}

# A worker that finds several requests waiting when it begins, and is stopped
# when they are answered: what each heard, in answers; all that was logged; and
# how the worker, or the command that it ran under, ended.
sub batch {
    my ($home, $requests, %o) = @_;
    my @sent;
    my $pid = worker($home, %o, first => sub {
        @sent = map { reach("$home/.socket", whole_request(ref ? @$_ : $_)) }
            @$requests });
    my @answers = map { hear($_) } @sent;
    @started = grep { $_ != $pid } @started;
    # A command that waits for the worker ends as that does.
    my @below = descendants($pid);
    kill 'TERM', @below ? @below : $pid;
    my $exit = ended($pid) // die "a worker didn't stop\n";
    return { answers => \@answers, exit => $exit,
        log => join('', map { $_->{log} } @answers) . slurp("$home/.log") };
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

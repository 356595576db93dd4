package Target;

# A target that deliveries are passed on to: a server of ours that answers by a
# script, a step a request, and keeps each request.
#
#   my $t = target(script => [500, { status => 429, headers =>
#       { 'Retry-After' => 7 } }, 'hang'], then => 200);
#   $t->url, $t->requests, $t->bodies, $t->taken, $t->script(503, 200),
#   $t->down, $t->up, $t->stop
#
# A step is a status, or one with more to it: { status, headers, body, after
# (seconds to wait before), keep (1: the connection may be used again) }, or one
# of these words:
#   'close'        closed without an answer        'cut'       ... in the middle
#   'reset'        the same, by RST                            of one
#   'hang'         no answer, until the client     'slow'      one that doesn't
#                  goes                                        come to its end
#   'deaf'         nothing is even read            'endless'   a body without end
#   'headers'      headers without end             'nonsense'  no HTTP
#   'old'          HTTP/0.9: a body and no head    'redirect'  307 to the option
#                                                              to, or its own path
# With tls => 1 it speaks HTTPS; $t->certificate is the file of who vouches for
# it, for SSL_CERT_FILE.

use strict;
use warnings;
use Exporter qw(import);
use Fcntl qw(:flock);
use File::Temp ();
use IO::Socket::INET;
use JSON::PP ();
use Leadsheet;
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(target);

my @all;
my $parent = $$;
my $json = JSON::PP->new->canonical->allow_nonref;

# tls, script, then (the step behind its end: 200), to, path, and names: what its
# certificate is for.
sub target {
    my (%o) = @_;
    my $self = bless { then => 200, path => '/hook/of-a-secret?token=s3cret',
        %o, dir => File::Temp::tempdir(CLEANUP => 1) }, 'Target';
    spew("$self->{dir}/steps", '');
    spew("$self->{dir}/count", '0');
    $self->script(@{$self->{script} // []});
    $self->certify if $self->{tls};
    push @all, $self;
    return $self->up;
}

sub certify {
    my ($self) = @_;
    my $to = "$self->{dir}/tls";
    system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
        . "-nodes -days 9999 -subj /CN=localhost -keyout '$to.key' -batch "
        . "-addext 'subjectAltName=@{[$self->{names}
            // 'DNS:localhost,IP:127.0.0.1']}' "
        . "-out '$to.crt' 2>'$to.log'") == 0 or die slurp("$to.log");
    return;
}

sub certificate { return "$_[0]{dir}/tls.crt" }
sub port { return $_[0]{port} }

sub url {
    my ($self, $path) = @_;
    return ($self->{tls} ? 'https' : 'http') . "://127.0.0.1:$self->{port}"
        . ($path // $self->{path});
}

# More steps, behind those that are there.
sub script {
    my ($self, @steps) = @_;
    open my $f, '>>', "$self->{dir}/steps" or die "steps: $!\n";
    print $f map { $json->encode($_) . "\n" } @steps;
    close $f or die "steps: $!\n";
    return $self;
}

# Nobody listens there any more, until up.  The port stays its own.
sub down {
    my ($self) = @_;
    return $self unless my $pid = delete $self->{pid};
    kill 'KILL', -$pid;
    waitpid $pid, 0;
    return $self;
}

sub up {
    my ($self) = @_;
    return $self if $self->{pid};
    my $listener = IO::Socket::INET->new(Listen => 99, ReuseAddr => 1,
        LocalAddr => '127.0.0.1', LocalPort => $self->{port} // 0)
        or die "no port: $!\n";
    $self->{port} = $listener->sockport;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        eval { setpgrp; $self->serve($listener) };
        POSIX::_exit(1);
    }
    setpgrp $pid, $pid;    # whoever of the two comes first
    $self->{pid} = $pid;
    return $self;
}

sub stop { $_[0]->down; return }

# What came, in order: method, path, headers (by small names), body, and step,
# what it was answered.
sub requests {
    my ($self) = @_;
    return map { parse(slurp($_)) } sort glob "$self->{dir}/*.request";
}

sub bodies { return map { $_->{body} } $_[0]->requests }

# Those that were answered as a whole, with 2xx.
sub taken {
    my ($self) = @_;
    return grep { ref $_->{step} && $_->{step}{status} =~ /^2/ }
        $self->requests;
}

sub parse {
    my ($text) = @_;
    my ($step, $request) = split /\n/, $text, 2;
    my ($head, $body) = split /\r\n\r\n/, $request, 2;
    my ($first, @lines) = split /\r\n/, $head;
    my ($method, $path) = split / /, $first;
    return { method => $method, path => $path, body => $body, head => $head,
        step => $json->decode($step),
        headers => { map { /^([^:]+): *(.*)/s ? (lc $1 => $2) : () } @lines } };
}

# ---- the server: a child for each connection
sub serve {
    my ($self, $listener) = @_;
    $SIG{$_} = 'DEFAULT' for qw(HUP INT TERM);
    $SIG{PIPE} = $SIG{CHLD} = 'IGNORE';
    while (1) {
        my $c = $listener->accept or next;
        my $pid = fork // next;
        if ($pid == 0) {
            close $listener;
            eval { $self->talk($c) };
            POSIX::_exit(0);
        }
        close $c;
    }
}

sub talk {
    my ($self, $c) = @_;
    if ($self->{tls}) {
        require IO::Socket::SSL;
        $c = IO::Socket::SSL->start_SSL($c, SSL_server => 1,
            SSL_cert_file => "$self->{dir}/tls.crt",
            SSL_key_file => "$self->{dir}/tls.key") or return;
    }
    while (1) {
        my $step = $self->answers($c) or last;
        last unless $step->{keep};
    }
    close $c;
    return;
}

# The next step, and its number: taken from the script once.
sub next_step {
    my ($self) = @_;
    open my $lock, '+<', "$self->{dir}/count" or die "count: $!\n";
    flock $lock, LOCK_EX or die "count: $!\n";
    my $n = <$lock>;
    seek $lock, 0, 0;
    print $lock $n + 1;
    close $lock;
    my $step = (split /\n/, slurp("$self->{dir}/steps"))[$n];
    $step = defined $step ? $json->decode($step) : $self->{then};
    return ($n, !ref $step && $step =~ /^\d+$/ ? { status => $step } : $step);
}

# One request and its answer; nothing where no other can come.
sub answers {
    my ($self, $c) = @_;
    # Which step it is shows only once somebody speaks.
    sysread($c, my $begin, 1) or return;
    my ($n, $step) = $self->next_step;
    if ($step eq 'deaf') { POSIX::pause() while 1 }
    my $text = hear($c, $begin) // return;
    my $name = sprintf '%s/%06d', $self->{dir}, $n;
    spew("$name.new", $json->encode($step) . "\n$text");
    rename "$name.new", "$name.request" or die "$name: $!\n";
    return $self->say_odd($c, $step) if !ref $step;
    sleep $step->{after} if $step->{after};
    say_all($c, head($step) . body($step)) or return;
    return $step;
}

# The rest of a request; nothing where the client has gone.
sub hear {
    my ($c, $text) = @_;
    my $length;
    while (1) {
        $length = $+[0] + ($text =~ /^Content-Length: *(\d+)/mi ? $1 : 0)
            if !defined $length && $text =~ /\r\n\r\n/;
        return $text if defined $length && length $text >= $length;
        sysread($c, $text, 65536, length $text) or return;
    }
}

sub body { return $_[0]{status} == 204 ? '' : $_[0]{body} // '{"ok":true}' }

sub head {
    my ($step) = @_;
    my %headers = ('Content-Type' => 'application/json',
        $step->{status} == 204 ? () : ('Content-Length' => length body($step)),
        $step->{keep} ? () : (Connection => 'close'), %{$step->{headers} // {}});
    return "HTTP/1.1 $step->{status} As told\r\n"
        . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers) . "\r\n";
}

sub say_all {
    my ($c, $text) = @_;
    my $done = 0;
    while ($done < length $text) {
        my $n = syswrite $c, $text, length($text) - $done, $done;
        return 0 unless $n;
        $done += $n;
    }
    return 1;
}

sub say_odd {
    my ($self, $c, $step) = @_;
    my $ok = "HTTP/1.1 200 OK\r\n";
    my $x = 'x' x 16384;
    if ($step eq 'reset') { setsockopt $c, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0 }
    elsif ($step eq 'hang') { 1 while sysread $c, my $rest, 65536 }
    elsif ($step eq 'cut') { say_all($c, "${ok}Content-Length: 99\r\n\r\n{") }
    elsif ($step eq 'slow') {
        say_all($c, "${ok}Content-Length: 99999\r\n\r\n") or return;
        sleep 0.2 while say_all($c, 'x');
    }
    elsif ($step eq 'endless') {
        say_all($c, "${ok}Transfer-Encoding: chunked\r\n\r\n") or return;
        1 while say_all($c, sprintf "%x\r\n%s\r\n", length $x, $x);
    }
    elsif ($step eq 'headers') {
        say_all($c, $ok) or return;
        1 while say_all($c, "X-More: $x\r\n");
    }
    elsif ($step eq 'nonsense') { say_all($c, "SSH-2.0-OpenSSH_9.2\r\n") }
    elsif ($step eq 'old') { say_all($c, "<html>welcome</html>\n") }
    elsif ($step eq 'redirect') {
        my $to = $self->{to} // $self->url('/elsewhere');
        my $there = { status => 307, headers => { Location => $to } };
        say_all($c, head($there) . body($there));
    }
    elsif ($step ne 'close') { die "what is $step?\n" }
    return;
}

END {
    if ($$ == $parent) {
        my $status = $?;
        $_->down for @all;
        $? = $status;
    }
}

1;

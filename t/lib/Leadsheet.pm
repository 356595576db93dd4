package Leadsheet;

# What the tests from the outside share: a home of their own, the sender's
# part, both doors, and readers that are not ours.

use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex sha256_hex);
use Exporter qw(import);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IO::Socket::INET;
use IPC::Open3 qw(open3);
use JSON::PP ();
use POSIX qw(WNOHANG);
use Processes;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(
    builddir srcdir data program home secret sign cgi slurp spew lines
    free_port start_nginx start_workers renew_workers stop_server stop_all post
    reply PATIENCE wait_for ended rests
    read_csv unprotect journal segment_line attempts sheets tree deliveries today ago
    leadsheet on_terminal $LEADSHEET
);

# How a command of ours begins that a message tells: with the path by which the
# program was called, and the home.
our $LEADSHEET = qr{(?:[^\s"]+/)?leadsheet(?: --home \S+)?};

# For so many seconds a test waits for what must come, so that only what never
# comes is missed, however busy the machine is; and waits for nothing else.
use constant PATIENCE => 0 + ($ENV{PATIENCE} // 60);

my $secret = 'the-secret-of-a-test-webhook';
my @running;    # process ids of ours, the last started last
my $parent = $$;

# Python leaves nothing beside our programs.
$ENV{PYTHONDONTWRITEBYTECODE} = 1;

# Ended by a signal, a test tidies up all the same; a second one doesn't keep it
# from that.
my @signals = qw(HUP INT PIPE TERM);
$SIG{$_} = sub { @SIG{@signals} = ('IGNORE') x @signals; exit 1 } for @signals;

sub builddir { $ENV{builddir} // die "builddir is not set\n" }
sub srcdir   { $ENV{srcdir}   // die "srcdir is not set\n" }
sub data     { srcdir() . "/t/data/$_[0]" }
sub program  { builddir() . '/cgi/leadsheet.fcgi' }
sub secret   { $secret }
sub sign     { hmac_sha256_hex($_[0], $_[1] // $secret) }

sub slurp {
    my ($path) = @_;
    open my $f, '<:raw', $path or die "$path: $!\n";
    local $/;
    return scalar <$f>;
}

sub spew {
    my ($path, $text) = @_;
    open my $f, '>:raw', $path or die "$path: $!\n";
    print $f $text;
    close $f or die "$path: $!\n";
    return $path;
}

sub lines {
    my ($path) = @_;
    return -e $path ? scalar(() = slurp($path) =~ /\n/g) : 0;
}

# A home of its own with one endpoint, main; settings as text.
sub home {
    my ($conf) = @_;
    begin_day(($conf // '') =~ /^timezone = (\S+)$/m ? $1 : 'UTC');
    my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0755, $dir;
    mkdir "$dir/main";
    spew("$dir/main/secret", "$secret\n");
    chmod 0600, "$dir/main/secret";
    spew("$dir/leadsheet.conf", $conf) if defined $conf;
    return $dir;
}

# One request through the plain CGI door: environment and stdin.  Takes body,
# env (undef takes a variable away), program, and wrap, a command to run it
# under.
sub cgi {
    my ($home, %o) = @_;
    my $body = $o{body} // '';
    my %env = (
        PATH => $ENV{PATH}, LEADSHEET_HOME => $home,
        GATEWAY_INTERFACE => 'CGI/1.1', REQUEST_METHOD => 'POST',
        PATH_INFO => '/main', HTTPS => 'on', CONTENT_LENGTH => length $body,
        CONTENT_TYPE => 'application/json',
        HTTP_X_WEBHOOK_SIGNATURE => sign($body),
        %{$o{env} // {}},
    );
    delete $env{$_} for grep { !defined $env{$_} } keys %env;
    my $dir = File::Temp->newdir;
    spew("$dir/in", $body);
    my @command = (@{$o{wrap} // []}, $o{program} // program());
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN,  '<', "$dir/in"  or POSIX::_exit(126);
        open STDOUT, '>', "$dir/out" or POSIX::_exit(126);
        open STDERR, '>', "$dir/err" or POSIX::_exit(126);
        %ENV = %env;
        exec @command or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    my $exit = $?;
    return { %{reply(slurp("$dir/out"))}, log => slurp("$dir/err"),
        exit => $exit };
}

# The command line: what it printed, what it complained, its exit code; 128
# and the signal's number when one ended it.  Takes stdin (a text), env (undef
# takes a variable away), wrap, a command to run it under, program, and out, a
# path or a handle that its stdout goes to.
sub leadsheet {
    my ($home, $arguments, %o) = @_;
    my $dir = File::Temp->newdir;
    spew("$dir/in", $o{stdin} // '');
    my %env = (PATH => $ENV{PATH}, LC_ALL => $ENV{LC_ALL} // 'C.UTF-8',
        TERM => 'xterm', HOME => "$dir", defined $home ? (LEADSHEET_HOME => $home) : (),
        (map { $_ => $ENV{$_} } grep { /SAN_OPTIONS|^TMPDIR$/ } keys %ENV),
        %{$o{env} // {}});
    delete $env{$_} for grep { !defined $env{$_} } keys %env;
    my @command = (@{$o{wrap} // []}, $o{program}
        // builddir() . '/cli/leadsheet', @$arguments);
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN,  '<', "$dir/in"               or POSIX::_exit(126);
        (ref $o{out} ? open STDOUT, '>&', $o{out}
            : open STDOUT, '>', $o{out} // "$dir/out") or POSIX::_exit(126);
        open STDERR, '>', "$dir/err"              or POSIX::_exit(126);
        %ENV = %env;
        exec @command or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    return { out => $o{out} ? '' : slurp("$dir/out"),
        err => slurp("$dir/err"), exit => $? & 127 ? 128 + ($? & 127) : $? >> 8 };
}

# The same on a terminal of its own, so many columns wide.  steps is a list of
# [what to wait for, what to type then]; the result has what came out and
# whether the terminal still echoes.  See t/data/terminal.py.
sub on_terminal {
    my ($home, $arguments, %o) = @_;
    my $dir = File::Temp->newdir;
    spew("$dir/plan", JSON::PP->new->utf8->encode({
        command => [builddir() . '/cli/leadsheet', @$arguments],
        env => { PATH => $ENV{PATH}, LC_ALL => 'C.UTF-8', TERM => 'xterm',
            LEADSHEET_HOME => $home, HOME => "$dir",
            (map { $_ => $ENV{$_} } grep { /SAN_OPTIONS|^TMPDIR$/ }
                keys %ENV),
            %{$o{env} // {}} },
        columns => $o{columns} // 80, steps => $o{steps} // [],
        patience => PATIENCE }));
    my $out = `python3 @{[data('terminal.py')]} $dir/plan`;
    die "terminal.py failed\n" if $?;
    return json($out);
}

# What a CGI program wrote, taken apart.
sub reply {
    my ($text) = @_;
    my ($head, $content) = split /\r\n\r\n/, $text, 2;
    my %headers;
    for (split /\r\n/, $head // '') {
        $headers{lc $1} = $2 if /^([^:]+): *(.*)/;
    }
    my ($status) = ($headers{status} // '') =~ /^(\d+)/;
    return { status => $status // 0, headers => \%headers,
        content => $content // '', json => scalar json($content) };
}

sub json {
    my ($text) = @_;
    return scalar eval { JSON::PP->new->utf8->decode($text) };
}

sub free_port {
    my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
        or die "no free port: $!\n";
    return $s->sockport;
}

# Is it so, or does it come to be so?
sub wait_for {
    my ($what) = @_;
    my $end = time + PATIENCE;
    until ($what->()) {
        return 0 if time > $end;
        sleep 0.02;
    }
    return 1;
}

# How a child of ours ended, as in $?; undef for one that had to be killed, or
# of which somebody has heard already.
sub ended {
    my ($pid) = @_;
    my ($got, $status);
    wait_for(sub { $got = waitpid($pid, WNOHANG); $status = $?; $got != 0 })
        and return $got == $pid ? $status : undef;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    return;
}

# So many processes below this one run that program and sleep: they have begun,
# and wait for something to come.  Their ids.
sub rests {
    my ($pid, $name, $count) = @_;
    my @found;
    wait_for(sub {
        my %all = processes();
        @found = grep { $all{$_}{state} eq 'S'
            && (readlink("/proc/$_/exe") // '') =~ m{/\Q$name\E(?: |$)} }
            $pid, descendants($pid, %all);
        return @found == ($count // 1);
    }) or die "$name doesn't come to rest\n";
    return @found;
}

# spawn-fcgi wants paths, not names.
sub which {
    my ($name) = @_;
    -x "$_/$name" and return "$_/$name" for split /:/, $ENV{PATH};
    die "$name is not installed\n";
}

sub start {
    my ($log, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        # A group of its own: fcgiwrap leaves its children behind.
        setpgrp;
        open STDIN,  '<',  '/dev/null' or POSIX::_exit(126);
        open STDOUT, '>>', $log        or POSIX::_exit(126);
        open STDERR, '>>', $log        or POSIX::_exit(126);
        exec @command or POSIX::_exit(127);
    }
    push @running, $pid;
    return $pid;
}

# Workers under spawn-fcgi and multiwatch on HOME/run/leadsheet.sock; the
# supervisor's process id.
sub start_workers {
    my ($home, $workers, %o) = @_;
    make_path("$home/.run");
    my $socket = "$home/.run/leadsheet.sock";
    unlink $socket;
    local $ENV{LEADSHEET_HOME} = $home;
    my $pid = start("$home/.run/workers.log", 'spawn-fcgi', '-n', '-s',
        $socket, '-M', '0660', '--', which('multiwatch'), '-f', $workers,
        '-r', 100, '--', @{$o{wrap} // []}, $o{program} // program());
    wait_for(sub { -S $socket }) or die "no workers: see $home/.run\n";
    wait_for_workers($pid, $workers);
    return $pid;
}

# multiwatch 1.0.0 waits for good for a worker that was not yet a program of its
# own when SIGTERM came: so nobody stops it before all of them catch that.
sub wait_for_workers {
    my ($pid, $workers, $program) = @_;
    $program //= 'leadsheet.fcgi';
    my $catches = sub {
        open my $f, '<', "/proc/$_[0]/status" or return 0;
        my $text = join '', <$f>;
        # Which program it is, the page tells to nobody but here.
        return 0 if $text !~ /^Name:\t\Q@{[substr $program, 0, 15]}\E$/m;
        my ($mask) = $text =~ /^SigCgt:\s*\w*(\w{8})$/m;
        return hex($mask // 0) >> POSIX::SIGTERM() - 1 & 1;
    };
    # A worker of the page has a child that does the work.
    my $most = $program eq 'leadsheet.fcgi' ? $workers : 2 * $workers;
    wait_for(sub { my $n = grep { $catches->($_) } descendants($pid);
        $n >= $workers && $n <= $most }) or die "the workers don't begin\n";
    return;
}

# Others in their place, as "pkill -u leadsheet -x leadsheet.fcgi" makes them:
# multiwatch keeps the socket.
sub renew_workers {
    my ($pid) = @_;
    my %all = processes();
    my @before = grep { $all{$_}{parent} == $pid } keys %all;
    system('pkill', '-P', $pid, '-x', 'leadsheet.fcgi') == 0
        or die "pkill failed\n";
    wait_for(sub { !grep { kill 0, $_ } @before }) or die "workers go on\n";
    wait_for_workers($pid, scalar @before);
    return;
}

# nginx in front of them.  Its ports: tls and http have deploy/nginx's own
# file, with a certificate and without; https is plain but says HTTPS, for
# HTTP::Tiny, which has no TLS; cgi goes through fcgiwrap.
sub start_nginx {
    my ($home, %o) = @_;
    make_path("$home/.run/nginx");
    my $run = "$home/.run";
    my %port = map { $_ => free_port() } qw(tls https http cgi);
    my $params = <<"END";
        fastcgi_param REQUEST_METHOD \$request_method;
        fastcgi_param CONTENT_LENGTH \$content_length;
        fastcgi_param CONTENT_TYPE \$content_type;
        fastcgi_param SCRIPT_NAME "";
        fastcgi_param PATH_INFO \$uri;
        fastcgi_param GATEWAY_INTERFACE CGI/1.1;
        fastcgi_param SERVER_PROTOCOL \$server_protocol;
END
    my $upstream = slurp(srcdir() . '/deploy/nginx/leadsheet-upstream.conf');
    $upstream =~ s{/run/leadsheet/leadsheet\.sock}{$run/leadsheet.sock}
        or die "leadsheet-upstream.conf has another socket\n";
    spew("$run/leadsheet-upstream.conf", $upstream);
    spew("$run/leadsheet.conf", slurp(srcdir()
        . '/deploy/nginx/leadsheet.conf'));
    system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
        . "-nodes -days 2 -subj /CN=localhost -keyout '$run/key' -batch "
        . "-out '$run/cert' 2>'$run/openssl.log'") == 0
        or die slurp("$run/openssl.log");
    my $temps = join '', map { "    ${_}_temp_path $run/nginx;\n" }
        qw(client_body proxy fastcgi uwsgi scgi);
    my $user = $> == 0 ? 'user root;' : '';
    my $program = program();
    spew("$run/nginx.conf", <<"END");
$user
daemon off; pid $run/nginx.pid; error_log $run/error.log notice;
worker_processes 1;
events { worker_connections 512; }
http {
    access_log off;
    client_max_body_size 40m;
$temps
    include $run/leadsheet-upstream.conf;
    server {
        listen 127.0.0.1:$port{https};
        fastcgi_keep_conn @{[$o{keep} ? 'on' : 'off']};
        location / {
            fastcgi_pass leadsheet;
            fastcgi_param HTTPS on;
$params
        }
    }
    server {
        listen 127.0.0.1:$port{tls} ssl;
        ssl_certificate $run/cert;
        ssl_certificate_key $run/key;
        include $run/leadsheet.conf;
    }
    server {
        listen 127.0.0.1:$port{http};
        include $run/leadsheet.conf;
        location /broken { fastcgi_pass leadsheet; fastcgi_param X y; }
    }
    server {
        listen 127.0.0.1:$port{cgi};
        location / {
            fastcgi_pass unix:$run/fcgiwrap.sock;
            fastcgi_param HTTPS on;
            fastcgi_param LEADSHEET_HOME $home;
            fastcgi_param SCRIPT_FILENAME $program;
$params
        }
    }
}
END
    start("$run/nginx.log", 'nginx', '-e', "$run/error.log", '-p', $run,
        '-c', "$run/nginx.conf");
    start("$run/fcgiwrap.log", 'fcgiwrap', '-f', '-c', '4', '-s',
        "unix:$run/fcgiwrap.sock");
    wait_for(sub { -S "$run/fcgiwrap.sock" && connects($port{https}) })
        or die "no nginx: " . slurp("$run/error.log");
    return %port;
}

sub connects {
    return IO::Socket::INET->new(PeerAddr => "127.0.0.1:$_[0]") ? 1 : 0;
}

# A delivery by HTTP; signed unless the headers say otherwise.
sub post {
    my ($port, $body, %o) = @_;
    my $http = $o{http} // HTTP::Tiny->new(timeout => PATIENCE,
        keep_alive => 0);
    my $r = $http->request($o{method} // 'POST',
        "http://127.0.0.1:$port" . ($o{path} // '/main'),
        { content => $body, headers => { 'Content-Type' =>
            'application/json', 'X-Webhook-Signature' => sign($body),
            %{$o{headers} // {}} } });
    $r->{json} = json($r->{content});
    return $r;
}

sub stop_server {
    my ($pid) = @_;
    @running = grep { $_ != $pid } @running;
    # A supervisor stops its own; what it leaves behind is its group's.
    kill 'TERM', $pid;
    ended($pid);
    end_processes(sub { my %all = @_;
        return grep { $all{$_}{group} == $pid } keys %all }, 5);
    return;
}

sub stop_all { stop_server($running[-1]) while @running; return }

# The sheet as a list of rows, each a hash by column; by the book (RFC 4180)
# and strictly: anything else dies.
sub read_csv {
    my ($path, $delimiter) = @_;
    my $d = quotemeta($delimiter // ',');
    my $text = slurp($path);
    $text =~ s/^\xef\xbb\xbf// or die "$path: no BOM\n";
    utf8::decode($text) or die "$path: not UTF-8\n";
    my (@rows, @row);
    pos($text) = 0;
    while (pos($text) < length $text) {
        # One pattern: of a quote that must be there Perl would look for the
        # next one all through the file, for every cell.
        $text =~ /\G(?:"((?:[^"]|"")*)"|([^"$d\r\n]*))/gc;
        push @row, defined $1 ? $1 =~ s/""/"/gr : $2;
        next if $text =~ /\G$d/gc;
        $text =~ /\G\r\n/gc or die "$path: bad at " . pos($text) . "\n";
        push @rows, [@row];
        @row = ();
    }
    my $names = shift @rows // die "$path: no header\n";
    for (@rows) {
        die "$path: a row of " . @$_ . " cells\n" if @$_ != @$names;
        my %row;
        @row{@$names} = @$_;
        $_ = \%row;
    }
    return \@rows;
}

# The way back from a protected cell of a file delimited by commas.
sub unprotect {
    my ($cell) = @_;
    return $cell unless $cell =~ s/^'//;
    $cell =~ s/([;|])'/$1/g;
    return $cell;
}

sub journal { [sort glob "$_[0]/main/journal/*.jsonl"] }

# The line that begins a day's next segment after a failed sync of one of which
# so many bytes count.
sub segment_line {
    my ($segment, $counts) = @_;
    my $line = qq({"received":"2026-11-23T08:00:00.000000Z","kind":"segment",)
        . qq("before":{"segment":$segment,"counts":$counts});
    return qq($line,"sha256":"@{[sha256_hex($line)]}"}\n);
}

# Have a relay stand so with its target, as lib/reader/attempts.h has it.
sub attempts {
    my ($home, $relay, @lines) = @_;
    my $text = join '', map { "$_\n" } 'leadsheet attempts 1', @lines;
    mkdir "$home/main/cursors", 0750;
    my $path = "$home/main/cursors/relay-$relay.attempts";
    spew($path, $text . 'sha256 ' . sha256_hex($text) . "\n");
    chmod 0640, $path or die "$path: $!\n";
    return $path;
}

sub sheets  { [sort glob "$_[0]/main/sheets/*.?sv"] }

# A test begins and ends on one day: it makes no home so shortly before midnight
# in the home's time zone, and asks for no day, but waits for the next one.
my %begun;

sub begin_day {
    my ($zone) = @_;
    return if $begun{$zone}++;
    my ($second, $minute, $hour);
    {
        local $ENV{TZ} = $zone;
        POSIX::tzset();
        ($second, $minute, $hour) = localtime;
    }
    POSIX::tzset();
    my $left = 86400 - 3600 * $hour - 60 * $minute - $second;
    return if $left > ($0 =~ m{\btorture/} ? 1800 : 600);
    print STDERR "# waits $left seconds for midnight ($zone)\n";
    sleep $left;
    return;
}

# The day that it is, and that of so many days ago; in UTC.
sub today { return ago(0) }

sub ago {
    my ($days) = @_;
    begin_day('UTC');
    return POSIX::strftime('%Y-%m-%d', gmtime(time - 86400 * $days));
}

# Every file of an endpoint's journal and sheets with its bytes: two of them
# are alike when nothing was kept in between.
sub tree {
    my ($home) = @_;
    return { map { $_ => slurp($_) } grep { -f }
        glob "$home/main/journal/* $home/main/sheets/*" };
}

# Made-up deliveries, varied, the same for the same seed.
sub deliveries {
    my ($seed, $count, $leads) = @_;
    open my $p, '-|', 'python3', data('deliveries'), '--seed', $seed,
        '--count', $count, '--leads', $leads, '--posts', 2
        or die "python3: $!\n";
    binmode $p;
    chomp(my @bodies = <$p>);
    close $p or die "deliveries failed\n";
    return @bodies;
}

# What a test started it ends, also where it dies in the middle.
END {
    if ($$ == $parent) {
        my $status = $?;
        stop_all();
        end_processes(sub { descendants($$, @_) }, 5);
        $? = $status;
    }
}

1;

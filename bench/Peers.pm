package Peers;

# leadsheet, what a user would pick instead, and two that do no work: each
# behind an nginx with the files of deploy/nginx, in which only who it passes to
# differs.  Whatever a run leaves is checked before its figures count.

use strict;
use warnings;
use Exporter qw(import);
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use Leadsheet;
use List::Util qw(first sum0);
use Load;
use Process;
use Table;

our @EXPORT = qw(check_rows check_store column label rounds run start_peer);

my $most = 4;    # workers of those that serve one request at a time
my $appended;    # bytes that leadsheet appends a delivery

# As many workers as deploy/ has, of those that serve many at once.
my ($few) = slurp(srcdir() . '/deploy/nginx/workers') =~ /multiwatch -f (\d+) /
    or die "deploy/nginx/workers doesn't say how many\n";

# Each: how it is started, given where everything lies; the result is what has
# to stand in the location instead of the fastcgi_pass of deploy/.
my %start = (
    leadsheet => \&start_leadsheet,
    onesync => \&start_idle,
    batching => \&start_idle,
    'php-fpm' => \&start_php,
    node => \&start_node,
    gunicorn => \&start_gunicorn,
    uwsgi => \&start_uwsgi,
    webhook => \&start_webhook,
    leadsheet_cgi => \&start_cgi,
    'receive.php' => \&start_cgi,
    'receive.py' => \&start_cgi,
    'receive.pl' => \&start_cgi,
);

# Those that do no work, and what they are called.
my %idle = (onesync => 'no work, one sync each',
    batching => 'no work, a sync a batch');

sub peers { return srcdir() . '/bench/peers' }

sub sbin {
    my ($pattern) = @_;
    my ($path) = map { glob "$_/$pattern" } '/usr/sbin', split /:/, $ENV{PATH};
    return $path // die "$pattern is not installed\n";
}

# nginx keeps its connections to a peer that asks for it: by the upstream of
# deploy/.
my $shipped = '/run/leadsheet/leadsheet.sock';

sub keep {
    my ($p, $socket) = @_;
    my $file = srcdir() . '/deploy/nginx/leadsheet-upstream.conf';
    my $text = -e $file ? slurp($file)
        : "upstream leadsheet {\n\tserver unix:$shipped;\n\tkeepalive 32;\n}\n";
    $text =~ s/\Q$shipped\E/$socket/ or die "$file has another socket\n";
    $p->{upstream} = $text;
    return 'leadsheet';
}

sub fastcgi {
    my ($p) = @_;
    my $socket = "$p->{dir}/socket";
    return "\tfastcgi_pass unix:$socket;\n" unless $p->{keep};
    return "\tfastcgi_pass @{[keep($p, $socket)]};\n\tfastcgi_keep_conn on;\n";
}

sub proxy { return "\tproxy_pass http://$_[0];\n" }

# nginx is asked by plain HTTP.
sub store { return home("require_https = no\nlock_timeout = 60\n") }

# As deploy/ has it, whether that keeps connections or not.
sub start_leadsheet {
    my ($p) = @_;
    $p->{home} = store();
    start_workers($p->{home}, $few);
    my $socket = "$p->{home}/.run/leadsheet.sock";
    my $pass = join '', shipped_location()
        =~ /^\tfastcgi_(?:pass|keep_conn) .*\n/mg;
    keep($p, $socket) unless $pass =~ s/\Q$shipped\E/$socket/;
    return $pass;
}

sub start_idle {
    my ($p) = @_;
    die "nothing says how much $p->{name} has to write\n" unless $appended;
    my $program = compiled("peers/$p->{name}.c", '-lfcgi');
    my $workers = $p->{name} eq 'batching' ? $few : $most;
    Leadsheet::start("$p->{dir}/log", 'spawn-fcgi', '-n', '-s',
        "$p->{dir}/socket", '--', Leadsheet::which('multiwatch'), '-f',
        $workers, '-s', 'TERM', '--', $program, "$p->{dir}/leads.csv",
        $appended);
    return fastcgi($p);
}

sub start_php {
    my ($p) = @_;
    my $user = $> == 0 ? "user = root\ngroup = root" : '';
    my $env = join '', map { "env[$_] = \"$ENV{$_}\"\n" }
        qw(LEADS_DIR LEADS_SECRET LEADS_SYNC);
    spew("$p->{dir}/fpm.conf", <<"END");
[global]
daemonize = no
error_log = $p->{dir}/log
[www]
$user
listen = $p->{dir}/socket
pm = static
pm.max_children = @{[$p->{children} // $most]}
$env
END
    Leadsheet::start("$p->{dir}/log", sbin('php-fpm*'), '-F', '-y',
        "$p->{dir}/fpm.conf", $> == 0 ? '-R' : ());
    return fastcgi($p) . "\tfastcgi_param SCRIPT_FILENAME "
        . peers() . "/receive.php;\n";
}

sub start_node {
    my ($p) = @_;
    local $ENV{LEADS_SOCKET} = "$p->{dir}/socket";
    local $ENV{NODE_ENV} = 'production';
    Leadsheet::start("$p->{dir}/log", 'node', peers() . '/receive.js');
    return proxy(keep($p, "$p->{dir}/socket")) . "\tproxy_http_version 1.1;\n"
        . "\tproxy_set_header Connection '';\n";
}

sub start_gunicorn {
    my ($p) = @_;
    Leadsheet::start("$p->{dir}/log", 'gunicorn', '-w', $most, '--chdir',
        peers(), '-b', "unix:$p->{dir}/socket", '--log-level', 'warning',
        'receive:application');
    return proxy("unix:$p->{dir}/socket:");
}

sub start_uwsgi {
    my ($p) = @_;
    Leadsheet::start("$p->{dir}/log", 'uwsgi_python3', '--master',
        '--processes', $most, '--socket', "$p->{dir}/socket",
        '--wsgi-file', peers() . '/receive.py', '--need-app', '--die-on-term',
        '--disable-logging');
    return "\tuwsgi_pass unix:$p->{dir}/socket;\n" . join '', map {
        "\tuwsgi_param " . uc . " \$$_;\n" } qw(request_method content_length
        content_type request_uri query_string server_protocol);
}

sub start_webhook {
    my ($p) = @_;
    my $port = free_port();
    local $ENV{LEADS_SCRIPT} = peers() . '/receive.sh';
    Leadsheet::start("$p->{dir}/log", 'webhook', '-template', '-hooks',
        peers() . '/hooks.json', '-ip', '127.0.0.1', '-port', $port,
        '-urlprefix', 'leads');
    return proxy("127.0.0.1:$port");
}

# Any of the programs for CGI, by deploy/nginx/leadsheet-fcgiwrap.conf.
sub start_cgi {
    my ($p) = @_;
    $p->{home} = store() if $p->{name} =~ /leadsheet/;
    Leadsheet::start("$p->{dir}/log", 'fcgiwrap', '-f', '-c', $most, '-s',
        "unix:$p->{dir}/socket");
    my $program = $p->{home} ? $p->{program} // program()
        : peers() . "/$p->{name}";
    my $home = $p->{home} // $p->{dir};
    return fastcgi($p) . join '', map { "\tfastcgi_param $_;\n" }
        "SCRIPT_FILENAME $program", "LEADSHEET_HOME $home",
        'REDIRECT_STATUS 200', map { "$_ $ENV{$_}" }
        qw(LEADS_DIR LEADS_SECRET LEADS_SYNC);
}

sub shipped_location {
    return slurp(srcdir() . '/deploy/nginx/leadsheet.conf');
}

# The location of deploy/, with another back end.
sub location {
    my ($pass) = @_;
    my $text = shipped_location();
    $text =~ s/^\tfastcgi_pass .*\n//m or die "deploy has no fastcgi_pass\n";
    $text =~ s/^\tfastcgi_keep_conn .*\n//m;
    $text =~ s/^\tfastcgi_.*\n//mg if $pass !~ /fastcgi_pass/;
    $text =~ s/^\}/$pass}/m;
    return $text;
}

sub start_nginx_before {
    my ($p, $pass) = @_;
    my $dir = $p->{dir};
    $p->{port} = free_port();
    my $location = location($pass);
    my $temps = join '', map { "    ${_}_temp_path $dir/temp;\n" }
        qw(client_body proxy fastcgi uwsgi scgi);
    my $user = $> == 0 ? 'user root;' : '';
    my $upstream = $p->{upstream} // '';
    spew("$dir/nginx.conf", <<"END");
$user
daemon off; pid $dir/nginx.pid; error_log $dir/error.log error;
worker_processes 1;
events { worker_connections 2048; }
http {
    access_log off;
$temps
$upstream
    server {
        listen 127.0.0.1:$p->{port};
$location
    }
}
END
    Leadsheet::start("$dir/nginx.log", 'nginx', '-e', "$dir/error.log", '-p',
        $dir, '-c', "$dir/nginx.conf");
    return;
}

# A peer is a name, or [name, options]: sync; keep, that nginx keeps its
# connections; label; the program of leadsheet_cgi; and what load() takes.
sub label {
    my ($name, %o) = ref $_[0] ? @{$_[0]} : $_[0];
    return $o{label} // ($idle{$name} // $name) . (!exists $o{sync} ? ''
        : $o{sync} ? ', fdatasync' : ', no sync');
}

# Started, and every worker of it has answered something; where connections are
# kept, the one that answered first.
sub start_peer {
    my ($name, %o) = ref $_[0] ? @{$_[0]} : $_[0];
    my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my $p = { name => $name, dir => $dir, %o };
    seen($dir);
    local $ENV{LEADS_DIR} = $dir;
    local $ENV{LEADS_SECRET} = secret();
    local $ENV{LEADS_SYNC} = $o{sync} ? 1 : 0;
    local $ENV{PYTHONDONTWRITEBYTECODE} = 1;
    start_nginx_before($p, $start{$name}->($p));
    my $http = HTTP::Tiny->new(timeout => PATIENCE, keep_alive => 0);
    my $greet = sub { return $http->post(
        "http://127.0.0.1:$p->{port}/leads/main", { content => '{}' }) };
    my $r;
    wait_for(sub { ($r = $greet->())->{status} =~ /^(?:200|401)$/ })
        or die "$name doesn't start: $r->{status} $r->{content}, see $dir\n";
    # Who does no work keeps them as well.
    $p->{greeted} = 1 + 2 * $most;
    $greet->() for 1 .. 2 * $most;
    return $p;
}

# In these sheets each of the ids has so many rows, and there are no others.
sub check_rows {
    my ($name, $sheets, $leads, @ids) = @_;
    my %rows;
    for (@$sheets) {
        my $text = slurp($_);
        # A few ids look like numbers, and have a ' before them.
        $rows{$1}++ while $text =~ /^[^,\n]{19,21},"?'?([0-9a-f-]{36})"?,/mg;
    }
    my @wrong = grep { ($_ // 0) != $leads } delete @rows{@ids};
    die "$name: ", scalar @wrong, ' of ', scalar @ids, " deliveries don't have "
        . "their $leads rows, ", scalar keys %rows, " others are there\n"
        if @wrong || %rows;
    return;
}

# All that was answered 200 is there, once.
sub check {
    my ($p, $file, $sent, $leads) = @_;
    if ($idle{$p->{name}}) {
        my $expected = ($sent + $p->{greeted}) * $appended;
        die "$p->{name}'s file has other bytes\n"
            if -s "$p->{dir}/leads.csv" != $expected;
        return;
    }
    my @sheets = $p->{home} ? glob "$p->{home}/main/sheets/leads-*.csv"
        : "$p->{dir}/leads.csv";
    check_rows($p->{name}, \@sheets, $leads, ids($file, $sent));
    return unless $p->{home};
    check_store($p->{home});
    $appended = int(sum0(map { -s } @sheets, @{journal($p->{home})}) / $sent)
        if $p->{name} eq 'leadsheet';
    return;
}

# The sheets are what the journal makes, and the index is its own.
sub check_store {
    my ($home) = @_;
    my $r = leadsheet($home, ['check', 'main', '--json']);
    my @store = grep { /"area":"store"/ } split /\n/, $r->{out};
    die "leadsheet check: $r->{out}$r->{err}"
        if !@store || grep { !/"level":"ok"/ } @store;
    return;
}

# CPU seconds so far: of nginx, and of what it passes to.  A process may have
# gone meanwhile, as ps has.
sub cpu {
    my ($nginx, $others) = (0, 0);
    my %is_nginx = map { $_ => 1 } descendants(qr/^nginx: /);
    for (descendants(qr/./)) {
        my $seconds = eval { cpu_seconds($_) } // 0;
        ($is_nginx{$_} ? $nginx : $others) += $seconds;
    }
    return ($nginx, $others);
}

# One run of one peer, from an empty store; what the sender says, and the CPU
# time that each part took for a delivery, in microseconds.
sub run {
    my ($peer, $file, $leads, %o) = @_;
    my $p = start_peer($peer);
    my @before = cpu();
    my $r = load($p->{port}, $file, %o, %$p);
    my @after = cpu();
    stop_all();
    check($p, $file, $r->{sent}, $leads);
    # What is gone is not written to the disk while others run.
    remove_tree(grep { defined } readlink "$p->{dir}/seen", $p->{dir},
        $p->{home});
    @$r{qw(cpu_nginx cpu_workers cpu_sender)} = map { 1e6 * $_ / $r->{sent} }
        $after[0] - $before[0], $after[1] - $before[1], $r->{cpu};
    return $r;
}

# So many runs of each (rounds), in turn, there and back again, so that what
# else the machine does hits all of them, and who is before whom makes no
# difference: a hash of lists by label.
sub rounds {
    my ($file, $leads, $peers, %o) = @_;
    my %results;
    # How much leadsheet appends for such a delivery.
    run('leadsheet', $file, $leads, seconds => seconds() / 4)
        if first { $idle{ref $_ ? $_->[0] : $_} } @$peers;
    for my $n (1 .. runs($o{rounds})) {
        for my $peer ($n % 2 ? @$peers : reverse @$peers) {
            push @{$results{label($peer)}}, run($peer, $file, $leads, %o);
        }
    }
    return %results;
}

# One figure of each run, as a row of a table wants it.
sub column {
    my ($results, $peer, $name) = @_;
    return [map { $_->{$name} } @{$results->{label($peer)}}];
}

1;

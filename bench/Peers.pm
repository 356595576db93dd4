package Peers;

# leadsheet, what a user would pick instead, and the ceiling: each behind an
# nginx with the location of deploy/nginx/leadsheet.conf, in which only who it
# passes to differs.  Whatever a run leaves is checked before its figures count.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use Leadsheet;
use List::Util qw(sum0);
use Load;
use Table;

our @EXPORT = qw(check_rows check_store column label rounds run start_peer);

my $workers = 4;    # as in deploy/systemd/leadsheet.service
my $appended;       # bytes that leadsheet appends a delivery

# Each: how it is started, given where everything lies; the result is what has
# to stand in the location instead of the fastcgi_pass of deploy/.
my %start = (
    leadsheet => \&start_leadsheet,
    ceiling => \&start_ceiling,
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

sub peers { return srcdir() . '/bench/peers' }

sub sbin {
    my ($pattern) = @_;
    my ($path) = map { glob "$_/$pattern" } '/usr/sbin', split /:/, $ENV{PATH};
    return $path // die "$pattern is not installed\n";
}

sub fastcgi { return "\tfastcgi_pass unix:$_[0]/socket;\n" }
sub proxy   { return "\tproxy_pass http://$_[0];\n" }

# nginx is asked by plain HTTP.
sub store { return home("require_https = no\nlock_timeout = 60\n") }

sub start_leadsheet {
    my ($p) = @_;
    $p->{home} = store();
    start_workers($p->{home}, $workers);
    return "\tfastcgi_pass unix:$p->{home}/.run/leadsheet.sock;\n";
}

sub start_ceiling {
    my ($p) = @_;
    die "leadsheet has to come before the ceiling\n" unless $appended;
    my $program = compiled('peers/ceiling.c', '-lfcgi');
    Leadsheet::start("$p->{dir}/log", 'spawn-fcgi', '-n', '-s',
        "$p->{dir}/socket", '--', Leadsheet::which('multiwatch'), '-f',
        $workers, '-s', 'TERM', '--', $program, "$p->{dir}/leads.csv",
        $appended);
    return fastcgi($p->{dir});
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
pm.max_children = $workers
$env
END
    Leadsheet::start("$p->{dir}/log", sbin('php-fpm*'), '-F', '-y',
        "$p->{dir}/fpm.conf", $> == 0 ? '-R' : ());
    return fastcgi($p->{dir}) . "\tfastcgi_param SCRIPT_FILENAME "
        . peers() . "/receive.php;\n";
}

sub start_node {
    my ($p) = @_;
    local $ENV{LEADS_SOCKET} = "$p->{dir}/socket";
    local $ENV{NODE_ENV} = 'production';
    Leadsheet::start("$p->{dir}/log", 'node', peers() . '/receive.js');
    return proxy("unix:$p->{dir}/socket:");
}

sub start_gunicorn {
    my ($p) = @_;
    Leadsheet::start("$p->{dir}/log", 'gunicorn', '-w', $workers, '--chdir',
        peers(), '-b', "unix:$p->{dir}/socket", '--log-level', 'warning',
        'receive:application');
    return proxy("unix:$p->{dir}/socket:");
}

sub start_uwsgi {
    my ($p) = @_;
    Leadsheet::start("$p->{dir}/log", 'uwsgi_python3', '--master',
        '--processes', $workers, '--socket', "$p->{dir}/socket",
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
    Leadsheet::start("$p->{dir}/log", 'fcgiwrap', '-f', '-c', $workers, '-s',
        "unix:$p->{dir}/socket");
    my $program = $p->{home} ? $p->{program} // program()
        : peers() . "/$p->{name}";
    my $home = $p->{home} // $p->{dir};
    return fastcgi($p->{dir}) . join '', map { "\tfastcgi_param $_;\n" }
        "SCRIPT_FILENAME $program", "LEADSHEET_HOME $home",
        'REDIRECT_STATUS 200', map { "$_ $ENV{$_}" }
        qw(LEADS_DIR LEADS_SECRET LEADS_SYNC);
}

# The location of deploy/, with another back end.
sub location {
    my ($pass) = @_;
    my $text = slurp(srcdir() . '/deploy/nginx/leadsheet.conf');
    $text =~ s/^\tfastcgi_pass .*\n//m or die "deploy has no fastcgi_pass\n";
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
    spew("$dir/nginx.conf", <<"END");
$user
daemon off; pid $dir/nginx.pid; error_log $dir/error.log error;
worker_processes 1;
events { worker_connections 512; }
http {
    access_log off;
$temps
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

# A peer is a name, or [name, options]: sync, or the program of leadsheet_cgi.
sub label {
    my ($name, %o) = ref $_[0] ? @{$_[0]} : $_[0];
    return $o{label} // $name . (!exists $o{sync} ? '' : $o{sync}
        ? ', fdatasync' : ', no sync');
}

# Started, and every worker of it has answered something.
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
    # The ceiling keeps them as well.
    $p->{greeted} = 1 + 2 * $workers;
    $greet->() for 1 .. 2 * $workers;
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
    if ($p->{name} eq 'ceiling') {
        my $expected = ($sent + $p->{greeted}) * $appended;
        die "the ceiling's file has other bytes\n"
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

# One run of one peer, from an empty store; what the sender says.
sub run {
    my ($peer, $file, $leads, %o) = @_;
    my $p = start_peer($peer);
    my $r = load($p->{port}, $file, %o);
    stop_all();
    check($p, $file, $r->{sent}, $leads);
    return $r;
}

# So many runs of each, in turn, so that what else the machine does hits all of
# them: a hash of lists by label.
sub rounds {
    my ($file, $leads, $peers, %o) = @_;
    my %results;
    for my $n (1 .. runs()) {
        for my $peer (@$peers) {
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

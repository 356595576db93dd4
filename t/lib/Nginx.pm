package Nginx;

# nginx with the files of deploy/nginx: before workers on a socket, and before
# fcgiwrap.

use strict;
use warnings;
use Exporter qw(import);
use Leadsheet;
use Site;

our @EXPORT = qw(nginx_workers nginx_fcgiwrap nginx_site);

# A site whose locations are in that file of deploy/; where they go to workers
# on a socket, upstream is the file that says so.
sub nginx_site {
    my (%o) = @_;
    return Site->new(%o, limit => ['client_max_body_size',
        'client_max_body_size 17m', 'client_max_body_size 1m'],
        reload => \&reload);
}

sub configure {
    my ($s) = @_;
    my $run = $s->{run};
    my $locations = $s->shipped(@{$s->{file}}, %{$s->{replace}});
    my $upstream = $s->{upstream} ? 'include ' . $s->shipped($s->{upstream},
        '/run/leadsheet/leadsheet.sock' => "$run/leadsheet.sock") . ';' : '';
    my $page = $s->page_include('include %s;');
    my $temps = join '', map { "    ${_}_temp_path $run/temp;\n" }
        qw(client_body proxy fastcgi uwsgi scgi);
    my $user = $> == 0 ? 'user ' . ($s->{user} // 'root') . ';' : '';
    my $log = $s->{server_log} // $s->{log};
    spew("$run/nginx.conf", <<"END");
$user
daemon off; pid $run/nginx.pid; error_log $log notice;
worker_processes 1;
events { worker_connections 512; }
http {
    access_log off;
$temps
    $upstream
    server {
        listen 127.0.0.1:$s->{tls} ssl;
        ssl_certificate $run/cert;
        ssl_certificate_key $run/key;
        include $locations;
        $page
    }
    server {
        listen 127.0.0.1:$s->{http};
        include $locations;
        $page
    }
}
END
    return;
}

# Until its processes of before have gone, they may answer.
sub reload {
    my ($s) = @_;
    my @before = children($s->{nginx});
    configure($s);
    kill 'HUP', $s->{nginx};
    wait_for(sub { !grep { kill 0, $_ } @before }) or die "nginx goes on\n";
    return;
}

sub children { my ($pid) = @_; return split ' ', `ps -o pid= --ppid $pid` }

sub start {
    my ($s) = @_;
    configure($s);
    $s->{nginx} = Leadsheet::start("$s->{run}/nginx.log", 'nginx', '-e',
        $s->{server_log} // $s->{log}, '-p', $s->{run}, '-c',
        "$s->{run}/nginx.conf");
    $s->wait_until_up;
    return;
}

# deploy/nginx/workers, with users that are there; own_log is the name of a log
# file of its own, which it has once it is changed as it says.
sub workers {
    my ($s) = @_;
    my %own_log = !$s->{own_log} ? () : ('/usr/local/sbin/leadsheet.fcgi' =>
        "$s->{program} --stderr", '#exec 2>>/var/log/leadsheet/leadsheet.log'
            => "exec 2>>$s->{run}/$s->{own_log}");
    my $file = $s->shipped('nginx/workers', '/run/leadsheet' => $s->{run},
        '/var/lib/leadsheet' => $s->{home},
        '/usr/local/sbin/leadsheet.fcgi' => $s->{program},
        '-u leadsheet -g leadsheet -U leadsheet' =>
            '-u nobody -g nogroup -U nobody', %own_log);
    my $socket = "$s->{run}/leadsheet.sock";
    unlink $socket;
    my $pid = Leadsheet::start("$s->{run}/workers.log", 'sh', $file);
    wait_for(sub { -S $socket }) or die "no workers: "
        . slurp("$s->{run}/workers.log");
    Leadsheet::wait_for_workers($pid, slurp($file) =~ / -f (\d+) /);
    return $pid;
}

sub nginx_workers {
    my (%o) = @_;
    return nginx_site(name => 'nginx', user => 'www-data',
        file => ['nginx/leadsheet.conf'],
        upstream => 'nginx/leadsheet-upstream.conf', %o,
        start => sub { my ($s) = @_;
            $s->belongs_to('nobody');
            $s->{workers} = workers($s);
            start($s) },
        restart => sub { renew_workers($_[0]{workers}) }, seamless => 1);
}

sub nginx_fcgiwrap {
    my (%o) = @_;
    return nginx_site(name => 'nginx and fcgiwrap',
        file => ['nginx/leadsheet-fcgiwrap.conf'],
        breaks => 'fcgiwrap breaks a log line off every 504 bytes', %o,
        start => sub { my ($s) = @_;
            my $socket = "$s->{run}/fcgiwrap.sock";
            $s->{replace} = { '/run/fcgiwrap.socket' => $socket,
                '/usr/local/sbin/leadsheet.fcgi' => $s->{program},
                '/var/lib/leadsheet' => $s->{home} };
            Leadsheet::start("$s->{run}/fcgiwrap.log", 'fcgiwrap', '-f', '-c',
                4, '-s', "unix:$socket");
            wait_for(sub { -S $socket }) or die "no fcgiwrap\n";
            start($s) });
}

1;

package Apache;

# Apache with the files of deploy/apache: before workers on a socket, with
# workers of its own, and as plain CGI.

use strict;
use warnings;
use Exporter qw(import);
use File::Path qw(make_path);
use Leadsheet;
use Site;

our @EXPORT = qw(apache_proxy apache_fcgid apache_cgi apache_htaccess
    apache_suexec no_suexec);

my $modules = '/usr/lib/apache2/modules';

# What Debian's Apache has unless told otherwise, and TLS.
my @usual = qw(access_compat alias auth_basic authn_core authn_file
    authz_core authz_host authz_user autoindex deflate dir env filter mime
    negotiation reqtimeout setenvif socache_shmcb ssl status);

# A site whose directives are in that file of deploy/.  What is its own: modules
# and mpm, which Apache loads; include, what makes its directives; more, other
# directives of the server; wrap, a command to run Apache under.
sub site {
    my (%o) = @_;
    return Site->new(modules => [], limit => ['LimitRequestBody',
        'LimitRequestBody 17825792', 'LimitRequestBody 1048576'], %o,
        reload => \&reload);
}

# As Debian's apache2.conf has it, in a place of its own, and with settings of
# a site for itself that must not reach leadsheet.
sub configure {
    my ($s) = @_;
    my $run = $s->{run};
    my $load = join '', map { "LoadModule ${_}_module $modules/mod_$_.so\n" }
        @usual, $s->{mpm} // 'mpm_event', @{$s->{modules}};
    my $user = $> == 0 ? "User www-data\nGroup www-data" : '';
    my $include = join "\n", $s->{include}->($s),
        $s->page_include('Include %s'), $s->{page_more} // '';
    make_path("$run/www");
    spew("$run/apache.conf", <<"END");
$load
ServerRoot $run
ServerName localhost
PidFile $run/apache.pid
DefaultRuntimeDir $run
Mutex file:$run default
$user
ErrorLog $s->{log}
LogLevel warn
Timeout 300
RequestReadTimeout header=20-40,minrate=500 body=10,minrate=500
@{[$s->{more} // '']}
TraceEnable Off
TypesConfig /dev/null
DocumentRoot $run/www
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>
<Directory $run/www>
    Options FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>
<FilesMatch "^\\.ht">
    Require all denied
</FilesMatch>
LimitRequestBody 65536
ErrorDocument 401 "the site's own page"
ErrorDocument 403 "the site's own page"
ErrorDocument 404 "the site's own page"
ErrorDocument 413 "the site's own page"
<IfModule proxy_module>
    ProxyErrorOverride On
    <Location "/">
        Require all denied
    </Location>
</IfModule>
<IfModule fcgid_module>
    FcgidIPCDir $run/fcgid
    FcgidProcessTableFile $run/fcgid.table
    FcgidConnectTimeout 20
</IfModule>
<IfModule cgid_module>
    ScriptSock $run/cgid.sock
</IfModule>
Listen 127.0.0.1:$s->{tls}
Listen 127.0.0.1:$s->{http}
<VirtualHost 127.0.0.1:$s->{tls}>
    SSLEngine on
    SSLCertificateFile $run/cert
    SSLCertificateKeyFile $run/key
    $include
</VirtualHost>
<VirtualHost 127.0.0.1:$s->{http}>
    $include
</VirtualHost>
END
    return;
}

sub include {
    my ($s) = @_;
    return 'Include ' . $s->shipped(@{$s->{file}}, %{$s->{replace}});
}

sub reload {
    my ($s) = @_;
    my @before = children($s->{apache});
    configure($s);
    kill 'USR1', $s->{apache};
    until_silent($s, @before);
    $s->wait_until_up;
    return;
}

# Until its processes of before listen no more, they may answer.  One of them
# may stay for good, see hangs below, but doesn't listen.
sub until_silent {
    my ($s, @before) = @_;
    my $ports = join '|', map { sprintf '%04X', $_ } @$s{qw(tls http)};
    my %listens = map { $_ => 1 } slurp('/proc/net/tcp')
        =~ /^ *\d+: \w+:(?:$ports) \S+ 0A (?:\S+ +){5}(\d+)/mg;
    wait_for(sub { !grep { my $pid = $_; grep { (readlink // '')
        =~ /^socket:\[(\d+)\]/ && $listens{$1} } glob "/proc/$pid/fd/*" }
        @before }) or die "Apache goes on\n";
    return;
}

sub children { my ($pid) = @_; return split ' ', `ps -o pid= --ppid $pid` }

sub start {
    my ($s) = @_;
    configure($s);
    $s->{apache} = Leadsheet::start($s->{log}, @{$s->{wrap} // []},
        '/usr/sbin/apache2', '-DFOREGROUND', '-f', "$s->{run}/apache.conf");
    $s->wait_until_up;
    return;
}

# The workers' socket is for the web server's group.
sub workers {
    my ($s) = @_;
    $s->{workers} = start_workers($s->{home}, 2, program => $s->{program});
    chown $>, (getgrnam 'www-data')[2], "$s->{run}/leadsheet.sock"
        if $> == 0;
    return;
}

sub apache_proxy {
    my (%o) = @_;
    return site(name => 'Apache, mod_proxy_fcgi', modules => [qw(proxy
        proxy_fcgi)], file => ['apache/leadsheet-proxy.conf'],
        include => \&include, limit => undef, %o,
        start => sub { my ($s) = @_;
            $s->{replace} = { '/run/leadsheet/leadsheet.sock' =>
                "$s->{run}/leadsheet.sock" };
            $s->belongs_to('root');
            workers($s);
            start($s) },
        restart => sub { renew_workers($_[0]{workers}) }, seamless => 1);
}

sub apache_fcgid {
    my (%o) = @_;
    return site(name => 'Apache, mod_fcgid', modules => ['fcgid'],
        hangs => 'mod_fcgid 2.3.9: a child that was asking for a worker',
        file => ['apache/leadsheet-fcgid.conf'], include => \&include,
        limit => ['FcgidMaxRequestLen', 'FcgidMaxRequestLen 17825792',
            'FcgidMaxRequestLen 131072'], %o,
        start => sub { my ($s) = @_;
            $s->{replace} = { '/usr/local/sbin/leadsheet.fcgi' =>
                $s->{program}, '/var/lib/leadsheet' => $s->{home} };
            $s->belongs_to('www-data');
            start($s) },
        restart => sub { my ($s) = @_;
            kill 'TERM', map { children($_) } children($s->{apache}) });
}

# A folder of the web site, with .htaccess and leadsheet.cgi in it.
sub folder {
    my ($s) = @_;
    my $dir = "$s->{run}/www/leads";
    make_path($dir);
    rename $s->shipped('apache/htaccess'), "$dir/.htaccess";
    wrapper($s, $dir);
    return "<Directory $dir>\n" . "AllowOverride FileInfo Options=ExecCGI\n"
        . "</Directory>";
}

# leadsheet.cgi in that directory.
sub wrapper {
    my ($s, $dir) = @_;
    my $path = $s->shipped('apache/leadsheet.cgi',
        '/usr/local/sbin/leadsheet.fcgi' => $s->{program},
        '/var/lib/leadsheet' => $s->{home});
    chmod 0755, $path;
    rename $path, "$dir/leadsheet.cgi";
    return;
}

sub apache_cgi {
    my (%o) = @_;
    return site(name => 'Apache, mod_cgid', modules => ['cgid'],
        file => ['apache/leadsheet-cgi.conf'], include => \&include, %o,
        start => sub { my ($s) = @_;
            $s->{replace} = { '/usr/local/sbin/leadsheet.fcgi' =>
                $s->{program}, '/var/lib/leadsheet' => $s->{home} };
            $s->belongs_to('www-data');
            start($s) });
}

sub apache_htaccess {
    my (%o) = @_;
    return site(name => 'Apache, mod_cgi and .htaccess', mpm => 'mpm_prefork',
        modules => [qw(cgi rewrite)], include => \&folder, %o,
        start => sub { my ($s) = @_;
            make_path("$s->{run}/www");
            $s->belongs_to('www-data');
            start($s) });
}

# Why suEXEC can't be tried here; '' when it can.
sub no_suexec {
    return 'only root can run suEXEC' if $> != 0;
    return 'suEXEC is not installed' unless -u '/usr/lib/apache2/suexec';
    return system('unshare -m true 2>/dev/null') == 0 ? ''
        : 'this machine does not allow a name space of mounts';
}

# suEXEC runs nothing outside of /var/www: so Apache has one of its own there,
# in a name space of mounts that nobody else sees, and a log of suEXEC's too.
# Every Debian has the user nobody, and suEXEC takes it.
sub apache_suexec {
    my (%o) = @_;
    return site(name => 'Apache, suEXEC', modules => [qw(cgid suexec)],
        file => ['apache/leadsheet-suexec.conf'], include => \&include, %o,
        start => sub { my ($s) = @_;
            my $run = $s->{run};
            $s->{replace} = { 'SuexecUserGroup leadsheet leadsheet' =>
                'SuexecUserGroup nobody nogroup' };
            $s->{wrap} = ['unshare', '-m', 'sh', data('apart'), '-e',
                '/var/www', '-e', '/var/log/apache2', 'sh', '-c',
                'mount --bind "$0" /var/www && exec "$@"', "$run/web"];
            make_path("$run/web/leadsheet");
            wrapper($s, "$run/web/leadsheet");
            $s->belongs_to('nobody');
            start($s) });
}

1;

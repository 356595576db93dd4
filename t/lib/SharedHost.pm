package SharedHost;

# A shared host: Apache with .htaccess allowed, and the bundle put there as its
# README says.  Its own settings are what a host leaves as they are: no limit is
# raised.  Programs run as the customer: by suEXEC, where that is there and may
# be used, or else the whole server does.

use strict;
use warnings;
use Apache ();
use Bundle;
use Exporter qw(import);
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Leadsheet;
use parent -norequire, 'Site';
use Site;

our @EXPORT = qw(shared_host);

my $suexec = $> == 0 && -x '/usr/lib/apache2/suexec';
my @customer = ('nobody', 'nogroup');

# suEXEC runs nothing that is not below /var/www, and nothing where it can't
# write its log; the system's own are not ours, and need not be there.
if ($suexec && !defined $ENV{LEADSHEET_NAMESPACE}) {
    $ENV{LEADSHEET_NAMESPACE} = 1;
    my @apart = ('unshare', '-m', 'sh', data('apart'), '-e', '/var/www', '-e',
        '/var/log/apache2');
    exec @apart, $^X, (map { "-I$_" } @INC), $0
        if system("@apart true 2>/dev/null") == 0;
    $ENV{LEADSHEET_NAMESPACE} = 0;
}
$suexec &&= $ENV{LEADSHEET_NAMESPACE};

# Takes name, and modules: Apache's, beside those that every host has.
sub shared_host {
    my (%o) = @_;
    my $you = tempdir('leadsheet-XXXXXX', CLEANUP => 1,
        $suexec ? (DIR => '/var/www') : (TMPDIR => 1));
    chmod 0755, $you;
    my $home = unpack_bundle($you, 'public_html');
    my $self = __PACKAGE__->new(%o, home => $home, you => $you,
        web => "$you/public_html", start => \&start, reload => \&reload,
        replace => {});
    make_path("$you/sockets");
    # As content management systems have it: everything is theirs, by https.
    spew("$self->{web}/.htaccess", <<'END');
RewriteEngine On
RewriteCond %{HTTPS} !=on
RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^ /index.php [L]
END
    return $self;
}

# The static program, where the bundle has it.
sub install {
    my ($self) = @_;
    my $place = $self->{program} = "$self->{you}/leadsheet/leadsheet.fcgi";
    copy(builddir() . '/static/cgi/leadsheet.fcgi', "$place.new")
        or die "copy: $!\n";
    chmod 0755, "$place.new";
    rename "$place.new", $place or die "rename: $!\n";
    return;
}

sub configure {
    my ($s) = @_;
    my $run = $s->{run};
    my $load = join '', map {
        "LoadModule ${_}_module /usr/lib/apache2/modules/mod_$_.so\n" }
        qw(authz_core alias dir env mime negotiation rewrite setenvif
        socache_shmcb ssl), $suexec ? 'suexec' : (), @{$s->{modules}};
    my $user = $suexec ? "User www-data\nGroup www-data"
        : $> == 0 ? "User $customer[0]\nGroup $customer[1]" : '';
    my $as = $suexec ? "SuexecUserGroup @customer" : '';
    spew("$run/apache.conf", <<"END");
$load
ServerRoot $run
ServerName localhost
DefaultRuntimeDir $run
PidFile $run/apache.pid
<IfModule mod_cgid.c>
    ScriptSock $s->{you}/sockets/cgid
</IfModule>
<IfModule mod_fcgid.c>
    FcgidIPCDir $s->{you}/sockets
    FcgidProcessTableFile $s->{you}/sockets/table
</IfModule>
ErrorLog $s->{log}
LogLevel info ssl:warn
$user
Listen 127.0.0.1:$s->{tls}
Listen 127.0.0.1:$s->{http}
TypesConfig /dev/null
DocumentRoot $s->{web}
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<Directory $s->{web}>
    AllowOverride All
    Options Indexes MultiViews SymLinksIfOwnerMatch
    Require all granted
</Directory>
<VirtualHost 127.0.0.1:$s->{tls}>
    $as
    SSLEngine on
    SSLCertificateFile $run/cert
    SSLCertificateKeyFile $run/key
</VirtualHost>
<VirtualHost 127.0.0.1:$s->{http}>
    $as
</VirtualHost>
END
    return;
}

sub start {
    my ($s) = @_;
    configure($s);
    if ($> == 0) {
        system('chown', '-R', join(':', @customer), $s->{you}) == 0
            && system('chown', $suexec ? 'www-data' : $customer[0],
            "$s->{you}/sockets") == 0 or die "chown failed\n";
    }
    $s->{apache} = Leadsheet::start("$s->{run}/apache.log", 'apache2', '-D',
        'FOREGROUND', '-f', "$s->{run}/apache.conf");
    $s->wait_until_up;
    return;
}

# "graceful": those that are at work finish first.
sub reload {
    my ($s) = @_;
    my $resumed = sub {
        return scalar(() = slurp($s->{log}) =~ /resuming normal operations/g);
    };
    my $before = $resumed->();
    my @children = Apache::children($s->{apache});
    kill 'USR1', $s->{apache};
    wait_for(sub { $resumed->() > $before }) or die "no reload\n";
    Apache::until_silent($s, @children);
    return;
}

1;

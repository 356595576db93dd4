package Lighttpd;

# lighttpd with the files of deploy/lighttpd: before workers on a socket, and
# with workers that it starts itself.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();
use Leadsheet;
use Site;
use Test::More;

our @EXPORT = qw(no_lighttpd lighttpd_workers lighttpd_spawn check_lighttpd);

# A site whose fastcgi.server is in that file of deploy/.
sub site {
    my (%o) = @_;
    return Site->new(%o, limit => ['server.max-request-size',
        'server.max-request-size = 17408', 'server.max-request-size = 1024'],
        # curl 7.88 loses an HTTP/2 answer that comes before the body's end.
        curl => ['--http1.1'], reload => \&reload);
}

# Why there is none to try, or nothing.
sub no_lighttpd {
    my $said = `lighttpd -v 2>&1` // '';
    return 'lighttpd is not here' unless $said =~ m{^lighttpd/};
    my $conf = File::Temp->new;
    print $conf qq(server.modules = ( "mod_openssl" )\n)
        . qq(server.document-root = "/"\n);
    $conf->flush;
    return system("lighttpd -tt -f $conf 2>/dev/null") == 0 ? ''
        : 'lighttpd has no mod_openssl (Debian: lighttpd-mod-openssl)';
}

# What only lighttpd can do wrong.
sub check_lighttpd {
    my ($s) = @_;
    my ($body) = deliveries(4712, 1, 1);
    for my $path ('', '-of-2026', '.html') {
        my $r = $s->ask($body, path => $path);
        is($r->{status}, 404, "$s->{name}: /leads$path is the site's own");
        is($r->{json}, undef, '  and none of ours');
    }
    my ($many) = deliveries(4713, 1, 10000);
    my $r = $s->ask($many, curl => ['--http2']);
    is("$r->{status} " . ($r->{json}{leads} // '-'), '200 10000',
        "$s->{name}: 10,000 leads by HTTP/2");
    like(slurp("$s->{run}/head"), qr{^HTTP/2 }, '  and that it was');
    return;
}

# As Debian has it, and with a certificate.  A limit that is low for the rest of
# the site is none for /leads/.
sub configure {
    my ($s) = @_;
    my $run = $s->{run};
    my $leadsheet = $s->shipped(@{$s->{file}}, %{$s->{replace}});
    my $user = $s->{user} && $> == 0 ? qq(server.username = "$s->{user}") : '';
    mkdir "$run/root";
    spew("$run/lighttpd.conf", <<"END");
server.modules = ( "mod_openssl", "mod_auth", "mod_authn_file", "mod_fastcgi",
    "mod_staticfile" )
server.document-root = "$run/root"
server.upload-dirs = ( "$run/temp" )
server.errorlog = "$s->{log}"
server.feature-flags += ( "server.graceful-shutdown-timeout" => 5 )
server.bind = "127.0.0.1"
server.port = $s->{http}
server.max-request-size = 64
$user
\$SERVER["socket"] == "127.0.0.1:$s->{tls}" {
    ssl.engine = "enable"
    ssl.pemfile = "$run/cert"
    ssl.privkey = "$run/key"
}
include "$leadsheet"
@{[$s->page_include('include "%s"')]}
END
    return;
}

sub times_started { return scalar(() = slurp($_[0]{log}) =~ /server started/g) }

# When its connections have ended it starts anew, as the same process.
sub reload {
    my ($s) = @_;
    my $before = times_started($s);
    configure($s);
    kill 'USR1', $s->{lighttpd};
    wait_for(sub { times_started($s) > $before }) or die "lighttpd goes on\n";
    return;
}

sub children { my ($pid) = @_; return split ' ', `ps -o pid= --ppid $pid` }

sub start {
    my ($s) = @_;
    configure($s);
    $s->{lighttpd} = Leadsheet::start("$s->{run}/lighttpd.log", 'lighttpd',
        '-D', '-f', "$s->{run}/lighttpd.conf");
    $s->wait_until_up;
    return;
}

sub lighttpd_workers {
    my (%o) = @_;
    return site(name => 'lighttpd', file => ['lighttpd/leadsheet.conf'], %o,
        start => sub { my ($s) = @_;
            $s->{replace} = { '/run/leadsheet/leadsheet.sock' =>
                "$s->{run}/leadsheet.sock" };
            $s->{workers} = start_workers($s->{home}, 2,
                program => $s->{program});
            start($s) },
        restart => sub { renew_workers($_[0]{workers}) }, seamless => 1);
}

sub lighttpd_spawn {
    my (%o) = @_;
    return site(name => 'lighttpd and its own workers', user => 'www-data',
        file => ['lighttpd/leadsheet-spawn.conf'], %o,
        start => sub { my ($s) = @_;
            $s->{replace} = { '/run/lighttpd/leadsheet.sock' =>
                "$s->{run}/leadsheet.sock", '/var/lib/leadsheet' =>
                $s->{home}, '/usr/local/sbin/leadsheet.fcgi' =>
                $s->{program} };
            $s->belongs_to($s->{user});
            start($s) },
        # It has others in their place within a second.
        restart => sub { my ($s) = @_;
            my @before = children($s->{lighttpd});
            kill 'TERM', @before;
            my %old = map { $_ => 1 } @before;
            wait_for(sub { @before == grep { !$old{$_} }
                children($s->{lighttpd}) }) or die "no workers\n" });
}

1;

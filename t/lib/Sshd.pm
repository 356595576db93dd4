package Sshd;

# OpenSSH's server on a free port of 127.0.0.1, with files of deploy/sync as
# they would lie in /etc/ssh/sshd_config.d, and a folder as its /srv/leads.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use Leadsheet;

our @EXPORT = qw(sshd_can start_sshd);

# Only root can give it another root directory and a /srv of its own.
sub sshd_can {
    return -x '/usr/sbin/sshd' && $> == 0
        && system('unshare -m true 2>/dev/null') == 0;
}

# Takes conf, the files' texts; leads, the folder; and keys, {NAME => a public
# key} for /etc/ssh/leadsheet-NAME.keys.  What the client needs beside a
# command's own words is in config, a file for its -F.
sub start_sshd {
    my (%o) = @_;
    my $dir = tempdir(CLEANUP => 1);
    chmod 0755, $dir;
    mkdir "$dir/conf.d";
    my $port = free_port();
    system('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', "$dir/host") == 0
        or die "ssh-keygen failed\n";
    for my $name (keys %{$o{conf}}) {
        spew("$dir/conf.d/$name.conf", $o{conf}{$name} =~
            s{/etc/ssh/}{/run/sshd/}gr);
    }
    # As Debian's: what a file of sshd_config.d has to hold for one user holds
    # for nobody else.
    spew("$dir/sshd_config", <<"END");
Include $dir/conf.d/*.conf
Port $port
ListenAddress 127.0.0.1
HostKey $dir/host
PidFile none
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication yes
KbdInteractiveAuthentication no
AuthorizedKeysFile /run/sshd/anybody.keys
Subsystem sftp /usr/lib/openssh/sftp-server
END
    my $copy = join '', map { spew("$dir/$_.keys", "$o{keys}{$_}\n");
        "install -m 644 $dir/$_.keys /run/sshd/leadsheet-$_.keys\n" }
        keys %{$o{keys}};
    spew("$dir/start", <<"END");
set -e
${copy}mkdir /srv/leads
echo mine >/srv/beside
chmod 600 /srv/beside
mount --bind $o{leads} /srv/leads
exec /usr/sbin/sshd -D -e -f $dir/sshd_config
END
    my $server = Leadsheet::start("$dir/log", 'unshare', '-m', 'sh',
        data('apart'), '-e', '/run/sshd', '-e', '/srv', 'sh', "$dir/start");
    wait_for(sub { IO::Socket::INET->new("127.0.0.1:$port") })
        or die 'no sshd: ' . slurp("$dir/log") . "\n";
    spew("$dir/known", "[127.0.0.1]:$port " . slurp("$dir/host.pub"));
    my $config = spew("$dir/config", <<"END");
Port $port
UserKnownHostsFile $dir/known
GlobalKnownHostsFile /dev/null
IdentitiesOnly yes
IdentityAgent none
BatchMode yes
END
    return { port => $port, config => $config, known => "$dir/known",
        log => "$dir/log", pid => $server };
}

1;

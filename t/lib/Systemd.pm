package Systemd;

# deploy/systemd's units, read, and run by hand as systemd would run them, as
# far as that works without it: the socket, fd 0, environment, users, umask,
# and as root also the mounts, the network and the privileges.

use strict;
use warnings;
use Exporter qw(import);
use Fcntl qw(F_SETFD FD_CLOEXEC);
use IO::Socket::UNIX;
use Leadsheet;
use Nginx;
use Processes;
use Site;

# Some containers let not even root do that.
my $apart = $> == 0 && system('unshare --mount --net true 2>/dev/null') == 0;

our @EXPORT = qw(unit systemd_site stop_service allowed_calls run_oneshot
    unit_command start_page stop_page);

# The services that wait on a socket: their units' name, who stands for their
# users here, what of the site is their program, and where their process goes.
my %receiver = (unit => 'leadsheet', user => 'nobody', program => 'program',
    key => 'service');
my %page = (unit => 'leadsheet-page', user => 'daemon', program => 'page_program',
    key => 'page_workers');

# A unit's settings: the values that each got, in their order.
sub unit {
    my ($text) = @_;
    my %unit;
    push @{$unit{$1}}, $2 while $text =~ /^(\w+)=(.*)$/mg;
    return %unit;
}

# The last word on a setting.
sub last_of { my ($values) = @_; return $values ? $values->[-1] : '' }

# The calls that a unit's SystemCallFilter lets through.
sub allowed_calls {
    my (%unit) = @_;
    my %allowed = map { $_ => 1 } calls_of('@default');
    for (@{$unit{SystemCallFilter}}) {
        my ($not, $names) = /^(~?)(.*)$/;
        for my $call (map { calls_of($_) } split ' ', $names) {
            $not ? delete $allowed{$call} : ($allowed{$call} = 1);
        }
    }
    return \%allowed;
}

sub calls_of {
    my ($name) = @_;
    return $name unless $name =~ /^@/;
    my @in = `systemd-analyze syscall-filter '$name'` =~ /^ +([\@\w-]+)$/mg;
    die "systemd-analyze knows no $name\n" unless @in;
    return map { calls_of($_) } @in;
}

# A service's socket: made before its workers are, and held.
sub listen_on {
    my ($s, $of) = @_;
    my %unit = unit(slurp($s->shipped("systemd/$of->{unit}.socket",
        '/run/leadsheet/' => "$s->{run}/", "SocketUser=$of->{unit}" =>
        "SocketUser=$of->{user}")));
    my $path = last_of($unit{ListenStream});
    my $listener = $s->{"$of->{key}_socket"} = IO::Socket::UNIX->new(
        Local => $path, Listen => last_of($unit{Backlog}) || 128)
        or die "$path: $!\n";
    chmod oct(last_of($unit{SocketMode})), $path;
    chown scalar getpwnam(last_of($unit{SocketUser})),
        scalar getgrnam(last_of($unit{SocketGroup})), $path if $> == 0;
    return $listener;
}

# What stands between systemd and ExecStart, as a shell's script.
sub surroundings {
    my ($s, %unit) = @_;
    my $user = last_of($unit{User});
    my $is = sub { last_of($unit{$_[0]}) eq $_[1] };
    my @writable = map { split ' ' } @{$unit{ReadWritePaths} // []};
    my @script = ('umask ' . last_of($unit{UMask}), 'cd /');
    push @script, 'exec </dev/null' unless $is->('StandardInput', 'socket');
    my @env = ('PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
        'HOME=/nonexistent', "USER=$user", @{$unit{Environment} // []});
    return join "\n", @script, "exec env -i @env \"\$@\"" if $> != 0;
    @writable = () unless $apart;
    # The home of a test is below /tmp.
    push @script, "mount --bind $s->{home} /mnt", 'mount -t tmpfs tmpfs /tmp',
        'mount -t tmpfs tmpfs /var/tmp', "(umask 022 && mkdir -p $s->{home})",
        "mount --move /mnt $s->{home}" if $apart && $is->('PrivateTmp', 'yes');
    push @script, "mount --bind $s->{home} $s->{home}",
        map { "mount -o remount,bind,ro $_" } '/', $s->{home}
        if $apart && $is->('ProtectSystem', 'strict');
    push @script, map { ("mount --bind $_ $_", "mount -o remount,bind,rw $_") }
        @writable;
    push @script, map { "mount --bind $s->{run}/nothing $_" } grep { -f }
        map { s/^-//r } map { split ' ' } @{$unit{InaccessiblePaths} // []}
        if $apart;
    push @script, map { "mount -t tmpfs -o ro,mode=000 tmpfs $_" }
        qw(/home /root) if $apart && $is->('ProtectHome', 'yes');
    my @drop = ("--reuid=$user", '--regid=' . last_of($unit{Group}),
        '--clear-groups');
    push @drop, '--no-new-privs' if $is->('NoNewPrivileges', 'yes');
    push @drop, '--bounding-set=-all', '--inh-caps=-all'
        if $unit{CapabilityBoundingSet} && $is->('CapabilityBoundingSet', '');
    return join "\n", 'set -e', @script,
        "exec setpriv @drop env -i @env \"\$@\"";
}

# A service's unit, with what stands for its users, home and program here.
sub service_unit {
    my ($s, $of) = @_;
    if (!-e "$s->{run}/nothing") {
        spew("$s->{run}/nothing", '');
        chmod 0, "$s->{run}/nothing";
    }
    return unit(slurp($s->shipped("systemd/$of->{unit}.service",
        "User=$of->{unit}" => "User=$of->{user}", 'Group=leadsheet' =>
        'Group=nogroup', '/var/lib/leadsheet' => $of->{home} // $s->{home},
        "/usr/local/sbin/$of->{unit}.fcgi" => $s->{$of->{program}})));
}

# A service; where the site is traced, its calls go to files in trace/.
sub launch {
    my ($s, $of) = @_;
    my @wrap;
    if ($s->{traced}) {
        # Where the service may write.
        my $trace = $of->{key} eq 'service' ? "$s->{run}/trace" : "$s->{home}/page/trace";
        mkdir $trace;
        chmod 0777, $trace;
        @wrap = ('strace', '-f', '-qq', '-o',
            "$trace/$of->{unit}-" . @{$s->{stops} //= []});
    }
    my $listener = $s->{"$of->{key}_socket"} // listen_on($s, $of);
    my %unit = service_unit($s, $of);
    my $exec = last_of($unit{ExecStart});
    $exec =~ /["'%\$\\]/ and die "ExecStart is more than words: $exec\n";
    my @apart = $apart ? ('unshare', '--mount',
        last_of($unit{PrivateNetwork}) eq 'yes' ? '--net' : ()) : ();
    my $fd = fileno $listener;
    fcntl $listener, F_SETFD, 0;
    $s->{$of->{key}} = Leadsheet::start($s->{"$of->{key}_log"} // $s->{log},
        'perl', '-MPOSIX', '-e',
        'dup2($ARGV[0], 0); POSIX::close(shift); exec @ARGV', $fd, @apart,
        'sh', '-c', surroundings($s, %unit), 'sh', @wrap, split ' ', $exec);
    fcntl $listener, F_SETFD, FD_CLOEXEC;
    Leadsheet::wait_for_workers($s->{$of->{key}}, ($exec =~ / -f (\d+) /)[0],
        "$of->{unit}.fcgi");
    return;
}

sub start_service { my ($s) = @_; return launch($s, \%receiver) }

# The page's; its journal is a file of its own.
sub start_page {
    my ($s) = @_;
    $s->{page_workers_log} = $s->{page_log} = "$s->{run}/page.log";
    return launch($s, \%page);
}

# The command by which a unit of deploy/ that listens on nothing is run by hand,
# as nobody in that home.  Takes wrap, a command to run it under, and instance,
# what stands behind the @.
sub unit_command {
    my ($file, $home, %o) = @_;
    my $text = slurp(srcdir() . "/deploy/$file");
    # The home is all that the service sees of /tmp.
    my $program = "$home/.leadsheet";
    system('cp', builddir() . '/cli/leadsheet', $program) == 0 or die "cp failed\n";
    for (['User=leadsheet', 'User=nobody'], ['Group=leadsheet',
        'Group=nogroup'], ['/var/lib/leadsheet', $home],
        ['/usr/local/bin/leadsheet', $program],
        defined $o{instance} ? ['%i', $o{instance}] : ()) {
        my ($from, $to) = @$_;
        $text =~ s/\Q$from\E/$to/g or die "$file has no $from\n";
    }
    my %unit = unit($text);
    my %env = map { /^(\w+)=(.*)/ } @{$unit{Environment} // []};
    my $exec = last_of($unit{ExecStart}) =~ s/\$\{(\w+)\}/$env{$1}/gr;
    $exec =~ /["'%\$\\]/ and die "ExecStart is more than words: $exec\n";
    my @apart = $apart ? ('unshare', '--mount',
        last_of($unit{PrivateNetwork}) eq 'yes' ? '--net' : ()) : ();
    return (@apart, 'sh', '-c', surroundings({ home => $home }, %unit), 'sh',
        @{$o{wrap} // []}, split ' ', $exec);
}

# A service that a timer starts, run that way; what leadsheet() returns.
sub run_oneshot {
    my ($file, $home, %o) = @_;
    my ($program, @words) = unit_command("systemd/$file", $home, %o);
    return leadsheet(undef, \@words, program => $program);
}

# A shell's command as the page's service would run it; what leadsheet() returns.
sub as_page {
    my ($s, $command) = @_;
    my %unit = service_unit($s, \%page);
    my @apart = $apart ? ('unshare', '--mount') : ();
    return leadsheet(undef, ['-c', surroundings($s, %unit,
        StandardInput => ['null']), 'sh', 'sh', '-c', $command], program => 'sh',
        wrap => \@apart);
}

# As "systemctl stop" does: how the main process ended, and whether it left
# anyone behind are kept in stops.
sub stop_service {
    my ($s, $key) = @_;
    my $pid = $s->{$key // 'service'};
    my $main = $s->{traced} ? `ps -o pid= --ppid $pid` : $pid;
    kill 'TERM', $main;
    my $status = ended($pid) // die "the service goes on\n";
    my %all = processes();
    push @{$s->{stops}}, [$status, scalar grep { $all{$_}{group} == $pid
        && $all{$_}{state} !~ /[ZX]/ } keys %all];
    stop_server($pid);
    return;
}

sub stop_page { my ($s) = @_; return stop_service($s, 'page_workers') }

sub restart_service {
    my ($s) = @_;
    stop_service($s);
    start_service($s);
    return;
}

# nginx before it.  Its log is the journal: what goes to stderr.
sub systemd_site {
    my (%o) = @_;
    return nginx_site(name => 'nginx and systemd\'s units',
        user => 'www-data', file => ['nginx/leadsheet.conf'],
        upstream => 'nginx/leadsheet-upstream.conf', %o,
        start => sub { my ($s) = @_;
            $s->{server_log} = $s->{log};
            $s->{log} = spew("$s->{run}/journal", '');
            $s->belongs_to('nobody');
            start_service($s);
            Nginx::start($s) },
        restart => \&restart_service, seamless => 1);
}

1;

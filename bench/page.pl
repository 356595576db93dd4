#!/usr/bin/perl
# See run.
use strict;
use warnings;
use File::Path qw(make_path);
use IO::Socket::UNIX;
use Leadsheet;
use Process;
use Table;
use Time::HiRes qw(time);
use Worker;

my $rounds = $ENV{RUNS} // 15;
my $password = 'kq7dm-2pxwa-9hzte-r4vjs';
my $page = builddir() . '/page/leadsheet-page.fcgi';
$| = 1;

sub environment {
    my ($home, $path, $query, %more) = @_;
    return (PATH => $ENV{PATH}, LEADSHEET_HOME => $home, HTTPS => 'on',
        REQUEST_METHOD => 'GET', SCRIPT_NAME => '/leads', PATH_INFO => $path,
        QUERY_STRING => $query, HTTP_HOST => 'leads.example',
        REMOTE_ADDR => '192.0.2.1', SERVER_ADDR => '192.0.2.9', %more);
}

# By plain CGI: milliseconds to the first byte, and what came.
sub by_cgi {
    my ($body, %env) = @_;
    my $in = home() . '/in';
    spew($in, $body);
    my $began = time;
    pipe my $read, my $write or die "$!\n";
    my $pid = fork // die "$!\n";
    if ($pid == 0) {
        open STDIN, '<', $in or POSIX::_exit(126);
        open STDERR, '>', "$in.log" or POSIX::_exit(126);
        POSIX::dup2(fileno $write, 1);
        %ENV = %env;
        exec $page or POSIX::_exit(127);
    }
    close $write;
    sysread $read, my $all, 1 << 16;
    my $ms = 1000 * (time - $began);
    $all .= do { local $/; <$read> } // '';
    waitpid $pid, 0;
    return ($ms, $all);
}

sub size { $_[0] < 128 ? pack 'C', $_[0] : pack 'N', $_[0] | 1 << 31 }

sub record {
    my ($type, $content) = @_;
    return pack('CCnnCx', 1, $type, 1, length $content, 0) . $content;
}

# The same by FastCGI.
sub by_fastcgi {
    my ($socket, %env) = @_;
    my $params = join '', map { size(length $_) . size(length $env{$_}) . $_
        . $env{$_} } sort keys %env;
    my $s = IO::Socket::UNIX->new(Peer => $socket) or die "$socket: $!\n";
    my $began = time;
    syswrite $s, record(1, "\0\1\0\0\0\0\0\0") . record(4, $params)
        . record(4, '') . record(5, '');
    sysread $s, my $all, 1 << 16;
    my $ms = 1000 * (time - $began);
    $all .= do { local $/; <$s> } // '';
    return ($ms, $all);
}

for my $leads (split /,/, $ENV{LEADS} // '100000,1000000') {
    my $home = home();
    system('python3', srcdir() . '/bench/journal.py', "$home/main", $leads, 10,
        20) == 0 or die "journal.py failed\n";
    make_path("$home/page/cache");
    spew("$home/page/readers", "anna $password\n");
    my $form = "name=anna&password=$password";
    my (undef, $said) = by_cgi($form, environment($home, '/login', '',
        REQUEST_METHOD => 'POST', CONTENT_LENGTH => length $form,
        CONTENT_TYPE => 'application/x-www-form-urlencoded',
        HTTP_ORIGIN => 'https://leads.example'));
    my ($cookie) = $said =~ /^Set-Cookie: ([^;]+)/mi or die "no login: $said";
    my @as = (HTTP_COOKIE => $cookie);

    my $socket = "$home/.socket";
    my $pid = launch($home, $socket, "$home/log", program => $page);
    my ($requests, $began) = (0, time);
    do {
        # A download is a copy of the worker's; it is the worker that counts.
        by_fastcgi($socket, environment($home, '/', '', @as));
        (undef, $said) = by_fastcgi($socket, environment($home, '/leads',
            "as=csv&q=nobodyiscalledso", @as));
        $requests++;
    } while ($said =~ /Status: 503/);
    my ($worker) = descendants(qr/leadsheet-page\.fcgi/);
    printf "\n%d leads, of a journal of %.0f MB: looked up in %d requests, "
        . "%.1f s, %.1f s of CPU; page.sqlite has %.0f MB\n", $leads,
        eval { my $n = 0; $n += -s $_ for @{journal($home)}; $n / 1e6 },
        $requests, time - $began, cpu_seconds($worker),
        (-s "$home/page/cache/page.sqlite") / 1e6;
    (undef, $said) = by_fastcgi($socket, environment($home, '/', '', @as));
    my ($person) = $said =~ m{/person/(\w+)} or die "nobody on it: $said";
    my @screens = (['today', '/', ''], ['search', '/leads', 'q=smith'],
        ['a word of every lead', '/leads', 'q=growth'],
        ['a person', "/person/$person", '']);
    my $large = $leads > 500_000;
    for (@screens) {
        my ($name, $path, $query) = @$_;
        my (@cgi, @fastcgi, $bytes);
        for (1 .. $rounds) {
            my @env = environment($home, $path, $query, @as);
            (my $ms, my $html) = by_fastcgi($socket, @env);
            push @fastcgi, $ms;
            ($ms, $html) = by_cgi('', @env);
            push @cgi, $ms;
            die "$name: $html" if $html !~ /^Status: 200/mi
                || $html !~ m{</html>};
            $bytes = length $html;
        }
        table(sprintf('%s: ms to the first byte, of %.1f KB', $name,
            $bytes / 1000), '%.1f', 'less',
            ['FastCGI', \@fastcgi, $large ? 50 : 30]);
        table('', '%.1f', 'less', ['CGI', \@cgi, $large ? 150 : 100]);
    }
    printf "\nThe most memory of the worker: %.1f MiB (goal: under 16)\n",
        peak($worker);
    stop_worker($pid);
}

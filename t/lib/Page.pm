package Page;

# The page as a visitor finds it: real workers of it behind nginx, by HTTPS, of
# a home with leads.  It is a Site.

use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Exporter qw(import);
use File::Path qw(make_path);
use Leadsheet;
use Nginx ();
use POSIX ();
use Site;
use Time::Local qw(timegm);

our @EXPORT = qw(page_site page_home page_demo page_day page_config page_cgi
    keep);

# A day so many days ago, now in UTC.
sub page_day {
    my ($ago) = @_;
    return POSIX::strftime('%Y-%m-%d', gmtime(CORE::time - 86400 * $ago));
}

# Keep a delivery at a time, in seconds, as the receiver would have.
my $n = 0;

sub keep {
    my ($home, $endpoint, $body, $at) = @_;
    my $journal = "$home/$endpoint/journal";
    make_path($journal);
    my ($day, $time) = map { POSIX::strftime($_, gmtime $at) }
        '%Y-%m-%d', '%Y-%m-%dT%H:%M:%S';
    open my $f, '>>:raw', "$journal/$day.jsonl" or die "$journal: $!\n";
    printf $f qq({"received":"%s.%06dZ","kind":"leads","id":"p%d",)
        . qq("sha256":"%s","signature":"%s","body":%s}\n),
        $time, $n, $n, sha256_hex($body), '5' x 64, $body;
    close $f or die "$journal: $!\n";
    $n++;
    return;
}

# A home with two endpoints, and made-up leads of so many days, today's among
# them.
sub page_home {
    my (%o) = @_;
    my $home = home($o{settings});
    for my $endpoint ('main', @{$o{endpoints} // []}) {
        make_path("$home/$endpoint/sheets");
        spew("$home/$endpoint/secret", secret() . "\n");
        chmod 0600, "$home/$endpoint/secret";
        my @bodies = deliveries($o{seed} // 17, $o{days} // 20, $o{leads} // 12);
        keep($home, $endpoint, $bodies[$_], CORE::time - 86400 * $_)
            for reverse 0 .. $#bodies;
        $o{seed}++;
    }
    return $home;
}

# A home with the made-up leads of "up --demo".
sub page_demo {
    my $home = page_home(days => 0);
    my @lines = split /\n/, `perl '@{[srcdir()]}/deploy/local/demo.pl' @{[time]}`;
    die "demo.pl failed\n" if $? || !@lines;
    while (my ($at, $body) = splice @lines, 0, 2) {
        my @t = $at =~ /^(\d+)-(\d+)-(\d+)[T ](\d+):(\d+):(\d+)/
            or die "demo.pl says another time: $at\n";
        keep($home, 'main', $body, timegm(@t[5, 4, 3, 2], $t[1] - 1, $t[0]));
    }
    return $home;
}

# It is up when it is returned.  Takes home, else what page_home() takes;
# readers, the text of the file of that name, which has anna as it is; and
# workers.
my $password = 'kq7dm-2pxwa-9hzte-r4vjs';

sub page_site {
    my (%o) = @_;
    my $home = $o{home} // page_home(%o);
    my $site = Nginx::nginx_site(name => 'the page', prefix => '/leadsheet',
        home => $home, password => $password, user => 'www-data',
        file => ['nginx/leadsheet-page.conf'],
        %o, start => \&start);
    make_path("$home/page");
    spew("$home/page/readers", $o{readers} // "anna $password\n");
    $site->{start}->($site);
    return $site;
}

sub start {
    my ($s) = @_;
    my $socket = "$s->{run}/leadsheet-page.sock";
    $s->{replace} = { '/run/leadsheet/leadsheet-page.sock' => $socket };
    my $program = "$s->{run}/leadsheet-page.fcgi";
    system('cp', builddir() . '/page/leadsheet-page.fcgi', $program) == 0
        or die "cp failed\n";
    my @user = $> == 0 ? qw(-u nobody -g nogroup -U nobody) : ();
    system('chown', '-R', 'nobody:nogroup', $s->{home}) == 0 or die "chown failed\n"
        if $> == 0;
    local $ENV{LEADSHEET_HOME} = $s->{home};
    $s->{workers} = Leadsheet::start("$s->{run}/page.log", 'spawn-fcgi', '-n',
        '-s', $socket, '-M', '0666', @user, '--',
        Leadsheet::which('multiwatch'), '-f', $s->{count} // 2, '--', $program,
        '--stderr');
    wait_for(sub { -S $socket }) or die "no workers of the page\n";
    Leadsheet::wait_for_workers($s->{workers}, $s->{count} // 2,
        'leadsheet-page.fcgi');
    Nginx::configure($s);
    $s->{nginx} = Leadsheet::start("$s->{run}/nginx.log", 'nginx', '-e',
        "$s->{run}/error.log", '-p', $s->{run}, '-c', "$s->{run}/nginx.conf");
    $s->wait_until_up;
    return;
}

# A request by plain CGI, which says what it likes of who asks: method, path,
# query, body, and what cgi() takes.
sub page_cgi {
    my ($home, %o) = @_;
    my $body = $o{body} // '';
    return cgi($home, %o, program => builddir() . '/page/leadsheet-page.fcgi',
        env => { REQUEST_METHOD => $o{method} // 'GET',
            SCRIPT_NAME => '/leadsheet', PATH_INFO => $o{path} // '/',
            QUERY_STRING => $o{query} // '', HTTP_HOST => 'leads.example',
            CONTENT_TYPE => $body eq '' ? undef
                : 'application/x-www-form-urlencoded',
            CONTENT_LENGTH => $body eq '' ? undef : length $body,
            HTTP_X_WEBHOOK_SIGNATURE => undef, REMOTE_ADDR => '192.0.2.1',
            SERVER_ADDR => '192.0.2.9', %{$o{env} // {}} });
}

# What a script of t/page has to know of it.
sub page_config {
    my ($s) = @_;
    return (url => $s->url(''), http => $s->url('', 'http'), name => 'anna',
        password => $s->{password}, home => $s->{home},
        today => page_day(0), past => page_day(14));
}

1;

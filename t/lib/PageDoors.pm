package PageDoors;

# The page beside the receiver, behind a real web server, and what a browser, a
# spreadsheet and a stranger get to see of it.  A site is a Site (t/lib/Site.pm)
# with the files of deploy/ for both; its page is at /leadsheet/.

use strict;
use warnings;
use Apache ();
use Disk;
use Exporter qw(import);
use File::Path qw(make_path remove_tree);
use JSON::PP ();
use Leadsheet;
use Lighttpd ();
use Nginx ();
use Processes;
use Systemd;
use Test::More;

our @EXPORT = qw(page_nginx page_systemd page_proxy page_fcgid page_cgi
    page_htaccess page_suexec page_lighttpd page_lighttpd_spawn
    reader browse log_in check_page check_name check_apart $PASSWORD lead_of);

our $PASSWORD = 'kept-by-nobody-else-47';

my $socket = '/run/leadsheet/leadsheet-page.sock';
my $count = 0;

# Who may look, with a password; the line stands there as the file manager of a
# host would have written it, or as the command line makes it.
sub reader {
    my ($site, $name, @more) = @_;
    my $r = leadsheet($site->{home}, ['page', 'user', 'add', $name,
        '--password-stdin', @more], stdin => "$PASSWORD\n");
    $r->{exit} == 0 or die "page user add: $r->{err}\n";
    return;
}

# HOME/page is the page's user's, in the group that may read the leads.
sub page_belongs_to {
    my ($site, $user, $group) = @_;
    return if $> != 0;
    system('chown', '-R', "$user:$group", "$site->{home}/page") == 0
        or die "chown failed\n";
    return;
}

# A delivery of its own; 1 where it was answered 200.
sub lead_of {
    my ($site, $name, %more) = @_;
    my $leads = join ',', map { qq({"urn":"urn-of-$name-$_","full_name":"$name",)
        . qq("company_name":"Acme <$_> & Sons","engagement_type":"comment",)
        . qq("comment_text":"=1+1","connections":$_}) } 1 .. $more{leads} // 1;
    local $site->{prefix} = $more{prefix} // '/leads';
    my $r = $site->ask('{"delivery_id":"page-' . ++$count . '","event":'
        . qq("lead.enriched","data":{"leads":[$leads],"posts":[]}}));
    return $r->{status} == 200;
}

# One request as a browser makes it, with a jar for its cookies; the answer
# taken apart.  Takes jar (a name, or none), form (what a form has), scheme,
# method, headers, and curl: more arguments.
sub browse {
    my ($site, $path, %o) = @_;
    my $run = $site->{run};
    my ($head, $body) = ("$run/page.head", "$run/page.body");
    unlink $head, $body;
    my $scheme = $o{scheme} // 'https';
    my $origin = $site->url('', $scheme) =~ s{^(\w+://[^/]+).*}{$1}r;
    my @form = map { ('--data-urlencode', "$_=$o{form}{$_}") }
        sort keys %{$o{form} // {}};
    my @jar = $o{jar} ? ('-b', "$run/$o{jar}.jar", '-c', "$run/$o{jar}.jar") : ();
    my $status = system 'curl', '-sk', '--path-as-is', '-m', PATIENCE, '-D', $head, '-o',
        $body, @jar, @form,
        @form && !$o{headers}{Origin} ? ('-H', "Origin: $origin") : (),
        ($o{method} // '') eq 'HEAD' ? '-I' : $o{method} ? ('-X', $o{method}) : (),
        (map { ('-H', "$_: $o{headers}{$_}") } sort keys %{$o{headers} // {}}),
        @{$site->{curl} // []}, @{$o{curl} // []},
        $origin . ($o{prefix} // $site->{page_prefix} // '/leadsheet') . $path;
    my $text = -e $head ? slurp($head) : '';
    my ($code) = $text =~ m{\AHTTP/\S+ (\d+)};
    my %headers;
    push @{$headers{lc $1}}, $2 while $text =~ /^([^:\r\n]+): *(.*?)\r?$/mg;
    return { status => $code // 0, curl => $status >> 8,
        content => $o{method} && $o{method} eq 'HEAD' ? ''
            : -e $body ? slurp($body) : '',
        cookie => $headers{'set-cookie'} // [], location => $headers{location}[0]
            // '', headers => { map { $_ => $headers{$_}[-1] } keys %headers } };
}

sub log_in {
    my ($site, $name, %o) = @_;
    return browse($site, '/login', jar => $name, form => { name => $name,
        password => $PASSWORD }, %o);
}

# All of it, as one who has a name and a password sees it.
sub check_page {
    my ($site) = @_;
    my $name = $site->{name};
    ok(lead_of($site, 'Jane Private'), "$name: a delivery comes");
    check_stranger($site);
    check_login($site);
    check_screens($site);
    check_download($site);
    check_feed($site);
    check_logout($site);
    return;
}

# Who has no name sees the login, and nothing else.
sub check_stranger {
    my ($site) = @_;
    my $name = $site->{name};
    for my $path ('', '/', '/days', '/leads?q=Jane', '/leads?as=csv',
        '/people?since=today', '/feeds', '/person/0000000000000001') {
        my $r = browse($site, $path);
        like("$r->{status} $r->{location}", qr/\A30[1-8] /,
            "$name: nobody sees $path");
        unlike($r->{content}, qr/Private|Acme/, '  and no lead in it');
    }
    my $r = browse($site, '/login');
    is($r->{status}, 200, "$name: there is a login");
    like($r->{content}, qr/<form[^>]* method="post"/, '  with a form');
    like($r->{headers}{'content-security-policy'} // '',
        qr/\Adefault-src 'none'/, '  that runs nothing');
    my ($style) = $r->{content} =~ /href="([^"]*\.css)"/;
    $r = browse($site, $style // '/no-style', prefix => '');
    is("$r->{status} " . ($r->{headers}{'content-type'} // ''),
        '200 text/css; charset=utf-8', '  and its style sheet arrives');
    # By plain HTTP from elsewhere, as a proxy on this machine would say it.
    $r = browse($site, '/login', scheme => 'http',
        headers => { 'X-Forwarded-For' => '192.0.2.7' });
    is($r->{status}, 403, "$name: by plain HTTP from elsewhere: 403");
    unlike($r->{content}, qr/type="password"/, '  and no password is asked for');
    $r = browse($site, '/feed/' . '0' x 32 . '.csv');
    is($r->{status}, 404, "$name: a feed that nobody made: 404");
    return;
}

sub check_login {
    my ($site) = @_;
    my $name = $site->{name};
    my $r = log_in($site, 'anna', form => { name => 'anna',
        password => 'another-one-12' });
    isnt($r->{status}, 303, "$name: a wrong password");
    is_deeply([grep { /__Host-/ } @{$r->{cookie}}], [], '  gives no cookie');
    $r = log_in($site, 'anna', headers => { Origin => 'https://evil.example' });
    is($r->{status}, 403, "$name: a form of another site's: 403");
    $r = log_in($site, 'anna');
    is($r->{status}, 303, "$name: the right one") or diag($r->{content});
    my ($cookie) = grep { /^__Host-leadsheet=/ } @{$r->{cookie}};
    like($cookie // '', qr/; *$_(?:;|$)/i, "  gives a cookie: $_")
        for 'Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/';
    my ($script) = $r->{location} =~ m{^(?:https?://[^/]+)?(/.*)$};
    is($script // $r->{location}, ($site->{page_prefix} // '/leadsheet') . '/',
        '  and leads to the first screen');
    return;
}

sub check_screens {
    my ($site) = @_;
    my $name = $site->{name};
    my $day = today();
    for my $path ('/', '/days', "/day/$day", '/leads?q=jane', '/leads?company=Acme+%3C1%3E+%26+Sons',
        "/people?since=$day") {
        my $r = browse($site, $path, jar => 'anna');
        is($r->{status}, 200, "$name: $path") or next;
        next if $path eq '/days';
        like($r->{content}, qr/Jane Private/, '  has the lead');
        like($r->{content}, qr/Acme &lt;1&gt; &amp; Sons/,
            '  as it is: query and path arrive whole');
    }
    my $r = browse($site, '/', jar => 'anna');
    my ($person) = $r->{content} =~ m{"([^"]*/person/[0-9a-f]{16})"};
    ok($person, "$name: there is a link to the person") or return;
    $r = browse($site, $person, jar => 'anna', prefix => '');
    is($r->{status}, 200, '  which works');
    like($r->{content}, qr/Jane Private/, '  and shows that person');
    $r = browse($site, '/', jar => 'anna', method => 'HEAD');
    is("$r->{status} $r->{curl}", '200 0', "$name: HEAD");
    $r = browse($site, '/nothing/of/that/name', jar => 'anna');
    is($r->{status}, 404, "$name: no screen of that name: 404");
    like($r->{headers}{'content-type'} // '', qr{^text/html}, '  as a page');
    like($r->{content}, qr{/leadsheet-\w+\.css|/style-\w+\.css},
        '  of ours, not the server\'s');
    $r = browse($site, '/', jar => 'anna', method => 'PUT');
    is($r->{status}, 405, "$name: PUT: 405");
    return;
}

sub check_download {
    my ($site) = @_;
    my $name = $site->{name};
    my $r = browse($site, '/leads?q=jane&as=csv', jar => 'anna');
    is($r->{status}, 200, "$name: a download as CSV");
    like($r->{headers}{'content-type'} // '', qr{^text/csv}, '  is CSV');
    like($r->{headers}{'content-disposition'} // '', qr/attachment.*\.csv/,
        '  that is saved');
    like($r->{content}, qr/Jane Private/, '  with the lead');
    like($r->{content}, qr/'=1\+1/, '  and protected');
    $r = browse($site, '/leads?q=nobody-of-that-name&as=csv', jar => 'anna');
    unlike($r->{content}, qr/Private/, '  of what was searched for only');
    $r = browse($site, '/leads?as=xlsx', jar => 'anna');
    is($r->{status}, 200, "$name: as a workbook");
    is(substr($r->{content}, 0, 2), 'PK', '  which it is');
    $r = browse($site, '/leads?as=jsonl', jar => 'anna');
    my ($line) = split /\n/, $r->{content};
    is((Leadsheet::json($line // '') // {})->{full_name}, 'Jane Private',
        "$name: as JSON lines");
    return;
}

# An address for a spreadsheet, which has no cookie.
sub check_feed {
    my ($site) = @_;
    my $name = $site->{name};
    my $made = leadsheet($site->{home}, ['page', 'feed', 'add', '--name',
        "of $name", '--query', '/leads?q=jane']);
    is($made->{exit}, 0, "$name: a feed is made") or diag($made->{err});
    $site->{belongs}->($site) if $site->{belongs};
    my ($tail) = $made->{out} =~ m{(/feed/[0-9a-f]{32}\.csv)};
    ok($tail, '  and its address told') or return;
    my $r = browse($site, $tail);
    is($r->{status}, 200, '  a spreadsheet reads it') or diag($r->{content});
    like($r->{headers}{'content-type'} // '', qr{^text/csv}, '  as CSV');
    like($r->{content}, qr/Jane Private/, '  with the lead');
    is(browse($site, "$tail?range=A1:Z9")->{content}, $r->{content},
        '  whatever the spreadsheet adds to it');
    is(browse($site, $tail, method => 'HEAD')->{status}, 200, '  HEAD too');
    $made = leadsheet($site->{home}, ['page', 'feed', 'remove', "of $name"]);
    is($made->{exit}, 0, "$name: the feed is taken back") or diag($made->{err});
    $site->{belongs}->($site) if $site->{belongs};
    is(browse($site, $tail)->{status}, 404, '  and there is none');
    return;
}

sub check_logout {
    my ($site) = @_;
    my $name = $site->{name};
    system('cp', "$site->{run}/anna.jar", "$site->{run}/kept.jar");
    is(browse($site, '/', jar => 'kept')->{status}, 200,
        "$name: logged in until now");
    my $r = browse($site, '/logout', jar => 'anna', form => { x => 1 });
    is($r->{status}, 303, '  logged out');
    like(browse($site, '/', jar => 'anna')->{status}, qr/\A30\d\z/,
        '  the browser has nothing left');
    like(browse($site, '/', jar => 'kept')->{status}, qr/\A30\d\z/,
        '  nor has who kept its cookie');
    # nginx and Apache quote whole addresses where a program complains.
    my $log = $site->{page_log} // $site->{log};
    my @lines = slurp($log) =~ /(page screen=[^,\n]*)/g;
    cmp_ok(scalar @lines, '>', 20, '  a line of the log for each visit');
    is_deeply([grep { /Private|\Q$PASSWORD\E|jane|[0-9a-f]{32}/ } @lines], [],
        '    without a lead, a password, a search or the address of a feed');
    return;
}

# Where the web server asks for name and password (login = server): only a name
# that it has checked counts.  on turns the server's asking on.
sub check_name {
    my ($site, $on) = @_;
    my $name = $site->{name};
    my $conf = "$site->{home}/leadsheet.conf";
    my $was = -e $conf ? slurp($conf) : '';
    spew($conf, "$was\n[page]\nlogin = server\n");
    my %made_up = ('Remote-User' => 'anna', 'REMOTE_USER' => 'anna',
        'Remote_User' => 'anna', 'X-Remote-User' => 'anna',
        'X-Forwarded-User' => 'anna', 'REDIRECT_REMOTE_USER' => 'anna');
    for (['a header of that name', headers => \%made_up],
        ['a name and a password that nobody checks', curl => ['-u',
            "anna:$PASSWORD"]]) {
        my ($what, @how) = @$_;
        my $r = browse($site, '/', @how);
        cmp_ok($r->{status}, '>=', 400, "$name: $what lets nobody in");
        unlike($r->{content}, qr/Private|Acme/, '  and shows no lead');
    }
    my $r = log_in($site, 'anna');
    is_deeply([grep { /__Host-leadsheet=[^;]/ } @{$r->{cookie}}], [],
        "$name: there is no login of ours then");
    cmp_ok(browse($site, '/', jar => 'anna')->{status}, '>=', 400, '  and nobody is in');
    $on->($site);
    $r = browse($site, '/');
    is($r->{status}, 401, "$name: the server asks");
    $r = browse($site, '/', headers => \%made_up);
    is($r->{status}, 401, '  whatever headers say');
    $r = browse($site, '/', curl => ['-u', 'anna:wrong']);
    is($r->{status}, 401, '  and takes no wrong password');
    $r = browse($site, '/', curl => ['-u', "anna:$PASSWORD"]);
    is($r->{status}, 200, '  with the right one the page is there')
        or diag($r->{content});
    like($r->{content}, qr/Jane Private|Ben Beside|Carl Crowd/, '  and shows leads');
    $r = browse($site, '/', curl => ['-u', "anna:$PASSWORD"],
        headers => { 'Remote-User' => 'ben' });
    unlike($r->{content}, qr/\bben\b/, '  under the name that was checked');
    spew($conf, $was);
    return;
}

# Whatever becomes of the page, a delivery is answered 200 and kept.  For a site
# whose page has workers of its own.
sub check_apart {
    my ($site) = @_;
    my $name = $site->{name};
    my $delivers = sub {
        my ($while) = @_;
        ok(lead_of($site, 'Ben Beside'), "$name: $while, a delivery is kept");
    };
    for (1 .. 4) {
        ok(lead_of($site, 'Carl Crowd', leads => 5000), "$name: 5,000 leads");
    }
    log_in($site, 'anna')->{status} == 303 or die "no login\n";
    # Each visit reads on for a second.
    ok(wait_for(sub { my $r = browse($site, '/', jar => 'anna');
        $r->{status} == 200 && $r->{content} !~ /still being looked up/ }),
        '  all of which the page has come to know');
    is(lines_of(browse($site, '/leads?q=crowd&as=csv', jar => 'anna')), 20001,
        '  and gives in one download');

    # Some who fetch all of it, and slowly: nobody waits for them.
    my @slow = map { slow_download($site, $_) } 1 .. 3;
    $delivers->('slow downloads under way');
    my $r = browse($site, '/', jar => 'anna');
    is($r->{status}, 200, "$name: the first screen, while they are under way");
    like($r->{content}, qr/Ben Beside/, '  with the newest lead');
    is(scalar(grep { kill 0, $_ } @slow), 3, '  and none has ended');

    my @workers = page_processes();
    cmp_ok(kill('KILL', @workers), '>=', 2, "$name: the page is killed");
    $delivers->('the page killed');
    stop_server($_) for @slow;
    ok(wait_for(sub { browse($site, '/', jar => 'anna')->{status} == 200 }),
        '  it is there again, and anna still logged in');

    # A unit's mounts are its own; its home is given.
    full_disk($site, $delivers) unless $site->{page_start};

    # Of a home that isn't there, and none at all.
    my $start = $site->{page_start} // \&page_workers;
    stop_server($site->{page_workers});
    # systemd's socket is still there: a visit waits until the page is back.
    if (!$site->{page_start}) {
        $r = browse($site, '/', jar => 'anna');
        cmp_ok($r->{status}, '>=', 500, "$name: the page stopped: $r->{status}");
    }
    $delivers->('the page stopped');
    unless ($site->{page_start}) {
        local $site->{page_home} = "$site->{run}/no-such-home";
        $start->($site);
        $r = browse($site, '/', jar => 'anna');
        cmp_ok($r->{status}, '>=', 400, "$name: with a wrong home: $r->{status}");
        unlike($r->{content}, qr/no-such-home/, '  where, only the log says');
        like(slurp($site->{page_log}), qr/no-such-home/, '  and it does');
        $delivers->('the page with a wrong home');
        stop_server($site->{page_workers});
    }
    $start->($site);
    is(browse($site, '/', jar => 'anna')->{status}, 200,
        "$name: right again, it is there again");
    $site->{reload}->($site);
    is(browse($site, '/', jar => 'anna')->{status}, 200, '  and after a reload');
    return;
}

sub lines_of { my ($r) = @_; return scalar(() = $r->{content} =~ /\n/g) }

# A client that takes 4 KiB a second of all there is; it has begun.
sub slow_download {
    my ($site, $n) = @_;
    my $out = "$site->{run}/slow-$n";
    unlink $out;
    my $pid = Leadsheet::start("$site->{run}/slow.log", 'curl', '-skN', '--limit-rate',
        '4k', '-m', 10 * PATIENCE, '-b', "$site->{run}/anna.jar", '-o', $out,
        $site->url('', 'https') =~ s{/leads$}{/leadsheet/leads?as=csv}r);
    wait_for(sub { -s $out }) or die "a download doesn't begin\n";
    return $pid;
}

# HOME/page on a disk that is full.
sub full_disk {
    my ($site, $delivers) = @_;
    my $name = $site->{name};
    my $page = "$site->{home}/page";
    my $kept = "$site->{run}/page-of-before";
    system("cp -a '$page' '$kept'") == 0 or die "cp failed\n";
    SKIP: {
        my $why = mounted($page, 'mount -t tmpfs -o size=256k,mode=750 tmpfs');
        skip $why, 5 if $why;
        system("rm -rf '$kept/cache' && cp -a '$kept/.' '$page/' && chown --reference='$kept' '$page'"
            . " && ! dd if=/dev/zero of='$page/full' bs=1k 2>/dev/null") == 0
            or die "it isn't full\n";
        # The newest first, and more with each visit: in memory then.
        my $r = browse($site, '/', jar => 'anna');
        is($r->{status}, 200, "$name: no room in HOME/page: leads are shown");
        like($r->{content}, qr/Ben Beside|Carl Crowd/, '  of those there are');
        $delivers->('no room for the page');
        $r = log_in($site, 'dora');
        isnt($r->{status}, 303, '  and who has no name stays out');
        # Who holds a file there keeps the disk: others take their place.
        kill 'KILL', page_processes();
        unmount();
        ok(wait_for(sub { browse($site, '/', jar => 'anna')->{status} == 200 }),
            '  with room again it goes on');
    }
    return;
}

# A file of names for a web server, with anna in it.
sub password_file {
    my ($site) = @_;
    my $hash = `openssl passwd -apr1 '$PASSWORD'`;
    my $path = spew("$site->{run}/htpasswd", "anna:$hash");
    chmod 0644, $path;
    return $path;
}

# Where nginx runs the page's workers: deploy/nginx/page-workers.
sub page_workers {
    my ($s) = @_;
    my $at = "$s->{run}/leadsheet-page.sock";
    my $file = $s->shipped('nginx/page-workers', '/run/leadsheet' => $s->{run},
        '/var/lib/leadsheet' => $s->{page_home} // $s->{home},
        '/usr/local/sbin/leadsheet-page.fcgi' => $s->{page_program},
        '/var/log/leadsheet' => "$s->{run}/log",
        '-u leadsheet-page -g leadsheet -U leadsheet-page' =>
            '-u daemon -g nogroup -U daemon');
    unlink $at;
    $s->{page_log} = "$s->{run}/log/page.log";
    my $said = "$s->{run}/page-workers.log";
    my $pid = Leadsheet::start($said, 'sh', $file);
    wait_for(sub { -S $at }) or die "no page: " . slurp($said);
    Leadsheet::wait_for_workers($pid, 2, 'leadsheet-page.fcgi');
    return $s->{page_workers} = $pid;
}

# The page's processes, by their name: their program they tell to nobody.
sub page_processes {
    return grep { -e "/proc/$_" && slurp("/proc/$_/comm") eq "leadsheet-page.\n" }
        descendants($$);
}

my %own = (belongs => sub { page_belongs_to($_[0], 'daemon', 'nogroup') });

sub page_nginx {
    my (%o) = @_;
    my $s = Nginx::nginx_workers(name => 'nginx and the page', %own, page => [], %o);
    $s->{page} = ['nginx/leadsheet-page.conf', $socket =>
        "$s->{run}/leadsheet-page.sock"];
    my $start = $s->{start};
    reader($s, 'anna');
    $s->{start} = sub {
        $start->($s);
        $s->{belongs}->($s);
        ($s->{page_start} // \&page_workers)->($s);
    };
    return $s;
}

# nginx's own login: the three lines with their # taken off.
sub nginx_asks {
    my ($s) = @_;
    my $file = password_file($s);
    push @{$s->{page}}, '#auth_basic "leadsheet";' => 'auth_basic "leadsheet";',
        '#auth_basic_user_file /etc/nginx/leadsheet.htpasswd;' =>
            "auth_basic_user_file $file;",
        '#fastcgi_param REMOTE_USER' => 'fastcgi_param REMOTE_USER';
    $s->{reload}->($s);
    return;
}

# The page's units, run as t/lib/Systemd.pm runs the receiver's.
sub page_systemd {
    my (%o) = @_;
    return page_nginx(name => 'nginx and the page\'s units',
        page_start => \&start_page, %o);
}

# Workers for a server that has no file for them.
sub workers {
    my ($s) = @_;
    local $ENV{LEADSHEET_HOME} = $s->{home};
    my $at = "$s->{run}/leadsheet-page.sock";
    my @users = $> == 0 ? qw(-u daemon -g nogroup -U daemon -G www-data) : ();
    $s->{page_log} = "$s->{run}/page.log";
    $s->{page_workers} = Leadsheet::start($s->{page_log}, 'spawn-fcgi', '-n',
        '-s', $at, '-M', '0660', @users, '--', Leadsheet::which('multiwatch'),
        '-f', 2, '-r', 100, '--', $s->{page_program}, '--stderr');
    wait_for(sub { -S $at }) or die "no page\n";
    Leadsheet::wait_for_workers($s->{page_workers}, 2, 'leadsheet-page.fcgi');
    return;
}

# A site of that kind, with the page's workers beside the receiver's.
sub beside {
    my ($s, $file) = @_;
    $s->{page} = [$file, $socket => "$s->{run}/leadsheet-page.sock"];
    my $start = $s->{start};
    reader($s, 'anna');
    $s->{start} = sub {
        $start->($s);
        # The receiver's files are for the group that the page's user is in.
        system("chgrp -R nogroup '$s->{home}/main' && chmod g+s '$s->{home}/main'")
            if $> == 0;
        $s->{belongs}->($s);
        workers($s);
    };
    return $s;
}

# And one where the server runs both, as one user.
sub within {
    my ($s, $user, $file, %replace) = @_;
    $s->{belongs} = sub { page_belongs_to($s, $user, '') };
    $s->{page} = [$file, %replace] if $file;
    my $start = $s->{start};
    reader($s, 'anna');
    $s->{start} = sub {
        $s->{belongs}->($s);
        $start->($s);
    };
    return $s;
}

# What the files that name program and home have in place of these.
sub places {
    my ($s) = @_;
    return ('/usr/local/sbin/leadsheet-page.fcgi' => $s->{page_program},
        '/var/lib/leadsheet' => $s->{home});
}

sub page_proxy {
    return beside(Apache::apache_proxy(name => 'Apache, mod_proxy_fcgi, and the page',
        %own, page => []), 'apache/leadsheet-page-proxy.conf');
}

sub page_fcgid {
    my $s = Apache::apache_fcgid(name => 'Apache, mod_fcgid, and the page', page => []);
    return within($s, 'www-data', 'apache/leadsheet-page-fcgid.conf', places($s));
}

sub page_cgi {
    my $s = Apache::apache_cgi(name => 'Apache, mod_cgid, and the page', page => []);
    return within($s, 'www-data', 'apache/leadsheet-page-cgi.conf', places($s));
}

# leadsheet-page.cgi in that directory.
sub wrapper {
    my ($s, $dir) = @_;
    make_path($dir);
    my $path = $s->shipped('apache/leadsheet-page.cgi', places($s));
    chmod 0755, $path;
    rename $path, "$dir/leadsheet-page.cgi";
    return;
}

# A folder of the web site.
sub page_htaccess {
    my $s = Apache::apache_htaccess(name => 'Apache, .htaccess, and the page', page => []);
    within($s, 'www-data');
    my $dir = "$s->{run}/www/leadsheet";
    my $start = $s->{start};
    $s->{start} = sub {
        wrapper($s, $dir);
        rename $s->shipped('apache/page-htaccess'), "$dir/.htaccess";
        $s->{page} = undef;
        $start->($s);
    };
    $s->{page_more} = "<Directory $dir>\nAllowOverride FileInfo Options=ExecCGI\n"
        . "</Directory>";
    return $s;
}

sub page_suexec {
    my $s = Apache::apache_suexec(name => 'Apache, suEXEC, and the page', page => []);
    within($s, 'nobody', 'apache/leadsheet-page-suexec.conf',
        'SuexecUserGroup leadsheet leadsheet' => 'SuexecUserGroup nobody nogroup');
    my $start = $s->{start};
    $s->{start} = sub {
        wrapper($s, "$s->{run}/web/leadsheet");
        $start->($s);
    };
    return $s;
}

# Apache's own login, as its README has it.
sub apache_asks {
    my ($s) = @_;
    my $file = password_file($s);
    my ($text) = slurp(srcdir() . '/deploy/apache/README')
        =~ m{^(    <Location /leadsheet>\n.*?    </Location>\n)}ms
        or die "deploy/apache/README has no <Location>\n";
    $text =~ s{/etc/apache2/leadsheet\.htpasswd}{$file} or die "no file\n";
    $s->{page_more} = $text;
    $s->{reload}->($s);
    return;
}

sub page_lighttpd {
    return beside(Lighttpd::lighttpd_workers(name => 'lighttpd and the page', %own,
        page => []), 'lighttpd/leadsheet-page.conf');
}

sub page_lighttpd_spawn {
    my $s = Lighttpd::lighttpd_spawn(name => 'lighttpd, its own workers, and the page',
        page => []);
    return within($s, 'www-data', 'lighttpd/leadsheet-page-spawn.conf', places($s),
        '/run/lighttpd/leadsheet-page.sock' => "$s->{run}/leadsheet-page.sock");
}

# lighttpd's own login, as its README has it.
sub lighttpd_asks {
    my ($s) = @_;
    my $file = password_file($s);
    my ($text) = slurp(srcdir() . '/deploy/lighttpd/README')
        =~ /^( +auth\.backend = .*?"valid-user" \) \)\n)/ms
        or die "deploy/lighttpd/README has no auth\n";
    $text =~ s{/etc/lighttpd/leadsheet\.htpasswd}{$file} or die "no file\n";
    my $last = 'server.stream-response-body = 2';
    push @{$s->{page}}, $last => "$last\n$text";
    $s->{reload}->($s);
    return;
}

1;

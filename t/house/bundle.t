#!/usr/bin/perl
# The bundle for shared hosting, in a root directory that has nothing but it and
# a shell.
use strict;
use warnings;
use Answers;
use Bundle;
use Digest::SHA qw(sha256_hex);
use Export;
use File::Path qw(make_path);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Leadsheet;
use Names;
use Target;
use Test::More;

# Where there is no source to be had: one sentence, and nothing half done.
for (['xlsxwriter', 'libxlsxwriter'], ['curl', 'curl']) {
    my ($script, $package) = @$_;
    my $at = tempdir(CLEANUP => 1);
    mkdir "$at/bin";
    spew("$at/bin/apt-get", "#!/bin/sh\necho 'E: no network' >&2\nexit 100\n");
    chmod 0755, "$at/bin/apt-get";
    my $said = `PATH="$at/bin:\$PATH" sh '@{[srcdir()]}/deploy/shared-hosting/$script' '$at/lib' 2>&1`;
    is($? >> 8, 69, "without its source there is no $package: exit 69");
    is($said, "no network\n$package: the source package of $package "
        . "can't be had\n", '  it says so');
    is(join(' ', glob "$at/lib/*"), '', '  and leaves nothing');
}

# What is in it.
my $tarball = make_bundle();
like($tarball, qr{/leadsheet-[\d.]+-linux-\w+\.tar\.gz\z},
    'the tarball says version and processor');
my %in = map { /^(\S+) 0\/0 +\d+ (\S+ \S+) leadsheet\/(.*)$/
    ? ($3 => [$1, $2]) : ($_ => []) } split /\n/, `tar -tvzf '$tarball'`;
is_deeply({ map { $_ => $in{$_}[0] } keys %in }, {
    '' => 'drwxr-xr-x', '.htaccess' => '-rw-r--r--',
    'LICENCES.txt' => '-rw-r--r--', 'README.txt' => '-rw-r--r--',
    'home/' => 'drwxr-x---', 'home/main/' => 'drwxr-x---',
    'home/main/journal/' => 'drwxr-x---', 'home/page/' => 'drwxr-x---',
    'page/' => 'drwxr-xr-x', 'page/.htaccess' => '-rw-r--r--',
    'page/leadsheet-page.cgi' => '-rwxr-xr-x',
    'leadsheet-page.fcgi' => '-rwxr-xr-x',
    'leads/' => 'drwxr-xr-x', 'leads/.htaccess' => '-rw-r--r--',
    'leads/leadsheet.cgi' => '-rwxr-xr-x',
    'leads/leadsheet.fcgi' => '-rwxr-xr-x', 'leadsheet' => '-rwxr-xr-x',
    'leadsheet.conf.example' => '-rw-r--r--',
    'leadsheet.fcgi' => '-rwxr-xr-x', 'YOUR-LEADS.txt' => '-rw-r--r--',
    'templates/' => 'drwxr-xr-x', map { ("templates/$_.json" => '-rw-r--r--') }
        qw(discord leads slack)
}, 'it has what it should, all of it root\'s, and what is run can be run');
my %times = map { $_->[1] => 1 } values %in;
is(keys %times, 1, 'every file has the same time');
my $digest = sha256_hex(slurp($tarball));
make_bundle();
is(sha256_hex(slurp($tarball)), $digest, 'made again it has the same bytes');

my $root = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $root;
my $you = "$root/home/you";
my $home = unpack_bundle($you, 'public_html');
for my $program (map { "$you/leadsheet/$_" } qw(leadsheet leadsheet.fcgi
    leadsheet-page.fcgi)) {
    my $elf = `readelf -dl '$program'`;
    is($?, 0, "$program is a program");
    unlike($elf, qr/NEEDED/, '  without a shared library');
    unlike($elf, qr/INTERP/, '  nor a loader of them');
}
unlike(`nm '@{[builddir()]}'/static/c*/leadsheet '@{[builddir()]}'/static/[cp]*/*.fcgi`,
    qr/ T (?:getpw|getgr|iconv)/,
    'nothing is called that loads libraries of the host');
my $licences = slurp("$you/leadsheet/LICENCES.txt");
ok($licences =~ $_, "the licences are handed on: $_")
    for qr/^---- leadsheet/m, qr/Open Market/, qr/Petri Lehtinen/,
    qr/OpenSSL/, qr/Apache License/, qr/^---- libxlsxwriter \d/m,
    qr/^---- curl \d/m, qr/Daniel Stenberg/, qr/^---- libc-ares-dev/m,
    qr/^---- libsqlite3-dev/m, qr/^---- libcrypt-dev/m, qr/John McNamara/, qr/Jean-loup Gailly/, qr/Mozilla Public License/,
    qr/GNU LESSER GENERAL PUBLIC LICENSE/;

# Where libcurl's source was not to be had, the command line is this one.
{
    my $static = builddir() . '/static';
    my $objects = `printf 'include Makefile\nsaid:;\@echo \$(cli_leadsheet_OBJECTS)\n' |
        make -s -C '$static' -f - said`;
    chomp $objects;
    my $made = $objects =~ s{/leadsheet-http\.o}{/leadsheet-nohttp.o}
        ? `make -s -C '$static' EXEEXT=.mute cli_leadsheet_OBJECTS='$objects' cli/leadsheet.mute 2>&1` : 'no http.o';
    is($?, 0, 'without libcurl it can be linked as well') or diag($made);
    spew("$home/leadsheet.conf", "[relay crm]\nurl = https://crm.example/\n"
        . "from = 2026-12-01\n");
    for (['send', '--test', '--url', 'https://localhost/'],
        ['relay', 'crm', '--once']) {
        my $r = leadsheet($home, $_, program => "$static/cli/leadsheet.mute");
        is($r->{exit}, 69, "  and can't $_->[0]");
        like($r->{err}, qr/built without libcurl.*libcurl4-openssl-dev/, '  which it says');
    }
    unlink "$home/leadsheet.conf", "$static/cli/leadsheet.mute";
}

# Nobody may look at the page yet, and it says how; both wrappers are one.
{
    my $dir = "$you/public_html/page";
    is(slurp("$dir/leadsheet-page.cgi"), slurp("$you/public_html/leads/leadsheet.cgi"),
        'the page has the same wrapper');
    my $page = sub {
        my (%env) = @_;
        return cgi(undef, program => "$dir/leadsheet-page.cgi", env => {
            LEADSHEET_HOME => undef, REQUEST_METHOD => 'GET', QUERY_STRING => '',
            SCRIPT_NAME => '/page/leadsheet-page.cgi', PATH_INFO => '/', HTTPS => 'on',
            REQUEST_URI => '/page/', HTTP_HOST => 'x.example', %env });
    };
    my $r = $page->();
    is($r->{status}, 503, 'nobody may look at the page yet');
    like($r->{content}, qr/readers/, '  and it says where to write who may');
    spew("$home/page/readers", "anna choose-a-long-one-here\r\n");
    $r = $page->();
    is("$r->{status} $r->{headers}{location}", '303 /page/login',
        '  then there is a login, at the folder\'s address');
    like(slurp("$home/page/readers"), qr/^anna +\$y\$\S+\r?$/m,
        '  and the password is a hash');
    is($page->(REQUEST_URI => '/page/leadsheet-page.cgi/')->{headers}{location},
        '/page/leadsheet-page.cgi/login', '  or at the program\'s, without .htaccess');
    rename "$you/leadsheet", "$you/other";
    $r = $page->();
    is($r->{status}, 503, 'without the folder leadsheet');
    like($r->{content}, qr/^The folder leadsheet is not found; it belongs beside/,
        '  a sentence for people');
    rename "$you/other", "$you/leadsheet";
    system('rm', '-rf', "$home/page");
    mkdir "$home/page", 0750;
}

# Step 3 of its README comes before there is a secret.
{
    my $page = sub {
        cgi(undef, program => "$you/public_html/leads/leadsheet.cgi",
            env => { LEADSHEET_HOME => undef, REQUEST_METHOD => 'GET' });
    };
    unlink "$home/main/secret";
    my $r = $page->();
    is($r->{status}, 405, 'its endpoint is one without a secret');
    like($r->{content}, qr/This is a leadsheet/, '  and says what it is');
    rmdir "$home/main/journal" or die "rmdir: $!\n";
    is($page->()->{status}, 404, '  by its folder journal');
    spew("$home/main/secret", secret() . "\n");
    chmod 0600, "$home/main/secret";
    is($page->()->{status}, 405, '  or by its secret');
}

# Of the host it asks the time zone's file, and no configuration.
{
    my $cgi = sub {
        my (%o) = @_;
        return cgi($home, %o, program => "$you/public_html/leads/leadsheet.cgi",
            env => { LEADSHEET_HOME => undef }, wrap => ['strace', '-f', '-qq',
                '-o', "$root/trace", '-e', 'trace=%file']);
    };
    my $r = $cgi->(body => slurp(data('documented.json')));
    is($r->{json}{status}, 'stored', 'where there is a system it runs as well');
    my ($ours) = slurp("$root/trace") =~ /execve\("[^"]*leadsheet\.fcgi.*?\n(.*)/s;
    my @paths = grep { !m{^\Q$you\E/leadsheet/home} && index($home, $_) != 0 }
        $ours =~ /^[^"\n]*"([^"\n]*)"/mg;
    my @asked = grep { !m{^(?:/proc/self/exe|/dev/u?(?:null|random)|
        /proc/sys/kernel/random/boot_id|/usr/share/zoneinfo/UTC0|)$}x } @paths;
    is_deeply(\@asked, [], '  and asks for no file of it');
    ok((grep { $_ eq '/dev/null' } @paths), '  as the trace has it');
}

# Where there is nothing: no /etc, no /dev, no /tmp, no zones, nobody's HOME.
mkdir "$root/bin";
copy('/bin/busybox', "$root/bin/sh") or die "busybox: $!\n";
chmod 0755, "$root/bin/sh";
unlink "$root/trace";
system('rm', '-rf', $home) == 0 && system('tar', '-xzf', $tarball, '-C', $you,
    'leadsheet/home') == 0 or die "no home\n";
spew("$home/main/secret", secret() . "\n");
chmod 0600, "$home/main/secret";
my @into = ('/usr/sbin/chroot', $root);
if ($> == 0) {
    splice @into, 1, 0, '--userspec=65534:65534';
    system('chown', '-R', '65534:65534', $you) == 0 or die "no chown\n";
} else {
    @into = ('/usr/bin/unshare', '--user', '--map-root-user', @into);
}
my $can = cgi($home, env => { PATH => undef }, program => '/bin/sh',
    wrap => [@into], body => "exit 3\n")->{exit} >> 8;
if ($can != 3) {
    SKIP: { skip 'this user may not change the root directory here', 1 }
    done_testing();
    exit;
}

# By CGI, as the site's own user.
my $wrapper = '/home/you/public_html/leads/leadsheet.cgi';
sub deliver {
    my ($body, %o) = @_;
    return cgi(undef, body => $body, program => $wrapper,
        wrap => [@into, @{$o{wrap} // []}],
        env => { PATH => undef, LEADSHEET_HOME => undef,
            DOCUMENT_ROOT => '/home/you/public_html', %{$o{env} // {}} });
}
sub outside {
    return { map { /^(\S+) (.*)/ ? ($1 => $2) : () } split /\n/,
        `find '$root' -path '$home' -prune -o -printf '%p %y %m %s %T\@ %i\\n'` };
}
my $outside = outside();
is(join(' ', sort grep { !m{^\Q$you\E/|^\Q$root\E$} } keys %$outside),
    join(' ', map { "$root/$_" } qw(bin bin/sh home home/you)),
    'there is nothing but a shell and the bundle');

check_cases($home, sub {
    my (%o) = @_;
    return if ref $o{signature};
    my %more = map { ('HTTP_' . uc s/-/_/gr) => $o{headers}{$_} }
        keys %{$o{headers} // {}};
    return deliver($o{body}, env => { REQUEST_METHOD => $o{method},
        PATH_INFO => $o{path}, HTTP_X_WEBHOOK_SIGNATURE => $o{signature},
        %more });
});
my $body = '{"delivery_id":"bare","event":"lead.enriched",'
    . '"data":{"leads":[{"full_name":"Jane"}]}}';
is(deliver($body, wrap => ['/bin/sh', '-c', 'umask 0; exec "$@"', 'sh'])
    ->{json}{status}, 'stored', 'with an umask of 0');
my @modes = map { sprintf '%o', (stat)[2] & 07777 } glob
    "$home/main/journal $home/main/journal/* $home/main/sheets/* $home/main/lock";
is_deeply([grep { !/^(?:6[04]0|750)$/ } @modes], [], '  nobody else may read');
my ($many) = deliveries(3, 1, 10000);
is(deliver($many)->{json}{leads}, 10000, '10,000 leads');
is(deliver('', env => { REQUEST_METHOD => 'GET', PATH_INFO => '/health' })
    ->{json}{status}, 'ok', 'it is healthy');

# Another time zone than UTC has no file here.
my $berlin = spew("$home/leadsheet.conf", "timezone = Europe/Berlin\n");
my $sheet = slurp(sheets($home)->[0]);
my $r = deliver($body =~ s/("delivery_id": *")/$1berlin-/r);
is($r->{status}, 200, 'a time zone that the host has no file of: kept');
like($r->{log}, qr/Europe\/Berlin.*not known here.*timezone = UTC/,
    '  and the log says what to do');
is(slurp(sheets($home)->[0]), $sheet, '  its rows wait');

# The command line.
sub command {
    my %env = $_[0] =~ /^(\w+)=(.*)/ ? ($1 => $2) : ();
    shift if %env;
    return leadsheet(undef, [@_], program => '/home/you/leadsheet/leadsheet',
        wrap => [@into], env => { (map { $_ => undef } qw(PATH HOME LC_ALL
        TMPDIR)), %env });
}
my @home = ('--home', '/home/you/leadsheet/home');
$r = command(@home, 'export');
isnt($r->{exit}, 0, 'leadsheet export does not go on with that zone');
like($r->{err}, qr/Europe\/Berlin.*timezone = UTC/, '  and says what to do');
unlink $berlin;
$r = command(@home, 'status');
is($r->{exit}, 0, 'leadsheet status') or diag($r->{err});
like($r->{out}, qr/^main /m, '  shows the endpoint');
$r = command(@home, 'check');
is($r->{exit}, 0, 'leadsheet check') or diag("$r->{out}$r->{err}");
like($r->{out}, qr/records.*hold/, '  finds all well');
$r = command(@home, 'export');
is($r->{exit}, 0, 'leadsheet export') or diag($r->{err});
cmp_ok(scalar(() = $r->{out} =~ /\r\n/g), '>', 10000, '  gives every lead');
# There is no /tmp either, where a workbook comes to be.
my @workbook = ('export', '--columns', 'connections,full_name,linkedin_url',
    '-o', '/home/you/leadsheet/home/a.xlsx');
$r = command(@home, @workbook);
is($r->{exit}, 74, 'a workbook needs a place to come to be');
like($r->{err}, qr/set TMPDIR to a directory with room/, '  and says so');
$r = command('TMPDIR=/home/you/leadsheet/home', @home, @workbook);
is($r->{exit}, 0, '  and then it is made') or diag($r->{err});
leadsheet($home, ['export', @workbook[1, 2], '-o', "$root/../shared-$$.xlsx"]);
is(sha256_hex(slurp("$home/a.xlsx")),
    sha256_hex(slurp("$root/../shared-$$.xlsx")),
    '  with the bytes that a program with shared libraries makes');
unlink "$home/a.xlsx", "$root/../shared-$$.xlsx";
{
    my $numbered = journal_of({'2026-11-20' => [map { body(qq({"connections":$_,)
        . qq("linkedin_url":"https://example.com/$_"})) } 1 .. 300]});
    my $made = leadsheet($numbered, ['export', '--columns',
        'connections,linkedin_url', '-o', "$numbered/n.xlsx"],
        program => "$you/leadsheet/leadsheet");
    my ($good, $said) = python('worksheets.py', "$numbered/n.xlsx");
    is($said, "rows 301; last 300; headers connections,linkedin_url\n",
        '  which Python opens');
}
is_deeply(outside(), $outside, 'nothing is written outside of the home');

# It sends where nothing is known of names and authorities but what is put there.
{
    my $taken = { status => 200, headers => { 'Content-Type' =>
        'application/json' }, body => '{"status":"test","delivery_id":"x"}' };
    my $target = target(tls => 1, then => $taken, names =>
        'DNS:localhost,DNS:crm.example,DNS:dns.example');
    my $send = sub {
        my ($host, @env) = @_;
        return command(@env, @home, 'send', '--test', '--url',
            "https://$host:" . $target->port . '/');
    };
    $r = $send->('localhost');
    isnt($r->{exit}, 0, 'without a list of authorities it sends nothing');
    like($r->{err}, qr/no list here of the certificate authorities.*ca-certificates/, '  and says what to do');
    is(scalar $target->requests, 0, '  and nothing came');

    my @places = slurp(srcdir() . '/cli/deliver/authorities.c')
        =~ m{^ +"(/[^"]+)"}mg;
    cmp_ok(scalar @places, '>', 4, 'there are places where such a list may be');
    for my $place (@places) {
        make_path("$root$place" =~ s{/[^/]+$}{}r);
        copy($target->certificate, "$root$place") or die "copy: $!\n";
        chmod 0644, "$root$place";
        $r = $send->('localhost');
        is($r->{exit}, 0, "  it is found in $place") or diag($r->{err});
        unlink "$root$place";
    }
    copy($target->certificate, "$root/mine.pem") or die "copy: $!\n";
    my @mine = ('SSL_CERT_FILE=/mine.pem');
    is($send->('localhost', @mine)->{exit}, 0, '  or where SSL_CERT_FILE says');
    is(scalar $target->requests, @places + 1, '  and each came');

    $r = $send->('crm.example', @mine);
    is($r->{exit}, 75, 'a name that nobody knows');
    like($r->{err}, qr/nobody knows a machine of that name/, '  it says so');
    spew("$root/etc/hosts", "127.0.0.1 localhost\n127.0.0.1 crm.example crm\n");
    $r = $send->('crm.example', @mine);
    is($r->{exit}, 0, '  and when /etc/hosts has it it is found') or diag($r->{err});
    spew("$home/leadsheet.conf", "[relay crm]\nfrom = beginning\nprivate = yes\n"
        . 'url = https://crm.example:' . $target->port . "/\n");
    spew("$home/relay-crm.secret", 'whsec_' . 'aB3dE5fG' x 5 . "\n");
    chmod 0600, "$home/relay-crm.secret";
    system('chown', '65534:65534', "$home/relay-crm.secret") if $> == 0;
    my $before = $target->requests;
    $r = command(@mine, @home, 'relay', 'crm', '--once');
    is($r->{exit}, 0, '  by relay too') or diag($r->{err});
    like(($target->bodies)[$before], qr/"lead\.enriched"/, '  which passes on what came');
    unlink "$home/leadsheet.conf", "$home/relay-crm.secret", glob "$home/main/cursors/*";
    SKIP: {
        my $server = names_server('dns.example' => '127.0.0.1')
            // skip 'only root may answer for names', 3;
        spew("$root/etc/resolv.conf", "nameserver $server\n");
        # As hosts have it whose C library would load something for it.
        spew("$root/etc/nsswitch.conf",
            "hosts: files mymachines resolve [!UNAVAIL=return] dns\n");
        $r = leadsheet(undef, [@home, 'send', '--test', '--url',
            'https://dns.example:' . $target->port . '/'],
            program => '/home/you/leadsheet/leadsheet',
            env => { PATH => undef, HOME => undef, SSL_CERT_FILE => '/mine.pem' },
            wrap => ['/usr/bin/strace', '-f', '-qq', '-o', "$root/../trace-$$",
                '-e', 'trace=%file', @into]);
        is($r->{exit}, 0, 'a name that only DNS has is found') or diag($r->{err});
        unlike(slurp("$root/../trace-$$") =~ s/.*execve[^\n]*leadsheet//sr,
            qr/\.so\b/, '  and no library is looked for');
        unlink "$root/../trace-$$";
        like($send->('other.example', @mine)->{err},
            qr/nobody knows a machine of that name/, '  and it is believed');
    }
    system('rm', '-rf', "$root/etc", "$root/var", "$root/usr", "$root/mine.pem");
}

# What the wrapper says when something is missing.
sub wrong {
    my ($name, $break, $mend, $says, $logs) = @_;
    $break->();
    my $got = deliver($body);
    is("$got->{status} $got->{json}{error}", '503 not_set_up', $name);
    like($got->{json}{message}, $says, '  says what to do');
    like($got->{log}, $logs, '  and where');
    $mend->();
    return;
}
wrong('a program without the right to be run',
    sub { chmod 0644, "$you/leadsheet/leadsheet.fcgi" },
    sub { chmod 0755, "$you/leadsheet/leadsheet.fcgi" },
    qr/permissions to 755/, qr{/home/you/leadsheet/leadsheet\.fcgi});
wrong('no folder leadsheet', sub { rename "$you/leadsheet", "$you/other" },
    sub { rename "$you/other", "$you/leadsheet" },
    qr/belongs beside the web folder/, qr/folder= of leadsheet\.cgi/);
wrong('the folder leadsheet in the web folder',
    sub { rename "$you/leadsheet", "$you/public_html/leadsheet" },
    sub { rename "$you/public_html/leadsheet", "$you/leadsheet" },
    qr/belongs beside the web folder/, qr/folder=/);

# Elsewhere.
mkdir "$you/public_html/cgi-bin";
rename "$you/public_html/leads", "$you/public_html/cgi-bin/leads";
$wrapper = '/home/you/public_html/cgi-bin/leads/leadsheet.cgi';
is(deliver($body)->{json}{status}, 'duplicate', 'in cgi-bin it is found too');
rename "$you/leadsheet", "$root/elsewhere";
my $text = slurp("$root$wrapper");
$text =~ s{^folder=$}{folder=/elsewhere}m or die "no folder=\n";
spew("$root$wrapper", $text);
is(deliver($body)->{json}{status}, 'duplicate',
    'and where the wrapper is told to look');

done_testing();

#!/usr/bin/perl
# Plain CGI, from the outside: environment and stdin.
use strict;
use warnings;
use Answers;
use Digest::SHA qw(sha256_hex);
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();
use Test::More;

my $body = '{"delivery_id":"a","event":"lead.enriched",'
    . '"data":{"leads":[{"full_name":"Jane Private"}]}}';
my $home = home();

check_cases($home, cgi_door($home));

# One refusal after the other, nothing kept.
sub refused {
    my ($name, $status, $word, %o) = @_;
    my $at = delete $o{home} // home();
    my $says = delete $o{says};
    my $before = tree($at);
    my $r = cgi($at, body => $body, %o);
    is("$r->{status} $r->{json}{error}", "$status $word", $name);
    is_deeply(tree($at), $before, '  nothing is kept');
    like($r->{log}, $says, '  the log says what to do') if $says;
    is($r->{headers}{'retry-after'} ? 1 : 0, $status == 503 ? 1 : 0,
        '  Retry-After with 503, and only then');
    return $r;
}

sub with_secret {
    my ($text, $mode) = @_;
    my $at = home();
    unlink "$at/main/secret";
    mkdir "$at/main/journal";
    return $at unless defined $text;
    spew("$at/main/secret", $text);
    chmod $mode // 0600, "$at/main/secret";
    return $at;
}

# Who: root in another user's home would make files that stop that user.
SKIP: {
    skip 'only root can be another user', 8 if $> != 0;
    my $theirs = home();
    system('chown', '-R', 'nobody', $theirs);
    my $files = sub { join ' ', sort glob "$theirs/main/*" };
    my $before = $files->();
    my $says = qr/home \Q$theirs\E belongs to nobody, .* started as that user/;
    refused("root in nobody's home", 503, 'not_set_up', home => $theirs,
        says => $says);
    is($files->(), $before, '  not even a lock');
    my $socket = IO::Socket::UNIX->new(Local => "$theirs/.socket",
        Listen => 1) or die "socket: $!\n";
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN, '<&', $socket or POSIX::_exit(126);
        open STDERR, '>', "$theirs/.err" or POSIX::_exit(126);
        exec program(), '--home', $theirs or POSIX::_exit(127);
    }
    is(ended($pid) >> 8, 78, '  by FastCGI it does not start: exit 78');
    like(slurp("$theirs/.err"), $says, '  and says why');
}

# A: secrets
refused('no secret yet', 503, 'not_set_up', home => with_secret(undef),
    says => qr/no secret yet; run .*$LEADSHEET secret main/);
{
    my $at = home();
    mkdir "$at/photos";
    spew("$at/photos/x.jpg", 'x');
    refused('a folder that is no endpoint', 404, 'not_found', home => $at,
        env => { PATH_INFO => '/photos' }, says => qr/no endpoint/);
    is(join(' ', glob "$at/photos/* $at/photos/.l*"), "$at/photos/x.jpg",
        '  and is left alone');
}
refused('an empty secret', 503, 'not_set_up', home => with_secret(''),
    says => qr/no secret in/);
refused('a blank secret', 503, 'not_set_up', home => with_secret("\r\n \n"),
    says => qr/no secret in/);
refused('a secret that others can read', 503, 'not_set_up',
    home => with_secret("x\n", 0644), says => qr/chmod 600/);
for (["old\n" . secret() . "\n", 'the second line'],
    [secret(), 'no newline'], [secret() . "\r\n", 'CR LF']) {
    my $r = cgi(with_secret($_->[0]), body => $body);
    is($r->{status}, 200, "a secret with $_->[1] works");
}
# A delivery without an id is known by its body, whoever signed it.
{
    my $at = with_secret("next\n" . secret() . "\n");
    my $none = '{"event":"lead.enriched","data":{"leads":[{"urn":"u"}]}}';
    for (['', 'stored'], ['next', 'duplicate'], ['next', 'duplicate']) {
        my ($secret, $word) = @$_;
        my $r = cgi($at, body => $none, env => { HTTP_X_WEBHOOK_SIGNATURE =>
            sign($none, $secret || secret()) });
        is($r->{json}{status}, $word, 'without an id, signed with '
            . ($secret ? 'another secret' : 'a secret') . ": $word");
    }
    is(read_csv(sheets($at)->[0])->[0]{delivery_id}, sha256_hex($none),
        '  its id is the sha256 of its body');
    my $other = '{"event":"other"}';
    for (['', 1], ['next', 1]) {
        cgi($at, body => $other, env => { HTTP_X_WEBHOOK_SIGNATURE =>
            sign($other, $_->[0] || secret()) });
        is(scalar(() = slurp(journal($at)->[0]) =~ /"kind":"other"/g), $_->[1],
            'what makes no rows is kept once, whoever signed it');
    }
}
if ($> == 0) {
    # A copy of the program: the tree may lie where only root can go.
    my $at = home();
    system("cp", program(), "$at/receiver") == 0 or die "cp failed\n";
    my @nobody = ("setpriv", "--reuid=65534", "--regid=65534",
        "--clear-groups", "$at/receiver");
    chmod 0777, $at, "$at/main";
    my $r = cgi($at, body => $body, wrap => \@nobody);
    is($r->{status}, 503, "a secret of another user: 503");
    like($r->{log}, qr/must belong to the user/, "  and what to do");

    # Their own, but its mode forbids it: another cause, another remedy.
    {
        my $own = home();
        system('cp', program(), "$own/receiver") == 0 or die "cp failed\n";
        system('chown', '-R', '65534', $own);
        my @them = (@nobody[0 .. 3], "$own/receiver");
        is(cgi($own, body => $body, wrap => \@them)->{status}, 200,
            'as another user: 200');
        chmod 0444, @{sheets($own)};
        my $more = $body =~ s/"a"/"b"/r;
        $r = cgi($own, body => $more, wrap => \@them);
        is($r->{status}, 200, 'a sheet of the mode 0444: 200');
        my ($told) = $r->{log} =~
            /has the mode 0444; run \\"(chmod u\+rw \S+csv)\\"/;
        ok($told, '  the log tells its mode, and what to run')
            or diag($r->{log});
        is(system($told // 'false'), 0, '  which works');
        $r = cgi($own, body => $more =~ s/"b"/"c"/r, wrap => \@them);
        unlike($r->{log}, qr/mode/, '  and is no more to be done then');
        is(scalar @{read_csv(sheets($own)->[0])}, 3, '  all rows are there');
    }

    # README: main/ passes its group on, so that people in it can read.
    chown 65534, 4711, "$at/main", "$at/main/secret";
    unlink "$at/main/lock";
    chmod 02750, "$at/main";
    $r = cgi($at, body => $body, wrap => \@nobody);
    is($r->{status}, 200, "a group of its own on main/: 200");
    my @others = grep { (stat)[5] != 4711 } "$at/main/sheets",
        "$at/main/journal", @{sheets($at)}, @{journal($at)};
    is_deeply(\@others, [], "  sheets and journal have that group");
} else {
    refused("a secret that can't be read", 503, "not_set_up",
        home => with_secret("x\n", 0000), says => qr/must belong/);
}
refused('an endpoint that is switched off', 503, 'disabled', home => do {
    my $at = home();
    spew("$at/main/disabled", '');
    $at;
}, says => qr/switched off; delete/);

# Plain HTTP
refused('plain HTTP', 403, 'https_required', env => { HTTPS => undef });
refused('HTTPS=off', 403, 'https_required', env => { HTTPS => 'off' });
refused('X-Forwarded-Proto without trust', 403, 'https_required',
    env => { HTTPS => undef, HTTP_X_FORWARDED_PROTO => 'https' });
is(cgi(home("trust_forwarded_proto = yes\n"), body => $body,
    env => { HTTPS => undef, HTTP_X_FORWARDED_PROTO => 'https' })->{status},
    200, 'X-Forwarded-Proto with trust');
is(cgi(home("require_https = no\n"), body => $body,
    env => { HTTPS => undef })->{status}, 200, 'require_https = no');

# Several proxies, one behind the other: each has to say https.
for (['https', 200], ['https, https', 200], ['https,HTTPS ', 200],
    ['https, http', 403], ['http, https', 403], ['https,', 403], ['', 403],
    ['https https', 403]) {
    is(cgi(home("trust_forwarded_proto = yes\n"), body => $body,
        env => { HTTPS => undef, HTTP_X_FORWARDED_PROTO => $_->[0] })->{status},
        $_->[1], "X-Forwarded-Proto: $_->[0]");
}

# Settings that are wrong refuse nothing; rows wait where they may be of shape.
for (["colour = red\n", qr/leadsheet\.conf line 1: colour/, 1],
    ["max_body = lots\n", qr/line 1: max_body: .*its default holds/, 1],
    ["\nbom = perhaps\n", qr/line 2: bom: write yes or no.*rows wait/, 0],
    ["timezone = Mars/Olympus\n", qr/timezone.*Mars/, 0],
    ["[main]\nbom = no\n", qr/line 1: there is no such section/, 0]) {
    my ($conf, $says, $sheet) = @$_;
    my $at = home($conf);
    my $r = cgi($at, body => $body);
    is("$r->{status} $r->{json}{status}", '200 stored', "wrong: $conf");
    like($r->{log}, $says, '  the log says which line');
    is(@{[glob "$at/main/sheets/leads-*"]}, $sheet, '  rows come, or wait');
    $r = cgi($at, env => { REQUEST_METHOD => 'GET', PATH_INFO => '/health',
        REMOTE_ADDR => '127.0.0.1' });
    is($r->{status}, 503, '  /health complains');
    like($r->{json}{message},
        qr/^Line \d of leadsheet\.conf is wrong; deliveries are kept/,
        '  and says which line, but no path');
    spew("$at/leadsheet.conf", '');
    is(cgi($at, body => $body)->{json}{status}, 'duplicate', '  put right');
    is(@{read_csv(glob "$at/main/sheets/leads-*")}, 1, '  the row is there');
}
my $r = cgi(home(), env => { REQUEST_METHOD => undef });
is($r->{status}, 500, 'no REQUEST_METHOD');
like($r->{log}, qr/fastcgi_params/, '  the log says what to do');

# C: lengths.  The signature fits what is there in each.
my $length = length $body;
for ([$length + 1, 400], [$length - 1, 400], ['-1', 400], ['+5', 400],
    ['5x', 400], ['0x10', 400], ['9223372036854775808', 413],
    ['18446744073709551621', 413], [undef, 200], ['', 200]) {
    my ($claimed, $status) = @$_;
    my $at = home();
    my $r = cgi($at, body => $body, env => { CONTENT_LENGTH => $claimed });
    is($r->{status}, $status, 'CONTENT_LENGTH ' . ($claimed // 'missing'));
    is(keys %{tree($at)}, $status == 200 ? 2 : 0, '  kept or not');
}
my $small = home("max_body = 2K\n");
my $fits = '{"event":"x"}' . ' ' x (2048 - 13);
is(cgi($small, body => $fits)->{status}, 200, 'a body of just max_body');
is(cgi($small, body => "$fits ")->{status}, 413, 'one byte more');
is(cgi($small, body => "$fits ",
    env => { CONTENT_LENGTH => undef })->{status}, 413,
    'the same without CONTENT_LENGTH');

# The README's settings are the defaults, comments and all.
{
    my ($block) = slurp(srcdir() . '/README') =~
        /^(    timezone = UTC.*?\n)\n/ms;
    my ($plain, $spelt) = (home(), home($block));
    my $r = cgi($spelt, body => $body);
    is($r->{status}, 200, 'the README\'s settings can be pasted')
        or diag($r->{log});
    cgi($plain, body => $body);
    my ($a, $b) = map { slurp(sheets($_)->[0]) =~
        s/20\d\d-\d\d-\d\d \d\d:\d\d:\d\d//gr } $plain, $spelt;
    is($b, $a, '  and are the defaults');
}

# Where the home is
$r = cgi("$home/nowhere", body => $body);
is($r->{status}, 503, 'a home that is gone');
like($r->{log}, qr/LEADSHEET_HOME/, '  the log names the remedy');
ok(!-e "$home/nowhere", '  and it is not made anew');
{
    my $user = tempdir(CLEANUP => 1);
    rename home(), "$user/.leadsheet";
    is(cgi('', body => $body, env => { HOME => $user,
        LEADSHEET_HOME => undef })->{status}, 200, '~/.leadsheet is found');
}

# G: what stands in the way of a sheet or a journal
for my $file ('sheets/leads-' . today() . '.csv',
    'journal/' . today() . '.jsonl') {
    for my $kind (qw(symlink fifo directory hardlink)) {
        my $at = home();
        mkdir "$at/main/$_" for qw(sheets journal);
        my $path = "$at/main/$file";
        spew("$at/target", 'target');
        symlink "$at/target", $path if $kind eq 'symlink';
        POSIX::mkfifo($path, 0600)  if $kind eq 'fifo';
        mkdir $path                 if $kind eq 'directory';
        link "$at/target", $path    if $kind eq 'hardlink';
        # Where a sheet can't be the day's rows go to the next one.
        my $is_sheet = $file =~ /^sheets/;
        my $sheet = "$at/main/sheets/leads-" . today() . ($is_sheet ? '-2' : '')
            . '.csv';
        my $r = cgi($at, body => $body);
        is($r->{status}, $is_sheet ? 200 : 503,
            "a $kind in the place of $file");
        like($r->{log}, qr/move it away/, '  the log says what to do')
            unless $is_sheet;
        is(slurp("$at/target"), 'target', '  its target is untouched');
        is($kind eq 'directory' ? rmdir $path : unlink($path), 1,
            '  taken away');
        is(cgi($at, body => $body)->{status}, 200, '  it works');
        is(lines($sheet), 2, '  and the row is there once');
        is(@{sheets($at)}, 1, '  in one file');
    }
}
for my $mask (0, 077) {
    my $at = home();
    my $old = umask $mask;
    cgi($at, body => $body);
    umask $old;
    my %modes = map { (s/.*main.//r) => sprintf '%o',
        (stat)[2] & 07777 } glob "$at/main/* $at/main/*/*";
    is_deeply(\%modes, { secret => '600', lock => '600', journal => '750',
        sheets => '750', index => '640',
        'journal/' . today() . '.jsonl' => '640',
        'sheets/leads-' . today() . '.csv' => '640' },
        sprintf 'modes with umask %03o', $mask);
}

# A hostile environment changes nothing of what is stored.
{
    my ($plain, $hostile) = (home(), home());
    my $conf = spew("$hostile/openssl.cnf", "openssl_conf = x\n[x]\nproviders"
        . " = y\n[y]\nlegacy = z\n[z]\nactivate = 1\n");
    cgi($plain, body => $body);
    my $r = cgi($hostile, body => $body, env => { TZ => 'Pacific/Kiritimati',
        TZDIR => '/nonexistent', OPENSSL_CONF => $conf,
        TMPDIR => '/nonexistent',
        LC_ALL => 'tr_TR.UTF-8', HTTP_PROXY => 'http://127.0.0.1:1/',
        QUERY_STRING => '--help' });
    is($r->{status}, 200, 'a hostile environment');
    my ($a, $b) = map { s/20\d\d-\d\d-\d\d \d\d:\d\d:\d\d//gr }
        map { slurp(sheets($_)->[0]) } $plain, $hostile;
    is($b, $a, '  makes the same sheet');
}

# A body that nobody wants is read all the same: whoever writes it may drop an
# answer that comes before its end.
for my $method (qw(PUT DELETE POST)) {
    my $r = cgi(home(), env => { REQUEST_METHOD => $method,
        CONTENT_LENGTH => 300000, PATH_INFO => '/other' }, wrap => ['bash',
        '-c', 'set -o pipefail; head -c 300000 /dev/zero | "$0"']);
    is("$r->{status} $r->{exit}", '404 0', "$method: its body is read");
}

# Descriptors and signals
$r = cgi(my $closed = home(), body => $body,
    wrap => ['sh', '-c', 'exec "$0" 2>&-']);
is($r->{status}, 200, 'without a stderr');
cgi($closed = home(), body => $body, wrap => ['sh', '-c',
    'exec "$0" >&- 2>&-']);
is(lines(sheets($closed)->[0]), 2, 'without a stdout the row is there');
for my $file (grep { -f } glob "$closed/main/* $closed/main/*/*") {
    unlike(slurp($file), qr/endpoint=main|Status: 200/,
        "  and nothing of the answer is in $file") if -s $file < 1e6;
}
is(-s "$closed/main/lock", 512, '  the lock is as ever');
$closed = home();
cgi($closed, body => $body, wrap => ['sh', '-c',
    'exec "$0" <&- >&- 2>&-']);
is(keys %{tree($closed)}, 0, 'without a stdin nothing comes, nothing is kept');

# The log: one line, no body, no secret.
$r = cgi(home(), body => $body);
like($r->{log}, qr/^endpoint=main[ ]status=200[ ]outcome=stored[ ]id=a
    [ ]leads=1[ ]bytes=\d+[ ]ms=[\d.]+\n\z/x, 'a log line');
unlike($r->{log}, qr/Jane/, '  names no person');
$r = cgi(home(), body => $body, env => { PATH_INFO => "/x\r\nstatus=200" });
is(scalar(() = $r->{log} =~ /\n/g), 1, 'a path can\'t break the log');

done_testing();

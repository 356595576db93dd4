#!/usr/bin/perl
# What may stand where a file of ours belongs, who may hold the lock, and what
# a hostile environment may say: nothing of another's is touched, nothing
# hangs, and what is stored stays the same.
use strict;
use warnings;
use Checker;
use Fcntl qw(LOCK_EX);
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();
use Test::More;
use Door;

my $body = delivery('obstacle', 2);
my $day = today();
my $template = template(sub {
    cgi($_[0], body => delivery('old', 2))->{status} == 200 or die 'not kept';
});

# All below a directory: mode, owner, bytes.
sub look {
    my ($dir) = @_;
    my %there;
    for (split /\0/, `find '$dir' -mindepth 1 -print0`) {
        my @st = lstat;
        $there{s/^\Q$dir\E//r} = sprintf '%o %d %s', @st[2, 4],
            -l _ ? readlink : -f _ ? slurp($_) : '';
    }
    return \%there;
}

# What is put in the place of a file.  The target lies outside and has what
# belongs there; "theirs" is root's, where the receiver is another.
my %obstacles = (
    'a symbolic link' => sub { symlink $_[1], $_[0] },
    'a symbolic link to nothing' => sub { symlink "$_[1].none", $_[0] },
    'a symbolic link to itself' => sub { symlink $_[0], $_[0] },
    'a FIFO' => sub { POSIX::mkfifo($_[0], 0600) },
    'a directory' => sub { mkdir $_[0], 0700 },
    'a hard link' => sub { link $_[1], $_[0] },
    'a socket' => sub {
        # A socket's path is short, wherever the tests lie.
        chdir $_[0] =~ s{/[^/]*\z}{}r or return;
        my $s = IO::Socket::UNIX->new(Local => $_[0] =~ s{.*/}{}r,
            Listen => 1);
        chdir '/';
        return $s;
    },
    "another user's" => sub {
        system('cp', '-Rp', $_[1], $_[0]) == 0
            && system('chown', '-R', '0:0', $_[0]) == 0
            && system('chmod', '-R', 'go=', $_[0]) == 0 },
    "another user's that all may write" => sub {
        system('cp', '-p', $_[1], $_[0]) == 0 && chown(0, 0, $_[0])
            && chmod 0666, $_[0] },
);

# A secret is only read: a link to one is as good, as containers have it.  A
# directory in a directory's place is none, nor is a link to the very one that
# the control record tells of.  What the index and the lock say is
# nobody's text: whoever may write them may have them.
my %good = map { $_ => 1 } (map { "$_: another user's that all may write" }
    'index', 'lock', 'secret', 'sheets', 'journal'),
    'secret: a symbolic link', 'secret: a hard link', 'sheets: a directory',
    'journal: a directory', 'sheets: a hard link', 'journal: a hard link',
    'sheets: a symbolic link', 'journal: a symbolic link';

# Without these a delivery is kept all the same: an index is set aside, a day
# goes on in another part, and sheets are written once they can be.
my $sheet = "sheets/leads-$day.csv";
my %spare = map { $_ => 1 } $sheet, 'sheets', 'index';

for my $file ($sheet, "journal/$day.jsonl", qw(index lock secret sheets
    journal)) {
    for my $kind (grep { !$good{"$file: $_"} } sort keys %obstacles) {
        for my $way ($kind =~ /^another/ ? 'user' : qw(CGI worker)) {
            my $name = "$kind in the place of $file ($way)";
            SKIP: {
                skip "$name: only root can make it", 1
                    if $way eq 'user' && $> != 0;
                is_deeply([wrong($file, $kind, $way)], [],
                    "$name: " . ($spare{$file} ? 200 : 503));
            }
        }
    }
}

# What is wrong with what came of it, as sentences.
sub changes {
    my ($file, $here, $now) = @_;
    my @bad;
    for (keys %$here) {
        # The control record is at work in any case.
        next if m{^/main/(?:lock|index)\z} && $_ ne "/main/$file";
        next if $spare{$file} && m{^/main/journal/};
        next if $file eq 'index' && m{^/main/sheets/};
        my $where = $file eq 'index' && $_ eq '/main/index'
            ? '/main/index.damaged-1' : $_;
        push @bad, "$_ changed" if ($now->{$where} // '') ne $here->{$_};
    }
    return @bad;
}

sub wrong {
    my ($file, $kind, $way) = @_;
    my $home = copy_of($template);
    my $door = door($home, $way);
    my %kept = (old => 2);
    for my $id ($way eq 'worker' ? qw(open more) : ()) {
        $door->(delivery($id, 1));
        $kept{$id} = 1;
    }
    my $outside = tempdir(CLEANUP => 1);
    my ($path, $target) = ("$home/main/$file", "$outside/target");
    rename $path, $target or die "$path: $!\n";
    my $held = $obstacles{$kind}->($path, $target) or die "$kind: $!\n";
    my ($here, $theirs) = (look($home), look($outside));
    my $r = $door->($body);
    my ($status, $then_says) = $spare{$file} ? (200, 'duplicate')
        : (503, 'stored');
    my @bad = changes($file, $here, look($home));
    push @bad, "it answers $r->{status} $r->{log}" if $r->{status} != $status;
    push @bad, "the log says $r->{log}" unless $file eq 'index'
        || $r->{log} =~ /\Q$file\E|\Q$path\E|leads-$day|secret/;
    my $then = look($outside);
    push @bad, 'the target changed' if join("\n", %$then{sort keys %$then})
        ne join "\n", %$theirs{sort keys %$theirs};
    # Away with it, and all is well.
    system 'rm', '-rf', $path;
    rename $target, $path or die "$path: $!\n";
    $r = $door->($body);
    push @bad, "then it answers $r->{status} $r->{log}"
        if ($r->{json}{status} // '') ne $then_says;
    return @bad if $way eq 'user';
    # All of the day stands in another part, as there was no telling.
    if ($file eq $sheet) {
        unlink $path;
        my ($next) = grep { -e } map { $path =~ s/\.csv/-$_.csv/r } 2;
        return (@bad, 'there is no -2') unless $next;
    }
    push @bad, grep { $file ne $sheet || !/leads-$day\.csv is missing/ }
        violations($home, kept => { %kept, obstacle => 2 });
    return @bad;
}

for my $kind ('a symbolic link', 'a hard link') {
    my $home = copy_of($template);
    my $outside = tempdir(CLEANUP => 1);
    rename "$home/main/secret", "$outside/secret" or die "secret: $!\n";
    $obstacles{$kind}->("$home/main/secret", "$outside/secret");
    my $before = look($outside);
    is(cgi($home, body => $body)->{status}, 200,
        "$kind in the place of secret is read");
    is_deeply(look($outside), $before, '  and untouched');
}

# A lock that somebody holds for good.
for my $way (qw(CGI worker)) {
    my $home = copy_of($template);
    spew("$home/leadsheet.conf", "lock_timeout = 1\n");
    my $door = door($home, $way);
    open my $held, '+<', "$home/main/lock" or die "lock: $!\n";
    flock $held, LOCK_EX or die "flock: $!\n";
    my $before = look("$home/main");
    my $r = $door->($body);
    is("$r->{status} $r->{json}{error}", '503 busy',
        "a lock that is held for good: 503 ($way)");
    like($r->{log}, qr/held by another process for 1000 ms/,
        '  when lock_timeout is over');
    is_deeply(look("$home/main"), $before, '  nothing is kept');
    close $held;
    is($door->($body)->{json}{status}, 'stored', '  let go: stored');
}

# The umask makes no difference, of file or directory.
for my $mask (0, 022, 077, 0777) {
    my $home = home();
    for ($body, delivery('test', 1, '"test":true,')) {
        my $r = cgi($home, body => $_, wrap => ['sh', '-c',
            sprintf 'umask %03o; exec "$0"', $mask]);
        is($r->{status}, 200, sprintf 'umask %03o', $mask);
    }
    my %modes = map { (s/^.*main.//r) => sprintf '%o', (stat)[2] & 07777 }
        glob "$home/main/* $home/main/*/*";
    is_deeply(\%modes, { secret => 600, lock => 600, journal => 750,
        sheets => 750, (map { $_ => 640 } 'index', "journal/$day.jsonl",
        "sheets/leads-$day.csv", "sheets/test-$day.csv") },
        '  the same modes');
}

# A hostile environment changes no byte of what is stored.
sub stored {
    my ($way, %env) = @_;
    my $home = home("timezone = Europe/Berlin\n");
    my $worker = start_worker($home, env => \%env) if $way eq 'worker';
    for my $sample ('documented.json', 'escaped.json', 'test-top.json') {
        my $text = slurp(data($sample));
        my $r = $worker ? $worker->deliver($text)
            : cgi($home, body => $text, env => \%env);
        return "$r->{status} $r->{log}" if $r->{status} != 200;
    }
    my $tree = tree($home);
    # The times are others in each run; that the sheet's is Berlin's is not.
    my ($utc) = slurp(journal($home)->[0]) =~ /"received":"(.{19})/;
    my $local = read_csv(sheets($home)->[0])->[0]{received_at};
    chomp(my $berlin = `TZ=Europe/Berlin date -d ${utc}Z '+%F %T'`);
    return join "\n", $local eq $berlin ? 'Berlin' : "$local, not $berlin", map {
        my $name = s/^\Q$home\E//r;
        $name . $tree->{$_} =~ s/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d,/AT,/mgr
            =~ s/("kind":"sheet".*"sha256":")\w+/$1/gr
            =~ s/"received":"[^"]*"/AT/gr } sort keys %$tree;
}

my $bad = spew(tempdir(CLEANUP => 1) . '/openssl.cnf', "openssl_conf = x\n"
    . "[x]\nproviders = y\nalg_section = z\n[y]\nlegacy = w\n[w]\n"
    . "activate = 1\n[z]\ndefault_properties = fips=yes\n");
my %hostile = (TZ => 'Pacific/Kiritimati', TZDIR => '/nonexistent',
    OPENSSL_CONF => $bad, OPENSSL_MODULES => '/nonexistent',
    TMPDIR => '/nonexistent',
    LC_ALL => 'tr_TR.UTF-8', LANG => 'de_DE.UTF-8', MALLOC_PERTURB_ => 165,
    MALLOC_CHECK_ => 3, MALLOC_ARENA_MAX => 1, IFS => '/',
    LD_LIBRARY_PATH => '/nonexistent', HOME => '/nonexistent',
    QUERY_STRING => '--help', HTTP_PROXY => 'http://127.0.0.1:1/',
    PATH => '/nonexistent', POSIXLY_CORRECT => 1);
for my $way (qw(CGI worker)) {
    my $plain = stored($way);
    like($plain, qr/^Berlin\n.*jsonl.*leads-.*test-/s,
        "three samples are kept ($way)");
    is(stored($way, %hostile), $plain, '  all the same in a hostile '
        . 'environment');
    for (sort keys %hostile) {
        next if $way eq 'worker';
        is(stored($way, $_ => $hostile{$_}), $plain, "  and with $_ alone");
    }
}

# The log: one line each, nothing raw, no secret, no body.
my %strange = (
    'CR LF' => 'x\\r\\nendpoint=main status=200', 'escapes' => '\\u001b[2J',
    'NUL' => 'a\\u0000b', 'C1' => '\\u0085\\u009b', 'LS' => '\\u2028x',
    'bidi' => '\\u202ex', 'quotes' => 'a\\" status=200 b=\\"', 'UTF-8' =>
    "\xc3\xa9\xe2\x80\xa8");
my $headers = "a\r\nstatus=200\0\e[2J";
for my $way (qw(CGI worker)) {
    my $home = home();
    my $door = door($home, $way);
    my %log = map { ("an id with $_" => $door->(
        delivery($strange{$_}, 1))->{log}) } sort keys %strange;
    for my $name (qw(PATH_INFO REQUEST_METHOD CONTENT_LENGTH CONTENT_TYPE
        HTTP_X_WEBHOOK_SIGNATURE HTTP_X_WEBHOOK_EVENT HTTP_CONTENT_ENCODING
        HTTP_X_FORWARDED_PROTO HTTPS HTTP_HOST HTTP_USER_AGENT
        QUERY_STRING)) {
        # An environment has no NUL; a FastCGI parameter may.
        my $value = $way eq 'CGI' ? $headers =~ s/\0//r : $headers;
        $log{"a strange $name"} = $door->($body, $name => $value)->{log};
    }
    for (sort keys %log) {
        like($log{$_}, qr/^endpoint=[ -~]+\n\z/, "$_ ($way): one plain line");
        unlike($log{$_}, qr/Private|[{]/, '  without the body');
        unlike($log{$_}, qr/(?: .* status=){2}/, '  and one status')
            unless /quotes|CR LF|PATH_INFO/;
        unlike($log{$_}, qr/\Q@{[secret()]}\E/, '  without the secret');
    }
}

done_testing();

#!/usr/bin/perl
# Every command that a message tells works when it is pasted: in a shell that
# knows no home, as whoever read it.  Which there are is read from the sources.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use POSIX qw(strftime);
use Test::More;

my $today = today();
my $build = builddir();
# A user of the system's, and what takes another one's rights.
my @daemon = qw(setpriv --reuid=daemon --regid=daemon --clear-groups);
my $can_be = $> == 0 && system("@daemon test -x '$build/cli/leadsheet'") == 0;

# The commands in quotes of every string of the programs, with their %s.
sub told_by_sources {
    my %found;
    for my $file (split /\n/, `cd '@{[srcdir()]}' && find cgi cli lib page -name '*.[ch]'`) {
        my $text = slurp(srcdir() . "/$file") =~ s{/\*.*?\*/}{}gsr;
        while ($text =~ /((?:"(?:[^"\\]|\\.)*"\s*)+)/g) {
            my $string = join '', map { s/\\"/"/gr } $1 =~ /"((?:[^"\\]|\\.)*)"/g;
            $found{$_}{$file} = 1 for
                $string =~ /"((?:leadsheet|chmod|chown|usermod) [^"]*)"/g;
            # One that isn't in quotes is completed by no one; the page shows its own
            # to whoever has no login yet, and tells them nothing of the machine.
            (my $rest = $string) =~ s/"[^"]*"//g;
            push @{$found{''}}, "$file: $1" if $file !~ /remedy\.c|leadsheet\.c|screens.login\.c/
                && $rest =~ /^(?!leadsheet secret %s$)(.*leadsheet (?:secret|endpoint|init|rebuild|forget|prune|check|status|send|export|people|find|tail|replay|page|digest|relay)\b.*)/;
        }
    }
    return %found;
}

# A home whose path has what a shell would take apart.
sub odd_home {
    my $home = home();
    my $odd = "$home/a b'c";
    mkdir $odd;
    rename "$home/main", "$odd/main";
    chmod 0750, "$odd/main";
    spew("$odd/leadsheet.conf", '');
    cgi($odd, body => slurp(data('documented.json')));
    return $odd;
}

# One with a user of the page.
sub page_home {
    my $h = odd_home();
    leadsheet($h, [qw(page user add anna)])->{exit} == 0 or die "no user\n";
    return $h;
}

# What a shell makes of it that knows of no home and stands elsewhere.  The
# program is found in it, as the receiver doesn't know where that lies.
my $bin = tempdir(CLEANUP => 1);
chmod 0755, $bin;
symlink "$build/cli/leadsheet", "$bin/leadsheet";
my $path = "$bin:/usr/sbin:/usr/bin:/sbin:/bin";
sub paste {
    my ($command, %o) = @_;
    my $dir = File::Temp->newdir;
    return leadsheet(undef, ['-c', "cd /; $command"], program => '/bin/sh',
        env => { HOME => "$dir", PATH => $o{path} // $path },
        stdin => $o{stdin} // '');
}

sub says { my ($home, @arguments) = @_;
    my $r = leadsheet($home, \@arguments); return $r->{out} . $r->{err} }
sub logged { my ($home, %env) = @_;
    my ($reason) = cgi($home, env => { REQUEST_METHOD => 'GET', %env })->{log}
        =~ /reason="(.*)"$/m;
    return ($reason // '') =~ s/\\(["\\])/$1/gr }
sub damage { my ($file, $from, $to) = @_; my $mode = (stat $file)[2] & 07777;
    spew($file, slurp($file) =~ s/$from/$to/r); chmod $mode, $file; return }
sub log_of { return "$_[0]/main/journal/$today.jsonl" }
sub sheet { return "$_[0]/main/sheets/leads-$today.csv" }
sub pending { spew("$_[0]/main/pending", $_[1]); chmod 0600, "$_[0]/main/pending"; return }
sub empty { my $h = odd_home();
    rename "$h/main", "$h/main.deleted-1"; return $h }

sub hours_ago {
    return strftime('%Y-%m-%dT%H:%M:%S.000000Z', gmtime time - 3600 * $_[0]);
}

# One with a relay to where nobody listens, and how it stands.
sub relay_home {
    my ($how) = @_;
    my $h = odd_home();
    my $port = free_port();
    spew("$h/leadsheet.conf", "[relay crm]\nurl = http://127.0.0.1:$port/\n"
        . "private = yes\nfrom = beginning\n");
    spew("$h/relay-crm.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    chmod 0600, "$h/relay-crm.secret";
    attempts($h, 'crm', split /\n/, $how);
    return $h;
}

# Two leads of one name.
sub two_of {
    my ($name, @urns) = @_;
    return '{"delivery_id":"two","event":"lead.enriched","data":{"leads":['
        . join(',', map { qq({"urn":"$_","full_name":"$name"}) } @urns) . ']}}';
}

# For each command: how its message comes about in a home, which is returned
# with a sub that makes the message; its exit code when pasted; and 1 where the
# message must be gone then.  stdin is what it asks for.
my $secret = { stdin => "the-new-secret-of-it\n" };
my %cases = (
    'leadsheet forget --resume' => [
        [sub { my $h = odd_home(); pending($h, "task forget\nurn u\n"); $h },
            sub { says($_[0], 'status') }, 0, 1],
        [sub { my $h = odd_home(); pending($h, "task rebuild\n"); $h },
            sub { says($_[0], 'check', '--quick') }, 0, 1],
        [sub { my $h = odd_home(); pending($h, "task prune\nbefore 2020-01-02\n"); $h },
            sub { says($_[0], 'status') }, 0, 1]],
    'leadsheet rebuild' => [
        [sub { my $h = odd_home(); spew("$h/main/index.sqlite", ''); $h },
            sub { says($_[0], 'check', '--quick') }, 0]],
    'leadsheet status' => [
        [sub { my $h = odd_home(); spew("$h/leadsheet.conf", join '',
                map { "nonsense$_ = 1\n" } 1 .. 60); $h },
            sub { says($_[0], 'digest', '--print') }, 0]],
    'leadsheet relay %s --resume' => [
        map { my $state = $_; map { my @a = @$_;
            [sub { relay_home("state=$state\nfailed=9\nwhy=x") },
                sub { says($_[0], @a) }, 0, 1] } ['status'], ['check', '--quick'] }
            'gone', 'given-up'],
    'leadsheet relay %s --make-secret' => [
        map { my @a = @$_; [sub { my $h = relay_home('');
            unlink "$h/relay-crm.secret"; $h }, sub { says($_[0], @a) }, 0, 1] }
            ['check', '--quick'], [qw(relay crm --test)]],
    'leadsheet relay %s --once' => [
        [sub { relay_home('since=' . hours_ago(3) . "\nnext=" . hours_ago(2)
            . "\nfailed=9\nwhy=x") },
            sub { says($_[0], 'status') }, 75, 1]],
    'chmod %o %s' => [
        [sub { my $h = page_home(); chmod 0777, "$h/page/cache"; $h },
            sub { says($_[0], 'check', '--quick') }, 0, 1],
        [sub { my $h = odd_home(); chmod 0644, sheet($h); $h },
            sub { says($_[0], 'check', '--quick') }, 0, 1]],
    'chmod u+rw %s' => [],    # for who isn't root: t/doors/answers.t
    'chown %s %s' => [
        [sub { my $h = odd_home(); chown 1, -1, sheet($h) if $> == 0; $h },
            sub { $> == 0 ? says($_[0], 'check', '--quick') : '' }, 0, 1]],
    'chmod go-w %s' => [
        [sub { my $h = odd_home(); chmod 0777, $h; $h },
            sub { says($_[0], 'check', '--quick') }, 0, 1]],
    'chmod 600 %s' => [
        [sub { my $h = page_home(); chmod 0644, "$h/page/readers"; $h },
            sub { says($_[0], 'check', '--quick') }, 0, 1],
        map { my $how = $_; [sub { my $h = odd_home(); chmod 0644, "$h/main/secret"; $h },
            $how, 0, 1] } sub { says($_[0], 'status') },
            sub { logged($_[0], REQUEST_METHOD => 'POST') }],
    'leadsheet endpoint add main' => [
        map { my $how = $_; [\&empty, $how, 0, 1] } (map { my @a = @$_;
            sub { says($_[0], @a) } } ['status'], ['endpoint', 'list'],
            ['check'], ['rebuild']), sub { logged($_[0], PATH_INFO => '/health') }],
    'leadsheet init' => [
        [sub { odd_home() . '/../new one' }, sub { says($_[0], 'status') }, 0, 1],
        [sub { odd_home() . '/../new one' }, sub { says($_[0], 'check') }, 0, 1]],
    'leadsheet secret %s --retire' => [
        [sub { my $h = odd_home(); spew("$h/main/secret", "one-of-two-secrets\nanother-of-two\n"); $h },
            sub { says($_[0], 'check', '--quick') }, 0, 1],
        [\&odd_home, sub { leadsheet($_[0], ['secret', '--rotate'], %$secret)->{out} }, 0]],
    'leadsheet endpoint enable %s' => [
        map { my @a = @$_; [sub { my $h = odd_home(); spew("$h/main/disabled", ''); $h },
            sub { says($_[0], @a) }, 0, 1] } ['status'], ['check', '--quick']],
    'leadsheet endpoint add %s' => [
        [\&empty, sub { says($_[0], 'export', '--endpoint', 'news') }, 0, 1]],
    'leadsheet secret %s' => [
        (map { my $how = $_; [sub { my $h = odd_home(); unlink "$h/main/secret"; $h },
            $how, 0, 1, $secret] } (map { my @a = @$_; sub { says($_[0], @a) } }
            ['status'], ['check', '--quick'], ['secret', '--retire'], ['endpoint', 'list']),
            sub { logged($_[0], REQUEST_METHOD => 'POST') }),
        [sub { my $h = odd_home(); spew("$h/main/secret", "\n"); $h },
            sub { says($_[0], 'status') }, 0, 1, $secret],
        [\&odd_home, sub { says($_[0], 'endpoint', 'add', 'n' . $$ . int rand 1e6) },
            0, 0, $secret]],
    'leadsheet check %s' => [
        map { my @a = @$_; [sub { my $h = odd_home();
            damage(log_of($h), 'Jane', 'Joan'); $h },
            sub { says($_[0], @a) }, 65] } ['status'], ['export']],
    'leadsheet rebuild %s --endpoint %s' => [
        [sub { my $h = odd_home(); damage(sheet($h), '[^\n]*\n\z', ''); $h },
            sub { says($_[0], 'check') }, 0, 1],
        [sub { my $h = odd_home(); unlink sheet($h); $h },
            sub { says($_[0], 'check') }, 0, 1],
        [sub { my $h = odd_home(); spew(sheet($h), slurp(sheet($h)) . "x\r\n");
            spew("$h/main/sheets/replaced", ''); $h },
            sub { my $said = says($_[0], 'rebuild', $today);
                unlink "$_[0]/main/sheets/replaced"; $said }, 0]],
    'leadsheet rebuild --endpoint %s' => [
        [sub { my $h = odd_home();
            damage(log_of($h), '(?m)^.*"kind":"sheet".*\n', ''); $h },
            sub { says($_[0], 'check') }, 0, 1]],
    'leadsheet forget %s' => [
        [sub { my $h = odd_home(); cgi($h, body => two_of('Jo Doe', 'a\'b c', 'u2'));
            $h }, sub { says($_[0], 'forget', 'jo doe') }, 64]],
    'leadsheet forget --dry-run %s' => [
        [sub { my $h = odd_home(); cgi($h, body => two_of('Jo Doe', 'a\'b c', 'u2'));
            $h }, sub { says($_[0], 'forget', '--dry-run', 'jo doe') }, 0]],
    'leadsheet prune --help' => [
        [sub { my $h = odd_home(); cgi($h, body => two_of('Jo Doe', '', '')); $h },
            sub { says($_[0], 'forget', 'jo doe') }, 0],
        [sub { my $h = odd_home(); cgi($h, body => two_of('Jo Doe', 'a\\nb', '')); $h },
            sub { says($_[0], 'forget', 'jo doe') }, 0]],
    'leadsheet find %s' => [[sub { odd_home() },
        sub { says($_[0], 'forget', 'mith') }, 0]],
    'leadsheet prune --keep 400d' => [
        [\&odd_home, sub { says($_[0], 'prune') }, 0]],
    'leadsheet %s --from %s --to %s' => [
        map { my $name = $_; [\&odd_home, sub { says($_[0], $name, 'today') }, 0] }
            'export', 'people'],
    'leadsheet people' => [
        [\&odd_home, sub { says($_[0], 'export', '--columns', 'kinds') }, 0]],
    'leadsheet %s --help' => [
        [\&odd_home, sub { says($_[0], 'endpoint') }, 0],
        [\&odd_home, sub { says($_[0], 'export', 'x') }, 0],
        [\&odd_home, sub { says($_[0], 'secret', 'a', 'b') }, 0]],
    'leadsheet --help' => [
        [\&odd_home, sub { says($_[0], 'frobnicate') }, 0]],
    'leadsheet %s%s--help' => [
        [\&odd_home, sub { says($_[0], 'status', '--frobnicate') }, 0]],
    'leadsheet page user password %s' => [
        [sub { page_home() }, sub { says($_[0], qw(page user add anna)) }, 0]],
    'leadsheet page user list' => [
        map { my @a = @$_; [sub { page_home() }, sub { says($_[0], 'page', @a) }, 0] }
            [qw(user remove ben)], [qw(user password ben)], [qw(feed add --user ben)]],
    'leadsheet page feed list' => [
        [sub { page_home() }, sub { says($_[0], qw(page feed remove x)) }, 0],
        [sub { my $h = page_home(); says($h, qw(page feed add --name x)) for 1 .. 2; $h },
            sub { says($_[0], qw(page feed remove x)) }, 0]],
    'leadsheet page feed remove %s' => [
        [sub { page_home() }, sub { says($_[0], qw(page feed add)) }, 0],
        [sub { my $h = page_home(); says($h, qw(page feed add));
            spew($_, '') for glob q{'} . $h =~ s/'/\\'/gr . q{/page/feeds/'*}; $h },
            sub { says($_[0], qw(page feed list)) }, 0]],
    'chown :%u %s' => [
        [sub { my $h = page_home(); chown 8, 8, "$h/page" if $> == 0; $h },
            sub { $> == 0 ? says($_[0], 'check', '--quick') : '' }, 0, 1]],
    'chown %u %s' => [
        [sub { my $h = page_home(); chown 8, 8, "$h/page/readers" if $> == 0; $h },
            sub { $> == 0 ? says($_[0], 'check', '--quick') : '' }, 0, 1]],
    # Below, as others than the home's owner.
    'usermod -aG %s %s' => [],
    # With a word in capitals, which is to be replaced.
    map { $_ => [] } 'leadsheet page user add NAME',
        'leadsheet page user %s NAME', 'leadsheet page feed remove HASH',
        'leadsheet --home DIR init', 'leadsheet endpoint %s NAME',
        'leadsheet COMMAND --help', 'leadsheet check --url URL',
);

# The pieces of a message that are such a command, as it is pasted.
sub commands_in {
    my ($template, $message) = @_;
    my ($first, $rest) = $template =~ /^(\w+) ?(.*)/;
    my $words = join '\\S+', map { quotemeta } split /%[sou]/, $rest, -1;
    $words =~ s/\\S\+\\S\+/(?:\\S+ )?/;
    # A path at the end may have blanks in it.
    $words =~ s/\\S\+\z/.+/ if $first ne 'leadsheet';
    return grep { /(?:^|[ \/])$first(?: --home (?:'.*'|\S+))? ?$words\z/ }
        $message =~ /"([^"]+)"/g;
}

my %found = told_by_sources();
is(join("\n", @{delete $found{''} // []}), '',
    'every command that a message tells is in quotes');
is(join("\n", grep { !$cases{$_} } sort keys %found), '',
    '  and is tried here');
is(join("\n", grep { !$found{$_} } sort keys %cases), '',
    '  and no other is');

# As the home's owner, who is whoever runs the tests.
for my $template (sort keys %cases) {
    for my $case (@{$cases{$template}}) {
        my ($make, $message, $exit, $helps, $o) = @$case;
        my $home = $make->();
        my $text = $message->($home) =~ s/\n +/ /gr;
        next if $text eq '';
        my ($command) = commands_in($template, $text);
        ok($command, "$template is told") or diag($text);
        my $r = paste($command // 'false', %{$o // {}});
        is($r->{exit}, $exit, "  $command") or diag("$r->{out}$r->{err}");
        is(join('', commands_in($template, $message->($home) =~ s/\n +/ /gr)),
            '', '  and after that it isn\'t told any more') if $helps;
    }
}

# As another user: who reads what root, or anyone, is told.
SKIP: {
    skip 'being others takes root, and a tree that they can read', 16
        unless $can_be;
    my $home = odd_home();
    system('chown', '-R', 'games:games', $home) == 0 or die "chown failed\n";
    chmod 0711, $home =~ s{/[^/]+\z}{}r;
    chmod 0755, $home;
    for my $arguments (['secret', 'main'], ['rebuild', $today], ['endpoint',
        'disable', 'main'], ['forget', '--dry-run', "a'b c"], ['prune',
        '--keep=400d', '--yes'], ['init']) {
        my $r = leadsheet($home, $arguments, stdin => "a-secret-that-is-long\n");
        my ($command) = $r->{err} =~ /run this as that user: "(.*)"$/m;
        ok($command, "root: @$arguments") or diag($r->{err});
        $r = paste($command // 'false', stdin => "a-secret-that-is-long\n");
        is($r->{exit}, 0, "  $command") or diag($r->{err});
    }
    # The receiver's log is read by root.
    unlink "$home/main/secret";
    system('cp', program(), "$home/receiver") == 0 or die "cp failed\n";
    my $command;
    my $r = cgi($home, wrap => [qw(setpriv --reuid=games --regid=games
        --clear-groups)], program => "$home/receiver");
    ($command) = $r->{log} =~ /run \\"(.*?)\\"/;
    like($command // '', qr/^runuser -u games -- leadsheet --home /,
        'the log tells what root is to run');
    $r = paste(($command // 'false') =~ s/\\\\/\\/gr, %$secret);
    is($r->{exit}, 0, "  $command") or diag($r->{err});
    # Who may not read hears of the group; without sudo su asks for root's
    # password, of whom root isn't asked.
    $r = leadsheet($home, ['tail', 'main'], wrap => \@daemon);
    is($r->{exit}, 77, 'who may not read the home: exit 77') or diag($r->{err});
    ($command) = $r->{err} =~ /run "(.*)", and log in again$/m;
    my $stub = tempdir(CLEANUP => 1);
    spew("$stub/usermod", "#!/bin/sh\necho \"\$*\"\n");
    spew("$stub/sudo", "#!/bin/sh\nexec \"\$@\"\n");
    chmod 0755, glob "$stub/*";
    $r = paste(($command // 'false') =~ s/^su -c/sh -c/r, path => "$stub:$path");
    is($r->{out}, "-aG games daemon\n", '  and the group lets them in')
        or diag("$command: $r->{err}");
    $r = leadsheet($home, ['rebuild', $today], wrap => \@daemon);
    ($command) = $r->{err} =~ /run this as that user: "(.*)"$/m;
    like($command // '', qr/^(?:su -c |sudo -u games )/, 'who isn\'t root: su or sudo');
    $r = paste($command // 'false');
    is($r->{exit}, 0, "  $command") or diag($r->{err});
}

done_testing();

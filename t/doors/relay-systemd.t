#!/usr/bin/perl
# deploy/relay: a relay by its README, by systemd's unit and by cron's line.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use Export;
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use POSIX qw(SIGTERM);
use Systemd;
use Target;
use Test::More;

my $folder = srcdir() . '/deploy/relay';
my $readme = slurp("$folder/README");
my $service = "$folder/leadsheet-relay\@.service";
my %service = unit(slurp($service));
my $program = builddir() . '/cli/leadsheet';

# What the README tells to type in a section, as one does; a line may go on.
my ($home, $target);
sub typed {
    my ($pattern) = @_;
    my @found = grep { /$pattern/ } map { s/ \\\n +/ /gr }
        $readme =~ /^ {4}((?:install|runuser) (?:.*\\\n)*.*)$/mg;
    return $found[0] // die "README has no $pattern\n";
}
sub here {
    my ($text) = @_;
    $text =~ s/ -o leadsheet -g leadsheet//;
    $text =~ s{\bdeploy/}{@{[srcdir()]}/deploy/};
    $text =~ s{runuser -u leadsheet -- leadsheet}{$program};
    return $text =~ s{/usr/local/bin/leadsheet\b}{$program}gr
        =~ s{/var/lib/leadsheet\b}{$home}gr;
}
sub types {
    my ($pattern, %o) = @_;
    return leadsheet(undef, ['-c', here(typed($pattern))], program => '/bin/sh',
        %o);
}
sub json { return JSON::PP->new->utf8->decode($_[0]) }
sub sections { return join "\n", $readme =~ /^( {4}\[relay \w+\]\n(?: {4}.*\n)+)/mg }

# A home as the README has it, with a target of ours.
sub set_up {
    $target = target(path => '/s3cret');
    # It sends from 2026-12-01 on.
    $home = journal_of({'2026-11-30' => [body('{"urn":"old"}')],
        '2026-12-02' => [map { body(qq({"urn":"u$_","full_name":"Ann $_",)
            . '"linkedin_url":"https://www.linkedin.com/in/ann"}') } 1 .. 3]});
    my $conf = sections() =~ s/^ {4}//mgr;
    $conf =~ s{https://crm\.example\.com/\S+}{@{[$target->url]}} or die "no url\n";
    $conf =~ s/^from/private = yes\nfrom/mg;
    spew("$home/leadsheet.conf", $conf);
    is(types('slack\.json')->{exit}, 0, 'README: a template is copied');
    is(types('relay-chat\.url', stdin => $target->url . "\n")->{exit}, 0,
        '  and the URL pasted');
    is((stat "$home/relay-chat.url")[2] & 07777, 0600, '  which nobody else reads');
    my $r = types('--make-secret');
    like($r->{out}, qr/^whsec_\S{40,}$/m, '  and a secret made') or diag($r->{err});
    return $r->{out} =~ s/\s+\z//r;
}
my $secret = set_up();

# By hand.
my $r = types('--print --test');
is("$r->{exit} " . scalar $target->requests, '0 0',
    'a test is shown, and not sent') or diag($r->{err});
ok(json($r->{out})->{blocks}, '  in the form that the chat wants');
is(types('chat --test')->{exit}, 0, '  and then sent');
is(scalar $target->requests, 1, '    once');
$r = types('chat --print$');
is(scalar @{json($r->{out})->{blocks}}, 7, 'what would go next is shown');
is(scalar $target->requests, 1, '  and not sent');

# By cron.
my ($line) = slurp("$folder/leadsheet-relay.cron") =~ /^([\d*].*)$/m;
my ($when, $user, $command) = $line =~ /^((?:\S+ ){5})(\S+) (.*)$/;
is("$when$user", '*/5 * * * * leadsheet',
    'the cron line is of every five minutes, and of the home\'s user');
unlike($command, qr/%/, '  without what cron takes for the end of a line');
sub cron {
    my ($name) = @_;
    my $copy = here($command) =~ s/ relay chat / relay @{[$name \/\/ 'chat']} /r;
    return leadsheet(undef, ['-c', $copy], program => '/bin/sh',
        env => { HOME => '/', PATH => '/usr/bin:/bin' });
}
$r = cron();
is("$r->{exit} $r->{out}$r->{err}", '0 ', '  it passes on, and says nothing');
is(scalar $target->requests, 2, '  one message with all three');
$r = cron();
is("$r->{exit} $r->{out}$r->{err}" . scalar $target->requests, '0 2',
    '  and nothing where nothing is new');

# For who gets the messages: the README's Python, for [relay crm].
$r = leadsheet($home, ['relay', 'crm', '--once']);
is($r->{exit}, 0, 'deliveries go as they came') or diag($r->{err});
my @got = ($target->requests)[2 .. 4];
is(join(' ', map { json($_->{body})->{data}{leads}[0]{urn} } @got), 'u1 u2 u3',
    '  each, in their order');
is($got[0]{headers}{'x-webhook-signature'}, hmac_sha256_hex($got[0]{body}, $secret),
    '  signed as LikesToLeads does it');
my ($python) = $readme =~ /^( {4}import base64.*?\n)\n[A-Z]/ms;
my $dir = tempdir(CLEANUP => 1);
spew("$dir/check.py", ($python =~ s/^ {4}//mgr) . <<'EOP');
import json, sys
case = json.load(open(sys.argv[1]))
body = open(sys.argv[2], "rb").read()
print(is_right(case["secret"], case["headers"], body),
    is_right(case["secret"], case["headers"], body + b" "))
EOP
spew("$dir/body", $got[0]{body});
spew("$dir/case", JSON::PP->new->encode({ secret => $secret,
    headers => $got[0]{headers} }));
is(`python3 $dir/check.py $dir/case $dir/body 2>&1`, "True False\n",
    '  and the README\'s Python takes it, and no other body');

# Where it isn't taken.  A script's steps are counted from the first request on.
my $steps = 0;
sub answers_next {
    my (@steps) = @_;
    my $gone = $target->requests;
    $target->script((200) x ($gone - $steps), @steps);
    $steps = $gone + @steps;
    return;
}
answers_next(410);
spew("$home/main/journal/2026-12-03.jsonl",
    slurp("$home/main/journal/2026-12-02.jsonl") =~ s/12-02T12/12-03T12/gr
    =~ s/"id":"d/"id":"e/gr);
$r = leadsheet($home, ['relay', 'crm', '--once']);
is($r->{exit}, 69, 'a target that wants nothing any more: it stands still');
$r = types('crm --resume');
is($r->{exit}, 0, '  until --resume') or diag($r->{err});
answers_next(400);
leadsheet($home, ['relay', 'crm', '--once']);
$r = types('crm --skip');
is($r->{exit}, 0, '  and --skip passes over one') or diag($r->{err});
$target->down;
$r = cron('crm');
is("$r->{exit} $r->{out}", '75 ', 'cron, while the target is down: a try');
like($r->{err}, qr/\A.*127\.0\.0\.1.*; the next try is at .*\n\z/, '  is told');
$r = cron('crm');
is("$r->{exit} $r->{out}$r->{err}", '75 ', '  and no word until the next');
$target->up;
is(types('crm --resume')->{exit}, 0, '  it need not wait for that');

# By systemd.
is($service{ReadWritePaths}[-1], '/var/lib/leadsheet', 'the unit writes to the home');
is("$service{Restart}[-1] $service{StartLimitIntervalSec}[-1]", 'on-failure 0',
    '  and is started again, with no end to it');
cmp_ok($service{RestartSec}[-1], '>=', 10, '    but not all the time');
ok(!exists $service{ProcSubset}, '  boot_id can be read');
{
    # As strict as the receiver's, but for the network.
    my %receiver = unit(slurp("$folder/../systemd/leadsheet.service"));
    my %other = map { $_ => 1 } qw(ExecStart Type StandardInput StandardOutput
        StandardError SyslogIdentifier Restart RestartSec KillMode Description
        Requires Wants After WantedBy Nice MemoryMax TasksMax TimeoutStopSec
        PrivateNetwork IPAddressDeny RestrictAddressFamilies);
    is_deeply({ map { $_ => $service{$_} } grep { !$other{$_} } keys %service },
        { map { $_ => $receiver{$_} } grep { !$other{$_} && @{$receiver{$_}} }
            keys %receiver }, '  it may do no more than leadsheet.service');
}
SKIP: {
    `systemd-analyze --version 2>/dev/null` =~ /^systemd (\d+)/
        or skip 'systemd-analyze is not here', 8;
    skip "systemd $1 can't look at a unit that isn't installed", 8 if $1 < 251;
    my $said = join '', grep { /leadsheet-relay/
        && !m{/usr/local/bin/leadsheet is not executable} } split /^/,
        `systemd-analyze verify '$service' 2>&1`;
    is($said, '', 'systemd understands it');
    `systemd-analyze security --offline=yes --threshold=15 '$service' 2>&1`;
    is($?, 0, '  and its exposure is at most 1.5');
    skip 'strace can\'t trace here', 6
        if system('strace -o /dev/null true 2>/dev/null') != 0;
    leadsheet($home, ['relay', 'crm', '--once']);
    my $before = $target->requests;
    spew("$home/main/journal/2026-12-04.jsonl",
        slurp("$home/main/journal/2026-12-02.jsonl") =~ s/12-02T12/12-04T12/gr
        =~ s/"id":"d/"id":"f/gr);
    system('chown', '-R', 'nobody:nogroup', $home) if $> == 0;
    my $pid = Leadsheet::start("$dir/log", unit_command(
        'relay/leadsheet-relay@.service', $home, instance => 'crm',
        wrap => ['strace', '-f', '-qq', '-o', "$home/trace"]));
    ok(wait_for(sub { $target->requests == $before + 3 }),
        'ExecStart passes on what is new') or diag(slurp("$dir/log"));
    spew("$home/main/journal/2026-12-05.jsonl",
        slurp("$home/main/journal/2026-12-02.jsonl") =~ s/12-02T12/12-05T12/gr
        =~ s/"id":"d/"id":"g/gr);
    ok(wait_for(sub { $target->requests == $before + 6 }),
        '  and what comes') or diag(slurp("$dir/log"));
    kill 'TERM', rests($pid, '.leadsheet');    # strace hears no SIGTERM
    # strace ends as what it runs did: systemd takes either for a good end.
    my $end = ended($pid);
    ok($end == 0 || $end == SIGTERM, '  and ends well when it is to end')
        or diag($end);
    like(slurp("$dir/log"), qr/^(?:relay=crm endpoint=main status=200 .*\n){6}\z/,
        '  with a line for each');
    my @calls = keys %{{ map { $_ => 1 }
        slurp("$home/trace") =~ /^\d+ +(\w+)\(/mg }};
    cmp_ok(scalar @calls, '>', 20, '  by ' . @calls . ' calls');
    my $allowed = allowed_calls(%service);
    is_deeply([grep { !$allowed->{$_} } sort @calls], [],
        '  and SystemCallFilter lets all of them through');
}

# What the README tells to type is there.
for ($readme =~ m{(deploy/[\w./@-]+\w)}g) {
    ok(-e srcdir() . "/$_", "README: there is $_");
}

done_testing();

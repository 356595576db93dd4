#!/usr/bin/perl
# deploy/digest: the service, its timer and the cron line mail what came, as its
# README has it.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Mail;
use Systemd;
use Test::More;

$ENV{LC_ALL} = 'C.UTF-8';
my $folder = srcdir() . '/deploy/digest';
my $readme = slurp("$folder/README");
my $service = "$folder/leadsheet-digest.service";
my $dir = tempdir(CLEANUP => 1);
my $home = home(conf_of());
my $program = builddir() . '/cli/leadsheet';

# A text of ours with the places of this test.
sub here {
    my ($text) = @_;
    return $text =~ s{/usr/local/bin/leadsheet\b}{$program}gr
        =~ s{/var/lib/leadsheet\b}{$home}gr;
}

# The service.
my %service = unit(slurp($service));
my %timer = unit(slurp("$folder/leadsheet-digest.timer"));
SKIP: {
    `systemd-analyze --version 2>/dev/null` =~ /^systemd (\d+)/
        or skip 'systemd-analyze is not here', 2;
    skip "systemd $1 can't look at a unit that isn't installed", 2 if $1 < 251;
    my $said = join '', grep { /leadsheet-digest/
        && !m{/usr/local/bin/leadsheet is not executable} } split /^/,
        `systemd-analyze verify $service $folder/leadsheet-digest.timer 2>&1`;
    is($said, '', 'systemd understands service and timer');
    `systemd-analyze calendar '$timer{OnCalendar}[-1]' 2>&1`;
    is($?, 0, '  and when it runs is a time');
}
like($timer{OnCalendar}[-1], qr/ 07:00$/, 'it runs at 7');
is($timer{Persistent}[-1], 'yes', '  or when the machine is on again');

# What keeps a mail program from the rights that its file gives it, by the words
# of systemd.exec(5).
is(join(' ', grep { $service{$_} } qw(NoNewPrivileges DynamicUser LockPersonality
    MemoryDenyWriteExecute PrivateDevices ProtectClock ProtectHostname
    ProtectKernelLogs ProtectKernelModules ProtectKernelTunables
    RestrictAddressFamilies RestrictNamespaces RestrictRealtime
    RestrictSUIDSGID SystemCallArchitectures SystemCallFilter SystemCallLog
    PrivateUsers)), '', 'a mail program gets the rights that its file has');
unlike($service{CapabilityBoundingSet}[-1], qr/^(?!~)|CAP_(?:SETUID|SETGID|CHOWN|DAC_OVERRIDE|FOWNER|NET_BIND_SERVICE|SETPCAP|KILL)\b/,
    '  and what they are used for');
is(join(' ', grep { $service{$_} } qw(PrivateNetwork IPAddressDeny)), '',
    '  and the network');
is($service{KillMode}[-1], 'process', 'what delivers in the background goes on');

# ExecStart, and which of its exit codes are tried again.
deliver($home, ['p1']);
my %env = map { /^(\w+)=(.*)/ } map { here($_) } @{$service{Environment}};
my ($start) = map { s/^\S+ //r } here($service{ExecStart}[-1]);
my $r = leadsheet($env{LEADSHEET_HOME}, [split ' ', $start]);
is("$r->{exit} $r->{err}", '0 ', 'ExecStart: exit 0');
is($r->{out}, "mailed to anna\@example.org: 1 new lead\n", '  says what it did');
is(scalar(my @mails = mailed()), 1, '  and mails it');
is($service{Restart}[-1], 'on-failure', 'what fails is tried again');
my %final = map { $_ => 1 } split ' ', $service{RestartPreventExitStatus}[-1];
deliver($home, ['p2']);
my $mail = sub {
    my ($how, $again) = @_;
    mail_program($how);
    my $r = leadsheet($home, [split(' ', $start), '--again']);
    is($final{$r->{exit}} ? 'no' : 'yes', $again, "$how: "
        . ($again eq 'yes' ? 'again' : 'not again, a person has to see it'));
};
$mail->('exit 75', 'yes');
$mail->('kill -9 $$', 'yes');
$mail->('exit 67', 'no');
$mail->('exit 78', 'no');
ok(!$final{71} && !$final{74}, 'nor is a full disk, or memory, the end of it');
mail_program();

# The cron line.
my ($line) = slurp("$folder/leadsheet-digest.cron") =~ /^([\d*].*)$/m;
my ($when, $user, $command) = $line =~ /^((?:\S+ ){5})(\S+) (.*)$/;
is($when, '0 7-10 * * * ', 'the cron line is of each hour from 7 to 10');
is($user, 'leadsheet', '  and the user\'s that the home belongs to');
unlike($command, qr/%/, '  without what cron takes for the end of a line');
unlink glob "$home/main/cursors/*";
my $cron = sub { return leadsheet(undef, ['-c', here($command)],
    program => '/bin/sh') };
mailed();
mail_program('echo "is down" >&2; exit 75');
$r = $cron->();
like($r->{err}, qr/and said: is down/, '  where it fails it says so');
is($r->{exit}, 75, '    exit 75');
mail_program();
$r = $cron->();
is("$r->{exit} $r->{out}$r->{err}", '0 ', '  an hour later it mails, and says nothing');
is(scalar(@mails = mailed()), 1, '    one mail');
$r = $cron->();
is("$r->{exit} $r->{out}$r->{err}", '0 ', '  and later it is silent');
is(scalar(mailed()), 0, '    and mails nothing');

# What the README tells to type is there, and what it tells to write is taken.
for ($readme =~ m{(deploy/digest/[\w.-]+)}g) {
    ok(-e srcdir() . "/$_", "README: there is $_");
}
my ($section) = $readme =~ /^(    \[digest\]\n(?:    \S.*\n)+)/m;
spew("$home/leadsheet.conf", $section =~ s/^    //mgr);
$r = digest($home, ['--message']);
is("$r->{exit} $r->{err}", '0 ', 'README: its lines of leadsheet.conf are right');
like($r->{out}, qr/^From: leadsheet <leads\@example\.org>\nTo: you\@example\.org, colleague\@example\.org$/m,
    '  and say from whom and to whom');
like($r->{out}, qr{https://YOUR\.SITE/leadsheet/}, '  and where the page is');
for my $command ($readme =~ /runuser -u leadsheet -- leadsheet --home \S+ (digest.*)$/mg) {
    spew("$home/leadsheet.conf", conf_of());
    $r = leadsheet($home, [split ' ', $command]);
    is($r->{exit}, 0, "README: leadsheet $command");
}

done_testing();

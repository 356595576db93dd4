#!/usr/bin/perl
# deploy/sync: what keeps a folder of workbooks, and what copies it elsewhere,
# as its README has it.
use strict;
use warnings;
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use Systemd;
use Test::More;

my $folder = srcdir() . '/deploy/sync';
my $readme = slurp("$folder/README");
my $service = "$folder/leadsheet-every-day.service";
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $leads = "$dir/leads";
mkdir $leads;
my $home = journal_of({map { ("2026-11-2$_" =>
    [body(qq({"urn":"a$_","full_name":"Ann"}))]) } 1 .. 3});
my $program = builddir() . '/cli/leadsheet';

# A text of ours with the places of this test.
sub here {
    my ($text) = @_;
    return $text =~ s{/usr/local/bin/leadsheet\b}{$program}gr
        =~ s{/var/lib/leadsheet\b}{$home}gr =~ s{/srv/leads\b}{$leads}gr;
}
sub names_of {
    my ($where) = @_;
    return join ' ', map { s{^\./}{}r } sort split /\n/,
        `cd '$where' && find . -type f ! -path '*/.leadsheet-days/*'`;
}
my $all = join ' ', map { ("leads-2026-11-2$_.csv", "leads-2026-11-2$_.xlsx") }
    1 .. 3;

# The service.
my %service = unit(slurp($service));
my %timer = unit(slurp("$folder/leadsheet-every-day.timer"));
is($service{ReadWritePaths}[-1], '/srv/leads', 'it writes to the folder');
my ($to) = $service{ExecStart}[-1] =~ /--every-day (\S+)/;
is($to, '/srv/leads', '  which it keeps');
SKIP: {
    `systemd-analyze --version 2>/dev/null` =~ /^systemd (\d+)/
        or skip 'systemd-analyze is not here', 6;
    skip "systemd $1 can't look at a unit that isn't installed", 6 if $1 < 251;
    my $said = join '', grep { /leadsheet-every-day/
        && !m{/usr/local/bin/leadsheet is not executable} } split /^/,
        `systemd-analyze verify $service $folder/leadsheet-every-day.timer 2>&1`;
    is($said, '', 'systemd understands service and timer');
    `systemd-analyze security --offline=yes --threshold=10 $service 2>&1`;
    is($?, 0, '  the service\'s exposure is at most 1.0');
    `systemd-analyze calendar '$timer{OnCalendar}[-1]' 2>&1`;
    is($?, 0, '  and when it runs is a time');
    skip 'strace can\'t trace here', 3
        if system('strace -o /dev/null true 2>/dev/null') != 0;
    my $r = leadsheet(here($service{Environment}[-1]) =~ s/^LEADSHEET_HOME=//r,
        [split ' ', here($service{ExecStart}[-1]) =~ s/^\S+ //r],
        wrap => ['strace', '-f', '-qq', '-o', "$dir/trace"]);
    is("$r->{exit} $r->{err}", '0 ', 'ExecStart keeps the folder');
    my @calls = keys %{{ map { $_ => 1 }
        slurp("$dir/trace") =~ /^\d+ +(\w+)\(/mg }};
    cmp_ok(scalar @calls, '>', 20, '  by ' . @calls . ' calls');
    my $allowed = allowed_calls(%service);
    is_deeply([grep { !$allowed->{$_} } sort @calls], [],
        '  and SystemCallFilter lets all of them through');
}

# The cron line.
my ($line) = slurp("$folder/leadsheet-every-day.cron") =~ /^([\d*].*)$/m;
my ($when, $user, $command) = $line =~ /^((?:\S+ ){5})(\S+) (.*)$/;
is($when, '*/15 * * * * ', 'the cron line is of every quarter of an hour');
is($user, 'leadsheet', '  and the user\'s that the home belongs to');
unlike($command, qr/%/, '  without what cron takes for the end of a line');
my $r = leadsheet(undef, ['-c', here($command)], program => '/bin/sh');
is("$r->{exit} $r->{out}$r->{err}", '0 ', '  it keeps the folder, and says nothing');
is(names_of($leads), $all, '  with a workbook and a CSV file for each day');
spew("$leads/leads-2026-11-21.csv", 'mine');
$r = leadsheet(undef, ['-c', here($command)], program => '/bin/sh');
like($r->{err}, qr/leads-2026-11-21\.csv is not as leadsheet made it/,
    '  but what goes wrong');
unlink "$leads/leads-2026-11-21.csv";
leadsheet(undef, ['-c', here($command)], program => '/bin/sh');

# rclone, with the README's own line: to a folder, and by WebDAV.
SKIP: {
    grep { -x "$_/rclone" } split /:/, $ENV{PATH}
        or skip 'rclone is not installed: run sh t/run', 1;
    my ($sync) = $readme =~ /^ +\d\S+ (?:\S+ ){4}leadsheet-rclone (rclone sync .*)$/m;
    ok($sync, 'README has a line for rclone');
    my $cloud = "$dir/cloud";
    mkdir $cloud;
    my $port = free_port();
    my $server = Leadsheet::start("$dir/server.log", 'rclone', 'serve',
        'webdav', '--config', '/dev/null', '--addr', "127.0.0.1:$port",
        "$dir/cloud");
    ok(wait_for(sub { IO::Socket::INET->new("127.0.0.1:$port") }),
        '  and a server of WebDAV is there');
    my $old = "leads-2026-11-20.csv";
    for (['a folder', "[cloud]\ntype = alias\nremote = $cloud\n"],
        ['WebDAV', "[cloud]\ntype = webdav\nvendor = other\n"
            . "url = http://127.0.0.1:$port/\nuser = you\npass = \n"]) {
        my ($name, $conf) = @$_;
        my $config = spew("$dir/rclone.conf", $conf);
        my $copy = sub {
            my $said = leadsheet(undef, ['-c', here($sync)
                =~ s/^rclone sync/rclone sync -v/r], program => '/bin/sh',
                env => { RCLONE_CONFIG => $config, no_proxy => '*' });
            is($said->{exit}, 0, "$name: rclone copies") or diag($said->{err});
            return scalar(() = $said->{err} =~ /: (?:Copied|Deleted|Updated)/g);
        };
        system('rm', '-rf', "$cloud/Leads");
        mkdir "$cloud/Leads";
        spew("$cloud/Leads/$old", 'of someone who was erased');
        is($copy->(), 7, '  all files there, and the old one away');
        is(names_of("$cloud/Leads"), $all, '  so that both are the same');
        ok(!-e "$cloud/Leads/.leadsheet-days", '  but for what is leadsheet\'s');
        leadsheet(undef, ['-c', here($command)], program => '/bin/sh');
        is($copy->(), 0, '  and nothing once nothing has changed');
    }
    stop_server($server);
}

# What the README tells to type is there.
for ($readme =~ m{(deploy/sync/[\w.-]+)}g) {
    ok(-e srcdir() . "/$_", "README: there is $_");
}

done_testing();

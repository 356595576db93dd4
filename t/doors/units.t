#!/usr/bin/perl
# deploy/systemd's units, by systemd's own tools, and what they let through.
# How they work is systemd.t's.
use strict;
use warnings;
use Doors;
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use Systemd;
use Test::More;

my $folder = srcdir() . '/deploy/systemd';
my $service = "$folder/leadsheet.service";
my %service = unit(slurp($service));
my %socket = unit(slurp("$folder/leadsheet.socket"));

# What all ways in have in common
like(slurp(srcdir() . "/deploy/$_"), qr/\Q$socket{ListenStream}[0]\E/,
    "deploy/$_ has the socket of leadsheet.socket")
    for qw(nginx/leadsheet-upstream.conf nginx/workers lighttpd/leadsheet.conf
    apache/leadsheet-proxy.conf);
isnt($service{ProcSubset}[-1] // 'all', 'pid',
    'boot_id can be read: by it damaged sheets are told from edited ones');
is($service{Restart}[-1], 'always', 'it is always started again');
is($service{StartLimitIntervalSec}[-1], 0, '  and never given up');

is($service{LimitCORE}[-1] // '', '0', 'no lead comes into a core dump');
like($service{$_}[-1] // '', qr/^\d+G?$/, "$_ ends what runs away")
    for qw(MemoryMax TasksMax);
# What the units of a timer do: each is the receiver's equal in what it may not.
my %prune = unit(slurp("$folder/leadsheet-prune.service"));
my %other = map { $_ => 1 } qw(ExecStart Type StandardInput StandardOutput
    StandardError SyslogIdentifier Restart RestartSec KillMode Environment
    Description Requires StartLimitIntervalSec WantedBy Nice MemoryMax TasksMax);
is_deeply({ map { $_ => $prune{$_} } grep { !$other{$_} } keys %prune },
    { map { $_ => $service{$_} } grep { !$other{$_} && @{$service{$_}} }
        keys %service },
    'leadsheet-prune.service may do no more than leadsheet.service');
my %timer = unit(slurp("$folder/leadsheet-prune.timer"));
is("@{$timer{OnCalendar}}", '*-*-* 03:30', '  it is started once a day');
is($timer{Persistent}[-1], 'yes', '  later where the machine was off');
{
    my ($old, $young) = (ago(401), ago(399));
    my $home = journal_of({ map { $_ => [body(qq({"urn":"of-$_"}))] } $old, $young });
    spew("$home/leadsheet.conf", '');
    chmod 0755, $home;
    system('chown', '-R', 'nobody:nogroup', $home) if $> == 0;
    my $r = run_oneshot('leadsheet-prune.service', $home);
    is($r->{exit}, 0, '  as systemd runs it: exit 0') or diag($r->{err});
    like($r->{out}, qr/^1 day before .*gone; their deliveries stay known$/m,
        '    with nobody to ask it removes what is older');
    unlike(slurp("$home/main/journal/$old.jsonl"), qr/of-$old/, '    that day');
    like(slurp("$home/main/journal/$young.jsonl"), qr/of-$young/, '    and no other');
    $r = run_oneshot('leadsheet-prune.service', $home);
    is("$r->{exit} $r->{err}", '0 ', '  again: there is nothing, and no complaint');
    spew("$home/leadsheet.conf", "timezone = Nowhere\n");
    is(run_oneshot('leadsheet-prune.service', $home)->{exit}, 78,
        '  a wrong setting makes it fail, and systemd tell');
}

# The same by cron, whose lines are in the README.
{
    my ($user, $line) = slurp("$folder/README")
        =~ /^ +echo '30 3 \* \* \* (\w+) (.*)' \\\n +> \/etc\/cron\.d\/leadsheet-prune$/m;
    is($user, 'leadsheet', 'cron runs it as the home\'s user');
    my $home = journal_of({ '2020-01-01' => [body('{"urn":"a"}')] });
    my $program = builddir() . '/cli/leadsheet';
    for ($line) {
        s{/usr/local/bin/leadsheet }{$program } or die "no program: $line\n";
        s{/var/lib/leadsheet}{$home} or die "no home: $line\n";
    }
    my $r = leadsheet(undef, ['-c', $line], program => '/bin/sh',
        env => { HOME => '/', PATH => '/usr/bin:/bin' });
    is("$r->{exit} $r->{out}$r->{err}", '0 ', '  and hears nothing when all is well');
    unlike(slurp("$home/main/journal/2020-01-01.jsonl"), qr/"urn"/, '  the day is gone');
    spew("$home/leadsheet.conf", "timezone = Nowhere\n");
    $r = leadsheet(undef, ['-c', $line], program => '/bin/sh');
    is($r->{exit}, 78, '  when it isn\'t, cron');
    like($r->{err}, qr/leadsheet prune: .*Nowhere/, '    has something to send');
}

SKIP: {
    `systemd-analyze --version 2>/dev/null` =~ /^systemd (\d+)/
        or skip 'systemd-analyze is not here', 10;
    skip "systemd $1 can't look at a unit that isn't installed", 10 if $1 < 251;
    # It looks at units that these need, too: theirs may have faults.
    my $said = join '', grep { /leadsheet/ } split /^/,
        `systemd-analyze verify $folder/leadsheet.socket $service 2>&1`;
    is($said, '', 'systemd understands both');
    # The program need not be installed.
    my $copies = tempdir(CLEANUP => 1);
    my $program = builddir() . '/cli/leadsheet';
    spew("$copies/$_", slurp("$folder/$_") =~ s{/usr/local/bin/leadsheet}{$program}gr)
        for qw(leadsheet-prune.timer leadsheet-prune.service);
    is(join('', grep { /leadsheet/ } split /^/, scalar `systemd-analyze verify \\
        $copies/leadsheet-prune.timer $copies/leadsheet-prune.service 2>&1`), '',
        '  and those that prune');
    is(system("systemd-analyze security --offline=yes --threshold=10 "
        . "$folder/leadsheet-prune.service >$copies/said 2>&1"), 0,
        '    whose exposure is at most 1.0') or diag(slurp("$copies/said"));
    is(system("systemd-analyze calendar '$timer{OnCalendar}[0]' >$copies/said 2>&1"),
        0, '    and the time is one');
    my $exposure = `systemd-analyze security --offline=yes \\
        --threshold=10 $service 2>&1`;
    is($?, 0, 'its exposure is at most 1.0');
    note($exposure =~ /(Overall.*)/);

    # The filter is the kernel's, and systemd has to be there to set it.
    my $allowed = allowed_calls(%service);
    ok(!$allowed->{$_}, "a worker may not call $_")
        for qw(mount reboot ptrace init_module setuid chown bpf);
    my $site = systemd_site(traced => 1);
    $site->{start}->($site);
    check_answers($site);
    check_limits($site);
    $site->{restart}->($site);
    stop_service($site);    # strace, which runs it, hears no SIGTERM
    my @calls = keys %{{ map { $_ => 1 } map { slurp($_) =~ /^\d+ +(\w+)\(/mg }
        glob "$site->{run}/trace/*" }};
    cmp_ok(scalar @calls, '>', 40, 'multiwatch and workers make '
        . @calls . ' calls');
    is_deeply([sort grep { !$allowed->{$_} } @calls], [],
        '  and SystemCallFilter lets all of them through');

    # Those of prune, which removes a day.
    my $home = journal_of({ '2020-01-01' => [body('{"urn":"a"}')] });
    spew("$home/leadsheet.conf", '');
    chmod 0755, $home;
    chmod 0777, $copies;
    system('chown', '-R', 'nobody:nogroup', $home) if $> == 0;
    mkdir "$home/.trace";
    chmod 0777, "$home/.trace";
    my $r = run_oneshot('leadsheet-prune.service', $home, wrap => ['strace', '-f',
        '-qq', '-o', "$home/.trace/calls"]);
    is($r->{exit}, 0, 'prune, traced: exit 0') or diag($r->{err});
    my %of_prune = map { $_ => 1 } slurp("$home/.trace/calls") =~ /^\d+ +(\w+)\(/mg;
    cmp_ok(scalar keys %of_prune, '>', 20, '  it makes ' . keys(%of_prune) . ' calls');
    is_deeply([sort grep { !$allowed->{$_} } keys %of_prune], [],
        '  and the filter lets all of them through');
}

done_testing();

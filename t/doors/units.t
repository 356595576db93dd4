#!/usr/bin/perl
# deploy/systemd's units, by systemd's own tools, and what they let through.
# How they work is systemd.t's.
use strict;
use warnings;
use Doors;
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

SKIP: {
    `systemd-analyze --version 2>/dev/null` =~ /^systemd (\d+)/
        or skip 'systemd-analyze is not here', 4;
    skip "systemd $1 can't look at a unit that isn't installed", 4 if $1 < 251;
    # It looks at units that these need, too: theirs may have faults.
    my $said = join '', grep { /leadsheet/ } split /^/,
        `systemd-analyze verify $folder/leadsheet.socket $service 2>&1`;
    is($said, '', 'systemd understands both');
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
}

done_testing();

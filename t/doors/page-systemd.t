#!/usr/bin/perl
# The page as deploy/systemd's units run it, by hand: behind nginx, and what its
# user may do.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use PageDoors;
use Systemd;
use Test::More;

my $folder = srcdir() . '/deploy/systemd';
my $service = "$folder/leadsheet-page.service";
my %service = unit(slurp($service));
my %socket = unit(slurp("$folder/leadsheet-page.socket"));
my %receiver = unit(slurp("$folder/leadsheet.service"));

like(slurp(srcdir() . "/deploy/$_"), qr/\Q$socket{ListenStream}[0]\E/,
    "deploy/$_ has the socket of leadsheet-page.socket")
    for qw(nginx/leadsheet-page.conf nginx/page-workers
    lighttpd/leadsheet-page.conf apache/leadsheet-page-proxy.conf);
isnt($service{User}[0], $receiver{User}[0], 'it has a user of its own');
is($service{Group}[0], $receiver{Group}[0], '  in the group that may read leads');
is($service{ReadWritePaths}[0], "$receiver{ReadWritePaths}[0]/page",
    '  and writes to one folder');
# What keeps the receiver in bounds keeps the page in them as well.
my %differs = map { $_ => 1 } qw(ExecStart Description Requires User Environment
    SyslogIdentifier ReadWritePaths MemoryMax TasksMax CPUWeight IOWeight Nice
    InaccessiblePaths SystemCallFilter);
is_deeply({ map { $_ => $service{$_} } grep { !$differs{$_} } keys %service },
    { map { $_ => $receiver{$_} } grep { !$differs{$_} } keys %receiver },
    'it may do no more than the receiver');
is_deeply([@{$service{SystemCallFilter}}[0, 1]], $receiver{SystemCallFilter},
    '  and makes no other calls, but those');
is($service{SystemCallFilter}[2], 'landlock_create_ruleset landlock_add_rule '
    . 'landlock_restrict_self', '    by which it takes from itself what it may do');

my $site = page_systemd();
$site->{start}->($site);
check_page($site);
check_apart($site);

# What its user may do with the unit's mounts.
my $may = sub {
    my ($command) = @_;
    my $r = Systemd::as_page($site, $command);
    return $r->{exit} == 0;
};
my $home = $site->{home};
my ($journal) = glob "$home/main/journal/*.jsonl";
SKIP: {
    skip 'only root can be another user', 8 if $> != 0;
    ok($may->("cat $journal"), 'its user reads a journal');
    ok(!$may->("cat $home/main/secret"), '  and no secret');
    ok(!$may->("echo >>$journal"), '  it writes to no journal');
    ok(!$may->("touch $home/main/journal/x"), '  makes none');
    ok(!$may->("rm -f $journal && test ! -e $journal"), '  removes none');
    ok(!$may->("touch $home/main/disabled"), '  switches no endpoint off');
    ok(!$may->("echo >>$home/leadsheet.conf"), '  changes no setting');
    ok($may->("touch $home/page/x && rm $home/page/x"),
        '  and what it keeps it can keep');
}

# It stops as it should.
$site->{stops} = [];
stop_page($site);
is_deeply($site->{stops}, [[0, 0]], 'SIGTERM ends it: exit 0, and nobody is left');

SKIP: {
    `systemd-analyze --version 2>/dev/null` =~ /^systemd (\d+)/
        or skip 'systemd-analyze is not here', 5;
    skip "systemd $1 can't look at a unit that isn't installed", 5 if $1 < 251;
    is(join('', grep { /leadsheet/ } split /^/, scalar `systemd-analyze verify \\
        $folder/leadsheet-page.socket $service 2>&1`), '',
        'systemd understands both units');
    my $exposure = `systemd-analyze security --offline=yes --threshold=10 $service 2>&1`;
    is($?, 0, '  the exposure is at most 1.0');
    note($exposure =~ /(Overall.*)/);

    my $allowed = allowed_calls(%service);
    ok(!$allowed->{$_}, "the page may not call $_")
        for qw(mount reboot ptrace init_module setuid chown bpf);
    my $traced = page_systemd(traced => 1);
    $traced->{start}->($traced);
    check_page($traced);
    stop_page($traced);
    my @calls = keys %{{ map { $_ => 1 } map { slurp($_) =~ /^\d+ +(\w+)\(/mg }
        glob "$traced->{home}/page/trace/*" }};
    cmp_ok(scalar @calls, '>', 40, 'it makes ' . @calls . ' calls');
    is_deeply([sort grep { !$allowed->{$_} } @calls], [],
        '  and SystemCallFilter lets all of them through');
}
done_testing();

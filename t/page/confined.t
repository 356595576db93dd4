#!/usr/bin/perl
# The page's program can't open a secret, nor write outside its own directory,
# also where one user owns all of it.
use strict;
use warnings;
use Export;
use Leadsheet;
use PageFiles;
use Test::More;

# landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION)
plan skip_all => 'this kernel has no Landlock'
    if syscall(444, 0, 0, 1) < 1;

my $home = journal_of({'2026-11-20' => [body('{"urn":"u"}')]});
my ($segment) = @{journal($home)};
spew("$home/main/secret", secret());
spew("$home/main/lock", '');
spew("$home/leadsheet.conf", '');
mkdir "$home/main/sheets";
spew("$home/main/sheets/leads-2026-11-20.csv", 'x');
readers($home, 'anna');
my $library = "$home/.trespass.so";
system('gcc', '-D_GNU_SOURCE', '-shared', '-fPIC', '-O1', '-o', $library,
    data('trespass.c')) == 0 or die "gcc failed\n";

sub tried {
    my (@paths) = @_;
    my $r = visit($home, '/login', '', wrap => ['env',
        "LD_PRELOAD=$library", 'TRESPASS=' . join ':', @paths]);
    is($r->{status}, 200, 'the page answers');
    return { $r->{log} =~ /^trespass (\S+) (.+)$/mg };
}

my @never = ("$home/main/secret", "$home/main/lock",
    "$home/main/sheets/leads-2026-11-20.csv", '/etc/hosts', "$home/.other",
    "+$home/main/secret", "+$home/main/journal/x", "+$segment",
    "+$home/leadsheet.conf", "+$home/x", '+/tmp/leadsheet-trespass',
    '/proc/self/environ');
spew("$home/.other", '');
my $did = tried(@never);
for my $path (@never) {
    is($did->{$path}, 'Permission denied', $path =~ /^\+/
        ? "it can't write to " . substr $path, 1 : "it can't read $path");
}
ok(!-e '/tmp/leadsheet-trespass', 'nothing was made');
my $attempts = attempts($home, 'crm', 'state=given-up', 'failed=21',
    'why=crm.example.org answered 500');
my @may = ($segment, $attempts, "$home/leadsheet.conf", "$home/page/readers",
    "+$home/page/cache/x");
$did = tried(@may);
is($did->{$_}, 'opened', "it can open $_") for @may;
like(visit($home, '/', '', cookie => visitor($home, 'anna'))->{content},
    qr/main: relay crm has given up: crm\.example\.org answered 500/,
    'and says so of a relay that stands still');

# A web server's user, who isn't root, is as confined.
SKIP: {
    skip 'only root can become another user', 2 if $> != 0;
    system('chown', '-R', 'nobody', $home) == 0 or die;
    my $r = visit($home, '/login', '', wrap => ['setpriv', '--reuid=nobody',
        '--clear-groups', 'env', "LD_PRELOAD=$library",
        "TRESPASS=$home/main/secret:$segment"]);
    like($r->{log}, qr{^trespass \S+/secret Permission denied$}m,
        'the secret\'s owner can\'t read it in the page');
    like($r->{log}, qr{^trespass \S+\.jsonl opened$}m, '  but the journal');
}

# No memory of it goes to a disk.
my $limits = visit($home, '/login', '', wrap => ['sh', '-c',
    "ulimit -c unlimited; exec strace -qq -e trace=prlimit64,prctl "
    . "-o $home/.calls '" . builddir() . "/page/leadsheet-page.fcgi'"]);
is($limits->{status}, 200, 'it is traced');
my $calls = slurp("$home/.calls");
like($calls, qr/RLIMIT_CORE, \{rlim_cur=0, rlim_max=0\}/, 'no core is dumped');
like($calls, qr/PR_SET_DUMPABLE, SUID_DUMP_DISABLE/,
    'and nobody looks into its memory');
like($calls, qr/PR_SET_NO_NEW_PRIVS, 1/, 'and it gets no new rights');
done_testing();

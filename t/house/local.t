#!/usr/bin/perl
# The README's first command: up and down, in a copy of the tree.
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Socket::INET;
use Leadsheet;
use Test::More;

my $copy = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
system('cp', '-R', (map { srcdir() . "/$_" } qw(configure.ac Makefile.am lib
    cgi cli page t man deploy README YOUR-LEADS HACKING
    CHANGES COPYING)), $copy) == 0
    or die "cp failed\n";
my $port = free_port();
today();    # the page shows the example on the day on which it came

sub run {
    my ($script, @arguments) = @_;
    my $out = `sh $copy/deploy/local/$script @arguments 2>&1 </dev/null`;
    return ($? >> 8, $out);
}
END { run('down') if $copy }

my ($status, $out) = run('up', '--port', $port);
is($status, 0, 'up') or diag($out);
like($out, qr/"status":"stored".*\breceived_at,.*,Jane Smith,/s,
    '  delivers the example and shows its row');
like($out, qr{http://127\.0\.0\.1:$port/leads/main}, '  tells the URL');
# What it tells to type works as it stands.
my @typed = $out =~ /^  ((?:export|PATH|leadsheet) ?.*)$/mg;
cmp_ok(scalar @typed, '>=', 5, '  and what to type');
my $said = join '', map { "$_ 2>&1 || echo FAILED '$_'\n" } @typed;
$said = `$said`;
unlike($said, qr/FAILED/, '  which works as it stands') or diag($said);
like($said, qr/^main .*Jane Smith/s, '  status and export tell of the example');
my ($secret) = $out =~ /^  secret +(\S+)/m;
is(sprintf('%o', (stat $secret)[2] & 07777), '600', 'the secret is ours');
cmp_ok(length slurp($secret), '>=', 32, '  and long');
# The page, with the name and the password that it tells.
my ($address) = $out =~ m{^  page +(http://127\.0\.0\.1:$port/leadsheet/)$}m;
my ($name) = $out =~ /^  name +(\w+)$/m;
my ($password) = $out =~ /^  password +(\S+)$/m;
ok($address && $name && $password, 'it tells how to look at the page') or diag($out);
sub look {
    my (@arguments) = @_;
    open my $p, '-|', 'curl', '-sL', '-b', "$copy/jar", '-c', "$copy/jar", @arguments
        or die "curl: $!\n";
    local $/;
    return scalar <$p>;
}
unlike(look($address), qr/Jane Smith/, '  which shows nobody\'s leads to a stranger');
my $page = look('-H', "Origin: http://127.0.0.1:$port", '--data-urlencode',
    "name=$name", '--data-urlencode', "password=$password", "${address}login");
like($page, qr/Jane Smith/, '  and the example to who logs in');
($status, $out) = run('up', '--port', $port);
is($status, 0, 'up again');
like($out, qr/running already/, '  says that it is running');
like($out, qr/^  password +\Q$password\E$/m, '  and the same password');
($status, $out) = run('up', '--demo');
is($status, 0, 'up --demo') or diag($out);
is(leads(), 101, '  delivers a hundred made-up leads more');
is(scalar(() = look("${address}leads?as=csv") =~ /\n/g), 102, '  and the page gives them all');
like($out, qr/^  page /m, '    at the same address');
is(leadsheet("$copy/.local/home", ['check', 'main'])->{exit}, 0,
    '  the store is as deliveries leave it');
($status, $out) = run('up', '--demo');
like($out, qr/there already/, '  they are delivered once');
is(leads(), 101, '    as is to be seen');
sub leads {
    my $r = leadsheet("$copy/.local/home", ['export', '--format', 'jsonl']);
    return scalar(() = $r->{out} =~ /\n/g);
}
($status, $out) = run('down');
like($out, qr/^Stopped/, 'down');
ok(!IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port"), '  nobody listens');
($status, $out) = run('down');
like($out, qr/not running/, 'down again says so');

my $taken = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
($status, $out) = run('up', '--port', $taken->sockport);
isnt($status, 0, 'a port that is taken: not 0');
like($out, qr/taken by another program.*--port/, '  and what to do');
like((run('down'))[1], qr/not running/, '  and nothing is left running');
($status, $out) = run('up', '--port', 'http');
is($status, 64, 'a port that is no number: usage');
close $taken;
($status, $out) = run('up', '--port', $port);
like($out, qr/"duplicate".*Jane Smith/s, 'a second day: the sheet is shown');

# What is made up is made up: no address of anybody's, and the same each time.
my $demo = "perl $copy/deploy/local/demo.pl 1795000000";
my $bodies = `$demo`;
is(`$demo`, $bodies, 'the made-up leads are the same each time');
is(scalar(() = $bodies =~ /"urn"/g), 100, '  a hundred of them');
is_deeply([grep { !/\.example\z/ } $bodies =~ m{"https?://([^/"]+)}g], [],
    '  and every address ends in .example');

done_testing();

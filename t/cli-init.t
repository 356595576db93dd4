#!/usr/bin/perl
# leadsheet init: a home and its first endpoint.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my $home = "$dir/home";
sub mode { sprintf '%o', (stat $_[0])[2] & 07777 }

my $r = leadsheet($home, ['init']);
is($r->{exit}, 0, 'init') or diag($r->{err});
is($r->{err}, '', '  has no complaint');
like($r->{out}, qr/^made +\Q$home\E$/m, '  tells what it made');
like($r->{out}, qr{https://YOUR\.SITE/leads/main}, '  the URL to paste');
like($r->{out}, qr{leadsheet secret main}, '  and the next command');
like($r->{out}, qr/LEADSHEET_HOME=\Q$home\E/, '  and where the home is');
like(mode("$home/main"), qr/^2?750$/,
    '  the endpoint is for its group');
is_deeply([grep { length > 80 } split /\n/, $r->{out} =~ s/\Q$home\E//gr], [],
    '  in 80 columns, but for the path');
is(mode("$home/leadsheet.conf"), '640', '  and so are the settings');

# Each line of the settings with its # taken off is a setting, and with its
# default: the sheet is the same.
my $conf = slurp("$home/leadsheet.conf");
my @settings = $conf =~ /^#(\w+) = /mg;
my @documented = slurp(srcdir() . '/README') =~
    /^    (\w+) = /mg;
is_deeply([sort @settings], [sort @documented],
    'the file has each setting that the README has');
for my $name (@settings) {
    spew("$home/leadsheet.conf", $conf =~ s/^#(?=$name = )//mr);
    my $list = leadsheet($home, ['endpoint', 'list']);
    is($list->{exit}, 0, "  $name takes effect with its # taken off")
        or diag($list->{err});
}
spew("$home/leadsheet.conf", "timezone = Europe/Berlin\n");

spew("$home/main/secret", "s\n");
$r = leadsheet($home, ['init']);
is($r->{exit}, 0, 'init again');
like($r->{out}, qr/^there \Q$home\E$/m, '  leaves what is there');
is(slurp("$home/leadsheet.conf"), "timezone = Europe/Berlin\n",
    '  the settings');
is(slurp("$home/main/secret"), "s\n", '  and the secret');

$r = leadsheet(undef, ['--home', "$dir/other", 'init']);
is($r->{exit}, 0, '--home DIR init');
like($r->{out}, qr{leadsheet --home \Q$dir\E/other secret main},
    '  says the next command with it');
$r = cgi("$dir/other", body => slurp(data('documented.json')));
is($r->{status}, 503, 'a delivery to a home without a secret waits');
is(leadsheet("$dir/other", ['secret', 'main'],
    stdin => secret() . "\n")->{exit}, 0, '  and with its secret');
$r = cgi("$dir/other", body => slurp(data('documented.json')));
is($r->{status}, 200, '  is kept') or diag($r->{log});

my @bad = (
    ['below a directory that is not there', "$dir/no/such/home", 73,
        qr/can't make .*name another place: leadsheet --home DIR init/],
    ['where a file is', "$home/leadsheet.conf", 73, qr/Not a directory/],
);
for my $bad (@bad) {
    my ($name, $at, $exit, $says) = @$bad;
    $r = leadsheet($at, ['init']);
    is($r->{exit}, $exit, "init $name: exit $exit");
    like($r->{err}, $says, '  says so');
    is($r->{out}, '', '  and makes nothing');
}
SKIP: {
    skip 'root may write anywhere', 2 if $> == 0;
    chmod 0555, "$dir/other";
    $r = leadsheet("$dir/other/below", ['init']);
    is($r->{exit}, 73, 'where nobody may write: exit 73');
    like($r->{err}, qr/Permission denied/, '  says so');
    chmod 0755, "$dir/other";
}

# Half a home, as a full disk leaves it: settings that can't be written whole.
{
    my $full = "$dir/full";
    mkdir $full;
    $r = leadsheet($full, ['init'],
        wrap => ['sh', '-c', 'ulimit -f 0; exec "$@" >/dev/null 2>&1', 'sh']);
    is($r->{exit}, 73, 'settings that can\'t be written: exit 73');
    ok(!-e "$full/leadsheet.conf", '  are not left half');
    is(leadsheet($full, ['init'])->{exit}, 0, '  and init goes on later');
}

done_testing();

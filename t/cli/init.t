#!/usr/bin/perl
# leadsheet init: a home and its first endpoint.
use strict;
use warnings;
use File::Copy qw(copy);
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
like($r->{out}, qr{^ +$LEADSHEET secret main$}m, '  and the next command');
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
my @documented = (slurp(srcdir() . '/README') =~
    /^Settings\n-+\n(.*?)^What stands under/ms)[0] =~ /^    (\w+) = /mg;
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
        qr/can't make .*name another place, new or empty: "$LEADSHEET init"/],
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

# In which directories it makes a home, and in which it doesn't.
my @places = (
    ['an empty one', 'd', 0, sub { }],
    ['a new user\'s', 'd', 0, sub { spew("$_[0]/$_", 'x')
        for qw(.bashrc .profile); mkdir "$_[0]/.cache" }],
    ['a disk of its own', 'd', 0, sub { mkdir "$_[0]/lost+found" }],
    ['one with an empty endpoint', 'd', 0, sub { mkdir "$_[0]/main";
        chmod 02750, "$_[0]/main" }],
    ['one with an endpoint that has a lock', 'd', 0, sub { mkdir "$_[0]/main";
        spew("$_[0]/main/lock", '0') }],
    ['one whose endpoint was deleted', 'd', 0, sub {
        mkdir "$_[0]/main.deleted-1" }],
    ['a home of settings', 'd', 0, sub { spew("$_[0]/leadsheet.conf", '');
        spew("$_[0]/november.csv", 'x') }],
    ['a home of another endpoint', 'd', 0, sub { mkdir "$_[0]/news";
        spew("$_[0]/news/secret", 'x'); mkdir "$_[0]/exports" }],
    ['one with a file', 'd', 73, sub { spew("$_[0]/november.csv", 'x') },
        qr/d is not a home of leadsheet, and not empty: it has november\.csv in it; name another place, new or empty: "$LEADSHEET init"$/],
    ['one with a directory', 'd', 73, sub { mkdir "$_[0]/photos" },
        qr/has photos in it/],
    ['one with a main that is someone\'s', 'd', 73, sub { mkdir "$_[0]/main";
        spew("$_[0]/main/x", 'x') }, qr/has main in it/],
    ['a home with such a main', 'd', 78, sub { mkdir "$_[0]/main";
        spew("$_[0]/main/x", 'x'); spew("$_[0]/leadsheet.conf", 'x') },
        qr/main is no endpoint, and has other things in it, such as x;/],
    # Never the real one: this runs as root, and one day init may be wrong.
    ['one like /etc', 'etc', 73, sub { spew("$_[0]/$_", 'x')
        for qw(passwd hosts); mkdir "$_[0]/$_" for qw(nginx ssl) },
        qr/etc is not a home of leadsheet, and not empty: it has \w+ in it/],
);
for my $place (@places) {
    my ($name, $sub, $exit, $make, $says) = @$place;
    my $top = tempdir(CLEANUP => 1);
    my $at = "$top/$sub";
    mkdir $at;
    $make->($at);
    my $look = sub { scalar
        `cd '$at' && find . -printf '%p %y %m %s %T@\\n' | sort` };
    my $was = $look->();
    my $tried = leadsheet($at, ['init']);
    is($tried->{exit}, $exit, "$name: exit $exit") or diag($tried->{err});
    if ($exit != 0) {
        like($tried->{err}, $says, '  says why');
        is($look->(), $was, '  and nothing has changed');
        next;
    }
    like($tried->{out}, qr/^there \Q$at\E$/m, '  the directory was there');
    like($tried->{out}, qr/^made  \Q$at\E\/main$/m, '  its endpoint is new');
    ok(-d "$at/main/journal" && -f "$at/leadsheet.conf", '  and whole');
    my @lost = grep { !/^\. / && !/^\.\/(?:main|leadsheet\.conf) /
        && $look->() !~ /^\Q$_\E$/m } split /\n/, $was;
    is_deeply(\@lost, [], '  and the rest as it was');
    is(mode("$at/main"), '2750', '  with the mode that it had')
        if $name =~ /empty endpoint/;
}

# Other users'.
SKIP: {
    skip 'only root can be another user', 8 if $> != 0;
    my $top = tempdir(CLEANUP => 1);
    chmod 0777, $top;
    copy(builddir() . '/cli/leadsheet', "$top/program") or die "copy: $!\n";
    chmod 0755, "$top/program";
    mkdir "$top/$_" for qw(empty theirs closed etc);
    spew("$top/etc/passwd", 'x');
    leadsheet("$top/theirs", ['init']);
    leadsheet("$top/closed", ['init']);
    chmod 0700, "$top/closed";
    my @as = (program => "$top/program", wrap => ['setpriv', '--reuid=65534', '--regid=65534',
        '--clear-groups'], env => { HOME => '/nonexistent' });
    my $look = sub { scalar `cd '$top' && find . -printf '%p %y %m %u %s %T@\\n' | sort` };
    my $was = $look->();
    for (['empty', 77, qr/belongs to root; run this as that user/],
        ['theirs', 77, qr/belongs to root; run this as that user/],
        ['closed', 77, qr/belongs to root; run this as that user/],
        ['etc', 73, qr/etc is not a home of leadsheet/]) {
        my ($name, $exit, $says) = @$_;
        my $tried = leadsheet("$top/$name", ['init'], @as);
        is($tried->{exit}, $exit, "nobody, in root's $name: exit $exit");
        like($tried->{err}, $says, '  says why');
        is($tried->{out}, '', '  and nothing else');
    }
    is($look->(), $was, 'nothing of root\'s has changed');
    my $own = leadsheet("$top/own", ['init'], @as);
    is($own->{exit}, 0, 'nobody\'s own') or diag($own->{err});
    like(leadsheet("$top/own", ['init'], @as)->{out},
        qr/^there \Q$top\E\/own$/m, '  is there then');
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

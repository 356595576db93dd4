#!/usr/bin/perl
# t/at: the clock and the times of files are another day's, for whoever is
# started, and the machine's stay as they are; and how tests meet midnight.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $at = srcdir() . '/t/at';
my $dir = tempdir(CLEANUP => 1);
my $file = spew("$dir/file", '');
my $real = (stat $file)[9];

plan skip_all => 'no mounts of our own here'
    if $> != 0 || system('unshare -m true 2>/dev/null') != 0;

# What a command there says.
sub at {
    my ($when, $command) = @_;
    open my $p, '-|', 'sh', $at, $when, 'sh', '-c', $command, $dir
        or die "sh: $!\n";
    my $out = join '', <$p>;
    close $p;
    return $out;
}

my $minute = qr/2028-02-29 23:5[0-4]:\d\d/;
my $when = '2028-02-29 23:50:00';
like(at($when, 'env -i date -u "+%F %T"'), qr/^$minute$/,
    'a program without an environment has the time');
like(at($when, q(env -i perl -MPOSIX -e 'print strftime "%F %T", gmtime')),
    qr/^$minute$/, '  and Perl');
like(at($when, q(env -i python3 -c 'import datetime as d
print(d.datetime.now(d.timezone.utc))')), qr/^$minute/, '  and Python');
like(at($when, q(env -i faketime -f -1d date -u '+%F %T')),
    qr/^2028-02-28 23:5[0-4]:\d\d$/, '  and faketime counts from it');
like(at($when, 'touch $0/new; TZ=UTC0 stat -c %y $0/new'), qr/^$minute/,
    'a file that is made has the time');
is(at($when, 'touch -d 2020-01-02T03:04:05Z $0/new; TZ=UTC0 stat -c %y $0/new'),
    "2020-01-02 03:04:05.000000000 +0000\n", '  and one that is given a time has that');
is(at($when, q(perl -e 'utime 5, 6, $ARGV[0]; print((stat $ARGV[0])[9])' $0/new)),
    '6', '  by Perl as well');
at($when, 'exit 7');
is($? >> 8, 7, 'the exit status is the command\'s');
{
    local $ENV{ZONE} = 'Pacific/Kiritimati';
    like(at($when, 'date "+%F %T"'), qr/^2028-03-01 13:5\d:\d\d$/,
        'ZONE is the machine\'s time zone');
}

# What the other tests go by: see HACKING, "Build and test".  How long they would
# wait is enough.
sub waits {
    my ($when, $what) = @_;
    spew("$dir/waits", 'BEGIN { use Time::HiRes; no warnings;'
        . ' *Time::HiRes::sleep = sub { print "sleeps @_\n" } }'
        . " use Leadsheet; $what");
    return at($when, "$^X -I @{[srcdir()]}/t/lib \$0/waits 2>&1");
}
like(waits('2028-02-28 23:55:00', 'today(); home()'),
    qr/\A# waits (\d+) seconds for midnight \(UTC\)\nsleeps \1\n\z/,
    'a test that goes by the day waits when midnight is near, and once');
like(waits('2028-02-28 14:55:00', 'home("timezone = Asia/Tokyo\n")'),
    qr/\A# waits \d+ seconds for midnight \(Asia\/Tokyo\)\n/,
    '  and one with a home in Tokyo for the midnight there');
is(waits('2028-02-28 23:40:00', 'home(); print ago(1)'), '2028-02-27',
    '  but not before');

ok(!-e '/etc/at.so', 'nothing of it stays');
is((stat $file)[9], $real, '  and a file from before is as it was');

done_testing();

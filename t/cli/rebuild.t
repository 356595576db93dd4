#!/usr/bin/perl
# leadsheet rebuild: sheets and index again from the journal.
use strict;
use warnings;
use Checker;
use Leadsheet;
use Recent;
use Test::More;

my $today = today();

sub must {
    my ($home, $body) = @_;
    my $r = cgi($home, body => $body);
    die "not kept: $r->{log}" if $r->{status} != 200;
    return $r->{json}{status};
}

sub ids {
    my ($home) = @_;
    take_over($home);
    return scalar `sqlite3 '$home/main/index.sqlite' 'SELECT * FROM ids ORDER BY key'`;
}

# What was delivered so far was delivered on that day.
sub move_to {
    my ($home, $day) = @_;
    rename $_, s/\Q$today\E/$day/r or die for glob "$home/main/journal/$today*";
    system "rm -rf '$home'/main/sheets/* '$home'/main/index.sqlite*";
    spew("$home/main/lock", '1');
}

# Nobody has edited anything.
my $home = home();
must($home, delivery("delivery-$_", 2)) for 1 .. 3;
must($home, delivery('delivery-t', 1, '"test":true,'));
my $sheet = "$home/main/sheets/leads-$today.csv";
my ($bytes, $ids) = (slurp($sheet), ids($home));
my $r = leadsheet($home, ['rebuild', $today]);
is("$r->{exit} $r->{err}", '0 ', 'rebuild of a day ends well');
is($r->{out}, "main $today: 6 rows, 1 of tests\n", '  and says what it made');
is(slurp($sheet), $bytes, '  the sheet is what it was');
is(slurp("$home/main/sheets/replaced/leads-$today.csv.1"), $bytes,
    '  and what was there is in replaced/');
ok(-e "$home/main/sheets/replaced/test-$today.csv.1",
    '  that of tests as well');
must($home, delivery('delivery-4', 1));
ok(!-e "$home/main/sheets/leads-$today-2.csv", '  it goes on in part 1');
is_deeply([violations($home, kept => { map { ("delivery-$_" => $_ < 4 ? 2 : 1) }
    1 .. 4 })], [], '  with every row once');

# Edited in two parts, a part as TSV, sheets that are missing, a strange index.
$home = home();
must($home, delivery("delivery-$_", 2)) for 1 .. 2;
$sheet = "$home/main/sheets/leads-$today.csv";
$bytes = slurp($sheet);
spew($sheet, my $edited = $bytes =~ s/delivery-1-1/X/r);
must($home, delivery('delivery-3', 1));
my $second = slurp("$home/main/sheets/leads-$today-2.csv");
spew("$home/main/sheets/leads-$today.tsv", 'of other settings');
spew("$home/main/sheets/leads-$today (copy).csv", 'not ours');
$r = leadsheet($home, ['rebuild', 'today']);
is($r->{exit}, 0, 'rebuild of an edited day ends well');
is($r->{out}, "main $today: 5 rows\n"
    . "  leads-$today.csv was another; it is now "
    . "$home/main/sheets/replaced/leads-$today.csv.1\n"
    . "  leads-$today.tsv was another; it is now "
    . "$home/main/sheets/replaced/leads-$today.tsv.1\n",
    '  and names what had been edited, not what hadn\'t');
is(slurp("$home/main/sheets/replaced/leads-$today.csv.1"), $edited,
    '  the edited part is kept');
is(slurp("$home/main/sheets/replaced/leads-$today-2.csv.1"), $second,
    '  the second part as well');
is(substr(slurp($sheet), 0, length $bytes), $bytes, '  part 1 is whole again');
is(slurp("$home/main/sheets/leads-$today (copy).csv"), 'not ours',
    '  a file of another name stays');
unlink "$home/main/sheets/leads-$today (copy).csv";
is_deeply([violations($home, kept => { 'delivery-1' => 2, 'delivery-2' => 2,
    'delivery-3' => 1 })], [], '  every row is there, once');

# All days, and the index.
$home = home();
must($home, delivery('delivery-a', 2));
move_to($home, '2020-01-01');
must($home, delivery('delivery-b', 2));
move_to($home, '2020-01-02');
must($home, delivery('delivery-c', 2));
$ids = ids($home);
system 'sqlite3', "$home/main/index.sqlite", "UPDATE ids SET offset = 7 "
    . "WHERE key = 'delivery-a'; DELETE FROM ids WHERE key = 'delivery-b'; "
    . "INSERT INTO ids VALUES('away', '2019-01-01', 1, 0, 'x')";
# Its journal was put away: it can't be made again.
spew("$home/main/sheets/leads-2019-01-01.csv", 'of a day that is gone');
unlink "$home/main/sheets/leads-2020-01-01.csv";
$r = leadsheet($home, ['rebuild']);
is("$r->{exit} $r->{err}", '0 ', 'rebuild of all ends well');
is($r->{out}, "main: the index is made again\n" . join('', map {
    "main $_: 2 rows\n" } '2020-01-01', '2020-01-02', $today),
    '  and says so, a line a day');
is(ids($home), "away|2019-01-01|1|0|x\n$ids",
    '  the index is what it was, with the ids of a day that was put away');
is(slurp("$home/main/sheets/leads-2019-01-01.csv"), 'of a day that is gone',
    '  whose sheet stays');
system 'sqlite3', "$home/main/index.sqlite", "DELETE FROM ids WHERE key = 'away'";
unlink "$home/main/sheets/leads-2019-01-01.csv";
is_deeply([violations($home, kept => { map { ("delivery-$_" => 2) }
    qw(a b c) })], [], '  every row is there, once');

# An index that only reading all of it finds damaged.
must($home, delivery("more-$_", 1)) for 1 .. 60;
take_over($home);
system "sqlite3 '$home/main/index.sqlite' 'PRAGMA wal_checkpoint(TRUNCATE)' "
    . '>/dev/null';
my $pages = -s "$home/main/index.sqlite";
open my $f, '+<', "$home/main/index.sqlite" or die;
seek $f, 4096 * 4 + 200, 0;
print $f "\xff" x 2000;
close $f;
$r = leadsheet($home, ['rebuild']);
is($r->{exit}, 0, 'a damaged index: it ends well');
ok(-e "$home/main/index.sqlite.damaged-1", '  the damaged one is set aside');
is_deeply([violations($home, kept => { (map { ("delivery-$_" => 2) }
    qw(a b c)), map { ("more-$_" => 1) } 1 .. 60 })], [],
    '  and the index is the journal\'s');

# Progress, on a terminal: what is drawn is wiped before a line is printed.
$home = home();
must($home, delivery('delivery-a', 2));
move_to($home, '2020-01-01');
must($home, delivery('delivery-b', 2));
my $command = builddir() . "/cli/leadsheet --home $home rebuild";
my $out = qx(script -qec "strace -qq -o /dev/null -e trace=rename -e inject=rename:delay_enter=600000 $command" /dev/null);
like($out, qr/\rrebuilding +\d+% \[/, 'on a terminal progress is drawn');
like($out, qr/\r\e\[Kmain $today: 2 rows/, '  and wiped before a line');
like($out, qr/\r\e\[K\z/, '  and at the end');

# Ctrl-C between two days.
$r = leadsheet($home, ['rebuild'], wrap => ['strace', '-qq', '-o', '/dev/null',
    '-e', 'trace=rename', '-e', 'inject=rename:signal=INT:when=1']);
is($r->{exit}, 130, 'Ctrl-C in the first day ends it by the signal');
is($r->{out}, "main: the index is made again\nmain 2020-01-01: 2 rows\n",
    '  when the day is done');
like($r->{err}, qr/stopped; the days so far are done, run it again/,
    '  and it says how to go on');
is_deeply([violations($home, kept => { 'delivery-a' => 2,
    'delivery-b' => 2 })], [], '  nothing is lost');

# Errors.
$home = home();
must($home, delivery('delivery-a', 1));
spew("$home/main/sheets/leads-2019-01-01.csv", 'stays');
my $before = tree($home);
for (
    [['rebuild', '2026-1-1'], 64, qr/"2026-1-1" is no day/],
    [['rebuild', '2026-13-01'], 64, qr/"2026-13-01" is no day/],
    [['rebuild', '2019-01-01'], 66, qr/no journal has such a day/],
    [['rebuild', '--endpoint', 'x'], 64, qr/there is no endpoint x/],
    [['rebuild', '--all'], 64, qr/unknown option --all/],
) {
    my ($args, $exit, $says) = @$_;
    $r = leadsheet($home, $args);
    is($r->{exit}, $exit, "@$args: $exit");
    like($r->{err}, $says, '  and says why');
}
is_deeply(tree($home), $before, 'nothing changed by any of them');
mkdir "$home/main/sheets/replaced";
rmdir "$home/main/sheets/replaced";
spew("$home/main/sheets/replaced", 'in its place');
$r = leadsheet($home, ['rebuild']);
is($r->{exit}, 74, 'no room for what is replaced: EX_IOERR');
like($r->{err}, qr/nothing is lost.*leadsheet rebuild $today/, '  and says so');
unlink "$home/main/sheets/replaced";
is(must($home, delivery('delivery-b', 1)), 'stored', '  deliveries go on');
unlink "$home/main/sheets/leads-2019-01-01.csv";
is_deeply([violations($home, kept => { 'delivery-a' => 1,
    'delivery-b' => 1 })], [], '  and nothing is lost');
$r = leadsheet(undef, ['rebuild', '--help']);
like($r->{out}, qr/^example: leadsheet rebuild/m, '--help has an example');

done_testing();

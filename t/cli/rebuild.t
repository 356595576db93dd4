#!/usr/bin/perl
# leadsheet rebuild: sheets and index again from the journal.
use strict;
use warnings;
use Checker;
use Leadsheet;
use Test::More;

my $today = today();

sub must {
    my ($home, $body) = @_;
    my $r = cgi($home, body => $body);
    die "not kept: $r->{log}" if $r->{status} != 200;
    return $r->{json}{status};
}

# What was delivered so far was delivered on that day.
sub move_to {
    my ($home, $day) = @_;
    # Its lines about sheets name those of today.
    spew("$home/main/journal/$day.jsonl", join '', grep { !/"kind":"sheet"/ }
        map { "$_\n" } split /\n/, slurp("$home/main/journal/$today.jsonl"));
    unlink "$home/main/journal/$today.jsonl";
    system "rm -rf '$home'/main/sheets/* '$home'/main/index '$home'/main/lock";
}

# Nobody has edited anything.
my $home = home();
must($home, delivery("delivery-$_", 2)) for 1 .. 3;
must($home, delivery('delivery-t', 1, '"test":true,'));
my $sheet = "$home/main/sheets/leads-$today.csv";
my $bytes = slurp($sheet);
my $r = leadsheet($home, ['rebuild', $today]);
is("$r->{exit} $r->{err}", '0 ', 'rebuild of a day ends well');
is($r->{out}, "main $today: 6 rows, 1 of tests, as they were\n",
    '  and says that nothing was to be made');
is(slurp($sheet), $bytes, '  the sheet is what it was');
ok(!-e "$home/main/sheets/replaced", '  and nothing is moved away');
ok(!-e "$home/main/pending", '  nor left to be done');
unlink "$home/main/sheets/test-$today.csv";
$r = leadsheet($home, ['rebuild', $today]);
is($r->{out}, "main $today: 6 rows, 1 of tests\n",
    'a sheet that was deleted is made again');
is(lines("$home/main/sheets/test-$today.csv"), 2, '  whole');
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
spew("$home/main/sheets/leads-$today-3.tsv", 'no line names it');
spew("$home/main/sheets/leads-$today (copy).csv", 'not ours');
$r = leadsheet($home, ['rebuild', 'today']);
is($r->{exit}, 0, 'rebuild of an edited day ends well');
is($r->{out}, "main $today: 5 rows\n"
    . "  leads-$today.csv was another; it is now "
    . "$home/main/sheets/replaced/leads-$today.csv.1\n",
    '  and names what had been edited, not what hadn\'t');
is(slurp("$home/main/sheets/replaced/leads-$today.csv.1"), $edited,
    '  the edited part is kept');
is(slurp("$home/main/sheets/replaced/leads-$today-2.csv.1"), $second,
    '  the second part as well');
is(substr(slurp($sheet), 0, length $bytes), $bytes, '  part 1 is whole again');
is(slurp("$home/main/sheets/leads-$today (copy).csv"), 'not ours',
    '  a file of another name stays');
is(slurp("$home/main/sheets/leads-$today-3.tsv"), 'no line names it',
    '  and one that no line names');
unlink "$home/main/sheets/leads-$today (copy).csv",
    "$home/main/sheets/leads-$today-3.tsv";
is_deeply([violations($home, kept => { 'delivery-1' => 2, 'delivery-2' => 2,
    'delivery-3' => 1 })], [], '  every row is there, once');

# All days, and the index.
$home = home();
must($home, delivery('delivery-a', 2));
move_to($home, '2020-01-01');
must($home, delivery('delivery-b', 2));
move_to($home, '2020-01-02');
must($home, delivery('delivery-c', 2));
# Its journal was put away: it can't be made again.
spew("$home/main/sheets/leads-2019-01-01.csv", 'of a day that is gone');
unlink "$home/main/sheets/leads-2020-01-01.csv";
# An index that has nothing.
spew("$home/main/index", "\0" x 512);
$r = leadsheet($home, ['rebuild']);
is("$r->{exit} $r->{err}", '0 ', 'rebuild of all ends well');
is($r->{out}, "main: the index is made again\n" . join('', map {
    "main $_\n" } '2020-01-01: 2 rows', '2020-01-02: 2 rows, as they were',
    "$today: 2 rows, as they were"), '  and says so, a line a day');
is(slurp("$home/main/sheets/leads-2019-01-01.csv"), 'of a day that is gone',
    '  a sheet whose journal was put away stays');
unlink "$home/main/sheets/leads-2019-01-01.csv";
is_deeply([violations($home, kept => { map { ("delivery-$_" => 2) }
    qw(a b c) })], [], '  every row is there, once');
is(must($home, delivery("delivery-$_", 2)), 'duplicate',
    "  and $_ is known") for qw(a b c);

# An index that is none.
spew("$home/main/index", 'x' x 5000);
$r = leadsheet($home, ['rebuild']);
is($r->{exit}, 0, 'a damaged index: it ends well');
ok(-e "$home/main/index.damaged-1", '  the damaged one is set aside');
unlink "$home/main/index.damaged-1";
is_deeply([violations($home, kept => { map { ("delivery-$_" => 2) }
    qw(a b c) })], [], '  and the index is the journal\'s');

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
unlink glob "$home/main/sheets/*.csv";
$r = leadsheet($home, ['rebuild'], wrap => ['strace', '-qq', '-o', '/dev/null',
    '-e', 'trace=renameat2', '-e', 'inject=renameat2:signal=INT:when=1']);
is($r->{exit}, 130, 'Ctrl-C in the first day ends it by the signal');
is($r->{out}, "main: the index is made again\nmain 2020-01-01: 2 rows\n",
    '  when the day is done');
like($r->{err}, qr/stopped; the days so far are done, run it again/,
    '  and it says how to go on');
like(slurp("$home/main/pending"), qr/^task rebuild$/m,
    '  what was begun is known');
$r = leadsheet($home, ['rebuild', '2020-01-01']);
like($r->{out}, qr/^main: the index.*^main $today: 2 rows$/ms,
    '  and the next one finishes it');
ok(!-e "$home/main/pending", '  nothing is left to be done');
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
$sheet = "$home/main/sheets/leads-$today.csv";
spew($sheet, slurp($sheet) . "mine\r\n");
spew("$home/main/sheets/replaced", 'in its place');
$r = leadsheet($home, ['rebuild']);
is($r->{exit}, 74, 'no room for what is replaced: EX_IOERR');
like($r->{err}, qr/nothing is lost.*"$LEADSHEET rebuild $today --endpoint main"/, '  and says so');
unlink "$home/main/sheets/replaced";
my $left = leadsheet($home, ['prune', '--keep', '9y', '--yes']);
is($left->{exit}, 0, '  another command makes up for it');
is(must($home, delivery('delivery-b', 1)), 'stored', '  deliveries go on');
unlink "$home/main/sheets/leads-2019-01-01.csv";
is_deeply([violations($home, kept => { 'delivery-a' => 1,
    'delivery-b' => 1 })], [], '  and nothing is lost');
$r = leadsheet(undef, ['rebuild', '--help']);
like($r->{out}, qr/^example: leadsheet rebuild/m, '--help has an example');

done_testing();

#!/usr/bin/perl
# leadsheet prune: old days leave, and their deliveries stay known.
use strict;
use warnings;
use Checker;
use JSON::PP ();
use Leadsheet;
use POSIX ();
use Test::More;

my $today = today();
sub ago { POSIX::strftime('%Y-%m-%d', gmtime(time - $_[0] * 86400)) }

sub must {
    my ($home, $body) = @_;
    my $r = cgi($home, body => $body);
    die "not kept: $r->{log}" if $r->{status} != 200;
    return $r->{json}{status};
}

# What was delivered so far was delivered on that day.
sub move_to {
    my ($home, $day) = @_;
    rename $_, s/\Q$today\E/$day/r or die for glob "$home/main/journal/$today*";
    system "rm -rf '$home'/main/sheets/* '$home'/main/index.sqlite*";
    spew("$home/main/lock", '1');
}

# A day of 500 days ago, one of 401, one of 400, and today.
my @days = map { ago($_) } 500, 401, 400;
my %body = map { $_ => delivery("delivery-$_", 2) } 'a' .. 'd';
sub four_days {
    my ($home) = @_;
    for (0 .. 2) {
        must($home, $body{('a' .. 'c')[$_]});
        must($home, qq({"event":"other$_"}));
        move_to($home, $days[$_]);
    }
    must($home, $body{d});
}

my $home = home();
four_days($home);
my $main = "$home/main";
spew("$main/sheets/leads-$days[0].csv", 'edited');
spew("$main/sheets/leads-$days[0]-2.tsv", 'x');
spew("$main/sheets/leads-$days[0] (copy).csv", 'not ours');
spew("$main/journal/$days[1].torn-1", 'x');
mkdir "$main/sheets/replaced";
spew("$main/sheets/replaced/leads-$_.csv.1", 'x') for @days;
my $before = tree($home);
my $r = leadsheet($home, ['prune', '--keep', '400d', '--dry-run']);
is("$r->{exit} $r->{err}", '0 ', 'a dry run ends well');
like($r->{out}, qr/^main $days[0]: 4 files, .*\nmain $days[1]: 4 files, .*\n2 days before $days[2], .* would go$/,
    '  and says what would go');
is_deeply(tree($home), $before, '  and nothing changes');
$r = leadsheet($home, ['prune', '--keep', '400d']);
is("$r->{exit} $r->{err}",
    "64 leadsheet prune: nothing is removed; say --yes\n",
    'without --yes and a terminal: EX_USAGE, and the remedy');
is_deeply(tree($home), $before, '  and nothing changes');
$r = leadsheet($home, ['prune', '--keep', '400d', '--yes']);
is("$r->{exit} $r->{err}", '0 ', 'prune ends well');
like($r->{out}, qr/^main $days[0]: .*\nmain $days[1]: .*\n2 days before $days[2], .* gone; their deliveries stay known$/,
    '  and says what is gone');
ok(!-e "$main/$_", "  $_ is gone") for map { ("journal/$_.jsonl",
    "sheets/leads-$_.csv", "sheets/replaced/leads-$_.csv.1") } @days[0, 1];
ok(-e "$main/$_", "  $_ stays") for "journal/$days[2].jsonl",
    "sheets/leads-$days[2].csv", "sheets/replaced/leads-$days[2].csv.1",
    "sheets/leads-$days[0] (copy).csv", "journal/$days[0].ids";
unlike(slurp("$main/journal/$days[0].ids"), qr/Private|delivery-a-1/,
    '  what stays says nothing of a person');
unlink "$main/sheets/leads-$days[0] (copy).csv";

# With the index as it is, and one made anew, and after a further pruning.
for my $what ('the index as it is', 'an index made anew', 'pruned twice') {
    unlink glob "$main/index.sqlite*" if $what eq 'an index made anew';
    leadsheet($home, ['prune', '--keep', '400d', '--yes'])
        if $what eq 'pruned twice';
    is(must($home, $body{$_}), 'duplicate', "$what: $_ is a duplicate")
        for 'a' .. 'd';
    is(must($home, qq({"event":"other$_"})), 'duplicate',
        "  and so is another event of day $_") for 0 .. 2;
    is_deeply([violations($home, kept => { 'delivery-c' => 2,
        'delivery-d' => 2 })], [], '  and nothing else has changed');
}
is_deeply([map { must($home, delivery("delivery-$_", 1)) } 'e'],
    ['stored'], 'a new delivery is stored');

# More of a day that was pruned: a clock that stood wrong.
$home = home();
must($home, $body{a});
move_to($home, $days[0]);
must($home, $body{d});
leadsheet($home, ['prune', '--keep', '1y', '--yes']);
must($home, $body{b});
system "cd '$home/main/journal' && tail -1 $today.jsonl > $days[0].jsonl "
    . "&& head -1 $today.jsonl > x && cat x > $today.jsonl && rm x";
unlink glob "$home/main/index.sqlite* $home/main/sheets/*";
$r = leadsheet($home, ['prune', '--keep', '1y', '--yes']);
is($r->{exit}, 0, 'a day that is pruned again');
unlink glob "$home/main/index.sqlite*";
is(must($home, $body{$_}), 'duplicate', "  $_ is a duplicate") for qw(a b d);

# As JSON.
$home = home();
four_days($home);
$r = leadsheet($home, ['prune', '--keep', '13m', '--json', '--yes']);
my @said = map { JSON::PP->new->decode($_) } split /\n/, $r->{out};
is_deeply([map { "$_->{endpoint} $_->{day} $_->{files}"
    . ($_->{removed} ? ' removed' : '') } @said],
    [map { "main $_ 2 removed" } @days], 'JSON has an object a day');
$r = leadsheet($home, ['prune', '--keep', '9y', '--yes']);
like($r->{out}, qr/^there is nothing from before \d{4}-\d\d-\d\d$/,
    'nothing to prune is said');

# Errors.
$before = tree($home);
for (
    [['prune'], 64, qr/say how long.*--keep 400d/],
    (map { [['prune', '--keep', $_], 64, qr/is no time to keep/] } '400', 'd',
        '0d', '-1d', '1h', '1d2', '99999y', ''),
    [['prune', '--keep'], 64, qr/--keep wants TIME/],
    [['prune', '400d'], 64, qr/takes no "400d"/],
    [['prune', '--keep', '1d', '--endpoint', 'x'], 64, qr/no endpoint x/],
) {
    my ($args, $exit, $says) = @$_;
    $r = leadsheet($home, $args);
    is($r->{exit}, $exit, "@$args: $exit");
    like($r->{err}, $says, '  and says why');
}
is_deeply(tree($home), $before, 'nothing changed by any of them');

# Ctrl-C, on a terminal: between two days, and the rest is there.
$home = home();
must($home, $body{a});
my $journal = slurp("$home/main/journal/$today.jsonl");
for (1 .. 40) {
    spew("$home/main/journal/" . ago(500 + $_) . '.jsonl',
        $journal =~ s/delivery-a/delivery-$_/gr);
}
spew("$home/main/lock", '1');
is(must($home, $body{a}), 'duplicate', 'a home of forty days');
$r = leadsheet($home, ['prune', '--keep', '400d', '--yes'], wrap => ['strace',
    '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e',
    'inject=rename:signal=INT:when=5']);
is($r->{exit}, 130, 'Ctrl-C in the fifth day ends it by the signal');
is($r->{err}, 'leadsheet prune: stopped; the days so far are gone, run it '
    . "again for the rest\n", '  with a sentence on how to go on');
is(scalar(my @left = glob "$home/main/journal/*.jsonl"), 36,
    '  the fifth day is done, the sixth is whole');
is(slurp("$home/main/lock"), '0', '  and the lock is given back');
$r = leadsheet($home, ['prune', '--keep', '400d', '--yes']);
is($r->{exit}, 0, 'again: the rest');
is(scalar(@left = glob "$home/main/journal/*.jsonl"), 1, '  is gone');

# On a terminal it asks.
for (["n\n", 'nothing is removed', 1], ["y\n", 'gone', 0]) {
    my ($answer, $says, $stays) = @$_;
    $home = home();
    four_days($home);
    my $out = qx(printf '$answer' | script -qec "'@{[builddir()]}/cli/leadsheet' --home '$home' prune --keep 400d" /dev/null 2>&1);
    like($out, qr/Remove 2 days before $days[2] \(.*\), for good\? \[y\/N\]/,
        'on a terminal it asks');
    like($out, qr/$says/, "  and hears " . substr $answer, 0, 1);
    is(-e "$home/main/journal/$days[0].jsonl" ? 1 : 0, $stays,
        '  and does as it is told');
}
$r = leadsheet(undef, ['prune', '--help']);
like($r->{out}, qr/^example: leadsheet prune/m, '--help has an example');

done_testing();

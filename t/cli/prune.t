#!/usr/bin/perl
# leadsheet prune: old days leave, and their deliveries stay known.
use strict;
use warnings;
use Checker;
use Digest::SHA qw(sha256_hex);
use JSON::PP ();
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
    leadsheet($home, ['rebuild']);
}

# What of a day is left: records without bodies.
sub is_pruned {
    my ($home, $day) = @_;
    my $text = slurp("$home/main/journal/$day.jsonl");
    return $text ne '' && $text !~ /"body"|Private|"sheet"/;
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
ok(!-e "$main/$_", "  $_ is gone") for "sheets/leads-$days[0]-2.tsv",
    "journal/$days[1].torn-1", map { ("sheets/leads-$_.csv",
    "sheets/replaced/leads-$_.csv.1") } @days[0, 1];
ok(is_pruned($home, $_), "  the journal of $_ has no bodies")
    for @days[0, 1];
ok(!is_pruned($home, $days[2]), "  that of $days[2] has");
ok(-e "$main/$_", "  $_ stays") for "journal/$days[2].jsonl",
    "sheets/leads-$days[2].csv", "sheets/replaced/leads-$days[2].csv.1",
    "sheets/leads-$days[0] (copy).csv";
unlike(slurp("$main/journal/$days[0].jsonl"), qr/Private|delivery-a-1/,
    '  what stays says nothing of a person');
ok(!-e "$main/pending", '  and nothing is left to be done');
$before = tree($home);
$r = leadsheet($home, ['prune', '--keep', '400d', '--yes']);
is($r->{out}, "there is nothing from before $days[2]\n",
    '  a second time there is nothing to do');
is_deeply(tree($home), $before, '  and nothing changes');
unlink "$main/sheets/leads-$days[0] (copy).csv";

# With the index as it is, and one made anew, and after a further pruning.
for my $what ('the index as it is', 'an index made anew', 'pruned twice') {
    unlink "$main/index" if $what eq 'an index made anew';
    leadsheet($home, ['prune', '--keep', '400d', '--yes'])
        if $what eq 'pruned twice';
    is(must($home, $body{$_}), 'duplicate', "$what: $_ is a duplicate")
        for 'a' .. 'd';
    is(must($home, qq({"event":"other$_"})), 'duplicate',
        "  and so is another event of day $_") for 0 .. 2;
    is_deeply([violations($home, skip => ['stale'], kept => {
        'delivery-c' => 2,
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
ok(is_pruned($home, $days[0]), 'a day that is pruned');
must($home, $body{b});
my $today_is = "$home/main/journal/$today.jsonl";
my ($late) = slurp($today_is) =~ /^(.*"id":"delivery-b".*\n)/m;
spew($today_is, slurp($today_is) =~ s/\Q$late\E//r);
spew("$home/main/journal/$days[0].jsonl",
    slurp("$home/main/journal/$days[0].jsonl") . $late);
unlink "$home/main/lock", "$home/main/index", glob "$home/main/sheets/*";
ok(!is_pruned($home, $days[0]), '  and has another delivery since');
$r = leadsheet($home, ['prune', '--keep', '1y', '--yes']);
is($r->{exit}, 0, '  is pruned again');
ok(is_pruned($home, $days[0]), '  all of it');
unlink "$home/main/index";
is(must($home, $body{$_}), 'duplicate', "  $_ is a duplicate") for qw(a b d);

# Killed between the sheets and the bodies, and on another day.
$home = home();
four_days($home);
$r = leadsheet($home, ['prune', '--keep', '400d', '--yes'], wrap => ['strace',
    '-qq', '-o', '/dev/null', '-P', "$home/main/journal/$days[0].jsonl.new",
    '-e', 'trace=rename', '-e', 'inject=rename:signal=KILL:when=1']);
is($r->{exit}, 137, 'killed in the first day');
like(slurp("$home/main/pending"), qr/^task prune\nbefore $days[2]$/m,
    '  what was begun is known');
is(must($home, $body{e} = delivery('delivery-e', 1)), 'stored',
    '  deliveries go on');
$r = leadsheet($home, ['rebuild', $today]);
is($r->{exit}, 0, '  another command ends well');
like($r->{err}, qr/main: prune was cut off, and is finished first/,
    '  and finishes that first');
ok(is_pruned($home, $_) && !-e "$home/main/sheets/leads-$_.csv",
    "  $_ is pruned") for @days[0, 1];
ok(!-e "$home/main/pending", '  nothing is left to be done');

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
my ($line) = $journal =~ /^(.*"id":"delivery-a".*)$/m;
for my $n (1 .. 40) {
    my $text = $line =~ s/delivery-a/delivery-$n/gr;
    my ($body) = $text =~ /"body":(.*)\}$/;
    $text =~ s/"sha256":"\w+"/'"sha256":"' . sha256_hex($body) . '"'/e;
    spew("$home/main/journal/" . ago(500 + $n) . '.jsonl', "$text\n");
}
unlink "$home/main/lock";
is(must($home, $body{a}), 'duplicate', 'a home of forty days');
my $left = sub { grep { !is_pruned($home, $_) } map { ago(500 + $_) } 1 .. 40 };
$r = leadsheet($home, ['prune', '--keep', '400d', '--yes'], wrap => ['strace',
    '-qq', '-o', '/dev/null', '-P',
    "$home/main/journal/@{[ago(536)]}.jsonl.new", '-e', 'trace=rename', '-e',
    'inject=rename:signal=INT']);
is($r->{exit}, 130, 'Ctrl-C in the fifth day ends it by the signal');
is($r->{err}, 'leadsheet prune: stopped; the days so far are gone, run it '
    . "again for the rest\n", '  with a sentence on how to go on');
is(scalar(my @some = $left->()), 35, '  the fifth day is done, the sixth is whole');
is(system('flock', '-n', "$home/main/lock", 'true'), 0,
    '  and the lock is given back');
$r = leadsheet($home, ['prune', '--keep', '400d', '--yes']);
is($r->{exit}, 0, 'again: the rest');
is(scalar(@some = $left->()), 0, '  is gone');

# On a terminal it asks.
for (["n\n", 'nothing is removed', 1], ["y\n", 'gone', 0]) {
    my ($answer, $says, $stays) = @$_;
    $home = home();
    four_days($home);
    my $out = qx(printf '$answer' | script -qec "'@{[builddir()]}/cli/leadsheet' --home '$home' prune --keep 400d" /dev/null 2>&1);
    like($out, qr/Remove 2 days before $days[2] \(.*\), for good\? \[y\/N\]/,
        'on a terminal it asks');
    like($out, qr/$says/, "  and hears " . substr $answer, 0, 1);
    is(is_pruned($home, $days[0]) ? 0 : 1, $stays,
        '  and does as it is told');
}
$r = leadsheet(undef, ['prune', '--help']);
like($r->{out}, qr/^example: leadsheet prune/m, '--help has an example');

done_testing();

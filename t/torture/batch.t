#!/usr/bin/perl
# A batch: deliveries that come together are kept under one lock, with one sync,
# and each hears what it would have heard alone; whatever is among them, and
# whatever fails.
use strict;
use warnings;
use Answers;
use Checker;
use Crash;
use IO::File;
use Leadsheet;
use Test::More;
use Worker;

-x '/usr/bin/strace' or BAIL_OUT('strace is not installed: run sh t/run');
my ($faketime) = glob '/usr/lib/*/faketime/libfaketime.so.1'
    or BAIL_OUT('faketime is not installed: run sh t/run');
my $day = today();

sub sheet   { "$_[0]/main/sheets/leads-$day.csv" }
sub segment { "$_[0]/main/journal/$day.jsonl" }

# A worker whose calls go to a trace, and more options of strace's.
sub traced {
    my ($home, %o) = @_;
    my %env = %{$o{env} // {}};
    return worker($home, wrap => [strace("$home/.trace", '-D', '-y',
        (map { ('-E', "$_=$env{$_}") } sort keys %env), '-e',
        'trace=flock,write,pwrite64,writev,pwritev,fdatasync,fsync',
        @{$o{options} // []})]);
}

# One that fails, of those calls for the journal's segment, or one after it.
sub failing {
    my ($home, $call, $when) = @_;
    return worker($home, wrap => [strace('/dev/null', '-D', '-P',
        segment($home), '-e', "trace=$call", '-e', "inject=$call:error="
        . ($call eq 'fdatasync' ? 'EIO' : 'ENOSPC') . ":when=$when")]);
}

# How often a call was made for a file since the last time, by call and file.
sub calls {
    my ($home) = @_;
    my %n;
    for (split /\n/, slurp("$home/.trace")) {
        my ($call, $file) = m{^(\w+)\(\d+<\Q$home\E/(?:main/)?([^>]+)>} or next;
        next if $call eq 'flock' && /LOCK_UN/;
        $call =~ s/^p?write.*/write/;
        $n{"$call $file"}++;
    }
    spew("$home/.trace", '');
    return \%n;
}

# What they heard, in short.
sub heard {
    return join ' ', map { my $said = $_->{json} // {};
        $_->{status} . '-' . ($said->{status} // $said->{error} // '') } @_;
}

# Kept once each, and nothing else is wrong.
sub is_right {
    my ($home, $name, %o) = @_;
    is_deeply([violations($home, %o)], [], $name);
    return;
}

# Journalled lines of that kind.
sub count {
    my ($home, $kind, $endpoint) = @_;
    my $n = 0;
    $n += () = slurp($_) =~ /^\{"received":"[^"]+","kind":"$kind",/mg
        for glob "$home/@{[$endpoint // 'main']}/journal/*.jsonl";
    return $n;
}

# ---- one lock, one write, one sync
my $home = home("protect = no\n");
my $pid = traced($home);
my $n = 20;
ask($home, delivery('old', 1))->{status} == 200 or die 'not kept';
ask($home, delivery('test', 1, '"test":true,'))->{status} == 200
    or die 'not kept';
calls($home);
my @r = ask_together($home, $pid, map { delivery("new-$_", 2) } 1 .. $n);
is(heard(@r), join(' ', ('200-stored') x $n), "$n deliveries together: 200");
my %one = map { $_ => 1 } 'flock lock', 'write lock',
    "write journal/$day.jsonl", "fdatasync journal/$day.jsonl",
    "write sheets/leads-$day.csv";
my $calls = calls($home);
delete $calls->{'write index'};
is_deeply($calls, \%one, '  by one lock, one write of a file, one sync');
@r = ask_together($home, $pid, delivery('both', 1),
    delivery('test', 1, '"test":true,'), delivery('both-2', 1));
is(heard(@r), '200-stored 200-test 200-stored', 'a test among them');
$calls = calls($home);
delete $calls->{'write index'};
is_deeply($calls, { %one, "write sheets/test-$day.csv" => 1 },
    '  is one more write, and no more syncs');
@r = ask_together($home, $pid, map { delivery("new-$_", 2) } 1 .. $n);
is(heard(@r), join(' ', ('200-duplicate') x $n), 'all of them again');
$calls = calls($home);
is_deeply([grep { !/lock/ } keys %$calls], [], '  change nothing');
my %kept = (old => 1, both => 1, 'both-2' => 1,
    map { ("new-$_" => 2) } 1 .. $n);

# By connections that the web server keeps; and more than a batch has room for.
my @s = map { reach("$home/.socket", kept_request(delivery("kept-$_", 1))) } 1 .. 9;
is(hear_one($_)->{json}{status}, 'stored', 'a connection that is kept') for @s;
calls($home);
stopped($pid, sub { print { $s[$_ - 1] } kept_request(delivery("again-$_", 1))
    for 1 .. @s });
is(scalar(grep { hear_one($_)->{json}{status} eq 'stored' } @s), 9,
    '  nine of them have a request at once');
is(calls($home)->{"fdatasync journal/$day.jsonl"}, 1, '  by one sync');
close $_ for @s;
@r = ask_together($home, $pid, map { delivery("many-$_", 1) } 1 .. 300);
is(scalar(grep { $_->{status} == 200 } @r), 300, '300 deliveries together');
cmp_ok(calls($home)->{"fdatasync journal/$day.jsonl"}, '<', 30,
    '  by a few syncs');
stop_worker($pid);
$kept{"kept-$_"} = $kept{"again-$_"} = 1 for 1 .. 9;
$kept{"many-$_"} = 1 for 1 .. 300;
is_right($home, '  and each is kept once', kept => \%kept);

# ---- what is the same within it
$home = home("protect = no\n");
$pid = worker($home);
ask($home, delivery('old', 1))->{status} == 200 or die 'not kept';
@r = ask_together($home, $pid, map { delivery(@$_) } ['a', 2], ['a', 2],
    ['old', 1], ['a', 3], ['a', 3], ['b', 1], ['old', 2],
    (['t', 1, '"test":true,']) x 3);
my %times;
$times{heard($_)}++ for @r;
is_deeply(\%times, { '200-stored' => 2, '200-duplicate' => 5,
    '200-test' => 3 }, 'repeats and conflicts within a batch');
is(count($home, 'leads'), 3, '  are kept once');
is(count($home, 'other'), 2, '  and another body as another event, once');
is(count($home, 'test'), 3, '  and each test');
@r = ask_together($home, $pid, map { delivery(@$_) } ['a', 2], ['a', 3],
    ['b', 1], ['old', 2]);
is(heard(@r), join(' ', ('200-duplicate') x 4), '  all are known then');
is(count($home, 'other'), 2, '  with nothing new');
stop_worker($pid);
my ($first) = slurp(segment($home)) =~ /"id":"a","sha256.*?"leads":(.*)/;
is_right($home, '  and the sheets have them once', kept => { old => 1, b => 1,
    a => scalar(() = $first =~ /"urn"/g) });

# ---- every answer there is
my @cases = grep { ($_->[6] // '') ne 'path' || $_->[7] ne '/' } cases();
my @requests = map {
    my ($name, $body, undef, undef, undef, undef, %o) = @$_;
    my $signature = exists $o{signature} ? $o{signature} : \&sign;
    $signature = $signature->($body) if ref $signature eq 'CODE';
    my %headers = %{$o{headers} // {}};
    [$body, REQUEST_METHOD => $o{method} // 'POST', PATH_INFO => $o{path}
        // '/main', HTTP_X_WEBHOOK_SIGNATURE => $signature,
        map { ('HTTP_' . uc s/-/_/gr => $headers{$_}) } keys %headers]
} @cases;
# The door takes the first of two; two headers are joined by a web server.  And
# nobody reads while they are written: each has to have room in its socket.
my @alone = grep { length $requests[$_][0] < 65536
    && !ref {@{$requests[$_]}[1 .. $#{$requests[$_]}]}
    ->{HTTP_X_WEBHOOK_SIGNATURE} } 0 .. $#cases;
$home = home();
$pid = worker($home);
@r = ask_together($home, $pid, @requests[@alone]);
my @wrong = grep { $_ } map {
    my ($name, undef, $status, $word) = @{$cases[$alone[$_]]};
    my $got = heard($r[$_]);
    $got eq "$status-$word" ? '' : "$name: $got";
} 0 .. $#r;
is_deeply(\@wrong, [], scalar(@r) . ' requests of every kind together: each '
    . 'hears what it hears alone');
my ($records, $rows) = (0, 0);
($records, $rows) = ($records + $_->[4], $rows + $_->[5])
    for @cases[@alone];
is(scalar(() = join('', map { slurp($_) } @{journal($home)})
    =~ /"signature":/g), $records, "  $records of them are kept");
is(lines(sheet($home)) - 1, $rows, "  $rows rows");
is(stop_worker($pid), 0, '  exit 0');

# ---- two endpoints
$home = home("protect = no\n");
mkdir "$home/$_" for qw(second third);
spew("$home/second/secret", "another\n");
spew("$home/third/secret", '');
chmod 0600, "$home/$_/secret" for qw(second third);
my @second = (PATH_INFO => '/second');
my $second = sub { [$_[0], @second,
    HTTP_X_WEBHOOK_SIGNATURE => sign($_[0], 'another')] };
$pid = traced($home);
for ('main', 'second') {
    my $body = delivery('old', 1);
    my $r = ask($home, $_ eq 'main' ? $body : @{$second->($body)});
    $r->{status} == 200 or die "not kept: $r->{log}";
}
calls($home);
@r = ask_together($home, $pid, map { (delivery("a-$_", 1),
    $second->(delivery("a-$_", 2)), [delivery("x-$_", 1), @second],
    [delivery("y-$_", 1), PATH_INFO => '/third']) } 1 .. 3);
is(heard(@r), join(' ', ('200-stored', '200-stored', '401-bad_signature',
    '503-not_set_up') x 3), 'two endpoints in a batch, and one without a secret');
$calls = calls($home);
is($calls->{"fdatasync $_"}, 1, "  one sync for $_")
    for "journal/$day.jsonl", "second/journal/$day.jsonl";
stop_worker($pid);
is(count($home, 'leads', $_), 4, "  each of $_ is kept once")
    for qw(main second);
is_right($home, '  and stands in its sheet',
    kept => { old => 1, map { ("a-$_" => 1) } 1 .. 3 });
is(lines("$home/second/sheets/leads-$day.csv"), 1 + 1 + 6,
    '  with those of the other in its own');

# Nobody waits for who can't be served: one has a lock that another holds.
spew("$home/leadsheet.conf", "protect = no\nlock_timeout = 1\n");
my $lock = IO::File->new("$home/main/lock", '+<') or die "lock: $!\n";
flock $lock, 2 or die "flock: $!\n";
$pid = worker($home);
@r = ask_together($home, $pid, map { (delivery("b-$_", 1),
    $second->(delivery("b-$_", 2))) } 1 .. 3);
is(heard(@r), join(' ', ('503-busy', '200-stored') x 3),
    'the lock of one is held: 503 to its own, 200 to the others');
close $lock;
@r = ask_together($home, $pid, map { (delivery("b-$_", 1),
    $second->(delivery("b-$_", 2))) } 1 .. 3);
is(heard(@r), join(' ', ('200-stored', '200-duplicate') x 3),
    '  and free again: each is kept');
stop_worker($pid);
is_right($home, '  once', kept => { old => 1,
    map { ("a-$_" => 1, "b-$_" => 1) } 1 .. 3 });

# ---- a new day, a new part, another shape
$home = home("protect = no\n");
my %clock = (LD_PRELOAD => $faketime, FAKETIME_NO_CACHE => 1,
    NO_FAKE_STAT => 1, TZ => 'UTC', FAKETIME_TIMESTAMP_FILE =>
    "$home/.clock");
spew("$home/.clock", "\@2025-03-01 23:59:00\n");
$pid = traced($home, env => \%clock);
ask($home, delivery('old', 1))->{status} == 200 or die 'not kept';
spew("$home/.clock", "\@2025-03-02 00:01:00\n");
calls($home);
@r = ask_together($home, $pid, (map { delivery("new-$_", 1) } 1 .. 4),
    delivery('old', 1));
is(heard(@r), join(' ', ('200-stored') x 4, '200-duplicate'),
    'the first of a new day, together');
$calls = calls($home);
# One for the line that names its sheet.
is($calls->{'fdatasync journal/2025-03-02.jsonl'}, 2, '  by two syncs');
is(lines("$home/main/sheets/leads-2025-03-02.csv"), 1 + 4,
    '  go to a sheet of its own');
is(lines("$home/main/sheets/leads-2025-03-01.csv"), 1 + 1,
    '  and the one before has no more');
spew("$home/.clock", "\@2025-03-01 12:00:00\n");
@r = ask_together($home, $pid, map { delivery("back-$_", 1) } 1 .. 3);
is(heard(@r), join(' ', ('200-stored') x 3), 'a clock goes a day back');
is(lines("$home/main/sheets/leads-2025-03-01.csv"), 1 + 4,
    '  and its day goes on');
stop_worker($pid);
is_right($home, '  each is kept once', kept => { old => 1,
    (map { ("new-$_" => 1) } 1 .. 4), map { ("back-$_" => 1) } 1 .. 3 });

$home = home("protect = no\n");
$pid = worker($home);
ask($home, delivery('old', 1))->{status} == 200 or die 'not kept';
spew(sheet($home), slurp(sheet($home)) . "by hand\r\n");
my %edited = (sheet($home) => slurp(sheet($home)));
@r = ask_together($home, $pid, map { delivery("new-$_", 1) } 1 .. 4);
is(heard(@r), join(' ', ('200-stored') x 4), 'behind an edit');
is(lines("$home/main/sheets/leads-$day-2.csv"), 1 + 4,
    '  they go to a new part');
spew("$home/leadsheet.conf", "protect = no\nbom = no\n");
@r = ask_together($home, $pid, map { delivery("more-$_", 1) } 1 .. 4);
is(heard(@r), join(' ', ('200-stored') x 4), 'in another shape');
is(lines("$home/main/sheets/leads-$day-3.csv"), 1 + 4,
    '  they go to another one');
stop_worker($pid);
is_right($home, '  each is kept once, and the edit is left', edited => \%edited,
    kept => { old => 1, map { ("new-$_" => 1, "more-$_" => 1) } 1 .. 4 });

# ---- a disk that has room for some
$home = home("protect = no\n");
$pid = worker($home);
ask($home, delivery('old', 10000))->{status} == 200 or die 'not kept';
my $limit = 1500 + -s segment($home);
system('prlimit', '--pid', $pid, "--fsize=$limit:unlimited") == 0
    or BAIL_OUT('prlimit is not installed');
my @bodies = map { delivery(@$_) } ['a', 1], ['large', 500], ['b', 1],
    ['a', 1], ['larger', 700], ['c', 1];
@r = ask_together($home, $pid, @bodies);
is(heard(@r), '200-stored 503-storage 200-stored 200-duplicate 503-storage '
    . '200-stored', 'a full disk lets in what has room');
ok($r[1]{headers}{'retry-after'}, '  and says when to come again');
is(count($home, 'leads'), 4, '  nothing of the others is kept');
system('prlimit', '--pid', $pid, '--fsize=unlimited:unlimited');
@r = ask_together($home, $pid, @bodies);
is(heard(@r), '200-duplicate 200-stored 200-duplicate 200-duplicate '
    . '200-stored 200-duplicate', '  with room again: all of it');
stop_worker($pid);
is_right($home, '  once', kept => { old => 10000, large => 500, larger => 700,
    a => 1, b => 1, c => 1 });

# ---- what fails.  Before the batch came a line that names the sheet, and one
# delivery.
my @three = map { delivery("new-$_", 2) } 1 .. 3;
my %three = (old => 1, map { ("new-$_" => 2) } 1 .. 3);
for (['write', '3', '200-stored 200-stored 200-stored',
        'the write of a batch fails: each is tried alone'],
    ['write', '3..4', '503-storage 200-stored 200-stored',
        'and one of them alone fails, too'],
    ['write', '3+', '503-storage 503-storage 503-storage',
        'and so does each'],
    ['fdatasync', '3', '503-storage 503-storage 503-storage',
        'the sync of a batch fails: 503 to all'],
    ['fdatasync', '3+', '503-storage 503-storage 503-storage',
        'and for good']) {
    my ($call, $when, $expected, $name) = @$_;
    $home = home("protect = no\n");
    $pid = failing($home, $call, $when);
    ask($home, delivery('old', 1))->{status} == 200 or die 'not kept';
    my $before = slurp(segment($home));
    @r = ask_together($home, $pid, @three, delivery('old', 1));
    my $known = pop @r;
    is(heard(@r), $expected, $name);
    like(heard($known), $call eq 'write' ? qr/^200-duplicate$/
        : qr/^503-storage$/, '  and what is known already is '
        . heard($known));
    my %now = (old => 1, map { ("new-$_" => 2) }
        grep { $r[$_ - 1]{status} == 200 } 1 .. 3);
    my %maybe = map { ("new-$_" => 2) } 1 .. 3;
    is_right($home, '  what heard 200 is kept', kept => \%now,
        maybe => \%maybe, skip => [qw(lines)]) if $call eq 'write';
    is(lines(sheet($home)), 1 + 1, '  none is in the sheet')
        if $call eq 'fdatasync';
    # By the next batch of this worker, where it can, or of another.
    if ($when =~ /\+/) {
        stop_worker($pid);
        $pid = worker($home);
    }
    @r = ask_together($home, $pid, @three, delivery('old', 1));
    is(join(' ', map { $_->{status} } @r), '200 200 200 200',
        '  a retry is answered 200');
    @r = ask_together($home, $pid, @three, delivery('old', 1));
    is(heard(@r), join(' ', ('200-duplicate') x 4), '  and is known then');
    stop_worker($pid);
    is_right($home, '  each is kept once', kept => \%three);
    is(substr(slurp(segment($home)), 0, length $before), $before,
        '  and what was there stays');
}

done_testing();

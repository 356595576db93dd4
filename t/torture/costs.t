#!/usr/bin/perl
# What a signed body may cost, however it is made: memory under six times its
# length and 16 MiB; and no more than twice as many instructions, and a bit,
# where it is twice as long.  The same goes for the commands and the journal.
use strict;
use warnings;
use Costly;
use Door;
use Leadsheet;
use Test::More;

my $MB = 1 << 20;
my $tmp = File::Temp->newdir;

# What the receiver has at most, in KiB; and its answer.
sub peak {
    my ($home, $body) = @_;
    my $r = cgi($home, body => $body,
        wrap => ['python3', data('peak.py'), "$tmp/peak"]);
    return (slurp("$tmp/peak"), $r);
}

my (@large, @answers);
for (costly_bodies()) {
    my ($name, $rows, $make) = @$_;
    my $home = home();
    my $body = $make->(4 * $MB);
    my ($peak, $r) = peak($home, $body);
    push @large, "$name: $peak KiB"
        if $peak * 1024 > 6 * length($body) + 16 * $MB;
    push @answers, "$name: $r->{status}"
        if $r->{status} ne ($rows ? 200 : $body =~ /^\{/ ? 202
            : $name eq 'brackets' ? 202 : 400);
    push @answers, "$name: not kept"
        if 1 != grep { !/"kind":"sheet"/ } split /^/, slurp(@{journal($home)});
    push @answers, "$name: " . @{sheets($home)} . ' sheets'
        if @{sheets($home)} != ($rows ? 1 : 0);
}
is("@large", '', 'no body takes more than six times its length and 16 MiB');
is("@answers", '', 'each is kept; of what would make too many rows there are none');

# A worker, which has had other memory before, with as much as it takes.
my @worker;
for (grep { $_->[1] } costly_bodies()) {
    my ($name, undef, $make) = @$_;
    my $worker = start_worker(home());
    my $body = $make->(15 * $MB);
    $worker->deliver('{}');
    my $r = $worker->deliver($body);
    push @worker, "$name: $r->{status}" if $r->{status} ne 200;
    my ($peak) = slurp("/proc/$worker->{pid}/status") =~ /^VmHWM:\s+(\d+)/m;
    push @worker, "$name: $peak KiB"
        if $peak * 1024 > 6 * length($body) + 16 * $MB;
    $worker->stop;
}
is("@worker", '', 'nor in a worker');

# Rows that are only counted, as someone has edited the sheet.
{
    my ($make) = map { $_->[2] } grep { $_->[0] eq 'a post with many names' }
        costly_bodies();
    my $home = home();
    my $body = $make->(4 * $MB);
    cgi($home, body => $body);
    my ($sheet) = @{sheets($home)};
    spew($sheet, slurp($sheet) . "mine\r\n");
    my ($peak, $r) = peak($home, '{"delivery_id":"next","event":"lead.enriched",'
        . '"data":{"leads":[{"urn":"u"}]}}');
    is($r->{status}, 200, 'a delivery beside a large one whose sheet was edited');
    cmp_ok($peak * 1024, '<', 6 * length($body) + 16 * $MB,
        '  takes no more than the large one');
}

# What is refused is judged by its rows, and only where it is new.
{
    my @text = map { $_ x 3000 } "\xd0\xb6", "\xf0\x9d\x97\x94";
    my $body = '{"delivery_id":"turn","event":"lead.enriched","data":{"leads":['
        . join(',', map { sprintf '{"urn":"u%d","post_id":"%d"}', $_, $_ % 2 } 1 .. 800)
        . '],"posts":[' . join(',', map { qq({"id":"$_","text":"$text[$_]"}) } 0, 1)
        . ']}}';
    my $r = cgi(home(), body => $body);
    is($r->{status}, 200, 'ordinary leads of two posts in turn make rows');
    my $home = home("columns = received_at, urn\n");
    $body = '{"delivery_id":"known","event":"lead.enriched","data":{"leads":['
        . join(',', ('{"post_id":"p"}') x 10000) . '],"posts":[{"id":"p","text":"'
        . 'x' x 32000 . '"}]}}';
    is(cgi($home, body => $body)->{json}{status}, 'stored', 'rows of two columns');
    spew("$home/leadsheet.conf", "columns =\n");
    is(cgi($home, body => $body)->{json}{status}, 'duplicate',
        '  are known where all columns would be too many');
    is(scalar(() = slurp(@{journal($home)}) =~ /"id":"known"/g), 1, '  and kept once');
    $r = cgi(home(), body => $body);
    is($r->{status}, 202, '  which are refused where they are new');
    like($r->{log}, qr/its rows would be over 64 times its size and 16 MiB/, '  and why');
}

# How many instructions a program takes.
my @count = ('valgrind', '--tool=cachegrind', '--cache-sim=no',
    '--cachegrind-out-file=/dev/null', "--log-file=$tmp/count.%p");

sub instructions {
    my ($run) = @_;
    unlink glob "$tmp/count.*";
    $run->(@count);
    my $sum = 0;
    for (glob "$tmp/count.*") {
        slurp($_) =~ /I\s+refs:\s+([\d,]+)/ or next;
        $sum += $1 =~ tr/,//dr;
    }
    $sum or die "valgrind counted nothing\n";
    return $sum;
}

my @grows;
for (costly_bodies()) {
    my ($name, undef, $make) = @$_;
    my @cost = map { my $body = $make->($_ << 10);
        instructions(sub { cgi(home(), body => $body, wrap => \@_) }) }
        64, 128;
    push @grows, sprintf '%s: %.2f', $name, $cost[1] / $cost[0]
        if $cost[1] > 2.3 * $cost[0];
}
is("@grows", '', 'a body twice as long takes twice as many instructions');

# A home with n days' deliveries in one day, and one of its people.
sub book {
    my ($n) = @_;
    my $home = home();
    cgi($home, body => $_) for deliveries(1, $n, 20);
    return $home;
}

my %homes = map { $_ => book($_) } 30, 60;
my ($urn) = slurp(@{journal($homes{30})}) =~ /"urn": ?"([^"]+)"/;
my $today = today();
my %commands = (
    check => ['check'], status => ['status'],
    'export to csv' => [qw(export -o), "$tmp/out.csv"],
    'export to jsonl' => [qw(export -o), "$tmp/out.jsonl"],
    'export to xlsx' => [qw(export -o), "$tmp/out.xlsx"],
    'export of each once' => [qw(export --unique -o), "$tmp/out.csv"],
    rebuild => ['rebuild'], 'an erasure, tried' => ['forget', '-n', $urn],
    'an erasure' => ['forget', '-y', $urn],
);
my (@commands, @failed);
for my $name (sort keys %commands) {
    my @cost = map { my $home = $_; instructions(sub {
        my $r = leadsheet($home, $commands{$name}, wrap => \@_);
        push @failed, "$name: $r->{err}" if $r->{exit} && $name ne 'check';
    }) } @homes{30, 60};
    push @commands, sprintf '%s: %.2f', $name, $cost[1] / $cost[0]
        if $cost[1] > 2.3 * $cost[0];
}
is("@failed", '', 'the commands do what they are to');
is("@commands", '', 'a journal twice as long takes twice as many instructions');

# A sheet that someone edited is held against the journal, lead by lead.
my @edited = map { my $home = $homes{$_};
    my ($sheet) = @{sheets($home)};
    spew($sheet, slurp($sheet) =~ s/\n/\nmine,/r);
    instructions(sub { cgi($home, body => (deliveries(2, 1, 1))[0],
        wrap => \@_) }) } 30, 60;
cmp_ok($edited[1], '<', 2.3 * $edited[0],
    'an edited sheet twice as long takes twice as many instructions');

# Today's leads, until all are there.
my @tail = map { my $home = $homes{$_}; instructions(sub {
    spew("$tmp/tail", '');
    my $pid = Leadsheet::start("$tmp/tail", @_, builddir() . '/cli/leadsheet', '--home',
        $home, 'tail', '-n', '100000');
    my $leads = 0;
    wait_for(sub { my $n = () = slurp("$tmp/tail") =~ /\n/g;
        ($leads, my $was) = ($n, $leads); $n > 0 && $n == $was });
    kill 'TERM', $pid;
    waitpid $pid, 0;
    unlink "$tmp/tail";
}) } 30, 60;
cmp_ok($tail[1], '<', 2.3 * $tail[0],
    'twice as many leads of today take twice as many instructions');

done_testing();

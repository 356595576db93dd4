#!/usr/bin/perl
# SIGTERM to a worker whose clients are in each state: it ends with 0; what had
# come whole is answered and kept, and what had not is not.
use strict;
use warnings;
use Checker;
use IO::File;
use Leadsheet;
use Slow;
use Test::More;
use Time::HiRes qw(time);
use Worker;

my $body = delivery('half', 2);
my $whole = whole_request($body);
my $head = fcgi_head(length $body, HTTP_X_WEBHOOK_SIGNATURE => sign($body));
my $kept = kept_request(delivery('kept', 2));

# Each state: what was sent, and what it may hear: nothing (0) or a status.
my @states = (
    ['idle', undef, undef],
    ['a silent connection', '', 0],
    ['half a header', substr($head, 0, 4), 0],
    ['half of the parameters', substr($head, 0, 60), 0],
    ['parameters without an end', substr($head, 0, -8), 0],
    ['parameters, and no body', $head, 503],
    ['half a body', $head . fcgi(5, substr $body, 0, 30), 503],
    ['all but the end of a body', substr($whole, 0, -1), 503],
    ['an idle connection that is kept', $kept, 0],
    ['a kept connection, and half a request', $kept
        . fcgi(1, "\0\1\1\0\0\0\0\0", 2), 0],
);

my @took;
for (@states) {
    my ($name, $bytes, $expected) = @$_;
    my $home = home("protect = no\n");
    my $pid = worker($home);
    ask($home, delivery('old', 1))->{status} == 200 or die 'not kept';
    my %kept = (old => 1);
    # All at once, and one of them alone.
    my @s = map { reach("$home/.socket", $bytes) } 1 .. 30 * defined $bytes;
    if ($name =~ /kept/) {
        hear_one($_)->{status} == 200 or die 'not kept' for @s;
        $kept{kept} = 2;
    }
    is_read($_) for @s;
    # It has taken them all.
    ask($home, delivery('last', 1))->{status} == 200 or die 'not kept';
    $kept{last} = 1;
    my $start = time;
    kill 'TERM', $pid;
    my %heard;
    $heard{hear($_)->{status}}++ for @s;
    is_deeply(\%heard, { @s ? ($expected => 30) : () },
        "SIGTERM, $name: " . ($expected ? "it hears $expected" : 'no answer'));
    is(stop_worker($pid), 0, '  exit 0');
    push @took, time - $start;
    is_deeply([violations($home, kept => \%kept)], [], '  and nothing of it is kept');
}
note('the longest took ' . (sort { $b <=> $a } @took)[0] . ' s');

# The rest comes behind SIGTERM: what is under way is taken.
my $home = home("protect = no\n");
my $pid = worker($home);
my @s = map { my $id = "rest-$_"; my $b = delivery($id, 2);
    my $w = whole_request($b);
    { s => reach("$home/.socket", substr $w, 0, -60), rest => substr $w, -60 }
} 1 .. 10;
is_read($_->{s}) for @s;
kill 'STOP', $pid;
kill 'TERM', $pid;
print { $_->{s} } $_->{rest} for @s;
kill 'CONT', $pid;
my %heard;
$heard{hear($_->{s})->{status}}++ for @s;
is_deeply(\%heard, { 200 => 10 }, 'SIGTERM, and the rest of ten comes: 200');
is(stop_worker($pid), 0, '  exit 0');
is_deeply([violations($home, kept => { map { ("rest-$_" => 2) } 1 .. 10 })], [],
    '  and they are kept');

# Whole requests wait for the lock, or have not been looked at yet.
for my $how ('wait for the lock', 'are not looked at yet') {
    $home = home("protect = no\n");
    $pid = worker($home);
    ask($home, delivery('old', 1))->{status} == 200 or die 'not kept';
    my $lock = IO::File->new("$home/main/lock", '+<') or die "lock: $!\n";
    flock $lock, 2 or die "flock: $!\n" if $how =~ /lock/;
    kill 'STOP', $pid if $how !~ /lock/;
    my @sent = map { reach("$home/.socket",
        whole_request(delivery("new-$_", 2))) } 1 .. 20;
    my $silent = reach("$home/.socket", '');
    is_read($_) for $how =~ /lock/ ? $sent[0] : ();
    kill 'TERM', $pid;
    close $lock;
    kill 'CONT', $pid;
    my @heard = map { hear($_) } @sent;
    my @answered = grep { $heard[$_]{status} == 200 } 0 .. $#heard;
    is(scalar(grep { $_->{status} !~ /^(?:0|200|503)$/ } @heard), 0,
        "SIGTERM while requests $how: 200, or none");
    is($heard[0]{status}, 200, '  and 200 where it was under way')
        if $how =~ /lock/;
    is(stop_worker($pid), 0, '  exit 0');
    is(hear($silent)->{status}, 0, '  and the silent one is let go');
    is_deeply([violations($home, kept => { old => 1, map {
        ('new-' . ($_ + 1) => 2) } @answered }, maybe => { map {
        ("new-$_" => 2) } 1 .. 20 })], [], '  200 is kept: ' . @answered);
}

done_testing();

#!/usr/bin/perl
# Side by side: many senders, several workers, one store.
use strict;
use warnings;
use Fcntl qw(LOCK_EX);
use Leadsheet;
use POSIX ();
use Test::More;
use Time::HiRes qw(time);

# Run each piece of work in a process of its own; what each wrote, by line.
sub at_once {
    my (@work) = @_;
    my @pipes;
    for my $work (@work) {
        my $pid = open(my $from, '-|') // die "fork: $!\n";
        if ($pid == 0) {
            $work->();
            POSIX::_exit(0) if close STDOUT;
        }
        push @pipes, $from;
    }
    return map { my $f = $_; my @l = <$f>; close $f; chomp @l; @l } @pipes;
}

sub delivery {
    my ($id, $leads) = @_;
    return qq({"delivery_id":"$id","event":"lead.enriched","data":{"leads":[)
        . join(',', map { qq({"urn":"$id-$_"}) } 1 .. $leads) . ']}}';
}

# Each waits for all the others.
my $home = home("lock_timeout = @{[PATIENCE]}\n");
my $workers = start_workers($home, 4);
my %port = start_nginx($home);
my $port = $port{https};
my $sheet = "$home/main/sheets/leads-" . today() . '.csv';

# One id 64 times at once.
my $one = delivery('one', 3);
my @said = at_once((sub {
    my $r = post($port, $one);
    print "$r->{status} $r->{json}{status}\n";
}) x 64);
is(@said, 64, '64 answers');
is(grep(/^200 stored/, @said), 1, '  one of them: stored');
is(grep(/^200 duplicate/, @said), 63, '  63: duplicate');
is(@{read_csv($sheet)}, 3, '  and its three rows once');

# The same id with another body, from both sides at once.
@said = at_once(map { my $n = $_ % 2; sub {
    my $r = post($port, delivery('both', 1 + $n));
    print "$r->{status} $r->{json}{status}\n";
} } 1 .. 16);
is(grep(/^200/, @said), 16, 'two bodies with one id: always 200');
is(grep(/stored/, @said), 1, '  one of them is stored');
my $both = grep { $_->{delivery_id} eq 'both' } @{read_csv($sheet)};
ok($both == 1 || $both == 2, '  and makes its rows');

# 2,000 different ones.
my $before = @{read_csv($sheet)};
@said = at_once(map { my $s = $_; sub {
    my $http = HTTP::Tiny->new(timeout => PATIENCE, keep_alive => 0);
    for (1 .. 250) {
        my $r = post($port, delivery("s$s-$_", 2), http => $http);
        print "$r->{status} $r->{json}{delivery_id}\n";
    }
} } 1 .. 8);
is(grep(/^200 /, @said), 2000, '2,000 deliveries by 8 senders: all 200');
my %rows;
$rows{$_->{delivery_id}}{$_->{urn}}++ for @{read_csv($sheet)};
my @wrong = grep { my ($id) = /^200 (.*)/; join(' ', map { "$_=1" }
    "$id-1", "$id-2") ne join(' ', map { "$_=$rows{$id}{$_}" }
    sort keys %{$rows{$id}}) } @said;
is_deeply(\@wrong, [], '  each has its two rows once');
is(@{read_csv($sheet)}, $before + 4000, '  and there is no other row');
is(scalar(() = slurp($sheet) =~ /received_at/g), 1, '  under one header');
is(@{sheets($home)}, 1, '  in one file');

# CGI and FastCGI on one store.
@said = at_once((map { my $n = $_; sub {
    print cgi($home, body => delivery("mixed$n", 1))->{json}{status}, "\n";
} } 1 .. 8), (map { my $n = $_; sub {
    print post($port, delivery("mixed$n", 1))->{json}{status}, "\n";
} } 1 .. 8));
is(grep(/stored/, @said), 8, 'CGI and FastCGI side by side: 8 stored');
is(grep(/duplicate/, @said), 8, '  and 8 duplicates');

# The lock's holder is stopped: 503 after the deadline, well after SIGCONT.
my $slow = home("lock_timeout = 1\n");
mkdir "$slow/main/sheets";
cgi($slow, body => delivery('first', 1));
open my $held, '+<', "$slow/main/lock" or die "lock: $!\n";
flock $held, LOCK_EX or die "flock: $!\n";
my $start = time;
my $r = cgi($slow, body => delivery('late', 1));
is("$r->{status} $r->{json}{error}", '503 busy', 'the lock is held: 503');
ok($r->{headers}{'retry-after'}, '  with Retry-After');
ok(time - $start >= 1, '  after the deadline');
like($r->{log}, qr/was held by another process/, '  and the log says why');
close $held;
is(cgi($slow, body => delivery('late', 1))->{status}, 200,
    'the lock is free: 200');

done_testing();

#!/usr/bin/perl
# Kill soak: four workers behind nginx, eight senders that try again, and a
# kill -9 at one worker every 50 ms, where something was kept since the last.
# LONG=1 does twenty times as many.
use strict;
use warnings;
use Checker;
use IO::Socket::UNIX;
use Leadsheet;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $senders = 8;
my $each = $ENV{LONG} ? 12500 : 625;
my $home = home("protect = no\n");

# A supervisor of our own, which kills what it looks after.
mkdir "$home/.run";
my $socket = "$home/.run/leadsheet.sock";
my $listen = IO::Socket::UNIX->new(Local => $socket, Listen => 128)
    or die "$socket: $!\n";
pipe my $stop, my $hold or die "pipe: $!\n";
my $supervisor = fork // die "fork: $!\n";
if ($supervisor == 0) {
    $SIG{$_} = 'DEFAULT' for qw(HUP INT PIPE TERM);
    close $hold;
    srand 1;
    my @workers = map { worker() } 1 .. 4;
    my ($kills, $kept) = (0, 0);
    my $bits = '';
    vec($bits, fileno $stop, 1) = 1;
    until (select my $ready = $bits, undef, undef, 0.05) {
        # On a busy machine nobody would come to answer anything.
        my ($size) = map { -s } journal($home)->[0] // ();
        next if ($size // 0) == $kept;
        $kept = $size;
        my $i = int rand @workers;
        kill 'KILL', $workers[$i];
        waitpid $workers[$i], 0;
        $workers[$i] = worker();
        $kills++;
    }
    kill 'TERM', @workers;
    waitpid $_, 0 for @workers;
    spew("$home/.kills", $kills);
    POSIX::_exit(0);
}
close $stop;

sub worker {
    my $program = program();
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        POSIX::dup2(fileno $listen, 0);
        open STDERR, '>>', "$home/.run/workers.log" or POSIX::_exit(126);
        $ENV{LEADSHEET_HOME} = $home;
        exec $program or POSIX::_exit(127);
    }
    return $pid;
}

my %port = start_nginx($home);
my @pipes;
for my $s (1 .. $senders) {
    my $pid = open(my $from, '-|') // die "fork: $!\n";
    if ($pid == 0) {
        my $http = HTTP::Tiny->new(timeout => PATIENCE,
            keep_alive => 0);
        my $retries = 0;
        for my $n (1 .. $each) {
            my $end = time + 10 * PATIENCE;
            my $body = delivery("soak-$s-$n", 2);
            # As the sender does: again, until it hears 200.
            while (post($port{https}, $body, http => $http)->{status} != 200) {
                $retries++;
                POSIX::_exit(1) if time > $end;
                sleep 0.01;
            }
        }
        print "$retries\n";
        close STDOUT;
        POSIX::_exit(0);
    }
    push @pipes, $from;
}
my ($retries, $failed) = (0, 0);
for (@pipes) {
    my $said = <$_>;
    close $_ or $failed++;
    $retries += $said // 0;
}
close $hold;
waitpid $supervisor, 0;
my $kills = slurp("$home/.kills");
is($failed, 0, "each of @{[$senders * $each]} deliveries was answered 200 "
    . "in the end");
cmp_ok($kills, '>', 10, "  with $kills kills and $retries retries");
my %kept = map { my $s = $_; map { ("soak-$s-$_" => 2) } 1 .. $each }
    1 .. $senders;
is_deeply([violations($home, kept => \%kept,
    log => slurp("$home/.run/error.log"))], [],
    '  each is there once, with its rows, under one header');
is(@{sheets($home)}, 1, '  in one file');

done_testing();

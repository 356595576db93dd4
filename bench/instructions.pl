#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Callgrind;
use Leadsheet;
use List::Util qw(sum0);
use Load;
use Peers;
use Worker;

my %part = (signature => 'HMAC',
    (map { $_ => 'parse' } qw(compact delivery envelope extra jsontext leads
        payload posts wellformed)),
    (map { $_ => 'journal' } qw(identity journal names record segments)),
    (map { $_ => 'rows' } qw(characters csv part parts
        protection sheet shape view words)),
    (map { $_ => 'index' } qw(head index known tables)),
    (map { $_ => 'door' } qw(answer body fastcgi intake receive request
        response)));

# What so many deliveries take, all in all, by modules.
sub count {
    my ($leads, $deliveries) = @_;
    my $home = home();
    my $out = "$home/.callgrind";
    my $pid = worker($home, wrap => ['valgrind', '-q', '--tool=callgrind',
        '--compress-strings=no', '--compress-pos=no',
        "--callgrind-out-file=$out"]);
    my @bodies = deliveries(21, $deliveries, $leads);
    for (@bodies) {
        my $r = ask($home, $_);
        die "not kept: $r->{log}" if $r->{status} != 200;
    }
    stop_worker($pid);
    check_rows('leadsheet', sheets($home), $leads,
        map { /"delivery_id": *"([^"]+)"/ } @bodies);
    check_store($home);
    return modules($out);
}

# The difference of two runs has neither start nor end of the worker.
for my $leads (1, 10, 100) {
    my ($few, $more) = (20, 20 + int(100 * seconds() / sqrt $leads));
    my ($before, %before) = count($leads, $few);
    my ($after, %after) = count($leads, $more);
    my $total = ($after - $before) / ($more - $few);
    my (%parts, %others);
    for (keys %after) {
        my $each = ($after{$_} - ($before{$_} // 0)) / ($more - $few);
        ($part{$_} ? $parts{$part{$_}} : $others{$_}) += $each;
    }
    printf "\nInstructions in the worker, a delivery of %d lead%s\n  %-34s "
        . "%9.0f\n", $leads, $leads > 1 ? 's' : '', 'all', $total;
    my $line = sub { my ($name, $n) = @_;
        printf "  %-34s %9.0f %6.1f %%", $name, $n, 100 * $n / $total };
    for (qw(HMAC parse journal rows index door)) {
        $line->($_, $parts{$_});
        print "\n";
    }
    for (sort { $others{$b} <=> $others{$a} } keys %others) {
        next if $others{$_} < $total / 1000;
        $line->($_, $others{$_});
        printf "  goal 5 %%: %s\n", $others{$_} <= 0.05 * $total ? 'met'
            : 'missed';
    }
    my $known = sum0(values %parts, values %others);
    die "these are $known of $total instructions\n"
        if abs($known / $total - 1) > 0.01;
}

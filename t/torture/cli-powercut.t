#!/usr/bin/perl
# Power cuts while a command changes the store: every disk that one could have
# left, at any moment of it; deliveries come, or not, and the command is run
# again.  And the test of the test: with syncs that do nothing it must find
# harm.
use strict;
use warnings;
use Books;
use Leadsheet;
use PowerCut;
use Test::More;

my $disks = $ENV{LONG} ? 400 : 40;
note('SEED=' . ($ENV{SEED} // 1) . ', LONG=1 for more');

# What is wrong with each of these disks; so many are enough.
sub all_wrong {
    my ($s, $edited, $enough, @disks) = @_;
    my @wrong;
    for my $disk (@disks) {
        my %answered = answered($disk);
        restart($disk);
        # It was cut off, or had said that all is done.
        my $r = { exit => $answered{gone} ? 0 : 128, err => '' };
        my @bad = $s->{check}->($disk, $r, $edited);
        push @wrong, map { "$disk: $_" } @bad;
        system 'rm', '-rf', $disk unless @bad;
        last if @wrong >= $enough;
    }
    return @wrong;
}

for my $s (situations(days => ['2001-09-01', '2001-09-02', '2001-09-10'],
    now => '2002-09-05 12:00:00', skip => ['lines'])) {
    my $home = home("protect = no\n");
    $s->{prepare}->($home);
    my %edited = $s->{edited}->($home);
    my ($r) = record($home, { run => $s->{run}, when => $s->{when} });
    is("$r->{exit} $r->{err}", '0 ', "$s->{name}: it is recorded");
    is_deeply([all_wrong($s, \%edited, 20, disks($home, $disks))], [],
        "  $disks disks: all that was kept is there, once");
    # Of a rebuild some in a hundred show it.
    cmp_ok(scalar(all_wrong($s, \%edited, 1,
        disks($home, 10 * $disks, '--lose', 'all'))), '>', 0,
        '  with syncs that do nothing it finds harm');
}

done_testing();

#!/usr/bin/perl
# The commands that change the store are killed before each call that changes
# the disk, and each call fails; then deliveries come again, and the command.
use strict;
use warnings;
use Books;
use Checker;
use Crash;
use Test::More;

for my $s (situations(days => ['2020-01-01', '2020-01-02', undef])) {
    my $template = template($s->{prepare});
    my %edited = $s->{edited}->($template);
    my %o = (template => $template, run => $s->{run},
        check => sub { $s->{check}->(@_, \%edited) });
    my ($n, @wrong) = killed_everywhere(%o);
    is_deeply(\@wrong, [], "$s->{name}: killed at $n points");
    cmp_ok($n, '>', 40, '  which are some');
    # An edited sheet and a second segment fail as any others.
    next if $s->{name} eq 'forget, an odd day';
    ($n, @wrong) = failed_everywhere(%o);
    is_deeply(\@wrong, [], "$s->{name}: $n faults");
}

done_testing();

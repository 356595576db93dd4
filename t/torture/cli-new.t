#!/usr/bin/perl
# "export --new" is killed before each call that changes the disk, and each call
# fails; something may be done to the journal then, and it runs again: each lead
# was given at least once, and after a run that ended well exactly once.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use PowerCut qw(clock);
use Test::More;

# Whom the cursor knows already, and who is new: the first day of them is one
# that was read before.
my @days = ('2020-01-01', '2020-01-02');
my %old = ('a-1' => 1, 'b-1' => 1);
my @new = ('c-1', 'd-1');

sub must {
    my ($home, $id, $day) = @_;
    my $r = cgi($home, body => delivery($id, 1),
        wrap => [clock(defined $day ? "$day 12:00:00" : undef)]);
    $r->{status} == 200 or die "$id is not kept: $r->{log}";
    return;
}

sub before {
    my ($home) = @_;
    must($home, 'a', $days[0]);
    must($home, 'b', $days[1]);
    return;
}

sub after {
    my ($home) = @_;
    must($home, 'c', $days[1]);
    must($home, 'd');
    return;
}

# The command, writing to that file, or by stdout.
sub give {
    my ($home, $command, $file, $by_stdout, @wrap) = @_;
    my @to = $by_stdout ? () : ('-o', $file);
    return leadsheet($home, [$command, qw(--new hub --format jsonl --columns
        urn), @to], wrap => \@wrap, $by_stdout ? (out => $file) : ());
}

# Whose leads are in a file; half a line has none.
sub urns { return -e $_[0] ? slurp($_[0]) =~ /^\{"urn":"([^"]+)"\}\n/mg : () }

# What can be done between two runs; how it changes what is to come.
my @between = (
    sub { return () },
    sub { must($_[0], 'e', $days[0]); return ('e-1') },
    sub { forget($_[0], 'a-1'); return () },
    sub { forget($_[0], 'b-1'); must($_[0], 'e', $days[1]); return ('e-1') },
    sub { command($_[0], 'rebuild'); return () },
    sub { prune_before($_[0], $days[1]); return () },
    sub {
        copy_journal($_[0]);
        must($_[0], 'e');
        return ('e-1');
    },
);
my $turn = 0;

sub forget { return command($_[0], 'forget', '--yes', $_[1]) }

# What is wrong, once it is run again, and then once more.
sub check {
    my ($s, $home, $r) = @_;
    my @first = urns("$home/first");
    my %due = map { $_ => 1 } @new, @{$s->{known} ? [] : [sort keys %old]};
    my (@bad, %times);
    # Where no write succeeds nothing can be said either.
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/m
        && !($r->{exit} == 74 && $r->{err} eq '');
    push @bad, 'the file is there, and not whole'
        if !$s->{stdout} && -e "$home/first" && @first != keys %due;
    my $ended = $r->{exit} == 0;
    push @bad, "it ends well, and gave @first" if $ended && @first != keys %due;
    my @more = $between[$turn++ % @between]->($home);
    my $second = give($home, $s->{command}, "$home/second", $s->{stdout});
    push @bad, "it ends with $second->{exit}: $second->{err}"
        if $second->{exit};
    my @second = urns("$home/second");
    $times{$_}++ for @first, @second;
    for (keys %due, @more) {
        next if $times{$_} || /^[ab]/; # whom we may have made leave
        push @bad, "$_ is skipped";
    }
    if ($ended) {
        push @bad, "after a good end it gave @second" if "@second" ne "@more";
    }
    push @bad, "the cursor was lost: @second"
        if $s->{known} && grep { $old{$_} } @second;
    my $third = give($home, $s->{command}, "$home/third", $s->{stdout});
    my @third = urns("$home/third");
    push @bad, "a third time it gave @third, $third->{exit}: $third->{err}"
        if @third || $third->{exit};
    push @bad, map { "$_ is left" } glob "$home/main/cursors/*.new";
    return @bad;
}

for my $s (
    { name => 'a file, for the first time', command => 'export', known => 0 },
    { name => 'a file', command => 'export', known => 1 },
    { name => 'stdout', command => 'export', known => 1, stdout => 1 },
    { name => 'people', command => 'people', known => 1 },
) {
    my $template = template(sub {
        my ($home) = @_;
        before($home);
        give($home, $s->{command}, '/dev/null', 1) if $s->{known};
        after($home);
    });
    # Files of a copy have times of their own.
    my %o = (template => $template,
        run => sub { give($_[0], $s->{command}, "$_[0]/first", $s->{stdout},
            @_[1 .. $#_]) },
        check => sub { check($s, @_) });
    my ($n, @wrong) = killed_everywhere(%o);
    is_deeply(\@wrong, [], "$s->{name}: killed at $n points");
    cmp_ok($n, '>', 15, '  which are some');
    ($n, @wrong) = failed_everywhere(%o, lasting => 1);
    is_deeply(\@wrong, [], "$s->{name}: $n faults");
    cmp_ok($n, '>', 10, '  which are some');
}

done_testing();

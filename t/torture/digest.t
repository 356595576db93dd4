#!/usr/bin/perl
# "leadsheet digest" is killed before each call that changes something, and each
# call fails; something may be done to the journal then, and it runs again: each
# lead is in at least one mail, and after a run that ended well in exactly one;
# and no mail is half of one.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use Mail;
use PowerCut qw(clock);
use Processes;
use Test::More;

my @days = ('2020-01-01', '2020-01-02');
my @old = qw(p1 p2);
my @new = qw(p3 p4);

sub must {
    my ($home, $who, $day) = @_;
    deliver($home, [$who],
        wrap => [clock(defined $day ? "$day 12:00:00" : undef)]);
    return;
}

# The mail program may live on when we don't.
sub run {
    my ($home, @wrap) = @_;
    my $r = digest($home, ['--again'], wrap => \@wrap);
    wait_for(sub { my %all = processes();
        !grep { $_->{command} =~ m{/sh \S+/sendmail } } values %all })
        or die "the mail program doesn't end\n";
    $r->{mails} = [mailed()];
    return $r;
}

# Whom mails tell of.
sub told {
    my %all;
    $all{$_}++ for map { my %in = map { $_ => 1 }
        $_->{text} =~ /\b(p\d+)\b/g; keys %in } @_;
    return %all;
}

# What can be done between two runs; who has come by it.
my @between = (
    sub { return () },
    sub { must($_[0], 'p5', $days[0]); return ('p5') },
    sub { command($_[0], 'forget', '--yes', 'urn-p1'); return () },
    sub { command($_[0], 'forget', '--yes', 'urn-p2'); must($_[0], 'p5', $days[1]);
        return ('p5') },
    sub { command($_[0], 'rebuild'); return () },
    sub { prune_before($_[0], $days[1]); return () },
    sub {
        copy_journal($_[0]);
        must($_[0], 'p5');
        return ('p5');
    },
);
my $turn = 0;

# What is wrong, once it is run again, and then once more.
sub check {
    my ($home, $r) = @_;
    my @bad;
    my %first = told(@{$r->{mails}});
    # Where no write succeeds nothing can be said either.
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/m
        && !($r->{exit} =~ /^7[45]$/ && $r->{err} eq '' && !%first);
    my $ended = $r->{exit} == 0 || $r->{out} =~ /^mailed to /;
    push @bad, 'it ends well, and told of ' . join ' ', sort keys %first
        if $ended && "@{[sort keys %first]}" ne "@new";
    my @more = $between[$turn++ % @between]->($home);
    my $second = run($home);
    push @bad, "it ends with $second->{exit}: $second->{err}"
        if $second->{exit};
    my %second = told(@{$second->{mails}});
    for (@new, @more) {
        push @bad, "$_ is skipped" unless $first{$_} || $second{$_};
    }
    push @bad, 'after a good end it told of ' . join ' ', sort keys %second
        if $ended && "@{[sort keys %second]}" ne "@more";
    push @bad, "the cursor was lost: $_ is told again"
        for grep { $second{$_} } @old;
    my $third = run($home);
    my %third = told(@{$third->{mails}});
    push @bad, "a third time it told of @{[keys %third]}: $third->{err}"
        if %third || $third->{exit};
    for (map { @{$_->{mails}} } $r, $second, $third) {
        push @bad, "half a mail: @{$_->{wrong}}"
            if @{$_->{wrong}} || $_->{parts} != 2;
    }
    push @bad, map { "$_ is left" } glob "$home/main/cursors/*.new";
    return @bad;
}

my $template = template(sub {
    my ($home) = @_;
    spew("$home/leadsheet.conf", conf_of('', "protect = no\n"));
    must($home, $old[0], $days[0]);
    must($home, $old[1], $days[1]);
    run($home);
    must($home, $new[0], $days[1]);
    must($home, $new[1]);
});
my %o = (template => $template, run => \&run, check => \&check);
my ($n, @wrong) = killed_everywhere(%o);
is_deeply(\@wrong, [], "killed at $n points");
cmp_ok($n, '>', 15, '  which are some');
($n, @wrong) = failed_everywhere(%o, lasting => 1);
is_deeply(\@wrong, [], "$n faults");
cmp_ok($n, '>', 10, '  which are some');

done_testing();

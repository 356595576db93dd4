#!/usr/bin/perl
# Crash points: the receiver is killed before each system call that touches
# the store, one after the other, in every situation; then delivered again.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use Test::More;

my $sheet = 'sheets/leads-' . today() . '.csv';
my $journal = 'journal/' . today() . '.jsonl';

sub must {
    my ($home, $body) = @_;
    my $r = cgi($home, body => $body);
    die "not kept: $r->{log}" if $r->{status} != 200;
}

# Each situation: how the home is prepared, and what had been kept before.
my %edited;
# Until the next one doesn't go into index.sqlite-recent: the index takes over
# what is there.
my @full = ((map { sprintf 'id-%0197d', $_ } 1 .. 49), 'x' x 40);
my @situations = (
    ['a first delivery of a day', sub { }, {}],
    ['an append', sub { must($_[0], delivery('old', 2)) }, { old => 2 }],
    ['an append beside another', sub {
        must($_[0], delivery($_, 2)) for qw(old older);
    }, { old => 2, older => 2 }],
    ['an append that is one too many to be noted', sub {
        must($_[0], delivery($_, 1)) for @full;
        my $room = (16 << 10) - -s "$_[0]/main/index.sqlite-recent";
        die "$room bytes are left\n" if $room < 0 || $room >= 128;
    }, { map { $_ => 1 } @full }],
    ['a duplicate', sub { must($_[0], delivery('new', 3)) }, { new => 3 }],
    ['recovery of a torn day', sub {
        must($_[0], delivery('old', 2));
        my $whole = slurp("$_[0]/main/$journal");
        must($_[0], delivery('lost', 2));
        spew("$_[0]/main/$journal",
            substr slurp("$_[0]/main/$journal"), 0, length($whole) + 200);
        spew("$_[0]/main/$sheet",
            slurp("$_[0]/main/$sheet") =~ s/^[^\n]*,lost,.*//msr);
        spew("$_[0]/main/lock", '1');
    }, { old => 2 }],
    ['recovery of rows', sub {
        must($_[0], delivery('old', 2));
        must($_[0], delivery('older', 2));
        spew("$_[0]/main/$sheet",
            substr slurp("$_[0]/main/$sheet"), 0, -30);
        unlink glob "$_[0]/main/index.sqlite*";
        spew("$_[0]/main/lock", '1');
    }, { old => 2, older => 2 }],
    ['an index made anew', sub {
        must($_[0], delivery("old$_", 1)) for 1 .. 5;
        unlink glob "$_[0]/main/index.sqlite*";
        spew("$_[0]/main/index.sqlite", 'this is no index');
    }, { map { ("old$_" => 1) } 1 .. 5 }],
    ['a part -2', sub {
        must($_[0], delivery('old', 2));
        spew("$_[0]/main/$sheet",
            slurp("$_[0]/main/$sheet") . "by hand\r\n");
    }, { old => 2 }, 1],
    ['a retired segment', sub {
        must($_[0], delivery('old', 2));
        chmod 0440, "$_[0]/main/$journal";
    }, { old => 2 }],
    ['a test delivery', sub { must($_[0], delivery('old', 1)) },
        { old => 1 }, 0, '"test":true,'],
);

my $points = 0;
for (@situations) {
    my ($name, $prepare, $kept, $edited, $more) = @$_;
    my $template = template($prepare);
    my $body = delivery('new', 3, $more);
    my ($here, @wrong) = killed_everywhere(template => $template,
        run => sub { cgi($_[0], body => $body, wrap => [@_[1 .. $#_]]) },
        check => sub {
            my ($home, $r) = @_;
            my %parts = $edited ? ("$home/main/$sheet" =>
                slurp("$template/main/$sheet")) : ();
            my $retry = cgi($home, body => $body);
            my %now = (%$kept, $more ? () : (new => 3));
            my @bad = violations($home, kept => \%now, edited => \%parts,
                log => "$r->{log}$retry->{log}");
            push @bad, "the retry is $retry->{status}: $retry->{log}"
                if $retry->{status} != 200;
            push @bad, 'tests are missing' if $more
                && !lines("$home/main/sheets/test-" . today() . '.csv');
            return @bad;
        });
    is_deeply(\@wrong, [], "$name: killed at $here points");
    cmp_ok($here, '>', 20, '  which are some');
    $points += $here;
}
note("$points crash points");

done_testing();

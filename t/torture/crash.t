#!/usr/bin/perl
# Crash points: the receiver is killed before each system call that touches
# the store, one after the other, in every situation; then delivered again.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use PowerCut qw(clock);
use Test::More;

my $sheet = 'sheets/leads-' . today() . '.csv';
my $journal = 'journal/' . today() . '.jsonl';

sub must {
    my ($home, $body, @wrap) = @_;
    my $r = cgi($home, body => $body, wrap => \@wrap);
    die "not kept: $r->{log}" if $r->{status} != 200;
}

# The day before is one that a clock was set to.
my $then = '2025-03-01';
my @then = clock("$then 12:00:00");

# Without the last lead, as a spreadsheet saves it that was open meanwhile.
sub without_last {
    my ($path) = @_;
    spew($path, slurp($path) =~ s/[^\n]*\n\z//r =~ s/Private/Known/r);
}

# Each situation: how the home is prepared, and what had been kept before;
# edited: what someone has edited; mends: the settings are put right then;
# more: of the delivery; wrap: what it is run under.
my @situations = (
    ['a first delivery of a day', sub { }, {}],
    ['an append', sub { must($_[0], delivery('old', 2)) }, { old => 2 }],
    ['an append beside another', sub {
        must($_[0], delivery($_, 2)) for qw(old older);
    }, { old => 2, older => 2 }],
    ['a duplicate', sub { must($_[0], delivery('new', 3)) }, { new => 3 }],
    ['recovery of a torn day', sub {
        my ($home) = @_;
        must($home, delivery('old', 2));
        my ($whole, $rows, $index) = map { slurp("$home/main/$_") }
            $journal, $sheet, 'index';
        cut_off($home, sub { must($home, delivery('lost', 2)) });
        put_back("$home/main/$journal",
            substr slurp("$home/main/$journal"), 0, length($whole) + 200);
        put_back("$home/main/$sheet", $rows);
        put_back("$home/main/index", $index);
    }, { old => 2 }],
    ['recovery of rows', sub {
        my ($home) = @_;
        must($home, delivery('old', 2));
        cut_off($home, sub { must($home, delivery('older', 2)) });
        put_back("$home/main/$sheet",
            substr slurp("$home/main/$sheet"), 0, -30);
        take_away($home, 'index');
    }, { old => 2, older => 2 }],
    ['recovery in another boot', sub {
        my ($home) = @_;
        must($home, delivery($_, 2)) for qw(old older);
        must($home, delivery('test', 1, '"test":true,'));
        put_back("$home/main/$journal",
            slurp("$home/main/$journal") . "\0\0\0{\"received\":\"2026");
        put_back("$home/main/$sheet",
            substr slurp("$home/main/$sheet"), 0, 30);
        restarted($home);
    }, { old => 2, older => 2 }],
    ['a home without a control record', sub {
        must($_[0], delivery($_, 2)) for qw(old older);
        unlink "$_[0]/main/lock";
    }, { old => 2, older => 2 }],
    ['an index made anew', sub {
        must($_[0], delivery("old$_", 1)) for 1 .. 5;
        spew("$_[0]/main/index", 'this is no index');
    }, { map { ("old$_" => 1) } 1 .. 5 }],
    ['a part -2', sub {
        must($_[0], delivery('old', 2));
        spew("$_[0]/main/$sheet",
            slurp("$_[0]/main/$sheet") . "by hand\r\n");
    }, { old => 2 }, edited => $sheet],
    ['a part -2 that takes in a lead', sub {
        must($_[0], delivery($_, 1)) for qw(old older);
        without_last("$_[0]/main/$sheet");
    }, { old => 1, older => 1 }, edited => $sheet],
    ['all parts deleted', sub {
        must($_[0], delivery($_, 2)) for qw(old older);
        unlink "$_[0]/main/$sheet";
    }, { old => 2, older => 2 }],
    ['another shape', sub {
        must($_[0], delivery('old', 2));
        spew("$_[0]/leadsheet.conf", "protect = no\nbom = no\n"
            . "format = tsv\n");
    }, { old => 2 }],
    ['rows that wait', sub {
        spew("$_[0]/leadsheet.conf", "bom = perhaps\n");
        must($_[0], delivery($_, 2)) for qw(old older);
    }, { old => 2, older => 2 }, mends => 1],
    ['rows that waited', sub {
        must($_[0], delivery('old', 2));
        spew("$_[0]/leadsheet.conf", "bom = perhaps\n");
        must($_[0], delivery('older', 2));
        spew("$_[0]/leadsheet.conf", "protect = no\n");
    }, { old => 2, older => 2 }],
    ['a new day', sub {
        must($_[0], delivery($_, 2), @then) for qw(old older);
        must($_[0], delivery('test', 1, '"test":true,'), @then);
    }, { old => 2, older => 2 }],
    ['a new day, and the one before lacks a lead', sub {
        must($_[0], delivery($_, 1), @then) for qw(old older);
        without_last("$_[0]/main/sheets/leads-$then.csv");
    }, { old => 1, older => 1 }, edited => "sheets/leads-$then.csv"],
    ['a segment behind a failed sync', sub {
        must($_[0], delivery('old', 2));
        cgi($_[0], body => delivery('new', 3), wrap => [failing_sync()])
            ->{status} == 503 or die 'no fault';
    }, { old => 2 }],
    ['a sync that fails', sub { must($_[0], delivery('old', 2)) },
        { old => 2 }, wrap => [failing_sync()]],
    ['a test delivery', sub { must($_[0], delivery('old', 1)) },
        { old => 1 }, more => '"test":true,'],
);

my $points = 0;
for (@situations) {
    my ($name, $prepare, $kept, %o) = @$_;
    my $template = template($prepare);
    my ($edited, $more) = @o{qw(edited more)};
    my $body = delivery('new', 3, $more);
    my ($here, @wrong) = killed_everywhere(template => $template,
        run => sub {
            my ($home, @wrap) = @_;
            return cgi($home, body => $body, wrap => \@wrap) unless $o{wrap};
            # Two of strace's faults at once.
            my ($trace) = map { /^trace=(.*)/ } @wrap;
            return { exit => 0, log => '' } if $trace eq 'fdatasync';
            s/^trace=(?!.*fdatasync)/trace=fdatasync,/ for @wrap;
            return cgi($home, body => $body, wrap => [@wrap, '-e',
                'inject=fdatasync:error=EIO:when=1']);
        },
        check => sub {
            my ($home, $r) = @_;
            my %parts = $edited ? ("$home/main/$edited" =>
                slurp("$template/main/$edited")) : ();
            spew("$home/leadsheet.conf", '') if $o{mends};
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
    cmp_ok($here, '>', 5, '  which are some');
    $points += $here;
}
note("$points crash points");

done_testing();

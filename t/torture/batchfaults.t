#!/usr/bin/perl
# A batch that a new worker finds waiting: the worker is killed before each call
# that changes the disk and in the middle of each write, and each call fails, once
# and for good.  Whoever heard 200 is kept; a retry of all makes it whole.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use Test::More;
use Worker;

-x '/usr/bin/strace' or BAIL_OUT('strace is not installed: run sh t/run');
my $sheet = 'sheets/leads-' . today() . '.csv';

# Some that make rows, one of them twice, one with another body, a test, one
# that may be known already, and one that nobody signed.
my @bodies = (delivery('new-1', 3), delivery('new-2', 1),
    delivery('test', 1, '"test":true,'), delivery('new-1', 3),
    delivery('new-2', 1, '"more":1,'), delivery('old', 2));
my @batch = (@bodies, [delivery('unsigned', 1),
    HTTP_X_WEBHOOK_SIGNATURE => sign('something else')]);
my %leads = ('new-1' => 3, 'new-2' => 1, old => 2);

sub must {
    my ($home, $id) = @_;
    cgi($home, body => delivery($id, 2))->{status} == 200 or die 'not kept';
}

# Each situation: how the home is prepared; kept: more that was; edited: what
# someone has edited; skip: what is not looked at.
my @situations = (
    ['the first batch of all', sub { }],
    ['a batch beside what is kept', sub { must($_[0], 'old') }],
    ['a batch behind one that was killed', sub {
        my ($home) = @_;
        must($home, 'old');
        my $journal = "$home/main/journal/" . today() . '.jsonl';
        cut_off($home, sub { must($home, 'older') });
        put_back($journal, slurp($journal) . '{"received":"torn');
    # Where its sync fails it is copied to the next segment, and the index has
    # its place of before as well, which is only a hint.
    }, kept => { older => 2 }, skip => ['stale']],
    ['a batch behind an edit', sub {
        must($_[0], 'old');
        spew("$_[0]/main/$sheet",
            slurp("$_[0]/main/$sheet") . "by hand\r\n");
    }, edited => $sheet],
);

my $turn = 0;
for (@situations) {
    my ($name, $prepare, %o) = @$_;
    my $template = template($prepare);
    my %heard;
    my %how = (template => $template, run => sub {
        my ($home, @wrap) = @_;
        return batch($home, \@batch, wrap => \@wrap);
    }, check => sub {
        my ($home, $r) = @_;
        my %parts = $o{edited} ? ("$home/main/$o{edited}" =>
            slurp("$template/main/$o{edited}")) : ();
        my @heard = @{$r->{answers}};
        $heard{$_->{status}}++ for @heard;
        my $unsigned = pop @heard;
        my @bad = map { "it answers $_->{status} ($_->{log})" }
            grep { $_->{status} !~ /^(?:0|200|503)$/ } @heard;
        push @bad, "who didn't sign hears $unsigned->{status}"
            if $unsigned->{status} !~ /^(?:0|401|503)$/;
        my @retries = $turn++ % 2 ? @{batch($home, \@bodies)->{answers}}
            : map { cgi($home, body => $_) } @bodies;
        push @bad, map { "a retry is $_->{status} $_->{log}" }
            grep { $_->{status} != 200 } @retries;
        push @bad, 'it was answered 200, and is no duplicate'
            if grep { $heard[$_]{status} == 200
                && $retries[$_]{json}{status} !~ /^(?:duplicate|test)$/ }
                0 .. $#heard;
        push @bad, violations($home, kept => { %{$o{kept} // {}}, %leads },
            edited => \%parts, skip => $o{skip} // [],
            log => join '', map { $_->{log} } @retries);
        push @bad, 'tests are missing'
            if !lines("$home/main/sheets/test-" . today() . '.csv');
        return @bad;
    });
    my ($points, @wrong) = killed_everywhere(%how);
    is_deeply(\@wrong, [], "$name: killed at $points points");
    cmp_ok($points, '>', 5, '  which are some');
    (my $faults, @wrong) = failed_everywhere(%how, lasting => 1);
    is_deeply(\@wrong, [], "$name: $faults faults: " . join ', ',
        map { "$heard{$_} times $_" } sort keys %heard);
    ok($heard{503}, '  and some are heard');
}

done_testing();

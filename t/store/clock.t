#!/usr/bin/perl
# Whatever the clock says, each delivery is in the file of its day, once.
use strict;
use warnings;
use Leadsheet;
use Test::More;
use Time::Local qw(timegm);
use Door;

my $home = home("timezone = Europe/Berlin\n");
my $faketime = '/usr/bin/faketime';
-x $faketime or BAIL_OUT('faketime is not installed: run sh t/run');

sub deliver {
    my ($id, $when) = @_;
    my $body = qq({"delivery_id":"$id","event":"lead.enriched",)
        . qq("data":{"leads":[{"urn":"$id"}]}});
    return cgi($home, body => $body, env => { FAKETIME_DONT_RESET => 1,
        NO_FAKE_STAT => 1, DONT_FAKE_MONOTONIC => 1 }, wrap => ['env', 'TZ=UTC', $faketime, '-f',
        $when])->{json}{status} // 'nothing';
}

my @steps = (
    ['a', '2026-11-23 12:00:00', '2026-11-23'],
    ['b', '2026-11-22 12:00:00', '2026-11-22'],    # a day back
    ['c', '2036-11-23 12:00:00', '2036-11-23'],    # ten years ahead
    ['d', '1970-01-02 12:00:00', '1970-01-02'],
    ['e', '2026-11-23 22:59:59', '2026-11-23'],    # midnight in Berlin
    ['f', '2026-11-23 23:00:00', '2026-11-24'],
    ['g', '2026-06-30 22:00:00', '2026-07-01'],    # summer time
);
for (@steps) {
    my ($id, $when, $day) = @$_;
    is(deliver($id, $when), 'stored', "$when: stored");
    my $rows = read_csv("$home/main/sheets/leads-$day.csv");
    is($rows->[-1]{urn}, $id, "  in the file of $day");
}
is(deliver('a', '2027-11-23 12:00:00'), 'duplicate',
    'a year later: a duplicate');
for (@steps) {
    is(deliver($_->[0], '2026-11-23 12:00:00'), 'duplicate',
        "$_->[0] again, at noon: a duplicate");
}
is(read_csv("$home/main/sheets/leads-2026-07-01.csv")->[0]{received_at},
    '2026-07-01 00:00:00', 'received_at is in the time zone');
my $rows = 0;
$rows += @{read_csv($_)} for @{sheets($home)};
is($rows, @steps, 'each row once');

# A worker's clock steps while it has the files of another day open.
{
    my $home = home("timezone = Europe/Berlin\n");
    my ($library) = glob '/usr/lib/*/faketime/libfaketime.so.1'
        or BAIL_OUT('faketime is not installed: run sh t/run');
    my $worker = start_worker($home, env => { LD_PRELOAD => $library,
        FAKETIME_TIMESTAMP_FILE => "$home/clock", FAKETIME_NO_CACHE => 1,
        FAKETIME_FMT => '%s', DONT_FAKE_MONOTONIC => 1, NO_FAKE_STAT => 1 });
    my %rows;
    for ((map { [@$_, 'stored'] } @steps), (map { [@$_, 'duplicate'] }
        reverse @steps)) {
        my ($id, $when, $day, $word) = @$_;
        my ($y, $m, $d, @time) = $when =~ /(\d+)/g;
        # The clock stands, so that midnight comes when it is set.
        spew("$home/clock", timegm(reverse(@time), $d, $m - 1, $y) . "\n");
        my $r = $worker->deliver(qq({"delivery_id":"$id","event":)
            . qq("lead.enriched","data":{"leads":[{"urn":"$id"}]}}));
        is($r->{json}{status}, $word, "a worker, $when: $id is $word")
            or diag($r->{log});
        push @{$rows{$day}}, $id if $word eq 'stored';
    }
    my %there;
    for (@{sheets($home)}) {
        my ($day) = /leads-([\d-]+)\.csv\z/;
        $there{$day} = [map { $_->{urn} } @{read_csv($_)}];
    }
    is_deeply(\%there, \%rows, '  each in the file of its day, once');
}

done_testing();

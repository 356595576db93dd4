#!/usr/bin/perl
# leadsheet export --only: the conditions that a person writes.  Each operator
# with each kind of column is t/unit/filter.c's; here is what comes out.
use strict;
use utf8;
use warnings;
use Export;
use JSON::PP ();
use Leadsheet;
use Test::More;
use Unicode::UCD ();

binmode $_, ':utf8' for Test::More->builder->output,
    Test::More->builder->failure_output;

sub lead { JSON::PP->new->utf8->canonical->encode({@_}) }

# Four leads on two days, one of them at midnight in Tokyo.
my $home = journal_of({
    '2026-11-22' => [['2026-11-22T08:12:29', body(
        lead(urn => 'ann', full_name => 'Ann Müller', company_name => 'ACME Corp',
            signal_name => 'John Doe', connections => 2500,
            company_size => '201-500', engagement_type => 'comment',
            comment_text => 'Great!'),
        lead(urn => 'bob', full_name => 'Боб Ёжиков', company_name => 'Globex',
            signal_name => 'John Doe', connections => 499,
            company_size => '11-50', engagement_type => 'reaction',
            comment_text => ''))]],
    '2026-11-23' => [['2026-11-23T15:00:00', body(
        lead(urn => 'cem', full_name => 'CEM IŞIK', company_name => 'acme gmbh',
            signal_name => 'Jane Roe', connections => 500,
            company_size => '10,001+', engagement_type => 'repost'),
        lead(urn => 'dee', full_name => '=Dee', signal_name => 'Jane Roe',
            engagement_type => 'reaction', followers => 12))]]});

my @which = (
    [['connections>500'], 'ann'],
    [['connections >= 500'], 'ann cem'],
    [['connections<500'], 'bob'],
    [['connections != 500'], 'ann bob dee'],
    [['connections='], 'dee'],
    [['company_name~acme'], 'ann cem'],
    [['company_name!~ACME'], 'bob dee'],
    [['full_name ~ MÜLLER'], 'ann'],
    [['full_name~боб ёжиков'], 'bob'],
    [['full_name~ışık'], 'cem'],
    [['full_name= =Dee'], 'dee'],
    [['full_name~ =d'], 'dee'],
    [['signal_name!=John Doe'], 'cem dee'],
    [['comment_text!='], 'ann'],
    [['company_size>200'], 'ann cem'],
    [['company_size<=50'], 'bob'],
    [['engagement_type=comment', 'engagement_type=repost'], 'ann cem'],
    [['engagement_type=comment', 'engagement_type=repost', 'connections>500'],
        'ann'],
    [['company_name~acme', 'company_name~corp'], 'ann'],
    [['received_at=2026-11-22'], 'ann bob'],
    [['received_at = 2026-11-22T08:12'], 'ann bob'],
    [['received_at=2026-11-22T09:12:29+01:00'], 'ann bob'],
    [['received_at>2026-11-22'], 'cem dee'],
    [['received_at>=2026-11-22 08:12:29'], 'ann bob cem dee'],
    [['received_at<2026-11-23 15'], 'ann bob'],
    [['received_at>2026-11-01', 'received_at<2026-11-23'], 'ann bob'],
    [['received_at<today'], 'ann bob cem dee'],
    [['received_at!=2026-11'], ''],
    [['endpoint=main', 'urn>b', 'urn<d'], 'bob cem'],
);
sub only { map { utf8::encode(my $bytes = $_); ('--only', $bytes) } @_ }
for (@which) {
    my ($conditions, $urns) = @$_;
    is(names($home, only(@$conditions)), $urns,
        join(' and ', @$conditions) . ": $urns");
}
is(names($home, '--only=connections>500'), 'ann', '--only= in one word');
is(export($home, '--columns', 'urn', '--no-bom', only('full_name~dee'))->{out},
    "urn\r\ndee\r\n", 'the same in csv');
is(join(' ', map { "$_->{urn}$_->{engagements}" } rows($home, '--unique',
    only('company_name~acme'))), 'ann1 cem1', '  and with --unique');

# People by what they have done, in all that is kept.
{
    my $people = journal_of({
        '2026-11-20' => [body(lead(urn => 'a', engagement_type => 'comment',
            signal_name => 'John Doe', connections => 1))],
        '2026-11-21' => [body(lead(urn => 'a', engagement_type => 'reaction',
            signal_name => 'Jane Roe', connections => 700), lead(urn => 'b',
            engagement_type => 'reaction', signal_name => 'Jane Roe'),
            lead(full_name => 'nobody'))]});
    my $who = sub {
        my $r = leadsheet($people, ['people', '--format', 'jsonl', only(@_)]);
        return join ' ', map { $_->{urn} // '-' }
            map { JSON::PP->new->utf8->decode($_) } split /\n/, $r->{out} };
    is($who->(), 'a b -', 'people: all of them');
    is($who->('engagements>1'), 'a', '  engagements>1');
    is($who->('engagements<=1'), 'b -', '  engagements<=1');
    is($who->('first_seen=2026-11-21'), 'b -', '  first_seen=2026-11-21');
    is($who->('first_seen<2026-11-21', 'connections>500'), 'a',
        '  together with what a lead has');
    is($who->('kinds~COMMENT'), 'a', '  kinds~COMMENT');
    is($who->('last_seen>2026-11-21'), '', '  last_seen>2026-11-21');
    is(join(' ', map { $_->{urn} } rows($people, '--unique',
        only('signals=Jane Roe', 'urn!='))), 'b',
        '  export --unique: signals= is the same in jsonl');
}

# The day begins where the settings are.
my $tokyo = journal_of({}, "timezone = Asia/Tokyo\n");
rename "$home/main/journal", "$tokyo/main/journal" or die "rename: $!\n";
is(names($tokyo, only('received_at=2026-11-24')), 'cem dee',
    'a day is one of the settings\' time zone');
is(names($tokyo, only('received_at=2026-11-24 00:00')), 'cem dee',
    '  and so is a time');
is(names($tokyo, only('received_at>=2026-11-23T15:00:00Z')), 'cem dee',
    '  unless it has a zone itself');
is(names($tokyo, only('received_at>2026-11-23')), 'cem dee', '  in any order');

# What is wrong is told, with what to do.
my @wrong = (
    ['connections', qr/write --only as FIELD=VALUE, .* in quotes, as in --only 'connections>500'$/],
    ['connections is 5', qr/in quotes/],
    ['conections>5', qr/no column "conections"; did you mean connections\?$/],
    ['company~acme', qr/no column "company"; did you mean company_name\?$/],
    ['favourite=x', qr/no column "favourite" \(there are received_at, .*, extra, endpoint\)$/],
    ['first_seen>2026', qr/first_seen is of a person, and not of a lead; say --unique, or run "$LEADSHEET people"$/],
    ['urn==x', qr/there is no "==" for --only; write =$/],
    ['connections=>5', qr/there is no "=>" for --only; write >=$/],
    ['urn~~~x', qr/there is no "~~~" for --only; there are = != ~ !~ > < >= <=/],
    ['urn~', qr/--only urn lacks a value/],
    ['connections>many', qr/connections is compared with a number, and "many" is none/],
    ['received_at=23.11.2026', qr/received_at is a time, and "23\.11\.2026" is none; write it like 2026-11-23,/],
);
for (@wrong) {
    my ($condition, $says) = @$_;
    my $r = export($tokyo, only($condition));
    is($r->{exit}, 64, "$condition: exit 64");
    like($r->{err}, $says, '  says what');
    is($r->{err} =~ tr/\n//, 1, '  in one line');
    is($r->{out}, '', '  and nothing else');
}

# Every letter of which Unicode knows a capital is found by it.
my $letters = '';
for my $c (0x41 .. 0x1ffff) {
    my $fold = Unicode::UCD::casefold($c) or next;
    $letters .= chr $c if $fold->{simple} ne '' && hex $fold->{simple} != $c;
}
cmp_ok(length $letters, '>', 1000, length($letters) . ' letters have another case');
my $all = journal_of({'2026-11-23' => [body(lead(urn => 'a',
    full_name => $letters))]});
is(names($all, only('full_name~' . join '', map {
    chr hex Unicode::UCD::casefold(ord)->{simple} } split //, $letters)), 'a',
    '  and all are the same as that');
my $made = `$^X @{[data('foldtable.pl')]}`;
my ($theirs, $ours) = map { /Unicode ([\d.]+)/ }
    $made, slurp(srcdir() . '/lib/select/fold.table');
SKIP: {
    skip "Perl knows Unicode $theirs, and fold.table is of $ours", 2
        if $theirs ne $ours;
    is(slurp(srcdir() . '/lib/select/plain.table'),
        scalar `$^X @{[data('plaintable.pl')]}`,
        'plain.table is what plaintable.pl makes');
    is(slurp(srcdir() . '/lib/select/fold.table'), $made,
        'fold.table is what foldtable.pl makes');
}

done_testing();

package Costly;

# Bodies that are signed, and hostile or broken: each has as much as it can of
# one thing that costs memory or time.

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT = qw(costly_bodies);

my $count = 0;

sub wrap {
    my ($leads, $posts, $more) = @_;
    return '{"delivery_id":"costly-' . $count++ . '","event":"lead.enriched"'
        . ($more // '') . qq(,"data":{"leads":[$leads],"posts":[$posts]}});
}

# So many bytes of the same, with commas.
sub fill {
    my ($n, $unit) = @_;
    return join ',', ($unit) x ($n / (length($unit) + 1));
}

# Members with names that are all different.
sub members {
    my ($n) = @_;
    my @letters = ('a' .. 'z', 'A' .. 'Z', 0 .. 9, '_', '-');
    return join ',', map { my $i = $_; '"' . join('', map {
        $letters[$i >> 6 * $_ & 63] } 0 .. 3) . '":1' } 0 .. $n / 9 - 1;
}

# Names, and for each what makes a body of about n bytes; rows: whether it makes
# rows, or is kept without.
sub costly_bodies {
    my $lead = '{"urn":"u","post_id":"p"}';
    return (
        ['leads that are empty' => 1, sub { wrap(fill($_[0], '{}'), '') }],
        ['leads of one member' => 1, sub { wrap(fill($_[0], '{"":1}'), '') }],
        ['one lead, the same name all over' => 1,
            sub { wrap('{' . fill($_[0], '"":1') . '}', '') }],
        ['the same on two lines' => 1,
            sub { wrap("{\n" . fill($_[0], '"":1') . '}', '') }],
        ['one lead with many names' => 1,
            sub { wrap('{' . members($_[0]) . '}', '') }],
        ['numbers' => 1,
            sub { wrap('{"a":[' . fill($_[0], '7') . ']}', '') }],
        ['a text of backslashes' => 1,
            sub { wrap(qq({\n"a":") . '\\\\' x ($_[0] / 2) . '"}', '') }],
        ['posts that are empty' => 1,
            sub { wrap($lead, fill($_[0], '{"id":""}')) }],
        ['posts of short values' => 1, sub { wrap($lead, fill($_[0],
            '{"id":"","url":"\n","text":"\n","date":[ ]}')) }],
        ['a post with many names' => 1, sub { wrap($lead,
            '{"id":"p",' . members($_[0]) . '}') }],
        ['a post with many names, one with a prefix' => 1, sub { wrap($lead,
            '{"id":"p","post_aaaa":1,' . members($_[0]) . '}') }],
        ['a post of many leads' => 0, sub { wrap(
            fill($_[0] / 2, '{"post_id":"p"}'),
            '{"id":"p","text":"' . 'x' x ($_[0] / 2) . '"}') }],
        ['what we do not know of a post of many leads' => 0, sub { wrap(
            fill($_[0] / 2, '{"post_id":"p"}'),
            '{"id":"p","more":"' . 'x' x ($_[0] / 2) . '"}') }],
        ['the same, and each lead has a name of its own' => 0, sub { wrap(
            fill($_[0] / 2, '{"post_id":"p","a":1}'),
            '{"id":"p","more":"' . 'x' x ($_[0] / 2) . '"}') }],
        ['the same, and each lead has one of its names' => 0, sub { wrap(
            fill($_[0] / 2, '{"post_id":"p","post_aaaa":1}'),
            '{"id":"p",' . members($_[0] / 2) . '}') }],
        ['the same, and each lead has twenty that look like its names' => 0,
            sub { my ($n) = @_; wrap(fill($n / 2, '{"post_id":"p",'
            . join(',', map { qq("post_$_":1) } 10 .. 29) . '}'),
            '{"id":"p","more":"' . 'x' x ($n / 2) . '"}') }],
        ['two posts in turn, with what we do not know' => 0,
            sub { my ($n) = @_; wrap(
            fill($n / 2, '{"post_id":"a"},{"post_id":"b"}'), join ',',
            map { qq({"id":"$_","m":") . ';=' x ($n / 8) . '"}' } qw(a b)) }],
        ['leads of two posts in turn' => 0, sub { my ($n) = @_; wrap(
            fill($n / 2, '{"post_id":"a"},{"post_id":"b"}'), join ',',
            map { qq({"id":"$_","text":") . ';=' x ($n / 8) . '"}' } qw(a b)) }],
        ['two posts of blanks in turn' => 1, sub { my ($n) = @_; wrap(
            fill($n / 2, '{"post_id":"a"},{"post_id":"b"}'), join ',',
            map { qq({"id":"$_","text":[) . ' ' x ($n / 4) . '1]}' } qw(a b)) }],
        ['a long time of many leads' => 0, sub { wrap(
            fill($_[0] / 2, '{}'), '', ',"timestamp":["'
            . 'x' x ($_[0] / 2) . '"]') }],
        ['control characters' => 0, sub { "\1" x $_[0] }],
        ['brackets' => 0, sub { '[' x $_[0] }],
    );
}

1;

#!/usr/bin/perl
# Is leadsheet-journal(5) enough to make the sheets by?  A reader in Python that
# knows only that page makes them from the journal, byte for byte.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Leadsheet;
use MIME::Base64 qw(decode_base64);
use Test::More;

# Each sheet that the journal of an endpoint names, with what the reader says.
sub verdicts {
    my ($home) = @_;
    open my $p, '-|', 'python3', data('journalreader.py'), "$home/main"
        or die "python3: $!\n";
    my %said = map { /^(\S+) (.*)$/ ? ($1, $2) : () } <$p>;
    close $p;
    die "journalreader.py failed\n" if $? && $? >> 8 != 1 || $? & 127;
    return \%said;
}

sub all_equal {
    my ($home, $name) = @_;
    my $said = verdicts($home);
    my %there = map { m{([^/]+)\z}; ($1, 'equal') } @{sheets($home)};
    return is_deeply($said, \%there, $name);
}

# ---- Journals made by hand: which lines count, and which sheets there are.

my $day = '2026-11-23';
my $time = '"received":"2026-11-23T08:12:29.123456Z"';

sub sealed { return "$_[0],\"sha256\":\"" . sha256_hex($_[0]) . "\"}\n" }

sub lead {
    my ($id, $kind) = @_;
    my $body = '{"data":{"leads":[{"urn":"' . $id . '"}]}}';
    return sprintf qq({%s,"kind":"%s","id":"%s","sha256":"%s",)
        . qq("signature":"%s","body":%s}\n), $time, $kind // 'leads', $id,
        sha256_hex($body), '0' x 64, $body;
}

sub sheet {
    my ($file, $again) = @_;
    return sealed(qq({$time,"kind":"sheet","file":"$file","shape":{)
        . qq("format":"csv","delimiter":"comma","bom":false,"protect":false,)
        . qq("columns":["urn"],"timezone":"UTC","rules":1},"again":)
        . ($again // 0));
}

sub mark {
    my ($segment, $counts) = @_;
    return sealed(qq({$time,"kind":"segment","before":{"segment":$segment,)
        . qq("counts":$counts}));
}

# Segments by name, and the ids that each sheet then has.
sub by_hand {
    my ($name, $journal, $sheets) = @_;
    my $home = home();
    mkdir "$home/main/$_" for qw(journal sheets);
    spew("$home/main/journal/$_", $journal->{$_}) for keys %$journal;
    spew("$home/main/sheets/$_", join '', map { "$_\r\n" } 'urn',
        split / /, $sheets->{$_}) for keys %$sheets;
    all_equal($home, $name);
    return;
}

my ($one, $two, $three) = ("leads-$day.csv", "leads-$day-2.csv",
    "leads-$day-3.csv");
by_hand('a sheet has what comes behind its line',
    { "$day.jsonl" => sheet($one) . lead('a') . lead('b') },
    { $one => 'a b' });
by_hand('a delivery before the first line of a sheet is in none',
    { "$day.jsonl" => lead('a') . sheet($one) . lead('b') }, { $one => 'b' });
by_hand('unless the line takes it in',
    { "$day.jsonl" => lead('a') . lead('b') . sheet($one, 1) . lead('c') },
    { $one => 'b c' });
by_hand('the next sheet goes on',
    { "$day.jsonl" => sheet($one) . lead('a') . sheet($two) . lead('b') },
    { $one => 'a', $two => 'b' });
by_hand('again takes some along',
    { "$day.jsonl" => sheet($one) . lead('a') . lead('b') . sheet($two, 1)
        . lead('c') }, { $one => 'a b', $two => 'b c' });
by_hand('but never more than the sheet before has',
    { "$day.jsonl" => sheet($one) . lead('a') . sheet($two) . lead('b')
        . sheet($three, 2) }, { $one => 'a', $two => 'b', $three => 'b' });
by_hand('again "all" ends the sheets before',
    { "$day.jsonl" => sheet($one) . lead('a') . sheet($two) . lead('b')
        . sheet($three, '"all"') . lead('c') }, { $three => 'a b c' });
by_hand('a name that comes again ends the sheet that had it',
    { "$day.jsonl" => sheet($one) . lead('a') . sheet($two) . lead('b')
        . sheet($one) . lead('c') }, { $two => 'b', $one => 'c' });
by_hand('tests and leads are apart',
    { "$day.jsonl" => sheet($one) . lead('a') . lead('t', 'test')
        . sheet("test-$day.csv", 1) . lead('b') . lead('u', 'test') },
    { $one => 'a b', "test-$day.csv" => 't u' });
by_hand('segments are read by their numbers, with gaps',
    { "$day.jsonl" => sheet($one) . lead('a'), "$day-10.jsonl" => lead('c'),
        "$day-2.jsonl" => lead('b') }, { $one => 'a b c' });
by_hand('other names are no segments',
    { "$day.jsonl" => sheet($one) . lead('a'), map { $_ => lead($_) }
        "$day-1.jsonl", "$day-02.jsonl", "$day-256.jsonl", '2026-02-30.jsonl',
        "$day.jsonl.bak", "$day.torn-1", "$day-+2.jsonl" }, { $one => 'a' });
my $begin = sheet($one) . lead('a');
by_hand('of a segment that failed only what the next one says counts',
    { "$day.jsonl" => $begin . lead('b'),
        "$day-2.jsonl" => mark(1, length $begin) . lead('c') },
    { $one => 'a c' });
by_hand('a line that ends at the mark counts',
    { "$day.jsonl" => $begin,
        "$day-2.jsonl" => mark(1, length $begin) }, { $one => 'a' });
by_hand('one that ends a byte behind it does not',
    { "$day.jsonl" => $begin,
        "$day-2.jsonl" => mark(1, length($begin) - 1) }, { $one => '' });
by_hand('a mark that is not the first line is none',
    { "$day.jsonl" => $begin,
        "$day-2.jsonl" => lead('b') . mark(1, 10) }, { $one => 'a b' });
by_hand('a mark holds though its own segment counts no more',
    { "$day.jsonl" => $begin . lead('b'),
        "$day-2.jsonl" => mark(1, length $begin) . lead('c'),
        "$day-3.jsonl" => mark(2, 0) . lead('d') }, { $one => 'a d' });
by_hand('of two marks the smaller number holds',
    { "$day.jsonl" => $begin . lead('b'),
        "$day-2.jsonl" => mark(1, length $begin),
        "$day-3.jsonl" => mark(1, length($begin) + 10**6) },
    { $one => 'a' });
by_hand('NULs before a line are skipped',
    { "$day.jsonl" => ("\0" x 4096) . $begin . "\0" . lead('b') },
    { $one => 'a b' });
by_hand('a torn end counts not',
    { "$day.jsonl" => $begin . (lead('b') =~ s/\n//r) }, { $one => 'a' });
by_hand('a damaged line is left out, and those behind it stay',
    { "$day.jsonl" => $begin . (lead('b') =~ s/"urn":"b"/"urn":"x"/r)
        . (lead('c') =~ s/ive/ ive/r) . lead('d')
        . (sheet($two) =~ s/"comma"/"pipe"/r) . "\n" }, { $one => 'a d' });
by_hand('a sheet of another day, or of no name of ours, is none',
    { "$day.jsonl" => $begin . sheet('leads-2026-11-24.csv')
        . sheet("leads-$day-1.csv") . sheet("../leads-$day.csv") },
    { $one => 'a' });

# ---- The program's own.

my @shapes = (
    '',
    'columns = urn, received_at, extra, post_text, connections',
    "delimiter = semicolon\ntimezone = Europe/Berlin",
    "format = tsv\nbom = no\ntimezone = Asia/Kathmandu",
    "delimiter = pipe\ncolumns = full_name, delivery_id, timestamp, headline");

# All its settings in turn, each for some odd deliveries, back to the first.
sub odd_day {
    my ($seed, $protect) = @_;
    my $home = home();
    open my $p, '-|', 'python3', data('oddbodies.py'), $seed, 72
        or die "python3: $!\n";
    chomp(my @bodies = <$p>);
    close $p or die "oddbodies.py failed\n";
    my %answers;
    for my $shape (@shapes, $shapes[0]) {
        spew("$home/leadsheet.conf", "protect = $protect\n$shape\n");
        $answers{cgi($home, body => decode_base64($_))->{status}}++
            for splice @bodies, 0, 12;
    }
    return ($home, \%answers);
}

for my $protect (qw(no yes)) {
    for my $seed (1 .. ($ENV{LONG} ? 100 : 2)) {
        my ($home, $answers) = odd_day($seed, $protect);
        is_deeply([grep { !/^(?:200|202|400)$/ } keys %$answers], [],
            "seed $seed, protect = $protect: all are kept");
        all_equal($home, '  the reader makes every sheet');
        cmp_ok(scalar(@{sheets($home)}), '>=', 8, '  and there are many');
    }
}

# ---- What forget and prune write.
{
    my ($home) = odd_day(99, 'no');
    my $body = sub { return '{"delivery_id":"' . $_[0] . '","event":'
        . '"lead.enriched","data":{"leads":[{"urn":"gone"},{"urn":"stays"}]}}' };
    cgi($home, body => $body->($_)) for qw(f g);
    is(leadsheet($home, [qw(forget gone --yes)])->{exit}, 0, 'forgotten');
    all_equal($home, '  the reader makes every sheet without that person');
    my @lines = grep { /"id":"[fg]"/ } map { split /\n/, slurp($_) }
        @{journal($home)};
    is(scalar(grep { /"was":"\Q@{[sha256_hex($body->('f'))]}\E"/ } @lines), 1,
        '  was is what the sender sent');
}
{
    my $home = home();
    my $body = '{"delivery_id":"old","event":"lead.enriched","data":'
        . '{"leads":[{"urn":"x"}]}}';
    is(cgi($home, body => $body, env => { FAKETIME_DONT_RESET => 1,
        NO_FAKE_STAT => 1, DONT_FAKE_MONOTONIC => 1 }, wrap => ['env', 'TZ=UTC',
        '/usr/bin/faketime', '-f', '2026-01-05 12:00:00'])->{status}, 200,
        'a delivery of another day');
    all_equal($home, '  its sheet');
    is(leadsheet($home, [qw(prune --keep 30d --yes)])->{exit}, 0, 'pruned');
    all_equal($home, '  its sheet is gone, and no line names it');
    like(slurp("$home/main/journal/2026-01-05.jsonl"), qr/^\{"received":
        "2026-01-05T12:00:0\d\.\d{6}Z","kind":"leads","id":"old",
        "was":"\Q@{[sha256_hex($body)]}\E","sha256":"[0-9a-f]{64}"\}\n\z/x,
        '  its line has no body');
}

# ---- The reader tells a difference.
{
    my $home = home();
    cgi($home, body => '{"delivery_id":"' . $_ . '","event":"lead.enriched",'
        . '"data":{"leads":[{"urn":"=' . $_ . '"}]}}') for qw(a b);
    my ($path) = @{sheets($home)};
    my $whole = slurp($path);
    my ($file) = $path =~ m{([^/]+)\z};
    for (['equal', $whole],
        ['lacks 1', $whole =~ s/[^\n]*\n\z//r],
        ['edited', $whole =~ s/'=b/'=c/r],
        ['edited', "$whole\r\n"],
        ['edited', $whole =~ s/^\xef\xbb\xbf//r],
        ['edited', $whole =~ s/\r\n/\n/gr]) {
        my ($what, $text) = @$_;
        spew($path, $text);
        is(verdicts($home)->{$file}, $what, "a file is told: $what");
    }
    unlink $path;
    is(verdicts($home)->{$file}, 'missing 2', 'a file is told: missing');
}

done_testing();

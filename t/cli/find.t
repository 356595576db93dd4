#!/usr/bin/perl
# leadsheet find from the outside: whoever someone asks for, by whatever they
# know of them.
use strict;
use warnings;
use utf8;
use Export;
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $json = JSON::PP->new->utf8->canonical;
sub lead {
    my ($urn, $name, %more) = @_;
    return $json->encode({ urn => $urn, full_name => $name, %more });
}
sub find {
    my ($home, @words) = @_;
    utf8::encode($_) for @words;
    return leadsheet($home, ['find', @words]);
}

# The urns of who is found.
sub who {
    my $r = find(@_);
    return join ' ', map { (split /\t/, $_, -1)[4] || '-' } split /\n/, $r->{out};
}

my %jane = (company_name => 'Acme Corp', job_title => 'VP of Sales',
    linkedin_url => 'https://www.linkedin.com/in/janesmith');
my $home = journal_of({
    '2026-11-20' => [body(lead('ACoA-1', 'Jane Smith', %jane),
        lead('ACoA-2', 'Jürgen Groß', company_name => 'ΑΘΗΝΑ ΑΕ',
            linkedin_url => 'http://linkedin.com/in/j%C3%BCrgen-gro%C3%9F/'),
        lead('', 'Jane Lone', company_name => 'Acme'),
        lead('ACoA-3', 'Мария Иванова', company_name => 'Ромашка'))],
    '2026-11-22' => [body(lead('ACoA-1', 'Jane Jones', %jane,
        job_title => 'CEO', company_name => 'Globex'))],
});
for (
    ['jane', 'ACoA-1 -', 'a part of a name, in small letters'],
    ['JANE SMITH', 'ACoA-1', 'a name that they had before'],
    ['jones', 'ACoA-1', 'and the one that they have'],
    ['acme', '- ACoA-1', 'a company, also one of before'],
    ['globex', 'ACoA-1', 'and the one of today'],
    ['JÜRGEN', 'ACoA-2', 'an umlaut in capitals'], ['gross', 'ACoA-2', 'ß as ss'],
    ['αθηνα', 'ACoA-2', 'Greek'], ['мария', 'ACoA-3', 'Cyrillic'],
    ['linkedin.com/in/janes', 'ACoA-1', 'a part of an address'],
    ['HTTPS://LinkedIn.com/in/janesmith/?trk=x', 'ACoA-1',
        'an address as a browser has it'],
    ['https://www.linkedin.com/in/jürgen-groß', 'ACoA-2',
        'an address with letters that the kept one has encoded'],
    ['http://linkedin.com/in/jane', 'ACoA-1', undef],
    ['ACoA-', undef, 'a part of urns'], ['coa-3', 'ACoA-3', 'a urn\'s end'],
    ['VP of Sales', '', 'but not a job'],
) {
    my ($text, $urns, $why) = @$_;
    next if !defined $why;
    my $found = who($home, $text);
    is(defined $urns ? join ' ', sort split / /, $found : $found =~ tr/ //,
        defined $urns ? join ' ', sort split / /, $urns : 2, "$why: $text");
}
is(who($home, 'jane', 'smith'), 'ACoA-1', 'several words are one text');
is(find($home, 'jane', 'smith')->{out}, join("\t", 'Jane Jones', 'CEO',
    'Globex', $jane{linkedin_url}, 'ACoA-1', '2026-11-20 12:00:00',
    '2026-11-22 12:00:00', 2) . "\n",
    'a line has the newest values, and the whole history');
is_deeply($json->decode(find($home, '--json', 'jane', 'smith')->{out}),
    { full_name => 'Jane Jones', job_title => 'CEO', company_name => 'Globex',
    linkedin_url => $jane{linkedin_url}, urn => 'ACoA-1', engagements => 2,
    first_seen => '2026-11-20T12:00:00.000001Z',
    last_seen => '2026-11-22T12:00:00.000002Z' }, '  and so has --json');

# Nobody, nothing, damage.
for (['zzz'], ['--json', 'zzz'], ['.*'], ['%%']) {
    my $r = find($home, @$_);
    is($r->{exit}, 1, "@$_: exit 1");
    is($r->{out}, '', '  nothing is printed');
    like($r->{err}, qr/^leadsheet find: nobody is kept whose name, company, profile URL or urn has "\Q$_->[-1]\E" in it; try a shorter part\n\z/,
        '  and it is said');
}
is(find($home, '')->{exit}, 64, 'an empty text: exit 64');
like(find($home, '')->{err}, qr/say a part of a name/, '  and what to say');
is(find($home)->{exit}, 64, 'no text: exit 64');
{
    my $damaged = journal_of({ '2026-11-20' => [body(lead('a', 'Ann')),
        body(lead('b', 'Bob'))] });
    my $day = "$damaged/main/journal/2026-11-20.jsonl";
    spew($day, slurp($day) =~ s/"Bob"/"Rob"/r);
    my $r = find($damaged, 'ann');
    is($r->{exit}, 65, 'a damaged line: exit 65');
    like($r->{err}, qr/1 line of the journal is damaged and left out/,
        '  which is said');
    like($r->{out}, qr/^Ann\t/, '  beside who is found');
}

# Several endpoints: one person, once.
{
    my $two = journal_of({ '2026-11-20' => [body(lead('a', 'Ann', job_title => 'old'))] });
    my $other = journal_of({ '2026-11-21' => [body(lead('a', 'Ann', job_title => 'new'),
        lead('z', 'Annette'))] });
    rename "$other/main", "$two/other" or die "$!\n";
    is(find($two, 'ann')->{out} =~ s/\t.*\t/ /gr,
        "Ann 2\nAnnette 1\n", 'a person of two endpoints is one');
    is(who($two, '--endpoint', 'main', 'ann'), 'a', '  and --endpoint is one');
    is(who($two, '--endpoint', 'main,other', 'ann'), 'a z', '  or several');
    is(find($two, '--endpoint', 'none', 'ann')->{exit}, 64, '  that there are');
}

# On a terminal.
{
    my $wide = on_terminal($home, ['find', 'smith'])->{out};
    like($wide, qr/^\e\[2mname +job, company +first seen  last seen  times\r?$/m,
        'a terminal has a head');
    like($wide, qr/Jane Jones +CEO, Globex +2026-11-20  2026-11-22      2\r?\n  \e\[2mACoA-1  \Q$jane{linkedin_url}\E\e\[0m\r?\n/,
        '  and two lines a person, what is to be copied whole on the second');
    my $long = journal_of({ '2026-11-20' => [body(lead('u' x 90, 'N' x 100,
        job_title => "J\t\n" x 50, company_name => "\x{202e}evil"))] });
    for my $columns (40, 80, 120) {
        my ($first) = grep { /N/ } split /\r?\n/,
            on_terminal($long, ['find', 'nnn'], columns => $columns)->{out};
        my $shown = $first =~ s/\e\[\d*m//gr;
        cmp_ok(length $shown, '<', $columns, "$columns columns are enough");
        like($shown, qr/^N+(?:…|\xe2\x80\xa6) /, '  and the name is cut');
    }
    my $whole = find($long, 'nnn')->{out};
    is($whole =~ tr/\n//, 1, 'a control in a text breaks no line');
    is(scalar(split /\t/, $whole, -1), 8, '  nor makes a column');
    unlike($whole, qr/\xe2\x80\xae/, '  nor does a terminal act on one');
    unlike($long = on_terminal($home, ['find', 'smith'],
        env => { NO_COLOR => 1 })->{out}, qr/\e/, 'NO_COLOR is heard');
}

done_testing();

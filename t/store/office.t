#!/usr/bin/perl
# A real LibreOffice: what it makes of our sheets, and what becomes of a sheet
# that it has saved.
use strict;
use warnings;
use Checker ();
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use Test::More;
use Door;

my ($soffice) = grep { -x } map { "$_/soffice" } split /:/, $ENV{PATH};
plan skip_all => 'soffice is not installed: run sh t/run' unless $soffice;

# A profile of its own, so that nobody's LibreOffice at work hears of it.
my $dir = tempdir(CLEANUP => 1);

# Convert files in one start of it; the filter reads them, where one is given.
sub convert {
    my ($to, $out, $in, @files) = @_;
    local $ENV{HOME} = $dir;
    my $said = `timeout @{[10 * PATIENCE]} '$soffice' \\
        '-env:UserInstallation=file://$dir/profile' --headless \\
        @{[$in ? "'--infilter=$in'" : '']} --convert-to '$to' \\
        --outdir '$out' @{[map { "'$_'" } @files]} 2>&1`;
    return map { my ($name) = m{([^/]*)\.\w+\z};
        my ($made) = glob "$out/$name.*";
        $made // BAIL_OUT("soffice made nothing of $_: $said") } @files;
}

sub cells {
    my ($fods) = @_;
    open my $p, '-|', 'python3', data('cells.py'), $fods or die "$!\n";
    my $rows = JSON::PP->new->utf8->decode(join '', <$p>);
    close $p or die "cells.py failed\n";
    return $rows;
}

# Everything that a spreadsheet would run or change, beside the samples.
my @odd = ('=1+1', '+1+1', '-1+1', '@SUM(A1)', "'", "''", "'=1+1", ' =1+1',
    "\xc2\xa0=1+1", "\xe3\x80\x80=1+1", "\xe2\x80\x8b=1+1",
    "\xef\xbb\xbf=1+1", "\xef\xbc\x9d1+1", 'x;=1+1', 'x; =1+1', 'a;b;=1+1;c',
    ';=1+1', 'x;+1+1', 'x;-1+1', 'x;@SUM(A1)', "x;\xef\xbc\x9d1+1", '11-50',
    '1-10', '3/4', '1.2.2026', '2026-11-23', '007', '0123456789', '1e5',
    '1E400', '1234567890123456', '12345678901234567890', '12:30', 'TRUE',
    'May 5', '50%', '=HYPERLINK("http://127.0.0.1/";"x")',
    '=cmd|\' /C calc\'!A0', 'a"b', '"=1+1"', '"', 'a,b', 'a,=1+1', 'a b',
    ' x', 'x ', "\xf0\x9f\x91\x8f", "\xd8\xa7\xd9\x84", '\\t=1+1',
    '\\n=1+1', '\\r\\n=1+1', 'a\\n=1+1', 'a\\tb', '-', '+49 30 123456',
    '@jo', '- Founder -', '1,234', '1.234,5', '$5', '(1)', 'NaN', '#N/A');
my $odd = '{"delivery_id":"odd-delivery","event":"lead.enriched","data":'
    . '{"leads":[' . join(',', map { my $s = s/"/\\"/gr;
    qq({"urn":"u","full_name":"$s","company_size":"$s","new":"$s"}) } @odd)
    . ']}}';
my @bodies = ((map { slurp(data("$_.json")) } qw(documented escaped indented
    popular-post)), $odd);

sub stored {
    my ($conf) = @_;
    my $home = home($conf);
    for (@bodies) {
        my $r = cgi($home, body => $_);
        BAIL_OUT("not kept: $r->{log}") if $r->{status} != 200;
    }
    return $home;
}

my %home = (comma => stored(), semicolon => stored("delimiter = semicolon\n"),
    tab => stored("delimiter = tab\n"), naked => stored("protect = no\n"));
my %sheet = map { my ($of) = @{sheets($home{$_})};
    ($_ => copy_to("$dir/$_.csv", $of)) } keys %home;

sub copy_to {
    my ($to, $from) = @_;
    copy($from, $to) or die "$to: $!\n";
    return $to;
}

# Opened as what they are, in English and in German, with and without the
# recognition of numbers and dates: our cells are there as we wrote them.
my $opened = 0;
for ([44, 1033, 'false', qw(comma naked)], [44, 1033, 'true', 'comma'],
    [44, 1031, 'false', 'comma'], [44, 1031, 'true', qw(comma naked)],
    [59, 1031, 'true', 'semicolon'], [9, 1033, 'true', 'tab']) {
    my ($separator, $language, $special, @as) = @$_;
    my $filter = "CSV:$separator,34,76,1,,$language,false,$special";
    my @fods = convert('fods', "$dir/" . ++$opened, $filter, @sheet{@as});
    check_cells($as[$_], cells($fods[$_]), chr $separator, $filter)
        for 0 .. $#as;
}

# Opened as what they aren't, and cut at every separator there is.
for my $separators ('59', '44', '44/59/9', '44/59/9/124') {
    my $filter = "CSV:$separators,34,76,1,,1033,false,true";
    my @as = qw(comma semicolon tab);
    my @fods = convert('fods', "$dir/" . ++$opened, $filter, @sheet{@as});
    is_deeply(formulas(cells($fods[$_])), [],
        "$as[$_], cut at $separators: no cell is a formula") for 0 .. $#as;
}

sub formulas {
    return [map { grep { defined $_->[1] } @$_ } @{$_[0]}];
}

sub check_cells {
    my ($as, $rows, $separator, $filter) = @_;
    my $formulas = formulas($rows);
    if ($as eq 'naked') {
        # Else the rest would prove nothing.
        cmp_ok(@$formulas, '>=', 5, "$filter: unprotected, cells are formulas");
        return;
    }
    my $wanted = read_csv($sheet{$as}, $separator);
    is_deeply($formulas, [], "$as, $filter: no cell is a formula");
    my @names = map { $_->[2] } @{shift @$rows};
    my @wrong;
    is(@$rows, @$wanted, '  every row is there');
    for my $n (0 .. $#$wanted) {
        for my $i (0 .. $#names) {
            my ($type, undef, $text) = @{$rows->[$n][$i] // []};
            my $want = $wanted->[$n]{$names[$i]};
            next if $names[$i] eq 'received_at';
            next if ($text // '') eq $want && ($type // 'string') eq ($names[$i]
                =~ /^(?:connections|followers)$/ ? 'float' : 'string');
            next if $want eq '' && ($text // '') eq '';
            push @wrong, "row $n, $names[$i]: $want is " . ($type // '-')
                . ' ' . ($text // '-');
        }
    }
    is_deeply(\@wrong, [], '  every cell is as we wrote it');
}

# Saved by it, in its dialects, and put over the day's sheet while a worker
# has that open and a lead comes: left alone, and -2 begins with that lead.
my $text = 'csv:Text - txt - csv (StarCalc)';
my @saved = (
    ['commas', '44,34,76,1,,0,false,true,false'],
    ['semicolons, every text in quotes', '59,34,76,1,,0,true,true,false'],
    ['TABs', '9,34,76,1,,0,false,true,false'],
    ['cells not as shown', '44,34,76,1,,0,false,false,false'],
    ['Windows-1252', '44,34,1,1,,0,false,true,false'],
);
for (@saved) {
    my ($name, $options) = @$_;
    my ($made) = convert("$text:$options", "$dir/" . ++$opened,
        'CSV:44,34,76,1,,1033,false,true', $sheet{comma});
    for my $bom ('', $options =~ /,76,/ ? "\xef\xbb\xbf" : ()) {
        for my $how ('in place', 'by rename') {
            is_deeply([over($bom . slurp($made), $how)], [], "saved with $name"
                . ($bom ? ', BOM, ' : ', ') . $how);
        }
    }
}

sub over {
    my ($bytes, $how) = @_;
    my $home = Checker::copy_of($home{comma});
    my $door = door($home, 'worker');
    my ($sheet) = @{sheets($home)};
    my @bad;
    my $must = sub {
        my $r = $door->(Checker::delivery($_[0], 2));
        push @bad, "$_[0]: $r->{status} $r->{log}"
            if ($r->{json}{status} // '') ne 'stored';
        return $r->{log};
    };
    $must->('came-meanwhile');
    spew($how eq 'in place' ? $sheet : "$sheet.tmp", $bytes);
    rename "$sheet.tmp", $sheet if $how eq 'by rename';
    my $log = $must->('came-then') . $must->('came-later');
    push @bad, 'it was written to' if slurp($sheet) ne $bytes;
    push @bad, "the log says $log" if $log !~ /was edited by someone/;
    my $next = $sheet =~ s/\.csv/-2.csv/r;
    my $ids = -e $next && join ' ', map { $_->{delivery_id} }
        @{read_csv($next)};
    push @bad, "-2 is $ids" if $ids ne join ' ', map { ($_) x 2 }
        qw(came-meanwhile came-then came-later);
    return @bad;
}

done_testing();

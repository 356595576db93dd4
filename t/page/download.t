#!/usr/bin/perl
# A download has what the screen shows, in each format; and a link that was made
# in the page is read by a real spreadsheet.
use strict;
use utf8;
use warnings;
use Browser;
use Export;
use File::Temp qw(tempdir);
use HTTP::Tiny;
use JSON::PP ();
use Leadsheet;
use Page;
use Test::More;

today();
my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $site = page_site(home => page_home(days => 16, leads => 9));
keep($site->{home}, 'main', '{"delivery_id":"odd","event":"lead.enriched",'
    . '"data":{"leads":[{"urn":"odd","full_name":"=1+1 of Sales",'
    . '"headline":"sales","company_size":"11-50","connections":7}]}}',
    CORE::time);
my $report = browse('download', page_config($site), out => $dir)
    or BAIL_OUT('nothing was downloaded');

sub text { my ($bytes) = @_; utf8::decode($bytes); return $bytes }

sub squeeze { my ($text) = @_;
    $text =~ s/[\p{Cc}\s]+/ /g;
    $text =~ s/^ | $//g;
    return $text }

# The names in a file, as its readers have them.
sub csv_names {
    return [map { squeeze(unprotect($_->{full_name})) } @{read_csv($_[0])}];
}

sub jsonl_names {
    return [map { squeeze(JSON::PP->new->utf8->decode($_)->{full_name} // '') }
        split /\n/, slurp($_[0])];
}

sub xlsx_names {
    my ($ok, $said) = python('workbook.py', $_[0]);
    my ($head, @rows) = map { JSON::PP->new->utf8->decode($_) }
        grep { /\S/ } split /\n/, $said;
    my ($column) = grep { $head->[$_] eq 'full_name' } 0 .. $#$head;
    return [map { squeeze($_->[$column] // '') } @rows];
}

for my $list (@{$report->{lists}}) {
    my ($where, $files) = @$list{qw(where files)};
    my @shown = map { squeeze($_) } @{$list->{names}};
    cmp_ok(scalar @shown, $where =~ /nobody/ ? '==' : '>', 0,
        "$where shows " . @shown);
    next unless $files;
    is_deeply(csv_names($files->{csv}), \@shown, '  csv has the same');
    is_deeply(jsonl_names($files->{jsonl}), \@shown, '  so has jsonl');
    is_deeply(xlsx_names($files->{xlsx}), \@shown, '  and xlsx');
    my $records = () = slurp($files->{hubspot}) =~ /\r\n(?=.)/g;
    cmp_ok($records, '<=', scalar @shown, '  a profile has no more');
    cmp_ok($records, '>', 0, '  and some') if @shown;
}

# Everything in it is what "leadsheet export" gives.
my ($all) = grep { $_->{where} eq '/leads' } @{$report->{lists}};
my $out = export($site->{home}, '--format', 'jsonl')->{out};
is_deeply([sort split /\n/, slurp($all->{files}{jsonl})],
    [sort split /\n/, $out], 'all leads as jsonl: those of "leadsheet export"');
$out = export($site->{home}, '--format', 'csv', '-o', "$dir/export.csv");
is_deeply([sort map { join "\0", map { $_ // '' } @$_{sort keys %$_} }
        @{read_csv($all->{files}{csv})}],
    [sort map { join "\0", map { $_ // '' } @$_{sort keys %$_} }
        @{read_csv("$dir/export.csv")}], '  as csv too');
like(slurp($all->{files}{csv}), qr/'=1\+1 of Sales/, '  and it is protected');

# Links for spreadsheets.  On this machine they are read without HTTPS too,
# which spares LibreOffice a certificate that nobody knows.
sub plain { return $site->url($_[0] =~ m{(/feed/.*)} ? $1 : '', 'http') }
my $http = HTTP::Tiny->new(timeout => PATIENCE);

sub feed {
    my ($url, $file) = @_;
    my $r = $http->get(plain($url));
    # A spreadsheet that reads a URL is told that it is UTF-8: no mark of it.
    spew($file, "\xef\xbb\xbf$r->{content}");
    return $r;
}

my $r = feed($report->{feed}, "$dir/feed.csv");
is($r->{status}, 200, 'the link is read without a login');
like($r->{headers}{'content-type'}, qr{^text/csv}, '  as CSV');
my ($sales) = grep { $_->{where} eq '/leads?q=sales' } @{$report->{lists}};
is_deeply(csv_names("$dir/feed.csv"), [map { squeeze($_) } @{$sales->{names}}],
    '  and has what the screen shows');
is(feed("$report->{feed}?x=1&q=other", "$dir/more.csv")->{content},
    $r->{content}, '  whatever else stands in the URL');
$r = feed($report->{empty}, "$dir/empty.csv");
is($r->{status}, 200, 'one without rows: 200');
is_deeply(read_csv("$dir/empty.csv"), [], '  and the names of its columns');
for my $wrong ($report->{revoked}, $report->{feed} =~ s/.\.csv$/0.csv/r =~
    s/(?<=feed\/)./z/r, $report->{feed} =~ s/\.csv$//r,
    $report->{feed} =~ s/([0-9a-f]+)\.csv/\U$1.CSV/r, '/feed/', '/feed/.csv') {
    is($http->get(plain($wrong))->{status}, 404,
        'a token that is none, or no longer: 404');
}

# A new lead comes, and the spreadsheet that reads the link has it.
keep($site->{home}, 'main', '{"delivery_id":"new","event":"lead.enriched",'
    . '"data":{"leads":[{"urn":"new","full_name":"Neue \u00dcmlaut; '
    . '\"Sales\"","headline":"sales"}]}}', CORE::time);
SKIP: {
    my ($soffice) = grep { -x } map { "$_/soffice" } split /:/, $ENV{PATH};
    skip 'soffice is not installed: run sh t/run', 2 unless $soffice;
    local $ENV{HOME} = $dir;
    my $said = `timeout @{[10 * PATIENCE]} '$soffice' \\
        '-env:UserInstallation=file://$dir/profile' --headless \\
        '--infilter=CSV:44,34,76,1' --convert-to fods --outdir '$dir/office' \\
        '@{[plain($report->{feed})]}' 2>&1`;
    my ($made) = glob "$dir/office/*.fods";
    ok($made, 'LibreOffice opens the URL') or diag($said);
    skip 'it did not', 1 unless $made;
    my ($ok, $cells) = python('cells.py', $made);
    my ($head, @rows) = @{JSON::PP->new->utf8->decode($cells)};
    my $cell = sub { ref $_[0] ? $_[0][-1] : $_[0] };
    my ($column) = grep { $cell->($head->[$_]) eq 'full_name' } 0 .. $#$head;
    is_deeply([map { squeeze($cell->($_->[$column]) =~ s/^'//r) } @rows],
        ['Neue Ümlaut; "Sales"', map { squeeze($_) } @{$sales->{names}}],
        '  and has the leads, the newest too');
}
stop_all();
done_testing();

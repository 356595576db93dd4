#!/usr/bin/perl
# Downloads of the page: the same rows as "leadsheet export" makes of the same
# leads, the newest first; all of them, or a sentence.
use strict;
use warnings;
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use PageFiles;
use Test::More;

my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $seed = $ENV{SEED} // 5;
my @days = map { "2026-11-2$_" } 0 .. 4;
my $n = 0;

# Six hundred leads of five days: more than are looked up at once; and cells
# that a spreadsheet would run.
my @made = deliveries($seed, 15, 40);
my $home = journal_of({map { my $day = $_; $day => [@made[3 * $n, 3 * $n + 1,
    3 * $n++ + 2], body('{"urn":"u1","full_name":"=1+1","company_name":'
    . '"Acme, Inc; b","engagement_type":"comment","signal_name":"Acme"}',
    qq({"urn":"u$day","full_name":"2026-11-23","engagement_type":"reaction",)
    . '"signal_name":"B & C"}')] } @days}, <<'CONF');
delimiter = semicolon
[profile few]
column = "Name" full_name
column = "How" kinds
column = "Who" signals
column = "Since" first_seen
column = "Until" last_seen
column = "Times" engagements
column = "Of" endpoint
rows = 100000
[profile limited]
column = "Name" full_name
column = "At" received_at
unique = no
rows = 200
[profile wrong]
column = "Name" no_such_field
CONF
readers($home, 'anna', 'ben other');
my $anna = visitor_of_all($home, 'anna');
sub get { visit($home, $_[0], $_[1], cookie => $anna, @_[2 .. $#_]) }

my $csv = get('/leads', 'as=csv');
is($csv->{status}, 200, 'all leads as csv');
is($csv->{headers}{'content-type'}, 'text/csv; charset=utf-8',
    '  with their type');
is($csv->{headers}{'content-disposition'}, 'attachment; filename="leads.csv"',
    '  and a name');
same_rows($csv->{content}, exported($home),
    '  are those of "leadsheet export", the newest first');
like($csv->{content}, qr/;'=1\+1;/, '  protected as the sheets are');
is(get('/leads', 'as=csv&before=1')->{content}, $csv->{content},
    '  whatever page of them was shown');

same_rows(get('/leads', 'as=jsonl')->{content},
    exported($home, '--format', 'jsonl'), 'jsonl is that of the export',
    no_head => 1);
same_rows(get('/leads', 'as=tsv')->{content}, exported($home, '--format', 'tsv'),
    'tsv, too');

my $xlsx = get('/leads', 'as=xlsx');
SKIP: {
    skip 'this build makes no xlsx', 4 if $xlsx->{status} != 200;
    is($xlsx->{headers}{'content-disposition'},
        'attachment; filename="leads.xlsx"', 'xlsx has its name');
    spew("$dir/page.xlsx", $xlsx->{content});
    exported($home, '-o', "$dir/export.xlsx");
    my ($ours, $its) = map { (python('workbook.py', "$dir/$_.xlsx"))[1] }
        'page', 'export';
    same_rows($ours, $its, '  and its cells are those of the export');
    is_deeply([grep { !/page\.sqlite/ } glob "$home/page/cache/*"], [],
        '  nothing is left of how it was made');
}

# What is chosen.
my ($signal) = $made[0] =~ /"signal_name": ?"([^"]+)"/;
my $escaped = $signal =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger;
my @choices = (
    ['from=2026-11-21&to=2026-11-23', 'leads-2026-11-21-to-2026-11-23',
        '--from', '2026-11-21', '--to', '2026-11-23'],
    ['from=2026-11-24', 'leads-from-2026-11-24', '--from', '2026-11-24'],
    ['to=2026-11-20', 'leads-to-2026-11-20', '--to', '2026-11-20'],
    ["signal=$escaped", 'leads', '--only', "signal_name=$signal"],
    ['engagement=comment&from=2026-11-22', 'leads-from-2026-11-22', '--only',
        'engagement_type=comment', '--from', '2026-11-22'],
    ['company=no+such', 'leads', '--only', 'company_name=no such'],
);
for (@choices) {
    my ($query, $name, @words) = @$_;
    my $r = get('/leads', "$query&as=csv");
    same_rows($r->{content}, exported($home, @words), "$query: as in the export");
    is($r->{headers}{'content-disposition'},
        qq(attachment; filename="$name.csv"), "  called $name");
}
my $day = get('/day/2026-11-22', 'as=csv');
same_rows($day->{content}, exported($home, '--from', '2026-11-22', '--to',
    '2026-11-22'), 'a day is that day');
is($day->{headers}{'content-disposition'},
    'attachment; filename="leads-2026-11-22.csv"', '  and called so');

# Profiles.
same_rows(get('/leads', "as=$_")->{content}, exported($home, '--profile', $_),
    "the profile $_ has the same people", any_order => 1)
    for qw(hubspot salesforce pipedrive google-contacts few);
like(get('/leads', 'as=few')->{content},
    qr/^=1\+1,comment 5,Acme,2026-11-20 [\d:]+,2026-11-24 [\d:]+,5,main\r$/m,
    '  with all that they did, also in a profile of one\'s own');
my $over = get('/leads', 'as=limited');
is($over->{status}, 400, 'more rows than a profile\'s file may have are none');
like($over->{content}, qr/^There are more rows than the 200 that .*fewer days/,
    '  but a sentence that says what to do');
is($over->{headers}{'content-disposition'}, undef, '  which is no file');
same_rows(get('/leads', 'as=limited&from=2026-11-24')->{content},
    exported($home, qw(--profile limited --from 2026-11-24)),
    '  and fewer days are a file');
my $wrong = get('/leads', 'as=wrong');
is($wrong->{status}, 500, 'a profile that is wrong is none');
like($wrong->{log}, qr/no_such_field/, '  and the log says why');
unlike($wrong->{content}, qr/$home/, '  but nobody else');
is(get('/leads', 'as=sqlite')->{status}, 400, 'no other form is made');

# People.
my $people = get('/people', 'since=2026-11-20&as=csv');
is($people->{headers}{'content-disposition'},
    'attachment; filename="people-since-2026-11-20.csv"', 'people have a file');
like($people->{content}, qr/;extra;first_seen;last_seen;engagements\r\n/,
    '  with the columns of leads, and since when and how often');
my @columns = (split /;/, ($people->{content} =~ /^\xef\xbb\xbf(.*?)\r\n/)[0]);
same_rows($people->{content}, exported($home, '--unique', '--columns',
    join ',', @columns), '  and they are those of the export',
    any_order => 1);
is(scalar(() = get('/people', 'since=2026-11-24&as=jsonl')->{content} =~ /\n/g),
    scalar(grep { /"first_seen":"2026-11-24/ } split /\n/,
    exported($home, qw(--unique --format jsonl))),
    'those who are new since a day are these');

# Only to be asked for.
my $head = get('/leads', 'as=csv', method => 'HEAD');
is($head->{status}, 200, 'HEAD says that there is one');
is($head->{content}, '', '  and nothing of it');
is($head->{headers}{'content-type'}, 'text/csv; charset=utf-8', '  but its type');
is($head->{headers}{'content-length'}, undef, '  and no wrong length');
isnt(visit($home, '/leads', 'as=csv')->{status}, 200,
    'nobody gets it without a login');

# Whose endpoints.
{
    my $two = journal_of({'2026-11-20' => [body('{"urn":"m"}')]});
    system('cp', '-R', "$two/main", "$two/other") == 0 or die;
    my $j = "$two/other/journal/2026-11-20.jsonl";
    my $text = body('{"urn":"o"}');
    spew($j, slurp(journal_of({'2026-11-20' => [$text]})
        . '/main/journal/2026-11-20.jsonl') =~ s/12:00:00/13:00:00/r);
    readers($two, 'anna', 'ben other');
    my ($all, $his) = map { visit($two, '/leads', 'as=jsonl',
        cookie => visitor_of_all($two, $_))->{content} } 'anna', 'ben';
    like($all, qr/^\{"endpoint":"other".*"urn":"o".*\n\{"endpoint":"main".*"urn":"m"/,
        'of several endpoints a column says which');
    like($his, qr/^\{"received_at".*"urn":"o"/, 'whoever may see one sees that');
    unlike($his, qr/"urn":"m"/, '  and no other');
    is(visit($two, '/leads', 'as=jsonl&endpoint=main',
        cookie => visitor($two, 'ben'))->{content}, '', '  not by asking for it');
}

# Whoever was forgotten is in no file.
{
    my $r = leadsheet($home, ['forget', '--yes', 'u1']);
    is($r->{exit}, 0, '    (forget)') or diag($r->{err});
    visitor_of_all($home, 'anna');
    my $now = get('/leads', 'as=csv')->{content};
    ok($csv->{content} =~ /Acme, Inc; b/ && $now !~ /Acme, Inc; b/, 'whoever was forgotten is in no file any more');
    same_rows($now, exported($home), '  and the others are');
}

# What goes wrong.
SKIP: {
    skip 'strace can\'t be run here', 3
        if system('strace -o /dev/null true 2>/dev/null') != 0;
    my $big = journal_of({map { $_ => [deliveries($seed + 1, 20, 40)] } @days});
    readers($big, 'anna');
    my $cookie = visitor_of_all($big, 'anna');
    my $whole = visit($big, '/leads', 'as=csv', cookie => $cookie);
    is(lines_of($whole->{content}), 4001, 'a large file is whole');
    my @bad;
    my ($early, $late) = (0, 0);
    for my $when (map { 60 * 2 ** $_ } 0 .. 6) {
        my $r = visit($big, '/leads', 'as=csv', cookie => $cookie, wrap =>
            ['strace', '-f', '-o', '/dev/null', '-e', 'trace=pread64', '-e',
            "inject=pread64:error=EIO:when=$when"]);
        next if $r->{status} == 200 && $r->{content} eq $whole->{content};
        if ($r->{status} == 200) {
            $late++;
            push @bad, "$when: a half file, and exit 0" if $r->{exit} == 0;
        } else {
            $early++;
            push @bad, "$when: $r->{status}" if $r->{status} !~ /^50[03]$/;
            push @bad, "$when: $r->{content}" if $r->{content} =~ /received_at/;
        }
    }
    is(join("\n", @bad), '', 'a disk that fails makes no half file that looks '
        . 'whole');
    ok($early + $late > 0, "  ($early times before, $late times in the middle)");
}

sub lines_of { scalar(() = $_[0] =~ /\n/g) }

# Memory doesn't grow with the file: one of sixteen megabytes takes what one of a
# twentieth of that does.
{
    my $at = 0;
    my $fat = journal_of({map { my $day = $_; $day => [map { body(map {
        sprintf '{"urn":"f%d","linkedin_url":"https://www.linkedin.com/in/f%d",'
        . '"comment_text":"%s"}', ++$at, $at, 'x ' x 4000 } 1 .. 100) } 1 .. 4] }
        @days});
    # The last day has one delivery.
    my ($last) = reverse sort glob "$fat/main/journal/*";
    spew($last, (split /(?<=\n)/, slurp($last))[0]);
    readers($fat, 'anna');
    my $cookie = visitor_of_all($fat, 'anna');
    for my $as ('csv', 'jsonl', $xlsx->{status} == 200 ? 'xlsx' : ()) {
        my ($less, $more) = map {
            my $r = visit($fat, '/leads', "as=$as$_", cookie => $cookie,
                wrap => ['python3', data('peak.py'), "$dir/peak"]);
            is($r->{status}, 200, "    ($as$_)");
            slurp("$dir/peak");
        } '&from=2026-11-24', '';
        cmp_ok($more - $less, '<', 4096, "$as: memory doesn't grow with the leads"
            . " ($less and $more KiB)");
    }
}

# While the catalog is behind there is no part of a file: a clock in whose eyes
# each look takes two seconds has nothing read within one.
{
    my $behind = journal_of({map { $_ => [deliveries($seed, 2, 5)] } @days});
    readers($behind, 'anna');
    my $cookie = visitor($behind, 'anna');
    is(system('gcc', '-shared', '-fPIC', '-o', "$dir/slow.so",
        data('slowclock.c')), 0,
        '    (a slow clock)');
    my $preload = "$dir/slow.so";
    my $asan = `ldd '@{[builddir()]}/page/leadsheet-page.fcgi'` =~ m{(/\S*libasan\S*)}
        ? "$1 " : '';
    my $r = visit($behind, '/leads', 'as=csv', cookie => $cookie,
        env => { LD_PRELOAD => "$asan$preload" });
    is($r->{status}, 503, 'while leads are still looked up there is no file');
    like($r->{headers}{'retry-after'}, qr/^\d+$/, '  but when to try again');
    like($r->{content}, qr/^Older leads are still being looked up\./,
        '  and why');
    visitor_of_all($behind, 'anna');
    same_rows(visit($behind, '/leads', 'as=csv', cookie => $cookie)->{content},
        exported($behind), '  and then it is whole');
}

done_testing();

#!/usr/bin/perl
# A file of the page has all rows, or there is none: while leads are looked up,
# when the list of leads proves to be damaged, and when the journals change in
# the middle.
use strict;
use warnings;
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use PageFiles;
use Test::More;

my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $seed = $ENV{SEED} // 7;
my @days = map { "2026-11-2$_" } 0 .. 4;

# By this clock nothing but a step is done in a second.
is(system('gcc', '-shared', '-fPIC', '-o', "$dir/slow.so",
    data('slowclock.c')), 0, '    (a slow clock)');
my ($asan) = `ldd '@{[builddir()]}/page/leadsheet-page.fcgi'`
    =~ m{(/\S*libasan\S*)};
my %slow = (LD_PRELOAD => join ' ', $asan // (), "$dir/slow.so");

my $home = journal_of({map { $_ => [deliveries($seed, 2, 5)] } @days});
readers($home, 'anna');
my $cookie = visitor($home, 'anna');
my $list = "$home/page/cache/page.sqlite";
sub csv { visit($home, '/leads', "as=csv$_[0]", cookie => $cookie, @_[1 .. $#_]) }

# The newest day isn't today, and half of it is there.
is(csv('&from=2026-11-24', env => \%slow)->{status}, 503,
    'half of the newest day is no file');
my $r = leadsheet($home, [qw(page feed add --columns urn --rows 3)]);
my ($token) = $r->{out} =~ m{/feed/([0-9a-f]{32})\.csv} or diag($r->{err});
unlink $list or die "$!\n";
is(feed($home, $token, '', env => \%slow)->{status}, 503,
    'nor are the first leads of it the newest ones');
my ($early) = grep { $_->{status} == 200 }
    map { csv('&from=2026-11-24', env => \%slow) } 1 .. 9;
same_rows($early->{content}, exported($home, '--from', '2026-11-24'),
    'once the days before it are begun it is whole');
visitor_of_all($home, 'anna');
my $all = csv('')->{content};
same_rows($all, exported($home), 'and then all of them');

# Somebody has written to the list of leads.
my $text = slurp($list);
my %said;
for my $page (1 .. length($text) / 4096 - 1) {
    my $damaged = $text;
    substr($damaged, $page * 4096, 4096) = "\xff" x 4096;
    spew($list, $damaged);
    $r = csv('', env => \%slow);
    my $what = $r->{status} == 200 && $r->{content} ne $all ? 'half a file'
        : $r->{status};
    $said{$what}++;
}
is_deeply([grep { !/^(?:200|503)$/ } keys %said], [],
    'a damaged list makes no half file') or diag(explain(\%said));
cmp_ok($said{503} // 0, '>', 0, '  but says to try again');
visitor_of_all($home, 'anna');
is(csv('')->{content}, $all, '  and then it is whole');

# A lead isn't where it was: the journal changed, and looks as it did.
my $journal = "$home/main/journal/2026-11-22.jsonl";
system('touch', '-r', $journal, "$dir/time") == 0 or die;
my $before = slurp($journal);
open my $f, '+<', $journal or die "$!\n";
print $f $before =~ s/:00\.000006Z/:00.000009Z/r;
close $f or die "$!\n";
system('touch', '-r', "$dir/time", $journal) == 0 or die;
$r = csv('');
is($r->{status}, 503, 'leads that went meanwhile make no file without them');
like($r->{content}, qr/being changed right now.*try again/,
    '  and it says to try again');
visitor_of_all($home, 'anna');
same_rows(csv('')->{content}, exported($home), '  which has all of them');

# A search that takes too long.
$home = journal_of({'2026-11-23' => [body(map {
    qq({"urn":"u$_","full_name":"Ann"}) } 1 .. 1500)]});
readers($home, 'anna');
$cookie = visitor_of_all($home, 'anna');
$r = visit($home, '/leads', 'q=ann', cookie => $cookie, env => \%slow);
is($r->{status}, 503, 'a search that takes too long is ended');
like($r->{content}, qr/takes too long.*Choose fewer days/,
    '  and the page says what to do');
done_testing();

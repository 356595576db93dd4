#!/usr/bin/perl
# What the page keeps of leads: after "leadsheet forget" nothing of a person is
# in any file of the home, and none is shown, whatever came before.
use strict;
use warnings;
use Export;
use Leadsheet;
use PageFiles;
use Test::More;

my $home = journal_of({'2026-11-23' => [body('{"urn":"u1","full_name":'
    . '"Wilhelmina Xanthopoulos","company_name":"Acme"}',
    '{"urn":"u2","full_name":"Bob Ray","company_name":"Acme"}')],
    '2026-11-24' => [body('{"urn":"u1","full_name":"Wilhelmina Xanthopoulos"'
    . ',"comment_text":"Zymurgy"}', '{"urn":"u3","full_name":"Cy Lee"}')]});
readers($home, 'anna');
my $anna = visitor_of_all($home, 'anna');

sub shown {
    my ($query) = @_;
    return visit($home, '/leads', $query, cookie => $anna)->{content};
}

# The files that have a text, whichever case.
sub files_with {
    my ($text) = @_;
    return join ' ', sort map { s{^\Q$home\E/}{}r } split /\n/,
        `grep -rlai '$text' '$home'`;
}

like(shown('q=xantho'), qr/Wilhelmina/, 'a person is found by the page');
like(files_with('xanthopoulos'), qr{page/cache/page\.sqlite},
    '  and is in its list of leads');
my $r = leadsheet($home, ['forget', '--yes', 'u1']);
$r = leadsheet($home, ['forget', 'u1'], in => "yes\n") if $r->{exit} != 0;
is($r->{exit}, 0, 'the person is forgotten') or diag($r->{err});
is(files_with('xanthopoulos'), '', '  and in no file of the home');
is(files_with('zymurgy'), '', '  nor is what they wrote');
unlike(shown('q=xantho'), qr/Wilhelmina/, '  nor on the page');
like(shown('q=acme'), qr/Bob Ray/, '  which shows the others');
is(files_with('xanthopoulos'), '', '  and still isn\'t in any file');

# A copy of its list of leads, put back.
like(files_with('bob'), qr/page\.sqlite/, 'its list of leads is there');
system('cp', '-p', "$home/page/cache/page.sqlite", "$home/copy") == 0 or die;
$r = leadsheet($home, ['forget', '--yes', 'u2']);
is($r->{exit}, 0, 'another is forgotten') or diag($r->{err});
rename "$home/copy", "$home/page/cache/page.sqlite" or die "$!\n";
unlike(shown('q=bob'), qr/Bob Ray/,
    '  and not shown, where an old list is put back');
is(files_with('bob'), '', '  and that is gone then');
spew("$home/page/cache/page.sqlite", 'garbage' x 1000);
like(shown('q=lee'), qr/Cy Lee/, 'a damaged list is made anew');

done_testing();

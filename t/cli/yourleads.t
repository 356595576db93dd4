#!/usr/bin/perl
# YOUR-LEADS, the page for whoever works with the leads: each line that it tells
# to type does what it says there, and the columns are all there are.
use strict;
use warnings;
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $page = slurp(srcdir() . '/YOUR-LEADS');
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my $urn = 'ACoAAExampleURN1234567890';
my $program = builddir() . '/cli/leadsheet';
my $home = home();
mkdir "$dir/bin";
symlink $program, "$dir/bin/leadsheet";
cgi($home, body => body(qq({"urn":"$urn","full_name":"Jane Smith",)
    . '"engagement_type":"comment","company_name":"Acme Inc","connections":501}'));

# As a person types it, in a folder of their own.
my @lines = $page =~ /^ +(leadsheet .*)$/mg;
cmp_ok(scalar @lines, '>', 15, 'there are ' . @lines . ' lines to type');
my (%told, %seen);
for my $line (@lines) {
    my ($file) = $line =~ / -o (\S+)$/;
    unlink "$dir/$file" if $file;
    my $r = leadsheet($home, ['-c', "cd '$dir' && $line"], program => '/bin/sh',
        env => { PATH => "$dir/bin:$ENV{PATH}" });
    is($r->{exit}, 0, $line) or diag($r->{err});
    ok(!$file || -s "$dir/$file", '  makes its file');
    $told{$_} = 1 for $line =~ /^leadsheet (\w+)/, $line =~ /--([\w-]+)/g;
    ok(!$file || !$seen{$file}++, '  which no other line makes');
}
for ('comments.xlsx', 'acme.xlsx', 'large.xlsx') {
    my ($only) = $page =~ /(--only \S+) -o \Q$_\E/;
    is(names($home, '--only', $only =~ s/--only |'//gr), $urn,
        "$only finds whom it should");
}
for (grep { $_ ne 'leadsheet' } keys %told) {
    ok(leadsheet($home, ['export', '--help'])->{out} =~ /\b\Q$_\E\b/
        || leadsheet($home, ['--help'])->{out} =~ /^  $_\b/m
        || leadsheet($home, ['forget', '--help'])->{out} =~ /--\Q$_\E/
        || leadsheet($home, ['people', '--help'])->{out} =~ /--\Q$_\E/,
        "there is $_");
}

# Its columns.
my ($header) = export($home, '--no-bom')->{out} =~ /\A(.*)\r\n/;
my ($table) = $page =~ /^What the columns say\n-+\n\n(.*?)\n\n/ms;
is(join(' ', sort map { /^ +(\w+) {2}/ } split /\n/, $table),
    join(' ', sort split /,/, $header), 'it tells of every column, and no other');

# What it refers to is there.
ok(-e srcdir() . "/$_", "there is $_") for $page =~ m{\b(deploy/[\w/]+)}g;
for ($page =~ /(leadsheet[\w-]*)\((\d)\)/g ? ['leadsheet-profiles', 7] : ()) {
    ok(-e srcdir() . "/man/$_->[0].$_->[1]", "there is $_->[0]($_->[1])");
}
my @wide = grep { length > 82 } split /\n/, $page;
is_deeply(\@wide, [], 'its lines are no wider than a screen');

done_testing();

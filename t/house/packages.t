#!/usr/bin/perl
# One list of packages, deploy/local/packages: nothing else in the tree has
# one, and nothing tells of a package that isn't in it.
use strict;
use warnings;
use Leadsheet;
use Test::More;

chdir srcdir() or die "srcdir: $!\n";
my $script = 'deploy/local/packages';

sub packages {
    my ($purpose) = @_;
    my @list = split /\n/, `sh $script --list $purpose`;
    die "$script --list $purpose failed\n" if $?;
    return @list;
}

my @purposes = slurp($script) =~ /^#   (\w+) +\S/mg;
my %known = map { $_ => 1 } map { packages($_) } @purposes;
cmp_ok(scalar @purposes, '>', 5, "$script says its purposes: @purposes");
cmp_ok(scalar keys %known, '>', 50, '  and has a list for each');
for my $larger (qw(site try unit bench test)) {
    my %in = map { $_ => 1 } packages($larger);
    is_deeply([grep { !$in{$_} } packages('build')], [],
        "what is built with is in what \"$larger\" needs");
}
like(`sh $script nothing 2>&1`, qr/^usage: /, 'another purpose: usage');
is($? >> 8, 64, '  and EX_USAGE');

# Whoever needs packages says for what, and that is a purpose there is.
my %asked;
for my $file ('README', 'configure.ac', 't/run', 't/at', 't/fresh',
    't/readme', 't/unit/run', 't/fuzz/run', 't/mutate', 't/coverage', 'bench/run', 'deploy/local/up') {
    my @said = slurp($file) =~ /sh deploy\/local\/packages (\w+)/g;
    push @{$asked{$_}}, $file for @said;
    cmp_ok(scalar @said, '>', 0, "$file asks $script");
    unlike(slurp($file), qr/apt-get\s+(?:-\S+ )*install/,
        '  and has no list of its own');
}
is_deeply([grep { !$asked{$_} } @purposes], [], 'each purpose is asked for');
is_deeply([grep { my $p = $_; !grep { $p eq $_ } @purposes } keys %asked], [],
    'and none that there isn\'t');
like(slurp('README'), qr/^1\. [^\n]*\n\n +sh \Q$script\E site\n/m,
    'the README\'s step 1 installs what "site" needs');

# What a way in needs of its own is in it as well.
for my $file (glob 'deploy/*/README') {
    my $text = slurp($file) =~ s/\\\n//gr;
    for ($text =~ /apt-get install ([a-z0-9 .+-]+)/g) {
        is_deeply([grep { !$known{$_} && $_ ne 'cron' } split ' ', $_], [],
            "$file: the tests have $_");
    }
}
# The libraries whose licences go with the bundle.
my %build = map { $_ => 1 } packages('build');
my ($linked) = slurp('deploy/shared-hosting/bundle') =~ /^libraries='([^']+)'/m;
is_deeply([grep { !$build{$_} } split ' ', $linked], [],
    'what is linked into the bundle is in what is built with');

# Only what is missing is installed, and without root it is told.
my $home = home();
mkdir "$home/bin";
for my $stub (['dpkg-query', 'echo "gcc installed"'], ['id', 'echo 1000'],
    ['apt-get', 'echo "apt-get was called" >&2']) {
    spew("$home/bin/$stub->[0]", "#!/bin/sh\n$stub->[1]\n");
    chmod 0755, "$home/bin/$stub->[0]";
}
symlink '/bin/sh', "$home/bin/sh";
for my $tool (qw(sed sort printf grep dirname)) {
    my ($path) = grep { -x } map { "$_/$tool" } split /:/, $ENV{PATH};
    symlink $path, "$home/bin/$tool" if $path;
}
my $said = `PATH=$home/bin $home/bin/sh $script build 2>&1`;
is($? >> 8, 77, 'no root and no sudo: EX_NOPERM');
like($said, qr/as root, once: apt-get install (?!.*\bgcc\b).*\bzlib1g-dev/,
    '  with the command that installs what is missing');
unlike($said, qr/was called/, '  and nothing is installed');

done_testing();

#!/usr/bin/perl
# Form: clang-format, cppcheck, mandoc, and words that mean unfinished work.
use strict;
use warnings;
use Leadsheet;
use Test::More;

chdir srcdir() or die "srcdir: $!\n";
my @sources = glob 'lib/*/*.[ch] cgi/*.[ch] cli/*.[ch] cli/*/*.[ch]
    page/*.[ch] page/*/*.[ch] t/unit/*.[ch] t/fuzz/*.[ch]';

is(`clang-format --dry-run --Werror @sources 2>&1`, '',
    'clang-format has nothing to say');
is(`cppcheck --quiet --std=c11 --enable=warning,performance,portability \\
    --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem \\
    -Ilib -I. -DVERSION='""' -DDEFAULT_HOME='""' lib/*/*.c cgi/*.c cli/*.c \\
    cli/*/*.c page/*.c page/*/*.c 2>&1`, '',
    'cppcheck has nothing to say');
is($?, 0, '  and ended well');
for my $page (glob 'man/*.[1-9]') {
    is(`mandoc -T lint -W warning $page 2>&1`, '', "$page is good mdoc");
}
for my $script (qw(t/run t/each t/at t/fresh t/readme t/unit/run t/fuzz/run t/mutate
    t/coverage t/data/apart bench/run
    .ci/run deploy/shared-hosting/bundle deploy/shared-hosting/xlsxwriter),
    glob('deploy/shared-hosting/leadsheet/leads/*'),
    glob('deploy/apache/*.cgi deploy/nginx/*workers'),
    grep { !/\.(?:json|pl)$/ } glob 'deploy/local/*') {
    is(system('sh', '-n', $script), 0, "$script is good sh");
}

# A busy machine misses any time: see HACKING, "Build and test".
for my $file (grep { $_ ne 't/house/format.t' } glob 't/*/*.t t/lib/*.pm') {
    unlike(slurp($file), qr/\b(?:sleep|alarm|timeout(?: =>)?) ["']?[1-9]/,
        "$file waits for what comes, by no time of its own");
}

my @files = grep { -f && !m{^t/data/|\.png$} && $_ ne 't/house/format.t' }
    -e '.git' ? split /\n/, `git ls-files` : ();
for my $file (@files) {
    my $text = slurp($file);
    unlike($text, qr/\b(?:TODO|FIXME|XXX|HACK)\b/,
        "$file has no unfinished work");
    unlike($text, qr/[ \t]$/m, "  and no blanks at the end of a line")
        if $file !~ /\.(?:json|html)$/;
    next if $file !~ /\.[ch]$/;
    utf8::decode($text);
    my @wide = grep { length(s/\t/        /gr) > 80 } split /\n/, $text;
    is_deeply(\@wide, [], "  and no line over 80 columns");
}

done_testing();

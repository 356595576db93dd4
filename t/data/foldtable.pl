#!/usr/bin/perl
# lib/select/fold.table, made of the Unicode data that comes with Perl: simple
# case folding (CaseFolding.txt, C and S) of all that isn't ASCII.
use strict;
use warnings;
use Unicode::UCD qw(casefold);

# Ranges: the first, the last, every how manyth, how far behind its fold is.
my @ranges;
for my $c (0x80 .. 0x1ffff) {
    my $fold = casefold($c) or next;
    next if $fold->{simple} eq '' || hex $fold->{simple} == $c;
    my ($add, $last) = (hex($fold->{simple}) - $c, $ranges[-1]);
    my $step = $last ? $c - $last->[1] : 0;
    if ($last && $add == $last->[3] && ($step == $last->[2]
        || ($last->[0] == $last->[1] && $step <= 2))) {
        @$last[1, 2] = ($c, $step);
    } else {
        push @ranges, [$c, $c, 1, $add];
    }
}
print "/*\n * Simple case folding of Unicode ", Unicode::UCD::UnicodeVersion(),
    ": made by\n * \"perl t/data/foldtable.pl\", which prints all of this file",
    " again.\n */\nstatic const struct range ranges[] = {\n";
my $line = '   ';
for (map { sprintf '{0x%x, 0x%x, %d, %d},', @$_ } @ranges) {
    if (length("$line $_") > 78) {
        print "$line\n";
        $line = '   ';
    }
    $line .= " $_";
}
print "$line\n};\n";

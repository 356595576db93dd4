#!/usr/bin/perl
# lib/select/plain.table, made of the Unicode data that comes with Perl: small
# Latin and Greek letters with marks, and the letter without them.
use strict;
use warnings;
use Unicode::Normalize qw(NFD);
use Unicode::UCD ();

# What Unicode takes for letters of their own, and people don't.
my %plain = (0xf8 => 'o', 0x111 => 'd', 0x127 => 'h', 0x142 => 'l',
    0x167 => 't', 0x451 => "\x{435}");
for my $c (0xe0 .. 0x24f, 0x390 .. 0x3ce, 0x1e00 .. 0x1fff) {
    my $char = chr $c;
    next if $char !~ /^\p{Ll}$/;
    my ($base, $marks) = NFD($char) =~ /^(.)(\pM+)$/ or next;
    $plain{$c} = lc $base;
}
print "/*\n * Letters without their marks, of Unicode ",
    Unicode::UCD::UnicodeVersion(), ": made by\n",
    " * \"perl t/data/plaintable.pl\", which prints all of this file again.\n",
    " */\nstatic const struct plain plain[] = {\n";
my $line = '   ';
for (map { sprintf '{0x%x, 0x%x},', $_, ord $plain{$_} }
    sort { $a <=> $b } keys %plain) {
    if (length("$line $_") > 78) {
        print "$line\n";
        $line = '   ';
    }
    $line .= " $_";
}
print "$line\n};\n";

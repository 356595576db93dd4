#!/usr/bin/perl
# The house: floors, owners, names, and that headers stand alone.
use strict;
use warnings;
use Leadsheet;
use Test::More;

chdir srcdir() or die "srcdir: $!\n";

# HACKING's table of modules is the order.
my @order;
for (split /\n/, slurp('HACKING')) {
    push @order, $1 =~ /`(\w+)`/g if /^\|[^|]*\|((?: *`\w+`,?)+) *\|/;
}
my %floor = map { $order[$_] => $_ } 0 .. $#order;
my @lib = map { m{lib/(\w+)\.h} } glob 'lib/*.h';
is_deeply([sort keys %floor], [sort @lib],
    'HACKING\'s table names every module of lib/');

my %owner = (
    'fcgiapp.h' => 'cgi/fastcgi.c', 'jansson.h' => 'lib/delivery.c',
    'openssl/' => 'lib/signature.c', 'sqlite3.h' => 'lib/database.c',
    'ini.h' => 'lib/settings.c', 'curl/' => 'cli/http.c',
);
for my $file (glob 'lib/*.[ch] cgi/*.[ch] cli/*.[ch]') {
    my $text = slurp($file);
    my ($dir, $module) = $file =~ m{(\w+)/(\w+)\.};
    for my $of ($text =~ /^#include "([^"]+)\.h"/mg) {
        next if $of eq $module;
        if ($dir eq 'lib') {
            ok(-e "lib/$of.h" && $floor{$of} < $floor{$module},
                "$file includes only what is below it: $of");
        } else {
            ok(-e "lib/$of.h" || -e "$dir/$of.h",
                "$file includes lib/ or its own: $of");
        }
    }
    for my $library (keys %owner) {
        next unless $text =~ /^#include <\Q$library\E/m;
        is($file, $owner{$library}, "$library has one owner");
    }
    unlike($text, qr/\bclock_gettime|\bgettimeofday|\btime\(NULL/,
        "$file leaves the clock to utc") if $module ne 'utc';
    next if $dir ne 'lib';
    unlike($text, qr/\b(?:f?printf|puts|perror|_?exit|abort)\(/,
        "$file never prints or exits");
    unlike($text, qr/\bgetenv\(|\benviron\b/,
        "$file reads no environment");
}

# No mutable globals: a static that is not const is a function's or nothing.
# What a signal handler must reach is the exception, in one file.
for my $file (glob 'lib/*.c cgi/*.c cli/*.c') {
    my @bad = grep { !/\(|const|volatile sig_atomic_t/ }
        slurp($file) =~ /^(?:static )?\w[\w ]*\*?\w+(?:\[[^\]]*\])* *(?:=[^=].*|;)$/mg;
    @bad = grep { !/^(?:return|goto|struct \w+;|enum|typedef)/ } @bad;
    is_deeply(\@bad, [], "$file has no mutable global");
}

# Every name that a module of lib/ exports begins with the module's.
for my $object (glob builddir() . '/lib/*.o') {
    my ($module) = $object =~ m{(\w+)\.o$};
    my @others = grep { !/^\Q$module\E_/ }
        map { / [TDBR] (\w+)/ } `nm '$object'`;
    is_deeply(\@others, [], "$module exports only ${module}_ names");
}

my $cflags = `pkg-config --cflags fcgi jansson libcrypto sqlite3 inih`;
chomp $cflags;
for my $header (glob 'lib/*.h cgi/*.h cli/*.h') {
    is(system("echo '#include \"$header\"' | gcc -std=c11 -D_GNU_SOURCE "
        . "-Wall -Wextra -Werror -I. -Ilib -Icli $cflags -fsyntax-only -x c -"),
        0, "$header compiles alone");
}

# Rooms, not piles.
for my $file (glob 'lib/*.c cgi/*.c cli/*.c') {
    cmp_ok(lines($file), '<=', 400, "$file has 400 lines at most");
    my ($name, $n, @long) = ('', 0);
    for (split /\n/, slurp($file)) {
        ($name, $n) = ($1, 0) if /^(\w+)\(/;
        $n++;
        push @long, $name if /^\}$/ && $n > 60;
    }
    is_deeply(\@long, [], "  and no function of more than 60");
}

done_testing();

#!/usr/bin/perl
# The house: floors, rooms, owners, names, and that headers stand alone.
use strict;
use warnings;
use Leadsheet;
use List::Util qw(max);
use Test::More;

chdir srcdir() or die "srcdir: $!\n";

# HACKING's table of modules: the rooms of lib/ in their order.
my (@rooms, %room);
for (split /\n/, slurp('HACKING')) {
    my ($new, $module) = /^\| (?:`(\w+)`: [^|]+)?\| `(\w+)` \|/ or next;
    push @rooms, $new if defined $new;
    $room{$module} = $rooms[-1];
}
my %order = map { $rooms[$_] => $_ } 0 .. $#rooms;
is_deeply([sort map { "lib/$room{$_}/$_.h" } keys %room],
    [sort glob 'lib/*/*.h'], 'HACKING\'s table names every module of lib/');
for my $room (@rooms) {
    cmp_ok(scalar(my @in = glob "lib/$room/*.h"), '<=', 9,
        "lib/$room has room: 9 modules at most");
}

my @files = glob 'lib/*/*.[ch] cgi/*.[ch] cli/*.[ch] cli/*/*.[ch] page/*.[ch]
    page/*/*.[ch]';
my @headers = grep { /\.h$/ } @files;
my @sources = grep { /\.c$/ } @files;

# Who includes what; a header is named from lib/ or from the top.
my %includes;
for my $file (@files) {
    my @missing;
    for my $of (slurp($file) =~ /^#include "([^"]+)"/mg) {
        my ($path) = grep { -e } "lib/$of", $of;
        push @{$includes{$file}}, $path // next push @missing, $of;
    }
    is_deeply(\@missing, [], "$file names what it includes by its room");
}
for my $file (@files) {
    my ($floor) = $file =~ m{^(\w+)/};
    for my $of (@{$includes{$file} // []}) {
        my ($its) = $of =~ m{^(\w+)/};
        ok($its eq 'lib' || $its eq $floor,
            "$file includes lib/ or its own floor: $of");
        next if $floor ne 'lib';
        my ($room, $below) = map { m{^lib/(\w+)/} } $file, $of;
        cmp_ok($order{$below}, '<=', $order{$room},
            "  and no room below its own");
    }
}

# A module's header and source count as one: what it includes, it leads to.
my %leads_to;
for my $file (@files) {
    my $module = $file =~ s/\.[ch]$//r;
    $leads_to{$module}{$_} = 1 for grep { $_ ne $module }
        map { s/\.[ch]$//r } @{$includes{$file} // []};
}
my (%state, @circles);
sub visit {
    my ($module, @way) = @_;
    $state{$module} = 'under way';
    for my $next (sort keys %{$leads_to{$module} // {}}) {
        if (($state{$next} // '') eq 'under way') {
            push @circles, join ' ', @way, $module, $next;
        } elsif (!$state{$next}) {
            visit($next, @way, $module);
        }
    }
    $state{$module} = 'done';
    return;
}
$state{$_} || visit($_) for sort keys %leads_to;
is_deeply(\@circles, [], 'no module includes itself by a detour');

# How far one has to read to know what a file is made of.
my %depth;
sub depth {
    my ($file) = @_;
    return $depth{$file} //= 1
        + max(0, map { depth($_) } @{$includes{$file} // []});
}
my ($deepest) = sort { depth($b) <=> depth($a) || $a cmp $b } @sources;
cmp_ok(depth($deepest) - 1, '<=', 8,
    "no chain of headers is longer than 8: $deepest");

# One file knows an outside library.
my %owner = (
    # A door of the receiver's, and one of the page's.
    'fcgiapp.h' => '(?:cgi|page)/fastcgi.c', 'jansson.h' => 'cli/(?:deliver/reply|template/jsontry).c',
    'openssl/' => 'lib/webhook/signature.c',
    'curl/' => 'cli/deliver/http.c', 'crypt.h' => 'lib/access/password.c',
    'sqlite3.h' => 'page/cache/db.c',
    # xlsxlinks.c stands in for a function of the library's own.
    'xlsxwriter' => 'lib/table/xlsx(?:links)?.c',
);
for my $file (@files) {
    my $text = slurp($file);
    my ($floor, $module) = $file =~ m{^(\w+)/.*?(\w+)\.[ch]$};
    for my $library (keys %owner) {
        next unless $text =~ /^#include <\Q$library\E/m;
        like($file, qr/^$owner{$library}$/, "$library has one owner");
    }
    unlike($text, qr/\bclock_gettime|\bgettimeofday|\btime\(NULL/,
        "$file leaves the clock to utc") if $module ne 'utc';
    next if $floor ne 'lib';
    unlike($text, qr/\b(?:f?printf|puts|perror|_?exit|abort)\(/,
        "$file never prints or exits");
    unlike($text, qr/\bgetenv\(|\benviron\b/,
        "$file reads no environment");
}

# No mutable globals: a static that is not const is a function's or nothing.
# What a signal handler must reach is the exception, in one file.
for my $file (@sources) {
    my @bad = grep { !/\(|const|volatile sig_atomic_t/ }
        slurp($file) =~ /^(?:static )?\w[\w ]*\*?\w+(?:\[[^\]]*\])* *(?:=[^=].*|;)$/mg;
    @bad = grep { !/^(?:return|goto|struct \w+;|enum|typedef)/ } @bad;
    is_deeply(\@bad, [], "$file has no mutable global");
}

# Every name that a module of lib/ exports begins with the module's.
# But for what stands in for a function of a library's, and what this build has
# the other of.
for my $source (grep { m{^lib/} && !m{/xlsxlinks\.c$} } @sources) {
    next if $source =~ m{/(?:no)?xlsx\.c$}
        && !-e builddir() . '/' . $source =~ s/\.c$/.o/r;
    my ($module) = $source =~ m{(\w+)\.c$};
    $module =~ s/^no(?=xlsx$)//;
    my $object = builddir() . '/' . $source =~ s/\.c$/.o/r;
    my @names = map { / [TDBR] (\w+)/ } `nm '$object'`;
    cmp_ok(scalar @names, '>', 0, "$source exports something");
    is_deeply([grep { !/^\Q$module\E_/ } @names], [],
        "  and only ${module}_ names");
}

my $cflags = `pkg-config --cflags fcgi jansson libcrypto libxcrypt sqlite3`;
chomp $cflags;
for my $header (@headers) {
    is(system("echo '#include \"$header\"' | gcc -std=c11 -D_GNU_SOURCE "
        . "-Wall -Wextra -Werror -I. -Ilib $cflags -fsyntax-only -x c -"),
        0, "$header compiles alone");
}

# Rooms, not piles.
for my $file (@sources) {
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

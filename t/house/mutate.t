#!/usr/bin/perl
# t/mutate: what it changes, and what it says of a test that lets it pass.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Mutate;
use Test::More;

# The names of all mutations of a text.
sub names_of {
    my ($text) = @_;
    my %seen;
    return map { Mutate::name($text, $_, \%seen) } Mutate::mutations($text);
}

my %becomes = (
    "\tif (a < b)\n" => ['< becomes <=', 'the condition is turned round'],
    "\tif (a == b)\n" => ['== becomes !='],
    "\tif (a && !b)\n" => ['&& becomes ||', '! is left out',
        'the condition is turned round'],
    "\tx = a - 7;\n" => ['- becomes +', '7 becomes 8', '7 becomes 6',
        'the statement is left out'],
    "\treturn 1;\n" => ['1 becomes 0'],
    "\tint n = 0;\n" => ['0 becomes 1'],
    "\tstruct x *p = y(z);\n" => [],
    "\tf(g(a),\n\t    b);\n" => ['the statement is left out'],
    "\tx->y = &z; /* a < b */\n" => ['the statement is left out'],
    "\tputs(\"a < b\");\n" => ['the statement is left out'],
    "#define N (1 << 3)\n" => [],
    "\tc = '<' ;\n" => ['the statement is left out'],
    "\tstruct x y = {0};\n" => [],
    "\tfor (i = 2; i < n; i++)\n\t\tbreak;\n" => ['< becomes <=',
        '++ becomes --', '2 becomes 1', '2 becomes 3',
        'the statement is left out'],
);
for my $text (sort keys %becomes) {
    is_deeply([sort map { s/^-: (.*?): .*/$1/r } names_of($text)],
        [sort @{$becomes{$text}}], $text =~ s/\s+/ /gr);
}
is_deeply([names_of("f(int a)\n{\n\treturn a + a + a;\n}\n")],
    ['f: + becomes -: return a + a + a;',
    'f: + becomes -: return a + a + a; (2)'], 'two of a line are told apart');

# A mutation may never end.
my $loop = 'while :; do :; done';
isnt(Mutate::run(1, 'sh', '-c', $loop), 0, 'what loops is ended');
isnt(Mutate::run(3600, 'sh', '-c', "echo not ok 1; $loop"), 0,
    'and what has failed');
is(Mutate::run(60, 'true'), 0, 'and nothing else');

# t/survivors explains only what is in the sources.
chdir srcdir() or die "srcdir: $!\n";
for my $file (slurp('t/survivors') =~ /^(\S+\.c)$/mg) {
    my %is = map { $_ => 1 } names_of(slurp($file));
    is_deeply([grep { !$is{$_} } sort keys %{Mutate::explained($file)}], [],
        "what t/survivors explains is in $file");
}

# A tree with one module, and a test that sees only half of it.
my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
mkdir "$dir/$_" for qw(lib lib/room t t/unit build build/lib tmp);
spew("$dir/lib/room/half.c", <<'END');
int half(int);
int
half(int n)
{
	if (n > 100)
		return 100;
	return n / 2;
}
END
spew("$dir/t/unit/half.c", <<'END');
int half(int);
int
main(void)
{
	return half(8) == 4 ? 0 : 1;
}
END
spew("$dir/Makefile.am", '');
spew("$dir/t/survivors", '');
system("cd '$dir' && gcc -c lib/room/half.c -o half.o && ar cr "
    . 'build/lib/libleadsheet.a half.o') == 0 or die "gcc\n";
sub mutate {
    local %ENV = (%ENV, srcdir => $dir, builddir => "$dir/build",
        TMPDIR => "$dir/tmp");
    my $out = `$^X -I '@{[srcdir()]}/t/lib' -MMutate -e 'exit Mutate::main(\@ARGV)' @_`;
    my $status = $? >> 8;
    system 'rm', '-rf', "$dir/tmp";
    mkdir "$dir/tmp";
    return ($status, $out);
}
my $limit = 'if (n > 100)';
my @survive = map { "half: $_" } "> becomes >=: $limit",
    "100 becomes 101: $limit", "100 becomes 99: $limit",
    '100 becomes 101: return 100;', '100 becomes 99: return 100;';
my ($status, $out) = mutate('lib/room/half.c');
is($status, 1, 'what survives is told: exit 1');
is_deeply([sort $out =~ /survived: (.*)$/mg], [sort @survive],
    '  with its line') or diag($out);
like($out, qr/^lib\/room\/half\.c:5: survived: half: > becomes/m, '  and its number');
like($out, qr/: 9 mutations: 4 killed, 5 survived$/m, '  and how many there are');
spew("$dir/t/survivors", "lib/room/half.c\n  Why.\n"
    . join '', map { "    $_\n" } @survive);
($status, $out) = mutate('lib/room/half.c', 'half');
is($status, 0, 'what is explained is not told') or diag($out);
spew("$dir/t/survivors", slurp("$dir/t/survivors")
    . "    half: 2 becomes 3: return n / 2;\n    half: 4 becomes 5: x\n");
($status, $out) = mutate('lib/room/half.c');
is($status, 1, 'an explanation too many: exit 1');
like($out, qr/explains what is killed: half: 2 becomes 3: return n/,
    '  of what is killed');
like($out, qr/explains what there is not: half: 4 becomes 5: x/,
    '  and of what there is not');
($status, $out) = mutate('lib/room/half.c', 'other', '2>&1');
is($status, 64, 'no such test: EX_USAGE');

done_testing();

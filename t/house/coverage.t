#!/usr/bin/perl
# t/coverage: what it tells of a program that has run.
use strict;
use warnings;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
make_path(map { "$dir/$_" } 'lib/room', 'cli', 'build/lib/room', 'build/cli');
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
spew("$dir/cli/main.c", <<'END');
int half(int);
int
main(void)
{
	return half(8) == 4 ? 0 : 1;
}
END
spew("$dir/cli/never.c", "int never(void);\nint\nnever(void)\n{\n\treturn 0;\n}\n");
my $out = `cd '$dir/build' && exec 2>&1
    for file in lib/room/half cli/main cli/never; do
	gcc --coverage -c ../\$file.c -o \$file.o || exit
    done
    gcc --coverage lib/room/half.o cli/main.o cli/never.o -o run && ./run`;
is($?, 0, 'a program is built and run') or diag($out);
{
    local $ENV{srcdir} = $dir;
    $out = `$^X -I '@{[srcdir()]}/t/lib' -I t/lib -MCoverage \\
        -e 'Coverage::report(\@ARGV)' '$dir/build' 2>&1`;
}
is($out, <<'END', 'lines and branches are told, the lowest first');
 lines branches
  0.0%        -  cli/never.c: not 3-5
 75.0%    50.0%  lib/room/half.c: not 6
100.0%        -  cli/main.c
 50.0%        -  cli/: 2 of 4 lines, 0 of 0 branches
 75.0%    50.0%  lib/: 3 of 4 lines, 1 of 2 branches
END

done_testing();

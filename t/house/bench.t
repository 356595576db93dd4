#!/usr/bin/perl
# The benchmarks still run, each for a moment and on little data, and what they
# measure passes their own checks.  How fast it is says bench/run.
use strict;
use warnings;
use Leadsheet;
use Test::More;

my $bench = srcdir() . '/bench';
my %small = (
    export => { LEADS => 20_000 },
    index => { IDS => 50_000, DAYS => 40 },
    large => { LEADS => 1000 },
    memory => { LEADS => 1000 },
    recovery => { DELIVERIES => 5000 },
    status => { DAYS => 20, EACH => 50 },
);
my ($names) = slurp("$bench/run") =~ /set -- ([a-z\s\\]+?)\nfor name;/;
my @names = $names =~ /\w+/g;
is_deeply([sort @names], [map { m{(\w+)\.pl} } sort glob "$bench/*.pl"],
    'bench/run runs all that there are');
is(system('sh', '-n', "$bench/run"), 0, '  and is good sh');

my @perl = ('perl', '-I', srcdir() . '/t/lib', '-I', $bench);
for my $name (@names) {
    local %ENV = (%ENV, SECONDS => 0.5, RUNS => 1, %{$small{$name} // {}});
    open my $p, '-|', 'sh', '-c', '"$@" 2>&1', 'sh', @perl, "$bench/$name.pl"
        or die "sh: $!\n";
    my $said = do { local $/; <$p> } // '';
    close $p;
    is($?, 0, "$name ends well") or diag($said);
    like($said, qr/\n\S.*\n(?:.*\n)*? +\S.* \d/, '  and prints its figures');
    unlike($said, qr/ at .* line \d+|warning/, '  without a complaint');
}
my $machine = `@perl -MTable -e 'machine()'`;
like($machine, qr/ cores, .*Linux .* on \w[^;]*; load /, 'the machine is named');

done_testing();

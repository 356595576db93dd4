#!/usr/bin/perl
# t/each itself, on a few tiny tests: how it ends, what it calls litter, and
# that nothing is left.
use strict;
use warnings;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Leadsheet;
use POSIX ();
use Processes;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my $real = srcdir();

# What each begins with: a process that can't be told by its parent, its session
# or its environment.
my $stray = <<'END';
use strict;
use warnings;
use POSIX ();
use Test::More;
sub stray {
    my ($ready) = @_;
    if (fork) {
        select undef, undef, undef, 0.02 until -s $ready;
        return;
    }
    POSIX::setsid();
    fork and POSIX::_exit(0);
    open STDIN,  '<', '/dev/null' or die;
    open STDOUT, '>', '/dev/null' or die;
    open STDERR, '>', '/dev/null' or die;
    open my $f, '>', $ready or die;
    print $f $$;
    close $f;
    %ENV = (PATH => $ENV{PATH});
    exec 'sleep', '600';
}
END

my %test = (
    good => "pass('it is'); done_testing();\n",
    bad => "fail('it is not'); done_testing();\n",
    messy => <<'END',
mkdir "$ENV{TMPDIR}/leadsheet-messy";
stray("$ENV{builddir}/stray");
open my $f, '>', "$ENV{srcdir}/new" or die;
pass('it is'); done_testing();
END
    long => <<'END',
mkdir "$ENV{TMPDIR}/leadsheet-long";
stray("$ENV{builddir}/stray");
system 'mount --bind $builddir/precious $TMPDIR/leadsheet-long 2>/dev/null';
open my $f, '>', "$ENV{builddir}/ready" or die;
close $f;
POSIX::pause();
END
);

# A tree with these tests, t/each begun in it, and what it says.
my $n = 0;
sub begin {
    my (@tests) = @_;
    my $tree = "$dir/" . ++$n;
    make_path("$tree/t/unit", "$tree/t/house", "$tree/build/t/unit", "$tree/tmp",
        "$tree/build/precious");
    symlink "$real/t/$_", "$tree/t/$_" for qw(each lib data house/litter.t);
    spew("$tree/t/house/$_.t", $stray . $test{$_}) for @tests;
    spew("$tree/t/unit/fine.c", '');
    spew("$tree/build/t/unit/fine", "#!/bin/sh\necho 1..1; echo ok 1\n");
    chmod 0755, "$tree/build/t/unit/fine";
    spew("$tree/build/precious/file", 'x');
    local %ENV = (%ENV, srcdir => $tree, builddir => "$tree/build",
        TMPDIR => "$tree/tmp", PATIENCE => 1);
    delete @ENV{qw(sanitized LEADSHEET_RUN)};
    return { tree => $tree, log => "$dir/log$n",
        pid => Leadsheet::start("$dir/log$n", 'sh', "$tree/t/each") };
}

# How it ended; and nothing is left of it.
sub ends {
    my ($run, $name, $expected) = @_;
    is(ended($run->{pid}), $expected, $name) or diag(slurp($run->{log}));
    is_deeply([glob "$run->{tree}/tmp/*"], [], '  no file is left');
    my @pids = map { slurp($_) } grep { -e } "$run->{tree}/build/stray";
    is_deeply([grep { kill 0, $_ } @pids], [], '  and no process');
    ok(-e "$run->{tree}/build/precious/file", '  and what is elsewhere is');
    return slurp($run->{log});
}

like(ends(begin('good'), 'tests that are good: exit 0', 0),
    qr{/litter\.t \.+ ok\n.*PASS}s, '  what they left is looked at');
my $said = ends(begin('good', 'bad'), 'one that is bad: exit 1', 1 << 8);
like($said, qr/bad\.t .*Failed.*litter\.t \.+ ok\n/s, '  which is named');

my $run = begin('good', 'messy');
$said = ends($run, 'one that leaves litter: exit 1', 1 << 8);
like($said, qr/no process is left.*sleep \d+'/s, '  named: the process');
like($said, qr{no temporary file is left.*/leadsheet-messy'}s, '  the file');
like($said, qr{among the sources.*\Q$run->{tree}\E/new'}s, '  the source');
like($said, qr{^t/each: ended what was left: sleep \d+$}m, '  and ended');

for my $signal (qw(HUP INT TERM)) {
    $run = begin('good', 'long');
    wait_for(sub { -e "$run->{tree}/build/ready" });
    kill $signal, $run->{pid};
    ends($run, "SIG$signal ends it", POSIX->can("SIG$signal")->());
}

# prove dies, and tells its tests nothing.
$run = begin('long');
wait_for(sub { -e "$run->{tree}/build/ready" });
my %all = processes();
my ($prove) = grep { $all{$_}{command} =~ m{/prove } }
    descendants($run->{pid}, %all);
kill 'KILL', $prove;
ends($run, 'prove is killed: exit 128 and the signal', (128 + 9) << 8);

done_testing();

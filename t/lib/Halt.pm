package Halt;

# A program that stands still at one of its calls, until it is told to go on: so
# that what a test does meanwhile is done meanwhile, however long it takes.

use strict;
use warnings;
use Exporter qw(import);
use Leadsheet;

our @EXPORT = qw(halt_after halted);

# The command to run it under: it stops right after such a call, the first of
# each thread or that one, of all or of those that have to do with a path.  What
# happens goes to a file.
sub halt_after {
    my ($file, $call, %o) = @_;
    -x '/usr/bin/strace' or die "strace is not installed: run sh t/run\n";
    spew($file, '');
    return ('strace', '-f', '-qq', '-o', $file,
        $o{path} ? ('-P', $o{path}) : (), '-e', "trace=$call", '-e',
        "inject=$call:signal=STOP:when=" . ($o{when} // 1));
}

# It stands still: its process id, for a signal.  SIGCONT lets it go on.
sub halted {
    my ($file) = @_;
    my $pid;
    wait_for(sub { -e $file
        and ($pid) = slurp($file) =~ /^(\d+) +--- stopped by/m })
        or die "it doesn't come to its call\n";
    unlink $file;
    return $pid;
}

1;

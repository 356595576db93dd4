#!/usr/bin/perl
# What the tests leave behind: nothing.  It is the last one that t/each starts,
# and waits for the others.
use strict;
use warnings;
use Leadsheet;
use Processes;
use Run;
use Test::More;
use Time::HiRes qw(sleep);

my $notes = Run::notes()
    // plan skip_all => 'it looks at what a whole run leaves: sh t/run';
my $prove = getppid;
my $others = sub {
    my %all = processes();
    return grep { $all{$_}{parent} == $prove && $_ != $$
        && $all{$_}{state} !~ /[ZX]/ } keys %all;
};
sleep 0.1 while $others->();

my @processes;
wait_for(sub { @processes = Run::processes_left($notes); !@processes });
is_deeply(\@processes, [], 'no process is left');
is_deeply([map { describe($_) } Run::files_left($notes)], [],
    'no temporary file is left');
is_deeply([Run::sources_left($notes)], [], 'nor a new one among the sources');

# With what is in it, which tells better whose it is.
sub describe {
    my ($path) = @_;
    my @in = -d $path && !-l $path ? Run::entries($path) : ();
    return @in ? "$path with @in" : $path;
}

done_testing();

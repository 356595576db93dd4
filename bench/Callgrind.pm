package Callgrind;

# What callgrind counted, by modules of ours.

use strict;
use warnings;
use Exporter qw(import);
use Leadsheet;

our @EXPORT = qw(modules);

# What has no purpose of its own counts for who calls it, as libraries do.
my %ground = map { $_ => 1 } qw(bytes text fault appendfile);

# Which module of lib/ or cgi/ a file of the program is; '' for all others.
sub module {
    my ($file) = @_;
    my ($name) = $file =~ m{\b(?:lib/\w+|cgi)/(\w+)\.[ch]$};
    return '' if !defined $name || $ground{$name};
    return grep({ -e } glob "@{[srcdir()]}/{lib/*,cgi}/$name.c") ? $name : '';
}

# Call visit for each line of cost: the function it is of, the function called
# or undef, and the instructions.  A function is its file and its name.
sub each_cost {
    my ($path, $visit) = @_;
    my ($home, $function, $file, $its_file, $called);
    for (split /\n/, slurp($path)) {
        if (/^fl=(.*)/) {
            $home = $file = $1;
        } elsif (/^f[ie]=(.*)/) {
            $file = $1;
        } elsif (/^fn=(.*)/) {
            $function = [$home, $1];
        } elsif (/^cf[il]=(.*)/) {
            $its_file = $1;
        } elsif (/^cfn=(.*)/) {
            $called = [$its_file // $file, $1];
            undef $its_file;
        } elsif (/^\d+ (\d+)$/) {
            $visit->($function, $called, $1);
            undef $called;
        }
    }
    return;
}

# Instructions of all, and by module: its own, and those of its calls into
# libraries and ground.  What a library calls back counts as the library's.
sub modules {
    my ($path) = @_;
    my (%cost, %back);
    my $total = 0;
    my $of = sub { my ($f) = @_;
        return $back{"@$f"} ? '' : module($f->[0]) };
    each_cost($path, sub {
        my ($function, $called) = @_;
        $back{"@$called"} = 1 if $called && module($called->[0])
            && !module($function->[0]) && $called->[1] ne 'main';
    });
    each_cost($path, sub {
        my ($function, $called, $n) = @_;
        $total += $n unless $called;
        $cost{$of->($function)} += $n unless $called && $of->($called);
    });
    delete $cost{''};
    return ($total, %cost);
}

1;

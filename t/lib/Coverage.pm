package Coverage;

# What gcov knows of a build whose tests have run, for t/coverage.

use strict;
use warnings;
use File::Find qw(find);
use JSON::PP ();
use Leadsheet qw(srcdir);

# The data of gcov for the programs that were built in a directory: of each
# source file, by line, how often it was run, and by branch.
sub collect {
    my ($dir) = @_;
    my (@notes, %lines, %branches);
    find({ no_chdir => 1, wanted => sub {
        push @notes, $File::Find::name if m{/(?:lib|cgi|cli)/.*\.gcno$};
    } }, $dir);
    die "nothing was built for coverage in $dir\n" if !@notes;
    for my $note (@notes) {
        # Where nothing of it has run there is no .gcda, and all is 0.
        open my $gcov, '-|', "cd '$dir' && gcov -b -t -j '$note' 2>/dev/null"
            or die "gcov: $!\n";
        local $/;
        my $text = <$gcov>;
        close $gcov;
        for my $file (map { @{JSON::PP->new->utf8->decode($_)->{files}} }
            grep { /\S/ } split /\n/, $text) {
            my ($name) = $file->{file} =~ m{(?:^|/)((?:lib|cgi|cli)/.*\.[ch])$}
                or next;
            # The system has folders called lib as well.
            next if !-e srcdir() . "/$name";
            for my $line (@{$file->{lines}}) {
                my $n = $line->{line_number};
                $lines{$name}{$n} += $line->{count};
                my $i = 0;
                $branches{$name}{$n . '/' . $i++} += $_->{count}
                    for grep { !$_->{throw} } @{$line->{branches}};
            }
        }
    }
    return (\%lines, \%branches);
}

# How many of these were run at all.
sub share {
    my ($counts) = @_;
    return (scalar(grep { $_ > 0 } values %$counts), scalar keys %$counts);
}

sub percent {
    my ($part, $all) = @_;
    return $all == 0 ? '     -' : sprintf '%5.1f%%', 100 * $part / $all;
}

# The lines that were not run, as ranges.
sub missed {
    my ($counts) = @_;
    my (@ranges, $last);
    for my $n (sort { $a <=> $b } keys %$counts) {
        if ($counts->{$n}) {
            undef $last;
        } elsif (defined $last) {
            $ranges[-1] =~ s/(?:-\d+)?$/-$n/;
        } else {
            push @ranges, $n;
        }
        $last = $n if !$counts->{$n};
    }
    return join ' ', @ranges;
}

sub report {
    my ($dir) = @_;
    my ($lines, $branches) = collect($dir);
    my (%floor, @rows);
    for my $file (sort keys %$lines) {
        my @l = share($lines->{$file});
        my @b = share($branches->{$file} // {});
        my ($of) = $file =~ m{^(\w+)/};
        for ($floor{$of} //= [0, 0, 0, 0]) {
            $_->[0] += $l[0];
            $_->[1] += $l[1];
            $_->[2] += $b[0];
            $_->[3] += $b[1];
        }
        push @rows, [$l[1] == 0 ? 1 : $l[0] / $l[1], $file, @l, @b];
    }
    print " lines branches\n";
    for (sort { $a->[0] <=> $b->[0] || $a->[1] cmp $b->[1] } @rows) {
        my ($share, $file, @n) = @$_;
        print percent(@n[0, 1]), '   ', percent(@n[2, 3]), "  $file";
        print ': not ', missed($lines->{$file}) if $n[0] < $n[1];
        print "\n";
    }
    print percent(@{$floor{$_}}[0, 1]), '   ', percent(@{$floor{$_}}[2, 3]),
        "  $_/: $floor{$_}[0] of $floor{$_}[1] lines, "
        . "$floor{$_}[2] of $floor{$_}[3] branches\n" for sort keys %floor;
    return;
}

1;

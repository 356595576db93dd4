package Crash;

# The worst at every point: a program is killed before each system call that
# changes the disk, or that call fails, one after the other.

use strict;
use warnings;
use Checker;
use Exporter qw(import);
use Leadsheet;
use PowerCut ();

our @EXPORT = qw(strace ranges killed_everywhere failed_everywhere
    put_back take_away cut_off failing_sync command prune_before copy_journal);

# What changes something on disk.  To be killed before a call that only looks
# is to be killed before the next of these.
our @CALLS = qw(openat write pwrite64 ftruncate fdatasync fsync fchmod chmod
    mkdir rename renameat2 unlink);

our %ERRORS = (openat => 'EMFILE', write => 'ENOSPC', pwrite64 => 'EIO',
    pread64 => 'EIO', ftruncate => 'EIO', fdatasync => 'EIO', fsync => 'EIO',
    mkdir => 'ENOSPC', fchmod => 'EPERM', chmod => 'EPERM', rename => 'ENOSPC',
    renameat2 => 'ENOSPC', unlink => 'EIO', getdents64 => 'EIO');

my $strace = '/usr/bin/strace';

sub strace {
    -x $strace or die "strace is not installed: run sh t/run\n";
    return ($strace, '-qq', '-o', @_);
}

# The ordinals of each call's first and last that comes after the store was
# touched: what stands before is the program's start.
sub ranges {
    my ($template, $run, @calls) = @_;
    my $home = copy_of($template);
    $run->($home, strace("$home/.trace", '-e',
        'trace=' . join ',', 'newfstatat', 'stat', @calls));
    my (%n, %range, $began);
    for (split /\n/, slurp("$home/.trace")) {
        my ($call) = /^(\w+)\(/ or next;
        $n{$call}++;
        $began ||= /\Q$home\E/;
        next unless $began;
        $range{$call} //= [$n{$call}];
        $range{$call}[1] = $n{$call};
    }
    system 'rm', '-rf', $home;
    return map { $_ => $range{$_} } grep { $range{$_} } @calls;
}

# The writes of a run that the next call that changes something follows, by that
# call: which file, where, and how many bytes.
sub writes {
    my ($template, $run) = @_;
    my $home = copy_of($template);
    $run->($home, strace("$home/.trace", '-y', '-e',
        'trace=' . join ',', @CALLS));
    my (%n, %writes, $last);
    for (split /\n/, slurp("$home/.trace")) {
        my ($call) = /^(\w+)\(/ or next;
        $n{$call}++;
        $writes{"$call $n{$call}"} = $last if $last;
        undef $last;
        my ($file, $bytes) =
            m{^p?write(?:64)?\(\d+<\Q$home\E/(main/[^>]+)>.* = (\d+)$} or next;
        my ($at) = /^pwrite64\(.*, (\d+)\) += /;
        $last = { file => $file, bytes => $bytes, at => $at };
    }
    system 'rm', '-rf', $home;
    return %writes;
}

# Where in the middle of it.  An entry of an index is never cut: it is 16 bytes
# at a multiple of 16, in one page.
sub cuts {
    my ($write) = @_;
    return () unless $write;
    my ($file, $bytes) = @$write{qw(file bytes)};
    return grep { $_ } 16 * int $bytes / 32 if $file =~ m{/index};
    return int $bytes / 2 if $file =~ m{/lock$};
    return (1, int $bytes / 2, $bytes - 1);
}

# Of that write only the first bytes came: what stood there before, in the
# template, stands behind them.
sub cut_write {
    my ($home, $template, $write, $bytes) = @_;
    my $path = "$home/$write->{file}";
    my $whole = slurp($path);
    my $at = $write->{at} // length($whole) - $write->{bytes};
    my $before = -e "$template/$write->{file}"
        ? slurp("$template/$write->{file}") : '';
    my $end = $at + $write->{bytes};
    my $rest = $end < length $whole ? substr $whole, $end : '';
    my $was = length $before > $at + $bytes
        ? substr $before, $at + $bytes, $write->{bytes} - $bytes : '';
    $was .= "\0" x ($end - $at - $bytes - length $was) if $rest ne '';
    put_back($path, substr($whole, 0, $at + $bytes) . $was . $rest);
    return;
}

# These bytes, in place: the file stays the one that it was.
sub put_back {
    my ($path, $bytes) = @_;
    open my $f, '+<:raw', $path or die "$path: $!\n";
    print $f $bytes;
    truncate $f, length $bytes or die "$path: $!\n";
    close $f or die "$path: $!\n";
    return;
}

# It is gone, and no new file of a copy gets its inode: whether a store finds the
# index that it knew there would be chance, and calls would be counted in vain.
sub take_away {
    my ($home, $file) = @_;
    rename "$home/main/$file", "$home/.taken" or die "$file: $!\n";
    return;
}

# What comes was not told by the control record: whoever did it was killed.
sub cut_off {
    my ($home, $do) = @_;
    my $lock = "$home/main/lock";
    my $was = slurp($lock);
    $do->();
    put_back($lock, $was);
    return;
}

# The words to run it under so that its first fdatasync fails, or that one.
sub failing_sync {
    my ($n) = @_;
    return strace('/dev/null', '-e', 'trace=fdatasync', '-e',
        'inject=fdatasync:error=EIO:when=' . ($n // 1));
}

# Kill it at each point of a copy of the template, and in the middle of each
# write to a file.  run takes the home and a command to run it under, and
# returns a hash with its exit; check takes the home and that, and returns what
# is wrong.  Returns how many points there were, and all that was wrong.
sub killed_everywhere {
    my (%o) = @_;
    my %range = ranges(@o{qw(template run)}, @CALLS);
    my %writes = writes(@o{qw(template run)});
    my ($points, @wrong) = (0);
    for my $call (grep { $range{$_} } @CALLS) {
        for (my $n = $range{$call}[0];; $n++) {
            my $write = $writes{"$call $n"};
            my $untouched;
            for my $cut (undef, cuts($write)) {
                my $home = copy_of($o{template});
                my $r = $o{run}->($home, strace('/dev/null', '-e',
                    "trace=$call", '-e', "inject=$call:signal=KILL:when=$n"));
                $untouched = $r->{exit} == 0;
                $points++ unless $untouched;
                cut_write($home, $o{template}, $write, $cut)
                    if defined $cut && !$untouched;
                push @wrong, map { "$call $n" . (defined $cut ?
                    ", $cut bytes of $write->{file}" : '') . ": $_" }
                    $o{check}->($home, $r);
                system 'rm', '-rf', $home;
            }
            last if $untouched;
        }
    }
    return ($points, @wrong);
}

# Have each call fail once, in the same way: every third of them in an ordinary
# run, beginning elsewhere with SEED, and each one with LONG=1.  With lasting
# each also fails for good, from its first on.
sub failed_everywhere {
    my (%o) = @_;
    my %range = ranges(@o{qw(template run)}, sort keys %ERRORS);
    my ($points, @wrong) = (0);
    my $step = $ENV{LONG} ? 1 : 3;
    my $at = $ENV{SEED} // 0;
    for my $call (sort keys %range) {
        my ($first, $last) = @{$range{$call}};
        for my $when ((grep { $at++ % $step == 0 } $first .. $last),
            $o{lasting} ? "$first+" : ()) {
            my $home = copy_of($o{template});
            my $r = $o{run}->($home, strace('/dev/null', '-e', "trace=$call",
                '-e', "inject=$call:error=$ERRORS{$call}:when=$when"));
            $points++;
            push @wrong, map { "$call $when $ERRORS{$call}: $_" }
                $o{check}->($home, $r);
            system 'rm', '-rf', $home;
        }
    }
    return ($points, @wrong);
}

# A command that has to end well.
sub command {
    my ($home, @command) = @_;
    my $r = leadsheet($home, \@command);
    die "@command: $r->{err}" if $r->{exit};
    return;
}

# What has come before a day goes.
sub prune_before {
    my ($home, $day) = @_;
    my $days = int((time - PowerCut::seconds("$day 00:00:00")) / 86400);
    return command($home, 'prune', '--keep', "${days}d", '--yes');
}

# The journal becomes a copy of itself that was put back.
sub copy_journal {
    my $main = "$_[0]/main";
    system("cp -r '$main/journal' '$main/copy' && rm -r '$main/journal' "
        . "&& mv '$main/copy' '$main/journal'") == 0 or die "cp failed\n";
    return;
}

1;

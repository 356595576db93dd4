package Run;

# A whole run of the tests, for t/each and t/house/litter.t: it gives them a directory
# for all that they make, and leaves nothing, however it ends.

use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use File::Find ();
use File::Temp ();
use JSON::PP ();
use POSIX ();
use Processes;

# What an interrupted test may take to tidy up, in seconds.
my $grace = 10;

# What ends a run early; nohup(1) has one of them ignored.
my @signals = grep { ($SIG{$_} // '') ne 'IGNORE' } qw(HUP INT TERM);
my ($signal, $waits);

# What is run, prove, in a process below this one; ends as it ended.
sub supervise {
    my (@command) = @_;
    my $base = abs_path($ENV{TMPDIR} || '/tmp') // die "there is no TMPDIR\n";
    own_orphans();
    @SIG{@signals} = (sub { $signal //= $_[0]; die "ended\n" if $waits })
        x @signals;
    my $dir = File::Temp::tempdir('leadsheet.XXXXXX', DIR => $base);
    chmod 0755, $dir;
    mkdir "$dir/t";
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        @ENV{qw(TMPDIR LEADSHEET_RUN)} = ("$dir/t", $dir);
        exec apart($base, $dir), $^X, (map { "-I$_" } @INC), '-MRun', '-e',
            'Run::begin(@ARGV)', $base, @command or POSIX::_exit(127);
    }
    my $status = wait_until_ended($pid);
    my %all = processes();
    my @left = end_processes(sub { descendants($$, @_) }, $grace);
    1 while waitpid(-1, POSIX::WNOHANG) > 0;
    say_what_was_left(map { $all{$_} // () } @left) unless $signal;
    unmount_below($dir);
    remove($dir);
    # A signal to us ends us; one to prove is told as a shell tells it.
    if ($signal) {
        $SIG{$signal} = 'DEFAULT';
        kill $signal, $$;
    }
    exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
}

# Who loses its parent below us becomes our child, whatever it has made of its
# environment, its group and its session: prctl(PR_SET_CHILD_SUBREAPER, 1).
sub own_orphans {
    eval { require 'sys/syscall.ph'; 1 }
        or die "sys/syscall.ph is not installed (Debian: perl)\n";
    syscall(SYS_prctl(), 36, 1, 0, 0, 0) == 0 or die "prctl: $!\n";
    return;
}

# The words to run it under where it may have directories of its own in place of
# those that all programs share: what is new there is the run's for sure.
sub apart {
    my ($base, $dir) = @_;
    return () if $> != 0 || system('unshare -m true 2>/dev/null') != 0;
    chomp(my $git = `git -C '$ENV{srcdir}' rev-parse --git-common-dir \\
        2>/dev/null` // '');
    my @keep = grep { defined && m{^/} && -e } $dir, getcwd(), $git,
        @ENV{qw(srcdir builddir sanitized fuzzed HOME)}, map { split /:/ }
        grep { defined } @ENV{qw(PATH PERL5LIB)};
    my @empty;
    for my $place (qw(/tmp /var/tmp /dev/shm), $base) {
        push @empty, $place unless !-d $place
            || grep { "$place/" =~ m{^\Q$_\E/} } @empty;
    }
    return ('unshare', '-m', 'sh', "$ENV{srcdir}/t/data/apart",
        (map { ('-k', $_) } @keep), (map { ('-e', $_) } @empty),
        map { ('-c', $_) } grep { -d } qw(/var/log /var/www));
}

# Note what is there, and go on as the command.
sub begin {
    my ($base, @command) = @_;
    my ($apart) = grep { /^apart / } split /\n/, slurp('/proc/mounts');
    my %places = map { $_ => [entries($_)] } grep { -d } $base,
        qw(/tmp /var/tmp /dev/shm /var/log /var/www);
    open my $f, '>', "$ENV{LEADSHEET_RUN}/notes" or die "notes: $!\n";
    print $f JSON::PP->new->encode({ supervisor => getppid, places => \%places,
        tree => [tree()], apart => $apart ? 1 : 0 });
    close $f or die "notes: $!\n";
    exec @command or die "$command[0]: $!\n";
}

sub slurp {
    my ($path) = @_;
    open my $f, '<', $path or die "$path: $!\n";
    local $/;
    return scalar <$f>;
}

sub entries {
    my ($dir) = @_;
    opendir my $d, $dir or return;
    return sort grep { !/^\.\.?$/ } readdir $d;
}

# The files of the sources: no build, and nothing of git's or an editor's.
sub tree {
    my @files;
    my %build = map { $_ => 1 } grep { defined } @ENV{qw(builddir sanitized fuzzed)};
    File::Find::find({ no_chdir => 1, wanted => sub {
        $File::Find::prune = 1, return if $build{$_}
            || m{^\Q$ENV{srcdir}\E/(?:\.git|\.local|build[^/]*)$};
        push @files, $_ unless m{~$|/\.[^/]*\.sw.$|/\.?#[^/]*$};
    } }, $ENV{srcdir});
    return sort @files;
}

# Its status; 0 when we were told to end before.
sub wait_until_ended {
    my ($pid) = @_;
    my $status = 0;
    $waits = 1;
    eval {
        # The orphans end here as well.
        1 until $signal || waitpid(-1, 0) == $pid;
        $status = $? unless $signal;
    };
    $waits = 0;
    return $status;
}

sub say_what_was_left {
    my (@left) = @_;
    print STDERR "t/each: ended what was left: $_->{command}\n" for @left;
    return;
}

sub unmount_below {
    my ($dir) = @_;
    my @mounted = map { s/\\(\d{3})/chr oct $1/ger } grep { m{^\Q$dir\E/} }
        map { (split)[1] } split /\n/, slurp('/proc/mounts');
    system 'umount', '-l', $_ for reverse @mounted;
    return;
}

# What is mounted there stays, even where it could not be unmounted.
sub remove {
    my ($dir) = @_;
    system 'chmod', '-R', 'u+rwX', $dir if $> != 0;
    system('rm', '-rf', '--one-file-system', $dir) == 0
        or print STDERR "t/each: $dir is still there\n";
    return;
}

# What t/house/litter.t asks.  The notes, or nothing where there is no run.
sub notes {
    my $dir = $ENV{LEADSHEET_RUN} // return;
    return -e "$dir/notes" ? JSON::PP->new->decode(slurp("$dir/notes")) : ();
}

# The processes of the run but those that lead here, and those from here.
sub processes_left {
    my ($notes) = @_;
    my %all = processes();
    my %not = map { $_ => 1 } descendants($$, %all);
    for (my $pid = $$; $pid && $pid != $notes->{supervisor};
        $pid = ($all{$pid} // {})->{parent}) {
        $not{$pid} = 1;
    }
    return map { "$_: $all{$_}{command}" } grep { !$not{$_} }
        descendants($notes->{supervisor}, %all);
}

# Where a place is shared with other programs, names have to tell.
sub files_left {
    my ($notes) = @_;
    my @left = map { "$ENV{TMPDIR}/$_" } entries($ENV{TMPDIR});
    for my $place (sort keys %{$notes->{places}}) {
        my %was = map { $_ => 1 } @{$notes->{places}{$place}};
        push @left, map { "$place/$_" } grep { $notes->{apart}
            || /faketime|leadsheet/ && !/^leadsheet\.\w+$/ }
            grep { !$was{$_} } entries($place);
    }
    return @left;
}

sub sources_left {
    my ($notes) = @_;
    my %was = map { $_ => 1 } @{$notes->{tree}};
    return grep { !$was{$_} } tree();
}

1;

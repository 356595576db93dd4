package Mutate;

# Mutations of a module's source, for t/mutate: each is made, built, and held
# against the module's unit test.

use strict;
use warnings;
use File::Basename qw(basename);
use File::Temp ();
use Leadsheet qw(builddir slurp spew srcdir);
use IO::Handle ();
use POSIX ();

# What becomes of an operator; in the text of a program blanks stand around it.
my %becomes = (
    '<' => '<=', '<=' => '<', '>' => '>=', '>=' => '>', '==' => '!=',
    '!=' => '==', '&&' => '||', '||' => '&&', '<<' => '>>', '>>' => '<<',
    '+' => '-', '-' => '+', '*' => '/', '/' => '*', '%' => '/', '&' => '|',
    '|' => '&', '+=' => '-=', '-=' => '+=', '|=' => '&=', '&=' => '|=',
);

# The same text with blanks for all that is no code: comments, strings,
# characters, lines of the preprocessor and of assertions.
sub code {
    my ($text) = @_;
    my $blank = sub { $_[0] =~ s/[^\n]/ /gr };
    $text =~ s{(/\*.*?\*/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)+'|^\#(?:[^\n]*\\\n)*[^\n]*|^_Static_assert.*?;)}
        {$blank->($1)}egms;
    return $text;
}

# Where the bracket closes that is open at an offset.
sub closing {
    my ($code, $at) = @_;
    my $depth = 0;
    for (my $i = $at; $i < length $code; $i++) {
        my $c = substr $code, $i, 1;
        $depth++ if $c eq '(';
        return $i if $c eq ')' && --$depth == 0;
    }
    return;
}

# All mutations of a text: each is [offset, length, what stands there then,
# what it is called].
sub mutations {
    my ($text) = @_;
    my $code = code($text);
    my @all;
    while ($code =~ m{(?<= )([-<>=!&|+*/%]{1,2})(?=[ \n])}g) {
        my $new = $becomes{$1} // next;
        push @all, [$-[1], length $1, $new, "$1 becomes $new"];
    }
    while ($code =~ m{(\+\+|--)}g) {
        my $new = $1 eq '++' ? '--' : '++';
        push @all, [$-[1], 2, $new, "$1 becomes $new"];
    }
    # A number by one; 1 is as true as 2.  {0} is what there was before.
    while ($code =~ m{(?<![\w.])(?<!\{)(0[xX][0-9a-fA-F]{1,8}|\d{1,9})(?![\w.])}g) {
        my ($at, $number) = ($-[1], $1);
        my $n = $number =~ /^0[xX]/ ? hex $number : $number;
        push @all, [$at, length $number, $_, "$number becomes $_"]
            for $n < 2 ? 1 - $n : ($n + 1, $n - 1);
    }
    while ($code =~ m{(!)(?=[\w(])}g) {
        push @all, [$-[1], 1, '', '! is left out'];
    }
    while ($code =~ m{\b(?:if|while) (\()}g) {
        my ($from, $to) = ($-[1], closing($code, $-[1]) // next);
        my $condition = substr $text, $from, $to - $from + 1;
        # One comparison is turned round as an operator.
        push @all, [$from, length $condition, "(!$condition)",
            'the condition is turned round']
            if $condition !~ / [=!]= / || $condition =~ / (?:&&|\|\|)\s/;
    }
    # A declaration has two words side by side, a statement none.
    while ($code =~ m{^\t+((?!return\b|goto\b|case\b|default\b|else\b|do\b)
        (?![\w\s,*]*\w\s+\**\w)[\w(*][^;\{\}]*?|break|continue);}gmx) {
        push @all, [$-[1], length $1, '', 'the statement is left out']
            if $1 !~ /^(?:if|while|for|switch) \(/;
    }
    return sort { $a->[0] <=> $b->[0] || $a->[3] cmp $b->[3] } @all;
}

# What tells a mutation from others, wherever its function stands.
sub name {
    my ($text, $m, $seen) = @_;
    my $start = rindex($text, "\n", $m->[0] - 1) + 1;
    my ($line) = substr($text, $start) =~ /^\s*([^\n]*)/;
    my ($function) = substr($text, 0, $m->[0]) =~ /.*^(\w+)\(/ms;
    my $name = ($function // '-') . ": $m->[3]: $line";
    my $n = ++$seen->{$name};
    return $n == 1 ? $name : "$name ($n)";
}

sub line_of { 1 + (substr($_[0], 0, $_[1]) =~ tr/\n//) }

# Run a command, for so many seconds of CPU time; its status.  One that says "not
# ok" needn't go on.
sub run {
    my ($limit, @command) = @_;
    my $said = File::Temp->new;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        # A mutation may loop, or fill memory; what it reads before
        # it was written is no zero.
        setpgrp;
        open STDIN,  '<', '/dev/null' or POSIX::_exit(126);
        open STDOUT, '>&', $said      or POSIX::_exit(126);
        open STDERR, '>&', \*STDOUT   or POSIX::_exit(126);
        $ENV{ASAN_OPTIONS} = 'hard_rss_limit_mb=1000:'
            . 'max_allocation_size_mb=1000:max_malloc_fill_size=1000000';
        exec 'sh', '-c', "ulimit -t $limit && exec \"\$@\"",
            'sh', @command or POSIX::_exit(127);
    }
    my $end = time + 60 * $limit; # for what only waits
    my $done;
    until (($done = waitpid $pid, POSIX::WNOHANG) == $pid) {
        kill 'KILL', -$pid if time > $end
            || (-s $said->filename && slurp($said->filename) =~ /^not ok/m);
        select undef, undef, undef, 0.005;
    }
    my $status = $?;
    kill 'KILL', -$pid; # what it left
    return $status;
}

# What processes that have ended took, in seconds.
sub cpu_time {
    my (undef, undef, $user, $system) = times;
    return $user + $system;
}

my @sanitize = ('-fsanitize=address,undefined', '-fno-sanitize-recover=all');
my $flags = '-std=c11 -D_GNU_SOURCE -O1 -w';

sub compiler {
    my $srcdir = srcdir();
    my $packages = `pkg-config --cflags fcgi jansson libcrypto cmocka`;
    return ('gcc', @sanitize, split ' ', "$flags -I$srcdir/lib -I$srcdir "
        . "-I$srcdir/t/unit $packages");
}

sub compile {
    my ($source, $object, @more) = @_;
    return run(60, compiler(), @more, '-c', $source, '-o', $object);
}

# What a test is made of beside the module: its own objects, once.
sub parts {
    my ($test, $module) = @_;
    my $srcdir = srcdir();
    my ($sources) = slurp("$srcdir/Makefile.am")
        =~ /^t_unit_${test}_SOURCES = (.*)$/m;
    my @objects;
    for my $source (grep { /\.c$/ && $_ ne $module }
        split ' ', $sources // "t/unit/$test.c") {
        push @objects, "$ENV{TMPDIR}/$test-" . basename($source, '.c') . '.o';
        compile("$srcdir/$source", $objects[-1]) == 0
            or die "$source doesn't compile\n";
    }
    return @objects;
}

# Link a test with that object of the module.
sub link_test {
    my ($object, $program, @parts) = @_;
    my $libs = `pkg-config --libs jansson libcrypto cmocka`;
    return run(60, 'gcc', @sanitize, '-pthread', @parts, $object,
        builddir() . '/lib/libleadsheet.a', (split ' ', $libs), '-o', $program);
}

# Does one of the tests fail with this source?  killed, survived, or why it is
# not a mutation at all.
sub fate {
    my ($source, $work, $original, $limit, %tests) = @_;
    my $object = "$work/module.o";
    return 'does not compile'
        if compile($source, $object) != 0;
    return 'is the same program' if slurp($object) eq $original;
    for my $test (sort keys %tests) {
        return 'does not link'
            if link_test($object, "$work/test", @{$tests{$test}}) != 0;
        mkdir "$work/tmp";
        local $ENV{TMPDIR} = "$work/tmp";
        my $status = run($limit->{$test}, "$work/test");
        system 'rm', '-rf', "$work/tmp";
        return 'killed' if $status != 0;
    }
    return 'survived';
}

# t/survivors: of each module the names of mutations, and why each survives.
sub explained {
    my ($file) = @_;
    my (%why, $module);
    for (split /\n/, slurp(srcdir() . '/t/survivors')) {
        next if /^#/ || /^\s*$/;
        if (/^(\S+\.c)$/) {
            $module = $1;
        } elsif (/^    (\S.*)$/) {
            $why{$module}{$1} = 1;
        }
    }
    return $why{$file} // {};
}

# Try all mutations of a module, by as many processes as there are CPUs; the
# fate of each.
sub try_all {
    my ($file, $text, $mutations, @tests) = @_;
    my %tests = map { $_ => [parts($_, $file)] } @tests;
    my $dir = $ENV{TMPDIR};
    my %limit;
    # Under the same name, as that may stand in the object.
    mkdir "$dir/good";
    spew("$dir/good/module.c", $text);
    compile("$dir/good/module.c", "$dir/good/module.o") == 0
        or die "$file doesn't compile\n";
    for my $test (@tests) {
        my $begun = cpu_time();
        link_test("$dir/good/module.o", "$dir/good/test", @{$tests{$test}}) == 0
            && run(600, "$dir/good/test") == 0
            or die "t/unit/$test fails before anything is changed\n";
        $limit{$test} = 2 + int(3 * (cpu_time() - $begun));
    }
    my $original = slurp("$dir/good/module.o");
    my $n = `nproc` + 0;
    my @pids;
    for my $worker (0 .. $n - 1) {
        my $pid = fork // die "fork: $!\n";
        push @pids, $pid and next if $pid;
        my $work = "$dir/$worker";
        mkdir $work;
        open my $out, '>', "$work/fates" or POSIX::_exit(1);
        $out->autoflush;
        for (my $i = $worker; $i < @$mutations; $i += $n) {
            my ($at, $length, $new) = @{$mutations->[$i]};
            my $changed = $text;
            substr($changed, $at, $length) = $new;
            spew("$work/module.c", $changed);
            print $out "$i ", fate("$work/module.c", $work, $original, \%limit,
                %tests), "\n";
        }
        POSIX::_exit(0);
    }
    waitpid $_, 0 for @pids;
    return map { slurp("$dir/$_/fates") =~ /^(\d+) (.*)$/mg } 0 .. $n - 1;
}

sub main {
    my ($file, @tests) = @_;
    my $srcdir = srcdir();
    @tests = basename($file, '.c') if !@tests;
    for (grep { !-e "$srcdir/t/unit/$_.c" } @tests) {
        print STDERR "There is no t/unit/$_.c: name the tests of $file.\n";
        return 64;
    }
    my $text = slurp("$srcdir/$file");
    my @mutations = mutations($text);
    my %fate = try_all($file, $text, \@mutations, @tests);
    my %why = %{explained($file)};
    my (%count, %seen, $bad);
    for my $i (0 .. $#mutations) {
        my $name = name($text, $mutations[$i], \%seen);
        $count{$fate{$i}}++;
        my $is_told = delete $why{$name};
        if ($fate{$i} eq 'survived' && !$is_told) {
            printf "%s:%d: survived: %s\n", $file,
                line_of($text, $mutations[$i][0]), $name;
            $bad = 1;
        } elsif ($fate{$i} ne 'survived' && $is_told) {
            print "$file: t/survivors explains what is $fate{$i}: $name\n";
            $bad = 1;
        }
    }
    for (sort keys %why) {
        print "$file: t/survivors explains what there is not: $_\n";
        $bad = 1;
    }
    printf "%s: %d mutations: %s\n", $file, scalar @mutations,
        join ', ', map { "$count{$_} $_" } sort keys %count;
    return $bad ? 1 : 0;
}

1;

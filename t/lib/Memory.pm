package Memory;

# Memory that runs out, at a request of one's choice; see t/data/failmalloc.c.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use Leadsheet;

our @EXPORT = qw(failmalloc sanitizers crash places sample);

# The library for LD_PRELOAD, made now.
sub failmalloc {
    my $library = tempdir(CLEANUP => 1) . '/failmalloc.so';
    system('gcc', '-D_GNU_SOURCE', '-DPRELOAD', '-shared', '-fPIC', '-O1',
        '-o', $library, data('failmalloc.c')) == 0 or die "gcc failed\n";
    return $library;
}

# For a program that was built with them: whatever they find ends it with 99.
# Where OpenSSL or setenv(3) has no memory it leaks some itself, which only
# whole stacks of calls tell apart, and these take time: SLOW is for a second
# look.
sub sanitizers {
    my ($leaks, $slow) = @_;
    my $list = tempdir(CLEANUP => 1) . '/suppressions';
    spew($list, "leak:libcrypto\nleak:__add_to_environ\n");
    return (
        ASAN_OPTIONS => join(':', 'verify_asan_link_order=0', 'exitcode=99',
            "detect_leaks=$leaks", 'fast_unwind_on_malloc=' . ($slow ? 0 : 1),
            map { "handle_$_=2" } qw(segv sigbus sigill sigfpe abort)),
        UBSAN_OPTIONS => 'print_stacktrace=1:exitcode=99',
        LSAN_OPTIONS => "suppressions=$list:print_suppressions=0",
    );
}

# How a program crashed that ended so and said this; nothing when it didn't.
sub crash {
    my ($exit, $said) = @_;
    # libfcgi ends a program itself, with any status, where it gets no memory.
    return () if !($exit & 127) && $exit >> 8 != 99 && $exit >> 8 != 126
        && $said !~ /Test failed with exception/;
    # Where OpenSSL 3.0 has no memory for a lock of its own it may crash, and
    # Jansson 2.14 asserts that it had some for every digit of a number.
    return () if $said =~ /AddressSanitizer: (?:SEGV|ABRT)/
        && ($said =~ m{#[0-3] [^\n]*/libcrypto}
            || $said =~ m{assert_fail [^\n]*\n *#5 [^\n]*/libjansson});
    # glibc 2.36 looks into a NULL of its own when fts_open(3) gets no memory.
    return () if $said =~ /#0 \S+ in fts_open /;
    # AddressSanitizer wants some itself, for each thread that begins.
    return () if $said =~ /CHECK failed: [^\n]*pthread_getattr_np/;
    # A NULL that a test itself was given and looked into says nothing of lib/.
    my ($first) = $said =~ m{/(t|lib|cli|cgi)/\w+\.[ch]:\d+};
    return () if ($first // '') eq 't'
        && $said =~ /address 0x0{12,}\b|load of null pointer/;
    return ("it ends with $exit: "
        . $said =~ s/^(?:ok|not ok|#|1\.\.).*\n//mgr);
}

# The places that a file of FAILMALLOC_COUNT tells: each has a number, and a
# name that is the same in every program: the functions of lib/ that led there.
sub places {
    my ($file, $program) = @_;
    my ($build) = $program =~ m{(.*)/(?:t/unit|cgi|cli)/};
    my %ours = map { /[tT] (\w+)/ ? ($1 => 1) : () }
        split /\n/, `nm '$build/lib/libleadsheet.a'`;
    my ($total, @lines) = split /\n/, slurp($file);
    my @functions = sort { $a->[0] <=> $b->[0] }
        map { /^(\w+) [tT] (\w+)/ ? [hex $1, $2] : () }
        split /\n/, `nm '$program'`;
    my $name = sub {
        my ($at) = @_;
        my ($low, $high) = (0, $#functions);
        while ($low < $high) {
            my $middle = int(($low + $high + 1) / 2);
            $functions[$middle][0] <= $at ? ($low = $middle)
                : ($high = $middle - 1);
        }
        my ($from, $function) = @{$functions[$low]};
        return $ours{$function} ? "$function+" . ($at - $from) : ();
    };
    my @places;
    for (@lines) {
        my ($number, $libraries, @program) = split;
        push @places, { number => $number, name =>
            join ' ', $libraries, map { $name->(hex) } @program };
    }
    @places = sort { $a->{number} <=> $b->{number} } @places;
    return ($total, @places);
}

# So many of them, spread over all, others for another seed.
sub sample {
    my ($seed, $count, @all) = @_;
    return @all if @all <= $count;
    my $step = @all / $count;
    my $shift = ($seed * 0.618034) - int($seed * 0.618034);
    return map { $all[int(($_ + $shift) * $step)] } 0 .. $count - 1;
}

1;

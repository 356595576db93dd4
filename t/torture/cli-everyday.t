#!/usr/bin/perl
# leadsheet export --every-day, killed before each call that changes the disk,
# and each of these failing: every file is whole, no file of someone's is
# touched, and the next run knows its own, also when their day has changed
# meanwhile.
use strict;
use warnings;
use Crash;
use Digest::SHA qw(sha256_hex);
use Export;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
system('strace -o /dev/null true 2>/dev/null') == 0
    or plan(skip_all => 'strace can\'t trace here');
# What libxlsxwriter's own writes do when they fail is t/cli/formats.t's.
my @formats = ('--format', 'csv');

# A journal in two states: before, and after a lead more on one day, a new day,
# a day that was pruned, and one of which nothing is asked any more.
sub a_body { my ($urn) = @_; return body(qq({"urn":"$urn"})) }
my %before = map { ("2026-11-$_" => [a_body("a$_"), a_body("b$_")]) } 19 .. 22;
my %after = (%before, '2026-11-21' => [@{$before{'2026-11-21'}}, a_body('c')],
    '2026-11-23' => [a_body('d')], '2026-11-19' => []);
my $home = journal_of(\%before);
sub journal_is {
    my ($of) = @_;
    my $other = journal_of($of);
    for my $file (glob "$other/main/journal/*") {
        my ($name) = $file =~ m{([^/]+)$};
        my $text = slurp($file);
        spew("$home/main/journal/$name", $text)
            if !-e "$home/main/journal/$name"
            || slurp("$home/main/journal/$name") ne $text;
    }
    system 'rm', '-rf', $other;
    return;
}
sub keep {
    my ($to, @wrap) = @_;
    return leadsheet($home, ['export', '--every-day', $to, @formats],
        wrap => \@wrap);
}
sub contents {
    my ($to) = @_;
    return { map { (s{.*/}{}r => sha256_hex(slurp($_))) } glob "$to/leads-*" };
}

my $template = "$dir/template";
keep($template);
my $old = contents($template);
is(keys %$old, 4, 'four days');
my $mine = 'leads-2026-11-22.csv';
spew("$template/$mine", 'mine');
$old->{$mine} = sha256_hex('mine');

journal_is(\%after);
keep("$dir/clean");
my $new = contents("$dir/clean");
is(join(' ', sort keys %$new), join(' ', map { "leads-2026-11-$_.csv" }
    20 .. 23), 'and four others then');

# And later still, when the files on their way then are no one's any more.
my %later = (%after, map { ("2026-11-$_" => [@{$after{"2026-11-$_"}},
    a_body('e')]) } 21, 23);
sub latest {
    journal_is(\%later);
    keep("$dir/latest");
    return contents("$dir/latest");
}
my $latest = latest();
$latest->{$mine} = $old->{$mine};
my $n = 0;

# What is wrong after a run that was cut off, and after a clean one.
sub is_wrong {
    my ($to) = @_;
    my @wrong;
    my $is = contents($to);
    push @wrong, "$_ is neither old nor new" for grep {
        $is->{$_} ne ($old->{$_} // '') && $is->{$_} ne ($new->{$_} // '') }
        sort keys %$is;
    push @wrong, "$mine is touched" if ($is->{$mine} // '') ne $old->{$mine};
    push @wrong, "$_ is gone" for grep { $new->{$_} && !$is->{$_} }
        sort keys %$old;
    journal_is(\%later);
    my $r = keep($to);
    push @wrong, "then it ends with $r->{exit}: $r->{err}" if $r->{exit} != 65;
    push @wrong, "then it leaves alone: $r->{out}"
        if $r->{out} !~ /, 1 left alone\n\z/;
    my $then = contents($to);
    push @wrong, "then $_ is not as it should be" for grep {
        ($then->{$_} // '') ne ($latest->{$_} // '') }
        sort keys %{{ %$then, %$latest }};
    my @left = grep { !/\/(?:made|lock)$/ } glob "$to/.leadsheet-days/*";
    push @wrong, "then there is @left" if @left;
    return @wrong;
}
sub begin {
    my ($to) = @_;
    system 'rm', '-rf', $to;
    system('cp', '-a', $template, $to) == 0 or die "cp\n";
    # Back to the state in between, from which it is cut off.
    system 'rm', '-rf', glob "$home/main/journal/*";
    journal_is(\%after);
    return $to;
}

my @calls = qw(write fsync fdatasync rename unlink chmod mkdir);
my %errors = (write => 'ENOSPC', fsync => 'EIO', fdatasync => 'EIO',
    rename => 'EIO', unlink => 'EIO', mkdir => 'ENOSPC');
for my $way ('killed', 'failing') {
    my ($points, @wrong) = (0);
    for my $call (grep { $way eq 'killed' || $errors{$_} } @calls) {
        for my $when (1 .. 200) {
            my $to = begin("$dir/try");
            my $does = $way eq 'killed' ? 'signal=KILL' : "error=$errors{$call}";
            my $r = keep($to, '/usr/bin/strace', '-f', '-qq', '-o',
                "$dir/trace", '-e', "trace=$call", '-e',
                "inject=$call:$does:when=$when");
            my $done = slurp("$dir/trace") !~ /INJECTED|SIGKILL/;
            $points++ unless $done;
            push @wrong, map { "$call $when: $_" } is_wrong($to);
            last if $done;
        }
    }
    cmp_ok($points, '>', 20, "$way at $points calls");
    is(join("\n", @wrong), '', '  every file is whole, and the next run knows '
        . 'its own');
}

done_testing();

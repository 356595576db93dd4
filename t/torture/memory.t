#!/usr/bin/perl
# Memory that runs out while a delivery is kept, at one place after the other,
# once and for good: 503 or a clean restart, nothing half, and a retry makes it
# whole.  Some places in an ordinary run, every one with LONG=1.
use strict;
use warnings;
use Checker;
use Leadsheet;
use Memory;
use POSIX ();
use Test::More;

my $library = failmalloc();
# Far from UTC, so that a zone that gets no memory shows.
my $hours = 14;
my @days = day();
my $template = template(sub {
    spew("$_[0]/leadsheet.conf", "protect = no\n"
        . "timezone = Pacific/Kiritimati\n");
    cgi($_[0], body => delivery('old', 2));
});
my $id = 'new';
# What is written with escapes, and names that stand twice, need some as well.
my $body = delivery($id, 2)
    =~ s/\}\]/,"\\u0061":"\\ud83d","a":[ 1, "\\u0041"],"urn":"\\u0041"}]/r;

sub day { POSIX::strftime('%Y-%m-%d', gmtime(time + $hours * 3600)) }

sub run_out {
    my ($home, %env) = @_;
    # Sanitizers see what no answer tells.
    local $ENV{builddir} = $ENV{sanitized} // builddir();
    return cgi($home, body => $body,
        env => { LD_PRELOAD => $library, sanitizers(1), %env });
}

# What the sanitizers say against a run.
sub complaint {
    my ($r, @limits) = @_;
    return () unless $ENV{sanitized};
    $r = run_out(copy_of($template), @limits, sanitizers(1, 1))
        if $r->{exit} >> 8 == 99;
    return crash($r->{exit}, $r->{log});
}

# What no memory may be taken for: an edit, damage, another day, another lead.
sub mistakes {
    my ($home) = @_;
    my @bad = glob "$home/main/*.damaged-* $home/main/journal/*.torn-*";
    @days = ($days[0], day());
    for my $file (@{journal($home)}, @{sheets($home)}) {
        push @bad, $file unless grep { $file =~ m{/(?:leads-)?$_\.} } @days;
    }
    my %hour = map { /T(\d\d):.*?"id":"(.*?)"/ ? ($2 => $1) : () }
        map { split /\n/, slurp($_) } @{journal($home)};
    for my $row (map { @{read_csv($_)} } @{sheets($home)}) {
        my ($hour) = $row->{received_at} =~ / (\d\d):/;
        push @bad, "received_at $row->{received_at}" if ($hour // -1)
            != ($hour{$row->{delivery_id}} + $hours) % 24;
        push @bad, "a lead called $row->{full_name}"
            if $row->{full_name} ne "Private $row->{delivery_id}";
    }
    return @bad;
}

my $home = copy_of($template);
my $r = run_out($home, FAILMALLOC_COUNT => "$home/count", sanitizers(0));
is($r->{status}, 200, 'a delivery is counted') or diag($r->{log});
my ($count, @places) = places("$home/count", ($ENV{sanitized} // builddir())
    . '/cgi/leadsheet.fcgi');
cmp_ok(scalar(@places), '>', 100,
    "  it asks $count times for memory, from @{[scalar @places]} places");
my $seed = $ENV{SEED} // 1;
note("SEED=$seed");
my (%heard, @wrong);
for my $place (sample($seed, $ENV{LONG} ? 1e9 : 40, @places)) {
    my $n = $place->{number};
    for my $times (0, 1) {
        my $home = copy_of($template);
        my @limits = (FAILMALLOC_AT => $n, FAILMALLOC_TIMES => $times);
        my $r = run_out($home, @limits);
        # OpenSSL 3.0 itself may crash where a lock of its own is missing; to
        # the sender that is a restart.
        $heard{$r->{status} || 'none'}++;
        my @bad = complaint($r, @limits);
        push @bad, "it answers $r->{status} $r->{log}"
            if $r->{status} !~ /^(?:0|200|503)$/;
        push @bad, grep { /^I1/ } violations($home, kept => { old => 2,
            $r->{status} == 200 ? ($id => 2) : () }, maybe => { $id => 2 });
        my $retry = cgi($home, body => $body);
        push @bad, "the retry is $retry->{status} $retry->{log}"
            if $retry->{status} != 200;
        push @bad, violations($home, kept => { old => 2, $id => 2 },
            log => "$r->{log}$retry->{log}"), mistakes($home);
        push @wrong, map { "$n" . ($times ? ', once: ' : ': ') . $_ } @bad;
        system 'rm', '-rf', $home;
    }
}
ok(!@wrong, 'nothing is half: ' . join ', ',
    map { "$heard{$_} times $_" } sort keys %heard)
    or diag(join "\n", @wrong);
ok($heard{503}, '  and some hear 503');

done_testing();

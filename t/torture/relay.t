#!/usr/bin/perl
# "leadsheet relay" is killed before each call that changes the disk or sends,
# and each call fails; something may be done to the journal then, and it runs
# again: each delivery comes to the target at least once, in order, and after a
# run that ended well exactly once.  What can't be noted isn't sent.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use PowerCut qw(clock seconds);
use Relay;
use Target;
use Test::More;

# To be killed before it connects, sends, or hears the answer.
push @Crash::CALLS, qw(connect sendto recvfrom);

my $day = '2020-01-02';

sub before {
    my ($home) = @_;
    comes($home, 'z', leads => 3);
    return;
}

sub after {
    my ($home) = @_;
    comes($home, 'a', leads => 3, wrap => [clock("$day 12:00:00")]);
    comes($home, 'b');
    comes($home, 't', more => '"test":true,');
    comes($home, 'c', leads => 2);
    return;
}

# The leads that came, in order, of what was taken; each once where with is 1.
sub leads {
    my ($target, $once) = @_;
    my %seen;
    return grep { !$once || !$seen{$_}++ } map { $_->{body} =~ /"([a-z]-\d)"/g }
        $target->taken;
}

# What can be done between two runs; what of it changes what is to come.
my @between = (
    sub { return () },
    sub { comes($_[0], 'e'); return ('e-1') },
    sub { command($_[0], 'forget', '--yes', 'a-2'); return () },
    sub { command($_[0], 'rebuild'); return () },
    sub {
        my $days = int((time - seconds("$day 00:00:00")) / 86400) - 9;
        command($_[0], 'prune', '--keep', "${days}d", '--yes');
        return ();
    },
    sub {
        copy_journal($_[0]);
        comes($_[0], 'e');
        return ('e-1');
    },
);
my $turn = 0;

my $t;    # the target of the case in hand
sub run_relay {
    my ($s, $home, @wrap) = @_;
    $t->stop if $t;
    $t = target(script => [@{$s->{script} // []}]);
    set_relay($home, $t, @{$s->{lines} // []});
    spew("$home/relay-crm.secret", 'whsec_' . 'A' x 43 . "=\n");
    chmod 0600, "$home/relay-crm.secret";
    return relay($home, ['--once'], wrap => \@wrap);
}

my @due = qw(a-1 a-2 a-3 b-1 c-1 c-2);

# What is wrong, once it has run again, and then once more.
sub check {
    my ($s, $home, $r) = @_;
    my @bad;
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/m
        # Where that write fails nothing can be said.
        && !($r->{exit} =~ /^7[45]$/ && $r->{err} eq '');
    my $ended = $r->{exit} == 0;
    my @first = leads($t);
    push @bad, "it ends well, and sent @first" if $ended && "@first" ne "@due";
    spew("$t->{dir}/steps", ''); # it takes all from here on
    my $mode = $ended ? 0 : $turn++;
    my @more = $between[$mode % @between]->($home);
    my $second = relay($home, [qw(--resume --once)]);
    push @bad, "it ends with $second->{exit}: $second->{err}"
        if $second->{exit};
    # Some may have left before they could go.
    my @gone = $mode % @between == 4 ? qw(a-1 a-2 a-3)
        : $mode % @between == 2 ? 'a-2' : ();
    my %may_lack = map { $_ => 1 } @gone;
    my @all = leads($t, 1);
    my %came = map { $_ => 1 } @all;
    my @expected = grep { $came{$_} || !$may_lack{$_} } @due, @more;
    my @of_two = grep { !$may_lack{$_} } @all;
    push @bad, "there came @all, not @expected"
        if "@of_two" ne join ' ', grep { !$may_lack{$_} } @expected;
    my %times;
    $times{$_}++ for leads($t);
    push @bad, map { "$_ came $times{$_} times" } grep { $times{$_} > 2 }
        keys %times;
    push @bad, "after a good end there came " . join ' ', leads($t)
        if $ended && join(' ', leads($t)) ne join ' ', @due, @more;
    my $n = $t->requests;
    my $third = relay($home, ['--once']);
    push @bad, "a third time it sent, $third->{exit}: $third->{err}"
        if $t->requests != $n || $third->{exit};
    push @bad, map { "$_ is left" } glob "$home/main/cursors/*.{new,attempts}";
    return @bad;
}

for my $s (
    { name => 'as they came', known => 1 },
    { name => 'for the first time', script => [200], first => 1 },
    { name => 'by a template', known => 1,
        lines => ['template = list.json', 'batch = 2'] },
    { name => 'where the second fails', known => 1, script => [200, 500],
        fails => 1, lines => ['template = list.json', 'batch = 2'] },
) {
    my $template = template(sub {
        my ($home) = @_;
        my $none = target();
        set_relay($home, $none);
        command($home, qw(relay crm --make-secret));
        if ($s->{known}) {
            before($home);
            command($home, qw(relay crm --once));
        }
        after($home);
        $none->stop;
    });
    my %o = (template => $template,
        run => sub { run_relay($s, @_) }, check => sub { check($s, @_) });
    if ($s->{fails}) {
        # It never ends well: it is judged where it was killed only.
        my $run = $o{run};
        $o{run} = sub {
            my $r = $run->(@_);
            return $r->{exit} == 75 ? { %$r, exit => 0, fails => 1 } : $r;
        };
        $o{check} = sub {
            my ($home, $r) = @_;
            return check($s, $home, $r->{fails} ? { %$r, exit => 75 } : $r);
        };
    }
    my ($n, @wrong) = killed_everywhere(%o);
    is_deeply(\@wrong, [], "$s->{name}: killed at $n points");
    cmp_ok($n, '>', 25, '  which are some');
    ($n, @wrong) = failed_everywhere(%o);
    is_deeply(\@wrong, [], "$s->{name}: $n faults");
    cmp_ok($n, '>', 10, '  which are some');
}

done_testing();

#!/usr/bin/perl
# The commands that change the store are killed before each call that changes
# the disk, and each call fails; then deliveries come again, and the command.
use strict;
use warnings;
use Checker;
use Crash;
use Leadsheet;
use Test::More;

my @old = ('2020-01-01', '2020-01-02');
my $today = today();
my $person = 'ACoAAPerson-1';

# A delivery with leads of those urns.
sub body {
    my ($id, $more, @urns) = @_;
    return qq({"delivery_id":"$id","event":"lead.enriched",$more"data":)
        . '{"leads":[' . join(',', map { qq({"urn":"$_"}) } @urns) . ']}}';
}

my %body = (
    a => body('delivery-a', '', 'a-1', $person, 'a-2'),
    b => body('delivery-b', '', 'b-1'),
    c => body('delivery-c', '', $person),
    d => body('delivery-d', '', 'd-1', $person),
    e => body('delivery-e', '', 'e-1'),
    t => body('delivery-t', '"test":true,', 't-1', $person),
);

# What is delivered, and must be there after; without the person who is to be
# forgotten.
my %all = ('delivery-a' => 3, 'delivery-b' => 1, 'delivery-c' => 1, 'delivery-d' => 2, 'delivery-e' => 1);
my %less = (%all, 'delivery-a' => 2, 'delivery-c' => 0, 'delivery-d' => 1);

sub must {
    my ($home, $body) = @_;
    my $r = cgi($home, body => $body);
    die "not kept: $r->{log}" if $r->{status} != 200;
    return $r->{json}{status};
}

# What was delivered so far was delivered on that day.
sub move_to {
    my ($home, $day) = @_;
    my $main = "$home/main";
    rename $_, s/\Q$today\E/$day/r or die for glob "$main/journal/$today*";
    system "rm -rf '$main'/sheets/* '$main'/index.sqlite*";
    spew("$main/lock", '1');
}

sub three_days {
    my ($home) = @_;
    must($home, $body{$_}) for qw(a b t);
    move_to($home, $old[0]);
    must($home, $body{c});
    move_to($home, $old[1]);
    must($home, $body{$_}) for qw(d e);
}

# The day before yesterday's segment is retired, its sheet is edited, and the
# day goes on in a second part.
sub odd_day {
    my ($home) = @_;
    my $sheet = "$home/main/sheets/leads-$today.csv";
    must($home, $body{$_}) for qw(a b c);
    spew($sheet, slurp($sheet) =~ s/^[^\n]*\Q$person\E[^\n]*\n//mgr);
    must($home, $body{d});
    chmod 0440, "$home/main/journal/$today.jsonl";
    must($home, $body{e});
}

# In which files below the endpoint the person stands.
sub stands {
    my ($home) = @_;
    return grep { -f && index(slurp($_), $person) >= 0 }
        split /\n/, `find '$home/main' -type f`;
}

my $turn = 0;

# Whatever came before: every id is known, and its rows are there.
sub deliver_again {
    my ($home) = @_;
    my @bad;
    for (qw(a b c d e)) {
        my $r = cgi($home, body => $body{$_});
        push @bad, "$_ again is $r->{status} $r->{log}" if $r->{status} != 200;
        # One from a segment that was retired is journalled once more.
        push @bad, "$_ again is $r->{json}{status}"
            if $r->{status} == 200 && $r->{json}{status} ne 'duplicate'
            && !grep { !((stat)[2] & 0200) } @{journal($home)};
    }
    return @bad;
}

sub check_forget {
    my ($home, $r, $edited) = @_;
    my @bad;
    my %edited = map { ("$home/main/$_" => $edited->{$_}) } keys %$edited;
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/;
    push @bad, "it says it is done" if $r->{exit} == 0 && stands($home);
    # Before it is resumed a delivery comes, or not.
    if ($turn++ % 2) {
        my $new = cgi($home, body => body('delivery-e', '', 'e-1'));
        push @bad, "a delivery is $new->{status}" if $new->{status} != 200;
        push @bad, map { "a delivery doesn't make the sheet of $_" } grep {
            -e "$home/main/journal/$_.jsonl"
            && !-e "$home/main/sheets/leads-$_.csv" } $old[0], $today;
    }
    my @how = -e "$home/main/forgetting" ? '--resume' : ('--yes', $person);
    my $again = leadsheet($home, ['forget', @how]);
    push @bad, "@how ends with $again->{exit}: $again->{err}"
        if $again->{exit};
    push @bad, map { "the person stands in $_" } stands($home);
    push @bad, map { "$_ is left" } glob "$home/main/{forgetting*,*/*.new}";
    # From a retired segment they come back as the sender has them.
    push @bad, deliver_again($home) unless %edited;
    my %now = %less;
    delete @now{qw(delivery-c)};
    push @bad, violations($home, kept => \%now, maybe => { 'delivery-c' => 0 },
        edited => \%edited, log => $r->{err} . $again->{err});
    return @bad;
}

sub check_prune {
    my ($home, $r) = @_;
    my @bad;
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/;
    push @bad, deliver_again($home) if $turn++ % 2;
    my $again = leadsheet($home, ['prune', '--keep', '1y', '--yes']);
    push @bad, "again it ends with $again->{exit}: $again->{err}"
        if $again->{exit};
    push @bad, map { "$_ is left" } grep { !/\.ids\z/ }
        glob "$home/main/{journal,sheets,sheets/replaced}/*2020-*";
    push @bad, deliver_again($home);
    push @bad, violations($home, kept => { 'delivery-d' => 2, 'delivery-e' => 1 },
        log => $r->{err});
    # And without an index.
    unlink glob "$home/main/index.sqlite*";
    push @bad, deliver_again($home);
    return @bad;
}

sub check_rebuild {
    my ($home, $r, $edited) = @_;
    my @bad;
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/;
    if ($turn++ % 2) {
        push @bad, deliver_again($home);
        my @made = glob "$home/main/sheets/leads-*";
        push @bad, 'a delivery doesn\'t make the sheet' unless @made;
    }
    my $again = leadsheet($home, ['rebuild']);
    push @bad, "again it ends with $again->{exit}: $again->{err}"
        if $again->{exit};
    my @parts = grep { -f } glob "$home/main/sheets/leads-*";
    push @bad, "there are @parts" if @parts != 1;
    for my $bytes (values %$edited) {
        push @bad, 'what someone edited is lost' unless grep {
            -f && slurp($_) eq $bytes } glob "$home/main/sheets/replaced/*";
    }
    push @bad, violations($home, kept => \%all, log => $r->{err});
    return @bad;
}

my @situations = (
    ['forget, three days', \&three_days, ['forget', '--yes', $person],
        \&check_forget],
    ['forget, an odd day', \&odd_day,
        ['forget', '--yes', $person], \&check_forget, 1],
    ['prune', \&three_days, ['prune', '--keep', '1y', '--yes'],
        \&check_prune],
    ['rebuild', \&odd_day, ['rebuild'], \&check_rebuild, 1],
);
for (@situations) {
    my ($name, $prepare, $args, $check, $edited) = @$_;
    my $template = template($prepare);
    my $sheet = "sheets/leads-$today.csv";
    my %edited = $edited ? ($sheet => slurp("$template/main/$sheet")) : ();
    my %o = (template => $template,
        run => sub { leadsheet($_[0], $args, wrap => [@_[1 .. $#_]]) },
        check => sub { $check->(@_, \%edited) });
    my ($n, @wrong) = killed_everywhere(%o);
    is_deeply(\@wrong, [], "$name: killed at $n points");
    cmp_ok($n, '>', 40, '  which are some');
    # An edited sheet and a retired segment fail as any others.
    next if $name eq 'forget, an odd day';
    ($n, @wrong) = failed_everywhere(%o);
    is_deeply(\@wrong, [], "$name: $n faults");
}

done_testing();

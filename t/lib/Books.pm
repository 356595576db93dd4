package Books;

# What the commands that change an endpoint's books are run on, and what must
# be so after, wherever they were stopped, once they are run again.  A segment
# that was replaced leaves keys in the index that lead nowhere.

use strict;
use warnings;
use Checker;
use Crash qw(failing_sync);
use Digest::SHA qw(sha256_hex);
use Exporter qw(import);
use JSON::PP ();
use Leadsheet;
use PowerCut qw(clock dated seconds);

our @EXPORT = qw(situations);

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
my %all = ('delivery-a' => 3, 'delivery-b' => 1, 'delivery-c' => 1,
    'delivery-d' => 2, 'delivery-e' => 1);
my %less = (%all, 'delivery-a' => 2, 'delivery-c' => 0, 'delivery-d' => 1);

# The situations, each a hash of name, prepare, which makes it in a home; run,
# which takes the home and a command to run it under; when it is run; check,
# which takes the home, what run returned and what someone has edited, and
# returns what is wrong; and edited, whether someone has.  days: the three days
# of deliveries, the last undef for today; now: when the commands are run,
# undef for the time that it is; skip: what the checker need not look at.
sub situations {
    my (%o) = @_;
    my $b = { %o, last => $o{days}[2] // today() };
    return map {
        my ($name, $prepare, $args, $check, $edited) = @$_;
        my $sheet = "sheets/leads-$b->{last}.csv";
        { name => $name, when => $b->{now}, args => $args,
            prepare => sub { $prepare->($b, @_) },
            run => sub { leadsheet($_[0], $args, wrap => [@_[1 .. $#_]]) },
            edited => sub { $edited
                ? ($sheet => slurp("$_[0]/main/$sheet")) : () },
            check => sub { $check->($b, @_) } }
    } (
        ['forget, three days', \&half_forgotten, ['forget', '--yes', $person],
            \&check_forget],
        ['forget, an odd day', \&odd_day, ['forget', '--yes', $person],
            \&check_forget, 1],
        ['prune', \&three_days, ['prune', '--keep', '1y', '--yes'],
            \&check_prune],
        ['prune, two segments', \&two_segments,
            ['prune', '--keep', '1y', '--yes'], \&check_prune],
        ['rebuild', \&odd_day, ['rebuild'], \&check_rebuild, 1],
    );
}

# These deliveries, at a time of that day.
sub must {
    my ($b, $home, $day, $time, @names) = @_;
    my $when = defined $day ? "$day $time" : undef;
    for (@names) {
        my $r = cgi($home, body => $body{$_}, wrap => [clock($when)]);
        die "not kept: $r->{log}" if $r->{status} != 200;
    }
    dated($home, $when) if defined $when;
    return;
}

# Its sync fails, so that the day goes on in another segment.
sub must_fail {
    my ($b, $home, $day, $time, $name) = @_;
    my $when = defined $day ? "$day $time" : undef;
    my $r = cgi($home, body => $body{$name},
        wrap => [failing_sync(), clock($when)]);
    die "kept: $r->{log}" if $r->{status} != 503;
    return;
}

# The machine went down since.
sub settle {
    my ($home) = @_;
    restarted($home);
    return;
}

sub three_days {
    my ($b, $home) = @_;
    must($b, $home, $b->{days}[0], '10:00:00', qw(a b t));
    must($b, $home, $b->{days}[1], '10:00:00', qw(c));
    must($b, $home, $b->{days}[2], '10:00:00', qw(d e));
    settle($home) if defined $b->{now};
    return;
}

# And of a try that was cut off something is left.
sub half_forgotten {
    my ($b, $home) = @_;
    three_days($b, $home);
    spew("$home/main/journal/2000-01-01.jsonl.new", $person);
    return;
}

# The first day has two segments.
sub two_segments {
    my ($b, $home) = @_;
    my $day = $b->{days}[0];
    must($b, $home, $day, '10:00:00', qw(a b t));
    must_fail($b, $home, $day, '10:59:00', 'c');
    must($b, $home, $day, '11:00:00', qw(c));
    must($b, $home, $b->{days}[2], '10:00:00', qw(d e));
    settle($home) if defined $b->{now};
    return;
}

# The last day has two segments, its sheet is edited, and the day goes on in a
# second part.
sub odd_day {
    my ($b, $home) = @_;
    my $day = $b->{days}[2];
    my $sheet = "$home/main/sheets/leads-$b->{last}.csv";
    must($b, $home, $day, '10:00:00', qw(a b c));
    spew($sheet, slurp($sheet) =~ s/^[^\n]*\Q$person\E[^\n]*\n//mgr);
    utime((seconds("$day 11:00:00")) x 2, $sheet) if defined $day;
    must($b, $home, $day, '12:00:00', qw(d));
    must_fail($b, $home, $day, '12:00:30', 'e');
    must($b, $home, $day, '12:01:00', qw(e));
    settle($home) if defined $b->{now};
    return;
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
        push @bad, "$_ again is $r->{status} $r->{log}"
            if ($r->{json}{status} // '') ne 'duplicate';
    }
    return @bad;
}

sub again {
    my ($b, $home, @args) = @_;
    my $r = leadsheet($home, \@args, wrap => [clock($b->{now})]);
    return ($r, $r->{exit} ? "@args ends with $r->{exit}: $r->{err}" : ());
}

# The bodies of the journal's deliveries, and what of it is no line.
sub records {
    my ($home) = @_;
    my (@records, @bad);
    for my $path (@{journal($home)}) {
        for (slurp($path) =~ /([^\n]*\n?)/g) {
            next if $_ eq '' || /^\{"received":"[^"]*","kind":"se/;
            my ($sha256, $body) = /"sha256":"(\w+)".*?"body":(.*)\}\n\z/;
            # Without a body its sha256 is of itself.
            ($body, $sha256) = /^(.*),"sha256":"(\w+)"\}\n\z/
                unless defined $body;
            push @bad, "$path has a line that doesn't count"
                if !defined $body || sha256_hex($body) ne $sha256;
            my $record = eval { JSON::PP->new->decode($body // "") };
            push @records, $record if $record;
        }
    }
    return (\@records, @bad);
}

# However far it came, each record is as it was or as it is to be, and so is
# the day that it is of.
sub half_way {
    my ($b, $home) = @_;
    my ($records, @bad) = records($home);
    my %leads = map { $_->{delivery_id} => scalar @{$_->{data}{leads}} }
        @$records;
    for (keys %all) {
        my $n = $leads{$_} // -1;
        push @bad, "$_ has $n leads" if $n != $all{$_} && $n != $less{$_};
    }
    return @bad;
}

sub check_forget {
    my ($b, $home, $r, $edited) = @_;
    my %edited = map { ("$home/main/$_" => $edited->{$_}) } keys %$edited;
    my @bad = half_way($b, $home);
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/;
    push @bad, map { "it says it is done, and the person stands in $_" }
        grep { !$edited{$_} } stands($home) if $r->{exit} == 0;
    # Before it is resumed a delivery comes, or not.
    if ($turn++ % 2) {
        my $new = cgi($home, body => body('delivery-e', '', 'e-1'));
        push @bad, "a delivery is $new->{status}" if $new->{status} != 200;
    }
    my @how = -e "$home/main/pending" ? '--resume' : ('--yes', $person);
    my ($again, @wrong) = again($b, $home, 'forget', @how);
    push @bad, @wrong, map { "the person stands in $_" }
        grep { !$edited{$_} } stands($home);
    push @bad, map { "$_ is left" } glob "$home/main/{pending*,*/*.new}";
    push @bad, map { "$_ was taken for edited" }
        glob "$home/main/sheets/leads-*-2.csv" unless %edited;
    push @bad, deliver_again($home) unless %edited;
    my %now = %less;
    delete @now{qw(delivery-c)};
    push @bad, violations($home, kept => \%now, maybe => { 'delivery-c' => 0 },
        edited => \%edited, log => $r->{err} . $again->{err},
        # A key of a segment that was replaced is found once it is asked for.
        skip => ['stale']);
    return @bad;
}

# What is there of the days that are to go: but for their journal, in which no
# lead stands.
sub old_files {
    my ($b, $home) = @_;
    return grep { !/\.jsonl\z/ || slurp($_) =~ /urn|"body"/ } map { glob
        "$home/main/{journal,sheets,sheets/replaced}/*$_*" } @{$b->{days}}[0, 1];
}

sub check_prune {
    my ($b, $home, $r) = @_;
    my @bad;
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/;
    push @bad, map { "it says it is done, and $_ is there" }
        old_files($b, $home) if $r->{exit} == 0;
    push @bad, map { "$_ is there without the segment before it" }
        grep { /-2\.jsonl$/ && !-e s/-2(?=\.jsonl)//r } @{journal($home)};
    push @bad, deliver_again($home) if $turn++ % 2;
    my ($again, @wrong) = again($b, $home, 'prune', '--keep', '1y', '--yes');
    push @bad, @wrong, map { "$_ is left" } old_files($b, $home);
    push @bad, deliver_again($home);
    push @bad, violations($home, kept => { 'delivery-d' => 2,
        'delivery-e' => 1 }, log => $r->{err}, skip => ['stale']);
    # And without an index.
    unlink "$home/main/index";
    push @bad, deliver_again($home);
    return @bad;
}

sub check_rebuild {
    my ($b, $home, $r, $edited) = @_;
    my @bad;
    push @bad, "it says nothing, and ends with $r->{exit}"
        if $r->{exit} && $r->{exit} < 128 && $r->{err} !~ /^leadsheet/;
    my %now = %all;
    if ($turn++ % 2) {
        push @bad, deliver_again($home);
        # A sheet that is gone comes again with the next lead.
        my $new = cgi($home, body => body('delivery-f', '', 'f-1'));
        push @bad, "a delivery is $new->{status}" if $new->{status} != 200;
        $now{'delivery-f'} = 1;
        my @made = glob "$home/main/sheets/leads-*";
        push @bad, 'a delivery doesn\'t make the sheet' unless @made;
    }
    my ($again, @wrong) = again($b, $home, 'rebuild');
    push @bad, @wrong;
    my @parts = grep { -f } glob "$home/main/sheets/leads-$b->{last}*";
    push @bad, "there are @parts" if @parts != 1;
    for my $bytes (values %$edited) {
        push @bad, 'what someone edited is lost' unless grep {
            -f && slurp($_) eq $bytes } glob "$home/main/sheets/replaced/*";
    }
    push @bad, violations($home, kept => \%now,
        skip => ['stale', @{$b->{skip} // []}], log => $r->{err});
    return @bad;
}

1;

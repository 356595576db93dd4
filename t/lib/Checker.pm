package Checker;

# The invariants of an endpoint's store, checked after every case that does
# the worst to it.  One checker for all of them.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use Recent;

our @EXPORT = qw(delivery violations template copy_of same_segments
    segments_sql);

# A delivery with that id and as many leads, each with a urn of its own.
sub delivery {
    my ($id, $leads, $more) = @_;
    return qq({"delivery_id":"$id","event":"lead.enriched",)
        . ($more // '') . '"data":{"leads":['
        . join(',', map { qq({"urn":"$id-$_","full_name":"Private $id"}) }
            1 .. $leads) . ']}}';
}

# What is wrong with this home, as sentences; none when all is well.
#   kept    id => leads: answered 200 at least once
#   maybe   id => leads: sent, and never answered 200
#   edited  parts that someone has edited: path => bytes
#   log     all that was logged
#   keys_only  an index may have other digests: the journal's are what counts
sub violations {
    my ($home, %o) = @_;
    my %edited = %{$o{edited} // {}};
    my @bad;
    for (keys %edited) {
        push @bad, "$_ was edited by someone, and was written to"
            unless -e && slurp($_) eq $edited{$_};
    }
    # Without a byte it is no sheet yet.
    my @parts = grep { -s && !exists $edited{$_} }
        glob "$home/main/sheets/leads-*.csv";
    my (%rows, %seen);
    for my $part (@parts) {
        my $rows = eval { read_csv($part) };
        unless ($rows) {
            push @bad, "I3: $@";
            next;
        }
        $seen{$_->{delivery_id}}{$_->{urn}}++ for @$rows;
        push @bad, "I3: $part has no single header"
            if (() = slurp($part) =~ /received_at,/g) != 1;
    }
    for my $edited (values %edited) {
        $seen{$1}{$2}++ while $edited =~ /^[^,]*,([^,]*),[^,]*,([^,]*),/mg;
    }
    my %sent = (%{$o{kept} // {}}, %{$o{maybe} // {}});
    for my $id (keys %sent) {
        my %urns = %{$seen{$id} // {}};
        my $whole = keys %urns == $sent{$id}
            && !grep { $_ != 1 } values %urns;
        push @bad, "I1: $id was answered 200, its rows are ("
            . join(' ', %urns) . ')' if exists $o{kept}{$id} && !$whole;
        push @bad, "I2: $id is half there" if %urns && !$whole;
    }
    delete @seen{keys %sent, qw(delivery_id before)};
    push @bad, "a row of nobody's: $_" for keys %seen;
    push @bad, rebuilt($home, \@parts, $o{keys_only}) unless %edited;
    push @bad, 'I6: the log names a person or the secret'
        if ($o{log} // '') =~ /Private|\Q@{[secret()]}\E/;
    return @bad;
}

# I3 and I5: sheets and index, made anew from a copy of the journal alone, are
# the ones that are there.
sub rebuilt {
    my ($home, $parts, $keys_only) = @_;
    my $columns = $keys_only ? 'key, day, segment, offset' : '*';
    my @journal = glob "$home/main/journal/*.jsonl $home/main/journal/*.ids";
    return () unless @journal;
    my $conf = "$home/leadsheet.conf";
    my $copy = home(-e $conf ? slurp($conf) : undef);
    mkdir "$copy/main/journal";
    system('cp', '-p', @journal, "$copy/main/journal/") == 0
        or die "cp failed\n";
    # Who finds the lock like this looks at every day, and makes its sheet.
    spew("$copy/main/lock", '1');
    my $r = cgi($copy, body => delivery('probe', 1));
    return "the copy of the journal answers $r->{status}: $r->{log}"
        if $r->{status} != 200;
    my (@bad, %days);
    for (@$parts, glob "$copy/main/sheets/leads-*.csv") {
        my ($day) = /leads-(\d{4}-\d\d-\d\d)[^\/]*\z/;
        push @{$days{$day}}, /\A\Q$copy\E/ ? () : $_;
    }
    for my $day (sort keys %days) {
        my $theirs = "$copy/main/sheets/leads-$day.csv";
        my $expected = -e $theirs ? slurp($theirs) : '';
        # Its row is the last.  A pattern would look for it from every line on.
        my $row = 1 + rindex $expected, "\n", length($expected) - 2;
        substr($expected, $row) = '' if substr($expected, $row) =~ /,probe,/;
        my @there = @{$days{$day}};
        my $there = @there ? slurp($there[0]) : '';
        # Without a row there is no sheet, or one that a power cut left.
        $_ =~ /\n./ or $_ = '' for $expected, $there;
        push @bad, "I3: the sheet of $day is not what its journal makes"
            if @there < 2 && $there ne $expected;
    }
    my $ids = sub {
        my @rows = split /\n/, `sqlite3 '$_[0]/main/index.sqlite' \\
            'SELECT $columns FROM ids ORDER BY key' 2>&1`;
        die "sqlite3: @rows\n" if $?;
        return join "\n", grep { !/^probe/ } @rows;
    };
    take_over($_) for $home, $copy;
    my ($live, $new) = ($ids->($home), $ids->($copy));
    push @bad, "I5: the index is not the journal's:\n$live\n--\n$new"
        if $live ne $new;
    return @bad;
}

# A home that was prepared once, and copies of it: quick to have by hundreds.
sub template {
    my ($prepare) = @_;
    my $home = home();
    $prepare->($home);
    return $home;
}

sub copy_of {
    my ($home) = @_;
    my $copy = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0755, $copy;
    # -p: what an index knows of a sheet is its inode and time as well; the
    # inode is another one, so that each copy looks edited at first glance.
    system('cp', '-Rp', "$home/main", (grep { -e } "$home/leadsheet.conf"),
        $copy) == 0 or die "cp failed\n";
    same_segments($copy);
    return $copy;
}

# SQL by which an index takes the segments that are there now for those that it
# has read: a copy is a journal from a backup, which would be read anew.
sub segments_sql {
    my ($home) = @_;
    my $sql = '';
    for (@{journal($home)}) {
        my ($day, $segment) = m{/(\d+-\d\d-\d\d)(?:-(\d+))?\.jsonl$} or next;
        $sql .= "UPDATE segments SET inode = @{[(stat)[1]]} WHERE "
            . "day = '$day' AND segment = @{[$segment // 1]};";
    }
    return $sql;
}

sub same_segments {
    my ($home) = @_;
    my $sql = segments_sql($home);
    change_recent($home, sub {
        my ($head) = @_;
        my $n = $head->{number} > 1 ? "-$head->{number}" : '';
        $head->{inode} = (stat "$home/main/journal/$head->{day}$n.jsonl")[1];
    });
    # Where the index is damaged this fails, and that is as it is; what is in
    # its -wal stays there.
    system "sqlite3 -cmd '.dbconfig no_ckpt_on_close on' "
        . "'$home/main/index.sqlite' \"$sql\" >/dev/null 2>&1"
        if $sql && -s "$home/main/index.sqlite";
    return;
}

1;

package Checker;

# The invariants of an endpoint's store, checked after every case that does
# the worst to it.  One checker for all of them: t/data/storecheck.py, which
# has readers of its own for journal, sheets, index and control record.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use IPC::Open2 qw(open2);
use JSON::PP ();
use Leadsheet;

our @EXPORT = qw(delivery violations rebuilt template copy_of control restarted
    remove_all_but_journal);

# A delivery with that id and as many leads, each with a urn of its own.
sub delivery {
    my ($id, $leads, $more) = @_;
    return qq({"delivery_id":"$id","event":"lead.enriched",)
        . ($more // '') . '"data":{"leads":['
        . join(',', map { qq({"urn":"$id-$_","full_name":"Private $id"}) }
            1 .. $leads) . ']}}';
}

# The other program, one for each process that asks.
my ($to, $from, $asker) = (undef, undef, 0);

sub asked {
    my (%question) = @_;
    if ($asker != $$) {
        open2($from, $to, 'python3', data('storecheck.py'));
        $asker = $$;
    }
    print $to JSON::PP->new->encode(\%question), "\n";
    $to->flush;
    my $answer = <$from> // die "storecheck.py failed\n";
    return JSON::PP->new->allow_nonref->decode($answer);
}

# What is wrong with this home, as sentences; none when all is well.
#   kept    id => leads: answered 200 at least once
#   maybe   id => leads: sent, and never answered 200
#   edited  parts that someone has edited: path => bytes
#   log     all that was logged
#   skip    what is not looked at, a list: see t/data/storecheck.py
sub violations {
    my ($home, %o) = @_;
    my %edited = %{$o{edited} // {}};
    my @bad;
    for (keys %edited) {
        push @bad, "$_ was edited by someone, and was written to"
            unless -e && slurp($_) eq $edited{$_};
    }
    my @names = map { s{.*/}{}r } keys %edited;
    push @bad, @{asked(do => 'check', home => $home, kept => $o{kept} // {},
        maybe => $o{maybe} // {}, edited => \@names,
        skip => $o{skip} // [])};
    my @skip = @{$o{skip} // []};
    push @bad, rebuilt($home, @skip)
        unless @bad || %edited || grep { /^(?:sheets|index)$/ } @skip;
    push @bad, 'I6: the log names a person or the secret'
        if ($o{log} // '') =~ /Private|\Q@{[secret()]}\E/;
    return @bad;
}

# Made anew from a copy of the journal alone, the last day's sheets and the
# index are whole.
sub rebuilt {
    my ($home, @skip) = @_;
    my @journal = @{journal($home)};
    return () unless @journal;
    my $conf = "$home/leadsheet.conf";
    my $copy = home(-e $conf ? slurp($conf) : undef);
    mkdir "$copy/main/journal";
    system('cp', '-p', @journal, "$copy/main/journal/") == 0
        or die "cp failed\n";
    my $r = cgi($copy, body => delivery('probe', 1));
    my @bad = $r->{status} == 200
        ? @{asked(do => 'check', home => $copy, kept => { probe => 1 },
            skip => [qw(closed nobody), @skip])}
        : "answers $r->{status}: $r->{log}";
    system 'rm', '-rf', $copy;
    return map { "the copy of the journal: $_" } @bad;
}

# A home that was prepared once, and copies of it: quick to have by hundreds.
# Its sheets are not protected, so that the checker makes their very bytes.
sub template {
    my ($prepare) = @_;
    my $home = home("protect = no\n");
    $prepare->($home);
    return $home;
}

# With the inodes and times of its files in its control record: else each would
# be the copy of a home that someone made, where all is looked at again.
sub copy_of {
    my ($home) = @_;
    my $copy = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0755, $copy;
    system('cp', '-Rp', "$home/main", (grep { -e } "$home/leadsheet.conf"),
        $copy) == 0 or die "cp failed\n";
    asked(do => 'carry', home => $home, copy => $copy);
    return $copy;
}

# The control record, a hash; undef where there is none that holds.
sub control { return asked(do => 'control', home => $_[0]) }

# The machine went down since, and what it wrote was on its disk.  Where the
# files are copies, inodes tells which has which: inode => name.
sub restarted {
    my ($home, $inodes) = @_;
    $inodes //= { map { my ($inode, $name) = split / /, $_, 2;
        ($inode => $name) } split /\n/,
        `cd '$home/main' && find . -type f -printf '%i %P\\n'` };
    asked(do => 'restart', home => $home, inodes => $inodes);
    return;
}

# What the receiver makes anew is gone: index, control record, and the sheets
# where that is said.
sub remove_all_but_journal {
    my ($home, $sheets) = @_;
    unlink "$home/main/index", "$home/main/lock";
    system('rm', '-rf', "$home/main/sheets") == 0 or die if $sheets;
    return;
}

1;

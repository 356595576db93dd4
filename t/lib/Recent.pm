package Recent;

# The file of recent deliveries beside an index (lib/index/recent.h), read and written
# by someone else.

use strict;
use warnings;
no warnings qw(portable); # Perl has 64 bits here
use Exporter qw(import);
use Leadsheet;

our @EXPORT = qw(change_recent recent take_over);

my $frame = 'Q L L';
my @head = qw(version day number size inode boot kind part first_row next_row
    sheet_segment sheet_offset sheet_inode sheet_size sheet_mtime sheet_boot
    shape);
my $head = 'q Z11 x l q q Z40 Z8 l x4 q q l x4 q q q q Z40 Z256';
my @entry = qw(offset size next_row sheet_offset sheet_size sheet_mtime sha256);
my $entry = 'q6 a64';

sub path { return "$_[0]/main/index.sqlite-recent" }

# FNV-1a, 64 bits, from another one on.
sub check {
    my ($check, $bytes) = @_;
    use integer;
    $check = ($check ^ $_) * 0x100000001b3 for unpack 'C*', $bytes;
    return unpack 'Q', pack 'q', $check;
}

# What a store has noted: the head, and a list of entries; undef where there is
# nothing.
sub recent {
    my ($home) = @_;
    return if !-f path($home);
    my $bytes = slurp(path($home));
    my $check = unpack 'Q', pack 'Q', 0xcbf29ce484222325;
    my %r;
    while (length $bytes >= 16) {
        my ($its, $len, $key_len) = unpack $frame, $bytes;
        last if $len < 16 || $len > length $bytes;
        last if check($check, substr $bytes, 8, $len - 8) != $its;
        $check = $its;
        my $body = substr $bytes, 16, $len - 16;
        if (!$r{head}) {
            @{$r{head}}{@head} = unpack $head, $body;
            $r{entries} = [];
        } else {
            my %e;
            @e{@entry} = unpack $entry, $body;
            $e{key} = substr $body, 112, $key_len;
            push @{$r{entries}}, \%e;
        }
        substr($bytes, 0, $len) = '';
    }
    return $r{entries} && @{$r{entries}} ? \%r : undef;
}

# The head as the code makes it of the one that is there.
sub change_recent {
    my ($home, $change) = @_;
    my $r = recent($home) // return;
    $change->($r->{head});
    my ($check, $out) = (0xcbf29ce484222325, '');
    for (['', pack $head, @{$r->{head}}{@head}],
        map { [$_->{key}, pack($entry, @$_{@entry}) . $_->{key}] }
            @{$r->{entries}}) {
        my ($key, $body) = @$_;
        $body .= "\0" x (-length($body) % 8);
        my $rest = pack('L L', 16 + length $body, length $key) . $body;
        $check = check($check, $rest);
        $out .= pack('Q', $check) . $rest;
    }
    open my $file, '+<:raw', path($home) or die path($home), ": $!\n";
    print {$file} $out;
    close $file or die path($home), ": $!\n";
    return;
}

sub text { return "CAST(X'" . unpack('H*', $_[0]) . "' AS TEXT)" }

# Put what is noted into the tables, so that sqlite3 sees all of the index.
sub take_over {
    my ($home) = @_;
    my $r = recent($home) // return;
    my %h = %{$r->{head}};
    my $end = $r->{entries}[-1];
    my $holds = "EXISTS(SELECT 1 FROM segments WHERE day = '$h{day}' "
        . "AND segment = $h{number} AND size = $h{size} "
        . "AND inode = $h{inode} AND boot = '$h{boot}')";
    my $sql = 'BEGIN;';
    for my $e (@{$r->{entries}}) {
        $sql .= "REPLACE INTO ids SELECT @{[text($e->{key})]}, '$h{day}', "
            . "$h{number}, $e->{offset}, '$e->{sha256}' WHERE $holds;"
            if length $e->{key};
    }
    $sql .= "UPDATE sheets SET next_row = $end->{next_row}, "
        . "segment = $h{sheet_segment}, offset = $end->{sheet_offset}, "
        . "size = $end->{sheet_size}, mtime = $end->{sheet_mtime} "
        . "WHERE day = '$h{day}' AND kind = '$h{kind}' AND $holds;"
        . "UPDATE segments SET size = $end->{size} WHERE day = '$h{day}' "
        . "AND segment = $h{number} AND $holds; COMMIT;";
    open my $sqlite, '|-', "sqlite3 -cmd '.dbconfig no_ckpt_on_close on' "
        . "'$home/main/index.sqlite' >/dev/null 2>&1" or die "sqlite3: $!\n";
    print {$sqlite} $sql;
    # Where the index is damaged this fails, and that is as it is.
    close $sqlite;
    unlink path($home);
    return;
}

1;

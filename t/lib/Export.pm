package Export;

# Exports, and journals to be exported; what comes out is read by programs that
# are not ours.

use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Exporter qw(import);
use JSON::PP ();
use Leadsheet;
use POSIX ();
use Test::More;

our @EXPORT = qw(python journal_of body export rows names);

# Python's readers; what they say.
sub python {
    my ($script, @words) = @_;
    my $pid = open(my $p, '-|') // die "fork: $!\n";
    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT or POSIX::_exit(126);
        exec 'python3', data($script), @words or POSIX::_exit(127);
    }
    my $said = join '', <$p>;
    return (close $p, $said);
}

# A journal written by hand, a list of bodies a day.
sub journal_of {
    my ($days, $conf) = @_;
    my $home = home($conf);
    mkdir "$home/main/journal";
    my $n = 0;
    for my $day (sort keys %$days) {
        spew("$home/main/journal/$day.jsonl", join '', map {
            sprintf qq({"received":"%s.%06dZ","kind":"leads","id":"d%d",)
                . qq("sha256":"%s","signature":"%s","body":%s}\n),
                ref ? $_->[0] : "${day}T12:00:00", $n, $n++,
                sha256_hex(ref ? $_->[1] : $_), '5' x 64,
                ref ? $_->[1] : $_ } @{$days->{$day}});
    }
    return $home;
}

sub body {
    return '{"delivery_id":"x","event":"lead.enriched","data":{"leads":['
        . join(',', @_) . ']}}';
}

sub export {
    my ($home, @args) = @_;
    return leadsheet($home, ['export', @args]);
}

# The rows of jsonl.
sub rows {
    my $r = export(@_, '--format', 'jsonl');
    is($r->{exit}, 0, "    (@_[1 .. $#_])") or diag($r->{err});
    return map { JSON::PP->new->utf8->decode($_) } split /\n/, $r->{out};
}

sub names { join ' ', map { $_->{urn} // '-' } rows(@_) }

1;

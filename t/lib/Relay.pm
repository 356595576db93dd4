package Relay;

# A home with a relay, crm, and a target of its own (t/lib/Target.pm): what the
# tests of "leadsheet relay" share.

use strict;
use warnings;
use Checker;
use Exporter qw(import);
use JSON::PP ();
use Leadsheet;
use POSIX ();
use Target;

our @EXPORT = qw(relay_home set_relay comes relay start_relay stop_relay
    came_to answers_next standing cursor_of LIST);

# A template: the urns of the leads.
use constant LIST =>
    '{"urns":[{{#leads}}"{{urn}}"{{^last}},{{/last}}{{/leads}}]}';

# With a secret; lines are further ones of its section, or of others behind it.
sub relay_home {
    my ($target, @lines) = @_;
    my $home = home('');
    set_relay($home, $target, @lines);
    my $r = leadsheet($home, [qw(relay crm --make-secret)]);
    die "no secret: $r->{err}" if $r->{exit};
    return $home;
}

sub set_relay {
    my ($home, $target, @lines) = @_;
    my $url = ref $target ? $target->url : $target;
    spew("$home/leadsheet.conf.new", join "\n", '[relay crm]', "url = $url",
        (grep { /^from/ } @lines) ? () : 'from = beginning', 'private = yes',
        @lines, '');
    rename "$home/leadsheet.conf.new", "$home/leadsheet.conf" or die "$!\n";
    spew("$home/list.json", LIST);
    return;
}

# A delivery comes; more is what stands in it, at is an endpoint, wrap as for
# cgi().
sub comes {
    my ($home, $id, %o) = @_;
    my $body = $o{body} // delivery($id, $o{leads} // 1, $o{more});
    my $r = cgi($home, body => $body, wrap => $o{wrap} // [],
        env => { PATH_INFO => '/' . ($o{at} // 'main') });
    $r->{status} == 200 or die "$id is not kept: $r->{log}";
    return;
}

sub relay {
    my ($home, $arguments, %o) = @_;
    return leadsheet($home, ['relay', 'crm', @$arguments], %o);
}

# One that goes on; what it says goes to the files out and err of the home.
sub start_relay {
    my ($home, @wrap) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN,  '<',  '/dev/null'       or POSIX::_exit(126);
        open STDOUT, '>>', "$home/relay.out" or POSIX::_exit(126);
        open STDERR, '>>', "$home/relay.err" or POSIX::_exit(126);
        $ENV{LEADSHEET_HOME} = $home;
        exec @wrap, builddir() . '/cli/leadsheet', 'relay', 'crm'
            or POSIX::_exit(127);
    }
    return $pid;
}

# Its exit code; 128 and the signal's number when one ended it.
sub stop_relay {
    my ($pid, $signal) = @_;
    kill $signal // 'TERM', $pid;
    my $status = ended($pid) // die "the relay doesn't end\n";
    return $status & 127 ? 128 + ($status & 127) : $status >> 8;
}

# What a target has taken: ids of deliveries, or with the template the urns.
sub came_to {
    my ($target) = @_;
    return map {
        my $body = JSON::PP->new->utf8->decode($_->{body});
        $body->{urns} ? join ',', @{$body->{urns}} : $body->{delivery_id}
    } $target->taken;
}

# To the next requests it answers this, whatever it was asked before.
sub answers_next {
    my ($target, @steps) = @_;
    my $asked = slurp("$target->{dir}/count");
    my $behind = $asked - lines("$target->{dir}/steps");
    $target->script((200) x ($behind > 0 ? $behind : 0), @steps);
    return;
}

sub cursor_of { return "$_[0]/" . ($_[1] // 'main') . '/cursors/relay-crm' }

# How it stands with its target, as the file says; none: nothing.
sub standing {
    my $file = cursor_of(@_) . '.attempts';
    return -e $file ? { slurp($file) =~ /^(\w+)=(.*)$/mg } : {};
}

1;

package Door;

# The ways in that need no web server: CGI, one live FastCGI worker whose files
# stay open from one delivery to the next, and CGI as an ordinary user.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use Leadsheet;
use Worker;

our @EXPORT = qw(start_worker door);

my $parent = $$;

# A worker of that home; more environment, or a command to run it under.
sub start_worker {
    my ($home, %o) = @_;
    my $dir = tempdir(CLEANUP => 1);
    my $pid = launch($home, "$dir/socket", "$dir/log", %o);
    return bless { dir => $dir, pid => $pid }, __PACKAGE__;
}

# One delivery, signed; the reply as cgi() gives it.
sub deliver {
    my ($self, $body, %more) = @_;
    return converse("$self->{dir}/socket", $body, %more);
}

sub stop {
    my ($self) = @_;
    my $pid = delete $self->{pid} // return;
    local $?;
    stop_worker($pid);
    return;
}

# A way in, CGI, worker, or user (CGI, and never root): a sub that takes a
# body, and parameters.  A worker lives as long as its sub does.
sub door {
    my ($home, $way) = @_;
    return sub {
        my ($body, %env) = @_;
        # What hangs has no status.
        return cgi($home, body => $body, env => \%env,
            wrap => ['timeout', '-s', 'KILL', PATIENCE]);
    } if $way eq 'CGI' || $way eq 'user' && $> != 0;
    return ordinary($home) if $way eq 'user';
    my $worker = start_worker($home);
    return sub { $worker->deliver(@_) };
}

# With a copy of the program: the tree may lie where only root can go.
sub ordinary {
    my ($home) = @_;
    system('cp', program(), "$home/receiver") == 0
        && system('chown', '-Rh', '65534:65534', $home) == 0
        or die "no copy for another user\n";
    my @wrap = ('timeout', '-s', 'KILL', PATIENCE, qw(setpriv --reuid=65534
        --regid=65534 --clear-groups), "$home/receiver");
    return sub {
        my ($body, %env) = @_;
        return cgi($home, body => $body, env => \%env, wrap => \@wrap);
    };
}

sub DESTROY { $_[0]->stop if $$ == $parent && ${^GLOBAL_PHASE} eq 'RUN' }

1;

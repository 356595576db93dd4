package Server;

# A server of ours that keeps what it hears, and says what it is told to.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();
use IO::Socket::INET;
use Leadsheet;
use POSIX ();
use Time::HiRes qw(sleep);

our @EXPORT = qw(answering answer);

my @servers;
my $parent = $$;

# answer is what it says: a text, a list of them, or what makes one of the
# request; it waits so many seconds before.  Its port, and the file that has
# the requests, a NUL behind each.
sub answering {
    my ($answer, $delay) = @_;
    my $s = IO::Socket::INET->new(Listen => 99, LocalAddr => '127.0.0.1')
        or die "no port: $!\n";
    my $heard = File::Temp::tempdir(CLEANUP => 1) . '/heard';
    spew($heard, '');
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        $SIG{TERM} = 'DEFAULT';
        while (my $c = $s->accept) {
            my ($text, $n) = ('', 0);
            while (sysread $c, $text, 65536, length $text) {
                $n = $1 if $text =~ /^Content-Length: (\d+)/mi;
                last if $text =~ /\r\n\r\n/ && length($text) - $+[0] >= $n;
            }
            open my $f, '>>', $heard or POSIX::_exit(1);
            print $f "$text\0";
            close $f;
            sleep $delay if $delay;
            print $c ref $answer eq 'CODE' ? $answer->($text)
                : ref $answer ? shift @$answer : $answer;
            close $c;
        }
        POSIX::_exit(0);
    }
    push @servers, $pid;
    return ($s->sockport, $heard);
}

sub answer {
    my ($status, $more) = @_;
    return "HTTP/1.1 $status X\r\nContent-Length: 2\r\nConnection: close\r\n"
        . ($more // '') . "\r\n{}";
}

END {
    if ($$ == $parent) {
        my $status = $?;
        kill 'TERM', @servers if @servers;
        waitpid $_, 0 for @servers;
        $? = $status;
    }
}

1;

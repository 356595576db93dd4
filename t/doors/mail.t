#!/usr/bin/perl
# leadsheet digest by real mail programs: Exim, which delivers into mailboxes of
# its own here, and msmtp, which hands the mail to a server.  What is read in the
# mailbox is what --message shows.
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Socket::INET;
use Leadsheet;
use Mail;
use Test::More;

$ENV{LC_ALL} = 'C.UTF-8';
my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $dir;

# What is apt to be changed on the way: dots and From at the start of a line,
# long lines, blanks at their ends, any script.
my @persons = ('From Here', '.', "\x{416}\x{443}\x{43a} \x{1f468}\x{200d}\x{1f469}",
    'x' x 300, "\x{645}\x{62d}\x{645}\x{62f}", 'a ' x 60, '=3D=?UTF-8?Q?x?=');

# A home whose digest goes by that program: what --message shows, and how the
# mail went.
sub mail_by {
    my ($program, @args) = @_;
    my $home = home(conf_of() =~ s/^sendmail = .*/sendmail = $program/mr);
    deliver($home, [map { my $name = $_; \person($name, comment_text =>
        "$name\nFrom me\n.\n") } @persons]);
    my $message = digest($home, ['--message', @args]);
    my $r = digest($home, [@args]);
    return ($home, $message->{out}, $r);
}

# A mail that arrived is that message, whose lines may end in another way, and
# which has further lines in its header.
sub is_message {
    my ($file, $message) = @_;
    my $got = mail_of($file);
    my $sent = mail_of(spew("$dir/message", $message));
    # The clock goes on between the two; and SMTP's lines end in CR LF.
    for ($got, $sent) {
        delete $_->{headers}{date};
        s/\r\n/\n/g for @$_{qw(text html)};
    }
    is($got->{text}, $sent->{text}, '  the text arrived as it was');
    is($got->{html}, $sent->{html}, '  and the HTML');
    my %got = map { $_ => $got->{headers}{$_} } keys %{$sent->{headers}};
    is_deeply(\%got, $sent->{headers}, '  and all lines of the header');
    is_deeply([grep { !/^line \d+:/ } @{$got->{wrong}}], [],
        '  and nothing is wrong with it');
    like($got->{text}, qr/\x{416}\x{443}\x{43a}/, '  with whom it tells of');
    return;
}

sub program_of {
    my ($name) = @_;
    return (grep { -x } map { "$_/$name" } qw(/usr/sbin /usr/bin))[0];
}
sub wrapper {
    my ($name, $line) = @_;
    spew("$dir/$name", "#!/bin/sh\nexec $line \"\$\@\"\n");
    chmod 0755, "$dir/$name";
    return "$dir/$name";
}

SKIP: {
    my $exim = program_of('exim4')
        or skip 'exim4-daemon-light is not installed: run sh t/run', 1;
    skip 'Exim drops its rights for a configuration of another user\'s', 1
        unless $> == 0;
    mkdir "$dir/$_" for qw(exim maildir);
    my ($uid, $gid) = (getpwnam 'Debian-exim')[2, 3];
    chown $uid, $gid, "$dir/exim", "$dir/maildir";
    spew("$dir/exim.conf", <<"END");
primary_hostname = host.example
spool_directory = $dir/exim
log_file_path = $dir/exim/%slog
untrusted_set_sender = *
local_from_check = false
keep_environment =
acl_not_smtp = accept
begin routers
unknown:
  driver = redirect
  domains = nowhere.example
  data = :fail: no such user
  allow_fail
twice:
  driver = accept
  transport = mbox
  unseen
all:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = $dir/maildir
  maildir_format
  user = Debian-exim
  return_path_add
mbox:
  driver = appendfile
  file = $dir/exim/mbox
  user = Debian-exim
END
    my $sendmail = wrapper('exim-sendmail', "$exim -C $dir/exim.conf");
    my ($home, $message, $r) = mail_by($sendmail);
    is("$r->{exit} $r->{err}", '0 ', 'Exim takes the mail')
        or diag(map { slurp($_) } glob "$dir/exim/*log");
    is($r->{out}, "mailed to anna\@example.org: 7 new leads\n", '  which is said');
    my @new;
    ok(wait_for(sub { @new = glob "$dir/maildir/new/*" }), '  and delivers it')
        or diag(map { slurp($_) } glob "$dir/exim/*log");
    is_message($new[0], $message);
    like(slurp($new[0]), qr/^Return-path: <leads\@example\.org>$/m,
        '  what can\'t be delivered goes back to "from"');
    # In a mailbox of many mails a line "From " begins another.
    ok(wait_for(sub { -s "$dir/exim/mbox" }), '  into a mailbox of many, too');
    my $mbox = slurp("$dir/exim/mbox");
    is(() = $mbox =~ /^From /mg, 1, '  as one mail');
    unlike($mbox, qr/^>From/m, '  of which nothing was changed');

    deliver($home, ['p1']);
    $r = digest($home, ['--again', '--to', 'a@b.example,c@d.example']);
    is($r->{exit}, 0, 'to two');
    ok(wait_for(sub { @new = glob "$dir/maildir/new/*"; @new == 3 }),
        '  it is delivered to each') or diag(scalar @new);
    my ($second) = grep { /c\@d\.example/ } map { slurp($_) } @new;
    ok($second, '  to both');

    # One that can't keep it says so.
    deliver($home, ['p2']);
    my $was = slurp("$home/main/cursors/digest");
    spew("$dir/exim.conf", slurp("$dir/exim.conf")
        =~ s/^acl_not_smtp = accept$/acl_not_smtp = defer/mr);
    $r = digest($home, ['--again']);
    isnt($r->{exit}, 0, 'Exim refuses a mail');
    like($r->{err}, qr/^leadsheet digest: the mail program \Q$sendmail\E didn't take the mail \(it exited with \d+.*\); .*\n\z/,
        '  which is said') or diag($r->{err});
    is(slurp("$home/main/cursors/digest"), $was, '  and nothing counts as told');
    spew("$dir/exim.conf", 'nonsense');
    $r = digest($home, ['--again']);
    isnt($r->{exit}, 0, 'Exim with a wrong configuration');
    like($r->{err}, qr/and said: .*Exim configuration error.*\n\z/,
        '  its own words are told');
}

# A server of SMTP, as small as it can be: each mail in a file, with its end of
# lines as they came.
sub smtp_server {
    my ($port, $file) = @_;
    my $listener = IO::Socket::INET->new(Listen => 5, ReuseAddr => 1,
        LocalAddr => "127.0.0.1:$port") or die "no server: $!\n";
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    $SIG{TERM} = 'DEFAULT';
    while (my $c = $listener->accept) {
        print $c "220 sink.example\r\n";
        my ($envelope, $mail) = ('', '');
        while (my $line = <$c>) {
            if ($line =~ /^DATA/i) {
                print $c "354 go on\r\n";
                while (defined(my $l = <$c>) ) {
                    last if $l eq ".\r\n";
                    $mail .= $l;
                }
                spew("$file.envelope", $envelope);
                spew("$file.new", $mail);
                rename "$file.new", $file;
            }
            $envelope .= $line if $line =~ /^(?:MAIL|RCPT)/i;
            my $no = $line =~ /^RCPT.*nobody/i;
            print $c $no ? "550 no such user here\r\n" : "250 ok\r\n";
            last if $line =~ /^QUIT/i;
        }
        close $c;
    }
    POSIX::_exit(0);
}

SKIP: {
    my $msmtp = program_of('msmtp')
        or skip 'msmtp is not installed: run sh t/run', 1;
    my $port = free_port();
    my $server = smtp_server($port, "$dir/sunk");
    spew("$dir/msmtprc", "account default\nhost 127.0.0.1\nport $port\n"
        . "auth off\ntls off\nfrom leads\@example.org\n");
    chmod 0600, "$dir/msmtprc";
    my $sendmail = wrapper('msmtp-sendmail', "$msmtp -C $dir/msmtprc");
    my ($home, $message, $r) = mail_by($sendmail, '--to',
        'a@b.example,c@d.example');
    is("$r->{exit} $r->{err}", '0 ', 'msmtp takes the mail');
    ok(-e "$dir/sunk", '  and hands it on');
    is_message("$dir/sunk", $message);
    my $raw = slurp("$dir/sunk");
    unlike($raw, qr/(?<!\r)\n|\r(?!\n)/, '  with lines that end in CR LF');
    unlike($raw, qr/^\./m, '  of which none had to be changed');
    cmp_ok(length $raw, '<=', 30_000, '  and it is short');
    like(slurp("$dir/sunk.envelope"), qr/^MAIL FROM:<leads\@example\.org>.*\r\nRCPT TO:<a\@b\.example>.*\r\nRCPT TO:<c\@d\.example>.*\r\n\z/,
        '  from whom and to whom it is');
    deliver($home, ['p1']);
    $r = digest($home, ['--again', '--to', 'nobody@b.example']);
    is($r->{exit}, 65, 'an address that the server doesn\'t know: exit 65')
        or diag($r->{err});
    like($r->{err}, qr/and said: .*\); are the addresses right\?\n\z/,
        '  and the server\'s words are told');
    kill 'TERM', $server;
    waitpid $server, 0;
    $r = digest($home, ['--again']);
    is($r->{exit}, 75, 'a server that is down: exit 75') or diag($r->{err});
    spew("$dir/msmtprc", "nonsense\n");
    $r = digest($home, ['--again']);
    is($r->{exit}, 78, 'msmtp that isn\'t set up: exit 78') or diag($r->{err});
}

done_testing();

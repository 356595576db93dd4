#!/usr/bin/perl
# leadsheet digest: one mail a day, with each lead once, whatever the mail
# program does.
use strict;
use warnings;
use Crash qw(put_back);
use File::Temp qw(tempdir);
use Leadsheet;
use Mail;
use PowerCut qw(clock seconds);
use Processes;
use Test::More;

$ENV{LC_ALL} = 'C.UTF-8';
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
sub cursor { return "$_[0]/" . ($_[1] // 'main') . '/cursors/digest' }

# At that time: what the clock shows, and what the cursors are then.
sub digest_at {
    my ($when, $home, @args) = @_;
    my %was = map { $_ => (stat)[1] } glob "$home/*/cursors/digest";
    my $r = digest($home, \@args, wrap => [clock($when)]);
    utime seconds($when), seconds($when), grep { ($was{$_} // 0) != (stat)[1] }
        glob "$home/*/cursors/digest";
    return $r;
}
sub deliver_at {
    my ($when, $home, @persons) = @_;
    return deliver($home, \@persons, wrap => [clock($when)]);
}

# Whom a text names, of those that this test makes up.
sub named { return join ' ', sort { $a cmp $b } do {
    my %all = map { $_ => 1 } $_[0] =~ /\b(p\d+)\b/g; keys %all } }
sub is_mailed {
    my ($expected, $name, @mails) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(scalar @mails, 1, "$name: a mail") or return;
    is(named($mails[0]{text}), $expected, '  with those who are new');
    is(named($mails[0]{html}), $expected, '  as HTML, too');
    is_deeply($mails[0]{wrong}, [], '  and it is as the RFCs have it');
    return;
}

# A day, and the next.
{
    my $home = home(conf_of("page = https://x.example/page/\n"));
    deliver_at('2026-03-01 12:00:00', $home, 'p1');
    deliver_at('2026-03-09 12:00:00', $home, 'p2');
    deliver_at('2026-03-10 06:00:00', $home, 'p3');
    my $before = `ls -lR '$home'`;
    my $r = digest_at('2026-03-10 07:00:00', $home, '--print');
    is("$r->{exit} $r->{err}", '0 ', '--print: exit 0');
    is(named($r->{out}), 'p2 p3', '  shows what is to be told');
    my $text = $r->{out};
    $r = digest_at('2026-03-10 07:00:00', $home, '--message');
    is("$r->{exit} $r->{err}", '0 ', '--message: exit 0');
    my $message = $r->{out};
    is(scalar(mailed()), 0, '  nothing is mailed');
    is(`ls -lR '$home'`, $before, '  and nothing written');
    $r = digest_at('2026-03-10 07:00:00', $home);
    is("$r->{exit} $r->{err}", '0 ', 'a digest: exit 0');
    is($r->{out}, "mailed to anna\@example.org: 2 new leads\n",
        '  says whom it went to, and what');
    my ($mail) = my @mails = mailed();
    is_mailed('p2 p3', 'the first, of yesterday and today', @mails);
    is($mail->{raw}, $message, '  it is what --message shows');
    utf8::decode($text);
    is($mail->{text}, $text, '  and its text what --print shows');
    is($mail->{arguments}, '-i -f leads@example.org -- anna@example.org',
        '  the mail program hears from whom, and to whom');
    is(join(' ', @{$mail->{names}}), 'From To Subject Date Message-ID '
        . 'Auto-Submitted MIME-Version Content-Type', '  its header');
    is_deeply($mail->{from}, [['leadsheet', 'leads@example.org']], '  from');
    is_deeply($mail->{to}, ['anna@example.org'], '  to');
    is($mail->{headers}{date}, 'Tue, 10 Mar 2026 07:00:00 +0000', '  date');
    is($mail->{headers}{'auto-submitted'}, 'auto-generated',
        '  whoever is away answers no such mail');
    is("$mail->{type} $mail->{parts}", 'multipart/alternative 2',
        '  of two parts');
    like($_, qr{https://x\.example/page/}, '    with the link to the page')
        for $mail->{text}, $mail->{html};

    deliver_at('2026-03-10 08:00:00', $home, 'p4');
    $r = digest_at('2026-03-10 23:59:59', $home);
    is("$r->{exit} $r->{err}", '0 ', 'the same day once more: exit 0');
    is($r->{out}, "today's digest has gone, at 07:00; --again sends what came "
        . "since\n", '  which is said');
    is(scalar(mailed()), 0, '  and nothing mailed');
    $r = digest_at('2026-03-11 00:00:01', $home);
    is_mailed('p4', 'after midnight', mailed());
    digest_at('2026-03-11 00:00:02', $home);
    is(scalar(mailed()), 0, '  once');
    $r = digest_at('2026-03-12 07:00:00', $home);
    like($r->{out}, qr/: No new leads$/i, 'nothing came: it says so');
    is_mailed('', '  and mails it', mailed());
    deliver_at('2026-03-12 08:00:00', $home, 'p5');
    digest_at('2026-03-12 08:00:01', $home, '--again');
    is_mailed('p5', '--again', mailed());
    digest_at('2026-03-14 08:00:01', $home);
    is_mailed('', 'none comes twice', mailed());
}

# A day is one of the time zone that the settings have.
{
    my $home = home(conf_of('', "timezone = Pacific/Auckland\n"));
    digest_at('2026-06-10 11:59:00', $home);
    my ($mail) = mailed();
    is($mail->{headers}{date}, 'Wed, 10 Jun 2026 23:59:00 +1200',
        'a minute before midnight in Auckland');
    like(digest_at('2026-06-10 11:59:30', $home)->{out}, qr/has gone, at 23:59/,
        '  the day\'s has gone');
    digest_at('2026-06-10 12:00:00', $home);
    is(scalar(mailed()), 1, '  and at midnight it is another day');
}

# Whatever the mail program does: nothing is lost, and it is said.
{
    my $home = home(conf_of());
    deliver($home, ['p1', 'p2']);
    my $fails = sub {
        my ($name, $exit, $says, @args) = @_;
        my $r = digest($home, \@args);
        is($r->{exit}, $exit, "$name: exit $exit");
        like($r->{err}, qr/^leadsheet digest: $says\n\z/, '  with why');
        is($r->{out}, '', '  and it doesn\'t say that it was mailed');
        ok(!-e cursor($home), '  nothing is taken for told');
        return;
    };
    my $program = mail_program();
    my $not = qr/the mail program \Q$program\E didn't take the mail/;
    for (['can\'t now', 'echo "queue is full" >&2; exit 75', 75,
            qr/$not \(it exited with 75, and said: queue is full\); nothing is lost, try again later/],
        ['is out of order', 'exit 69', 75, qr/$not \(it exited with 69\); .*/],
        ['knows no such user', 'echo "no anna"; exit 67', 65,
            qr/$not \(it exited with 67, and said: no anna\); are the addresses right\?/],
        ['isn\'t set up', 'exit 78', 78,
            qr/$not \(it exited with 78\); is it set up to send mail\?/],
        ['dies', 'kill -KILL $$', 75, qr/$not \(it was ended by signal 9\); .*/],
        ['moves the cursor of a terminal', 'printf "\033[2Jx" >&2; exit 75', 75,
            qr/$not \(it exited with 75, and said: \?\[2Jx\); .*/],
        ['says a lot', 'yes | head -c 300000 >&2; exit 75', 75,
            qr/$not \(it exited with 75, and said: y\); .*/],
        ['reads nothing', ': EARLY; exec <&-; exit 75', 75,
            qr/$not \(it exited with 75\); .*/]) {
        my ($name, $how, $exit, $says) = @$_;
        mail_program($how);
        $fails->("a mail program that $name", $exit, $says);
    }
    mail_program();
    my $conf = slurp("$home/leadsheet.conf");
    spew("$home/leadsheet.conf", $conf =~ s/^sendmail = .*/sendmail = $dir\/no/mr);
    $fails->('there is none', 78, qr{this machine has no mail program at \Q$dir\E/no; install one, such as .*, or write below \[digest\] in leadsheet\.conf where it is, like sendmail = /usr/lib/sendmail});
    spew("$home/leadsheet.conf", $conf);
    is(scalar(mailed()), 0, 'none of these has mailed anything');
    digest($home);
    is_mailed('p1 p2', 'once it works', mailed());
}

# For two days there is no mail.
{
    my $home = home(conf_of());
    digest_at('2026-03-09 07:00:00', $home);
    mailed();
    mail_program('exit 75');
    for my $day (10, 11) {
        deliver_at("2026-03-$day 05:00:00", $home, "p$day");
        is(digest_at("2026-03-$day 0$_:00:00", $home)->{exit}, 75,
            "on the $day. at $_ it fails") for 7, 8;
    }
    mail_program();
    digest_at('2026-03-12 07:00:00', $home);
    is_mailed('p10 p11', 'on the 12. it works', mailed());
}

# One that hangs.
{
    my $home = home(conf_of());
    deliver($home, ['p1']);
    mail_program("echo \$\$ >$dir/pid.new; mv $dir/pid.new $dir/pid; "
        . 'exec tail -f /dev/null');
    my $begin = sub {
        unlink "$dir/pid";
        my $pid = fork // die "fork: $!\n";
        if ($pid == 0) {
            open STDOUT, '>', '/dev/null' or POSIX::_exit(126);
            open STDERR, '>', "$dir/err" or POSIX::_exit(126);
            exec builddir() . '/cli/leadsheet', '--home', $home, 'digest'
                or POSIX::_exit(127);
        }
        ok(wait_for(sub { -e "$dir/pid" }), 'a mail program that hangs');
        return ($pid, slurp("$dir/pid") + 0);
    };
    my ($pid, $program) = $begin->();
    my $r = digest($home);
    is($r->{exit}, 75, '  a second digest meanwhile: exit 75');
    like($r->{err}, qr/try again when that has ended\n\z/, '  and why');
    is(digest($home, ['--print'])->{exit}, 0, '  but --print may look');
    kill 'TERM', $pid;
    is(ended($pid) & 127, 15, '  SIGTERM ends it');
    like(slurp("$dir/err"), qr/stopped before the mail program \S+ had taken the mail$/,
        '  which it says');
    ok(wait_for(sub { !kill 0, $program }), '  and the mail program');
    ok(!-e cursor($home), '  nothing is taken for told');
    mail_program();
    digest($home);
    is_mailed('p1', '  and it is in the next', mailed());
}

# What can be done to a journal between two mails.
{
    my $home = home(conf_of());
    my $do = sub {
        my $r = leadsheet($home, [@_]);
        $r->{exit} == 0 or die "@_: $r->{err}";
        return;
    };
    deliver_at('2026-03-08 12:00:00', $home, 'p1', 'p2');
    digest_at('2026-03-09 07:00:00', $home);
    mailed();
    deliver_at('2026-03-09 12:00:00', $home, 'p3', 'p4');
    $do->('forget', '--yes', 'urn-p3');
    $do->('forget', '--yes', 'urn-p1');
    digest_at('2026-03-10 07:00:00', $home);
    is_mailed('p4', 'who is forgotten isn\'t told, nor who was told before',
        mailed());
    deliver_at('2026-03-10 12:00:00', $home, 'p5');
    my $days = int((time - seconds('2026-03-10 00:00:00')) / 86400);
    $do->('prune', '--keep', "${days}d", '--yes');
    digest_at('2026-03-11 07:00:00', $home);
    is_mailed('p5', 'after prune', mailed());
    my ($day) = glob "$home/main/journal/2026-03-10*";
    my $older = slurp($day);
    deliver_at('2026-03-10 13:00:00', $home, 'p6');
    digest_at('2026-03-12 07:00:00', $home);
    is_mailed('p6', 'what came late to a day', mailed());
    spew($day, $older);
    unlink "$home/main/$_" for qw(lock index);
    deliver_at('2026-03-12 08:00:00', $home, 'p7');
    digest_at('2026-03-13 07:00:00', $home);
    my ($mail) = mailed();
    like(named($mail->{text}), qr/\bp7\b/,
        'with an older journal put back nothing is skipped');
    deliver_at('2026-03-13 08:00:00', $home, 'p8');
    digest_at('2026-03-14 07:00:00', $home);
    is_mailed('p8', '  and then it goes on', mailed());
}

# Killed between the mail and the cursor: it comes again, and is the same mail.
{
    my $home = home(conf_of());
    digest_at('2026-03-08 07:00:00', $home);
    mailed();
    deliver_at('2026-03-09 06:00:00', $home, 'p1');
    my $was = slurp(cursor($home));
    my $put_back = sub {
        put_back(cursor($home), $was);
        utime seconds('2026-03-08 07:00:00'), seconds('2026-03-08 07:00:00'),
            cursor($home);
    };
    digest_at('2026-03-09 07:00:00', $home);
    $put_back->();
    digest_at('2026-03-09 08:00:00', $home);
    my @mails = mailed();
    is(scalar @mails, 2, 'a mail that comes twice');
    is($mails[1]{headers}{'message-id'}, $mails[0]{headers}{'message-id'},
        '  has the same Message-ID');
    $put_back->();
    digest_at('2026-03-10 07:00:00', $home);
    my ($other) = mailed();
    isnt($other->{headers}{'message-id'}, $mails[0]{headers}{'message-id'},
        '  on another day another');
    like($other->{headers}{'message-id'}, qr/^<[0-9a-f]{32}\@example\.org>$/,
        '  of the sender\'s domain');
}

# names = no.
{
    my $home = home(conf_of("names = no\n"));
    deliver($home, ['p1', 'p2']);
    digest($home);
    my ($mail) = mailed();
    unlike("$mail->{headers}{subject} $mail->{text} $mail->{html}",
        qr/\bp[12]\b|Acme|Head of Tests|x\.example/,
        'names = no: nothing of a person');
    like($mail->{text}, qr/^2 new leads/, '  but how many');
}

# However many there are, it is short.
{
    my $home = home(conf_of());
    my $long = "\x{416}" x 120;
    deliver($home, [map { \person("p$_ $long", comment_text => $long x 4,
        signal_name => "s$_ $long") } 1 .. 500]);
    digest($home);
    my ($mail) = mailed();
    is($mail->{headers}{subject}, '500 new leads', '500 leads');
    cmp_ok($mail->{bytes}, '<=', 30_000, "  in $mail->{bytes} bytes");
    cmp_ok($mail->{bytes}, '>', 15_000, '  which are as many as have room');
    is_deeply($mail->{wrong}, [], '  and it is as the RFCs have it');
    like($mail->{text}, qr/\bp500\b/, '  with names');
    like($mail->{text}, qr/^And \d+ leads? of others\.$/m,
        '  and how many more there are');
    is(named($mail->{html}), named($mail->{text}), '  HTML has the same');
}

# Several endpoints.
{
    my $home = home(conf_of());
    system "cp -r '$home/main' '$home/events'";
    deliver($home, ['p1']);
    deliver($home, ['p2'], to => 'events');
    digest($home);
    is_mailed('p1 p2', 'two endpoints', mailed());
    deliver($home, ['p3']);
    deliver($home, ['p4'], to => 'events');
    digest($home, ['--again', '--endpoint', 'events']);
    is_mailed('p4', '--endpoint', mailed());
    digest($home, ['--again']);
    is_mailed('p3', '  the other\'s are in the next', mailed());
    system "cp -r '$home/main/secret' '$home/secret'; mkdir '$home/third'; "
        . "mv '$home/secret' '$home/third/secret'";
    deliver($home, ['p5'], to => 'third');
    like(digest($home)->{out}, qr/has gone/,
        'an endpoint that is new makes no second mail of a day');
    digest($home, ['--again']);
    is_mailed('p5', '  and is in the next', mailed());
    for (map { "a$_" } 1 .. 12) {
        mkdir "$home/$_";
        system "cp -p '$home/main/secret' '$home/$_/secret'";
    }
    deliver($home, ['p6']);
    like(digest($home, ['--print'])->{out}, qr/^ +1  main\n +0  a1\n/m,
        'of many endpoints those with leads are told first');
    is(digest($home, ['--endpoint', 'none'])->{exit}, 64,
        'an endpoint that there isn\'t: exit 64');
}

# To whom, and from whom.
{
    my $home = home(conf_of());
    digest($home, ['--to', 'bert@b.example, carla@c.example', '--from',
        'x@y.example']);
    my ($mail) = mailed();
    is($mail->{arguments}, '-i -f x@y.example -- bert@b.example carla@c.example',
        '--to and --from');
    is_deeply($mail->{to}, ['bert@b.example', 'carla@c.example'],
        '  stand in the mail');
    is($mail->{from}[0][1], 'x@y.example', '  both');
    my $conf = slurp("$home/leadsheet.conf");
    spew("$home/leadsheet.conf", $conf =~ s/^from = .*\n//mr);
    my $r = digest($home, ['--again', '--message']);
    my $me = getpwuid $>;
    like($r->{out}, qr/\AFrom: leadsheet(?:\n| )<\Q$me\E@[\w.-]+>$/m,
        'without "from" it is who runs it, at this machine');
    my $usage = sub {
        my ($says, @args) = @_;
        my $r = digest($home, ['--again', @args]);
        is($r->{exit}, 64, "@args: exit 64");
        like($r->{err}, qr/^leadsheet digest: $says\n\z/, '  with what to do');
        is(scalar(mailed()), 0, '  and nothing is mailed');
    };
    my $no = qr/is no mail address; write it alone, as you\@example\.org/;
    $usage->(qr/"$_->[0]" $no, with commas between several/, '--to', $_->[1]) for
        ['', ''], ['anna', 'anna'], ['', 'a@b,'], ['a b@c', 'a b@c'],
        ['-oQ/tmp@b', '-oQ/tmp@b'], ['a@b\?Bcc: c@d', "a\@b\nBcc: c\@d"],
        ['Anna &lt;a@b>' =~ s/&lt;/</r, 'Anna <a@b>'];
    $usage->(qr/"a\@b,c\@d" $no/, '--from', 'a@b,c@d');
    $usage->(qr/--print shows the text and --message the whole mail; say one of them/,
        '--print', '--message');
    my $config = sub {
        my ($text, $says, @args) = @_;
        spew("$home/leadsheet.conf", $text);
        my $r = digest($home, ['--again', @args]);
        is($r->{exit}, 78, $text =~ s/\n/, /gr . 'exit 78');
        like($r->{err}, qr/^leadsheet digest: $says\n\z/, '  with what to do');
        is(scalar(mailed()), 0, '  and nothing is mailed');
    };
    my $path = quotemeta "$home/leadsheet.conf";
    $config->("timezone = UTC\n\n[digest]\nto = anna\n",
        qr/$path line 4: to: "anna" $no, with commas between several/);
    $config->("[digest]\nnames = never\n",
        qr/$path line 2: names: "never" is neither yes nor no/);
    $config->("[digest]\nmail = a\@b\n",
        qr/$path line 2: mail: there is no such setting of the digest; .*/);
    $config->("[digest]\nnames = no\n", qr/nobody is named whom to mail it to; write into $path a line \[digest\] and below it a line like to = you\@example\.org, or say --to/);
    $config->('', qr/nobody is named .*/);
    is(digest($home, ['--print'])->{exit}, 0, '  --print needs nobody');
    # What is wrong elsewhere keeps no mail away, but is told in it.
    spew("$home/leadsheet.conf", "formt = tsv\n$conf");
    $r = digest($home, ['--again']);
    is($r->{exit}, 0, 'a wrong setting of another kind: exit 0');
    ($mail) = mailed();
    like($mail->{text} =~ s/\s+/ /gr, qr/leadsheet\.conf line 1: formt: there is no such setting/,
        '  the mail tells it');
    unlink "$home/leadsheet.conf";
    mkdir "$home/leadsheet.conf";
    $r = digest($home, ['--to', 'a@b']);
    is($r->{exit}, 78, 'settings that can\'t be read: exit 78');
    like($r->{err}, qr/^leadsheet digest: $path is not a plain file; .*\n\z/,
        '  and why');
}

# Where nothing can be remembered nothing is mailed: or it is said.
{
    my $home = home(conf_of());
    deliver($home, ['p1']);
    digest($home);
    mailed();
    deliver($home, ['p2']);
    my $new = cursor($home) . '.new';
    mkdir $new;
    my $r = digest($home, ['--again']);
    is($r->{exit}, 74, 'a cursor that can\'t be written: exit 74');
    like($r->{err}, qr/^leadsheet digest: .*\Q$new\E.*\n\z/, '  and why');
    is(scalar(mailed()), 0, '  and nothing is mailed, over and over');
    rmdir $new;
    mail_program("mkdir '$new'");
    $r = digest($home, ['--again']);
    is($r->{exit}, 74, 'it can\'t be written any more: exit 74');
    like($r->{err}, qr/^leadsheet digest: the mail has gone, but that can't be remembered: what it tells comes again in the next one\nleadsheet digest: .*cursors\/digest.*\n\z/,
        '  and what follows of it');
    rmdir $new;
    mail_program();
    is_mailed('p2', '  it was mailed', mailed());
    digest($home, ['--again']);
    is_mailed('p2', '  and is again', mailed());
}

# Whose the home is.
SKIP: {
    skip 'only root can be another', 6 unless $> == 0;
    my $home = home(conf_of());
    deliver($home, ['p1']);
    system("chmod -R a+rX '$home'") == 0 or die "chmod failed\n";
    my $program = "$dir/leadsheet";
    system('cp', builddir() . '/cli/leadsheet', $program) == 0 or die;
    chmod 0755, $program;
    my %as = (program => $program,
        wrap => [qw(setpriv --reuid=65534 --regid=65534 --clear-groups)]);
    my $r = digest($home, [], %as);
    is($r->{exit}, 77, 'who may only read: exit 77');
    like($r->{err}, qr/"\nleadsheet digest: or say --print, which every reader may: it mails nothing\n\z/,
        '  and hears of --print');
    is(scalar(mailed()), 0, '  nothing is mailed');
    $r = digest($home, ['--print'], %as);
    is($r->{exit}, 0, '  but may --print') or diag($r->{err});
    is(named($r->{out}), 'p1', '    what there is');
    ok(!-e "$home/main/cursors", '  and writes nothing');
}

# A relay that can't go on: nobody reads its own log.
{
    my $home = home(conf_of("[relay crm]\nurl = https://x.example/\n"));
    my $r = digest($home, ['--print']);
    like($r->{out} =~ s/\n +/ /gr, qr/^\* \S+leadsheet\.conf: \[relay crm\] doesn't say from when on; add a line from = /m,
        'what is wrong with a relay is told');
}

done_testing();

#!/usr/bin/perl
# The bundle on shared hosts: Apache with the bundle's own .htaccess files.
use strict;
use warnings;
use Doors;
use Leadsheet;
use SharedHost;
use Target;
use Test::More;

my $n = 0;
sub fresh {
    return '{"delivery_id":"shared-' . ++$n . '","event":"lead.enriched",'
        . '"data":{"leads":[{"full_name":"Jane Private"}]}}';
}

for (['mod_fcgid', qw(mpm_event cgid fcgid)], ['mod_cgid', qw(mpm_event cgid)],
    ['mod_cgi', qw(mpm_prefork cgi)]) {
    my ($has, @modules) = @$_;
    my $fcgid = $has eq 'mod_fcgid';
    my $site = shared_host(name => "a host with $has", modules => \@modules,
        hangs => $fcgid);
    check_door($site);

    # The folder's own files are not handed out, by whatever name.
    my $name = $site->{name};
    for my $path (qw(/.htaccess /leadsheet.cgi /leadsheet.fcgi /leadsheet
        /leadsheet.cgi/main /leadsheet.fcgi/main/ /.ht /health/../.htaccess)) {
        my $r = $site->ask('', method => 'GET', path => $path);
        like("$r->{status} " . ($r->{json}{error} // ''),
            qr/\A(?:404 not_found|403 )\z/, "$name: no file $path");
    }
    my $r = $site->ask('', method => 'GET', path => '/main');
    like("$r->{status} $r->{json}{message}", qr/\A405 This is a leadsheet/,
        "$name: a person reads what it is");
    $r = $site->ask('', method => 'GET', path => '/health');
    is("$r->{status} $r->{json}{status}", '200 ok', '  and whether it is well');

    # What it keeps belongs to the customer, and to nobody else.
    my $owner = (stat $site->{web})[4];
    is_deeply([grep { (stat)[4] != $owner || (stat)[2] & 07 }
        glob "$site->{home}/main/*"], [], '  all of it is the customer\'s');

    # Which door a delivery comes by.
    my $small = fresh();
    $site->ask($small);
    my ($large) = deliveries(5, 1, 300);
    is($site->ask($large)->{json}{leads}, 300,
        "$name: what mod_fcgid refuses is taken");
    my $ways = sub {
        return join ' ', map {
            my ($id) = /"delivery_id": *"([^"]+)"/;
            my ($line) = slurp($site->{log}) =~ /^(.*id=\Q$id\E .*)$/m;
            !$line ? 'none' : $line =~ /mod_fcgid/ ? 'FastCGI' : 'CGI';
        } $small, $large;
    };
    wait_for(sub { $ways->() !~ /none/ });
    is($ways->(), $fcgid ? 'FastCGI CGI' : 'CGI CGI', '  each by its door');

    # Put into the web folder by mistake, it is not handed out.
    system('cp', '-a', "$site->{you}/leadsheet", $site->{web}) == 0
        or die "cp failed\n";
    $site->{prefix} = '/leadsheet';
    for my $path (qw(/home/main/secret /leadsheet.conf.example /home/
        /leadsheet.fcgi / /home/main/journal/)) {
        $r = $site->ask('', method => 'GET', path => $path);
        is($r->{status}, 403, "$name: no $path in the web folder");
    }
    $site->{prefix} = '/leads';

    # Not allowed to run: the sender is told to try again.
    chmod 0644, $site->{program};
    $site->{reload}->($site);
    like($site->ask(fresh())->{status}, qr/\A50[03]\z/,
        "$name: a program without the right to be run: to be sent again");
    $r = $site->ask((deliveries(6, 1, 10000))[0]);
    is("$r->{status} " . ($r->{json}{error} // $r->{content}),
        '503 not_set_up', '  and a large one: 503, with what to do');
    chmod 0755, $site->{program};
}

# What leaves by itself: by cron jobs and files that the file manager makes, as
# README has them.
my $readme = slurp(srcdir() . '/deploy/shared-hosting/README');
my ($mail, $passing) = map { my $head = $_;
    $readme =~ /^\Q$head\E\n-+\n(.*?)(?=\n\n\n|\z)/ms ? $1 : '' }
    'A mail every morning', 'Passing leads on';
sub section { my ($text, $name) = @_;
    my ($lines) = $text =~ /^( +)\Q[$name]\E\n((?:\1.*\n)+)/m
        ? "[$name]\n$2" : die "README has no [$name]\n";
    return $lines =~ s/^ +//mgr }
my $site = shared_host(name => 'a host with cron', modules =>
    [qw(mpm_prefork cgi)]);
$site->{start}->($site);
my ($you, $home) = @$site{qw(you home)};
my $owner = getpwuid((stat $site->{web})[4]);

# A file that the file manager makes.
sub make_file {
    my ($name, $text, $mode) = @_;
    spew("$home/$name", $text);
    chmod $mode, "$home/$name";
    chown((stat $home)[4, 5], "$home/$name");
}

# A cron job: in the customer's folder, with little around it.
sub cron {
    my ($command) = @_;
    my @as = $> == 0 ? ('/usr/bin/setpriv', "--reuid=$owner", '--regid=nogroup',
        '--clear-groups') : ();
    return leadsheet(undef, ['-c', "cd '$you' && $command"], program =>
        '/bin/sh', wrap => ['/usr/bin/env', '-i', "HOME=$you", 'SHELL=/bin/sh',
        'PATH=/usr/bin:/bin', "LOGNAME=$owner", @as]);
}
sub jobs { return $_[0] =~ m{^ +(leadsheet/leadsheet .*)$}mg }
my ($digest) = jobs($mail);
my ($test, $once, $resume) = jobs($passing);
like("$digest\n$test\n$once\n$resume", qr/digest .*--test\n.*--once .*\n.*--resume$/s,
    'README has the four commands');

# The mail.  Where there is a mail program on this machine, it isn't asked.
spew("$you/sendmail", "#!/bin/sh\ncat >>'$you/mailbox'\n");
chmod 0755, "$you/sendmail";
spew("$you/mailbox", '');
chown((stat $home)[4, 5], "$you/mailbox");
my $settings = section($mail, 'digest') . "sendmail = $you/sendmail\n\n";
make_file('leadsheet.conf', $settings, 0644);
is($site->ask(fresh())->{json}{status}, 'stored', 'a lead comes');
my $r = cron($digest);
is("$r->{exit} $r->{out}$r->{err}", '0 ', "README: $digest");
my $box = slurp("$you/mailbox");
like($box, qr/^To: you\@YOUR\.SITE$/m, '  mails');
like($box, qr/Jane Private/, '  who came');
like($box, qr{https://YOUR\.SITE/page/}, '  and where the page is');
$r = cron($digest);
is("$r->{exit} $r->{out}$r->{err}", '0 ', '  an hour later it says nothing');
is(slurp("$you/mailbox"), $box, '  and mails nothing');

# A program that takes what came.
my $target = target(script => [200, 200, 410]);
my $relay = section($passing, 'relay crm') =~ s{^url = .*}{"url = " . $target->url}mer
    =~ s/^from = .*/"from = " . today()/mer;
make_file('leadsheet.conf', "$settings$relay", 0644);
$r = cron($once);
isnt($r->{exit}, 0, 'a target on a private address is none');
make_file('leadsheet.conf', "$settings${relay}private = yes\n", 0644);
$r = cron($once);
like($r->{err}, qr/no secret to sign with yet/, '  and one without a secret none');
my ($kind, $n_signs) = $passing =~ /(whsec_) and right behind it (\d+) letters/;
my $signs = join '', map { ('a' .. 'z', 'A' .. 'Z', 0 .. 9)[rand 62] } 1 .. $n_signs;
make_file('relay-crm.secret', "$kind$signs\r\n", 0644);
like(cron($once)->{err}, qr/others can read the secret/, '  nor one that others know');
make_file('relay-crm.secret', "$kind$signs\r\n", 0600);
$r = cron($test);
is($r->{exit}, 0, "README: $test") or diag($r->{err});
isnt("$r->{out}$r->{err}", '', '  which says something');
like(($target->bodies)[-1], qr/"test": *true/, '  sends a test');
$r = cron($once);
is("$r->{exit} $r->{out}$r->{err}", '0 ', "README: $once");
like(($target->bodies)[-1], qr/Jane Private/, '  passes on what came');
my $last = ($target->requests)[-1];
is($last->{headers}{'x-webhook-signature'}, sign($last->{body}, "$kind$signs"),
    '  signed by that secret');
my $n_sent = $target->requests;
$r = cron($once);
is(scalar $target->requests, $n_sent, '  and only once');
$site->ask(fresh());
$r = cron($once);
like($r->{err}, qr/410/, 'what is not taken is told');
is($r->{exit}, 69, '  and it stands still');
$r = cron($resume);
is($r->{exit}, 0, "README: $resume") or diag($r->{err});
is(cron($once)->{exit}, 0, '  and goes on');
is(scalar $target->taken, 3, '  with all of it');

# A chat.
my $chat = target(path => '/services/a-secret', tls => 1);
make_file('leadsheet.conf', $settings . section($passing, 'relay chat')
    =~ s/^from = .*/"from = " . today()/mer . "private = yes\n", 0644);
make_file('slack.json', slurp("$you/leadsheet/templates/slack.json"), 0644);
make_file('relay-chat.url', $chat->url . "\r\n", 0600);
my ($trusting) = $passing =~ m{^(SSL_CERT_FILE=\S+) and a blank before}m;
$once =~ s/relay crm/relay chat/;
$r = cron($once);
like($r->{err}, qr/certificate can't be trusted/, 'a target whose certificate '
    . 'nobody vouches for');
unlike($r->{err}, qr/a-secret/, '  what is said of it has no secret in it');
make_file('cacert.pem', slurp($chat->certificate), 0644);
cron("$trusting $resume" =~ s/relay crm/relay chat/r);
$r = cron("$trusting $once");
is("$r->{exit} $r->{out}$r->{err}", '0 ', '  with a list that has it, by a '
    . 'template of the bundle');
my ($message) = $chat->bodies;
like(Leadsheet::json($message)->{text} // '', qr/^2 new leads/, '  the chat has one message');
is_deeply([grep { (stat)[4] != (stat $home)[4] } glob "$home/* $home/main/*/*"],
    [], 'all of it is the customer\'s');

done_testing();

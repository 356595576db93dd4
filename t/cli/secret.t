#!/usr/bin/perl
# leadsheet secret: a webhook's signing secret, never shown.
use strict;
use warnings;
use Halt;
use Leadsheet;
use POSIX ();
use Test::More;

my $home = home();
mkdir "$home/main/journal";
my $file = "$home/main/secret";
my $old = secret();
my $new = 'the-new-secret-of-the-webhook';
my @said;

# All that any of them said: no secret may be among it.
sub secret_of {
    my ($input, @options) = @_;
    my $r = leadsheet($home, ['secret', 'main', @options],
        stdin => $input);
    push @said, $r->{out}, $r->{err};
    return $r;
}
sub taken {
    my ($secret) = @_;
    my $body = '{"event":"' . rand() . '"}';
    my $r = cgi($home, body => $body, env => {
        HTTP_X_WEBHOOK_SIGNATURE => sign($body, $secret) });
    push @said, $r->{log};
    return $r->{status} == 200;
}

unlink $file;
my $r = secret_of("$old\n");
is($r->{exit}, 0, 'a secret from stdin') or diag($r->{err});
is($r->{err}, '', '  without a complaint');
is(slurp($file), "$old\n", '  is kept');
is(sprintf('%o', (stat $file)[2] & 07777), '600', '  for nobody else');
ok(taken($old), '  and the receiver takes it');

$r = secret_of("$new\n", '--rotate');
is($r->{exit}, 0, '--rotate');
like($r->{out}, qr/one is still accepted.*"$LEADSHEET secret main --retire"/,
    '  says how it goes on');
is(slurp($file), "$new\n$old\n", '  the newest stands first');
ok(taken($new) && taken($old), '  the receiver takes both');
secret_of("$new\n", '--rotate');
is(slurp($file), "$new\n$old\n", '  the same again stands there once');
$r = secret_of('', '--retire');
is($r->{exit}, 0, '--retire');
like($r->{out}, qr/1 older secret is no longer accepted/, '  tells how many');
ok(taken($new) && !taken($old), '  the receiver takes the newest alone');
secret_of("$old\n");
ok(taken($old) && !taken($new), 'without --rotate the older one is dropped');

# What is no secret leaves the one that is there.
my @bad = (
    ['nothing', '', 65, qr/there was no secret; copy it from/],
    ['an empty line', "\n", 65, qr/there was no secret/],
    ['blanks', "   \n", 65, qr/there was no secret/],
    ['two words', "two words-of-a-secret\n", 65, qr/there is a blank/],
    ['a control character', "a-secret-with-a-\x01\n", 65, qr/a control/],
    ['a no-break space', "a-secret-\xc2\xa0of-more\n", 65,
        qr/a no-break space in it; copy it again.*--as-is/],
    ['a no-break space at its end', "a-secret-of-more\xc2\xa0\n", 65,
        qr/a no-break space/],
    ['no width', "a-secret-\xe2\x80\x8bof-more\n", 65, qr/an invisible char/],
    ['a byte order mark', "\xef\xbb\xbfa-secret-of-more\n", 65, qr/an invis/],
    ['an embedding', "a-secret-\xe2\x80\xaaof-more\n", 65, qr/an invisible/],
    ['a soft hyphen', "a-secret-\xc2\xadof-more\n", 65, qr/invisible hyphen/],
    ['quotes', "\"a-secret-of-more\"\n", 65, qr/a quote at one of its ends/],
    ['half a quote', "a-secret-of-more'\n", 65, qr/a quote at one/],
    ['typographic quotes', "\xe2\x80\x9ca-secret-of-more\xe2\x80\x9d\n", 65,
        qr/a quote at one of its ends/],
    ['no UTF-8', "a-secret-\xe4-of-more\n", 65, qr/an unreadable character/],
    ['a NUL', "a-secret-with-a-\0-in-it\n", 65, qr/a NUL/],
    ['2,000 characters', 'x' x 2000 . "\n", 65, qr/longer than 1,000/],
);
for my $bad (@bad) {
    my ($name, $input, $exit, $says) = @$bad;
    $r = secret_of($input);
    is($r->{exit}, $exit, "$name: exit $exit");
    like($r->{err}, $says, '  says why');
    is(slurp($file), "$old\n", '  the old one is there');
}
for my $odd ("\"a-secret-of-more\"", "a secret of more words",
    "a-secret-\xc2\xa0of-more") {
    is(secret_of("$odd\n", '--as-is')->{exit}, 0, '--as-is: kept');
    is(slurp($file), "$odd\n", '  as it is');
    ok(taken($odd), '  and the receiver takes it');
}
is(secret_of(" \t$old \t\r\n", '--as-is')->{exit}, 0, 'blanks at its ends');
is(slurp($file), "$old\n", '  are taken off');
$r = secret_of("$new\n", '--rotate', '--retire');
is($r->{exit}, 64, '--rotate with --retire: exit 64');
{
    # Words as people count.
    my $one = home();
    cgi($one, body => slurp(data('documented.json')));
    is(leadsheet($one, ['secret', '--retire'])->{out},
        "main: it has no older secret\n", 'nothing to retire is said so');
    my $file = "$one/n.csv";
    is(leadsheet($one, ['export', '-o', $file])->{err}, "1 lead in $file\n",
        'one lead is one lead');
    is(leadsheet($one, ['export', '--unique', '-o', $file])->{err},
        "1 person in $file\n", '  and one person');
    my $t = on_terminal($one, ['secret'], steps => [['[y/N] ', "n\n"]]);
    like($t->{out} =~ s/\s+/ /gr, qr/main has a secret already\. Replace it now\? Deliveries signed with the old one will be refused\./,
        'what happens to the old one is said before');
}
is(slurp($file), "$old\n", '  the old one is there');
$r = leadsheet($home, ['secret', 'main', $new]);
is($r->{exit}, 64, 'a secret as an argument: exit 64');
is(slurp($file), "$old\n", '  and is not taken');

$r = secret_of("fifteen-letters\n");
is($r->{exit}, 0, 'one of 15 characters is kept');
like($r->{err}, qr/has only 15 characters; if it was cut off, run this again/, '  with a warning');
$r = secret_of("sixteen-letters-\n");
is($r->{err}, '', 'one of 16 without');
$r = secret_of("  \r\n");
is(slurp($file), "sixteen-letters-\n", 'a line of CR and LF is none');
secret_of("sixteen-letters+\r\n");
is(slurp($file), "sixteen-letters+\n", 'CR LF ends a line like LF');
chmod 0644, $file;
secret_of("$new\n", '--rotate');
is(slurp($file), "$new\nsixteen-letters+\n",
    'a file that others could read keeps its secrets');
is(sprintf('%o', (stat $file)[2] & 07777), '600', '  and is closed to them');

# While the new file is written nobody else can read it either.
{
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        leadsheet($home, ['secret', 'main', '--rotate'], stdin => "$old\n",
            wrap => ['sh', '-c', 'umask 0; exec "$@"', 'sh', halt_after(
                "$home/.halt", 'openat', path => "$file.new")]);
        POSIX::_exit(0);
    }
    my $stopped = halted("$home/.halt");
    is(sprintf('%o', (stat "$file.new")[2] & 07777), '600',
        'a file that is being written is for nobody else');
    kill 'CONT', $stopped;
    waitpid $pid, 0;
    is(slurp($file), "$old\n$new\nsixteen-letters+\n", '  and is kept');
    secret_of("$new\n", '--rotate');
}

# A full disk: the old one stays.
my $before = slurp($file);
$r = leadsheet($home, ['secret', 'main'], stdin => "$old\n",
    wrap => ['sh', '-c', 'ulimit -f 0; exec "$@" >/dev/null 2>&1', 'sh']);
is($r->{exit}, 74, 'a disk without room: exit 74') or diag($r->{err});
is(slurp($file), $before, '  the old ones are there');
ok(!-e "$file.new", '  and nothing else');

# A person on a terminal.
secret_of("$old\n");
$r = on_terminal($home, ['secret', 'main'], steps => [
    ['[y/N]', "n\n"]]);
is($r->{exit}, 0, 'not to drop the old one');
like($r->{out}, qr/nothing is changed/, '  changes nothing');
is(slurp($file), "$old\n", '  it is there');
$r = on_terminal($home, ['secret', 'main', '--rotate'], steps => [
    ['while you paste it', "$new\n"]]);
push @said, $r->{out};
is($r->{exit}, 0, 'typed on a terminal');
is(slurp($file), "$new\n$old\n", '  it is kept');
ok($r->{echo}, '  the terminal echoes again');
for my $end (["\x03", 2], ['signal TERM', 15], ['signal HUP', 1]) {
    $r = on_terminal($home, ['secret', 'main', '--rotate'], steps => [
        ['while you paste it', 'half-a-secret-of-more'],
        ['', $end->[0]]]);
    push @said, $r->{out};
    is($r->{exit}, 128 + $end->[1], "signal $end->[1] while it is asked");
    unlike($r->{out}, qr/no secret/, '  without a word');
    ok($r->{echo}, '  the terminal echoes again');
    is(slurp($file), "$new\n$old\n", '  and the old ones are there');
}
$r = on_terminal($home, ['secret', 'main', '--rotate'], steps => [
    ['while you paste it', "\x04"]]);
is($r->{exit}, 65, 'Ctrl-D: exit 65');
ok($r->{echo}, '  the terminal echoes again');

my $secrets = join '|', map { quotemeta } $old, $new, 'half-a-secret',
    'sixteen-letters', 'fifteen-letters';
is_deeply([grep { /$secrets/ } @said], [],
    'nothing that was said or logged has a secret in it');

# A link is replaced, and what it leads to left as it is.
{
    my $at = home();
    mkdir "$at/main/journal";
    rename "$at/main/secret", "$at/elsewhere" or die "rename: $!\n";
    chmod 0644, "$at/elsewhere";
    symlink "$at/elsewhere", "$at/main/secret";
    is(leadsheet($at, ['secret', 'main'], stdin => "$new\n")->{exit}, 0,
        'a link in its place');
    is(slurp("$at/main/secret"), "$new\n", '  is replaced');
    ok(!-l "$at/main/secret", '  by a file');
    is(slurp("$at/elsewhere"), "$old\n", '  and what it led to stays');
    is(sprintf('%o', (stat "$at/elsewhere")[2] & 07777), '644',
        '  with its mode');
}

done_testing();

#!/usr/bin/perl
# leadsheet endpoint: add, list, enable, disable, delete.
use strict;
use warnings;
use File::Path qw(make_path);
use Leadsheet;
use JSON::PP ();
use Test::More;

my $home = home();
my $body = slurp(data('documented.json'));
sub endpoint { leadsheet($home, ['endpoint', @_]) }
sub listed { return endpoint('list')->{out} =~ /^([a-z0-9-]+) /mg }

my $r = endpoint('add', 'newsletter');
is($r->{exit}, 0, 'add') or diag($r->{err});
like($r->{out}, qr{/leads/newsletter;.*$LEADSHEET secret newsletter}s,
    '  says what to do next');
is_deeply([listed()], [qw(main newsletter)], '  it is listed, by name');
like(endpoint('list')->{out}, qr/^newsletter +on +.*no secret yet; run/m,
    '  with the secret that it wants');
like(endpoint('list')->{out}, qr/^main +on +1 secret$/m,
    '  the other has one');
my @json = map { JSON::PP->new->decode($_) } split /\n/,
    endpoint('list', '--json')->{out};
is_deeply(\@json, [
    { name => 'main', enabled => JSON::PP::true, secrets => 1 },
    { name => 'newsletter', enabled => JSON::PP::true, secrets => 0 },
], 'list --json');

is(endpoint('disable', 'main')->{exit}, 0, 'disable');
like(endpoint('list')->{out}, qr/^main +off /m, '  is listed as off');
is(cgi($home, body => $body)->{status}, 503, '  a delivery waits');
is(endpoint('disable', 'main')->{exit}, 0, '  twice is no mistake');
is(endpoint('enable', 'main')->{exit}, 0, 'enable');
is(cgi($home, body => $body)->{status}, 200, '  a delivery is kept');
is(endpoint('enable', 'main')->{exit}, 0, '  twice is no mistake');

my @bad = (
    ['add twice', ['add', 'main'], qr/there is an endpoint main already/],
    ['a name with capitals', ['add', 'Main'], qr/small letters/],
    ['a name that leads out', ['add', '../x'], qr/no name for an endpoint/],
    ['health', ['add', 'health'], qr/neither "health" nor "page"/],
    ['page', ['add', 'page'], qr/neither "health" nor "page"/],
    ['65 letters', ['add', 'x' x 65], qr/up to 64/],
    ['no name', ['disable'], qr/name the endpoint/],
    ['a list of one', ['list', 'main'], qr/list takes no name/],
    ['one that is not there', ['enable', 'nope'],
        qr/no endpoint nope; there is: main, newsletter/],
    ['an action that is none', ['remove', 'main'],
        qr/none of add, list, enable, disable, delete/],
    ['delete, and nobody to ask', ['delete', 'main'],
        qr/nothing is deleted; say --yes/],
);
for my $bad (@bad) {
    my ($name, $arguments, $says) = @$bad;
    $r = endpoint(@$arguments);
    is($r->{exit}, 64, "$name: exit 64");
    like($r->{err}, $says, '  says so');
    is_deeply([listed()], [qw(main newsletter)], '  and nothing has changed');
}

# On a terminal it asks.
my $before = tree($home);
for my $answer ("n\n", "\n", "\x04", 'no, yes' . "\n") {
    $r = on_terminal($home, ['endpoint', 'delete', 'main'],
        steps => [['[y/N]', $answer]]);
    like($r->{out}, qr/nothing is deleted/,
        'delete answered "' . ($answer =~ s/[\n\x04]//r) . '" deletes nothing');
    is_deeply(tree($home), $before, '  its leads are there');
}
$r = on_terminal($home, ['endpoint', 'delete', 'main'],
    steps => [['[y/N]', "\x03"]]);
is($r->{exit}, 128 + 2, 'Ctrl-C ends it');
is_deeply(tree($home), $before, '  its leads are there');
$r = on_terminal($home, ['endpoint', 'delete', 'main'],
    steps => [['[y/N]', "y\n"]]);
is($r->{exit}, 0, 'answered "y"');
my ($aside) = $r->{out} =~ m{is now (\S+);};
ok($aside && -d "$aside/journal", '  it is moved aside, leads and all');
is_deeply([listed()], ['newsletter'], '  and is no endpoint any more');
is(cgi($home, body => $body, env => { PATH_INFO => '/main' })->{status}, 404,
    '  a delivery finds none');

# A lock that is held: not while a delivery is written.
make_path("$home/busy/journal");
spew("$home/busy/lock", '0');
spew("$home/leadsheet.conf", "lock_timeout = 1\n");
$r = leadsheet($home, ['endpoint', 'delete', 'busy', '--yes'],
    wrap => ['flock', "$home/busy/lock"]);
is($r->{exit}, 75, 'delete while the lock is held: exit 75');
like($r->{err}, qr/was held by another process/, '  says so');
ok(-d "$home/busy", '  and it is there');

# Gone for good: all that leadsheet makes, links in it not followed.
make_path(map { "$home/away/$_" } qw(journal/deep sheets/replaced cursors));
spew("$home/away/$_", 'x') for qw(secret secret.new disabled pending
    pending.new index index.new index.damaged-1 cursors/digest
    journal/2026-11-23.jsonl journal/2026-11-23.torn-1 journal/deep/x
    sheets/leads-2026-11-23.csv sheets/mine.ods sheets/replaced/x);
spew("$home/kept", 'x');
symlink "$home/kept", "$home/away/sheets/link";
symlink $home, "$home/away/journal/home";
$r = endpoint('delete', 'away', '--purge', '--yes');
is($r->{exit}, 0, 'delete --purge --yes') or diag($r->{err});
is($r->{out}, "away is gone, with all its leads\n", '  says so');
is_deeply([glob "$home/away*"], [], '  nothing of it is left');
is(slurp("$home/kept"), 'x', '  what it linked to is');
make_path("$home/again/journal");
endpoint('delete', 'again', '--yes');
make_path("$home/again/journal");
$r = endpoint('delete', 'again', '-y');
like($r->{out}, qr/again\.deleted-2;/, 'a second one of the name: -2');
is(scalar(() = glob "$home/again.deleted-*"), 2, '  both are there');

# What others made in it stays, and is named.
{
    my $at = "$home/mixed";
    make_path("$at/photos", "$at/elsewhere", "$at/journal", "$home/far");
    spew("$at/$_", $_) for qw(secret notes.txt index.html .htaccess photos/x);
    spew("$home/far/x", 'far');
    symlink "$home/far", "$at/sheets";
    symlink "$home/far/x", "$at/lock";
    mkdir "$at/disabled";
    $r = endpoint('delete', 'mixed', '--purge', '-y');
    is($r->{exit}, 74, 'a lock that is a link: exit 74');
    like($r->{err}, qr/mixed\/lock/, '  says which');
    ok(-e "$at/secret", '  and nothing is deleted');
    unlink "$at/lock";
    $r = endpoint('delete', 'mixed', '--purge', '-y');
    is($r->{exit}, 0, 'one with things of others in it') or diag($r->{err});
    my $left = "$at.deleted-1";
    my @left = map { "$left/$_" } qw(.htaccess disabled elsewhere index.html
        notes.txt photos sheets);
    is($r->{out}, join("\n  ", 'mixed is gone, with all its leads.  '
        . 'What leadsheet did not make is left:', @left) . "\n",
        '  names each');
    is_deeply([sort map { /\/\.\.?$/ ? () : $_ } glob "$left/* $left/.*"],
        [sort @left], '  which are there, and no other');
    is(slurp("$left/$_"), $_, "  as it was: $_")
        for qw(notes.txt index.html .htaccess photos/x);
    is(slurp("$home/far/x"), 'far', '  and what a link leads to');
}

# A link in the place of the endpoint's directory.
{
    make_path("$home/real/journal");
    symlink "$home/real", "$home/linked";
    $r = endpoint('delete', 'linked', '--purge', '-y');
    is($r->{exit}, 64, 'an endpoint that is a link, with --purge: exit 64');
    like($r->{err}, qr/linked is a link.*without --purge/, '  says what to do');
    ok(-l "$home/linked" && -d "$home/real/journal", '  and both are there');
    $r = endpoint('delete', 'linked', '-y');
    is($r->{exit}, 0, '  without it');
    ok(-l "$home/linked.deleted-1" && -d "$home/real/journal",
        '  the link is moved, and no more');
    system('rm', '-r', "$home/real");
}

# What is no endpoint is none for any of its actions.
{
    my $plain = home('');
    my %is = (photos => sub { spew("$_[0]/x.jpg", 'x') },
        diary => sub { make_path("$_[0]/journal");
            spew("$_[0]/journal/2026-11-23.md", 'x') },
        # As systemd has it in /var/log.
        log => sub { make_path("$_[0]/journal/0123456789abcdef") },
        keys => sub { symlink '../main/secret', "$_[0]/secret" },
        folder => sub { symlink '../main/journal', "$_[0]/journal" },
        sheets => sub { make_path("$_[0]/sheets") });
    make_path("$plain/main/journal");
    for my $name (sort keys %is) {
        mkdir "$plain/$name";
        $is{$name}->("$plain/$name");
    }
    my $look = sub { scalar `cd '$plain' && find . -printf '%p %y %m %s %T@\\n' | sort` };
    my $was = $look->();
    is(leadsheet($plain, ['endpoint', 'list'])->{out}, "main                 "
        . "on    1 secret\n", 'folders of others are not listed');
    for my $name (sort keys %is) {
        for my $action (['delete', $name, '-y'], ['enable', $name],
            ['delete', $name, '--purge', '-y'], ['disable', $name])
        {
            $r = leadsheet($plain, ['endpoint', @$action]);
            is($r->{exit}, 64, "@$action: exit 64");
            like($r->{err}, qr/no endpoint $name; there is: main$/, '  says so');
        }
        $r = leadsheet($plain, ['endpoint', 'add', $name]);
        is($r->{exit}, 78, "add $name: exit 78");
        like($r->{err}, qr/$name is no endpoint, and has other things in it, such as \w.*another name/,
            '  says so');
        is(cgi($plain, body => $body, env => { PATH_INFO => "/$name" })
            ->{status}, 404, '  and the receiver knows none');
    }
    is($look->(), $was, 'nothing of them has changed');
    mkdir "$plain/new";
    chmod 02750, "$plain/new";
    is(leadsheet($plain, ['endpoint', 'add', 'new'])->{exit}, 0,
        'an empty directory is taken');
    ok(-d "$plain/new/journal", '  and has a journal');
    is(sprintf('%o', (stat "$plain/new")[2] & 07777), '2750',
        '  and its mode');
}

system('rm', '-rf', glob "$home/newsletter $home/busy");
$r = endpoint('list');
is($r->{exit}, 78, 'no endpoint at all: exit 78');
like($r->{err}, qr/run "$LEADSHEET endpoint add main"/, '  says what to do');

done_testing();

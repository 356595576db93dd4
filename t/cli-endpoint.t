#!/usr/bin/perl
# leadsheet endpoint: add, list, enable, disable, delete.
use strict;
use warnings;
use Leadsheet;
use JSON::PP ();
use Test::More;

my $home = home();
my $body = slurp(data('documented.json'));
sub endpoint { leadsheet($home, ['endpoint', @_]) }
sub listed { return endpoint('list')->{out} =~ /^([a-z0-9-]+) /mg }

my $r = endpoint('add', 'newsletter');
is($r->{exit}, 0, 'add') or diag($r->{err});
like($r->{out}, qr{/leads/newsletter;.*leadsheet secret newsletter}s,
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
    ['health', ['add', 'health'], qr/not "health"/],
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
mkdir "$home/busy";
spew("$home/busy/lock", '0');
spew("$home/leadsheet.conf", "lock_timeout = 1\n");
$r = leadsheet($home, ['endpoint', 'delete', 'busy', '--yes'],
    wrap => ['flock', "$home/busy/lock"]);
is($r->{exit}, 75, 'delete while the lock is held: exit 75');
like($r->{err}, qr/was held by another process/, '  says so');
ok(-d "$home/busy", '  and it is there');

# Gone for good, links in it not followed.
mkdir "$home/away";
spew("$home/away/lead", 'x');
spew("$home/kept", 'x');
symlink "$home/kept", "$home/away/link";
symlink $home, "$home/away/home";
$r = endpoint('delete', 'away', '--purge', '--yes');
is($r->{exit}, 0, 'delete --purge --yes') or diag($r->{err});
is_deeply([glob "$home/away*"], [], '  nothing of it is left');
ok(-e "$home/kept", '  what it linked to is');
mkdir "$home/again";
endpoint('delete', 'again', '--yes');
mkdir "$home/again";
$r = endpoint('delete', 'again', '-y');
like($r->{out}, qr/again\.deleted-2;/, 'a second one of the name: -2');
is(scalar(() = glob "$home/again.deleted-*"), 2, '  both are there');

system('rm', '-rf', glob "$home/newsletter $home/busy");
$r = endpoint('list');
is($r->{exit}, 78, 'no endpoint at all: exit 78');
like($r->{err}, qr/run "leadsheet endpoint add main"/, '  says what to do');

done_testing();

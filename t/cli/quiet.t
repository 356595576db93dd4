#!/usr/bin/perl
# quiet = 3d: that nothing comes any more is told by status, check and /health.
use strict;
use warnings;
use Checker;
use Export;
use JSON::PP ();
use Leadsheet;
use List::Util qw(sum0);
use Test::More;

# The last delivery came at noon: before noon that is four whole days ago.
my $day = ago(5);
my $says = qr/main: nothing came for [45] days \(the last delivery was on $day 12:00\)/;

# An endpoint that heard something five days ago, if anything ever.
sub silent {
    my ($conf, $never) = @_;
    my $home = journal_of({ $never ? () : ($day => [body('{"urn":"a"}')]) }, $conf);
    $home =~ s{/+\z}{};
    chmod 0750, "$home/main", "$home/main/journal";
    chmod 0640, @{journal($home)};
    return $home;
}
sub status { leadsheet($_[0], ['status', @_[1 .. $#_]])->{out} =~ s/\n +/ /gr }
sub check { leadsheet($_[0], ['check', '--quick', @_[1 .. $#_]]) }
sub health {
    my ($home, %env) = @_;
    return cgi($home, env => { REQUEST_METHOD => 'GET', PATH_INFO => '/health',
        REMOTE_ADDR => '127.0.0.1', %env });
}
sub is_told {
    my ($home, $name) = @_;
    like(status($home), qr/^! $says; press "Test" beside the webhook in LikesToLeads, and see whether it arrives$/m,
        "$name: status says so");
    my $r = check($home);
    like($r->{out}, qr/^\xe2\x9c\x97 $says\n\s+press "Test" beside/m,
        '  check says so, and what to do');
    is($r->{exit}, 78, '    exit 78');
    $r = health($home);
    is($r->{status}, 503, '  /health: 503');
    is($r->{json}{error}, 'unhealthy', '    unhealthy');
    like($r->{json}{message}, qr/\A$says\.\z/, '    and says why');
    like($r->{log}, qr/reason=".*nothing came for [45] days.*press/, '    as the log does');
    return;
}
sub is_not_told {
    my ($home, $name) = @_;
    unlike(status($home), qr/nothing came/, "$name: status says nothing of it");
    unlike(check($home)->{out}, qr/nothing came/, '  nor does check');
    my $r = health($home);
    unlike($r->{log}, qr/nothing came/, '  nor /health');
    return;
}

my $home = silent("quiet = 3d\n");
is_told($home, 'three days are allowed, and five have gone');
my $r = health($home, REMOTE_ADDR => '203.0.113.7', SERVER_ADDR => '192.0.2.1');
is($r->{status}, 503, 'who asks from elsewhere hears 503');
unlike($r->{content}, qr/nothing came|main|$day/, '  and nothing more');
my ($json) = map { JSON::PP->new->utf8->decode($_) } status($home, '--json');
is_deeply([map { $_->{act} && $_->{text} =~ $says } @{$json->{attention}}], [1],
    'status --json has it, to be acted on');

is_not_told(silent("quiet = 6d\n"), 'six days are allowed');
is_not_told(silent("quiet = off\n"), 'off');
is_not_told(silent(''), 'no setting');
is_told(silent("quiet = 6d\n[endpoint main]\nquiet = 4d\n"),
    'an endpoint has its own');
is_not_told(silent("quiet = 3d\n[endpoint main]\nquiet = off\n"),
    'an endpoint that may be silent');

# What ends it.
cgi($home, body => delivery('test', 1, '"test":true,'));
is_not_told($home, 'a test came');
my $off = silent("quiet = 3d\n");
is(leadsheet($off, ['endpoint', 'disable', 'main'])->{exit}, 0, 'switched off');
is_not_told($off, '  nothing is to come');
my $new = silent("quiet = 3d\n", 'never');
is_not_told($new, 'its secret was set just now, and nothing came yet');
utime time - 4 * 86400, time - 4 * 86400, "$new/main/secret";
like(status($new), qr/^! main: nothing came for 4 days \(nothing ever did, and its secret was set on \d{4}-\d\d-\d\d \d\d:\d\d\)/m,
    '  four days later it is told');

# A pruned day still has its time.
my $pruned = silent("quiet = 4d\n");
is(leadsheet($pruned, ['prune', '--keep', '2d', '--yes'])->{exit}, 0, 'pruned');
is_told($pruned, '  the last delivery is known all the same');

# A value that is none.
my $wrong = silent("quiet = 3\n");
$r = leadsheet($wrong, ['status']);
like($r->{out} =~ s/\n +/ /gr, qr/line 1: quiet: write so many hours, days or weeks, from 1h to 366d, like 3d, or off; until it is put right its default holds/,
    'a wrong value is told');
unlike($r->{out}, qr/nothing came/, '  and off is the default');
is(cgi($wrong, body => delivery('x', 1))->{status}, 200,
    '  deliveries are kept');

# /health stays cheap: of the journal its end is read.
SKIP: {
    skip 'strace can\'t trace here', 2
        if system('strace -o /dev/null true 2>/dev/null') != 0;
    my $large = journal_of({ map { my $ago = $_; (ago($ago) =>
        [map { body(qq({"urn":"$_-$ago"})) } 1 .. 200]) } 5 .. 24 }, "quiet = 3d\n");
    health($large);
    my $trace = "$large/trace";
    health($large);
    my $got = cgi($large, env => { REQUEST_METHOD => 'GET', PATH_INFO => '/health',
        REMOTE_ADDR => '127.0.0.1' }, wrap => ['strace', '-f', '-y', '-o', $trace,
        '-e', 'trace=read,pread64']);
    like($got->{json}{message}, $says, '/health of a large journal');
    my $bytes = sum0(slurp($trace) =~ m{<[^>]*\.jsonl>.*= (\d+)$}mg);
    cmp_ok($bytes, '<', 65536, "  reads $bytes bytes of it");
}

done_testing();

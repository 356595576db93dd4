#!/usr/bin/perl
# What a relay sends is verified by npm's standardwebhooks, as it stands.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my @lacking = grep { my $name = $_;
    !grep { -x "$_/$name" } split /:/, $ENV{PATH} } qw(node npm);
plan skip_all => "@lacking: not installed; run sh t/run" if @lacking;
system('sh', srcdir() . '/t/page/install', builddir()) == 0
    or BAIL_OUT('the packages of Node could not be installed');

# A receiver with that secret: its port, and a sub that gives what it heard.
my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my @receivers;
sub receiver {
    my ($secret) = @_;
    my $heard = "$dir/heard-" . @receivers;
    spew($heard, '');
    local $ENV{NODE_PATH} = builddir() . '/t/page/node_modules';
    my $pid = open my $p, '-|', 'node', data('receiver.js'), $secret, $heard
        or die "node: $!\n";
    push @receivers, [$pid, $p];    # its end would be waited for
    chomp(my $port = <$p> // die "node doesn't listen\n");
    return ($port, sub { map { Leadsheet::json($_) } split /\n/, slurp($heard) });
}
END { my $status = $?; kill 'TERM', map { $_->[0] } @receivers;
    @receivers = (); $? = $status }

my $home = home("[relay node]\nurl = https://localhost/\nfrom = beginning\n");
my $r = leadsheet($home, [qw(relay node --make-secret)]);
chomp(my $secret = $r->{out});
like($secret, qr/\Awhsec_/, 'a secret is made') or diag $r->{err};
my ($port, $heard) = receiver($secret);
my $conf = "[relay node]\nurl = http://127.0.0.1:$port/hook\nfrom = beginning\n"
    . "private = yes\ntests = yes\n";
spew("$home/leadsheet.conf", $conf);

# By hand first
$r = leadsheet($home, [qw(relay node --test)]);
is($r->{exit}, 0, '--test: the package verifies it') or diag $r->{err};
is(($heard->())[0]{value}{data}{leads}[0]{full_name}, 'Jane Smith',
    '  and has its lead');

# Deliveries of all kinds: other scripts, escapes, blanks, large ones
my @bodies = (deliveries(7, 20, 2), (map { slurp(data($_)) }
    qw(documented.json escaped.json indented.json popular-post.json
    test-top.json test-top.json other-event.json)), deliveries(8, 1, 600),
    qq({"event":"lead.enriched","delivery_id":"a.b/\\u00e9 ","data":)
        . qq({"leads":[{"urn":"u","full_name":"\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 )
        . qq(\xe5\xb1\xb1 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"}]}}));
is(cgi($home, body => $_)->{status}, 200, 'a delivery comes') for @bodies;
$r = leadsheet($home, [qw(relay node --once)]);
is($r->{exit}, 0, 'all of them are passed on') or diag $r->{err};
my @got = $heard->();
shift @got;    # the one by hand
is_deeply([map { $_->{refused} } @got], [(undef) x @bodies],
    'the package verifies each');
# What Node made of the bytes, as bytes again.
is_deeply([map { my $b = $_->{body}; utf8::encode($b); $b } @got], \@bodies,
    '  and has its very bytes');
my %ids = map { $_->{headers}{'webhook-id'} => 1 } @got;
is(scalar keys %ids, scalar @bodies, '  each with an id of its own');
is((grep { !/\A[A-Za-z0-9_-]{1,200}\z/ } keys %ids), 0,
    '  which fits a header, and has no dot');
is($got[0]{headers}{'webhook-id'}, $got[0]{value}{delivery_id},
    '  the delivery_id where it will do');

# Another secret
my ($other, $others) = receiver('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
spew("$home/leadsheet.conf", $conf =~ s/:$port/:$other/r);
is(cgi($home, body => (deliveries(9, 1, 1))[0])->{status}, 200,
    'one more comes');
$r = leadsheet($home, [qw(relay node --once)]);
is($r->{exit}, 75, 'a receiver with another secret: exit 75');
is(($others->())[0]{refused}, 'No matching signature found',
    '  the package refuses it');
# The secret of somebody else, put into the file by hand.
spew("$home/relay-node.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r\n");
$r = leadsheet($home, [qw(relay node --resume --once)]);
is($r->{exit}, 0, 'with its secret in the file it is taken') or diag $r->{err};
my @tries = $others->();
is(scalar @tries, 2, '  at the second try');
is($tries[1]{headers}{'webhook-id'}, $tries[0]{headers}{'webhook-id'},
    '  under the same id');

# Where a template makes the messages
spew("$home/message.json", '{"text":"{{#leads}}{{full_name}}{{/leads}}"}');
spew("$home/leadsheet.conf", ($conf =~ s/:$port/:$other/r)
    . "template = message.json\n");
is(cgi($home, body => (deliveries(10, 1, 2))[0])->{status}, 200,
    'two leads more come');
$r = leadsheet($home, [qw(relay node --once)]);
is($r->{exit}, 0, 'a message of a template is signed as well')
    or diag $r->{err};
like(($others->())[2]{value}{text}, qr/\S/, '  and verified');

done_testing;

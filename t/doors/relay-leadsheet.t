#!/usr/bin/perl
# A relay to another leadsheet, behind nginx and by HTTPS: a chain of two, which
# has the same leads at both ends.
use strict;
use warnings;
use Leadsheet;
use Test::More;

my $first = home();
my $second = home();
start_workers($second, 2);
my %port = start_nginx($second);
spew("$first/leadsheet.conf", <<"END");
[relay second]
url = https://localhost:$port{tls}/leads/main
from = beginning
tests = yes
private = yes
END
my %trust = (env => { SSL_CERT_FILE => "$second/.run/cert" });

# The two agree on a secret
my $r = leadsheet($first, [qw(relay second --make-secret)]);
is($r->{exit}, 0, 'a secret is made') or diag $r->{err};
my $secret = $r->{out};
like($secret, qr{\Awhsec_[A-Za-z0-9+/]{43}=\n\z}, '  of 32 bytes, and shown');

# What a sender sends: leads, tests, and what has no leads
my @bodies = (deliveries(18, 40, 3), map { slurp(data($_)) } qw(documented.json
    escaped.json indented.json popular-post.json test-top.json
    test-in-data.json other-event.json));
is(cgi($first, body => $_)->{status}, 200, 'the first takes a delivery')
    for @bodies;
# Of the same id as another, with another body: kept, of kind other.
my $again = $bodies[0] =~ s/"full_name":/"full_name" :/r;
is(cgi($first, body => $again)->{status}, 200, '  and one under an id again');

# Not before the second knows the secret
$r = leadsheet($first, [qw(relay second --once)], %trust);
is($r->{exit}, 75, 'a secret that the second does not know: exit 75');
like($r->{err}, qr{https://localhost:$port{tls} answered 401}, '  and told so');
is_deeply(journal($second), [], '  the second keeps nothing');
$r = leadsheet($second, [qw(secret main)], stdin => $secret);
is($r->{exit}, 0, 'its owner gives it the secret, as a line')
    or diag $r->{err};

# All of it, in order
$r = leadsheet($first, [qw(relay second --resume --once)], %trust);
is($r->{exit}, 0, 'then all is passed on') or diag $r->{err};
is($r->{err}, '', '  without a complaint');
sub kept {
    my ($home) = @_;
    my @all = map { Leadsheet::json($_) } map { split /\n/, slurp($_) }
        @{journal($home)};
    return [map { [@$_{qw(kind id body sha256)}] } grep { $_->{kind} =~
        /^(?:leads|test|other)$/ } @all];
}
is_deeply(kept($second), kept($first),
    'the second has kept the same deliveries, byte for byte and in order');

sub rows {
    my ($home, $kind) = @_;
    my @rows = map { @{read_csv($_)} } grep { m{/$kind-[^/]*$} }
        @{sheets($home)};
    delete $_->{received_at} for @rows;
    return \@rows;
}
for my $kind (qw(leads test)) {
    ok(@{rows($first, $kind)} > 1, "sheets of kind $kind have rows");
    is_deeply(rows($second, $kind), rows($first, $kind),
        '  and the same at both, but for the time of receipt');
}

# What goes again is a duplicate there
my $before = tree($second);
unlink glob "$first/main/cursors/relay-second*";
spew("$first/leadsheet.conf", slurp("$first/leadsheet.conf")
    =~ s/^tests = yes$/tests = no/mr);
$r = leadsheet($first, [qw(relay second --once)], %trust);
is($r->{exit}, 0, 'a cursor that is lost: all goes again') or diag $r->{err};
is_deeply(tree($second), $before, '  and the second has nothing twice');

# The second gets another secret in between: what comes then waits for it
my ($late) = deliveries(19, 1, 1);
is(cgi($first, body => $late)->{status}, 200, 'one more comes to the first');
leadsheet($second, [qw(secret main)], stdin => "another-secret-of-it\n");
$r = leadsheet($first, [qw(relay second --once)], %trust);
is($r->{exit}, 75, 'the second has another secret: exit 75');
is_deeply(tree($second), $before, '  and keeps nothing');
leadsheet($second, [qw(secret main --rotate)], stdin => $secret);
$r = leadsheet($first, [qw(relay second --resume --once)], %trust);
is($r->{exit}, 0, 'it has both: what waited is passed on') or diag $r->{err};
is_deeply([map { $_->{delivery_id} } @{rows($second, 'leads')}],
    [map { $_->{delivery_id} } @{rows($first, 'leads')}],
    '  and both have the same again');

# Whoever vouches for the second is not known
is(cgi($first, body => (deliveries(20, 1, 1))[0])->{status}, 200,
    'another comes to the first');
$r = leadsheet($first, [qw(relay second --once)]);
is($r->{exit}, 75, 'a certificate that nobody vouches for: exit 75');
like($r->{err}, qr/its certificate can't be trusted/, '  and told so');
unlike($r->{err}, qr/insecure|LikesToLeads/, '  in words for a relay');
unlike($r->{err}, qr{leads/main}, '  without the path of the URL');

done_testing;

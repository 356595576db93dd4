#!/usr/bin/perl
# login = server: the web server says who it is, and the file readers what of
# that name's may be seen.  Where that can't be read they see nothing.
use strict;
use warnings;
use Export;
use Leadsheet;
use PageFiles;
use Test::More;

my $home = journal_of({'2026-11-20' => [body('{"urn":"m","full_name":"Mia",'
    . '"engagement_type":"reaction"}')]}, <<'CONF');
[page]
login = server
[profile how]
column = "Name" full_name
column = "How" kinds
CONF
system('cp', '-R', "$home/main", "$home/other") == 0 or die;
my $j = "$home/other/journal/2026-11-20.jsonl";
spew($j, slurp(journal_of({'2026-11-20' =>
    [body('{"urn":"o","full_name":"Ole"}',
        '{"urn":"m","engagement_type":"comment"}')]})
    . '/main/journal/2026-11-20.jsonl') =~ s/12:00:00/13:00:00/r);

sub shown {
    my ($user, $path) = @_;
    my $r = visit($home, $path // '/leads', '', env => { REMOTE_USER => $user });
    return join ' ', $r->{status}, $r->{content} =~ /\b(Mia|Ole)(?=<)/g;
}

readers($home, 'anna');
spew("$home/page/readers", "anna - main\nben - main, Other\nDOM\\carl - main\n");
like(shown('dora'), qr/^200 Ole Mia/, 'a name without a line sees all');
is(shown('anna'), '200 Mia', 'a name with a line sees what that says');
is(shown($_), '403', "where the line is wrong $_ sees nothing")
    for 'ben', 'DOM\\carl';
like(shown('Ben'), qr/^200/, '  which is about no other name');
my $r = visit($home, '/leads', '', env => { REMOTE_USER => 'ben' });
like($r->{content}, qr/has a mistake/, '  and is told so');
like($r->{log}, qr/readers line 2: .*no endpoint.s name/,
    '  and the log says where');
is(visit($home, '/leads', 'as=csv', env => { REMOTE_USER => 'ben' })->{status},
    403, '  nor is there a file');

# What they did is told of the endpoint that is asked for.
for my $case (['dora', ''], ['dora', '&endpoint=main'], ['anna', '']) {
    my ($user, $endpoint) = @$case;
    my $all = "$user$endpoint" eq 'dora';
    like(visit($home, '/leads', "as=how$endpoint", env =>
        { REMOTE_USER => $user })->{content}, $all
        ? qr/,"?comment 1, reaction 1"?\r?$/m : qr/^Mia,reaction 1\r?$/m,
        "$user is told how somebody engaged: " . ($all ? 'all' : 'of one'));
}

# A link that was made while the line was right.
spew("$home/page/readers", "ben - main\n");
$r = visit($home, '/feeds', '', method => 'POST', body => 'do=make&columns=urn',
    env => { REMOTE_USER => 'ben', HTTP_ORIGIN => 'https://leads.example' });
my ($token) = $r->{content} =~ m{/feed/([0-9a-f]{32})\.csv};
is(feed($home, $token)->{content}, "urn\r\nm\r\n", 'a link has what ben may see');
spew("$home/page/readers", "ben - main, Other\n");
is(feed($home, $token)->{status}, 404, '  and nothing while the line is wrong');
spew("$home/page/readers", "ben - main\n");
is(feed($home, $token)->{status}, 200, '  and that again once it is right');
$r = visit($home, '/feeds', '', method => 'POST', body => 'do=make&columns=urn',
    env => { REMOTE_USER => "ben\nrows 7", HTTP_ORIGIN =>
    'https://leads.example' });
is($r->{status}, 400, 'a name of two lines makes no link');
done_testing();

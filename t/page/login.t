#!/usr/bin/perl
# Who may look: by a real browser (t/page/login.js), and by programs that send
# what no browser does.
use strict;
use warnings;
use Browser;
use Leadsheet;
use Page;
use Test::More;
use Worker;

today();
my $secret = 'Jane Confidential';
my $home = page_home(days => 2, leads => 3);
keep($home, 'main', '{"delivery_id":"c","event":"lead.enriched","data":{"leads":'
    . qq([{"urn":"jane","full_name":"$secret"}]}}), CORE::time);
my $site = page_site(home => $home);
browse('login', page_config($site), secret => $secret);

# From here on by plain CGI, from addresses that nobody has tried from.
my $password = $site->{password};
my $address = 0;
my $socket = "$site->{run}/leadsheet-page.sock";

sub form {
    my ($name, $given, %o) = @_;
    return page_cgi($home, method => 'POST', path => '/login',
        body => "name=$name&password=$given", %o,
        env => { HTTP_ORIGIN => 'https://leads.example',
            REMOTE_ADDR => '198.51.100.' . ++$address, %{$o{env} // {}} });
}

# By the worker, which is faster; by CGI where it runs under a command.
sub with {
    my ($cookie, %o) = @_;
    my %env = (HTTP_COOKIE => $cookie, %{$o{env} // {}});
    return page_cgi($home, path => '/leads', wrap => $o{wrap}, env => \%env)
        if $o{wrap};
    return converse($socket, '', REQUEST_METHOD => 'GET', PATH_INFO => '/leads',
        SCRIPT_NAME => '/leadsheet', HTTP_HOST => 'leads.example',
        HTTP_X_WEBHOOK_SIGNATURE => undef, REMOTE_ADDR => '192.0.2.1', %env);
}

sub sees { return index($_[0]{content}, $secret) >= 0 ? 1 : 0 }

my $in = form('anna', $password);
my ($cookie) = ($in->{headers}{'set-cookie'} // '')
    =~ /^(__Host-leadsheet=[^;]+);/;
is($in->{status}, 303, 'a right password: on to the leads') or diag($in->{log});
ok($cookie, '  with a cookie') or BAIL_OUT('nobody can log in');
unlike($in->{log}, qr/\Q$password\E/, '  and nothing of it in the log');
is(sees(with($cookie)), 1, 'with the cookie one sees leads');
is(sees(with("a=b; $cookie; c=d")), 1, '  also among others');
is(sees(with('x')), 0, '  without it none');

# A month later.
for my $case ([29 => 1], [31 => 0]) {
    my ($days, $sees) = @$case;
    is(sees(with($cookie, wrap => ['faketime', '-f', "+${days}d"])), $sees,
        "after $days days the cookie opens " . ($sees ? 'it' : 'nothing'));
}

# Every byte of it counts.
my ($name, $value) = split /=/, $cookie, 2;
my @opens = grep { my $other = $value;
    substr($other, $_, 1) = substr($other, $_, 1) eq 'a' ? 'b' : 'a';
    sees(with("$name=$other")) } 0 .. length($value) - 1;
is_deeply(\@opens, [], 'a cookie with another byte opens nothing');
is_deeply([grep { sees(with("$name=" . substr $value, 0, $_)) }
    0 .. length($value) - 1], [], '  nor one that was cut short');
for my $odd ("leadsheet-trial=$value", "__host-leadsheet=$value",
    "$name=$value$value", "$name=\"$value\"x", "$name=",
    "$name=" . 'a' x 60_000, ';' x 60_000, "$name=" . '%00' x 100) {
    my $r = with($odd);
    ok(!sees($r) && $r->{status} > 0 && $r->{status} < 500,
        sprintf 'a cookie "%.40s" of %d bytes opens nothing', $odd, length $odd)
        or diag("$r->{status} $r->{log}");
}

# Without HTTPS only this machine may, for a trial.
my %plain = (HTTPS => undef, HTTP_ORIGIN => 'http://leads.example');
my $far = form('anna', $password, env => { %plain });
ok(!$far->{headers}{'set-cookie'}, 'without HTTPS nobody else logs in');
is(sees(with($cookie, env => { %plain })), 0, '  nor sees anything');
like(with($cookie, env => { %plain })->{content}, qr/HTTPS|https/,
    '  and the page says why');

# Where the form comes from.
for my $origin ('https://elsewhere.example', 'null', 'http://leads.example',
    'https://leads.example.elsewhere.example', 'https://leads.example:444') {
    my $r = form('anna', $password, env => { HTTP_ORIGIN => $origin });
    is($r->{status}, 403, "a form of $origin: refused");
    ok(!$r->{headers}{'set-cookie'}, '  and no cookie');
}
for my $site (qw(cross-site same-site none)) {
    my $r = form('anna', $password, env => { HTTP_ORIGIN => undef,
        HTTP_SEC_FETCH_SITE => $site });
    is($r->{status}, 403, "without Origin, Sec-Fetch-Site: $site: refused");
}
is(form('anna', $password, env => { HTTP_ORIGIN => undef,
    HTTP_SEC_FETCH_SITE => 'same-origin' })->{status}, 303,
    'without Origin, Sec-Fetch-Site: same-origin: taken');

# Ten thousand guesses by a worker that lives on: from a thousand addresses, for
# one name, and the right one in the middle of them.
my @guesses = guesses(10_000, 5_000);
my %status;
$status{$_}++ for @guesses;
is($status{303} // 0, 0, 'ten thousand guesses: not even the right one gets in');
cmp_ok($status{429} // 0, '>', 9_900, '  as nearly all of them are not looked at')
    or diag(explain(\%status));
is(form('anna', $password)->{status}, 429, '  and hers is closed for a while');
is(form('anna', $password, wrap => ['faketime', '-f', '+1h'])->{status}, 303,
    '  and is open again after that');
stop_all();
done_testing();

sub guesses {
    my ($many, $right) = @_;
    return map {
        my $r = converse($socket, 'name=anna&password='
            . ($_ == $right ? $password : "guess-number-$_"),
            REQUEST_METHOD => 'POST', PATH_INFO => '/login',
            SCRIPT_NAME => '/leadsheet', HTTP_HOST => 'leads.example',
            HTTP_ORIGIN => 'https://leads.example', HTTPS => 'on',
            CONTENT_TYPE => 'application/x-www-form-urlencoded',
            REMOTE_ADDR => sprintf('203.0.113.%d', $_ % 250)); $r->{status}
    } 1 .. $many;
}

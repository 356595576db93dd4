package Doors;

# What every door has to pass: the same cases through each web server, by TLS,
# with the files of deploy/ as they are shipped.  A door is a Site.

use strict;
use warnings;
use Answers;
use Exporter qw(import);
use Leadsheet;
use Test::More;

our @EXPORT = qw(check_door check_answers check_paths check_limits
    check_refusals check_https check_reload check_log);

my $n = 0;

# A delivery that was never sent before.
sub fresh {
    return '{"delivery_id":"door-' . ++$n . '","event":"lead.enriched",'
        . '"data":{"leads":[{"full_name":"Jane Private"}]}}';
}

# All of it; the site is not started yet.
sub check_door {
    my ($site) = @_;
    $site->{start}->($site);
    check_answers($site);
    check_paths($site);
    check_limits($site);
    check_refusals($site);
    check_https($site);
    check_log($site);
    check_reload($site);
    return;
}

# The table of answers.
sub check_answers {
    my ($site) = @_;
    check_cases($site->{home}, sub {
        my (%o) = @_;
        return $site->ask($o{body}, %o);
    });
    return;
}

# However a path is written: this endpoint or 404, never another file.
sub check_paths {
    my ($site) = @_;
    my $body = fresh();
    my $r = $site->ask($body);
    is($r->{status}, 200, "$site->{name}: an endpoint's name");
    for my $path (qw(/main/ / //main /main// /./main /x/../main /%6dain
        /main%2f /%2fmain /main?x=1 /main;x)) {
        $r = $site->ask($body, path => $path);
        my $word = $r->{json}{status} // $r->{json}{error} // '';
        like("$r->{status} $word", qr/\A(?:200 duplicate|40[04] .*)\z/,
            "$site->{name}: $path is the endpoint, or nothing");
    }
    is($site->ask($body, path => '/main/')->{json}{status}, 'duplicate',
        "$site->{name}: a slash at the end is the endpoint");
    my $secret = secret();
    for my $path (qw(/other /main/x /main/secret /main/journal/ /../ /..
        /main/../../leadsheet.conf /%2e%2e/%2e%2e/etc/passwd /.htaccess
        /..%2f..%2fetc/passwd /leadsheet.fcgi /leadsheet.conf /main%00
        /Main /main.csv /other%0a /main%0ax)) {
        for my $method (qw(GET POST)) {
            $r = $site->ask($method eq 'GET' ? '' : $body,
                method => $method, path => $path);
            like($r->{status}, qr/\A(?:40[0345])\z/,
                "$site->{name}: $method $path: $r->{status}");
            unlike($r->{content}, qr/\Q$secret\E|root:|Private/,
                '  and no file') if $r->{content} ne '';
        }
    }
    return;
}

# Large deliveries, and who finds the limit that is too low for them.
sub check_limits {
    my ($site) = @_;
    for my $leads (1000, 10000) {
        my ($many) = deliveries(7 + $leads, 1, $leads);
        my $r = $site->ask($many);
        is("$r->{status} " . ($r->{json}{leads} // '-'), "200 $leads",
            "$site->{name}: $leads leads, " . length($many) . ' bytes');
    }
    my $check = sub {
        return leadsheet($site->{home}, ['check', 'main', '--insecure',
            '--url', $site->url('/main')])->{out};
    };
    like($check->(), qr/bodies of up to 16,777,216 bytes come through/,
        "$site->{name}: leadsheet check --url finds no limit");
    return unless $site->{limit};
    my ($name) = @{$site->{limit}};
    $site->{lowered} = 1;
    $site->{reload}->($site);
    like($check->(), qr/does not come through.*\Q$name\E/s,
        "  and one that is too low: $name");
    $site->{lowered} = 0;
    $site->{reload}->($site);
    return;
}

# They arrive as they are, not as a page of the server's.
sub check_refusals {
    my ($site) = @_;
    my $before = tree($site->{home});
    my $large = '{"x":"' . 'y' x (3 << 20) . '"}';
    my $huge = '{"x":"' . 'y' x (16 << 20) . '"}';
    for (['wrong endpoint', $large, '404 not_found', path => '/other'],
        ['wrong signature', $large, '401 bad_signature', signature => 'no'],
        ['compressed', $large, '415 encoded',
            headers => { 'Content-Encoding' => 'gzip' }],
        ['too large', $huge, '413 too_large'],
        ['too large and chunked', $huge, '413 too_large',
            headers => { 'Transfer-Encoding' => 'chunked' }]) {
        my ($what, $body, $expected, %o) = @$_;
        my $r = $site->ask($body, %o);
        is("$r->{status} " . ($r->{json}{error} // $r->{content}), $expected,
            "$site->{name}: $what, " . length($body) . " bytes: $expected");
        like($r->{headers}{'content-type'} // '', qr{^application/json},
            '  as JSON');
    }
    is_deeply(tree($site->{home}), $before, '  and nothing is kept');
    is($site->ask(fresh(), headers => { 'Transfer-Encoding' => 'chunked' })
        ->{status}, 200, "$site->{name}: a chunked body is taken");
    is($site->ask(fresh(), headers => { Expect => '100-continue' })
        ->{status}, 200, "$site->{name}: and one that is announced");
    return;
}

sub check_https {
    my ($site) = @_;
    my $before = tree($site->{home});
    my %proxied = ('X-Forwarded-Proto' => 'https');
    for (['plain HTTP', {}], ['one that says it came by HTTPS', \%proxied]) {
        my ($what, $headers) = @$_;
        my $r = $site->ask(fresh(), scheme => 'http', headers => $headers);
        is("$r->{status} " . ($r->{json}{error} // $r->{content}),
            '403 https_required', "$site->{name}: $what: 403");
    }
    is_deeply(tree($site->{home}), $before, '  and nothing is kept');
    my $conf = "$site->{home}/leadsheet.conf";
    my $was = -e $conf ? slurp($conf) : '';
    spew($conf, "${was}trust_forwarded_proto = yes\n");
    is($site->ask(fresh(), scheme => 'http', headers => \%proxied)->{status},
        200, "$site->{name}: behind a proxy that is trusted: 200");
    is($site->ask(fresh(), scheme => 'http', headers =>
        { 'X-Forwarded-Proto' => 'http' })->{status}, 403,
        '  and 403 where it came to the proxy by plain HTTP');
    spew($conf, $was);
    return;
}

# A line a request, and no person in it.
sub check_log {
    my ($site) = @_;
    my $lines = sub {
        my @all = slurp($site->{log}) =~ /endpoint=(.*)/g;
        return @all;
    };
    my $before = () = $lines->();
    $site->ask(fresh()) for 1 .. 3;
    $site->ask(fresh(), signature => 'no');
    ok(wait_for(sub { $before + 4 == (() = $lines->()) }),
        "$site->{name}: a log line for each request")
        or diag(join "\n", $lines->());
    my @new = ($lines->())[$before .. $before + 3];
    like($new[0] // '', qr/^main[ ]status=200[ ]outcome=stored[ ]id=door-\d+
        [ ]leads=1[ ]bytes=\d+[ ]ms=[\d.]+/x, '  that says what happened');
    like($new[3] // '', qr/main status=401 .*reason=/, '  and why not');
    my $id = '\u0001' x 200;
    $site->ask(qq({"delivery_id":"$id","event":"lead.enriched",)
        . '"data":{"leads":[{}]}}');
    SKIP: {
        skip $site->{breaks}, 1 if $site->{breaks};
        ok(wait_for(sub { ($lines->())[-1] =~ /^main[ ]status=200[ ]
            outcome=stored[ ]id=.{800,}[ ]leads=1[ ]bytes=\d+[ ]ms=/x }),
            '  a long line stays whole') or diag(($lines->())[-1]);
    }
    unlike(slurp($site->{log}), qr/Private|\Q@{[secret()]}\E/,
        '  names no person and no secret');
    return;
}

# Deliveries are under way while it is reloaded, its workers are renewed, and a
# new binary is put in its place: each is kept once.  It is answered 200, or
# tried again where the site is not seamless.
sub check_reload {
    my ($site) = @_;
    my $file = spew("$site->{run}/body", '{"delivery_id":"renewed-@-",'
        . '"event":"lead.enriched","data":{"leads":[{"urn":"@"}]}}');
    my $sent = spew("$site->{run}/sent", '');
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', $sent or POSIX::_exit(126);
        exec 'python3', data('sender.py'), $site->url('/main'), secret(),
            $file, 8, $site->{hangs} ? 5 : PATIENCE, 10 * PATIENCE
            or POSIX::_exit(127);
    }
    # So many more are kept: some of them have begun since.
    my $more = sub {
        my $n = lines($sent) + 24;
        wait_for(sub { lines($sent) >= $n }) or die "nothing is kept\n";
    };
    for my $round (1 .. 3) {
        $more->();
        $site->{reload}->($site);
        $more->();
        $site->{restart}->($site) if $site->{restart};
        $more->();
        $site->install;
        $site->{restart}->($site) if $site->{restart};
    }
    $more->();
    kill 'TERM', $pid;
    is(ended($pid), 0, "$site->{name}: reloaded and renewed with deliveries "
        . 'under way: each is kept');
    my (%rows, %statuses);
    for my $sheet (@{sheets($site->{home})}) {
        next unless $sheet =~ m{/leads-};
        $rows{$_->{delivery_id}}++ for @{read_csv($sheet)};
    }
    for (split /\n/, slurp($sent)) {
        my ($n, @all) = split ' ';
        $statuses{"renewed-$n-"} = \@all;
    }
    is_deeply([grep { ($rows{$_} // 0) != 1 } keys %statuses], [], '  once');
    my @again = grep { @$_ != 1 } values %statuses;
    is_deeply([map { "@$_" } @again], [], '  and none had to come again')
        if $site->{seamless};
    # What is not 200 is what the sender tries again after.
    is_deeply([grep { !/\A(?:0|200|50[0234])\z/ } map { @$_ } @again], [],
        '  whatever was answered, it is to be tried again');
    note("$site->{name}: @{[scalar keys %statuses]} were sent, "
        . @again . ' of them more than once');
    return;
}

1;

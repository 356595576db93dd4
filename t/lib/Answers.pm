package Answers;

# What the sender hears: one list of cases, for every door.  A case has a
# name, what is sent, the status and the word it must get, and how many
# records and rows it must leave.

use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Exporter qw(import);
use HTTP::Tiny;
use Leadsheet;
use Test::More;

our @EXPORT = qw(cases check_cases cgi_door http_door);

sub delivery {
    my ($id, $lead, %more) = @_;
    my $leads = join ',', map { $_ // '{}' } ref $lead ? @$lead : $lead;
    my $head = defined $id ? qq("delivery_id":$id,) : '';
    my $top = $more{top} // '';
    my $data = $more{data} // '';
    return qq({$head"event":"lead.enriched","timestamp":"T",$top)
        . qq("data":{"leads":[$leads],"posts":[]$data}});
}

# Each case: name, body, status, word, records, rows, and what differs.
sub cases {
    my $n = 0;
    my $new = sub { delivery('"fresh-' . ++$n . '"', '{"urn":"u"}') };
    my $right = sub { sign($_[0]) };
    my $sample = sub { slurp(data($_[0])) };
    my $once = $new->();
    my @cases = (
        # the samples
        ['the documented example', $sample->('documented.json'), 200,
            'stored', 1, 1],
        ['the same again', $sample->('documented.json'), 200, 'duplicate',
            0, 0],
        ['escapes', $sample->('escaped.json'), 200, 'stored', 1, 4],
        ['indented', $sample->('indented.json'), 200, 'stored', 1, 3],
        ['a popular post', $sample->('popular-post.json'), 200, 'stored', 1,
            25],
        ['another event', $sample->('other-event.json'), 200, 'kept', 1, 0],
        ['a test, told at the top', $sample->('test-top.json'), 200, 'test',
            1, 0],
        ['a test, told in data', $sample->('test-in-data.json'), 200, 'test',
            1, 0],
        ['a test again: never a duplicate', $sample->('test-top.json'), 200,
            'test', 1, 0],
        ['"test": false is none', delivery('"real"', '{}',
            top => '"test":false,'), 200, 'stored', 1, 1],
        # the signature
        ['no signature', $new->(), 401, 'bad_signature', 0, 0,
            signature => undef],
        ['an empty signature', $new->(), 401, 'bad_signature', 0, 0,
            signature => ''],
        ['63 digits', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { substr sign($_[0]), 1 }],
        ['65 digits', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { sign($_[0]) . '0' }],
        ['128 digits', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { sign($_[0]) x 2 }],
        ['not hex', $new->(), 401, 'bad_signature', 0, 0,
            signature => 'z' x 64],
        ['sha256= before it', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { 'sha256=' . sign($_[0]) }],
        ['one bit of the signature', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { sign($_[0]) =~ s/(.)$/sprintf '%x',
                hex($1) ^ 1/er }],
        ['one bit of the body', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { sign($_[0] ^ ("\0" x 20 . "\1")) }],
        ['another secret', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { sign($_[0], 'wrong') }],
        ['two signatures in one header', $new->(), 401, 'bad_signature', 0,
            0, signature => sub { join ', ', (sign($_[0])) x 2 }],
        ['two headers', $new->(), 401, 'bad_signature', 0, 0,
            signature => sub { [(sign($_[0])) x 2] }],
        ['upper-case hex', $new->(), 200, 'stored', 1, 1,
            signature => sub { uc sign($_[0]) }],
        ['blanks and a TAB around it', $new->(), 200, 'stored', 1, 1,
            signature => sub { " \t" . sign($_[0]) . "\t " }],
        ['an X-Webhook-Event that contradicts', $new->(), 200, 'stored', 1,
            1, headers => { 'X-Webhook-Event' => 'signal.paused' }],
        ['a signed empty body', '', 400, 'not_json', 1, 0],
        # signed, and odd; t/data/bad has one fault a file, with its answer
        (map { my ($status, $word, $name) = m{/(\d+)-(\w+)-([^/]+)$};
            [$name =~ tr/-/ /r, slurp($_), $status, $word, 1, 0] }
            sort glob data('bad/*')),
        ['half a body, kept once', '{"half', 400, 'not_json', 1, 0],
        ['and again', '{"half', 400, 'not_json', 0, 0],
        ['a scalar again', '7', 202, 'kept', 0, 0],
        ['an event that goes on behind a NUL',
            '{"event":"lead.enriched\u0000x","data":{"leads":[{}]}}', 200,
            'kept', 1, 0],
        ['leads []', delivery('"empty"', []), 200, 'stored', 1, 0],
        ['leads [] again', delivery('"empty"', []), 200, 'duplicate', 0, 0],
        ['a lead that is no object', delivery('"null"', ['{"urn":"x"}',
            'null', '{"urn":"y"}']), 200, 'stored', 1, 2,
            answer => { skipped => 1 }],
        ['none that is one', delivery('"none"', ['null', '7']), 202, 'kept',
            1, 0],
        ['a byte order mark', "\xef\xbb\xbf" . delivery('"bom"', '{}'), 200,
            'stored', 1, 1, answer => { leads => 1 }],
        ['members twice', delivery('"twice"', '{"urn":"u","urn":"v","a":1,'
            . '"a":2}', top => '"event":"x","event":"lead.enriched",'), 200,
            'stored', 1, 1],
        ['half a surrogate pair', delivery('"half"', '{"a":"\ud83d"}'), 200,
            'stored', 1, 1],
        ['half of one in the id', delivery('"\ud83d"', '{}'), 200, 'stored',
            1, 1, answer => { leads => 1 }],
        ['the other half: another id', delivery('"\udc4f"', '{}'), 200,
            'stored', 1, 1],
        ['a number that no double holds', delivery('"e400"',
            '{"connections":1e400,"x":18446744073709551615}'), 200, 'stored',
            1, 1],
        ['a NUL in a key', delivery('"key"', '{"a\u0000b":1}'), 200, 'stored',
            1, 1],
        ['a raw NUL behind a number', delivery('"raw"', qq({"a":1\0})), 400,
            'not_json', 1, 0],
        ['100,001 levels', '[' x 100001, 202, 'kept', 1, 0],
        ['100,000 levels', '[' x 100000 . ']' x 100000, 202, 'kept', 1, 0],
        ['3,000 levels in a lead', delivery('"deep"', '{"a":' . '[' x 3000
            . ']' x 3000 . '}'), 200, 'stored', 1, 1],
        ['a count unlike the leads', delivery('"count"', ['{}', '{}'],
            data => ',"count":7'), 200, 'stored', 1, 2],
        ['one urn twice', delivery('"urns"', ['{"urn":"x"}', '{"urn":"x"}']),
            200, 'stored', 1, 2],
        ['fields that we don\'t know', delivery('"extra"',
            '{"email":"a","tags":[1]}'), 200, 'stored', 1, 1],
        ['an id with another body', delivery('"extra"', '{}'), 200,
            'duplicate', 1, 0],
        ['no id', delivery(undef, '{}'), 200, 'stored', 1, 1],
        ['no id, again', delivery(undef, '{}'), 200, 'duplicate', 0, 0],
        ['an id of 10 KB', delivery('"' . 'x' x 10240 . '"', '{}'), 200,
            'stored', 1, 1],
        ['an id that is a number', delivery('5', '{}'), 200, 'stored', 1, 1],
        ['an id that is empty', delivery('""', '{}'), 200, 'stored', 1, 1],
        ['an id that is a path', delivery('"../../x"', '{}'), 200, 'stored',
            1, 1],
        ['an id with line ends', delivery('"a\r\nendpoint=x"', '{}'), 200,
            'stored', 1, 1],
        ['an id that is a formula', delivery('"=1+1"', '{}'), 200, 'stored',
            1, 1],
        ['NUL in a text', delivery('"nul"', '{"full_name":"a\u0000b"}'), 200,
            'stored', 1, 1],
        (map { ["connections as $_", delivery(qq("c$_") =~
            s/(?<=.)"(?=.)//gr, qq({"connections":$_})), 200, 'stored', 1,
            1] } '9007199254740992', '-1', '3.7', '"12"', 'null', 'true'),
        # where it goes
        ['an unknown endpoint', $new->(), 404, 'not_found', 0, 0,
            path => '/other'],
        ['a slash at the end', $new->(), 200, 'stored', 1, 1,
            path => '/main/'],
        ['no path and one endpoint', $new->(), 200, 'stored', 1, 1,
            path => '/'],
        ['GET', '', 405, 'method_not_allowed', 0, 0, method => 'GET',
            header => [allow => 'POST']],
        ['PUT', $new->(), 405, 'method_not_allowed', 0, 0,
            method => 'PUT'],
        ['POST to /health', $new->(), 405, 'method_not_allowed', 0, 0,
            path => '/health'],
        ['GET /health', '', 200, 'ok', 0, 0, method => 'GET',
            path => '/health'],
        (map { [$_, $new->(), 415, 'encoded', 0, 0,
            headers => { 'Content-Encoding' => $_ }] } qw(gzip GZIP x-gzip
            deflate compress br zstd aws-chunked), 'identity, gzip'),
        ['identity', $new->(), 200, 'stored', 1, 1,
            headers => { 'Content-Encoding' => 'identity' }],
        # replays
        ['once', $once, 200, 'stored', 1, 1],
        ['twice', $once, 200, 'duplicate', 0, 0],
    );
    return @cases;
}

# Through plain CGI: environment and stdin.
sub cgi_door {
    my ($home) = @_;
    return sub {
        my (%o) = @_;
        my %env = (REQUEST_METHOD => $o{method}, PATH_INFO => $o{path},
            HTTP_X_WEBHOOK_SIGNATURE => $o{signature});
        for (keys %{$o{headers} // {}}) {
            $env{'HTTP_' . uc s/-/_/gr} = $o{headers}{$_};
        }
        # The environment of a shell has no name twice; env(1) doesn't either.
        return undef if ref $o{signature};
        my $r = cgi($home, body => $o{body}, env => \%env);
        is($r->{exit}, 0, "  it exits with 0");
        is(scalar(() = $r->{log} =~ /\n/g), 1, '  one log line');
        return $r;
    };
}

# Through HTTP, to one port.
sub http_door {
    my ($port) = @_;
    return sub {
        my (%o) = @_;
        my %headers = ('Content-Type' => 'application/json',
            %{$o{headers} // {}});
        $headers{'X-Webhook-Signature'} = $o{signature}
            if defined $o{signature};
        my $r = HTTP::Tiny->new(timeout => PATIENCE)->request($o{method},
            "http://127.0.0.1:$port$o{path}",
            { headers => \%headers, content => $o{body} });
        return { %{reply("\r\n\r\n$r->{content}")}, status => $r->{status},
            headers => $r->{headers} };
    };
}

# Send every case through the door, and look at what it left.
sub check_cases {
    my ($home, $door) = @_;
    my $records = sub { my $n = 0; $n += () = slurp($_) =~ /"signature":/g
        for glob "$home/main/journal/*.jsonl"; $n };
    my $rows = sub { my $n = 0; $n += lines($_) - 1 for
        glob "$home/main/sheets/leads-*.csv"; $n };
    for (cases()) {
        my ($name, $body, $status, $word, $kept, $made, %o) = @$_;
        my $signature = exists $o{signature} ? $o{signature} : \&sign;
        $signature = $signature->($body) if ref $signature eq 'CODE';
        my @before = ($records->(), $rows->());
        my $tree = tree($home);
        my $r = $door->(body => $body, signature => $signature,
            method => $o{method} // 'POST', path => $o{path} // '/main',
            headers => $o{headers});
        unless ($r) {
            SKIP: { skip "$name: an environment has no name twice", 1 }
            next;
        }
        my $heard = $r->{json} // {};
        is("$r->{status} " . ($heard->{status} // $heard->{error} // '-'),
            "$status $word", $name);
        is_deeply([$records->() - $before[0], $rows->() - $before[1]],
            [$kept, $made], "  it leaves $kept records and $made rows");
        is_deeply(tree($home), $tree, '  nothing changes, byte for byte')
            unless $kept;
        ok($heard->{message} =~ /\S/, '  and says why') if $status >= 400;
        ok($heard->{reason}, '  and says why') if $status == 202;
        is($heard->{$_}, $o{answer}{$_}, "  with its $_")
            for sort keys %{$o{answer} // {}};
        is($r->{headers}{$o{header}[0]}, $o{header}[1],
            "  with $o{header}[0]") if $o{header};
    }
}

1;
